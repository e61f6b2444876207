/* SPDX-License-Identifier: Apache-2.0 */
/* Internal to reported/: what the home knows of the names that a report is imported under. */
#ifndef TS_REPORTED_HOME_H
#define TS_REPORTED_HOME_H

#include "model/suite.h"

struct error;
struct reported;
struct reported_request;
struct strv;

/* Refuses names that are not names, and those that are registered and contradict each other or the
 * report: architectures, and cases that the suite does not have. ids: of the report's cases; one
 * that the suite has under the last part of its name is replaced by that. Returns the suite as it
 * is planned: the registered one with all its cases, or one of the report's cases. Free with
 * suite_free. */
int reported_check_home(const struct reported_request *request, const struct reported *report,
                        struct strv *ids, struct suite **ret_suite, struct error **err);

#endif
