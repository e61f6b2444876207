/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone recheck: runs cells of a certificate again, and says whether they agree. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"
#include "base/log.h"
#include "base/path.h"
#include "base/translate.h"
#include "cli/certificate_result.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/recheck_product.h"
#include "cli/recheck_run.h"
#include "home/home.h"
#include "judge/judge.h"

struct options {
    struct certificate_check check;
    const char *programme, *suite, *seed, *key, *output;
    char *product; /* absolute; owned */
    size_t cells;
    bool json, dry_run, lower_grade;
};

static void options_done(struct options *options)
{
    free(options->product);
}

static void set_option(void *input, enum option_id option, char *value)
{
    struct options *options = input;

    options->json |= option == OPTION_JSON;
    options->dry_run |= option == OPTION_DRY_RUN;
    options->lower_grade |= option == OPTION_LOWER_GRADE;
    if (option == OPTION_CELLS)
        options->cells = (size_t)cli_number(option, value, 1, RECHECK_CELLS_MAX);
    if (option == OPTION_SEED)
        options->seed = value;
    if (option == OPTION_SIGNERS)
        options->check.trust.signers = value;
    if (option == OPTION_REVOKED)
        options->check.trust.revoked = value;
    if (option == OPTION_SUITE)
        options->suite = value;
    if (option == OPTION_PRODUCT) {
        free(options->product);
        options->product = realpath(value, NULL);
        if (options->product == NULL || !path_is_folder(options->product))
            cli_refuse("--product '%s' is not a folder: give the one that has the packages", value);
    }
    if (option == OPTION_PROGRAMME)
        options->programme = value;
    if (option == OPTION_KEY)
        options->key = value;
    if (option == OPTION_OUTPUT)
        options->output = value;
    if (option == OPTION_WORD)
        options->check.folder = value;
}

static void check_options(const struct options *options)
{
    if (options->seed != NULL && !choose_is_seed(options->seed))
        cli_refuse("--seed '%s': use at most %d printable characters without spaces", options->seed,
                   CHOOSE_SEED_MAX);
    if ((options->key != NULL) != (options->output != NULL))
        cli_refuse("--key and --output belong together: the key signs the folder that is written");
    if (options->key != NULL && options->dry_run)
        cli_refuse("--dry-run runs nothing, so there is nothing to sign with --key");
    if (options->output != NULL && path_exists(options->output))
        cli_refuse("--output '%s' exists: name a new folder", options->output);
}

/* What was tampered with is not run, and what another version judged cannot be compared. */
static int check_certificate(const struct options *options, struct certificate_report *report,
                             struct error **err)
{
    _cleanup_free_ char *fault = NULL;
    int code = certificate_verify(&options->check, report, err);

    if (code == 0)
        code = certificate_check_rules(options->programme, report, err);
    if (code < 0 || report->problems.count[PROBLEM_TAMPERED] > 0 || !report->judged)
        return code;
    fault = recheck_version_fault(report->statement.version, report->statement.rules,
                                  TOUCHSTONE_VERSION, JUDGE_RULES);
    return fault == NULL ? 0
                         : error_set(err, -EINVAL, "'%s' cannot be rechecked: %s",
                                     options->check.folder, fault);
}

static int choose(const struct options *options, const struct certificate_report *report,
                  struct recheck *to, struct error **err)
{
    const struct judged *judged = &report->judged_again;
    struct chosen_cells chosen = {0};
    int code = 0;

