/* SPDX-License-Identifier: Apache-2.0 */
/* The smallest change that makes the verdict of a cell better: found by judging the cell again with
 * the change made, so that nothing is promised which the rules do not give. */
#ifndef TS_JUDGE_BETTER_H
#define TS_JUDGE_BETTER_H

#include "base/vec.h"
#include "judge/judge.h"

/* What would have to be different. */
enum change_kind {
    CHANGE_PASS,      /* the planned case passes in every attempt that counts */
    CHANGE_PLAN,      /* the case is planned, and passes in every attempt that counts */
    CHANGE_REQUIRE,   /* the suite requires the case, and it passes in every attempt that counts */
    CHANGE_GRADE,     /* the attempts run under KVM (at least grade virtual), and the cases that
                         emulation cannot judge pass */
    CHANGE_AGAIN,     /* one more attempt, or as many as the plan still asks for: the planned guest,
                         run to its end, and every planned case passes */
    CHANGE_END,       /* every attempt that counts ran to its end */
    CHANGE_BLOCK,     /* no BLOCK finding that the run did not contradict */
    CHANGE_HIGH,      /* no HIGH finding of the static check */
    CHANGE_PROVE,     /* no UNKNOWN finding that the run did not decide */
    CHANGE_CHECK,     /* the files were checked, without a finding */
    CHANGE_CUT,       /* not more findings than are stored */
    CHANGE_MODIFIED,  /* no file of the system was modified */
    CHANGE_FOOTPRINT, /* the footprint was measured completely */
    CHANGE_EVIDENCE,  /* the evidence is undamaged */
    CHANGE_KIND_COUNT
};
/* pass, plan, require, grade, again, end, block, high, prove, check, cut, modified, footprint, evidence */
const char *change_kind_name(enum change_kind kind);

struct change {
    enum change_kind kind;
    char *case_id;  /* of CHANGE_PASS, CHANGE_PLAN and CHANGE_REQUIRE, else NULL */
    enum item item; /* of that case */
};
struct changes {
    VEC(struct change) rows;
};

enum { BETTER_TRIED = 64 };

struct better {
    bool exists;            /* false: the cell is compatible, or no change of these kinds helps */
    struct changes changes; /* all of them together; leaving one out gives no better verdict (with
                               more than BETTER_TRIED of them, leaving out one kind) */
    enum verdict verdict;   /* with them */
    char *text;             /* "It would be compatible if case 'a' passed." */
    char *remains;          /* reason of that verdict if it is conditional, else NULL */
};
void better_done(struct better *better);

/* The cell as judged: judgement is that of judge_cell, or what judgement_lose_evidence made of it.
 * Free with better_done. */
void judge_better(const struct cell_record *cell, const struct result *const *attempts,
                  size_t count, const struct judgement *judgement, struct better *ret_better);

#endif
