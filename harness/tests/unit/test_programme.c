/* SPDX-License-Identifier: Apache-2.0 */
/* judge/programme: first the cells of which an item must not be passed. */
#include "sample_programme.h"

struct row {
    const char *name, *item, *state, *why;
    struct sample_cell_of cell;
};

static void duplicate(struct result *result)
{
    sample_case(result, "c", ITEM_INSTALL, true, STATUS_PASS);
}

/* Of its points, one is skipped. */
static void skip_a_point(struct result *result)
{
    struct case_result *row = result_find_case(result, "c");
    struct point *point = vec_add(&row->points);

    point->name = text_dup("acme-tty");
    point->status = STATUS_SKIP;
    point->detail = text_dup("it needs a terminal");
}

static void check_row(const struct programme *programme, const struct row *row)
{
    struct programme_status status = sample_status(programme, &row->cell, 1);
    size_t item = sample_item(programme, row->item);
    const struct programme_mark *mark = &status.columns.items[0].marks.items[item];
    bool right = strcmp(programme_state_words.names[mark->state], row->state) == 0 &&
                 (row->why != NULL ? sample_says(&mark->notes, row->why) : mark->notes.count == 0);

    if (!right)
        printf("\n%s: %s, expected %s", row->name, programme_state_words.names[mark->state],
               row->state);
    vec_foreach (note, &mark->notes) {
        _cleanup_free_ char *text = programme_note_text(note, LANGUAGE_EN);

        if (!right)
            printf("\n  %s: %s", programme_why_name(note->why), text);
    }
    CU_ASSERT(right);
    CHECK_INT(status.items.items[item], mark->state);
    programme_status_done(&status);
}

#define PASS "c:install:PASS"

static void observe(struct result *result, const char *key, const char *values)
{
    _cleanup_strv_ struct strv words = {0};

    strv_split(&words, values, " ");
    for (size_t i = 0; i < words.count; i++)
        result_add_observation(result, "c", key, words.items[i], NULL);
}

#define OBSERVE(name, key, values)                                                                 \
    static void name(struct result *result)                                                        \
    {                                                                                              \
        observe(result, key, values);                                                              \
    }
OBSERVE(not_recovered, "overload.recovery", ">60.00")

