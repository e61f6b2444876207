/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone gate: decides by a policy whether a run is good enough. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json_write.h"
#include "base/log.h"
#include "base/path.h"
#include "catalog/policy.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/image_map.h"
#include "cli/investigate.h"
#include "cli/output.h"
#include "cli/pager.h"
#include "cli/programme_load.h"
#include "cli/view_choice.h"
#include "cli/waivers.h"
#include "home/home.h"
#include "judge/gate.h"
#include "reports/gate_view.h"
#include "store/store.h"

struct options {
    const char *run, *policy, *baseline, *waivers, *output;
    struct image_map images;
    bool json, no_pager, investigate;
};

static void set_option(void *input, enum option_id option, char *value)
{
    struct options *options = input;

    options->json |= option == OPTION_JSON;
    options->investigate |= option == OPTION_INVESTIGATE;
    options->no_pager |= option == OPTION_NO_PAGER;
    if (option == OPTION_POLICY)
        options->policy = value;
    if (option == OPTION_BASELINE)
        options->baseline = value;
    if (option == OPTION_WAIVERS)
        options->waivers = value;
    if (option == OPTION_OUTPUT)
        options->output = value;
    if (option == OPTION_MAP)
        image_map_add(&options->images, value);
    if (option == OPTION_WORD)
        options->run = value;
}

/* What the decision is made of. */
struct found {
    struct policy *policy;
    char *policy_path;
    struct matrix matrix;
    struct waivers waivers;
    struct run_diff diff;
    bool compared;
    struct programme_loaded programmes;
    struct gate gate;
    struct investigations investigations;
};

static void found_done(struct found *found)
{
    policy_free(found->policy);
    free(found->policy_path);
    matrix_done(&found->matrix);
    waivers_done(&found->waivers);
    run_diff_done(&found->diff);
    programme_loaded_done(&found->programmes);
    gate_done(&found->gate);
    investigations_done(&found->investigations);
}

static int compare(const struct options *options, struct store *store, const char *run_id,
                   struct found *found, struct error **err)
{
    const struct run_diff *diff = &found->diff;
    int code = view_choice_diff(store, options->baseline, run_id, options->images.items,
                                options->images.count, &found->waivers, &found->diff, err);

    if (code < 0)
        return code;
    found->compared = true;
    if (strcmp(diff->before.id, run_id) == 0)
        log_warning("the baseline is the run itself: nothing can be worse");
    if (diff->before.created_ms > diff->after.created_ms)
        log_warning("baseline '%s' is newer than run '%s'", diff->before.id, run_id);
    return 0;
}

static int check_level(const struct found *found, const struct policy_level *row,
                       struct error **err)
{
    _cleanup_buffer_ struct buffer levels = {0};

    vec_foreach (programme, &found->programmes.programmes) {
        if (strcmp((*programme)->name, row->programme) != 0)
            continue;
        vec_foreach (level, &(*programme)->levels) {
            if (strcmp(level->id, row->level) == 0)
                return 0;
            buffer_format(&levels, "%s%s", levels.length > 0 ? ", " : "", level->id);
        }
    }
    return error_set(err, -EINVAL, "%s:%u: programme '%s' has no level '%s'; it has: %s",
                     found->policy_path, row->line, row->programme, row->level, levels.data);
}

/* Judges the run by the programmes that the policy names. */
static int load_programmes(const struct options *options, const char *run_id, struct found *found,
                           struct error **err)
{
    struct programme_request request = {.run = run_id, .waivers = options->waivers};
    int code = 0;

    vec_foreach (row, &found->policy->levels)
        if (!strv_has(&request.programmes, row->programme))
            strv_add(&request.programmes, row->programme);
    if (request.programmes.count > 0)
        code = programme_load(&request, &found->programmes, err);
    programme_request_done(&request);
    vec_foreach (row, &found->policy->levels)
        if (code == 0)
            code = check_level(found, row, err);
    return code;
}

