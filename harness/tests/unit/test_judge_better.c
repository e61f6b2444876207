/* SPDX-License-Identifier: Apache-2.0 */
/* judge: what would make a verdict better is true of the cell with that change, and of none with
 * less. The changes are made here in real results, not by the code under test. */
#include "judge/better.h"
#include "judge/explain.h"
#include "judge/supposed.h"
#include "judge/tally.h"
#include "sample_judge.h"

enum { CASES = 5, ATTEMPTS = 4, TRIALS = 6000, SUBSETS_OF = 6, LENGTH = 16 };

/* A random cell. */
struct trial {
    struct {
        bool required, native_only, planned;
    } cases[CASES];
    struct {
        enum status status[CASES];
        bool absent[CASES];
        bool lost, image, wrong, stopped, unmeasured, modified;
    } attempts[ATTEMPTS];
    unsigned count, repeat;
    bool native, block, high, unknown, cut;
    enum prediction_state files;
};

struct lab {
    struct cell_record cell;
    struct result *attempts[ATTEMPTS + LENGTH];
    size_t count;
    bool counts[ATTEMPTS + LENGTH];
};

static unsigned next_random(unsigned *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 16;
}

static bool once_in(unsigned *seed, unsigned n)
{
    return next_random(seed) % n == 0;
}

static struct trial trial_make(unsigned *seed)
{
    static const unsigned repeats[] = {0, 1, 2, 3};
    struct trial trial = {.count = next_random(seed) % ATTEMPTS + !once_in(seed, 20),
                          .repeat = repeats[next_random(seed) % 4],
                          .native = once_in(seed, 2),
                          .block = once_in(seed, 8),
                          .high = once_in(seed, 8),
                          .unknown = once_in(seed, 8),
                          .cut = once_in(seed, 16)};
    unsigned trouble = once_in(seed, 2) ? 2 : 8;

    if (trial.count > ATTEMPTS)
        trial.count = ATTEMPTS;
    trial.files = once_in(seed, 6) ? PREDICTION_FAILED : PREDICTION_MADE;
    for (int c = 0; c < CASES; c++) {
        trial.cases[c].required = next_random(seed) % 3 > 0;
        trial.cases[c].native_only = once_in(seed, 5);
        trial.cases[c].planned = next_random(seed) % 6 > 0;
    }
    for (int a = 0; a < ATTEMPTS; a++) {
        for (int c = 0; c < CASES; c++) {
            trial.attempts[a].status[c] =
                once_in(seed, trouble) ? next_random(seed) % STATUS_COUNT : STATUS_PASS;
            trial.attempts[a].absent[c] = once_in(seed, 40);
        }
        trial.attempts[a].lost = once_in(seed, 10);
        trial.attempts[a].image = once_in(seed, 20);
        trial.attempts[a].wrong = once_in(seed, 12);
        trial.attempts[a].stopped = once_in(seed, 20);
        trial.attempts[a].unmeasured = once_in(seed, 16);
        trial.attempts[a].modified = once_in(seed, 16);
    }
    return trial;
}

static void add_finding(struct result *result, enum finding_severity severity, const char *kind)
{
    struct finding *row = vec_add(&result->prediction.findings);

    row->severity = severity;
    finding_set_kind(row, kind);
}

