/* SPDX-License-Identifier: Apache-2.0 */
#include "virus/scan.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/path.h"
#include "base/process.h"
#include "virus/parts.h"

#define TIME_MAX_MS (INT64_C(2) * 3600 * 1000)
#define OUTPUT_MAX (16 << 20)

void virus_report_done(struct virus_report *report)
{
    vec_foreach (row, &report->found) {
        free(row->path);
        free(row->name);
    }
    vec_done(&report->found);
    strv_done(&report->open);
    free(report->engine);
}

/* The scanner's own limits would skip large files silently. Archives were unpacked here. */
static void run_scanner(const char *database, const struct unpacked *unpacked,
                        struct virus_report *report)
{
    _cleanup_free_ char *base = text_format("--database=%s", database);
    const char *const argv[] = {"clamscan",
                                base,
                                "--recursive",
                                "--infected",
                                "--stdout",
                                "--scan-archive=no",
                                "--max-filesize=2000M",
                                "--max-scansize=4000M",
                                "--alert-exceeds-max=yes",
                                unpacked->work,
                                NULL};
    struct process_spec spec = PROCESS_SPEC_INIT;
    _cleanup_(process_output_done) struct process_output output = {0};
    _cleanup_error_ struct error *problem = NULL;
    int code;

    spec.argv = argv;
    spec.die_with_parent = true;
    code = process_run(&spec, TIME_MAX_MS, OUTPUT_MAX, &output, &problem);
    if (code == -ENOENT)
        strv_add(&report->open, "clamscan is not installed on this host");
    else if (code < 0)
        strv_add(&report->open, error_message(problem));
    if (code < 0)
        return;
    virus_read_output(unpacked, output.out.data != NULL ? output.out.data : "", report);
    if (output.truncated)
        strv_add(&report->open, "clamscan printed more than is read");
    if (!output.exit.exited || output.exit.code > 1)
        strv_take(&report->open,
                  text_format("clamscan ended with %s %d",
                              output.exit.exited ? "exit code" : "signal", output.exit.code));
}

int64_t virus_signatures_days(const struct virus_report *report)
{
    return report->signatures_ms > 0 ? (clock_wall_ms() - report->signatures_ms) / CLOCK_DAY_MS : -1;
}

void virus_check_signatures(struct virus_report *report, uint64_t least, uint64_t days)
{
    int64_t have = virus_signatures_days(report);

    if (report->signatures < least)
        strv_take(&report->open,
                  text_format("the database has %llu %s; a complete one has at least %llu",
                              (unsigned long long)report->signatures,
                              text_plural(report->signatures, "signature", "signatures"),
                              (unsigned long long)least));
    if (have < 0)
        strv_add(&report->open, "the folder has no signatures whose date is known");
    else if (have > (int64_t)days)
        strv_take(&report->open, text_format("the signatures are %lld days old", (long long)have));
}

int virus_scan(const char *database, const struct strv *inputs, const struct strv *without,
               const char *work, struct virus_report *ret_report, struct error **err)
{
    struct virus_report report = {.signatures_ms = virus_signatures_ms(database)};
    struct unpacked unpacked = {.work = work};
    int code = path_make_folders(work, true, err);

    for (size_t i = 0; code == 0 && i < inputs->count; i++)
        code = virus_unpack(&unpacked, inputs->items[i], without, &report, err);
    if (code == 0 && unpacked.paths.count == unpacked.empty)
        strv_add(&report.open, "there is no file to scan");
    else if (code == 0)
        run_scanner(database, &unpacked, &report);
    path_remove_tree(work, NULL);
    strv_done(&unpacked.paths);
    if (code < 0)
        virus_report_done(&report);
    else
        *ret_report = report;
    return code;
}
