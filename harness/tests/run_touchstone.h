/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the built touchstone as a user does. */
#ifndef TS_TESTS_RUN_TOUCHSTONE_H
#define TS_TESTS_RUN_TOUCHSTONE_H

#include "base/cleanup.h"
#include "base/process.h"
#include "base/text.h"
#include "cunit_run.h"

/* words: at most ten arguments, NULL at the end. Returns the exit code; 1000 and more: a signal.
 * The caller frees the output. */
static inline int run_touchstone(const char *home, const char *const *words, char **ret_out,
                                 char **ret_err)
{
    _cleanup_free_ char *setting = text_format("TOUCHSTONE_HOME=%s", home);
    const char *env[] = {setting, NULL};
    const char *argv[12] = {TS_BINARY_DIR "/touchstone"};
    struct process_spec spec = PROCESS_SPEC_INIT;
    struct process_output output = {0};
    int code;

    for (int i = 0; words[i] != NULL; i++)
        argv[i + 1] = words[i];
    spec.argv = argv;
    spec.env = env;
    CU_ASSERT_FATAL(process_run(&spec, 60000, 1 << 20, &output, NULL) == 0);
    code = output.exit.exited ? output.exit.code : 1000 + output.exit.code;
    *ret_out = buffer_steal(&output.out);
    *ret_err = buffer_steal(&output.err);
    process_output_done(&output);
    return code;
}

/* The same for words as typed in a shell, of any number. */
static inline int __attribute__((unused))
run_line(const char *home, const char *line, char **ret_out, char **ret_err)
{
    _cleanup_free_ char *command = text_format(TS_BINARY_DIR "/touchstone %s", line);
    _cleanup_free_ char *setting = text_format("TOUCHSTONE_HOME=%s", home);
    const char *env[] = {setting, NULL}, *argv[] = {"/bin/sh", "-c", command, NULL};
    struct process_spec spec = PROCESS_SPEC_INIT;
    struct process_output output = {0};
    int code;

    spec.argv = argv;
    spec.env = env;
    CU_ASSERT_FATAL(process_run(&spec, 60000, 1 << 20, &output, NULL) == 0);
    code = output.exit.exited ? output.exit.code : 1000;
    *ret_out = buffer_steal(&output.out);
    *ret_err = buffer_steal(&output.err);
    process_output_done(&output);
    return code;
}

/* A command line, its exit code, and a part of each stream; NULL: the stream is empty. */
struct typed {
    const char *words[6];
    int code;
    const char *out, *err;
};

static inline void check_stream(const char *actual, const char *part)
{
    if (part != NULL)
        CHECK_HAS(actual, part);
    else
        CHECK_TEXT(actual, "");
}

static inline void check_typed(const char *home, const struct typed *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        _cleanup_free_ char *out = NULL, *err = NULL;
        int code = run_touchstone(home, rows[i].words, &out, &err);

        if (code != rows[i].code)
            printf("\ntouchstone %s %s:", rows[i].words[0],
                   rows[i].words[1] != NULL ? rows[i].words[1] : "");
        CHECK_INT(code, rows[i].code);
        check_stream(out, rows[i].out);
        check_stream(err, rows[i].err);
    }
}

#endif
