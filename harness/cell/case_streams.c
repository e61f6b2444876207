/* SPDX-License-Identifier: Apache-2.0 */
#include "cell/case_streams.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "guest/media/media.h"
#include "guest/media/results_disk.h"
#include "job/limits.h"
#include "model/bounds.h"

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
                          session->job->nonce, id, place->offset, MEDIA_SAMPLES_OFFSET, &line, err);
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

/* The name of a collected file as evidence: what it belongs to and its own name, escaped, because
 * the guest chose it. */
static char *file_evidence_name(const char *what, const char *name)
{
    _cleanup_buffer_ struct buffer text = {0};

    buffer_text(&text, what);
    if (name[0] != '\0') {
        buffer_text(&text, "/");
        buffer_printable(&text, name, strlen(name), false);
    }
    if (text.length > BOUND_LABEL) {
        size_t length = BOUND_LABEL - strlen("…");

        while (length > 0 && ((unsigned char)text.data[length] & 0xc0) == 0x80)
            length--;
        return text_format("%.*s…", (int)length, text.data);
    }
    return buffer_steal(&text);
}

/* Artifacts must not use up the space for the output of later cases. */
static bool has_room_for_artifact(struct session *session, size_t size)
{
    if (session->artifact_files >= LIMIT_ARTIFACT_FILES ||
        session->artifact_bytes + size > LIMIT_ARTIFACTS)
        return false;
    session->artifact_files++;
    session->artifact_bytes += size;
    return true;
}

static bool keep_file(struct session *session, const char *id, bool artifact,
                      const struct collected_file *file)
{
    _cleanup_free_ char *name = file_evidence_name(artifact ? "artifact" : "report", file->name);

    return (!artifact || has_room_for_artifact(session, file->size)) &&
           session_add_evidence(session, name, id, file->data, file->size);
}

/* Stores the files of a report or of artifacts. What the bounds of the case or of the job left out
 * is an observation. Returns false if not all that were transferred are stored. */
static bool keep_files(struct session *session, const char *id, bool artifacts,
                       const struct collected *files)
{
    uint64_t left_files, left_bytes;
    bool all = true;

    collected_count_left(files, &left_files, &left_bytes);
    vec_foreach (file, files) {
        if (file->left_files > 0 || keep_file(session, id, artifacts, file))
            continue;
        left_files++;
        left_bytes += file->size;
        all = false;
    }
    if (left_files > 0) {
        _cleanup_free_ char *value =
            text_format("%llu %s, %llu bytes", (unsigned long long)left_files,
                        text_plural(left_files, "file", "files"), (unsigned long long)left_bytes);

        result_add_observation(session->result, id,
                               artifacts ? "artifact.left_out" : "report.left_out", value, NULL);
    }
    return all;
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
    if (!keep_files(session, row->id, false, &record->report) && row->status == STATUS_PASS)
        withdraw(session->result, row);
    /* Artifacts prove nothing by themselves. */
    keep_files(session, row->id, true, &record->artifacts);
}
