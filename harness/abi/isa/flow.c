/* SPDX-License-Identifier: Apache-2.0 */
/* Follows references back from the functions with uses to those that reach them. The rules are in
 * flow.h. */
#include "abi/isa/flow.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "abi/isa/flow_libc.h"
#include "abi/isa/flow_references.h"
#include "abi/isa/flow_roots.h"
#include "base/text.h"

#define ROUNDS_MAX 12
/* bytes read in all rounds together: large programs get fewer rounds */
#define ROUNDS_BYTES (UINT64_C(768) << 20)
#define BUDGET (UINT64_C(40) << 20) /* number of instructions examined in one file */
#define DEPTH_MAX 40

/* A function on a path to a use. */
struct node {
    const struct elf_function *function;
    enum root root;
    size_t first, count; /* range in references, sorted by target */
    uint8_t state;       /* for the current feature: 0 unknown, 1 in progress, 2 + enum reach */
    uint64_t behind;     /* of REACH_BEHIND */
};

struct search {
    struct flow flow;
    VEC(struct node) nodes; /* sorted by address */
    struct references references;
    struct roots roots;
    bool is_libc; /* glibc's own resolvers query its private CPU data */
};

static int compare_references(const void *a, const void *b)
{
    const struct reference *x = a, *y = b;

    return x->target != y->target ? flags_compare_addresses(&x->target, &y->target)
                                  : flags_compare_addresses(&x->site, &y->site);
}

static int compare_nodes(const void *a, const void *b)
{
    const struct node *x = a, *y = b;

    return flags_compare_addresses(&x->function->address, &y->function->address);
}

static struct node *find_node(struct search *search, const struct elf_function *function)
{
    struct node key = {.function = function};

    if (function == NULL || search->nodes.count == 0)
        return NULL;
    return bsearch(&key, search->nodes.items, search->nodes.count, sizeof(key), compare_nodes);
}

/* The linkage table's entries of these functions, after them: what calls an entry calls the
 * function. */
static void add_stubs(const struct search *search, struct flags_addresses *targets)
{
    size_t known = targets->count;
    const struct flags_addresses functions = {.items = targets->items, .count = known};

    vec_foreach (stub, &search->flow.flags->stubs)
        if (stub->target != 0 && flags_has_address(&functions, stub->target))
            *vec_add(targets) = stub->address;
    if (targets->count > known)
        flags_sort_addresses(targets);
}

static void find_references(struct search *search, struct flags_addresses *targets)
{
    size_t before = search->references.rows.count;

    add_stubs(search, targets);
    isa_references_add(search->flow.file, search->flow.layout, targets->items, targets->count,
                       &search->references);
    for (size_t i = before; i < search->references.rows.count; i++) {
        struct reference *row = &search->references.rows.items[i];
        const struct flags_stub *stub = flags_stub_at(search->flow.flags, row->target);

        if (stub != NULL && stub->target != 0)
            row->target = stub->target;
    }
}

/* Collects functions with uses, then the functions that refer to them, breadth first. */
static void gather(struct search *search, const struct isa_scan *scan)
{
    struct flags_addresses wave = {0};

    vec_foreach (use, &scan->uses) {
        const struct elf_function *function =
            elf_layout_function(search->flow.layout, use->address);

        if (function != NULL &&
            (wave.count == 0 || wave.items[wave.count - 1] != function->address))
            *vec_add(&wave) = function->address;
    }
    for (unsigned round = 0;
         round < ROUNDS_MAX && wave.count > 0 && round * search->flow.file->size < ROUNDS_BYTES;
         round++) {
        size_t before = search->references.rows.count, known = search->nodes.count;

        qsort(wave.items, wave.count, sizeof(uint64_t), flags_compare_addresses);
        for (size_t i = 0; i < wave.count; i++) {
            struct node node = {.function =
                                    elf_layout_function(search->flow.layout, wave.items[i])};
            bool twice = i > 0 && wave.items[i] == wave.items[i - 1];
            struct node key = node;

            if (twice || (known > 0 && bsearch(&key, search->nodes.items, known, sizeof(key),
                                               compare_nodes) != NULL))
                continue;
            *vec_add(&search->nodes) = node;
        }
        wave.count = 0;
        for (size_t i = known; i < search->nodes.count; i++)
            *vec_add(&wave) = search->nodes.items[i].function->address;
        if (search->nodes.count > 1)
            qsort(search->nodes.items, search->nodes.count, sizeof(struct node), compare_nodes);
        if (wave.count == 0)
            break;
        find_references(search, &wave);
        wave.count = 0;
        for (size_t i = before; i < search->references.rows.count; i++) {
            const struct reference *row = &search->references.rows.items[i];
            const struct elf_function *from =
                row->kind == REFERENCE_CALL || row->kind == REFERENCE_TAKEN
                    ? elf_layout_function(search->flow.layout, row->site)
                    : NULL;

            if (from != NULL && find_node(search, from) == NULL)
                *vec_add(&wave) = from->address;
        }
    }
    vec_done(&wave);
}

