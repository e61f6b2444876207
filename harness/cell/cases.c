/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the cases one after the other, and handles those that cannot be run. */
#include "cell/cases.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/path.h"
#include "cell/case_run.h"
#include "cell/footprint.h"
#include "cell/installed.h"
#include "cell/pair.h"
#include "cell/preserve.h"
#include "cell/product.h"
#include "cell/programs.h"
#include "job/event.h"
#include "job/limits.h"
#include "probes/probes.h"
#include "suite/dependencies.h"
#include "suite/observations.h"
#include "suite/scan.h"

#define ROOT_FULL_KIB 1024

/* Detects changes of the guest while it ran the cases. */
static void look_back(struct session *session, const struct guest_identity *now)
{
    const struct guest_identity *then = &session->identity;
    _cleanup_free_ char *change = identity_find_change(then, now);

    session_note_taint(session, now->taint);
    if (change != NULL) {
        _cleanup_free_ char *reason =
            text_format("the guest's identity changed while the cases ran: %s", change);

        session_miss(session, session_blame_cases(session), reason);
    }
    if (now->root_free_kib < ROOT_FULL_KIB && then->root_free_kib >= ROOT_FULL_KIB) {
        _cleanup_free_ char *left = text_format("%" PRIu64, now->root_free_kib);

        result_add_observation(session->result, NULL, "disk.root-full", left, "KiB");
    }
}

/* The harness's own program worked before the cases ran, so they are to blame. */
static void miss_identity(struct session *session, const struct guest_output *output,
                          const struct error *err)
{
    _cleanup_free_ char *reason = NULL;
    _cleanup_buffer_ struct buffer said = {0};

    buffer_printable(&said, output->err.data != NULL ? output->err.data : "",
                     output->err.length < 200 ? output->err.length : 200, false);
    if (err != NULL)
        reason = text_format("cannot measure the guest's identity after the cases: %s",
                             error_message(err));
    else
        reason =
            text_format("after the cases the harness's program in the guest ended with %s %d%s%s",
                        output->exited ? "exit code" : "signal", output->code,
                        said.length > 0 ? ": " : "", said.length > 0 ? said.data : "");
    session_miss(session, session_blame_cases(session), reason);
}

/* A guest that died after its last "ok" has not passed: it must still respond. */
static void check_alive(struct session *session)
{
    _cleanup_(guest_output_done) struct guest_output output = {0};
    _cleanup_(guest_identity_done) struct guest_identity now = {0};
    _cleanup_error_ struct error *err = NULL;
    _cleanup_free_ char *runner = session_runner(session);
    const char *argv[] = {runner, "identity", NULL};
    struct guest_command command = {.argv = argv, .output_limit = IDENTITY_LINE_LIMIT};

    if (guest_exec(session->guest, &command,
                   clock_now_ms() + session_limit_ms(session, LIMIT_COMMAND_S), &output, &err) < 0)
        session_miss_guest(session, err);
    else if (!output.exited || output.code != 0 ||
             identity_parse(output.out.data != NULL ? output.out.data : "", output.out.length, &now,
                            &err) < 0)
        miss_identity(session, &output, err);
    else
        look_back(session, &now);
}

/* If the kernel reported trouble while a case failed, its reason mentions that. */
static void describe_trouble(const struct console_marks *before, const struct console_marks *after,
                             struct case_result *row)
{
    struct console_trouble then[CONSOLE_TROUBLES], now[CONSOLE_TROUBLES];

    console_troubles(before, then);
    console_troubles(after, now);
    for (size_t i = 0; row->status == STATUS_FAIL && i < CONSOLE_TROUBLES; i++)
        if (now[i].seen && !then[i].seen) {
            _cleanup_free_ char *reason =
                text_format("%s; meanwhile on the guest's console: %s",
                            row->reason != NULL ? row->reason : "it failed", now[i].line);

            text_replace(&row->reason, reason);
            return;
        }
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

/* Preserves the guest as the first failure left it; the cell continues from there. */
static bool freeze(struct session *session, const struct case_result *row)
{
    _cleanup_error_ struct error *err = NULL;

    if (!session->job->keep_failed || session->preserved_failure)
        return true;
    session->preserved_failure = true;
    if (preserve_guest(session, row->id, row->reason != NULL ? row->reason : "", &err) == 0)
        return true;
    session_miss(session, BLAME_HARNESS, error_message(err));
    return false;
}

/* Written beside the console in the work folder: if this process dies, both are stored by crash
 * recovery. */
static void note_guest(struct session *session)
{
    _cleanup_free_ char *path = path_join(session->work, "domain.xml");
    _cleanup_error_ struct error *err = NULL;
    const char *xml = guest_domain_xml(session->guest);

    if (path_write_unsynced(path, xml, strlen(xml), &err) < 0)
        session_miss(session, BLAME_HOST, error_message(err));
}

static bool is_after_install(const struct session *session, const struct case_result *row)
{
    return row > session->result->cases.items &&
           suite_find_case(session->suite, row[-1].id)->install;
}

/* Called before the first case that is not an install case; the cell continues from the saved
 * state. */
static bool save_installation(struct session *session)
{
    _cleanup_error_ struct error *err = NULL;

    if (installed_save(session, &err) == 0)
        return true;
    session_miss_guest(session, err);
    return false;
}

static bool is_given(const void *product, const char *path)
{
    return product_ships(product, path);
}

void cases_run(struct session *session)
{
    struct result *result = session->result;
    struct case_place place = {0};
    unsigned number = 0, total = (unsigned)result->cases.count;
    bool alive = true;

    session->cases_began = true;
    note_guest(session);
    footprint_begin(session);
    session_note_start(session);
    vec_foreach (row, &result->cases) {
        const struct suite_case *planned = suite_find_case(session->suite, row->id);
        struct console_marks before, after;

        if (!alive)
            break;
        number++;
        if (case_is_restored(row))
            continue;
        footprint_before(session, row);
        if (!planned->install && is_after_install(session, row))
            alive = save_installation(session);
        if (!alive)
            break;
        guest_console_marks(session->guest, &before);
        session_note_running(session, row->id);
        event_case_start(row->id, number, total);
        alive = planned->in_client ? pair_run_case(session, planned, row)
                                   : case_run(session, planned, row, &place);
        footprint_after(session, row, alive);
        if (session->guest != NULL) {
            guest_console_marks(session->guest, &after);
            describe_trouble(&before, &after, row);
        }
        session_note(session);
        if (alive && row->status >= STATUS_ERROR)
            alive = freeze(session, row);
        event_case_end(row->id, number, total, status_name(row->status));
    }
    footprint_end(session, alive);
    if (alive)
        check_alive(session);
    if (alive && pair_client(session) != NULL)
        check_alive(pair_client(session));
    identity_observe_taint(session->first_taint, session->first_taint | session->taint, result);
    if (alive) {
        observations_hold_isa(session->platform, session->features, result);
    }
    scan_compare(result, PROBES_SCAN, PROBES_PORTS);
    if (session->product != NULL) {
        dependencies_compare(result, PROBES_PREFIX "dependencies", is_given, session->product);
        product_finish(session->product, alive, &result->prediction);
    }
    miss_rest(session);
}
