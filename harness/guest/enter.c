/* SPDX-License-Identifier: Apache-2.0 */
/* Agent, seed and console, each until its deadline or until it is clear that it will not work. */
#include "guest/enter.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "guest/agent/agent.h"
#include "guest/console/console.h"
#include "guest/console/link.h"
#include "guest/console/login.h"
#include "guest/media/seed.h"

struct attempt {
    struct agent *agent;
    struct console *console;
    const struct guest_entry *entry;
    struct buffer story;
};

static bool connected_or_at_login(const struct watch_facts *facts)
{
    return facts->agent_connected || watch_is_over(facts) || facts->console.login ||
           facts->console.stuck || facts->console.panic;
}

static bool connected_or_stuck(const struct watch_facts *facts)
{
    return facts->agent_connected || watch_is_over(facts) || facts->console.stuck ||
           facts->console.panic;
}

/* If the boot has stopped for good, the console shows it, and no entry method will work. */
static int check_stuck(struct attempt *attempt, struct error **err)
{
    struct watch_facts facts = watch_facts_now(attempt->agent->watch);

    if (!facts.console.stuck)
        return 0;
    return error_set(err, -ENODEV, "the guest's boot stopped: %s (its console: '%s')",
                     facts.console.stuck_means, facts.console.stuck_line);
}

/* A guest that shows a login prompt has started its services: an agent that is not connected
 * shortly after will not be. If the agent is the last entry method, it gets its full time. */
static int by_agent(struct attempt *attempt, bool last, struct error **err)
{
    struct agent *agent = attempt->agent;
    int64_t deadline = clock_now_ms() + attempt->entry->agent_ms, soon;
    struct watch_facts facts;

    if (!last) {
        agent_watch(agent, connected_or_at_login, deadline);
        facts = watch_facts_now(agent->watch);
        soon = clock_now_ms() + attempt->entry->grace_ms;
        if (facts.console.login && soon < deadline)
            deadline = soon;
    }
    agent_watch(agent, connected_or_stuck, deadline);
    facts = watch_facts_now(agent->watch);
    if (!facts.agent_connected && facts.console.stuck)
        return check_stuck(attempt, err);
    return agent_wait(agent, deadline, err);
}

/* cloud-init finds the seed on its own and starts an agent; the console shows that it is
 * running. */
static int by_seed(struct attempt *attempt, bool last, struct error **err)
{
    struct agent *agent = attempt->agent;
    int64_t deadline = clock_now_ms() + attempt->entry->seed_ms, soon;
    struct watch_facts facts;

    agent_watch(agent, connected_or_at_login, deadline);
    soon = clock_now_ms() + attempt->entry->grace_ms;
    agent_watch(agent, connected_or_stuck, soon < deadline ? soon : deadline);
    facts = watch_facts_now(agent->watch);
    if (!last && facts.console.login && !facts.console.cloud_init && !facts.agent_connected)
        return error_set(err, -ENODEV,
                         "the guest reached its login prompt and cloud-init printed nothing on the "
                         "console: the image seems to lack it");
    if (agent_wait(agent, deadline, err) == 0)
        return 0;
    error_prefix(err, "cloud-init did not open the agent's port");
    return (*err)->code;
}

static int type_what_is_due(struct attempt *attempt, struct login *login, int64_t deadline_ms,
                            struct error **err)
{
    int code = 0;

    if (login->send.length > 0)
        code =
            console_send(attempt->console, login->send.data, login->send.length, deadline_ms, err);
    login->send.length = 0;
    return code;
}

static int log_in(struct attempt *attempt, struct login *login, int64_t deadline_ms,
                  struct error **err)
{
    int code = 0;

