/* SPDX-License-Identifier: Apache-2.0 */
/* Writes and reads run.json. */
#include "exchange/manifest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"
#include "base/path.h"
#include "model/bounds.h"

enum { HOST_BYTES = 255 };

static const char what[] = "run.json";

void exchange_manifest_done(struct exchange_manifest *manifest)
{
    sealed_run_done(&manifest->run);
    vec_done(&manifest->evidence);
    free(manifest->host);
    free(manifest->version);
}

char *exchange_record_name(size_t place)
{
    return text_format("records/%zu", place);
}

char *exchange_evidence_name(const char *sha256)
{
    return text_format("evidence/%s", sha256);
}

char *exchange_input_name(const struct run_input *input)
{
    return text_format("inputs/%s/%s", input->sha256, path_base(input->path));
}

static void add_blob(json_t *array, const char *sha256, uint64_t size)
{
    json_array_append_new(array,
                          json_pack("{s:s, s:I}", "sha256", sha256, "size", (json_int_t)size));
}

json_t *exchange_manifest_to_json(const struct exchange_manifest *manifest)
{
    const struct sealed_run *run = &manifest->run;
    json_t *records = json_array(), *evidence = json_array();
    _cleanup_json_ json_t *body = NULL;

    vec_foreach (record, &run->records)
        add_blob(records, record->sha256, record->size);
    vec_foreach (blob, &manifest->evidence)
        add_blob(evidence, blob->sha256, blob->size);
    body =
        json_pack("{s:s, s:I, s:I, s:s, s:s, s:{s:s, s:s, s:I}, s:o, s:o}", "run", run->id,
                  "created_ms", (json_int_t)run->created_ms, "ended_ms", (json_int_t)run->ended_ms,
                  "state", run_state_name(run->state), "chain", run->chain, "written", "host",
                  manifest->host, "version", manifest->version, "time_ms",
                  (json_int_t)manifest->written_ms, "records", records, "evidence", evidence);
    if (body == NULL)
        text_out_of_memory();
    return json_with_format("touchstone-run", EXCHANGE_VERSION, body);
}

static int get_digest(const json_t *object, const char *key, char to[DIGEST_TEXT_SIZE],
                      struct error **err)
{
    const char *text = NULL;
    int code = json_get_string(object, what, key, &text, err);

    if (code < 0)
        return code;
    if (!digest_is_text(text))
        return error_set(err, -EBADMSG, "%s: '%s' is not a SHA-256", what, text);
    memcpy(to, text, DIGEST_TEXT_SIZE);
    return 0;
}

static int get_blob(const json_t *object, int64_t limit, char sha256[DIGEST_TEXT_SIZE],
                    uint64_t *ret_size, struct error **err)
{
    int64_t size = 0;
    int code = get_digest(object, "sha256", sha256, err);

    if (code == 0)
        code = json_get_integer(object, what, "size", 0, limit, &size, err);
    *ret_size = (uint64_t)size;
    return code;
}

static int get_run(const json_t *json, struct sealed_run *to, struct error **err)
{
    const char *id = NULL, *state = NULL;
    json_t *records = NULL, *row;
    size_t i;
    int code = json_get_string(json, what, "run", &id, err);

    if (code == 0)
        code = json_get_integer(json, what, "created_ms", 0, INT64_MAX, &to->created_ms, err);
    if (code == 0)
        code = json_get_integer(json, what, "ended_ms", 0, INT64_MAX, &to->ended_ms, err);
    if (code == 0)
        code = json_get_string(json, what, "state", &state, err);
    if (code == 0)
        code = get_digest(json, "chain", to->chain, err);
    if (code == 0)
        code = json_get_array(json, what, "records", EXCHANGE_FILES_MAX, &records, err);
    if (code < 0)
        return code;
    if (!text_is_name(id))
        return error_set(err, -EBADMSG, "%s: '%s' is not the id of a run", what, id);
    to->id = text_dup(id);
    if (!run_state_parse(state, &to->state) || to->state != RUN_ENDED)
        return error_set(err, -EBADMSG, "%s: the run is '%s': only one that has ended is taken",
                         what, state);
    if (to->created_ms > clock_wall_ms() + CLOCK_DAY_MS || to->ended_ms < to->created_ms)
        return error_set(err, -EBADMSG,
                         "%s: the times of the run are not those of one that has "
                         "ended: %lld, %lld",
                         what, (long long)to->created_ms, (long long)to->ended_ms);
    json_array_foreach(records, i, row)
    {
        struct sealed_record *record = vec_add(&to->records);

        if (code == 0)
            code = get_blob(row, BUNDLE_RESULT_LIMIT, record->sha256, &record->size, err);
    }
    return code;
}

static int get_written(const json_t *json, struct exchange_manifest *to, struct error **err)
{
    const json_t *written = json_object_get(json, "written");
    const char *host = NULL, *version = NULL;
    int code = json_get_string(written, what, "host", &host, err);

    if (code == 0)
        code = json_get_string(written, what, "version", &version, err);
    if (code == 0)
        code = json_get_integer(written, what, "time_ms", 0, INT64_MAX, &to->written_ms, err);
    if (code == 0 && (strlen(host) > HOST_BYTES || strlen(version) > HOST_BYTES))
        code = error_set(err, -EBADMSG, "%s: the name of a host has at most %d bytes", what,
                         HOST_BYTES);
    to->host = text_dup(host);
    to->version = text_dup(version);
    return code;
}

static int get_format(const json_t *json, struct error **err)
{
    const json_t *format = json_object_get(json, "format");
    const char *name = NULL;
    int64_t version = 0;
    int code = json_get_string(format, what, "name", &name, err);

    if (code == 0)
        code = json_get_integer(format, what, "version", 1, INT64_MAX, &version, err);
    if (code == 0 && strcmp(name, "touchstone-run") != 0)
        return error_set(err, -EBADMSG, "%s: the format is '%s', not touchstone-run", what, name);
    if (code == 0 && version > EXCHANGE_VERSION)
        return error_set(err, -ENOTSUP,
                         "%s: version %lld of the format is of a newer program: update this one",
                         what, (long long)version);
    return code;
}

int exchange_manifest_from_json(const json_t *json, struct exchange_manifest *ret_manifest,
                                struct error **err)
{
    _cleanup_(exchange_manifest_done) struct exchange_manifest manifest = {.host = NULL};
    json_t *evidence = NULL, *row;
    size_t i;
    int code = get_format(json, err);

    if (code == 0)
        code = get_run(json, &manifest.run, err);
    if (code == 0)
        code = get_written(json, &manifest, err);
    if (code == 0)
        code = json_get_array(json, what, "evidence", EXCHANGE_FILES_MAX, &evidence, err);
    json_array_foreach(evidence, i, row)
    {
        struct exchange_blob *blob = vec_add(&manifest.evidence);

        if (code == 0)
            code = get_blob(row, BUNDLE_BLOB_LIMIT, blob->sha256, &blob->size, err);
    }
    if (code < 0)
        return code;
    *ret_manifest = manifest;
    manifest = (struct exchange_manifest){.host = NULL};
    return 0;
}