static struct result *make_attempt(const struct trial *trial, const struct cell_record *cell,
                                   unsigned a)
{
    struct result *result = sample_cell("r1", "a", "kunpeng", "redis", a + 1);

    result->prediction.state = trial->files;
    result->prediction.cut = trial->cut;
    if (trial->block)
        add_finding(result, SEVERITY_BLOCK, "VERSION_MISSING");
    if (trial->high)
        add_finding(result, SEVERITY_HIGH, "EXECSTACK");
    if (trial->unknown)
        add_finding(result, SEVERITY_UNKNOWN, "UNKNOWN");
    if (trial->native)
        native(result);
    for (int c = 0; c < CASES; c++) {
        const struct planned_case *planned = &cell->cases.items[c];
        bool can = trial->native || !planned->native_only;

        if (planned->planned && !trial->attempts[a].absent[c])
            sample_case(result, planned->id, planned->item, planned->required,
                        trial->attempts[a].status[c])
                ->judgeable = can;
    }
    if (trial->attempts[a].lost || trial->attempts[a].image) {
        result->outcome = STATUS_MISS;
        result->blame = trial->attempts[a].lost ? BLAME_HOST : BLAME_IMAGE;
        result->reason = text_dup("it broke");
    } else if (trial->attempts[a].stopped) {
        worker_died(result);
        result_set_interrupted(result);
    }
    if (trial->attempts[a].wrong)
        wrong_midr(result);
    if (trial->attempts[a].unmeasured)
        result->footprint.state = FOOTPRINT_INCOMPLETE;
    if (trial->attempts[a].modified)
        finding_set_kind(vec_add(&result->footprint.findings), "OS_FILE_MODIFIED");
    return result;
}

static void lab_make(const struct trial *trial, struct lab *lab)
{
    struct counted counted;

    *lab = (struct lab){.cell.repeat = trial->repeat};
    lab->cell.image = text_dup("a");
    lab->cell.platform = text_dup("kunpeng");
    lab->cell.suite = text_dup("redis");
    for (int c = 0; c < CASES; c++) {
        struct planned_case *planned = vec_add(&lab->cell.cases);

        planned->id = text_format("c%d", c);
        planned->item = ITEM_FUNCTION;
        planned->required = trial->cases[c].required;
        planned->native_only = trial->cases[c].native_only;
        planned->planned = trial->cases[c].planned;
    }
    for (unsigned a = 0; a < trial->count; a++)
        lab->attempts[lab->count++] = make_attempt(trial, &lab->cell, a);
    counted_make(&lab->cell, (const struct result *const *)lab->attempts, lab->count, &counted);
    for (size_t i = 0; i < lab->count; i++)
        for (size_t k = 0; k < counted.count; k++)
            lab->counts[i] = lab->counts[i] || counted.attempts[k] == lab->attempts[i];
    counted_done(&counted);
}

static void lab_done(struct lab *lab)
{
    for (size_t i = 0; i < lab->count; i++)
        result_free(lab->attempts[i]);
    cell_record_done(&lab->cell);
}

static void lab_judge(const struct lab *lab, struct judgement *ret)
{
    judge_cell(&lab->cell, (const struct result *const *)lab->attempts, lab->count, ret);
}

static struct planned_case *lab_case(struct lab *lab, const char *id)
{
    vec_foreach (planned, &lab->cell.cases) {
        if (strcmp(planned->id, id) == 0)
            return planned;
    }
    return NULL;
}

static void pass(struct result *result, const struct planned_case *planned)
{
    struct case_result *row = result_find_case(result, planned->id);

    if (row == NULL)
        row = sample_case(result, planned->id, planned->item, planned->required, STATUS_PASS);
    row->required = planned->required;
    row->status = STATUS_PASS;
    row->judgeable = !planned->native_only || result->grade >= GRADE_VIRTUAL;
    row->started = true;
}

static void drop(struct result *result, enum finding_severity severity)
{
    vec_foreach (row, &result->prediction.findings) {
        if (row->severity == severity)
            row->severity = SEVERITY_WARN;
    }
}

