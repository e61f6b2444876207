/* SPDX-License-Identifier: Apache-2.0 */
/* Libraries that packages from a repository bring. Headers of rpm files list files and SONAMEs;
 * Packages lists of Debian archives do not, so what their packages bring is not known. */
#include <string.h>

#include "abi/check/check.h"
#include "abi/metadata/resolve.h"
#include "base/text.h"

/* "libx.so.1()(64bit)" */
static bool is_capability(const char *name, const char *library)
{
    size_t length = strlen(library);

    return strncmp(name, library, length) == 0 && name[length] == '(';
}

static bool brings(const struct resolver *resolver, struct resolve_package of, const char *library)
{
    const struct surface *surface = resolver->layers[of.layer].surface;
    const struct surface_package *package = &surface->packages[of.package];

    for (uint32_t f = 0; f < package->owned_count; f++)
        if (strcmp(surface_text(surface, surface->owned[package->owned + f].base), library) == 0)
            return true;
    for (uint32_t r = 0; r < package->relation_count; r++) {
        const struct surface_relation *row = &surface->relations[package->relation + r];

        if (row->flags >> RELATION_KIND_SHIFT == RELATION_PROVIDES &&
            is_capability(surface_text(surface, row->name), library))
            return true;
    }
    return false;
}

struct library_answer {
    const char *fetched;  /* a package that is installed with the product and has the library */
    const char *other;    /* one that has it and that nothing requires */
    const char *unlisted; /* one that is installed with it and whose files are not listed */
};

static struct library_answer ask(const struct resolver *resolver, const char *library)
{
    struct library_answer answer = {0};

    for (uint32_t l = 0; l < resolver->layer_count; l++)
        for (uint32_t p = 0; resolver->layers[l].source == RESOLVE_REPOSITORY &&
                             p < resolver->layers[l].surface->counts[TABLE_PACKAGES];
             p++) {
            struct resolve_package of = {l, p};
            const char *name = resolver_text(resolver, of, resolver_package(resolver, of)->name);
            bool fetched = resolver_is_fetched(resolver, of);

            if (brings(resolver, of, library))
                *(fetched ? &answer.fetched : &answer.other) = name;
            else if (fetched && !resolver->rpm)
                answer.unlisted = name;
        }
    return answer;
}

void fetched_check_libraries(struct check *check, const struct resolver *resolver)
{
    vec_foreach (row, &check->findings->rows) {
        struct library_answer answer;

        if (row->kind != FINDING_LIB_MISSING || row->severity != SEVERITY_BLOCK ||
            row->provider == NULL)
            continue;
        answer = ask(resolver, row->provider);
        if (answer.fetched != NULL || answer.unlisted != NULL) {
            row->severity = SEVERITY_UNKNOWN;
            finding_set_remedy(
                row, "%s from the repository is installed with it and %s %s: pass it with --with",
                answer.fetched != NULL ? answer.fetched : answer.unlisted,
                answer.fetched != NULL ? "has" : "may have", row->provider);
        } else if (answer.other != NULL) {
            finding_set_remedy(row, "require %s, which has it in the repository", answer.other);
        } else {
            finding_set_found(row, "%s; no package of the repositories has it", row->found);
        }
    }
}
