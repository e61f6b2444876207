/* SPDX-License-Identifier: Apache-2.0 */
/* What would make a verdict better, as a sentence. */
#include "judge/better_text.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "judge/supposed.h"
#include "judge/tally.h"

enum { NAMES_SHOWN = 8 };

static const char *const names[] = {
    [CHANGE_PASS] = "pass",
    [CHANGE_PLAN] = "plan",
    [CHANGE_REQUIRE] = "require",
    [CHANGE_GRADE] = "grade",
    [CHANGE_AGAIN] = "again",
    [CHANGE_END] = "end",
    [CHANGE_BLOCK] = "block",
    [CHANGE_HIGH] = "high",
    [CHANGE_PROVE] = "prove",
    [CHANGE_CHECK] = "check",
    [CHANGE_CUT] = "cut",
    [CHANGE_MODIFIED] = "modified",
    [CHANGE_FOOTPRINT] = "footprint",
    [CHANGE_EVIDENCE] = "evidence",
};

/* Of the kinds that need no names of cases. */
static const char *const clauses[CHANGE_KIND_COUNT] = {
    [CHANGE_GRADE] =
        "it ran under KVM, on a host of the platform's architecture, and the cases that "
        "emulation cannot judge passed there",
    [CHANGE_END] = "every attempt had run to its end",
    [CHANGE_BLOCK] =
        "no BLOCK finding was left in the product's files: correct each, or add a case "
        "that executes the file",
    [CHANGE_HIGH] = "no HIGH finding was left in the product's files",
    [CHANGE_PROVE] = "nothing was left unproven in the product's files: add a case that executes "
                     "each of them, or waive it with the reason why it is right",
    [CHANGE_CHECK] = "the product's files could be checked, with no finding",
    [CHANGE_CUT] =
        "the product's files had no more findings than are stored, and none of them BLOCK "
        "or HIGH",
    [CHANGE_MODIFIED] = "the product modified no file of the system",
    [CHANGE_FOOTPRINT] = "its footprint had been measured completely",
    [CHANGE_EVIDENCE] = "its evidence were there and undamaged: run it again",
};

const char *change_kind_name(enum change_kind kind)
{
    return names[kind];
}

/* "case 'a'" or "cases 'a', 'b' and 3 more"; 0: there are none. */
static size_t add_names(const struct changes *changes, enum change_kind kind, struct buffer *text)
{
    size_t count = 0, shown = 0;

    vec_foreach (row, &changes->rows)
        count += row->kind == kind;
    if (count == 0)
        return 0;
    buffer_text(text, count == 1 ? "case " : "cases ");
    vec_foreach (row, &changes->rows) {
        if (row->kind != kind || shown == NAMES_SHOWN)
            continue;
        buffer_format(text, "%s'%s'",
                      shown == 0           ? ""
                      : shown + 1 == count ? " and "
                                           : ", ",
                      row->case_id);
        shown++;
    }
    if (count > shown)
        buffer_format(text, " and %zu more", count - shown);
    return count;
}

static void add_items(const struct changes *changes, struct buffer *text)
{
    bool seen[ITEM_COUNT] = {false};

    vec_foreach (row, &changes->rows) {
        if (row->kind != CHANGE_PLAN || seen[row->item])
            continue;
        seen[row->item] = true;
        buffer_format(text, " --item %s", item_name(row->item));
    }
}

static const char *everywhere(const struct cell_record *cell, const struct result *const *attempts,
                              size_t count)
{
    _cleanup_(counted_done) struct counted counted = {0};

    counted_make(cell, attempts, count, &counted);
    return counted.count > 1 ? " in every attempt that counts" : "";
}

static void add_again(unsigned more, bool reported, struct buffer *text)
{
    if (reported)
        buffer_text(text, "it ran here");
    else if (more == 1)
        buffer_text(text, "it ran once more");
    else
        buffer_format(text, "%u more attempts ran", more);
    buffer_text(text, ", in the planned guest and to the end, and every planned case passed");
}

static void add_clause(const struct cell_record *cell, const struct result *const *attempts,
                       size_t count, const struct changes *changes, enum change_kind kind,
                       struct buffer *text)
{
    if (kind == CHANGE_AGAIN) {
        add_again(supposed_attempts(cell, attempts, count),
                  count > 0 && attempts[count - 1]->grade == GRADE_REPORTED, text);
        return;
    }
    if (clauses[kind] != NULL) {
        buffer_text(text, clauses[kind]);
        return;
    }
    if (kind == CHANGE_REQUIRE)
        buffer_text(text, "the suite required ");
    add_names(changes, kind, text);
    if (kind == CHANGE_PLAN) {
        buffer_text(text, " ran too (without --item, or with");
        add_items(changes, text);
        buffer_text(text, " as well) and");
    } else if (kind == CHANGE_REQUIRE)
        buffer_text(text, " (required=\"yes\" in suite.xml) and it");
    buffer_format(text, " passed%s", everywhere(cell, attempts, count));
}

char *better_describe(const struct cell_record *cell, const struct result *const *attempts,
                      size_t count, const struct better *better)
{
    struct buffer text = {0};
    const char *before = "";

    buffer_format(&text, "It would be %s if ", verdict_name(better->verdict));
    for (enum change_kind kind = 0; kind < CHANGE_KIND_COUNT; kind++) {
        bool has = false;

        vec_foreach (row, &better->changes.rows)
            has = has || row->kind == kind;
        if (!has)
            continue;
        buffer_text(&text, before);
        add_clause(cell, attempts, count, &better->changes, kind, &text);
        before = "; and if ";
    }
    buffer_text(&text, ".");
    return buffer_steal(&text);
}
