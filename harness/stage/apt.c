/* SPDX-License-Identifier: Apache-2.0 */
/* Runs apt-get and apt-helper with the private configuration and parses their output. */
#include "stage/apt.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "stage/tool.h"

#define UPDATE_TIMEOUT_MS 300000
#define RESOLVE_TIMEOUT_MS 120000
#define FETCH_TIMEOUT_MS 120000
#define FETCH_BYTES_PER_MS 50 /* the slowest download that is tolerated: 50 kB/s */
#define HELPER "/usr/lib/apt/apt-helper"

static int run_apt(const struct apt *apt, const struct strv *words, int64_t timeout_ms,
                   struct process_output *output, struct error **err)
{
    _cleanup_free_ char *config = text_format("APT_CONFIG=%s", apt->config);
    const char *env[] = {config, "LC_ALL=C", "DEBIAN_FRONTEND=noninteractive", NULL};

    return tool_run(words, env, timeout_ms, "install apt on this host", output, err);
}

/* apt's errors as one line: the texts after "E: ", without duplicates. */
static char *complaints(const struct process_output *output)
{
    _cleanup_strv_ struct strv lines = {0}, kept = {0};
    _cleanup_buffer_ struct buffer shown = {0};
    _cleanup_free_ char *joined = NULL;

    strv_split(&lines, output->err.data != NULL ? output->err.data : "", "\n");
    for (size_t i = 0; i < lines.count && kept.count < 3; i++)
        if (text_starts(lines.items[i], "E: ") && !strv_has(&kept, lines.items[i] + 3))
            strv_add(&kept, lines.items[i] + 3);
    if (kept.count == 0)
        strv_add(&kept, lines.count > 0 ? lines.items[lines.count - 1] : "it gave no reason");
    joined = strv_join(&kept, "; ");
    buffer_printable(&shown, joined, strlen(joined), false);
    return buffer_steal(&shown);
}

int apt_update(const struct apt *apt, bool *ret_absent, struct error **err)
{
    _cleanup_(process_output_done) struct process_output output = {0};
    _cleanup_strv_ struct strv words = {0};
    _cleanup_free_ char *why = NULL;
    int code;

    strv_split(&words, "apt-get update -q", " ");
    code = run_apt(apt, &words, UPDATE_TIMEOUT_MS, &output, err);
    if (code < 0 || (output.exit.exited && output.exit.code == 0))
        return code;
    why = complaints(&output);
    if (ret_absent != NULL)
        *ret_absent = strstr(why, "does not have a Release file") != NULL ||
                      strstr(why, " 404 ") != NULL ||
                      strstr(why, "no longer has a Release") != NULL;
    return error_set(err, -EIO, "cannot fetch the package lists: %s", why);
}

/* The text after "The following packages have unmet dependencies:", as one line. */
static char *unmet(const struct process_output *output)
{
    static const char head[] = "unmet dependencies:\n";
    const char *start = output->out.data != NULL ? strstr(output->out.data, head) : NULL;
    _cleanup_strv_ struct strv lines = {0}, kept = {0};
    _cleanup_buffer_ struct buffer shown = {0};
    _cleanup_free_ char *joined = NULL;

    if (start == NULL)
        return NULL;
    strv_split(&lines, start + sizeof(head) - 1, "\n");
    for (size_t i = 0; i < lines.count && kept.count < 6 && lines.items[i][0] == ' '; i++)
        strv_add(&kept, lines.items[i] + strspn(lines.items[i], " "));
    joined = strv_join(&kept, "; ");
    buffer_printable(&shown, joined, strlen(joined), false);
    return buffer_steal(&shown);
}

static int refuse(const struct process_output *output, struct error **err)
{
    _cleanup_free_ char *why = complaints(output), *depends = unmet(output);

    if (strstr(why, "Unable to locate package") != NULL ||
        strstr(why, "has no installation candidate") != NULL)
        return error_set(err, -ENOPKG, "%s", why);
    if (depends != NULL)
        return error_set(err, -EMEDIUMTYPE, "%s", depends);
    if (strstr(why, "need to be removed") != NULL)
        return error_set(err, -EMEDIUMTYPE, "%s: packages of the image would have to be removed",
                         why);
    if (strstr(why, "Could not read meta data from") != NULL)
        return error_set(err, -EMEDIUMTYPE, "a package is damaged: %s", why);
    return error_set(err, -EIO, "apt-get cannot resolve: %s", why);
}

int apt_resolve(const struct apt *apt, const struct strv *names, const struct strv *files,
                bool keep, struct apt_items *ret_items, struct error **err)
{
    _cleanup_(process_output_done) struct process_output output = {0};
    _cleanup_strv_ struct strv words = {0};
    int code;

    strv_split(&words, "apt-get install --print-uris -q -y --no-remove", " ");
    if (keep)
        strv_add(&words, "--no-upgrade");
    for (size_t i = 0; i < files->count; i++) {
        strv_add(&words, "--with-source");
        strv_add(&words, files->items[i]);
    }
    strv_add(&words, "--");
    strv_copy(&words, names);
    code = run_apt(apt, &words, RESOLVE_TIMEOUT_MS, &output, err);
    if (code < 0)
        return code;
    if (!output.exit.exited || output.exit.code != 0)
        return refuse(&output, err);
    return apt_parse_uris(output.out.data != NULL ? output.out.data : "", output.out.length,
                          ret_items, err);
}

int apt_fetch(const struct apt *apt, const struct apt_items *items, const bool *want,
              const char *folder, bool *ret_absent, struct error **err)
{
    _cleanup_(process_output_done) struct process_output output = {0};
    _cleanup_strv_ struct strv words = {0};
    _cleanup_free_ char *why = NULL;
    uint64_t bytes = 0;
    int code;

    strv_add(&words, HELPER);
    strv_add(&words, "download-file");
    for (size_t i = 0; i < items->rows.count; i++) {
        const struct apt_item *item = &items->rows.items[i];

        if (!want[i])
            continue;
        strv_add(&words, item->uri);
        strv_take(&words, path_join(folder, item->file));
        strv_take(&words, text_format("SHA256:%s", item->sha256));
        bytes += item->size;
    }
    code = run_apt(apt, &words, FETCH_TIMEOUT_MS + (int64_t)(bytes / FETCH_BYTES_PER_MS), &output,
                   err);
    if (code < 0 || (output.exit.exited && output.exit.code == 0))
        return code;
    why = complaints(&output);
    *ret_absent = strstr(why, " 404 ") != NULL;
    return error_set(err, -EIO, "cannot fetch packages: %s", why);
}