/* What is changed in the files and ends of an attempt. */
static void apply_to_attempt(struct lab *lab, enum change_kind kind, size_t i)
{
    struct result *result = lab->attempts[i];

    if (kind == CHANGE_BLOCK)
        drop(result, SEVERITY_BLOCK);
    if (kind == CHANGE_HIGH)
        drop(result, SEVERITY_HIGH);
    if (kind == CHANGE_PROVE)
        drop(result, SEVERITY_UNKNOWN);
    if (kind == CHANGE_CHECK)
        result->prediction.state = PREDICTION_MADE;
    if (kind == CHANGE_CUT)
        result->prediction.cut = false;
    if (kind == CHANGE_FOOTPRINT)
        result->footprint.state = FOOTPRINT_TAKEN;
    if (kind == CHANGE_END)
        result->outcome = STATUS_PASS;
    if (kind == CHANGE_MODIFIED) {
        vec_foreach (row, &result->footprint.findings)
            finding_done(row);
        vec_done(&result->footprint.findings);
    }
    if (kind == CHANGE_GRADE && lab->counts[i]) {
        native(result);
        vec_foreach (planned, &lab->cell.cases) {
            if (planned->native_only && planned->planned)
                pass(result, planned);
        }
    }
}

static void run_again(struct lab *lab, unsigned more, bool grade)
{
    const struct result *latest = lab->count > 0 ? lab->attempts[lab->count - 1] : NULL;

    for (unsigned i = 0; i < more; i++) {
        struct result *result = sample_cell("r1", "a", "kunpeng", "redis", 100 + i);

        if (grade || (latest != NULL && latest->grade >= GRADE_VIRTUAL))
            native(result);
        if (latest != NULL) {
            result->prediction.state = latest->prediction.state;
            result->prediction.cut = latest->prediction.cut;
            vec_foreach (row, &latest->prediction.findings)
                finding_copy(vec_add(&result->prediction.findings), row);
        }
        vec_foreach (planned, &lab->cell.cases) {
            if (planned->planned)
                pass(result, planned);
        }
        lab->attempts[lab->count++] = result;
    }
}

/* The verdict with those of the changes whose bit is set. */
static void verdict_with(const struct trial *trial, const struct changes *changes, unsigned bits,
                         struct judgement *ret)
{
    bool grade = false, again = false;
    struct lab lab;
    unsigned more;

    lab_make(trial, &lab);
    more = supposed_attempts(&lab.cell, (const struct result *const *)lab.attempts, lab.count);
    for (size_t i = 0; i < changes->rows.count; i++) {
        const struct change *change = &changes->rows.items[i];
        struct planned_case *planned =
            change->case_id != NULL ? lab_case(&lab, change->case_id) : NULL;

        if (!(bits >> i & 1))
            continue;
        grade = grade || change->kind == CHANGE_GRADE;
        again = again || change->kind == CHANGE_AGAIN;
        if (planned != NULL) {
            planned->planned = true;
            planned->required = planned->required || change->kind == CHANGE_REQUIRE;
        }
        for (size_t k = 0; k < lab.count && planned != NULL; k++) {
            struct case_result *row = result_find_case(lab.attempts[k], planned->id);

            if (row != NULL)
                row->required = planned->required;
            if (lab.counts[k])
                pass(lab.attempts[k], planned);
        }
        for (size_t k = 0; k < lab.count && planned == NULL; k++)
            apply_to_attempt(&lab, change->kind == CHANGE_GRADE ? CHANGE_AGAIN : change->kind, k);
    }
    for (size_t k = 0; k < lab.count && grade; k++)
        if (lab.attempts[k]->grade < GRADE_VIRTUAL)
            apply_to_attempt(&lab, CHANGE_GRADE, k);
    if (again)
        run_again(&lab, more, grade);
    lab_judge(&lab, ret);
    lab_done(&lab);
}

static int rank_of(enum verdict verdict)
{
    return verdict == VERDICT_COMPATIBLE ? 2 : verdict == VERDICT_CONDITIONAL;
}

