/* SPDX-License-Identifier: Apache-2.0 */
/* Loads certification programmes. */
#include "catalog/programme.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "catalog/find.h"
#include "catalog/load.h"

enum { NUMBER_MAX = 100000, SIGNATURES_MAX = 100000000 };

/* The schema demands both languages. */
static void read_text(const xmlNode *node, const char *name, struct programme_text *to)
{
    for (const xmlNode *child = xml_child(node, name); child != NULL;
         child = xml_next(child, name)) {
        _cleanup_free_ char *language = xml_attribute(child, "lang");
        enum language in = language != NULL ? LANGUAGE_ZH : LANGUAGE_EN;

        free(to->in[in]);
        to->in[in] = xml_text(child);
    }
}

/* The schema has checked the words. */
static int read_word(const xmlNode *node, const char *attribute, const struct words *words,
                     int otherwise)
{
    _cleanup_free_ char *text = xml_attribute(node, attribute);
    int value = otherwise;

    if (text != NULL)
        words_find(words, text, &value);
    return value;
}

static bool is_required(const xmlNode *node)
{
    _cleanup_free_ char *text = xml_attribute(node, "required");

    return !text_equal(text, "no");
}

static bool needs_all_points(const xmlNode *node)
{
    _cleanup_free_ char *text = xml_attribute(node, "points");

    return text_equal(text, "all");
}

static int read_up_to(const struct xml_file *file, const xmlNode *node, const char *attribute,
                      uint64_t most, unsigned *to, struct error **err)
{
    uint64_t value = *to;
    int code = xml_number(file, node, attribute, 0, most, &value, err);

    *to = (unsigned)value;
    return code;
}

static int read_number(const struct xml_file *file, const xmlNode *node, const char *attribute,
                       unsigned *to, struct error **err)
{
    return read_up_to(file, node, attribute, NUMBER_MAX, to, err);
}

static bool read_limit(const xmlNode *node, const char *attribute, double *to)
{
    _cleanup_free_ char *text = xml_attribute(node, attribute);

    if (text != NULL)
        *to = strtod(text, NULL);
    return text != NULL;
}

static int read_cases(const struct xml_file *file, const xmlNode *node,
                      struct programme_criterion *to, struct error **err)
{
    _cleanup_free_ char *ids = xml_attribute(node, "id"), *headings = xml_attribute(node, "item");
    _cleanup_strv_ struct strv words = {0};

    if (ids != NULL) {
        to->kind = CRITERION_CASES;
        strv_split(&to->patterns, ids, " ");
        return 0;
    }
    to->kind = CRITERION_HEADING;
    strv_split(&words, headings, " ");
    for (size_t i = 0; i < words.count; i++) {
        enum item item;

        if (!item_parse(words.items[i], &item))
            return xml_error(file, node, err, "item='%s' is not a heading of suites",
                             words.items[i]);
        to->headings[item] = true;
    }
    return 0;
}

static int read_probe(const struct xml_file *file, const xmlNode *node,
                      struct programme_criterion *to, struct error **err)
{
    int code;

    to->kind = CRITERION_PROBE;
    to->probe = (enum programme_probe)read_word(node, "name", &programme_probe_words, 0);
    to->signatures = PROGRAMME_SIGNATURES;
    to->days = PROGRAMME_DAYS;
    code = read_up_to(file, node, "signatures", SIGNATURES_MAX, &to->signatures, err);
    return code < 0 ? code : read_number(file, node, "days", &to->days, err);
}

static int read_criterion(const struct xml_file *file, const xmlNode *node,
                          struct programme_criterion *to, struct error **err)
{
    if (strcmp((const char *)node->name, "cases") == 0)
        return read_cases(file, node, to, err);
    if (strcmp((const char *)node->name, "probe") == 0)
        return read_probe(file, node, to, err);
    to->kind = CRITERION_MEASURED;
    to->key = xml_attribute(node, "key");
    to->samples = 1;
    to->has_most = read_limit(node, "most", &to->most);
    to->has_least = read_limit(node, "least", &to->least);
    to->has_spread = read_limit(node, "spread", &to->spread);
    to->optional = !is_required(node);
    if (!to->has_most && !to->has_least && !to->has_spread && !to->optional)
        return xml_error(file, node, err, "<measured> has no limit: give most=, least= or spread=");
    return read_number(file, node, "samples", &to->samples, err);
}

static bool is_criterion(const xmlNode *node)
{
    static const char *const names[] = {"cases", "measured", "probe"};

    for (size_t i = 0; node->type == XML_ELEMENT_NODE && i < 3; i++)
        if (strcmp((const char *)node->name, names[i]) == 0)
            return true;
    return false;
}

static int find_level(const struct xml_file *file, const xmlNode *node,
                      const struct programme *programme, unsigned *ret_level, struct error **err)
{
    _cleanup_free_ char *id = xml_attribute(node, "level");

    for (size_t i = 0; i < programme->levels.count; i++)
        if (text_equal(programme->levels.items[i].id, id)) {
            *ret_level = (unsigned)i;
            return 0;
        }
    return xml_error(file, node, err, "level='%s' is not one of the programme's levels", id);
}

