/* SPDX-License-Identifier: Apache-2.0 */
/* Disks, then a guest restored or booted, then its identity. */
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
#include "cell/enter.h"
#include "cell/event.h"
#include "cell/guard.h"
#include "cell/limits.h"
#include "cell/programs.h"
#include "guest/media.h"
#include "guest/warm.h"
#include "stage/stage.h"

/* The packages, and the list of them as evidence of what was installed. */
static int add_packages(struct session *session, struct payload *payload,
                        const struct staged *staged, struct error **err)
{
    _cleanup_buffer_ struct buffer list = {0};
    int code = 0;

    vec_foreach (package, &staged->packages) {
        _cleanup_free_ char *name = text_format("packages/%s", package->file);

        buffer_format(&list, "%s  %s %s %s\n", package->sha256, package->name, package->version,
                      package->arch);
        code = payload_add_file(payload, name, package->path, 0644, err);
        if (code < 0)
            return code;
    }
    if (list.length > 0)
        session_keep(session, "packages", NULL, list.data, list.length);
    return 0;
}

/* The package state that the image's prepared guest had, where its file does not say; or NULL. */
static char *find_package_state(struct session *session)
{
    _cleanup_(warm_state_done) struct warm_state state = {0};
    char key[DIGEST_TEXT_SIZE];

    if (session->image->packages.path != NULL ||
        warm_key(session->hypervisor, &session->spec, key, NULL) < 0 ||
        warm_find(session->home, key, &state, NULL) < 0)
        return NULL;
    return steal_ptr(state.packages);
}

int start_make_disks(struct session *session, struct error **err)
{
    _cleanup_(payload_free_cleanup) struct payload *payload = NULL;
    _cleanup_free_ char *state = find_package_state(session);
    struct stage_options options = {.state = state};
    int code;

    event_phase("staging packages");
    code = stage_packages(session->suite, session->image, &options, &session->staged, err);
    event_phase("writing disks");
    if (code == 0)
        code = payload_new(session->payload, &payload, err);
    if (code == 0)
        code = programs_add(payload, session->image->arch, err);
    if (code == 0)
        code = payload_add_folder(payload, "suite", session->suite->folder, err);
    if (code == 0)
        code = add_packages(session, payload, session->staged, err);
    if (code == 0)
        code = payload_finish(payload, err);
    if (code == 0)
        code = media_make_results(session->results, err);
    return code;
}

static int restore(struct session *session, const struct warm_state *state, struct error **err)
{
    int code;

    event_phase("restoring the guest");
    code = media_make_overlay(session->overlay, state->disk, DISK_QCOW2, err);
    if (code == 0)
        code = enter_make_disks(session, state->nvram, err);
    if (code == 0)
        code =
            guest_restore(session->hypervisor, &session->spec, state->memory, &session->guest, err);
    if (code == 0)
        code = enter_restored(session, state->way, err);
    if (code < 0)
        return code;
    /* As a booted one has it: a cell has the same keys whichever way its guest came up. */
    result_add_observation(session->result, NULL, "boot.way", way_name(state->way), NULL);
    session->result->warm = true;
    text_replace(&session->result->state_key, state->key);
    text_replace(&session->result->prepared_by, state->prepared_by);
    return 0;
}

static int boot(struct session *session, struct error **err)
{
    enum way way;
    int code;

    event_phase("booting the guest");
    code = media_make_overlay(session->overlay, session->image->disk.path, session->image->format,
                              err);
    if (code == 0)
        code = enter_make_disks(session, NULL, err);
    if (code == 0)
        code = guest_boot(session->hypervisor, &session->spec, &session->guest, err);
    return code == 0 ? enter_boot(session, &way, err) : code;
}

/* Held while the guest runs, since its disk stands on the state's. */
static int find_and_restore(struct session *session, const char *key, struct error **err)
{
    _cleanup_(warm_state_done) struct warm_state state = {0};
    int code = warm_hold(session->home, key, &session->state_hold, err);

    if (code == 0)
        code = warm_find(session->home, key, &state, err);
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
    code = warm_key(session->hypervisor, &session->spec, key, err);
    if (code < 0)
        return code;
    if (find_and_restore(session, key, &problem) == 0)
        return 0;
    /* Said in the evidence: this cell did not start from where its siblings did. */
    session_keep(session, "why-cold", NULL, error_message(problem), strlen(error_message(problem)));
    if (problem->code != -ENOENT && warm_remove(session->home, key, &kept) < 0)
        log_warning("%s", error_message(kept));
    return boot(session, err);
}

/* One exec: the payload unpacked, and who the guest says it is. */
static int measure(struct session *session, bool booted, struct guest_identity *ret_identity,
                   struct error **err)
{
    _cleanup_(guest_output_done) struct guest_output output = {0};
    _cleanup_free_ char *now = text_format("%lld", (long long)clock_wall_ms());
    /* A restored guest holds the programs already; a booted one is given them by its shell. */
    const char *const after_restore[] = {PROGRAMS_GUEST,   "begin",     "--payload",
                                         PROGRAMS_PAYLOAD, "--without", "bin",
                                         "--set-clock-ms", now,         NULL};
    const char *const after_boot[] = {
        "/bin/sh", "-c",       PROGRAMS_UNPACK " && exec " PROGRAMS_GUEST " \"$@\"",
        "sh",      "identity", "--set-clock-ms",
        now,       NULL};
    struct guest_command command = {.argv = booted ? after_boot : after_restore,
                                    .output_limit = IDENTITY_LINE_LIMIT};
    const char *problem;
    int code;

    event_phase("measuring identity");
    code = guest_exec(session->guest, &command,
                      clock_now_ms() + session_limit_ms(session, LIMIT_IDENTITY_S), &output, err);
    if (code < 0)
        return code;
    if (output.out.length > 0)
        session_keep(session, "identity", NULL, output.out.data, output.out.length);
    if (!output.exited || output.code != 0) {
        _cleanup_buffer_ struct buffer said = {0};

        buffer_printable(&said, output.err.data != NULL ? output.err.data : "",
                         output.err.length < 500 ? output.err.length : 500, false);
        problem = said.length > 0 ? said.data : "it printed nothing";
        return error_set(err, -EBADMSG,
                         "the guest could not unpack its payload and say who it is (exit %d): %s",
                         output.code, problem);
    }
    return identity_parse(output.out.data, output.out.length, ret_identity, err);
}

int start_measure(struct session *session, struct error **err)
{
    int code = measure(session, !session->result->warm, &session->identity, err);

    if (code < 0)
        return code;
    identity_compare(&session->identity, session->platform, session->image, session->features,
                     clock_wall_ms(), session->result);
    session->first_taint = session->identity.taint;
    identity_observe(&session->identity, session->result);
    if (!result_identity_matches(session->result))
        identity_settle(session->result);
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
        identity_settle(now);
        code = error_set(err, -EBADMSG, "after its restart %s", now->reason);
        /* It matched when the image came up alone. */
        if (now->blame == BLAME_IMAGE)
            session_miss(session, BLAME_PRODUCT, error_message(*err));
        return code;
    }
    session_note_taint(session, identity.taint);
    guard_forget_boot(session);
    if (text_equal(identity.boot_id, session->identity.boot_id))
        return error_set(err, -EBADMSG,
                         "after its restart the guest has the boot id '%s' that it had before: it "
                         "was not started again",
                         identity.boot_id);
    guest_identity_done(&session->identity);
    session->identity = identity;
    identity = (struct guest_identity){0};
    return 0;
}
