/* SPDX-License-Identifier: Apache-2.0 */
/* A function is run abstractly until nothing changes: blocks, joins, calls. */
#include <stdlib.h>
#include <string.h>

#include "abi/isa/flags.h"

#define FUNCTION_MAX (32 << 10) /* bytes of one function that is run */
#define BLOCKS_MAX 3000
#define INLINE_DEPTH 4
#define CASES_MAX 4096
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
    struct flags_addresses cases; /* of switches, as offsets */
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
    for (unsigned i = 0; i < 32; i++)
        joined.vector[i / 2][i % 2] = join_value(flags, into, &into->vector[i / 2][i % 2], other,
                                                 &other->vector[i / 2][i % 2]);
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
    struct value top = state->reg[4], answer;

    if (stub != NULL && stub->target != 0)
        target = stub->target;
    if (target != 0)
        callee = elf_layout_function(run->flags->layout, target);

    if (callee != NULL && callee->address == target && run->depth < INLINE_DEPTH &&
        flags_has_address(&run->flags->ask, target) && top.kind == VALUE_STACK) {
        struct flags_state end, start = *state;

        start.reg[4].number -= 8;
        if (flags_run(run->flags, callee, &start, run->depth + 1, &end) && end.returns) {
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

/* "add %base, %case; jmp *%case", as compilers write a switch: the cases stand in a table, relative
 * to it. Another jump to a register may lead anywhere. */
static bool is_switch(const struct run *run, uint64_t offset)
{
    const uint8_t *at = run->code + offset;

    if (offset >= 4 && at[0] != 0xff && at[0] != 0x41) /* notrack */
        at++;
    return offset >= 3 && (at[0] == 0xff || at[0] == 0x41) && run->cases.count > 0 &&
           (run->code[offset - 3] & 0xf8) == 0x48 &&
           (run->code[offset - 2] == 0x01 || run->code[offset - 2] == 0x03) &&
           run->code[offset - 1] >> 6 == 3;
}

/* A jump that leaves the block for good. */
static void jump(struct run *run, uint64_t offset, uint64_t target, struct flags_state *state)
{
    uint64_t into = target - run->function->address;

    if (into < run->size) {
        arrive(run, into, state);
        return;
    }
    if (target == 0 && is_switch(run, offset)) {
        vec_foreach (one, &run->cases)
            arrive(run, *one, state);
        return;
    }
    if (target == 0) /* where it leads is not known */
        run->lost = true;
    call(run, target, state);
    arrive_end(run, state);
}

/* An address that is in a register where a branch is taken, and is replaced first thing where it is
 * not, is chosen as by a conditional move. `facts`: of the side that keeps it. */
static void note_choice(struct run *run, uint64_t site, uint64_t other, uint64_t facts,
                        const struct flags_state *state)
{
    uint64_t offset = other - run->function->address, replaced;

    if (!run->flags->last || run->depth > 0 || facts == 0 || facts == FLAGS_ALL ||
        offset >= run->size)
        return;
    replaced = flags_replaced_x86(run->flags, run->code + offset, run->size - offset, other);
    for (unsigned i = 0; i < 16; i++)
        if ((replaced >> i & 1) != 0 && state->reg[i].kind == VALUE_CONSTANT)
            *vec_add(&run->flags->choices) =
                (struct flags_choice){site, state->reg[i].number, facts};
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
            note_choice(run, run->function->address + offset,
                        run->function->address + offset + step.size, step.taken, &state);
            note_choice(run, run->function->address + offset, step.target, step.falls, &state);
            facts = state.facts;
            state.facts = facts | step.taken;
            if (into < run->size)
                arrive(run, into, &state);
            state.facts = facts | step.falls;
            break;
        case NEXT_JUMP:
            jump(run, offset, step.target, &state);
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

/* A table of distances to code of this function begins at an address that it makes: any, for this
 * adds ways, and removes none. */
static void read_cases(struct run *run, uint64_t table)
{
    struct elf_range at = elf_file_at(run->flags->file, table, 4, false);
    const uint8_t *entries = run->flags->file->data + at.offset;

    if (table - run->function->address < run->size)
        return;
    for (uint64_t i = 0; i + 4 <= at.size && run->cases.count < CASES_MAX; i += 4) {
        uint64_t into =
            table + (uint64_t)(int64_t)(int32_t)elf_u32(entries + i) - run->function->address;

        if (into >= run->size)
            return;
        add_leader(run, into);
        *vec_add(&run->cases) = into;
    }
}

/* Where blocks begin: targets of branches. Read straight through. */
static void find_leaders(struct run *run)
{
    struct flags_step step;

    add_leader(run, 0);
    for (uint64_t offset = 0; offset < run->size && !run->lost; offset += step.size) {
        flags_look_x86(run->flags, run->code + offset, run->size - offset,
                       run->function->address + offset, &step);
        if (step.size == 0)
            run->lost = true;
        else if (step.next == NEXT_BRANCH || step.next == NEXT_JUMP)
            add_leader(run, step.target - run->function->address);
        else if (step.made != 0)
            read_cases(run, step.made);
    }
    flags_sort_addresses(&run->cases);
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
        flags_look_x86(run->flags, run->code + offset, run->size - offset,
                       run->function->address + offset, &step);
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
    ret_end->returns = run.ended;
    vec_done(&run.blocks);
    vec_done(&run.cases);
    free(run.index);
    free(run.seen);
    return !run.lost;
}
