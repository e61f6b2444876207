/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone certify: writes a signed certificate, or adds a signature to one. */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "base/path.h"
#include "catalog/programme.h"
#include "certificate/certificate.h"
#include "certificate/key.h"
#include "cli/certificate_reports.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/programme_load.h"
#include "home/home.h"
#include "judge/judge.h"

struct options {
    struct programme_request request;
    const char *key, *output, *valid_until, *identity, *subject, *add, *sm2_key;
    bool record;
};

static void set_option(void *input, enum option_id option, char *value)
{
    struct options *options = input;

    options->record |= option == OPTION_RECORD;
    programme_request_option(&options->request, option, value);
    if (option == OPTION_KEY)
        options->key = value;
    if (option == OPTION_OUTPUT)
        options->output = value;
    if (option == OPTION_VALID_UNTIL)
        options->valid_until = value;
    if (option == OPTION_IDENTITY)
        options->identity = value;
    if (option == OPTION_SUBJECT)
        options->subject = value;
    if (option == OPTION_SM2_KEY)
        options->sm2_key = value;
    if (option == OPTION_ADD_SIGNATURE)
        options->add = value;
}

/* It is printed as a part of commands. */
static bool is_identity(const char *text)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                  "@._+-";

    return text[0] != '\0' && text[0] != '-' && strlen(text) <= 200 &&
           text[strspn(text, letters)] == '\0';
}

static void check_options(const struct options *options)
{
    char today[WAIVER_DATE_SIZE];

    if (options->key == NULL)
        cli_refuse("name the SSH key to sign with by --key ('ssh-keygen -t ed25519 -f FILE' makes "
                   "one)");
    if (options->add != NULL)
        return;
    if (options->request.programmes.count != 1)
        cli_refuse("a certificate is of one programme: name it by --programme");
    if (options->output == NULL)
        cli_refuse("name the new folder by --output");
    if (options->identity != NULL && !is_identity(options->identity))
        cli_refuse("--identity '%s': use letters, digits and @ . _ + -, such as lab@example.com",
                   options->identity);
    waiver_date(clock_wall_ms(), today);
    if (options->valid_until != NULL && !waiver_is_date(options->valid_until))
        cli_refuse("--valid-until '%s': give a date as 2026-12-31", options->valid_until);
    if (options->valid_until != NULL && strcmp(options->valid_until, today) < 0)
        cli_refuse("--valid-until '%s' is in the past", options->valid_until);
}

static int add_signature(const struct options *options, struct error **err)
{
    struct certificate_check check = {.folder = options->add, .version = TOUCHSTONE_VERSION};
    _cleanup_free_ char *name = NULL;
    int code;

    check.trust.at_ms = clock_wall_ms();
    code = certificate_add_signature(&check, options->key, &name, err);
    if (code == 0)
        cli_print("%s/%s\n", options->add, name);
    return code;
}

/* What the certificate is about: the suite, and the images of its cells. */
static int fill_statement(const struct options *options, const struct programme_status *status,
                          const struct run_record *run, struct certificate_statement *to,
                          struct error **err)
{
    to->version = text_dup(TOUCHSTONE_VERSION);
    to->rules = JUDGE_RULES;
    to->created_ms = clock_wall_ms();
    to->identity = text_dup(options->identity);
    if (options->valid_until != NULL)
        memcpy(to->valid_until, options->valid_until, sizeof(to->valid_until));
    to->scope.suite = text_dup(status->suite);
    to->scope.state = run->state;
    to->scope.ended_ms = run->ended_ms;
    vec_foreach (column, &status->columns)
        if (!strv_has(&to->scope.images, column->image))
            strv_add(&to->scope.images, column->image);
    return options->subject != NULL ? catalog_load_subject(options->subject, &to->stated, err) : 0;
}

/* Says why the first level is not reached. */
static void explain(const struct programme_status *status)
{
    log_error("no level of programme '%s' is reached by suite '%s' on %s: nothing is certified "
              "(--record writes a record of the tests instead)",
              status->programme->name, status->suite, status->system);
    vec_foreach (note, &status->levels.items[0].missing) {
        _cleanup_free_ char *text = programme_note_text(note, LANGUAGE_EN);

        log_line(LOG_INFO, "%s: %s", status->programme->levels.items[0].id, text);
    }
}

/* Only ssh-keygen can use every key; of others, there is no attestation. */
static int load_keys(const struct options *options, struct key **ret_attest, struct key **ret_sm2,
                     struct error **err)
{
    _cleanup_free_ char *why = NULL;

    *ret_attest = key_load(options->key, &why);
    if (*ret_attest == NULL)
        log_info("key '%s': %s, so there is no in-toto attestation beside the signature",
                 options->key, why);
    if (options->sm2_key == NULL)
        return 0;
    *ret_sm2 = key_load_sm2(options->sm2_key, err);
    return *ret_sm2 != NULL ? 0 : (*err)->code;
}

static int certify(const struct options *options, struct programme_loaded *loaded, bool *ret_none,
                   struct error **err)
{
    _cleanup_(certificate_statement_done) struct certificate_statement statement = {.version =
                                                                                        NULL};
    const struct programme_status *status = NULL;
    _cleanup_(key_free_cleanup) struct key *attest_key = NULL, *sm2_key = NULL;
    struct certificate_reports reports = {.loaded = loaded, .stated = &statement.stated};
    struct certificate_request request = {.run = &loaded->report.matrix.run,
                                          .programme_path = NULL,
                                          .statement = &statement,
                                          .key = options->key,
                                          .folder = options->output,
                                          .add_reports = certificate_reports_write,
                                          .with = &reports};
    int code = programme_load(&options->request, loaded, err);

    if (code == 0)
        code = programme_choose(loaded, "a certificate", &status, err);
    if (code == 0 && status->reached < 0 && !options->record) {
        explain(status);
        *ret_none = true;
        return 0;
    }
    if (code == 0)
        code = fill_statement(options, status, request.run, &statement, err);
    if (code < 0)
        return code;
    code = load_keys(options, &attest_key, &sm2_key, err);
    if (code < 0)
        return code;
    statement.attested = attest_key != NULL;
    request.attest_key = attest_key;
    request.sm2_key = sm2_key;
    request.store = loaded->store;
    request.home = loaded->report.home;
    request.status = reports.status = status;
    request.programme_path = loaded->paths.items[0];
    code = certificate_make(&request, err);
    if (code < 0)
        return code;
    cli_print("%s\n", options->output);
    log_info("%s: '%s' of run '%s', %s; 'touchstone verify %s --signers FILE' verifies it",
             status->reached < 0 ? "record of tests" : "certificate", status->programme->name,
             request.run->id,
             status->reached < 0 ? "no level reached"
                                 : status->programme->levels.items[status->reached].id,
             options->output);
    return 0;
}

int cmd_certify(int argc, char **argv)
{
    struct options options = {.request = {.run = "latest"}};
    _cleanup_(programme_loaded_done) struct programme_loaded loaded = {.store = NULL};
    struct error *err = NULL;
    bool none = false;
    int code;

    home_reads_only();
    cli_parse(argc, argv, set_option, &options);
    check_options(&options);
    code = options.add != NULL ? add_signature(&options, &err)
                               : certify(&options, &loaded, &none, &err);
    programme_request_done(&options.request);
    return code < 0 ? cli_fail(err) : none ? EXIT_INCOMPATIBLE : EXIT_COMPATIBLE;
}
