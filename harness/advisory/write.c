/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/write.h"

#include "base/clock.h"

static void write_time(struct json_writer *to, const char *name, int64_t ms)
{
    char text[CLOCK_TEXT_SIZE];

    clock_format(ms, text);
    json_write_text(to, name, ms > 0 ? text : NULL);
}

/* Whether the data is complete cannot be measured: it is what the user stated, and when. */
static void write_covers(struct json_writer *to, const struct vulnerabilities *found)
{
    json_write_array(to, "ecosystems");
    vec_foreach (cover, &found->covers) {
        json_write_object(to, NULL);
        json_write_text(to, "ecosystem", cover->ecosystem);
        json_write_integer(to, "advisories", (int64_t)cover->count);
        write_time(to, "newest", cover->newest_ms);
        write_time(to, "stated_complete", cover->stated_ms);
        json_write_end(to);
    }
    json_write_end(to);
}

void advisory_write_json(struct json_writer *to, const struct sbom *sbom,
                         const struct vulnerabilities *found, const char *stale)
{
    json_write_object(to, NULL);
    json_write_format(to, "touchstone-cve", 1);
    json_write_text(to, "product", sbom->name);
    json_write_object(to, "data");
    write_time(to, "imported", found->data.imported_ms);
    json_write_text(to, "newest", found->data.newest);
    json_write_integer(to, "advisories", (int64_t)found->data.count);
    json_write_text(to, "stale", stale);
    write_covers(to, found);
    json_write_end(to);
    json_write_object(to, "components");
    for (int i = 0; i < VULNERABILITY_STATE_COUNT; i++)
        json_write_integer(to, vulnerability_state_name((enum vulnerability_state)i),
                           (int64_t)found->counts[i]);
    json_write_end(to);
    json_write_array(to, "found");
    vec_foreach (row, &found->rows) {
        json_write_object(to, NULL);
        json_write_text(to, "state", vulnerability_state_name(row->state));
        json_write_text(to, "purl", row->purl);
        json_write_text(to, "place", row->place);
        json_write_text(to, "advisory", row->advisory);
        json_write_text(to, "alias", row->alias);
        json_write_text(to, "severity", row->severity);
        json_write_text(to, "fixed", row->fixed);
        json_write_text(to, "reason", row->reason);
        json_write_end(to);
    }
    json_write_end(to);
    json_write_array(to, "not_examined");
    vec_foreach (gap, &sbom->gaps) {
        json_write_object(to, NULL);
        json_write_text(to, "path", gap->path);
        json_write_text(to, "reason", gap->reason);
        json_write_end(to);
    }
    json_write_end(to);
    json_write_end(to);
}
