/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone show --artifacts: writes the files that the cases of a cell left into a folder. */
#ifndef TS_CLI_SHOW_ARTIFACTS_H
#define TS_CLI_SHOW_ARTIFACTS_H

struct error;
struct matrix_cell;

/*
 * Writes each report and artifact of the cell's latest attempt (case_id NULL: of all cases) to
 * FOLDER/CASE/NAME, and prints one line for each. The folder is created; -EEXIST: it is not empty.
 * Names are those of case_file_name, with a number if several are equal. Each file is compared with
 * its digest; one that cannot be read is reported, and *ret_unread counts them.
 */
int show_artifacts(const char *home, const struct matrix_cell *cell, const char *case_id,
                   const char *folder, unsigned *ret_unread, struct error **err);

#endif
