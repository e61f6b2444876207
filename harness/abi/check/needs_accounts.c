/* SPDX-License-Identifier: Apache-2.0 */
/* The users and groups that the package's scripts and declarations create. */
#include <string.h>

#include "abi/check/needs.h"
#include "abi/script/script.h"
#include "abi/script/shell.h"
#include "abi/script/shell_account.h"
#include "abi/script/unit.h"
#include "base/cleanup.h"
#include "base/path.h"

#define CALL_LINES 6 /* lines of a call in Perl or Python that are examined */

static bool creates_users(const char *command)
{
    static const char *const names[] = {"useradd", "adduser", "groupadd", "addgroup", "addsysuser"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (text_equal(path_base(command), names[i]))
            return true;
    return false;
}

/* All words are added, so that options need not be known; also lists in one word: "for u in a
 * b". */
static void add_words(struct strv *ret, const struct shell_command *command, size_t from)
{
    for (size_t i = from; i < command->words.count; i++)
        strv_split(ret, command->words.items[i].text, " \t\n");
}

/* "useradd -g GROUP" and "-N" create no group, and "groupadd" no user. */
static void add_account(struct needs *needs, const struct shell_command *command, size_t at)
{
    const char *name = path_base(command->words.items[at].text);
    bool group = text_starts(name, "group") || text_starts(name, "addgroup"), user = false;
    struct strv *list;

    for (size_t i = at + 1; i < command->words.count; i++)
        user = user || shell_account_is_alone(name, command->words.items[i].text);
    list = group ? &needs->created_groups : user ? &needs->created_users : &needs->created;
    for (size_t i = at + 1; i < command->words.count; i++)
        if (i == at + 1 || !shell_account_names_group(name, command->words.items[i - 1].text))
            strv_split(list, command->words.items[i].text, " \t\n");
}

/* Lines "NAME:x:…" that are added to the files themselves. */
static void read_appended(struct needs *needs, const struct shell_command *command)
{
    vec_foreach (file, &command->redirects) {
        bool users = text_equal(file->text, "/etc/passwd");
        struct strv *list = users ? &needs->created_users : &needs->created_groups;
        _cleanup_strv_ struct strv lines = {0};

        if (!file->output || (!users && !text_equal(file->text, "/etc/group")))
            continue;
        if (command->here != NULL)
            strv_split(&lines, command->here, "\n");
        for (size_t i = command->assignments; i < command->words.count; i++)
            strv_split(&lines, command->words.items[i].text, "\n");
        for (size_t i = 0; i < lines.count; i++)
            if (strchr(lines.items[i], ':') != NULL)
                strv_take(list, text_ndup(lines.items[i], strcspn(lines.items[i], ":")));
    }
}

/* "useradd … NAME"; the name may be in a variable, a list, or an argument of a function: "create()
 * { useradd $1; }". */
static void read_created_shell(struct needs *needs, const struct shell_script *script)
{
    vec_foreach (command, &script->commands) {
        bool named = false;

        read_appended(needs, command);
        for (size_t i = command->assignments; i < command->words.count && !named; i++) {
            named = creates_users(command->words.items[i].text);
            if (named)
                add_account(needs, command, i);
        }
        if (!named && command->kind == SHELL_FOR)
            add_words(&needs->created, command, 1);
        if (!named && command->words.count > command->assignments &&
            strv_has(&script->functions, command->words.items[command->assignments].text))
            add_words(&needs->created, command, command->assignments + 1);
        for (size_t i = 0; i < command->assignments; i++) {
            const char *value = strchr(command->words.items[i].text, '=');

            if (value != NULL)
                strv_add(&needs->created, value + 1);
        }
    }
}

/* For other languages: all words in the command's line and in the few lines that may continue
 * it. */
static void read_created_lines(struct needs *needs, const char *text)
{
    _cleanup_strv_ struct strv lines = {0};
    unsigned more = 0;

    strv_split(&lines, text, "\n");
    for (size_t i = 0; i < lines.count; i++) {
        _cleanup_strv_ struct strv words = {0};

        strv_split(&words, lines.items[i], " \t\"'(),;|[]<>");
        for (size_t w = 0; w < words.count; w++) {
            if (more > 0)
                strv_add(&needs->created, words.items[w]);
            else if (creates_users(words.items[w]))
                more = CALL_LINES;
        }
        more -= more > 0;
    }
}

/* "u NAME …", "g NAME …", "m USER GROUP": sysusers.d(5), in such a file or in a script. */
static void read_sysusers(struct needs *needs, const char *text)
{
    _cleanup_strv_ struct strv lines = {0};

    strv_split(&lines, text, "\n");
    for (size_t i = 0; i < lines.count; i++) {
        _cleanup_strv_ struct strv words = {0};

        strv_split(&words, lines.items[i], " \t\"'");
        for (size_t w = 0; w + 1 < words.count && words.items[0][0] != '#'; w++) {
            if (!text_equal(words.items[w], "u") && !text_equal(words.items[w], "u!") &&
                !text_equal(words.items[w], "g") && !text_equal(words.items[w], "m"))
                continue;
            strv_add(words.items[w][0] == 'g' ? &needs->created_groups : &needs->created,
                     words.items[w + 1]);
            if (words.items[w][0] == 'm' && w + 2 < words.count)
                strv_add(&needs->created, words.items[w + 2]);
            break;
        }
    }
}

static void read_created(struct needs *needs, const char *text)
{
    static const char *const shell_commands[] = {
        "useradd", "adduser", "groupadd", "addgroup", "addsysuser", "/etc/passwd", "/etc/group"};
    _cleanup_shell_ struct shell_script script = {0};
    bool by_name, creates = false;
    _cleanup_free_ char *program = script_interpreter(text, &by_name);

    if (strstr(text, "systemd-sysusers") != NULL)
        read_sysusers(needs, text);
    for (size_t i = 0; i < sizeof(shell_commands) / sizeof(shell_commands[0]); i++)
        creates = creates || strstr(text, shell_commands[i]) != NULL;
    if (!creates)
        return;
    if (program != NULL && !shell_is_name(program)) {
        read_created_lines(needs, text);
        return;
    }
    shell_read(text, strlen(text), &script);
    read_created_shell(needs, &script);
}

/* rpm 4.19 and later, and tools that build packages for it, declare users as capabilities:
 * "user(name)". */
static void read_provided(struct needs *needs, const struct surface *package)
{
    for (uint64_t i = 0; i < package->counts[TABLE_RELATIONS]; i++) {
        const struct surface_relation *row = &package->relations[i];
        const char *name = surface_text(package, row->name), *open = strchr(name, '(');

        if (row->flags >> RELATION_KIND_SHIFT == RELATION_PROVIDES && open != NULL &&
            (text_starts(name, "user(") || text_starts(name, "group(")))
            strv_take(&needs->created, text_ndup(open + 1, strcspn(open + 1, ")")));
    }
}

void needs_read_accounts(struct needs *needs)
{
    const struct package *package = needs->package;

    vec_foreach (script, &package->scripts)
        read_created(needs, script->text);
    vec_foreach (unit, &package->units)
        if (unit_is_sysusers(unit->path))
            read_sysusers(needs, unit->text);
    read_provided(needs, package->surface);
    strv_sort(&needs->created);
    strv_sort(&needs->created_users);
    strv_sort(&needs->created_groups);
}
