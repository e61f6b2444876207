/* SPDX-License-Identifier: Apache-2.0 */
/* Components, and what all readers share. */
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "sbom/readers.h"

static bool is_word(const char *text)
{
    size_t length = text != NULL ? strlen(text) : 0;

    if (length == 0 || length > SBOM_WORD_MAX)
        return false;
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
            return false;
    return true;
}

struct component *sbom_add(struct sbom *sbom, enum component_type type, enum component_basis basis,
                           unsigned confidence, const char *name, const char *version)
{
    struct component *component;

    if (!is_word(name) || sbom->components.count >= SBOM_COMPONENTS_MAX)
        return NULL;
    component = vec_add(&sbom->components);
    component->type = type;
    component->basis = basis;
    component->confidence = confidence;
    component->name = text_dup(name);
    component->version = is_word(version) ? text_dup(version) : NULL;
    component->file = COMPONENT_NO_FILE;
    return component;
}

char *sbom_field(const char *text, const char *key)
{
    size_t wanted = strlen(key);

    for (const char *at = text; *at != '\0' && *at != '\n' && *at != '\r';) {
        size_t length = strcspn(at, "\n"), end = length, start = wanted + 1;

        if (length > wanted && at[wanted] == ':' && strncasecmp(at, key, wanted) == 0) {
            while (start < length && (at[start] == ' ' || at[start] == '\t'))
                start++;
            while (end > start && (at[end - 1] == '\r' || at[end - 1] == ' '))
                end--;
            return end > start && end - start <= SBOM_WORD_MAX ? text_ndup(at + start, end - start)
                                                               : NULL;
        }
        at += length + (at[length] == '\n');
    }
    return NULL;
}

/* A colon is kept as the specification's examples do; everything else outside its list of
 * unreserved characters is percent-encoded. */
static void add_encoded(struct buffer *purl, const char *text, bool lower, bool slashes)
{
    for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++) {
        char c = (char)(lower && *at >= 'A' && *at <= 'Z' ? *at + 32 : *at);

        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
            strchr(".-_~:", c) != NULL || (slashes && c == '/'))
            buffer_add(purl, &c, 1);
        else
            buffer_format(purl, "%%%02X", *at);
    }
}

char *sbom_purl(const struct component *component)
{
    enum component_type type = component->type;
    bool lower = type == COMPONENT_DEB || type == COMPONENT_PYPI || type == COMPONENT_NPM;
    const char *epoch = type == COMPONENT_RPM && component->version != NULL
                            ? strchr(component->version, ':')
                            : NULL;
    const char *version = epoch != NULL ? epoch + 1 : component->version, *mark = "?";
    struct buffer purl = {0};

    buffer_format(&purl, "pkg:%s/", component_type_name(type));
    if (component->space != NULL) {
        add_encoded(&purl, component->space, lower, true);
        buffer_text(&purl, "/");
    }
    add_encoded(&purl, component->name, lower, type == COMPONENT_GOLANG);
    if (version != NULL) {
        buffer_text(&purl, "@");
        add_encoded(&purl, version, false, false);
    }
    if (component->arch != NULL && (type == COMPONENT_DEB || type == COMPONENT_RPM)) {
        buffer_text(&purl, "?arch=");
        add_encoded(&purl, component->arch, false, false);
        mark = "&";
    }
    if (epoch != NULL)
        buffer_format(&purl, "%sepoch=%.*s", mark, (int)(epoch - component->version),
                      component->version);
    return buffer_steal(&purl);
}

static const struct {
    const char *folder, *file; /* ends of the paths of the folder and of the file; NULL: any */
    sbom_reader *reader;
} readers[] = {
    {"/DEBIAN/", "control", sbom_read_debian},
    {"/var/lib/dpkg/", "status", sbom_read_debian},
    {"/var/lib/dpkg/status.d/", NULL, sbom_read_debian},
    {NULL, "pom.properties", sbom_read_maven},
    {"!/META-INF/", "MANIFEST.MF", sbom_read_manifest},
    {".dist-info/", "METADATA", sbom_read_python},
    {NULL, "PKG-INFO", sbom_read_python},
    {NULL, ".egg-info", sbom_read_python},
    {NULL, "package.json", sbom_read_node},
    {NULL, "package-lock.json", sbom_read_node_lock},
    {NULL, ".package-lock.json", sbom_read_node_lock},
    {NULL, "npm-shrinkwrap.json", sbom_read_node_lock},
};

/* Lists whose formats are not read; the databases of packages by their folders. */
static const char *const unread[] = {
    "/yarn.lock",       "/pnpm-lock.yaml",       "/bun.lock",         "/Cargo.lock",
    "/poetry.lock",     "/Pipfile.lock",         "/uv.lock",          "/pdm.lock",
    "/composer.lock",   "/Gemfile.lock",         "/go.sum",           "/gradle.lockfile",
    "/conan.lock",      "/packages.lock.json",   "/rpm/rpmdb.sqlite", "/rpm/Packages",
    "/rpm/Packages.db", "/lib/apk/db/installed",
};

static bool is_in(const char *path, const char *base, const char *folder)
{
    size_t length = strlen(folder), before = (size_t)(base - path);

    return before >= length && memcmp(base - length, folder, length) == 0;
}

sbom_reader *sbom_reader_of(const char *path)
{
    const char *slash = strrchr(path, '/'), *base = slash != NULL ? slash + 1 : path;

    for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
        const char *file = readers[i].file;
        bool fits = file == NULL || (*file == '.' && file[1] == 'e' ? text_ends(base, file)
                                                                    : text_equal(base, file));

        if (fits && (readers[i].folder == NULL || is_in(path, base, readers[i].folder)))
            return readers[i].reader;
    }
    return NULL;
}

const char *sbom_unread_list(const char *path)
{
    for (size_t i = 0; i < sizeof(unread) / sizeof(unread[0]); i++)
        if (text_ends(path, unread[i]))
            return "a list of components in a format that is not read";
    return NULL;
}
