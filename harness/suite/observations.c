/* SPDX-License-Identifier: Apache-2.0 */
/* The observations file of a case, and the comparison of the probe's instructions with the
 * platform. */
#include "suite/observations.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "bundle/bounds.h"
#include "suite/protocols.h"

#define MALFORMED "is not KEY, value and unit: write it with `observe`"

/* Undoes \t \n \\ into an owned text; NULL for any other escape, a NUL, or too many bytes. */
static char *unescape(const char *text, size_t length, size_t most)
{
    _cleanup_buffer_ struct buffer out = {0};

    for (size_t i = 0; i < length; i++) {
        char byte = text[i];

        if (byte == '\0')
            return NULL;
        if (byte == '\\') {
            if (++i == length)
                return NULL;
            byte = text[i] == 't' ? '\t' : text[i] == 'n' ? '\n' : text[i] == '\\' ? '\\' : '\0';
            if (byte == '\0')
                return NULL;
        }
        buffer_add(&out, &byte, 1);
    }
    return out.length <= most ? buffer_steal(&out) : NULL;
}

/* Escaped completely, so that readers need not escape it again. */
static void make_printable(char **text)
{
    struct buffer shown = {0};

    buffer_printable(&shown, *text, strlen(*text), true);
    free(*text);
    *text = buffer_steal(&shown);
}

/* Searches only rows from `first` on, which belong to this case, because a result may have two
 * hundred thousand rows. */
static struct observation *find(struct result *result, size_t first, const char *key)
{
    for (size_t i = first; i < result->observations.count; i++) {
        if (strcmp(result->observations.items[i].key, key) == 0)
            return &result->observations.items[i];
    }
    return NULL;
}

static bool is_key(const char *text, size_t length)
{
    if (length == 0 || length > OBSERVATION_KEY_MAX)
        return false;
    for (size_t i = 0; i < length; i++)
        if (text[i] == '\0' || strchr("abcdefghijklmnopqrstuvwxyz0123456789_.-", text[i]) == NULL)
            return false;
    return true;
}

bool observations_reserve(const char *key)
{
    static const char *const prefixes[] = {"isa.",    "boot.",   "console.", "witness.",
                                           "kernel.", "system.", "disk.root"};

    for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
        if (text_starts(key, prefixes[i]))
            return true;
    return false;
}

/* State of collecting a case's observations. */
struct collecting {
    struct result *result;
    const char *case_id;
    size_t first; /* index of this case's first row */
    bool probe;
    bool no_room; /* the job's bounds were reached */
};

/* Adds one line without its newline; returns the reason if it is rejected (caller frees). */
static char *add_line(struct collecting *to, const char *line, size_t length)
{
    const char *end = line + length, *tab = memchr(line, '\t', length), *second;
    _cleanup_free_ char *key = NULL, *value = NULL, *unit = NULL;
    struct observation *seen;

    if (tab == line) {
        value = unescape(tab + 1, length - 1, OBSERVATION_VALUE_MAX);
        if (value != NULL)
            make_printable(&value);
        return text_format("was refused by `observe`: %s", value != NULL ? value : "");
    }
    if (tab == NULL || !is_key(line, (size_t)(tab - line)))
        return text_dup(MALFORMED);
    second = memchr(tab + 1, '\t', (size_t)(end - tab - 1));
    if (second == NULL || memchr(second + 1, '\t', (size_t)(end - second - 1)) != NULL)
        return text_dup(MALFORMED);
    key = text_ndup(line, (size_t)(tab - line));
    value = unescape(tab + 1, (size_t)(second - tab - 1), OBSERVATION_VALUE_MAX);
    unit = unescape(second + 1, (size_t)(end - second - 1), OBSERVATION_UNIT_MAX);
    if (value == NULL || unit == NULL)
        return text_dup(MALFORMED);
    if (*value == '\0')
        return text_format("has no value for '%s'", key);
    if (!to->probe && observations_reserve(key))
        return text_format("uses the key '%s', which is reserved for the harness: choose another, "
                           "or add probe=\"yes\" to the <case> where it measures the platform",
                           key);
    make_printable(&value);
    make_printable(&unit);
    if (!bounds_take_observation(to->result, to->case_id, key, value, unit)) {
        to->no_room = true;
        return NULL;
    }
    seen = find(to->result, to->first, key);
    if (seen == NULL) {
        result_add_observation(to->result, to->case_id, key, value, *unit != '\0' ? unit : NULL);
        return NULL;
    }
    text_replace(&seen->value, value);
    text_replace(&seen->unit, *unit != '\0' ? unit : NULL);
    return NULL;
}

