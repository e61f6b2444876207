/* SPDX-License-Identifier: Apache-2.0 */
/* The list as data. */
#include "base/clock.h"
#include "base/json_write.h"
#include "listing/listing.h"

static const char *none_if_empty(const char *text)
{
    return text[0] != '\0' ? text : NULL;
}

static void write_time(struct json_writer *to, const char *name, int64_t wall_ms)
{
    char text[CLOCK_TEXT_SIZE];

    clock_format(wall_ms, text);
    json_write_text(to, name, wall_ms > 0 ? text : NULL);
}

static void write_list(struct json_writer *to, const char *name, const struct strv *list)
{
    json_write_array(to, name);
    for (size_t i = 0; i < list->count; i++)
        json_write_text(to, NULL, list->items[i]);
    json_write_end(to);
}

static void write_problems(const struct listing_entry *entry, struct json_writer *to)
{
    json_write_array(to, "problems");
    vec_foreach (row, &entry->problems) {
        json_write_object(to, NULL);
        json_write_text(to, "kind", row->kind);
        json_write_text(to, "file", row->file);
        json_write_text(to, "text", row->text);
        json_write_end(to);
    }
    json_write_end(to);
}

static void write_platforms(const struct listing_entry *entry, struct json_writer *to)
{
    json_write_array(to, "platforms");
    vec_foreach (row, &entry->platforms) {
        json_write_object(to, NULL);
        json_write_text(to, "image", row->image);
        json_write_text(to, "platform", row->platform);
        json_write_text(to, "arch", row->arch_known ? arch_name(row->arch) : NULL);
        json_write_text(to, "grade", grade_name(row->grade));
        json_write_bool(to, "stand_in", row->stand_in);
        json_write_text(to, "verdict", verdict_name(row->verdict));
        json_write_text(to, "disk_sha256", none_if_empty(row->disk_sha256));
        json_write_end(to);
    }
    json_write_end(to);
}

static void write_both(struct json_writer *to, const char *name, const char *name_zh,
                       char *const texts[LANGUAGE_COUNT])
{
    json_write_text(to, name, texts[LANGUAGE_EN]);
    json_write_text(to, name_zh, texts[LANGUAGE_ZH]);
}

static void write_entry(const struct listing_entry *entry, struct json_writer *to)
{
    json_write_object(to, NULL);
    json_write_text(to, "folder", entry->folder);
    json_write_text(to, "certificate_sha256", none_if_empty(entry->sums_sha256));
    json_write_text(to, "validity", listing_validity_words.names[entry->validity]);
    write_problems(entry, to);
    json_write_text(to, "programme", entry->programme);
    write_both(to, "programme_title", "programme_title_zh", entry->programme_title);
    json_write_text(to, "level", entry->level);
    write_both(to, "level_title", "level_title_zh", entry->level_title);
    json_write_text(to, "suite", entry->suite);
    json_write_text(to, "system", entry->system);
    json_write_text(to, "stated_vendor", entry->vendor);
    json_write_text(to, "stated_business", entry->business);
    write_list(to, "product_versions", &entry->versions);
    json_write_text(to, "stated_version", entry->stated_version);
    write_list(to, "packages", &entry->packages);
    write_platforms(entry, to);
    write_time(to, "created", entry->created_ms);
    json_write_text(to, "valid_until", none_if_empty(entry->valid_until));
    json_write_text(to, "run", entry->run);
    json_write_text(to, "version", entry->version);
    write_list(to, "signers", &entry->signers);
    json_write_text(to, "page", entry->page);
    json_write_bool(to, "copied", entry->copied);
    json_write_end(to);
}

void listing_write_feed(const struct listing *listing, struct json_writer *to)
{
    json_write_object(to, NULL);
    json_write_format(to, LISTING_FORMAT, LISTING_VERSION);
    write_time(to, "verified", listing->made_ms);
    json_write_text(to, "made_by", listing->version);
    json_write_object(to, "counts");
    for (enum listing_validity validity = 0; validity < LISTING_VALIDITY_COUNT; validity++)
        json_write_integer(to, listing_validity_words.names[validity],
                           (int64_t)listing_count(listing, validity));
    json_write_integer(to, "left_out", (int64_t)listing->left_out);
    json_write_integer(to, "duplicates", (int64_t)listing->duplicates);
    json_write_end(to);
    json_write_array(to, "certificates");
    vec_foreach (entry, &listing->entries)
        write_entry(entry, to);
    json_write_end(to);
    json_write_end(to);
}
