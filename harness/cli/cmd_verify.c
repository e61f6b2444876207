/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone verify: verifies a certificate. */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/json_write.h"
#include "catalog/programme.h"
#include "certificate/certificate.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "home/home.h"

struct options {
    struct certificate_check check;
    struct strv files;
    const char *at, *programme;
    bool json;
};

static void set_option(void *input, enum option_id option, char *value)
{
    struct options *options = input;

    options->json |= option == OPTION_JSON;
    if (option == OPTION_SIGNERS)
        options->check.trust.signers = value;
    if (option == OPTION_IDENTITY)
        options->check.trust.identity = value;
    if (option == OPTION_AT)
        options->at = value;
    if (option == OPTION_IMAGE_SHA256)
        strv_add(&options->check.images, value);
    if (option == OPTION_PRODUCT)
        strv_add(&options->files, value);
    if (option == OPTION_PROGRAMME)
        options->programme = value;
    if (option == OPTION_WORD)
        options->check.folder = value;
}

/* Noon of that day. */
static int64_t time_of(const char *date)
{
    struct tm day = {.tm_hour = 12};

    strptime(date, "%Y-%m-%d", &day);
    day.tm_hour = 12;
    return (int64_t)timegm(&day) * 1000;
}

static int prepare(struct options *options, struct error **err)
{
    options->check.version = TOUCHSTONE_VERSION;
    options->check.trust.at_ms = options->at != NULL ? time_of(options->at) : clock_wall_ms();
    for (size_t i = 0; i < options->files.count; i++) {
        char sha256[DIGEST_TEXT_SIZE];
        int code = digest_of_file(options->files.items[i], sha256, NULL, err);

        if (code < 0)
            return code;
        strv_add(&options->check.products, sha256);
    }
    return 0;
}

static void check_options(const struct options *options)
{
    if (options->at != NULL && !waiver_is_date(options->at))
        cli_refuse("--at '%s': give a date as 2026-12-31", options->at);
    for (size_t i = 0; i < options->check.images.count; i++)
        if (!digest_is_text(options->check.images.items[i]))
            cli_refuse("--image-sha256 '%s': give 64 lower-case hexadecimal digits",
                       options->check.images.items[i]);
}

/* The rules in the certificate must be those that the reader knows under their name: who signs
 * could write others. */
static int check_rules(const struct options *options, struct certificate_report *report,
                       struct error **err)
{
    _cleanup_(programme_free_cleanup) struct programme *known = NULL;
    const struct programme *rules = report->judged_again.programme;
    _cleanup_error_ struct error *why = NULL;
    int code = 0;

    if (!report->judged)
        return 0;
    code = catalog_get_programme(options->programme != NULL ? options->programme : rules->name,
                                 &known, NULL, &why);
    if (code < 0 && (options->programme != NULL || code != -ENOENT)) {
        *err = steal_ptr(why);
        return code;
    }
    if (known == NULL)
        problems_add(&report->problems, PROBLEM_RULES, JUDGED_PROGRAMME,
                     "programme '%s' is not known here, so read what it demands, or name it with "
                     "--programme",
                     rules->name);
    else if (strcmp(known->file_sha256, rules->file_sha256) != 0)
        problems_add(&report->problems, PROBLEM_RULES, JUDGED_PROGRAMME,
                     "it is another edition of programme '%s' than the one here: compare the files",
                     known->name);
    return 0;
}

static const char *result_of(const struct certificate_report *report)
{
    return report->problems.count[PROBLEM_TAMPERED] > 0 ? "rejected"
           : report->problems.count[PROBLEM_OPEN] > 0   ? "not-confirmed"
                                                        : "valid";
}

/* NULL: no level is reached, or nothing can be relied on. */
static const char *level_of(const struct certificate_report *report)
{
    const struct programme_status *status = &report->judged_again.status;

    return report->judged && report->problems.count[PROBLEM_TAMPERED] == 0 && status->reached >= 0
               ? status->programme->levels.items[status->reached].id
               : NULL;
}

static void write_signatures(struct json_writer *to, const struct certificate_report *report)
{
    json_write_array(to, "signatures");
    vec_foreach (row, &report->signatures) {
        json_write_object(to, NULL);
        json_write_text(to, "file", row->file);
        json_write_text(to, "key", row->fingerprint);
        json_write_text(to, "signer", row->signer);
        json_write_end(to);
    }
    json_write_end(to);
}

static void write_problems(struct json_writer *to, const struct problems *problems)
{
    json_write_integer(to, "tampered", (int64_t)problems->count[PROBLEM_TAMPERED]);
    json_write_integer(to, "open", (int64_t)problems->count[PROBLEM_OPEN]);
    json_write_array(to, "problems");
    vec_foreach (row, &problems->rows) {
        json_write_object(to, NULL);
        json_write_text(to, "kind", problem_word(row->kind));
        json_write_text(to, "file", row->file);
        json_write_text(to, "text", row->text);
        json_write_end(to);
    }
    json_write_end(to);
}

