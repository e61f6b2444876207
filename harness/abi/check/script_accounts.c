/* SPDX-License-Identifier: Apache-2.0 */
/* The users and groups that scripts give files to, or run programs as. */
#include <string.h>

#include "abi/check/needs.h"
#include "abi/check/script_place.h"
#include "abi/check/scripts.h"
#include "abi/script/shell_account.h"
#include "abi/script/shell_flow.h"
#include "abi/script/shell_use.h"
#include "base/path.h"

struct account_check {
    const char *path;
    const struct shell_script *script;
    const struct shell_flow *flow;
    struct needs *needs;
};

static enum finding_severity severity_of(const struct account_check *check,
                                         const struct shell_account *account)
{
    const struct shell_command *command = &check->script->commands.items[account->command];
    bool handled = (command->where & SHELL_HANDLED) != 0;
    bool reached = shell_flow_reaches(check->flow, account->command, command->where);

    /* A service of runit runs where runit is installed. */
    if (handled || text_starts(check->path, "/usr/share/doc/") ||
        text_starts(check->path, "/etc/sv/") || needs_may_come(check->needs))
        return SEVERITY_WARN;
    if (script_stops_installation(check->path) && check->script->errexit && reached)
        return SEVERITY_BLOCK;
    return reached || script_is_scriptlet(check->path) ? SEVERITY_HIGH : SEVERITY_WARN;
}

static void report(const struct account_check *check, const struct shell_account *account,
                   enum finding_severity severity)
{
    struct finding *row = findings_add(check->needs->findings, FINDING_SCRIPT_USER, check->path,
                                       account->program, NULL, account->name);

    row->line = account->line;
    row->severity = severity;
    finding_set_found(row,
                      "%s needs the %s '%s', which is not on the image, and nothing in the "
                      "package creates it%s",
                      account->program, account->group ? "group" : "user", account->name,
                      needs_may_come(check->needs) ? "; a package that it depends on may do so"
                                                   : "");
}

static bool is_debian(const struct needs *needs)
{
    const struct surface *image = needs->world->layers[LAYER_IMAGE];

    return image->counts[TABLE_PACKAGES] > 0 && (image->packages[0].flags & PACKAGE_DEB) != 0;
}

/* adduser with options of another distribution's fails and creates no user. */
static void check_adduser(const struct account_check *check)
{
    bool debian = is_debian(check->needs);

    for (size_t i = 0;
         check->needs->world->layers[LAYER_IMAGE]->counts[TABLE_PACKAGES] > 0 &&
         needs_program(check->needs, "adduser") == NEED_THERE && i < check->script->commands.count;
         i++) {
        const struct shell_command *command = &check->script->commands.items[i];
        size_t at = shell_program_at(command);
        const struct shell_account account = {
            .line = command->line, .command = i, .program = "adduser"};
        const char *option;
        struct finding *row;

        if (at >= command->words.count ||
            !text_equal(path_base(command->words.items[at].text), "adduser") ||
            (option = shell_account_refused(&command->words, at, debian)) == NULL)
            continue;
        row = findings_add(check->needs->findings, FINDING_SCRIPT_USER, check->path, "adduser",
                           NULL, option);
        row->line = command->line;
        row->severity = shell_flow_reaches(check->flow, i, command->where)
                            ? severity_of(check, &account)
                            : SEVERITY_WARN;
        finding_set_found(row, "adduser of the image is %s, which has no option '%s': it fails",
                          debian ? "Debian's" : "useradd", option);
        finding_set_remedy(row, "call useradd, which is the same everywhere");
        return;
    }
}

void script_check_accounts(const char *path, const struct shell_script *script,
                           const struct shell_flow *flow, struct needs *needs)
{
    const struct account_check check = {path, script, flow, needs};
    _cleanup_shell_accounts_ struct shell_accounts accounts = {0};

    if (needs->reference)
        return;
    check_adduser(&check);
    shell_accounts_read(script, &accounts);
    for (size_t i = 0; i < accounts.count; i++)
        if (accounts.items[i].dotted &&
            needs_user(needs, accounts.items[i].name, false) == NEED_MISSING)
            shell_accounts_split(&accounts, i);
    for (size_t i = 0; i < accounts.count; i++) {
        const struct shell_account *account = &accounts.items[i], *worst = account;
        bool told = false;

        for (size_t j = 0; j < i && !told; j++)
            told = accounts.items[j].group == account->group &&
                   text_equal(accounts.items[j].name, account->name);
        if (told || needs_user(needs, account->name, account->group) != NEED_MISSING)
            continue;
        for (size_t j = i + 1; j < accounts.count; j++)
            if (accounts.items[j].group == account->group &&
                text_equal(accounts.items[j].name, account->name) &&
                severity_of(&check, &accounts.items[j]) > severity_of(&check, worst))
                worst = &accounts.items[j];
        report(&check, worst, severity_of(&check, worst));
    }
}
