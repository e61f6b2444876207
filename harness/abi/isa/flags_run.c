/* SPDX-License-Identifier: Apache-2.0 */
/* A function is run abstractly until nothing changes: blocks, joins, calls. */
#include <stdlib.h>
#include <string.h>

#include "abi/isa/flags.h"

#define FUNCTION_MAX (32 << 10) /* bytes of one function that is run */
#define BLOCKS_MAX 3000
#define INLINE_DEPTH 4
#define VISITS_MAX 80 /* of one block */

struct block {
    uint32_t offset, visits;
    bool known, due;
    struct flags_state state;
};

struct run {
    struct flags *flags;
    const struct elf_function *function;
    const uint8_t *code;
    uint64_t size;
    uint32_t *index; /* offset -> block + 1 */
    uint8_t *seen;   /* offset -> an instruction begins here that was run */
    VEC(struct block) blocks;
    unsigned depth;
    bool lost, ended;
    struct flags_state end;
};

static struct value join_value(struct flags *flags, const struct flags_state *a,
                               const struct value *x, const struct flags_state *b,
                               const struct value *y)
{
    return flags_join(flags, x, a->facts, y, b->facts);
}

/* Makes `into` what holds for both; true: it changed. */
static bool join_state(struct flags *flags, struct flags_state *into,
                       const struct flags_state *other)
{
    struct flags_state joined;

    memset(&joined, 0, sizeof(joined));
    joined.facts = into->facts & other->facts;
    joined.escaped = into->escaped | other->escaped;
    for (unsigned i = 0; i < 16; i++)
        joined.reg[i] = join_value(flags, into, &into->reg[i], other, &other->reg[i]);
    for (uint64_t i = 0; i < into->slot_count; i++)
        for (uint64_t j = 0; j < other->slot_count; j++)
            if (into->slots[i].offset == other->slots[j].offset &&
                into->slots[i].size == other->slots[j].size)
                joined.slots[joined.slot_count++] = (struct slot){
                    into->slots[i].offset, into->slots[i].size,
                    join_value(flags, into, &into->slots[i].value, other, &other->slots[j].value)};
#define JOIN(member)                                                                               \
    joined.outcome.member = (into->outcome.member | into->facts) &                                 \
                            (other->outcome.member | other->facts) & ~joined.facts
    JOIN(zero);
    JOIN(not_zero);
    JOIN(carry);
    JOIN(not_carry);
    JOIN(sign);
    JOIN(not_sign);
#undef JOIN
    if (memcmp(&joined, into, sizeof(joined)) == 0)
        return false;
    *into = joined;
    return true;
}

static struct block *block_at(struct run *run, uint64_t offset)
{
    return run->index[offset] != 0 ? &run->blocks.items[run->index[offset] - 1] : NULL;
}

static void add_leader(struct run *run, uint64_t offset)
{
    if (offset >= run->size || run->index[offset] != 0)
        return;
    if (run->blocks.count == BLOCKS_MAX) {
        run->lost = true;
        return;
    }
    vec_add(&run->blocks)->offset = (uint32_t)offset;
    run->index[offset] = (uint32_t)run->blocks.count;
}

/* A way leads to a block. */
static void arrive(struct run *run, uint64_t offset, const struct flags_state *state)
{
    struct block *block = block_at(run, offset);

    if (block == NULL)
        return;
    if (!block->known) {
        block->state = *state;
        block->known = block->due = true;
    } else if (join_state(run->flags, &block->state, state)) {
        block->due = true;
        if (++block->visits > VISITS_MAX)
            run->lost = true;
    }
}

static void arrive_end(struct run *run, const struct flags_state *state)
{
    if (run->ended)
        join_state(run->flags, &run->end, state);
    else
        run->end = *state;
    run->ended = true;
}

/* A call, or a jump to another function. */
static void call(struct run *run, uint64_t target, struct flags_state *state)
{
    const struct flags_stub *stub = flags_stub_at(run->flags, target);
    const struct elf_function *callee = NULL;
    struct flags_state end, start = *state;
    struct value top = state->reg[4], answer;

    if (stub != NULL && stub->target != 0)
        target = stub->target;
    if (target != 0)
        callee = elf_layout_function(run->flags->layout, target);

    if (callee != NULL && callee->address == target && run->depth < INLINE_DEPTH &&
        flags_has_address(&run->flags->ask, target) && top.kind == VALUE_STACK) {
        start.reg[4].number -= 8;
        if (flags_run(run->flags, callee, &start, run->depth + 1, &end)) {
            *state = end;
            state->reg[4] = top;
            return;
        }
    }
    flags_forget_x86(run->flags, state);
    if (stub != NULL && flags_stub_result(run->flags, stub, &answer))
        state->reg[0] = answer;
}

