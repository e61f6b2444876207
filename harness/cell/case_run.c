/* SPDX-License-Identifier: Apache-2.0 */
/* One command in the guest for each part of a case; its streams are read from the results disk
 * after each, so that a panic loses only the current part. Output of a guest is trusted only after
 * its record has been verified. */
#include "cell/case_run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "bundle/bounds.h"
#include "cell/case_streams.h"
#include "cell/evidence.h"
#include "cell/guard.h"
#include "cell/product.h"
#include "cell/programs.h"
#include "cell/restart.h"
#include "cell/samples.h"
#include "guest/media/media.h"
#include "job/limits.h"
#include "probes/probes.h"
#include "suite/needs.h"
#include "suite/observations.h"
#include "suite/protocol.h"
#include "suite/record.h"

/* "": the cell has one guest, and its cases do not see a name. */
static const char *guest_name(const struct session *session)
{
    if (session->name != NULL)
        return session->name;
    return session->pair != NULL ? GUEST_SERVER : "";
}

/* Where the case may write samples, and how long it measures. All empty: it does not measure. */
struct measured {
    char *place, *rounds, *minutes, *first;
};

static void measured_done(struct measured *measured)
{
    free(measured->place);
    free(measured->rounds);
    free(measured->minutes);
    free(measured->first);
}

static struct measured measured_of(const struct session *session, const struct suite_case *planned)
{
    const struct job *job = session->job;

    if (planned->minutes == 0)
        return (struct measured){text_dup(""), text_dup(""), text_dup(""), text_dup("")};
    return (struct measured){text_format("%llu %llu", (unsigned long long)MEDIA_SAMPLES_OFFSET,
                                         (unsigned long long)MEDIA_SAMPLES_SIZE),
                             text_format("%u", job->rounds > 0 ? job->rounds : planned->rounds),
                             text_format("%u", job->minutes > 0 ? job->minutes : planned->minutes),
                             text_format("%u", samples_first_round(session, planned))};
}

static int exec_leg(struct session *session, const struct suite_case *planned, uint64_t offset,
                    const struct record_end *before, struct guest_output *ret_output,
                    struct error **err)
{
    int64_t limit_ms = session_limit_ms(session, planned->timeout_s) +
                       limits_measured_ms(planned, session->job->rounds, session->job->minutes);
    _cleanup_(measured_done) struct measured measured = measured_of(session, planned);
    _cleanup_free_ char *timeout = text_format("%lld", (long long)limit_ms);
    _cleanup_free_ char *where = text_format("%llu", (unsigned long long)offset);
    _cleanup_free_ char *scale = text_format("%u", session->scale);
    _cleanup_free_ char *limit = text_format("%d", LIMIT_STREAM);
    _cleanup_free_ char *since = text_format("%lld", (long long)product_since_ms(session->product));
    _cleanup_free_ char *script = text_format(PROGRAMS_SUITE "/cases/%s", planned->run);
    _cleanup_free_ char *runner = session_runner(session);
    const char *argv[] = {runner,
                          "case",
                          "--id",
                          planned->id,
                          "--nonce",
                          session->job->nonce,
                          "--timeout-ms",
                          timeout,
                          "--limit",
                          limit,
                          "--results",
                          "serial:" GUEST_SERIAL_RESULTS,
                          "--payload",
                          GUEST_SERIAL_PAYLOAD,
                          "--state",
                          guard_state(session),
                          "--offset",
                          where,
                          "--platform",
                          session->platform->name,
                          "--scale",
                          scale,
                          "--guest",
                          guest_name(session),
                          "--mark",
                          before->mark,
                          "--hashed",
                          before->hashed,
                          "--samples",
                          measured.place,
                          "--rounds",
                          measured.rounds,
                          "--minutes",
                          measured.minutes,
                          "--round-first",
                          measured.first,
                          "--witness",
                          since,
                          "--",
                          script,
                          NULL};
    struct guest_command command = {.argv = argv, .output_limit = RECORD_LINE_LIMIT};

    /* The runner's own limit applies first; this one is for a guest that has stopped. */
    return guest_exec(session->guest, &command,
                      clock_now_ms() + limit_ms + session_limit_ms(session, LIMIT_COMMAND_S),
                      ret_output, err);
}

void case_set_reason(struct case_result *row, enum status status, enum blame blame,
                     const char *reason)
{
    row->status = status;
    row->blame = blame;
    text_replace(&row->reason, reason);
}

/* After each part, because the taint is cleared by the next boot. */
static void take_taint(struct session *session, const struct facts *facts)
{
    const struct fact *fact = facts_find(facts, "taint");
    uint64_t taint;

    if (fact != NULL &&
        text_parse_u64(fact_field(fact, 0), "taint", 0, UINT64_MAX, &taint, NULL) == 0)
        session_note_taint(session, taint);
}

/* Runs one part and appends its record to that of earlier parts. Returns false if the case has no
 * result; the row has the reason. */
