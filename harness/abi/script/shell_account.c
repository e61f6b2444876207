/* SPDX-License-Identifier: Apache-2.0 */
#include "abi/script/shell_account.h"

#include <ctype.h>
#include <string.h>

#include "abi/script/shell_use.h"
#include "abi/script/shell_variable.h"
#include "base/cleanup.h"
#include "base/path.h"

/* How a command names users. Options are given with their dashes and, for long ones, a trailing '='
 * if their value follows it. Source: the commands' man pages. */
static const struct naming {
    const char *command;
    const char *owner;  /* options with USER[:GROUP], separated by blanks; "" in it: an argument */
    const char *user;   /* options with a user */
    const char *group;  /* options with a group */
    const char *valued; /* letters of other options with a value in the next word */
    enum { NO_ARGUMENT, OWNER_ARGUMENT, USER_ARGUMENT, GROUP_ARGUMENT } argument;
} namings[] = {
    {"chown", "", "", "", "", OWNER_ARGUMENT},
    {"chgrp", "", "", "", "", GROUP_ARGUMENT},
    {"install", "", "-o --owner=", "-g --group=", "mtS", NO_ARGUMENT},
    {"su", "", "", "-g", "scGw", USER_ARGUMENT},
    {"runuser", "", "-u --user=", "-g --group=", "scGw", NO_ARGUMENT},
    {"sudo", "", "-u --user=", "-g --group=", "hpCrtTUDR", NO_ARGUMENT},
    {"setpriv", "", "--reuid= --ruid= --euid=", "--regid= --rgid= --egid=", "", NO_ARGUMENT},
    {"start-stop-daemon", "-c --chuid=", "", "-g --group=", "xnpsakRrNIPm", NO_ARGUMENT},
    {"systemd-run", "", "--uid=", "--gid=", "pPtHMEu", NO_ARGUMENT},
    {"crontab", "", "-u", "", "", NO_ARGUMENT},
    {"gosu", "", "", "", "", OWNER_ARGUMENT},
    {"su-exec", "", "", "", "", OWNER_ARGUMENT},
    {"setuidgid", "", "", "", "", USER_ARGUMENT},
    {"chpst", "-u", "", "", "UbenmdolpfcrtPv/", NO_ARGUMENT},
    {"daemon", "", "--user=", "", "", NO_ARGUMENT},
    {"useradd", "", "", "-g --gid= -G --groups=", "bcdefkKLpRsuZ", NO_ARGUMENT},
    {"usermod", "", "", "-g --gid= -G --groups= -aG", "cdefLlpRsuZvVwW", NO_ARGUMENT},
    {"adduser", "", "", "--ingroup=", "", NO_ARGUMENT},
};

struct reading {
    const struct shell_script *script;
    struct shell_variables variables;
    struct strv looked_up; /* sorted */
    struct shell_accounts *ret;
};

static bool is_name(const char *text)
{
    size_t length = strlen(text);

    return (isalpha((unsigned char)text[0]) || text[0] == '_') && length <= 32 &&
           strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.") ==
               length;
}

static void add(struct reading *reading, const struct shell_command *command,
                const struct shell_word *word, const char *text, size_t length, bool group)
{
    _cleanup_free_ char *part = text_ndup(text, length), *name = NULL;
    const struct shell_word one = {.text = part, .dynamic = strpbrk(part, "$`*?") != NULL};
    struct shell_account *account;

    name = length > 0 ? shell_variables_text(&reading->variables, NULL, &one) : NULL;
    if (name == NULL || !is_name(name) || strv_sorted_has(&reading->looked_up, name))
        return;
    account = vec_add(reading->ret);
    account->name = text_dup(name);
    account->group = group;
    account->line = word->line;
    account->command = (size_t)(command - reading->script->commands.items);
    account->program = command->words.items[command->assignments].text;
}

/* "USER", "USER:GROUP", ":GROUP" */
static void add_owner(struct reading *reading, const struct shell_command *command,
                      const struct shell_word *word, const char *text)
{
    size_t user = strcspn(text, ":");

    add(reading, command, word, text, user, false);
    if (text[user] == ':')
        add(reading, command, word, text + user + 1, strlen(text + user + 1), true);
}

/* Groups may be several: "-G wheel,adm". */
static void add_list(struct reading *reading, const struct shell_command *command,
                     const struct shell_word *word, const char *text, bool group)
{
    for (size_t length; *text != '\0'; text += length + (text[length] == ',')) {
        length = strcspn(text, ",");
        add(reading, command, word, text, length, group);
    }
}

/* The value of one of these options at this word: in it, or NULL with *ret_next if in the next. */
static const char *value_of(const char *word, const char *options, bool *ret_next)
{
    *ret_next = false;
    for (const char *at = options; *at != '\0'; at += *at == ' ') {
        size_t length = strcspn(at, " ");
        bool longer = at[length - 1] == '=';

        if (length > 0 && strncmp(word, at, length - longer) == 0) {
            const char *rest = word + length - longer;

            if (longer && *rest == '=')
                return rest + 1;
            *ret_next = *rest == '\0';
            if (*ret_next)
                return NULL;
            if (!longer)
                return rest;
        }
        at += length;
    }
    return NULL;
}

