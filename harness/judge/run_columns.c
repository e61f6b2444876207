/* SPDX-License-Identifier: Apache-2.0 */
/* Unpacks what a run said (judge/pack_columns.c has the layout). */
#include "judge/run_columns.h"

#include <string.h>

#include "base/cleanup.h"
#include "model/policy.h"

_Static_assert(STATUS_COUNT < 16 && BLAME_COUNT <= 16, "a row is one byte");

/* To be changed with the layout. */
#define LAYOUT "1"

void run_columns_done(struct run_columns *run)
{
    buffer_done(&run->bytes);
    vec_done(&run->cases);
    vec_done(&run->cells);
    *run = (struct run_columns){.rows = 0};
}

bool run_columns_same_shape(const struct run_columns *a, const struct run_columns *b)
{
    return a->shape_size == b->shape_size && a->shape_size > 0 &&
           memcmp(a->bytes.data, b->bytes.data, a->shape_size) == 0;
}

uint32_t columns_words(void)
{
    static const struct words *const all[] = {&verdict_words, &grade_words,  &condition_words,
                                              &item_words,    &status_words, &blame_words};
    _cleanup_buffer_ struct buffer text = {0};

    buffer_text(&text, LAYOUT);
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        for (int word = 0; word < all[i]->count; word++) {
            buffer_text(&text, " ");
            buffer_text(&text, all[i]->names[word]);
        }
    return text_hash(text.data, text.length);
}

/* What is left to read; NULL: there was less than was to be read. */
struct reading {
    const uint8_t *at;
    size_t left;
};

static const uint8_t *take(struct reading *from, size_t size)
{
    const uint8_t *at = from->at;

    if (at == NULL || from->left < size) {
        from->at = NULL;
        return NULL;
    }
    from->at += size;
    from->left -= size;
    return at;
}

static uint32_t take_number(struct reading *from)
{
    const uint8_t *at = take(from, 4);

    return at == NULL ? 0
                      : (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
                            (uint32_t)at[3] << 24;
}

/* A number below the bound. */
static unsigned take_word(struct reading *from, unsigned bound)
{
    const uint8_t *at = take(from, 1);

    if (at == NULL || *at >= bound) {
        from->at = NULL;
        return 0;
    }
    return *at;
}

static const char *take_text(struct reading *from)
{
    const uint8_t *end = from->at != NULL ? memchr(from->at, 0, from->left) : NULL;

    if (end == NULL) {
        from->at = NULL;
        return NULL;
    }
    return (const char *)take(from, (size_t)(end - from->at) + 1);
}

/* A place in a run of cases. */
struct list {
    size_t first, count;
};

struct shape {
    VEC(const char *) texts;
    VEC(struct list) lists;
};

static void shape_done(struct shape *shape)
{
    vec_done(&shape->texts);
    vec_done(&shape->lists);
}

static const char *take_name(struct reading *from, const struct shape *shape)
{
    uint32_t number = take_number(from);

    if (number >= shape->texts.count) {
        from->at = NULL;
        return NULL;
    }
    return shape->texts.items[number];
}

static void take_lists(struct reading *from, struct shape *shape, struct run_columns *run)
{
    uint32_t count = take_number(from);

    for (uint32_t i = 0; i < count && from->at != NULL; i++) {
        struct list *list = vec_add(&shape->lists);
        uint32_t cases = take_number(from);

        *list = (struct list){run->cases.count, cases};
        for (uint32_t j = 0; j < cases && from->at != NULL; j++) {
            const char *id = take_name(from, shape);
            enum item item = (enum item)take_word(from, ITEM_COUNT);

            *vec_add(&run->cases) = (struct column_case){id, item};
        }
    }
}

static void take_cell(struct reading *from, const struct shape *shape, struct run_columns *run)
{
    struct column_cell *cell = vec_add(&run->cells);
    uint32_t list;

    cell->image = take_name(from, shape);
    cell->platform = take_name(from, shape);
    cell->suite = take_name(from, shape);
    list = take_number(from);
    if (list >= shape->lists.count) {
        from->at = NULL;
        return;
    }
    cell->cases = shape->lists.items[list].first;
    cell->case_count = shape->lists.items[list].count;
    cell->first = run->rows;
    run->rows += cell->case_count + 1;
}

/* Each count is followed by so many things that take bytes, so memory is bounded by the bytes. */
static void take_shape(struct reading *from, struct run_columns *run)
{
    _cleanup_(shape_done) struct shape shape = {0};
    uint32_t count = take_number(from);

    for (uint32_t i = 0; i < count && from->at != NULL; i++)
        *vec_add(&shape.texts) = take_text(from);
    take_lists(from, &shape, run);
    count = take_number(from);
    for (uint32_t i = 0; i < count && from->at != NULL; i++)
        take_cell(from, &shape, run);
}

static void take_values(struct reading *from, struct run_columns *run)
{
    vec_foreach (cell, &run->cells) {
        cell->verdict = (enum verdict)take_word(from, VERDICT_COUNT);
        cell->grade = (enum grade)take_word(from, GRADE_COUNT);
        cell->flaky = take_word(from, 2) == 1;
        cell->partial = take_word(from, 2) == 1;
        cell->conditions = take_number(from);
        cell->attempts = take_number(from);
    }
}

bool columns_unpack(struct buffer *bytes, struct run_columns *ret_run)
{
    _cleanup_(run_columns_done) struct run_columns run = {.bytes = *bytes};
    struct reading from = {(const uint8_t *)bytes->data, bytes->length};
    struct reading shape = {0};
    uint32_t words = take_number(&from), size = take_number(&from);

    *bytes = (struct buffer){0};
    if (words != columns_words())
        return false;
    shape = (struct reading){take(&from, size), size};
    if (shape.at == NULL)
        return false;
    run.shape_size = (size_t)(from.at - (const uint8_t *)run.bytes.data);
    take_shape(&shape, &run);
    take_values(&from, &run);
    run.said = take(&from, run.rows);
    if (shape.at == NULL || shape.left > 0 || run.said == NULL || from.left > 0)
        return false;
    *ret_run = run;
    run = (struct run_columns){.rows = 0};
    return true;
}
