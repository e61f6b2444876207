/* SPDX-License-Identifier: Apache-2.0 */
/* Packages of systems: deb-control(5), dpkg's status file, the rpm package format. */
#include <stdlib.h>
#include <string.h>

#include "abi/archive/rpm_header.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "sbom/readers.h"

#define RPM_TAG_LICENSE 1014 /* rpmtag.h */

/* "name (version)" names another source version; the name alone counts. */
static char *source_name(const char *text, const char *package)
{
    size_t length = text != NULL ? strcspn(text, " (") : 0;
    char *name = length > 0 ? text_ndup(text, length) : NULL;

    if (text_equal(name, package)) {
        free(name);
        return NULL;
    }
    return name;
}

static void read_paragraph(struct sbom *sbom, const char *text)
{
    _cleanup_free_ char *name = sbom_field(text, "Package"), *version = sbom_field(text, "Version"),
                        *source = sbom_field(text, "Source"), *status = sbom_field(text, "Status");
    struct component *component;

    if (status != NULL && !text_ends(status, " installed"))
        return;
    component = sbom_add(sbom, COMPONENT_DEB, BASIS_METADATA, 100, name, version);
    if (component == NULL)
        return;
    component->arch = sbom_field(text, "Architecture");
    component->source = source_name(source, name);
}

void sbom_read_debian(struct sbom *sbom, const char *path, const char *text, size_t length)
{
    const char *end = text + length;

    (void)path;
    for (const char *at = text; at < end;) {
        const char *next = strstr(at, "\n\n");

        read_paragraph(sbom, at);
        if (next == NULL)
            return;
        for (at = next; at < end && *at == '\n';)
            at++;
    }
}

/* "redis-7.0.15-1.oc9.src.rpm" */
static char *source_rpm(const char *file, const char *package)
{
    _cleanup_free_ char *name = text_dup(file);

    for (int i = 0; i < 2 && name != NULL; i++) {
        char *dash = strrchr(name, '-');

        if (dash == NULL)
            return NULL;
        *dash = '\0';
    }
    return name == NULL || text_equal(name, package) ? NULL : steal_ptr(name);
}

void sbom_read_rpm(struct sbom *sbom, const char *path, const char *head, size_t length)
{
    struct rpm_header header;
    struct rpm_column epochs;
    struct component *component;
    _cleanup_free_ char *version = NULL;
    const char *name, *upstream, *release;

    if (rpm_header_open_package(&header, head, length) < 0) {
        sbom_add_gap(sbom, path, "the header of the rpm is damaged");
        return;
    }
    name = rpm_header_text(&header, RPM_TAG_NAME);
    upstream = rpm_header_text(&header, RPM_TAG_VERSION);
    release = rpm_header_text(&header, RPM_TAG_RELEASE);
    epochs = rpm_header_column(&header, RPM_TAG_EPOCH);
    if (upstream != NULL && epochs.count > 0)
        version = text_format("%u:%s%s%s", rpm_column_number(&epochs), upstream,
                              release != NULL ? "-" : "", release != NULL ? release : "");
    else if (upstream != NULL)
        version = text_format("%s%s%s", upstream, release != NULL ? "-" : "",
                              release != NULL ? release : "");
    component = sbom_add(sbom, COMPONENT_RPM, BASIS_METADATA, 100, name, version);
    if (component == NULL)
        return;
    component->arch = text_dup(rpm_header_text(&header, RPM_TAG_ARCH));
    component->licence = text_dup(rpm_header_text(&header, RPM_TAG_LICENSE));
    component->source = source_rpm(rpm_header_text(&header, RPM_TAG_SOURCERPM), name);
}
