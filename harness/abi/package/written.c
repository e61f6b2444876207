/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Settings of the loader that scripts write while the product is installed: "echo /opt/v/lib >
 * /etc/ld.so.conf.d/v.conf", here-documents, tee, printf, and copies of files of the package. What
 * is computed otherwise is reported as unknown. Both branches of a condition count.
 */
#include <stdlib.h>
#include <string.h>

#include "abi/package/package.h"
#include "abi/package/settings.h"
#include "abi/script/one_of.h"
#include "abi/script/script.h"
#include "abi/script/shell.h"
#include "abi/surface/loader_conf.h"
#include "base/cleanup.h"
#include "base/path.h"

struct writing {
    struct package *package;
    const struct package_text *script;
    const struct shell_script *parsed;
};

/* Scripts of package managers that run at installation, and those that replace them. */
static bool installs(const char *path)
{
    static const char *const names[] = {"preinst",   "postinst", "prein",   "postin", "pretrans",
                                        "posttrans", "trigger",  "install", "setup"};
    const char *base = path_base(path);

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (text_starts(base, names[i]))
            return true;
    return false;
}

/* The files that matter here; a text about other variables of a profile does not. */
static bool is_target(const char *path)
{
    return text_starts(path, LOADER_CONF) || text_starts(path, SETTINGS_PRELOAD) ||
           text_starts(path, "/etc/profile.d/") || text_starts(path, "/etc/environment");
}

static bool is_of_loader(const char *path)
{
    return text_starts(path, "/etc/ld.so.");
}

static bool concerns_loader(const char *text)
{
    return strstr(text, "LD_PRELOAD") != NULL || strstr(text, "LD_LIBRARY_PATH") != NULL;
}

/* The constant that the script assigns to a variable; NULL: none, or several. */
static const char *value_of(const struct writing *writing, const char *name, size_t length)
{
    const char *value = NULL;

    vec_foreach (command, &writing->parsed->commands)
        for (size_t i = 0; i < command->words.count; i++) {
            const struct shell_word *word = &command->words.items[i];

            if (strncmp(word->text, name, length) != 0 || word->text[length] != '=')
                continue;
            if (word->dynamic || (value != NULL && strcmp(value, word->text + length + 1) != 0))
                return NULL;
            value = word->text + length + 1;
        }
    return value;
}

/* Replaces variables by their constants; false: something else is expanded. */
static bool expand(const struct writing *writing, const char *text, struct buffer *ret)
{
    buffer_add(ret, "", 0);
    while (*text != '\0') {
        bool braces = text[0] == '$' && text[1] == '{';
        const char *name = text + 1 + braces, *value;
        size_t length;

        if (*text == '`')
            return false;
        if (*text != '$') {
            buffer_add(ret, text++, 1);
            continue;
        }
        length = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
        value = length > 0 ? value_of(writing, name, length) : NULL;
        if (value == NULL || (braces && name[length] != '}'))
            return false;
        buffer_text(ret, value);
        text = name + length + braces;
    }
    return true;
}

static bool expand_word(const struct writing *writing, const struct shell_word *word,
                        struct buffer *ret)
{
    if (word->dynamic)
        return expand(writing, word->text, ret);
    buffer_text(ret, word->text);
    return true;
}

static void add_escaped(struct buffer *ret, const char *text)
{
    for (; *text != '\0'; text++)
        if (text[0] == '\\' && (text[1] == 'n' || text[1] == 't')) {
            buffer_text(ret, text[1] == 'n' ? "\n" : " ");
            text++;
        } else {
            buffer_add(ret, text, 1);
        }
}

/* "printf FORMAT WORD…": the format is repeated while there are words. */
static bool print_format(const char *format, struct strv *words, struct buffer *ret)
{
    size_t next = 0;

    do {
        size_t before = next;

        for (const char *at = format; *at != '\0'; at++)
            if (at[0] == '%' && (at[1] == 's' || at[1] == 'b')) {
                if (next < words->count)
                    buffer_text(ret, words->items[next++]);
                at++;
            } else if (at[0] == '%') {
                return false;
            } else {
                buffer_add(ret, at, 1);
            }
        if (next == before)
            break;
    } while (next < words->count);
    return true;
}

static const char *name_of(const struct shell_command *command)
{
    return command->words.count > command->assignments
               ? path_base(command->words.items[command->assignments].text)
               : "";
}

/* The text of a file of the package, if it is kept. */
static const char *text_of_file(const struct writing *writing, const char *path)
{
    const struct package *package = writing->package;
    const struct package_text *lists[] = {package->confs.items, package->preloads.items,
                                          package->environments.items, package->assignments.items,
                                          package->scripts.items};
    const size_t counts[] = {package->confs.count, package->preloads.count,
                             package->environments.count, package->assignments.count,
                             package->scripts.count};

    for (size_t l = 0; l < sizeof(lists) / sizeof(lists[0]); l++)
        for (size_t i = 0; i < counts[l]; i++)
            if (text_ends(lists[l][i].path, path))
                return lists[l][i].text;
    return NULL;
}

