/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of the list as a page. */
#ifndef TS_LISTING_PAGE_H
#define TS_LISTING_PAGE_H

#include <stdio.h>

#include "listing/listing.h"

enum word {
#define WORD(name, en, zh) WORD_##name,
#include "listing/word.def"
#undef WORD
    WORD_COUNT
};

struct page {
    const struct listing *listing;
    enum language language;
    FILE *out;
};

/* The text in the language of the page. */
const char *page_say(const struct page *page, enum word word);

struct page_validity {
    const char *sign, *class;
    enum word word;
};
extern const struct page_validity page_validities[LISTING_VALIDITY_COUNT];

/* Writes ` name="text"`. */
void page_attribute(const struct page *page, const char *name, const char *text);

/* "programme, level". Caller frees. */
char *page_level_of(const struct page *page, const struct listing_entry *entry);

/* The form of the filter, which only its script shows. */
void page_add_filter(const struct page *page);

/* The row of the table. */
void page_add_row(const struct page *page, const struct listing_entry *entry);

#endif
