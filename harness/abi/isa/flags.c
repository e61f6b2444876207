/* SPDX-License-Identifier: Apache-2.0 */
/* Which functions are run, and the rounds until what they store is stable. */
#include "abi/isa/flags.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "abi/isa/flags_x86.h"
#include "abi/isa/flow.h"
#include "abi/isa/flow_references.h"
#include "base/bytes.h"

#define ASK_MAX 400        /* functions that lead to CPUID */
#define FUNCTIONS_MAX 1500 /* that are run */
#define CALLER_LEVELS 3
#define OBJECT_MAX (1 << 16) /* bytes before a followed byte where its object may begin */
#define ROUNDS_MAX 24
#define BUDGET (UINT64_C(4) << 20) /* instructions run in all rounds */

static void add_function(struct flags *flags, struct flags_addresses *list, uint64_t address)
{
    const struct elf_function *function = elf_layout_function(flags->layout, address);

    if (function != NULL)
        *vec_add(list) = function->address;
}

/* What a call of one of these functions may name: it, or its entry of the linkage table. */
static void callable(const struct flags *flags, struct flags_addresses *ret_targets)
{
    for (size_t i = 0; i < flags->ask.count; i++)
        *vec_add(ret_targets) = flags->ask.items[i];
    vec_foreach (stub, &flags->stubs)
        if (flags_stub_answers(stub) || flags_has_address(&flags->ask, stub->target))
            *vec_add(ret_targets) = stub->address;
    flags_sort_addresses(ret_targets);
}

static void find_callers(struct flags *flags, struct flags_addresses *callers)
{
    struct flags_addresses targets = {0};
    struct references found = {0};

    callable(flags, &targets);
    isa_references_add(flags->file, flags->layout, targets.items, targets.count, &found);
    for (size_t i = 0; i < found.rows.count && callers->count < FUNCTIONS_MAX; i++)
        if (found.rows.items[i].kind == REFERENCE_CALL)
            add_function(flags, callers, found.rows.items[i].site);
    vec_done(&targets);
    vec_done(&found.rows);
}

/* The functions that execute CPUID, and those that call them, to some levels. */
static void find_functions(struct flags *flags, const struct flags_addresses *sites)
{
    vec_foreach (site, sites)
        add_function(flags, &flags->ask, *site);
    flags_sort_addresses(&flags->ask);
    for (unsigned level = 0; level < CALLER_LEVELS && flags->ask.count < ASK_MAX; level++) {
        size_t before = flags->ask.count;

        find_callers(flags, &flags->ask);
        flags_sort_addresses(&flags->ask);
        if (flags->ask.count == before)
            break;
    }
    for (size_t i = 0; i < flags->ask.count; i++)
        *vec_add(&flags->functions) = flags->ask.items[i];
}

/* False: it is in no function. */
static bool take_user(const struct flags *flags, uint64_t site, struct flags_addresses *more)
{
    const struct elf_function *function = elf_layout_function(flags->layout, site);

    if (function != NULL)
        *vec_add(more) = function->address;
    return function != NULL;
}

/* Functions that refer to a followed byte, or make the address of an object that has one: whatever
 * four bytes of code may be its distance or, in a program at a fixed place, its address. */
struct finding_users {
    struct flags *flags;
    const struct elf_code *code;
    const uint8_t *at;  /* the code's bytes */
    uint64_t low, span; /* where followed bytes are, and what may be the begin of their objects */
    bool fixed;
    struct flags_addresses *more;
};

static void find_user_at(const struct finding_users *f, uint64_t i)
{
    uint32_t word = elf_u32(f->at + i);
    uint64_t site = f->code->address + i, end = site + 4 + (uint64_t)(int64_t)(int32_t)word;

    if (f->fixed && word - f->low <= f->span && flags_reaches(f->flags, word))
        take_user(f->flags, site, f->more);
    if (end - f->low > f->span)
        return;
    if (i >= 2 && f->at[i - 2] == 0x8d && (f->at[i - 1] & 0xc7) == 5 &&
        flags_reaches(f->flags, end)) {
        take_user(f->flags, site, f->more);
        return;
    }
    for (unsigned tail = 0; tail <= 4; tail = tail == 2 ? 4 : tail + 1) {
        struct flags_byte *byte = flags_byte_at(f->flags, end + tail);

        if (byte != NULL && !take_user(f->flags, site, f->more))
            byte->spoilt = true;
    }
}

/* May one of the four bytes from any of BYTES positions on be such a distance or address? By the
 * low halves of the addresses. */
