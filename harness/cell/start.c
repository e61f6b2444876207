/* SPDX-License-Identifier: Apache-2.0 */
/* Creates disks, restores or boots a guest, then measures its identity. */
#include "cell/start.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"
#include "base/log.h"
#include "base/path.h"
#include "catalog/suite_payload.h"
#include "cell/enter.h"
#include "cell/guard.h"
#include "cell/installed.h"
#include "cell/programs.h"
#include "cell/staged_files.h"
#include "cell/tools.h"
#include "guest/media/media.h"
#include "guest/media/payload.h"
#include "guest/state/draft.h"
#include "job/event.h"
#include "job/limits.h"
#include "stage/stage.h"

/* The package state of the image's prepared guest, if the image's file does not name one; or NULL.
 * It exists as long as the descriptor is open. */
static char *find_package_state(struct session *session, int *ret_lock)
{
    _cleanup_(saved_state_done) struct saved_state state = {0};
    char key[DIGEST_TEXT_SIZE];

    if (session->image->packages.path != NULL ||
        saved_state_key(session->hypervisor, &session->spec, key, NULL) < 0 ||
        saved_state_open(session->home, key, ret_lock, &state, NULL) < 0)
        return NULL;
    return steal_ptr(state.packages);
}

/* The payload is stored on its disk and again in the guest's overlay: both are on the host. */
static int check_host_space(const struct session *session, struct error **err)
{
    struct suite_sizes sizes = {0};
    uint64_t free_bytes = 0, bytes, needed;
    int code = path_free_bytes(session->work, &free_bytes, err);

    if (code == 0)
        code = catalog_check_payload(session->suite->folder, NULL, NULL, &sizes, err);
    if (code < 0)
        return code;
    bytes = sizes.payload[session->image->arch] + session->staged->bytes;
    needed = 2 * bytes + SUITE_DISK_RESERVE;
    if (free_bytes >= needed)
        return 0;
    return error_set(err, -ENOSPC,
                     "not enough space in '%s': %llu MiB free, this cell's payload of %llu MiB "
                     "needs %llu MiB (payload disk, guest disk and a reserve); free some, or set "
                     "TOUCHSTONE_HOME to another file system",
                     session->home, (unsigned long long)free_bytes >> 20,
                     (unsigned long long)bytes >> 20, (unsigned long long)needed >> 20);
}

static int write_payload(struct session *session, const char *state, struct error **err)
{
    _cleanup_(payload_free_cleanup) struct payload *payload = NULL;
    int code = payload_new(session->payload, &payload, err);

    if (code == 0)
        code = programs_add(payload, session->image->arch, session->job->library_file, err);
    if (code == 0)
        code =
            payload_add_suite(payload, "suite", session->suite->folder, session->image->arch, err);
    if (code == 0)
        code = staged_files_add(session, session->staged, "packages", payload, err);
    if (code == 0)
        code = tools_add(session, state, payload, err);
    if (code == 0)
        code = payload_finish(payload, err);
    if (code == 0)
        session->unpacked = payload_unpacked_bytes(payload);
    return code;
}

int start_make_program_disks(struct session *session, struct error **err)
{
    _cleanup_(payload_free_cleanup) struct payload *payload = NULL;
    int code = payload_new(session->payload, &payload, err);

    if (code == 0)
        code = programs_add(payload, session->image->arch, session->job->library_file, err);
    if (code == 0)
        code = payload_finish(payload, err);
    return code == 0 ? media_make_results(session->results, err) : code;
}

int start_make_disks(struct session *session, struct error **err)
{
    _cleanup_close_ int hold = -1;
    _cleanup_free_ char *state = find_package_state(session, &hold);
    struct stage_options options = {.state = state, .folder = session->job->packages};
    int code;

    event_phase("staging packages");
    code = stage_packages(session->suite, session->image, &options, &session->staged, err);
    event_phase("writing disks");
    if (code < 0)
        return code;
    code = check_host_space(session, err);
    if (code == 0)
        code = write_payload(session, state, err);
    /* The planner detects this too, except for a run of an older version, or too many packages. */
    if (code == -EINVAL || code == -EFBIG)
        session_miss(session, BLAME_SUITE, err != NULL ? error_message(*err) : "");
    if (code == 0)
        code = media_make_results(session->results, err);
    return code;
}

