/* SPDX-License-Identifier: Apache-2.0 */
/* Files that make the system start or load something, and that no program of the package opens:
 * crontabs, udev rules, PAM services, nsswitch.conf, D-Bus services, desktop entries and similar.
 */
#ifndef TS_ABI_SCRIPT_START_H
#define TS_ABI_SCRIPT_START_H

#include <stdbool.h>
#include <stddef.h>

#include "base/vec.h"

enum start_kind {
    START_PROGRAM,
    START_CODE, /* a command line for sh */
    START_USER,
    START_GROUP,
    START_UNIT,
    START_PAM_MODULE,
    START_PAM_SERVICE,  /* a file of pam.d */
    START_NAME_SERVICE, /* of nsswitch.conf: "sss" is libnss_sss.so.2 */
    START_KERNEL_MODULE,
};

struct start_need {
    enum start_kind kind;
    char *name;
    const char *directive; /* that names it */
    unsigned line;
    bool optional; /* the rest of the file works without it */
};
VEC_TYPE(start_needs, struct start_need);

/* True if the file at this path is one. */
bool start_is_one(const char *path);

/* What such a file, or one of tmpfiles.d, names. */
void start_needs_read(const char *path, const char *text, struct start_needs *ret);
void start_needs_done(struct start_needs *needs);
#define _cleanup_start_needs_ _cleanup_(start_needs_done)

/* What lines name that are added to a file of PAM, or to nsswitch.conf. A line of nsswitch.conf
 * without a database holds names only. */
void start_needs_read_added(bool name_service, const char *text, struct start_needs *ret);

/* True for /etc/cron.hourly and the others, whose files run-parts executes. */
bool start_is_periodic(const char *path);
bool start_is_crontab(const char *path);

#endif
