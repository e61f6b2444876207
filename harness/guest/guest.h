/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A running guest: boot or restore it, wait for its agent, run commands, save it, destroy it. All
 * deadlines are absolute clock_now_ms() values. Whatever happens to the guest wakes every wait
 * here, so a panic in the middle of a command is told at once.
 *
 * One guest at a time a hypervisor, used from one thread.
 */
#ifndef TS_GUEST_GUEST_H
#define TS_GUEST_GUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "guest/agent/message.h" /* struct guest_command, struct guest_output */
#include "guest/domain/xml.h"    /* struct guest_spec */
#include "guest/watch/watch.h"   /* enum guest_end */

struct error;
struct guest;
struct hypervisor;

/* Starts the guest from its disk; returns when QEMU runs. */
int guest_boot(struct hypervisor *hypervisor, const struct guest_spec *spec,
               struct guest **ret_guest, struct error **err);

/* Starts it from a memory image that guest_save made of the same spec (paths may differ). */
int guest_restore(struct hypervisor *hypervisor, const struct guest_spec *spec, const char *memory,
                  struct guest **ret_guest, struct error **err);

/* Until the agent is connected. -ETIMEDOUT says how far the guest came; -EPIPE when the guest ended
 * (guest_how_it_ended). */
int guest_wait_agent(struct guest *guest, int64_t deadline_ms, struct error **err);

/* How to get into a guest that boots. Borrowed strings; times in milliseconds, each way's own. */
struct guest_entry {
    const enum way *ways; /* tried in this order */
    size_t count;
    const char *user, *password; /* of the console's login */
    int64_t agent_ms, seed_ms, console_ms;
    int64_t grace_ms; /* from a login prompt to giving up a way that others follow */
    int64_t quiet_ms; /* nothing for so long: what stands on the console is a prompt */
};

/* Until one way is open; commands then go that way, whichever it is. *ret_story: a line for each
 * way that was tried, with what became of it (set on failure, too; caller frees). -ETIMEDOUT,
 * -EACCES (a login was refused), -ENODEV (its boot stopped), -EPIPE as of the last way tried. */
int guest_enter(struct guest *guest, const struct guest_entry *entry, enum way *ret_way,
                char **ret_story, struct error **err);

/* The same for a restored guest, whose way was open when it was saved. */
int guest_reenter(struct guest *guest, enum way way, int64_t deadline_ms, struct error **err);

/* Writes the memory image and ends the guest; its disks are left as they were at that moment. What
 * the guest has read of its payload and results disks must not be open, nor kept, when others take
 * their places: touchstone-guest begin flushes it. */
int guest_save(struct guest *guest, const char *memory, struct error **err);

/* Runs a command to its end. A non-zero exit is not an error. -ETIMEDOUT: the deadline passed and
 * the command was killed in the guest (what it started itself may live on); -EPIPE: the guest ended
 * or stopped answering; -EREMOTEIO: the agent could not start it, in its words; -EBADMSG: the agent
 * answered nonsense. */
int guest_exec(struct guest *guest, const struct guest_command *command, int64_t deadline_ms,
               struct guest_output *ret_output, struct error **err);

/* A person at its console, as console_attach has it; begins before what start (a command that ends
 * at once) prints there. -EBUSY: commands reach this guest over its console. */
int guest_attach_console(struct guest *guest, const struct guest_command *start, int in, int out,
                         const char *mark, struct error **err);

/* A guest that answers nothing for so long is hung; 60 s at first. */
void guest_set_answer_limit(struct guest *guest, int64_t limit_ms);

/* What became of it so far. ret_detail (may be NULL) gets a line for a reader, "" while running;
 * caller frees. */
enum guest_end guest_how_it_ended(struct guest *guest, char **ret_detail);

/* It ended before it was ever ready, by a reset that its kernel announced: what relabels its files
 * or sets itself up at the first boot does so once; a boot loop does so again and again. */
bool guest_reset_in_order(struct guest *guest);

/* What its console has told so far; a hint, never a proof. */
void guest_console_marks(struct guest *guest, struct console_marks *ret_marks);

/* Takes the power away: the guest runs no further instruction, and what it had flushed to its disks
 * is in them, since QEMU itself ends in order. -EIO: the host did not get QEMU to that in time, and
 * what the disks hold cannot be told. Ends the guest; guest_free is still to be called. */
int guest_cut_power(struct guest *guest, int64_t deadline_ms, struct error **err);

/* Waits until the guest has ended (powered off, panicked, …) or the deadline: -ETIMEDOUT. */
int guest_wait_end(struct guest *guest, int64_t deadline_ms, struct error **err);

const char *guest_domain_xml(const struct guest *guest); /* as it was started; borrowed */
char *guest_log_path(const struct guest *guest); /* QEMU's; NULL: a daemon has it; caller frees */
bool guest_console_truncated(const struct guest *guest);

/* Destroys the guest and completes its console file. Its files are left to their owner. */
void guest_free(struct guest *guest);
DEFINE_CLEANUP(struct guest *, guest_free)

#endif