static const struct row rows[] = {
    {"no case", "install", "not-measured", "no-case", {.cases = "c:function:PASS"}},
    {"no case at all", "install", "not-measured", "no-result", {.cases = ""}},
    {"SKIP", "install", "not-measured", "skipped", {.cases = "c:install:SKIP"}},
    {"MISS", "install", "not-measured", "missing", {.cases = "c:install:MISS"}},
    {"ERROR", "install", "not-measured", "broken", {.cases = "c:install:ERROR"}},
    {"FAIL", "install", "failed", "failed", {.cases = "c:install:FAIL"}},
    {"absent", "install", "not-measured", "missing", {.cases = "c:install:-"}},
    {"left out",
     "install",
     "not-measured",
     "left-out",
     {.cases = "c:install:PASS:x d:function:PASS"}},
    {"everything left out", "install", "not-measured", "no-result", {.cases = "c:install:PASS:x"}},
    {"one of two left out",
     "install",
     "not-measured",
     "left-out",
     {.cases = PASS " d:install:PASS:x"}},
    {"one of two fails", "install", "failed", "failed", {.cases = PASS " d:install:FAIL"}},
    {"one of two skipped", "install", "not-measured", "skipped", {.cases = PASS " d:install:SKIP"}},
    {"a waived failure",
     "install",
     "failed",
     "waived",
     {.cases = "c:install:FAIL", .waived = true}},
    {"no evidence", "install", "not-measured", "no-evidence", {.cases = PASS, .no_evidence = true}},
    {"no evidence of the case",
     "install",
     "not-measured",
     "no-evidence",
     {.cases = "c:install:PASS:e"}},
    {"damaged evidence",
     "install",
     "not-measured",
     "lost-evidence",
     {.cases = PASS, .damaged = true}},
    {"another guest", "install", "not-measured", "no-result", {.cases = PASS, .wrong_guest = true}},
    {"an aside run", "install", "not-measured", "aside", {.cases = PASS, .aside = true}},
    {"a refused cell", "install", "not-measured", "no-result", {.cases = PASS, .refused = true}},
    {"the worker died", "install", "not-measured", "no-result", {.cases = PASS, .died = true}},
    {"the worker died, and it failed",
     "install",
     "failed",
     "failed",
     {.cases = "c:install:FAIL", .died = true}},
    {"fewer attempts than planned",
     "install",
     "not-measured",
     "no-result",
     {.cases = PASS, .repeat = 3}},
    {"a case twice", "install", "not-measured", "no-result", {.cases = PASS, .change = duplicate}},
    {"reported", "install", "not-measured", "reported", {.cases = PASS, .grade = GRADE_REPORTED}},
    {"reported and failed",
     "install",
     "failed",
     "reported",
     {.cases = "c:install:FAIL", .grade = GRADE_REPORTED}},
    {"performance under emulation",
     "performance",
     "needs-real-hardware",
     "not-judged",
     {.cases = "c:performance:DONE:n", .grade = GRADE_EMULATED}},
    {"performance under emulation that claims PASS",
     "performance",
     "needs-real-hardware",
     "grade",
     {.cases = "c:performance:PASS:n", .grade = GRADE_EMULATED}},
    {"stress that the suite judges under emulation",
     "stress",
     "needs-real-hardware",
     "grade",
     {.cases = "c:stress:PASS", .grade = GRADE_EMULATED}},
    {"stress that measured that it does not recover",
     "stress",
     "failed",
     "beyond",
     {.cases = "c:stress:PASS", .change = not_recovered}},
    {"stress that fails under emulation",
     "stress",
     "failed",
     "failed",
     {.cases = "c:stress:FAIL", .grade = GRADE_EMULATED}},
    {"DONE where it could be judged",
     "stress",
     "not-measured",
     "not-judged",
     {.cases = "c:stress:DONE"}},
    {"flaky is remarked", "install", "passed", "flaky", {.cases = PASS, .earlier = "c=FAIL"}},
    {"failed twice",
     "install",
     "failed",
     "failed",
     {.cases = "c:install:FAIL", .earlier = "c=FAIL"}},
    {"as needed: an optional case was skipped",
     "extra",
     "passed",
     "skipped",
     {.cases = "c:extra:PASS d:security:SKIP:o"}},
    {"as needed: a required case was skipped",
     "extra",
     "not-measured",
     "skipped",
     {.cases = "c:extra:PASS d:security:SKIP"}},
    {"as needed: nothing but optional cases that were skipped",
     "extra",
     "not-measured",
     "skipped",
     {.cases = "d:security:SKIP:o"}},
    {"as needed: an optional case broke",
     "extra",
     "not-measured",
     "broken",
     {.cases = "c:extra:PASS d:security:ERROR:o"}},
    {"an optional case of what is demanded",
     "install",
     "not-measured",
     "skipped",
     {.cases = "c:install:PASS d:install:SKIP:o"}},
    {"a skipped test point is remarked",
     "install",
     "passed",
     "in-part",
     {.cases = PASS, .change = skip_a_point}},
    {"passed", "install", "passed", NULL, {.cases = PASS}},
    {"passed under emulation", "install", "passed", NULL, {.cases = PASS, .grade = GRADE_EMULATED}},
    {"performance on the real part",
     "performance",
     "passed",
     NULL,
     {.cases = "c:performance:PASS:n"}},
    {"performance under KVM",
     "performance",
     "passed",
     NULL,
     {.cases = "c:performance:PASS:n", .grade = GRADE_VIRTUAL}},
};

