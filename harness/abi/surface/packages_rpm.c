/* SPDX-License-Identifier: Apache-2.0 */
/* Adds the package, relations and files of an rpm header. */
#include <string.h>
#include <sys/stat.h>

#include "abi/archive/rpm_header.h"
#include "abi/surface/build.h"
#include "abi/surface/packages.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "base/text_map.h"

#define FOLDERS_MAX 65536

#define RPMFILE_CONFIG (1 << 0)
#define RPMFILE_GHOST (1 << 6)

/* Tags of names, of flags and of versions: rpmtag.h. */
static const struct {
    enum surface_relation_kind kind;
    uint32_t names, flags, versions;
} relations[] = {
    {RELATION_PROVIDES, RPM_TAG_PROVIDENAME, RPM_TAG_PROVIDEFLAGS, RPM_TAG_PROVIDEVERSION},
    {RELATION_REQUIRES, RPM_TAG_REQUIRENAME, RPM_TAG_REQUIREFLAGS, RPM_TAG_REQUIREVERSION},
    {RELATION_CONFLICTS, RPM_TAG_CONFLICTNAME, RPM_TAG_CONFLICTFLAGS, RPM_TAG_CONFLICTVERSION},
    {RELATION_OBSOLETES, RPM_TAG_OBSOLETENAME, RPM_TAG_OBSOLETEFLAGS, RPM_TAG_OBSOLETEVERSION},
    {RELATION_WEAK, RPM_TAG_RECOMMENDNAME, RPM_TAG_RECOMMENDNAME + 2, RPM_TAG_RECOMMENDNAME + 1},
    {RELATION_WEAK, RPM_TAG_SUGGESTNAME, RPM_TAG_SUGGESTNAME + 2, RPM_TAG_SUGGESTNAME + 1},
};

static void add_relations(struct surface_builder *builder, const struct rpm_header *header)
{
    for (size_t i = 0; i < sizeof(relations) / sizeof(relations[0]); i++) {
        struct rpm_column names = rpm_header_column(header, relations[i].names);
        struct rpm_column flags = rpm_header_column(header, relations[i].flags);
        struct rpm_column versions = rpm_header_column(header, relations[i].versions);
        const char *name;

        while ((name = rpm_column_text(&names)) != NULL) {
            struct surface_relation row = {
                surface_builder_string(builder, name),
                surface_builder_string(builder, rpm_column_text(&versions)),
                (rpm_column_number(&flags) & SENSE_MASK) | (uint32_t)relations[i].kind
                                                               << RELATION_KIND_SHIFT};

            *(struct surface_relation *)surface_builder_row(builder, TABLE_RELATIONS, NULL) = row;
        }
    }
}

static uint32_t content_of(struct surface_builder *builder, uint32_t mode, const char *digest,
                           const char *target)
{
    if (S_ISLNK(mode))
        return surface_builder_string(builder, target);
    return digest != NULL && *digest != '\0' ? text_hash(digest, strlen(digest)) : 0;
}

