/* SPDX-License-Identifier: Apache-2.0 */
/* Preserves guests, and starts preserved guests. */
#include "cell/preserve.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"
#include "base/path.h"
#include "cell/enter.h"
#include "guest/media/media.h"
#include "home/space.h"
#include "job/event.h"

static int write_meta(const struct session *session, const char *folder, const char *case_id,
                      const char *reason, struct error **err)
{
    const struct job *job = session->job;
    _cleanup_free_ char *request = path_join(folder, "job.json");
    const struct preserved preserved = {
        .run_id = job->run_id,
        .image = job->image,
        .platform = job->platform,
        .suite = job->suite,
        .case_id = (char *)case_id,
        .reason = (char *)reason,
        .entry_method = session->entry_method,
        .state = session->stands_on != NULL ? session->stands_on
                 : session->result->warm    ? session->result->state_key
                                            : NULL,
        .created_ms = clock_wall_ms(),
    };
    int code = job_write(job, request, err);

    return code == 0 ? preserved_write(&preserved, folder, err) : code;
}

static int move(const char *from, const char *folder, const char *name, struct error **err)
{
    _cleanup_free_ char *to = path_join(folder, name);

    return from != NULL ? path_move_file(from, to, err) : 0;
}

/* From here on, the guest is ended, and its files belong to the preserved one. */
static int save(struct session *session, const char *folder, const char *case_id,
                const char *reason, struct error **err)
{
    _cleanup_free_ char *memory = path_join(folder, "memory");
    int code = guest_save(session->guest, memory, err);

    if (code < 0)
        return code;
    guest_free(steal_ptr(session->guest));
    code = move(session->overlay, folder, "disk.qcow2", err);
    if (code == 0)
        code = move(session->payload, folder, "payload.raw", err);
    if (code == 0)
        code = move(session->results, folder, "results.raw", err);
    if (code == 0)
        code = move(session->nvram, folder, "nvram", err);
    return code == 0 ? write_meta(session, folder, case_id, reason, err) : code;
}

int preserved_restore(struct session *session, const struct preserved *preserved,
                      struct error **err)
{
    _cleanup_free_ char *memory = path_join(preserved->folder, "memory");
    _cleanup_free_ char *disk = path_join(preserved->folder, "disk.qcow2");
    _cleanup_free_ char *payload = path_join(preserved->folder, "payload.raw");
    _cleanup_free_ char *results = path_join(preserved->folder, "results.raw");
    _cleanup_free_ char *nvram = path_join(preserved->folder, "nvram");
    int code = media_make_overlay(session->overlay, disk, DISK_QCOW2, err);

    /* It is read-only. */
    text_replace(&session->payload, payload);
    session->spec.payload = session->payload;
    if (code == 0)
        code = media_copy_sparse(results, session->results, err);
    if (code == 0)
        code = enter_make_disks(session, session->nvram != NULL ? nvram : NULL, err);
    if (code == 0)
        code = guest_restore(session->hypervisor, &session->spec, memory, &session->guest, err);
    return code == 0 ? enter_restored(session, preserved->entry_method, err) : code;
}

int preserve_guest(struct session *session, const char *case_id, const char *reason,
                   struct error **err)
{
    _cleanup_free_ char *why = NULL, *partial = NULL, *id = NULL;
    _cleanup_(preserved_done) struct preserved preserved = {0};
    int code = space_for_preserved(session->home, session->job->run_id, session->spec.memory_mib,
                                   &why, err);

    if (code < 0)
        return code;
    if (why != NULL) {
        session_add_evidence(session, "frozen", case_id, why, strlen(why));
        return 0;
    }
    event_phase("preserving the guest");
    id = text_format("%s.%s.%u", session->job->run_id, session->job->job_id, session->job->attempt);
    preserved.folder = text_format("%s/kept/%s", session->home, id);
    partial = text_format("%s.partial", preserved.folder);
    preserved.entry_method = session->entry_method;
    code = path_remove_tree(partial, err);
    if (code == 0)
        code = path_make_folders(partial, true, err);
    if (code == 0)
        code = save(session, partial, case_id, reason, err);
    if (code == 0) {
        session_add_console(session, "console.until-frozen");
        if (rename(partial, preserved.folder) < 0)
            code = error_set_errno(err, -errno, "cannot commit preserved guest '%s'",
                                   preserved.folder);
    }
    if (code == 0)
        code = preserved_restore(session, &preserved, err);
    if (code < 0)
        return error_prefix(
            err, "the guest could not be resumed after it was preserved after case '%s'", case_id);
    why = text_format("preserved after case '%s': touchstone shell %s/%s/%s --run %s\n", case_id,
                      session->job->image, session->job->platform, session->job->suite,
                      session->job->run_id);
    session_add_evidence(session, "frozen", case_id, why, strlen(why));
    return 0;
}
