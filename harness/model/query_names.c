/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of the query language, and its comparisons. */
#include "model/policy.h"
#include "model/query.h"
#include "model/query_change.h"
#include "model/record.h"
#include "model/words.h"

static const char *const no_yes_names[] = {"no", "yes"};
static const struct words no_yes_words = {no_yes_names, NULL, 2};

/* As run_state_name. */
static const char *const state_names[RUN_STATE_COUNT] = {"open", "interrupted", "ended"};
static const struct words state_words = {state_names, NULL, RUN_STATE_COUNT};

static const char *const change_names[QUERY_CHANGE_COUNT] = {
    "new",   "missing", "flaky", "still",       "fixed",
    "added", "verdict", "scope", "observation", "finding"};
const struct words query_change_words = {change_names, NULL, QUERY_CHANGE_COUNT};

const struct query_name_row query_names[QUERY_NAME_COUNT] = {
#define NAME(id, name, type, words, places, meaning) {name, type, words, places, meaning},
#include "model/query_names.def"
#undef NAME
};
_Static_assert(QUERY_NAME_COUNT <= 64, "a set of names is one uint64_t");

#define BIT(name) ((uint64_t)1 << (name))
uint64_t query_any_names(enum query_place place)
{
    static const enum query_name cells[] = {QUERY_PLATFORM, QUERY_SUITE};
    static const enum query_name runs[] = {QUERY_RUN, QUERY_LABEL, QUERY_BUILD};
    uint64_t found = BIT(QUERY_IMAGE);

    /* What the list of runs shows: reading the cases of all runs would take long. */
    for (size_t i = 0; place != QUERY_RUNS && i < sizeof(cells) / sizeof(cells[0]); i++)
        found |= BIT(cells[i]);
    if (place != QUERY_RUNS && place != QUERY_VIEW)
        found |= BIT(QUERY_CASE);
    for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++)
        found |= BIT(runs[i]);
    return found;
}

const char *const query_op_texts[QUERY_OP_COUNT] = {":", "!=", ">=", "<=", ">", "<"};

int query_rank(enum query_name name, int word)
{
    static const int verdicts[VERDICT_COUNT] = {[VERDICT_NOT_ASSESSED] = 0,
                                                [VERDICT_INCOMPATIBLE] = 0,
                                                [VERDICT_CONDITIONAL] = 1,
                                                [VERDICT_COMPATIBLE] = 2};

    return name == QUERY_VERDICT ? verdicts[word] : word;
}

bool query_compares(enum query_op op, int64_t value, int64_t with)
{
    switch (op) {
    case QUERY_IS_NOT:
        return value != with;
    case QUERY_LEAST:
        return value >= with;
    case QUERY_MOST:
        return value <= with;
    case QUERY_ABOVE:
        return value > with;
    case QUERY_BELOW:
        return value < with;
    default:
        return value == with;
    }
}

static int fold(unsigned char c)
{
    return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

/* Length of the character (a byte, if it is not UTF-8) that begins here. */
static size_t character(const char *text)
{
    size_t length = 1;

    while (((unsigned char)text[0] & 0xc0) == 0xc0 && ((unsigned char)text[length] & 0xc0) == 0x80)
        length++;
    return length;
}

/* Goes back to the last `*` only, so its time is at most the product of both lengths; the libc's
 * fnmatch may need exponential time. */
bool query_pattern_matches(const char *pattern, const char *text)
{
    const char *star = NULL, *resume = NULL;

    while (*text != '\0' || *pattern != '\0') {
        bool any = *pattern == '*', one = *pattern == '?' && *text != '\0';
        const char *plain = *pattern == '\\' && pattern[1] != '\0' ? pattern + 1 : pattern;

        if (any) {
            star = ++pattern;
            resume = text;
        } else if (one) {
            pattern++;
            text += character(text);
        } else if (*plain != '\0' && *text != '\0' &&
                   fold((unsigned char)*plain) == fold((unsigned char)*text)) {
            pattern = plain + 1;
            text++;
        } else if (star != NULL && *resume != '\0') {
            pattern = star;
            text = ++resume;
        } else
            return false;
    }
    return true;
}
