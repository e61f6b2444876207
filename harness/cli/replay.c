/* SPDX-License-Identifier: Apache-2.0 */
/* Starts 'touchstone run --aside' for one cell. */
#include "cli/replay.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "cli/child_run.h"
#include "cli/cli.h"
#include "store/store.h"

static int read_run_id(int fd, char **ret_id, struct error **err)
{
    _cleanup_json_ json_t *json = NULL;
    FILE *in;

    lseek(fd, 0, SEEK_SET);
    in = fdopen(dup(fd), "r");
    if (in != NULL) {
        json = json_loadf(in, 0, NULL);
        fclose(in);
    }
    *ret_id = text_dup(json_string_value(json_object_get(json, "run")));
    return *ret_id != NULL ? 0 : error_set(err, -EIO, "the run did not say its id: see above");
}

/* 0: the plan had none. */
static void add_number(struct strv *to, const char *option, unsigned value)
{
    if (value == 0)
        return;
    strv_add(to, option);
    strv_take(to, text_format("%u", value));
}

/* Appends the options that the earlier run had. */
static void add_policy(const struct replay_request *request, struct strv *to)
{
    const struct plan *plan = request->plan;

    strv_add(to, "--accel");
    strv_add(to, accel_policy_name(request->accel));
    for (size_t i = 0; i < plan->items.count; i++) {
        strv_add(to, "--item");
        strv_add(to, plan->items.items[i]);
    }
    add_number(to, "--time-scale", plan->time_scale);
    if (plan->connect != NULL) {
        strv_add(to, "--connect");
        strv_add(to, plan->connect);
    }
    if (plan->packages != NULL) {
        strv_add(to, "--from");
        strv_add(to, plan->packages);
    }
    if (plan->cold)
        strv_add(to, "--cold");
    if (plan->probes)
        strv_add(to, "--probes");
    if (plan->no_probes)
        strv_add(to, "--no-probes");
    for (size_t i = 0; i < plan->measures.count; i++) {
        strv_add(to, "--measure");
        strv_add(to, plan->measures.items[i]);
    }
    add_number(to, "--rounds", plan->rounds);
    add_number(to, "--minutes", plan->minutes);
}

/* Its matrix is read from a file in memory. */
int replay_run(const struct replay_request *request, char **ret_id, struct error **err)
{
    _cleanup_close_ int out = memfd_create("matrix", MFD_CLOEXEC);
    const char *const own[] = {"--json",     "--aside",         "--image", request->image,
                               "--platform", request->platform, "--suite", request->suite_folder,
                               "--label",    request->label};
    _cleanup_strv_ struct strv arguments = {0};
    int code;

    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
        strv_add(&arguments, own[i]);
    add_policy(request, &arguments);
    strv_take(&arguments, NULL);
    code = child_run((const char *const *)arguments.items, out, request->what, err);
    if (code < 0)
        return code;
    return code == EXIT_USAGE || code == EXIT_IO ? 0 : read_run_id(out, ret_id, err);
}

int replay_load(struct store *store, const char *run_id, struct matrix_cell *ret_cell,
                struct error **err)
{
    _cleanup_(cell_records_done) struct cell_records names = {0};
    int code = store_read_names(store, run_id, &names, err);

    if (code == 0 && names.rows.count != 1)
        return error_set(err, -EIO, "run '%s' has %zu cells, not one", run_id, names.rows.count);
    return code == 0 ? matrix_read_cell(store, run_id, &names.rows.items[0], NULL, ret_cell, err)
                     : code;
}