/* What the command prints; false: not known. */
static bool output_of(const struct writing *writing, const struct shell_command *command,
                      struct buffer *ret)
{
    const char *name = name_of(command);
    _cleanup_strv_ struct strv words = {0};
    _cleanup_buffer_ struct buffer joined = {0};

    if (text_equal(name, "cat") && command->here != NULL)
        return expand(writing, command->here, ret);
    for (size_t i = command->assignments + 1; i < command->words.count; i++) {
        _cleanup_buffer_ struct buffer word = {0};

        buffer_add(&word, "", 0);
        if (!expand_word(writing, &command->words.items[i], &word))
            return false;
        if (!(text_equal(name, "echo") && i == command->assignments + 1 && word.data[0] == '-' &&
              strspn(word.data + 1, "neE") == word.length - 1))
            strv_add(&words, word.data);
    }
    buffer_add(ret, "", 0);
    if (text_equal(name, "cat") && words.count == 1) {
        const char *text = text_of_file(writing, words.items[0]);

        if (text != NULL)
            buffer_text(ret, text);
        return text != NULL;
    }
    if (words.count > 0 && text_equal(name, "printf")) {
        _cleanup_strv_ struct strv rest = {0};

        for (size_t i = 1; i < words.count; i++)
            strv_add(&rest, words.items[i]);
        buffer_add(&joined, "", 0);
        if (!print_format(words.items[0], &rest, &joined))
            return false;
    } else if (text_equal(name, "echo")) {
        for (size_t i = 0; i < words.count; i++)
            buffer_format(&joined, "%s%s", i > 0 ? " " : "", words.items[i]);
        buffer_text(&joined, "\n");
    } else {
        return false;
    }
    add_escaped(ret, joined.data);
    return true;
}

static void say_unknown(const struct writing *writing, const struct shell_command *command,
                        const char *target)
{
    package_unknown(writing->package, writing->script->path,
                    "line %u changes %s at installation, and what it writes is not a constant: its "
                    "effect on the image's programs is not assessed",
                    command->line, target);
}

/* Text that is written to a file more than once is joined. */
static void add_written(const struct writing *writing, const char *target, const char *text,
                        bool append)
{
    struct package *package = writing->package;
    struct package_text *row = NULL;
    char *joined;

    if (!is_of_loader(target) && !concerns_loader(text))
        return;
    if (text_starts(target, LOADER_CONF)) {
        vec_foreach (conf, &package->confs)
            if (conf->written && text_equal(conf->path, target))
                row = conf;
        if (row == NULL) {
            row = vec_add(&package->confs);
            *row = (struct package_text){.path = text_dup(target),
                                         .text = text_dup(""),
                                         .written = true,
                                         .added = append && text_equal(target, LOADER_CONF)};
        }
    } else {
        row = text_equal(target, SETTINGS_PRELOAD) ? vec_add(&package->preloads)
                                                   : vec_add(&package->environments);
        *row = (struct package_text){.path = text_dup(target), .text = text_dup("")};
    }
    joined = text_format("%s%s\n", row->text, text);
    free(row->text);
    row->text = joined;
}

static void write_output(const struct writing *writing, const struct shell_command *by,
                         const struct shell_command *command, const struct shell_word *to,
                         bool append)
{
    _cleanup_buffer_ struct buffer target = {0}, text = {0};
    bool known;

    buffer_add(&target, "", 0);
    known = expand_word(writing, to, &target);
    if (!is_target(target.data))
        return;
    if (known && by != NULL && output_of(writing, by, &text))
        add_written(writing, target.data, text.data, append);
    else if (is_of_loader(target.data) || concerns_loader(writing->script->text))
        say_unknown(writing, command, known ? target.data : to->text);
}

/* The command whose output this one reads, or itself if it has a here-document. */
static const struct shell_command *input_of(const struct writing *writing,
                                            const struct shell_command *command)
{
    size_t index = (size_t)(command - writing->parsed->commands.items);

    vec_foreach (other, &writing->parsed->commands)
        if (other->pipe_to == index + 1)
            return other;
    return NULL;
}

static void take_tee(const struct writing *writing, const struct shell_command *command, size_t at)
{
    bool append = false;

    for (size_t i = at + 1; i < command->words.count; i++) {
        const struct shell_word *word = &command->words.items[i];
        _cleanup_buffer_ struct buffer target = {0}, text = {0};

        append |= text_equal(word->text, "-a") || text_equal(word->text, "--append");
        buffer_add(&target, "", 0);
        if (word->text[0] == '-')
            continue;
        if (command->here == NULL) {
            write_output(writing, input_of(writing, command), command, word, append);
        } else if (expand_word(writing, word, &target) && is_target(target.data)) {
            if (expand(writing, command->here, &text))
                add_written(writing, target.data, text.data, append);
            else
                say_unknown(writing, command, target.data);
        }
    }
}

