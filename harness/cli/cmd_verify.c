/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone verify: verifies a certificate. */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json_write.h"
#include "base/translate.h"
#include "certificate/attest.h"
#include "certificate/recheck.h"
#include "cli/certificate_result.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "home/home.h"

struct options {
    struct certificate_check check;
    struct strv files, rechecks;
    const char *at, *programme;
    bool json;
};

static void set_option(void *input, enum option_id option, char *value)
{
    struct options *options = input;

    options->json |= option == OPTION_JSON;
    if (option == OPTION_SIGNERS)
        options->check.trust.signers = value;
    if (option == OPTION_SM2_SIGNERS)
        options->check.sm2_signers = value;
    if (option == OPTION_REVOKED)
        options->check.trust.revoked = value;
    if (option == OPTION_RECHECK)
        strv_add(&options->rechecks, value);
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

static int prepare(struct options *options, struct error **err)
{
    options->check.version = TOUCHSTONE_VERSION;
    options->check.trust.at_ms = certificate_time(options->at);
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
    certificate_check_date(options->at);
    for (size_t i = 0; i < options->check.images.count; i++)
        if (!digest_is_text(options->check.images.items[i]))
            cli_refuse("--image-sha256 '%s': give 64 lower-case hexadecimal digits",
                       options->check.images.items[i]);
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
    const struct judged *judged = &report->judged_again, nothing = {.programme = NULL};
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
    content_write_cells(report->judged ? judged : &nothing, to);
}

static void write_sm2(struct json_writer *to, const struct sm2_report *sm2)
{
    if (!sm2->present) {
        json_write_null(to, "sm2");
        return;
    }
    json_write_object(to, "sm2");
    json_write_text(to, "key_sha256", sm2->fingerprint);
    json_write_bool(to, "good", sm2->good);
    json_write_bool(to, "allowed", sm2->allowed);
    json_write_end(to);
}

/* What another laboratory found. */
static void write_rechecks(struct json_writer *to, const struct recheck_reports *rechecks)
{
    json_write_array(to, "rechecks");
    vec_foreach (row, rechecks) {
        const struct recheck *recheck = &row->recheck;

        json_write_object(to, NULL);
        json_write_text(to, "key", row->signature.fingerprint);
        json_write_text(to, "signer", row->signature.signer);
        json_write_text(to, "seed", row->read ? recheck->seed : NULL);
        json_write_text(to, "version", row->read ? recheck->version : NULL);
        for (enum agreement agreement = 0; agreement < AGREEMENT_COUNT; agreement++)
            json_write_integer(to, agreement_words.names[agreement],
                               (int64_t)recheck_count(recheck, agreement));
        json_write_end(to);
    }
    json_write_end(to);
}

static void print_json(const struct options *options, const struct certificate_report *report,
                       const struct recheck_reports *rechecks)
{
    _cleanup_(json_writer_done) struct json_writer to = {.sink = output_write_json};

    json_write_object(&to, NULL);
    json_write_format(&to, "touchstone-verify", 1);
    json_write_text(&to, "folder", options->check.folder);
    json_write_text(&to, "result", certificate_result(report));
    write_judged(&to, report);
    write_signatures(&to, report);
    json_write_bool(&to, "attested", report->attested);
    write_sm2(&to, &report->sm2);
    write_rechecks(&to, rechecks);
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
              ngettext("record", "records", judged->chain.lines));
    for (size_t i = 0; i < judged->cells.count; i++) {
        const struct programme_column *column = &judged->status.columns.items[i];

        cli_print("  %s on %s: %s, grade %s%s\n", column->image, column->platform,
                  verdict_name(judged->cells.items[i].judgement.verdict), grade_name(column->grade),
                  column->stand_in ? ", STAND-IN" : "");
    }
}

static void print_recheck(const struct recheck_report *report)
{
    const struct recheck *recheck = &report->recheck;

    if (!report->read)
        return;
    cli_print("  recheck by %s, seed %s:",
              report->signature.signer != NULL ? report->signature.signer : "an unknown key",
              recheck->seed);
    for (enum agreement agreement = AGREEMENT_COUNT; agreement-- > 0;)
        cli_print("%s %s %zu", agreement == AGREES ? "" : ",", agreement_words.names[agreement],
                  recheck_count(recheck, agreement));
    cli_print("\n");
    vec_foreach (cell, &recheck->cells)
        if (cell->agreed.agreement == AGREES_LOWER)
            cli_print("    %s/%s: in a guest of grade %s; what grade %s proves was not rechecked\n",
                      cell->image, cell->platform, grade_name(cell->agreed.here),
                      grade_name(cell->agreed.certified));
}

static void print_text(const struct options *options, const struct certificate_report *report,
                       const struct recheck_reports *rechecks)
{
    const struct problems *problems = &report->problems;

    cli_print("%s: %s\n", options->check.folder, certificate_result(report));
    if (report->judged && problems->count[PROBLEM_TAMPERED] == 0)
        print_judged(report);
    vec_foreach (row, &report->signatures)
        if (row->fingerprint != NULL)
            cli_print("  %s: key %s, %s\n", row->file, row->fingerprint,
                      row->signer != NULL ? row->signer : "not an allowed signer");
    cli_print("  %zu %s\n", report->files, ngettext("file", "files", report->files));
    if (report->attested)
        cli_print("  " ATTEST_FILE ": in-toto Statement, signed with the same key\n");
    if (report->sm2.good)
        cli_print("  " SM2_SIGNATURE ": SM2, " SM2_KEY " with SHA-256 %s, %s\n",
                  report->sm2.fingerprint,
                  report->sm2.allowed ? "an allowed key" : "whose it is was not checked");
    vec_foreach (row, rechecks)
        print_recheck(row);
    certificate_print_problems(problems);
    if (report->judged && problems->count[PROBLEM_TAMPERED] == 0)
        cli_print(
            "%s  The signature proves that nothing was changed after signing, not that the run "
            "was honest.\n",
            report->exact ? ""
                          : "  Another version of this program wrote it: its pages were not "
                            "compared with the records.\n");
}

/* What rechecks signed; their problems are those of the certificate. */
static int check_rechecks(const struct options *options, struct certificate_report *report,
                          struct recheck_reports *ret_rechecks, struct error **err)
{
    int code = 0;

    for (size_t i = 0; code == 0 && i < options->rechecks.count; i++)
        code = recheck_verify(options->rechecks.items[i], &options->check.trust, report,
                              vec_add(ret_rechecks), err);
    return code;
}

int cmd_verify(int argc, char **argv)
{
    struct options options = {.at = NULL};
    _cleanup_(recheck_reports_done) struct recheck_reports rechecks = {0};
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
        code = certificate_check_rules(options.programme, &report, &err);
    if (code == 0)
        code = check_rechecks(&options, &report, &rechecks, &err);
    strv_done(&options.files);
    strv_done(&options.rechecks);
    strv_done(&options.check.images);
    strv_done(&options.check.products);
    if (code < 0)
        return cli_fail(err);
    if (options.json)
        print_json(&options, &report, &rechecks);
    else
        print_text(&options, &report, &rechecks);
    return certificate_exit_code(&report);
}
