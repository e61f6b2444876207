/* SPDX-License-Identifier: Apache-2.0 */
#include "abi/package/started.h"

#include <ctype.h>
#include <string.h>

#include "abi/package/package.h"
#include "abi/script/invocation.h"
#include "abi/script/script.h"
#include "abi/script/shell_use.h"
#include "abi/script/shell_variable.h"
#include "base/path.h"

/* The part of a path behind its last expansion: "/main.py" of "$(dirname "$0")/main.py". */
static const char *constant_end(const char *word)
{
    const char *at = word;

    for (const char *mark = word; (mark = strpbrk(mark, "$)}`\"")) != NULL;) {
        at = ++mark;
        if (mark[-1] == '$' && *mark != '{' && *mark != '(') {
            at += *at != '\0';
            while (isalnum((unsigned char)*at) || *at == '_')
                at++;
        }
    }
    return at;
}

/* The only source whose path is this one, or ends with it; NULL: none, or several. */
static struct package_text *find_source(struct package *package, const char *path, bool whole)
{
    struct package_text *found = NULL;

    vec_foreach (source, &package->sources) {
        if (source->text == NULL ||
            !(whole ? text_equal(source->path, path) : text_ends(source->path, path)))
            continue;
        if (found != NULL)
            return NULL;
        found = source;
    }
    return found;
}

/* A source that is started and was too long to be stored. */
static void note_unread(struct package *package, const char *path)
{
    vec_foreach (source, &package->sources)
        if (source->text == NULL && text_equal(source->path, path))
            package_unknown(package, path,
                            "it is started, and was not read: it exceeds %d bytes, or with others "
                            "%d",
                            PACKAGE_SOURCE_MAX, PACKAGE_SOURCES_MAX);
}

static void take_started(struct package *package, const char *program, const char *word,
                         bool module)
{
    const char *end = constant_end(word);
    bool whole = !module && word[0] == '/';
    _cleanup_free_ char *path = whole || (!module && *end == '/') ? text_dup(end) : NULL;
    struct package_text *source;

    if (path == NULL && *end == '\0')
        return;
    if (path == NULL) {
        path = text_format("/%s%s", end[0] == '.' && end[1] == '/' ? end + 2 : end,
                           module ? ".py" : "");
        for (char *dot = path; module && dot < path + strlen(path) - 3; dot++)
            *dot = *dot == '.' ? '/' : *dot;
    }
    source = find_source(package, path, whole);
    if (source == NULL) {
        if (whole)
            note_unread(package, path);
        return;
    }
    *(struct package_text *)vec_add(&package->scripts) = (struct package_text){
        .path = source->path, .text = source->text, .interpreter = text_dup(program)};
    source->path = source->text = NULL;
}

/* The program at this word, and what it reads. */
static void take_words(struct package *package, const struct strv *words, size_t from)
{
    size_t at = invocation_program(words, from), argument;
    bool code, module;

    if (at >= words->count || strchr(words->items[at], '$') != NULL)
        return;
    argument = invocation_source(words, at, &code, &module);
    if (argument > 0 && !code)
        take_started(package, words->items[at], words->items[argument], module);
}

static bool names_interpreter(const char *text)
{
    return strstr(text, "python") != NULL || strstr(text, "perl") != NULL;
}

static void read_shell(struct package *package, const char *text)
{
    _cleanup_shell_ struct shell_script script = {0};
    struct shell_variables variables;

    shell_read(text, strlen(text), &script);
    shell_variables_read(&script, &variables);
    vec_foreach (command, &script.commands) {
        _cleanup_strv_ struct strv words = {0};
        size_t at = shell_program_at(command);

        for (size_t i = at; i < command->words.count; i++) {
            char *known = shell_variables_text(&variables, NULL, &command->words.items[i]);

            strv_take(&words, known != NULL ? known : text_dup(command->words.items[i].text));
        }
        if (words.count > 1)
            take_words(package, &words, 0);
    }
    vec_done(&variables);
}

/* "ExecStart=-/usr/bin/python3 /opt/v/main.py" of units, "Exec=" of desktop entries. */
static void read_lines(struct package *package, const char *text)
{
    for (const char *at = text; *at != '\0'; at += *at == '\n') {
        _cleanup_strv_ struct strv words = {0};
        _cleanup_buffer_ struct buffer line = {0};
        const char *value;

        for (; *at != '\0' && *at != '\n'; at++) {
            bool continued = at[0] == '\\' && at[1] == '\n';

            buffer_add(&line, continued ? " " : at, 1);
            at += continued;
        }
        value = line.data != NULL && text_starts(line.data, "Exec") ? strchr(line.data, '=') : NULL;
        if (value == NULL)
            continue;
        value++;
        strv_split(&words, value + strspn(value, " \t@-:+!|"), " \t\"'");
        take_words(package, &words, 0);
    }
}

static bool is_shell(const struct package_text *script)
{
    bool by_name;
    _cleanup_free_ char *program = script_interpreter(script->text, &by_name);

    return program != NULL
               ? shell_is_name(program)
               : text_ends(script->path, ".sh") || strstr(script->path, "/DEBIAN/") != NULL;
}

void started_conclude(struct package *package)
{
    size_t scripts = package->scripts.count;

    for (size_t i = 0; i < scripts && package->sources.count > 0; i++)
        if (names_interpreter(package->scripts.items[i].text) &&
            is_shell(&package->scripts.items[i]))
            read_shell(package, package->scripts.items[i].text);
    for (size_t i = 0; i < package->units.count && package->sources.count > 0; i++)
        if (names_interpreter(package->units.items[i].text))
            read_lines(package, package->units.items[i].text);
    for (size_t i = 0; i < package->starts.count && package->sources.count > 0; i++)
        if (names_interpreter(package->starts.items[i].text))
            read_lines(package, package->starts.items[i].text);
    vec_foreach (source, &package->sources) {
        free(source->path);
        free(source->text);
    }
    vec_done(&package->sources);
}
