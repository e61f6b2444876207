/* SPDX-License-Identifier: Apache-2.0 */
/* What the product did to the system, and what is left of it. */
#include "base/cleanup.h"
#include "reports/footprint_view.h"
#include "reports/html.h"
#include "reports/markup.h"

/* Limit of listed entries; the most important are first. */
enum { ENTRIES = 200 };

static const enum phrase kinds[FOOTPRINT_KIND_COUNT] = {
    [FOOTPRINT_FILE] = PHRASE_FOOTPRINT_FILE,
    [FOOTPRINT_OS_FILE] = PHRASE_FOOTPRINT_OS_FILE,
    [FOOTPRINT_UNIT] = PHRASE_FOOTPRINT_UNIT,
    [FOOTPRINT_ENABLED] = PHRASE_FOOTPRINT_ENABLED,
    [FOOTPRINT_ACTIVE] = PHRASE_FOOTPRINT_ACTIVE,
    [FOOTPRINT_CRON] = PHRASE_FOOTPRINT_CRON,
    [FOOTPRINT_ALTERNATIVE] = PHRASE_FOOTPRINT_ALTERNATIVE,
    [FOOTPRINT_USER] = PHRASE_FOOTPRINT_USER,
    [FOOTPRINT_GROUP] = PHRASE_FOOTPRINT_GROUP,
    [FOOTPRINT_PORT] = PHRASE_FOOTPRINT_PORT,
    [FOOTPRINT_SYSCTL] = PHRASE_FOOTPRINT_SYSCTL,
    [FOOTPRINT_MODULE] = PHRASE_FOOTPRINT_MODULE,
    [FOOTPRINT_CORE] = PHRASE_FOOTPRINT_CORE,
    [FOOTPRINT_DENIAL] = PHRASE_FOOTPRINT_DENIAL,
    [FOOTPRINT_TAINT] = PHRASE_FOOTPRINT_TAINT,
};
static const enum phrase changes[FOOTPRINT_CHANGE_COUNT] = {
    [FOOTPRINT_NEW] = PHRASE_FOOTPRINT_NEW,
    [FOOTPRINT_CHANGED] = PHRASE_FOOTPRINT_CHANGED,
    [FOOTPRINT_GONE] = PHRASE_FOOTPRINT_GONE,
};
static const enum phrase phases[FOOTPRINT_PHASE_COUNT] = {
    [FOOTPRINT_INSTALLED] = PHRASE_FOOTPRINT_INSTALLED,
    [FOOTPRINT_SUITE] = PHRASE_FOOTPRINT_SUITE,
    [FOOTPRINT_UNINSTALLED] = PHRASE_FOOTPRINT_UNINSTALLED,
};
static const struct {
    const char *class;
    enum phrase phrase;
} ends[FOOTPRINT_END_COUNT] = {
    [FOOTPRINT_LEFT] = {"status fail", PHRASE_FOOTPRINT_LEFT},
    [FOOTPRINT_ALLOWED] = {"status", PHRASE_FOOTPRINT_ALLOWED},
    [FOOTPRINT_NOTED] = {"status", PHRASE_FOOTPRINT_NOTED},
    [FOOTPRINT_THERE] = {"status", PHRASE_FOOTPRINT_THERE},
    [FOOTPRINT_UNDONE] = {"status", PHRASE_FOOTPRINT_UNDONE},
};

static void add_entry(const struct page *page, const struct footprint *footprint,
                      const struct footprint_entry *entry)
{
    enum footprint_end end = footprint_view_end(footprint, entry);
    const struct report *report = page->report;
    FILE *out = page->out;

    fprintf(out, "<tr><td><span class=\"%s\">%s</span></td><th scope=\"row\">%s</th><td>",
            ends[end].class, phrase(report, ends[end].phrase), phrase(report, kinds[entry->kind]));
    markup_line(out, entry->name);
    fputs("</td><td>", out);
    fputs(phrase(report, changes[entry->change]), out);
    if (entry->detail != NULL) {
        fputs(phrase(report, PHRASE_COLON), out);
        html_said(page, entry->detail);
    }
    fprintf(out, "<br/><span class=\"of\">%s", phrase(report, phases[entry->since]));
    if (entry->allowed != NULL) {
        fputs(phrase(report, PHRASE_SEMICOLON), out);
        html_said(page, entry->allowed);
    }
    fputs("</span></td></tr>\n", out);
}

static void add_entries(const struct page *page, const struct footprint *footprint)
{
    _cleanup_free_ const struct footprint_entry **sorted = footprint_view_sort(footprint);
    size_t count = footprint->entries.count;
    FILE *out = page->out;

    if (count == 0)
        return;
    html_findings_head(page, PHRASE_FOOTPRINT_KIND, PHRASE_FINDING_WHERE, PHRASE_FOOTPRINT_CHANGE);
    for (size_t i = 0; i < count && i < ENTRIES; i++)
        add_entry(page, footprint, sorted[i]);
    fputs("</tbody></table></div>\n", out);
    if (count > ENTRIES)
        fprintf(out, "<p class=\"note\">… %zu %s</p>\n", count - ENTRIES,
                phrase(page->report, PHRASE_MORE));
}

void html_footprint(const struct page *page, const struct matrix_cell *cell)
{
    const struct footprint *footprint = &matrix_cell_latest(cell)->footprint;
    bool wrong = footprint->state == FOOTPRINT_INCOMPLETE || footprint->findings.count > 0 ||
                 footprint_count_faults(footprint) > 0;
    FILE *out = page->out;

    if (footprint->state == FOOTPRINT_NONE)
        return;
    fprintf(out, "<details class=\"case\"%s><summary>%s</summary>\n<div class=\"body\">",
            wrong ? " open=\"open\"" : "", phrase(page->report, PHRASE_FOOTPRINT));
    if (footprint->reason != NULL) {
        fprintf(out, "<p class=\"notice stop\">%s%s",
                phrase(page->report, PHRASE_FOOTPRINT_UNKNOWN), phrase(page->report, PHRASE_COLON));
        html_said(page, footprint->reason);
        fputs("</p>\n", out);
    } else if (footprint->entries.count == 0) {
        markup_element(out, "p", "note", phrase(page->report, PHRASE_FOOTPRINT_CLEAN));
    }
    html_findings(page, &cell->cell, footprint->findings.items, footprint->findings.count, false);
    add_entries(page, footprint);
    fputs("</div></details>\n", out);
}
