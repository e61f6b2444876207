/* SPDX-License-Identifier: Apache-2.0 */
/* Values of units that no release of systemd can parse. */
#ifndef TS_ABI_SCRIPT_UNIT_SYNTAX_H
#define TS_ABI_SCRIPT_UNIT_SYNTAX_H

#include "abi/script/unit_reader.h"
#include "model/finding.h"

/* Adds a finding if the assignment that was read is not parsed. release: of systemd, or 0. */
void unit_check_syntax(const struct unit_reader *reader, unsigned release, const char *path,
                       struct findings *findings);

#endif
