/* SPDX-License-Identifier: Apache-2.0 */
/* What verify, recheck and catalogue make of a certificate that was verified. */
#ifndef TS_CLI_CERTIFICATE_RESULT_H
#define TS_CLI_CERTIFICATE_RESULT_H

#include "certificate/certificate.h"

struct error;

/* The rules in the certificate must be those that the reader knows under their name: who signs
 * could write others. */
int certificate_check_rules(const char *programme, struct certificate_report *report,
                            struct error **err);

/* Noon, UTC, of a date that is one (waiver_is_date), or now for NULL: when it is verified. */
int64_t certificate_time(const char *date);

/* Exits with 64 if --at is not a date. */
void certificate_check_date(const char *date);

/* "valid", "not-confirmed" or "rejected". */
const char *certificate_result(const struct certificate_report *report);

/* EXIT_COMPATIBLE, EXIT_NOT_ASSESSED or EXIT_INCOMPATIBLE, likewise. */
int certificate_exit_code(const struct certificate_report *report);

/* Prints what is wrong. */
void certificate_print_problems(const struct problems *problems);

#endif
