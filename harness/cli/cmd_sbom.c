/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone sbom: what a product consists of. */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "base/path.h"
#include "catalog/get.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/sbom_cell.h"
#include "sbom/sbom.h"
#include "sbom/write.h"

struct options {
    struct strv files;
    const char *suite, *output, *vendor, *cell, *run;
    bool spdx;
};

static void options_done(struct options *options)
{
    strv_done(&options->files);
}

static void set_option(void *input, enum option_id option, char *value)
{
    struct options *options = input;

    switch (option) {
    case OPTION_SUITE:
        options->suite = value;
        return;
    case OPTION_OUTPUT:
        options->output = value;
        return;
    case OPTION_OS_ID:
        options->vendor = value;
        return;
    case OPTION_CELL:
        options->cell = value;
        return;
    case OPTION_RUN:
        options->run = value;
        return;
    case OPTION_FORMAT:
        options->spdx = strcmp(value, "spdx") == 0;
        return;
    default:
        strv_add(&options->files, value);
    }
}

/* The product's own files, which a suite's folder contains. */
static int add_suite(struct options *options, char **ret_name, struct error **err)
{
    _cleanup_(suite_free_cleanup) struct suite *suite = NULL;
    int code = catalog_get_suite(options->suite, &suite, NULL, err);
    char *files;

    if (code < 0)
        return code;
    files = path_join(suite->folder, "files");
    if (!path_is_folder(files)) {
        code = error_set(err, -EINVAL,
                         "suite '%s' has no folder 'files', so the product is not in it; name the "
                         "product's packages instead: 'touchstone suite stage' prints their paths",
                         suite->name);
        free(files);
        return code;
    }
    strv_take(&options->files, files);
    *ret_name = text_dup(suite->name);
    return 0;
}

static int write_out(const struct options *options, const struct sbom *sbom, struct error **err)
{
    _cleanup_(json_writer_done) struct json_writer writer = {0};

    if (options->output == NULL)
        writer.sink = output_write_json;
    if (options->spdx)
        sbom_write_spdx(&writer, sbom, TOUCHSTONE_VERSION);
    else
        sbom_write_cyclonedx(&writer, sbom, TOUCHSTONE_VERSION);
    return options->output == NULL
               ? 0
               : path_write_atomic(options->output, writer.text.data, writer.text.length, err);
}

static int read_cell(const struct options *options, struct sbom *ret_sbom, struct error **err)
{
    _cleanup_(sbom_cell_done) struct sbom_cell cell = {.suite = NULL};
    int code = sbom_cell_find(options->run, options->cell, &options->files, &cell, err);

    if (code == 0)
        code = sbom_read(cell.suite, &cell.files, NULL,
                         options->vendor != NULL ? options->vendor : cell.os_id, ret_sbom, err);
    if (code < 0)
        return code;
    ret_sbom->origin = steal_ptr(cell.origin);
    ret_sbom->time_s = cell.created_s;
    return 0;
}

static int read_files(struct options *options, struct sbom *ret_sbom, struct error **err)
{
    _cleanup_free_ char *name = NULL;
    int code = 0;

    if (options->suite != NULL)
        code = add_suite(options, &name, err);
    else
        name = text_dup(path_base(options->files.items[0]));
    return code == 0 ? sbom_read(name, &options->files, NULL, options->vendor, ret_sbom, err)
                     : code;
}

int cmd_sbom(int argc, char **argv)
{
    _cleanup_(options_done) struct options options = {.spdx = true};
    _cleanup_(sbom_done) struct sbom sbom = {0};
    struct error *err = NULL;
    int code;

    cli_parse(argc, argv, set_option, &options);
    if (options.cell != NULL ? options.suite != NULL : options.run != NULL)
        return cli_usage("sbom", "--run belongs to --cell, and --cell is given without --suite");
    if (options.cell == NULL && (options.suite != NULL) == (options.files.count > 0))
        return cli_usage("sbom", "give files, --suite SUITE or --cell CELL");
    code =
        options.cell != NULL ? read_cell(&options, &sbom, &err) : read_files(&options, &sbom, &err);
    if (code == 0)
        code = write_out(&options, &sbom, &err);
    if (code < 0)
        return cli_fail(err);
    log_line(LOG_INFO, "%s: %zu %s, %zu %s; %zu %s not examined", sbom.name, sbom.components.count,
             text_plural(sbom.components.count, "component", "components"), sbom.files.count,
             text_plural(sbom.files.count, "file", "files"), sbom.gaps.count,
             text_plural(sbom.gaps.count, "part was", "parts were"));
    return sbom.gaps.count > 0 ? EXIT_NOT_ASSESSED : EXIT_COMPATIBLE;
}
