/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A running guest: boot or restore it, wait for its agent, run commands, save it, destroy it. All
 * deadlines are absolute clock_now_ms() values. The end of the guest wakes every wait here, so a
 * panic in the middle of a command is reported at once.
 *
 * At most two guests at a time for each hypervisor (guest_spec.second), used from one thread.
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

/* Boots the guest from its disk; returns when QEMU is running. */
int guest_boot(struct hypervisor *hypervisor, const struct guest_spec *spec,
               struct guest **ret_guest, struct error **err);

/* Starts the guest from a memory image that guest_save made with the same spec; paths may
 * differ. */
int guest_restore(struct hypervisor *hypervisor, const struct guest_spec *spec, const char *memory,
                  struct guest **ret_guest, struct error **err);

/* Waits until the agent is connected. The message of -ETIMEDOUT says how far the guest came;
 * -EPIPE: the guest ended (see guest_how_it_ended). */
int guest_wait_agent(struct guest *guest, int64_t deadline_ms, struct error **err);

/* How to enter a guest that boots. Strings are borrowed; times are milliseconds, for each entry
 * method separately. */
struct guest_entry {
    const enum entry_method *entry_methods; /* tried in this order */
    size_t count;
    const char *user, *password; /* for the console login */
    int64_t agent_ms, seed_ms, console_ms;
    int64_t grace_ms; /* from a login prompt until an entry method that others follow is given up */
    int64_t quiet_ms; /* a console without output for this long is taken to be at a prompt */
};

/* Waits until one entry method works; commands then use it. *ret_story: a line for each method
 * tried, with its outcome (set on failure, too; caller frees). -ETIMEDOUT, -EACCES (login refused),
 * -ENODEV (the boot stopped) and -EPIPE (the guest ended) describe the last method tried. */
int guest_enter(struct guest *guest, const struct guest_entry *entry, enum entry_method *ret_method,
                char **ret_story, struct error **err);

/* The same for a restored guest, by the entry method that was in use when it was saved. */
int guest_reenter(struct guest *guest, enum entry_method entry_method, int64_t deadline_ms,
                  struct error **err);

/* Saves the memory image and ends the guest; its disks stay as they were at that moment. The guest
 * must not have data of its payload and results disks open or cached, because other disks replace
 * them later: `touchstone-guest begin` flushes it. */
int guest_save(struct guest *guest, const char *memory, struct error **err);

/*
 * Runs a command to its end. A non-zero exit is not an error. -ETIMEDOUT: the deadline passed and
 * the command was killed in the guest (its children may survive); -EPIPE: the guest ended or
 * stopped responding; -EREMOTEIO: the agent could not start the command, with its message;
 * -EBADMSG: invalid reply of the agent.
 */
int guest_exec(struct guest *guest, const struct guest_command *command, int64_t deadline_ms,
               struct guest_output *ret_output, struct error **err);

/* Connects a user's terminal to the guest's console (see console_attach). Attaches before `start`
 * runs, so that the output of a command that ends at once is not lost. -EBUSY: commands reach this
 * guest through its console. */
int guest_attach_console(struct guest *guest, const struct guest_command *start, int in, int out,
                         const char *mark, struct error **err);

/* Sets how long a guest may leave requests unanswered before it counts as hung; initially 60 s. */
void guest_set_answer_limit(struct guest *guest, int64_t limit_ms);

/* How the guest ended, if it did. ret_detail (may be NULL): one line for display, "" while running;
 * caller frees. */
enum guest_end guest_how_it_ended(struct guest *guest, char **ret_detail);

/* True if the guest reset itself before it was ready, and its kernel announced the reset. A guest
 * that relabels its files or configures itself at the first boot does so once, a boot loop again
 * and again. */
bool guest_reset_in_order(struct guest *guest);

/* What the console has shown so far; only a hint, because any program can print it. */
void guest_console_marks(struct guest *guest, struct console_marks *ret_marks);

/* Cuts the power: the guest executes no further instruction. What it had flushed is on its disks,
 * because QEMU itself exits normally. -EIO: the host could not make QEMU exit in time, and the
 * content of the disks is undefined. Ends the guest; guest_free must still be called. */
int guest_cut_power(struct guest *guest, int64_t deadline_ms, struct error **err);

/* Waits until the guest has ended (powered off, panicked, …). -ETIMEDOUT at the deadline. */
int guest_wait_end(struct guest *guest, int64_t deadline_ms, struct error **err);

const char *guest_domain_xml(const struct guest *guest); /* as the guest was started; borrowed */
char *guest_log_path(
    const struct guest *guest); /* QEMU's log; NULL: kept by a libvirt daemon; caller frees */
bool guest_console_truncated(const struct guest *guest);

/* Destroys the guest and finishes its console file. Its files are not removed. */
void guest_free(struct guest *guest);
DEFINE_CLEANUP(struct guest *, guest_free)

#endif
