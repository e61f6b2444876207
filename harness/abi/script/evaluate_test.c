/* SPDX-License-Identifier: Apache-2.0 */
/* The truth of test and [[ … ]]: POSIX.1-2017, test; bash(1), "Conditional expressions". */
#include <fnmatch.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "abi/script/evaluate.h"
#include "base/cleanup.h"
#include "base/text.h"

#define DEPTH_MAX 50

struct testing {
    struct evaluation *evaluation;
    const struct shell_word *words;
    size_t count, at;
    bool extended;
    unsigned depth;
};

static enum truth truth_of(bool value)
{
    return value ? TRUTH_YES : TRUTH_NO;
}

static bool is_at(const struct testing *testing, const char *one, const char *other)
{
    const char *text = testing->at < testing->count ? testing->words[testing->at].text : "";

    return strcmp(text, one) == 0 || strcmp(text, other) == 0;
}

static enum truth matches(const char *pattern, const char *value)
{
    regex_t regex;
    int got;

    if (regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB) != 0)
        return TRUTH_UNKNOWN;
    got = regexec(&regex, value, 0, NULL, 0);
    regfree(&regex);
    return truth_of(got == 0);
}

/* A comparison of what is no number fails, as test does. */
static enum truth compare_numbers(const char *operator, const char * left, const char *right)
{
    char *left_end, *right_end;
    long a = strtol(left, &left_end, 10), b = strtol(right, &right_end, 10);

    if (left_end == left || right_end == right || *left_end != '\0' || *right_end != '\0')
        return TRUTH_NO;
    return truth_of(strcmp(operator, "-eq") == 0   ? a == b
                    : strcmp(operator, "-ne") == 0 ? a != b
                    : strcmp(operator, "-lt") == 0 ? a < b
                    : strcmp(operator, "-le") == 0 ? a <= b
                    : strcmp(operator, "-gt") == 0 ? a > b
                                                   : a >= b);
}

static bool is_numeric(const char *operator)
{
    static const char *const names[] = {"-eq", "-ne", "-lt", "-le", "-gt", "-ge"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(operator, names[i]) == 0)
            return true;
    return false;
}

static enum truth compare(struct testing *testing, const struct shell_word *words)
{
    const char *operator= words[1].text;
    _cleanup_free_ char *left = evaluate_word(testing->evaluation, words[0].text);
    _cleanup_free_ char *right = evaluate_word(testing->evaluation, words[2].text);
    bool equal;

    if (left == NULL || right == NULL)
        return TRUTH_UNKNOWN;
    if (is_numeric(operator))
        return compare_numbers(operator, left, right);
    if (strcmp(operator, "=~") == 0)
        return matches(right, left);
    equal = testing->extended && !words[2].quoted ? fnmatch(right, left, 0) == 0
                                                  : strcmp(left, right) == 0;
    return truth_of(equal != (operator[0] == '!'));
}

static bool is_comparison(const char *text)
{
    return strcmp(text, "=") == 0 || strcmp(text, "==") == 0 || strcmp(text, "!=") == 0 ||
           strcmp(text, "=~") == 0 || is_numeric(text);
}

static enum truth unary(struct testing *testing, char operator, const struct shell_word * word)
{
    _cleanup_free_ char *value = evaluate_word(testing->evaluation, word->text);

    if (value == NULL)
        return TRUTH_UNKNOWN;
    if (operator== 'n' || operator== 'z')
        return truth_of((value[0] == '\0') == (operator== 'z'));
    if (strchr("efrx", operator) != NULL && text_starts(value, "/") && evaluate_is_program(value))
        return evaluate_program(testing->evaluation, value);
    return strchr("efrsh", operator) != NULL ? evaluate_exists(testing->evaluation, value)
                                             : TRUTH_UNKNOWN;
}

static enum truth either(struct testing *testing);

static enum truth primary(struct testing *testing)
{
    const struct shell_word *words = testing->words + testing->at;
    size_t left = testing->count - testing->at;
    enum truth truth;

    if (left == 0 || ++testing->depth > DEPTH_MAX)
        return TRUTH_UNKNOWN;
    if (strcmp(words[0].text, "!") == 0 && left > 1) {
        testing->at++;
        truth = primary(testing);
        return truth == TRUTH_UNKNOWN ? truth : truth_of(truth == TRUTH_NO);
    }
    if (strcmp(words[0].text, "(") == 0 || strcmp(words[0].text, "\\(") == 0) {
        testing->at++;
        truth = either(testing);
        testing->at++;
        return truth;
    }
    if (left > 2 && is_comparison(words[1].text)) {
        testing->at += 3;
        return compare(testing, words);
    }
    if (left > 1 && words[0].text[0] == '-' && strlen(words[0].text) == 2) {
        testing->at += 2;
        return unary(testing, words[0].text[1], &words[1]);
    }
    testing->at++;
    return unary(testing, 'n', &words[0]);
}

static enum truth both(struct testing *testing)
{
    enum truth truth = primary(testing);

    while (is_at(testing, "&&", "-a")) {
        enum truth other;

        testing->at++;
        other = primary(testing);
        truth = truth == TRUTH_NO || other == TRUTH_NO ? TRUTH_NO
                : truth == TRUTH_YES                   ? other
                                                       : TRUTH_UNKNOWN;
    }
    return truth;
}

static enum truth either(struct testing *testing)
{
    enum truth truth = both(testing);

    while (is_at(testing, "||", "-o")) {
        enum truth other;

        testing->at++;
        other = both(testing);
        truth = truth == TRUTH_YES || other == TRUTH_YES ? TRUTH_YES
                : truth == TRUTH_NO                      ? other
                                                         : TRUTH_UNKNOWN;
    }
    return truth;
}

enum truth evaluate_test(struct evaluation *evaluation, const struct shell_word *words,
                         size_t count, bool extended)
{
    struct testing testing = {
        .evaluation = evaluation, .words = words, .count = count, .extended = extended};
    enum truth truth = either(&testing);

    return testing.at == count ? truth : TRUTH_UNKNOWN;
}
