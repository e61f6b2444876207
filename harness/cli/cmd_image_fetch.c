/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone image fetch: downloads an image; touchstone image known: the catalogue of product
 * lines. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"
#include "base/log.h"
#include "base/path.h"
#include "base/text.h"
#include "catalog/fetch.h"
#include "catalog/find.h"
#include "catalog/line.h"
#include "cli/catalog_options.h"
#include "cli/cli.h"
#include "cli/cmd_image.h"
#include "cli/columns.h"
#include "cli/commands.h"
#include "home/home.h"

#define TELL_MS 5000

struct input {
    struct fetch_request request;
    const char *name;
    int64_t told_ms;
};

static void set_option(void *input, enum option_id option, char *value)
{
    struct input *in = input;

    switch (option) {
    case OPTION_URL:
        in->request.url = value;
        return;
    case OPTION_SHA256:
        if (!digest_is_text(value))
            cli_refuse("--sha256 '%s': use 64 lower-case hexadecimal digits", value);
        in->request.sha256 = value;
        return;
    case OPTION_OUTPUT:
        in->request.folder = value;
        return;
    case OPTION_STALL:
        in->request.stall_s = (unsigned)cli_number(option, value, 1, 3600);
        return;
    default:
        in->name = value;
    }
}

static void tell(void *closure, uint64_t have, uint64_t size)
{
    struct input *input = closure;
    int64_t now = clock_now_ms();

    if (now - input->told_ms < TELL_MS && have != size)
        return;
    input->told_ms = now;
    if (size != 0)
        log_info("%" PRIu64 " of %" PRIu64 " MB, %" PRIu64 " %%", have / 1000000, size / 1000000,
                 have / (size / 100 + 1));
    else
        log_info("%" PRIu64 " MB", have / 1000000);
}

/* The URL given by the user, or the catalogue's. */
static int resolve_url(struct input *input, const struct image_line *line, struct error **err)
{
    if (input->request.url == NULL)
        input->request.url = line->url;
    if (input->request.url != NULL)
        return 0;
    return error_set(err, -EINVAL,
                     "image line '%s' has no direct download address. Where to find one: %s. Give "
                     "the address with --url, or register a file that you have: touchstone image "
                     "add NAME FILE --format qcow2",
                     line->name, line->where);
}

static int fetch(struct input *input, struct error **err)
{
    _cleanup_(image_line_free_cleanup) struct image_line *line = NULL;
    _cleanup_error_ struct error *unknown = NULL;
    _cleanup_(fetched_done) struct fetched fetched = {0};
    _cleanup_free_ char *folder = NULL;
    const char *home;
    int code = catalog_get_line(input->name, &line, &unknown);

    /* If a URL is given, any name is accepted. */
    if (code < 0 && (code != -ENOENT || input->request.url == NULL))
        return error_set(err, code, "%s", error_message(unknown));
    if (line != NULL)
        code = resolve_url(input, line, err);
    else
        code = 0;
    if (code == 0 && input->request.folder == NULL) {
        code = home_folder(&home, err);
        folder = code == 0 ? path_join(home, "downloads") : NULL;
        input->request.folder = folder;
    }
    if (code == 0)
        code = fetch_image(&input->request, &fetched, err);
    if (code < 0)
        return code;
    if (fetched.first_use)
        log_warning("no sha256 was given: %s is recorded, and a later fetch is verified against "
                    "it; this does not prove the file's origin",
                    fetched.sha256);
    cli_print("%s\nsha256 %s%s\n", fetched.path, fetched.sha256,
              fetched.was_there ? ", already downloaded" : "");
    log_info("next: touchstone image add %s '%s' --format %s", input->name, fetched.path,
             line != NULL && line->files.count > 0 ? disk_format_name(line->files.items[0].format)
                                                   : "FORMAT");
    return EXIT_COMPATIBLE;
}

int cmd_image_fetch(int argc, char **argv)
{
    struct input input = {0};
    struct error *err = NULL;
    int code;

    cli_parse(argc, argv, set_option, &input);
    input.request.progress = tell;
    input.request.closure = &input;
    code = fetch(&input, &err);
    return code < 0 ? cli_fail(err) : code;
}
