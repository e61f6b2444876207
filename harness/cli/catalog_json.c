/* SPDX-License-Identifier: Apache-2.0 */
/* Converts model structs to JSON. */
#include "cli/catalog_json.h"

#include "base/json.h"
#include "model/member.h"

static void set_text(json_t *object, const char *key, const char *text)
{
    json_object_set_new(object, key, json_from_text(text));
}

static void set_number(json_t *object, const char *key, uint64_t value)
{
    json_object_set_new(object, key, json_integer((json_int_t)value));
}

json_t *catalog_json_words(const struct strv *words)
{
    json_t *array = json_array();

    for (size_t i = 0; i < words->count; i++)
        json_array_append_new(array, json_from_text(words->items[i]));
    return array;
}

static void set_words(json_t *object, const char *key, const struct strv *words)
{
    json_object_set_new(object, key, catalog_json_words(words));
}

json_t *catalog_json_platform(const struct platform *platform)
{
    json_t *object = json_object();

    members_to_json(&platform_members, platform, object);
    return object;
}

json_t *catalog_json_image(const struct image *image)
{
    json_t *object = json_object();

    members_to_json(&image_members, image, object);
    return object;
}

static json_t *case_json(const struct suite_case *row)
{
    static const char *const kinds[] = {"case", "feature", "arch"};
    json_t *object = json_object(), *needs = json_array();

    set_text(object, "id", row->id);
    set_text(object, "title", row->title);
    set_text(object, "title_zh", row->title_zh);
    set_text(object, "item", item_name(row->item));
    set_text(object, "protocol", protocol_name(row->protocol));
    set_text(object, "run", row->run);
    json_object_set_new(object, "required", json_boolean(row->required));
    set_text(object, "judge", row->native_only ? "native" : "always");
    set_number(object, "timeout_s", row->timeout_s);
    set_number(object, "rounds", row->rounds);
    set_number(object, "minutes", row->minutes);
    set_text(object, "guest", row->in_client ? GUEST_CLIENT : GUEST_SERVER);
    json_object_set_new(object, "restarts", json_boolean(row->restarts));
    json_object_set_new(object, "install", json_boolean(row->install));
    json_object_set_new(object, "probe", json_boolean(row->probe));
    json_object_set_new(object, "built_in", json_boolean(row->built_in));
    vec_foreach (need, &row->needs) {
        json_t *each = json_object();

        set_text(each, kinds[need->kind], need->value);
        json_array_append_new(needs, each);
    }
    json_object_set_new(object, "needs", needs);
    return object;
}

json_t *catalog_json_suite(const struct suite *suite)
{
    json_t *object = json_object(), *cases = json_array(), *packages = json_array();
    json_t *leftovers = json_array();

    set_text(object, "name", suite->name);
    set_text(object, "title", suite->title);
    set_text(object, "title_zh", suite->title_zh);
    set_text(object, "vendor", suite->vendor);
    set_text(object, "product", suite->product);
    set_number(object, "guests", suite->client ? 2 : suite->guests);
    set_number(object, "memory_mib", suite->memory_mib);
    set_text(object, "folder", suite->folder);
    vec_foreach (set, &suite->packages) {
        json_t *each = json_object();

        set_text(each, "family", set->family);
        set_text(each, "arch", set->any_arch ? NULL : arch_name(set->arch));
        set_words(each, "names", &set->names);
        json_array_append_new(packages, each);
    }
    json_object_set_new(object, "packages", packages);
    vec_foreach (leftover, &suite->leftovers) {
        json_t *each = json_object();

        set_text(each, "kind", footprint_kind_name(leftover->kind));
        set_text(each, "name", leftover->pattern);
        set_text(each, "reason", leftover->reason);
        json_array_append_new(leftovers, each);
    }
    json_object_set_new(object, "leftovers", leftovers);
    vec_foreach (row, &suite->cases)
        json_array_append_new(cases, case_json(row));
    json_object_set_new(object, "cases", cases);
    return object;
}