    to->certificate = text_dup(report->sums_sha256);
    to->programme = text_dup(judged->programme->name);
    to->suite = text_dup(judged->status.suite);
    to->certified_run = text_dup(judged->about->run.id);
    to->verified = text_dup(certificate_result(report));
    to->certified_version = text_dup(report->statement.version);
    to->version = text_dup(TOUCHSTONE_VERSION);
    to->rules = JUDGE_RULES;
    to->rule = text_dup(CHOOSE_RULE);
    to->seed = text_dup(options->seed);
    to->seed_given = options->seed != NULL;
    to->product_given = options->product != NULL;
    to->population = (unsigned)choose_population(judged);
    if (to->seed == NULL)
        code = choose_new_seed(&to->seed, err);
    if (code < 0)
        return code;
    if (to->population == 0)
        return error_set(err, -ENODATA, "'%s' has no cell in which anything was judged",
                         options->check.folder);
    choose_cells(judged, report->sums_sha256, to->seed, options->cells, &chosen);
    vec_foreach (at, &chosen) {
        const struct cell_record *cell = &judged->cells.items[*at].cell;

        *(struct recheck_cell *)vec_add(&to->cells) = (struct recheck_cell){
            .image = text_dup(cell->image), .platform = text_dup(cell->platform)};
    }
    vec_done(&chosen);
    return 0;
}

/* --- output ------------------------------------------------------------------------------- */

static void print_rows(const char *word, const struct agree_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct agree_row *row = &rows[i];

        cli_print("    %s: %s %s%s%s: '%s' in the certificate, '%s' here%s%s\n", word,
                  agree_kind_words.names[row->kind], row->case_id != NULL ? row->case_id : "",
                  row->case_id != NULL && row->key != NULL ? " " : "",
                  row->key != NULL ? row->key : "", row->claimed != NULL ? row->claimed : "-",
                  row->replayed != NULL ? row->replayed : "-", row->why != NULL ? ": " : "",
                  row->why != NULL ? row->why : "");
    }
}

static void print_cell(const struct recheck_cell *cell, bool dry_run)
{
    const struct agreed *agreed = &cell->agreed;

    cli_print("  %s/%s: ", cell->image, cell->platform);
    if (agreed->agreement == NOT_REPLAYED && agreed->reason != NULL)
        cli_print("%s: %s: %s\n", dry_run ? "cannot be replayed" : "not-replayed",
                  obstacle_words.names[agreed->obstacle], agreed->reason);
    else if (dry_run)
        cli_print("everything is here (image '%s')\n", cell->image_here);
    else
        cli_print("%s, %zu %s compared (run %s)\n", agreement_words.names[agreed->agreement],
                  agreed->cases, ngettext("case", "cases", agreed->cases),
                  cell->run != NULL ? cell->run : "-");
    if (agreed->agreement == AGREES_LOWER)
        cli_print("    its behaviour agrees in a guest of grade %s; what grade %s proves was not "
                  "rechecked\n",
                  grade_name(agreed->here), grade_name(agreed->certified));
    for (size_t i = 0; i < cell->differs.count; i++)
        cli_print("    remark: %s is not that of the certificate\n", cell->differs.items[i]);
    print_rows("differs", agreed->differences.items, agreed->differences.count);
    print_rows("remark", agreed->remarks.items, agreed->remarks.count);
}

static void print_text(const struct options *options, const struct certificate_report *report,
                       const struct recheck *recheck)
{
    cli_print("%s: %s\n", options->check.folder, recheck->verified);
    certificate_print_problems(&report->problems);
    cli_print("  seed %s%s: %zu of %u %s\n", recheck->seed,
              recheck->seed_given ? "" : " (drawn at random)", recheck->cells.count,
              recheck->population, ngettext("cell", "cells", recheck->population));
    if (strcmp(recheck->certified_version, recheck->version) != 0)
        cli_print("  certified with version %s, run again with version %s\n",
                  recheck->certified_version, recheck->version);
    if (recheck->product_given)
        cli_print("  packages from '%s', each with the digest that the certificate records\n",
                  options->product);
    vec_foreach (cell, &recheck->cells)
        print_cell(cell, options->dry_run);
    if (options->dry_run)
        return;
    for (enum agreement agreement = AGREEMENT_COUNT; agreement-- > 0;)
        cli_print("%s%s %zu", agreement == AGREES ? "  " : ", ", agreement_words.names[agreement],
                  recheck_count(recheck, agreement));
    cli_print("\n");
}