static int read_item(const struct xml_file *file, const xmlNode *node, struct programme *programme,
                     struct error **err)
{
    _cleanup_free_ char *id = xml_attribute(node, "id");
    struct programme_item *item;
    int code;

    vec_foreach (other, &programme->items)
        if (text_equal(other->id, id))
            return xml_error(file, node, err, "item '%s' exists twice, first in line %u", id,
                             other->line);
    item = vec_add(&programme->items);
    item->id = steal_ptr(id);
    item->line = (unsigned)xmlGetLineNo(node);
    item->grade = (enum grade)read_word(node, "grade", &grade_words, GRADE_EMULATED);
    item->evidence = xml_attribute(node, "evidence");
    read_text(node, "class", &item->class);
    read_text(node, "title", &item->title);
    read_text(node, "criterion", &item->criterion);
    item->required = is_required(node);
    item->all_points = needs_all_points(node);
    code = find_level(file, node, programme, &item->level, err);
    if (code == 0)
        code = read_number(file, node, "rounds", &item->rounds, err);
    if (code == 0)
        code = read_number(file, node, "minutes", &item->minutes, err);
    for (const xmlNode *child = node->children; code == 0 && child != NULL; child = child->next)
        if (is_criterion(child))
            code = read_criterion(file, child, vec_add(&item->criteria), err);
    return code;
}

static int read_levels(const struct xml_file *file, const xmlNode *root,
                       struct programme *programme, struct error **err)
{
    for (const xmlNode *node = xml_child(root, "level"); node != NULL;
         node = xml_next(node, "level")) {
        _cleanup_free_ char *id = xml_attribute(node, "id");
        struct programme_level *level;

        vec_foreach (other, &programme->levels)
            if (text_equal(other->id, id))
                return xml_error(file, node, err, "level '%s' exists twice", id);
        level = vec_add(&programme->levels);
        level->id = steal_ptr(id);
        level->grade = (enum grade)read_word(node, "grade", &grade_words, GRADE_EMULATED);
        read_text(node, "title", &level->title);
    }
    return 0;
}

static int read_rules(const struct xml_file *file, const xmlNode *node, struct programme *programme,
                      struct error **err)
{
    int code = 0;

    if (node == NULL)
        return 0;
    code = read_number(file, node, "cases", &programme->cases, err);
    if (code == 0)
        code = read_number(file, node, "platforms", &programme->platforms_least, err);
    if (code == 0)
        code = read_number(file, node, "most-platforms", &programme->platforms_most, err);
    if (code == 0 && programme->platforms_most > 0 &&
        programme->platforms_most < programme->platforms_least)
        code = xml_error(file, node, err, "most-platforms='%u' is less than platforms='%u'",
                         programme->platforms_most, programme->platforms_least);
    return code;
}

static void read_scope(const xmlNode *root, struct programme *programme)
{
    _cleanup_strv_ struct strv fields = {0};

    for (const xmlNode *node = xml_child(root, "os"); node != NULL; node = xml_next(node, "os"))
        strv_take(&programme->systems, xml_attribute(node, "id"));
    for (const xmlNode *node = xml_child(root, "on"); node != NULL; node = xml_next(node, "on"))
        strv_take(&programme->platforms, xml_attribute(node, "platform"));
    xml_words(xml_child(root, "head"), &fields);
    for (size_t i = 0; i < fields.count; i++) {
        int field = 0;

        if (words_find(&programme_field_words, fields.items[i], &field))
            *vec_add(&programme->fields) = (enum programme_field)field;
    }
}

static int load(const char *path, struct programme **ret_programme, struct error **err)
{
    _cleanup_(programme_free_cleanup) struct programme *to = text_calloc(1, sizeof(*to));
    _cleanup_xml_file_ struct xml_file *file = NULL;
    const xmlNode *root;
    int code = xml_file_open(path, "arch/programmes/programme.rng", &file, err);

    if (code == 0)
        code = load_name(file, &to->name, err);
    if (code < 0)
        return code;
    root = xml_file_root(file);
    memcpy(to->file_sha256, xml_file_sha256(file), sizeof(to->file_sha256));
    read_text(root, "title", &to->title);
    to->source = xml_text(xml_child(root, "source"));
    read_scope(root, to);
    code = read_rules(file, xml_child(root, "rules"), to, err);
    if (code == 0)
        code = read_levels(file, root, to, err);
    for (const xmlNode *node = xml_child(root, "item"); code == 0 && node != NULL;
         node = xml_next(node, "item"))
        code = read_item(file, node, to, err);
    if (code == 0)
        *ret_programme = steal_ptr(to);
    return code;
}

int catalog_get_programme(const char *name, struct programme **ret_programme, char **ret_path,
                          struct error **err)
{
    _cleanup_free_ char *path = NULL;
    int code = catalog_find_or_path(name, catalog_find_programme, &path, err);

    if (code == 0)
        code = load(path, ret_programme, err);
    if (code == 0 && ret_path != NULL)
        *ret_path = steal_ptr(path);
    return code;
}
