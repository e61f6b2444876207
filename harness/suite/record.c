/* SPDX-License-Identifier: Apache-2.0 */
/* Parses the end record and verifies the archive that it describes. */
#include "suite/record.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/json.h"

#define WHAT "the guest's case line"

static int want_text(const json_t *json, const char *key, const char *expected, struct error **err)
{
    const char *text;
    int code = json_get_string(json, WHAT, key, &text, err);
    _cleanup_buffer_ struct buffer shown = {0};

    if (code < 0 || strcmp(text, expected) == 0)
        return code;
    buffer_printable(&shown, text, strnlen(text, 80), false);
    return error_set(err, -EBADMSG, WHAT ": '%s' is '%s', expected '%s': it is another case's", key,
                     shown.data != NULL ? shown.data : "", expected);
}

static int get_size(const json_t *json, const char *key, int64_t max, uint64_t *ret_value,
                    struct error **err)
{
    int64_t value;
    int code = json_get_integer(json, WHAT, key, 0, max, &value, err);

    if (code == 0)
        *ret_value = (uint64_t)value;
    return code;
}

const char *restart_name(enum restart restart)
{
    static const char *const names[] = {
        [RESTART_NONE] = "none", [RESTART_REBOOT] = "reboot", [RESTART_POWER_CUT] = "power-cut"};

    return names[restart];
}

