/* SPDX-License-Identifier: Apache-2.0 */
/* The scripts of the page, and what the policy in its head knows them by. Well-formed XML needs a
 * wrapping that HTML takes for comments. */
#include "base/cleanup.h"
#include "base/text.h"
#include "reports/html.h"
#include "reports/markup.h"

#define BEGIN "//<![CDATA[\n"
#define END "//]]>\n"

extern const char reports_query_js[], reports_filter_js[], reports_page_js[];

static void add_script(const struct page *page, const char *script)
{
    fprintf(page->out, "<script>" BEGIN "%s" END "</script>\n", script);
}

void html_scripts(const struct page *page, bool has_filter)
{
    add_script(page, reports_page_js);
    if (!has_filter)
        return;
    add_script(page, reports_query_js);
    add_script(page, reports_filter_js);
}

void html_script_hashes(const struct page *page)
{
    static const char *const scripts[] = {reports_page_js, reports_query_js, reports_filter_js};

    for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
        _cleanup_free_ char *whole = text_format("%s%s%s", BEGIN, scripts[i], END);

        fputs(" 'sha256-", page->out);
        markup_hash(page->out, whole);
        fputs("'", page->out);
    }
}

void html_tools(const struct page *page)
{
    const struct report *report = page->report;

    fprintf(page->out,
            "<p id=\"tools\" hidden=\"hidden\" data-copy=\"%s\" data-copied=\"%s\"><label>%s "
            "<select><option value=\"\">%s</option><option value=\"light\">%s</option><option "
            "value=\"dark\">%s</option></select></label> <output></output></p>\n",
            phrase(report, PHRASE_COPY), phrase(report, PHRASE_COPIED),
            phrase(report, PHRASE_THEME), phrase(report, PHRASE_THEME_SYSTEM),
            phrase(report, PHRASE_THEME_LIGHT), phrase(report, PHRASE_THEME_DARK));
}