static bool may_refer(const struct finding_users *f, uint64_t i)
{
    typedef uint32_t words __attribute__((vector_size(BYTES)));
    const words each = {0, 4, 8, 12};
    uint32_t end = (uint32_t)(f->code->address + i + 4 - f->low), low = (uint32_t)f->low;
    bytes found = {0};

    for (uint32_t first = 0; first < 4; first++) {
        words word = (words)bytes_at(f->at + i + first);

        found |= (bytes)(word + each + (end + first) <= (uint32_t)f->span);
        if (f->fixed)
            found |= (bytes)(word - low <= (uint32_t)f->span);
    }
    return bytes_bits(found) != 0;
}

static void find_users_in(struct flags *flags, const struct elf_code *code,
                          struct flags_addresses *more)
{
    uint64_t first = flags->bytes.items[0].address;
    uint64_t last = flags->bytes.items[flags->bytes.count - 1].address, i = 1;
    const struct finding_users f = {
        .flags = flags,
        .code = code,
        .at = flags->file->data + code->range.offset,
        .low = first - OBJECT_MAX,
        .span = last - first + OBJECT_MAX,
        .fixed = flags->file->type == ET_EXEC,
        .more = more,
    };

    for (; f.span <= UINT32_MAX && i + BYTES + 3 <= code->range.size; i += BYTES) {
        elf_file_pass(flags->file, f.at, i - 1);
        for (unsigned into = 0; into < BYTES && (into > 0 || may_refer(&f, i)); into++)
            find_user_at(&f, i + into);
    }
    for (; i + 4 <= code->range.size; i++)
        find_user_at(&f, i);
}

/* A pointer to an object stands in data: what writes through it is not followed. */
static void spoil_pointed(struct flags *flags)
{
    const uint8_t *at = flags->file->data + flags->file->rela.offset;

    for (uint64_t i = 0; flags->file->rela_has_addend && i + 24 <= flags->file->rela.size; i += 24)
        if (elf_u32(at + i + 8) == R_X86_64_RELATIVE &&
            elf_u64(at + i) != elf_u64(at + i + 16)) /* __dso_handle points to itself */
            flags_spoil(flags, elf_u64(at + i + 16));
    vec_foreach (segment, &flags->file->segments) {
        if (flags->file->type != ET_EXEC || segment->p_type != PT_LOAD ||
            (segment->p_flags & PF_X) != 0)
            continue;
        at = flags->file->data + segment->p_offset;
        for (uint64_t i = -segment->p_vaddr & 7; i + 8 <= segment->p_filesz; i += 8)
            flags_spoil(flags, elf_u64(at + i));
    }
}

static void find_users(struct flags *flags)
{
    struct flags_addresses more = {0};

    vec_foreach (code, &flags->layout->code)
        find_users_in(flags, code, &more);
    spoil_pointed(flags);
    vec_foreach (address, &more)
        *vec_add(&flags->functions) = *address;
    vec_done(&more);
    flags_sort_addresses(&flags->functions);
}

/* As the file starts: a bit that is set there implies nothing. */
static void reset_bytes(struct flags *flags)
{
    vec_foreach (byte, &flags->bytes) {
        struct elf_range at = elf_file_at(flags->file, byte->address, 1, false);
        uint8_t start = at.size == 1 ? flags->file->data[at.offset] : 0;

        for (unsigned bit = 0; bit < 8; bit++)
            byte->implies[bit] = (start >> bit & 1) != 0 ? 0 : FLAGS_ALL;
    }
}

/* Does a function answer what the CPU has? Then those that call it are run too. */
static bool answers(const struct flags *flags, const struct flags_state *end)
{
    for (unsigned bit = 0; bit < 64; bit++) {
        uint64_t implied = flags_implied(flags, &end->reg[0], bit);

        if (implied != 0 && implied != FLAGS_ALL)
            return true;
    }
    return false;
}

/* register_tm_clones and deregister_tm_clones of GCC's start files (libgcc crtstuff.c) make the
 * address of the end of .data, twice, and pass it on if a table for transactions stands there.
 * Nothing is written to it. */
static bool is_clone_table(const struct flags *flags, const struct elf_function *function)
{
    struct elf_range code = elf_file_at(flags->file, function->address, 16, false);
    const uint8_t *at = flags->file->data + code.offset;

    if (code.size != 16)
        return false;
    if (memcmp(at, "\x48\x8d\x3d", 3) == 0 && at[7] == 0x48 && at[8] == 0x8d)
        return (at[9] == 0x05 || at[9] == 0x35) && elf_u32(at + 3) == elf_u32(at + 10) + 7;
    return (at[0] == 0xb8 && at[5] == 0x48 && at[6] == 0x3d &&
            elf_u32(at + 1) == elf_u32(at + 7)) ||
           (at[0] == 0xbe && memcmp(at + 5, "\x48\x81\xee", 3) == 0 &&
            elf_u32(at + 1) == elf_u32(at + 8));
}

