/* SPDX-License-Identifier: Apache-2.0 */
/* What ldd says in the guest, beside what the static check says of the same files. */
#ifndef TS_SUITE_DEPENDENCIES_H
#define TS_SUITE_DEPENDENCIES_H

#include <stdbool.h>

#include "model/result.h"

/*
 * Compares the points of the case (each is named by the path of a program or library, see
 * probes/dependencies.sh) with result->prediction, and adds observations to the case:
 *
 *     dependencies.static           the state of the check, if it was not made
 *     dependencies.static.agree     files of which both say the same
 *     dependencies.static.differ    files of which they do not
 *     dependencies.static.not_given files that the check did not have
 *     dependencies.static.differs   one such file, and what each says of it
 *
 * A difference is a fact about the two, and changes no status. given: whether the check had the
 * file at that path. Does nothing if the case has no points.
 */
void dependencies_compare(struct result *result, const char *case_id,
                          bool (*given)(const void *context, const char *path),
                          const void *context);

#endif