static void test_states(void)
{
    _cleanup_(programme_free_cleanup) struct programme *programme =
        sample_programme(PROGRAMMES "opencloudos.xml");

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        check_row(programme, &rows[i]);
}

/* --- what is measured ------------------------------------------------------------------------ */

OBSERVE(within, "pressure.cpu", "50 55 52.5")
OBSERVE(beyond, "pressure.cpu", "50 55.01")
OBSERVE(too_few, "pressure.cpu", "50")
OBSERVE(no_number, "pressure.cpu", "50 5o")
OBSERVE(not_finite, "pressure.cpu", "50 nan")
OBSERVE(other_key, "pressure.memory", "50 51")
OBSERVE(recovered, "overload.recovery", "59.5")
OBSERVE(recovered_late, "overload.recovery", "60.5")
OBSERVE(cut_short, "overload.recovery", ">59.00")
OBSERVE(more_than_nothing, "overload.recovery", ">")
OBSERVE(not_recovered_busy, "overload.recovery.unjudged", ">300.00")
OBSERVE(recovery_unknown, "overload.recovery.unmeasured", "the load after it has a gap")
OBSERVE(ten_rounds, "test.rounds", "10")
OBSERVE(nine_rounds, "test.rounds", "9")
OBSERVE(odd_rounds, "test.rounds", "many")

/* What the harness could not compute, or does not judge, beside or in place of values. */
static void unmeasured(struct result *result)
{
    within(result);
    result_add_observation(result, "d", "pressure.cpu.unmeasured", "round 2 has a gap", NULL);
}

static void unjudged(struct result *result)
{
    observe(result, "pressure.cpu.unjudged", "50 51");
    result_add_observation(result, "c", "idle-check.unmeasured", "it was busy", NULL);
}

static void long_run(struct result *result, const char *rounds, const char *values)
{
    observe(result, "test.rounds", rounds);
    observe(result, "endurance.difference", values);
}

#define LONG(name, rounds, values)                                                                 \
    static void name(struct result *result)                                                        \
    {                                                                                              \
        long_run(result, rounds, values);                                                          \
    }
LONG(three_of_twelve, "3", "1 2")
LONG(three_and_a_gap, "3", "1")
LONG(three_beyond, "3", "1 5.1")
LONG(one_of_twelve, "1", "")
LONG(no_round, "0", "")
LONG(twelve_and_a_gap, "12", "1 1 1 1 1 1 1 1 1 1")
LONG(twelve, "12", "1 1 1 1 1 1 1 1 1 1 1")
LONG(thirteen_and_gaps, "13", "1 1 1 1 1 1 1 1 1 1")

static void of_harness(struct result *result)
{
    within(result);
    vec_foreach (row, &result->observations)
        text_replace(&row->case_id, "d");
}

