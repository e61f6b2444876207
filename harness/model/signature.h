/* SPDX-License-Identifier: Apache-2.0 */
/* The signature of a failure: equal for the same failure in other cells, attempts and runs. */
#ifndef TS_MODEL_SIGNATURE_H
#define TS_MODEL_SIGNATURE_H

#include "model/words.h"

enum { SIGNATURE_TEXT_SIZE = 17 }; /* 16 lower-case hexadecimal digits and NUL */

/* Computes the signature of a case that is FAIL, ERROR or MISS (case_id NULL: of the job itself): a
 * hash of the case, its status, the responsible party and the reason after signature_normalise.
 * Empty for other statuses. reason may be NULL. */
void failure_signature(const char *case_id, enum status status, enum blame blame,
                       const char *reason, char ret_hex[SIGNATURE_TEXT_SIZE]);

/* Removes from a reason what differs between runs: times, process IDs, addresses and long
 * hexadecimal words, random parts of temporary paths, digests. Numbers of fewer than five digits
 * and versions are preserved: exit codes, signals and counts distinguish failures. Caller frees. */
char *signature_normalise(const char *reason);

#endif
