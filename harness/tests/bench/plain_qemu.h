/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The baseline of scripts/bench guest: QEMU as one would run it by hand, driven over its monitor
 * and the guest agent's socket, with no libvirt between. Every function ends the program when it
 * fails: a bench without its baseline says nothing.
 */
#ifndef TS_TESTS_PLAIN_QEMU_H
#define TS_TESTS_PLAIN_QEMU_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct plain_qemu {
    pid_t pid;
    int monitor, agent; /* sockets */
    int serial;         /* the same; -1 until plain_wait_login */
    char *folder;       /* of the sockets; borrowed */
};

/* Starts the command with monitor and agent sockets below folder; incoming: a file with a saved
 * state, or NULL for a boot. Prints the command line once a kind of start. Returns when the monitor
 * answers. */
void plain_start(struct plain_qemu *qemu, const char *const *command, char *folder,
                 const char *incoming);

void plain_wait_agent(struct plain_qemu *qemu); /* until the guest opened the agent's port */

/* Until "login:" came over the serial line, the command's socket 'serial' below folder. Asked for
 * with an empty line first if greet: a restored guest has said it long ago. */
void plain_wait_login(struct plain_qemu *qemu, bool greet);
void plain_exec(struct plain_qemu *qemu, const char *path, const char *argument);
void plain_save(struct plain_qemu *qemu, const char *file); /* stops the guest */
void plain_end(struct plain_qemu *qemu);

#endif