static const struct row measured[] = {
    {"no value", "pressure-cpu", "not-measured", "no-value", {.cases = "c:stress:PASS"}},
    {"too few values",
     "pressure-cpu",
     "not-measured",
     "no-value",
     {.cases = "c:stress:PASS", .change = too_few}},
    {"another value",
     "pressure-cpu",
     "not-measured",
     "no-value",
     {.cases = "c:stress:PASS", .change = other_key}},
    {"no number",
     "pressure-cpu",
     "not-measured",
     "bad-value",
     {.cases = "c:stress:PASS", .change = no_number}},
    {"no finite number",
     "pressure-cpu",
     "not-measured",
     "bad-value",
     {.cases = "c:stress:PASS", .change = not_finite}},
    {"beyond the limit",
     "pressure-cpu",
     "failed",
     "beyond",
     {.cases = "c:stress:PASS", .change = beyond}},
    {"of a case that failed",
     "pressure-cpu",
     "not-measured",
     "no-value",
     {.cases = "c:stress:FAIL", .change = within}},
    {"of an unknown case",
     "pressure-cpu",
     "not-measured",
     "no-value",
     {.cases = "c:stress:PASS", .change = of_harness}},
    {"one measurement of two failed",
     "pressure-cpu",
     "not-measured",
     "no-value",
     {.cases = "c:stress:PASS", .change = unmeasured}},
    {"on a busy system",
     "pressure-cpu",
     "not-measured",
     "no-value",
     {.cases = "c:stress:PASS", .change = unjudged}},
    {"under emulation, within",
     "pressure-cpu",
     "needs-real-hardware",
     "grade",
     {.cases = "c:stress:PASS", .grade = GRADE_EMULATED, .change = within}},
    {"under emulation, beyond",
     "pressure-cpu",
     "needs-real-hardware",
     "grade",
     {.cases = "c:stress:PASS", .grade = GRADE_EMULATED, .change = beyond}},
    {"within", "pressure-cpu", "passed", NULL, {.cases = "c:stress:PASS", .change = within}},
    {"rounds unstated", "kill", "not-measured", "unstated", {.cases = "c:stress:PASS"}},
    {"rounds no number",
     "kill",
     "trial",
     "shortened",
     {.cases = "c:stress:PASS", .change = odd_rounds}},
    {"shortened", "kill", "trial", "shortened", {.cases = "c:stress:PASS", .change = nine_rounds}},
    {"shortened, and failed",
     "kill",
     "failed",
     "failed",
     {.cases = "c:stress:FAIL", .change = nine_rounds}},
    {"shortened, and emulated",
     "kill",
     "needs-real-hardware",
     "shortened",
     {.cases = "c:stress:PASS", .grade = GRADE_EMULATED, .change = nine_rounds}},
    {"a trial of three rounds",
     "long",
     "trial",
     "shortened",
     {.cases = "c:stress:PASS", .change = three_of_twelve}},
    {"a trial with a round that was not measured",
     "long",
     "not-measured",
     "no-value",
     {.cases = "c:stress:PASS", .change = three_and_a_gap}},
    {"a trial beyond the limit",
     "long",
     "failed",
     "beyond",
     {.cases = "c:stress:PASS", .change = three_beyond}},
    {"one round is compared with nothing",
     "long",
     "not-measured",
     "no-value",
     {.cases = "c:stress:PASS", .change = one_of_twelve}},
    {"no whole round",
     "long",
     "not-measured",
     "no-value",
     {.cases = "c:stress:PASS", .change = no_round}},
    {"all rounds, one not measured",
     "long",
     "not-measured",
     "no-value",
     {.cases = "c:stress:PASS", .change = twelve_and_a_gap}},
    {"more rounds, and too few values",
     "long",
     "not-measured",
     "no-value",
     {.cases = "c:stress:PASS", .change = thirteen_and_gaps}},
    {"all rounds of a long run",
     "long",
     "passed",
     NULL,
     {.cases = "c:stress:PASS", .change = twelve}},
    {"all rounds", "kill", "passed", NULL, {.cases = "c:stress:PASS", .change = ten_rounds}},
    {"it did not recover, in more than the allowed time",
     "recovery",
     "failed",
     "beyond",
     {.cases = "c:stress:PASS", .change = not_recovered}},
    {"it recovered too late",
     "recovery",
     "failed",
     "beyond",
     {.cases = "c:stress:PASS", .change = recovered_late}},
    {"it had not recovered when the series ended, before the allowed time",
     "recovery",
     "not-measured",
     "no-value",
     {.cases = "c:stress:PASS", .change = cut_short}},
    {"more than what",
     "recovery",
     "not-measured",
     "bad-value",
     {.cases = "c:stress:PASS", .change = more_than_nothing}},
    {"it did not recover on a busy system",
     "recovery",
     "not-measured",
     "no-value",
     {.cases = "c:stress:PASS", .change = not_recovered_busy}},
    {"it did not recover under emulation",
     "recovery",
     "needs-real-hardware",
     "grade",
     {.cases = "c:stress:PASS", .grade = GRADE_EMULATED, .change = not_recovered}},
    {"no overload was measured",
     "recovery",
     "not-measured",
     "no-value",
     {.cases = "c:stress:PASS"}},
    {"it recovered", "recovery", "passed", NULL, {.cases = "c:stress:PASS", .change = recovered}},
    {"it did not recover in the time that the suite allows",
     "stress",
     "failed",
     "beyond",
     {.cases = "c:stress:PASS", .change = cut_short}},
    {"whether it recovered could not be measured",
     "stress",
     "not-measured",
     "no-value",
     {.cases = "c:stress:PASS", .change = recovery_unknown}},
    {"it recovered in the time that the suite allows",
     "stress",
     "passed",
     NULL,
     {.cases = "c:stress:PASS", .change = recovered_late}},
    {"an overload that was not sampled", "stress", "passed", NULL, {.cases = "c:stress:PASS"}},
    {"a skipped test point where all are demanded",
     "whole",
     "not-measured",
     "in-part",
     {.cases = "c:stress:PASS", .change = skip_a_point}},
    {"no test point was skipped", "whole", "passed", NULL, {.cases = "c:stress:PASS"}},
    {"evidence of another name", "log", "not-measured", "no-evidence", {.cases = "c:stress:PASS"}},
};

