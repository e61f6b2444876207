/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the members of os-release(5) that identify an image. */
#ifndef TS_CATALOG_OS_RELEASE_H
#define TS_CATALOG_OS_RELEASE_H

struct error;

#define OS_RELEASE_LIMIT 65536 /* largest file, in bytes */

struct os_release {
    char *id;         /* "linux" if absent, as os-release(5) says */
    char *version_id; /* "" if absent */
    char *id_like, *pretty_name;
};

int os_release_load(const char *path, struct os_release *ret_release, struct error **err);
void os_release_done(struct os_release *release);

#endif
