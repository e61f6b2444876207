/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone image add: makes a registration request from the user's options. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "catalog/register.h"
#include "cli/catalog_json.h"
#include "cli/cli.h"
#include "cli/cmd_image.h"
#include "cli/commands.h"

struct input {
    struct image_request request;
    const char *guest; /* borrowed from argv */
    bool json;
};

static char **slot_of(struct image_request *request, enum option_id option)
{
    switch (option) {
    case OPTION_KERNEL:
        return &request->kernel;
    case OPTION_INITRD:
        return &request->initrd;
    case OPTION_CMDLINE:
        return &request->cmdline;
    case OPTION_TITLE:
        return &request->title;
    case OPTION_OS_RELEASE:
        return &request->os_release;
    case OPTION_OS_ID:
        return &request->os_id;
    case OPTION_OS_VERSION:
        return &request->os_version;
    case OPTION_KERNEL_RELEASE:
        return &request->kernel_release;
    case OPTION_PACKAGES:
        return &request->packages;
    case OPTION_PACKAGE_FAMILY:
        return &request->package_family;
    case OPTION_LOGIN:
        return &request->login_user;
    case OPTION_PASSWORD_FILE:
        return &request->login_file;
    case OPTION_FIRMWARE:
        return &request->firmware;
    default:
        return NULL;
    }
}

static void check(const struct input *input)
{
    const struct image_request *request = &input->request;

    if (input->guest != NULL && request->disk != NULL)
        cli_refuse("--guest names the disk too: leave out '%s'", request->disk);
    if (input->guest == NULL && request->disk == NULL)
        cli_refuse("give the disk of image '%s', or --guest DIR", request->name);
    if (input->guest == NULL && !request->format_given)
        cli_refuse("give --format raw or --format qcow2 for '%s': the format is not detected "
                   "automatically",
                   request->disk);
}

static void set_option(void *input, enum option_id option, char *value)
{
    struct input *in = input;
    struct image_request *request = &in->request;
    char **slot = slot_of(request, option);

    if (slot != NULL) {
        text_replace(slot, value);
        return;
    }
    switch (option) {
    case OPTION_GUEST:
        in->guest = value;
        return;
    case OPTION_FORMAT:
        disk_format_parse(value, &request->format); /* one of the values listed in the table */
        request->format_given = true;
        return;
    case OPTION_ARCH:
        if (!arch_parse(value, &request->arch))
            cli_refuse("--arch '%s': use x86_64 or aarch64", value);
        request->arch_given = true;
        return;
    case OPTION_PAGE_SIZE:
        request->page_size = (uint32_t)cli_number(option, value, 4096, 2 * 1024 * 1024);
        return;
    case OPTION_ENTRY_METHODS:
        strv_split(&request->entry_methods, value, ",");
        return;
    case OPTION_REPO:
        strv_add(&request->repositories, value);
        return;
    case OPTION_STAND_IN:
        request->stand_in = true;
        return;
    case OPTION_JSON:
        in->json = true;
        return;
    default:
        text_replace(request->name == NULL ? &request->name : &request->disk, value);
    }
}

static int add(struct input *input, struct error **err)
{
    _cleanup_(image_free_cleanup) struct image *image = NULL;
    _cleanup_json_ json_t *object = NULL;
    struct image_request *request = &input->request;
    int code = input->guest != NULL ? image_request_read_guest(request, input->guest, err) : 0;

    if (code == 0)
        code = image_request_complete(request, input->guest == NULL, err);
    if (code < 0)
        return code;
    log_info("reading '%s' for its sha256", request->disk);
    code = catalog_register_image(request, &image, err);
    if (code < 0)
        return code;
    if (input->json) {
        object = catalog_json_image(image);
        return cli_print_json("touchstone-image-add", 1, object);
    }
    image_print(image);
    return EXIT_COMPATIBLE;
}

int cmd_image_add(int argc, char **argv)
{
    struct input input = {0};
    struct error *err = NULL;
    int code;

    cli_parse(argc, argv, set_option, &input);
    check(&input);
    code = add(&input, &err);
    image_request_done(&input.request);
    return code < 0 ? cli_fail(err) : code;
}
