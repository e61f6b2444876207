/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A case that reached its limit was waiting for something. The youngest process without children is
 * what its script was running: if it, or a process between it and the script, is a file of the
 * product, the product hung. A client or a polling loop waits for a service; a long sleep waits for
 * nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "suite/protocols.h"
#include "suite/responsible_parts.h"

static bool is_alive(const struct witnessed_process *process)
{
    return process->state != 'Z' && process->state != 'X';
}

static bool has_child(const struct witness *witness, const struct witnessed_process *process)
{
    vec_foreach (row, &witness->hung)
        if (row->parent == process->pid && is_alive(row))
            return true;
    return false;
}

/* What the script was running last. NULL: it was waiting itself. */
static const struct witnessed_process *find_leaf(const struct witness *witness)
{
    const struct witnessed_process *leaf = NULL;

    vec_foreach (row, &witness->hung)
        if (row->depth > 0 && is_alive(row) && !has_child(witness, row) &&
            (leaf == NULL || row->age_ms < leaf->age_ms))
            leaf = row;
    return leaf;
}

static const struct witnessed_process *find_parent(const struct witness *witness,
                                                   const struct witnessed_process *process)
{
    vec_foreach (row, &witness->hung)
        if (row->pid == process->parent)
            return row;
    return NULL;
}

/* From a process up to the script, the first that is a file of the product. */
static const struct witnessed_process *find_product(const struct inquiry *inquiry,
                                                    const struct witnessed_process *process)
{
    for (int steps = 0; process != NULL && process->depth > 0 && steps < 64; steps++) {
        if (responsible_owner(inquiry, process->path, NULL) == OWNER_PRODUCT)
            return process;
        process = find_parent(inquiry->witness, process);
    }
    return NULL;
}

/* A process of the product that runs beside the script. */
static const struct witnessed_process *find_service(const struct inquiry *inquiry)
{
    vec_foreach (row, &inquiry->witness->hung)
        if (row->depth != 0 && is_alive(row) &&
            responsible_owner(inquiry, row->path, NULL) == OWNER_PRODUCT)
            return row;
    return NULL;
}

/* The script waits for the end of a program's output: $(program), program | while read. */
static bool reads_pipe(const struct witness *witness)
{
    vec_foreach (row, &witness->hung)
        if (row->depth == 0 && strstr(row->channel, "pipe") != NULL)
            return true;
    return false;
}

static bool sleeps(const struct witnessed_process *process)
{
    return strstr(process->channel, "nanosleep") != NULL;
}

static char *show_wait(const struct witnessed_process *process)
{
    _cleanup_free_ char *channel = protocol_show(process->channel, strlen(process->channel));

    if (process->state == 'R')
        return text_format("was computing (%.1f s of CPU time)", (double)process->cpu_ms / 1000);
    if (process->state == 'T' || process->state == 't')
        return text_dup("was stopped");
    return text_format("was waiting%s%s (%.1f s of CPU time)",
                       process->channel[0] != '\0' && strcmp(process->channel, "-") != 0 &&
                               strcmp(process->channel, "0") != 0
                           ? " in "
                           : "",
                       process->channel[0] != '\0' && strcmp(process->channel, "-") != 0 &&
                               strcmp(process->channel, "0") != 0
                           ? channel
                           : "",
                       (double)process->cpu_ms / 1000);
}

static char *show(const struct inquiry *inquiry, const struct witnessed_process *process)
{
    _cleanup_free_ char *name = responsible_name(inquiry, process->path);
    _cleanup_free_ char *wait = show_wait(process);

    return text_format("%s %s", name, wait);
}

enum blame responsible_for_hang(const struct inquiry *inquiry, char **ret_text)
{
    const struct witness *witness = inquiry->witness;
    const struct witnessed_process *leaf = find_leaf(witness), *product, *service;
    _cleanup_free_ char *text = NULL, *other = NULL;
    int64_t limit_ms = inquiry->record->end.timeout_ms;

    *ret_text = NULL;
    if (leaf == NULL) {
        service = reads_pipe(witness) ? find_service(inquiry) : NULL;
        if (service != NULL) {
            text = show(inquiry, service);
            *ret_text =
                text_format("the case's own script was reading from a pipe, while %s", text);
        } else if (witness->hung.count > 0)
            *ret_text = text_dup("the case's own script was waiting");
        return service != NULL ? BLAME_PRODUCT : BLAME_SUITE;
    }
    text = show(inquiry, leaf);
    product = find_product(inquiry, leaf);
    if (product != NULL) {
        if (product != leaf) {
            other = responsible_name(inquiry, product->path);
            *ret_text = text_format("%s, started by %s", text, other);
        } else
            *ret_text = steal_ptr(text);
        return BLAME_PRODUCT;
    }
    service = find_service(inquiry);
    if (service == NULL || (sleeps(leaf) && leaf->age_ms > limit_ms / 2)) {
        *ret_text = text_format("%s, started by the case's own script", text);
        return BLAME_SUITE;
    }
    other = show(inquiry, service);
    *ret_text = text_format("%s, while %s", text, other);
    return BLAME_PRODUCT;
}
