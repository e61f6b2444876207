/* SPDX-License-Identifier: Apache-2.0 */
/* What a page begins with: what was judged, on what, by what, and how it ended. */
#include <string.h>

#include "base/cleanup.h"
#include "reports/html.h"
#include "reports/markup.h"
#include "reports/matrix_view.h"

extern const char reports_html_css[];

enum { PRODUCTS = 20 };

static void add_head(const struct page *page)
{
    const struct report *report = page->report;
    FILE *out = page->out;

    fprintf(out,
            "<!DOCTYPE html>\n<html lang=\"%s\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n"
            "<meta charset=\"utf-8\"/>\n"
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
            "style-src 'sha256-",
            phrase(report, PHRASE_LANG));
    markup_hash(out, reports_html_css);
    fputs("'; script-src", out);
    html_script_hashes(page);
    fputs("; base-uri 'none'; form-action 'none'\"/>\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
          "<meta name=\"referrer\" content=\"no-referrer\"/>\n<title>",
          out);
    fprintf(out, "%s · %s", phrase(report, PHRASE_TITLE), report->matrix.run.id);
    fputs("</title>\n<style>", out);
    fputs(reports_html_css, out);
    fputs("</style>\n</head>\n", out);
    html_body(page);
}

static void add_time(const struct page *page, enum phrase label, int64_t wall_ms)
{
    _cleanup_buffer_ struct buffer text = {0};

    if (wall_ms <= 0)
        return;
    matrix_view_time(wall_ms, &text);
    fprintf(page->out, "<span>%s <b>%s</b></span>\n", phrase(page->report, label), text.data);
}

/* "8 compatible, 1 incompatible …", worst verdict first. */
static void add_counts(const struct page *page)
{
    const struct report *report = page->report;

    fputs("<p class=\"counts\">", page->out);
    for (int rank = 0; rank < REPORT_RANKS; rank++)
        for (enum verdict verdict = 0; verdict < VERDICT_COUNT; verdict++) {
            size_t count = 0;

            if (report_rank(verdict) != rank)
                continue;
            vec_foreach (cell, &report->matrix.cells)
                count += cell->judgement.verdict == verdict;
            if (count == 0)
                continue;
            fprintf(page->out, "<span><b>%zu</b> ", count);
            html_verdict(page, verdict);
            fputs("</span> ", page->out);
        }
    fprintf(page->out, "<span class=\"of\">/ %zu %s</span></p>\n", report->matrix.cells.count,
            phrase(report, report->matrix.cells.count == 1 ? PHRASE_CELL : PHRASE_CELLS));
}

static void add_notice(const struct page *page, const char *class, const char *text)
{
    fprintf(page->out, "<p class=\"notice %s\" role=\"note\">%s</p>\n", class, text);
}

static void add_partial(const struct page *page)
{
    const struct matrix *matrix = &page->report->matrix;
    struct left_out_cells cells = matrix_view_left_out(matrix);
    _cleanup_buffer_ struct buffer items = {0};

    if (cells.required == 0)
        return;
    matrix_view_items(matrix, &items);
    fprintf(page->out, "<p class=\"notice scope\" role=\"note\">%s%zu/%zu",
            phrase(page->report, PHRASE_PARTIAL_NOTICE), cells.required, matrix->cells.count);
    if (items.length > 0) {
        fputs(" (<code>--item ", page->out);
        markup_line(page->out, items.data);
        fputs("</code>)", page->out);
    }
    fputs("</p>\n", page->out);
}

/* Notices that must precede the tiles. */
static void add_notices(const struct page *page)
{
    const char *emulation = phrase_emulation(page->report);
    const char *reported = phrase_reported(page->report);

    if (page->report->matrix.run.state == RUN_OPEN)
        add_notice(page, "stop", phrase(page->report, PHRASE_STATE_OPEN));
    if (page->report->matrix.run.state == RUN_INTERRUPTED)
        add_notice(page, "stop", phrase(page->report, PHRASE_STATE_INTERRUPTED));
    add_partial(page);
    if (emulation != NULL)
        add_notice(page, "emulation", emulation);
    if (reported != NULL)
        add_notice(page, "scope", reported);
}

void html_contents(const struct page *page)
{
    static const struct {
        const char *id;
        enum phrase title;
    } parts[] = {
        {"matrix", PHRASE_MATRIX}, {"why", PHRASE_WHY},       {"differences", PHRASE_DIFFERENCES},
        {"gaps", PHRASE_GAPS},     {"cells", PHRASE_DETAILS}, {"tested", PHRASE_TESTED},
        {"legend", PHRASE_LEGEND}};

    fprintf(page->out, "<nav aria-label=\"%s\">", phrase(page->report, PHRASE_CONTENTS));
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        if (!page->site || strcmp(parts[i].id, "cells") != 0)
            fprintf(page->out, "<a href=\"#%s\">%s</a>\n", parts[i].id,
                    phrase(page->report, parts[i].title));
    fputs("</nav>\n", page->out);
}

