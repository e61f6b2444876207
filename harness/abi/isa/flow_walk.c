/* SPDX-License-Identifier: Apache-2.0 */
/* Walks one function as a CPU without the wanted extension would execute it. */
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "abi/isa/flow.h"

#define FUNCTION_MAX (1 << 20) /* largest function that is walked, in bytes */
#define SELECTION_REACH 48     /* bytes between taking an address and selecting it */

struct place {
    uint64_t offset;
    enum reach level;
    uint64_t behind; /* extensions that the CPU has on this way, of REACH_BEHIND */
    struct flow_state state;
};

struct walk {
    struct flow *flow;
    const struct elf_function *function;
    const uint8_t *code;
    uint64_t size, wanted; /* address to find; 0: any instruction of the extension */
    uint8_t *levels;       /* for each byte of code, the best level that reached it */
    VEC(struct place) places;
    enum reach best;
    uint64_t behind, all_behind; /* of the best way; of all */
    bool blocked, lost, bit_test;
    int taken;     /* register, + 1, that holds the wanted address; 0: none */
    bool selected; /* and that is used only on a CPU with the extension */
};

static void add_place(struct walk *walk, uint64_t address, enum reach level, uint64_t behind,
                      const struct flow_state *state)
{
    uint64_t offset = address - walk->function->address;
    struct place *place;

    if (offset >= walk->size || walk->levels[offset] >= level)
        return;
    place = vec_add(&walk->places);
    place->offset = offset;
    place->level = level;
    place->behind = behind;
    place->state = *state;
}

/* The offset at which the walk continues, or `size` to end it. */
static uint64_t follow(struct walk *walk, const struct flow_step *step, uint64_t offset,
                       enum reach *level, struct place *place)
{
    uint64_t next = offset + step->size, into = step->target - walk->function->address;
    uint64_t with = place->behind | step->others;
    enum reach open = *level < REACH_OPEN ? *level : REACH_OPEN;
    enum reach behind = *level < REACH_BEHIND ? *level : REACH_BEHIND;

    switch (step->kind) {
    case STEP_NEXT:
    case STEP_CALL:
        return next;
    case STEP_JUMP:
        return into < walk->size ? into : walk->size;
    case STEP_INDIRECT:
        walk->lost = true;
        return walk->size;
    case STEP_STOP:
        return walk->size;
    case STEP_BRANCH:
        break;
    }
    /* A separate part of the function (".cold") may jump back behind a test. */
    if (into >= walk->size)
        walk->lost = true;
    walk->blocked |= step->test == TEST_SET_TAKEN || step->test == TEST_SET_FALLS;
    if (step->test == TEST_SET_TAKEN)
        return next;
    if (step->test == TEST_SET_FALLS)
        return into < walk->size ? into : walk->size;
    if (step->test == TEST_OTHER_TAKEN) {
        add_place(walk, step->target, behind, with, &place->state);
        *level = open;
        return next;
    }
    if (step->test == TEST_POSSIBLE)
        *level = open;
    add_place(walk, step->target, step->test == TEST_OTHER_FALLS ? open : *level, place->behind,
              &place->state);
    if (step->test == TEST_OTHER_FALLS) {
        *level = behind;
        place->behind = with;
    }
    return next;
}

static bool belongs(const struct flow_step *step, const char *feature)
{
    return (step->feature != NULL && strcmp(step->feature, feature) == 0) ||
           (step->avx512 && strcmp(feature, "avx512f") == 0);
}

static void walk_from(struct walk *walk, struct place *place)
{
    struct flow *flow = walk->flow;
    enum reach level = place->level;
    uint64_t offset = place->offset;

    while (offset < walk->size && walk->levels[offset] < level) {
        uint64_t address = walk->function->address + offset;
        struct flow_step step;
        bool here;

        if (flow->budget == 0) {
            walk->lost = true;
            return;
        }
        flow->budget--;
        walk->levels[offset] = (uint8_t)level;
        if (flow->file->machine == EM_AARCH64)
            isa_flow_step_aarch64(flow, walk->code + offset, walk->size - offset, address,
                                  &place->state, &step);
        else
            isa_flow_step_x86(flow, walk->code + offset, walk->size - offset, address,
                              &place->state, &step);
        if (step.size == 0) {
            walk->lost = true;
            return;
        }
        walk->bit_test |= step.bit_test;
        if (walk->taken != 0 && address - walk->wanted < SELECTION_REACH) {
            walk->selected |= step.when_set == walk->taken;
            if (step.writes == walk->taken)
                walk->taken = 0;
        }
        here =
            walk->wanted != 0 ? walk->wanted - address < step.size : belongs(&step, flow->wanted);
        if (here && isa_flags_hold(flow->flags, address, flow->wanted)) {
            walk->blocked = true;
            here = false;
        }
        if (here)
            walk->taken = step.writes;
        if (here && level > walk->best) {
            walk->best = level;
            walk->behind = place->behind;
        }
        offset = follow(walk, &step, offset, &level, place);
        if (level == REACH_BEHIND)
            walk->all_behind |= place->behind;
    }
}

