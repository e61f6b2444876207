/* SPDX-License-Identifier: Apache-2.0 */
/* Evaluates boolean dependencies. */
#include "abi/metadata/rich.h"

#include <string.h>

#include "abi/surface/surface.h"
#include "base/cleanup.h"
#include "base/text.h"

#define DEPTH_MAX 32

struct rich {
    const char *at;
    rich_has *has;
    rich_one *one; /* NULL: it is one package that is asked about */
    void *context;
    bool sound;
    int depth;
};

static bool holds(struct rich *rich);

static void skip_blanks(struct rich *rich)
{
    rich->at += strspn(rich->at, " \t");
}

/* A word; parentheses within a capability ("libc.so.6()(64bit)") must be balanced. */
static char *take_word(struct rich *rich)
{
    const char *from;
    int open = 0;

    skip_blanks(rich);
    for (from = rich->at; *rich->at != '\0' && (open > 0 || strchr(" \t)", *rich->at) == NULL);
         rich->at++)
        open += *rich->at == '(' ? 1 : *rich->at == ')' ? -1 : 0;
    return text_ndup(from, (size_t)(rich->at - from));
}

static bool simple_holds(struct rich *rich)
{
    _cleanup_free_ char *name = take_word(rich), *version = NULL;
    uint32_t sense = 0;

    skip_blanks(rich);
    for (; *rich->at != '\0' && strchr("<>=", *rich->at) != NULL; rich->at++)
        sense |= *rich->at == '<' ? SENSE_LESS : *rich->at == '>' ? SENSE_GREATER : SENSE_EQUAL;
    if (sense != 0)
        version = take_word(rich);
    rich->sound &= *name != '\0' && (sense == 0 || *version != '\0');
    return rich->sound && rich->has(rich->context, name, sense, version != NULL ? version : "");
}

static bool operand_holds(struct rich *rich)
{
    bool result;

    skip_blanks(rich);
    if (*rich->at != '(')
        return simple_holds(rich);
    if (++rich->depth > DEPTH_MAX) {
        rich->sound = false;
        return false;
    }
    result = holds(rich);
    rich->depth--;
    return result;
}

/* "( a OP b OP c )"; "if" and "unless" allow one "else". */
static bool holds(struct rich *rich)
{
    const char *from = rich->at;
    bool result, right, of_one = false;

    rich->at++;
    result = operand_holds(rich);
    for (skip_blanks(rich); rich->sound && *rich->at != ')'; skip_blanks(rich)) {
        _cleanup_free_ char *word = take_word(rich), *other = NULL;
        bool unless = text_equal(word, "unless");

        of_one |= text_equal(word, "with") || text_equal(word, "without");
        right = operand_holds(rich);
        if (text_equal(word, "and") || text_equal(word, "with"))
            result = result && right;
        else if (text_equal(word, "or"))
            result = result || right;
        else if (text_equal(word, "without"))
            result = result && !right;
        else if (text_equal(word, "if") || unless) {
            bool otherwise = !unless, condition = unless ? !right : right;

            skip_blanks(rich);
            if (*rich->at != ')') {
                other = take_word(rich);
                rich->sound &= text_equal(other, "else");
                otherwise = operand_holds(rich);
            }
            result = condition ? result : otherwise;
        } else {
            rich->sound = false;
        }
    }
    rich->sound &= *rich->at == ')';
    if (rich->sound)
        rich->at++;
    return of_one && rich->one != NULL && rich->sound ? rich->one(rich->context, from) : result;
}

bool rich_holds_of_one(const char *text, rich_has *has, void *context)
{
    struct rich rich = {.at = text, .has = has, .context = context, .sound = *text == '('};

    return rich.sound && holds(&rich) && rich.sound;
}

bool rich_holds(const char *text, rich_has *has, rich_one *one, void *context, bool *ret_sound)
{
    struct rich rich = {
        .at = text, .has = has, .one = one, .context = context, .sound = *text == '('};
    bool result = rich.sound && holds(&rich);

    *ret_sound = rich.sound && *rich.at == '\0';
    return result && *ret_sound;
}
