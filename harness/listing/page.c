/* SPDX-License-Identifier: Apache-2.0 */
/* The list as a page: a table that can be read without a script, and a filter for those who have
 * one. It is well-formed XML as well as HTML, and loads nothing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "listing/listing.h"
#include "reports/markup.h"

extern const char listing_site_css[];
extern const char listing_site_js[];

enum word {
#define WORD(name, en, zh) WORD_##name,
#include "listing/word.def"
#undef WORD
    WORD_COUNT
};

static const char *const words[WORD_COUNT][LANGUAGE_COUNT] = {
#define WORD(name, en, zh) {en, zh},
#include "listing/word.def"
#undef WORD
};

enum { PACKAGES_SHOWN = 4, DIGITS_SHOWN = 12 };

struct site {
    const struct listing *listing;
    enum language language;
    FILE *out;
};

static const char *say(const struct site *site, enum word word)
{
    return words[word][site->language];
}

static const struct {
    const char *sign, *class;
    enum word word;
} validities[LISTING_VALIDITY_COUNT] = {
    [LISTING_VALID] = {"✔", "valid", WORD_IS_VALID},
    [LISTING_EXPIRED] = {"◷", "expired", WORD_IS_EXPIRED},
    [LISTING_OPEN] = {"?", "open", WORD_IS_OPEN},
    [LISTING_RECORD] = {"○", "record", WORD_IS_RECORD},
    [LISTING_REJECTED] = {"✖", "rejected", WORD_IS_REJECTED},
};

/* --- head --------------------------------------------------------------------------------- */

static void add_head(const struct site *site)
{
    FILE *out = site->out;

    fprintf(out,
            "<!DOCTYPE html>\n<html lang=\"%s\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n"
            "<meta charset=\"utf-8\"/>\n"
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
            "style-src 'sha256-",
            say(site, WORD_LANG));
    markup_hash(out, listing_site_css);
    fputs("'; script-src 'sha256-", out);
    markup_hash(out, listing_site_js);
    fputs("'; base-uri 'none'; form-action 'none'\"/>\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
          "<meta name=\"referrer\" content=\"no-referrer\"/>\n",
          out);
    markup_element(out, "title", NULL, say(site, WORD_TITLE));
    fprintf(out, "\n<style>%s</style>\n</head>\n<body>\n", listing_site_css);
}

static void add_counts(const struct site *site)
{
    const struct listing *listing = site->listing;
    FILE *out = site->out;

    fputs("<p class=\"counts\">", out);
    for (enum listing_validity validity = 0; validity < LISTING_VALIDITY_COUNT; validity++) {
        size_t count = listing_count(listing, validity);

        if (count > 0 || validity == LISTING_VALID)
            fprintf(out, "<span><b>%zu</b> <span class=\"is %s\">%s %s</span></span> ", count,
                    validities[validity].class, validities[validity].sign,
                    say(site, validities[validity].word));
    }
    fputs("</p>\n", out);
    if (listing->left_out > 0)
        fprintf(out, "<p><b>%zu</b> %s</p>\n", listing->left_out, say(site, WORD_LEFT_OUT));
    if (listing->duplicates > 0)
        fprintf(out, "<p><b>%zu</b> %s</p>\n", listing->duplicates, say(site, WORD_DUPLICATES));
}

static void add_top(const struct site *site)
{
    bool zh = site->language == LANGUAGE_ZH;
    char made[CLOCK_TEXT_SIZE];
    FILE *out = site->out;

    clock_format(site->listing->made_ms, made);
    fprintf(
        out,
        "<header>\n<p class=\"brand\"><span>Touchstone <span lang=\"zh-CN\">试金石</span></span>"
        "<a href=\"%s\" lang=\"%s\" hreflang=\"%s\">%s</a></p>\n",
        zh ? LISTING_PAGE : LISTING_PAGE_ZH, zh ? "en" : "zh-CN", zh ? "en" : "zh-CN",
        say(site, WORD_OTHER_LANGUAGE));
    markup_element(out, "h1", NULL, say(site, WORD_TITLE));
    fputs("\n", out);
    add_counts(site);
    fprintf(out, "<p>%s <b>%.10s %.5s UTC</b></p>\n<p class=\"soft\">%s</p>\n</header>\n",
            say(site, WORD_VERIFIED), made, made + sizeof("2026-01-01"), say(site, WORD_LATER));
}

