/* SPDX-License-Identifier: Apache-2.0 */
/* An untrusted bundle. The first byte says which part of it the rest is: 'r' result.json alone, in
 * memory; 'd' the list of digests of an otherwise valid bundle; 'j' result.json in a bundle with
 * matching digests. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"
#include "bundle/bundle.h"
#include "bundle/result_json.h"
#include "fuzz.h"
#include "model/result.h"

static char folder[] = "/tmp/ts-fuzz-bundle-XXXXXX";
static struct buffer good_digests, good_result;

static void end(void)
{
    path_remove_tree(folder, NULL);
    buffer_done(&good_digests);
    buffer_done(&good_result);
}

/* Not synced, unlike path_write_atomic, to allow thousands a second. */
static void put(const char *name, const void *data, size_t size)
{
    _cleanup_free_ char *path = text_format("%s/b/%s", folder, name);
    _cleanup_close_ int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    if (fd < 0 || write(fd, data, size) != (ssize_t)size)
        abort();
}

static void begin(void)
{
    struct result *result = result_new();
    struct bundle_writer *writer = NULL;
    char *path, *digests, *text;

    if (mkdtemp(folder) == NULL)
        abort();
    atexit(end);
    path = path_join(folder, "b");
    digests = path_join(path, "digests");
    text = path_join(path, "result.json");
    result->kind = JOB_PREPARE;
    result->run_id = text_dup("r1");
    result->job_id = text_dup("prepare-a-x86");
    result->image = text_dup("a");
    result->platform = text_dup("x86");
    if (bundle_writer_new(path, &writer, NULL) < 0 ||
        bundle_add_evidence_memory(writer, result, NULL, "console", "Linux\n", 6, 100, NULL) < 0 ||
        bundle_finish(writer, result, NULL) < 0 ||
        path_read(digests, 4096, &good_digests, NULL) < 0 ||
        path_read(text, 65536, &good_result, NULL) < 0)
        abort();
    bundle_writer_free(writer);
    result_free(result);
    free(path);
    free(digests);
    free(text);
}

static int read_bundle(void)
{
    _cleanup_free_ char *path = path_join(folder, "b");
    struct result *result = NULL;
    int code = bundle_read(path, &result, NULL);

    result_free(result);
    return code;
}

/* An accepted result is the same after writing and reading it again. */
static void take_result(const char *text, size_t length)
{
    _cleanup_json_ json_t *json = NULL, *json_again = NULL;
    _cleanup_(result_free_cleanup) struct result *result = NULL, *again = NULL;
    _cleanup_buffer_ struct buffer first = {0}, second = {0};

    if (json_parse(text, length, "input", &json, NULL) < 0 ||
        result_from_json(json, "input", &result, NULL) < 0)
        return;
    result_to_text(result, &first);
    if (json_parse(first.data, first.length, "again", &json_again, NULL) < 0 ||
        result_from_json(json_again, "again", &again, NULL) < 0)
        abort();
    result_to_text(again, &second);
    if (strcmp(first.data, second.data) != 0)
        abort();
}

static void take_digests(const char *text, size_t length)
{
    bool same = length == good_digests.length && memcmp(text, good_digests.data, length) == 0;

    put("digests", text, length);
    put("result.json", good_result.data, good_result.length);
    /* Only one list is right for these files. */
    if ((read_bundle() == 0) != same)
        abort();
}

static void take_bundle(const char *text, size_t length)
{
    _cleanup_buffer_ struct buffer list = {0};
    char sha256[DIGEST_TEXT_SIZE];
    const char *line = strstr(good_digests.data, "\n");

    digest_of_memory(text, length, sha256);
    buffer_add(&list, good_digests.data, (size_t)(line + 1 - good_digests.data));
    buffer_format(&list, "%s %zu result.json\n", sha256, length);
    put("digests", list.data, list.length);
    put("result.json", text, length);
    read_bundle();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (good_digests.data == NULL)
        begin();
    if (size == 0)
        return 0;
    if (data[0] == 'r')
        take_result((const char *)data + 1, size - 1);
    else if (data[0] == 'd')
        take_digests((const char *)data + 1, size - 1);
    else if (data[0] == 'j')
        take_bundle((const char *)data + 1, size - 1);
    return 0;
}
