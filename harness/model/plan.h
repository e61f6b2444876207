/* SPDX-License-Identifier: Apache-2.0 */
/* A plan: images x platforms x suites plus the run policy, and the cells that result. */
#ifndef TS_MODEL_PLAN_H
#define TS_MODEL_PLAN_H

#include <jansson.h>
#include <stdbool.h>

#include "base/text.h"
#include "base/vec.h"
#include "model/member.h"
#include "model/words.h"

struct plan_cell {
    char *image, *platform, *suite;
    char *refused; /* reason why this cell is not run (it needs two guests, …), so that it stays
                      not-assessed; NULL: it is run */
};

/* A suite that the user gave by its folder. */
struct plan_folder {
    char *suite, *folder; /* absolute */
};

struct error;

/* A cell in a manifest and in the store. */
extern const struct members plan_cell_members;

enum {
    PLAN_LABEL_BYTES = 200,
    PLAN_REPEAT_MOST = 1000,
    PLAN_RETRY_MOST = 100,
    PLAN_ROUNDS_MOST = 200,
    PLAN_MINUTES_MOST = 1440,
    PLAN_RETRY_INFRASTRUCTURE = 1
};

struct plan {
    struct strv images, platforms, suites;
    struct strv items; /* certification items; empty: all */
    enum accel_policy accel;
    bool cold;            /* boot every cell instead of restoring a saved state */
    bool aside;           /* made to find a cause: 'latest', the matrix across runs and histories do
                             not count it */
    bool keep_failed;     /* preserve a cell's guest when a case fails */
    bool reuse_install;   /* later attempts of a cell start from the guest in which the product is
                             already installed */
    bool probes;          /* the built-in probes are added to suites that do not ask for them */
    bool no_probes;       /* they are left out of all suites */
    struct strv measures; /* names of the probes that measure, in addition to those of the suites */
    unsigned time_scale;  /* factor for every time limit; 0: default (1, or 10 under emulation) */
    unsigned rounds, minutes; /* of cases that measure, in place of their own; 0: their own */
    unsigned jobs;            /* number of parallel workers; 0: as many as the host allows */
    char *packages;  /* the folder that packages come from, absolute; NULL: the distribution's
                        archive, or the image's repositories */
    char *connect;   /* libvirt URI; NULL: qemu:///embed */
    char *label;     /* what the user calls the run, one line; NULL: none */
    char *build;     /* the build under test, by the user's own numbering; NULL: none */
    unsigned repeat; /* attempts of each cell, all of which count; 0: one */
    unsigned retry;  /* how often a cell that did not pass is run again; not together with repeat */
    unsigned retry_infrastructure; /* how often a cell that a fault of the host or harness cut short
                                      is run again */
    bool strict, allow_partial; /* options that decide the exit code, stored so that `resume` uses
                                   the same */
    VEC(struct plan_folder) folders;
    bool folders_unknown; /* read from an old plan that does not record which suites were given by
                             folder */
    VEC(struct plan_cell) cells;
};

void plan_done(struct plan *plan);

/* Writes everything except the cells. Returns a new reference. */
json_t *plan_to_json(const struct plan *plan);

/* Reads a plan. `what` names the document in messages. Members missing in an older version get the
 * meaning they had then. The plan has no cells yet. Returns -EBADMSG. Free with plan_done. */
int plan_from_json(const json_t *json, const char *what, struct plan *ret_plan, struct error **err);

/* The same for the policy alone, which a run's manifest contains: writes it into an object, and
 * reads it into a zeroed plan. */
void plan_policy_to_json(const struct plan *plan, json_t *to);
int plan_policy_from_json(const json_t *json, const char *what, struct plan *plan,
                          struct error **err);

#endif