/* --- filter ------------------------------------------------------------------------------- */

static void add_attribute(const struct site *site, const char *name, const char *text)
{
    fprintf(site->out, " %s=\"", name);
    markup_line(site->out, text != NULL ? text : "");
    fputs("\"", site->out);
}

static void add_option(const struct site *site, const char *value, const char *text)
{
    fputs("<option", site->out);
    add_attribute(site, "value", value);
    fputs(">", site->out);
    markup_line(site->out, text);
    fputs("</option>", site->out);
}

static void open_select(const struct site *site, const char *name, enum word label)
{
    fprintf(site->out, "<label>%s<select name=\"%s\">", say(site, label), name);
    add_option(site, "", say(site, WORD_ANY));
}

static void add_select(const struct site *site, const char *name, enum word label,
                       struct strv *values)
{
    open_select(site, name, label);
    strv_sort(values);
    for (size_t i = 0; i < values->count; i++)
        if (i == 0 || strcmp(values->items[i], values->items[i - 1]) != 0)
            add_option(site, values->items[i], values->items[i]);
    fputs("</select></label>\n", site->out);
    strv_done(values);
    *values = (struct strv){0};
}

/* What a row is found by under the field of this name. */
static char *level_of(const struct site *site, const struct listing_entry *entry)
{
    return entry->level != NULL ? text_format("%s, %s", entry->programme_title[site->language],
                                              entry->level_title[site->language])
                                : text_dup(entry->programme_title[site->language]);
}

static void add_filters(const struct site *site)
{
    struct strv systems = {0}, platforms = {0}, vendors = {0}, levels = {0};

    vec_foreach (entry, &site->listing->entries) {
        if (entry->suite == NULL)
            continue;
        strv_add(&systems, entry->system);
        if (entry->vendor != NULL)
            strv_add(&vendors, entry->vendor);
        strv_take(&levels, level_of(site, entry));
        vec_foreach (row, &entry->platforms)
            strv_add(&platforms, row->platform);
    }
    add_select(site, "os", WORD_OS, &systems);
    add_select(site, "cpu", WORD_CPU, &platforms);
    add_select(site, "vendor", WORD_VENDOR, &vendors);
    add_select(site, "level", WORD_LEVEL, &levels);
}

static void add_form(const struct site *site)
{
    FILE *out = site->out;

    fprintf(out, "<form id=\"filter\" role=\"search\" hidden=\"hidden\"");
    add_attribute(site, "aria-label", say(site, WORD_FILTER));
    add_attribute(site, "data-since", say(site, WORD_PASSED_SINCE));
    fprintf(out, " data-expired=\"%s %s\">\n", validities[LISTING_EXPIRED].sign,
            say(site, WORD_IS_EXPIRED));
    fprintf(out, "<label>%s<input type=\"search\" name=\"search\"/></label>\n",
            say(site, WORD_SEARCH));
    add_filters(site);
    open_select(site, "validity", WORD_VALIDITY);
    for (enum listing_validity validity = 0; validity < LISTING_VALIDITY_COUNT; validity++)
        if (listing_count(site->listing, validity) > 0 || validity == LISTING_EXPIRED)
            add_option(site, listing_validity_words.names[validity],
                       say(site, validities[validity].word));
    fprintf(out,
            "</select></label>\n<p class=\"soft\" role=\"status\"><span id=\"shown\"></span> "
            "%s</p>\n</form>\n",
            say(site, WORD_SHOWN));
}

/* --- rows --------------------------------------------------------------------------------- */

static void open_cell(const struct site *site, const char *element, enum word label)
{
    fprintf(site->out, "<%s data-label=\"%s\"%s>", element, say(site, label),
            element[1] == 'h' ? " scope=\"row\"" : "");
}

