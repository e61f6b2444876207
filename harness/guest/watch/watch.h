/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What became of a guest, told from libvirt's events, QEMU's reason for its shutdown and the
 * console's text. A guest is started so that a reset ends it: nothing reboots unseen.
 */
#ifndef TS_GUEST_WATCH_WATCH_H
#define TS_GUEST_WATCH_WATCH_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "guest/watch/scan.h"

enum guest_end {
    GUEST_RUNNING,
    GUEST_PANICKED,    /* its kernel panicked */
    GUEST_BOOT_LOOP,   /* it reset itself before it was ever ready */
    GUEST_REBOOTED,    /* it reset itself after it was ready */
    GUEST_POWERED_OFF, /* it switched itself off */
    GUEST_QEMU_DIED,   /* QEMU was killed or crashed: the host's trouble */
    GUEST_AGENT_LOST,  /* it runs, but its agent went away and did not come back */
    GUEST_HUNG,        /* it runs, but answers nothing */
    GUEST_HOST_FAILED, /* the host failed at something that the guest stands on */
    GUEST_DESTROYED,   /* by us: saved or freed */
    GUEST_END_COUNT
};

const char *guest_end_name(enum guest_end end); /* running, panicked, boot-loop, … */

/* QEMU's own reason for a shutdown (its QMP event SHUTDOWN). */
enum watch_shutdown {
    WATCH_NO_SHUTDOWN,
    WATCH_GUEST_RESET,
    WATCH_GUEST_SHUTDOWN,
    WATCH_GUEST_PANIC,
    WATCH_HOST, /* a signal, or QEMU's own trouble */
};

/* What is known; plain data, so that the judgement is a function of it. */
struct watch_facts {
    bool stopped;      /* the domain is gone */
    bool panic_device; /* the paravirtual panic device spoke */
    enum watch_shutdown shutdown;
    bool agent_connected;
    unsigned agent_drops; /* how often it was disconnected */
    bool agent_seen;      /* it was connected at some time: the guest was ready */
    bool agent_lost;      /* given up */
    bool unresponsive;
    bool emulator_stopped;  /* somebody on the host stopped the QEMU that answers nothing */
    bool destroyed;         /* we are ending it */
    char host_trouble[256]; /* what the host failed at first; "": nothing is known */
    struct console_marks console;
};

/* Pure. detail gets one line for a reader ("" while running), at most size bytes with NUL. */
enum guest_end watch_judge(const struct watch_facts *facts, char *detail, size_t size);

/* The facts of one guest, shared by libvirt's event thread, the console's thread and whoever waits.
 */
struct watch {
    pthread_mutex_t lock;
    pthread_cond_t changed; /* on CLOCK_MONOTONIC */
    struct watch_facts facts;
    void (*on_trouble)(const char *line); /* may be NULL; see struct guest_spec */
};

void watch_init(struct watch *watch);
void watch_done(struct watch *watch);

/* Both are for writers: change the facts between them; everybody who waits looks again. */
void watch_lock(struct watch *watch);
void watch_unlock_changed(struct watch *watch);

/* Notes what the host failed at (a disk, the console's file or socket, libvirt's own sockets): from
 * then on the guest's silence, or its end, says nothing of the guest. The first one stays. */
void watch_note_host(struct watch *watch, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A copy of what is known now. */
struct watch_facts watch_facts_now(struct watch *watch);

/* Waits until wanted(facts) or the deadline (clock_now_ms()); true when wanted. */
bool watch_wait(struct watch *watch, bool (*wanted)(const struct watch_facts *facts),
                int64_t deadline_ms);

/* wanted: it cannot be used any more. */
bool watch_is_over(const struct watch_facts *facts);

#endif
