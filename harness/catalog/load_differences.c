/* SPDX-License-Identifier: Apache-2.0 */
/* What a suite says of differences between platforms and images: <difference> and <output>. */
#include <errno.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "catalog/load.h"

enum { DIFFERENCES_MAX = 200, REPLACES_MAX = 50 };

/* The form is that of the schema. */
static void parse_within(const char *text, struct suite_difference *to)
{
    char *end;

    if (text == NULL)
        return;
    to->has_within = true;
    to->within = strtod(text, &end);
    to->relative = *end == '%';
    if (to->relative)
        to->within /= 100;
}

static int read_difference(const struct xml_file *file, const xmlNode *node, struct suite *suite,
                           struct error **err)
{
    _cleanup_free_ char *is = xml_attribute(node, "is"), *within = xml_attribute(node, "within");
    _cleanup_free_ char *across = xml_attribute(node, "across");
    struct suite_difference *row = vec_add(&suite->differences);

    row->key = xml_attribute(node, "key");
    row->of_point = row->key == NULL;
    if (row->of_point)
        row->key = xml_attribute(node, "point");
    row->breaking = text_equal(is, "breaking");
    load_titles(node, &row->why, &row->why_zh);
    parse_within(within, row);
    if (across != NULL && !difference_across_parse(across, &row->across))
        return xml_error(file, node, err, "across '%s' is not known", across);
    if (suite->differences.count > DIFFERENCES_MAX)
        return xml_error(file, node, err, "more than %d differences: use patterns",
                         DIFFERENCES_MAX);
    if (row->of_point && (is != NULL || within != NULL))
        return xml_error(file, node, err,
                         "difference of point '%s' has is or within: a point that is not in both "
                         "is expected, one that fails is always breaking",
                         row->key);
    if (is != NULL && !row->breaking && row->has_within)
        return xml_error(file, node, err,
                         "difference '%s' has within=\"%s\" and is=\"expected\": with within, a "
                         "larger difference is to review, or is=\"breaking\"",
                         row->key, within);
    if (strspn(row->key, "*?") == strlen(row->key) && !row->breaking)
        return xml_error(file, node, err,
                         "difference '%s' matches every %s, so none would be reviewed: name what "
                         "differs",
                         row->key, row->of_point ? "point" : "observation");
    return 0;
}

/* Back-references make the matching of text from a guest take exponential time. */
static bool has_back_reference(const char *pattern)
{
    for (const char *at = pattern; *at != '\0'; at++) {
        if (*at != '\\')
            continue;
        at++;
        if (*at >= '1' && *at <= '9')
            return true;
        if (*at == '\0')
            return false;
    }
    return false;
}

static int read_replace(const struct xml_file *file, const xmlNode *node, struct suite_output *to,
                        struct error **err)
{
    struct suite_replace *row = vec_add(&to->replaces);
    char why[200];
    regex_t compiled;
    int code;

    row->match = xml_attribute(node, "match");
    row->with = xml_attribute(node, "with");
    if (to->replaces.count > REPLACES_MAX)
        return xml_error(file, node, err, "more than %d replacements for one output", REPLACES_MAX);
    if (has_back_reference(row->match))
        return xml_error(file, node, err,
                         "match '%s' refers to a group (\\1 to \\9): write it without", row->match);
    code = regcomp(&compiled, row->match, REG_EXTENDED);
    if (code != 0) {
        regerror(code, &compiled, why, sizeof(why));
        return xml_error(file, node, err, "match '%s' is no extended regular expression: %s",
                         row->match, why);
    }
    code = regexec(&compiled, "", 0, NULL, 0);
    regfree(&compiled);
    if (code == 0)
        return xml_error(file, node, err,
                         "match '%s' also matches nothing at all: say what must be there",
                         row->match);
    return 0;
}

static int read_output(const struct xml_file *file, const xmlNode *node, struct suite *suite,
                       struct error **err)
{
    _cleanup_free_ char *id = xml_attribute(node, "case"), *is = xml_attribute(node, "is");
    struct suite_output *row;
    int code = 0;

    if (suite_find_case(suite, id) == NULL)
        return xml_error(file, node, err, "<output> names case '%s', which the suite does not have",
                         id);
    vec_foreach (before, &suite->outputs)
        if (strcmp(before->case_id, id) == 0)
            return xml_error(file, node, err, "a second <output> for case '%s': join them", id);
    row = vec_add(&suite->outputs);
    row->case_id = steal_ptr(id);
    row->breaking = text_equal(is, "breaking");
    for (const xmlNode *each = xml_child(node, "replace"); code == 0 && each != NULL;
         each = xml_next(each, "replace"))
        code = read_replace(file, each, row, err);
    return code;
}

int load_differences(const struct xml_file *file, struct suite *suite, struct error **err)
{
    const xmlNode *root = xml_file_root(file);
    int code = 0;

    for (const xmlNode *node = xml_child(root, "difference"); code == 0 && node != NULL;
         node = xml_next(node, "difference"))
        code = read_difference(file, node, suite, err);
    for (const xmlNode *node = xml_child(root, "output"); code == 0 && node != NULL;
         node = xml_next(node, "output"))
        code = read_output(file, node, suite, err);
    return code;
}
