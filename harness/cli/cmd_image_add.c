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
    struct image_order order;
    const char *guest; /* borrowed from argv */
    bool json;
};

static char **slot_of(struct image_order *order, enum option_id option)
{
    switch (option) {
    case OPTION_KERNEL:
        return &order->kernel;
    case OPTION_INITRD:
        return &order->initrd;
    case OPTION_CMDLINE:
        return &order->cmdline;
    case OPTION_TITLE:
        return &order->title;
    case OPTION_OS_RELEASE:
        return &order->os_release;
    case OPTION_OS_ID:
        return &order->os_id;
    case OPTION_OS_VERSION:
        return &order->os_version;
    case OPTION_KERNEL_RELEASE:
        return &order->kernel_release;
    case OPTION_PACKAGES:
        return &order->packages;
    case OPTION_PACKAGE_FAMILY:
        return &order->package_family;
    case OPTION_LOGIN:
        return &order->login_user;
    case OPTION_PASSWORD_FILE:
        return &order->login_file;
    case OPTION_FIRMWARE:
        return &order->firmware;
    default:
        return NULL;
    }
}

static void check(const struct input *input)
{
    const struct image_order *order = &input->order;

    if (input->guest != NULL && order->disk != NULL)
        cli_refuse("--guest names the disk too: leave out '%s'", order->disk);
    if (input->guest == NULL && order->disk == NULL)
        cli_refuse("give the disk of image '%s', or --guest DIR", order->name);
    if (input->guest == NULL && !order->format_given)
        cli_refuse("give --format raw or --format qcow2 for '%s': a format is never guessed",
                   order->disk);
}

static void take(void *input, enum option_id option, char *value)
{
    struct input *in = input;
    struct image_order *order = &in->order;
    char **slot = slot_of(order, option);

    if (slot != NULL) {
        text_replace(slot, value);
        return;
    }
    switch (option) {
    case OPTION_GUEST:
        in->guest = value;
        return;
    case OPTION_FORMAT:
        disk_format_parse(value, &order->format); /* one of the values listed in the table */
        order->format_given = true;
        return;
    case OPTION_ARCH:
        if (!arch_parse(value, &order->arch))
            cli_refuse("--arch '%s': use x86_64 or aarch64", value);
        order->arch_given = true;
        return;
    case OPTION_PAGE_SIZE:
        order->page_size = (uint32_t)cli_number(option, value, 4096, 2 * 1024 * 1024);
        return;
    case OPTION_WAYS:
        strv_split(&order->ways, value, ",");
        return;
    case OPTION_REPO:
        strv_add(&order->repositories, value);
        return;
    case OPTION_STAND_IN:
        order->stand_in = true;
        return;
    case OPTION_JSON:
        in->json = true;
        return;
    default:
        text_replace(order->name == NULL ? &order->name : &order->disk, value);
    }
}

static int add(struct input *input, struct error **err)
{
    _cleanup_(image_free_cleanup) struct image *image = NULL;
    _cleanup_json_ json_t *object = NULL;
    struct image_order *order = &input->order;
    int code = input->guest != NULL ? image_order_read_guest(order, input->guest, err) : 0;

    if (code == 0)
        code = image_order_complete(order, input->guest == NULL, err);
    if (code < 0)
        return code;
    log_info("reading '%s' for its sha256", order->disk);
    code = catalog_register_image(order, &image, err);
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

    cli_parse(argc, argv, take, &input);
    check(&input);
    code = add(&input, &err);
    image_order_done(&input.order);
    return code < 0 ? cli_fail(err) : code;
}
