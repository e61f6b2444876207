/* SPDX-License-Identifier: Apache-2.0 */
/* Requests to the guest agent of a running domain. Every wait ends when the guest does. Internal to
 * guest/. */
#ifndef TS_GUEST_AGENT_AGENT_H
#define TS_GUEST_AGENT_AGENT_H

#include <libvirt/libvirt.h>
#include <stdbool.h>
#include <stdint.h>

#include "guest/agent/message.h"

struct console_link;
struct error;
struct hypervisor;
struct watch;
struct watch_facts;

struct agent {
    virDomainPtr domain;
    const struct hypervisor *hypervisor;
    struct console_link *link; /* set: requests use the console instead of libvirt */
    struct watch *watch;
    int64_t started_ms;      /* when the guest was started, clock_now_ms() */
    int64_t answer_limit_ms; /* after this time without an answer, the guest counts as hung */
    bool in_sync; /* the last request was answered, so libvirt sends no sync before the next one */
};

/* Waits until wanted(facts) or the deadline, like watch_wait. libvirt reports a failure of its own
 * connection to the agent only in its log, which is therefore read meanwhile; failures are added to
 * the watch's facts. */
bool agent_watch(struct agent *agent, bool (*wanted)(const struct watch_facts *facts),
                 int64_t deadline_ms);
void agent_look_at_host(const struct agent *agent);

/* Errors of all these functions: -ETIMEDOUT at the deadline; -EPIPE: the guest ended, its agent
 * disconnected for good, or it does not respond (see the watch's facts); -EREMOTEIO: the agent
 * returned an error, which is quoted. */
int agent_wait(struct agent *agent, int64_t deadline_ms, struct error **err);
int agent_exec(struct agent *agent, const struct guest_command *command, int64_t deadline_ms,
               struct guest_output *ret_output, struct error **err);

#endif
