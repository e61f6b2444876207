/* SPDX-License-Identifier: Apache-2.0 */
/* Runs commands through the guest agent via libvirt, with a deadline for every wait. */
#include "guest/agent/agent.h"

#include <errno.h>
#include <libvirt/libvirt-qemu.h>
#include <libvirt/virterror.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"
#include "guest/console/link.h"
#include "guest/domain/connection.h"
#include "guest/domain/host_log.h"
#include "guest/watch/watch.h"

#define RECONNECT_LIMIT_MS 15000 /* for an agent that is restarted, e.g. by a package's script */
/* from a panic on the console until the guest must have ended */
#define PANIC_LIMIT_MS 5000
#define SETTLE_MS 500 /* from a failed request until the event with the reason */
#define POLL_FIRST_MS 4
#define POLL_LAST_MS 200
/* fraction of the elapsed time by which the last pause may extend it */
#define POLL_SHARE 8
#define LINK_POLL_LAST_MS 500 /* each query causes many interrupts on a slow serial line */
#define KILL_LIMIT_MS 5000
#define LOOK_MS 2000 /* between checks of libvirt's log */

static int guest_is_over(struct agent *agent, struct error **err)
{
    struct watch_facts facts = watch_facts_now(agent->watch);
    char detail[256];

    watch_judge(&facts, detail, sizeof(detail));
    return error_set(err, -EPIPE, "%s", detail[0] != '\0' ? detail : "the guest ended");
}

static bool connected_or_over(const struct watch_facts *facts)
{
    return facts->agent_connected || watch_is_over(facts);
}

/* Also true after a panic on the console: a kernel that reports one and does not reset has hung. */
static bool connected_over_or_panicked(const struct watch_facts *facts)
{
    return connected_or_over(facts) || facts->console.panic;
}

static void give_up(struct agent *agent, bool unresponsive)
{
    watch_lock(agent->watch);
    if (unresponsive)
        agent->watch->facts.unresponsive = true;
    else
        agent->watch->facts.agent_lost = true;
    watch_unlock_changed(agent->watch);
}

void agent_look_at_host(const struct agent *agent)
{
    char line[256];

    if (host_log_trouble(agent->hypervisor, line, sizeof(line)))
        watch_note_host(agent->watch, "%s", line);
}

bool agent_watch(struct agent *agent, bool (*wanted)(const struct watch_facts *facts),
                 int64_t deadline_ms)
{
    int64_t next;

    do {
        next = clock_now_ms() + LOOK_MS;
        if (watch_wait(agent->watch, wanted, next < deadline_ms ? next : deadline_ms))
            return true;
        agent_look_at_host(agent);
    } while (next < deadline_ms);
    return watch_wait(agent->watch, wanted, deadline_ms);
}

/* How far a guest that never answered came, as a hint for the user. */
static const char *how_far(const struct console_marks *marks)
{
    if (marks->init)
        return "its kernel started init; is qemu-guest-agent installed and enabled in the image?";
    if (marks->kernel)
        return "its kernel started and did not reach init: see the console";
    return "its kernel printed nothing that was recognised: see the console";
}

int agent_wait(struct agent *agent, int64_t deadline_ms, struct error **err)
{
    struct watch_facts facts;

    agent_watch(agent, connected_over_or_panicked, deadline_ms);
    facts = watch_facts_now(agent->watch);
    if (facts.console.panic && !connected_or_over(&facts)) {
        int64_t limit = clock_now_ms() + PANIC_LIMIT_MS;

        if (!watch_wait(agent->watch, connected_or_over, limit < deadline_ms ? limit : deadline_ms))
            give_up(agent, true);
        facts = watch_facts_now(agent->watch);
    }
    if (watch_is_over(&facts))
        return guest_is_over(agent, err);
    if (!facts.agent_connected)
        return error_set(
            err, -ETIMEDOUT, "the guest's agent did not connect within %lld s of its start: %s",
            (long long)(clock_now_ms() - agent->started_ms) / 1000, how_far(&facts.console));
    return 0;
}