int start_from_state(struct session *session, const struct saved_state *state, struct error **err)
{
    int code = media_copy_overlay(session->overlay, state->disk, state->folder, err);

    if (code == 0)
        code = enter_make_disks(session, state->nvram, err);
    session->spec.ram = state->ram;
    if (code == 0)
        code =
            guest_restore(session->hypervisor, &session->spec, state->memory, &session->guest, err);
    session->spec.ram = NULL; /* a guest that is booted again has memory of its own */
    return code == 0 ? enter_restored(session, state->entry_method, err) : code;
}

static int restore(struct session *session, const struct saved_state *state, struct error **err)
{
    int code;

    event_phase("restoring the guest");
    code = start_from_state(session, state, err);
    if (code < 0)
        return code;
    /* Set like after a boot, so that a cell has the same keys however its guest was started. */
    result_add_observation(session->result, NULL, "boot.entry_method",
                           entry_method_name(state->entry_method), NULL);
    session->result->warm = true;
    text_replace(&session->result->state_key, state->key);
    text_replace(&session->result->prepared_by, state->prepared_by);
    return 0;
}

static int boot(struct session *session, struct error **err)
{
    enum entry_method entry_method;
    int code;

    event_phase("booting the guest");
    code = media_make_overlay(session->overlay, session->image->disk.path, session->image->format,
                              err);
    if (code == 0)
        code = enter_make_disks(session, NULL, err);
    if (code == 0)
        code = guest_boot(session->hypervisor, &session->spec, &session->guest, err);
    return code == 0 ? enter_boot(session, &entry_method, err) : code;
}

/* Locked while the guest runs, because its disk is an overlay on the state's. */
static int find_and_restore(struct session *session, const char *key, struct error **err)
{
    _cleanup_(saved_state_done) struct saved_state state = {0};
    int code = saved_state_open(session->home, key, &session->state_lock, &state, err);

    if (code == 0)
        code = restore(session, &state, err);
    if (code < 0) {
        guest_free(steal_ptr(session->guest));
        session_release_state(session);
    }
    return code;
}

int start_guest(struct session *session, struct error **err)
{
    _cleanup_error_ struct error *problem = NULL, *kept = NULL;
    char key[DIGEST_TEXT_SIZE];
    int code;

    if (session->job->cold)
        return boot(session, err);
    code = saved_state_key(session->hypervisor, &session->spec, key, err);
    if (code < 0)
        return code;
    if (installed_restore(session, key))
        return 0;
    if (find_and_restore(session, key, &problem) == 0)
        return 0;
    /* Recorded as evidence: this cell did not start from the same state as others. */
    session_add_evidence(session, "why-cold", NULL, error_message(problem),
                         strlen(error_message(problem)));
    if (problem->code != -ENOENT && saved_state_remove(session->home, key, &kept) < 0)
        log_warning("%s", error_said(kept));
    return boot(session, err);
}

/* Blamed on the image: the suite fits on a larger root disk, and nothing of the product was run. */
static int no_space(struct session *session, const char *said, struct error **err)
{
    int code = error_set(err, -ENOSPC,
                         "the root disk of image '%s' is too small for the payload of suite '%s': "
                         "%s; enlarge the image's disk and its file system and add the image "
                         "again, or leave something out of the suite's files",
                         session->image->name, session->suite->name, said);

    session_miss(session, BLAME_IMAGE, err != NULL ? error_message(*err) : said);
    return code;
}

/* Added to the limit of the identity: writing a product of many GB to an emulated disk takes
 * time. */
enum { UNPACK_MIB_PER_S = 40 };

/* A single command: unpacks the payload and prints the guest's identity. `again`: it has been
 * unpacked already. */
