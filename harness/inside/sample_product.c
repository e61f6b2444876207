/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the product used: its units by their cgroups, whose CPU time includes processes that began
 * and ended between two samples, and processes that were named, with their descendants. CPU time
 * that is taken back, because a unit was started again or an orphan ended, stays counted up to the
 * last sample that saw it; how often that happened is in the sample.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "inside/sample.h"

#define CGROUPS "/sys/fs/cgroup"
enum { PROCESSES_MAX = 1024, DEPTH_MAX = 32 };

/* Of the whole product, in one sample. */
struct usage {
    unsigned long long cpu_us, memory_kib, processes;
    unsigned resets;
    bool known; /* something of it is running */
};

void sample_product_names(struct sample_line *line)
{
    sample_line_text(line, ",product.cpu,product.memory,product.processes,product.resets");
}

static void add_sum(struct sample_sum *sum, unsigned long long now, struct usage *usage)
{
    if (now < sum->last) {
        sum->before += sum->last - now;
        sum->resets++;
    }
    sum->last = now;
    usage->cpu_us += sum->before + now;
    usage->resets += sum->resets;
}

static bool read_number(const char *folder, const char *file, const char *name,
                        unsigned long long *ret_value)
{
    char path[512], line[128];
    size_t length = strlen(name);
    bool found = false;
    FILE *in;

    snprintf(path, sizeof(path), "%s/%s", folder, file);
    in = fopen(path, "re");
    while (in != NULL && !found && fgets(line, sizeof(line), in) != NULL)
        found = strncmp(line, name, length) == 0 && sscanf(line + length, "%llu", ret_value) == 1;
    if (in != NULL)
        fclose(in);
    return found;
}

/* The unit's cgroup below `root`; units with an instance have a slice of their own. */
static bool find_folder(const char *root, const char *unit, char folder[400])
{
    const char *at = strchr(unit, '@');

    snprintf(folder, 400, "%s/system.slice/%s", root, unit);
    if (access(folder, F_OK) == 0)
        return true;
    if (at == NULL)
        return false;
    snprintf(folder, 400, "%s/system.slice/system-%.*s.slice/%s", root, (int)(at - unit), unit,
             unit);
    return access(folder, F_OK) == 0;
}

static void add_unit(const char *unit, struct sample_sum *sum, struct usage *usage)
{
    unsigned long long cpu = 0, memory = 0, processes = 0;
    char folder[400];
    bool known = false;

    if (find_folder(CGROUPS, unit, folder)) {
        known = read_number(folder, "cpu.stat", "usage_usec ", &cpu);
        if (read_number(folder, "memory.current", "", &memory))
            usage->memory_kib += memory / 1024;
        if (read_number(folder, "pids.current", "", &processes))
            usage->processes += processes;
    } else if (find_folder(CGROUPS "/cpuacct", unit, folder)) { /* version 1 */
        known = read_number(folder, "cpuacct.usage", "", &cpu);
        cpu /= 1000;
    }
    usage->known |= known;
    /* A unit that is not running keeps what it used. */
    add_sum(sum, known ? cpu : sum->last, usage);
}

struct tree {
    unsigned long long ticks, pages;
    unsigned count;
};

static void add_tree(pid_t pid, unsigned depth, struct tree *tree)
{
    char path[64], line[1024], children[4096], *rest = children;
    unsigned long long ticks[4] = {0}, pages = 0;
    const char *state;

    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    if (depth > DEPTH_MAX || tree->count >= PROCESSES_MAX || !read_line(path, line, sizeof(line)))
        return;
    state = strrchr(line, ')');
    if (state == NULL ||
        sscanf(state,
               ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu %llu %llu %*d %*d %*d %*d "
               "%*u %*u %llu",
               &ticks[0], &ticks[1], &ticks[2], &ticks[3], &pages) != 5)
        return;
    /* The time of a child that was waited for moves to its parent, so the sum does not fall. */
    tree->ticks += ticks[0] + ticks[1] + ticks[2] + ticks[3];
    tree->pages += pages;
    tree->count++;
    snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)pid, (int)pid);
    if (!read_line(path, children, sizeof(children)))
        return;
    for (long child; (child = strtol(rest, &rest, 10)) > 0;)
        add_tree((pid_t)child, depth + 1, tree);
}

static void add_process(pid_t pid, struct sample_sum *sum, struct usage *usage)
{
    struct tree tree = {0};
    long hz = sysconf(_SC_CLK_TCK);

    add_tree(pid, 0, &tree);
    usage->known |= tree.count > 0;
    usage->memory_kib += tree.pages * (unsigned long long)sysconf(_SC_PAGESIZE) / 1024;
    usage->processes += tree.count;
    add_sum(sum, tree.count > 0 ? tree.ticks * 1000000 / (unsigned long)hz : sum->last, usage);
}

void sample_product_values(struct sample_product *product, struct sample_line *line)
{
    struct usage usage = {0};
    bool any = product->unit_count + product->pid_count > 0;

    for (size_t i = 0; i < product->unit_count; i++)
        add_unit(product->units[i], &product->unit_cpu[i], &usage);
    for (size_t i = 0; i < product->pid_count; i++)
        add_process(product->pids[i], &product->pid_cpu[i], &usage);
    sample_line_number(line, any, usage.cpu_us);
    sample_line_number(line, usage.known, usage.memory_kib);
    sample_line_number(line, usage.known, usage.processes);
    sample_line_number(line, any, usage.resets);
}
