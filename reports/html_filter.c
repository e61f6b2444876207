/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The filter box: a form that only a script shows, the facts of every cell as JSON, and the scripts
 * that select by them (query.js, filter.js). The facts are those that `matrix --query` is answered
 * from:
 *
 *     {"names": {NAME: {"type": …, "words": […], "rank": […], "meaning": …}},
 *      "any": [NAME…], "elsewhere": [NAME…], "run": FACTS, "cells": [{"own": FACTS, "rows":
 * [FACTS…], "findings": […]}…]}
 *
 * FACTS has a member for each name: a text, a number, for words the set of those that apply (bit 1
 * << number), and for an age the time that it is counted from. "cell" is what data-cell in the page
 * says. In a large page only the facts of whole cells are there, in place of "cells":
 *
 *     "packed": {NAME: {"of": [VALUE…], "at": [for each cell the place of its value]}}
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/text_map.h"
#include "judge/select_facts.h"
#include "model/finding.h"
#include "reports/html.h"
#include "reports/markup.h"

/* A page with more rows than this has no box: it would be larger than what it shows. */
enum { ROWS_MAX = 50000 };

static void set(json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, value) < 0)
        text_out_of_memory();
}

static json_t *fact(const struct facts *facts, enum query_name name)
{
    switch (query_names[name].type) {
    case QUERY_TYPE_WORDS:
    case QUERY_TYPE_RANKED:
        return json_integer(facts->of[name].words);
    case QUERY_TYPE_NUMBER:
        return json_integer(facts->of[name].number);
    case QUERY_TYPE_AGE: /* counted from the beginning of time, backwards */
        return json_integer(-facts->of[name].number);
    default:
        return json_from_text(facts->of[name].text);
    }
}

static json_t *facts_json(const struct facts *facts)
{
    json_t *object = json_object();

    for (enum query_name name = 0; name < QUERY_NAME_COUNT; name++)
        if ((facts->has >> name & 1) != 0)
            set(object, query_names[name].name, fact(facts, name));
    return object;
}

static json_t *list_json(const struct facts *items, size_t count)
{
    json_t *list = json_array();

    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, facts_json(&items[i]));
    return list;
}

static json_t *words_json(enum query_name name)
{
    const struct words *words = query_names[name].words;
    json_t *list = json_array();

    if (query_names[name].type == QUERY_TYPE_KIND)
        for (enum finding_kind kind = 0; kind < FINDING_KIND_COUNT; kind++)
            json_array_append_new(list, json_string(finding_kind_name(kind)));
    for (int i = 0; words != NULL && i < words->count; i++)
        json_array_append_new(list, json_string(words->names[i]));
    return list;
}

/* Names that a query in this page may use. */
static bool is_here(const struct page *page, enum query_name name)
{
    return (query_names[name].places & QUERY_MATRIX) != 0 &&
           !(page->large && facts_need_records(name));
}

static json_t *names_json(const struct page *page)
{
    static const char *const types[] = {
        [QUERY_TYPE_TEXT] = "text",     [QUERY_TYPE_KIND] = "kind",
        [QUERY_TYPE_WORDS] = "words",   [QUERY_TYPE_RANKED] = "ranked",
        [QUERY_TYPE_NUMBER] = "number", [QUERY_TYPE_AGE] = "age"};
    json_t *names = json_object();

    for (enum query_name name = 0; name < QUERY_NAME_COUNT; name++) {
        const struct query_name_row *row = &query_names[name];
        json_t *about = json_pack("{s:s, s:s, s:o}", "type", types[row->type], "meaning",
                                  row->meaning, "words", words_json(name));
        json_t *ranks = json_array();

        for (int i = 0; row->type == QUERY_TYPE_RANKED && i < row->words->count; i++)
            json_array_append_new(ranks, json_integer(query_rank(name, i)));
        set(about, "rank", ranks);
        if (is_here(page, name))
            set(names, row->name, about);
        else
            json_decref(about);
    }
    return names;
}

/* Compact JSON in which nothing means anything to a parser of markup. Takes the value. */
static void add_json(struct buffer *to, json_t *value)
{
    _cleanup_free_ char *text =
        json_dumps(value, JSON_COMPACT | JSON_ENSURE_ASCII | JSON_ENCODE_ANY);

    json_decref(value);
    if (text == NULL)
        text_out_of_memory();
    for (const char *at = text; *at != '\0'; at++) {
        if (strchr("<>&", *at) != NULL)
            buffer_format(to, "\\u%04x", (unsigned)*at);
        else
            buffer_add(to, at, 1);
    }
}

static bool arch_of(void *report, const char *name, enum arch *ret_arch)
{
    const struct platform *platform = report_platform(report, name);

    if (platform != NULL)
        *ret_arch = platform->arch;
    return platform != NULL;
}

