/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone abi show: a surface, or one of its libraries; without a name, lists the surfaces. */
#include <stdio.h>
#include <string.h>

#include "abi/elf/file.h"
#include "abi/surface/loader_conf.h"
#include "abi/surface/store.h"
#include "abi/surface/surface_settings.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "cli/cmd_abi.h"

struct options {
    const char *surface, *library;
    bool json;
};

static void set_option(void *input, enum option_id option, char *value)
{
    struct options *options = input;

    options->json |= option == OPTION_JSON;
    if (option == OPTION_LIBRARY)
        options->library = value;
    else if (option == OPTION_WORD)
        options->surface = value;
}

static json_t *text_of(const struct surface *surface, uint32_t string)
{
    return string == 0 ? json_null() : json_from_text(surface_text(surface, string));
}

static json_t *list_of(const struct surface *surface, const uint32_t *strings, uint64_t count)
{
    json_t *list = json_array();

    for (uint64_t i = 0; i < count; i++)
        json_array_append_new(list, text_of(surface, strings[i]));
    return list;
}

/* The settings that the system makes, and the groups of which nothing is known. */
static void add_defaults(const struct surface *surface, json_t *facts)
{
    json_t *defaults = json_array(), *unknown = json_array();
    struct settings settings;

    surface_read_settings(surface, &settings);
    for (int group = 0; group < SETTINGS_GROUP_COUNT; group++) {
        const struct settings_section *section = &settings.groups[group];
        const char *name = settings_group_name((enum settings_group)group);

        if (section->unknown != NULL)
            json_array_append_new(unknown, json_pack("{s:s, s:o}", "group", name, "reason",
                                                     json_from_text(section->unknown)));
        vec_foreach (row, &section->rows)
            json_array_append_new(defaults,
                                  json_pack("{s:s, s:o, s:o, s:o, s:b, s:b, s:b, s:b}", "group",
                                            name, "name", json_from_text(row->name), "value",
                                            json_from_text(row->value), "origin",
                                            json_from_text(row->origin), "built_in",
                                            (row->flags & SETTING_DEFAULT) != 0, "measured",
                                            (row->flags & SETTING_MEASURED) != 0, "assumed",
                                            (row->flags & SETTING_ASSUMED) != 0, "excluded",
                                            (row->flags & SETTING_EXCLUDED) != 0));
    }
    settings_done(&settings);
    json_object_set_new(facts, "defaults", defaults);
    json_object_set_new(facts, "unknown_defaults", unknown);
}

static json_t *facts_of(const struct surface *surface)
{
    json_t *facts = json_object(), *kernels = json_array();

    for (uint64_t i = 0; i < surface->counts[TABLE_META]; i++) {
        const char *key = surface_text(surface, surface->meta[i].key);
        const char *value = surface_text(surface, surface->meta[i].value);

        if (strcmp(key, "kernel") == 0)
            json_array_append_new(kernels, json_from_text(value));
        else if (text_starts(key, "kernel-config:"))
            json_object_set_new(facts, key, json_integer((json_int_t)strlen(value)));
        else
            json_object_set_new(facts, key, json_from_text(value));
    }
    json_object_set_new(facts, "kernels", kernels);
    if (surface_meta_get(surface, "page-size") == NULL)
        json_object_set_new(facts, "page-size", json_string("unknown"));
    json_object_set_new(facts, "folders",
                        list_of(surface, surface->folders, surface->counts[TABLE_FOLDERS]));
    add_defaults(surface, facts);
    json_object_set_new(facts, "ld.so.conf",
                        list_of(surface, surface->conf, surface->counts[TABLE_CONF]));
    return facts;
}

static json_t *object_row(const struct surface *surface, const struct surface_object *object)
{
    json_t *row = json_object(), *defines = json_array();

    json_object_set_new(row, "path", text_of(surface, object->path));
    json_object_set_new(row, "soname", text_of(surface, object->soname));
    json_object_set_new(row, "package", text_of(surface, object->package));
    json_object_set_new(row, "build_id", text_of(surface, object->build_id));
    json_object_set_new(row, "machine", json_string(elf_machine_name(object->machine)));
    json_object_set_new(row, "interpreter", text_of(surface, object->interpreter));
    json_object_set_new(row, "rpath", text_of(surface, object->rpath));
    json_object_set_new(row, "runpath", text_of(surface, object->runpath));
    json_object_set_new(row, "needed",
                        list_of(surface, surface->lists + object->needed, object->needed_count));
    for (uint32_t i = 0; i < object->version_count; i++) {
        const struct surface_version *version = &surface->versions[object->version + i];

        if (version->file == 0 && (version->flags & VERSION_BASE) == 0)
            json_array_append_new(defines, text_of(surface, version->name));
    }
    json_object_set_new(row, "versions", defines);
    json_object_set_new(row, "exports", json_integer(object->export_count));
    json_object_set_new(row, "imports", json_integer(object->import_count));
    json_object_set_new(row, "max_align", json_integer(object->max_align));
    return row;
}

