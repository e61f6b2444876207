/* SPDX-License-Identifier: Apache-2.0 */
/* Files that a case left: its report and its artifacts, as evidence named by the guest. */
#ifndef TS_REPORTS_CASE_FILES_H
#define TS_REPORTS_CASE_FILES_H

#include <stdbool.h>

#include "model/result.h"

/* True if the evidence is a file that the case left: report, report/NAME or artifact/NAME. */
bool case_file_is(const struct evidence *blob);

/*
 * The name under which such a file is written or offered outside: one component that consists of
 * [A-Za-z0-9._+-] and begins with none of ".-". Different files may have the same name. The name
 * inside the guest is hostile and never chooses a path. Caller frees.
 */
char *case_file_name(const struct evidence *blob);

#endif
