/* SPDX-License-Identifier: Apache-2.0 */
/* Internal to reported/: the result of the only cell of a run. */
#ifndef TS_REPORTED_RESULT_H
#define TS_REPORTED_RESULT_H

struct reported;
struct reported_request;
struct result;
struct run_record;
struct strv;
struct suite;

/* The job of the cell. */
#define REPORTED_JOB "reported"

/* ids: of the report's cases, all in the suite. Evidence is added by the caller. Free with
 * result_free. */
struct result *reported_make_result(const struct reported_request *request,
                                    const struct reported *report, const struct suite *suite,
                                    const struct strv *ids, const struct run_record *run);

#endif
