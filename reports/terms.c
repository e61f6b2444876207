/* SPDX-License-Identifier: Apache-2.0 */
#include "reports/terms.h"

#include "model/finding.h"

const char *term_group_name(enum term_group group)
{
    static const char *const names[TERM_GROUP_COUNT] = {
        [TERM_VERDICT] = "verdict", [TERM_STATUS] = "status",     [TERM_BLAME] = "responsible",
        [TERM_GRADE] = "grade",     [TERM_SEVERITY] = "severity", [TERM_CONDITION] = "condition",
        [TERM_CHANGE] = "change",   [TERM_EXIT] = "exit code",    [TERM_FINDING] = "finding",
        [TERM_CHECK] = "check",
    };

    return names[group];
}

static const struct {
    enum term_group group;
    const char *word, *text[LANGUAGE_COUNT], *where;
} rows[] = {
#define TERM(group, word, text, text_zh) {TERM_##group, word, {text, text_zh}, NULL},
#define CHECK(id, text, text_zh, where) {TERM_CHECK, id, {text, text_zh}, where},
#include "reports/terms.def"
#undef TERM
#undef CHECK
};

static void add_findings(enum language language, struct terms *to)
{
    for (int i = 0; i < FINDING_KIND_COUNT; i++) {
        struct finding finding = {.kind = (enum finding_kind)i};

        *vec_add(to) =
            (struct term){.group = TERM_FINDING,
                          .word = finding_kind_name(finding.kind),
                          .text = finding_kind_meaning(finding.kind, language),
                          .remedy = finding_kind_remedy(finding.kind, language),
                          .severity = finding_severity_name(finding_kind_severity(finding.kind))};
    }
}

void terms_list(enum language language, struct terms *ret_terms)
{
    *ret_terms = (struct terms){0};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].group == TERM_CHECK && (i == 0 || rows[i - 1].group != TERM_CHECK))
            add_findings(language, ret_terms);
        *vec_add(ret_terms) = (struct term){.group = rows[i].group,
                                            .word = rows[i].word,
                                            .text = rows[i].text[language],
                                            .where = rows[i].where};
    }
}
