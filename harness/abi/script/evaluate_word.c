/* SPDX-License-Identifier: Apache-2.0 */
/* Values of words: variables, and substitutions whose output is known of the image. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "abi/script/evaluate.h"
#include "base/cleanup.h"
#include "base/path.h"

#define DEPTH_MAX 8
#define VARIABLES_MAX 2000

static bool is_release(const char *path)
{
    return text_equal(path, "/etc/os-release") || text_equal(path, "/usr/lib/os-release");
}

void evaluate_forget(struct evaluation *evaluation)
{
    free(evaluation->fact);
    free(evaluation->program);
    evaluation->fact = evaluation->program = NULL;
    evaluation->present = false;
}

void evaluate_note(struct evaluation *evaluation, const char *format, ...)
{
    va_list args;

    evaluate_forget(evaluation);
    va_start(args, format);
    evaluation->fact = text_vformat(format, args);
    va_end(args);
}

/* A field of os-release; an absent one is empty. */
static char *release_value(struct evaluation *evaluation, const char *key)
{
    const struct distribution *image = evaluation->image;
    const char *value = image->os(image->context, key);

    /* Without os-release nothing is known. */
    if (image->os(image->context, "ID") == NULL)
        return NULL;
    evaluate_note(evaluation, "%s of /etc/os-release is '%s'", key, value != NULL ? value : "");
    return text_dup(value != NULL ? value : "");
}

static char *machine_value(struct evaluation *evaluation)
{
    if (evaluation->image->machine == NULL)
        return NULL;
    evaluate_note(evaluation, "uname -m prints '%s'", evaluation->image->machine);
    return text_dup(evaluation->image->machine);
}

char *evaluate_file(struct evaluation *evaluation, const char *path)
{
    const struct distribution *image = evaluation->image;
    char *text = image->file_text(image->context, path);

    if (text != NULL)
        evaluate_note(evaluation, "%s says '%.*s'", path, (int)strcspn(text, "\n"), text);
    else if (evaluate_exists(evaluation, path) == TRUTH_NO)
        text = text_dup("");
    return text;
}

enum truth evaluate_exists(struct evaluation *evaluation, const char *path)
{
    const struct distribution *image = evaluation->image;

    if (!image->lists_files || !text_starts(path, "/etc/") ||
        (!text_ends(path, "-release") && !text_ends(path, "_version") &&
         !text_ends(path, "/issue")))
        return TRUTH_UNKNOWN;
    if (image->has_file(image->context, path)) {
        evaluate_note(evaluation, "%s is on the image", path);
        return TRUTH_YES;
    }
    evaluate_note(evaluation, "%s is not on the image", path);
    return TRUTH_NO;
}

static struct evaluation_variable *find(const struct evaluation *evaluation, const char *name,
                                        size_t length)
{
    vec_foreach (variable, &evaluation->variables)
        if (strlen(variable->name) == length && strncmp(variable->name, name, length) == 0)
            return variable;
    return NULL;
}

static void add_variable(struct evaluation *evaluation, const char *assignment)
{
    size_t length = strcspn(assignment, "=+");
    struct evaluation_variable *known = find(evaluation, assignment, length);
    const char *value = assignment + length + (assignment[length] == '=');

    if (known != NULL) {
        known->many = known->many || strcmp(known->value, value) != 0;
        return;
    }
    if (evaluation->variables.count >= VARIABLES_MAX)
        return;
    known = vec_add(&evaluation->variables);
    known->name = text_ndup(assignment, length);
    known->value = value;
    known->many = assignment[length] == '+';
}

/* What read, getopts or an option sets is unknown, and so is a loop's variable. */
static void add_unknown(struct evaluation *evaluation, const char *name)
{
    _cleanup_free_ char *assignment = text_format("%s+=", name);
    struct evaluation_variable *known;

    add_variable(evaluation, assignment);
    known = find(evaluation, name, strlen(name));
    if (known != NULL) {
        known->many = true;
        known->value = "";
    }
}

static void read_command(struct evaluation *evaluation, const struct shell_command *command)
{
    static const char *const declaring[] = {"declare", "local", "export", "readonly", "typeset"};
    const struct shell_word *words = command->words.items;
    size_t at = command->assignments, count = command->words.count;
    const char *name = at < count ? words[at].text : "";
    bool declares = false;

    for (size_t i = 0; i < at && at == count; i++)
        add_variable(evaluation, words[i].text);
    for (size_t i = 0; i < sizeof(declaring) / sizeof(declaring[0]); i++)
        declares = declares || strcmp(name, declaring[i]) == 0;
    for (size_t i = at + 1; i < count; i++) {
        if (declares && strchr(words[i].text, '=') != NULL)
            add_variable(evaluation, words[i].text);
        if (strcmp(name, "read") == 0 && words[i].text[0] != '-')
            add_unknown(evaluation, words[i].text);
    }
    for (size_t i = 0; i < count; i++)
        evaluation->changes_path |=
            text_starts(words[i].text, "PATH=") || text_starts(words[i].text, "PATH+=");
    evaluation->sources |= strcmp(name, ".") == 0 || strcmp(name, "source") == 0;
    if (command->kind == SHELL_FOR && count > 0)
        add_unknown(evaluation, words[0].text);
    if ((strcmp(name, ".") == 0 || strcmp(name, "source") == 0) && at + 1 < count)
        evaluation->sources_release |= is_release(words[at + 1].text);
    if (strcmp(name, "eval") == 0 && at + 1 < count)
        evaluation->sources_release |= strstr(words[at + 1].text, "/os-release") != NULL &&
                                       strstr(words[at + 1].text, "cat ") != NULL;
}

