/* SPDX-License-Identifier: Apache-2.0 */
/* Commands that change login files other than by sed or by what they print: some can be read, of
 * the others it is said that they cannot. */
#include <ctype.h>
#include <string.h>

#include "abi/check/script_login.h"
#include "abi/script/one_of.h"
#include "base/cleanup.h"
#include "base/path.h"

struct edit {
    struct login_script *login;
    size_t index;
    const struct shell_command *command;
    const char *name; /* of the program */
    size_t at;        /* its word */
};

/* An option of one letter, alone or among others: "-pi", "-i.bak". */
static bool has_option(const struct edit *edit, char option)
{
    for (size_t i = edit->at + 1; i < edit->command->words.count; i++) {
        const char *word = edit->command->words.items[i].text;

        if (word[0] == '-' && word[1] != '-' && strchr(word, option) != NULL)
            return true;
    }
    return false;
}

/* The first login file among the operands. */
static const char *first_target(const struct edit *edit)
{
    for (size_t i = edit->at + 1; i < edit->command->words.count; i++) {
        const char *target = script_login_target(edit->login, &edit->command->words.items[i]);

        if (target != NULL)
            return target;
    }
    return NULL;
}

/* A login file that is named within a word or a here-document, which is code of the program. */
static const char *target_in_code(const struct edit *edit)
{
    static const char *const files[] = {"/etc/pam.d/", "/etc/nsswitch.conf"};

    for (size_t f = 0; f < sizeof(files) / sizeof(files[0]); f++) {
        if (edit->command->here != NULL && strstr(edit->command->here, files[f]) != NULL)
            return files[f];
        for (size_t i = edit->at + 1; i < edit->command->words.count; i++)
            if (strstr(edit->command->words.items[i].text, files[f]) != NULL)
                return files[f];
    }
    return NULL;
}

static const char *skip_pattern(const char *at, char delimiter)
{
    for (; *at != '\0' && *at != delimiter; at++)
        at += *at == '\\' && at[1] != '\0';
    return *at == delimiter ? at + 1 : NULL;
}

/* "s/x/y/; s|x|y| if /z/": statements that only substitute. False: there are others. */
static bool read_substitutions(const char *code, struct buffer *ret)
{
    for (code += strspn(code, " \t\n;"); *code != '\0'; code += strspn(code, " \t\n;")) {
        const char *from, *to;

        if (code[0] != 's' || isalnum((unsigned char)code[1]) || code[1] == '\0' ||
            strchr("_ \t\n{([<", code[1]) != NULL)
            return false;
        from = skip_pattern(code + 2, code[1]);
        to = from != NULL ? skip_pattern(from, code[1]) : NULL;
        if (to == NULL)
            return false;
        for (const char *at = from; at < to - 1; at++) {
            bool line = at[0] == '\\' && at[1] == 'n';

            buffer_add(ret, line ? "\n" : at, 1);
            at += line;
        }
        buffer_text(ret, "\n");
        code = to + strspn(to, "gimsx");
        if (to[strspn(to, "gimsx")] != '\0' && strchr(" \t\n;", *code) == NULL)
            return false;
        code += strspn(code, " \t\n");
        if (text_starts(code, "if ") || text_starts(code, "unless ")) {
            code += strcspn(code, " ");
            code += strspn(code, " ");
            code = *code == '/' ? skip_pattern(code + 1, '/') : NULL;
            if (code == NULL)
                return false;
        }
    }
    return true;
}

