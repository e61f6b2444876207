/* SPDX-License-Identifier: Apache-2.0 */
/* The signature of a failure: the same for the same failure in other cells, attempts and runs. */
#ifndef TS_MODEL_SIGNATURE_H
#define TS_MODEL_SIGNATURE_H

#include "model/words.h"

enum { SIGNATURE_TEXT_SIZE = 17 }; /* 16 lower-case hex digits and NUL */

/* Of a case that is FAIL, ERROR or MISS (case_id NULL: of the job itself): a hash of the case, its
 * status, who is responsible and the reason as signature_normalise gives it. Empty for any other
 * status. reason may be NULL. */
void failure_signature(const char *case_id, enum status status, enum blame blame,
                       const char *reason, char ret_hex[SIGNATURE_TEXT_SIZE]);

/* The reason without what differs from one run to the next: times, numbers of processes, addresses
 * and long hex words, random parts of temporary paths, digests. Numbers of fewer than five digits
 * stay, and so do versions: exit codes, signals and counts tell failures apart. Caller frees. */
char *signature_normalise(const char *reason);

#endif
