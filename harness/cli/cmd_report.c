/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone report: writes a run in one of the formats of reports/. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/log.h"
#include "base/path.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/image_map.h"
#include "cli/report_inputs.h"
#include "cli/view_choice.h"
#include "cli/waivers.h"
#include "home/home.h"
#include "reports/format.h"
#include "reports/report.h"
#include "store/store.h"

struct options {
    const char *run, *format, *output, *language, *print, *waivers, *baseline;
    struct image_map images; /* points into argv */
    bool strict, formats;
};

static void set_option(void *input, enum option_id option, char *value)
{
    struct options *options = input;

    switch (option) {
    case OPTION_FORMAT:
        options->format = value;
        return;
    case OPTION_OUTPUT:
        options->output = value;
        return;
    case OPTION_LANG:
        options->language = value;
        return;
    case OPTION_PRINT:
        options->print = value;
        return;
    case OPTION_WAIVERS:
        options->waivers = value;
        return;
    case OPTION_BASELINE:
        options->baseline = value;
        return;
    case OPTION_MAP:
        image_map_add(&options->images, value);
        return;
    case OPTION_STRICT:
        options->strict = true;
        return;
    case OPTION_JSON:
        options->format = "json";
        return;
    case OPTION_SITE:
        options->format = "site";
        options->output = value;
        return;
    case OPTION_FORMATS:
        options->formats = true;
        return;
    default:
        options->run = value;
    }
}

static int list_formats(void)
{
    for (const struct report_format *const *at = report_formats; *at != NULL; at++)
        cli_print("%-10s %-14s %s\n", (*at)->name, (*at)->ending, (*at)->summary);
    return EXIT_COMPATIBLE;
}

static int choose_format(const struct options *options, const struct report_format **ret_format,
                         struct error **err)
{
    const struct report_format *format = NULL;
    struct strv known = {0};
    char *list;
    int code;

    if (options->format != NULL)
        format = report_format_find(options->format);
    else if (options->output != NULL)
        format = report_format_of_file(options->output);
    if (format == NULL && options->format == NULL)
        format = report_format_find("html");
    if (format != NULL) {
        *ret_format = format;
        return 0;
    }
    for (const struct report_format *const *at = report_formats; *at != NULL; at++)
        strv_add(&known, (*at)->name);
    list = strv_join(&known, ", ");
    code =
        error_set(err, -EINVAL, "unknown report format '%s': use one of %s", options->format, list);
    free(list);
    strv_done(&known);
    return code;
}

static int load(const struct options *options, struct store **ret_store, struct waivers *waivers,
                struct report *ret_report, struct error **err)
{
    _cleanup_free_ char *run_id = NULL;
    const char *home = NULL;
    int code = waivers_load(options->waivers, waivers, err);

    if (code == 0)
        code = home_folder(&home, err);
    if (code == 0)
        code = store_open(home, ret_store, err);
    if (code == 0)
        code = store_find_run(*ret_store, options->run, &run_id, err);
    if (code == 0)
        code = report_load(*ret_store, home, run_id, waivers, ret_report, err);
    if (code < 0)
        return code;
    waivers_warn(options->waivers, waivers);
    report_inputs_load(ret_report);
    return 0;
}

static int write_to(FILE *out, const struct report_format *format, const struct report *report,
                    const char *name, struct error **err)
{
    errno = 0;
    format->write(report, out);
    if ((*err = report_error(report)) != NULL)
        return (*err)->code;
    if (fflush(out) != 0 || ferror(out))
        return error_set_errno(err, errno > 0 ? -errno : -EIO, "cannot write the report to %s",
                               name);
    return 0;
}

/* A file appears complete or not at all; an existing file that is not a regular file (a pipe) is
 * written directly. */
static int write_file(const char *path, const struct report_format *format,
                      const struct report *report, struct error **err)
{
    struct stat there;
    bool special = stat(path, &there) == 0 && !S_ISREG(there.st_mode);
    _cleanup_free_ char *name = text_format("'%s'", path);
    _cleanup_free_ char *draft = text_format("%s.XXXXXX", path);
    _cleanup_fclose_ FILE *out = NULL;
    int fd = special ? open(path, O_WRONLY | O_CLOEXEC) : mkostemp(draft, O_CLOEXEC);
    int code = 0;

    if (fd < 0)
        return error_set_errno(err, -errno, "cannot write the report to '%s'", path);
    if (!special && fchmod(fd, 0644) < 0)
        code = error_set_errno(err, -errno, "cannot write the report to '%s'", path);
    out = fdopen(fd, "w");
    if (out == NULL) {
        close(fd);
        code = error_set_errno(err, -errno, "cannot write the report to '%s'", path);
    }
    if (code == 0)
        code = write_to(out, format, report, name, err);
    if (code == 0 && !special && (fsync(fd) < 0 || rename(draft, path) < 0))
        code = error_set_errno(err, -errno, "cannot write the report to '%s'", path);
    if (code < 0 && !special)
        unlink(draft);
    return code;
}

