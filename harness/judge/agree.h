/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a cell that was run again agrees with what is claimed of it:
 *
 *     disagrees      a case or test point has another status, an item of the programme another
 *                    state, or an observation that the programme counts another value
 *     not-replayed   the guest was of a higher grade, other packages of the product were installed,
 *                    or a case that had a result has none now: nothing was shown
 *     agrees-lower-grade  as below, in a guest of a lower grade than the certified one: the
 *                    behaviour was shown again, and what its grade proves was not
 *     agrees         none of these, and at least one case was compared
 *
 * In a lower grade, cases that only ran, items that need better hardware, and values are remarks; a
 * difference may be that of the grade, so the cell is then not replayed.
 *
 * The first that holds is the result. Values are compared as judge/compare does, with the rules of
 * the suite; a figure with a unit that differs, and for which the suite states no tolerance, is a
 * remark. What else differs is a remark, too.
 */
#ifndef TS_JUDGE_AGREE_H
#define TS_JUDGE_AGREE_H

#include "judge/compare.h"
#include "judge/programme.h"

/* What was not looked at is not replayed. */
enum agreement { NOT_REPLAYED, DISAGREES, AGREES_LOWER, AGREES, AGREEMENT_COUNT };
extern const struct words agreement_words;

/* Why a cell was not replayed: what is missing. */
enum obstacle {
    OBSTACLE_NONE,
    OBSTACLE_SUITE,    /* not here as it was run */
    OBSTACLE_IMAGE,    /* likewise */
    OBSTACLE_PLATFORM, /* likewise */
    OBSTACLE_GRADE,    /* the guest here is nearer to the real part, or farther and differs */
    OBSTACLE_PRODUCT,  /* other packages were installed */
    OBSTACLE_RUN,      /* it could not be run, or was cut short */
    OBSTACLE_COUNT
};
extern const struct words obstacle_words;

enum agree_kind { AGREE_CASE, AGREE_POINT, AGREE_OBSERVATION, AGREE_ITEM, AGREE_KIND_COUNT };
extern const struct words agree_kind_words;

struct agree_row {
    enum agree_kind kind;
    char *case_id;            /* NULL for an item, and for what the identity check measured */
    char *key;                /* of a point, observation or item; else NULL */
    char *claimed, *replayed; /* NULL: there is none */
    char *why;                /* or NULL */
};

struct agreed {
    enum agreement agreement;
    enum obstacle obstacle;     /* not OBSTACLE_NONE: it was not replayed */
    char *reason;               /* in words; NULL: it was replayed */
    enum grade certified, here; /* of the two guests; GRADE_NONE: not known */
    size_t cases;               /* that were compared */
    VEC(struct agree_row) differences, remarks;
};
void agreed_done(struct agreed *agreed);

/* Sets the obstacle with its reason. */
void agreed_obstruct(struct agreed *agreed, enum obstacle obstacle, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A cell, and the same as judged by the programme. Borrowed. */
struct agree_side {
    const char *run;
    const struct matrix_cell *cell;
    const struct programme_column *column;
};

/* The suite has the rules. Free with agreed_done. */
void agree_compare(const struct programme *programme, const struct suite *suite,
                   const struct agree_side *claimed, const struct agree_side *replayed,
                   struct agreed *ret_agreed);

#endif