    while (code == 0 && login->state != LOGIN_DONE) {
        _cleanup_buffer_ struct buffer data = {0};
        int64_t quiet = clock_now_ms() + attempt->entry->quiet_ms;
        struct watch_facts facts;

        if (console_take(attempt->console, &data, quiet < deadline_ms ? quiet : deadline_ms))
            login_feed(login, data.data, data.length);
        else
            login_quiet(login);
        facts = watch_facts_now(attempt->agent->watch);
        if (login->state == LOGIN_FAILED)
            return error_set(err, -EACCES, "user '%s': %s", login->user, login->reason);
        if (watch_is_over(&facts) || (facts.console.panic && login->quiet > 0))
            return agent_wait(attempt->agent, deadline_ms, err) < 0
                       ? (*err)->code
                       : error_set(err, -EPIPE, "the guest ended");
        if (facts.console.stuck && login->state == LOGIN_AWAITED)
            return check_stuck(attempt, err);
        if (clock_remaining_ms(deadline_ms) == 0)
            return error_set(err, -ETIMEDOUT, "user '%s': %s within the time", login->user,
                             login_waits_for(login));
        code = type_what_is_due(attempt, login, deadline_ms, err);
    }
    return code;
}

static int by_console(struct attempt *attempt, struct error **err)
{
    const struct guest_entry *entry = attempt->entry;
    _cleanup_(console_link_free_cleanup) struct console_link *link =
        console_link_new(attempt->console, attempt->agent->watch);
    _cleanup_free_ char *fetch = seed_fetch_command();
    /* Without exec, so that a program that cannot be started is reported. */
    _cleanup_free_ char *start =
        text_format("%s; " SEED_PROGRAM " serve --console %s; printf \"TS%%s-%%s-%%s\\n\" no %s x",
                    fetch, link->nonce, link->nonce);
    _cleanup_(login_done) struct login login;
    int64_t deadline = clock_now_ms() + entry->console_ms;
    int code;

    login_init(&login, entry->user, entry->password, link->nonce, start);
    if (entry->password != NULL && !text_equal(entry->password, entry->user))
        console_hide(attempt->console, NULL, entry->password);
    /* If there is a prompt already, ask for it again. */
    buffer_text(&login.send, watch_facts_now(attempt->agent->watch).console.login ? "\n" : "");
    code = type_what_is_due(attempt, &login, deadline, err);
    if (code == 0)
        code = log_in(attempt, &login, deadline, err);
    if (code == 0)
        code = console_link_greet(link, deadline, err);
    if (code == 0)
        attempt->agent->link = steal_ptr(link);
    return code;
}

static int try_method(struct attempt *attempt, enum entry_method entry_method, bool last,
                      struct error **err)
{
    switch (entry_method) {
    case ENTRY_AGENT:
        return by_agent(attempt, last, err);
    case ENTRY_SEED:
        return by_seed(attempt, last, err);
    default:
        return by_console(attempt, err);
    }
}

int enter_first(struct agent *agent, struct console *console, const struct guest_entry *entry,
                enum entry_method *ret_method, char **ret_story, struct error **err)
{
    struct attempt attempt = {.agent = agent, .console = console, .entry = entry};
    int code = -ENODEV;

    for (size_t i = 0; i < entry->count && code < 0; i++) {
        _cleanup_error_ struct error *why = NULL;
        int64_t start = clock_now_ms();
        bool last = i + 1 == entry->count;

        code = try_method(&attempt, entry->entry_methods[i], last, &why);
        buffer_format(&attempt.story, "%s: %s (%lld ms)\n",
                      entry_method_name(entry->entry_methods[i]),
                      code == 0 ? "open" : error_message(why), (long long)(clock_now_ms() - start));
        if (code == 0)
            *ret_method = entry->entry_methods[i];
        /* If the guest has ended or its boot stopped, other methods are not tried. */
        else if (last || code == -EPIPE || check_stuck(&attempt, NULL) < 0) {
            error_set(err, code, "%s", error_message(why));
            break;
        }
    }
    *ret_story = buffer_steal(&attempt.story);
    return code;
}

int enter_again(struct agent *agent, struct console *console, enum entry_method entry_method,
                int64_t deadline_ms, struct error **err)
{
    _cleanup_(console_link_free_cleanup) struct console_link *link = NULL;
    int code;

    if (entry_method != ENTRY_CONSOLE)
        return agent_wait(agent, deadline_ms, err);
    link = console_link_new(console, agent->watch);
    code = console_link_greet(link, deadline_ms, err);
    if (code == 0)
        agent->link = steal_ptr(link);
    return code;
}
