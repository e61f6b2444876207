/* SPDX-License-Identifier: Apache-2.0 */
/* Follows the words of a command to the program that runs in the end. */
#include "abi/check/container.h"

#include <stdlib.h>
#include <string.h>

#include "abi/check/script_place.h"
#include "abi/script/invocation.h"
#include "abi/script/script.h"
#include "abi/script/shebang.h"
#include "abi/script/shell.h"
#include "abi/script/shell_option.h"
#include "base/cleanup.h"
#include "base/path.h"

#define DEPTH_MAX 8       /* programs that start each other */
#define COMMANDS_MAX 1000 /* in all scripts of an image */

static const struct package_text *script_at(const struct container *container, const char *path)
{
    vec_foreach (script, &container->image->root->scripts)
        if (strcmp(script->path, path) == 0)
            return script;
    return NULL;
}

/* The base name of an interpreter, or of the shell that a file named sh contains. */
static const char *interpreter_name(const struct container *container, const char *path)
{
    enum script_shell shell = script_shell_of(&container->needs, path);

    return shell == SCRIPT_SHELL_DASH   ? "dash"
           : shell == SCRIPT_SHELL_BASH ? "bash"
                                        : path_base(path);
}

/* The argument in the first line, and the length of the line. false: reported. */
static bool check_line_rest(const struct container_command *command,
                            const struct package_text *script, const char *path)
{
    struct container *container = command->container;
    _cleanup_shebang_ struct shebang line;
    _cleanup_free_ char *fault = NULL, *why = NULL;

    shebang_read(script->text, &line);
    if (line.end >= SHEBANG_MAX)
        fault = text_format("the kernel reads only %d bytes of its first line", SHEBANG_MAX);
    else if (script_is_nested(container->image->root, path))
        fault = text_format("the kernel follows at most %d scripts that are the interpreters of "
                            "others",
                            SHEBANG_NESTED_MAX);
    else
        fault = shebang_fault(&line, interpreter_name(container, path), script->path);
    if (fault == NULL)
        return true;
    why = text_format("its interpreter does not run it: %s", fault);
    container_say(command, script->path, why);
    return false;
}

/* The first line as the kernel reads it: the interpreter's name ends at a blank, and a CR is a part
 * of it. false: reported. */
static bool check_first_line(const struct container_command *command,
                             const struct package_text *script)
{
    const char *at = script->text + 2;
    _cleanup_free_ char *name = NULL, *path = NULL, *reason = NULL, *why = NULL, *program = NULL;
    _cleanup_free_ char *relative = NULL;
    bool by_name = false;

    at += strspn(at, " \t");
    name = text_ndup(at, strcspn(at, " \t\n"));
    if (text_ends(name, "\r")) {
        container_say(command, script->path,
                      "its first line ends in CR LF, so that the kernel looks for an interpreter "
                      "whose name ends in '\\r'");
        return false;
    }
    /* A relative one is looked up in the working directory, not in PATH. */
    relative = strchr(name, '/') == NULL ? text_format("./%s", name) : text_dup(name);
    path = container_program(command->container, relative, &reason);
    if (path == NULL) {
        why = text_format("its interpreter cannot be executed: %s", reason);
        container_say(command, script->path, why);
        return false;
    }
    if (!check_line_rest(command, script, path))
        return false;
    program = script_interpreter(script->text, &by_name);
    if (!by_name || program == NULL)
        return true;
    free(path);
    path = container_program(command->container, program, &reason);
    if (path == NULL) {
        why = text_format("env finds no interpreter: %s", reason);
        container_say(command, script->path, why);
    }
    return path != NULL;
}

/* Options that the shell at this word does not have. false: reported. */
static bool check_options(const struct container_command *command, const struct strv *words,
                          size_t at)
{
    enum script_shell shell = shell_is_name(words->items[at])
                                  ? script_shell_of(&command->container->needs, words->items[at])
                                  : SCRIPT_SHELL_OTHER;
    _cleanup_free_ char *fault = NULL, *why = NULL;
    struct shell_options options;

    if (shell == SCRIPT_SHELL_OTHER)
        return true;
    fault = shell_options_read(shell == SCRIPT_SHELL_DASH ? SHELL_DASH : SHELL_BASH,
                               (const char *const *)words->items + at + 1, words->count - at - 1,
                               &options);
    if (fault == NULL)
        return true;
    why = text_format("it is %s: %s", shell == SCRIPT_SHELL_DASH ? "dash" : "bash", fault);
    container_say(command, words->items[at], why);
    return false;
}

/* "sh FILE": whatever its first line says. */
static void check_file(const struct container_command *command, const struct strv *words, size_t at,
                       size_t argument)
{
    struct container *container = command->container;
    const char *name = words->items[argument];
    _cleanup_free_ char *whole =
        name[0] == '/' ? text_dup(name) : text_format("%s/%s", container->folder, name);
    _cleanup_free_ char *path = world_canonical(container->world, whole);
    const struct package_text *script = path != NULL ? script_at(container, path) : NULL;

    if (script == NULL || !shell_is_name(words->items[at]) ||
        text_map_get(&container->scripts, script->path) != TEXT_MAP_NONE)
        return;
    text_map_put(&container->scripts, script->path, 1);
    container_check_code(command, words->items[at], script->path, script->text, words,
                         argument + 1);
}