static void note_facts(struct run *run, uint64_t address, uint64_t facts)
{
    if (run->flags->last && run->depth == 0)
        *vec_add(&run->flags->facts) = (struct flags_fact){address, facts};
}

static void run_block(struct run *run, size_t number)
{
    struct flags_state state = run->blocks.items[number].state;
    uint64_t offset = run->blocks.items[number].offset, first = offset;
    struct flags_step step;
    uint64_t into, facts;

    while (offset < run->size && !run->lost) {
        if (offset != first && run->index[offset] != 0) {
            arrive(run, offset, &state);
            return;
        }
        if (run->flags->budget == 0) {
            run->lost = true;
            return;
        }
        run->flags->budget--;
        note_facts(run, run->function->address + offset, state.facts);
        flags_step_x86(run->flags, run->code + offset, run->size - offset,
                       run->function->address + offset, &state, &step);
        if (step.size == 0) {
            run->lost = true;
            return;
        }
        run->seen[offset] = 1;
        into = step.target - run->function->address;
        switch (step.next) {
        case NEXT_ON:
            break;
        case NEXT_CALL:
            call(run, step.target, &state);
            break;
        case NEXT_BRANCH:
            run->flags->tested |= (step.taken != FLAGS_ALL ? step.taken : 0) |
                                  (step.falls != FLAGS_ALL ? step.falls : 0);
            facts = state.facts;
            state.facts = facts | step.taken;
            if (into < run->size)
                arrive(run, into, &state);
            state.facts = facts | step.falls;
            break;
        case NEXT_JUMP:
            if (into < run->size) {
                arrive(run, into, &state);
                return;
            }
            if (step.target == 0) /* a table that is not read: where it leads is not known */
                run->lost = true;
            call(run, step.target, &state);
            arrive_end(run, &state);
            return;
        case NEXT_RETURN:
            arrive_end(run, &state);
            return;
        case NEXT_STOP:
            return;
        }
        offset += step.size;
    }
}

/* Where blocks begin: targets of branches. Read straight through. */
static void find_leaders(struct run *run)
{
    struct flags_step step;

    add_leader(run, 0);
    for (uint64_t offset = 0; offset < run->size && !run->lost; offset += step.size) {
        flags_look_x86(run->code + offset, run->size - offset, run->function->address + offset,
                       &step);
        if (step.size == 0)
            run->lost = true;
        else if (step.next == NEXT_BRANCH || step.next == NEXT_JUMP)
            add_leader(run, step.target - run->function->address);
    }
}

static void run_blocks(struct run *run)
{
    for (bool again = true; again && !run->lost;) {
        again = false;
        for (size_t i = 0; i < run->blocks.count && !run->lost; i++) {
            if (!run->blocks.items[i].due)
                continue;
            run->blocks.items[i].due = false;
            run_block(run, i);
            again = true;
        }
    }
}

/* Code that no way led to (landing pads) is reached with nothing known. */
static void run_rest(struct run *run)
{
    const struct flags_state nothing = {.escaped = 1};
    struct flags_step step;

    for (uint64_t offset = 0; offset < run->size && !run->lost; offset += step.size) {
        flags_look_x86(run->code + offset, run->size - offset, run->function->address + offset,
                       &step);
        if (step.size == 0 || run->seen[offset] || step.padding) {
            step.size += step.size == 0;
            continue;
        }
        add_leader(run, offset);
        arrive(run, offset, &nothing);
        run_blocks(run);
    }
}

bool flags_run(struct flags *flags, const struct elf_function *function,
               const struct flags_state *start, unsigned depth, struct flags_state *ret_end)
{
    struct elf_range code = elf_file_at(flags->file, function->address, 1, true);
    struct run run = {.flags = flags, .function = function, .depth = depth};
    size_t facts = flags->facts.count, choices = flags->choices.count;

    run.size = function->size < code.size ? function->size : code.size;
    if (run.size == 0 || run.size > FUNCTION_MAX)
        return false;
    run.code = flags->file->data + code.offset;
    run.index = text_calloc(run.size, sizeof(*run.index));
    run.seen = text_calloc(run.size, 1);
    find_leaders(&run);
    if (!run.lost)
        arrive(&run, 0, start);
    run_blocks(&run);
    run_rest(&run);
    if (run.lost) {
        flags->facts.count = facts;
        flags->choices.count = choices;
    }
    *ret_end = run.end;
    vec_done(&run.blocks);
    free(run.index);
    free(run.seen);
    return !run.lost && run.ended;
}
