/* SPDX-License-Identifier: Apache-2.0 */
/* Abbreviated cell names. */
#include "cli/cell_name.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"

enum { CANDIDATES = 8 };

/* How a word may match a name, the strictest first. */
enum fit { FIT_WHOLE, FIT_BEGINNING, FIT_PART, FIT_COUNT };

static bool word_fits(const char *name, const char *word, enum fit fit)
{
    switch (fit) {
    case FIT_WHOLE:
        return strcmp(name, word) == 0;
    case FIT_BEGINNING:
        return text_starts(name, word);
    default:
        return strstr(name, word) != NULL;
    }
}

/* True if the words match, in order, some of the cell's three names. */
static bool cell_fits(const struct cell_record *cell, const struct strv *words, enum fit fit)
{
    const char *names[] = {cell->image, cell->platform, cell->suite};

    for (size_t skipped = 0; skipped < 8; skipped++) {
        size_t word = 0;
        bool fits = true;

        for (size_t i = 0; i < 3; i++)
            if ((skipped >> i & 1) == 0) {
                fits = fits && word < words->count && word_fits(names[i], words->items[word], fit);
                word++;
            }
        if (fits && word == words->count)
            return true;
    }
    return false;
}

static char *list(const struct cell_records *cells, const struct strv *words, bool all,
                  enum fit fit)
{
    struct buffer text = {0};
    size_t count = 0;

    vec_foreach (cell, &cells->rows) {
        if (!all && !cell_fits(cell, words, fit))
            continue;
        if (count++ < CANDIDATES)
            buffer_format(&text, "%s%s/%s/%s", count > 1 ? ", " : "", cell->image, cell->platform,
                          cell->suite);
    }
    if (count > CANDIDATES)
        buffer_format(&text, " and %zu more", count - CANDIDATES);
    return buffer_steal(&text);
}

/* The cells that match, if they differ by their images alone. */
static bool take_series(const struct cell_records *cells, const struct strv *words, enum fit fit,
                        struct cell_series *to)
{
    bool one = true;

    vec_foreach (cell, &cells->rows) {
        if (!cell_fits(cell, words, fit))
            continue;
        if (to->platform == NULL) {
            to->platform = cell->platform;
            to->suite = cell->suite;
        }
        one =
            one && strcmp(to->platform, cell->platform) == 0 && strcmp(to->suite, cell->suite) == 0;
        if (!strv_has(&to->images, cell->image))
            strv_add(&to->images, cell->image);
    }
    return one;
}

int cell_name_find_series(const struct cell_records *cells, const char *text,
                          struct cell_series *ret_series, struct error **err)
{
    _cleanup_strv_ struct strv words = {0};
    _cleanup_free_ char *candidates = NULL;

    strv_split(&words, text, "/");
    for (enum fit fit = 0; fit < FIT_COUNT && words.count >= 1 && words.count <= 3; fit++) {
        struct cell_series found = {.platform = NULL};
        bool one = take_series(cells, &words, fit, &found);

        if (found.platform != NULL && one) {
            *ret_series = found;
            return 0;
        }
        strv_done(&found.images);
        if (found.platform != NULL) {
            candidates = list(cells, &words, false, fit);
            return error_set(err, -EINVAL,
                             "'%s' is ambiguous: %s; give the platform and the suite of one", text,
                             candidates);
        }
    }
    candidates = list(cells, &words, true, FIT_WHOLE);
    return error_set(err, -ENOENT, "no run has a cell '%s': the cells are %s", text, candidates);
}

int cell_name_find(const struct cell_records *cells, const char *run_id, const char *text,
                   size_t *ret_place, struct error **err)
{
    _cleanup_strv_ struct strv words = {0};
    _cleanup_free_ char *candidates = NULL;

    strv_split(&words, text, "/");
    for (enum fit fit = 0; fit < FIT_COUNT && words.count >= 1 && words.count <= 3; fit++) {
        size_t count = 0, place = 0;

        for (size_t i = 0; i < cells->rows.count; i++)
            if (cell_fits(&cells->rows.items[i], &words, fit)) {
                count++;
                place = i;
            }
        if (count == 1) {
            *ret_place = place;
            return 0;
        }
        if (count > 1) {
            candidates = list(cells, &words, false, fit);
            return error_set(err, -EINVAL,
                             "cell '%s' of run '%s' is ambiguous: %s; give one of them", text,
                             run_id, candidates);
        }
    }
    candidates = list(cells, &words, true, FIT_WHOLE);
    return error_set(err, -ENOENT, "run '%s' has no cell '%s': its cells are %s", run_id, text,
                     candidates);
}
