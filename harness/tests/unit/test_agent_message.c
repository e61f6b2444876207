/* SPDX-License-Identifier: Apache-2.0 */
/* The guest agent's requests and replies, valid and malicious. */
#include <errno.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "cunit_run.h"
#include "guest/agent/message.h"

static void test_exec(void)
{
    const char *argv[] = {"/bin/a", "b \"c\"", "\xe8\xaf\x95", NULL}, *env[] = {"A=1", NULL};
    const char *bad[] = {"/bin/a", "\xff", NULL};
    struct guest_command command = {.argv = argv, .env = env, .input = "hi!\n", .input_length = 4};
    struct guest_command broken = {.argv = bad};
    struct guest_command huge = {.argv = argv, .input = "", .input_length = AGENT_INPUT_MAX + 1};
    _cleanup_error_ struct error *err = NULL;
    _cleanup_free_ char *text = NULL;
    char *none = NULL;

    CHECK_INT(agent_message_exec(&command, &text, &err), 0);
    CHECK_TEXT(text, "{\"execute\":\"guest-exec\",\"arguments\":{\"path\":\"/bin/a\","
                     "\"capture-output\":true,\"arg\":[\"b \\\"c\\\"\",\"\xe8\xaf\x95\"],"
                     "\"env\":[\"A=1\"],\"input-data\":\"aGkhCg==\"}}");
    CHECK_INT(agent_message_exec(&broken, &none, &err), -EILSEQ);
    CHECK_INT(agent_message_exec(&huge, &none, &err), -E2BIG);
    CHECK_HAS(error_message(err), "payload disk");
}

static void test_small_requests(void)
{
    _cleanup_free_ char *status = agent_message_exec_status(77);

    CHECK_TEXT(status, "{\"execute\":\"guest-exec-status\",\"arguments\":{\"pid\":77}}");
}

static void test_pid(void)
{
    static const struct {
        const char *reply;
        int code;
        int64_t pid;
    } rows[] = {
        {"{\"return\":{\"pid\":812}}", 0, 812},
        {"{\"return\":{\"pid\":0}}", -EBADMSG, 0},
        {"{\"return\":{\"pid\":-5}}", -EBADMSG, 0},
        {"{\"return\":{\"pid\":1e3}}", -EBADMSG, 0},
        {"{\"return\":{\"pid\":99999999999}}", -EBADMSG, 0},
        {"{\"return\":{\"pid\":\"812\"}}", -EBADMSG, 0},
        {"{\"return\":{\"pid\":1,\"pid\":2}}", -EBADMSG, 0},
        {"{\"return\":[]}", -EBADMSG, 0},
        {"{}", -EBADMSG, 0},
        {"[[[[[[", -EBADMSG, 0},
        {"", -EBADMSG, 0},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int64_t pid = 0;
        _cleanup_error_ struct error *err = NULL;

        CHECK_INT(agent_message_parse_pid(rows[i].reply, &pid, &err), rows[i].code);
        CHECK_INT(pid, rows[i].pid);
    }
}

static void test_status(void)
{
    static const struct {
        const char *reply;
        size_t limit;
        int code;
        bool done, exited, truncated;
        int exit_code;
        const char *out, *err;
    } rows[] = {
        {"{\"return\":{\"exited\":false}}", 0, 0, false, false, false, 0, NULL, NULL},
        {"{\"return\":{\"exited\":true,\"exitcode\":3}}", 0, 0, true, true, false, 3, NULL, NULL},
        {"{\"return\":{\"exited\":true,\"signal\":9}}", 0, 0, true, false, false, 9, NULL, NULL},
        {"{\"return\":{\"exited\":true,\"exitcode\":0,\"out-data\":\"aGkhCg==\",\"err-data\":\"YQ=="
         "\"}}",
         0, 0, true, true, false, 0, "hi!\n", "a"},
        {"{\"return\":{\"exited\":true,\"exitcode\":0,\"out-data\":\"aGkhCg==\"}}", 2, 0, true,
         true, true, 0, "hi", NULL},
        {"{\"return\":{\"exited\":true,\"exitcode\":0,\"out-data\":\"YWJj\"}}", 3, 0, true, true,
         false, 0, "abc", NULL},
        {"{\"return\":{\"exited\":true,\"exitcode\":0,\"out-data\":\"YWJj\",\"out-truncated\":true}"
         "}",
         3, 0, true, true, true, 0, "abc", NULL},
        {"{\"return\":{\"exited\":true,\"exitcode\":0,\"out-data\":\"\"}}", 3, 0, true, true, false,
         0, NULL, NULL},
        {"{\"return\":{\"exited\":true}}", 0, -EBADMSG, false, false, false, 0, NULL, NULL},
        {"{\"return\":{\"exited\":true,\"exitcode\":256}}", 0, -EBADMSG, false, false, false, 0,
         NULL, NULL},
        {"{\"return\":{\"exited\":\"yes\",\"exitcode\":0}}", 0, -EBADMSG, false, false, false, 0,
         NULL, NULL},
        {"{\"return\":{\"exited\":true,\"exitcode\":0,\"out-data\":\"aG\"}}", 0, -EBADMSG, false,
         false, false, 0, NULL, NULL},
        {"{\"return\":{\"exited\":true,\"exitcode\":0,\"out-data\":\"a*==\"}}", 0, -EBADMSG, false,
         false, false, 0, NULL, NULL},
        {"{\"return\":{\"exited\":true,\"exitcode\":0,\"out-data\":\"    \"}}", 0, -EBADMSG, false,
         false, false, 0, NULL, NULL},
        {"{\"return\":{\"exited\":true,\"exitcode\":0,\"out-data\":\"====\"}}", 8, -EBADMSG, false,
         false, false, 0, NULL, NULL},
        {"{\"return\":{\"exited\":true,\"exitcode\":0,\"out-data\":7}}", 0, -EBADMSG, false, false,
         false, 0, NULL, NULL},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct guest_output output = {0};
        _cleanup_error_ struct error *err = NULL;
        bool done = false;

        CHECK_INT(agent_message_parse_status(rows[i].reply, rows[i].limit, &done, &output, &err),
                  rows[i].code);
        CHECK_INT(done, rows[i].done);
        CHECK_INT(output.exited, rows[i].exited);
        CHECK_INT(output.code, rows[i].exit_code);
        CHECK_INT(output.truncated, rows[i].truncated);
        CHECK_TEXT(output.out.data, rows[i].out);
        CHECK_TEXT(output.err.data, rows[i].err);
        guest_output_done(&output);
    }
}

/* A reply of the largest size that libvirt accepts: only a limited part is stored. */
static void test_large(void)
{
    size_t size = 8 << 20;
    char *reply = text_calloc(1, size + 128);
    struct guest_output output = {0};
    _cleanup_error_ struct error *err = NULL;
    bool done = false;
    size_t at =
        (size_t)sprintf(reply, "{\"return\":{\"exited\":true,\"exitcode\":0,\"out-data\":\"");

    memset(reply + at, 'A', size);
    strcpy(reply + at + size, "\"}}");
    CHECK_INT(agent_message_parse_status(reply, 1000, &done, &output, &err), 0);
    CHECK_INT(output.out.length, 1000);
    CHECK_INT(output.truncated, true);
    guest_output_done(&output);
    free(reply);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"guest-exec", test_exec},     {"the other requests", test_small_requests},
        {"the process id", test_pid},  {"the status", test_status},
        {"a large reply", test_large}, CU_TEST_INFO_NULL,
    };

    return cunit_run("agent_message", tests);
}
