/* SPDX-License-Identifier: Apache-2.0 */
/* Compares instruction sets that code uses or declares with what a platform's CPU has and lacks. */
#include <elf.h>
#include <string.h>

#include "abi/check/check.h"

#define FUNCTIONS_SHOWN 20 /* for one file and feature */

/* Source: psABI x86-64, table 3.1; glibc sysdeps/x86/dl-hwcaps-subdirs.c. */
const struct check_x86_level check_x86_levels[CHECK_X86_LEVELS] = {
    {"x86-64-v2",
     GNU_PROPERTY_X86_ISA_1_V2,
     {"cx16", "popcnt", "pni", "sse4_1", "sse4_2", "ssse3"}},
    {"x86-64-v3",
     GNU_PROPERTY_X86_ISA_1_V3,
     {"avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "movbe"}},
    {"x86-64-v4",
     GNU_PROPERTY_X86_ISA_1_V4,
     {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"}},
};

/* A feature of that level, or of a lower one, that the CPU is known to lack; NULL: none. */
static const char *lacks_of_level(const struct platform *platform, size_t level)
{
    for (size_t l = 0; l <= level; l++)
        for (size_t f = 0; check_x86_levels[l].features[f] != NULL; f++)
            if (strv_has(&platform->lacks, check_x86_levels[l].features[f]))
                return check_x86_levels[l].features[f];
    return NULL;
}

static void note_declared(struct check *check, const struct package_elf *elf, const char *who,
                          const char *level, const char *feature)
{
    if (feature != NULL)
        finding_set_found(
            findings_add(check->findings, FINDING_ISA_DECLARED, elf->path, NULL, NULL, NULL),
            "it declares %s%s, but the CPU lacks %s", who, level, feature);
}

/* Features that versions of GOARM64 require: Arm ARM A2.2, mandatory features of each version. */
static const char *lacks_of_goarm64(const struct platform *platform, const char *level)
{
    static const struct {
        const char *mark;
        unsigned version;
        const char *feature;
    } rows[] = {{",lse", 1, "atomics"}, {NULL, 1, "crc32"},     {NULL, 1, "asimdrdm"},
                {NULL, 2, "dcpop"},     {NULL, 3, "jscvt"},     {NULL, 3, "fcma"},
                {NULL, 3, "lrcpc"},     {NULL, 4, "asimddp"},   {NULL, 4, "ilrcpc"},
                {",crypto", 99, "aes"}, {",crypto", 99, "sha2"}};
    unsigned version = strncmp(level, "v8.", 3) == 0 && level[3] >= '0' && level[3] <= '9'
                           ? (unsigned)(level[3] - '0')
                       : strncmp(level, "v9", 2) == 0 ? 5
                                                      : 0;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if ((version >= rows[i].version ||
             (rows[i].mark != NULL && strstr(level, rows[i].mark) != NULL)) &&
            strv_has(&platform->lacks, rows[i].feature))
            return rows[i].feature;
    return NULL;
}

/* What ld.so enforces (glibc 2.33 and later), and what Go's startup code checks. */
static void check_declared(struct check *check, const struct package_elf *elf,
                           const struct surface_object *object)
{
    const char *level = elf->isa.go_level;

    for (size_t i = 0; i < CHECK_X86_LEVELS; i++)
        if ((object->isa_needed & check_x86_levels[i].bit) != 0)
            note_declared(check, elf, "", check_x86_levels[i].name,
                          lacks_of_level(check->platform, i));
    if (level == NULL)
        return;
    if (check->platform->arch == ARCH_AARCH64)
        note_declared(check, elf, "GOARM64=", level, lacks_of_goarm64(check->platform, level));
    else if (level[0] == 'v' && level[1] >= '2' && level[1] <= '4')
        note_declared(check, elf, "GOAMD64=", level,
                      lacks_of_level(check->platform, (size_t)(level[1] - '2')));
}

/* The uses of one extension in one file. */
struct seen {
    const char *feature;
    bool lacks;
    size_t functions[ISA_USE_UNGUARDED + 1], instructions;
    const struct isa_use *first[ISA_USE_UNGUARDED + 1];
};
#define FEATURES_MAX 192 /* more than the tables contain */

static enum finding_kind kind_of(enum isa_guard guard)
{
    return guard == ISA_USE_GUARDED    ? FINDING_ISA_GUARDED
           : guard == ISA_USE_UNPROVEN ? FINDING_ISA_UNPROVEN
                                       : FINDING_ISA_UNGUARDED;
}

/* A caller of an exported library function may query the CPU first. */
static enum isa_guard guard_in(const struct check *check, const struct package_elf *elf,
                               const struct isa_use *use)
{
    enum isa_guard guard = use->guard;

    if (use->behind != 0 && !isa_behind_lacks(check->package->surface->objects[elf->object].machine,
                                              use->behind, &check->platform->lacks))
        guard = ISA_USE_UNGUARDED;
    if (guard == ISA_USE_UNGUARDED && elf->isa.exports)
        vec_foreach (other, &check->package->elves)
            if (other != elf && other->isa.done && other->isa.asks)
                return ISA_USE_UNPROVEN;
    return guard;
}

static void note_use(struct check *check, const struct package_elf *elf, const struct isa_use *use,
                     enum isa_guard guard)
{
    struct finding *row =
        findings_add(check->findings, kind_of(guard), elf->path, use->function, NULL, NULL);
    _cleanup_free_ char *switches =
        elf->isa.switches.count > 0 ? strv_join(&elf->isa.switches, " ") : NULL;

    finding_set_found(row, "%s: %u %s, the first at 0x%llx; %s%s%s", use->feature, use->count,
                      text_plural(use->count, "instruction", "instructions"),
                      (unsigned long long)use->address,
                      guard == use->guard || guard == ISA_USE_UNGUARDED
                          ? use->why
                          : "other files of the package may check the CPU before "
                            "they call it",
                      switches != NULL ? "; built with " : "", switches != NULL ? switches : "");
}

static struct seen *seen_of(struct seen *list, size_t *count, const char *feature)
{
    for (size_t i = 0; i < *count; i++)
        if (strcmp(list[i].feature, feature) == 0)
            return &list[i];
    if (*count == FEATURES_MAX)
        return NULL;
    list[*count] = (struct seen){.feature = feature};
    return &list[(*count)++];
}

/* Unguarded functions have a finding each, up to a limit; others have one for each feature. */
static void note_seen(struct check *check, const struct package_elf *elf, const struct seen *seen)
{
    size_t all = 0;
    enum isa_guard gravest = ISA_USE_GUARDED;

    for (enum isa_guard guard = ISA_USE_GUARDED; guard <= ISA_USE_UNGUARDED; guard++) {
        all += seen->functions[guard];
        if (seen->functions[guard] > 0)
            gravest = guard;
        if (seen->functions[guard] > 0 && guard != ISA_USE_UNGUARDED)
            note_use(check, elf, seen->first[guard], guard);
    }
    if (all > FUNCTIONS_SHOWN)
        finding_set_found(
            findings_add(check->findings, kind_of(gravest), elf->path, NULL, NULL, NULL),
            "%s: %zu functions with %zu instructions in total: %zu unguarded, %zu undetermined, "
            "%zu guarded",
            seen->feature, all, seen->instructions, seen->functions[ISA_USE_UNGUARDED],
            seen->functions[ISA_USE_UNPROVEN], seen->functions[ISA_USE_GUARDED]);
}

static void note_unknown(struct check *check, const struct package_elf *elf,
                         const struct seen *seen)
{
    size_t bare = seen->functions[ISA_USE_UNGUARDED];
    struct finding *row;

    if (bare + seen->functions[ISA_USE_UNPROVEN] == 0)
        return;
    row = findings_add(check->findings, bare > 0 ? FINDING_UNKNOWN : FINDING_ISA_UNPROVEN,
                       elf->path, NULL, NULL, check->platform->part);
    finding_set_found(
        row,
        "%s: %zu instructions in %zu functions; it is not known whether this CPU has the feature",
        seen->feature, seen->instructions, bare + seen->functions[ISA_USE_UNPROVEN]);
}

static void check_uses(struct check *check, const struct package_elf *elf)
{
    struct seen list[FEATURES_MAX];
    size_t count = 0;

    vec_foreach (use, &elf->isa.uses) {
        enum isa_guard guard = guard_in(check, elf, use);
        struct seen *seen;

        /* On a CPU without AVX-512 its first generation tells of all of it. */
        if (strv_has(&check->platform->has, use->feature) ||
            (use->avx512 && strv_has(&check->platform->lacks, "avx512f")))
            continue;
        seen = seen_of(list, &count, use->feature);
        if (seen == NULL)
            continue;
        seen->lacks = strv_has(&check->platform->lacks, use->feature);
        seen->instructions += use->count;
        if (seen->functions[guard]++ == 0)
            seen->first[guard] = use;
        if (seen->lacks && guard == ISA_USE_UNGUARDED && seen->functions[guard] <= FUNCTIONS_SHOWN)
            note_use(check, elf, use, guard);
    }
    for (size_t i = 0; i < count; i++)
        if (list[i].lacks)
            note_seen(check, elf, &list[i]);
        else
            note_unknown(check, elf, &list[i]);
}

static uint16_t machine_of(const struct platform *platform)
{
    return platform->arch == ARCH_AARCH64 ? EM_AARCH64 : EM_X86_64;
}

void check_cpus_add(struct isa_cpus *cpus, const struct platform *platform)
{
    *vec_add(cpus) = (struct isa_cpu){machine_of(platform), &platform->has};
}

void check_isa(struct check *check)
{
    const struct surface *surface = check->package->surface;
    uint16_t machine = machine_of(check->platform);

    vec_foreach (elf, &check->package->elves) {
        const struct surface_object *object = &surface->objects[elf->object];

        if (object->machine != machine)
            continue;
        check_declared(check, elf, object);
        if (elf->isa.done)
            check_uses(check, elf);
    }
}
