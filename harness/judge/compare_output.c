/* SPDX-License-Identifier: Apache-2.0 */
/* Compares the standard output of a case in two cells, line by line, after the replacements that
 * the suite states. */
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "judge/compare_value.h"

enum { LINE_BYTES = 4096, SHOWN_BYTES = 160, MATCHES_MAX = 1000 };

static const struct evidence *find_output(const struct result *result, const char *case_id)
{
    vec_foreach (blob, &result->evidence)
        if (text_equal(blob->case_id, case_id) && strcmp(blob->name, "stdout") == 0)
            return blob;
    return NULL;
}

/* Replaces every match in the line. */
static void replace(const regex_t *match, const char *with, struct buffer *line)
{
    const char *at = line->length > 0 ? line->data : "";
    struct buffer to = {0};
    regmatch_t found;

    for (int i = 0; i < MATCHES_MAX && *at != '\0' &&
                    regexec(match, at, 1, &found, i > 0 ? REG_NOTBOL : 0) == 0;
         i++) {
        if (found.rm_eo == found.rm_so)
            break;
        buffer_add(&to, at, (size_t)found.rm_so);
        buffer_text(&to, with);
        at += found.rm_eo;
    }
    buffer_text(&to, at);
    buffer_done(line);
    *line = to;
}

struct compiled {
    size_t count;
    regex_t *items;
};

static void compiled_done(struct compiled *compiled)
{
    for (size_t i = 0; i < compiled->count; i++)
        regfree(&compiled->items[i]);
    free(compiled->items);
}

/* They compiled when the suite was loaded. */
static void compile(const struct suite_output *rule, struct compiled *to)
{
    to->items = text_calloc(rule->replaces.count + 1, sizeof(*to->items));
    vec_foreach (row, &rule->replaces) {
        if (regcomp(&to->items[to->count], row->match, REG_EXTENDED) != 0)
            break;
        to->count++;
    }
}

/* Returns false if a line is too long. */
static bool normalise(const struct suite_output *rule, const struct compiled *compiled,
                      const char *text, struct strv *ret_lines)
{
    while (text != NULL && *text != '\0') {
        size_t length = strcspn(text, "\n");
        struct buffer line = {0};

        if (length > LINE_BYTES)
            return false;
        buffer_add(&line, text, length);
        for (size_t i = 0; i < compiled->count; i++)
            replace(&compiled->items[i], rule->replaces.items[i].with, &line);
        strv_take(ret_lines, buffer_steal(&line));
        text += length + (text[length] == '\n');
    }
    return true;
}

/* Reads and normalises; returns why that is not possible, or NULL. Caller frees. */
static char *read_lines(const struct suite_output *rule, const struct compare_options *options,
                        const struct compare_side *side, struct strv *ret_lines)
{
    const struct evidence *blob = find_output(side->latest, rule->case_id);
    _cleanup_(compiled_done) struct compiled compiled = {0};
    _cleanup_buffer_ struct buffer text = {0};
    _cleanup_error_ struct error *err = NULL;
    uint64_t skipped = 0;

    if (blob == NULL)
        return text_dup("there is no output");
    if (options->read(options->with, blob, &text, &skipped, &err) < 0)
        return text_format("the output cannot be read: %s", error_message(err));
    if (skipped > 0 || blob->truncated)
        return text_dup("the output is too long to be compared");
    if (text.data != NULL && strlen(text.data) != text.length)
        return text_dup("the output has a byte 0, so it is no text that can be compared");
    compile(rule, &compiled);
    return normalise(rule, &compiled, text.data, ret_lines)
               ? NULL
               : text_format("the output has a line of more than %d bytes, so it is not compared",
                             LINE_BYTES);
}

static void shorten(const char *line, struct buffer *to)
{
    size_t length = line != NULL ? strlen(line) : 0;

    if (line == NULL) {
        buffer_text(to, "missing");
        return;
    }
    buffer_text(to, "'");
    buffer_printable(to, line, length < SHOWN_BYTES ? length : SHOWN_BYTES, false);
    buffer_text(to, length > SHOWN_BYTES ? "…'" : "'");
}

static void compare_lines(const struct suite_output *rule, const struct strv *before,
                          const struct strv *after, struct compare_value *to)
{
    _cleanup_buffer_ struct buffer why = {0};
    size_t most = before->count > after->count ? before->count : after->count, differ = 0;

    for (size_t i = 0; i < most; i++) {
        const char *old = i < before->count ? before->items[i] : NULL;
        const char *new = i < after->count ? after->items[i] : NULL;

        if (text_equal(old, new) || differ++ > 0)
            continue;
        buffer_format(&why, "line %zu is ", i + 1);
        shorten(new, &why);
        buffer_text(&why, ", in the reference ");
        shorten(old, &why);
    }
    if (differ == 0)
        return;
    if (differ > 1)
        buffer_format(&why, "; %zu more %s", differ - 1,
                      text_plural(differ - 1, "line differs", "lines differ"));
    compare_say(to, rule->breaking ? COMPARE_BREAKING : COMPARE_REVIEW, why.data, NULL);
}

void compare_output_value(const struct suite_output *rule, const struct compare_options *options,
                          const struct compare_side *reference, const struct compare_side *side,
                          struct compare_value *to)
{
    _cleanup_strv_ struct strv before = {0}, after = {0};
    _cleanup_free_ char *problem = read_lines(rule, options, side, &after);

    if (problem == NULL)
        to->text = text_format("%zu %s", after.count, text_plural(after.count, "line", "lines"));
    if (side == reference)
        return;
    if (problem == NULL) {
        problem = read_lines(rule, options, reference, &before);
        if (problem != NULL) {
            char *whole = text_format("in the reference, %s", problem);

            free(problem);
            problem = whole;
        }
    }
    if (problem != NULL)
        compare_say(to, COMPARE_REVIEW, problem, NULL);
    else
        compare_lines(rule, &before, &after, to);
}