void evaluate_begin(struct evaluation *evaluation, const struct shell_script *script,
                    const struct distribution *image)
{
    *evaluation = (struct evaluation){.script = script, .image = image};
    vec_foreach (command, &script->commands)
        read_command(evaluation, command);
}

void evaluate_end(struct evaluation *evaluation)
{
    vec_foreach (variable, &evaluation->variables)
        free(variable->name);
    vec_done(&evaluation->variables);
    evaluate_forget(evaluation);
}

/* "grep ^ID= /etc/os-release | cut …": the one key of os-release that it names. Caller frees. */
static char *release_field(struct evaluation *evaluation, const char *code)
{
    static const char *const keys[] = {"VERSION_ID", "ID_LIKE",          "PRETTY_NAME",
                                       "VARIANT_ID", "VERSION_CODENAME", "PLATFORM_ID",
                                       "NAME",       "VERSION",          "ID"};
    const char *found = NULL, *at = code;

    /* Parts of a value are not followed. */
    if (strstr(code, "-d.") != NULL || strstr(code, "'.'") != NULL || strstr(code, "%%") != NULL)
        return NULL;
    while (*at != '\0') {
        size_t length = 0;

        while (isupper((unsigned char)at[length]) || at[length] == '_')
            length++;
        for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
            if (length == strlen(keys[i]) && strncmp(at, keys[i], length) == 0) {
                if (found != NULL && strcmp(found, keys[i]) != 0)
                    return NULL;
                found = keys[i];
            }
        at += length > 0 ? length : 1;
    }
    return found != NULL ? release_value(evaluation, found) : NULL;
}

/* Coreutils as Debian builds them do not know these; those of Red Hat and others print the machine.
 */
static bool is_processor(const char *option)
{
    return text_equal(option, "-p") || text_equal(option, "-i") ||
           text_equal(option, "--processor") || text_equal(option, "--hardware-platform");
}

/* The output of a command line on this image, or NULL. */
char *evaluate_output(struct evaluation *evaluation, const char *code)
{
    const struct distribution *image = evaluation->image;
    _cleanup_strv_ struct strv words = {0};
    const char *first;

    if (strstr(code, "/os-release") != NULL && strstr(code, "$ID") == NULL)
        return release_field(evaluation, code);
    strv_split(&words, code, " \t\n");
    first = words.count > 0 ? path_base(words.items[0]) : "";
    if ((words.count == 2 && text_equal(first, "uname") && text_equal(words.items[1], "-m")) ||
        (words.count == 1 && text_equal(first, "arch")))
        return machine_value(evaluation);
    if (words.count == 2 && text_equal(first, "uname") && is_processor(words.items[1]) &&
        text_equal(image->id, "debian")) {
        evaluate_note(evaluation, "uname %s prints 'unknown'", words.items[1]);
        return text_dup("unknown");
    }
    if (words.count == 2 && (text_equal(first, "cat") || text_equal(first, "<")))
        return evaluate_file(evaluation, words.items[1]);
    if (words.count == 1 && first[0] == '<')
        return evaluate_file(evaluation, words.items[0] + 1);
    if (text_equal(first, "lsb_release") && image->lists_files &&
        !image->has_program(image->context, first)) {
        evaluate_note(evaluation, "lsb_release is not on the image");
        return text_dup("");
    }
    if (text_equal(first, "hostnamectl") && image->has_program(image->context, first) &&
        (words.count == 1 || strstr(code, "perating") != NULL))
        return release_value(evaluation, "PRETTY_NAME");
    return NULL;
}

static char *changed_case(char *value, char how)
{
    for (char *at = value; value != NULL && *at != '\0'; at++)
        *at = (char)(how == ',' ? tolower((unsigned char)*at) : toupper((unsigned char)*at));
    return value;
}

