/* SPDX-License-Identifier: Apache-2.0 */
/* The filter of the page: what may be chosen is what the list has. */
#include "base/cleanup.h"
#include "listing/page.h"
#include "reports/markup.h"

static void add_option(const struct page *page, const char *value, const char *text)
{
    fputs("<option", page->out);
    page_attribute(page, "value", value);
    fputs(">", page->out);
    markup_line(page->out, text);
    fputs("</option>", page->out);
}

static void open_select(const struct page *page, const char *name, enum word label)
{
    fprintf(page->out, "<label>%s<select name=\"%s\">", page_say(page, label), name);
    add_option(page, "", page_say(page, WORD_ANY));
}

static void add_select(const struct page *page, const char *name, enum word label,
                       struct strv *values)
{
    open_select(page, name, label);
    strv_sort(values);
    for (size_t i = 0; i < values->count; i++)
        if (i == 0 || strcmp(values->items[i], values->items[i - 1]) != 0)
            add_option(page, values->items[i], values->items[i]);
    fputs("</select></label>\n", page->out);
    strv_done(values);
    *values = (struct strv){0};
}

/* What a row is found by under the field of this name. */
static void add_filters(const struct page *page)
{
    struct strv systems = {0}, platforms = {0}, vendors = {0}, levels = {0};

    vec_foreach (entry, &page->listing->entries) {
        if (entry->suite == NULL)
            continue;
        strv_add(&systems, entry->system);
        if (entry->vendor != NULL)
            strv_add(&vendors, entry->vendor);
        strv_take(&levels, page_level_of(page, entry));
        vec_foreach (row, &entry->platforms)
            strv_add(&platforms, row->platform);
    }
    add_select(page, "os", WORD_OS, &systems);
    add_select(page, "cpu", WORD_CPU, &platforms);
    add_select(page, "vendor", WORD_VENDOR, &vendors);
    add_select(page, "level", WORD_LEVEL, &levels);
}

void page_add_filter(const struct page *page)
{
    FILE *out = page->out;

    fprintf(out, "<form id=\"filter\" role=\"search\" hidden=\"hidden\"");
    page_attribute(page, "aria-label", page_say(page, WORD_FILTER));
    page_attribute(page, "data-since", page_say(page, WORD_PASSED_SINCE));
    fprintf(out, " data-expired=\"%s %s\">\n", page_validities[LISTING_EXPIRED].sign,
            page_say(page, WORD_IS_EXPIRED));
    fprintf(out, "<label>%s<input type=\"search\" name=\"search\"/></label>\n",
            page_say(page, WORD_SEARCH));
    add_filters(page);
    open_select(page, "validity", WORD_VALIDITY);
    for (enum listing_validity validity = 0; validity < LISTING_VALIDITY_COUNT; validity++)
        if (listing_count(page->listing, validity) > 0 || validity == LISTING_EXPIRED)
            add_option(page, listing_validity_words.names[validity],
                       page_say(page, page_validities[validity].word));
    fprintf(out,
            "</select></label>\n<p class=\"soft\" role=\"status\"><span id=\"shown\"></span> "
            "%s</p>\n</form>\n",
            page_say(page, WORD_SHOWN));
}
