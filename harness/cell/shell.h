/* SPDX-License-Identifier: Apache-2.0 */
/* Runs commands typed by a user in a guest: a preserved one as it was when a case failed, or a
 * one-off guest. Preserved guests, saved states and images are not modified. */
#ifndef TS_CELL_SHELL_H
#define TS_CELL_SHELL_H

#include "home/preserved.h"
#include "job/job.h"

struct shell_request {
    const struct job *job; /* its bundle names a temporary folder, which is created and removed */
    const struct preserved *preserved; /* NULL: a one-off guest */
    bool console; /* connect a terminal to the guest's console; the member below is not used */
    const char
        *command; /* one command, whose exit code is the result; NULL: read lines from stdin */
};

/* Runs in a process of its own (guest/reaper.h). ret_exit: exit code of the last command. */
int shell_run(const struct shell_request *request, int *ret_exit, struct error **err);

#endif
