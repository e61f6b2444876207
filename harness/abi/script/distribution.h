/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How scripts ask which distribution they run on, held against what this image answers: lists of
 * ids and names, release files, package queries, the kernel's release.
 */
#ifndef TS_ABI_SCRIPT_DISTRIBUTION_H
#define TS_ABI_SCRIPT_DISTRIBUTION_H

#include "abi/script/shell.h"
#include "model/finding.h"

/* What the image says of itself. Borrowed. */
struct distribution {
    const char *id;          /* ID of os-release */
    const char *like, *name; /* ID_LIKE and NAME, or NULL */
    bool lists_files;        /* has_file can tell of release files */
    bool (*has_file)(const void *context, const char *path);
    const void *context;
};

void distribution_check_shell(const char *path, const struct shell_script *script,
                              const struct distribution *image, struct findings *findings);

/* Playbooks: tests of Ansible's facts. */
void distribution_check_ansible(const char *path, const char *text,
                                const struct distribution *image, struct findings *findings);

#endif
