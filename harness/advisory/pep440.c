/* SPDX-License-Identifier: Apache-2.0 */
/* Versions of Python packages (packaging.python.org, version specifiers): [N!]N(.N)*[{a|b|rc}N]
 * [.postN][.devN][+LOCAL], with the spellings that the specification normalises. */
#include "advisory/pep440.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#define PARTS_MAX 32

enum { PHASE_DEV = -4, PHASE_A, PHASE_B, PHASE_RC, PHASE_FINAL };

struct pep440 {
    uint64_t epoch, parts[PARTS_MAX], pre, post, dev;
    unsigned count;
    int phase; /* of the pre-release; PHASE_DEV: only a development release of the final one */
    bool has_post, has_dev;
    const char *local;
};

static bool number(const char **at, uint64_t *ret)
{
    uint64_t value = 0;
    const char *start = *at;

    for (; **at >= '0' && **at <= '9'; ++*at) {
        if (value > UINT64_MAX / 10 - 1)
            return false;
        value = value * 10 + (uint64_t)(**at - '0');
    }
    *ret = value;
    return *at > start;
}

static void separator(const char **at)
{
    if (**at != '\0' && strchr("-_.", **at) != NULL)
        ++*at;
}

/* Skips "[separator]WORD[separator]" and its number, which may be missing. */
static bool tagged(const char **at, const char *word, uint64_t *ret)
{
    const char *here = *at, *digits;

    separator(&here);
    if (strncasecmp(here, word, strlen(word)) != 0)
        return false;
    here += strlen(word);
    digits = here;
    separator(&digits);
    if (number(&digits, ret))
        here = digits;
    else
        *ret = 0;
    *at = here;
    return true;
}

static void parse_pre(const char **at, struct pep440 *ret)
{
    static const struct {
        const char *word;
        int phase;
    } words[] = {{"alpha", PHASE_A}, {"beta", PHASE_B}, {"preview", PHASE_RC}, {"pre", PHASE_RC},
                 {"rc", PHASE_RC},   {"a", PHASE_A},    {"b", PHASE_B},        {"c", PHASE_RC}};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (tagged(at, words[i].word, &ret->pre)) {
            ret->phase = words[i].phase;
            return;
        }
}

static bool parse(const char *text, struct pep440 *ret)
{
    const char *at = *text == 'v' || *text == 'V' ? text + 1 : text;

    *ret = (struct pep440){.phase = PHASE_FINAL, .local = ""};
    if (!number(&at, &ret->parts[0]))
        return false;
    if (*at == '!') {
        ret->epoch = ret->parts[0];
        at++;
        if (!number(&at, &ret->parts[0]))
            return false;
    }
    ret->count = 1;
    while (*at == '.' && at[1] >= '0' && at[1] <= '9') {
        at++;
        if (ret->count == PARTS_MAX || !number(&at, &ret->parts[ret->count++]))
            return false;
    }
    while (ret->count > 1 && ret->parts[ret->count - 1] == 0)
        ret->count--;
    parse_pre(&at, ret);
    ret->has_post = tagged(&at, "post", &ret->post) || tagged(&at, "rev", &ret->post) ||
                    tagged(&at, "r", &ret->post);
    if (!ret->has_post && *at == '-' && at[1] >= '0' && at[1] <= '9') {
        at++;
        ret->has_post = number(&at, &ret->post);
    }
    ret->has_dev = tagged(&at, "dev", &ret->dev);
    if (ret->has_dev && ret->phase == PHASE_FINAL && !ret->has_post)
        ret->phase = PHASE_DEV;
    if (*at == '+') {
        ret->local = at + 1;
        return at[1] != '\0';
    }
    return *at == '\0';
}

static int order(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

bool pep440_compare(const char *a, const char *b, int *ret_result)
{
    struct pep440 x, y;
    int result;

    if (!parse(a, &x) || !parse(b, &y))
        return false;
    result = order(x.epoch, y.epoch);
    for (unsigned i = 0; result == 0 && (i < x.count || i < y.count); i++)
        result = order(i < x.count ? x.parts[i] : 0, i < y.count ? y.parts[i] : 0);
    if (result == 0)
        result = (x.phase > y.phase) - (x.phase < y.phase);
    if (result == 0)
        result = order(x.pre, y.pre);
    if (result == 0)
        result = x.has_post != y.has_post ? (x.has_post ? 1 : -1) : order(x.post, y.post);
    if (result == 0)
        result = x.has_dev != y.has_dev ? (x.has_dev ? -1 : 1) : order(x.dev, y.dev);
    /* Local versions are those of who rebuilt it: which of two is newer says nothing here. */
    if (result == 0 && strcmp(x.local, y.local) != 0 && *x.local != '\0' && *y.local != '\0')
        return false;
    *ret_result = result != 0 ? result : (*x.local != '\0') - (*y.local != '\0');
    return true;
}
