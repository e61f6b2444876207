/* SPDX-License-Identifier: Apache-2.0 */
/* Findings of the static check, beside what was observed. */
#include <inttypes.h>

#include "base/cleanup.h"
#include "judge/judge.h"
#include "model/waiver.h"
#include "reports/html.h"
#include "reports/markup.h"
#include "reports/matrix_view.h"

/* Limit of listed findings; the most severe are first. */
enum { FINDINGS = 100 };

static const char *class_of(enum finding_severity severity)
{
    return severity == SEVERITY_BLOCK     ? "status fail"
           : severity == SEVERITY_HIGH    ? "status error"
           : severity == SEVERITY_UNKNOWN ? "status miss"
                                          : "status";
}

static void add_words(FILE *out, const char *before, const char *text)
{
    if (text == NULL)
        return;
    fputs(before, out);
    markup_line(out, text);
}

static void add_finding(const struct page *page, const struct cell_record *cell,
                        const struct finding *row)
{
    enum language language = page->report->language;
    _cleanup_free_ char *place = finding_place(row);
    _cleanup_free_ char *waived = waiver_describe(judge_waived_finding(cell, row));
    FILE *out = page->out;

    fprintf(out, "<tr><td><span class=\"%s\">%s</span></td><th scope=\"row\">",
            class_of(row->severity), finding_severity_name(row->severity));
    markup_line(out, finding_name(row));
    if (finding_meaning(row, language) != NULL)
        markup_element(out, "p", "of", finding_meaning(row, language));
    fputs("</th><td>", out);
    add_words(out, "", place);
    add_words(out, "<br/>", row->symbol);
    add_words(out, " ", row->version);
    add_words(out, " ← ", row->provider);
    if (row->severity == SEVERITY_BLOCK && row->executed != EXECUTED_NONE)
        fprintf(out, "<br/><span class=\"of\">%s</span>",
                phrase_executed(page->report, row->executed));
    if (waived != NULL) {
        fprintf(out, "<br/><span class=\"of\">%s", phrase(page->report, PHRASE_WAIVED));
        add_words(out, " ", waived);
        fputs("</span>", out);
    }
    fputs("</td><td>", out);
    add_words(out, "", row->found);
    if (finding_remedy(row, language) != NULL) {
        fputs("<br/>→ ", out);
        html_said(page, finding_remedy(row, language));
    }
    fputs("</td></tr>\n", out);
}

void html_findings_head(const struct page *page, enum phrase what, enum phrase where,
                        enum phrase more)
{
    fprintf(page->out,
            "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"%s\"><table "
            "class=\"facts findings\"><thead><tr>",
            phrase(page->report, what));
    html_column_head(page, PHRASE_SEVERITY);
    html_column_head(page, what);
    html_column_head(page, where);
    html_column_head(page, more);
    fputs("</tr></thead><tbody>\n", page->out);
}

void html_findings(const struct page *page, const struct cell_record *cell,
                   const struct finding *rows, size_t count, bool cut)
{
    const struct report *report = page->report;
    FILE *out = page->out;

    if (count == 0)
        return;
    html_findings_head(page, PHRASE_FINDING, PHRASE_FINDING_WHERE, PHRASE_FINDING_REMEDY);
    for (size_t i = 0; i < count && i < FINDINGS; i++)
        add_finding(page, cell, &rows[i]);
    fputs("</tbody></table></div>\n", out);
    if (count > FINDINGS || cut)
        fprintf(out, "<p class=\"note\">… %zu%s %s</p>\n", count > FINDINGS ? count - FINDINGS : 0,
                cut ? "+" : "", phrase(report, PHRASE_MORE));
}

static void add_parts(const struct page *page, const struct prediction *prediction)
{
    FILE *out = page->out;

    if (prediction->parts.count == 0)
        return;
    fputs("<ul class=\"digests\">\n", out);
    vec_foreach (part, &prediction->parts) {
        fputs("<li>", out);
        markup_line(out, part->name);
        fprintf(out, " <span class=\"of\">%s</span></li>\n",
                phrase(page->report, part->checked ? PHRASE_PART_CHECKED : PHRASE_PART_BESIDE));
    }
    fputs("</ul>\n", out);
}

