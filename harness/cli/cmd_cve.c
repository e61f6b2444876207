/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone cve: what the imported advisories say of a product. */
#include <errno.h>
#include <string.h>

#include "advisory/match.h"
#include "advisory/write.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/json_write.h"
#include "base/path.h"
#include "base/translate.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "home/home.h"
#include "model/programme.h"
#include "sbom/sbom.h"
#include "store/advisories.h"

struct options {
    struct strv files;
    const char *vendor, *release;
    uint64_t days;
    bool json, all;
};

static void options_done(struct options *options)
{
    strv_done(&options->files);
}

static void set_option(void *input, enum option_id option, char *value)
{
    struct options *options = input;

    switch (option) {
    case OPTION_OS_ID:
        options->vendor = value;
        return;
    case OPTION_OS_VERSION:
        options->release = value;
        return;
    case OPTION_MAX_AGE:
        options->days = cli_number(option, value, 0, 36500);
        return;
    case OPTION_ALL:
        options->all = true;
        return;
    case OPTION_JSON:
        options->json = true;
        return;
    default:
        strv_add(&options->files, value);
    }
}

/* Without advisories nothing is known, which is an answer; what cannot be read is an error. */
static int match(const struct options *options, const struct sbom *sbom,
                 struct vulnerabilities *ret_found, struct error **err)
{
    _cleanup_(advisory_db_close_cleanup) struct advisory_db *db = NULL;
    _cleanup_error_ struct error *problem = NULL;
    const char *home = NULL;
    int code = home_folder(&home, err);

    if (code < 0)
        return code;
    code = advisory_db_open(home, false, &db, &problem);
    if (code < 0 && code != -ENOENT) {
        *err = steal_ptr(problem);
        return code;
    }
    return advisory_match(db, sbom, options->release, NULL, ret_found, err);
}

/* The data is too old to say that nothing is open; NULL: it is not. */
static char *stale(const struct options *options, const struct vulnerabilities *found)
{
    if (found->data.imported_ms == 0)
        return text_dup("no advisories were imported: 'touchstone advisories import' does");
    vec_foreach (cover, &found->covers) {
        int64_t days = advisory_cover_days(cover, clock_wall_ms());

        if (days > (int64_t)options->days)
            return text_format("the advisories of '%s' are %lld days old, more than %llu: import "
                               "newer ones",
                               cover->ecosystem, (long long)days,
                               (unsigned long long)options->days);
    }
    return NULL;
}

static void print_json(const struct sbom *sbom, const struct vulnerabilities *found,
                       const char *stale_reason)
{
    _cleanup_(json_writer_done) struct json_writer to = {.sink = output_write_json};

    advisory_write_json(&to, sbom, found, stale_reason);
}

static void print_row(const struct vulnerability *row)
{
    cli_print("%-12s %s", vulnerability_state_name(row->state), row->purl);
    if (row->advisory != NULL)
        cli_print("  %s%s%s%s", row->advisory, row->alias != NULL ? " (" : "",
                  row->alias != NULL ? row->alias : "", row->alias != NULL ? ")" : "");
    if (row->severity != NULL)
        cli_print(", %s", row->severity);
    if (row->fixed != NULL)
        cli_print(", fixed in %s", row->fixed);
    if (row->reason != NULL)
        cli_print(": %s", row->reason);
    cli_print("\n");
}

static void print_cover(const struct advisory_cover *cover)
{
    char newest[CLOCK_TEXT_SIZE], stated[CLOCK_TEXT_SIZE];

    clock_format(cover->newest_ms, newest);
    clock_format(cover->stated_ms, stated);
    cli_print("  %s: %zu %s, newest of %.10s; %s %.10s\n", cover->ecosystem, cover->count,
              text_plural(cover->count, "advisory", "advisories"),
              cover->newest_ms > 0 ? newest : "no date",
              cover->stated_ms > 0 ? "that they are complete was stated on"
                                   : "not stated to be complete",
              cover->stated_ms > 0 ? stated : "");
}

static void print_text(const struct options *options, const struct sbom *sbom,
                       const struct vulnerabilities *found, const char *stale_reason)
{
    vec_foreach (row, &found->rows)
        if (options->all || row->state <= VULNERABILITY_UNKNOWN)
            print_row(row);
    vec_foreach (gap, &sbom->gaps)
        cli_print("%-12s %s: %s\n", "not examined", gap->path, gap->reason);
    cli_print("%s: %zu %s:", sbom->name, found->components,
              ngettext("component", "components", found->components));
    for (int i = 0; i < VULNERABILITY_STATE_COUNT; i++)
        cli_print(" %zu %s%s", found->counts[i],
                  vulnerability_state_name((enum vulnerability_state)i),
                  i + 1 < VULNERABILITY_STATE_COUNT ? "," : "\n");
    if (stale_reason != NULL)
        cli_print("%s\n", stale_reason);
    else
        cli_print("%zu %s, newest of %s\n", found->data.count,
                  ngettext("advisory", "advisories", found->data.count),
                  found->data.newest != NULL ? found->data.newest : "no date");
    vec_foreach (cover, &found->covers)
        print_cover(cover);
}

int cmd_cve(int argc, char **argv)
{
    _cleanup_(options_done) struct options options = {.days = PROGRAMME_DAYS};
    _cleanup_(vulnerabilities_done) struct vulnerabilities found = {0};
    _cleanup_(sbom_done) struct sbom sbom = {0};
    _cleanup_free_ char *stale_reason = NULL;
    struct error *err = NULL;
    int code;

    home_reads_only();
    cli_parse(argc, argv, set_option, &options);
    code = sbom_read(path_base(options.files.items[0]), &options.files, NULL, options.vendor, &sbom,
                     &err);
    if (code == 0) {
        sbom_add_unstated(&sbom);
        code = match(&options, &sbom, &found, &err);
    }
    if (code < 0)
        return cli_fail(err);
    stale_reason = stale(&options, &found);
    if (options.json)
        print_json(&sbom, &found, stale_reason);
    else
        print_text(&options, &sbom, &found, stale_reason);
    if (found.counts[VULNERABILITY_AFFECTED] > 0)
        return EXIT_INCOMPATIBLE;
    return stale_reason != NULL || sbom.gaps.count > 0 || found.components == 0 ||
                   found.counts[VULNERABILITY_UNKNOWN] > 0
               ? EXIT_NOT_ASSESSED
               : EXIT_COMPATIBLE;
}
