/* SPDX-License-Identifier: Apache-2.0 */
/* Runs programs of the host that resolve or download packages. */
#ifndef TS_STAGE_TOOL_H
#define TS_STAGE_TOOL_H

#include "base/process.h"

#define TOOL_OUTPUT_LIMIT (4 << 20)

/* Runs `words` with `env` added to the environment and captures both streams. -EIO: it cannot be
 * started (`install` says what to install), does not end in time, or prints more than
 * TOOL_OUTPUT_LIMIT. A non-zero exit code is not an error. */
int tool_run(const struct strv *words, const char *const *env, int64_t timeout_ms,
             const char *install, struct process_output *output, struct error **err);

#endif
