/* SPDX-License-Identifier: Apache-2.0 */
/* Inputs and components are packages; every file is a file. What states a component contains it. */
#include <string.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "sbom/write.h"

#define NOTHING "NOASSERTION"

static void write_checksums(struct json_writer *to, const struct sbom_file *file)
{
    json_write_array(to, "checksums");
    json_write_object(to, NULL);
    json_write_text(to, "algorithm", "SHA1");
    json_write_text(to, "checksumValue", file->sha1);
    json_write_end(to);
    json_write_object(to, NULL);
    json_write_text(to, "algorithm", "SHA256");
    json_write_text(to, "checksumValue", file->sha256);
    json_write_end(to);
    json_write_end(to);
}

static void write_id(struct json_writer *to, const char *key, const char *kind, size_t index)
{
    _cleanup_free_ char *id = text_format("SPDXRef-%s-%zu", kind, index + 1);

    json_write_text(to, key, id);
}

static void begin_package(struct json_writer *to, const char *kind, size_t index, const char *name)
{
    json_write_object(to, NULL);
    write_id(to, "SPDXID", kind, index);
    json_write_text(to, "name", name);
    json_write_text(to, "downloadLocation", NOTHING);
    json_write_bool(to, "filesAnalyzed", false);
    json_write_text(to, "licenseConcluded", NOTHING);
    json_write_text(to, "licenseDeclared", NOTHING);
    json_write_text(to, "copyrightText", NOTHING);
}

static void write_component(struct json_writer *to, const struct component *component, size_t index)
{
    _cleanup_free_ char *name = component->type == COMPONENT_MAVEN && component->space != NULL
                                    ? text_format("%s:%s", component->space, component->name)
                                : component->type == COMPONENT_NPM && component->space != NULL
                                    ? text_format("%s/%s", component->space, component->name)
                                    : text_dup(component->name);
    _cleanup_free_ char *source =
        text_format("%s, %u %%: %s", component_basis_name(component->basis), component->confidence,
                    component->place);

    begin_package(to, "Component", index, name);
    if (component->version != NULL)
        json_write_text(to, "versionInfo", component->version);
    json_write_text(to, "sourceInfo", source);
    if (component->licence != NULL) {
        _cleanup_free_ char *licence = text_format("stated: %s", component->licence);

        json_write_text(to, "licenseComments", licence);
    }
    json_write_array(to, "externalRefs");
    json_write_object(to, NULL);
    json_write_text(to, "referenceCategory", "PACKAGE-MANAGER");
    json_write_text(to, "referenceType", "purl");
    json_write_text(to, "referenceLocator", component->purl);
    json_write_end(to);
    json_write_end(to);
    json_write_end(to);
}

static void write_input(struct json_writer *to, const struct sbom *sbom)
{
    begin_package(to, "Product", 0, sbom->name);
    json_write_text(to, "primaryPackagePurpose", "APPLICATION");
    if (sbom->gaps.count > 0) {
        _cleanup_free_ char *comment =
            text_format("incomplete: %zu parts were not examined; see the document's annotations",
                        sbom->gaps.count);

        json_write_text(to, "comment", comment);
    }
    json_write_end(to);
}

static void write_files(struct json_writer *to, const struct sbom *sbom)
{
    size_t i = 0;

    json_write_array(to, "files");
    vec_foreach (file, &sbom->files) {
        _cleanup_free_ char *name = text_format(".%s", file->path);

        json_write_object(to, NULL);
        write_id(to, "SPDXID", "File", i++);
        json_write_text(to, "fileName", name);
        write_checksums(to, file);
        json_write_text(to, "licenseConcluded", NOTHING);
        json_write_array(to, "licenseInfoInFiles");
        json_write_text(to, NULL, NOTHING);
        json_write_end(to);
        json_write_text(to, "copyrightText", NOTHING);
        json_write_end(to);
    }
    json_write_end(to);
}

static void write_relation(struct json_writer *to, const char *kind, size_t index,
                           const char *relation, const char *other, size_t to_index)
{
    json_write_object(to, NULL);
    if (kind == NULL)
        json_write_text(to, "spdxElementId", "SPDXRef-DOCUMENT");
    else
        write_id(to, "spdxElementId", kind, index);
    json_write_text(to, "relationshipType", relation);
    write_id(to, "relatedSpdxElement", other, to_index);
    if (strcmp(relation, "OTHER") == 0)
        json_write_text(to, "comment", "stated by");
    json_write_end(to);
}

static void write_relations(struct json_writer *to, const struct sbom *sbom)
{
    size_t i = 0;

    json_write_array(to, "relationships");
    write_relation(to, NULL, 0, "DESCRIBES", "Product", 0);
    for (size_t f = 0; f < sbom->files.count; f++)
        write_relation(to, "Product", 0, "CONTAINS", "File", f);
    vec_foreach (component, &sbom->components) {
        bool stated = component->file != COMPONENT_NO_FILE;

        if (component->basis == BASIS_LOCK_FILE)
            write_relation(to, "Product", 0, "DEPENDS_ON", "Component", i);
        else
            write_relation(to, "Product", 0, "CONTAINS", "Component", i);
        if (stated)
            write_relation(to, "Component", i, "OTHER", "File", component->file);
        i++;
    }
    json_write_end(to);
}

static void write_gaps(struct json_writer *to, const struct sbom *sbom, const char *time,
                       const char *tool)
{
    json_write_array(to, "annotations");
    vec_foreach (gap, &sbom->gaps) {
        _cleanup_free_ char *text = text_format("not examined: %s: %s", gap->path, gap->reason);

        json_write_object(to, NULL);
        json_write_text(to, "annotationDate", time);
        json_write_text(to, "annotationType", "OTHER");
        json_write_text(to, "annotator", tool);
        json_write_text(to, "comment", text);
        json_write_end(to);
    }
    json_write_end(to);
}

void sbom_write_spdx(struct json_writer *to, const struct sbom *sbom, const char *version)
{
    _cleanup_free_ char *tool = text_format("Tool: touchstone-%s", version);
    char uuid[SBOM_UUID_SIZE], time[SBOM_TIME_SIZE];
    size_t i = 0;

    sbom_uuid(sbom, uuid);
    sbom_time(sbom, time);
    json_write_object(to, NULL);
    json_write_text(to, "spdxVersion", "SPDX-2.3");
    json_write_text(to, "dataLicense", "CC0-1.0");
    json_write_text(to, "SPDXID", "SPDXRef-DOCUMENT");
    json_write_text(to, "name", sbom->name);
    json_write_text(to, "documentNamespace", uuid);
    if (sbom->origin != NULL)
        json_write_text(to, "comment", sbom->origin);
    json_write_object(to, "creationInfo");
    json_write_text(to, "created", time);
    json_write_array(to, "creators");
    json_write_text(to, NULL, tool);
    json_write_end(to);
    json_write_end(to);
    json_write_array(to, "packages");
    write_input(to, sbom);
    vec_foreach (component, &sbom->components)
        write_component(to, component, i++);
    json_write_end(to);
    write_files(to, sbom);
    write_relations(to, sbom);
    write_gaps(to, sbom, time, tool);
    json_write_end(to);
}
