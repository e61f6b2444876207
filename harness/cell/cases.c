/* SPDX-License-Identifier: Apache-2.0 */
/* The cases one after the other, and what becomes of those that cannot run. */
#include "cell/cases.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "cell/case_run.h"
#include "cell/event.h"
#include "cell/kept.h"
#include "cell/limits.h"
#include "cell/programs.h"
#include "suite/observations.h"

/* A guest that died after its last "ok" has not passed: it must still answer. What its kernel was
 * tainted with since its start it passed with. */
static void check_alive(struct session *session)
{
    _cleanup_(guest_output_done) struct guest_output output = {0};
    _cleanup_(guest_identity_done) struct guest_identity now = {0};
    _cleanup_error_ struct error *err = NULL;
    const char *argv[] = {PROGRAMS_GUEST, "identity", NULL};
    struct guest_command command = {.argv = argv, .output_limit = IDENTITY_LINE_LIMIT};

    if (guest_exec(session->guest, &command,
                   clock_now_ms() + session_limit_ms(session, LIMIT_COMMAND_S), &output, &err) < 0)
        session_miss_guest(session, err);
    else if (identity_parse(output.out.data != NULL ? output.out.data : "", output.out.length, &now,
                            NULL) == 0)
        identity_observe_taint(&session->identity, &now, session->result);
}

static void miss_rest(struct session *session)
{
    _cleanup_free_ char *reason = text_format(
        "not run: %s", session->result->reason != NULL ? session->result->reason : "the job ended");

    vec_foreach (row, &session->result->cases) {
        if (!row->started && row->status == STATUS_MISS)
            case_set_reason(row, STATUS_MISS, session->result->blame, reason);
    }
}

/* The guest as the first failure left it; the cell goes on from there. */
static bool freeze(struct session *session, const struct case_result *row)
{
    _cleanup_error_ struct error *err = NULL;

    if (!session->job->keep_failed || session->frozen)
        return true;
    session->frozen = true;
    if (kept_freeze(session, row->id, row->reason != NULL ? row->reason : "", &err) == 0)
        return true;
    session_miss(session, BLAME_HARNESS, error_message(err));
    return false;
}

void cases_run(struct session *session)
{
    struct result *result = session->result;
    struct case_place place = {0};
    unsigned number = 0, total = (unsigned)result->cases.count;
    bool alive = true;

    vec_foreach (row, &result->cases) {
        const struct suite_case *planned = suite_find_case(session->suite, row->id);

        if (!alive)
            break;
        event_case_start(row->id, ++number, total);
        alive = case_run(session, planned, row, &place);
        if (alive && row->status >= STATUS_ERROR)
            alive = freeze(session, row);
        event_case_end(row->id, number, total, status_name(row->status));
    }
    if (alive) {
        check_alive(session);
        observations_hold_isa(session->platform, session->features, result);
    }
    miss_rest(session);
}