static void run_all(struct flags *flags)
{
    struct flags_state start, end;

    for (size_t i = 0; i < flags->functions.count; i++) {
        const struct elf_function *function =
            elf_layout_function(flags->layout, flags->functions.items[i]);

        if (is_clone_table(flags, function))
            continue;
        memset(&start, 0, sizeof(start));
        start.reg[4].kind = VALUE_STACK;
        if (i < FUNCTIONS_MAX && flags_run(flags, function, &start, 0, &end)) {
            if (end.returns && answers(flags, &end) &&
                !flags_has_address(&flags->ask, function->address))
                *vec_add(&flags->found) = function->address;
            continue;
        }
        flags->changed |= flags_spoil_x86(flags, function);
    }
}

static int compare_facts(const void *a, const void *b)
{
    const struct flags_fact *x = a, *y = b;

    return flags_compare_addresses(&x->address, &y->address);
}

/* Of several runs of an instruction, what holds in all. */
static void sort_facts(struct flags *flags)
{
    size_t kept = 0;

    if (flags->facts.count == 0)
        return;
    qsort(flags->facts.items, flags->facts.count, sizeof(*flags->facts.items), compare_facts);
    for (size_t i = 0; i < flags->facts.count; i++) {
        if (kept > 0 && flags->facts.items[kept - 1].address == flags->facts.items[i].address)
            flags->facts.items[kept - 1].facts &= flags->facts.items[i].facts;
        else
            flags->facts.items[kept++] = flags->facts.items[i];
    }
    flags->facts.count = kept;
}

void isa_flags_read(const struct elf_file *file, const struct elf_layout *layout,
                    const struct flags_addresses *sites, struct flags *flags)
{
    bool stable = false;

    memset(flags, 0, sizeof(*flags));
    flags->file = file;
    flags->layout = layout;
    flags->budget = BUDGET;
    flags->go = elf_section(file, ".gopclntab").size > 0;
    if (file->machine != EM_X86_64)
        return;
    flags->index = text_calloc(FLAGS_INDEX, sizeof(*flags->index));
    flags->touched_by = text_calloc(layout->functions.count, sizeof(*flags->touched_by));
    flags->decoded = text_calloc((size_t)1 << FLAGS_DECODED_BITS, sizeof(*flags->decoded));
    flags_read_imports(flags);
    find_functions(flags, sites);
    for (unsigned round = 0; round < ROUNDS_MAX && !stable && flags->budget > 0; round++) {
        flags->grown = flags->changed = false;
        run_all(flags);
        if (flags->found.count > 0 && flags->ask.count < ASK_MAX) {
            vec_foreach (address, &flags->found)
                *vec_add(&flags->ask) = *address;
            flags_sort_addresses(&flags->ask);
            find_callers(flags, &flags->functions);
            flags_sort_addresses(&flags->functions);
            flags->grown = true;
        }
        flags->found.count = 0;
        if (flags->grown) {
            if (flags->bytes.count > 0)
                find_users(flags);
            reset_bytes(flags);
        }
        stable = !flags->grown && !flags->changed;
    }
    if (stable) {
        flags->last = true;
        run_all(flags);
    }
    if (!stable || flags->budget == 0)
        flags->facts.count = flags->choices.count = 0;
    sort_facts(flags);
}

void isa_flags_done(struct flags *flags)
{
    vec_done(&flags->pool);
    free(flags->index);
    free(flags->decoded);
    free(flags->touched_by);
    vec_done(&flags->touched);
    vec_done(&flags->touches);
    vec_done(&flags->bytes);
    vec_done(&flags->facts);
    vec_done(&flags->choices);
    vec_done(&flags->functions);
    vec_done(&flags->ask);
    vec_done(&flags->found);
    vec_done(&flags->made);
    vec_done(&flags->accessed);
    vec_done(&flags->stubs);
}

static bool shows(uint64_t facts, uint64_t wanted)
{
    return facts != FLAGS_ALL && wanted != 0 && (facts & wanted) == wanted;
}

bool isa_flags_hold(const struct flags *flags, uint64_t address, const char *feature)
{
    struct flags_fact key = {address, 0}, *found = NULL;

    if (flags->facts.count > 0)
        found = bsearch(&key, flags->facts.items, flags->facts.count, sizeof(key), compare_facts);
    return found != NULL && shows(found->facts, isa_flow_number(EM_X86_64, feature));
}

bool isa_flags_test(const struct flags *flags, const char *feature)
{
    return shows(flags->tested, isa_flow_number(EM_X86_64, feature));
}

bool isa_flags_choose(const struct flags *flags, uint64_t site, uint64_t target,
                      const char *feature)
{
    uint64_t wanted = isa_flow_number(EM_X86_64, feature);
    bool chosen = false;

    /* All choices of it near by must be behind a test of the feature. */
    vec_foreach (choice, &flags->choices)
        if (choice->target == target && choice->site - site < 128) {
            if (!shows(choice->facts, wanted))
                return false;
            chosen = true;
        }
    return chosen;
}
