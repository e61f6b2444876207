/* SPDX-License-Identifier: Apache-2.0 */
/* Reads and writes files of waivers. */
#include "catalog/waivers.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/path.h"
#include "catalog/load.h"
#include "catalog/xml_save.h"

#define SCHEMA "arch/policies/waivers.rng"

DEFINE_CLEANUP(xmlDoc *, xmlFreeDoc)

static void copy(const xmlNode *node, const char *attribute, char *to, size_t size)
{
    _cleanup_free_ char *text = xml_attribute(node, attribute);

    snprintf(to, size, "%s", text != NULL ? text : "");
}

/* Texts of a finding are the product's: blanks in them count. */
static char *raw(const xmlNode *node, const char *attribute)
{
    xmlChar *value = xmlGetProp(node, (const xmlChar *)attribute);
    char *text = value != NULL ? text_dup((const char *)value) : NULL;

    xmlFree(value);
    return text;
}

static int read_waiver(const struct xml_file *file, const xmlNode *node, struct waiver *to,
                       struct error **err)
{
    _cleanup_free_ char *until = xml_attribute(node, "until");

    to->line = (unsigned)xmlGetLineNo(node);
    to->image = load_pattern(node, "image");
    to->platform = load_pattern(node, "platform");
    to->suite = xml_attribute(node, "suite");
    to->case_id = xml_attribute(node, "case");
    to->finding = xml_attribute(node, "finding");
    to->file = raw(node, "file");
    to->symbol = raw(node, "symbol");
    to->version = raw(node, "version");
    to->found = raw(node, "found");
    to->owner = xml_attribute(node, "owner");
    to->tracker = xml_attribute(node, "tracker");
    to->reason = xml_text(node);
    copy(node, "signature", to->signature, sizeof(to->signature));
    copy(node, "until", to->until, sizeof(to->until));
    /* The schema also lets pass dates with a time zone. */
    return waiver_is_date(until)
               ? 0
               : xml_error(file, node, err, "until='%s': give a date as 2026-12-31", until);
}

int catalog_load_waivers(const char *path, struct waivers *ret_waivers, struct error **err)
{
    _cleanup_(waivers_done) struct waivers waivers = {.rows = {0}};
    _cleanup_xml_file_ struct xml_file *file = NULL;
    int code = xml_file_open(path, SCHEMA, &file, err);

    if (code < 0)
        return code;
    waiver_date(clock_wall_ms(), waivers.today);
    for (const xmlNode *node = xml_child(xml_file_root(file), "waiver"); node != NULL;
         node = xml_next(node, "waiver")) {
        code = read_waiver(file, node, vec_add(&waivers.rows), err);
        if (code < 0)
            return code;
    }
    *ret_waivers = waivers;
    waivers = (struct waivers){.rows = {0}};
    return 0;
}

static void set(xmlNode *node, const char *name, const char *value)
{
    if (value != NULL && strcmp(value, "*") != 0)
        xmlSetProp(node, (const xmlChar *)name, (const xmlChar *)value);
}

static void add_element(xmlNode *root, const struct waiver *waiver)
{
    xmlNode *node;

    if (root->children == NULL)
        xmlAddChild(root, xmlNewText((const xmlChar *)"\n"));
    xmlAddChild(root, xmlNewText((const xmlChar *)"  "));
    node = xmlNewTextChild(root, NULL, (const xmlChar *)"waiver", (const xmlChar *)waiver->reason);
    set(node, "image", waiver->image);
    set(node, "platform", waiver->platform);
    set(node, "suite", waiver->suite);
    set(node, "case", waiver->case_id);
    set(node, "signature", *waiver->signature != '\0' ? waiver->signature : NULL);
    set(node, "finding", waiver->finding);
    set(node, "file", waiver->file);
    set(node, "symbol", waiver->symbol);
    set(node, "version", waiver->version);
    set(node, "found", waiver->found);
    set(node, "until", waiver->until);
    set(node, "owner", waiver->owner);
    set(node, "tracker", waiver->tracker);
    xmlAddChild(root, xmlNewText((const xmlChar *)"\n"));
}

static int check(const char *path, struct error **err)
{
    _cleanup_(waivers_done) struct waivers again = {.rows = {0}};

    return catalog_load_waivers(path, &again, err);
}

int catalog_add_waiver(const char *path, const struct waiver *waiver, struct error **err)
{
    _cleanup_(xmlFreeDoc_cleanup) xmlDoc *doc = NULL;
    _cleanup_(waivers_done) struct waivers known = {.rows = {0}};
    _cleanup_xml_file_ struct xml_file *file = NULL;
    int code = 0;

    if (!path_exists(path)) {
        doc = xmlNewDoc((const xmlChar *)"1.0");
        xmlDocSetRootElement(doc, xmlNewNode(NULL, (const xmlChar *)"waivers"));
    } else {
        code = catalog_load_waivers(path, &known, err);
        if (code == 0)
            code = xml_file_open(path, SCHEMA, &file, err);
        if (code < 0)
            return code;
        vec_foreach (row, &known.rows)
            if (!waiver_has_expired(&known, row) && waiver_is_same(row, waiver))
                return error_set(
                    err, -EEXIST, "%s:%u: this %s is waived already, until %s; edit that instead",
                    path, row->line, row->case_id != NULL ? "failure" : "finding", row->until);
        doc = xmlCopyDoc(xml_file_root(file)->doc, 1);
    }
    add_element(xmlDocGetRootElement(doc), waiver);
    /* Comments and the order of what the user wrote are preserved. */
    code = xml_save(path, doc, false, check, err);
    return code < 0 ? error_prefix(err, "'%s' was not changed", path) : 0;
}
