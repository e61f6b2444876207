/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone image add: what the user says of a disk becomes an order to register it. */
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

DEFINE_CLEANUP(struct image *, image_free)

enum key {
    KEY_GUEST = 256,
    KEY_FORMAT,
    KEY_ARCH,
    KEY_KERNEL,
    KEY_INITRD,
    KEY_CMDLINE,
    KEY_TITLE,
    KEY_OS_RELEASE,
    KEY_OS_ID,
    KEY_OS_VERSION,
    KEY_KERNEL_RELEASE,
    KEY_PAGE_SIZE,
    KEY_PACKAGES,
    KEY_FAMILY,
    KEY_STAND_IN,
    KEY_FIRMWARE,
    KEY_WAYS,
    KEY_LOGIN,
    KEY_PASSWORD_FILE,
    KEY_REPO,
};

static const struct argp_option options[] = {
    {NULL, 0, NULL, 0, "The guest that scripts/build-guest made:", 1},
    {"guest", KEY_GUEST, "DIR", 0, "Take everything from its guest.json", 1},
    {NULL, 0, NULL, 0, "Or a disk:", 2},
    {"format", KEY_FORMAT, "raw|qcow2", 0, "Of the disk; needed, and verified", 2},
    {"arch", KEY_ARCH, "x86_64|aarch64", 0, "Needed unless the kernel tells it", 2},
    {"os-release", KEY_OS_RELEASE, "FILE", 0, "A copy of the image's /etc/os-release", 2},
    {"os-id", KEY_OS_ID, "ID", 0, "In its place", 2},
    {"os-version", KEY_OS_VERSION, "VERSION_ID", 0, "In its place", 2},
    {"title", KEY_TITLE, "TEXT", 0, "For reports; else os-release's PRETTY_NAME", 2},
    {NULL, 0, NULL, 0, "Started by a kernel of its own instead of the disk's boot loader:", 3},
    {"kernel", KEY_KERNEL, "FILE", 0, "", 3},
    {"initrd", KEY_INITRD, "FILE", 0, "", 3},
    {"cmdline", KEY_CMDLINE, "TEXT", 0, "Without console=, which the platform gives", 3},
    {NULL, 0, NULL, 0, "What guests of it are held against, and installed into:", 4},
    {"kernel-release", KEY_KERNEL_RELEASE, "RELEASE", 0, "uname -r", 4},
    {"page-size", KEY_PAGE_SIZE, "BYTES", 0, "", 4},
    {"packages", KEY_PACKAGES, "FILE", 0,
     "A copy of its /var/lib/dpkg/status, or of its rpm database; else read out of its first guest",
     4},
    {"repo", KEY_REPO, "DIR|ISO|URL", 0,
     "Serves rpm packages for it; may be given more than once, the first is asked first", 4},
    {"package-family", KEY_FAMILY, "deb|rpm", 0, "Else by os-release", 4},
    {"stand-in", KEY_STAND_IN, NULL, 0, "Built in the place of a product's image", 4},
    {NULL, 0, NULL, 0, "Of a disk that boots itself:", 5},
    {"firmware", KEY_FIRMWARE, "bios|uefi", 0, "Else the platform's: BIOS on x86, UEFI on aarch64",
     5},
    {"ways", KEY_WAYS, "WAY,…", 0,
     "How its guests are entered, tried in this order: agent, seed, console (all three)", 5},
    {"login", KEY_LOGIN, "USER", 0, "Who logs in on the console: root, or a user with sudo", 5},
    {"password-file", KEY_PASSWORD_FILE, "FILE", 0,
     "Holds the password; mode 600. It is never given on a command line", 5},
    {"json", 'J', NULL, 0, "Print the image as JSON", 6},
    {0},
};

struct input {
    struct image_order order;
    const char *guest; /* borrowed from argv */
    bool json;
};