/* The versions of a product in all images, each once. */
static void add_versions(const struct page *page, const char *suite)
{
    _cleanup_strv_ struct strv images = {0}, versions = {0};

    vec_foreach (cell, &page->report->matrix.cells) {
        _cleanup_free_ char *version = NULL;

        /* An image provides the same packages for every platform. */
        if (strcmp(cell->cell.suite, suite) != 0 || strv_has(&images, cell->cell.image))
            continue;
        version = report_product_version(page->report, cell);
        if (version == NULL)
            continue;
        strv_add(&images, cell->cell.image);
        if (!strv_has(&versions, version))
            strv_add(&versions, version);
    }
    for (size_t i = 0; i < versions.count; i++) {
        fputs(i > 0 ? ", " : " ", page->out);
        markup_line(page->out, versions.items[i]);
    }
}

static void add_product(const struct page *page, const struct suite *suite)
{
    fputs("<b>", page->out);
    markup_line(page->out, suite->product);
    add_versions(page, suite->name);
    fputs("</b> ", page->out);
    markup_element(page->out, "small", NULL, suite->vendor);
}

static void add_products(const struct page *page)
{
    _cleanup_strv_ struct strv names = {0};
    size_t count = 0;

    report_suites(page->report, &names);
    for (size_t i = 0; i < names.count; i++) {
        const struct suite *suite = report_suite(page->report, names.items[i]);

        if (suite == NULL || suite->product == NULL || report_is_probe(suite))
            continue;
        if (++count > PRODUCTS)
            continue;
        if (count == 1)
            html_label(page, PHRASE_PRODUCT);
        else
            fputs("<br/>", page->out);
        add_product(page, suite);
    }
    if (count > PRODUCTS)
        fprintf(page->out, "<br/>… %zu %s", count - PRODUCTS, phrase(page->report, PHRASE_MORE));
    fputs(count > 0 ? "</dd>\n" : "", page->out);
}

static void add_systems(const struct page *page)
{
    _cleanup_strv_ struct strv seen = {0};

    vec_foreach (column, &page->columns) {
        const struct image *image = report_image(page->report, column->image);

        if (strv_has(&seen, column->image) || seen.count == PRODUCTS)
            continue;
        if (seen.count == 0)
            html_label(page, PHRASE_SYSTEM);
        else
            fputs("<br/>", page->out);
        strv_add(&seen, column->image);
        markup_line(page->out, report_image_title(page->report, column->image));
        if (image != NULL && image->stand_in) {
            fputs(" ", page->out);
            markup_element(page->out, "span", "standin", phrase(page->report, PHRASE_STAND_IN));
        }
    }
    fputs(seen.count > 0 ? "</dd>\n" : "", page->out);
}

static bool is_tool(const char *key)
{
    return strcmp(key, "touchstone") == 0 || strcmp(key, "libvirt") == 0 ||
           text_starts(key, "qemu");
}

/* "qemu.x86_64": QEMU's, for that architecture. */
static void add_tool(const struct page *page, const struct host_fact *fact)
{
    const char *arch = strchr(fact->key, '.');

    fputs(text_starts(fact->key, "qemu")         ? "QEMU"
          : strcmp(fact->key, "touchstone") == 0 ? "Touchstone"
                                                 : "libvirt",
          page->out);
    fputs(" ", page->out);
    markup_line(page->out, fact->value);
    if (arch != NULL)
        markup_element(page->out, "small", NULL, arch + 1);
}

static void add_tools(const struct page *page)
{
    const char *before = NULL;

    vec_foreach (fact, &page->report->matrix.run.host) {
        if (!is_tool(fact->key))
            continue;
        if (before == NULL)
            html_label(page, PHRASE_TOOLS);
        fputs(before != NULL ? before : "", page->out);
        add_tool(page, fact);
        before = " · ";
    }
    fputs(before != NULL ? "</dd>\n" : "", page->out);
}

static void add_top(const struct page *page)
{
    const struct run_record *run = &page->report->matrix.run;

    fputs("<header>\n", page->out);
    html_tools(page);
    fputs("<p class=\"brand\">Touchstone <span lang=\"zh\">试金石</span></p>\n", page->out);
    markup_element(page->out, "h1", NULL, phrase(page->report, PHRASE_TITLE));
    fprintf(page->out, "\n<p class=\"when\"><span>%s <b>", phrase(page->report, PHRASE_RUN));
    markup_line(page->out, run->id);
    fputs("</b></span>\n", page->out);
    add_time(page, PHRASE_CREATED, run->created_ms);
    add_time(page, PHRASE_ENDED, run->ended_ms);
    fputs("</p>\n<dl class=\"about\">\n", page->out);
    add_products(page);
    add_systems(page);
    add_tools(page);
    fputs("</dl>\n", page->out);
    add_counts(page);
    add_notices(page);
    fputs("</header>\n", page->out);
}

void html_head(const struct page *page)
{
    add_head(page);
    add_top(page);
}
