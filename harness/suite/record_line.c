/* SPDX-License-Identifier: Apache-2.0 */
/* Parses the end record. */
#include "suite/record.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/json.h"

#define WHAT "the guest's end record"

static int want_text(const json_t *json, const char *key, const char *expected, const char *why,
                     struct error **err)
{
    const char *text;
    int code = json_get_string(json, WHAT, key, &text, err);
    _cleanup_buffer_ struct buffer shown = {0};

    if (code < 0 || strcmp(text, expected) == 0)
        return code;
    buffer_printable(&shown, text, strnlen(text, 80), false);
    return error_set(err, -EBADMSG, WHAT ": '%s' is '%s', expected '%s': %s", key,
                     shown.data != NULL ? shown.data : "", expected, why);
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
    const char *name, *mark, *hashed;
    size_t length;
    int code = json_get_string(json, WHAT, "restart", &name, err);

    if (code == 0)
        code = json_get_string(json, WHAT, "mark", &mark, err);
    if (code == 0 && !set_restart(end, name, mark))
        code = error_set(err, -EBADMSG, WHAT ": unknown restart kind or invalid mark");
    if (code < 0 || end->restart == RESTART_NONE)
        return code;
    code = json_get_string(json, WHAT, "hashed", &hashed, err);
    if (code < 0)
        return code;
    length = strlen(hashed);
    if (length == 0 || length > RECORD_HASHED_MAX || strspn(hashed, "0123456789abcdef,") != length)
        return error_set(err, -EBADMSG, WHAT ": 'hashed' is not the state of the digests");
    memcpy(end->hashed, hashed, length + 1);
    return 0;
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

const char *record_stream_name(enum record_stream stream)
{
    static const char *const names[] = {[RECORD_STDOUT] = "stdout",
                                        [RECORD_STDERR] = "stderr",
                                        [RECORD_OBSERVATIONS] = "observations",
                                        [RECORD_FACTS] = "facts",
                                        [RECORD_CORE] = "core",
                                        [RECORD_REPORT] = "report",
                                        [RECORD_ARTIFACTS] = "artifacts"};

    return names[stream];
}

static int get_part(const json_t *json, enum record_stream stream, struct record_part *part,
                    struct error **err)
{
    static const int64_t limits[] = {[RECORD_STDOUT] = RECORD_STREAM_LIMIT,
                                     [RECORD_STDERR] = RECORD_STREAM_LIMIT,
                                     [RECORD_OBSERVATIONS] = RECORD_OBSERVATIONS_LIMIT,
                                     [RECORD_FACTS] = FACTS_LIMIT,
                                     [RECORD_CORE] = RECORD_CORE_LIMIT,
                                     [RECORD_REPORT] = RECORD_REPORT_LIMIT,
                                     [RECORD_ARTIFACTS] = RECORD_ARTIFACTS_LIMIT};
    const char *sha256;
    uint64_t size = 0;
    int code = want_text(json, "name", record_stream_name(stream),
                         "the streams of a record have this order", err);

    if (code == 0)
        code = get_size(json, "size", limits[stream], &size, err);
    if (code == 0)
        code = json_get_string(json, WHAT, "sha256", &sha256, err);
    if (code < 0)
        return code;
    if (!digest_is_text(sha256))
        return error_set(err, -EBADMSG, WHAT ": 'sha256' is not 64 lower-case hex digits");
    part->size = (size_t)size;
    memcpy(part->sha256, sha256, DIGEST_TEXT_SIZE);
    return 0;
}

/* True if the part of the record that may be absent has this name. */
static bool is_part(const json_t *part, enum record_stream stream)
{
    const char *name = json_string_value(json_object_get(part, "name"));

    return text_equal(name, record_stream_name(stream));
}

/* Exactly the streams of a record, in their order. */
static int get_parts(const json_t *json, struct record_line *line, struct error **err)
{
    const json_t *parts = json_object_get(json, "parts");
    size_t count = json_array_size(parts), place = 0;

    if (count < RECORD_CORE || count > RECORD_STREAMS)
        return error_set(err, -EBADMSG, WHAT ": 'parts' lists %zu streams, expected %d to %d",
                         count, RECORD_CORE, RECORD_STREAMS);
    for (enum record_stream i = 0; i < RECORD_STREAMS && place < count; i++) {
        const json_t *part = json_array_get(parts, place);
        int code;

        /* The last place must be the last stream that is left. */
        if (i >= RECORD_CORE && i + 1 < RECORD_STREAMS && !is_part(part, i))
            continue;
        code = get_part(part, i, &line->parts[i], err);
        if (code < 0)
            return code;
        line->present[i] = true;
        line->length += line->parts[i].size;
        place++;
    }
    if (place < count)
        return error_set(err, -EBADMSG, WHAT ": the streams of 'parts' are not in their order");
    return 0;
}

static int get_line(const json_t *json, struct record_line *line, struct error **err)
{
    const struct {
        const char *key;
        uint64_t *to;
    } sizes[] = {{"stdout_dropped", &line->stdout_dropped},
                 {"stderr_dropped", &line->stderr_dropped},
                 {"observations_dropped", &line->observations_dropped},
                 {"facts_dropped", &line->facts_dropped}};
    int code;

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        code = get_size(json, sizes[i].key, INT64_MAX, sizes[i].to, err);
        if (code < 0)
            return code;
    }
    code = get_parts(json, line, err);
    if (code == 0)
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
        code = want_text(json, "nonce", nonce, "it is another case's", err);
    if (code == 0)
        code = want_text(json, "case", case_id, "it is another case's", err);
    if (code == 0)
        code = get_size(json, "offset", INT64_MAX, &place, err);
    if (code == 0)
        code = get_line(json, &line, err);
    if (code < 0)
        return code;
    if (place != offset || room_end < offset || line.length > room_end - offset)
        return error_set(err, -EBADMSG,
                         WHAT " of '%s' says %zu bytes at %" PRIu64 ", its place is %" PRIu64
                              " to %" PRIu64,
                         case_id, line.length, place, offset, room_end);
    *ret_line = line;
    return 0;
}
