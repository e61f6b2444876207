/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone virus: scans a product with ClamAV and signatures of the user. */
#include <errno.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/json_write.h"
#include "base/path.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "home/home.h"
#include "model/programme.h"
#include "virus/scan.h"

struct options {
    struct strv files;
    const char *database;
    uint64_t least, days; /* of the signatures */
    bool json;
};

static void options_done(struct options *options)
{
    strv_done(&options->files);
}

static void set_option(void *input, enum option_id option, char *value)
{
    struct options *options = input;

    if (option == OPTION_CLAMAV_DB)
        options->database = value;
    else if (option == OPTION_MIN_SIGNATURES)
        options->least = cli_number(option, value, 1, UINT32_MAX);
    else if (option == OPTION_MAX_AGE)
        options->days = cli_number(option, value, 0, 36500);
    else if (option == OPTION_JSON)
        options->json = true;
    else
        strv_add(&options->files, value);
}

static int scan(const struct options *options, struct virus_report *ret_report, struct error **err)
{
    _cleanup_free_ char *database = NULL, *work = NULL;
    const char *home = NULL;
    int code = home_folder(&home, err);

    if (code < 0)
        return code;
    database = options->database != NULL ? text_dup(options->database) : path_join(home, "clamav");
    if (!path_is_folder(database))
        return error_set(err, -EINVAL,
                         "there is no folder '%s' with ClamAV's signatures: name one with "
                         "--clamav-db, such as /var/lib/clamav",
                         database);
    work = text_format("%s/virus.%ld", home, (long)getpid());
    return virus_scan(database, &options->files, NULL, work, ret_report, err);
}

static void print_json(const struct virus_report *report)
{
    _cleanup_(json_writer_done) struct json_writer to = {.sink = output_write_json};
    char time[CLOCK_TEXT_SIZE];

    clock_format(report->signatures_ms, time);
    json_write_object(&to, NULL);
    json_write_format(&to, "touchstone-virus", 1);
    json_write_text(&to, "engine", report->engine);
    json_write_integer(&to, "signatures", (int64_t)report->signatures);
    json_write_text(&to, "newest", report->signatures_ms > 0 ? time : NULL);
    json_write_integer(&to, "files", (int64_t)report->files);
    json_write_array(&to, "found");
    vec_foreach (row, &report->found) {
        json_write_object(&to, NULL);
        json_write_text(&to, "path", row->path);
        json_write_text(&to, "name", row->name);
        json_write_end(&to);
    }
    json_write_end(&to);
    json_write_array(&to, "open");
    for (size_t i = 0; i < report->open.count; i++)
        json_write_text(&to, NULL, report->open.items[i]);
    json_write_end(&to);
    json_write_end(&to);
}

static void print_text(const struct virus_report *report)
{
    char time[CLOCK_TEXT_SIZE];

    vec_foreach (row, &report->found)
        cli_print("infected  %s: %s\n", row->path, row->name);
    for (size_t i = 0; i < report->open.count; i++)
        cli_print("open      %s\n", report->open.items[i]);
    clock_format(report->signatures_ms, time);
    cli_print("%zu %s scanned, %zu infected; ClamAV %s, %llu signatures of %.10s\n", report->files,
              text_plural(report->files, "file", "files"), report->found.count,
              report->engine != NULL ? report->engine : "did not run",
              (unsigned long long)report->signatures, time);
}

int cmd_virus(int argc, char **argv)
{
    _cleanup_(options_done) struct options options = {.least = PROGRAMME_SIGNATURES,
                                                      .days = PROGRAMME_DAYS};
    _cleanup_(virus_report_done) struct virus_report report = {0};
    struct error *err = NULL;

    cli_parse(argc, argv, set_option, &options);
    if (scan(&options, &report, &err) < 0)
        return cli_fail(err);
    virus_check_signatures(&report, options.least, options.days);
    if (options.json)
        print_json(&report);
    else
        print_text(&report);
    return report.found.count > 0  ? EXIT_INCOMPATIBLE
           : report.open.count > 0 ? EXIT_NOT_ASSESSED
                                   : EXIT_COMPATIBLE;
}
