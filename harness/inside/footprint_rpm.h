/* SPDX-License-Identifier: Apache-2.0 */
/* The files of all packages in rpm's database, listed by one process of the guest's rpm. */
#ifndef TS_INSIDE_FOOTPRINT_RPM_H
#define TS_INSIDE_FOOTPRINT_RPM_H

#include <stdbool.h>
#include <stdint.h>

struct rpm_file {
    const char *path, *digest; /* hexadecimal; "" for what is not a regular file */
    unsigned algorithm;        /* as in RFC 4880, 9.4 */
    int64_t installed_s;
};
/* Does nothing if there is no database. If rpm fails or takes too long, the comparison is
 * incomplete. */
void rpm_list_files(int64_t since_ns, void (*take)(const struct rpm_file *file, int64_t since_ns));

/* The file's digest; false: another algorithm, or the file cannot be read. */
bool rpm_digest(const char *path, unsigned algorithm, char hex[65]);

#endif
