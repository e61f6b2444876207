/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a program of the host that resolves or fetches packages. */
#ifndef TS_STAGE_TOOL_H
#define TS_STAGE_TOOL_H

#include "base/process.h"

#define TOOL_OUTPUT_LIMIT (4 << 20)

/* Runs `words` to its end with `env` added to the environment, both streams captured. -EIO: it
 * cannot be run (`install` says what to install), does not end in time, or prints more than
 * TOOL_OUTPUT_LIMIT. A non-zero exit is not an error. */
int tool_run(const struct strv *words, const char *const *env, int64_t timeout_ms,
             const char *install, struct process_output *output, struct error **err);

#endif