static void print_json(const struct options *options, const struct recheck *recheck)
{
    _cleanup_json_ json_t *json = recheck_to_json(recheck);

    json_object_set_new(json, "dry_run", json_boolean(options->dry_run));
    cli_print_json(RECHECK_FORMAT, RECHECK_VERSION, json);
}

static int exit_code(const struct options *options, const struct certificate_report *report,
                     const struct recheck *recheck)
{
    if (recheck_count(recheck, DISAGREES) > 0)
        return EXIT_INCOMPATIBLE;
    if (!options->dry_run &&
        recheck_count(recheck, NOT_REPLAYED) + recheck_count(recheck, AGREES_LOWER) > 0)
        return EXIT_NOT_ASSESSED;
    vec_foreach (cell, &recheck->cells)
        if (cell->agreed.obstacle != OBSTACLE_NONE)
            return EXIT_NOT_ASSESSED;
    return certificate_exit_code(report);
}

/* --- all of it ---------------------------------------------------------------------------- */

static int sign(const struct options *options, const struct recheck *recheck, struct error **err)
{
    int code;

    if (options->key == NULL)
        return 0;
    if (recheck_count(recheck, AGREES) + recheck_count(recheck, AGREES_LOWER) == 0) {
        log_warning("no cell agrees, so nothing is signed and '%s' is not written",
                    options->output);
        return 0;
    }
    code = recheck_sign(recheck, options->key, options->output, err);
    if (code == 0)
        log_info("'%s' is signed; 'touchstone verify %s --recheck %s --signers FILE' verifies it",
                 options->output, options->check.folder, options->output);
    return code;
}

static int run_cells(const struct options *options, const struct certificate_report *report,
                     struct recheck *recheck, struct error **err)
{
    _cleanup_(recheck_inputs_done) struct recheck_inputs inputs = {.judged = &report->judged_again,
                                                                   .suite = options->suite,
                                                                   .product = options->product,
                                                                   .lower_grade =
                                                                       options->lower_grade};
    int code = recheck_find_suite(&inputs, err);

    if (code == 0 && options->product != NULL)
        code = recheck_check_product(inputs.judged, recheck, inputs.suite_folder, options->product,
                                     err);
    vec_foreach (cell, &recheck->cells)
        if (code == 0)
            code = recheck_find_inputs(&inputs, cell, err);
    if (code == 0 && !options->dry_run)
        code = recheck_run(&inputs, recheck, err);
    return code;
}

static int recheck(const struct options *options, struct certificate_report *report,
                   struct recheck *to, struct error **err)
{
    int code = check_certificate(options, report, err);

    if (code < 0 || report->problems.count[PROBLEM_TAMPERED] > 0 || !report->judged)
        return code;
    code = choose(options, report, to, err);
    if (code < 0)
        return code;
    /* Who interrupts it can repeat it. */
    log_info("seed %s", to->seed);
    code = run_cells(options, report, to, err);
    to->created_ms = clock_wall_ms();
    return code == 0 ? sign(options, to, err) : code;
}

int cmd_recheck(int argc, char **argv)
{
    _cleanup_(options_done) struct options options = {.cells = 1};
    _cleanup_(certificate_report_done) struct certificate_report report = {.files = 0};
    _cleanup_(recheck_done) struct recheck found = {.seed = NULL};
    struct error *err = NULL;
    int code;

    cli_parse(argc, argv, set_option, &options);
    check_options(&options);
    options.check.version = TOUCHSTONE_VERSION;
    options.check.trust.at_ms = clock_wall_ms();
    code = recheck(&options, &report, &found, &err);
    if (code < 0)
        return cli_fail(err);
    if (found.seed == NULL) {
        log_error("'%s' is %s, so nothing of it was run again", options.check.folder,
                  certificate_result(&report));
        certificate_print_problems(&report.problems);
        return certificate_exit_code(&report);
    }
    if (options.json)
        print_json(&options, &found);
    else
        print_text(&options, &report, &found);
    return exit_code(&options, &report, &found);
}