/* cp, mv, install and ln: the last argument is the target. */
static void take_copy(const struct writing *writing, const struct shell_command *command, size_t at)
{
    _cleanup_buffer_ struct buffer target = {0}, source = {0};
    const struct shell_word *words = command->words.items;
    const char *text = NULL;
    bool known;

    if (command->words.count < at + 3)
        return;
    buffer_add(&target, "", 0);
    buffer_add(&source, "", 0);
    known = expand_word(writing, &words[command->words.count - 1], &target);
    if (!is_target(target.data))
        return;
    known = expand_word(writing, &words[command->words.count - 2], &source) && known;
    if (known)
        text = text_of_file(writing, source.data);
    if (text_ends(target.data, ".d") || text_ends(target.data, "/"))
        buffer_format(&target, "%s%s", text_ends(target.data, "/") ? "" : "/",
                      path_base(source.data));
    if (text != NULL)
        add_written(writing, target.data, text, false);
    else if (is_of_loader(target.data))
        say_unknown(writing, command, target.data);
}

/* Other programs that are given such a file and may change it. */
static void take_other(const struct writing *writing, const struct shell_command *command)
{
    static const char *const changing[] = {"sed",     "perl",    "awk",   "gawk",  "python",
                                           "python3", "ed",      "ex",    "dd",    "patch",
                                           "augtool", "crudini", "rsync", "unzip", "tar"};
    const char *name = name_of(command);

    if (!IS_ONE_OF(name, changing))
        return;
    for (size_t i = command->assignments + 1; i < command->words.count; i++) {
        const char *at = strstr(command->words.items[i].text, "/etc/ld.so.");

        if (at != NULL && !text_starts(at, "/etc/ld.so.cache")) {
            say_unknown(writing, command, at);
            return;
        }
    }
}

static void take_command(const struct writing *writing, const struct shell_command *command)
{
    static const char *const copies[] = {"cp", "mv", "install", "ln"};
    size_t at = command->assignments;

    vec_foreach (word, &command->redirects)
        if (word->output)
            write_output(writing, command, command, word, word->append);
    if (at < command->words.count && text_equal(command->words.items[at].text, "sudo"))
        at++;
    if (at >= command->words.count)
        return;
    if (text_equal(path_base(command->words.items[at].text), "tee"))
        take_tee(writing, command, at);
    else if (is_one_of(path_base(command->words.items[at].text), copies, 4))
        take_copy(writing, command, at);
    else
        take_other(writing, command);
}

static bool mentions_loader(const char *text)
{
    for (const char *at = text; (at = strstr(at, "/etc/ld.so.")) != NULL; at++) {
        const char *line = at;

        while (line > text && line[-1] != '\n')
            line--;
        line += strspn(line, " \t");
        if (*line != '#' && !text_starts(at, "/etc/ld.so.cache"))
            return true;
    }
    return false;
}

static void take_written(struct package *package)
{
    vec_foreach (script, &package->scripts) {
        _cleanup_shell_ struct shell_script parsed = {0};
        struct writing writing = {package, script, &parsed};
        bool by_name;
        _cleanup_free_ char *program = NULL;

        if (!installs(script->path) ||
            (!mentions_loader(script->text) && !concerns_loader(script->text)))
            continue;
        program = script_interpreter(script->text, &by_name);
        /* Also "#!<lua>" of rpm. */
        if (program != NULL ? !shell_is_name(program) : text_starts(script->text, "#!")) {
            if (mentions_loader(script->text))
                package_unknown(package, script->path,
                                "it may change /etc/ld.so.conf or what is preloaded, and is not a "
                                "shell script: its effect on the image's programs is not assessed");
            continue;
        }
        shell_read(script->text, strlen(script->text), &parsed);
        vec_foreach (command, &parsed.commands)
            take_command(&writing, command);
        if (parsed.error != NULL && mentions_loader(script->text))
            package_unknown(package, script->path,
                            "it names files of the loader and is not read to its end: %s",
                            parsed.error);
    }
}

static bool is_installed(const struct package *package, const char *path)
{
    const char *installed = settings_behind_archives(path);

    return installed == path || surface_builder_find_path(package->builder, installed,
                                                          strlen(installed)) != SURFACE_NONE;
}

/* Texts of archives that nothing installs are removed. */
static size_t keep_installed(const struct package *package, struct package_text *texts,
                             size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        if (is_installed(package, texts[i].path)) {
            texts[kept++] = texts[i];
            continue;
        }
        free(texts[i].path);
        free(texts[i].text);
    }
    return kept;
}

void settings_conclude(struct package *package)
{
    take_written(package);
    package->preloads.count =
        keep_installed(package, package->preloads.items, package->preloads.count);
    package->environments.count =
        keep_installed(package, package->environments.items, package->environments.count);
    vec_foreach (conf, &package->confs)
        if (is_installed(package, conf->path)) {
            _cleanup_free_ char *key =
                text_format("%s%s", conf->added ? LOADER_CONF_ADDED : LOADER_CONF_TEXT,
                            settings_behind_archives(conf->path));

            surface_builder_meta(package->builder, key, conf->text);
        }
}
