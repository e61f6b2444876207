/* SPDX-License-Identifier: Apache-2.0 */
/* Java archives: what Maven writes into them, else their manifest (JAR File Specification), else
 * their name. */
#include <string.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"
#include "sbom/readers.h"

/* The value of "key=value" in a properties file. Caller frees. */
static char *property(const char *text, const char *key)
{
    size_t wanted = strlen(key);

    for (const char *at = text; *at != '\0';) {
        size_t length = strcspn(at, "\r\n");

        if (length > wanted + 1 && at[wanted] == '=' && strncmp(at, key, wanted) == 0 &&
            length - wanted - 1 <= SBOM_WORD_MAX)
            return text_ndup(at + wanted + 1, length - wanted - 1);
        at += length;
        at += strspn(at, "\r\n");
    }
    return NULL;
}

void sbom_read_maven(struct sbom *sbom, const char *path, const char *text, size_t length)
{
    _cleanup_free_ char *name = property(text, "artifactId"), *version = property(text, "version"),
                        *group = property(text, "groupId");
    struct component *component;

    (void)path;
    (void)length;
    component = sbom_add(sbom, COMPONENT_MAVEN, BASIS_METADATA, 100, name, version);
    if (component != NULL)
        component->space = steal_ptr(group);
}

/* "/opt/app.war!/WEB-INF/lib/log4j-core-2.14.1.jar!/META-INF/MANIFEST.MF" is "log4j-core-2.14.1" */
static char *archive_name(const char *path)
{
    _cleanup_free_ char *archive = text_dup(path);
    char *mark = NULL, *dot;

    for (char *at = archive; (at = strstr(at, "!/META-INF/")) != NULL; at++)
        mark = at;
    if (mark == NULL)
        return NULL;
    *mark = '\0';
    dot = strrchr(archive, '.');
    if (dot != NULL)
        *dot = '\0';
    return text_dup(path_base(archive));
}

/* Where the version begins in "log4j-core-2.14.1"; NULL: it has none. */
static char *version_in(char *name)
{
    for (char *dash = name; (dash = strchr(dash, '-')) != NULL; dash++)
        if (dash[1] >= '0' && dash[1] <= '9')
            return dash;
    return NULL;
}

void sbom_read_manifest(struct sbom *sbom, const char *path, const char *text, size_t length)
{
    static const char *const names[] = {"Bundle-SymbolicName", "Implementation-Title"};
    static const char *const versions[] = {"Bundle-Version", "Implementation-Version",
                                           "Specification-Version"};
    _cleanup_free_ char *file = archive_name(path), *stated = NULL, *version = NULL,
                        *licence = sbom_field(text, "Bundle-License"),
                        *group = sbom_field(text, "Implementation-Vendor-Id");
    char *dash = file != NULL ? version_in(file) : NULL;
    struct component *component;

    (void)length;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && stated == NULL; i++)
        stated = sbom_field(text, names[i]);
    for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]) && version == NULL; i++)
        version = sbom_field(text, versions[i]);
    if (dash != NULL) {
        *dash = '\0';
        if (version == NULL)
            version = text_dup(dash + 1);
    }
    if (file == NULL && stated != NULL)
        file = steal_ptr(stated);
    component =
        sbom_add(sbom, COMPONENT_MAVEN, BASIS_FILE_NAME, dash != NULL ? 60 : 30, file, version);
    if (component == NULL)
        return;
    component->space = steal_ptr(group);
    component->licence = steal_ptr(licence);
}