/* An agent that disconnected may return, but not after an arbitrary time. */
static int wait_reconnected(struct agent *agent, int64_t deadline_ms, struct error **err)
{
    int64_t limit = clock_now_ms() + RECONNECT_LIMIT_MS;
    struct watch_facts facts;

    if (!watch_wait(agent->watch, connected_or_over, limit < deadline_ms ? limit : deadline_ms)) {
        if (clock_remaining_ms(deadline_ms) == 0)
            return error_set(err, -ETIMEDOUT,
                             "the guest's agent is not connected at the time limit");
        give_up(agent, false);
    }
    facts = watch_facts_now(agent->watch);
    return watch_is_over(&facts) ? guest_is_over(agent, err) : 0;
}

/* Interprets libvirt's failure of a request. libvirt has a single code for an agent that does not
 * answer a sync, does not answer the request, or disconnected, so time and events distinguish these
 * cases. */
static int call_failed(struct agent *agent, unsigned drops, bool timed_out, struct error **err)
{
    const virError *error = virGetLastError();
    bool unresponsive = error != NULL && error->code == VIR_ERR_AGENT_UNRESPONSIVE;
    bool refused = error != NULL && error->code == VIR_ERR_INTERNAL_ERROR;
    _cleanup_error_ struct error *said = NULL;
    struct watch_facts facts;

    connection_fail(&said, -EREMOTEIO, "the guest agent failed");
    /* When the guest ends, the request fails shortly before the event arrives. */
    watch_wait(agent->watch, watch_is_over, clock_now_ms() + SETTLE_MS);
    facts = watch_facts_now(agent->watch);
    if (watch_is_over(&facts))
        return guest_is_over(agent, err);
    if (refused)
        return error_set(err, -EREMOTEIO, "%s", error_message(said));
    if (facts.agent_connected && facts.agent_drops == drops && unresponsive && timed_out)
        return error_set(err, -ETIMEDOUT, "the guest agent did not answer before the time limit");
    /* libvirt's sync has its own limit of five seconds: the request was not sent. */
    if (facts.agent_connected && facts.agent_drops == drops && unresponsive && !agent->in_sync)
        return error_set(err, -EAGAIN, "%s", error_message(said));
    give_up(agent, false);
    return guest_is_over(agent, err);
}

static int call_once(struct agent *agent, const char *request, int64_t limit_ms, char **ret_reply,
                     struct error **err)
{
    unsigned drops = watch_facts_now(agent->watch).agent_drops;
    int64_t start = clock_now_ms();
    /* libvirt's limit is in whole seconds. */
    int seconds = (int)(clock_remaining_ms(limit_ms) / 1000) + 1;
    char *reply = virDomainQemuAgentCommand(agent->domain, request, seconds, 0);
    int code = 0;

    if (reply != NULL)
        *ret_reply = reply;
    else
        code = call_failed(agent, drops, clock_now_ms() - start >= seconds * 1000 - 100, err);
    agent->in_sync = code == 0 || code == -EREMOTEIO;
    return code;
}

/* Returns the guest's error in the form that libvirt uses. */
static int check_refusal(const char *reply, struct error **err)
{
    _cleanup_json_ json_t *json = NULL;
    const char *said;

    if (json_parse(reply, strlen(reply), "the guest's reply", &json, NULL) < 0)
        return error_set(err, -EBADMSG, "the guest's reply on the console is not JSON");
    said = json_string_value(json_object_get(json_object_get(json, "error"), "desc"));
    return said != NULL ? error_set(err, -EREMOTEIO, "%s", said) : 0;
}

static int call_on_console(struct agent *agent, const char *request, int64_t hung_ms,
                           int64_t deadline_ms, char **ret_reply, struct error **err)
{
    _cleanup_free_ char *reply = NULL;
    struct watch_facts facts = watch_facts_now(agent->watch);
    int code;

    if (watch_is_over(&facts))
        return guest_is_over(agent, err);
    code = console_link_call(agent->link, request, hung_ms < deadline_ms ? hung_ms : deadline_ms,
                             &reply, err);
    if (code == -ETIMEDOUT && hung_ms <= deadline_ms)
        give_up(agent, true);
    if (code == -EPIPE || (code == -ETIMEDOUT && hung_ms <= deadline_ms)) {
        watch_wait(agent->watch, watch_is_over, clock_now_ms() + SETTLE_MS);
        return guest_is_over(agent, err);
    }
    if (code == 0)
        code = check_refusal(reply, err);
    if (code == 0)
        *ret_reply = steal_ptr(reply);
    return code;
}