/* The value of "NAME", or of "NAME[KEY]" in "NAME=([KEY]=VALUE …)". */
static char *variable_value(struct evaluation *evaluation, const char *name, size_t length)
{
    static const char *const keys[] = {"ID",      "ID_LIKE",     "VERSION_ID",      "NAME",
                                       "VERSION", "PRETTY_NAME", "VERSION_CODENAME"};
    const struct evaluation_variable *variable = find(evaluation, name, length);

    if (variable != NULL)
        return variable->many ? NULL : evaluate_word(evaluation, variable->value);
    for (size_t i = 0; evaluation->sources_release && i < sizeof(keys) / sizeof(keys[0]); i++)
        if (strlen(keys[i]) == length && strncmp(name, keys[i], length) == 0)
            return release_value(evaluation, keys[i]);
    return NULL;
}

static char *element_value(struct evaluation *evaluation, const char *name, size_t length,
                           const char *key_text, size_t key_length)
{
    const struct evaluation_variable *variable = find(evaluation, name, length);
    _cleanup_free_ char *key_word = text_ndup(key_text, key_length);
    _cleanup_free_ char *key = evaluate_word(evaluation, key_word), *mark = NULL;
    const char *at;

    if (variable == NULL || variable->many || key == NULL || variable->value[0] != '(')
        return NULL;
    mark = text_format("[%s]=", key);
    at = strstr(variable->value, mark);
    if (at == NULL)
        return text_dup("");
    at += strlen(mark);
    at += strspn(at, "\"'");
    return text_ndup(at, strcspn(at, " \t\n)\"'"));
}

/* "${NAME}", "${NAME,,}", "${NAME^^}", "${NAME%%.*}", "${NAME:-…}", "${NAME[KEY]}". */
static char *parameter_value(struct evaluation *evaluation, const char *text, size_t length)
{
    size_t name = 0;
    char *value;

    while (name < length && (isalnum((unsigned char)text[name]) || text[name] == '_'))
        name++;
    if (name == 0)
        return NULL;
    if (name < length && text[name] == '[' && text[length - 1] == ']')
        return element_value(evaluation, text, name, text + name + 1, length - name - 2);
    value = variable_value(evaluation, text, name);
    if (value == NULL || name == length)
        return value;
    text += name;
    length -= name;
    if (length == 2 && (text[0] == ',' || text[0] == '^') && text[1] == text[0])
        return changed_case(value, text[0]);
    if (length >= 3 && strncmp(text + length - 2, ".*", 2) == 0 &&
        strspn(text, "%") == length - 2) {
        char *dot = length == 4 ? strchr(value, '.') : strrchr(value, '.');

        if (dot != NULL)
            *dot = '\0';
        return value;
    }
    if ((text[0] == ':' && text[1] == '-') || text[0] == '-')
        return value;
    free(value);
    return NULL;
}

/* The end of a substitution that begins here with "(" or "{". */
static const char *closing(const char *at, char open, char close)
{
    size_t depth = 0;

    for (; *at != '\0'; at++) {
        depth += *at == open;
        if (*at == close && --depth == 0)
            return at;
    }
    return NULL;
}

/* Appends the value of the expansion at `at` and returns what is behind it; NULL: unknown. */
static const char *expand(struct evaluation *evaluation, const char *at, struct buffer *value)
{
    _cleanup_free_ char *got = NULL, *code = NULL;
    const char *end;

    if (*at == '`') {
        end = strchr(at + 1, '`');
        if (end == NULL)
            return NULL;
        code = text_ndup(at + 1, (size_t)(end - at - 1));
        got = evaluate_output(evaluation, code);
        end++;
    } else if (at[1] == '(' || at[1] == '{') {
        end = closing(at + 1, at[1], at[1] == '(' ? ')' : '}');
        if (end == NULL)
            return NULL;
        code = text_ndup(at + 2, (size_t)(end - at - 2));
        got = at[1] == '(' ? evaluate_output(evaluation, code)
                           : parameter_value(evaluation, code, strlen(code));
        end++;
    } else {
        for (end = at + 1; isalnum((unsigned char)*end) || *end == '_'; end++)
            ;
        got = end > at + 1 ? variable_value(evaluation, at + 1, (size_t)(end - at - 1)) : NULL;
    }
    if (got == NULL)
        return NULL;
    buffer_text(value, got);
    return end;
}

char *evaluate_word(struct evaluation *evaluation, const char *text)
{
    _cleanup_buffer_ struct buffer value = {0};
    const char *at = text;

    if (evaluation->depth >= DEPTH_MAX)
        return NULL;
    evaluation->depth++;
    buffer_add(&value, "", 0);
    while (at != NULL && *at != '\0') {
        /* The '$' at the end of a regular expression is one. */
        if ((*at == '$' && (isalpha((unsigned char)at[1]) || strchr("_({", at[1]) != NULL) &&
             at[1] != '\0') ||
            *at == '`')
            at = expand(evaluation, at, &value);
        else if (*at == '$' && at[1] != '\0' && strchr(")|", at[1]) == NULL)
            at = NULL;
        else
            buffer_add(&value, at++, 1);
    }
    evaluation->depth--;
    return at != NULL ? buffer_steal(&value) : NULL;
}
