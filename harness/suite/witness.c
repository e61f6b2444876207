/* SPDX-License-Identifier: Apache-2.0 */
/* Parses each kind of fact; numbers are checked, invalid facts are left out. */
#include "suite/witness.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static int64_t number(const struct fact *fact, size_t index)
{
    const char *text = fact_field(fact, index);
    char *end = NULL;
    int64_t value = strtoll(text, &end, 0);

    return end != text && *end == '\0' ? value : 0;
}

static uint64_t address(const struct fact *fact, size_t index)
{
    return strtoull(fact_field(fact, index), NULL, 0);
}

static const char *text_or_null(const struct fact *fact, size_t index)
{
    const char *text = fact_field(fact, index);

    return text[0] == '\0' || strcmp(text, "-") == 0 ? NULL : text;
}

static struct witnessed_file *find_or_add(struct witness *to, const char *path)
{
    struct witnessed_file *file;

    vec_foreach (row, &to->files)
        if (strcmp(row->path, path) == 0)
            return row;
    file = vec_add(&to->files);
    file->path = path;
    return file;
}

static void read_witness(const struct fact *fact, struct witness *to)
{
    const char *state = fact_field(fact, 0);
    enum witness_state seen = strcmp(state, "full") == 0      ? WITNESS_FULL
                              : strcmp(state, "partial") == 0 ? WITNESS_PARTIAL
                                                              : WITNESS_NONE;

    /* Of several parts, the least complete one counts. */
    if (to->why == NULL || seen < to->state)
        to->state = seen;
    to->why = fact_field(fact, 1);
}

static void read_file(const struct fact *fact, struct witness *to)
{
    struct witnessed_file *file = find_or_add(to, fact_field(fact, 0));

    file->ctime_ms = number(fact, 1);
    file->size = (uint64_t)number(fact, 2);
    if (number(fact, 3) > 0)
        file->machine = (unsigned)number(fact, 3);
    if (text_or_null(fact, 4) != NULL)
        file->interpreter = text_or_null(fact, 4);
    file->ran += (unsigned)number(fact, 5);
    file->well += (unsigned)number(fact, 6);
}

static void read_refused(const struct fact *fact, struct witness *to)
{
    struct witnessed_file *file = find_or_add(to, fact_field(fact, 2));

    file->refused_at = (unsigned)number(fact, 0);
    file->refused = fact_field(fact, 1);
}

static void read_end(const struct fact *fact, struct witness *to)
{
    struct witnessed_end *end = vec_add(&to->ends);
    bool exited = strcmp(fact_field(fact, 1), "exit") == 0;

    end->at = (unsigned)number(fact, 0);
    end->exit_code = exited ? (int)number(fact, 2) : -1;
    end->signal = exited ? 0 : (int)number(fact, 2);
    end->times = (unsigned)number(fact, 3);
    end->path = fact_field(fact, 4);
}

static void read_crash(const struct fact *fact, struct witness *to)
{
    struct witnessed_crash *crash = vec_add(&to->crashes);

    crash->signal = (int)number(fact, 0);
    crash->pc = address(fact, 2);
    crash->address = address(fact, 3);
    crash->code = fact_field(fact, 4);
    crash->offset = address(fact, 5);
    crash->module = text_or_null(fact, 6);
    crash->path = text_or_null(fact, 7);
}

static void read_process(const struct fact *fact, struct witness *to)
{
    struct witnessed_process *process = vec_add(&to->hung);

    process->pid = (int)number(fact, 0);
    process->parent = (int)number(fact, 1);
    process->depth = (int)number(fact, 2);
    process->state = fact_field(fact, 3)[0];
    process->cpu_ms = number(fact, 4);
    process->age_ms = number(fact, 5);
    process->channel = fact_field(fact, 6);
    process->path = fact_field(fact, 7);
}

static void read_sent(const struct fact *fact, struct witness *to)
{
    struct witnessed_signal *sent = vec_add(&to->sent);

    sent->signal = (int)number(fact, 0);
    sent->path = fact_field(fact, 1);
}

static void read_kernel(const struct fact *fact, struct witness *to)
{
    *vec_add(&to->kernel) = fact_field(fact, 0);
}

static void read_cut(const struct fact *fact, struct witness *to)
{
    (void)fact;
    to->cut = true;
}

static const struct {
    const char *kind;
    void (*read)(const struct fact *fact, struct witness *to);
} readers[] = {{"witness", read_witness}, {"file", read_file},     {"refused", read_refused},
               {"ended", read_end},       {"crash", read_crash},   {"hung", read_process},
               {"sent", read_sent},       {"kernel", read_kernel}, {"files-cut", read_cut}};

void witness_read(const struct facts *facts, struct witness *ret_witness)
{
    *ret_witness = (struct witness){.state = WITNESS_NONE};
    vec_foreach (fact, facts)
        for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++)
            if (strcmp(fact->kind, readers[i].kind) == 0)
                readers[i].read(fact, ret_witness);
}

const struct witnessed_file *witness_find(const struct witness *witness, const char *path)
{
    vec_foreach (file, &witness->files)
        if (strcmp(file->path, path) == 0)
            return file;
    return NULL;
}

void witness_done(struct witness *witness)
{
    vec_foreach (crash, &witness->crashes)
        free(crash->instruction);
    vec_done(&witness->files);
    vec_done(&witness->ends);
    vec_done(&witness->crashes);
    vec_done(&witness->sent);
    vec_done(&witness->hung);
    vec_done(&witness->kernel);
}
