/* SPDX-License-Identifier: Apache-2.0 */
/* Components are libraries, with the file that states them as an occurrence; every file is a
 * component of the type "file". */
#include <stdio.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "sbom/write.h"

static void write_reference(struct json_writer *to, const char *kind, size_t index)
{
    _cleanup_free_ char *id = text_format("%s-%zu", kind, index + 1);

    json_write_text(to, "bom-ref", id);
}

static void write_property(struct json_writer *to, const char *name, const char *value)
{
    json_write_object(to, NULL);
    json_write_text(to, "name", name);
    json_write_text(to, "value", value);
    json_write_end(to);
}

static const char *technique(enum component_basis basis)
{
    return basis == BASIS_TEXT || basis == BASIS_BUILD_INFO ? "binary-analysis"
           : basis == BASIS_FILE_NAME                       ? "filename"
                                                            : "manifest-analysis";
}

/* The writer has no fractions, as nothing else needs them. */
static void write_fraction(struct json_writer *to, const char *key, unsigned percent)
{
    _cleanup_json_ json_t *value = percent == 100 ? json_integer(1) : json_real(percent / 100.0);

    json_write_value(to, key, value);
}

static void write_evidence(struct json_writer *to, const struct component *component)
{
    json_write_object(to, "evidence");
    json_write_object(to, "identity");
    json_write_text(to, "field", "purl");
    write_fraction(to, "confidence", component->confidence);
    json_write_array(to, "methods");
    json_write_object(to, NULL);
    json_write_text(to, "technique", technique(component->basis));
    write_fraction(to, "confidence", component->confidence);
    json_write_text(to, "value", component_basis_name(component->basis));
    json_write_end(to);
    json_write_end(to);
    json_write_end(to);
    json_write_array(to, "occurrences");
    json_write_object(to, NULL);
    json_write_text(to, "location", component->place);
    json_write_end(to);
    json_write_end(to);
    json_write_end(to);
}

static void write_component(struct json_writer *to, const struct component *component, size_t index)
{
    json_write_object(to, NULL);
    json_write_text(to, "type", "library");
    write_reference(to, "component", index);
    if (component->space != NULL)
        json_write_text(to, "group", component->space);
    json_write_text(to, "name", component->name);
    if (component->version != NULL)
        json_write_text(to, "version", component->version);
    json_write_text(to, "scope", component->basis == BASIS_LOCK_FILE ? "optional" : "required");
    if (component->licence != NULL) {
        json_write_array(to, "licenses");
        json_write_object(to, NULL);
        json_write_object(to, "license");
        json_write_text(to, "name", component->licence);
        json_write_end(to);
        json_write_end(to);
        json_write_end(to);
    }
    json_write_text(to, "purl", component->purl);
    write_evidence(to, component);
    json_write_end(to);
}

static void write_file(struct json_writer *to, const struct sbom_file *file, size_t index)
{
    json_write_object(to, NULL);
    json_write_text(to, "type", "file");
    write_reference(to, "file", index);
    json_write_text(to, "name", file->path);
    json_write_array(to, "hashes");
    json_write_object(to, NULL);
    json_write_text(to, "alg", "SHA-256");
    json_write_text(to, "content", file->sha256);
    json_write_end(to);
    json_write_end(to);
    json_write_end(to);
}

static void write_metadata(struct json_writer *to, const struct sbom *sbom, const char *version)
{
    char time[SBOM_TIME_SIZE];

    sbom_time(sbom, time);
    json_write_object(to, "metadata");
    json_write_text(to, "timestamp", time);
    json_write_object(to, "tools");
    json_write_array(to, "components");
    json_write_object(to, NULL);
    json_write_text(to, "type", "application");
    json_write_text(to, "name", "touchstone");
    json_write_text(to, "version", version);
    json_write_end(to);
    json_write_end(to);
    json_write_end(to);
    json_write_object(to, "component");
    json_write_text(to, "type", "application");
    json_write_text(to, "bom-ref", "product");
    json_write_text(to, "name", sbom->name);
    json_write_end(to);
    if (sbom->origin != NULL) {
        json_write_array(to, "properties");
        write_property(to, "touchstone:origin", sbom->origin);
        json_write_end(to);
    }
    json_write_end(to);
}

void sbom_write_cyclonedx(struct json_writer *to, const struct sbom *sbom, const char *version)
{
    char uuid[SBOM_UUID_SIZE];
    size_t i = 0;

    sbom_uuid(sbom, uuid);
    json_write_object(to, NULL);
    json_write_text(to, "bomFormat", "CycloneDX");
    json_write_text(to, "specVersion", "1.5");
    json_write_text(to, "serialNumber", uuid);
    json_write_integer(to, "version", 1);
    write_metadata(to, sbom, version);
    json_write_array(to, "components");
    vec_foreach (component, &sbom->components)
        write_component(to, component, i++);
    i = 0;
    vec_foreach (file, &sbom->files)
        write_file(to, file, i++);
    json_write_end(to);
    json_write_array(to, "compositions");
    json_write_object(to, NULL);
    json_write_text(to, "aggregate", sbom->gaps.count > 0 ? "incomplete" : "unknown");
    json_write_array(to, "assemblies");
    json_write_text(to, NULL, "product");
    json_write_end(to);
    json_write_end(to);
    json_write_end(to);
    json_write_array(to, "properties");
    vec_foreach (gap, &sbom->gaps) {
        _cleanup_free_ char *text = text_format("%s: %s", gap->path, gap->reason);

        write_property(to, "touchstone:not-examined", text);
    }
    json_write_end(to);
    json_write_end(to);
}
