/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/ecosystem.h"

#include <ctype.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

/* Names in OSV (ossf.github.io/osv-schema, defined ecosystems). */
static const struct {
    const char *name, *key;
} names[] = {
    {"Debian", "deb/debian"},
    {"Ubuntu", "deb/ubuntu"},
    {"openEuler", "rpm/openeuler"},
    {"OpenCloudOS", "rpm/opencloudos"},
    {"AlmaLinux", "rpm/almalinux"},
    {"Rocky Linux", "rpm/rocky"},
    {"Red Hat", "rpm/redhat"},
    {"SUSE", "rpm/suse"},
    {"openSUSE", "rpm/opensuse"},
    {"PyPI", "pypi"},
    {"npm", "npm"},
    {"Maven", "maven"},
    {"Go", "golang"},
    {"crates.io", "cargo"},
};

static char *lower(const char *text, size_t length)
{
    char *copy = text_ndup(text, length);

    for (char *at = copy; *at != '\0'; at++)
        *at = (char)(*at == ' ' || *at == '/' ? '-' : tolower((unsigned char)*at));
    return copy;
}

char *ecosystem_of_osv(const char *name)
{
    size_t length = strcspn(name, ":");
    const char *release = name[length] == ':' ? name + length + 1 : NULL;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        _cleanup_free_ char *version = NULL;

        if (strlen(names[i].name) != length || strncmp(name, names[i].name, length) != 0)
            continue;
        if (strchr(names[i].key, '/') == NULL || release == NULL)
            return text_dup(names[i].key);
        /* Ubuntu writes "22.04:LTS". */
        version = lower(release, strcspn(release, ":"));
        return text_format("%s/%s", names[i].key, version);
    }
    return NULL;
}

char *ecosystem_of_system(enum component_type type, const char *id, const char *version)
{
    _cleanup_free_ char *vendor = lower(id, strlen(id)), *release = lower(version, strlen(version));

    return text_format("%s/%s/%s", component_type_name(type), vendor, release);
}

char *ecosystem_of_component(const struct component *component, const char *release)
{
    if (component->type != COMPONENT_DEB && component->type != COMPONENT_RPM)
        return text_dup(component_type_name(component->type));
    return component->space == NULL || release == NULL
               ? NULL
               : ecosystem_of_system(component->type, component->space, release);
}

char *ecosystem_name(enum component_type type, const char *space, const char *name)
{
    if (space == NULL || type == COMPONENT_DEB || type == COMPONENT_RPM)
        return text_dup(name);
    return text_format("%s%s%s", space, type == COMPONENT_MAVEN ? ":" : "/", name);
}

enum version_order ecosystem_order(const char *key)
{
    static const struct {
        const char *type;
        enum version_order order;
    } orders[] = {{"deb", ORDER_DEB},    {"rpm", ORDER_RPM},       {"pypi", ORDER_PEP440},
                  {"npm", ORDER_SEMVER}, {"golang", ORDER_SEMVER}, {"cargo", ORDER_SEMVER},
                  {"maven", ORDER_MAVEN}};
    size_t length = strcspn(key, "/");

    for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++)
        if (strlen(orders[i].type) == length && strncmp(key, orders[i].type, length) == 0)
            return orders[i].order;
    return ORDER_NONE;
}
