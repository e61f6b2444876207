/* SPDX-License-Identifier: Apache-2.0 */
#include "stage/tool.h"

#include <errno.h>

#include "base/cleanup.h"
#include "base/error.h"

int tool_run(const struct strv *words, const char *const *env, int64_t timeout_ms,
             const char *install, struct process_output *output, struct error **err)
{
    _cleanup_free_ const char **argv = text_calloc(words->count + 1, sizeof(*argv));
    struct process_spec spec = PROCESS_SPEC_INIT;

    for (size_t i = 0; i < words->count; i++)
        argv[i] = words->items[i];
    spec.argv = argv;
    spec.env = env;
    spec.die_with_parent = true;
    if (process_run(&spec, timeout_ms, TOOL_OUTPUT_LIMIT, output, err) < 0)
        return error_set(err, -EIO, "cannot run '%s': %s", argv[0], install);
    if (output->exit.timed_out)
        return error_set(err, -EIO, "'%s %s' did not end within %lld s", argv[0], argv[1],
                         (long long)timeout_ms / 1000);
    if (output->truncated)
        return error_set(err, -EIO, "'%s %s' printed more than %d MiB", argv[0], argv[1],
                         TOOL_OUTPUT_LIMIT >> 20);
    return 0;
}