static void refuse(struct case_result *row, char *reason)
{
    if (row->status == STATUS_PASS)
        protocol_set(row, STATUS_ERROR, BLAME_SUITE, reason);
    else
        free(reason);
}

void observations_collect(const struct case_record *record, bool probe, struct case_result *row,
                          struct result *result)
{
    const struct fact *replaced = facts_find(&record->facts, "observations-replaced");
    _cleanup_free_ char *problem = NULL;
    const char *text = record->observations.data;
    const char *end = text != NULL ? text + record->observations.length : text;
    struct collecting to = {
        .result = result, .case_id = row->id, .first = result->observations.count, .probe = probe};
    size_t count = 0, bad = 0;

    while (text < end && count < OBSERVATIONS_MAX) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));

        _cleanup_free_ char *wrong = NULL;

        count++;
        wrong =
            newline == NULL ? text_dup(MALFORMED) : add_line(&to, text, (size_t)(newline - text));
        if (wrong != NULL && problem == NULL) {
            problem = steal_ptr(wrong);
            bad = count;
        }
        text = newline != NULL ? newline + 1 : end;
    }
    if (record->observations_dropped > 0 || text < end)
        refuse(row, text_format("observations truncated: at most %d and %d bytes are kept",
                                OBSERVATIONS_MAX, RECORD_OBSERVATIONS_LIMIT));
    else if (replaced != NULL)
        refuse(row, text_format("the file of the case's observations was %s before the case ended",
                                strcmp(fact_field(replaced, 0), "removed") == 0 ? "removed"
                                                                                : "replaced"));
    else if (to.no_room)
        refuse(row, text_dup("observations truncated: those of all cases exceed the limit of a "
                             "job; write fewer, or split the suite"));
    else if (problem != NULL)
        refuse(row, text_format("observation %zu %s", bad, problem));
}

static void add_gap(struct gaps *gaps, enum gap_kind kind, const char *feature)
{
    struct gap *gap;
    size_t at = 0;

    vec_foreach (row, &gaps->rows) {
        if (strcmp(row->feature, feature) == 0)
            return;
        if (row->kind < kind || (row->kind == kind && strcmp(row->feature, feature) < 0))
            at++;
    }
    /* Rows stay sorted by kind, then feature. */
    vec_add(&gaps->rows);
    gap = &gaps->rows.items[at];
    memmove(gap + 1, gap, (gaps->rows.count - 1 - at) * sizeof(*gap));
    gap->kind = kind;
    gap->feature = text_dup(feature);
}

void observations_hold_isa(const struct platform *platform, const struct feature_table *table,
                           struct result *result)
{
    vec_foreach (row, &table->rows) {
        _cleanup_free_ char *key = NULL;
        bool executes = false, found = false;

        if (row->arch != platform->arch || row->probe == NULL)
            continue;
        key = text_format("isa.%s", row->probe);
        vec_foreach (seen, &result->observations) {
            if (seen->case_id == NULL || strcmp(seen->key, key) != 0)
                continue;
            executes = strcmp(seen->value, "executes") == 0;
            found = true;
        }
        if (found && executes && strv_has(&platform->lacks, row->name))
            add_gap(&result->gaps, GAP_EXTRA, row->name);
        if (found && !executes && strv_has(&platform->has, row->name))
            add_gap(&result->gaps, GAP_MISSING, row->name);
    }
}