void html_filter_add(struct page *page, const struct matrix_cell *cell)
{
    const struct select_with with = {.arch_of = arch_of, .input = (void *)page->report};
    struct select_subject subject = {.line = NULL};
    _cleanup_strv_ struct strv texts = {0};

    facts_of_cell(&cell->cell, &cell->summary, &cell->judgement, &with, &subject.own);
    facts_of_rows(cell, &texts, &subject);
    page->rows += subject.rows.count + subject.findings.count;
    if (page->rows <= ROWS_MAX) {
        buffer_text(&page->facts, page->facts.length > 0 ? "," : "");
        add_json(&page->facts,
                 json_pack("{s:I, s:o, s:o, s:o}", "cell",
                           (json_int_t)(cell - page->report->matrix.cells.items), "own",
                           facts_json(&subject.own), "rows",
                           list_json(subject.rows.items, subject.rows.count), "findings",
                           list_json(subject.findings.items, subject.findings.count)));
    }
    vec_done(&subject.rows);
    vec_done(&subject.findings);
}

/* The values of one name, each once, and for each cell the place of its own. */
struct packed {
    struct buffer of, at;
    struct strv keys; /* the values as JSON */
    struct text_map places;
};

static void pack(struct packed *to, json_t *value)
{
    struct buffer text = {0};
    uint32_t at;

    add_json(&text, value);
    at = text_map_get(&to->places, text.data);
    if (at == TEXT_MAP_NONE) {
        at = (uint32_t)to->keys.count;
        buffer_format(&to->of, "%s%s", at > 0 ? "," : "", text.data);
        strv_take(&to->keys, buffer_steal(&text));
        text_map_put(&to->places, to->keys.items[at], at);
    }
    buffer_format(&to->at, "%s%u", to->at.length > 0 ? "," : "", at);
    buffer_done(&text);
}

static void packed_done(struct packed *packed)
{
    buffer_done(&packed->of);
    buffer_done(&packed->at);
    strv_done(&packed->keys);
    text_map_done(&packed->places);
}

void html_filter_add_all(struct page *page)
{
    const struct select_with with = {.arch_of = arch_of, .input = (void *)page->report};
    struct packed *packed = text_calloc(QUERY_NAME_COUNT, sizeof(*packed));
    const char *before = "";

    vec_foreach (cell, &page->report->matrix.cells) {
        struct facts facts = {.has = 0};

        facts_of_cell(&cell->cell, &cell->summary, &cell->judgement, &with, &facts);
        for (enum query_name name = 0; name < QUERY_NAME_COUNT; name++)
            if (is_here(page, name))
                pack(&packed[name],
                     (facts.has >> name & 1) != 0 ? fact(&facts, name) : json_null());
    }
    for (enum query_name name = 0; name < QUERY_NAME_COUNT; name++) {
        if (packed[name].keys.count > 1 ||
            (packed[name].keys.count == 1 && strcmp(packed[name].keys.items[0], "null") != 0)) {
            buffer_format(&page->facts, "%s\"%s\":{\"of\":[%s],\"at\":[%s]}", before,
                          query_names[name].name, packed[name].of.data, packed[name].at.data);
            before = ",";
        }
        packed_done(&packed[name]);
    }
    free(packed);
}

void html_filter_box(const struct page *page)
{
    FILE *out = page->out;

    fputs("<form id=\"filter\" role=\"search\" hidden=\"hidden\"><label>", out);
    markup_line(out, phrase(page->report, PHRASE_FILTER));
    fputs(" <input type=\"search\" autocomplete=\"off\" spellcheck=\"false\" "
          "placeholder=\"status:fail "
          "platform:kunpeng\"/></label> <output aria-live=\"polite\" data-unit=\"",
          out);
    markup_line(out, phrase(page->report, PHRASE_CELLS));
    fputs("\"></output></form>\n", out);
}

static json_t *list_of(const struct page *page, uint64_t names, bool here)
{
    json_t *list = json_array();

    for (enum query_name name = 0; name < QUERY_NAME_COUNT; name++)
        if ((names >> name & 1) != 0 && is_here(page, name) == here)
            json_array_append_new(list, json_string(query_names[name].name));
    return list;
}

bool html_filter_write(const struct page *page)
{
    const struct run_record *run = &page->report->matrix.run;
    const struct select_run about = {run->id, run->plan.label, run->plan.build, run->state,
                                     run->created_ms};
    const struct select_with with = {.now_ms = 0};
    _cleanup_buffer_ struct buffer text = {0};
    struct facts facts = {.has = 0};

    if (page->rows > ROWS_MAX || page->facts.length == 0)
        return false;
    facts_of_run(&about, &with, &facts);
    buffer_text(&text, "{\"names\":");
    add_json(&text, names_json(page));
    buffer_text(&text, ",\"any\":");
    add_json(&text, list_of(page, query_any_names(QUERY_MATRIX), true));
    buffer_text(&text, ",\"elsewhere\":");
    /* Names that only mean something in other verbs. */
    add_json(&text, list_of(page, UINT64_MAX, false));
    buffer_text(&text, ",\"run\":");
    add_json(&text, facts_json(&facts));
    fprintf(page->out, "<script type=\"application/json\" id=\"facts\">%s,%s%s%s}</script>\n",
            text.data, page->large ? "\"packed\":{" : "\"cells\":[", page->facts.data,
            page->large ? "}" : "]");
    return true;
}