static const char items[] =
    "<programme name=\"p\"><title>P</title><title lang=\"zh\">P</title><source>s</source>"
    "<head>vendor</head><level id=\"l\"><title>L</title><title lang=\"zh\">L</title></level>"
#define ITEM(attributes, by)                                                                       \
    "<item level=\"l\" " attributes "><class>c</class><class lang=\"zh\">c</class>"                \
    "<title>t</title><title lang=\"zh\">t</title><criterion>c</criterion>"                         \
    "<criterion lang=\"zh\">c</criterion>" by "</item>"
    ITEM("id=\"whole\" points=\"all\"", "<cases item=\"stress\"/>") ITEM(
        "id=\"pressure-cpu\" grade=\"virtual\"",
        "<measured key=\"pressure.cpu\" spread=\"5.00\" samples=\"2\"/>")
        ITEM("id=\"kill\" grade=\"virtual\" rounds=\"10\"", "<cases item=\"stress\"/>") ITEM(
            "id=\"long\" grade=\"virtual\" rounds=\"12\"",
            "<cases item=\"stress\"/>"
            "<measured key=\"endurance.difference\" most=\"5\" samples=\"11\"/>")
            ITEM("id=\"recovery\" grade=\"virtual\"",
                 "<cases item=\"stress\"/><measured key=\"overload.recovery\" most=\"60\"/>")
                ITEM(
                    "id=\"stress\" grade=\"virtual\"",
                    "<cases item=\"stress\"/><measured key=\"overload.recovery\" required=\"no\"/>")
                    ITEM("id=\"log\" evidence=\"artifact/*\"", "<cases item=\"stress\"/>")
                        ITEM("id=\"footprint\"", "<probe name=\"footprint\"/>")
                            ITEM("id=\"dependencies\"", "<probe name=\"dependencies\"/>")
                                ITEM("id=\"service\"", "<probe name=\"service\"/>")
                                    ITEM("id=\"files\"", "<probe name=\"files\"/>")
                                        ITEM("id=\"kernel\"", "<probe name=\"kernel\"/>")
                                            ITEM("id=\"cve\"", "<probe name=\"advisories\"/>")
                                                ITEM("id=\"virus\"", "<probe name=\"virus\"/>")
                                                    ITEM("id=\"virus-daily\"",
                                                         "<probe name=\"virus\" days=\"1\" "
                                                         "signatures=\"9000000\"/>") "</programme>";

static struct programme *own_programme(const char *folder)
{
    _cleanup_free_ char *path = path_join(folder, "p.xml");

    CU_ASSERT_FATAL(path_write_atomic(path, items, strlen(items), NULL) == 0);
    return sample_programme(path);
}

