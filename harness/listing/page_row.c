/* SPDX-License-Identifier: Apache-2.0 */
/* A row of the page: a certificate, with the facts that the filter looks at. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "listing/page.h"
#include "reports/markup.h"

enum { PACKAGES_SHOWN = 4, DIGITS_SHOWN = 12 };

static void open_cell(const struct page *page, const char *element, enum word label)
{
    fprintf(page->out, "<%s data-label=\"%s\"%s>", element, page_say(page, label),
            element[1] == 'h' ? " scope=\"row\"" : "");
}

static void add_facts(const struct page *page, const struct listing_entry *entry)
{
    _cleanup_buffer_ struct buffer platforms = {0};
    _cleanup_free_ char *level = entry->suite != NULL ? page_level_of(page, entry) : NULL;

    vec_foreach (row, &entry->platforms)
        buffer_format(&platforms, "%s%s", platforms.length > 0 ? "|" : "", row->platform);
    fputs("<tr", page->out);
    page_attribute(page, "data-os", entry->system);
    page_attribute(page, "data-cpu", platforms.data);
    page_attribute(page, "data-vendor", entry->vendor);
    page_attribute(page, "data-level", level);
    page_attribute(page, "data-validity", listing_validity_words.names[entry->validity]);
    page_attribute(page, "data-until", entry->valid_until);
    fputs(">\n", page->out);
}

/* The word, and why it is not valid. */
static void add_validity(const struct page *page, const struct listing_entry *entry)
{
    open_cell(page, "td", WORD_VALIDITY);
    fprintf(page->out, "<p><span class=\"is %s\">%s %s</span></p>",
            page_validities[entry->validity].class, page_validities[entry->validity].sign,
            page_say(page, page_validities[entry->validity].word));
    vec_foreach (row, &entry->problems) {
        _cleanup_free_ char *text =
            text_format("%s: %s%s%s", row->kind, row->file != NULL ? row->file : "",
                        row->file != NULL ? ": " : "", row->text);

        markup_element(page->out, "p", "why", text);
        if (entry->validity == LISTING_REJECTED)
            break;
    }
    fputs("</td>\n", page->out);
}

static void add_product(const struct page *page, const struct listing_entry *entry)
{
    open_cell(page, "th", WORD_PRODUCT);
    markup_line(page->out, entry->suite != NULL ? entry->suite : entry->folder);
    if (entry->business != NULL) {
        fputs(" ", page->out);
        markup_element(page->out, "small", NULL, entry->business);
        fprintf(page->out, " <small>(%s)</small>", page_say(page, WORD_STATED));
    }
    fputs("</th>\n", page->out);
    open_cell(page, "td", WORD_VERSION);
    for (size_t i = 0; i < entry->versions.count; i++)
        markup_element(page->out, "p", NULL, entry->versions.items[i]);
    if (entry->versions.count == 0 && entry->stated_version != NULL) {
        markup_line(page->out, entry->stated_version);
        fprintf(page->out, " <small>(%s)</small>", page_say(page, WORD_STATED));
    }
    for (size_t i = 0; i < entry->packages.count && i < PACKAGES_SHOWN; i++)
        markup_element(page->out, "p", NULL, entry->packages.items[i]);
    if (entry->packages.count > PACKAGES_SHOWN)
        fprintf(page->out, "<p>… +%zu</p>", entry->packages.count - PACKAGES_SHOWN);
    fputs("</td>\n", page->out);
    open_cell(page, "td", WORD_VENDOR);
    if (entry->vendor != NULL) {
        markup_line(page->out, entry->vendor);
        fprintf(page->out, " <small>(%s)</small>", page_say(page, WORD_STATED));
    }
    fputs("</td>\n", page->out);
}

static void add_grades(const struct page *page, const struct listing_entry *entry)
{
    open_cell(page, "td", WORD_GRADE);
    for (enum grade grade = GRADE_COUNT; grade-- > 0;)
        if (listing_has_grade(entry, grade))
            fprintf(page->out, "<p><span class=\"mark\">%s</span></p>",
                    page->language == LANGUAGE_ZH ? grade_name_zh(grade) : grade_name(grade));
    if (listing_has_stand_in(entry))
        fprintf(page->out, "<p><span class=\"mark\">%s</span></p>", page_say(page, WORD_STAND_IN));
    fputs("</td>\n", page->out);
}

/* Each once, however many images there are. */
static void add_platforms(const struct page *page, const struct listing_entry *entry)
{
    _cleanup_strv_ struct strv shown = {0};

    vec_foreach (row, &entry->platforms) {
        if (strv_has(&shown, row->platform))
            continue;
        strv_add(&shown, row->platform);
        fputs("<p>", page->out);
        markup_line(page->out, row->platform);
        if (row->arch_known)
            fprintf(page->out, " <small>%s</small>", arch_name(row->arch));
        fputs("</p>", page->out);
    }
}

static void add_proof(const struct page *page, const struct listing_entry *entry)
{
    open_cell(page, "td", WORD_OS);
    markup_line(page->out, entry->system);
    fputs("</td>\n", page->out);
    open_cell(page, "td", WORD_CPU);
    add_platforms(page, entry);
    fputs("</td>\n", page->out);
    open_cell(page, "td", WORD_LEVEL);
    if (entry->programme != NULL) {
        markup_element(page->out, "p", NULL,
                       entry->level != NULL ? entry->level_title[page->language]
                                            : page_say(page, WORD_NO_LEVEL));
        markup_element(page->out, "p", "why", entry->programme_title[page->language]);
    }
    fputs("</td>\n", page->out);
    add_grades(page, entry);
    open_cell(page, "td", WORD_UNTIL);
    if (entry->suite != NULL)
        fputs(entry->valid_until[0] != '\0' ? entry->valid_until : page_say(page, WORD_NO_END),
              page->out);
    fputs("</td>\n", page->out);
}

static void add_link(const struct page *page, const char *href, const char *name, enum word text,
                     const struct listing_entry *entry)
{
    _cleanup_free_ char *label =
        text_format("%s: %s, %s", page_say(page, text), entry->suite, entry->system);

    fprintf(page->out, "<p><a href=\"%s%s\"", href, name);
    page_attribute(page, "aria-label", label);
    fprintf(page->out, ">%s</a></p>", page_say(page, text));
}

static void add_certificate(const struct page *page, const struct listing_entry *entry)
{
    _cleanup_free_ char *signers = strv_join(&entry->signers, ", ");

    open_cell(page, "td", WORD_CERTIFICATE);
    if (entry->page != NULL)
        add_link(page, entry->page,
                 page->language == LANGUAGE_ZH ? "/certificate.zh.html" : "/certificate.html",
                 WORD_OPEN_PAGE, entry);
    if (entry->copied)
        add_link(page, entry->page, "/files/", WORD_COPY, entry);
    if (entry->signers.count > 0) {
        _cleanup_free_ char *text = text_format("%s %s", page_say(page, WORD_SIGNED_BY), signers);

        markup_element(page->out, "p", "why", text);
    }
    if (entry->sums_sha256[0] != '\0')
        fprintf(page->out, "<p><code title=\"SHA-256 of SHA256SUMS: %s\">%.*s…</code></p>",
                entry->sums_sha256, DIGITS_SHOWN, entry->sums_sha256);
    fputs("</td>\n", page->out);
}

void page_add_row(const struct page *page, const struct listing_entry *entry)
{
    add_facts(page, entry);
    add_validity(page, entry);
    add_product(page, entry);
    add_proof(page, entry);
    add_certificate(page, entry);
    fputs("</tr>\n", page->out);
}
