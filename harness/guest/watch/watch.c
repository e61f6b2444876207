/* SPDX-License-Identifier: Apache-2.0 */
/* Maintains the facts about one guest and interprets them. */
#include "guest/watch/watch.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static const char *const end_names[GUEST_END_COUNT] = {
    [GUEST_RUNNING] = "running",         [GUEST_PANICKED] = "panicked",
    [GUEST_BOOT_LOOP] = "boot-loop",     [GUEST_REBOOTED] = "rebooted",
    [GUEST_POWERED_OFF] = "powered-off", [GUEST_QEMU_DIED] = "qemu-died",
    [GUEST_AGENT_LOST] = "agent-lost",   [GUEST_HUNG] = "hung",
    [GUEST_HOST_FAILED] = "host-failed", [GUEST_DESTROYED] = "destroyed",
};

const char *guest_end_name(enum guest_end end)
{
    return end_names[end];
}

static enum guest_end say(enum guest_end end, char *detail, size_t size, const char *text)
{
    snprintf(detail, size, "%s", text);
    return end;
}

static enum guest_end say_panicked(const struct watch_facts *facts, char *detail, size_t size)
{
    snprintf(detail, size, "the guest's kernel panicked%s%s",
             facts->console.panic_line[0] != '\0' ? ": " : "", facts->console.panic_line);
    return GUEST_PANICKED;
}

/* The domain has ended, but not by us: determines why. */
/* A kernel that panics does not restart cleanly: if the console shows both, a program printed one
 * of them. */
static enum guest_end judge_stopped(const struct watch_facts *facts, char *detail, size_t size)
{
    bool reset = facts->shutdown == WATCH_GUEST_RESET;

    if (facts->panic_device || facts->shutdown == WATCH_GUEST_PANIC ||
        (reset && facts->console.panic && !facts->console.restart))
        return say_panicked(facts, detail, size);
    if (reset && facts->agent_seen)
        return say(GUEST_REBOOTED, detail, size, "the guest rebooted itself");
    if (reset)
        return say(GUEST_BOOT_LOOP, detail, size,
                   "the guest reset itself before it was ready: it is in a boot loop");
    if (facts->shutdown == WATCH_GUEST_SHUTDOWN)
        return say(GUEST_POWERED_OFF, detail, size, "the guest powered itself off");
    if (facts->shutdown == WATCH_HOST)
        return say(GUEST_QEMU_DIED, detail, size,
                   "QEMU was terminated by a signal or by a failure on the host");
    return say(GUEST_QEMU_DIED, detail, size, "QEMU was killed or crashed");
}

enum guest_end watch_judge(const struct watch_facts *facts, char *detail, size_t size)
{
    detail[0] = '\0';
    if (facts->destroyed)
        return say(GUEST_DESTROYED, detail, size, "the guest was ended by the harness");
    if (facts->host_trouble[0] != '\0')
        return say(GUEST_HOST_FAILED, detail, size, facts->host_trouble);
    if (facts->stopped)
        return judge_stopped(facts, detail, size);
    if (facts->panic_device)
        return say_panicked(facts, detail, size);
    if (facts->emulator_stopped)
        return say(GUEST_QEMU_DIED, detail, size, "its QEMU is stopped by a signal on the host");
    if (facts->unresponsive && facts->console.panic) {
        snprintf(detail, size, "the guest stopped responding, and its console says: %s",
                 facts->console.panic_line);
        return GUEST_PANICKED;
    }
    if (facts->unresponsive)
        return say(GUEST_HUNG, detail, size,
                   facts->console.stall
                       ? "the guest stopped responding; its kernel reports a lockup on the console"
                       : "the guest is running but stopped responding");
    if (facts->agent_lost)
        return say(GUEST_AGENT_LOST, detail, size,
                   "the guest is running, but its agent disconnected and did not reconnect");
    return GUEST_RUNNING;
}

void watch_init(struct watch *watch)
{
    pthread_condattr_t attributes;

    memset(watch, 0, sizeof(*watch));
    pthread_mutex_init(&watch->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&watch->changed, &attributes);
    pthread_condattr_destroy(&attributes);
}

void watch_done(struct watch *watch)
{
    pthread_cond_destroy(&watch->changed);
    pthread_mutex_destroy(&watch->lock);
}

void watch_lock(struct watch *watch)
{
    pthread_mutex_lock(&watch->lock);
}

void watch_unlock_changed(struct watch *watch)
{
    pthread_cond_broadcast(&watch->changed);
    pthread_mutex_unlock(&watch->lock);
}

void watch_note_host(struct watch *watch, const char *format, ...)
{
    va_list args;

    watch_lock(watch);
    if (watch->facts.host_trouble[0] == '\0') {
        va_start(args, format);
        vsnprintf(watch->facts.host_trouble, sizeof(watch->facts.host_trouble), format, args);
        va_end(args);
    }
    watch_unlock_changed(watch);
}

struct watch_facts watch_facts_now(struct watch *watch)
{
    struct watch_facts facts;

    pthread_mutex_lock(&watch->lock);
    facts = watch->facts;
    pthread_mutex_unlock(&watch->lock);
    return facts;
}

bool watch_wait(struct watch *watch, bool (*wanted)(const struct watch_facts *facts),
                int64_t deadline_ms)
{
    struct timespec until = {.tv_sec = deadline_ms / 1000, .tv_nsec = deadline_ms % 1000 * 1000000};
    bool found;

    pthread_mutex_lock(&watch->lock);
    while (!(found = wanted(&watch->facts)))
        if (pthread_cond_timedwait(&watch->changed, &watch->lock, &until) == ETIMEDOUT) {
            found = wanted(&watch->facts);
            break;
        }
    pthread_mutex_unlock(&watch->lock);
    return found;
}

bool watch_is_over(const struct watch_facts *facts)
{
    return facts->stopped || facts->panic_device || facts->unresponsive || facts->agent_lost ||
           facts->host_trouble[0] != '\0' || facts->destroyed;
}