/* Returns true if a change was promised. */
static bool check_trial(const struct trial *trial, int number, unsigned *kinds)
{
    _cleanup_(judgement_done) struct judgement now = {0}, then = {0};
    _cleanup_strv_ struct strv because = {0};
    _cleanup_free_ char *decided = NULL;
    struct better better;
    struct lab lab;
    unsigned all;
    bool exists;

    lab_make(trial, &lab);
    lab_judge(&lab, &now);
    judge_better(&lab.cell, (const struct result *const *)lab.attempts, lab.count, &now, &better);
    judge_explain(&lab.cell, (const struct result *const *)lab.attempts, lab.count, &now, &because);
    decided = text_format("Rule %u decides, %s: ", now.rule, verdict_name(now.verdict));
    CU_ASSERT_FATAL(because.count > 1);
    CU_ASSERT(text_starts(because.items[because.count - 1], decided));
    lab_done(&lab);
    exists = better.exists;
    CU_ASSERT(!exists || now.verdict != VERDICT_COMPATIBLE);
    all = (1u << better.changes.rows.count) - 1;
    vec_foreach (row, &better.changes.rows)
        *kinds |= 1u << row->kind;
    if (exists) {
        verdict_with(trial, &better.changes, all, &then);
        if (then.verdict != better.verdict || rank_of(then.verdict) <= rank_of(now.verdict))
            printf("\ntrial %d, %s: %s: promised: %s but: %s", number, verdict_name(now.verdict),
                   now.reason, better.text, then.reason);
        CU_ASSERT(then.verdict == better.verdict);
        CU_ASSERT(rank_of(then.verdict) > rank_of(now.verdict));
        CU_ASSERT((better.remains != NULL) == (then.verdict == VERDICT_CONDITIONAL));
        if (better.remains != NULL)
            CHECK_TEXT(better.remains, then.reason);
    }
    for (unsigned bits = 0; exists && bits < all && better.changes.rows.count <= SUBSETS_OF;
         bits++) {
        _cleanup_(judgement_done) struct judgement less = {0};

        verdict_with(trial, &better.changes, bits, &less);
        if (rank_of(less.verdict) > rank_of(now.verdict))
            printf("\ntrial %d, %s: %s: %s but %x is enough: %s", number, verdict_name(now.verdict),
                   now.reason, better.text, bits, less.reason);
        CU_ASSERT_FATAL(rank_of(less.verdict) <= rank_of(now.verdict));
    }
    better_done(&better);
    return exists;
}

static void test_random(void)
{
    unsigned seed = 20260102, promised = 0, kinds = 0;

    for (int i = 0; i < TRIALS; i++) {
        struct trial trial = trial_make(&seed);

        promised += check_trial(&trial, i, &kinds);
    }
    CU_ASSERT(promised > TRIALS / 2);
    /* Every kind was promised at least once; damaged evidence has a test of its own. */
    CHECK_INT(kinds, (1u << CHANGE_EVIDENCE) - 1);
}

struct sentence_row {
    const char *plan, *came;
    void (*change)(struct result *result);
    const char *fact, *better; /* NULL: no change helps */
};

