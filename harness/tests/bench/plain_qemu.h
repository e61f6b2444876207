/* SPDX-License-Identifier: Apache-2.0 */
/* The baseline of scripts/bench guest: QEMU as started by hand, controlled through its monitor and
 * the guest agent's socket, without libvirt. Every function ends the program on failure, because a
 * benchmark without its baseline is useless. */
#ifndef TS_TESTS_PLAIN_QEMU_H
#define TS_TESTS_PLAIN_QEMU_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct plain_qemu {
    pid_t pid;
    int monitor, agent; /* sockets */
    int serial;         /* also a socket; -1 until the console is waited for */
    char *folder;       /* folder of the sockets; borrowed */
};

/* Starts the command with monitor and agent sockets in folder; incoming: a file with a saved state,
 * or NULL to boot. Prints the command line once for each kind of start. Returns when the monitor
 * answers. */
void plain_start(struct plain_qemu *qemu, const char *const *command, char *folder,
                 const char *incoming);

void plain_wait_agent(
    struct plain_qemu *qemu); /* waits until the guest has opened the agent's port */

/* Waits for "login:" on the serial line, the command's socket 'serial' in folder. A restored guest
 * has printed its prompt before, so it is sent an empty line. */
void plain_wait_login(struct plain_qemu *qemu, bool restored);
/* Types what logs in, after plain_wait_login, and waits for the shell's prompt. */
void plain_log_in(struct plain_qemu *qemu, const char *user, const char *password);
/* Types an echo into that shell, and waits for its output. */
void plain_echo(struct plain_qemu *qemu, bool restored);
void plain_exec(struct plain_qemu *qemu, const char *path, const char *argument);
void plain_save(struct plain_qemu *qemu, const char *file); /* stops the guest */
void plain_end(struct plain_qemu *qemu);

#endif
