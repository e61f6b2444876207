/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a run says of a certification programme. A pure function of the programme, the cells with
 * their records, and a check of evidence. Nothing is passed without evidence:
 *
 *   failed               a case of the item failed, waived or not, or a probe or value is beyond
 *                        its limit
 *   not-measured         no case counts for it; one was left out, is ERROR, MISS, SKIP or absent;
 *                        evidence is missing; the cell as a whole cannot be judged; the result was
 *                        reported by another system; the run was made aside
 *   needs-real-hardware  it ran at a weaker grade than the item demands
 *   trial                with fewer rounds or minutes than demanded
 *   passed               none of these; a flaky case is remarked, and one with skipped test points
 *
 * The first that holds is the state; of an item on several platforms, the worst. An optional case
 * counts like a required one: what a form names was tested. But of an item that is tested as
 * needed, an optional case that was skipped is remarked, if another one ran.
 *
 * A level is reached if every item of it, and of the levels before it, is passed on every platform,
 * without those that are not required and for which the suite has no case; if no cell has a weaker
 * grade than the level demands; if the run has ended, has enough cases and platforms, and its image
 * is a release of an OS that the programme certifies, by what was measured in the guest: never a
 * stand-in.
 */
#ifndef TS_JUDGE_PROGRAMME_H
#define TS_JUDGE_PROGRAMME_H

#include "judge/matrix.h"
#include "model/programme.h"

/* Observations by which a case says how long it ran. */
#define PROGRAMME_ROUNDS "test.rounds"
#define PROGRAMME_MINUTES "test.minutes"

/* A cell to be added; everything is borrowed. */
struct programme_cell {
    const struct run_record *run;
    const struct matrix_cell *cell; /* with its cases and all its attempts */
    const char *system;             /* ID and version of the image's OS, as registered */
    bool image_known;               /* the run recorded what its image is */
    bool stand_in;                  /* it says that it is a stand-in */
    evidence_check *check;
    void *with;
};

/* A planned case of a cell, with its evidence. */
struct programme_case {
    char *id;
    enum item item;
    bool required, planned, native_only;
    enum status status; /* over the attempts that count */
    char *reason;       /* or NULL */
    bool flaky;
    char *in_part; /* which of its test points were skipped; NULL: none */
    char *waiver;  /* of its failure, in words; NULL: none */
    int64_t duration_ms;
    char *lost; /* why its evidence cannot be read; NULL: it can */
    VEC(struct programme_proof) proofs;
    const struct result *from; /* the attempt that it was taken from, or NULL; not used later */
};
VEC_TYPE(programme_cases, struct programme_case);

/* One cell, as a column of the status. */
struct programme_column {
    char *image, *platform, *suite, *system;
    enum grade grade;    /* the weakest of the attempts that count; GRADE_NONE: none does */
    char *os;            /* the ID that was measured in all of them; NULL: not measured */
    struct strv product; /* packages of the product in the latest attempt that counts */
    char *version;       /* of the product, by these; NULL: not known */
    bool image_known, stand_in;
    bool partial;   /* the plan leaves out required cases */
    unsigned count; /* test cases that ran and did not fail */
    struct programme_cases cases;
    VEC(struct programme_mark) marks; /* in the order of the programme's items */
};

struct programme_level_state {
    bool reached;
    struct programme_notes missing; /* for this level alone; empty if it is reached */
};

/* What a run says of one product (suite) on one OS. Zero-initialise, set `programme`, add cells,
 * then conclude; free with programme_status_done. */
struct programme_status {
    const struct programme *programme; /* borrowed */
    char *suite, *system;              /* owned; what its cells have in common */
    VEC(struct programme_column) columns;
    VEC(enum programme_state) items;          /* over all columns */
    VEC(struct programme_level_state) levels; /* in the programme's order */
    int reached;                              /* index of the highest level; -1: none */
};
VEC_TYPE(programme_statuses, struct programme_status);
void programme_status_done(struct programme_status *status);

/* The OS of an image by its ID and version, "tencentos 4": other versions are certified by
 * themselves. Of an image that is not known (NULL), its name. Caller frees. */
struct image;
char *programme_system(const struct image *image, const char *name);

/* Adds a cell of a platform that the programme is about; others are ignored. */
void programme_status_add(struct programme_status *status, const struct programme_cell *cell);
void programme_status_conclude(struct programme_status *status, const struct run_record *run);

/* --- parts of it ---------------------------------------------------------------------------- */

/* Lowers the state of a mark, and adds the reason. */
void programme_mark_lower(struct programme_mark *mark, enum programme_state state,
                          enum programme_why why, const char *object, const char *detail);

/* Adds a planned case to the column: over the attempts that count, with its evidence. */
struct counted;
void programme_add_case(const struct programme_cell *cell, const struct planned_case *planned,
                        const struct counted *counted, struct programme_column *column);

/* Judges an item by one of its cases. */
void programme_judge_case(const struct programme_item *item, const struct programme_column *column,
                          const struct programme_case *row, struct programme_mark *mark);

/* Of what is tested as needed, an optional case that was skipped was not needed: the product has no
 * TLS, or no command. It is remarked. */
bool programme_is_needless(const struct programme_item *item, const struct programme_case *row);

bool programme_mark_has(const struct programme_mark *mark, enum programme_why why);

/* True if a case with this id is one of CRITERION_CASES. */
bool programme_criterion_names(const struct programme_criterion *criterion, const char *id);

/* What qualifies a passed item: WHY_FLAKY or WHY_IN_PART; WHY_COUNT: nothing. */
enum programme_why programme_mark_remark(const struct programme_mark *mark);

/* Judges a probe by the latest result that counts. */
void programme_judge_probe(const struct programme_criterion *criterion, const struct result *result,
                           struct programme_mark *mark);

/* Judges the values of an observation in that result; and how long the cases of the item ran. With
 * fewer rounds than the item demands there are as many values fewer. */
void programme_judge_values(const struct programme_item *item,
                            const struct programme_criterion *criterion,
                            const struct programme_column *column, const struct result *result,
                            struct programme_mark *mark);
void programme_judge_length(const struct programme_item *item,
                            const struct programme_column *column, struct programme_mark *mark);

/* True if a level rests on this item: it is required, or a case of the suite is for it. */
bool programme_demands(const struct programme_status *status, const struct programme_item *item);

/* True if the case counts for one of the item's criteria. */
bool programme_item_has_case(const struct programme_item *item, const struct programme_case *row);

#endif