static bool run_leg(struct session *session, const struct suite_case *planned,
                    struct case_result *row, struct case_place *place, struct case_record *whole,
                    bool *ret_alive)
{
    _cleanup_(guest_output_done) struct guest_output output = {0};
    _cleanup_(case_record_done) struct case_record leg = {0};
    _cleanup_error_ struct error *err = NULL;

    *ret_alive = false;
    if (exec_leg(session, planned, place->offset, &whole->end, &output, &err) < 0) {
        session_miss_guest(session, err);
        case_set_reason(row, STATUS_MISS, session->result->blame, session->result->reason);
        return false;
    }
    if (case_streams_read(session, row->id, &output, place, whole, &leg, &err) < 0) {
        /* Runner and disk worked before the case ran, so this is the guest's fault. */
        bool guests = err->code == -EBADMSG || err->code == -ENODATA;

        session_miss(session, guests ? session_blame_cases(session) : BLAME_HOST,
                     error_message(err));
        case_set_reason(row, STATUS_MISS, session->result->blame, session->result->reason);
        return false;
    }
    *ret_alive = !guard_take(session, row->id, &leg.facts);
    take_taint(session, &leg.facts);
    case_record_add(whole, &leg);
    return true;
}

/* Why a case cannot be continued, for its author; NULL: it can. Caller frees. */
static char *refuse_restart(const struct suite_case *planned, const struct record_end *end,
                            unsigned legs)
{
    if (!planned->restarts)
        return text_format("it requests a %s of its guest, which its suite does not declare: add "
                           "restarts=\"yes\" to <case id=\"%s\">",
                           restart_name(end->restart), planned->id);
    if (legs >= LIMIT_LEGS)
        return text_format("it requests a %s of its guest after %u starts, the limit is %d: check "
                           "TOUCHSTONE_MARK in the case",
                           restart_name(end->restart), legs, LIMIT_LEGS);
    return NULL;
}

/* Runs all parts; returns false if there is no result. */
static bool run_legs(struct session *session, const struct suite_case *planned,
                     struct case_result *row, struct case_place *place, struct case_record *whole,
                     bool *ret_alive)
{
    for (unsigned legs = 1;; legs++) {
        _cleanup_error_ struct error *err = NULL;
        _cleanup_free_ char *refusal = NULL;

        if (!run_leg(session, planned, row, place, whole, ret_alive))
            return false;
        if (whole->end.restart == RESTART_NONE)
            return true;
        if (!*ret_alive) {
            case_set_reason(row, STATUS_MISS, session->result->blame, session->result->reason);
            return false;
        }
        refusal = refuse_restart(planned, &whole->end, legs);
        if (refusal != NULL) {
            case_set_reason(row, STATUS_ERROR, BLAME_SUITE, refusal);
            return false;
        }
        if (restart_guest(session, row->id, whole->end.restart, whole->end.mark, &err) < 0) {
            *ret_alive = false;
            session_miss_guest(session, err);
            case_set_reason(row, STATUS_MISS, session->result->blame, session->result->reason);
            return false;
        }
    }
}

/* A background process requested a restart, but the case exited by itself. */
static void refuse_request(const struct facts *facts, struct case_result *row)
{
    const struct fact *fact = facts_find(facts, "restart-refused");
    _cleanup_free_ char *reason = NULL;

    if (fact == NULL || row->status != STATUS_PASS)
        return;
    reason = text_format("a background process requested a %s, but the case ended by itself: call "
                         "guest-%s as its last command",
                         strcmp(fact_field(fact, 0), "reboot") == 0 ? "reboot" : "power cut",
                         strcmp(fact_field(fact, 0), "reboot") == 0 ? "reboot" : "power-cut");
    case_set_reason(row, STATUS_ERROR, BLAME_SUITE, reason);
}

/* A built-in probe that broke is the harness's own trouble, unless it says that suite.xml names
 * what the packages do not have. */
static void own_probe(const struct suite_case *planned, const struct case_record *record,
                      struct case_result *row)
{
    if (planned->built_in && row->status == STATUS_ERROR && row->blame == BLAME_SUITE &&
        record->end.exit_code != PROBES_EXIT_SUITE) {
        row->status = STATUS_MISS;
        row->blame = BLAME_HARNESS;
    }
}

bool case_run(struct session *session, const struct suite_case *planned, struct case_result *row,
              struct case_place *place)
{
    _cleanup_(case_record_done) struct case_record record = {0};
    bool alive = true;

    if (!needs_met(planned, session->platform, &session->identity.features, session->result, row))
        return true;
    if (planned->minutes > 0)
        samples_check_host(session);
    row->started = true;
    if (run_legs(session, planned, row, place, &record, &alive)) {
        protocol_interpret(planned->protocol, &record, row);
        evidence_weigh(session, planned, &record, row);
        protocol_withhold(row);
        observations_collect(&record, planned->probe, row, session->result);
        refuse_request(&record.facts, row);
        guard_judge(session, &record.facts, row);
        own_probe(planned, &record, row);
    }
    if (planned->minutes > 0)
        samples_take(session, planned);
    case_streams_keep(session, row, &record);
    bounds_hold_case(session->result, row);
    return alive;
}
