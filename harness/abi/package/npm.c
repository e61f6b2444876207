/* SPDX-License-Identifier: Apache-2.0 */
#include "abi/package/npm.h"

#include <string.h>

#include "base/json.h"

/* npm's documentation, "scripts": what runs when a package is installed (prepare, if that is from a
 * folder or a repository), removed (by npm 6), or started, each with "pre" and "post". */
static bool npm_runs(const char *name)
{
    static const char *const names[] = {"install", "prepare", "uninstall",
                                        "start",   "stop",    "restart"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (text_equal(name, names[i]) ||
            (text_starts(name, "pre") && text_equal(name + 3, names[i])) ||
            (text_starts(name, "post") && text_equal(name + 4, names[i])))
            return true;
    return false;
}

/* What describes the package, or is for who works on it. */
static void drop_descriptions(json_t *json)
{
    static const char *const keys[] = {"scripts",      "name",        "version",  "description",
                                       "keywords",     "files",       "homepage", "repository",
                                       "contributors", "lint-staged", "husky"};
    json_t *folders = json_object_get(json, "directories");
    const char *key;
    json_t *value;
    void *next;

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        json_object_del(json, keys[i]);
    json_object_foreach_safe(folders, next, key, value)
    {
        if (!text_equal(key, "bin"))
            json_object_del(folders, key);
    }
}

bool npm_manifest_read(const char *text, size_t size, struct npm_commands *commands,
                       char **ret_rest)
{
    _cleanup_json_ json_t *json = NULL;
    json_t *value;
    const char *key;

    if (json_parse(text, size, "package.json", &json, NULL) < 0 || !json_is_object(json))
        return false;
    json_object_foreach(json_object_get(json, "scripts"), key, value)
    {
        struct npm_command *command;

        if (!json_is_string(value))
            continue;
        command = vec_add(commands);
        command->name = text_dup(key);
        command->text = text_dup(json_string_value(value));
        command->runs = npm_runs(key);
    }
    drop_descriptions(json);
    *ret_rest = json_dumps(json, JSON_COMPACT);
    if (*ret_rest == NULL)
        text_out_of_memory();
    return true;
}

void npm_commands_done(struct npm_commands *commands)
{
    vec_foreach (command, commands) {
        free(command->name);
        free(command->text);
    }
    vec_done(commands);
}

size_t npm_folder(const char *path)
{
    static const char installed[] = "/node_modules/", packed[] = "/package/";
    const char *module = NULL, *end;

    for (const char *at = strstr(path, installed); at != NULL; at = strstr(at + 1, installed))
        module = at + strlen(installed);
    if (module == NULL) {
        end = strrchr(path, '!');
        end = end != NULL ? end + 1 : path;
        return text_starts(end, packed) ? (size_t)(end - path) + strlen(packed) - 1 : 0;
    }
    end = module + strcspn(module, "/");
    if (*module == '@' && *end == '/')
        end += 1 + strcspn(end + 1, "/");
    return *end == '/' ? (size_t)(end - path) : 0;
}