/* Walks the whole function; false: it is too large. Caller frees the levels. */
static bool walk_function(struct walk *walk, bool resolver)
{
    const struct flow *flow = walk->flow;
    struct elf_range code = elf_file_at(flow->file, walk->function->address, 1, true);
    struct flow_state start = {0};

    walk->size = walk->function->size < code.size ? walk->function->size : code.size;
    if (walk->size == 0 || walk->size > FUNCTION_MAX)
        return false;
    walk->code = flow->file->data + code.offset;
    walk->levels = text_calloc(walk->size, 1);
    if (resolver && flow->file->machine == EM_AARCH64)
        start.reg[0] = (struct known){FROM_HWCAP, UINT32_MAX, 0};
    add_place(walk, walk->function->address, REACH_DIRECT, 0, &start);
    while (walk->places.count > 0) {
        struct place place = walk->places.items[--walk->places.count];

        walk_from(walk, &place);
    }
    vec_done(&walk->places);
    return true;
}

struct flow_way isa_flow_walk(struct flow *flow, const struct elf_function *function, bool resolver,
                              uint64_t address)
{
    struct walk walk = {.flow = flow, .function = function, .wanted = address};
    struct flow_way way = {.reach = REACH_OPEN};

    if (!walk_function(&walk, resolver))
        return way;
    free(walk.levels);
    way.bit_test = walk.bit_test;
    if (walk.selected || (walk.best == REACH_CLOSED && walk.blocked && !walk.lost))
        way.reach = REACH_CLOSED;
    else if (walk.best != REACH_CLOSED)
        way.reach = walk.best;
    if (way.reach == REACH_BEHIND)
        way.behind = walk.behind;
    return way;
}

/* A prefix of a call or a jump on x86-64: data16, bnd, a hint, REX.W. */
static bool is_prefix(const struct flow *flow, uint64_t address)
{
    struct elf_range at = elf_file_at(flow->file, address, 1, true);
    uint8_t byte = at.size > 0 ? flow->file->data[at.offset] : 0;

    return flow->file->machine == EM_X86_64 &&
           (byte == 0x66 || byte == 0xf2 || byte == 0x2e || byte == 0x3e || byte == 0x48);
}

struct flow_way isa_flow_walk_call(struct flow *flow, const struct elf_function *function,
                                   bool resolver, uint64_t address)
{
    struct flow_walked *kept =
        &flow->walked[(function->address * UINT64_C(0x9e3779b97f4a7c15) >> 32) % FLOW_WALKED];
    uint64_t into = address - function->address;
    struct flow_way way = {.reach = REACH_OPEN};
    enum reach level = REACH_CLOSED;

    if (kept->function != function || kept->wanted != flow->wanted) {
        struct walk walk = {.flow = flow, .function = function, .wanted = UINT64_MAX};

        free(kept->levels);
        *kept = (struct flow_walked){.function = function, .wanted = flow->wanted};
        if (walk_function(&walk, resolver))
            *kept =
                (struct flow_walked){function,     flow->wanted, walk.levels,   walk.size,
                                     walk.blocked, walk.lost,    walk.bit_test, walk.all_behind};
    }
    way.bit_test = kept->bit_test;
    if (kept->levels == NULL)
        return way;
    if (into < kept->size)
        level = kept->levels[into];
    if (level == REACH_CLOSED && into > 0 && into < kept->size && is_prefix(flow, address - 1))
        level = kept->levels[into - 1];
    if (level != REACH_CLOSED || (kept->blocked && !kept->lost))
        way.reach = level;
    if (way.reach == REACH_BEHIND)
        way.behind = kept->behind;
    return way;
}
