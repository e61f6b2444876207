/* SPDX-License-Identifier: Apache-2.0 */
/* Boots and saves a guest. */
#include "cell/prepare.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "cell/enter.h"
#include "cell/package_state.h"
#include "cell/programs.h"
#include "cell/start.h"
#include "guest/state/draft.h"
#include "home/space.h"
#include "job/event.h"
#include "job/limits.h"

/* Stores the harness's programs in the guest, waits for the boot to finish if systemd is running,
 * prints its result, waits for what the boot left running in the background, adds the names of a
 * cell's two guests if there are ($1), and stores the snapshot that footprints are compared
 * with. This also puts the programs that a cell runs first
 * into the page cache of restored guests. */
#define WAIT_FOR_SERVICES                                                                          \
    PROGRAMS_UNPACK                                                                                \
    " && " PROGRAMS_GUEST " begin --payload " PROGRAMS_PAYLOAD " >/dev/null || exit 1; "           \
    "if [ -d /run/systemd/system ]; then systemctl is-system-running --wait; "                     \
    "else echo no systemd; fi; " PROGRAMS_GUEST " idle 20; [ -z \"$1\" ] || " PROGRAMS_GUEST       \
    " network hosts; " PROGRAMS_GUEST " footprint >/dev/null; sync; exit 0"

/* The two lines that WAIT_FOR_SERVICES prints. */
static void observe_system(struct result *result, const char *printed)
{
    static const char *const keys[] = {"system.state", "system.activity"};
    struct strv lines = {0};

    strv_split(&lines, printed, "\n");
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        _cleanup_buffer_ struct buffer value = {0};

        if (i < lines.count)
            buffer_printable(&value, lines.items[i], strlen(lines.items[i]), false);
        result_add_observation(result, NULL, keys[i], value.length > 0 ? value.data : "", NULL);
    }
    strv_done(&lines);
}

static int wait_for_services(struct session *session, struct error **err)
{
    _cleanup_(guest_output_done) struct guest_output output = {0};
    const char *argv[] = {
        "/bin/sh", "-c", WAIT_FOR_SERVICES, "sh", session->job->network ? "pair" : "", NULL};
    struct guest_command command = {.argv = argv, .output_limit = 4096};
    int code;

    event_phase("waiting for services");
    code = guest_exec(session->guest, &command,
                      clock_now_ms() + session_limit_ms(session, LIMIT_SETTLE_S), &output, err);
    if (code < 0)
        return code;
    if (!output.exited || output.code != 0)
        return error_set(err, -EBADMSG, "the guest cannot unpack its payload: %.500s",
                         output.err.data != NULL ? output.err.data : "it printed nothing");
    observe_system(session->result, output.out.data != NULL ? output.out.data : "");
    return 0;
}

static int boot_and_save(struct session *session, struct state_draft *draft,
                         const char *prepared_by, struct error **err)
{
    int64_t started = clock_now_ms();
    enum entry_method entry_method = ENTRY_AGENT;
    int code;

    session->spec.overlay = state_draft_disk(draft);
    session->spec.ram = hypervisor_is_embed(session->hypervisor) ? state_draft_ram(draft) : NULL;
    if (session->spec.nvram != NULL)
        session->spec.nvram = state_draft_nvram(draft);
    event_phase("booting the guest");
    code = start_make_program_disks(session, err);
    if (code == 0)
        code = enter_make_disks(session, NULL, err);
    if (code == 0)
        code = guest_boot(session->hypervisor, &session->spec, &session->guest, err);
    if (code == 0)
        code = enter_boot(session, &entry_method, err);
    if (code == 0) {
        _cleanup_free_ char *took = text_format("%lld", (long long)(clock_now_ms() - started));

        result_add_observation(session->result, NULL, "boot.agent", took, "ms");
        code = wait_for_services(session, err);
    }
    if (code < 0)
        return code;
    if (session->image->packages.path == NULL)
        code = package_state_take(session, state_draft_packages(draft), err);
    if (code < 0)
        return code;
    event_phase("saving the guest");
    code = guest_save(session->guest, state_draft_memory(draft), err);
    if (code == 0)
        code = state_draft_complete(draft, &session->spec, entry_method, prepared_by, err);
    return code;
}

/* -ENOENT: it must be made; a damaged one has been removed. */
static int find(struct session *session, const char *key, struct saved_state *ret_state,
                struct error **err)
{
    _cleanup_close_ int hold = -1;
    int code = saved_state_open(session->home, key, &hold, ret_state, err);

    if (code == 0 || code == -ENOENT)
        return code;
    if (code == -EBADMSG && saved_state_remove(session->home, key, err) < 0)
        return (*err)->code;
    return -ENOENT;
}

static int prepare(struct session *session, struct error **err)
{
    _cleanup_(saved_state_done) struct saved_state state = {0};
    _cleanup_(state_draft_free_cleanup) struct state_draft *draft = NULL;
    _cleanup_error_ struct error *none = NULL;
    _cleanup_free_ char *self =
        text_format("%s/%s/%u", session->job->run_id, session->job->job_id, session->job->attempt);
    char key[DIGEST_TEXT_SIZE];
    int code = saved_state_key(session->hypervisor, &session->spec, key, err);

    if (code < 0)
        return code;
    text_replace(&session->result->state_key, key);
    code = find(session, key, &state, &none);
    if (code < 0) {
        code = space_for_state(session->home, session->spec.memory_mib, err);
        if (code < 0)
            return code;
        /* Acquires the lock: another run may be making the same state now. */
        code = state_draft_begin(session->home, key, session->image,
                                 clock_now_ms() + limits_prepare_ms(session->scale), &draft, err);
        if (code == 0)
            code = hypervisor_admit(session->hypervisor, state_draft_disk(draft), err);
        if (code == 0) {
            text_replace(&session->result->prepared_by, self);
            return boot_and_save(session, draft, self, err);
        }
        if (code != -EEXIST)
            return code;
        error_free(steal_ptr(*err));
        code = saved_state_find(session->home, key, &state, err);
        if (code < 0)
            return code;
    }
    session->result->warm = true;
    text_replace(&session->result->prepared_by, state.prepared_by);
    return 0;
}

void prepare_run(struct session *session)
{
    _cleanup_error_ struct error *err = NULL;

    if (prepare(session, &err) < 0)
        session_miss_guest(session, err);
}