/* Sends one request and returns its reply. */
static int call(struct agent *agent, const char *request, int64_t deadline_ms, char **ret_reply,
                struct error **err)
{
    int64_t hung_ms =
        clock_now_ms() +
        (watch_facts_now(agent->watch).console.panic ? PANIC_LIMIT_MS : agent->answer_limit_ms);
    int64_t limit_ms = hung_ms < deadline_ms ? hung_ms : deadline_ms;
    int code;

    if (agent->link != NULL)
        return call_on_console(agent, request, hung_ms, deadline_ms, ret_reply, err);
    code = wait_reconnected(agent, deadline_ms, err);
    if (code < 0)
        return code;
    do {
        _cleanup_error_ struct error *error = NULL;

        code = call_once(agent, request, limit_ms, ret_reply, &error);
        if (code < 0 && code != -EAGAIN)
            error_set(err, code, "%s", error_message(error));
        if (code == -EAGAIN && clock_remaining_ms(limit_ms) == 0)
            code = error_set(err, -ETIMEDOUT, "%s", error_message(error));
    } while (code == -EAGAIN);
    if (code == -ETIMEDOUT && hung_ms <= deadline_ms) {
        give_up(agent, true);
        return guest_is_over(agent, err);
    }
    return code;
}

/* The deadline passed: kills the command in the guest, if possible. */
static void kill_command(struct agent *agent, int64_t pid)
{
    _cleanup_free_ char *number = text_format("%lld", (long long)pid);
    const char *const argv[] = {"kill", "-KILL", number, NULL};
    const struct guest_command command = {.argv = argv};
    _cleanup_free_ char *request = NULL, *reply = NULL;

    if (agent_message_exec(&command, &request, NULL) == 0)
        call(agent, request, clock_now_ms() + KILL_LIMIT_MS, &reply, NULL);
}

static int start_command(struct agent *agent, const struct guest_command *command,
                         int64_t deadline_ms, int64_t *ret_pid, struct error **err)
{
    _cleanup_free_ char *request = NULL, *reply = NULL;
    int code = agent_message_exec(command, &request, err);

    if (code == 0)
        code = call(agent, request, deadline_ms, &reply, err);
    return code < 0 ? code : agent_message_parse_pid(reply, ret_pid, err);
}

/* Polls until the command has ended, at growing intervals that the guest's end interrupts. */
static int await_command(struct agent *agent, int64_t pid, size_t limit, int64_t deadline_ms,
                         struct guest_output *ret_output, struct error **err)
{
    _cleanup_free_ char *request = agent_message_exec_status(pid);
    int64_t start = clock_now_ms(), pause = POLL_FIRST_MS;
    int64_t last = agent->link != NULL ? LINK_POLL_LAST_MS : POLL_LAST_MS;
    bool done = false;

    for (;;) {
        _cleanup_free_ char *reply = NULL;
        int64_t next = clock_now_ms() + pause;
        int code;

        watch_wait(agent->watch, watch_is_over, next < deadline_ms ? next : deadline_ms);
        code = call(agent, request, deadline_ms, &reply, err);
        if (code == -EREMOTEIO) {
            /* It does not know its own child, so it is another instance of the agent. */
            give_up(agent, false);
            return guest_is_over(agent, err);
        }
        if (code == 0)
            code = agent_message_parse_status(reply, limit, &done, ret_output, err);
        if (code < 0 || done)
            return code;
        if (clock_remaining_ms(deadline_ms) == 0)
            return error_set(err, -ETIMEDOUT, "the time limit passed");
        pause = (clock_now_ms() - start) / POLL_SHARE;
        pause = pause < POLL_FIRST_MS ? POLL_FIRST_MS : pause > last ? last : pause;
    }
}

int agent_exec(struct agent *agent, const struct guest_command *command, int64_t deadline_ms,
               struct guest_output *ret_output, struct error **err)
{
    struct guest_output output = {0};
    int64_t start = clock_now_ms(), pid;
    int code = start_command(agent, command, deadline_ms, &pid, err);

    if (code == 0) {
        code = await_command(agent, pid, command->output_limit, deadline_ms, &output, err);
        if (code == -ETIMEDOUT)
            kill_command(agent, pid);
    }
    if (code < 0) {
        error_prefix(err, "guest command '%s'", command->argv[0]);
        return code;
    }
    output.duration_ms = clock_now_ms() - start;
    *ret_output = output;
    return 0;
}
