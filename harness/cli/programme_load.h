/* SPDX-License-Identifier: Apache-2.0 */
/* What a run says of programmes: the run as a report, and a status for each programme, product and
 * OS. */
#ifndef TS_CLI_PROGRAMME_LOAD_H
#define TS_CLI_PROGRAMME_LOAD_H

#include "cli/options.h"
#include "judge/programme.h"
#include "model/waiver.h"
#include "reports/report.h"

struct error;
struct store;

/* What was asked for; everything is borrowed. */
struct programme_request {
    const char *run, *waivers;
    struct strv programmes, suites, images; /* empty: all */
};
/* Takes the options that are the same in each verb; others change nothing. */
void programme_request_option(struct programme_request *request, enum option_id option,
                              char *value);
void programme_request_done(struct programme_request *request);

struct programme_loaded {
    struct store *store;
    struct waivers waivers;
    struct report report;
    VEC(struct programme *) programmes;
    struct strv paths; /* of their files */
    struct programme_statuses statuses;
};
void programme_loaded_done(struct programme_loaded *loaded);

/* Loads the programmes, then the run. -EINVAL: no cell of the run is of these suites and images.
 * Free with programme_loaded_done, also after an error. */
int programme_load(const struct programme_request *request, struct programme_loaded *loaded,
                   struct error **err);

/* The only status; what: what is about one product on one OS, so that which must be certain.
 * -EINVAL. */
int programme_choose(const struct programme_loaded *loaded, const char *what,
                     const struct programme_status **ret_status, struct error **err);

#endif