static void check_rows(const struct row *all, size_t count)
{
    _cleanup_folder_ char *folder = temp_folder_new();
    _cleanup_(programme_free_cleanup) struct programme *programme = own_programme(folder);

    for (size_t i = 0; i < count; i++)
        check_row(programme, &all[i]);
}

static void test_measured(void)
{
    check_rows(measured, sizeof(measured) / sizeof(measured[0]));
}

/* Of an item that no case counts for, values and rounds are not missed, too. */
static void test_one_reason(void)
{
    _cleanup_folder_ char *folder = temp_folder_new();
    _cleanup_(programme_free_cleanup) struct programme *programme = own_programme(folder);
    const struct sample_cell_of cell = {.cases = "c:install:PASS"};
    struct programme_status status = sample_status(programme, &cell, 1);
    size_t item = sample_item(programme, "long");
    const struct programme_mark *mark = &status.columns.items[0].marks.items[item];

    CHECK_INT(mark->state, PROGRAMME_NOT_MEASURED);
    CHECK_INT(mark->notes.count, 1);
    CHECK_INT(mark->notes.items[0].why, WHY_NO_CASE);
    programme_status_done(&status);
}

/* --- probes ---------------------------------------------------------------------------------- */

static struct footprint_entry *entry(struct result *result, enum footprint_kind kind)
{
    return sample_entry(result, kind, "/srv/app", NULL);
}

static void taken(struct result *result)
{
    result->footprint.state = FOOTPRINT_TAKEN;
    for (enum footprint_phase phase = 0; phase < FOOTPRINT_PHASE_COUNT; phase++) {
        struct footprint_snapshot *snapshot = vec_add(&result->footprint.snapshots);

        snapshot->phase = phase;
        snapshot->taken = true;
    }
}

static void incomplete(struct result *result)
{
    taken(result);
    result->footprint.state = FOOTPRINT_INCOMPLETE;
}

static void not_uninstalled(struct result *result)
{
    taken(result);
    result->footprint.snapshots.items[FOOTPRINT_UNINSTALLED].taken = false;
}

static void leftover(struct result *result)
{
    struct footprint_entry *left;

    taken(result);
    left = entry(result, FOOTPRINT_FILE);
    left->left = left->fault = true;
}

static void running(struct result *result)
{
    taken(result);
    entry(result, FOOTPRINT_ACTIVE);
}

static void running_later(struct result *result)
{
    taken(result);
    entry(result, FOOTPRINT_ACTIVE)->since = FOOTPRINT_SUITE;
}

static void tainted(struct result *result)
{
    taken(result);
    entry(result, FOOTPRINT_TAINT);
}

static void changed(struct result *result)
{
    struct finding *finding;

    taken(result);
    finding = vec_add(&result->footprint.findings);
    finding_set_kind(finding, "OS_FILE_MODIFIED");
    finding->file = text_dup("/etc/passwd");
}

static void examined(struct result *result)
{
    result->prediction.state = PREDICTION_MADE;
    result->prediction.census.examined = 3;
}

static void examined_none(struct result *result)
{
    result->prediction.state = PREDICTION_MADE;
}

static void found(struct result *result, enum finding_severity severity, enum executed executed)
{
    struct finding *finding;

    examined(result);
    finding = vec_add(&result->prediction.findings);
    finding_set_kind(finding, "LIB_MISSING");
    finding->file = text_dup("/usr/bin/app");
    finding->severity = severity;
    finding->executed = executed;
}

static void blocked(struct result *result)
{
    found(result, SEVERITY_BLOCK, EXECUTED_NO);
}

static void unknown(struct result *result)
{
    found(result, SEVERITY_UNKNOWN, EXECUTED_YES);
}

static void instructions(struct result *result, enum executed executed)
{
    found(result, SEVERITY_WARN, executed);
    finding_set_kind(&result->prediction.findings.items[0], "ISA_UNPROVEN");
}

