/* SPDX-License-Identifier: Apache-2.0 */
/* Model structs to JSON. */
#include "cli/catalog_json.h"

#include "base/json.h"

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

static void set_midr(json_t *object, const char *key, uint32_t midr)
{
    _cleanup_free_ char *text = midr != 0 ? text_format("0x%08x", midr) : NULL;

    set_text(object, key, text);
}

static json_t *identity_json(const struct identity_rule *rule)
{
    json_t *object = json_object();

    set_words(object, "vendors", &rule->vendors);
    json_object_set_new(object, "family",
                        rule->family >= 0 ? json_integer(rule->family) : json_null());
    json_object_set_new(object, "model",
                        rule->model >= 0 ? json_integer(rule->model) : json_null());
    set_midr(object, "midr", rule->midr);
    set_midr(object, "midr_mask", rule->midr_mask);
    set_words(object, "has", &rule->has);
    set_words(object, "lacks", &rule->lacks);
    return object;
}

static json_t *profile_json(const struct cpu_profile *profile)
{
    json_t *object = json_object();

    set_text(object, "mode", profile->mode);
    set_text(object, "model", profile->model);
    set_midr(object, "midr", profile->midr);
    set_words(object, "enable", &profile->enable);
    set_words(object, "disable", &profile->disable);
    return object;
}

json_t *catalog_json_platform(const struct platform *platform)
{
    json_t *object = json_object(), *identity = json_object(), *cpu = json_object();
    json_t *pages = json_array();

    set_text(object, "name", platform->name);
    set_text(object, "variant_of", platform->variant_of);
    set_text(object, "title", platform->title);
    set_text(object, "title_zh", platform->title_zh);
    set_text(object, "arch", arch_name(platform->arch));
    if (platform->aarch32 != ANSWER_UNKNOWN)
        json_object_set_new(object, "aarch32", json_boolean(platform->aarch32 == ANSWER_YES));
    set_text(object, "part", platform->part);
    set_text(object, "source", platform->source);
    set_words(object, "has", &platform->has);
    set_words(object, "lacks", &platform->lacks);
    for (int grade = 0; grade < GRADE_COUNT; grade++)
        if (platform->identity[grade].given)
            json_object_set_new(identity, grade_name((enum grade)grade),
                                identity_json(&platform->identity[grade]));
    json_object_set_new(object, "identity", identity);
    for (int accel = 0; accel < ACCEL_COUNT; accel++)
        if (platform->profile[accel].given)
            json_object_set_new(cpu, accel_name((enum accel)accel),
                                profile_json(&platform->profile[accel]));
    json_object_set_new(object, "cpu", cpu);
    set_text(object, "machine", platform->machine);
    set_text(object, "firmware", platform->firmware);
    set_text(object, "console", platform->console);
    set_number(object, "vcpus", platform->vcpus);
    set_number(object, "memory_mib", platform->memory_mib);
    vec_foreach (size, &platform->page_sizes)
        json_array_append_new(pages, json_integer(*size));
    json_object_set_new(object, "page_sizes", pages);
    return object;
}

static json_t *file_json(const struct image_file *file)
{
    json_t *object;

    if (file->path == NULL)
        return json_null();
    object = json_object();
    set_text(object, "path", file->path);
    set_text(object, "sha256", file->sha256);
    set_number(object, "size", file->stamp.size);
    return object;
}

json_t *catalog_json_image(const struct image *image)
{
    json_t *object = json_object(), *repositories = json_array(), *disk = file_json(&image->disk);

    set_text(object, "name", image->name);
    set_text(object, "title", image->title);
    set_text(object, "arch", arch_name(image->arch));
    json_object_set_new(object, "stand_in", json_boolean(image->stand_in));
    set_text(object, "os_id", image->os_id);
    set_text(object, "os_version", image->os_version);
    set_text(object, "kernel_release", image->kernel_release);
    json_object_set_new(object, "page_size",
                        image->page_size != 0 ? json_integer(image->page_size) : json_null());
    set_text(disk, "format", disk_format_name(image->format));
    json_object_set_new(object, "disk", disk);
    set_text(object, "boot", boot_kind_name(image->boot));
    json_object_set_new(object, "kernel", file_json(&image->kernel));
    json_object_set_new(object, "initrd", file_json(&image->initrd));
    set_text(object, "cmdline", image->cmdline);
    set_text(object, "package_family", image->package_family);
    json_object_set_new(object, "packages", file_json(&image->packages));
    for (size_t i = 0; i < image->repositories.count; i++)
        json_array_append_new(repositories, json_from_text(image->repositories.items[i]));
    json_object_set_new(object, "repositories", repositories);
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
    json_object_set_new(object, "restarts", json_boolean(row->restarts));
    json_object_set_new(object, "install", json_boolean(row->install));
    json_object_set_new(object, "probe", json_boolean(row->probe));
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

    set_text(object, "name", suite->name);
    set_text(object, "title", suite->title);
    set_text(object, "title_zh", suite->title_zh);
    set_text(object, "vendor", suite->vendor);
    set_text(object, "product", suite->product);
    set_number(object, "guests", suite->guests);
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
    vec_foreach (row, &suite->cases)
        json_array_append_new(cases, case_json(row));
    json_object_set_new(object, "cases", cases);
    return object;
}
