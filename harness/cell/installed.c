/* SPDX-License-Identifier: Apache-2.0 */
/* Saves a guest with its product installed, and starts other guests from it. */
#include "cell/installed.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "base/path.h"
#include "cell/guard.h"
#include "cell/preserve.h"
#include "cell/product.h"
#include "cell/start.h"
#include "guest/media/media.h"
#include "guest/state/draft.h"
#include "home/space.h"
#include "job/event.h"
#include "job/limits.h"

#define EVIDENCE "install-state"

/* The harness's programs are part of the prepared state's key, the suite's files and scripts of the
 * digest of its folder. */
bool installed_key(const struct session *session, const char *prepared,
                   char ret_key[DIGEST_TEXT_SIZE])
{
    _cleanup_buffer_ struct buffer text = {0};

    if (session->job->suite_sha256 == NULL)
        return false;
    buffer_format(&text, "installed 2\nprepared %s\nsuite %s\npackages %s\n", prepared,
                  session->job->suite_sha256, session->staged->sha256);
    digest_of_memory(text.data, text.length, ret_key);
    return true;
}

/* True if the result has all install cases of the suite. */
static bool has_all_installs(struct session *session)
{
    unsigned count = 0;

    vec_foreach (planned, &session->suite->cases) {
        if (planned->install && result_find_case(session->result, planned->id) == NULL)
            return false;
        count += planned->install;
    }
    return count > 0;
}

static void say(struct session *session, const char *text)
{
    session_add_evidence(session, EVIDENCE, NULL, text, strlen(text));
}

/* "SINCE TAINT FOOTPRINT GUARD": what the host knows about the guest when it is saved. */
static char *write_notes(const struct session *session)
{
    return text_format("%lld %" PRIu64 " %s %s", (long long)product_since_ms(session->product),
                       session->first_taint, session->footprint != NULL ? session->footprint : "-",
                       session->guard_state);
}

static int read_notes(const char *notes, uint64_t *ret_since, uint64_t *ret_taint,
                      char **ret_footprint, const char **ret_guard, struct error **err)
{
    _cleanup_strv_ struct strv words = {0};
    int code;

    strv_split(&words, notes, " ");
    if (words.count != 4)
        return error_set(err, -EBADMSG, "the saved installation's notes '%s' are damaged", notes);
    code = text_parse_u64(words.items[0], "since", 0, INT64_MAX, ret_since, err);
    if (code == 0)
        code = text_parse_u64(words.items[1], "taint", 0, UINT64_MAX, ret_taint, err);
    if (code == 0 && digest_is_text(words.items[2]))
        *ret_footprint = text_dup(words.items[2]);
    *ret_guard = strrchr(notes, ' ') + 1;
    return code;
}

static void mark_rows(struct session *session)
{
    _cleanup_free_ char *reason = text_format(
        "not executed: the guest was restored from the installation that attempt %s saved",
        strrchr(session->installed_by, '/') + 1);

    vec_foreach (row, &session->result->cases) {
        const struct suite_case *planned = suite_find_case(session->suite, row->id);

        if (!planned->install)
            continue;
        row->status = STATUS_DONE;
        row->blame = BLAME_NONE;
        row->exit_code = -1;
        text_replace(&row->reason, reason);
    }
}

/* Both are locked while the guest runs, because its disk is an overlay on the one, which is an
 * overlay on the other. */
static int restore(struct session *session, const char *key, const char *prepared,
                   struct error **err)
{
    _cleanup_(saved_state_done) struct saved_state state = {0};
    uint64_t since = 0, taint = 0;
    _cleanup_free_ char *footprint = NULL;
    const char *guard = NULL;
    int code = saved_state_lock(session->home, key, &session->install_lock, err);

    if (code == 0)
        code = saved_state_lock(session->home, prepared, &session->state_lock, err);
    if (code == 0)
        code = saved_state_find(session->home, key, &state, err);
    if (code < 0)
        return code;
    if (!text_equal(state.base, prepared) || !strv_has(&session->job->installed, state.prepared_by))
        return error_set(
            err, -ENOENT,
            "the saved installation belongs to attempt %s, which does not count in this run",
            state.prepared_by);
    code = read_notes(state.notes, &since, &taint, &footprint, &guard, err);
    if (code < 0)
        return code;
    event_phase("restoring the installed guest");
    code = start_from_state(session, &state, err);
    if (code < 0)
        return code;
    result_add_observation(session->result, NULL, "boot.entry_method",
                           entry_method_name(state.entry_method), NULL);
    session->result->warm = true;
    text_replace(&session->result->state_key, key);
    text_replace(&session->result->prepared_by, state.prepared_by);
    text_replace(&session->stands_on, key);
    text_replace(&session->installed_by, state.prepared_by);
    text_replace(&session->guard_state, guard);
    text_replace(&session->footprint, footprint);
    guard_forget_files(session);
    session->installed_ms = (int64_t)since;
    session->first_taint = taint;
    return 0;
}

bool installed_restore(struct session *session, const char *prepared)
{
    _cleanup_error_ struct error *err = NULL;
    char key[DIGEST_TEXT_SIZE];

    if (session->job->installed.count == 0 || !has_all_installs(session) ||
        !installed_key(session, prepared, key))
        return false;
    if (restore(session, key, prepared, &err) == 0) {
        mark_rows(session);
        return true;
    }
    say(session, error_message(err));
    guest_free(steal_ptr(session->guest));
    session_release_state(session);
    /* Damaged: it will be made again. */
    if (err->code != -ENOENT && err->code != -EBUSY &&
        saved_state_remove(session->home, key, NULL) < 0)
        log_warning("saved installation %.12s cannot be restored and is in use", key);
    return false;
}

