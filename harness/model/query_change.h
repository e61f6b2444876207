/* SPDX-License-Identifier: Apache-2.0 */
/* What a query calls the changes from one run to another: those of a case first, in the order of
 * enum diff_change (judge/diff.h), then the others. */
#ifndef TS_MODEL_QUERY_CHANGE_H
#define TS_MODEL_QUERY_CHANGE_H

enum query_change {
    QUERY_CHANGE_CASE_COUNT = 6,
    QUERY_CHANGE_VERDICT = QUERY_CHANGE_CASE_COUNT,
    QUERY_CHANGE_SCOPE,
    QUERY_CHANGE_OBSERVATION,
    QUERY_CHANGE_FINDING,
    QUERY_CHANGE_COUNT
};
extern const struct words query_change_words;

#endif