static void link_references(struct search *search)
{
    size_t at = 0;

    if (search->references.rows.count > 1)
        qsort(search->references.rows.items, search->references.rows.count,
              sizeof(struct reference), compare_references);
    vec_foreach (node, &search->nodes) {
        while (at < search->references.rows.count &&
               search->references.rows.items[at].target < node->function->address)
            at++;
        node->first = at;
        while (at < search->references.rows.count &&
               search->references.rows.items[at].target == node->function->address)
            at++;
        node->count = at - node->first;
        node->root = isa_roots_kind(&search->roots, node->function,
                                    search->references.rows.items + node->first, node->count);
    }
}

static struct flow_way level_of(struct search *search, struct node *node, unsigned depth);

/* What is reached by one way after the other. */
static struct flow_way both(const struct flow_way *a, const struct flow_way *b)
{
    struct flow_way way = {.reach = a->reach < b->reach ? a->reach : b->reach};

    if (way.reach == REACH_BEHIND)
        way.behind = a->behind | b->behind;
    return way;
}

/* The reach through one reference. A root is always reached. */
static struct flow_way level_by(struct search *search, const struct reference *row, unsigned depth)
{
    const struct flow_way closed = {.reach = REACH_CLOSED}, open = {.reach = REACH_OPEN};
    const struct flow_way direct = {.reach = REACH_DIRECT};
    const struct elf_function *from;
    struct flow_way way, level;
    struct node *caller;
    bool entry;

    if (row->kind == REFERENCE_ROOT)
        return direct;
    if (row->kind == REFERENCE_DATA)
        return open;
    from = elf_layout_function(search->flow.layout, row->site);
    caller = find_node(search, from);
    if (caller == NULL)
        return open;
    if (row->kind == REFERENCE_TAKEN && isa_libc_lists(&search->flow, from))
        return closed;
    if (isa_flags_hold(search->flow.flags, row->site, search->flow.wanted) ||
        (row->kind == REFERENCE_TAKEN &&
         isa_flags_choose(search->flow.flags, row->site, row->target, search->flow.wanted)))
        return closed;
    way = row->kind == REFERENCE_CALL
              ? isa_flow_walk_call(&search->flow, from, from->resolver, row->site)
              : isa_flow_walk(&search->flow, from, from->resolver, row->site);
    if (way.reach == REACH_CLOSED)
        return closed;
    if (from->resolver && row->kind == REFERENCE_TAKEN && search->is_libc &&
        isa_libc_variant(&search->flow, row->target))
        return closed;
    if (from->resolver && row->kind == REFERENCE_TAKEN && way.bit_test)
        return open;
    level = level_of(search, caller, depth + 1);
    entry = search->roots.entry - from->address < from->size || from->resolver;
    if (row->kind == REFERENCE_TAKEN && !entry && search->flow.asks)
        way = open;
    return both(&level, &way);
}

/* Where nothing else is known. A table is one way, an exported name another: only a file that tests
 * that feature is taken to select what stands in its tables. */
static enum reach level_of_root(const struct search *search, const struct node *node)
{
    if (node->root == ROOT_NO)
        return node->count == 0 || node->function->entered ? REACH_OPEN : REACH_CLOSED;
    if (node->root == ROOT_VIRTUAL ||
        (node->root == ROOT_TABLE && isa_flags_test(search->flow.flags, search->flow.wanted)))
        return REACH_OPEN;
    return REACH_DIRECT;
}

static struct flow_way level_of(struct search *search, struct node *node, unsigned depth)
{
    struct flow_way best = {.reach = REACH_CLOSED};

