/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One command in the guest for each snapshot. The first one, which the others are compared with, is
 * stored in the guest when it is prepared (cell/prepare), and its digest is measured with the
 * identity before the first case, so the product cannot change it unnoticed.
 */
#include "cell/footprint.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "job/event.h"
#include "job/limits.h"
#include "suite/footprint.h"

/* inside/footprint.h: the first snapshot is not as it was. */
#define EXIT_SNAPSHOT_CHANGED 75

static bool is_wanted(const struct session *session)
{
    vec_foreach (row, &session->result->cases)
        if (row->item == ITEM_INSTALL)
            return true;
    return false;
}

static int exec(struct session *session, const char *digest, struct guest_output *ret_output,
                struct error **err)
{
    int64_t limit_ms = session_limit_ms(session, LIMIT_FOOTPRINT_S);
    _cleanup_free_ char *limit = text_format("%lld", (long long)limit_ms);
    _cleanup_free_ char *runner = session_runner(session);
    const char *argv[] = {
        runner, "footprint", "--time-ms", limit, digest != NULL ? "--since" : NULL, digest, NULL};
    struct guest_command command = {.argv = argv, .output_limit = FOOTPRINT_TEXT_LIMIT};
    _cleanup_buffer_ struct buffer said = {0};
    size_t length;
    int code = guest_exec(session->guest, &command,
                          clock_now_ms() + limit_ms + session_limit_ms(session, LIMIT_COMMAND_S),
                          ret_output, err);

    if (code < 0 || (ret_output->exited && ret_output->code == 0))
        return code;
    if (ret_output->exited && ret_output->code == EXIT_SNAPSHOT_CHANGED)
        session->footprint_spoiled = true;
    length = ret_output->err.data != NULL ? strcspn(ret_output->err.data, "\n") : 0;
    buffer_printable(&said, length > 0 ? ret_output->err.data : "", length < 500 ? length : 500,
                     false);
    return error_set(err, -EBADMSG, "the harness's program in the guest ended with %s %d: %s",
                     ret_output->exited ? "exit code" : "signal", ret_output->code,
                     said.length > 0 ? said.data : "it printed nothing");
}

/* A guest that was booted for this cell has no snapshot yet. */
static void take_first(struct session *session)
{
    _cleanup_(guest_output_done) struct guest_output output = {0};
    _cleanup_error_ struct error *err = NULL;
    _cleanup_free_ char *digest = NULL;

    event_phase("taking a snapshot of the system");
    if (exec(session, NULL, &output, &err) < 0) {
        text_replace(&session->footprint_problem, error_message(err));
        return;
    }
    digest = text_ndup(output.out.data != NULL ? output.out.data : "", DIGEST_TEXT_SIZE - 1);
    if (digest_is_text(digest))
        text_replace(&session->footprint, digest);
    else
        text_replace(&session->footprint_problem, "the guest printed no digest of its snapshot");
}

void footprint_begin(struct session *session)
{
    session->footprint_wanted = is_wanted(session);
    if (!session->footprint_wanted || session->installed_by != NULL)
        return;
    /* In a guest that was booted, the image could have the file. */
    if (session->result->warm && digest_is_text(session->identity.footprint))
        text_replace(&session->footprint, session->identity.footprint);
    else
        take_first(session);
}

static void take(struct session *session, enum footprint_phase phase)
{
    struct footprint *footprint = &session->result->footprint;
    _cleanup_(guest_output_done) struct guest_output output = {0};
    _cleanup_error_ struct error *err = NULL;
    int code;

    session->footprint_taken |= 1u << phase;
    if (session->footprint == NULL) {
        footprint_miss(footprint, phase,
                       session->footprint_problem != NULL
                           ? session->footprint_problem
                           : "there is no snapshot from before the installation");
        return;
    }
    event_phase("taking a snapshot of the system");
    code = exec(session, session->footprint, &output, &err);
    if (code == 0)
        code = footprint_read(output.out.data, output.out.length, phase, session->suite, footprint,
                              &err);
    if (code < 0)
        footprint_miss(footprint, phase, error_message(err));
}

static bool is_taken(const struct session *session, enum footprint_phase phase)
{
    return (session->footprint_taken & (1u << phase)) != 0;
}

/* True if no later case has that item. */
static bool is_last(const struct session *session, const struct case_result *row)
{
    const struct result *result = session->result;

    for (const struct case_result *later = row + 1;
         later < result->cases.items + result->cases.count; later++)
        if (later->item == row->item)
            return false;
    return true;
}

static bool has_run(const struct session *session, enum item item)
{
    vec_foreach (row, &session->result->cases)
        if (row->item == item && row->started)
            return true;
    return false;
}

void footprint_before(struct session *session, const struct case_result *row)
{
    if (!session->footprint_wanted)
        return;
    if (row->item != ITEM_INSTALL && !is_taken(session, FOOTPRINT_INSTALLED) &&
        has_run(session, ITEM_INSTALL))
        take(session, FOOTPRINT_INSTALLED);
    if (row->item == ITEM_UNINSTALL && !is_taken(session, FOOTPRINT_SUITE))
        take(session, FOOTPRINT_SUITE);
}

void footprint_after(struct session *session, struct case_result *row, bool alive)
{
    if (!session->footprint_wanted || row->item != ITEM_UNINSTALL || !row->started ||
        !is_last(session, row))
        return;
    if (alive)
        take(session, FOOTPRINT_UNINSTALLED);
    else
        footprint_miss(&session->result->footprint, FOOTPRINT_UNINSTALLED,
                       "the guest had ended before the snapshot");
    footprint_judge(&session->result->footprint,
                    session->footprint_spoiled ? BLAME_PRODUCT : BLAME_HARNESS, row);
}

void footprint_end(struct session *session, bool alive)
{
    if (!session->footprint_wanted)
        return;
    if (alive && !is_taken(session, FOOTPRINT_SUITE) &&
        (has_run(session, ITEM_INSTALL) || session->installed_by != NULL))
        take(session, FOOTPRINT_SUITE);
    footprint_find_changes(&session->result->footprint);
}
