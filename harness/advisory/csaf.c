/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A document names products once and then lists, for each vulnerability, which of them are fixed,
 * affected or not. A product is a package by its package URL, or by its name, which in advisories
 * of rpm distributions is NAME-VERSION-RELEASE.ARCH; the relationship to a platform says for which
 * system.
 */
#include <errno.h>
#include <string.h>

#include "advisory/ecosystem.h"
#include "advisory/purl.h"
#include "advisory/read.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/text_map.h"

#define BRANCH_DEPTH 30 /* of a tree of products, as the standard bounds it */
#define PRODUCTS_MAX 1000000

struct product {
    const char *id, *name, *purl, *cpe; /* borrowed from the document; or NULL, but the id */
    const char *component, *platform;   /* ids: a relationship; or NULL */
};

struct products {
    VEC(struct product) rows;
    struct text_map index; /* id -> row */
};

static const char *member(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static void add_product(struct products *to, const json_t *json, const char *component,
                        const char *platform)
{
    const json_t *helper = json_object_get(json, "product_identification_helper");
    const char *id = member(json, "product_id");
    struct product *row;

    if (id == NULL || to->rows.count >= PRODUCTS_MAX)
        return;
    text_map_put(&to->index, id, (uint32_t)to->rows.count);
    row = vec_add(&to->rows);
    *row = (struct product){
        id,      member(json, "name"), member(helper, "purl"), member(helper, "cpe"), component,
        platform};
}

static void add_branches(struct products *to, const json_t *branches, int depth)
{
    const json_t *branch;
    size_t i;

    if (depth > BRANCH_DEPTH)
        return;
    json_array_foreach(branches, i, branch)
    {
        if (json_is_object(json_object_get(branch, "product")))
            add_product(to, json_object_get(branch, "product"), NULL, NULL);
        add_branches(to, json_object_get(branch, "branches"), depth + 1);
    }
}

static void read_products(struct products *to, const json_t *tree)
{
    const json_t *row;
    size_t i;

    add_branches(to, json_object_get(tree, "branches"), 0);
    json_array_foreach(json_object_get(tree, "full_product_names"), i, row)
        add_product(to, row, NULL, NULL);
    json_array_foreach(json_object_get(tree, "relationships"), i, row)
        add_product(to, json_object_get(row, "full_product_name"), member(row, "product_reference"),
                    member(row, "relates_to_product_reference"));
}

static const struct product *find(const struct products *products, const char *id)
{
    uint32_t row = id != NULL ? text_map_get(&products->index, id) : TEXT_MAP_NONE;

    return row != TEXT_MAP_NONE ? &products->rows.items[row] : NULL;
}

/* "cpe:/a:openEuler:openEuler:24.03-LTS" or "cpe:2.3:o:vendor:product:9:…": the product and
 * version. Else "OpenCloudOS 9", "openEuler-24.03-LTS". */
static char *system_of(const struct product *platform)
{
    _cleanup_strv_ struct strv parts = {0};
    const char *text = platform->cpe;
    size_t first;

    if (text != NULL) {
        strv_split(&parts, text, ":");
        first = text_starts(text, "cpe:2.3:") ? 3 : 2;
        if (parts.count > first + 2 && strcmp(parts.items[first + 2], "*") != 0)
            return ecosystem_of_system(COMPONENT_RPM, parts.items[first + 1],
                                       parts.items[first + 2]);
    }
    text = platform->name;
    if (text != NULL) {
        size_t length = strcspn(text, " -");
        _cleanup_free_ char *id = text_ndup(text, length);

        if (text[length] != '\0' && text[length + 1] >= '0' && text[length + 1] <= '9')
            return ecosystem_of_system(COMPONENT_RPM, id, text + length + 1);
    }
    return NULL;
}

/* "redis-7.0.15-1.oc9.x86_64.rpm": moves the version out of the name. */
static bool split_nvra(char *text, char **ret_version)
{
    char *dash = NULL, *dot;

    if (text_ends(text, ".rpm"))
        text[strlen(text) - 4] = '\0';
    dot = strrchr(text, '.');
    if (dot == NULL || strchr(dot, '-') != NULL)
        return false;
    *dot = '\0';
    for (char *at = text; *at != '\0'; at++)
        if (*at == '-' && strchr(at + 1, '-') != NULL &&
            strchr(strchr(at + 1, '-') + 1, '-') == NULL)
            dash = at;
    if (dash == NULL || dash == text)
        return false;
    *dash = '\0';
    *ret_version = dash + 1;
    return true;
}

struct target {
    char *ecosystem, *name, *version; /* version: NULL if none is named */
};

static void target_done(struct target *target)
{
    free(target->ecosystem);
    free(target->name);
    free(target->version);
}

/* What a product is as a package; false: it is none, or nobody knows of which system. */
static bool target_of(const struct products *products, const struct product *product,
                      struct target *ret)
{
    const struct product *part = find(products, product->component), *platform = NULL;
    _cleanup_free_ char *text = NULL, *system = NULL;
    char *version = NULL;

    if (part != NULL)
        platform = find(products, product->platform);
    else
        part = product;
    if (platform != NULL)
        system = system_of(platform);
    if (part->purl != NULL)
        return purl_parse(part->purl, system, &ret->ecosystem, &ret->name, &ret->version);
    if (part->name == NULL || system == NULL)
        return false;
    text = text_dup(part->name);
    if (!split_nvra(text, &version))
        return false;
    ret->ecosystem = steal_ptr(system);
    ret->version = text_dup(version);
    ret->name = steal_ptr(text);
    return true;
}

static json_t *range_to(const char *kind, const char *version)
{
    return version == NULL ? json_pack("[[[s,s]]]", "introduced", "0")
                           : json_pack("[[[s,s],[s,s]]]", "introduced", "0", kind, version);
}

/* Versions before a fixed one are affected. One that is said to be affected, or not, is that one,
 * or all if none is named. */
static void add_status(struct advisory *advisory, const struct products *products,
                       const json_t *status, const char *list, const char *says, const char *kind)
{
    const json_t *id;
    size_t i;

    json_array_foreach(json_object_get(status, list), i, id)
    {
        const struct product *product = find(products, json_string_value(id));
        _cleanup_(target_done) struct target target = {0};
        json_t *versions = NULL;

        if (product == NULL || !target_of(products, product, &target))
            continue;
        if (kind == NULL && target.version != NULL)
            versions = json_pack("[s]", target.version);
        advisory_add_package(advisory, steal_ptr(target.ecosystem), steal_ptr(target.name), says,
                             versions != NULL ? NULL
                             : kind == NULL || target.version != NULL
                                 ? range_to(kind, target.version)
                                 : NULL,
                             versions, kind != NULL && target.version == NULL);
    }
}

static char *severity_of(const json_t *document, const json_t *vulnerability)
{
    const json_t *score = json_array_get(json_object_get(vulnerability, "scores"), 0);
    const char *text = member(json_object_get(score, "cvss_v3"), "baseSeverity");

    if (text == NULL)
        text = member(json_object_get(document, "aggregate_severity"), "text");
    return text_dup(text);
}

static void add_vulnerability(struct advisories *to, const struct products *products,
                              const json_t *document, const json_t *vulnerability, const char *id,
                              const char *modified)
{
    const json_t *status = json_object_get(vulnerability, "product_status");
    const char *cve = member(vulnerability, "cve");
    struct advisory *advisory = vec_add(to);

    advisory->id = cve != NULL ? text_format("%s/%s", id, cve) : text_dup(id);
    advisory->modified = text_dup(modified);
    advisory->severity = severity_of(document, vulnerability);
    if (cve != NULL)
        strv_add(&advisory->aliases, cve);
    add_status(advisory, products, status, "fixed", "affected", "fixed");
    add_status(advisory, products, status, "first_fixed", "affected", "fixed");
    add_status(advisory, products, status, "recommended", "affected", "fixed");
    add_status(advisory, products, status, "last_affected", "affected", "last_affected");
    add_status(advisory, products, status, "known_affected", "affected", NULL);
    add_status(advisory, products, status, "first_affected", "affected", NULL);
    add_status(advisory, products, status, "known_not_affected", "not-affected", NULL);
    add_status(advisory, products, status, "under_investigation", "open", NULL);
}

int advisory_read_csaf(const json_t *json, const char *what, struct advisories *to,
                       struct error **err)
{
    const json_t *document = json_object_get(json, "document"), *row;
    const json_t *tracking = json_object_get(document, "tracking");
    struct products products = {0};
    const char *id, *modified;
    size_t i;
    int code = json_get_string(tracking, what, "id", &id, err);

    if (code == 0)
        code = json_get_string(tracking, what, "current_release_date", &modified, err);
    if (code < 0)
        return code;
    read_products(&products, json_object_get(json, "product_tree"));
    json_array_foreach(json_object_get(json, "vulnerabilities"), i, row)
        add_vulnerability(to, &products, document, row, id, modified);
    vec_done(&products.rows);
    text_map_done(&products.index);
    return 0;
}
