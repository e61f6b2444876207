/* SPDX-License-Identifier: Apache-2.0 */
/* npm's package.json and package-lock.json, of all three versions (docs.npmjs.com). */
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/text.h"
#include "sbom/readers.h"

#define LOCK_DEPTH 64 /* of nested dependencies in a lock file of version 1 */

static const char *member(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

/* "@scope/name" */
static struct component *add(struct sbom *sbom, enum component_basis basis, const char *name,
                             const char *version)
{
    const char *slash = name != NULL && *name == '@' ? strchr(name, '/') : NULL;
    struct component *component =
        sbom_add(sbom, COMPONENT_NPM, basis, basis == BASIS_METADATA ? 100 : 50,
                 slash != NULL ? slash + 1 : name, version);

    if (component != NULL && slash != NULL)
        component->space = text_ndup(name, (size_t)(slash - name));
    return component;
}

static void set_licence(struct component *component, const json_t *object)
{
    const json_t *licence = json_object_get(object, "license");
    const char *text =
        json_is_object(licence) ? member(licence, "type") : json_string_value(licence);

    if (component != NULL && text != NULL && strlen(text) <= SBOM_WORD_MAX)
        component->licence = text_dup(text);
}

static bool parse(struct sbom *sbom, const char *path, const char *text, size_t length,
                  json_t **ret_json)
{
    _cleanup_error_ struct error *problem = NULL;

    if (json_parse(text, length, "it", ret_json, &problem) == 0)
        return true;
    sbom_add_gap(sbom, path, error_message(problem));
    return false;
}

void sbom_read_node(struct sbom *sbom, const char *path, const char *text, size_t length)
{
    _cleanup_json_ json_t *json = NULL;

    /* Many files of this name only set the kind of a folder's modules. */
    if (strstr(text, "\"version\"") == NULL || !parse(sbom, path, text, length, &json))
        return;
    if (member(json, "name") != NULL && member(json, "version") != NULL)
        set_licence(add(sbom, BASIS_METADATA, member(json, "name"), member(json, "version")), json);
}

/* The name is the rest of the path after the last "node_modules/". */
static void read_packages(struct sbom *sbom, json_t *packages)
{
    const char *key;
    json_t *row;

    json_object_foreach(packages, key, row)
    {
        const char *at = key, *name = NULL;

        while ((at = strstr(at, "node_modules/")) != NULL)
            name = at += strlen("node_modules/");
        if (member(row, "name") != NULL)
            name = member(row, "name");
        if (*key != '\0' && name != NULL && !json_is_true(json_object_get(row, "link")))
            set_licence(add(sbom, BASIS_LOCK_FILE, name, member(row, "version")), row);
    }
}

static void read_dependencies(struct sbom *sbom, const char *path, json_t *dependencies, int depth)
{
    const char *key;
    json_t *row;

    if (depth > LOCK_DEPTH) {
        sbom_add_gap(sbom, path, "dependencies are nested too deep; the rest was not read");
        return;
    }
    json_object_foreach(dependencies, key, row)
    {
        add(sbom, BASIS_LOCK_FILE, key, member(row, "version"));
        read_dependencies(sbom, path, json_object_get(row, "dependencies"), depth + 1);
    }
}

void sbom_read_node_lock(struct sbom *sbom, const char *path, const char *text, size_t length)
{
    _cleanup_json_ json_t *json = NULL;
    json_t *packages;

    if (!parse(sbom, path, text, length, &json))
        return;
    packages = json_object_get(json, "packages");
    if (json_is_object(packages))
        read_packages(sbom, packages);
    else
        read_dependencies(sbom, path, json_object_get(json, "dependencies"), 0);
}
