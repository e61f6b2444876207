/* SPDX-License-Identifier: Apache-2.0 */
#include "import/dependencies.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "import/draft.h"

bool dependencies_is_for(const struct strv *words, enum arch arch)
{
    bool negated = false;

    for (size_t i = 0; i < words->count; i++) {
        const char *word = words->items[i];
        bool refuses = *word == '!';
        const char *name = refuses ? word + 1 : word;
        /* "linux-amd64" is amd64; other systems are none of ours. */
        const char *cpu = text_starts(name, "linux-") ? name + strlen("linux-") : name;
        _cleanup_free_ char *any = text_format("any-%s", arch_debian_name(arch));

        negated |= refuses;
        if (strcmp(cpu, "any") == 0 || strcmp(cpu, "all") == 0 || strcmp(name, any) == 0 ||
            strcmp(cpu, arch_debian_name(arch)) == 0)
            return !refuses;
    }
    return negated;
}

/* The text between two characters after `text`, or NULL. Caller frees. */
static char *between(const char *text, char open, char close)
{
    const char *start = strchr(text, open), *stop = start != NULL ? strchr(start, close) : NULL;

    return stop != NULL ? text_ndup(start + 1, (size_t)(stop - start - 1)) : NULL;
}

/* A profile restricts a relation to special builds, unless it only excludes some. */
static bool is_for_normal_build(const char *relation)
{
    _cleanup_free_ char *profile = between(relation, '<', '>');

    return profile == NULL || profile[strspn(profile, " \t")] == '!';
}

/* The package of one relation if it is for this architecture; else NULL. Caller frees. */
static char *package_for(const char *relation, enum arch arch)
{
    _cleanup_free_ char *list = between(relation, '[', ']');
    _cleanup_strv_ struct strv words = {0};
    const char *name = relation + strspn(relation, " \t\n");
    size_t length = strcspn(name, " \t\n(:[<");

    if (length == 0 || *name == '$' || !is_for_normal_build(relation))
        return NULL;
    strv_split(&words, list != NULL ? list : "any", " \t");
    return dependencies_is_for(&words, arch) ? text_ndup(name, length) : NULL;
}

static void add_clause(struct draft *draft, const char *clause)
{
    _cleanup_strv_ struct strv choices = {0};
    char *chosen[ARCH_COUNT] = {NULL};
    bool same = true;

    strv_split(&choices, clause, "|");
    for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
        for (size_t i = 0; chosen[arch] == NULL && i < choices.count; i++)
            chosen[arch] = package_for(choices.items[i], arch);
    for (enum arch arch = 1; arch < ARCH_COUNT; arch++)
        same = same && text_equal(chosen[0], chosen[arch]);
    for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
        if (chosen[arch] != NULL && (!same || arch == 0))
            draft_add_package(draft, "deb", same ? NULL : &arch, chosen[arch]);
        free(chosen[arch]);
    }
}

void dependencies_add(struct draft *draft, const char *list)
{
    _cleanup_strv_ struct strv clauses = {0};

    strv_split(&clauses, list != NULL ? list : "", ",");
    for (size_t i = 0; i < clauses.count; i++)
        add_clause(draft, clauses.items[i]);
}