    if (node->state >= 2)
        return (struct flow_way){.reach = (enum reach)(node->state - 2), .behind = node->behind};
    if (node->state == 1) /* a cycle: the other paths decide */
        return best;
    if (depth > DEPTH_MAX)
        return (struct flow_way){.reach = REACH_OPEN};
    node->state = 1;
    best.reach = level_of_root(search, node);
    for (size_t i = 0; i < node->count && best.reach != REACH_DIRECT; i++) {
        struct flow_way level =
            level_by(search, &search->references.rows.items[node->first + i], depth);

        if (level.reach > best.reach)
            best = level;
    }
    node->state = (uint8_t)(2 + best.reach);
    node->behind = best.behind;
    return best;
}

static const char *text_of(enum isa_guard guard, const struct node *node)
{
    if (guard == ISA_USE_GUARDED)
        return "guarded by a check of this feature";
    if (guard == ISA_USE_UNGUARDED)
        return node != NULL && node->root >= ROOT_EXPORTED ? "reached without a check of the CPU"
                                                           : "called without a check of the CPU";
    if (node == NULL)
        return "not in a known function, so the code that leads to it could not be followed";
    if (node->root == ROOT_VIRTUAL || node->root == ROOT_TABLE)
        return "its function is called through a table; the code that selects it was not followed";
    return node->count == 0 && node->root == ROOT_NO
               ? "no caller was found"
               : "the code that leads to it may or may not check the CPU";
}

static void label_use(struct search *search, struct isa_use *use)
{
    struct node *node = find_node(search, elf_layout_function(search->flow.layout, use->address));
    struct flow_way way = {.reach = REACH_OPEN}, level = way;

    if (node != NULL && search->is_libc && strcmp(use->feature, "rtm") == 0 &&
        isa_libc_elides(&search->flow, node->function)) {
        way.reach = REACH_CLOSED;
    } else if (node != NULL) {
        way = isa_flow_walk(&search->flow, node->function, node->function->resolver, 0);
        if (way.reach != REACH_CLOSED)
            level = level_of(search, node, 0);
        way = both(&level, &way);
    }
    use->guard = way.reach == REACH_CLOSED   ? ISA_USE_GUARDED
                 : way.reach == REACH_DIRECT ? ISA_USE_UNGUARDED
                                             : ISA_USE_UNPROVEN;
    use->behind = way.behind;
    use->why = way.reach == REACH_BEHIND ? "behind a test of another feature only"
                                         : text_of(use->guard, node);
}

static int compare_features(const void *a, const void *b)
{
    const struct isa_use *x = *(const struct isa_use *const *)a;
    const struct isa_use *y = *(const struct isa_use *const *)b;

    return strcmp(x->feature, y->feature);
}

void isa_flow_label(const struct elf_file *file, const struct elf_layout *layout,
                    const struct flags *flags, struct isa_scan *scan)
{
    struct search search = {
        .flow = {.file = file, .layout = layout, .flags = flags, .asks = scan->asks}};
    struct isa_use **by_feature;
    const char *feature = "";

    if (scan->uses.count == 0)
        return;
    search.flow.cpu_model = layout->cpu_model;
    search.flow.cpu_features2 = layout->cpu_features2;
    search.flow.budget = BUDGET;
    search.is_libc = isa_libc_in(file, layout);
    isa_roots_read(file, scan->exports, &search.roots);
    gather(&search, scan);
    link_references(&search);
    search.flow.walked = text_calloc(FLOW_WALKED, sizeof(struct flow_walked));
    by_feature = text_calloc(scan->uses.count, sizeof(struct isa_use *));
    for (size_t i = 0; i < scan->uses.count; i++)
        by_feature[i] = &scan->uses.items[i];
    qsort(by_feature, scan->uses.count, sizeof(struct isa_use *), compare_features);
    for (size_t i = 0; i < scan->uses.count; i++) {
        if (strcmp(by_feature[i]->feature, feature) != 0)
            vec_foreach (node, &search.nodes)
                node->state = 0;
        feature = search.flow.wanted = by_feature[i]->feature;
        label_use(&search, by_feature[i]);
    }
    free(by_feature);
    for (size_t i = 0; i < FLOW_WALKED; i++)
        free(search.flow.walked[i].levels);
    free(search.flow.walked);
    vec_done(&search.nodes);
    vec_done(&search.references.rows);
    isa_roots_done(&search.roots);
}
