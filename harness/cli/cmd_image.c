/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone image: the registered OS images, and whether their files are unchanged. */
#include <inttypes.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"
#include "base/log.h"
#include "catalog/catalog.h"
#include "catalog/find.h"
#include "catalog/get.h"
#include "catalog/image_check.h"
#include "catalog/register.h"
#include "cli/catalog_json.h"
#include "cli/catalog_list.h"
#include "cli/catalog_options.h"
#include "cli/cli.h"
#include "cli/cmd_image.h"
#include "cli/columns.h"
#include "cli/commands.h"
#include "home/budget.h"
#include "home/home.h"
#include "home/saved_state.h"

#define _cleanup_image_ _cleanup_(image_free_cleanup)

/* The image with "state": null if its files have the registered stamps, else the reason. */
static json_t *with_state(const struct image *image, const struct error *state)
{
    json_t *object = catalog_json_image(image);

    json_object_set_new(object, "trouble",
                        state != NULL ? json_from_text(error_message(state)) : json_null());
    return object;
}

static void add_row(struct columns *columns, const struct image *image, bool good)
{
    _cleanup_free_ char *os = text_format("%s %s", image->os_id, image->os_version);
    _cleanup_free_ char *size = text_format("%" PRIu64 " MB", image->disk.stamp.size / 1000000);

    columns_add(columns, image->name);
    columns_add(columns, arch_name(image->arch));
    columns_add(columns, os);
    columns_add(columns, boot_kind_name(image->boot));
    columns_add(columns, size);
    columns_add(columns, good ? "ok" : "CHANGED");
    columns_add(columns, image->title);
}

static int add_image(const char *name, bool json, void *context, struct columns *columns,
                     json_t *array, struct error **err)
{
    _cleanup_image_ struct image *image = NULL;
    _cleanup_error_ struct error *state = NULL;
    int code = catalog_get_image(name, &image, NULL, err);

    (void)context;
    if (code < 0)
        return code;
    catalog_check_image_stamp(image, &state);
    json_array_append_new(array, with_state(image, state));
    add_row(columns, image, state == NULL);
    if (state != NULL && !json)
        log_warning("%s", error_said(state));
    return 0;
}

static int list(const struct catalog_options *options, struct error **err)
{
    static const char *const headings[] = {"NAME", "ARCH", "OS", "BOOT", "DISK", "FILES", "TITLE"};
    const struct catalog_listing listing = {
        "images", "touchstone-image-list", headings, 7, add_image, NULL};
    _cleanup_strv_ struct strv names = {0};
    int code = catalog_list_images(&names, err);

    if (code < 0)
        return code;
    if (names.count == 0 && !options->json)
        log_info("no image is registered: register one with 'touchstone image add', or build "
                 "stand-ins with scripts/build-guest");
    return catalog_list(&listing, &names, options->json);
}

int cmd_image_list(int argc, char **argv)
{
    home_reads_only();
    return catalog_command(argc, argv, list);
}

static void print_line(const char *label, const char *text)
{
    _cleanup_buffer_ struct buffer printable = {0};

    if (text == NULL)
        return;
    buffer_printable(&printable, text, strlen(text), false);
    cli_print("%-12s%s\n", label, printable.length > 0 ? printable.data : "");
}

static void print_file(const char *label, const struct image_file *file)
{
    print_line(label, file->path);
    if (file->path != NULL)
        cli_print("%-12ssha256 %s, %" PRIu64 " bytes\n", "", file->sha256, file->stamp.size);
}

static void print_entry_methods(const struct image *image)
{
    _cleanup_buffer_ struct buffer text = {0};

    vec_foreach (entry_method, &image->entry_methods)
        buffer_format(&text, "%s%s", text.length > 0 ? ", " : "", entry_method_name(*entry_method));
    if (image->login_user != NULL)
        buffer_format(&text, " as %s%s", image->login_user,
                      image->login_file == NULL ? ", without a password" : "");
    print_line("entered by", text.data);
}