/* A mark requires a restart and vice versa. */
static bool set_restart(struct record_end *end, const char *name, const char *mark)
{
    size_t length = strlen(mark);

    for (end->restart = RESTART_NONE; end->restart < RESTART_COUNT; end->restart++)
        if (strcmp(name, restart_name(end->restart)) == 0)
            break;
    if (end->restart == RESTART_COUNT || length == 0 || length > RECORD_MARK_MAX ||
        strspn(mark, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") != length)
        return false;
    memcpy(end->mark, mark, length + 1);
    return end->restart != RESTART_NONE || strcmp(mark, "-") == 0;
}

static int get_restart(const json_t *json, struct record_end *end, struct error **err)
{
    const char *name, *mark;
    int code = json_get_string(json, WHAT, "restart", &name, err);

    if (code == 0)
        code = json_get_string(json, WHAT, "mark", &mark, err);
    if (code == 0 && !set_restart(end, name, mark))
        code = error_set(err, -EBADMSG, WHAT ": unknown restart kind or invalid mark");
    return code;
}

static int get_end(const json_t *json, struct record_end *end, struct error **err)
{
    int64_t exit_code, signal;
    int code = json_get_integer(json, WHAT, "exit", -1, 255, &exit_code, err);

    if (code == 0)
        code = json_get_integer(json, WHAT, "signal", 0, 64, &signal, err);
    if (code == 0)
        code = json_get_bool(json, WHAT, "timed_out", &end->timed_out, err);
    if (code == 0)
        code = json_get_integer(json, WHAT, "timeout_ms", 1, INT64_MAX, &end->timeout_ms, err);
    if (code == 0)
        code = json_get_integer(json, WHAT, "duration_ms", 0, INT64_MAX, &end->duration_ms, err);
    if (code < 0)
        return code;
    if ((exit_code < 0) != (signal > 0))
        return error_set(err, -EBADMSG,
                         WHAT ": exit %" PRId64 " and signal %" PRId64 " exclude each other",
                         exit_code, signal);
    end->exit_code = (int)exit_code;
    end->signal = (int)signal;
    return 0;
}

static int get_line(const json_t *json, struct record_line *line, struct error **err)
{
    const struct {
        const char *key;
        uint64_t *to;
    } sizes[] = {{"length", &line->length},
                 {"stdout_dropped", &line->stdout_dropped},
                 {"stderr_dropped", &line->stderr_dropped},
                 {"observations_dropped", &line->observations_dropped},
                 {"facts_dropped", &line->facts_dropped}};
    const char *sha256;
    int code;

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        code = get_size(json, sizes[i].key, INT64_MAX, sizes[i].to, err);
        if (code < 0)
            return code;
    }
    code = json_get_string(json, WHAT, "sha256", &sha256, err);
    if (code < 0)
        return code;
    if (!digest_is_text(sha256))
        return error_set(err, -EBADMSG, WHAT ": 'sha256' is not 64 lower-case hex digits");
    memcpy(line->sha256, sha256, DIGEST_TEXT_SIZE);
    code = get_end(json, &line->end, err);
    return code < 0 ? code : get_restart(json, &line->end, err);
}

int record_parse_line(const char *text, size_t length, const char *nonce, const char *case_id,
                      uint64_t offset, uint64_t room_end, struct record_line *ret_line,
                      struct error **err)
{
    _cleanup_json_ json_t *json = NULL;
    struct record_line line = {.offset = offset};
    uint64_t place = 0;
    int code;

    if (length == 0)
        return error_set(err, -EBADMSG, WHAT " of '%s' is empty: the case wrote no result",
                         case_id);
    if (length > RECORD_LINE_LIMIT)
        return error_set(err, -EBADMSG, WHAT " of '%s' is %zu bytes long, at most %d are allowed",
                         case_id, length, RECORD_LINE_LIMIT);
    code = json_parse(text, length, WHAT, &json, err);
    if (code == 0)
        code = want_text(json, "nonce", nonce, err);
    if (code == 0)
        code = want_text(json, "case", case_id, err);
    if (code == 0)
        code = get_size(json, "offset", INT64_MAX, &place, err);
    if (code == 0)
        code = get_line(json, &line, err);
    if (code < 0)
        return code;
    if (place != offset || room_end < offset || line.length > room_end - offset ||
        line.length == 0 || line.length > RECORD_ARCHIVE_LIMIT)
        return error_set(err, -EBADMSG,
                         WHAT " of '%s' says %" PRIu64 " bytes at %" PRIu64 ", its slot is %" PRIu64
                              " to %" PRIu64 " and at most %d are allowed",
                         case_id, line.length, place, offset, room_end, RECORD_ARCHIVE_LIMIT);
    *ret_line = line;
    return 0;
}

enum { MEMBERS = 4 };

static int find_members(const char *nonce, const char *case_id, const struct record_member *members,
                        size_t count, const struct record_member *ret_found[MEMBERS],
                        struct error **err)
{
    static const char *const names[] = {"stdout", "stderr", "observations", "facts"};
    static const size_t limits[] = {RECORD_STREAM_LIMIT, RECORD_STREAM_LIMIT,
                                    RECORD_OBSERVATIONS_LIMIT, FACTS_LIMIT};

    if (count != MEMBERS && count != MEMBERS + 1)
        return error_set(err, -EBADMSG,
                         "record of case '%s' has %zu members, expected %d: the results disk holds "
                         "no complete record",
                         case_id, count, MEMBERS);
    for (size_t i = 0; i < MEMBERS; i++) {
        _cleanup_free_ char *name = text_format("%s/%s/%s", nonce, case_id, names[i]);
        _cleanup_buffer_ struct buffer shown = {0};

        if (strcmp(members[i].name, name) != 0) {
            buffer_printable(&shown, members[i].name, strnlen(members[i].name, 160), false);
            return error_set(
                err, -EBADMSG,
                "record of case '%s': member %zu is '%s', expected '%s': it is another "
                "case's or an older one",
                case_id, i + 1, shown.data != NULL ? shown.data : "", name);
        }
        if (members[i].length > limits[i])
            return error_set(err, -EBADMSG, "record of case '%s': %s has %zu bytes, at most %zu",
                             case_id, names[i], members[i].length, limits[i]);
        ret_found[i] = &members[i];
    }
    return 0;
}

/* A core file must match the facts. */
static bool take_core(const char *nonce, const char *case_id, const struct record_member *member,
                      struct case_record *record)
{
    _cleanup_free_ char *name = text_format("%s/%s/core", nonce, case_id);
    const struct fact *fact = facts_find(&record->facts, "core");
    _cleanup_free_ char *size = text_format("%zu", member->length);

    if (strcmp(member->name, name) != 0 || member->length > RECORD_CORE_LIMIT || fact == NULL ||
        strcmp(fact_field(fact, 0), size) != 0)
        return false;
    record->core_whole = strcmp(fact_field(fact, 1), "1") == 0;
    buffer_add(&record->core, member->data, member->length);
    return true;
}

int record_check(const char *nonce, const char *case_id, const struct record_line *line,
                 const char *sha256, const struct record_member *members, size_t count,
                 struct case_record *ret_record, struct error **err)
{
    const struct record_member *found[MEMBERS];
    _cleanup_(case_record_done) struct case_record record = {.end = line->end,
                                                             .out_dropped = line->stdout_dropped,
                                                             .err_dropped = line->stderr_dropped,
                                                             .observations_dropped =
                                                                 line->observations_dropped,
                                                             .facts_dropped = line->facts_dropped};
    int code = find_members(nonce, case_id, members, count, found, err);

    if (code < 0)
        return code;
    if (strcmp(sha256, line->sha256) != 0)
        return error_set(err, -EBADMSG,
                         "record of case '%s': the archive on the results disk has another SHA-256 "
                         "than the case line says: it was truncated or modified",
                         case_id);
    code = facts_parse(found[3]->data, found[3]->length, &record.facts, err);
    if (code < 0)
        return error_prefix(err, "record of case '%s'", case_id);
    if (count > MEMBERS && !take_core(nonce, case_id, &members[MEMBERS], &record))
        return error_set(err, -EBADMSG,
                         "record of case '%s': its core dump does not match the facts", case_id);
    buffer_add(&record.facts_text, found[3]->data, found[3]->length);
    buffer_add(&record.out, found[0]->data, found[0]->length);
    buffer_add(&record.err, found[1]->data, found[1]->length);
    buffer_add(&record.observations, found[2]->data, found[2]->length);
    *ret_record = record;
    record = (struct case_record){0};
    return 0;
}

void case_record_add(struct case_record *record, const struct case_record *leg)
{
    int64_t before_ms = record->end.duration_ms;

    record->end = leg->end;
    record->end.duration_ms += before_ms;
    buffer_add(&record->out, leg->out.data, leg->out.length);
    buffer_add(&record->err, leg->err.data, leg->err.length);
    buffer_add(&record->observations, leg->observations.data, leg->observations.length);
    record->out_dropped += leg->out_dropped;
    record->err_dropped += leg->err_dropped;
    record->observations_dropped += leg->observations_dropped;
    /* They were parsed before, so this cannot fail. */
    facts_parse(leg->facts_text.data, leg->facts_text.length, &record->facts, NULL);
    buffer_add(&record->facts_text, leg->facts_text.data, leg->facts_text.length);
    record->facts_dropped += leg->facts_dropped;
    if (record->core.length == 0 && leg->core.length > 0) {
        buffer_add(&record->core, leg->core.data, leg->core.length);
        record->core_whole = leg->core_whole;
    }
}

void case_record_done(struct case_record *record)
{
    buffer_done(&record->out);
    buffer_done(&record->err);
    buffer_done(&record->observations);
    buffer_done(&record->facts_text);
    buffer_done(&record->core);
    facts_done(&record->facts);
}