static void instructions_not_run(struct result *result)
{
    instructions(result, EXECUTED_NO);
}

static void instructions_run(struct result *result)
{
    instructions(result, EXECUTED_YES);
}

static void observed(struct result *result, const char *id, const char *key, const char *value)
{
    struct observation *row = vec_add(&result->observations);

    row->case_id = text_dup(id);
    row->key = text_dup(key);
    row->value = text_dup(value);
}

static void looked(struct result *result)
{
    observed(result, NULL, "advisories.looked", "3");
    observed(result, NULL, "advisories.days", "2");
    observed(result, NULL, "advisories.stated", "deb/debian/12 51000 2026-01-01 2026-01-02");
}

static void looked_long_ago(struct result *result)
{
    looked(result);
    text_replace(&result->observations.items[result->observations.count - 2].value, "31");
}

static void looked_undated(struct result *result)
{
    observed(result, NULL, "advisories.looked", "3");
}

static void looked_at_none(struct result *result)
{
    observed(result, NULL, "advisories.looked", "0");
}

static void case_claims(struct result *result)
{
    observed(result, "c", "advisories.looked", "3");
}

static void not_known(struct result *result)
{
    looked(result);
    observed(result, NULL, "advisories.open", "pkg:deb/debian/a@1: its version is not stated");
}

static void affected(struct result *result)
{
    not_known(result);
    observed(result, NULL, "advisories.found", "pkg:deb/debian/a@1: CVE-2024-1");
}

static void scanned_by(struct result *result, const char *signatures, const char *days)
{
    observed(result, NULL, "virus.looked", "7");
    if (signatures != NULL)
        observed(result, NULL, "virus.signatures", signatures);
    if (days != NULL)
        observed(result, NULL, "virus.days", days);
}

#define SCANNED(name, signatures, days)                                                            \
    static void name(struct result *result)                                                        \
    {                                                                                              \
        scanned_by(result, signatures, days);                                                      \
    }
SCANNED(scanned, "8700000", "2")
SCANNED(toy_signatures, "1", "0")
SCANNED(half_of_them, "2070490", "0")
SCANNED(uncounted, NULL, "0")
SCANNED(undated, "8700000", NULL)
SCANNED(odd_count, "many", "0")
SCANNED(old_signatures, "8700000", "40")

static void scanned_none(struct result *result)
{
    observed(result, NULL, "virus.looked", "0");
}

static void infected(struct result *result)
{
    scanned(result);
    observed(result, NULL, "virus.found", "/a.deb!/x: Eicar");
}

