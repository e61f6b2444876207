/* SPDX-License-Identifier: Apache-2.0 */
/* The table of phrases, and names of enumerations in both languages. */
#include "reports/phrases.h"

static const char *const phrases[PHRASE_COUNT][LANGUAGE_COUNT] = {
#define PHRASE(name, en, zh) [PHRASE_##name] = {en, zh},
#include "reports/phrases.def"
#undef PHRASE
};

const char *phrase(const struct report *report, enum phrase which)
{
    return phrases[which][report->language];
}

static const char *verdict_in(enum language language, enum verdict verdict)
{
    return language == LANGUAGE_ZH ? verdict_name_zh(verdict) : verdict_name(verdict);
}

static enum language other(const struct report *report)
{
    return report->language == LANGUAGE_ZH ? LANGUAGE_EN : LANGUAGE_ZH;
}

const char *phrase_verdict(const struct report *report, enum verdict verdict)
{
    return verdict_in(report->language, verdict);
}

const char *phrase_other_verdict(const struct report *report, enum verdict verdict)
{
    return verdict_in(other(report), verdict);
}

static const char *grade_in(enum language language, enum grade grade)
{
    if (grade == GRADE_NONE)
        return language == LANGUAGE_ZH ? "未运行" : "did not run";
    return language == LANGUAGE_ZH ? grade_name_zh(grade) : grade_name(grade);
}

const char *phrase_grade(const struct report *report, enum grade grade)
{
    return grade_in(report->language, grade);
}

const char *phrase_other_grade(const struct report *report, enum grade grade)
{
    return grade_in(other(report), grade);
}

const char *phrase_item(const struct report *report, enum item item)
{
    return report->language == LANGUAGE_ZH ? item_name_zh(item) : item_name(item);
}

const char *phrase_blame(const struct report *report, enum blame blame)
{
    static const char *const names_zh[BLAME_COUNT] = {"无",       "产品",     "测试套件",
                                                      "系统镜像", "测试框架", "宿主机"};

    return report->language == LANGUAGE_ZH ? names_zh[blame] : blame_name(blame);
}

const char *phrase_rule(const struct report *report, unsigned rule)
{
    static const enum phrase rules[] = {PHRASE_RULE_1, PHRASE_RULE_2, PHRASE_RULE_3, PHRASE_RULE_4,
                                        PHRASE_RULE_5};

    return rule >= 1 && rule <= 5 ? phrase(report, rules[rule - 1]) : "";
}

const char *phrase_gap(const struct report *report, enum gap_kind kind)
{
    static const enum phrase kinds[] = {[GAP_MISSING] = PHRASE_GAP_MISSING,
                                        [GAP_EXTRA] = PHRASE_GAP_EXTRA,
                                        [GAP_UNKNOWN] = PHRASE_GAP_UNKNOWN};

    return phrase(report, kinds[kind]);
}

const char *phrase_executed(const struct report *report, enum executed executed)
{
    static const enum phrase words[] = {[EXECUTED_UNKNOWN] = PHRASE_EXECUTED_UNKNOWN,
                                        [EXECUTED_NO] = PHRASE_EXECUTED_NO,
                                        [EXECUTED_FAILED] = PHRASE_EXECUTED_FAILED,
                                        [EXECUTED_YES] = PHRASE_EXECUTED_YES};

    return executed == EXECUTED_NONE ? NULL : phrase(report, words[executed]);
}

const char *phrase_status(const struct report *report, enum status status)
{
    static const enum phrase meanings[STATUS_COUNT] = {
        [STATUS_SKIP] = PHRASE_STATUS_SKIP,   [STATUS_DONE] = PHRASE_STATUS_DONE,
        [STATUS_PASS] = PHRASE_STATUS_PASS,   [STATUS_MISS] = PHRASE_STATUS_MISS,
        [STATUS_ERROR] = PHRASE_STATUS_ERROR, [STATUS_FAIL] = PHRASE_STATUS_FAIL,
    };

    return phrase(report, meanings[status]);
}

const char *phrase_emulation(const struct report *report)
{
    size_t emulated = 0, ran = 0;

    vec_foreach (cell, &report->matrix.cells) {
        enum grade grade = report_grade(cell);

        ran += grade != GRADE_NONE;
        emulated += grade == GRADE_EMULATED;
    }
    if (emulated == 0)
        return NULL;
    return phrase(report, emulated == ran ? PHRASE_ALL_EMULATED : PHRASE_SOME_EMULATED);
}

const char *phrase_reported(const struct report *report)
{
    vec_foreach (cell, &report->matrix.cells)
        if (report_grade(cell) == GRADE_REPORTED)
            return phrase(report, PHRASE_SOME_REPORTED);
    return NULL;
}
