/* SPDX-License-Identifier: Apache-2.0 */
/* What the names of package files say. */
#ifndef TS_MODEL_PACKAGE_FILE_H
#define TS_MODEL_PACKAGE_FILE_H

#include <stdbool.h>
#include <stddef.h>

/* The parts of "redis_5%3a7.0.15-1_amd64.deb": only characters that Debian policy allows in names
 * (5.6.1), versions (5.6.12) and architectures. False: it is not such a name. */
bool package_file_deb(const char *file, char **ret_name, char **ret_version, char **ret_arch);

/* The parts of "redis-7.0.15-1.oc9.x86_64.rpm"; the version has the release, and no epoch. */
bool package_file_rpm(const char *file, char **ret_name, char **ret_version, char **ret_arch);

/* Decodes %xx; NULL if it contains a NUL or an invalid escape. Caller frees. */
char *package_file_unescape(const char *text, size_t length);

#endif
