/* SPDX-License-Identifier: Apache-2.0 */
/* The users and groups that scripts give files to, or run programs as. */
#include <string.h>

#include "abi/check/needs.h"
#include "abi/check/script_place.h"
#include "abi/check/scripts.h"
#include "abi/script/shell_account.h"
#include "abi/script/shell_flow.h"

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

void script_check_accounts(const char *path, const struct shell_script *script,
                           const struct shell_flow *flow, struct needs *needs)
{
    const struct account_check check = {path, script, flow, needs};
    _cleanup_shell_accounts_ struct shell_accounts accounts = {0};

    if (needs->reference)
        return;
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
