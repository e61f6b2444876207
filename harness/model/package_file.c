/* SPDX-License-Identifier: Apache-2.0 */
#include "model/package_file.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

#define FILE_NAME_MAX 200

char *package_file_unescape(const char *text, size_t length)
{
    _cleanup_buffer_ struct buffer plain = {0};

    for (size_t i = 0; i < length; i++) {
        char byte = text[i];

        if (byte == '%') {
            char digits[3] = {0};

            if (i + 2 >= length || !isxdigit((unsigned char)text[i + 1]) ||
                !isxdigit((unsigned char)text[i + 2]))
                return NULL;
            memcpy(digits, text + i + 1, 2);
            byte = (char)strtoul(digits, NULL, 16);
            i += 2;
        }
        if (byte == '\0')
            return NULL;
        buffer_add(&plain, &byte, 1);
    }
    return buffer_steal(&plain);
}

/* Begins with a letter or digit, and has only these and the given characters. */
static bool made_of(const char *text, const char *others)
{
    if (text == NULL || *text == '\0' || !isalnum((unsigned char)*text))
        return false;
    for (; *text != '\0'; text++)
        if (!isalnum((unsigned char)*text) && strchr(others, *text) == NULL)
            return false;
    return true;
}

bool package_file_deb(const char *file, char **ret_name, char **ret_version, char **ret_arch)
{
    _cleanup_free_ char *name = NULL, *version = NULL, *arch = NULL;
    const char *first = strchr(file, '_'), *second = first != NULL ? strchr(first + 1, '_') : NULL;
    size_t length = strlen(file);

    if (second == NULL || length > FILE_NAME_MAX || !text_ends(file, ".deb"))
        return false;
    name = text_ndup(file, (size_t)(first - file));
    version = package_file_unescape(first + 1, (size_t)(second - first - 1));
    arch = text_ndup(second + 1, (size_t)(file + length - 4 - (second + 1)));
    if (!made_of(name, "+-.") || !made_of(version, "+-.~:") || !made_of(arch, "-"))
        return false;
    *ret_name = steal_ptr(name);
    *ret_version = steal_ptr(version);
    *ret_arch = steal_ptr(arch);
    return true;
}

bool package_file_rpm(const char *file, char **ret_name, char **ret_version, char **ret_arch)
{
    _cleanup_free_ char *text = text_dup(file);
    size_t length = strlen(file);
    char *arch, *release, *version;

    if (length > FILE_NAME_MAX || !text_ends(file, ".rpm"))
        return false;
    text[length - strlen(".rpm")] = '\0';
    arch = strrchr(text, '.');
    if (arch == NULL)
        return false;
    *arch++ = '\0';
    release = strrchr(text, '-');
    if (release == NULL)
        return false;
    *release = '\0';
    version = strrchr(text, '-');
    if (version == NULL || version == text)
        return false;
    *release = '-';
    *version++ = '\0';
    if (!isalnum((unsigned char)*text) || !made_of(text, "._+-") || !made_of(version, "._+-~^") ||
        !made_of(arch, "_"))
        return false;
    *ret_name = text_dup(text);
    *ret_version = text_dup(version);
    *ret_arch = text_dup(arch);
    return true;
}
