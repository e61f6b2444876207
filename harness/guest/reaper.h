/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who reaps QEMU. It daemonises, so its zombie falls to the nearest sub-reaper; where that is a
 * slow PID 1, each destroy waits seconds. A job therefore runs in a child of a process that does
 * nothing but reap, pass on signals, and clear up when the child dies badly.
 */
#ifndef TS_GUEST_REAPER_H
#define TS_GUEST_REAPER_H

struct error;

/* Forks. The child runs job(closure) and exits with what it returns; it dies with this process.
 * This process reaps until the child ends; on SIGINT or SIGTERM it ends the child. After a child
 * that was killed it sweeps (hypervisor_sweep). ret_status: the child's exit code, or 128 + the
 * signal. Call it before any thread is started. */
int reaper_run(int (*job)(void *closure), void *closure, int *ret_status, struct error **err);

#endif