static void test_sentences(void)
{
    static const struct sentence_row rows[] = {
        {"a:r b:r", "a=FAIL b=PASS", NULL,
         "2 of 2 planned required cases were judged; 1 failed: 'a'.",
         "It would be compatible if case 'a' passed."},
        {"a:r b:rx", "a=FAIL", NULL, "No waiver applies to 'a'.",
         "It would be conditional if case 'a' passed."},
        {"a:r b:rx", "a=PASS", NULL, "1 required case is left out of the plan: 'b'.",
         "It would be compatible if case 'b' ran too (without --item, or with --item function as "
         "well) and passed."},
        {"a:r b:rn", "a=PASS b=DONE", NULL,
         "1 required case cannot be judged under emulation: 'b'.",
         "It would be compatible if it ran under KVM, on a host of the platform's architecture, "
         "and "
         "the cases that emulation cannot judge passed there."},
        {"a:r", "a=PASS", wrong_midr,
         "The guest is not the planned one: 2 of 3 identity checks match; midr is '0x411fd070', "
         "planned is '0x481fd010'.",
         "It would be compatible if it ran once more, in the planned guest and to the end, and "
         "every "
         "planned case passed."},
        {"a:r", "a=PASS", worker_died,
         "The job did not run to its end: the worker was killed by signal 9.",
         "It would be compatible if it ran once more, in the planned guest and to the end, and "
         "every "
         "planned case passed."},
        {"a:r", "a=MISS", NULL, "1 case has no result that can be judged: 'a'.",
         "It would be compatible if case 'a' passed."},
        {"a:o", "a=PASS", NULL, "The suite has no required case.",
         "It would be compatible if the suite required case 'a' (required=\"yes\" in suite.xml) "
         "and "
         "it passed."},
        {"a:r", "a=PASS", NULL, "The guest is the planned one: 2 of 2 identity checks match.",
         NULL},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_(cell_record_done) struct cell_record cell = {0};
        _cleanup_(judgement_done) struct judgement now = {0};
        _cleanup_strv_ struct strv because = {0};
        _cleanup_result_ struct result *result = NULL;
        const struct result *attempts[1];
        struct better better;

        cell.image = text_dup("a");
        cell.platform = text_dup("kunpeng");
        cell.suite = text_dup("redis");
        plan_cases(&cell, rows[i].plan);
        attempts[0] = result = came(&cell, 1, rows[i].came);
        if (rows[i].change != NULL)
            rows[i].change(result);
        judge_cell(&cell, attempts, 1, &now);
        judge_explain(&cell, attempts, 1, &now, &because);
        judge_better(&cell, attempts, 1, &now, &better);
        if (!strv_has(&because, rows[i].fact))
            vec_foreach (fact, &because)
                printf("\nrow %zu: %s", i, *fact);
        CU_ASSERT(strv_has(&because, rows[i].fact));
        CHECK_TEXT(better.text != NULL ? better.text : "-",
                   rows[i].better != NULL ? rows[i].better : "-");
        better_done(&better);
    }
}

/* Damaged evidence, and a cell that was not run for another reason than time. */
static void test_other_ends(void)
{
    _cleanup_(cell_record_done) struct cell_record cell = {0};
    _cleanup_(judgement_done) struct judgement now = {0}, refused = {0};
    _cleanup_strv_ struct strv because = {0}, not_run = {0};
    _cleanup_result_ struct result *result = NULL;
    const struct result *attempts[1];
    struct better better;

    cell.image = text_dup("a");
    cell.platform = text_dup("kunpeng");
    cell.suite = text_dup("redis");
    plan_cases(&cell, "a:r b:rx");
    attempts[0] = result = came(&cell, 1, "a=PASS");
    judge_cell(&cell, attempts, 1, &now);
    judgement_lose_evidence(&now, text_dup("console is missing"));
    judge_explain(&cell, attempts, 1, &now, &because);
    CHECK_HAS(because.items[because.count - 1], "evidence of the result is missing or damaged");
    judge_better(&cell, attempts, 1, &now, &better);
    CU_ASSERT(better.exists);
    CHECK_INT(better.changes.rows.items[0].kind, CHANGE_EVIDENCE);
    CHECK_INT(better.verdict, VERDICT_CONDITIONAL);
    CHECK_HAS(better.remains, "partial: ");
    better_done(&better);

    cell.refused = text_dup("the suite needs 2 guests");
    judge_cell(&cell, NULL, 0, &refused);
    judge_better(&cell, NULL, 0, &refused, &better);
    CU_ASSERT(!better.exists);
    judge_explain(&cell, NULL, 0, &refused, &not_run);
    CHECK_TEXT(not_run.items[0], "The cell was not run: the suite needs 2 guests.");
    better_done(&better);
}

int main(void)
{
    CU_TestInfo tests[] = {{"random cells", test_random},
                           {"sentences", test_sentences},
                           {"evidence and refusal", test_other_ends},
                           CU_TEST_INFO_NULL};

    return cunit_run("judge_better", tests);
}
