/* SPDX-License-Identifier: Apache-2.0 */
/* How scripts detect the distribution they run on, compared with what this image answers: lists of
 * IDs and names, release files, package queries, the kernel version. */
#ifndef TS_ABI_SCRIPT_DISTRIBUTION_H
#define TS_ABI_SCRIPT_DISTRIBUTION_H

#include "abi/script/shell.h"
#include "model/finding.h"

/* How the image identifies itself. Borrowed. */
struct distribution {
    const char *id;          /* ID of os-release; "" if the image has none */
    const char *like, *name; /* ID_LIKE and NAME, or NULL */
    bool lists_files;        /* has_file can answer for release files */
    bool lists_packages;     /* has_package can answer */
    const char *machine;     /* what uname -m prints, or NULL */
    bool (*has_file)(const void *context, const char *path);
    bool (*has_program)(const void *context, const char *name);
    /* True if a program of this name or path is certainly nowhere; NULL: not known. */
    bool (*lacks_program)(const void *context, const char *name);
    bool (*has_package)(const void *context, const char *name);
    const char *(*os)(const void *context, const char *key);   /* a field of os-release, or NULL */
    char *(*file_text)(const void *context, const char *path); /* NULL: unknown. Caller frees */
    const void *context;
};

/* ends: the severity of a refusal because a program is missing. */
void distribution_check_shell(const char *path, const struct shell_script *script,
                              const struct distribution *image, enum finding_severity ends,
                              struct findings *findings);

/* Checks tests of Ansible facts in playbooks. */
void distribution_check_ansible(const char *path, const char *text,
                                const struct distribution *image, struct findings *findings);

#endif
