/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Links that are made when a package is installed: those in its lists of links, and those that its
 * scripts make with "update-alternatives --install LINK NAME PATH PRIORITY
 * [--slave LINK NAME PATH]": libblas.so.3, java. Only constant names count.
 */
#include <string.h>

#include "abi/package/contents.h"
#include "abi/package/package.h"
#include "abi/script/shell.h"
#include "abi/surface/build.h"
#include "base/json.h"
#include "base/path.h"

static bool is_constant_path(const struct shell_word *word)
{
    return !word->dynamic && word->text[0] == '/';
}

static void take_command(struct package *package, const struct shell_command *command)
{
    const struct shell_word *words = command->words.items;

    for (size_t i = command->assignments; i + 3 < command->words.count; i++)
        if ((text_equal(words[i].text, "--install") || text_equal(words[i].text, "--slave")) &&
            is_constant_path(&words[i + 1]) && is_constant_path(&words[i + 3]))
            package_take_link(package, words[i + 1].text, words[i + 3].text);
}

/* The source is relative to the folder of the list, or to one above it. */
static void take_listed(struct package *package, const char *list, const char *source,
                        const char *target)
{
    size_t length = (size_t)(path_base(list) - list);

    while (length > 0) {
        _cleanup_free_ char *from = text_format("%.*s%s", (int)length, list, source);
        _cleanup_free_ char *link = text_format("%.*s%s", (int)length, list, target);

        if (surface_builder_find_path(package->builder, from, strlen(from)) != SURFACE_NONE) {
            package_take_link(package, link, from);
            return;
        }
        do
            length--;
        while (length > 0 && list[length - 1] != '/');
    }
}

static void take_list(struct package *package, const struct package_text *list)
{
    _cleanup_json_ json_t *json = json_loads(list->text, 0, NULL);
    json_t *row;
    size_t i;

    json_array_foreach(json, i, row)
    {
        const char *source = json_string_value(json_object_get(row, "source"));
        const char *target = json_string_value(json_object_get(row, "target"));

        if (source != NULL && target != NULL && strstr(target, "..") == NULL)
            take_listed(package, list->path, source, target);
    }
}

void alternatives_take(struct package *package)
{
    vec_foreach (list, &package->link_lists)
        take_list(package, list);
    vec_foreach (script, &package->scripts) {
        _cleanup_shell_ struct shell_script parsed = {0};

        if (strstr(script->text, "alternatives") == NULL ||
            strstr(script->text, "--install") == NULL)
            continue;
        shell_read(script->text, strlen(script->text), &parsed);
        vec_foreach (command, &parsed.commands)
            if (command->words.count > command->assignments &&
                text_ends(command->words.items[command->assignments].text, "alternatives"))
                take_command(package, command);
    }
}
