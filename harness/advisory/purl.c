/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/purl.h"

#include <string.h>

#include "advisory/ecosystem.h"
#include "base/cleanup.h"
#include "base/text.h"

static int hex(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

static void decode(char *text)
{
    char *to = text;

    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '%' && hex(at[1]) >= 0 && hex(at[2]) >= 0 && (hex(at[1]) | hex(at[2])) != 0) {
            *to++ = (char)(hex(at[1]) << 4 | hex(at[2]));
            at += 2;
        } else {
            *to++ = *at;
        }
    }
    *to = '\0';
}

/* The value of "key=VALUE" among qualifiers; caller frees. */
static char *qualifier(const char *text, const char *key)
{
    size_t length = strlen(key);

    for (const char *at = text; at != NULL && *at != '\0';) {
        size_t end = strcspn(at, "&#");

        if (end > length && at[length] == '=' && strncmp(at, key, length) == 0) {
            char *value = text_ndup(at + length + 1, end - length - 1);

            decode(value);
            return value;
        }
        at = at[end] == '&' ? at + end + 1 : NULL;
    }
    return NULL;
}

static bool find_type(const char *name, size_t length, enum component_type *ret)
{
    for (int i = 0; i < COMPONENT_TYPE_COUNT; i++)
        if (strlen(component_type_name((enum component_type)i)) == length &&
            strncmp(name, component_type_name((enum component_type)i), length) == 0) {
            *ret = (enum component_type)i;
            return true;
        }
    return false;
}

/* "debian-12" in the qualifier "distro" is the release of "debian". */
static char *system_key(enum component_type type, const char *vendor, const char *distro,
                        const char *system)
{
    size_t length = vendor != NULL ? strlen(vendor) : 0;

    if (system != NULL)
        return text_dup(system);
    if (length > 0 && distro != NULL && text_starts(distro, vendor) && distro[length] == '-')
        return ecosystem_of_system(type, vendor, distro + length + 1);
    return NULL;
}

bool purl_parse(const char *purl, const char *system, char **ret_ecosystem, char **ret_name,
                char **ret_version)
{
    _cleanup_free_ char *text = NULL, *distro = NULL, *epoch = NULL, *space = NULL, *key = NULL;
    char *slash, *at, *version = NULL;
    enum component_type type;
    size_t length;

    if (!text_starts(purl, "pkg:"))
        return false;
    purl += strspn(purl + 4, "/") + 4;
    length = strcspn(purl, "/");
    if (purl[length] != '/' || !find_type(purl, length, &type))
        return false;
    distro = qualifier(strchr(purl, '?') != NULL ? strchr(purl, '?') + 1 : NULL, "distro");
    epoch = qualifier(strchr(purl, '?') != NULL ? strchr(purl, '?') + 1 : NULL, "epoch");
    text = text_ndup(purl + length + 1, strcspn(purl + length + 1, "?#"));
    at = strrchr(text, '@');
    if (at != NULL && at > text && strchr(at, '/') == NULL) {
        *at = '\0';
        version = at + 1;
        decode(version);
    }
    slash = strrchr(text, '/');
    if (slash != NULL && type != COMPONENT_GOLANG) {
        space = text_ndup(text, (size_t)(slash - text));
        decode(space);
    }
    decode(text);
    if (type == COMPONENT_DEB || type == COMPONENT_RPM)
        key = system_key(type, space, distro, system);
    else
        key = text_dup(component_type_name(type));
    if (key == NULL)
        return false;
    slash = type != COMPONENT_GOLANG ? strrchr(text, '/') : NULL;
    *ret_name = ecosystem_name(type, space, slash != NULL ? slash + 1 : text);
    *ret_ecosystem = steal_ptr(key);
    *ret_version = version == NULL ? NULL
                   : epoch != NULL ? text_format("%s:%s", epoch, version)
                                   : text_dup(version);
    return true;
}