static char **slot_of(struct image_order *order, int key)
{
    switch (key) {
    case KEY_KERNEL:
        return &order->kernel;
    case KEY_INITRD:
        return &order->initrd;
    case KEY_CMDLINE:
        return &order->cmdline;
    case KEY_TITLE:
        return &order->title;
    case KEY_OS_RELEASE:
        return &order->os_release;
    case KEY_OS_ID:
        return &order->os_id;
    case KEY_OS_VERSION:
        return &order->os_version;
    case KEY_KERNEL_RELEASE:
        return &order->kernel_release;
    case KEY_PACKAGES:
        return &order->packages;
    case KEY_FAMILY:
        return &order->package_family;
    case KEY_LOGIN:
        return &order->login_user;
    case KEY_PASSWORD_FILE:
        return &order->login_file;
    default:
        return NULL;
    }
}

static void take_word(struct input *input, const char *word, struct argp_state *state)
{
    if (input->order.name == NULL)
        input->order.name = text_dup(word);
    else if (input->order.disk == NULL)
        input->order.disk = text_dup(word);
    else
        argp_error(state, "'%s' is one word too many: NAME and DISK are all", word);
}

static void check_words(const struct input *input, struct argp_state *state)
{
    const struct image_order *order = &input->order;

    if (order->name == NULL)
        argp_error(state, "a name for the image is missing");
    if (input->guest != NULL && order->disk != NULL)
        argp_error(state, "--guest names the disk too: leave '%s' out", order->disk);
    if (input->guest == NULL && order->disk == NULL)
        argp_error(state, "give the disk of image '%s', or --guest DIR", order->name);
    if (input->guest == NULL && !order->format_given)
        argp_error(state, "give --format raw or --format qcow2 for '%s': a format is never guessed",
                   order->disk);
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct input *input = state->input;
    struct image_order *order = &input->order;
    char **slot = slot_of(order, key);
    struct error *err = NULL;
    uint64_t number;

    if (slot != NULL) {
        text_replace(slot, argument);
        return 0;
    }
    switch (key) {
    case KEY_GUEST:
        input->guest = argument;
        return 0;
    case KEY_FORMAT:
        if (!disk_format_parse(argument, &order->format))
            argp_error(state, "--format '%s': raw or qcow2", argument);
        order->format_given = true;
        return 0;
    case KEY_ARCH:
        if (!arch_parse(argument, &order->arch))
            argp_error(state, "--arch '%s': x86_64 or aarch64", argument);
        order->arch_given = true;
        return 0;
    case KEY_PAGE_SIZE:
        if (text_parse_u64(argument, "--page-size", 4096, 2 * 1024 * 1024, &number, &err) < 0)
            argp_error(state, "%s", error_message(err));
        else
            order->page_size = (uint32_t)number;
        error_free(err);
        return 0;
    case KEY_FIRMWARE:
        if (strcmp(argument, "bios") != 0 && strcmp(argument, "uefi") != 0)
            argp_error(state, "--firmware '%s': bios or uefi", argument);
        text_replace(&order->firmware, argument);
        return 0;
    case KEY_WAYS:
        strv_split(&order->ways, argument, ",");
        return 0;
    case KEY_REPO:
        strv_add(&order->repositories, argument);
        return 0;
    case KEY_STAND_IN:
        order->stand_in = true;
        return 0;
    case 'J':
        input->json = true;
        return 0;
    case ARGP_KEY_ARG:
        take_word(input, argument, state);
        return 0;
    case ARGP_KEY_END:
        check_words(input, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
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
        return cli_print_json(object);
    }
    image_print(image);
    return EXIT_COMPATIBLE;
}

int cmd_image_add(int argc, char **argv)
{
    const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "NAME DISK --format FORMAT\nNAME --guest DIR",
        .doc = "Registers an image: its files stay where they are, and are recorded by sha256. A "
               "disk that points at other files is refused.",
    };
    struct input input = {0};
    struct error *err = NULL;
    int code;

    cli_parse(&argp, argc, argv, &input);
    code = add(&input, &err);
    image_order_done(&input.order);
    return code < 0 ? cli_fail(err) : code;
}
