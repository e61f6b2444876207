/* SPDX-License-Identifier: Apache-2.0 */
/* A plan: images x platforms x suites with a policy, and the cells it comes to. */
#ifndef TS_MODEL_PLAN_H
#define TS_MODEL_PLAN_H

#include <jansson.h>
#include <stdbool.h>

#include "base/text.h"
#include "base/vec.h"
#include "model/words.h"

struct plan_cell {
    char *image, *platform, *suite;
    char *refused; /* why this cell is not run (two guests needed, …); NULL: it is. It stays
                      not-assessed. */
};

/* A suite that was named by its folder. */
struct plan_folder {
    char *suite, *folder; /* absolute */
};

struct error;

enum { PLAN_REPEAT_MOST = 1000, PLAN_RETRY_MOST = 100, PLAN_RETRY_INFRASTRUCTURE = 1 };

struct plan {
    struct strv images, platforms, suites;
    struct strv items; /* empty: all */
    enum accel_policy accel;
    bool cold;           /* boot each cell, restore none */
    bool keep_failed;    /* freeze a cell's guest when a case fails */
    bool reuse_install;  /* later attempts of a cell start from the guest as it was installed */
    unsigned time_scale; /* of every time limit; 0: 1, or 10 under emulation */
    unsigned jobs;       /* workers side by side; 0: as the host allows */
    char *connect;       /* libvirt URI; NULL: qemu:///embed */
    unsigned repeat;     /* attempts of each cell, all of which count; 0: one */
    unsigned retry;      /* how often a cell that did not go well is run again; not with repeat */
    unsigned retry_infrastructure; /* how often, when host or harness cut it short */
    bool strict, allow_partial;    /* of the exit code, for whoever runs it again */
    VEC(struct plan_folder) folders;
    bool folders_unknown; /* read from a plan that does not say which suites were folders */
    VEC(struct plan_cell) cells;
};

void plan_done(struct plan *plan);

/* All but the cells. New reference. */
json_t *plan_to_json(const struct plan *plan);

/* `what` names the document; a text of an older version gets what it meant then; the plan has no
 * cells yet. -EBADMSG. End with plan_done. */
int plan_from_json(const json_t *json, const char *what, struct plan *ret_plan, struct error **err);

/* The same of how its cells are run, which a run's manifest holds: into an object, and into a plan
 * that is all zero. */
void plan_policy_to_json(const struct plan *plan, json_t *to);
int plan_policy_from_json(const json_t *json, const char *what, struct plan *plan,
                          struct error **err);

#endif