static int load(const struct options *options, struct found *found, struct error **err)
{
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_free_ char *run_id = NULL;
    const char *home = NULL;
    int code = catalog_get_policy(options->policy, &found->policy, &found->policy_path, err);

    if (code == 0 && found->policy->needs_baseline && options->baseline == NULL)
        return error_set(err, -EINVAL,
                         "policy '%s' compares with earlier results: name a run by --baseline RUN, "
                         "or a view by --baseline view:NAME",
                         found->policy->name);
    if (code == 0)
        code = waivers_load(options->waivers, &found->waivers, err);
    if (code == 0)
        code = home_folder(&home, err);
    if (code == 0)
        code = store_open(home, &store, err);
    if (code == 0)
        code = store_find_run(store, options->run, &run_id, err);
    if (code == 0)
        code = matrix_load(store, run_id, &found->matrix, err);
    if (code == 0)
        code = matrix_apply_waivers(store, &found->waivers, &found->matrix, err);
    if (code == 0 && options->baseline != NULL)
        code = compare(options, store, run_id, found, err);
    if (code == 0)
        code = load_programmes(options, run_id, found, err);
    if (code == 0)
        waivers_warn(options->waivers, &found->waivers);
    return code;
}

static int write_junit(const char *path, const struct gate_view *view, struct error **err)
{
    _cleanup_free_ char *text = NULL;
    size_t length = 0;
    struct stat there;
    FILE *out;
    int code;

    if (stat(path, &there) == 0 && !S_ISREG(there.st_mode))
        return error_set(err, -EINVAL, "--output '%s' is not a regular file: name another", path);
    out = open_memstream(&text, &length);
    if (out == NULL)
        text_out_of_memory();
    gate_view_write_junit(view, out);
    fclose(out);
    code = path_write_atomic(path, text, length, err);
    if (code < 0)
        error_prefix(err, "cannot write the decision to '%s'", path);
    return code;
}

static void print(const struct options *options, const struct gate_view *view)
{
    _cleanup_buffer_ struct buffer text = {0};

    if (options->json) {
        _cleanup_(json_writer_done) struct json_writer to = {.sink = output_write_json};

        gate_view_write_json(view, &to);
        return;
    }
    if (!options->no_pager)
        pager_start();
    gate_view_text(view, cli_colour(STDOUT_FILENO), &text);
    output_write(text.data, text.length);
}

/* Judges, writes and prints. The file comes first: a decision that could not be delivered is not
 * printed as one. */
static int decide(const struct options *options, struct found *found, struct error **err)
{
    const struct run_diff *diff = found->compared ? &found->diff : NULL;
    struct gate_view view = {&found->gate,   found->policy, found->policy_path,
                             &found->matrix, diff,          NULL};
    int code = 0;

    gate_judge(
        &(struct gate_input){found->policy, &found->matrix, diff, &found->programmes.statuses},
        &found->gate);
    if (options->investigate && found->gate.refused > 0) {
        code =
            investigate_refused(&found->gate, diff, &options->images, &found->investigations, err);
        view.investigations = &found->investigations;
    }
    if (code == 0 && options->output != NULL)
        code = write_junit(options->output, &view, err);
    if (code == 0)
        print(options, &view);
    return code;
}

int cmd_gate(int argc, char **argv)
{
    _cleanup_(found_done) struct found found = {.policy = NULL};
    struct options options = {.run = "latest", .policy = "release"};
    struct error *err = NULL;
    int code;

    cli_parse(argc, argv, set_option, &options);
    if (!options.investigate)
        home_reads_only();
    if (options.investigate && options.baseline == NULL)
        cli_refuse("--investigate needs --baseline: it goes back to what that run was made of");
    if (options.investigate && view_choice_name(options.baseline) != NULL)
        cli_refuse("--investigate goes back to what one run was made of, and '%s' has results of "
                   "several: name a run by --baseline; 'touchstone diff %s RUN --json' says of "
                   "which run each result is",
                   options.baseline, options.baseline);
    if (options.baseline == NULL && options.images.count > 0)
        cli_refuse("--map needs --baseline: it says which of its images another one replaces");
    code = load(&options, &found, &err);
    if (code == 0)
        code = decide(&options, &found, &err);
    vec_done(&options.images);
    return code < 0 ? cli_fail(err) : gate_exit_code(&found.gate);
}
