/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A tree of tmt tests (fmf metadata): a case for each leaf with the attribute `test`. Attributes
 * are inherited from main.fmf of the folders above and from the parents in a file; NAME+ appends.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/path.h"
#include "base/text.h"
#include "import/draft.h"
#include "import/fmf.h"

#define DURATION_S 300 /* tmt's default: 5m */

bool tmt_is(const char *source)
{
    _cleanup_free_ char *root = path_join(source, ".fmf");

    return path_is_folder(root);
}

static const char *text_of(const json_t *node, const char *key)
{
    return json_string_value(json_object_get(node, key));
}

static bool is_false(const char *text)
{
    return text != NULL && (strcasecmp(text, "false") == 0 || strcasecmp(text, "no") == 0);
}

/* "90", "5m", "1h 30m"; false: not understood. */
static bool parse_duration(const char *text, unsigned *ret_seconds)
{
    uint64_t sum = 0;

    while (*text != '\0') {
        char *stop;
        unsigned long value = strtoul(text, &stop, 10);

        if (stop == text || value > 1000000)
            return false;
        sum += value * (*stop == 'h' ? 3600 : *stop == 'm' ? 60 : *stop == 'd' ? 86400 : 1);
        if (*stop != '\0' && strchr("smhd", *stop) != NULL)
            stop++;
        else if (*stop != '\0' && *stop != ' ')
            return false;
        text = stop + strspn(stop, " ");
    }
    if (sum == 0 || sum > 1000000)
        return false;
    *ret_seconds = (unsigned)sum;
    return true;
}

/* Packages are those of rpm systems, for which tmt was made. */
static void add_requirement(struct draft *draft, struct draft_case *row, const json_t *need)
{
    const char *text = json_string_value(need);

    if (text == NULL || strchr(text, '/') != NULL || strchr(text, '(') != NULL)
        draft_skip(row, "it requires something other than a package%s%s", text != NULL ? ": " : "",
                   text != NULL ? text : "");
    else
        draft_add_package(draft, "rpm", NULL, text);
}

static void add_requirements(struct draft *draft, struct draft_case *row, const json_t *needs)
{
    const json_t *need;
    size_t i;

    if (json_is_string(needs) || json_is_object(needs))
        add_requirement(draft, row, needs);
    json_array_foreach(needs, i, need) add_requirement(draft, row, need);
}

static bool is_variable(const char *name)
{
    return *name != '\0' && !isdigit((unsigned char)*name) &&
           strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") ==
               strlen(name);
}

static void add_environment(struct draft_case *row, json_t *variables, struct buffer *script)
{
    const char *name;
    json_t *value;

    json_object_foreach(variables, name, value)
    {
        _cleanup_free_ char *quoted = NULL;

        if (!is_variable(name) || !json_is_string(value)) {
            draft_skip(row, "its environment has the variable '%s', which cannot be set", name);
            continue;
        }
        quoted = draft_quote(json_string_value(value));
        buffer_format(script, "export %s=%s\n", name, quoted);
    }
}

/* tmt's word for what the exit code means. */
static const char *apply_result(struct draft_case *row, const char *result)
{
    if (result == NULL || strcmp(result, "respect") == 0)
        return "respect";
    if (strcmp(result, "xfail") == 0)
        return "xfail";
    if (strcmp(result, "info") == 0 || strcmp(result, "warn") == 0) {
        row->optional = true;
        return "respect";
    }
    draft_skip(row, "result: %s is not supported", result);
    return "respect";
}

static void add_test(struct draft *draft, const struct fmf_leaf *leaf)
{
    const char *folder = text_of(leaf->data, "path"), *framework = text_of(leaf->data, "framework");
    const char *duration = text_of(leaf->data, "duration");
    struct draft_case *row = draft_add_case(draft, leaf->name + (*leaf->name == '/'));
    _cleanup_free_ char *place =
        draft_quote(folder != NULL ? folder + strspn(folder, "/") : leaf->folder);
    _cleanup_free_ char *command = draft_quote(text_of(leaf->data, "test"));
    _cleanup_buffer_ struct buffer script = {0};

    if (text_of(leaf->data, "summary") != NULL)
        text_replace(&row->title, text_of(leaf->data, "summary"));
    row->timeout_s = DURATION_S;
    if (duration != NULL && !parse_duration(duration, &row->timeout_s))
        draft_note(draft, "Test `%s`: duration '%s' is not understood; it gets %d s", leaf->name,
                   duration, DURATION_S);
    if (is_false(text_of(leaf->data, "enabled")))
        draft_skip(row, "enabled: false");
    if (text_of(leaf->data, "manual") != NULL && !is_false(text_of(leaf->data, "manual")))
        draft_skip(row, "it is a manual test");
    if (framework != NULL && strcmp(framework, "shell") != 0)
        draft_skip(row, "framework: %s is not supported", framework);
    if (json_object_get(leaf->data, "adjust") != NULL)
        draft_note(draft, "Test `%s`: adjust is not evaluated", leaf->name);
    if (json_object_get(leaf->data, "recommend") != NULL)
        draft_note(draft, "Test `%s`: recommended packages are not installed", leaf->name);
    add_requirements(draft, row, json_object_get(leaf->data, "require"));
    add_environment(row, json_object_get(leaf->data, "environment"), &script);
    buffer_format(&script, "exec \"$TOUCHSTONE_SUITE/lib/run-tmt\" %s %s %s\n",
                  apply_result(row, text_of(leaf->data, "result")), place, command);
    row->script = buffer_steal(&script);
}

static int on_leaf(void *data, const struct fmf_leaf *leaf, struct error **err)
{
    struct draft *draft = data;

    if (json_object_get(leaf->data, "execute") != NULL ||
        json_object_get(leaf->data, "discover") != NULL) {
        draft_note(draft, "Plan `%s` is not mapped: all tests of the tree are cases", leaf->name);
        return 0;
    }
    if (text_of(leaf->data, "test") == NULL || !draft_wants(draft, leaf->name))
        return 0;
    if (draft->cases.count >= IMPORT_CASES)
        return error_set(err, -EINVAL, "more than %d tests", IMPORT_CASES);
    add_test(draft, leaf);
    return 0;
}

int tmt_read(const char *source, struct draft *draft, struct error **err)
{
    int code;

    draft->product = text_dup(draft->name);
    draft->vendor = text_dup("unknown");
    draft_add_tree(draft, source);
    strv_add(&draft->programs, "run-tmt");
    code = fmf_read(source, on_leaf, draft, err);
    if (code == 0 && draft->cases.count == 0 && draft->only->count == 0)
        code = error_set(err, -EINVAL, "'%s' has no node with the attribute 'test'", source);
    return code;
}
