/* SPDX-License-Identifier: Apache-2.0 */
/* The blocks of a form, and its words. */
#include "reports/form.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

static const char *const texts[FORM_TEXT_COUNT][LANGUAGE_COUNT] = {
#define FORM(name, en, zh) [FORM_TEXT_##name] = {en, zh},
#include "reports/form.def"
#undef FORM
};

const char *form_text(enum language language, enum form_text which)
{
    return texts[which][language];
}

/* Text from guests is never written as it is. */
static char *displayed(const char *text)
{
    struct buffer out = {0};

    buffer_printable(&out, text, strlen(text), true);
    return buffer_steal(&out);
}

struct form_block *form_add(struct form *form, enum form_kind kind, enum form_style style,
                            const char *text)
{
    struct form_block *block = vec_add(&form->blocks);

    block->kind = kind;
    block->text = (struct form_cell){displayed(text), style};
    return block;
}

struct form_block *form_add_table(struct form *form, size_t columns, const enum form_text *heads,
                                  const unsigned *widths)
{
    struct form_block *block = vec_add(&form->blocks);

    block->kind = FORM_TABLE;
    block->columns = columns;
    for (size_t i = 0; i < columns; i++) {
        block->widths[i] = widths[i];
        form_add_cell(block, FORM_PLAIN, form_text(form->language, heads[i]));
    }
    return block;
}

void form_add_cell(struct form_block *table, enum form_style style, const char *text)
{
    *vec_add(&table->cells) = (struct form_cell){displayed(text != NULL ? text : ""), style};
}

void form_done(struct form *form)
{
    free(form->title);
    vec_foreach (block, &form->blocks) {
        free(block->text.text);
        vec_foreach (cell, &block->cells)
            free(cell->text);
        vec_done(&block->cells);
    }
    vec_done(&form->blocks);
}

const char *form_state_sign(enum programme_state state)
{
    static const char *const signs[PROGRAMME_STATE_COUNT] = {"✖", "?", "▲", "◐", "✔"};

    return signs[state];
}

enum form_style form_state_style(enum programme_state state)
{
    return state == PROGRAMME_PASSED ? FORM_GOOD : state == PROGRAMME_FAILED ? FORM_BAD : FORM_OPEN;
}

const char *form_state_name(enum language language, enum programme_state state)
{
    static const char *const names[PROGRAMME_STATE_COUNT] = {
        "failed", "not measured", "needs real hardware", "trial", "passed"};

    return language == LANGUAGE_ZH ? programme_state_name_zh(state) : names[state];
}

/* The title of an item or level, or the ID itself. */
static const char *title_of(const struct programme *programme, enum programme_why why,
                            const char *id, enum language language)
{
    if (why == WHY_ITEM)
        vec_foreach (item, &programme->items)
            if (strcmp(item->id, id) == 0)
                return item->title.in[language];
    if (why == WHY_LEVEL)
        vec_foreach (level, &programme->levels)
            if (strcmp(level->id, id) == 0)
                return level->title.in[language];
    return id;
}

char *form_notes_text(const struct programme *programme, const struct programme_notes *notes,
                      enum language language)
{
    struct buffer out = {0};

    vec_foreach (note, notes) {
        const char *object = title_of(programme, note->why, note->object, language);
        const struct programme_note named = {note->why, (char *)object, note->detail};
        _cleanup_free_ char *text = programme_note_text(&named, language);

        buffer_format(&out, "%s%s", out.length > 0 ? "\n" : "", text);
    }
    return buffer_steal(&out);
}

const struct matrix_cell *form_cell_of(const struct report *report,
                                       const struct programme_column *column)
{
    vec_foreach (cell, &report->matrix.cells)
        if (strcmp(cell->cell.image, column->image) == 0 &&
            strcmp(cell->cell.platform, column->platform) == 0 &&
            strcmp(cell->cell.suite, column->suite) == 0)
            return cell;
    return NULL;
}
