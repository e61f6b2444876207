/* SPDX-License-Identifier: Apache-2.0 */
/* Loads policies. */
#include "catalog/policy.h"

#include <string.h>

#include "base/error.h"
#include "catalog/find.h"
#include "catalog/load.h"

static struct policy_which which_of(const xmlNode *node)
{
    return (struct policy_which){load_pattern(node, "image"), load_pattern(node, "platform"),
                                 load_pattern(node, "suite")};
}

/* The schema has checked every word; an attribute that is not given keeps its default. */
static void read_word(const xmlNode *node, const char *attribute, const struct words *words,
                      int *value)
{
    _cleanup_free_ char *text = xml_attribute(node, attribute);

    if (text != NULL)
        words_find(words, text, value);
}

static void read_allowed(const xmlNode *node, struct policy_cells *row)
{
    _cleanup_free_ char *text = xml_attribute(node, "allow");
    _cleanup_strv_ struct strv words = {0};

    if (text == NULL)
        return;
    memset(row->allow, 0, sizeof(row->allow));
    strv_split(&words, text, " ");
    for (size_t i = 0; i < words.count; i++) {
        int condition = 0;

        if (words_find(&condition_words, words.items[i], &condition))
            row->allow[condition] = true;
    }
}

static void read_cells(const xmlNode *node, struct policy *policy)
{
    _cleanup_free_ char *verdict = xml_attribute(node, "verdict");
    struct policy_cells *row = vec_add(&policy->cells);
    int least = VERDICT_CONDITIONAL, grade;

    *row = policy_default;
    row->which = which_of(node);
    row->line = (unsigned)xmlGetLineNo(node);
    row->any = text_equal(verdict, "any");
    if (!row->any)
        read_word(node, "verdict", &verdict_words, &least);
    row->verdict = (enum verdict)least;
    read_allowed(node, row);
    /* Whoever allows reported results accepts their grade. */
    grade = row->allow[CONDITION_REPORTED] ? GRADE_REPORTED : GRADE_EMULATED;
    read_word(node, "grade", &grade_words, &grade);
    row->grade = (enum grade)grade;
}

static void read_level(const xmlNode *node, struct policy *policy)
{
    *vec_add(&policy->levels) =
        (struct policy_level){which_of(node), xml_attribute(node, "programme"),
                              xml_attribute(node, "level"), (unsigned)xmlGetLineNo(node)};
}

static void read_baseline(const xmlNode *node, struct policy *policy)
{
    _cleanup_free_ char *required = node != NULL ? xml_attribute(node, "required") : NULL;

    policy->needs_baseline = text_equal(required, "yes");
    for (int change = 0; node != NULL && change < POLICY_CHANGE_COUNT; change++) {
        _cleanup_free_ char *effect = xml_attribute(node, policy_change_words.names[change]);

        policy->reports[change] = text_equal(effect, "report");
    }
}

static int load(const char *path, struct policy **ret_policy, struct error **err)
{
    _cleanup_(policy_free_cleanup) struct policy *policy = text_calloc(1, sizeof(*policy));
    _cleanup_xml_file_ struct xml_file *file = NULL;
    const xmlNode *root;
    int code = xml_file_open(path, "arch/policies/policy.rng", &file, err);

    if (code == 0)
        code = load_name(file, &policy->name, err);
    if (code < 0)
        return code;
    root = xml_file_root(file);
    load_titles(root, &policy->title, &policy->title_zh);
    for (const xmlNode *node = xml_child(root, "expect"); node != NULL;
         node = xml_next(node, "expect"))
        *vec_add(&policy->expected) = which_of(node);
    for (const xmlNode *node = xml_child(root, "cells"); node != NULL;
         node = xml_next(node, "cells"))
        read_cells(node, policy);
    for (const xmlNode *node = xml_child(root, "certified"); node != NULL;
         node = xml_next(node, "certified"))
        read_level(node, policy);
    read_baseline(xml_child(root, "baseline"), policy);
    *ret_policy = steal_ptr(policy);
    return 0;
}

int catalog_get_policy(const char *name, struct policy **ret_policy, char **ret_path,
                       struct error **err)
{
    _cleanup_free_ char *path = NULL;
    int code = catalog_find_or_path(name, catalog_find_policy, &path, err);

    if (code == 0)
        code = load(path, ret_policy, err);
    if (code == 0 && ret_path != NULL)
        *ret_path = steal_ptr(path);
    return code;
}
