/* SPDX-License-Identifier: Apache-2.0 */
/* Findings as SARIF 2.1.0 (OASIS, errata 01). Names come from packages and are escaped as URIs. */
#include "reports/sarif.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/text.h"
#include "judge/judge.h"
#include "model/waiver.h"
#include "reports/format.h"
#include "reports/report.h"

/* RFC 3986: everything except unreserved characters and '/' is written as %XX. */
static json_t *uri_of(const char *path)
{
    _cleanup_buffer_ struct buffer uri = {0};

    while (*path == '/')
        path++;
    buffer_add(&uri, "", 0);
    for (; *path != '\0'; path++) {
        unsigned char byte = (unsigned char)*path;

        if ((byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
            (byte >= '0' && byte <= '9') || strchr("-._~/", byte) != NULL)
            buffer_add(&uri, &byte, 1);
        else
            buffer_format(&uri, "%%%02X", byte);
    }
    return json_string(uri.length > 0 ? uri.data : "unknown");
}

/* A finding that the run disproved does not count against its cell, so it is not an error here. */
static const char *level_of(const struct finding *row)
{
    if (row->severity == SEVERITY_WARN || finding_is_contradicted(row))
        return "note";
    return row->severity == SEVERITY_BLOCK ? "error" : "warning";
}

static json_t *rules(void)
{
    json_t *list = json_array();

    for (int kind = 0; kind < FINDING_KIND_COUNT; kind++) {
        json_t *rule = json_object();

        json_object_set_new(rule, "id", json_string(finding_kind_name(kind)));
        json_object_set_new(rule, "shortDescription",
                            json_pack("{s:s}", "text", finding_kind_meaning(kind, LANGUAGE_EN)));
        json_array_append_new(list, rule);
    }
    return list;
}

static void add_part(struct buffer *text, const char *label, const char *value)
{
    if (value != NULL)
        buffer_format(text, "%s%s", label, value);
}

static json_t *message_of(const struct finding *row, const char *image, const char *platform)
{
    _cleanup_buffer_ struct buffer text = {0}, safe = {0};
    const char *meaning = finding_meaning(row, LANGUAGE_EN);

    buffer_text(&text, meaning != NULL ? meaning : finding_name(row));
    add_part(&text, "; symbol ", row->symbol);
    add_part(&text, "; version ", row->version);
    add_part(&text, "; expected from ", row->provider);
    add_part(&text, "; found: ", row->found);
    add_part(&text, "; on ", row->surface != NULL ? row->surface : image);
    add_part(&text, "; platform ", row->platform != NULL ? row->platform : platform);
    if (row->executed != EXECUTED_NONE)
        buffer_format(&text, "; executed: %s%s", executed_name(row->executed),
                      finding_is_contradicted(row) ? ", which contradicts it" : "");
    if (row->remedy != NULL)
        buffer_format(&text, ". %s.", row->remedy);
    buffer_printable(&safe, text.data, text.length, false);
    return json_string(safe.data);
}

json_t *sarif_log(void)
{
    json_t *driver =
        json_pack("{s:s, s:s, s:o}", "name", "touchstone", "version", "1", "rules", rules());
    json_t *run = json_pack("{s:{s:o}, s:[]}", "tool", "driver", driver, "results");

    return json_pack("{s:s, s:s, s:[o]}", "$schema",
                     "https://json.schemastore.org/sarif-2.1.0.json", "version", "2.1.0", "runs",
                     run);
}

/* A finding that is let pass is still a result: viewers show it as suppressed, with the reason. */
static void suppress(json_t *result, const struct waiver *waiver)
{
    _cleanup_free_ char *text = waiver_describe(waiver);

    if (waiver != NULL)
        json_object_set_new(result, "suppressions",
                            json_pack("[{s:s, s:s, s:o}]", "kind", "external", "status", "accepted",
                                      "justification", json_from_text(text)));
}

void sarif_add(json_t *log, const struct finding *row, const struct cell_record *cell)
{
    const char *image = cell != NULL ? cell->image : NULL;
    const char *platform = cell != NULL ? cell->platform : NULL;
    json_t *run = json_array_get(json_object_get(log, "runs"), 0);
    json_t *place = json_object(), *physical = json_object(), *artifact = json_object();
    json_t *result = json_object(), *places = json_array();

    json_object_set_new(artifact, "uri", uri_of(row->file != NULL ? row->file : ""));
    json_object_set_new(physical, "artifactLocation", artifact);
    if (row->line > 0)
        json_object_set_new(physical, "region",
                            json_pack("{s:I}", "startLine", (json_int_t)row->line));
    json_object_set_new(place, "physicalLocation", physical);
    json_array_append_new(places, place);
    json_object_set_new(result, "ruleId", json_string(finding_name(row)));
    if (row->kind < FINDING_KIND_COUNT)
        json_object_set_new(result, "ruleIndex", json_integer(row->kind));
    json_object_set_new(result, "level", json_string(level_of(row)));
    json_object_set_new(result, "message",
                        json_pack("{s:o}", "text", message_of(row, image, platform)));
    json_object_set_new(result, "locations", places);
    if (cell != NULL)
        suppress(result, judge_waived_finding(cell, row));
    json_array_append_new(json_object_get(run, "results"), result);
}

/* The findings of each cell; results of cases are not part of this format. */
static void write_sarif(const struct report *report, FILE *out)
{
    _cleanup_json_ json_t *log = sarif_log();

    vec_foreach (cell, &report->matrix.cells) {
        const struct result *latest;

        if (!report_open(report, cell))
            continue;
        latest = matrix_cell_latest(cell);
        if (latest != NULL) {
            vec_foreach (row, &latest->prediction.findings)
                sarif_add(log, row, &cell->cell);
            vec_foreach (row, &latest->footprint.findings)
                sarif_add(log, row, &cell->cell);
        }
        report_close(cell);
    }
    json_dumpf(log, out, JSON_INDENT(2) | JSON_SORT_KEYS);
    fputs("\n", out);
}

REPORT_FORMAT(sarif, ".sarif", "SARIF 2.1.0: the findings, for code scanning")
