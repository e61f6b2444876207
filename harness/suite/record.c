/* SPDX-License-Identifier: Apache-2.0 */
/* Verifies the streams of a case against its end record, and joins the parts of a case. */
#include "suite/record.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"

static struct buffer *bytes_of(struct case_record *record, enum record_stream stream)
{
    struct buffer *const buffers[] = {[RECORD_STDOUT] = &record->out,
                                      [RECORD_STDERR] = &record->err,
                                      [RECORD_OBSERVATIONS] = &record->observations,
                                      [RECORD_FACTS] = &record->facts_text,
                                      [RECORD_CORE] = &record->core,
                                      [RECORD_REPORT] = &record->report_text,
                                      [RECORD_ARTIFACTS] = &record->artifacts_text};

    return buffers[stream];
}

const struct buffer *case_record_bytes(const struct case_record *record, enum record_stream stream)
{
    return bytes_of((struct case_record *)record, stream);
}

/* Hashes the bytes once: the digest verifies them and names them as evidence. */
static int take_stream(const char *case_id, enum record_stream stream,
                       const struct record_part *part, const char *data,
                       const struct case_record *earlier, struct case_record *record,
                       struct error **err)
{
    const struct digest *before = stream < RECORD_CORE ? earlier->running[stream] : NULL;
    struct digest *running = before != NULL ? digest_copy(before) : digest_new();
    _cleanup_(digest_free_cleanup) struct digest *end = NULL;

    if (part->size > 0)
        digest_add(running, data, part->size);
    end = digest_copy(running);
    digest_text(end, record->sha256[stream]);
    if (stream < RECORD_CORE)
        record->running[stream] = running;
    else
        digest_free(running);
    if (strcmp(record->sha256[stream], part->sha256) != 0)
        return error_set(err, -EBADMSG,
                         "record of case '%s': %s on the results disk has another SHA-256 than the "
                         "end record says: it was truncated or modified",
                         case_id, record_stream_name(stream));
    buffer_add(bytes_of(record, stream), data, part->size);
    return 0;
}

/* A core file must match the facts. */
static int check_core(const char *case_id, struct case_record *record, struct error **err)
{
    const struct fact *fact = facts_find(&record->facts, "core");
    _cleanup_free_ char *size = text_format("%zu", record->core.length);

    if (fact == NULL || strcmp(fact_field(fact, 0), size) != 0)
        return error_set(err, -EBADMSG,
                         "record of case '%s': its core dump does not match the facts", case_id);
    record->core_whole = strcmp(fact_field(fact, 1), "1") == 0;
    return 0;
}

static int parse_collected(const char *case_id, struct case_record *record, struct error **err)
{
    int code = collected_parse(&record->report_text, "report", &record->report, err);

    if (code == 0)
        code = collected_parse(&record->artifacts_text, "artifacts", &record->artifacts, err);
    if (code < 0)
        error_prefix(err, "record of case '%s'", case_id);
    return code;
}

/* The files of the last part are those of the case. */
static void move_collected(struct buffer *text, struct collected *files, struct buffer *from_text,
                           struct collected *from)
{
    buffer_done(text);
    collected_done(files);
    *text = *from_text;
    *files = *from;
    *from_text = (struct buffer){0};
    *from = (struct collected){0};
}

int record_check(const char *case_id, const struct record_line *line, const char *data,
                 const struct case_record *earlier, struct case_record *ret_record,
                 struct error **err)
{
    _cleanup_(case_record_done) struct case_record record = {.end = line->end,
                                                             .out_dropped = line->stdout_dropped,
                                                             .err_dropped = line->stderr_dropped,
                                                             .observations_dropped =
                                                                 line->observations_dropped,
                                                             .facts_dropped = line->facts_dropped};
    int code = 0;

    for (int i = 0; code == 0 && i < RECORD_STREAMS; i++) {
        if (!line->present[i])
            continue;
        code = take_stream(case_id, (enum record_stream)i, &line->parts[i], data, earlier, &record,
                           err);
        data += line->parts[i].size;
    }
    if (code < 0)
        return code;
    code = facts_parse(record.facts_text.data, record.facts_text.length, &record.facts, err);
    if (code < 0) {
        error_prefix(err, "record of case '%s'", case_id);
        return code;
    }
    code = line->present[RECORD_CORE] ? check_core(case_id, &record, err) : 0;
    if (code == 0)
        code = parse_collected(case_id, &record, err);
    if (code < 0)
        return code;
    *ret_record = record;
    record = (struct case_record){0};
    return 0;
}

void case_record_add(struct case_record *record, struct case_record *leg)
{
    int64_t before_ms = record->end.duration_ms;

    if (record->core.length == 0 && leg->core.length > 0) {
        record->core_whole = leg->core_whole;
        memcpy(record->sha256[RECORD_CORE], leg->sha256[RECORD_CORE], DIGEST_TEXT_SIZE);
        buffer_add(&record->core, leg->core.data, leg->core.length);
    }
    for (enum record_stream i = 0; i < RECORD_CORE; i++) {
        const struct buffer *more = bytes_of(leg, i);

        buffer_add(bytes_of(record, i), more->data, more->length);
        memcpy(record->sha256[i], leg->sha256[i], DIGEST_TEXT_SIZE);
        digest_free(record->running[i]);
        record->running[i] = leg->running[i];
        leg->running[i] = NULL;
    }
    move_collected(&record->report_text, &record->report, &leg->report_text, &leg->report);
    move_collected(&record->artifacts_text, &record->artifacts, &leg->artifacts_text,
                   &leg->artifacts);
    record->end = leg->end;
    record->end.duration_ms += before_ms;
    record->out_dropped += leg->out_dropped;
    record->err_dropped += leg->err_dropped;
    record->observations_dropped += leg->observations_dropped;
    record->facts_dropped += leg->facts_dropped;
    /* They were parsed before, so this cannot fail. */
    facts_parse(leg->facts_text.data, leg->facts_text.length, &record->facts, NULL);
}

void case_record_done(struct case_record *record)
{
    for (enum record_stream i = 0; i < RECORD_STREAMS; i++)
        buffer_done(bytes_of(record, i));
    for (enum record_stream i = 0; i < RECORD_CORE; i++)
        digest_free(record->running[i]);
    collected_done(&record->report);
    collected_done(&record->artifacts);
    facts_done(&record->facts);
}
