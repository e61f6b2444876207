/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the built touchstone as a user does. */
#ifndef TS_TESTS_RUN_TOUCHSTONE_H
#define TS_TESTS_RUN_TOUCHSTONE_H

#include "base/process.h"
#include "base/text.h"
#include "cunit_run.h"

/* words: at most six arguments, NULL at the end. Returns the exit code; 1000 and more: a signal.
 * The caller frees the output. */
static inline int run_touchstone(const char *home, const char *const *words, char **ret_out,
                                 char **ret_err)
{
    _cleanup_free_ char *setting = text_format("TOUCHSTONE_HOME=%s", home);
    const char *env[] = {setting, NULL};
    const char *argv[8] = {TS_BINARY_DIR "/touchstone"};
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

#endif
