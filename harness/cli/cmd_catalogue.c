/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone catalogue: certificates of many products as a static site and a feed. */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json_write.h"
#include "base/log.h"
#include "base/path.h"
#include "base/translate.h"
#include "certificate/sums.h"
#include "cli/certificate_result.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "home/home.h"
#include "listing/site.h"

struct options {
    struct strv folders;
    struct sshsig_trust trust;
    const char *output, *at;
    bool only_valid, copy, json;
};

static void set_option(void *input, enum option_id option, char *value)
{
    struct options *options = input;

    options->json |= option == OPTION_JSON;
    options->only_valid |= option == OPTION_ONLY_VALID;
    options->copy |= option == OPTION_COPY;
    if (option == OPTION_SIGNERS)
        options->trust.signers = value;
    if (option == OPTION_REVOKED)
        options->trust.revoked = value;
    if (option == OPTION_OUTPUT)
        options->output = value;
    if (option == OPTION_AT)
        options->at = value;
    if (option == OPTION_WORD)
        strv_add(&options->folders, value);
}

static bool is_certificate(const char *folder)
{
    _cleanup_free_ char *sums = path_join(folder, SUMS_FILE);
    _cleanup_free_ char *content = path_join(folder, CONTENT_FILE);

    return path_exists(sums) || path_exists(content);
}

/* A folder is a certificate, or has certificates. */
static int find_certificates(const char *folder, struct strv *ret_found, struct error **err)
{
    _cleanup_strv_ struct strv names = {0};
    size_t before = ret_found->count;
    int code;

    if (!path_is_folder(folder))
        return error_set(err, -ENOENT, "'%s' is not a folder", folder);
    if (is_certificate(folder)) {
        strv_add(ret_found, folder);
        return 0;
    }
    code = path_list(folder, &names, err);
    for (size_t i = 0; code == 0 && i < names.count; i++) {
        _cleanup_free_ char *inner = path_join(folder, names.items[i]);

        if (path_is_folder(inner) && is_certificate(inner))
            strv_add(ret_found, inner);
    }
    return code < 0 || ret_found->count > before
               ? code
               : error_set(err, -ENOENT,
                           "'%s' is not a certificate, and none of its folders is one", folder);
}

static int add_certificate(const struct options *options, const struct site_folder *site,
                           const char *folder, struct listing *listing, struct error **err)
{
    const struct certificate_check check = {
        .folder = folder, .trust = options->trust, .version = TOUCHSTONE_VERSION};
    _cleanup_(certificate_report_done) struct certificate_report report = {.files = 0};
    struct listing_entry *entry;
    int code = certificate_verify(&check, &report, err);

    if (code == 0)
        code = certificate_check_rules(NULL, &report, err);
    if (code < 0)
        return code;
    if (options->only_valid && certificate_exit_code(&report) != EXIT_COMPATIBLE) {
        listing->left_out++;
        return 0;
    }
    entry = listing_add(listing, folder, &report);
    return entry != NULL && site != NULL
               ? site_add(site, &report, folder, options->copy, entry, err)
               : 0;
}

static void print_text(const struct options *options, const struct listing *listing)
{
    cli_print("%s: %zu %s", options->output, listing->entries.count,
              ngettext("certificate", "certificates", listing->entries.count));
    for (enum listing_validity validity = 0; validity < LISTING_VALIDITY_COUNT; validity++)
        if (listing_count(listing, validity) > 0)
            cli_print(", %s %zu", listing_validity_words.names[validity],
                      listing_count(listing, validity));
    if (listing->left_out > 0)
        cli_print(", not valid and left out %zu", listing->left_out);
    if (listing->duplicates > 0)
        cli_print(", copies of others %zu", listing->duplicates);
    cli_print("\n");
}

static int make(const struct options *options, struct listing *listing, struct error **err)
{
    _cleanup_(site_folder_done) struct site_folder site = {.path = NULL};
    _cleanup_strv_ struct strv found = {0};
    int code = 0;

    for (size_t i = 0; code == 0 && i < options->folders.count; i++)
        code = find_certificates(options->folders.items[i], &found, err);
    if (code == 0 && options->output != NULL)
        code = site_begin(options->output, &site, err);
    for (size_t i = 0; code == 0 && i < found.count; i++)
        code = add_certificate(options, options->output != NULL ? &site : NULL, found.items[i],
                               listing, err);
    if (code < 0)
        return code;
    listing_sort(listing);
    return options->output != NULL ? site_finish(&site, listing, err) : 0;
}

int cmd_catalogue(int argc, char **argv)
{
    struct options options = {.output = NULL};
    _cleanup_(listing_done) struct listing listing = {.version = "touchstone " TOUCHSTONE_VERSION};
    struct error *err = NULL;
    int code;

    home_reads_only();
    cli_parse(argc, argv, set_option, &options);
    if (options.output == NULL && !options.json)
        cli_refuse("name the new folder of the site by --output, or print only the feed by --json");
    certificate_check_date(options.at);
    options.trust.at_ms = listing.made_ms = certificate_time(options.at);
    if (options.trust.signers == NULL)
        log_warning("without --signers nobody may sign, so no certificate is valid");
    code = make(&options, &listing, &err);
    strv_done(&options.folders);
    if (code < 0)
        return cli_fail(err);
    if (options.json) {
        _cleanup_(json_writer_done) struct json_writer to = {.sink = output_write_json};

        listing_write_feed(&listing, &to);
    } else
        print_text(&options, &listing);
    return EXIT_COMPATIBLE;
}
