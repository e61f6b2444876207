/* SPDX-License-Identifier: Apache-2.0 */
/* From the names of a report's tests to ids of cases. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text_map.h"
#include "reported/report.h"

enum { ID_BYTES = 64, HASH_BYTES = 8 };

/* Letters become small, '/' and "::" become '.', and what an id cannot have becomes '-'. */
static char *plain_id(const char *name)
{
    struct buffer id = {0};

    for (const char *at = name; *at != '\0'; at++) {
        char letter = *at;
        bool first = id.length == 0;

        if (letter >= 'A' && letter <= 'Z')
            letter = (char)(letter - 'A' + 'a');
        if (letter == '/' || letter == ':')
            letter = '.';
        if (!((letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') ||
              strchr("._+-", letter) != NULL))
            letter = '-';
        if (strchr("._+-", letter) != NULL &&
            (first || (strchr(".-", letter) != NULL && id.data[id.length - 1] == letter)))
            continue;
        buffer_add(&id, &letter, 1);
    }
    while (id.length > 0 && strchr(".-", id.data[id.length - 1]) != NULL)
        id.data[--id.length] = '\0';
    return buffer_steal(&id);
}

/* The same with a part of the name's digest, within the bounds of an id. */
static char *hashed_id(const char *plain, const char *name)
{
    char hex[DIGEST_TEXT_SIZE];

    digest_of_memory(name, strlen(name), hex);
    return *plain == '\0'
               ? text_format("case-%.*s", HASH_BYTES, hex)
               : text_format("%.*s-%.*s", ID_BYTES - HASH_BYTES - 1, plain, HASH_BYTES, hex);
}

static const char *key_of(const struct reported_case *row)
{
    return row->key != NULL ? row->key : row->name;
}

void reported_case_ids(const struct reported *report, struct strv *ret_ids)
{
    _cleanup_(text_map_done) struct text_map seen = {0};
    _cleanup_strv_ struct strv plain = {0};
    _cleanup_free_ bool *shared = text_calloc(report->cases.count + 1, sizeof(*shared));

    for (size_t i = 0; i < report->cases.count; i++) {
        uint32_t before;

        strv_take(&plain, plain_id(key_of(&report->cases.items[i])));
        before = text_map_get(&seen, plain.items[i]);
        if (before == TEXT_MAP_NONE)
            text_map_put(&seen, plain.items[i], (uint32_t)i);
        else
            shared[before] = shared[i] = true;
    }
    for (size_t i = 0; i < report->cases.count; i++)
        strv_take(ret_ids,
                  shared[i] || plain.items[i][0] == '\0' || strlen(plain.items[i]) > ID_BYTES
                      ? hashed_id(plain.items[i], key_of(&report->cases.items[i]))
                      : text_dup(plain.items[i]));
}

static void swap(char **a, char **b)
{
    char *text = *a;

    *a = *b;
    *b = text;
}

/* Of two statuses of a case the one that says less for it: anything but a pass outweighs one. */
static bool is_worse(enum status status, enum status than)
{
    return than == STATUS_PASS ? status != STATUS_PASS : status != STATUS_PASS && status > than;
}

/* The worse of two reports of a case says how it ended. The map below borrows its name or
 * key. */
static void merge(struct reported_case *to, struct reported_case *from)
{
    to->optional = to->optional && from->optional;
    to->duration_ms += from->duration_ms;
    if (is_worse(from->status, to->status)) {
        to->status = from->status;
        to->blame = from->blame;
        swap(&to->reason, &from->reason);
        swap(&to->raw, &from->raw);
        swap(&to->url, &from->url);
    }
    free(from->name);
    free(from->key);
    free(from->reason);
    free(from->raw);
    free(from->url);
}

void reported_merge_cases(struct reported *report)
{
    _cleanup_(text_map_done) struct text_map seen = {0};
    size_t kept = 0, repeated = 0;

    for (size_t i = 0; i < report->cases.count; i++) {
        struct reported_case *row = &report->cases.items[i];
        uint32_t before = text_map_get(&seen, key_of(row));

        if (before != TEXT_MAP_NONE) {
            merge(&report->cases.items[before], row);
            repeated++;
            continue;
        }
        report->cases.items[kept] = *row;
        text_map_put(&seen, key_of(&report->cases.items[kept]), (uint32_t)kept);
        kept++;
    }
    report->cases.count = kept;
    if (repeated > 0)
        reported_add_gap(report, "%zu of its tests have the name of another: the worst counts",
                         repeated);
}
