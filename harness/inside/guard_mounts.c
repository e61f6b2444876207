/* SPDX-License-Identifier: Apache-2.0 */
/* Mounts that appeared while a case ran (proc(5), mountinfo). */
#include <stdlib.h>
#include <string.h>

#include "inside/guard.h"

#define MOUNTS_MAX 2048

static unsigned known[MOUNTS_MAX];
static size_t known_count;

/* What a later case runs or is judged by, in addition to the payload's folder. Mounts in it, above
 * it and on it can hide it. */
static const char *const guarded[] = {"/bin",      "/sbin",      "/usr/bin",
                                      "/usr/sbin", "/lib",       "/lib64",
                                      "/usr/lib",  "/usr/lib64", "/etc/ld.so.preload"};
/* Folders in which other mounts are common: only mounts on these themselves count. */
static const char *const places[] = {
    "/proc",         "/sys", "/dev", "/sys/block", "/sys/class", "/sys/devices", "/sys/class/block",
    "/sys/fs/cgroup"};

static bool is_below(const char *path, const char *folder)
{
    size_t length = strlen(folder);

    if (strcmp(folder, "/") == 0)
        return true;
    return strncmp(path, folder, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

/* True if a mount at `point` hides what the harness uses. */
static bool hides(const struct case_run *run, const char *point)
{
    for (size_t i = 0; i < sizeof(guarded) / sizeof(guarded[0]); i++)
        if (is_below(guarded[i], point) || strcmp(guarded[i], point) == 0)
            return true;
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
        if (strcmp(places[i], point) == 0)
            return true;
    if (is_below(point, "/proc") && !is_below(point, "/proc/sys/fs/binfmt_misc"))
        return true;
    if (is_below(point, "/sys/block") || is_below(point, "/dev/disk") ||
        strncmp(point, "/dev/vd", 7) == 0)
        return true;
    /* A bind mount that hides a single program or library. */
    if (strcmp(point, run->shell) == 0 || strcmp(point, run->loader) == 0)
        return true;
    if (is_below(run->base, point))
        return true;
    return is_below(point, run->base) && !is_below(point, run->work);
}

/* Decodes \040 and similar escapes (proc(5)). */
static void unescape(char *text)
{
    char *to = text;

    for (const char *from = text; *from != '\0'; from++) {
        if (from[0] == '\\' && from[1] >= '0' && from[1] <= '3' && from[2] != '\0' &&
            from[3] != '\0') {
            *to++ = (char)((from[1] - '0') << 6 | (from[2] - '0') << 3 | (from[3] - '0'));
            from += 3;
        } else {
            *to++ = *from;
        }
    }
    *to = '\0';
}

/* Calls `act` with each mount's ID and mount point. */
static void each(void (*act)(unsigned id, const char *point, void *closure), void *closure)
{
    FILE *file = fopen("/proc/self/mountinfo", "re");
    char *line = NULL;
    size_t size = 0;

    while (file != NULL && getline(&line, &size, file) > 0) {
        unsigned id;
        int from = -1, to = -1;

        if (sscanf(line, "%u %*u %*s %*s %n%*s%n", &id, &from, &to) < 1 || to < 0)
            continue;
        line[to] = '\0';
        unescape(line + from);
        act(id, line + from, closure);
    }
    free(line);
    if (file != NULL)
        fclose(file);
}

static void note(unsigned id, const char *point, void *closure)
{
    (void)point;
    (void)closure;
    if (known_count < MOUNTS_MAX)
        known[known_count++] = id;
}

void guard_mounts_note(void)
{
    known_count = 0;
    each(note, NULL);
}

static void tell(unsigned id, const char *point, void *closure)
{
    struct case_run *run = closure;

    for (size_t i = 0; i < known_count; i++)
        if (known[i] == id)
            return;
    if (hides(run, point))
        fact(run, "tampered", "mount", point, NULL);
    else
        fact(run, "left-mount", point, NULL);
}

void guard_mounts_report(struct case_run *run)
{
    each(tell, run);
}

struct sum {
    const struct case_run *run;
    uint64_t hash;
};

static void add(unsigned id, const char *point, void *closure)
{
    struct sum *sum = closure;

    /* Independent of order: other mounts come and go in between. */
    if (hides(sum->run, point))
        sum->hash ^= hash_text(hash_bytes(HASH_START, &id, sizeof(id)), point);
}

uint64_t guard_mounts_state(const struct case_run *run)
{
    struct sum sum = {.run = run};

    each(add, &sum);
    return sum.hash;
}