/* perl -i -pe CODE FILE */
static void check_perl(const struct edit *edit)
{
    const char *target = first_target(edit);
    _cleanup_buffer_ struct buffer added = {0};
    bool read = target != NULL;

    if (target == NULL || !has_option(edit, 'i')) {
        target = target_in_code(edit);
        if (target != NULL && first_target(edit) == NULL)
            script_login_unread(edit->login, edit->index, target, "its code is not read");
        return;
    }
    buffer_text(&added, "");
    for (size_t i = edit->at + 1; i < edit->command->words.count; i++) {
        const struct shell_word *word = &edit->command->words.items[i];

        if (word->text[0] != '-' && script_login_target(edit->login, word) == NULL)
            read = read && read_substitutions(word->text, &added);
    }
    if (read)
        script_login_added(edit->login, edit->index, target, added.data);
    else
        script_login_unread(edit->login, edit->index, target, "its code is not read");
}

/* Other languages: code that names the file, or a file that is changed in place. */
static void check_code(const struct edit *edit)
{
    const char *target = target_in_code(edit);
    bool awk = text_ends(edit->name, "awk");
    bool inside = target != NULL && first_target(edit) == NULL;

    if (target == NULL)
        target = first_target(edit);
    for (size_t i = edit->at + 1; awk && !inside && i < edit->command->words.count; i++)
        inside = text_equal(edit->command->words.items[i].text, "inplace");
    if (target != NULL && (inside || !awk))
        script_login_unread(edit->login, edit->index, target, "its code is not read");
}

/* augtool and what it is given on its standard input. */
static void check_augeas(const struct edit *edit)
{
    const struct shell_script *script = edit->login->script;
    const char *target = target_in_code(edit);

    for (size_t i = 0; i < edit->index && target == NULL; i++) {
        struct edit writer = *edit;

        writer.command = &script->commands.items[i];
        writer.at = 0;
        if (writer.command->pipe_to == edit->index + 1)
            target = target_in_code(&writer);
    }
    if (target != NULL)
        script_login_unread(edit->login, edit->index, target, "its commands are not read");
}

static bool brings_profile(const struct edit *edit, const char *folder, const char *name)
{
    _cleanup_free_ char *part = text_format("%s/%s", folder, name);

    vec_foreach (file, &edit->login->needs->package->files) {
        const char *at = strstr(file->path, part);

        if (at != NULL && (at[strlen(part)] == '\0' || at[strlen(part)] == '/'))
            return true;
    }
    return false;
}

/* pam-auth-update writes PAM's files from profiles; those of the package are checked as files, and
 * those of the image are switched on at its own installation. */
static void check_profiles(const struct edit *edit)
{
    bool names = false;

    for (size_t i = edit->at + 1; i < edit->command->words.count; i++) {
        const struct shell_word *word = &edit->command->words.items[i];

        if (word->text[0] == '-') {
            names = text_equal(word->text, "--enable");
            continue;
        }
        if (names && !brings_profile(edit, "/pam-configs", word->text))
            script_login_unread(edit->login, edit->index, "/etc/pam.d/common-*",
                                "the profile that it switches on is not in the package");
    }
}

/* authselect select PROFILE FEATURE… */
static void check_authselect(const struct edit *edit)
{
    static const char *const reads[] = {
        "check",         "current",        "list",        "list-features",
        "show",          "requirements",   "test",        "disable-feature",
        "apply-changes", "create-profile", "backup-list", "backup-remove",
        "uninstall"};
    const char *verb = "", *profile = NULL;

    for (size_t i = edit->at + 1; i < edit->command->words.count && profile == NULL; i++) {
        const char *word = edit->command->words.items[i].text;

        if (word[0] == '-')
            continue;
        if (verb[0] == '\0')
            verb = word;
        else
            profile = word;
    }
    if (verb[0] == '\0' || IS_ONE_OF(verb, reads))
        return;
    if (text_equal(verb, "select") && profile != NULL &&
        brings_profile(edit, "/authselect",
                       text_starts(profile, "custom/") ? profile + strlen("custom/") : profile))
        return;
    script_login_unread(edit->login, edit->index, "/etc/pam.d/*",
                        "the profile or feature that it selects is not in the package");
}

