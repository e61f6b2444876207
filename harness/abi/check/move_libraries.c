/* SPDX-License-Identifier: Apache-2.0 */
/* The libraries of two systems: gone, under another name (libssl.so.1.1, libssl.so.3), or with less
 * than before. */
#include <stdlib.h>
#include <string.h>

#include "abi/check/diff.h"
#include "abi/check/move_areas.h"
#include "base/cleanup.h"
#include "base/text.h"

/* What changed in one library. */
struct losses {
    unsigned versions, symbols, sizes;
};

/* Bytes of "libssl" in libssl.so.1.1, of "libfoo" in libfoo-2.1.so. */
static size_t stem_length(const char *soname)
{
    const char *end = strstr(soname, ".so");
    size_t length = end != NULL ? (size_t)(end - soname) : strlen(soname);

    while (length > 0 && strchr("0123456789.-", soname[length - 1]) != NULL)
        length--;
    return length;
}

static bool has_stem(const char *soname, const char *other)
{
    size_t length = stem_length(soname);

    return length > 3 && stem_length(other) == length && strncmp(soname, other, length) == 0;
}

/* Libraries that only the second system has, under another name. */
static char *find_names(const struct diff *diff, const char *gone)
{
    _cleanup_strv_ struct strv names = {0};

    vec_foreach (row, &diff->rows)
        if (row->kind == DIFF_LIBRARY_ADDED && has_stem(gone, row->library) &&
            !strv_has(&names, row->library))
            strv_add(&names, row->library);
    return names.count > 0 ? strv_join(&names, ", ") : NULL;
}

static void add_count(struct buffer *text, unsigned count, const char *one, const char *many,
                      const char *what)
{
    if (count > 0)
        buffer_format(text, "%s%u %s %s", text->length > 0 ? ", " : "", count,
                      text_plural(count, one, many), what);
}

static void add_losses(struct move_section *to, const char *library, const struct losses *losses)
{
    struct buffer text = {0};

    add_count(&text, losses->versions, "version", "versions", "lost");
    add_count(&text, losses->symbols, "symbol", "symbols", "lost");
    add_count(&text, losses->sizes, "variable", "variables", "of another size");
    if (text.length > 0)
        move_add(to, MOVE_CHANGED, library, NULL, buffer_steal(&text));
    buffer_done(&text);
}

static size_t count_libraries(const struct surface *surface)
{
    size_t count = 0;

    for (uint64_t i = 0; i < surface->counts[TABLE_OBJECTS]; i++)
        count += surface->objects[i].soname != 0;
    return count;
}

/* Rows are grouped by library. */
static void take_rows(const struct diff *diff, struct move_section *to)
{
    struct losses losses = {0};
    const char *library = NULL;

    vec_foreach (row, &diff->rows) {
        if (library != NULL && strcmp(library, row->library) != 0) {
            add_losses(to, library, &losses);
            losses = (struct losses){0};
        }
        library = row->library;
        losses.versions += row->kind == DIFF_VERSION_LOST;
        losses.symbols += row->kind == DIFF_SYMBOL_LOST;
        losses.sizes += row->kind == DIFF_SIZE_CHANGED;
        if (row->kind == DIFF_LIBRARY_LOST) {
            char *names = find_names(diff, row->library);

            move_add(to, names != NULL ? MOVE_RENAMED : MOVE_GONE, row->library, NULL, names);
        }
        if (row->kind == DIFF_LIBRARY_ADDED)
            move_add(to, MOVE_ADDED, row->library, NULL, NULL);
    }
    if (library != NULL)
        add_losses(to, library, &losses);
}

void move_libraries(const struct surface *a, const struct surface *b, struct move_section *to)
{
    struct diff diff = {0};

    if (!move_has_both(count_libraries(a), count_libraries(b), "no library", to))
        return;
    diff_surfaces(a, b, NULL, &diff);
    take_rows(&diff, to);
    diff_done(&diff);
}
