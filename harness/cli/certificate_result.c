/* SPDX-License-Identifier: Apache-2.0 */
/* The result of verifying a certificate. */
#include "cli/certificate_result.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "catalog/programme.h"
#include "cli/cli.h"

int certificate_check_rules(const char *programme, struct certificate_report *report,
                            struct error **err)
{
    _cleanup_(programme_free_cleanup) struct programme *known = NULL;
    const struct programme *rules = report->judged_again.programme;
    _cleanup_error_ struct error *why = NULL;
    int code = 0;

    if (!report->judged)
        return 0;
    code = catalog_get_programme(programme != NULL ? programme : rules->name, &known, NULL, &why);
    if (code < 0 && (programme != NULL || code != -ENOENT)) {
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

int64_t certificate_time(const char *date)
{
    struct tm day = {.tm_hour = 0};

    if (date == NULL)
        return clock_wall_ms();
    strptime(date, "%Y-%m-%d", &day);
    day.tm_hour = 12;
    return (int64_t)timegm(&day) * 1000;
}

void certificate_check_date(const char *date)
{
    if (date != NULL && !waiver_is_date(date))
        cli_refuse("--at '%s': give a date as 2026-12-31", date);
}

const char *certificate_result(const struct certificate_report *report)
{
    return report->problems.count[PROBLEM_TAMPERED] > 0 ? "rejected"
           : report->problems.count[PROBLEM_OPEN] > 0   ? "not-confirmed"
                                                        : "valid";
}

int certificate_exit_code(const struct certificate_report *report)
{
    return report->problems.count[PROBLEM_TAMPERED] > 0 ? EXIT_INCOMPATIBLE
           : report->problems.count[PROBLEM_OPEN] > 0   ? EXIT_NOT_ASSESSED
                                                        : EXIT_COMPATIBLE;
}

void certificate_print_problems(const struct problems *problems)
{
    vec_foreach (row, &problems->rows)
        cli_print("  %s: %s%s%s\n", problem_word(row->kind), row->file != NULL ? row->file : "",
                  row->file != NULL ? ": " : "", row->text);
    if (problems->count[0] + problems->count[1] > problems->rows.count)
        cli_print("  … and %zu more\n",
                  problems->count[0] + problems->count[1] - problems->rows.count);
}
