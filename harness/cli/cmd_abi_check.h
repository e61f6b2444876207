/* SPDX-License-Identifier: Apache-2.0 */
/* The results of one `abi check`, and how they are printed. */
#ifndef TS_CLI_CMD_ABI_CHECK_H
#define TS_CLI_CMD_ABI_CHECK_H

#include "abi/check/check.h"

struct check_target {
    char *name;
    struct surface *surface;
};

/* One file checked against one surface and platform. */
struct check_cell {
    char *file, *surface, *platform;
    enum verdict verdict;
    struct findings findings;
};

struct check_run {
    VEC(struct check_target) targets;
    VEC(struct platform *) platforms;
    struct isa_cpus cpus;         /* of the platforms */
    struct surface *repositories; /* or NULL */
    VEC(struct check_cell) cells;
    json_t *packages; /* contents of each file */
};

void check_run_done(struct check_run *run);
void check_run_note_package(struct check_run *run, const char *file, const struct package *package);
void check_run_print(const struct check_run *run);
void check_run_print_json(const struct check_run *run);

/* 1: a BLOCK (strict: or conditional); else 2: something was not assessed; else 0. */
int check_run_exit_code(const struct check_run *run, bool strict);

#endif
