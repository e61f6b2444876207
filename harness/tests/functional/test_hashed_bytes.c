/* SPDX-License-Identifier: Apache-2.0 */
/* Counts the bytes that are hashed on the host on the way of a case's streams from the guest into
 * the store: each is hashed twice, also if the guest was restarted or the worker died. The linker
 * replaces OpenSSL's functions with those below, so no other way of hashing escapes. */
#include "inside_lab.h"

#include <openssl/evp.h>

#include "cell/case_streams.h"
#include "sample_store.h"

#define CASE "install" /* of sample_suite */

static uint64_t hashed;

int __real_EVP_DigestUpdate(EVP_MD_CTX *context, const void *data, size_t length);
int __wrap_EVP_DigestUpdate(EVP_MD_CTX *context, const void *data, size_t length);
int __wrap_EVP_DigestUpdate(EVP_MD_CTX *context, const void *data, size_t length)
{
    hashed += length;
    return __real_EVP_DigestUpdate(context, data, length);
}

int __real_EVP_Digest(const void *data, size_t length, unsigned char *md, unsigned *size,
                      const EVP_MD *type, ENGINE *engine);
int __wrap_EVP_Digest(const void *data, size_t length, unsigned char *md, unsigned *size,
                      const EVP_MD *type, ENGINE *engine);
int __wrap_EVP_Digest(const void *data, size_t length, unsigned char *md, unsigned *size,
                      const EVP_MD *type, ENGINE *engine)
{
    hashed += length;
    return __real_EVP_Digest(data, length, md, size, type, engine);
}

/* Two starts with large streams. */
static const char script[] =
    "head -c 1000003 /dev/zero | tr '\\0' \"${TOUCHSTONE_MARK:-x}\"\n"
    "head -c 900001 /dev/zero | tr '\\0' y >&2\n"
    "printf 'key\\t%s\\t\\n' \"${TOUCHSTONE_MARK:-first}\" >> $TOUCHSTONE_OBSERVATIONS\n"
    "test -n \"$TOUCHSTONE_MARK\" && exit 0\n"
    "echo reboot m $$ > $TOUCHSTONE_RESTART; kill -9 0";

static void run_leg(const struct case_place *place, const struct record_end *before,
                    struct guest_output *ret)
{
    _cleanup_free_ char *offset = text_format("%llu", (unsigned long long)place->offset);
    const char *words[] = {"case",      "--id",   CASE,           "--nonce",  NONCE,
                           "--base",    base,     "--timeout-ms", "20000",    "--limit",
                           "1048576",   "--mark", before->mark,   "--hashed", before->hashed,
                           "--results", results,  "--offset",     offset,     "--",
                           "/bin/sh",   "-c",     script,         NULL};
    _cleanup_(process_output_done) struct process_output output = {0};

    guest(words, &output);
    ret->exited = output.exit.exited;
    ret->code = output.exit.code;
    buffer_add(&ret->out, output.out.data, output.out.length);
    buffer_add(&ret->err, output.err.data != NULL ? output.err.data : "", output.err.length);
}

/* Both parts of the case, as the worker reads them. */
static uint64_t read_legs(struct session *session, struct case_record *whole)
{
    struct case_place place = {.offset = 0};
    uint64_t bytes = 0;

    for (int leg = 0; leg < 2; leg++) {
        _cleanup_(case_record_done) struct case_record record = {0};
        _cleanup_(guest_output_done) struct guest_output output = {0};
        _cleanup_error_ struct error *err = NULL;

        run_leg(&place, &whole->end, &output);
        CHECK_INT(case_streams_read(session, CASE, &output, &place, whole, &record, &err), 0);
        if (err != NULL)
            printf("\n%s\n%s", error_message(err), output.err.data);
        CHECK_INT(record.end.restart, leg == 0 ? RESTART_REBOOT : RESTART_NONE);
        case_record_add(whole, &record);
    }
    for (int i = 0; i < RECORD_STREAMS; i++)
        bytes += case_record_bytes(whole, (enum record_stream)i)->length;
    return bytes;
}

/* Each stream is in the store under its digest. */
static void check_stored(const char *home, const struct result *result,
                         const struct case_record *record)
{
    CHECK_INT(result->evidence.count, RECORD_CORE);
    for (size_t i = 0; i < result->evidence.count; i++) {
        const struct evidence *blob = &result->evidence.items[i];
        const struct buffer *bytes = case_record_bytes(record, (enum record_stream)i);
        _cleanup_buffer_ struct buffer back = {0};

        CHECK_TEXT(blob->name, record_stream_name((enum record_stream)i));
        CHECK_INT(evidence_read_tail(home, blob->sha256, blob->size, SIZE_MAX, &back, NULL, NULL),
                  0);
        CHECK_INT(back.length, bytes->length);
        CU_ASSERT(memcmp(back.data, bytes->data, bytes->length) == 0);
    }
}

