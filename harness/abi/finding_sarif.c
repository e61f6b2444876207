/* SPDX-License-Identifier: Apache-2.0 */
/* Findings as SARIF 2.1.0 (OASIS, errata 01). Names come from packages: they are escaped as URIs.
 */
#include "abi/finding.h"
#include "base/cleanup.h"
#include "base/json.h"
#include "base/text.h"

/* RFC 3986: what is not unreserved or '/' becomes %XX. */
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

static const char *level_of(enum finding_severity severity)
{
    return severity == SEVERITY_BLOCK ? "error" : severity == SEVERITY_WARN ? "note" : "warning";
}

static json_t *rules(void)
{
    json_t *list = json_array();

    for (int kind = 0; kind < FINDING_KIND_COUNT; kind++) {
        json_t *rule = json_object();

        json_object_set_new(rule, "id", json_string(finding_kind_name(kind)));
        json_object_set_new(rule, "shortDescription",
                            json_pack("{s:s}", "text", finding_kind_meaning(kind)));
        json_array_append_new(list, rule);
    }
    return list;
}

static json_t *message_of(const struct finding *row)
{
    _cleanup_buffer_ struct buffer text = {0}, safe = {0};

    buffer_text(&text, finding_kind_meaning(row->kind));
    if (row->symbol != NULL)
        buffer_format(&text, "; symbol %s", row->symbol);
    if (row->version != NULL)
        buffer_format(&text, "; version %s", row->version);
    if (row->provider != NULL)
        buffer_format(&text, "; expected from %s", row->provider);
    if (row->found != NULL)
        buffer_format(&text, "; found: %s", row->found);
    if (row->surface != NULL)
        buffer_format(&text, "; on %s", row->surface);
    if (row->platform != NULL)
        buffer_format(&text, "; platform %s", row->platform);
    buffer_format(&text, ". %s.", row->remedy);
    buffer_printable(&safe, text.data, text.length, false);
    return json_string(safe.data);
}

json_t *findings_sarif(const struct findings *findings, const char *version)
{
    json_t *results = json_array(), *driver, *run;

    vec_foreach (row, &findings->rows) {
        json_t *place = json_object(), *physical = json_object(), *artifact = json_object();
        json_t *result = json_object(), *places = json_array();

        json_object_set_new(artifact, "uri", uri_of(row->file != NULL ? row->file : ""));
        json_object_set_new(physical, "artifactLocation", artifact);
        json_object_set_new(place, "physicalLocation", physical);
        json_array_append_new(places, place);
        json_object_set_new(result, "ruleId", json_string(finding_kind_name(row->kind)));
        json_object_set_new(result, "ruleIndex", json_integer(row->kind));
        json_object_set_new(result, "level", json_string(level_of(row->severity)));
        json_object_set_new(result, "message", json_pack("{s:o}", "text", message_of(row)));
        json_object_set_new(result, "locations", places);
        json_array_append_new(results, result);
    }
    driver =
        json_pack("{s:s, s:s, s:o}", "name", "touchstone", "version", version, "rules", rules());
    run = json_pack("{s:{s:o}, s:o}", "tool", "driver", driver, "results", results);
    return json_pack("{s:s, s:s, s:[o]}", "$schema",
                     "https://json.schemastore.org/sarif-2.1.0.json", "version", "2.1.0", "runs",
                     run);
}
