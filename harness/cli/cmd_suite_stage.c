/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone suite stage: downloads the packages that a suite's product lacks on an image. */
#include <stdio.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"
#include "base/log.h"
#include "base/translate.h"
#include "catalog/get.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "stage/stage.h"

struct options {
    const char *suite, *image;
    struct stage_options stage;
    struct strv repositories;
    bool json;
};

static void options_done(struct options *options)
{
    strv_done(&options->repositories);
}

static void set_option(void *input, enum option_id option, char *value)
{
    struct options *options = input;

    switch (option) {
    case OPTION_IMAGE:
        options->image = value;
        return;
    case OPTION_FROM:
        options->stage.folder = value;
        return;
    case OPTION_REPO:
        strv_add(&options->repositories, value);
        options->stage.repositories = &options->repositories;
        return;
    case OPTION_REFRESH:
        options->stage.refresh = true;
        return;
    case OPTION_JSON:
        options->json = true;
        return;
    default:
        options->suite = value;
    }
}

static int print_json(const struct suite *suite, const struct image *image,
                      const struct staged *staged)
{
    _cleanup_json_ json_t *json = json_object();
    json_t *packages = json_array();
    char when[CLOCK_TEXT_SIZE] = "";

    if (staged->resolved_ms > 0)
        clock_format(staged->resolved_ms, when);
    json_object_set_new(json, "suite", json_from_text(suite->name));
    json_object_set_new(json, "image", json_from_text(image->name));
    json_object_set_new(json, "release", json_from_text(staged->release));
    json_object_set_new(json, "source", json_from_text(staged->source));
    json_object_set_new(json, "note", json_from_text(staged->note));
    json_object_set_new(json, "resolved", when[0] != '\0' ? json_string(when) : json_null());
    json_object_set_new(json, "resolved_now", json_boolean(staged->resolved));
    json_object_set_new(json, "sha256", json_string(staged->sha256));
    json_object_set_new(json, "bytes", json_integer((json_int_t)staged->bytes));
    json_object_set_new(json, "packages", packages);
    vec_foreach (row, &staged->packages) {
        json_t *one = json_object();

        json_object_set_new(one, "name", json_from_text(row->name));
        json_object_set_new(one, "version", json_from_text(row->version));
        json_object_set_new(one, "arch", json_from_text(row->arch));
        json_object_set_new(one, "bytes", json_integer((json_int_t)row->size));
        json_object_set_new(one, "sha256", json_string(row->sha256));
        json_object_set_new(one, "path", json_from_text(row->path));
        json_array_append_new(packages, one);
    }
    return cli_print_json("touchstone-suite-stage", 1, json);
}

static int print_text(const struct suite *suite, const struct image *image,
                      const struct staged *staged)
{
    cli_print("%s on %s: %zu %s, %llu KiB (%s)\n", suite->name, image->name, staged->packages.count,
              ngettext("package", "packages", staged->packages.count),
              (unsigned long long)(staged->bytes + 1023) / 1024, staged->source);
    vec_foreach (row, &staged->packages)
        cli_print("  %-28s %-30s %-6s %8llu KiB\n", row->name, row->version, row->arch,
                  (unsigned long long)(row->size + 1023) / 1024);
    if (staged->packages.count > 0)
        cli_print("%s in %s\n", staged->resolved ? "kept" : "resolved before and still",
                  staged->pool);
    return EXIT_COMPATIBLE;
}

int cmd_suite_stage(int argc, char **argv)
{
    _cleanup_(suite_free_cleanup) struct suite *suite = NULL;
    _cleanup_(image_free_cleanup) struct image *image = NULL;
    _cleanup_(staged_free_cleanup) struct staged *staged = NULL;
    _cleanup_(options_done) struct options options = {0};
    struct error *err = NULL;
    int code;

    cli_parse(argc, argv, set_option, &options);
    if (options.image == NULL)
        return cli_usage("suite stage", "give the image to install on with --image IMAGE");
    code = catalog_get_suite(options.suite, &suite, NULL, &err);
    if (code == 0)
        code = catalog_get_image(options.image, &image, NULL, &err);
    if (code == 0)
        code = stage_packages(suite, image, &options.stage, &staged, &err);
    if (code < 0)
        return cli_fail(err);
    if (staged->note != NULL)
        log_warning("%s", staged->note);
    return options.json ? print_json(suite, image, staged) : print_text(suite, image, staged);
}
