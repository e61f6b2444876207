/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packs what a run said. Numbers have four bytes, the least significant first; counts go before
 * what they count.
 *
 *     words, size of the shape
 *     shape:   names (each ends with a zero byte); lists of cases: name, item; cells: image,
 *              platform, suite, list
 *     values:  of each cell: verdict, grade, flaky, partial (a byte each), conditions, attempts
 *     said:    a byte for each row
 */
#include "base/cleanup.h"
#include "judge/run_columns.h"

void columns_packer_done(struct columns_packer *packer)
{
    text_map_done(&packer->text_map);
    text_map_done(&packer->list_map);
    strv_done(&packer->texts);
    strv_done(&packer->lists);
    buffer_done(&packer->list_bytes);
    buffer_done(&packer->cells);
    buffer_done(&packer->values);
    buffer_done(&packer->said);
}

static void put_byte(struct buffer *to, unsigned value)
{
    uint8_t byte = (uint8_t)value;

    buffer_add(to, &byte, 1);
}

static void put_number(struct buffer *to, uint32_t value)
{
    for (unsigned i = 0; i < 32; i += 8)
        put_byte(to, value >> i & 255);
}

/* The number of a text, the same for the same text. */
static uint32_t number_of(struct text_map *map, struct strv *texts, const char *text)
{
    uint32_t known = text_map_get(map, text);

    if (known != TEXT_MAP_NONE)
        return known;
    strv_add(texts, text);
    text_map_put(map, texts->items[texts->count - 1], (uint32_t)texts->count - 1);
    return (uint32_t)texts->count - 1;
}

static uint32_t name_of(struct columns_packer *packer, const struct facts *facts,
                        enum query_name name)
{
    return number_of(&packer->text_map, &packer->texts, facts->of[name].text);
}

/* Its only word. */
static unsigned word_of(const struct facts *facts, enum query_name name)
{
    return (unsigned)__builtin_ctz(facts->of[name].words);
}

static bool is_case(const struct facts *row)
{
    return (row->has & (uint64_t)1 << QUERY_CASE) != 0;
}

/* The list of the cell's cases. */
static uint32_t list_of(struct columns_packer *packer, const struct facts *rows, size_t count)
{
    _cleanup_buffer_ struct buffer key = {0}, bytes = {0};
    uint32_t cases = 0, list, lists = (uint32_t)packer->lists.count;

    for (size_t i = 0; i < count; i++) {
        uint32_t id = is_case(&rows[i]) ? name_of(packer, &rows[i], QUERY_CASE) : 0;

        if (!is_case(&rows[i]))
            continue;
        buffer_format(&key, "%u:%u ", id, word_of(&rows[i], QUERY_ITEM));
        put_number(&bytes, id);
        put_byte(&bytes, word_of(&rows[i], QUERY_ITEM));
        cases++;
    }
    list = number_of(&packer->list_map, &packer->lists, key.data != NULL ? key.data : "");
    if (list == lists) {
        put_number(&packer->list_bytes, cases);
        buffer_add(&packer->list_bytes, bytes.data, bytes.length);
    }
    return list;
}

void columns_pack_cell(struct columns_packer *packer, const struct facts *cell,
                       const struct facts *rows, size_t count)
{
    unsigned blame = BLAME_NONE;

    put_number(&packer->cells, name_of(packer, cell, QUERY_IMAGE));
    put_number(&packer->cells, name_of(packer, cell, QUERY_PLATFORM));
    put_number(&packer->cells, name_of(packer, cell, QUERY_SUITE));
    put_number(&packer->cells, list_of(packer, rows, count));
    put_byte(&packer->values, word_of(cell, QUERY_VERDICT));
    put_byte(&packer->values, word_of(cell, QUERY_GRADE));
    put_byte(&packer->values, word_of(cell, QUERY_FLAKY));
    put_byte(&packer->values, word_of(cell, QUERY_PARTIAL));
    put_number(&packer->values, cell->of[QUERY_CONDITION].words);
    put_number(&packer->values, (uint32_t)cell->of[QUERY_ATTEMPTS].number);
    for (size_t i = 0; i < count; i++)
        if (is_case(&rows[i]))
            put_byte(&packer->said,
                     SAID(word_of(&rows[i], QUERY_STATUS), word_of(&rows[i], QUERY_BLAME)));
        else
            blame = word_of(&rows[i], QUERY_BLAME);
    put_byte(&packer->said, SAID(STATUS_COUNT, blame));
    packer->cell_count++;
}

void columns_pack(const struct columns_packer *packer, struct buffer *ret_bytes)
{
    _cleanup_buffer_ struct buffer shape = {0};
    struct buffer bytes = {0};

    put_number(&shape, (uint32_t)packer->texts.count);
    for (size_t i = 0; i < packer->texts.count; i++)
        buffer_add(&shape, packer->texts.items[i], strlen(packer->texts.items[i]) + 1);
    put_number(&shape, (uint32_t)packer->lists.count);
    buffer_add(&shape, packer->list_bytes.data, packer->list_bytes.length);
    put_number(&shape, packer->cell_count);
    buffer_add(&shape, packer->cells.data, packer->cells.length);
    put_number(&bytes, columns_words());
    put_number(&bytes, (uint32_t)shape.length);
    buffer_add(&bytes, shape.data, shape.length);
    buffer_add(&bytes, packer->values.data, packer->values.length);
    buffer_add(&bytes, packer->said.data, packer->said.length);
    *ret_bytes = bytes;
}