/* An interpreter that reads a file, or a shell that reads its argument. */
static void check_argument(const struct container_command *command, const struct strv *words,
                           size_t at)
{
    bool code;
    size_t argument = invocation_argument(words, at, &code);
    const char *name = argument > 0 ? words->items[argument] : NULL;
    struct container_command inner = *command;

    inner.depth++;
    if (!check_options(command, words, at))
        return;
    if (name == NULL)
        return;
    if (invocation_is_login(words, at) && shell_is_name(words->items[at])) {
        container_read_profile(command->container);
        inner.uncertain = true;
    }
    if (code)
        container_check_code(&inner, words->items[at], NULL, name, words, argument + 2);
    else if (!container_has(command->container, name))
        container_say(command, name, "the image has no such file for the interpreter to read");
    else
        check_file(&inner, words, at, argument);
}

static void check_words(const struct container_command *command, const struct strv *words,
                        size_t from);

/* false: too many, which is reported once. */
static bool may_follow(struct container *container)
{
    if (++container->commands == COMMANDS_MAX + 1)
        finding_set_found(findings_add(container->findings, FINDING_UNKNOWN, container->image->path,
                                       NULL, NULL, NULL),
                          "its scripts start more than %d commands; the rest were not followed",
                          COMMANDS_MAX);
    return container->commands <= COMMANDS_MAX;
}

static void check_wrapped(const struct container_command *command, const struct strv *words,
                          size_t from)
{
    struct container_command inner = *command;
    size_t program = invocation_program(words, from);

    inner.depth++;
    /* env, nohup and others call execvp; gosu is written in Go. */
    inner.changed = true;
    inner.by_shell = !text_equal(path_base(words->items[from]), "gosu");
    if (program > from && program < words->count)
        check_words(&inner, words, program);
    else
        check_argument(command, words, from);
}

static void check_words(const struct container_command *command, const struct strv *words,
                        size_t from)
{
    struct container *container = command->container;
    _cleanup_free_ char *reason = NULL, *path = NULL, *interpreter = NULL;
    const struct package_text *script;
    const char *name = words->items[from];
    bool by_name;

    if (command->depth > DEPTH_MAX || !may_follow(container))
        return;
    path = container_program(container, name, &reason);
    if (path == NULL) {
        container_say(command, name, reason);
        return;
    }
    script = script_at(container, path);
    if (script == NULL || !text_starts(script->text, "#!")) {
        if (!command->by_shell && needs_refuses_format(&container->needs, path))
            finding_set_remedy(
                container_say(command, name,
                              "it is neither a program nor a script that begins with '#!': the "
                              "kernel does not execute it (exec format error)"),
                "begin the script with a line such as #!/bin/sh");
        check_wrapped(command, words, from);
        return;
    }
    if (!check_first_line(command, script))
        return;
    interpreter = script_interpreter(script->text, &by_name);
    if (interpreter != NULL && shell_is_name(path_base(interpreter)) &&
        text_map_get(&container->scripts, script->path) == TEXT_MAP_NONE) {
        struct container_command inner = *command;

        inner.depth++;
        text_map_put(&container->scripts, script->path, 1);
        container_check_code(&inner, interpreter, script->path, script->text, words, from + 1);
    }
}

static void check_health(struct container *container)
{
    const struct image_config *config = &container->image->config;
    struct container_command command = {.container = container,
                                        .name = "Healthcheck",
                                        .kind = FINDING_CONTAINER_HEALTH,
                                        .execute = check_words};
    _cleanup_strv_ struct strv words = {0};

    if (config->health.count < 2)
        return;
    if (text_equal(config->health.items[0], "CMD")) {
        check_words(&command, &config->health, 1);
    } else if (text_equal(config->health.items[0], "CMD-SHELL")) {
        strv_copy(&words, &config->shell);
        if (words.count == 0) {
            strv_add(&words, "/bin/sh");
            strv_add(&words, "-c");
        }
        strv_add(&words, config->health.items[1]);
        check_words(&command, &words, 0);
    }
}

void container_check_start(struct container *container)
{
    const struct image_config *config = &container->image->config;
    bool entry = config->entrypoint.count > 0;
    struct container_command command = {.container = container,
                                        .name = entry ? "Entrypoint" : "Cmd",
                                        .kind = FINDING_CONTAINER_START,
                                        .execute = check_words};
    _cleanup_strv_ struct strv words = {0};

    strv_copy(&words, &config->entrypoint);
    strv_copy(&words, &config->command);
    if (words.count > 0)
        check_words(&command, &words, 0);
    else
        finding_set_found(findings_add(container->findings, FINDING_CONTAINER_NO_COMMAND,
                                       container->image->path, NULL, NULL, NULL),
                          "its configuration has neither Entrypoint nor Cmd");
    check_health(container);
}
