/* SPDX-License-Identifier: Apache-2.0 */
/* The list as a page: a table that can be read without a script, and a filter for those who have
 * one. It is well-formed XML as well as HTML, and loads nothing. */
#include "listing/page.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "reports/markup.h"

extern const char listing_site_css[];
extern const char listing_site_js[];

static const char *const words[WORD_COUNT][LANGUAGE_COUNT] = {
#define WORD(name, en, zh) {en, zh},
#include "listing/word.def"
#undef WORD
};

const char *page_say(const struct page *page, enum word word)
{
    return words[word][page->language];
}

const struct page_validity page_validities[LISTING_VALIDITY_COUNT] = {
    [LISTING_VALID] = {"✔", "valid", WORD_IS_VALID},
    [LISTING_EXPIRED] = {"◷", "expired", WORD_IS_EXPIRED},
    [LISTING_OPEN] = {"?", "open", WORD_IS_OPEN},
    [LISTING_RECORD] = {"○", "record", WORD_IS_RECORD},
    [LISTING_REJECTED] = {"✖", "rejected", WORD_IS_REJECTED},
};

void page_attribute(const struct page *page, const char *name, const char *text)
{
    fprintf(page->out, " %s=\"", name);
    markup_line(page->out, text != NULL ? text : "");
    fputs("\"", page->out);
}

char *page_level_of(const struct page *page, const struct listing_entry *entry)
{
    return entry->level != NULL ? text_format("%s, %s", entry->programme_title[page->language],
                                              entry->level_title[page->language])
                                : text_dup(entry->programme_title[page->language]);
}

static void add_head(const struct page *page)
{
    FILE *out = page->out;

    fprintf(out,
            "<!DOCTYPE html>\n<html lang=\"%s\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n"
            "<meta charset=\"utf-8\"/>\n"
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
            "style-src 'sha256-",
            page_say(page, WORD_LANG));
    markup_hash(out, listing_site_css);
    fputs("'; script-src 'sha256-", out);
    markup_hash(out, listing_site_js);
    fputs("'; base-uri 'none'; form-action 'none'\"/>\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
          "<meta name=\"referrer\" content=\"no-referrer\"/>\n",
          out);
    markup_element(out, "title", NULL, page_say(page, WORD_TITLE));
    fprintf(out, "\n<style>%s</style>\n</head>\n<body>\n", listing_site_css);
}

static void add_counts(const struct page *page)
{
    const struct listing *listing = page->listing;
    FILE *out = page->out;

    fputs("<p class=\"counts\">", out);
    for (enum listing_validity validity = 0; validity < LISTING_VALIDITY_COUNT; validity++) {
        size_t count = listing_count(listing, validity);

        if (count > 0 || validity == LISTING_VALID)
            fprintf(out, "<span><b>%zu</b> <span class=\"is %s\">%s %s</span></span> ", count,
                    page_validities[validity].class, page_validities[validity].sign,
                    page_say(page, page_validities[validity].word));
    }
    fputs("</p>\n", out);
    if (listing->left_out > 0)
        fprintf(out, "<p><b>%zu</b> %s</p>\n", listing->left_out, page_say(page, WORD_LEFT_OUT));
    if (listing->duplicates > 0)
        fprintf(out, "<p><b>%zu</b> %s</p>\n", listing->duplicates,
                page_say(page, WORD_DUPLICATES));
}

static void add_top(const struct page *page)
{
    bool zh = page->language == LANGUAGE_ZH;
    char made[CLOCK_TEXT_SIZE];
    FILE *out = page->out;

    clock_format(page->listing->made_ms, made);
    fprintf(
        out,
        "<header>\n<p class=\"brand\"><span>Touchstone <span lang=\"zh-CN\">试金石</span></span>"
        "<a href=\"%s\" lang=\"%s\" hreflang=\"%s\">%s</a></p>\n",
        zh ? LISTING_PAGE : LISTING_PAGE_ZH, zh ? "en" : "zh-CN", zh ? "en" : "zh-CN",
        page_say(page, WORD_OTHER_LANGUAGE));
    markup_element(out, "h1", NULL, page_say(page, WORD_TITLE));
    fputs("\n", out);
    add_counts(page);
    fprintf(out, "<p>%s <b>%.10s %.5s UTC</b></p>\n<p class=\"soft\">%s</p>\n</header>\n",
            page_say(page, WORD_VERIFIED), made, made + sizeof("2026-01-01"),
            page_say(page, WORD_LATER));
}

static void add_table(const struct page *page)
{
    static const enum word heads[] = {WORD_VALIDITY, WORD_PRODUCT,    WORD_VERSION, WORD_VENDOR,
                                      WORD_OS,       WORD_CPU,        WORD_LEVEL,   WORD_GRADE,
                                      WORD_UNTIL,    WORD_CERTIFICATE};
    FILE *out = page->out;

    fprintf(out, "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"%s\"><table>\n",
            page_say(page, WORD_TITLE));
    fputs("<thead><tr>", out);
    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
        fprintf(out, "<th scope=\"col\">%s</th>", page_say(page, heads[i]));
    fputs("</tr></thead>\n<tbody>\n", out);
    vec_foreach (entry, &page->listing->entries)
        page_add_row(page, entry);
    fprintf(out, "</tbody></table></div>\n<p id=\"nothing\" hidden=\"hidden\">%s</p>\n",
            page_say(page, WORD_NOTHING));
}

void listing_write_page(const struct listing *listing, enum language language,
                        struct buffer *ret_text)
{
    char *data = NULL;
    size_t length = 0;
    struct page page = {.listing = listing, .language = language};

    page.out = open_memstream(&data, &length);
    if (page.out == NULL)
        text_out_of_memory();
    add_head(&page);
    add_top(&page);
    fputs("<main>\n", page.out);
    if (listing->entries.count > 0) {
        page_add_filter(&page);
        add_table(&page);
    } else
        markup_element(page.out, "p", NULL, page_say(&page, WORD_EMPTY));
    fprintf(page.out, "</main>\n<footer><p><a href=\"" LISTING_FEED "\">%s</a> · %s</p></footer>\n",
            page_say(&page, WORD_FEED), listing->version);
    if (listing->entries.count > 0)
        fprintf(page.out, "<script>%s</script>\n", listing_site_js);
    fputs("</body>\n</html>\n", page.out);
    fclose(page.out);
    buffer_add(ret_text, data, length);
    free(data);
}
