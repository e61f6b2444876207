/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest for a person: a preserved one as it was when a case failed, or a fresh one, and commands
 * typed into it. Nothing that is done there changes the preserved one, a saved state or an image.
 */
#ifndef TS_CELL_SHELL_H
#define TS_CELL_SHELL_H

#include "home/preserved.h"
#include "order/job.h"

struct shell_order {
    const struct job *job;             /* its bundle names a folder that is made and removed */
    const struct preserved *preserved; /* NULL: a fresh guest */
    bool console;        /* a terminal on the guest's console instead of what follows */
    const char *command; /* one command, whose exit code is the result; NULL: lines of stdin */
};

/* Runs in a process of its own (guest/reaper.h). ret_exit: of the last command. */
int shell_run(const struct shell_order *order, int *ret_exit, struct error **err);

#endif
