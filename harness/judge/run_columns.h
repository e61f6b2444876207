/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What all cells and cases of a run said, in few bytes: about three for a case. The store keeps
 * them beside the run (store/runs.h), so that a query over many runs reads no record.
 *
 * The bytes have two parts. The shape has what runs of the same plan have in common: the names of
 * cells and cases. The rest is what they said. They mean something to a program with the same words
 * only, and begin with a hash of them. What is unpacked is checked against its bounds, but not for
 * its truth: the store says whether the bytes are those that were packed.
 */
#ifndef TS_JUDGE_RUN_COLUMNS_H
#define TS_JUDGE_RUN_COLUMNS_H

#include "base/text_map.h"
#include "judge/select.h"
#include "model/words.h"

struct column_case {
    const char *id;
    enum item item;
};

struct column_cell {
    const char *image, *platform, *suite;
    size_t cases, case_count; /* its cases, in run_columns.cases; cells of a suite share them */
    size_t first;             /* its rows: one for each case, then one for the cell itself */
    enum verdict verdict;
    enum grade grade;
    uint32_t conditions;
    bool flaky, partial;
    uint32_t attempts;
};

struct run_columns {
    struct buffer bytes; /* of which everything else is borrowed */
    size_t shape_size;   /* the first bytes */
    VEC(struct column_case) cases;
    VEC(struct column_cell) cells;
    const uint8_t *said; /* of each row: its status, its responsible party */
    size_t rows;
};
void run_columns_done(struct run_columns *run);

bool run_columns_same_shape(const struct run_columns *a, const struct run_columns *b);

/* The two parts of a row. The row of a cell has no status: it is STATUS_COUNT. */
#define SAID(status, blame) ((uint8_t)((unsigned)(status) << 4 | (unsigned)(blame)))

/* A hash of the layout and of all words whose numbers are in the bytes. */
uint32_t columns_words(void);

/* Collects the cells of a run, in the plan's order. Zero-initialise; columns_packer_done frees. */
struct columns_packer {
    struct strv texts, lists;           /* the keys of the maps */
    struct text_map text_map, list_map; /* to their numbers */
    struct buffer list_bytes, cells, values, said;
    uint32_t cell_count;
};
void columns_packer_done(struct columns_packer *packer);

/* cell: as by facts_of_cell. rows: of its cases, and possibly one for the cell itself, as by
 * facts_of_rows. */
void columns_pack_cell(struct columns_packer *packer, const struct facts *cell,
                       const struct facts *rows, size_t count);
void columns_pack(const struct columns_packer *packer, struct buffer *ret_bytes);

/* Takes the bytes, which are left empty. False: they are not those of a run. Free with
 * run_columns_done. */
bool columns_unpack(struct buffer *bytes, struct run_columns *ret_run);

#endif
