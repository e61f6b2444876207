/* SPDX-License-Identifier: Apache-2.0 */
/* A query at every place; what parses is printed, parsed again and applied. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "fuzz.h"
#include "judge/select.h"
#include "model/words.h"

static void add_cell(struct select_subjects *to, const char *platform, enum status status)
{
    struct select_subject *cell = vec_add(to);
    struct facts *row;

    cell->before = (long)to->count - 2;
    facts_set_text(&cell->own, QUERY_IMAGE, "a");
    facts_set_text(&cell->own, QUERY_PLATFORM, platform);
    facts_set_text(&cell->own, QUERY_REASON, "required case 'persist' failed: no such file");
    facts_set_word(&cell->own, QUERY_VERDICT, VERDICT_CONDITIONAL);
    facts_set_number(&cell->own, QUERY_AGE, 86400000);
    for (int i = 0; i < 2; i++) {
        row = vec_add(&cell->rows);
        facts_set_text(row, QUERY_CASE, i == 0 ? "install" : "persist");
        facts_set_word(row, QUERY_STATUS, i == 0 ? STATUS_PASS : (int)status);
    }
    row = vec_add(&cell->findings);
    facts_set_text(row, QUERY_FINDING, "LIB_MISSING");
    facts_set_word(row, QUERY_SEVERITY, SEVERITY_BLOCK);
}

/* Two trees are the same if they are printed the same way and select the same. */
static void check_same(const struct query *query, const struct query *again)
{
    _cleanup_(select_subjects_done) struct select_subjects cells = {0};
    _cleanup_free_ char *printed = query_print(query), *twice = query_print(again);
    bool selected[2] = {false}, same[2] = {false};

    if (strcmp(printed, twice) != 0 || query->nodes.count != again->nodes.count ||
        query->uses != again->uses)
        abort();
    add_cell(&cells, "kunpeng", STATUS_FAIL);
    add_cell(&cells, "phytium", STATUS_PASS);
    if (select_apply(query, &cells, selected) != select_apply(again, &cells, same) ||
        memcmp(selected, same, sizeof(same)) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_free_ char *text = text_ndup((const char *)data, size);

    for (unsigned place = QUERY_MATRIX; place <= QUERY_HISTORY_CASE; place *= 2) {
        _cleanup_(query_done) struct query query = {.root = QUERY_NONE}, again = query;
        _cleanup_free_ char *printed = NULL;

        if (query_parse(text, (enum query_place)place, &query, NULL) < 0)
            continue;
        printed = query_print(&query);
        if (strlen(printed) <= QUERY_BYTES_MAX) {
            if (query_parse(printed, (enum query_place)place, &again, NULL) < 0)
                abort();
            check_same(&query, &again);
        }
    }
    return 0;
}
