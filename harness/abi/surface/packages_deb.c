/* SPDX-License-Identifier: Apache-2.0 */
/* Paragraphs of dpkg control data as packages with relations: deb-control(5), Debian Policy 7.1. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "abi/surface/build.h"
#include "abi/surface/packages.h"
#include "base/cleanup.h"
#include "base/text.h"

#define FIELDS_MAX 64

struct field {
    const char *name, *value;
    size_t name_length, value_length;
};

static const struct {
    const char *field;
    enum surface_relation_kind kind;
} relations[] = {
    {"Provides", RELATION_PROVIDES}, {"Pre-Depends", RELATION_REQUIRES},
    {"Depends", RELATION_REQUIRES},  {"Recommends", RELATION_WEAK},
    {"Suggests", RELATION_WEAK},     {"Conflicts", RELATION_CONFLICTS},
    {"Breaks", RELATION_BREAKS},     {"Replaces", RELATION_REPLACES},
};

/* Splits a paragraph into fields; a line that begins with a blank continues the previous field.
 * Returns the start of the next paragraph. */
static const char *read_fields(const char *at, struct field fields[FIELDS_MAX], size_t *ret_count)
{
    *ret_count = 0;
    while (*at == '\n')
        at++;
    while (*at != '\0' && *at != '\n') {
        size_t length = strcspn(at, "\n");
        const char *colon = memchr(at, ':', length);

        if ((*at == ' ' || *at == '\t') && *ret_count > 0)
            fields[*ret_count - 1].value_length =
                (size_t)(at + length - fields[*ret_count - 1].value);
        else if (colon != NULL && *ret_count < FIELDS_MAX)
            fields[(*ret_count)++] = (struct field){at, colon + 1, (size_t)(colon - at),
                                                    (size_t)(at + length - colon - 1)};
        at += length + (at[length] == '\n');
    }
    return at;
}

static char *field_text(const struct field *fields, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        const char *value = fields[i].value;
        size_t length = fields[i].value_length;

        if (fields[i].name_length != strlen(name) ||
            strncasecmp(fields[i].name, name, fields[i].name_length) != 0)
            continue;
        while (length > 0 && isspace((unsigned char)*value)) {
            value++;
            length--;
        }
        return text_ndup(value, length);
    }
    return NULL;
}

static uint32_t sense_of(const char *text, size_t length)
{
    uint32_t sense = 0;

    for (size_t i = 0; i < length; i++)
        sense |= text[i] == '<'   ? SENSE_LESS
                 : text[i] == '>' ? SENSE_GREATER
                 : text[i] == '=' ? SENSE_EQUAL
                                  : 0;
    /* "<" and ">" alone mean "<=" and ">=", for compatibility with early versions of dpkg. */
    if (length == 1 && sense != SENSE_EQUAL)
        sense |= SENSE_EQUAL;
    return sense;
}

/* "name:any (>= 1.2)"; another architecture than the package's own stays a part of the name, if the
 * package depends on it. */
static void add_one(struct surface_builder *builder, char *text, uint32_t kind, const char *arch,
                    bool alternative)
{
    struct surface_relation row = {.flags = kind << RELATION_KIND_SHIFT};
    char *open = strchr(text, '('), *name = text + strspn(text, " \t\n"), *colon;

    if (open != NULL) {
        size_t sense = strspn(open + 1, "<>= "), marks = strcspn(open + 1, " 0123456789");

        row.flags |= sense_of(open + 1, marks < sense ? marks : sense);
        row.version = surface_builder_string_n(builder, open + 1 + sense,
                                               strcspn(open + 1 + sense, ") \t\n"));
    }
    name[strcspn(name, " \t\n([<")] = '\0';
    colon = strchr(name, ':');
    if (colon != NULL) {
        row.flags |= text_equal(colon, ":any") ? RELATION_ANY_ARCH : 0;
        if ((row.flags & RELATION_ANY_ARCH) != 0 || text_equal(colon + 1, arch) ||
            text_equal(colon, ":native") || (kind != RELATION_REQUIRES && kind != RELATION_WEAK))
            *colon = '\0';
    }
    if (alternative)
        row.flags |= RELATION_ALTERNATIVE;
    row.name = surface_builder_string(builder, name);
    if (row.name != 0)
        *(struct surface_relation *)surface_builder_row(builder, TABLE_RELATIONS, NULL) = row;
}

