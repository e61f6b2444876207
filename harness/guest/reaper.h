/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who reaps QEMU. It daemonises, so its zombie falls to the nearest sub-reaper; where that is a
 * slow PID 1, each destroy waits seconds. A job therefore runs in a child of a process that does
 * nothing but reap, pass on signals, and clear up when the child dies badly. A third one, the guard,
 * waits until both are dead: were they killed, it ends the guest, since nobody else would before the
 * next start.
 */
#ifndef TS_GUEST_REAPER_H
#define TS_GUEST_REAPER_H

struct error;

struct reaper_end {
    int code;        /* the child's exit code, or 128 + the signal that killed it */
    int interrupted; /* SIGINT, SIGTERM or SIGHUP that ended it; 0: none */
};

/* Forks. The child runs job(closure) and exits with what it returns; it dies with this process.
 * This process reaps until the child ends; SIGINT, SIGTERM and SIGHUP kill the child at once, since
 * nothing it holds is worth more than the user's time. When the child did not end by itself, its
 * guest and its hypervisor's root are swept away before this returns. Call it before any thread is
 * started. */
int reaper_run(int (*job)(void *closure), void *closure, struct reaper_end *ret_end,
               struct error **err);

#endif
