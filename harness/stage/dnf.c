/* SPDX-License-Identifier: Apache-2.0 */
/* Runs dnf, rpm and createrepo_c with the private configuration and parses their output. */
#include "stage/dnf.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "base/process.h"
#include "stage/rpm_state.h"
#include "stage/tool.h"

/* metadata of a distribution may take long over a slow connection */
#define RESOLVE_TIMEOUT_MS 600000
#define FETCH_TIMEOUT_MS 3600000
#define QUERY_TIMEOUT_MS 30000
#define FILE_NAME_MAX 200

void dnf_done(struct dnf *dnf)
{
    free(dnf->root);
    free(dnf->config);
    free(dnf->guest);
    free(dnf->version);
}

/* Metadata of repositories on this host is read at each call, others' only if it is too old. */
static void add_repositories(struct buffer *text, const struct strv *repositories,
                             int64_t max_age_s)
{
    for (size_t i = 0; i < repositories->count; i++) {
        const char *url = repositories->items[i];

        buffer_format(
            text, "\n[repository-%zu]\nname=%s\nbaseurl=%s\npriority=%zu\nmetadata_expire=%lld\n",
            i + 1, url, url, i + 1, text_starts(url, "file:") ? 1LL : (long long)max_age_s);
    }
}

/* No folder with the host's repositories or variables is read. Downloads are verified against the
 * digests of the repository; package signatures are checked by rpm in the guest. */
static char *config_text(const char *root, const struct strv *repositories, int64_t max_age_s)
{
    _cleanup_buffer_ struct buffer text = {0};

    buffer_format(&text,
                  "[main]\nreposdir=%s/none\nvarsdir=%s/none\npluginconfpath=%s/none\n"
                  "cachedir=%s/cache\npersistdir=%s/persist\nlogdir=%s/log\n"
                  "install_weak_deps=False\nbest=True\ngpgcheck=0\nretries=3\ntimeout=30\n",
                  root, root, root, root, root, root);
    add_repositories(&text, repositories, max_age_s);
    return buffer_steal(&text);
}

static int check_texts(const char *root, const struct strv *repositories, struct error **err)
{
    if (strpbrk(root, " \n%$") != NULL)
        return error_set(err, -EINVAL,
                         "dnf cannot work with a blank or '$' in a path ('%s'): move "
                         "TOUCHSTONE_HOME",
                         root);
    for (size_t i = 0; i < repositories->count; i++)
        if (strpbrk(repositories->items[i], " \t\r\n") != NULL)
            return error_set(err, -EINVAL, "repository '%s' has a blank in its address",
                             repositories->items[i]);
    return 0;
}

static int run(const struct strv *words, const char *home, int64_t timeout_ms,
               struct process_output *output, struct error **err)
{
    _cleanup_free_ char *home_setting = text_format("HOME=%s", home);
    const char *env[] = {home_setting, "LC_ALL=C.UTF-8", NULL};

    return tool_run(words, env, timeout_ms,
                    "what an rpm image lacks is resolved with dnf: install dnf, its download "
                    "plugin (dnf-plugins-core) and createrepo_c on this host",
                    output, err);
}

/* Queries the image's database; *ret_found: false if rpm reported that nothing was found. */
static int query(const struct dnf *dnf, const char *question, bool *ret_found, struct error **err)
{
    _cleanup_(process_output_done) struct process_output output = {0};
    _cleanup_strv_ struct strv words = {0};
    int code;

    strv_add(&words, "rpm");
    strv_take(&words, text_format("--dbpath=%s%s", dnf->guest, RPM_STATE_FOLDER));
    strv_add(&words, "-q");
    strv_add(&words, question);
    code = run(&words, dnf->root, QUERY_TIMEOUT_MS, &output, err);
    if (code == 0)
        *ret_found = output.exit.exited && output.exit.code == 0 && output.out.length > 0;
    return code;
}

/* A database format that the host's rpm does not support looks like an empty database. */
static int check_database(const struct dnf *dnf, const char *state, struct error **err)
{
    bool found = false;
    int code = query(dnf, "--all", &found, err);

    if (code < 0 || found)
        return code;
    return error_set(err, -EBADMSG,
                     "package state '%s' names no package that this host's rpm can read: give the "
                     "database of a whole system, or use a host whose rpm knows its kind",
                     state);
}

int dnf_prepare(const char *root, enum arch arch, const char *os_version,
                const struct strv *repositories, const char *state, int64_t max_age_s,
                struct dnf *ret_dnf, struct error **err)
{
    /* The dbpath of the image, whatever the host's rpm uses. */
    static const char macros[] = "%_dbpath " RPM_STATE_FOLDER "\n";
    _cleanup_free_ char *text = config_text(root, repositories, max_age_s);
    _cleanup_free_ char *config = path_join(root, "dnf.conf"), *guest = path_join(root, "guest"),
                        *macros_file = path_join(root, ".rpmmacros");
    int code = check_texts(root, repositories, err);

    if (code == 0)
        code = path_make_folders(root, false, err);
    if (code == 0)
        code = path_write_atomic(config, text, strlen(text), err);
    if (code == 0)
        code = path_write_atomic(macros_file, macros, sizeof(macros) - 1, err);
    if (code == 0)
        code = rpm_state_place(state, guest, err);
    if (code < 0)
        return code;
    ret_dnf->root = text_dup(root);
    ret_dnf->config = steal_ptr(config);
    ret_dnf->guest = steal_ptr(guest);
    ret_dnf->version = text_dup(os_version != NULL && *os_version != '\0' ? os_version : "0");
    ret_dnf->arch = arch;
    return check_database(ret_dnf, state, err);
}

