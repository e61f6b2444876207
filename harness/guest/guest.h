/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A running guest: boot or restore it, wait for its agent, run commands, save it, destroy it. All
 * deadlines are absolute clock_now_ms() values. Whatever happens to the guest wakes every wait
 * here, so a panic in the middle of a command is told at once.
 */
#ifndef TS_GUEST_GUEST_H
#define TS_GUEST_GUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "guest/domain_xml.h"
#include "guest/watch.h"

struct error;
struct guest;
struct hypervisor;

/* Starts the guest from its disk; returns when QEMU runs. */
int guest_boot(struct hypervisor *hypervisor, const struct guest_spec *spec,
               struct guest **ret_guest, struct error **err);

/* Starts it from a memory image that guest_save made of the same spec (paths may differ). */
int guest_restore(struct hypervisor *hypervisor, const struct guest_spec *spec, const char *memory,
                  struct guest **ret_guest, struct error **err);

/* Until the agent is connected. -ETIMEDOUT, or -EPIPE when the guest ended (guest_how_it_ended). */
int guest_wait_agent(struct guest *guest, int64_t deadline_ms, struct error **err);

/* Writes the memory image and ends the guest; its disks are left as they were at that moment. */
int guest_save(struct guest *guest, const char *memory, struct error **err);

struct guest_command {
    const char *const *argv; /* argv[0] is an absolute path in the guest */
    const char *const *env;  /* "NAME=value", NULL-terminated, or NULL */
    const void *input;       /* standard input, or NULL */
    size_t input_length;
    size_t output_limit; /* bytes kept of each stream; 0: 1 MiB */
};

struct guest_output {
    bool exited; /* code is its exit code, else code is the signal that ended it */
    int code;
    struct buffer out, err;
    bool truncated;      /* a stream was longer than the limit; its head is kept */
    int64_t duration_ms; /* on the host's clock */
};
void guest_output_done(struct guest_output *output);

/* Runs a command to its end. A non-zero exit is not an error. -ETIMEDOUT: the deadline passed and
 * the command was killed in the guest; -EPIPE: the guest ended or stopped answering; -EBADMSG: the
 * agent answered nonsense. */
int guest_exec(struct guest *guest, const struct guest_command *command, int64_t deadline_ms,
               struct guest_output *ret_output, struct error **err);

/* Sets the guest's clock to wall_ms (milliseconds since the epoch). */
int guest_set_time(struct guest *guest, int64_t wall_ms, int64_t deadline_ms, struct error **err);

/* What became of it so far. ret_detail (may be NULL) gets a line for a reader, NULL while running;
 * caller frees. */
enum guest_end guest_how_it_ended(struct guest *guest, char **ret_detail);

/* Waits until the guest has ended (powered off, panicked, …) or the deadline: -ETIMEDOUT. */
int guest_wait_end(struct guest *guest, int64_t deadline_ms, struct error **err);

const char *guest_domain_xml(const struct guest *guest); /* as it was started; borrowed */
bool guest_console_truncated(const struct guest *guest);

/* Destroys the guest. Its files are left to their owner. */
void guest_free(struct guest *guest);
DEFINE_CLEANUP(struct guest *, guest_free)

#endif
