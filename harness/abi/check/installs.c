/* SPDX-License-Identifier: Apache-2.0 */
/* Scripts of the product that copy its libraries to folders that the loader searches. */
#include <fnmatch.h>
#include <string.h>

#include "abi/check/check.h"
#include "abi/script/script.h"
#include "abi/script/shell.h"
#include "abi/script/shell_use.h"
#include "base/cleanup.h"
#include "base/path.h"

/* Searched without ldconfig, and with it: ld.so(8); ld.so.conf of the distributions. */
static bool is_searched(const char *folder, bool *ret_cached)
{
    static const char *const always[] = {"/lib", "/usr/lib", "/lib64", "/usr/lib64"};

    for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++)
        if (text_equal(folder, always[i]))
            return true;
    if (text_starts(folder, "/usr/lib/") && text_ends(folder, "-linux-gnu"))
        return true;
    *ret_cached = text_equal(folder, "/usr/local/lib");
    return *ret_cached;
}

/* The folder that the last word of "cp lib/libx.so* /usr/lib/" names, or in which it names a file
 * of this name. Caller frees. */
static char *target_of(const struct shell_command *command, size_t at, const char *name)
{
    const struct shell_word *last = &command->words.items[command->words.count - 1];
    _cleanup_free_ char *folder = text_dup(last->text);
    bool copied = false;

    for (size_t i = at + 1; i + 1 < command->words.count; i++)
        copied = copied || fnmatch(path_base(command->words.items[i].text), name, 0) == 0;
    if (text_equal(path_base(folder), name)) {
        folder[path_base(folder) - folder] = '\0';
        copied = true;
    }
    for (size_t length = strlen(folder); length > 1 && folder[length - 1] == '/'; length--)
        folder[length - 1] = '\0';
    return copied && !last->dynamic ? text_dup(folder) : NULL;
}

static char *read_script(const struct package_text *text, const char *name)
{
    static const char *const copying[] = {"cp", "install", "mv", "ln"};
    _cleanup_shell_ struct shell_script script = {0};
    bool by_name, ldconfig = strstr(text->text, "ldconfig") != NULL;
    _cleanup_free_ char *program = script_interpreter(text->text, &by_name);

    if (program != NULL && !shell_is_name(program))
        return NULL;
    shell_read(text->text, strlen(text->text), &script);
    vec_foreach (command, &script.commands) {
        size_t at = shell_program_at(command);
        bool copies = false, cached = false;
        _cleanup_free_ char *folder = NULL;

        for (size_t i = 0;
             at + 2 < command->words.count && i < sizeof(copying) / sizeof(copying[0]); i++)
            copies = copies || text_equal(path_base(command->words.items[at].text), copying[i]);
        folder = copies ? target_of(command, at, name) : NULL;
        if (folder != NULL && is_searched(folder, &cached) && (!cached || ldconfig))
            return text_format("%s copies it to %s", text->path, folder);
    }
    return NULL;
}

char *installs_library(const struct package *package, const char *name)
{
    vec_foreach (script, &package->scripts) {
        char *found = !script->beside && strstr(script->text, "/lib") != NULL
                          ? read_script(script, name)
                          : NULL;

        if (found != NULL)
            return found;
    }
    return NULL;
}