/* cp, mv, install, ln SOURCE… TARGET: a login file, or the folder of PAM. */
static const char *target_of_copy(const struct edit *edit, const char **ret_source)
{
    const struct shell_word *last = NULL, *source = NULL;
    const char *folder = "/etc/pam.d";
    size_t length;

    for (size_t i = edit->at + 1; i < edit->command->words.count; i++) {
        const struct shell_word *word = &edit->command->words.items[i];

        if (word->text[0] == '-')
            continue;
        source = last;
        last = word;
    }
    *ret_source = source != NULL ? source->text : "";
    if (source == NULL)
        return NULL;
    length = strlen(last->text) - text_ends(last->text, "/");
    if (length >= strlen(folder) &&
        strncmp(last->text + length - strlen(folder), folder, strlen(folder)) == 0)
        return "/etc/pam.d/*";
    return script_login_target(edit->login, last);
}

/* A file that lies beside the target is a backup of it, or was checked when it was written. */
static bool is_login_file(const char *source)
{
    return strstr(source, "/etc/pam.d/") != NULL || strstr(source, "/etc/nsswitch.conf") != NULL;
}

static void check_copy(const struct edit *edit)
{
    const char *source, *target = target_of_copy(edit, &source);
    _cleanup_free_ char *what = NULL;

    if (target == NULL || is_login_file(source))
        return;
    what = text_format("what is in '%s' is not in the script", source);
    script_login_unread(edit->login, edit->index, target, what);
}

bool script_login_copies(const struct shell_command *command)
{
    size_t at;

    if (!text_equal(script_login_program(command, &at), "cat"))
        return false;
    for (at++; at < command->words.count; at++)
        if (!is_login_file(command->words.items[at].text))
            return false;
    return true;
}

/* Whether a function of the script writes to what it is given. */
static bool function_writes(const struct edit *edit)
{
    static const char *const writers[] = {"sed", "perl", "awk", "tee", "cp", "mv", "install"};
    const struct shell_script *script = edit->login->script;

    vec_foreach (block, &script->blocks) {
        if (block->kind != SHELL_BODY ||
            !text_equal(script->functions.items[block->function], edit->name))
            continue;
        for (size_t i = block->then.from; i < block->then.to && i < script->commands.count; i++) {
            const struct shell_command *command = &script->commands.items[i];
            size_t at;

            if (IS_ONE_OF(script_login_program(command, &at), writers))
                return true;
            vec_foreach (word, &command->redirects)
                if (word->output && word->dynamic)
                    return true;
        }
    }
    return false;
}

void script_login_edit(struct login_script *login, size_t index)
{
    static const char *const copies[] = {"cp", "mv", "install", "ln", "ucf", "rsync"};
    static const char *const editors[] = {"ed",   "ex",     "vi",      "vim",     "patch",   "ruby",
                                          "node", "python", "python3", "python2", "crudini", "php"};
    static const char *const tools[] = {"authconfig", "pam-config"};
    struct edit edit = {login, index, &login->script->commands.items[index], NULL, 0};

    if (edit.command->kind != SHELL_SIMPLE)
        return;
    edit.name = script_login_program(edit.command, &edit.at);
    if (text_equal(edit.name, "perl"))
        check_perl(&edit);
    else if (text_ends(edit.name, "awk") || IS_ONE_OF(edit.name, editors))
        check_code(&edit);
    else if (text_equal(edit.name, "augtool"))
        check_augeas(&edit);
    else if (text_equal(edit.name, "pam-auth-update"))
        check_profiles(&edit);
    else if (text_equal(edit.name, "authselect"))
        check_authselect(&edit);
    else if (IS_ONE_OF(edit.name, tools))
        script_login_unread(login, index, "/etc/pam.d/*", "what it writes is not known");
    else if (IS_ONE_OF(edit.name, copies))
        check_copy(&edit);
    else if (first_target(&edit) != NULL && function_writes(&edit))
        script_login_unread(login, index, first_target(&edit),
                            "a function of the script writes to it");
}
