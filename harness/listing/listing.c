/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the entries of the list. */
#include "listing/listing.h"

#include <stdlib.h>
#include <string.h>

#include "certificate/certificate.h"
#include "model/image.h"

static const char *const validity_names[] = {"valid", "expired", "not-confirmed", "record",
                                             "rejected"};
const struct words listing_validity_words = {validity_names, NULL, LISTING_VALIDITY_COUNT};

static void entry_done(struct listing_entry *entry)
{
    char *const texts[] = {entry->folder,   entry->programme, entry->level,         entry->suite,
                           entry->system,   entry->run,       entry->version,       entry->vendor,
                           entry->business, entry->page,      entry->stated_version};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        free(texts[i]);
    for (int i = 0; i < LANGUAGE_COUNT; i++) {
        free(entry->programme_title[i]);
        free(entry->level_title[i]);
    }
    vec_foreach (row, &entry->problems) {
        free(row->kind);
        free(row->file);
        free(row->text);
    }
    vec_done(&entry->problems);
    vec_foreach (row, &entry->platforms) {
        free(row->image);
        free(row->platform);
    }
    vec_done(&entry->platforms);
    strv_done(&entry->packages);
    strv_done(&entry->versions);
    strv_done(&entry->signers);
}

void listing_done(struct listing *listing)
{
    vec_foreach (entry, &listing->entries)
        entry_done(entry);
    vec_done(&listing->entries);
}

/* The worst of what is wrong with it. */
static enum listing_validity validity_of(const struct certificate_report *report)
{
    enum listing_validity worst = LISTING_VALID;

    if (report->problems.count[PROBLEM_TAMPERED] > 0 || !report->judged)
        return LISTING_REJECTED;
    vec_foreach (row, &report->problems.rows) {
        enum listing_validity is = row->kind == PROBLEM_EXPIRED ? LISTING_EXPIRED
                                   : row->kind == PROBLEM_LEVEL ? LISTING_RECORD
                                                                : LISTING_OPEN;

        /* Whose it is matters before what it says. */
        if (worst == LISTING_VALID || is == LISTING_OPEN ||
            (worst == LISTING_EXPIRED && is == LISTING_RECORD))
            worst = is;
    }
    return report->problems.count[PROBLEM_OPEN] > 0 && worst == LISTING_VALID ? LISTING_OPEN
                                                                              : worst;
}

static void add_problems(const struct problems *problems, struct listing_entry *to)
{
    vec_foreach (row, &problems->rows) {
        struct listing_problem *copy = vec_add(&to->problems);

        copy->kind = text_dup(problem_word(row->kind));
        copy->file = text_dup(row->file);
        copy->text = text_dup(row->text);
    }
}

static void add_platform(const struct judged *judged, size_t at, struct listing_entry *to)
{
    const struct programme_column *column = &judged->status.columns.items[at];
    const struct image *image = judged_image(judged, column->image);
    struct listing_platform *row = vec_add(&to->platforms);

    row->image = text_dup(column->image);
    row->platform = text_dup(column->platform);
    row->grade = column->grade;
    row->stand_in = column->stand_in;
    row->verdict = judged->cells.items[at].judgement.verdict;
    row->arch_known = image != NULL;
    if (image != NULL)
        row->arch = image->arch;
    if (image != NULL && image->disk.path != NULL)
        memcpy(row->disk_sha256, image->disk.sha256, sizeof(row->disk_sha256));
    if (column->version != NULL && !strv_has(&to->versions, column->version))
        strv_add(&to->versions, column->version);
    for (size_t i = 0; i < column->product.count; i++)
        if (!strv_has(&to->packages, column->product.items[i]))
            strv_add(&to->packages, column->product.items[i]);
}

static void describe(const struct certificate_report *report, struct listing_entry *to)
{
    const struct judged *judged = &report->judged_again;
    const struct programme *programme = judged->programme;
    const struct programme_level *level =
        content_is_certificate(judged) ? &programme->levels.items[judged->status.reached] : NULL;

    to->programme = text_dup(programme->name);
    to->level = level != NULL ? text_dup(level->id) : NULL;
    for (int i = 0; i < LANGUAGE_COUNT; i++) {
        to->programme_title[i] = text_dup(programme->title.in[i]);
        to->level_title[i] = level != NULL ? text_dup(level->title.in[i]) : NULL;
    }
    to->suite = text_dup(judged->status.suite);
    to->system = text_dup(judged->status.system);
    to->run = text_dup(judged->about->run.id);
    to->version = text_dup(report->statement.version);
    to->vendor = text_dup(report->statement.stated.stated[FIELD_VENDOR]);
    to->business = text_dup(report->statement.stated.stated[FIELD_BUSINESS]);
    to->stated_version = text_dup(report->statement.stated.stated[FIELD_VERSION]);
    to->created_ms = report->statement.created_ms;
    memcpy(to->valid_until, report->statement.valid_until, sizeof(to->valid_until));
    for (size_t i = 0; i < judged->cells.count; i++)
        add_platform(judged, i, to);
    vec_foreach (row, &report->signatures)
        if (row->signer != NULL && !strv_has(&to->signers, row->signer))
            strv_add(&to->signers, row->signer);
}

struct listing_entry *listing_add(struct listing *listing, const char *folder,
                                  const struct certificate_report *report)
{
    enum listing_validity validity = validity_of(report);
    struct listing_entry *entry;

    if (validity != LISTING_REJECTED)
        vec_foreach (other, &listing->entries)
            if (other->validity == validity &&
                strcmp(other->sums_sha256, report->sums_sha256) == 0) {
                listing->duplicates++;
                return NULL;
            }
    entry = vec_add(&listing->entries);
    entry->folder = text_dup(folder);
    entry->validity = validity;
    memcpy(entry->sums_sha256, report->sums_sha256, sizeof(entry->sums_sha256));
    add_problems(&report->problems, entry);
    if (validity != LISTING_REJECTED)
        describe(report, entry);
    return entry;
}

static int compare_texts(const char *a, const char *b)
{
    return strcmp(a != NULL ? a : "", b != NULL ? b : "");
}

static int compare_entries(const void *a, const void *b)
{
    const struct listing_entry *x = a, *y = b;
    int order = (int)x->validity - (int)y->validity;

    if (order == 0)
        order = compare_texts(x->suite, y->suite);
    if (order == 0)
        order = compare_texts(x->system, y->system);
    if (order == 0)
        order = compare_texts(x->programme, y->programme);
    if (order == 0 && x->created_ms != y->created_ms)
        order = x->created_ms > y->created_ms ? -1 : 1;
    return order != 0 ? order : strcmp(x->folder, y->folder);
}

void listing_sort(struct listing *listing)
{
    if (listing->entries.count > 0)
        qsort(listing->entries.items, listing->entries.count, sizeof(struct listing_entry),
              compare_entries);
}

size_t listing_count(const struct listing *listing, enum listing_validity validity)
{
    size_t count = 0;

    vec_foreach (entry, &listing->entries)
        count += entry->validity == validity;
    return count;
}

bool listing_has_grade(const struct listing_entry *entry, enum grade grade)
{
    vec_foreach (row, &entry->platforms)
        if (row->grade == grade)
            return true;
    return false;
}

bool listing_has_stand_in(const struct listing_entry *entry)
{
    vec_foreach (row, &entry->platforms)
        if (row->stand_in)
            return true;
    return false;
}