void image_print(const struct image *image)
{
    _cleanup_free_ char *os = text_format("%s %s", image->os_id, image->os_version);

    print_line("image", image->name);
    print_line("title", image->title);
    if (image->stand_in)
        print_line("stand-in", "yes: built from a distribution's packages in a product's place");
    print_line("arch", arch_name(image->arch));
    print_line("os", os);
    print_line("kernel is", image->kernel_release);
    if (image->page_size != 0)
        cli_print("%-12s%" PRIu32 " bytes\n", "pages", image->page_size);
    print_line("boot", image->boot == BOOT_KERNEL ? "kernel and initrd below"
                                                  : "the disk's own boot loader");
    print_line("firmware", image->firmware);
    print_entry_methods(image);
    print_line("format", disk_format_name(image->format));
    print_file("disk", &image->disk);
    print_file("kernel", &image->kernel);
    print_file("initrd", &image->initrd);
    print_line("cmdline", image->cmdline);
    print_line("packages", image->package_family);
    print_file("", &image->packages);
    for (size_t i = 0; i < image->repositories.count; i++)
        print_line(i == 0 ? "repositories" : "", image->repositories.items[i]);
}

/* The saved states of its guests, as rows, or printed if rows is NULL. */
static void add_states(const char *name, json_t *rows)
{
    _cleanup_(saved_states_done) struct saved_states states = {0};
    _cleanup_error_ struct error *err = NULL;
    const char *home;

    if (home_folder(&home, &err) < 0 || saved_state_list(home, &states, &err) < 0) {
        log_warning("%s", error_said(err));
        return;
    }
    vec_foreach (state, &states.rows) {
        char used[CLOCK_TEXT_SIZE];

        if (!text_equal(state->image, name))
            continue;
        clock_format(state->used_ms, used);
        if (rows != NULL)
            json_array_append_new(rows, json_pack("{s:s, s:s, s:s, s:s, s:I, s:s}", "key",
                                                  state->key, "platform", state->platform,
                                                  "accelerator", state->accel, "way",
                                                  entry_method_name(state->entry_method), "bytes",
                                                  (json_int_t)state->bytes, "used", used));
        else {
            _cleanup_free_ char *size = budget_format(state->bytes);
            _cleanup_free_ char *text = text_format(
                "%.12s on %s (%s), entered by %s, %s, last used %s", state->key, state->platform,
                state->accel, entry_method_name(state->entry_method), size, used);

            print_line("saved state", text);
        }
    }
}

static int show(const struct catalog_options *options, struct error **err)
{
    const char *name = options->words.items[0];
    _cleanup_image_ struct image *image = NULL;
    _cleanup_error_ struct error *state = NULL;
    _cleanup_json_ json_t *object = NULL;
    _cleanup_free_ char *path = NULL;
    int code = catalog_get_image(name, &image, &path, err);

    if (code < 0)
        return code;
    catalog_check_image_stamp(image, &state);
    if (options->json) {
        object = with_state(image, state);
        json_object_set_new(object, "file", json_from_text(path));
        json_object_set_new(object, "states", json_array());
        add_states(name, json_object_get(object, "states"));
        return cli_print_json("touchstone-image-show", 1, object);
    }
    image_print(image);
    add_states(name, NULL);
    print_line("file", path);
    print_line("files are", state == NULL ? "as registered" : "NOT as registered");
    if (state != NULL)
        log_warning("%s", error_said(state));
    return EXIT_COMPATIBLE;
}

int cmd_image_show(int argc, char **argv)
{
    home_reads_only();
    return catalog_command(argc, argv, show);
}

static int check(const struct catalog_options *options, struct error **err)
{
    const char *name = options->words.items[0];
    _cleanup_image_ struct image *image = NULL;
    _cleanup_free_ char *path = NULL;
    bool changed;
    int code = catalog_get_image(name, &image, &path, err);

    if (code == 0)
        code = catalog_refresh_image(image, &changed, err);
    if (code == 0 && changed)
        code = catalog_write_image(image, path, err);
    if (code < 0)
        return code;
    cli_print("%s: every file has its sha256%s\n", name,
              changed ? "; their new places and times are recorded" : "");
    return EXIT_COMPATIBLE;
}

int cmd_image_check(int argc, char **argv)
{
    return catalog_command(argc, argv, check);
}

static int remove_image(const struct catalog_options *options, struct error **err)
{
    _cleanup_free_ char *path = NULL;
    int code = catalog_unregister_image(options->words.items[0], options->dry_run, &path, err);

    if (code < 0)
        return code;
    cli_print("%s %s\n", options->dry_run ? "would remove" : "removed", path);
    return EXIT_COMPATIBLE;
}

int cmd_image_remove(int argc, char **argv)
{
    return catalog_command(argc, argv, remove_image);
}