static void add_facts(const struct site *site, const struct listing_entry *entry)
{
    _cleanup_buffer_ struct buffer platforms = {0};
    _cleanup_free_ char *level = entry->suite != NULL ? level_of(site, entry) : NULL;

    vec_foreach (row, &entry->platforms)
        buffer_format(&platforms, "%s%s", platforms.length > 0 ? "|" : "", row->platform);
    fputs("<tr", site->out);
    add_attribute(site, "data-os", entry->system);
    add_attribute(site, "data-cpu", platforms.data);
    add_attribute(site, "data-vendor", entry->vendor);
    add_attribute(site, "data-level", level);
    add_attribute(site, "data-validity", listing_validity_words.names[entry->validity]);
    add_attribute(site, "data-until", entry->valid_until);
    fputs(">\n", site->out);
}

/* The word, and why it is not valid. */
static void add_validity(const struct site *site, const struct listing_entry *entry)
{
    open_cell(site, "td", WORD_VALIDITY);
    fprintf(site->out, "<p><span class=\"is %s\">%s %s</span></p>",
            validities[entry->validity].class, validities[entry->validity].sign,
            say(site, validities[entry->validity].word));
    vec_foreach (row, &entry->problems) {
        _cleanup_free_ char *text =
            text_format("%s: %s%s%s", row->kind, row->file != NULL ? row->file : "",
                        row->file != NULL ? ": " : "", row->text);

        markup_element(site->out, "p", "why", text);
        if (entry->validity == LISTING_REJECTED)
            break;
    }
    fputs("</td>\n", site->out);
}

static void add_product(const struct site *site, const struct listing_entry *entry)
{
    open_cell(site, "th", WORD_PRODUCT);
    markup_line(site->out, entry->suite != NULL ? entry->suite : entry->folder);
    if (entry->business != NULL) {
        fputs(" ", site->out);
        markup_element(site->out, "small", NULL, entry->business);
        fprintf(site->out, " <small>(%s)</small>", say(site, WORD_STATED));
    }
    fputs("</th>\n", site->out);
    open_cell(site, "td", WORD_VERSION);
    for (size_t i = 0; i < entry->packages.count && i < PACKAGES_SHOWN; i++)
        markup_element(site->out, "p", NULL, entry->packages.items[i]);
    if (entry->packages.count > PACKAGES_SHOWN)
        fprintf(site->out, "<p>… +%zu</p>", entry->packages.count - PACKAGES_SHOWN);
    fputs("</td>\n", site->out);
    open_cell(site, "td", WORD_VENDOR);
    if (entry->vendor != NULL) {
        markup_line(site->out, entry->vendor);
        fprintf(site->out, " <small>(%s)</small>", say(site, WORD_STATED));
    }
    fputs("</td>\n", site->out);
}

static void add_grades(const struct site *site, const struct listing_entry *entry)
{
    open_cell(site, "td", WORD_GRADE);
    for (enum grade grade = GRADE_COUNT; grade-- > 0;)
        if (listing_has_grade(entry, grade))
            fprintf(site->out, "<p><span class=\"mark\">%s</span></p>",
                    site->language == LANGUAGE_ZH ? grade_name_zh(grade) : grade_name(grade));
    if (listing_has_stand_in(entry))
        fprintf(site->out, "<p><span class=\"mark\">%s</span></p>", say(site, WORD_STAND_IN));
    fputs("</td>\n", site->out);
}

/* Each once, however many images there are. */
static void add_platforms(const struct site *site, const struct listing_entry *entry)
{
    _cleanup_strv_ struct strv shown = {0};

    vec_foreach (row, &entry->platforms) {
        if (strv_has(&shown, row->platform))
            continue;
        strv_add(&shown, row->platform);
        fputs("<p>", site->out);
        markup_line(site->out, row->platform);
        if (row->arch_known)
            fprintf(site->out, " <small>%s</small>", arch_name(row->arch));
        fputs("</p>", site->out);
    }
}

