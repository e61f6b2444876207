/* SPDX-License-Identifier: Apache-2.0 */
/* Looks for suite, image and platform. */
#include "cli/recheck_inputs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "catalog/catalog.h"
#include "catalog/find.h"
#include "home/home.h"
#include "model/image.h"
#include "run/folder.h"

void recheck_inputs_done(struct recheck_inputs *inputs)
{
    free(inputs->suite_folder);
    free(inputs->suite_why);
}

/* --- suite -------------------------------------------------------------------------------- */

static bool has_digest(const char *path, const char *sha256)
{
    char found[DIGEST_TEXT_SIZE];

    return path_exists(path) && run_folder_digest(path, found, NULL) == 0 &&
           strcmp(found, sha256) == 0;
}

/* The copy that a run makes of this folder has the digest: its built-in probes are in it. */
static bool becomes(const char *path, const struct plan *plan, const char *sha256)
{
    _cleanup_(suite_free_cleanup) struct suite *suite = NULL;
    char found[DIGEST_TEXT_SIZE];

    return catalog_load_suite_probed(path, plan->probes, &plan->measures, &suite, NULL) == 0 &&
           run_folder_suite_digest(suite, found, NULL) == 0 && strcmp(found, sha256) == 0;
}

/* A copy of an earlier run here; NULL: there is none. */
static char *find_copy(const char *home, const char *suite, const char *sha256)
{
    _cleanup_free_ char *runs = path_join(home, "runs");
    _cleanup_strv_ struct strv names = {0};

    if (path_list(runs, &names, NULL) < 0)
        return NULL;
    for (size_t i = 0; i < names.count; i++) {
        char *path = text_format("%s/%s/inputs/%s/%s", runs, names.items[i], sha256, suite);

        if (has_digest(path, sha256))
            return path;
        free(path);
    }
    return NULL;
}

int recheck_find_suite(struct recheck_inputs *inputs, struct error **err)
{
    const char *suite = inputs->judged->status.suite;
    const char *wanted = inputs->suite != NULL ? inputs->suite : suite;
    const struct run_input *input = run_find_input(&inputs->judged->about->run, "suite", suite);
    _cleanup_free_ char *folder = NULL;
    _cleanup_error_ struct error *why = NULL;
    const char *home = NULL;
    int code = home_folder(&home, err);

    if (code < 0)
        return code;
    if (input == NULL) {
        inputs->suite_why = text_dup("the certificate does not say what the suite was");
        return 0;
    }
    if (catalog_find_suite(wanted, &folder, &why) == 0 &&
        (has_digest(folder, input->sha256) ||
         becomes(folder, &inputs->judged->about->run.plan, input->sha256)))
        inputs->suite_folder = steal_ptr(folder);
    else
        inputs->suite_folder = find_copy(home, suite, input->sha256);
    if (inputs->suite_folder == NULL)
        inputs->suite_why =
            folder != NULL
                ? text_format("'%s' is not the suite '%s' with SHA-256 %s: name its folder with "
                              "--suite",
                              folder, suite, input->sha256)
                : text_format("suite '%s' with SHA-256 %s is not here: name its folder with "
                              "--suite",
                              suite, input->sha256);
    return 0;
}

/* --- image -------------------------------------------------------------------------------- */

static const char *digest_of(const struct image_file *file)
{
    return file->path != NULL ? file->sha256 : "";
}

/* The same files, started in the same way. */
static bool is_same(const struct image *a, const struct image *b)
{
    return strcmp(digest_of(&a->disk), digest_of(&b->disk)) == 0 &&
           strcmp(digest_of(&a->kernel), digest_of(&b->kernel)) == 0 &&
           strcmp(digest_of(&a->initrd), digest_of(&b->initrd)) == 0 && a->arch == b->arch &&
           a->boot == b->boot && text_equal(a->cmdline, b->cmdline) &&
           text_equal(a->firmware, b->firmware) && a->stand_in == b->stand_in;
}