static json_t *symbols_of(const struct surface *surface, const struct surface_object *object)
{
    json_t *symbols = json_array();

    for (uint32_t i = 0; i < object->export_count; i++) {
        const struct surface_export *export = &surface->exports[object->export + i];
        json_t *row = json_object();

        json_object_set_new(row, "name", text_of(surface, surface->names[export->name].text));
        json_object_set_new(row, "version",
                            export->version > 0
                                ? text_of(surface, surface->versions[export->version - 1].name)
                                : json_null());
        json_object_set_new(row, "default", json_boolean((export->versym & 0x8000) == 0));
        json_object_set_new(row, "size", json_integer(export->size));
        json_array_append_new(symbols, row);
    }
    return symbols;
}

static void print_surface(const struct surface *surface)
{
    for (uint64_t i = 0; i < surface->counts[TABLE_META]; i++) {
        const char *key = surface_text(surface, surface->meta[i].key);

        if (!text_starts(key, "kernel-config:") && !text_starts(key, LOADER_CONF_TEXT))
            cli_print("%-20s %s\n", key, surface_text(surface, surface->meta[i].value));
    }
    if (surface_meta_get(surface, "page-size") == NULL)
        cli_print("%-20s unknown (no kernel ran)\n", "page-size");
    cli_print("%-20s %llu\n%-20s %llu\n%-20s %llu\n", "objects",
              (unsigned long long)surface->counts[TABLE_OBJECTS], "exports",
              (unsigned long long)surface->counts[TABLE_EXPORTS], "kernel symbols",
              (unsigned long long)surface->counts[TABLE_KERNEL]);
}

static int show_library(const struct surface *surface, const struct options *options)
{
    _cleanup_json_ json_t *json = json_object();
    json_t *libraries = json_array();

    json_object_set_new(json, "libraries", libraries);
    for (uint64_t i = 0; i < surface->counts[TABLE_OBJECTS]; i++) {
        const struct surface_object *object = &surface->objects[i];
        json_t *row;

        if (strcmp(surface_text(surface, object->soname), options->library) != 0 &&
            strcmp(surface_text(surface, object->path), options->library) != 0)
            continue;
        row = object_row(surface, object);
        json_object_set_new(row, "symbols", symbols_of(surface, object));
        json_array_append_new(libraries, row);
    }
    if (json_array_size(libraries) == 0)
        return EXIT_NO_RESULTS;
    return cli_print_json("touchstone-abi-library", 1, json);
}

static int show_surface(const struct surface *surface, const struct options *options)
{
    _cleanup_json_ json_t *json = NULL;
    json_t *objects;

    if (options->library != NULL)
        return show_library(surface, options);
    if (!options->json) {
        print_surface(surface);
        return EXIT_COMPATIBLE;
    }
    json = facts_of(surface);
    objects = json_array();
    for (uint64_t i = 0; i < surface->counts[TABLE_OBJECTS]; i++)
        json_array_append_new(objects, object_row(surface, &surface->objects[i]));
    json_object_set_new(json, "objects", objects);
    return cli_print_json("touchstone-abi-surface", 1, json);
}

static int list_names(bool as_json)
{
    _cleanup_free_ char *folder = NULL;
    _cleanup_strv_ struct strv names = {0};
    _cleanup_json_ json_t *json = json_object();
    json_t *surfaces = json_array();
    struct error *err = NULL;
    int code = surface_store_folder(&folder, &err);

    json_object_set_new(json, "surfaces", surfaces);
    if (code == 0)
        code = surface_store_list(folder, &names, &err);
    if (code < 0)
        return cli_fail(err);
    for (size_t i = 0; i < names.count; i++) {
        if (as_json)
            json_array_append_new(surfaces, json_string(names.items[i]));
        else
            cli_print("%s\n", names.items[i]);
    }
    return as_json ? cli_print_json("touchstone-abi-surfaces", 1, json) : EXIT_COMPATIBLE;
}

int cmd_abi_show(int argc, char **argv)
{
    struct options options = {0};
    struct surface *surface = NULL;
    struct error *err = NULL;
    int code;

    cli_parse(argc, argv, set_option, &options);
    if (options.surface == NULL)
        return list_names(options.json);
    if (abi_open_surface(options.surface, &surface, &err) < 0)
        return cli_fail(err);
    code = show_surface(surface, &options);
    surface_close(surface);
    return code;
}