/* dnf's reasons as one line, in its order, without duplicates. */
static char *complaints(const struct process_output *output)
{
    _cleanup_strv_ struct strv lines = {0}, kept = {0};
    _cleanup_buffer_ struct buffer shown = {0};
    _cleanup_free_ char *joined = NULL;

    strv_split(&lines, output->err.data != NULL ? output->err.data : "", "\n");
    for (size_t i = 0; i < lines.count && kept.count < 8; i++) {
        const char *line = lines.items[i] + strspn(lines.items[i], " -");

        if (text_starts(line, "Error: "))
            line += strlen("Error: ");
        if (*line != '\0' && strstr(line, "strict setting") == NULL &&
            !text_starts(line, "Error in resolve") && !strv_has(&kept, line))
            strv_add(&kept, line);
    }
    if (kept.count == 0)
        strv_add(&kept, "it gave no reason");
    joined = strv_join(&kept, "; ");
    buffer_printable(&shown, joined, strlen(joined), false);
    return buffer_steal(&shown);
}

static int refuse(const struct process_output *output, struct error **err)
{
    _cleanup_free_ char *why = complaints(output);

    if (strstr(why, "Problem") != NULL)
        return error_set(err, -EMEDIUMTYPE, "%s", why);
    if (text_starts(why, "No package"))
        return error_set(err, -ENOPKG, "%s: its repositories do not have it", why);
    return error_set(err, -EIO, "dnf: %s", why);
}

static int download(const struct dnf *dnf, const struct strv *names, const char *option,
                    const char *value, bool refresh, int64_t timeout_ms,
                    struct process_output *output, struct error **err)
{
    _cleanup_strv_ struct strv words = {0};
    int code;

    strv_split(&words, "dnf -q -y", " ");
    strv_take(&words, text_format("--config=%s", dnf->config));
    strv_take(&words, text_format("--installroot=%s", dnf->guest));
    strv_take(&words, text_format("--releasever=%s", dnf->version));
    strv_take(&words, text_format("--forcearch=%s", arch_name(dnf->arch)));
    if (refresh)
        strv_add(&words, "--refresh");
    strv_add(&words, "download");
    strv_add(&words, "--resolve");
    /* A repository may contain several architectures. */
    strv_take(&words, text_format("--arch=%s", arch_name(dnf->arch)));
    strv_add(&words, "--arch=noarch");
    strv_add(&words, option);
    if (value != NULL)
        strv_add(&words, value);
    strv_copy(&words, names);
    code = run(&words, dnf->root, timeout_ms, output, err);
    if (code < 0 || (output->exit.exited && output->exit.code == 0))
        return code;
    return refuse(output, err);
}

int dnf_resolve(const struct dnf *dnf, const struct strv *names, bool refresh,
                struct strv *ret_urls, struct error **err)
{
    _cleanup_(process_output_done) struct process_output output = {0};
    int code = download(dnf, names, "--url", NULL, refresh, RESOLVE_TIMEOUT_MS, &output, err);

    if (code == 0)
        strv_split(ret_urls, output.out.data != NULL ? output.out.data : "", "\n");
    return code;
}

int dnf_fetch(const struct dnf *dnf, const struct strv *names, const char *folder,
              struct error **err)
{
    _cleanup_(process_output_done) struct process_output output = {0};

    return download(dnf, names, "--destdir", folder, false, FETCH_TIMEOUT_MS, &output, err);
}

/* The names of the packages in these files, regardless of the file names. */
static int names_in_files(const struct dnf *dnf, const struct strv *files, struct strv *ret_names,
                          struct error **err)
{
    _cleanup_(process_output_done) struct process_output output = {0};
    _cleanup_strv_ struct strv words = {0};
    int code;

    if (files->count == 0)
        return 0;
    strv_split(&words, "rpm -qp --nosignature --queryformat=%{NAME}\\n", " ");
    strv_copy(&words, files);
    code = run(&words, dnf->root, QUERY_TIMEOUT_MS, &output, err);
    if (code == 0)
        strv_split(ret_names, output.out.data != NULL ? output.out.data : "", "\n");
    return code;
}

int dnf_drop_installed(const struct dnf *dnf, struct strv *names, const struct strv *files,
                       struct error **err)
{
    _cleanup_strv_ struct strv left = {0}, brought = {0};
    int code = names_in_files(dnf, files, &brought, err);

    for (size_t i = 0; code == 0 && i < names->count; i++) {
        bool found = false;

        code = query(dnf, names->items[i], &found, err);
        if (code == 0 && (!found || strv_has(&brought, names->items[i])))
            strv_add(&left, names->items[i]);
    }
    if (code < 0)
        return code;
    strv_done(names);
    *names = left;
    left = (struct strv){0};
    return 0;
}

int dnf_make_repository(const char *folder, struct error **err)
{
    const char *argv[] = {"createrepo_c", "--quiet", folder, NULL};
    _cleanup_error_ struct error *cause = NULL;

    if (process_check(argv, RESOLVE_TIMEOUT_MS, NULL, &cause) < 0)
        return error_set(err, -EIO,
                         "%s: it describes package files to dnf: install createrepo_c (Debian's "
                         "createrepo-c) on this host, or look at the files",
                         error_message(cause));
    return 0;
}
