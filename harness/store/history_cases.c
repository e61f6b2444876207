/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the outcomes of all cases of a cell in all runs. */
#include "store/history_cases.h"

#include <string.h>

#include "base/error.h"
#include "store/outcomes.h"
#include "store/sql.h"

void history_cases_done(struct history_cases *cases)
{
    text_map_done(&cases->places);
    strv_done(&cases->names);
    vec_done(&cases->outcomes);
}

static size_t place_of(struct history_cases *cases, const char *id)
{
    uint32_t place = text_map_get(&cases->places, id);

    if (place != TEXT_MAP_NONE)
        return place;
    strv_add(&cases->names, id);
    place = (uint32_t)cases->names.count - 1;
    text_map_put(&cases->places, cases->names.items[place], place);
    return place;
}

struct adding {
    struct history_cases *to;
    size_t run;
};

static void add_attempt(void *with, const struct attempt_outcomes *attempt)
{
    const struct adding *in = with;

    vec_foreach (row, &attempt->cases) {
        struct history_outcome *to = vec_add(&in->to->outcomes);

        to->run = in->run;
        to->name = place_of(in->to, row->id);
        to->attempt = attempt->number;
        to->status = row->status;
        to->blame = row->blame;
        memcpy(to->signature, row->signature, sizeof(to->signature));
        to->cut = attempt->cut;
    }
}

int store_read_history_cases(struct store *store, const struct history_rows *rows,
                             struct history_cases *ret_cases, struct error **err)
{
    _cleanup_(history_cases_done) struct history_cases cases = {.names = {0}};
    _cleanup_sql_ sqlite3_stmt *statement = NULL;
    int code = outcomes_prepare(store, &statement, err);

    for (size_t run = 0; code == 0 && run < rows->count; run++) {
        struct adding adding = {&cases, run};

        code = outcomes_read(store, rows->items[run].run_id, statement, rows->items[run].cell_row,
                             add_attempt, &adding, err);
    }
    if (code < 0)
        return code;
    *ret_cases = cases;
    cases = (struct history_cases){.names = {0}};
    return 0;
}
