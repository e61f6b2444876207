/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Talking to the guest agent of a running domain. Each wait ends when the guest does. Only files of
 * guest/ include this.
 */
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
    struct console_link *link; /* requests go over the console instead of libvirt; NULL: not */
    struct watch *watch;
    int64_t started_ms;      /* of the guest, clock_now_ms() */
    int64_t answer_limit_ms; /* a guest that answers nothing for so long is hung */
    bool in_sync; /* the last request was answered: libvirt sends no sync before the next */
};

/* Until wanted(facts) or the deadline, as watch_wait. libvirt tells of a failure of its own
 * connection to the agent in its log only, which is looked at meanwhile and noted in the watch. */
bool agent_watch(struct agent *agent, bool (*wanted)(const struct watch_facts *facts),
                 int64_t deadline_ms);
void agent_look_at_host(const struct agent *agent);

/* All: -ETIMEDOUT at the deadline; -EPIPE when the guest ended, its agent went away for good, or it
 * does not answer: the watch's facts say which. -EREMOTEIO: the agent refused, in its words. */
int agent_wait(struct agent *agent, int64_t deadline_ms, struct error **err);
int agent_exec(struct agent *agent, const struct guest_command *command, int64_t deadline_ms,
               struct guest_output *ret_output, struct error **err);

#endif