/* What the records give, never what the certificate says. */
static void write_judged(struct json_writer *to, const struct certificate_report *report)
{
    const struct judged *judged = &report->judged_again;
    const char *until = report->read ? report->statement.valid_until : "";

    json_write_text(to, "programme", report->judged ? judged->programme->name : NULL);
    json_write_text(to, "programme_sha256", report->judged ? judged->programme->file_sha256 : NULL);
    json_write_text(to, "level", level_of(report));
    json_write_text(to, "suite", report->judged ? judged->status.suite : NULL);
    json_write_text(to, "system", report->judged ? judged->status.system : NULL);
    json_write_text(to, "run", report->judged ? judged->about->run.id : NULL);
    json_write_text(to, "valid_until", until[0] != '\0' ? until : NULL);
    json_write_text(to, "version", report->read ? report->statement.version : NULL);
    json_write_bool(to, "pages_compared", report->judged && report->exact);
    json_write_array(to, "cells");
    for (size_t i = 0; report->judged && i < judged->cells.count; i++) {
        const struct programme_column *column = &judged->status.columns.items[i];

        json_write_object(to, NULL);
        json_write_text(to, "image", column->image);
        json_write_text(to, "platform", column->platform);
        json_write_text(to, "grade", grade_name(column->grade));
        json_write_bool(to, "stand_in", column->stand_in);
        json_write_text(to, "verdict", verdict_name(judged->cells.items[i].judgement.verdict));
        json_write_end(to);
    }
    json_write_end(to);
}

static void print_json(const struct options *options, const struct certificate_report *report)
{
    _cleanup_(json_writer_done) struct json_writer to = {.sink = output_write_json};

    json_write_object(&to, NULL);
    json_write_format(&to, "touchstone-verify", 1);
    json_write_text(&to, "folder", options->check.folder);
    json_write_text(&to, "result", result_of(report));
    write_judged(&to, report);
    write_signatures(&to, report);
    json_write_integer(&to, "files", (int64_t)report->files);
    write_problems(&to, &report->problems);
    json_write_end(&to);
}

static void print_judged(const struct certificate_report *report)
{
    const struct judged *judged = &report->judged_again;
    _cleanup_free_ char *title = content_title(judged, LANGUAGE_EN);
    const char *until = report->statement.valid_until;

    cli_print("  %s\n  run %s, valid until %s, judged again from %zu %s\n", title,
              judged->about->run.id, until[0] != '\0' ? until : "(no end)", judged->chain.lines,
              text_plural(judged->chain.lines, "record", "records"));
    for (size_t i = 0; i < judged->cells.count; i++) {
        const struct programme_column *column = &judged->status.columns.items[i];

        cli_print("  %s on %s: %s, grade %s%s\n", column->image, column->platform,
                  verdict_name(judged->cells.items[i].judgement.verdict), grade_name(column->grade),
                  column->stand_in ? ", STAND-IN" : "");
    }
}

static void print_text(const struct options *options, const struct certificate_report *report)
{
    const struct problems *problems = &report->problems;

    cli_print("%s: %s\n", options->check.folder, result_of(report));
    if (report->judged && problems->count[PROBLEM_TAMPERED] == 0)
        print_judged(report);
    vec_foreach (row, &report->signatures)
        if (row->fingerprint != NULL)
            cli_print("  %s: key %s, %s\n", row->file, row->fingerprint,
                      row->signer != NULL ? row->signer : "not an allowed signer");
    cli_print("  %zu %s\n", report->files, text_plural(report->files, "file", "files"));
    vec_foreach (row, &problems->rows)
        cli_print("  %s: %s%s%s\n", problem_word(row->kind), row->file != NULL ? row->file : "",
                  row->file != NULL ? ": " : "", row->text);
    if (problems->count[0] + problems->count[1] > problems->rows.count)
        cli_print("  … and %zu more\n",
                  problems->count[0] + problems->count[1] - problems->rows.count);
    if (report->judged && problems->count[PROBLEM_TAMPERED] == 0)
        cli_print(
            "%s  The signature proves that nothing was changed after signing, not that the run "
            "was honest.\n",
            report->exact ? ""
                          : "  Another version of this program wrote it: its pages were not "
                            "compared with the records.\n");
}

static int exit_code(const struct certificate_report *report)
{
    return report->problems.count[PROBLEM_TAMPERED] > 0 ? EXIT_INCOMPATIBLE
           : report->problems.count[PROBLEM_OPEN] > 0   ? EXIT_NOT_ASSESSED
                                                        : EXIT_COMPATIBLE;
}

int cmd_verify(int argc, char **argv)
{
    struct options options = {.at = NULL};
    _cleanup_(certificate_report_done) struct certificate_report report = {.files = 0};
    struct error *err = NULL;
    int code;

    home_reads_only();
    cli_parse(argc, argv, set_option, &options);
    check_options(&options);
    code = prepare(&options, &err);
    if (code == 0)
        code = certificate_verify(&options.check, &report, &err);
    if (code == 0)
        code = check_rules(&options, &report, &err);
    strv_done(&options.files);
    strv_done(&options.check.images);
    strv_done(&options.check.products);
    if (code < 0)
        return cli_fail(err);
    if (options.json)
        print_json(&options, &report);
    else
        print_text(&options, &report);
    return exit_code(&report);
}