/* A user or group after this option; returns whether the next word was its value. */
static bool read_option(struct reading *reading, const struct shell_command *command,
                        const struct naming *naming, size_t at)
{
    const char *const lists[] = {naming->owner, naming->user, naming->group};
    const struct shell_word *words = command->words.items;

    for (size_t i = 0; i < 3; i++) {
        bool next;
        const char *value = value_of(words[at].text, lists[i], &next);
        const struct shell_word *word = &words[at + (next && at + 1 < command->words.count)];

        if (value == NULL && (!next || at + 1 >= command->words.count))
            continue;
        value = next ? word->text : value;
        if (i == 0)
            add_owner(reading, command, word, value);
        else
            add_list(reading, command, word, value, i == 2);
        return next;
    }
    return words[at].text[1] != '-' && words[at].text[1] != '\0' && words[at].text[2] == '\0' &&
           strchr(naming->valued, words[at].text[1]) != NULL;
}

static void read_naming(struct reading *reading, const struct shell_command *command,
                        const struct naming *naming, size_t at)
{
    const struct shell_word *words = command->words.items;

    for (at++; at < command->words.count; at++) {
        const char *text = words[at].text;

        if (text[0] == '-' && text[1] != '\0' && strcmp(text, "--") != 0) {
            if (text_starts(text, "--reference"))
                return;
            at += read_option(reading, command, naming, at);
            continue;
        }
        if (text[0] == '-')
            continue;
        if (naming->argument == OWNER_ARGUMENT) {
            size_t before = reading->ret->count;

            add_owner(reading, command, &words[at], text);
            for (size_t i = before; i < reading->ret->count; i++)
                reading->ret->items[i].dotted = strcmp(naming->command, "chown") == 0 &&
                                                strchr(text, ':') == NULL &&
                                                strchr(reading->ret->items[i].name, '.') != NULL;
        } else if (naming->argument != NO_ARGUMENT)
            add(reading, command, &words[at], text, strlen(text),
                naming->argument == GROUP_ARGUMENT);
        return;
    }
}

/* "id x", "getent passwd x", and words compared with the lines of /etc/passwd. */
static void read_looked_up(struct reading *reading, const struct shell_command *command)
{
    static const char *const names[] = {"id", "getent", "grep", "egrep", "fgrep", "awk", "sed"};
    const char *name = command->assignments < command->words.count
                           ? path_base(command->words.items[command->assignments].text)
                           : "";
    bool looks = false;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        looks = looks || strcmp(name, names[i]) == 0;
    for (size_t i = command->assignments + 1; looks && i < command->words.count; i++) {
        _cleanup_free_ char *text =
            shell_variables_text(&reading->variables, NULL, &command->words.items[i]);
        const char *plain = text != NULL ? text + strspn(text, "^\\<") : "";

        strv_take(&reading->looked_up, text_ndup(plain, strcspn(plain, ":\\>[$ ")));
    }
}

static void read_program(struct reading *reading, const struct shell_command *command, size_t at)
{
    const char *name = path_base(command->words.items[at].text);

    for (size_t i = 0; i < sizeof(namings) / sizeof(namings[0]); i++)
        if (strcmp(name, namings[i].command) == 0)
            read_naming(reading, command, &namings[i], at);
}

/* "find … -user NAME", "find … -exec chown NAME {} +" */
static void read_find(struct reading *reading, const struct shell_command *command, size_t at)
{
    const struct shell_word *words = command->words.items;

    for (at++; at + 1 < command->words.count; at++) {
        const char *text = words[at].text;

        if (strcmp(text, "-user") == 0 || strcmp(text, "-group") == 0)
            add(reading, command, &words[at + 1], words[at + 1].text, strlen(words[at + 1].text),
                text[1] == 'g');
        else if (text_starts(text, "-exec") || text_starts(text, "-ok"))
            read_program(reading, command, at + 1);
    }
}

void shell_accounts_read(const struct shell_script *script, struct shell_accounts *ret)
{
    struct reading reading = {.script = script, .ret = ret};

    *ret = (struct shell_accounts){0};
    shell_variables_read(script, &reading.variables);
    vec_foreach (command, &script->commands)
        read_looked_up(&reading, command);
    strv_sort(&reading.looked_up);
    vec_foreach (command, &script->commands)
        for (size_t at = command->assignments;
             command->kind == SHELL_SIMPLE && at < command->words.count &&
             !strv_has(&script->functions, command->words.items[at].text);
             at++) {
            const char *name = path_base(command->words.items[at].text);
            bool wraps = strcmp(name, "exec") == 0 || strcmp(name, "env") == 0 ||
                         strcmp(name, "sudo") == 0 || strcmp(name, "nohup") == 0 ||
                         strcmp(name, "setsid") == 0 || strcmp(name, "command") == 0;

            read_program(&reading, command, at);
            if (strcmp(name, "find") == 0)
                read_find(&reading, command, at);
            if (strcmp(name, "xargs") == 0 && shell_program_at(command) < command->words.count)
                read_program(&reading, command, shell_program_at(command));
            if (!wraps || at > command->assignments + 1)
                break;
        }
    vec_done(&reading.variables);
    strv_done(&reading.looked_up);
}

void shell_accounts_split(struct shell_accounts *accounts, size_t index)
{
    struct shell_account group = accounts->items[index], *user = &accounts->items[index];
    char *dot = strchr(user->name, '.');

    *dot = '\0';
    user->dotted = group.dotted = false;
    if (!is_name(dot + 1))
        return;
    group.name = text_dup(dot + 1);
    group.group = true;
    *vec_add(accounts) = group;
}

void shell_accounts_done(struct shell_accounts *accounts)
{
    vec_foreach (account, accounts)
        free(account->name);
    vec_done(accounts);
}