static int measure(struct session *session, bool again, struct guest_identity *ret_identity,
                   struct error **err)
{
    bool booted = again || !session->result->warm;
    unsigned limit_s = LIMIT_IDENTITY_S + (unsigned)(session->unpacked >> 20) / UNPACK_MIB_PER_S;
    _cleanup_(guest_output_done) struct guest_output output = {0};
    int64_t now_ms = clock_wall_ms();
    _cleanup_free_ char *now = text_format("%lld", (long long)now_ms);
    _cleanup_free_ char *needs = text_format("%llu", (unsigned long long)session->unpacked >> 10);
    /* A restored guest contains the programs; in a booted one, the shell extracts the first. */
    bool there = again || session->installed_by != NULL;
    const char *const arguments[] = {
        "begin",     "--payload",         PROGRAMS_PAYLOAD, "--set-clock-ms",    now,
        "--without", booted ? "" : "bin", "--needs-kib",    there ? "0" : needs, NULL};
    const char *argv[sizeof(arguments) / sizeof(arguments[0]) + 4] = {PROGRAMS_GUEST};
    struct guest_command command = {.argv = argv, .output_limit = IDENTITY_LINE_LIMIT};
    size_t at = 1;
    const char *problem;
    int code;

    if (booted) {
        argv[0] = "/bin/sh";
        argv[at++] = "-c";
        argv[at++] = PROGRAMS_UNPACK " && exec " PROGRAMS_GUEST " \"$@\"";
        argv[at++] = "sh";
    }
    memcpy(&argv[at], arguments, sizeof(arguments));
    event_phase("measuring identity");
    if (!again)
        session->began_ms = now_ms;
    code = guest_exec(session->guest, &command, clock_now_ms() + session_limit_ms(session, limit_s),
                      &output, err);
    if (code < 0)
        return code;
    if (output.out.length > 0)
        session_add_evidence(session, "identity", NULL, output.out.data, output.out.length);
    if (!output.exited || output.code != 0) {
        _cleanup_buffer_ struct buffer said = {0};

        buffer_printable(&said, output.err.data != NULL ? output.err.data : "",
                         output.err.length < 500 ? output.err.length : 500, false);
        problem = said.length > 0 ? said.data : "it printed nothing";
        if (output.exited && output.code == PROGRAMS_EXIT_NO_SPACE)
            return no_space(session, problem, err);
        return error_set(
            err, -EBADMSG,
            "the guest could not unpack its payload and report its identity (exit code %d): %s",
            output.code, problem);
    }
    return identity_parse(output.out.data, output.out.length, ret_identity, err);
}

int start_measure(struct session *session, struct error **err)
{
    int code = measure(session, false, &session->identity, err);

    if (code < 0)
        return code;
    identity_compare(&session->identity, session->platform, session->image, session->features,
                     clock_wall_ms(), session->result);
    if (session->installed_by == NULL)
        session->first_taint = session->identity.taint;
    session_note_taint(session, session->identity.taint);
    identity_observe(&session->identity, session->result);
    if (!result_identity_matches(session->result))
        identity_conclude(session->result);
    return 0;
}

int start_measure_again(struct session *session, struct error **err)
{
    _cleanup_(guest_identity_done) struct guest_identity identity = {0};
    _cleanup_(result_free_cleanup) struct result *now = result_new();
    int code = measure(session, true, &identity, err);

    if (code < 0)
        return code;
    now->grade = session->result->grade;
    identity_compare(&identity, session->platform, session->image, session->features,
                     clock_wall_ms(), now);
    if (!result_identity_matches(now)) {
        identity_conclude(now);
        code = error_set(err, -EBADMSG, "after its restart %s", now->reason);
        /* It matched when the image was booted alone. */
        if (now->blame == BLAME_IMAGE)
            session_miss(session, BLAME_PRODUCT, error_message(*err));
        return code;
    }
    session_note_taint(session, identity.taint);
    guard_forget_boot(session);
    if (text_equal(identity.boot_id, session->identity.boot_id))
        return error_set(err, -EBADMSG,
                         "after its restart the guest still has boot id '%s': it did not restart",
                         identity.boot_id);
    guest_identity_done(&session->identity);
    session->identity = identity;
    identity = (struct guest_identity){0};
    return 0;
}

int start_without_suite(struct session *session, struct error **err)
{
    int code = start_make_program_disks(session, err);

    if (code == 0)
        code = start_guest(session, err);
    return code == 0 ? start_measure(session, err) : code;
}