static void add_files(struct surface_builder *builder, const struct rpm_header *header,
                      uint32_t package)
{
    struct rpm_column names = rpm_header_column(header, RPM_TAG_BASENAMES);
    struct rpm_column folders = rpm_header_column(header, RPM_TAG_DIRNAMES);
    struct rpm_column indexes = rpm_header_column(header, RPM_TAG_DIRINDEXES);
    struct rpm_column modes = rpm_header_column(header, RPM_TAG_FILEMODES);
    struct rpm_column users = rpm_header_column(header, RPM_TAG_FILEUSERNAME);
    struct rpm_column groups = rpm_header_column(header, RPM_TAG_FILEGROUPNAME);
    struct rpm_column sizes = rpm_header_column(header, RPM_TAG_FILESIZES);
    struct rpm_column digests = rpm_header_column(header, RPM_TAG_FILEDIGESTS);
    struct rpm_column targets = rpm_header_column(header, RPM_TAG_FILELINKTOS);
    struct rpm_column flags = rpm_header_column(header, RPM_TAG_FILEFLAGS);
    struct rpm_column colors = rpm_header_column(header, RPM_TAG_FILECOLORS);
    struct rpm_column caps = rpm_header_column(header, RPM_TAG_FILECAPS);
    uint32_t count = folders.count < FOLDERS_MAX ? folders.count : FOLDERS_MAX;
    _cleanup_free_ uint32_t *folder = text_calloc(count + 1, sizeof(*folder));
    const char *name;

    for (uint32_t i = 0; i < count; i++)
        folder[i] = surface_builder_string(builder, rpm_column_text(&folders));
    while ((name = rpm_column_text(&names)) != NULL) {
        uint32_t at = rpm_column_number(&indexes), raw = rpm_column_number(&flags);
        const char *digest = rpm_column_text(&digests), *target = rpm_column_text(&targets);
        const char *cap = rpm_column_text(&caps);
        struct surface_owned row = {.folder = at < count ? folder[at] : 0,
                                    .base = surface_builder_string(builder, name),
                                    .package = package,
                                    .mode = rpm_column_number(&modes),
                                    .size = rpm_column_number(&sizes),
                                    .color = rpm_column_number(&colors)};

        row.user = surface_builder_string(builder, rpm_column_text(&users));
        row.group = surface_builder_string(builder, rpm_column_text(&groups));
        row.content = content_of(builder, row.mode, digest, target);
        row.flags = ((raw & RPMFILE_GHOST) != 0 ? OWNED_GHOST : 0) |
                    ((raw & RPMFILE_CONFIG) != 0 ? OWNED_CONFIG : 0) |
                    (cap != NULL && *cap != '\0' ? OWNED_CAPS : 0);
        *(struct surface_owned *)surface_builder_row(builder, TABLE_OWNED, NULL) = row;
    }
}

static uint32_t version_of(struct surface_builder *builder, const struct rpm_header *header)
{
    struct rpm_column epoch = rpm_header_column(header, RPM_TAG_EPOCH);
    const char *version = rpm_header_text(header, RPM_TAG_VERSION);
    const char *release = rpm_header_text(header, RPM_TAG_RELEASE);
    _cleanup_free_ char *text = NULL;

    text = epoch.count > 0 ? text_format("%u:%s-%s", rpm_column_number(&epoch), version, release)
                           : text_format("%s-%s", version, release);
    return surface_builder_string(builder, text);
}

uint32_t packages_add_rpm(struct surface_builder *builder, const struct rpm_header *header)
{
    const char *name = rpm_header_text(header, RPM_TAG_NAME);
    const char *payload = rpm_header_text(header, RPM_TAG_PAYLOADCOMPRESSOR);
    struct surface_package package = {.flags = PACKAGE_RPM};
    uint32_t index = (uint32_t)surface_builder_count(builder, TABLE_PACKAGES);

    if (name == NULL || rpm_header_text(header, RPM_TAG_VERSION) == NULL ||
        rpm_header_text(header, RPM_TAG_RELEASE) == NULL)
        return SURFACE_NONE;
    package.name = surface_builder_string(builder, name);
    package.arch = surface_builder_string(builder, rpm_header_text(header, RPM_TAG_ARCH));
    package.version = version_of(builder, header);
    package.payload = surface_builder_string(builder, payload);
    package.relation = (uint32_t)surface_builder_count(builder, TABLE_RELATIONS);
    package.owned = (uint32_t)surface_builder_count(builder, TABLE_OWNED);
    add_relations(builder, header);
    add_files(builder, header, index);
    package.relation_count =
        (uint32_t)surface_builder_count(builder, TABLE_RELATIONS) - package.relation;
    package.owned_count = (uint32_t)surface_builder_count(builder, TABLE_OWNED) - package.owned;
    *(struct surface_package *)surface_builder_row(builder, TABLE_PACKAGES, NULL) = package;
    return index;
}
