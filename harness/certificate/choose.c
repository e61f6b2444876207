/* SPDX-License-Identifier: Apache-2.0 */
/* Ranks the cells of a certificate by a seed. */
#include "certificate/choose.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "certificate/judged.h"

struct ranked {
    char rank[DIGEST_TEXT_SIZE];
    size_t cell;
};

bool choose_is_seed(const char *text)
{
    size_t length = strlen(text);

    for (size_t i = 0; i < length; i++)
        if (text[i] < '!' || text[i] > '~')
            return false;
    return length > 0 && length <= CHOOSE_SEED_MAX;
}

int choose_new_seed(char **ret_seed, struct error **err)
{
    struct buffer text = {0};
    unsigned char random[16];

    if (getrandom(random, sizeof(random), 0) != sizeof(random))
        return error_set_errno(err, -errno, "the system gives no random numbers");
    for (size_t i = 0; i < sizeof(random); i++)
        buffer_format(&text, "%02x", random[i]);
    *ret_seed = buffer_steal(&text);
    return 0;
}

static bool claims(const struct matrix_cell *cell)
{
    return cell->judgement.judged > 0;
}

size_t choose_population(const struct judged *judged)
{
    size_t count = 0;

    vec_foreach (cell, &judged->cells)
        count += claims(cell);
    return count;
}

static int compare_ranks(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;

    return strcmp(x->rank, y->rank);
}

void choose_cells(const struct judged *judged, const char *sums_sha256, const char *seed,
                  size_t count, struct chosen_cells *ret_chosen)
{
    VEC(struct ranked) rows = {0};

    for (size_t i = 0; i < judged->cells.count; i++) {
        const struct cell_record *cell = &judged->cells.items[i].cell;
        _cleanup_free_ char *lines =
            text_format("%s\n%s\n%s/%s\n", seed, sums_sha256, cell->image, cell->platform);
        struct ranked *row;

        if (!claims(&judged->cells.items[i]))
            continue;
        row = vec_add(&rows);
        row->cell = i;
        digest_of_memory(lines, strlen(lines), row->rank);
    }
    if (rows.count > 0)
        qsort(rows.items, rows.count, sizeof(struct ranked), compare_ranks);
    for (size_t i = 0; i < rows.count && i < count; i++)
        *vec_add(ret_chosen) = rows.items[i].cell;
    vec_done(&rows);
}
