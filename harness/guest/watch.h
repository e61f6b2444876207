/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What became of a guest, told from libvirt's events, QEMU's reason for its shutdown and the
 * console's text. A guest is started so that a reset ends it: nothing reboots unseen.
 */
#ifndef TS_GUEST_WATCH_H
#define TS_GUEST_WATCH_H

enum guest_end {
    GUEST_RUNNING,
    GUEST_PANICKED,    /* its kernel panicked */
    GUEST_BOOT_LOOP,   /* it reset itself before it was ever ready */
    GUEST_REBOOTED,    /* it reset itself after it was ready */
    GUEST_POWERED_OFF, /* it switched itself off */
    GUEST_QEMU_DIED,   /* QEMU was killed or crashed: the host's trouble */
    GUEST_AGENT_LOST,  /* it runs, but its agent went away and did not come back */
    GUEST_HUNG,        /* it runs, but answers nothing */
    GUEST_DESTROYED,   /* by us: saved or freed */
    GUEST_END_COUNT
};

const char *guest_end_name(enum guest_end end); /* running, panicked, boot-loop, … */

#endif