/* True if the cases left something behind that later cases of this attempt, but not other attempts,
 * should report. */
static bool left_something(const struct session *session)
{
    struct console_trouble troubles[CONSOLE_TROUBLES];
    struct console_marks marks;

    guest_console_marks(session->guest, &marks);
    console_troubles(&marks, troubles);
    for (size_t i = 0; i < CONSOLE_TROUBLES; i++)
        if (troubles[i].seen)
            return true;
    vec_foreach (seen, &session->result->observations) {
        if (text_starts(seen->key, "left.") && strcmp(seen->key, "left.updated") != 0)
            return true;
    }
    return session->taint != 0;
}

/* Why no other attempt may start from the guest as it is; NULL: one may. */
static const char *refuse(const struct session *session)
{
    uint64_t free_bytes = 0;

    if (!session->result->warm)
        return "not saved: this attempt's guest was not started from a prepared one\n";
    vec_foreach (planned, &session->suite->cases) {
        const struct case_result *row =
            planned->install ? result_find_case(session->result, planned->id) : NULL;

        if (row != NULL && row->status != STATUS_PASS)
            return "not saved: not every install case passed\n";
    }
    if (session->result->reason != NULL || session->guard_state == NULL || left_something(session))
        return "not saved: the install cases left something behind besides the product\n";
    if (path_free_bytes(session->home, &free_bytes, NULL) < 0 || free_bytes < KEPT_ROOM)
        return "not saved: not enough space in $TOUCHSTONE_HOME\n";
    return NULL;
}

/* A state of another run is replaced, because it was not installed in this run; one of this run
 * stays. */
static int begin(struct session *session, const char *key, struct state_draft **ret_draft,
                 struct error **err)
{
    _cleanup_(saved_state_done) struct saved_state state = {0};
    _cleanup_free_ char *ours = text_format("%s/%s/", session->job->run_id, session->job->job_id);
    int code = space_for_state(session->home, session->spec.memory_mib, err);

    if (code == 0 && saved_state_find(session->home, key, &state, NULL) == 0)
        code = text_starts(state.prepared_by, ours)
                   ? error_set(err, -EEXIST, "another attempt has saved its installation")
                   : saved_state_remove(session->home, key, err);
    return code == 0 ? state_draft_begin(session->home, key, session->image, 0, ret_draft, err)
                     : code;
}

/* What the installation left running in the background would be done again after each restore. That
 * it does not become idle is no error, and a guest that has ended is found when it is saved. */
static void settle(struct session *session)
{
    _cleanup_(guest_output_done) struct guest_output output = {0};
    _cleanup_error_ struct error *err = NULL;
    _cleanup_free_ char *runner = session_runner(session);
    const char *argv[] = {runner, "idle", "10", NULL};
    struct guest_command command = {.argv = argv, .output_limit = 4096};

    if (guest_exec(session->guest, &command,
                   clock_now_ms() + session_limit_ms(session, LIMIT_SETTLE_S), &output, &err) < 0)
        log_warning("%s", error_said(err));
}

/* From here on, the guest is ended and its disk belongs to the state. */
static int save(struct session *session, struct state_draft *draft, struct error **err)
{
    _cleanup_free_ char *self =
        text_format("%s/%s/%u", session->job->run_id, session->job->job_id, session->job->attempt);
    _cleanup_free_ char *notes = write_notes(session);
    int code = guest_save(session->guest, state_draft_memory(draft), err);

    if (code < 0)
        return code;
    guest_free(steal_ptr(session->guest));
    code = path_move_file(session->overlay, state_draft_disk(draft), err);
    if (code == 0 && session->nvram != NULL)
        code = media_copy_sparse(session->nvram, state_draft_nvram(draft), err);
    if (code < 0)
        return code;
    state_draft_set_base(draft, session->result->state_key, notes);
    return state_draft_complete(draft, &session->spec, session->entry_method, self, err);
}

/* Continues with the guest as it was saved; its payload and results disks still exist. */
static int go_on(struct session *session, const char *key, struct error **err)
{
    _cleanup_(saved_state_done) struct saved_state state = {0};
    int code = saved_state_lock(session->home, key, &session->install_lock, err);

    if (code == 0)
        code = saved_state_find(session->home, key, &state, err);
    text_replace(&session->stands_on, key);
    return code == 0 ? start_from_state(session, &state, err) : code;
}

int installed_save(struct session *session, struct error **err)
{
    _cleanup_(state_draft_free_cleanup) struct state_draft *draft = NULL;
    _cleanup_error_ struct error *problem = NULL;
    const char *why;
    char key[DIGEST_TEXT_SIZE];
    int code;

    if (!session->job->reuse_install || session->stands_on != NULL || !has_all_installs(session) ||
        session->preserved_failure)
        return 0;
    why = refuse(session);
    if (why == NULL && (!installed_key(session, session->result->state_key, key) ||
                        begin(session, key, &draft, &problem) < 0))
        why = problem != NULL ? error_message(problem)
                              : "not saved: the job request is from an older version\n";
    if (why != NULL) {
        say(session, why);
        return 0;
    }
    event_phase("saving the installed guest");
    settle(session);
    session_note_trouble(session);
    session_add_console(session, "console.until-installed");
    code = save(session, draft, err);
    if (code == 0) {
        state_draft_free(steal_ptr(draft));
        code = go_on(session, key, err);
    }
    return code < 0
               ? error_prefix(
                     err,
                     "the guest could not be resumed after it was saved after its install cases")
               : 0;
}