static const struct row probes[] = {
    {"no scan", "virus", "not-measured", "not-looked", {.cases = PASS}},
    {"0 files scanned",
     "virus",
     "not-measured",
     "not-looked",
     {.cases = PASS, .change = scanned_none}},
    {"old signatures",
     "virus",
     "not-measured",
     "old-signatures",
     {.cases = PASS, .change = old_signatures}},
    {"one signature",
     "virus",
     "not-measured",
     "few-signatures",
     {.cases = PASS, .change = toy_signatures}},
    {"the daily signatures alone",
     "virus",
     "not-measured",
     "few-signatures",
     {.cases = PASS, .change = half_of_them}},
    {"an unknown number of signatures",
     "virus",
     "not-measured",
     "few-signatures",
     {.cases = PASS, .change = uncounted}},
    {"an odd number of signatures",
     "virus",
     "not-measured",
     "few-signatures",
     {.cases = PASS, .change = odd_count}},
    {"signatures of an unknown date",
     "virus",
     "not-measured",
     "old-signatures",
     {.cases = PASS, .change = undated}},
    {"fewer signatures than the programme demands",
     "virus-daily",
     "not-measured",
     "few-signatures",
     {.cases = PASS, .change = scanned}},
    {"older signatures than the programme allows",
     "virus-daily",
     "not-measured",
     "old-signatures",
     {.cases = PASS, .change = scanned}},
    {"infected", "virus", "failed", "found", {.cases = PASS, .change = infected}},
    {"clean", "virus", "passed", NULL, {.cases = PASS, .change = scanned}},
    {"no advisories", "cve", "not-measured", "not-looked", {.cases = PASS}},
    {"no components",
     "cve",
     "not-measured",
     "not-looked",
     {.cases = PASS, .change = looked_at_none}},
    {"a case says so", "cve", "not-measured", "not-looked", {.cases = PASS, .change = case_claims}},
    {"old advisories",
     "cve",
     "not-measured",
     "old-advisories",
     {.cases = PASS, .change = looked_long_ago}},
    {"advisories of unknown age",
     "cve",
     "not-measured",
     "old-advisories",
     {.cases = PASS, .change = looked_undated}},
    {"something is not known", "cve", "not-measured", "open", {.cases = PASS, .change = not_known}},
    {"a component is affected", "cve", "failed", "found", {.cases = PASS, .change = affected}},
    {"nothing is affected", "cve", "passed", NULL, {.cases = PASS, .change = looked}},
    {"no footprint", "footprint", "not-measured", "no-footprint", {.cases = PASS}},
    {"half a footprint",
     "footprint",
     "not-measured",
     "no-footprint",
     {.cases = PASS, .change = incomplete}},
    {"never uninstalled",
     "footprint",
     "not-measured",
     "no-footprint",
     {.cases = PASS, .change = not_uninstalled}},
    {"leftover", "footprint", "failed", "leftover", {.cases = PASS, .change = leftover}},
    {"nothing left", "footprint", "passed", NULL, {.cases = PASS, .change = taken}},
    {"no check", "dependencies", "not-measured", "no-check", {.cases = PASS}},
    {"nothing examined",
     "dependencies",
     "not-measured",
     "no-check",
     {.cases = PASS, .change = examined_none}},
    {"a BLOCK", "dependencies", "failed", "finding", {.cases = PASS, .change = blocked}},
    {"an UNKNOWN", "dependencies", "not-measured", "finding", {.cases = PASS, .change = unknown}},
    {"unproven instructions of a file that did not run",
     "dependencies",
     "not-measured",
     "finding",
     {.cases = PASS, .change = instructions_not_run}},
    {"of one that ran",
     "dependencies",
     "passed",
     NULL,
     {.cases = PASS, .change = instructions_run}},
    {"nothing missing", "dependencies", "passed", NULL, {.cases = PASS, .change = examined}},
    {"no service", "service", "not-measured", "no-service", {.cases = PASS, .change = taken}},
    {"a service of a case",
     "service",
     "not-measured",
     "no-service",
     {.cases = PASS, .change = running_later}},
    {"a service", "service", "passed", NULL, {.cases = PASS, .change = running}},
    {"files not looked at", "files", "not-measured", "no-footprint", {.cases = PASS}},
    {"a changed file", "files", "failed", "changed-file", {.cases = PASS, .change = changed}},
    {"no changed file", "files", "passed", NULL, {.cases = PASS, .change = taken}},
    {"taint not looked at", "kernel", "not-measured", "no-footprint", {.cases = PASS}},
    {"taint", "kernel", "failed", "taint", {.cases = PASS, .change = tainted}},
    {"no taint", "kernel", "passed", NULL, {.cases = PASS, .change = taken}},
    {"reported",
     "kernel",
     "not-measured",
     "reported",
     {.cases = PASS, .grade = GRADE_REPORTED, .change = taken}},
};

static void test_probes(void)
{
    check_rows(probes, sizeof(probes) / sizeof(probes[0]));
}

int main(void)
{
    CU_TestInfo tests[] = {{"states", test_states},
                           {"what is measured", test_measured},
                           {"an item without a case", test_one_reason},
                           {"probes", test_probes},
                           CU_TEST_INFO_NULL};

    return cunit_run("programme", tests);
}