static void add_proof(const struct site *site, const struct listing_entry *entry)
{
    open_cell(site, "td", WORD_OS);
    markup_line(site->out, entry->system);
    fputs("</td>\n", site->out);
    open_cell(site, "td", WORD_CPU);
    add_platforms(site, entry);
    fputs("</td>\n", site->out);
    open_cell(site, "td", WORD_LEVEL);
    if (entry->programme != NULL) {
        markup_element(site->out, "p", NULL,
                       entry->level != NULL ? entry->level_title[site->language]
                                            : say(site, WORD_NO_LEVEL));
        markup_element(site->out, "p", "why", entry->programme_title[site->language]);
    }
    fputs("</td>\n", site->out);
    add_grades(site, entry);
    open_cell(site, "td", WORD_UNTIL);
    if (entry->suite != NULL)
        fputs(entry->valid_until[0] != '\0' ? entry->valid_until : say(site, WORD_NO_END),
              site->out);
    fputs("</td>\n", site->out);
}

static void add_link(const struct site *site, const char *href, const char *name, enum word text,
                     const struct listing_entry *entry)
{
    _cleanup_free_ char *label =
        text_format("%s: %s, %s", say(site, text), entry->suite, entry->system);

    fprintf(site->out, "<p><a href=\"%s%s\"", href, name);
    add_attribute(site, "aria-label", label);
    fprintf(site->out, ">%s</a></p>", say(site, text));
}

static void add_certificate(const struct site *site, const struct listing_entry *entry)
{
    _cleanup_free_ char *signers = strv_join(&entry->signers, ", ");

    open_cell(site, "td", WORD_CERTIFICATE);
    if (entry->page != NULL)
        add_link(site, entry->page,
                 site->language == LANGUAGE_ZH ? "/certificate.zh.html" : "/certificate.html",
                 WORD_OPEN_PAGE, entry);
    if (entry->copied)
        add_link(site, entry->page, "/files/", WORD_COPY, entry);
    if (entry->signers.count > 0) {
        _cleanup_free_ char *text = text_format("%s %s", say(site, WORD_SIGNED_BY), signers);

        markup_element(site->out, "p", "why", text);
    }
    if (entry->sums_sha256[0] != '\0')
        fprintf(site->out, "<p><code title=\"SHA-256 of SHA256SUMS: %s\">%.*s…</code></p>",
                entry->sums_sha256, DIGITS_SHOWN, entry->sums_sha256);
    fputs("</td>\n", site->out);
}

static void add_table(const struct site *site)
{
    static const enum word heads[] = {WORD_VALIDITY, WORD_PRODUCT,    WORD_VERSION, WORD_VENDOR,
                                      WORD_OS,       WORD_CPU,        WORD_LEVEL,   WORD_GRADE,
                                      WORD_UNTIL,    WORD_CERTIFICATE};
    FILE *out = site->out;

    fprintf(out, "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"%s\"><table>\n",
            say(site, WORD_TITLE));
    fputs("<thead><tr>", out);
    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
        fprintf(out, "<th scope=\"col\">%s</th>", say(site, heads[i]));
    fputs("</tr></thead>\n<tbody>\n", out);
    vec_foreach (entry, &site->listing->entries) {
        add_facts(site, entry);
        add_validity(site, entry);
        add_product(site, entry);
        add_proof(site, entry);
        add_certificate(site, entry);
        fputs("</tr>\n", out);
    }
    fprintf(out, "</tbody></table></div>\n<p id=\"nothing\" hidden=\"hidden\">%s</p>\n",
            say(site, WORD_NOTHING));
}

void listing_write_page(const struct listing *listing, enum language language,
                        struct buffer *ret_text)
{
    char *data = NULL;
    size_t length = 0;
    struct site site = {.listing = listing, .language = language};

    site.out = open_memstream(&data, &length);
    if (site.out == NULL)
        text_out_of_memory();
    add_head(&site);
    add_top(&site);
    fputs("<main>\n", site.out);
    if (listing->entries.count > 0) {
        add_form(&site);
        add_table(&site);
    } else
        markup_element(site.out, "p", NULL, say(&site, WORD_EMPTY));
    fprintf(site.out, "</main>\n<footer><p><a href=\"" LISTING_FEED "\">%s</a> · %s</p></footer>\n",
            say(&site, WORD_FEED), listing->version);
    if (listing->entries.count > 0)
        fprintf(site.out, "<script>%s</script>\n", listing_site_js);
    fputs("</body>\n</html>\n", site.out);
    fclose(site.out);
    buffer_add(ret_text, data, length);
    free(data);
}
