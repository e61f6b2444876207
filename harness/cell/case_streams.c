/* SPDX-License-Identifier: Apache-2.0 */
#include "cell/case_streams.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "guest/media/media.h"
#include "guest/media/results_disk.h"
#include "job/limits.h"

int case_streams_read(struct session *session, const char *id, const struct guest_output *output,
                      struct case_place *place, const struct case_record *earlier,
                      struct case_record *ret_record, struct error **err)
{
    _cleanup_buffer_ struct buffer data = {0};
    struct record_line line;
    int code;

    if (!output->exited || output->code != 0)
        return error_set(err, -EBADMSG, "the guest's case runner ended with %s %d: %.200s",
                         output->exited ? "exit code" : "signal", output->code,
                         output->err.data != NULL ? output->err.data : "");
    code =
        record_parse_line(output->out.data != NULL ? output->out.data : "", output->out.length,
                          session->job->nonce, id, place->offset, MEDIA_RESULTS_SIZE, &line, err);
    if (code == 0)
        code = results_disk_read(session->results, line.offset, line.length, &data, err);
    if (code == 0)
        code = record_check(id, &line, data.data, earlier, ret_record, err);
    if (code == 0)
        place->offset += (line.length + RECORD_PAGE - 1) / RECORD_PAGE * RECORD_PAGE;
    return code;
}

static bool keep(struct session *session, const char *id, const struct case_record *record,
                 enum record_stream stream, bool truncated)
{
    const struct buffer *data = case_record_bytes(record, stream);
    struct result *result = session->result;
    size_t before = result->evidence.count;
    bool kept =
        session_add_stream(session, record_stream_name(stream), id, data, record->sha256[stream]);

    if (result->evidence.count > before && truncated)
        result->evidence.items[result->evidence.count - 1].truncated = true;
    return kept;
}

/* A few core files of a cell are sufficient; that one is not stored does not affect the case. */
static void keep_core(struct session *session, const char *id, const struct case_record *record)
{
    unsigned cores = 0;

    vec_foreach (blob, &session->result->evidence)
        cores += strcmp(blob->name, record_stream_name(RECORD_CORE)) == 0;
    if (record->core.length > 0 && cores < LIMIT_CORES)
        keep(session, id, record, RECORD_CORE, !record->core_whole);
}

/* A case passes only with its evidence, which the host could not write or the limit cut off. */
static void withdraw(const struct result *result, struct case_result *row)
{
    _cleanup_free_ char *reason = NULL;

    if (result->outcome == STATUS_MISS && result->blame == BLAME_HOST) {
        reason = text_format("its output is not stored: %s", result->reason);
        case_set_reason(row, STATUS_MISS, BLAME_HOST, reason);
        return;
    }
    case_set_reason(row, STATUS_ERROR, BLAME_SUITE,
                    "its output is not stored: the evidence of all cases exceeds the limit of a "
                    "job; print less, or split the suite");
}

void case_streams_keep(struct session *session, struct case_result *row,
                       const struct case_record *record)
{
    const uint64_t dropped[] = {[RECORD_STDOUT] = record->out_dropped,
                                [RECORD_STDERR] = record->err_dropped,
                                [RECORD_OBSERVATIONS] = record->observations_dropped,
                                [RECORD_FACTS] = record->facts_dropped};

    for (enum record_stream stream = 0; stream < RECORD_CORE; stream++) {
        if (case_record_bytes(record, stream)->length == 0)
            continue;
        if (!keep(session, row->id, record, stream, dropped[stream] > 0) &&
            row->status == STATUS_PASS)
            withdraw(session->result, row);
    }
    keep_core(session, row->id, record);
}
