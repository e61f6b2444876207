/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reaping of QEMU. QEMU daemonises, so its zombie is inherited by the nearest sub-reaper; if that
 * is a slow PID 1, every destroy waits for seconds. A job therefore runs in a child of a process
 * that only reaps, forwards signals, and cleans up if the child crashes. A third process, the
 * guard, waits until both are dead; if they were killed, it destroys the guest, which otherwise
 * would run until the next start of touchstone.
 */
#ifndef TS_GUEST_REAPER_H
#define TS_GUEST_REAPER_H

struct error;

struct reaper_end {
    int code;        /* the child's exit code, or 128 + the signal that killed it */
    int interrupted; /* SIGINT, SIGTERM or SIGHUP, whichever ended it; 0: none */
};

/*
 * Forks. The child runs job(closure) and exits with its result; it dies with this process. This
 * process reaps until the child ends; on SIGINT, SIGTERM and SIGHUP it kills the child at once. If
 * the child did not exit by itself, its guest and its hypervisor's root are removed before this
 * returns. Call it before any thread is started.
 */
int reaper_run(int (*job)(void *closure), void *closure, struct reaper_end *ret_end,
               struct error **err);

#endif