static void add_relations(struct surface_builder *builder, const char *value, uint32_t kind,
                          const char *arch)
{
    _cleanup_strv_ struct strv groups = {0};

    strv_split(&groups, value, ",");
    for (size_t i = 0; i < groups.count; i++) {
        _cleanup_strv_ struct strv ways = {0};

        strv_split(&ways, groups.items[i], "|");
        for (size_t w = 0; w < ways.count; w++)
            add_one(builder, ways.items[w], kind, arch, w + 1 < ways.count);
    }
}

static bool is_installed(const char *status)
{
    return status == NULL || text_ends(status, " installed") ||
           text_ends(status, " triggers-awaited") || text_ends(status, " triggers-pending");
}

static bool add_paragraph(struct surface_builder *builder, const struct field *fields, size_t count)
{
    _cleanup_free_ char *name = field_text(fields, count, "Package");
    _cleanup_free_ char *version = field_text(fields, count, "Version");
    _cleanup_free_ char *arch = field_text(fields, count, "Architecture");
    _cleanup_free_ char *status = field_text(fields, count, "Status");
    _cleanup_free_ char *multi = field_text(fields, count, "Multi-Arch");
    _cleanup_free_ char *essential = field_text(fields, count, "Essential");
    struct surface_package package = {.flags = PACKAGE_DEB};

    if (name == NULL || version == NULL || !is_installed(status))
        return false;
    package.name = surface_builder_string(builder, name);
    package.version = surface_builder_string(builder, version);
    package.arch = surface_builder_string(builder, arch);
    package.flags |= text_equal(multi, "foreign")   ? PACKAGE_MULTI_ARCH_FOREIGN
                     : text_equal(multi, "allowed") ? PACKAGE_MULTI_ARCH_ALLOWED
                     : text_equal(multi, "same")    ? PACKAGE_MULTI_ARCH_SAME
                                                    : 0;
    package.flags |= text_equal(essential, "yes") ? PACKAGE_ESSENTIAL : 0;
    package.relation = (uint32_t)surface_builder_count(builder, TABLE_RELATIONS);
    for (size_t i = 0; i < sizeof(relations) / sizeof(relations[0]); i++) {
        _cleanup_free_ char *value = field_text(fields, count, relations[i].field);

        if (value != NULL)
            add_relations(builder, value, relations[i].kind, arch);
    }
    package.relation_count =
        (uint32_t)surface_builder_count(builder, TABLE_RELATIONS) - package.relation;
    package.owned = (uint32_t)surface_builder_count(builder, TABLE_OWNED);
    *(struct surface_package *)surface_builder_row(builder, TABLE_PACKAGES, NULL) = package;
    return true;
}

size_t packages_add_deb(struct surface_builder *builder, const char *text)
{
    struct field fields[FIELDS_MAX];
    size_t added = 0, count;

    while (*text != '\0') {
        text = read_fields(text, fields, &count);
        added += count > 0 && add_paragraph(builder, fields, count);
        while (*text == '\n')
            text++;
    }
    return added;
}

void packages_add_path(struct surface_builder *builder, uint32_t package, const char *path,
                       size_t length)
{
    const char *slash = memrchr(path, '/', length);
    struct surface_owned row = {.package = package};

    if (slash == NULL)
        return;
    row.folder = surface_builder_string_n(builder, path, (size_t)(slash + 1 - path));
    row.base = surface_builder_string_n(builder, slash + 1, length - (size_t)(slash + 1 - path));
    *(struct surface_owned *)surface_builder_row(builder, TABLE_OWNED, NULL) = row;
}