/* Sets *ret_same if this registered image is the one; *ret_other: another disk under its name. */
static void try_image(const struct image *wanted, const char *name, bool *ret_same,
                      char **ret_other)
{
    _cleanup_(image_free_cleanup) struct image *image = NULL;
    _cleanup_free_ char *path = NULL;

    *ret_same = false;
    if (catalog_find_image(name, &path, NULL) < 0 || catalog_load_image(path, &image, NULL) < 0)
        return;
    *ret_same = is_same(image, wanted);
    if (!*ret_same && strcmp(name, wanted->name) == 0)
        *ret_other = text_dup(digest_of(&image->disk));
}

/* The image of the same name first. */
static int find_image(const struct image *wanted, struct recheck_cell *cell, struct error **err)
{
    _cleanup_free_ char *other = NULL;
    _cleanup_strv_ struct strv names = {0};
    int code;

    strv_add(&names, wanted->name);
    code = catalog_list_images(&names, err);
    if (code < 0)
        return code;
    for (size_t i = 0; i < names.count; i++) {
        bool same;

        if (i > 0 && strcmp(names.items[i], wanted->name) == 0)
            continue;
        try_image(wanted, names.items[i], &same, &other);
        if (same) {
            cell->image_here = text_dup(names.items[i]);
            return 0;
        }
    }
    if (other != NULL)
        agreed_obstruct(&cell->agreed, OBSTACLE_IMAGE,
                        "image '%s' here has the disk %s%s, and the certificate is about the disk "
                        "%s",
                        wanted->name, other,
                        strcmp(other, digest_of(&wanted->disk)) == 0 ? " but starts it otherwise"
                                                                     : "",
                        digest_of(&wanted->disk));
    else
        agreed_obstruct(&cell->agreed, OBSTACLE_IMAGE,
                        "no registered image has the disk with SHA-256 %s: add it with 'touchstone "
                        "image add'",
                        digest_of(&wanted->disk));
    return 0;
}

/* --- the rest ----------------------------------------------------------------------------- */

/* Part of the harness, and so within its version: a difference is named. */
static void note_difference(const struct recheck_inputs *inputs, const char *kind, const char *name,
                            const char *path, struct recheck_cell *cell)
{
    const struct run_input *input = run_find_input(&inputs->judged->about->run, kind, name);

    if (input != NULL && !has_digest(path, input->sha256))
        strv_take(&cell->differs, text_format("%s %s", kind, name));
}

static int find_platform(const struct recheck_inputs *inputs, struct recheck_cell *cell,
                         struct error **err)
{
    _cleanup_free_ char *path = NULL, *features = NULL;
    _cleanup_error_ struct error *why = NULL;
    int code = catalog_find_features(&features, err);

    if (code < 0)
        return code;
    if (catalog_find_platform(cell->platform, &path, &why) < 0) {
        agreed_obstruct(&cell->agreed, OBSTACLE_PLATFORM, "%s", error_message(why));
        return 0;
    }
    note_difference(inputs, "platform", cell->platform, path, cell);
    note_difference(inputs, "features", "features", features, cell);
    return 0;
}

int recheck_find_inputs(const struct recheck_inputs *inputs, struct recheck_cell *cell,
                        struct error **err)
{
    const struct image *image = judged_image(inputs->judged, cell->image);
    int code = find_platform(inputs, cell, err);

    if (code == 0 && image != NULL)
        code = find_image(image, cell, err);
    if (code < 0)
        return code;
    if (image == NULL)
        agreed_obstruct(&cell->agreed, OBSTACLE_IMAGE,
                        "the certificate does not say what image '%s' is", cell->image);
    if (inputs->suite_folder == NULL)
        agreed_obstruct(&cell->agreed, OBSTACLE_SUITE, "%s", inputs->suite_why);
    return 0;
}