/* The worker dies after it has written the journal; the controller continues from it. */
static void die(struct session *session, const char *bundle)
{
    _cleanup_free_ char *running = NULL;

    CHECK_INT(bundle_note_result(session->bundle, session->result, true, NULL), 0);
    bundle_writer_free(steal_ptr(session->bundle));
    result_free(steal_ptr(session->result));
    CHECK_INT(bundle_take_over(bundle, &session->bundle, &session->result, &running, NULL), 0);
}

static void check_hashed(bool dies)
{
    _cleanup_folder_ char *home = temp_folder_new(), *work = temp_folder_new();
    _cleanup_free_ char *bundle = path_join(work, "bundle");
    _cleanup_(case_record_done) struct case_record record = {0};
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_result_ struct result *merged = NULL;
    char nonce[] = NONCE;
    struct job job = {.nonce = nonce};
    struct session session = {.job = &job,
                              .results = results,
                              .result = sample_cell(SAMPLE_RUN, "a", "kunpeng", "redis", 1)};
    struct case_result *row = sample_case(session.result, CASE, ITEM_INSTALL, true, STATUS_PASS);
    uint64_t bytes;

    CHECK_INT(store_open(home, &store, NULL), 0);
    CHECK_INT(sample_add_run(store, SAMPLE_RUN, NULL), 0);
    CHECK_INT(bundle_writer_new(bundle, &session.bundle, NULL), 0);
    hashed = 0;
    bytes = read_legs(&session, &record);
    CHECK_INT(hashed, bytes);
    case_streams_keep(&session, row, &record);
    CHECK_INT(hashed, bytes);
    if (dies)
        die(&session, bundle);
    CHECK_INT(bundle_finish(session.bundle, session.result, NULL), 0);
    bundle_writer_free(session.bundle);
    CHECK_INT(bundle_read_result(bundle, &merged, NULL), 0);
    CHECK_INT(store_merge_result(store, merged, bundle, NULL), 0);
    CU_ASSERT(bytes > 2 * 1900004);
    CU_ASSERT(hashed >= 2 * bytes);
    CU_ASSERT(hashed < 2 * bytes + 65536); /* with result.json and the seals of the store */
    CHECK_TEXT(record.observations.data, "key\tfirst\t\nkey\tm\t\n");
    check_stored(home, session.result, &record);
    result_free(session.result);
}

static void test_hashed(void)
{
    check_hashed(false);
}

static void test_worker_dies(void)
{
    check_hashed(true);
}

/* What a guest changes between the starts of a case is detected. */
static void test_changed(void)
{
    static const char *const states[] = {"", "0", "0,0,0,0", NULL};
    struct case_place place = {.offset = 0};
    _cleanup_(guest_output_done) struct guest_output first = {0};
    _cleanup_(case_record_done) struct case_record record = {0};
    char nonce[] = NONCE;
    struct job job = {.nonce = nonce};
    struct session session = {.job = &job, .results = results};
    static const struct case_record nothing;

    run_leg(&place, &record.end, &first);
    CHECK_INT(case_streams_read(&session, CASE, &first, &place, &nothing, &record, NULL), 0);
    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
        _cleanup_(guest_output_done) struct guest_output output = {0};
        _cleanup_(case_record_done) struct case_record leg = {0};
        struct case_place next = place;
        struct record_end before = record.end;

        if (states[i] != NULL)
            snprintf(before.hashed, sizeof(before.hashed), "%s", states[i]);
        else /* one digit of the first state */
            before.hashed[10] = before.hashed[10] == '0' ? '1' : '0';
        run_leg(&next, &before, &output);
        CHECK_INT(output.code, states[i] == NULL || *states[i] == '\0' ? 0 : 64);
        CHECK_INT(case_streams_read(&session, CASE, &output, &next, &record, &leg, NULL), -EBADMSG);
    }
}

static int run_all(const char *what)
{
    CU_TestInfo tests[] = {{"hashed bytes", test_hashed},
                           {"the worker dies", test_worker_dies},
                           {"a changed state", test_changed},
                           CU_TEST_INFO_NULL};

    return cunit_run(what, tests);
}

int main(void)
{
    return inside_lab(run_all);
}