static void add_count(const struct page *page, enum phrase name, uint64_t count)
{
    fprintf(page->out, "<tr><th scope=\"row\">%s</th><td>%" PRIu64 "</td></tr>\n",
            phrase(page->report, name), count);
}

/* A name without a row is that of a format. */
static const char *kind_name(const struct page *page, const char *name)
{
    static const struct {
        const char *name, *chinese;
    } kinds[] = {
#define FILE_KIND(name, chinese) {name, chinese},
#include "reports/file_kinds.def"
#undef FILE_KIND
    };

    for (size_t i = 0;
         page->report->language == LANGUAGE_ZH && i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (text_equal(kinds[i].name, name))
            return kinds[i].chinese;
    return name;
}

static void add_kinds(const struct page *page, const struct prediction_census *census)
{
    const char *before = "";

    if (census->kinds.count == 0)
        return;
    fprintf(page->out, "<tr><th scope=\"row\">%s</th><td>",
            phrase(page->report, PHRASE_CENSUS_KINDS));
    vec_foreach (kind, &census->kinds) {
        fputs(before, page->out);
        markup_line(page->out, kind_name(page, kind->name));
        fprintf(page->out, " %" PRIu64, kind->files);
        before = page->report->language == LANGUAGE_ZH ? "、" : ", ";
    }
    fputs("</td></tr>\n", page->out);
}

/* Results of older versions have none. */
static void add_census(const struct page *page, const struct prediction_census *census)
{
    FILE *out = page->out;

    if (census->files == 0 && census->archives == 0)
        return;
    fputs("<table class=\"facts census\"><tbody>\n", out);
    add_count(page, PHRASE_CENSUS_FILES, census->files);
    add_count(page, PHRASE_CENSUS_EXAMINED, census->examined);
    add_count(page, PHRASE_CENSUS_OPAQUE, census->opaque);
    add_count(page, PHRASE_CENSUS_ARCHIVES, census->archives);
    add_kinds(page, census);
    if (census->opaque_files.count > 0) {
        fprintf(out, "<tr><th scope=\"row\">%s</th><td>",
                phrase(page->report, PHRASE_CENSUS_NAMED));
        for (size_t i = 0; i < census->opaque_files.count; i++)
            add_words(out, i > 0 ? "<br/>" : "", census->opaque_files.items[i]);
        if (census->opaque > census->opaque_files.count)
            fputs("<br/>…", out);
        fputs("</td></tr>\n", out);
    }
    fputs("</tbody></table>\n", out);
}

void html_predicted(const struct page *page, const struct matrix_cell *cell)
{
    const struct prediction *prediction = &matrix_cell_latest(cell)->prediction;
    const struct judgement *judgement = &cell->judgement;
    bool wrong =
        prediction->state == PREDICTION_FAILED || prediction_count(prediction, SEVERITY_BLOCK) > 0;
    FILE *out = page->out;

    vec_foreach (row, &prediction->findings)
        wrong |= finding_doubt(row) != DOUBT_NONE;

    if (prediction->state != PREDICTION_MADE && prediction->state != PREDICTION_FAILED)
        return;
    fprintf(out, "<details class=\"case\"%s><summary>%s", wrong ? " open=\"open\"" : "",
            phrase(page->report, PHRASE_FILES));
    if (judgement->has_prediction) {
        fprintf(out, " <span class=\"of\">%s</span> ", phrase(page->report, PHRASE_PREDICTED));
        html_verdict(page, judgement->predicted);
        fprintf(out, " <span class=\"of\">%s</span> ", phrase(page->report, PHRASE_OBSERVED));
        html_verdict(page, judgement->observed);
    }
    fputs("</summary>\n<div class=\"body\">", out);
    if (prediction->reason != NULL)
        markup_element(out, "p", "notice stop", prediction->reason);
    else if (prediction->findings.count == 0)
        markup_element(out, "p", "note", phrase(page->report, PHRASE_FILES_CLEAN));
    html_findings(page, &cell->cell, prediction->findings.items, prediction->findings.count,
                  prediction->cut);
    add_census(page, &prediction->census);
    add_parts(page, prediction);
    fputs("</div></details>\n", out);
}
