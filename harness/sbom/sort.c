/* SPDX-License-Identifier: Apache-2.0 */
/* Puts a list into an order that depends on its content alone, and removes what is stated twice. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/text_map.h"
#include "sbom/readers.h"

static int compare_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? (a != NULL) - (b != NULL) : strcmp(a, b);
}

static int by_path(const void *a, const void *b, void *files)
{
    const struct sbom_file *list = files;
    const struct sbom_file *x = &list[*(const size_t *)a], *y = &list[*(const size_t *)b];
    int code = strcmp(x->path, y->path);

    return code != 0 ? code : strcmp(x->sha256, y->sha256);
}

static int by_component(const void *a, const void *b)
{
    const struct component *x = a, *y = b;
    int code = strcmp(x->purl, y->purl);

    if (code == 0)
        code = strcmp(x->place, y->place);
    if (code == 0)
        code = (int)x->basis - (int)y->basis;
    return code != 0 ? code : compare_text(x->licence, y->licence);
}

static int by_gap(const void *a, const void *b)
{
    const struct sbom_gap *x = a, *y = b;
    int code = strcmp(x->path, y->path);

    return code != 0 ? code : strcmp(x->reason, y->reason);
}

static void sort_files(struct sbom *sbom)
{
    size_t count = sbom->files.count;
    size_t *order = text_calloc(count + 1, sizeof(*order)),
           *place = text_calloc(count + 1, sizeof(*place));
    struct sbom_file *sorted = text_calloc(count + 1, sizeof(*sorted));

    for (size_t i = 0; i < count; i++)
        order[i] = i;
    if (count > 0)
        qsort_r(order, count, sizeof(*order), by_path, sbom->files.items);
    for (size_t i = 0; i < count; i++) {
        sorted[i] = sbom->files.items[order[i]];
        place[order[i]] = i;
    }
    if (count > 0)
        memcpy(sbom->files.items, sorted, count * sizeof(*sorted));
    vec_foreach (component, &sbom->components)
        if (component->file != COMPONENT_NO_FILE)
            component->file = place[component->file];
    free(order);
    free(place);
    free(sorted);
}

/* Length of the path of the jar that states it; 0: none does. */
static size_t jar_length(const struct component *component)
{
    const char *mark = NULL;

    for (const char *at = component->place; (at = strstr(at, "!/META-INF/")) != NULL; at++)
        mark = at;
    return mark != NULL && component->type == COMPONENT_MAVEN ? (size_t)(mark - component->place)
                                                              : 0;
}

/* The jar that states it and its name, for the map. Caller frees. */
static char *jar_and_name(const struct component *component)
{
    return text_format("%.*s\n%s", (int)jar_length(component), component->place, component->name);
}

/* The manifest of a jar says less of it than what Maven wrote into it; but a jar may contain
 * others' files of Maven only. */
static void drop_guesses(struct sbom *sbom)
{
    struct text_map jars = {0};
    struct strv names = {0};
    size_t kept = 0;

    vec_foreach (component, &sbom->components) {
        strv_take(&names, jar_and_name(component));
        if (component->type == COMPONENT_MAVEN && component->basis == BASIS_METADATA)
            text_map_put(&jars, names.items[names.count - 1], 1);
    }
    for (size_t i = 0; i < sbom->components.count; i++) {
        struct component *component = &sbom->components.items[i];

        if (component->basis == BASIS_FILE_NAME &&
            text_map_get(&jars, names.items[i]) != TEXT_MAP_NONE)
            component_done(component);
        else
            sbom->components.items[kept++] = *component;
    }
    sbom->components.count = kept;
    text_map_done(&jars);
    strv_done(&names);
}

void sbom_sort(struct sbom *sbom)
{
    size_t kept = 0;

    drop_guesses(sbom);
    sort_files(sbom);
    if (sbom->components.count > 0)
        qsort(sbom->components.items, sbom->components.count, sizeof(struct component),
              by_component);
    if (sbom->gaps.count > 0)
        qsort(sbom->gaps.items, sbom->gaps.count, sizeof(struct sbom_gap), by_gap);
    vec_foreach (gap, &sbom->gaps) {
        struct sbom_gap *last = kept > 0 ? &sbom->gaps.items[kept - 1] : NULL;

        if (last != NULL && by_gap(last, gap) == 0) {
            free(gap->path);
            free(gap->reason);
        } else {
            sbom->gaps.items[kept++] = *gap;
        }
    }
    sbom->gaps.count = kept;
}