/* The same for a format that is a folder: it must not exist yet. */
static int write_folder(const char *path, const struct report_format *format,
                        const struct report *report, struct error **err)
{
    _cleanup_free_ char *draft = text_format("%s.XXXXXX", path);
    int code = 0;

    if (path_exists(path))
        return error_set(err, -EEXIST, "'%s' exists already: name a new folder for the report",
                         path);
    if (mkdtemp(draft) == NULL)
        return error_set_errno(err, -errno, "cannot write the report to '%s'", path);
    if (chmod(draft, 0755) < 0)
        code = error_set_errno(err, -errno, "cannot write the report to '%s'", path);
    if (code == 0)
        code = format->write_folder(report, draft, err);
    if (code == 0 && (*err = report_error(report)) != NULL)
        code = (*err)->code;
    if (code == 0)
        code = path_rename_new(draft, path, err);
    if (code < 0)
        path_remove_tree(draft, NULL);
    return code;
}

static enum report_print print_of(const char *word)
{
    for (enum report_print print = 0; print < REPORT_PRINT_COUNT; print++)
        if (strcmp(report_print_words[print], word) == 0)
            return print;
    return REPORT_PRINT_FAILING; /* the table of options has only these */
}

static int check_output(const struct options *options, const struct report_format *format,
                        struct error **err)
{
    bool standard = options->output == NULL || strcmp(options->output, "-") == 0;

    if ((options->baseline != NULL || options->images.count > 0) &&
        strcmp(format->name, "markdown") != 0)
        return error_set(err, -EINVAL,
                         "--baseline: only the format markdown compares with a baseline, not '%s'; "
                         "'touchstone diff' and 'gate' do, too",
                         format->name);
    if (options->print != NULL && strcmp(format->name, "html") != 0 &&
        strcmp(format->name, "site") != 0)
        return error_set(err, -EINVAL,
                         "--print: only the formats html and site have details that paper unfolds, "
                         "not '%s'",
                         format->name);
    if (options->baseline == NULL && options->images.count > 0)
        return error_set(err, -EINVAL, "--map: there is no --baseline whose images it could map");
    if (standard && format->write == NULL)
        return error_set(err, -EINVAL, "the format '%s' is a folder: name it with --output",
                         format->name);
    return 0;
}

/* What changed since the baseline, with the same waivers. */
static int compare(const struct options *options, struct store *store, struct waivers *waivers,
                   struct report *report, struct run_diff *diff, struct error **err)
{
    int code;

    if (options->baseline == NULL)
        return 0;
    code = view_choice_diff(store, options->baseline, report->matrix.run.id, options->images.items,
                            options->images.count, waivers, diff, err);
    if (code == 0)
        report->baseline = diff;
    return code;
}

static int make(const struct options *options, struct error **err)
{
    _cleanup_(run_diff_done) struct run_diff diff = {.compared = 0};
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_(waivers_done) struct waivers waivers = {.rows = {0}};
    _cleanup_(report_done) struct report report = {0};
    const struct report_format *format = NULL;
    enum language language = LANGUAGE_EN;
    int code = choose_format(options, &format, err);

    if (code == 0 && options->language != NULL && !language_parse(options->language, &language))
        code = error_set(err, -EINVAL, "unknown report language '%s': use en or zh",
                         options->language);
    if (code == 0)
        code = check_output(options, format, err);
    if (code == 0)
        code = load(options, &store, &waivers, &report, err);
    if (code == 0)
        code = compare(options, store, &waivers, &report, &diff, err);
    if (code < 0)
        return code;
    report.language = language;
    report.strict = options->strict;
    report.print = options->print != NULL ? print_of(options->print) : REPORT_PRINT_FAILING;
    if (options->output == NULL || strcmp(options->output, "-") == 0) {
        format->write(&report, stdout);
        *err = report_error(&report);
        return *err != NULL ? (*err)->code : 0;
    }
    code = format->write != NULL ? write_file(options->output, format, &report, err)
                                 : write_folder(options->output, format, &report, err);
    if (code == 0)
        log_info("run %s as %s: %s", report.matrix.run.id, format->name, options->output);
    return code;
}

int cmd_report(int argc, char **argv)
{
    struct options options = {.run = "latest"};
    struct error *err = NULL;
    int code;

    home_reads_only();
    cli_parse(argc, argv, set_option, &options);
    if (options.formats)
        return list_formats();
    code = make(&options, &err);
    vec_done(&options.images);
    if (code < 0)
        return cli_fail(err);
    return EXIT_COMPATIBLE;
}
