/* SPDX-License-Identifier: Apache-2.0 */
/* Loads and saves views. */
#include "catalog/view.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "base/path.h"
#include "catalog/find.h"
#include "catalog/load.h"
#include "catalog/xml_save.h"
#include "home/home.h"

#define SCHEMA "arch/views/view.rng"

DEFINE_CLEANUP(xmlDoc *, xmlFreeDoc)

static int read_results(const struct xml_file *file, struct view *view, struct error **err)
{
    const xmlNode *node = xml_child(xml_file_root(file), "results");
    _cleanup_error_ struct error *bad = NULL;

    if (node == NULL)
        return 0;
    view->results = xml_text(node);
    if (query_parse(view->results, QUERY_VIEW, &view->query, &bad) < 0)
        return xml_error(file, node, err, "<results>: %s", error_message(bad));
    return 0;
}

static int load(const char *path, struct view **ret_view, struct error **err)
{
    _cleanup_(view_free_cleanup) struct view *view = text_calloc(1, sizeof(*view));
    _cleanup_xml_file_ struct xml_file *file = NULL;
    uint64_t max_age = 0;
    int code = xml_file_open(path, SCHEMA, &file, err);

    if (code == 0)
        code = load_name(file, &view->name, err);
    if (code == 0)
        code = xml_number(file, xml_file_root(file), "max-age", 1, VIEW_MAX_AGE, &max_age, err);
    if (code == 0)
        code = read_results(file, view, err);
    if (code < 0)
        return code;
    view->max_age = (unsigned)max_age;
    load_titles(xml_file_root(file), &view->title, &view->title_zh);
    for (const xmlNode *node = xml_child(xml_file_root(file), "line"); node != NULL;
         node = xml_next(node, "line"))
        strv_take(&view->lines, xml_attribute(node, "images"));
    if (view->lines.count > VIEW_LINES_MAX)
        return xml_error(file, xml_file_root(file), err, "%zu lines of images; at most %d",
                         view->lines.count, VIEW_LINES_MAX);
    *ret_view = steal_ptr(view);
    return 0;
}

/* A result is told by the name of its view. */
static int check_name(const char *path, const struct view *view, struct error **err)
{
    _cleanup_free_ char *file = text_format("%s.xml", view->name);

    if (strcmp(path_base(path), file) == 0)
        return 0;
    return error_set(err, -EBADMSG,
                     "'%s' is a view with name=\"%s\": give both the same name, or its results "
                     "would be taken for those of another view",
                     path, view->name);
}

int catalog_get_view(const char *name, struct view **ret_view, char **ret_path, struct error **err)
{
    _cleanup_(view_free_cleanup) struct view *view = NULL;
    _cleanup_free_ char *path = NULL;
    int code = catalog_find_or_path(name, catalog_find_view, &path, err);

    if (code == 0)
        code = load(path, &view, err);
    if (code == 0)
        code = check_name(path, view, err);
    if (code < 0)
        return code;
    *ret_view = steal_ptr(view);
    if (ret_path != NULL)
        *ret_path = steal_ptr(path);
    return 0;
}

static void add_text(xmlNode *root, const char *name, const char *text, const char *lang)
{
    xmlNode *node = xmlNewTextChild(root, NULL, (const xmlChar *)name, (const xmlChar *)text);

    if (lang != NULL)
        xmlNewProp(node, (const xmlChar *)"lang", (const xmlChar *)lang);
}

static xmlDoc *write_document(const struct view *view)
{
    xmlDoc *doc = xmlNewDoc((const xmlChar *)"1.0");
    xmlNode *root = xmlNewNode(NULL, (const xmlChar *)"view");
    _cleanup_free_ char *max_age = text_format("%u", view->max_age);

    xmlDocSetRootElement(doc, root);
    xmlNewProp(root, (const xmlChar *)"name", (const xmlChar *)view->name);
    if (view->max_age > 0)
        xmlNewProp(root, (const xmlChar *)"max-age", (const xmlChar *)max_age);
    add_text(root, "title", view->title, NULL);
    if (view->title_zh != NULL)
        add_text(root, "title", view->title_zh, "zh");
    if (view->results != NULL)
        add_text(root, "results", view->results, NULL);
    vec_foreach (line, &view->lines) {
        xmlNode *node = xmlNewChild(root, NULL, (const xmlChar *)"line", NULL);

        xmlNewProp(node, (const xmlChar *)"images", (const xmlChar *)*line);
    }
    return doc;
}

static int home_path(const char *name, char **ret_path, struct error **err)
{
    _cleanup_free_ char *folder = NULL, *built_in = NULL;
    const char *data, *home;
    int code = home_data_folder(&data, err);

    if (code == 0)
        code = home_folder(&home, err);
    if (code < 0)
        return code;
    built_in = text_format("%s/arch/views/%s.xml", data, name);
    if (path_exists(built_in))
        return error_set(err, -EEXIST,
                         "view '%s' comes with the program ('%s'): choose another name", name,
                         built_in);
    folder = path_join(home, "views");
    code = path_make_folders(folder, false, err);
    if (code == 0)
        *ret_path = text_format("%s/%s.xml", folder, name);
    return code;
}

static int check(const char *path, struct error **err)
{
    _cleanup_(view_free_cleanup) struct view *again = NULL;

    return load(path, &again, err);
}

int catalog_save_view(const struct view *view, char **ret_path, struct error **err)
{
    _cleanup_(xmlFreeDoc_cleanup) xmlDoc *doc = write_document(view);
    _cleanup_free_ char *path = NULL;
    int code = home_path(view->name, &path, err);

    if (code < 0)
        return code;
    code = xml_save(path, doc, true, check, err);
    if (code < 0)
        return error_prefix(err, "view '%s' is not saved", view->name);
    *ret_path = steal_ptr(path);
    return 0;
}
