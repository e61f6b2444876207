/* SPDX-License-Identifier: Apache-2.0 */
/* Instruction sets that code uses or declares, held against what a platform's CPU has and lacks. */
#include <elf.h>
#include <string.h>

#include "abi/check/check.h"

#define FUNCTIONS_SHOWN 20 /* of one file and feature */

/* x86-64 levels of the psABI, by a feature that stands for each. */
static void check_declared(struct check *check, const struct package_elf *elf,
                           const struct surface_object *object)
{
    static const struct {
        uint32_t bit;
        const char *level, *feature;
    } levels[] = {{GNU_PROPERTY_X86_ISA_1_V2, "x86-64-v2", "sse4_2"},
                  {GNU_PROPERTY_X86_ISA_1_V3, "x86-64-v3", "avx2"},
                  {GNU_PROPERTY_X86_ISA_1_V4, "x86-64-v4", "avx512f"}};

    for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
        struct finding *row;

        if ((object->isa_needed & levels[i].bit) == 0 ||
            !strv_has(&check->platform->lacks, levels[i].feature))
            continue;
        row = findings_add(check->findings, FINDING_ISA_DECLARED, elf->path, NULL, NULL, NULL);
        finding_set_found(row, "%s is declared; the CPU lacks %s", levels[i].level,
                          levels[i].feature);
    }
}

struct seen {
    const char *feature;
    size_t functions, instructions;
};

static struct seen *seen_of(struct seen *list, size_t *count, size_t limit, const char *feature)
{
    for (size_t i = 0; i < *count; i++)
        if (strcmp(list[i].feature, feature) == 0)
            return &list[i];
    if (*count == limit)
        return NULL;
    list[*count] = (struct seen){feature, 0, 0};
    return &list[(*count)++];
}

static void note_use(struct check *check, const struct package_elf *elf, const struct isa_use *use)
{
    struct finding *row =
        findings_add(check->findings, use->guarded ? FINDING_ISA_GUARDED : FINDING_ISA_UNGUARDED,
                     elf->path, use->function, NULL, NULL);

    finding_set_found(row, "%s: %u %s, the first at 0x%llx; %s", use->feature, use->count,
                      text_plural(use->count, "instruction", "instructions"),
                      (unsigned long long)use->address,
                      use->guarded && elf->isa.dispatch != NULL ? elf->isa.dispatch
                                                                : "no sign that it asks the CPU");
}

/* The sign that code asks first is the file's: what is guarded is one row a feature. */
static void check_uses(struct check *check, const struct package_elf *elf)
{
    struct seen lacking[64], unknown[64];
    size_t lacking_count = 0, unknown_count = 0;

    vec_foreach (use, &elf->isa.uses) {
        bool lacks = strv_has(&check->platform->lacks, use->feature);
        struct seen *seen;

        if (!lacks && (use->guarded || strv_has(&check->platform->has, use->feature)))
            continue;
        seen = lacks ? seen_of(lacking, &lacking_count, 64, use->feature)
                     : seen_of(unknown, &unknown_count, 64, use->feature);
        if (seen == NULL)
            continue;
        seen->functions++;
        seen->instructions += use->count;
        if (lacks && seen->functions <= (use->guarded ? 1 : FUNCTIONS_SHOWN))
            note_use(check, elf, use);
    }
    for (size_t i = 0; i < lacking_count; i++)
        if (lacking[i].functions > FUNCTIONS_SHOWN)
            finding_set_found(
                findings_add(check->findings, FINDING_ISA_GUARDED, elf->path, NULL, NULL, NULL),
                "%s: %zu functions in all, %zu instructions", lacking[i].feature,
                lacking[i].functions, lacking[i].instructions);
    for (size_t i = 0; i < unknown_count; i++)
        finding_set_found(findings_add(check->findings, FINDING_UNKNOWN, elf->path, NULL, NULL,
                                       check->platform->part),
                          "%s: %zu instructions in %zu functions, not behind a check; whether this "
                          "part has it is not known",
                          unknown[i].feature, unknown[i].instructions, unknown[i].functions);
}

void check_isa(struct check *check)
{
    const struct surface *surface = check->package->surface;
    uint16_t machine = check->platform->arch == ARCH_AARCH64 ? EM_AARCH64 : EM_X86_64;

    vec_foreach (elf, &check->package->elves) {
        const struct surface_object *object = &surface->objects[elf->object];

        if (object->machine != machine)
            continue;
        check_declared(check, elf, object);
        if (elf->isa.done)
            check_uses(check, elf);
        if (elf->isa.cut)
            finding_set_found(
                findings_add(check->findings, FINDING_UNKNOWN, elf->path, NULL, NULL, NULL),
                "more than %d uses of extensions: the rest was not looked at", ISA_USES_MAX);
    }
}
