/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the files that a run was planned with, by digest, from its folder. */
#include "cli/report_inputs.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "base/log.h"
#include "base/path.h"
#include "catalog/catalog.h"
#include "reports/report.h"
#include "run/folder.h"

/* Relative to the current home, which may have been moved. */
static char *copy_of(const struct report *report, const struct run_input *input)
{
    return text_format("%s/runs/%s/inputs/%s/%s", report->home, report->matrix.run.id,
                       input->sha256, path_base(input->path));
}

static int check_digest(const struct run_input *input, const char *path, struct error **err)
{
    char sha256[DIGEST_TEXT_SIZE];
    int code = run_folder_digest(path, sha256, err);

    if (code == 0 && strcmp(sha256, input->sha256) != 0)
        return error_set(err, -EBADMSG, "'%s' was changed: it has sha256 %s", path, sha256);
    return code;
}

static int load(struct report *report, const struct run_input *input, const char *path,
                struct error **err)
{
    int code = check_digest(input, path, err);

    if (code == 0 && strcmp(input->kind, "suite") == 0) {
        struct suite *suite = NULL;

        code = catalog_load_suite(path, &suite, err);
        if (code == 0)
            *vec_add(&report->suites) = suite;
    } else if (code == 0 && strcmp(input->kind, "platform") == 0) {
        struct platform *platform = NULL;

        code = catalog_load_platform(path, NULL, &platform, err);
        if (code == 0)
            *vec_add(&report->platforms) = platform;
    } else if (code == 0 && strcmp(input->kind, "image") == 0) {
        struct image *image = NULL;

        code = catalog_load_image(path, &image, err);
        if (code == 0)
            *vec_add(&report->images) = image;
    }
    return code;
}

void report_inputs_load(struct report *report)
{
    vec_foreach (input, &report->matrix.run.inputs) {
        _cleanup_free_ char *path = copy_of(report, input);
        _cleanup_error_ struct error *err = NULL;

        if (load(report, input, path, &err) < 0)
            log_warning("%s '%s': known by its name only, without titles and rules: %s",
                        input->kind, input->name, error_said(err));
    }
}
