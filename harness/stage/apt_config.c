/* SPDX-License-Identifier: Apache-2.0 */
/* The private configuration (apt.conf(5)), and the host's settings for access to its archive. */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "base/process.h"
#include "stage/apt.h"

#define CONFIG_TIMEOUT_MS 30000
#define CONFIG_LIMIT (1 << 20)

/* The settings in Acquire:: that concern access to the archive. */
static const char *const source_options[] = {
    "Acquire::http",    "Acquire::https",      "Acquire::ftp",
    "Acquire::socks",   "Acquire::Retries",    "Acquire::ForceIPv",
    "Acquire::By-Hash", "Acquire::Check-Date", "Acquire::Check-Valid-Until",
};

void apt_host_done(struct apt_host *host)
{
    free(host->list);
    free(host->parts);
    free(host->trusted);
    free(host->trusted_parts);
    free(host->netrc);
    free(host->netrc_parts);
    free(host->acquire);
}

void apt_done(struct apt *apt)
{
    free(apt->root);
    free(apt->config);
}

/* The value in NAME='VALUE' lines, as printed by apt-config shell. */
static char *shell_value(const char *text, const char *name)
{
    _cleanup_strv_ struct strv lines = {0};
    size_t length = strlen(name);

    strv_split(&lines, text, "\n");
    for (size_t i = 0; i < lines.count; i++) {
        const char *line = lines.items[i], *last = strrchr(line, '\'');

        if (strncmp(line, name, length) == 0 && text_starts(line + length, "='") &&
            last > line + length + 1)
            return text_ndup(line + length + 2, (size_t)(last - line - (long)length - 2));
    }
    return text_dup("");
}

static char *way_to_archive(const char *dump)
{
    _cleanup_buffer_ struct buffer kept = {0};
    _cleanup_strv_ struct strv lines = {0};

    strv_split(&lines, dump, "\n");
    for (size_t i = 0; i < lines.count; i++)
        for (size_t k = 0; k < sizeof(source_options) / sizeof(source_options[0]); k++)
            if (text_starts(lines.items[i], source_options[k]))
                buffer_format(&kept, "%s\n", lines.items[i]);
    return buffer_steal(&kept);
}

int apt_host_load(struct apt_host *ret_host, struct error **err)
{
    static const char *const places[] = {"apt-config",
                                         "shell",
                                         "LIST",
                                         "Dir::Etc::sourcelist/f",
                                         "PARTS",
                                         "Dir::Etc::sourceparts/d",
                                         "TRUSTED",
                                         "Dir::Etc::trusted/f",
                                         "TRUSTED_PARTS",
                                         "Dir::Etc::trustedparts/d",
                                         "NETRC",
                                         "Dir::Etc::netrc/f",
                                         "NETRC_PARTS",
                                         "Dir::Etc::netrcparts/d",
                                         NULL};
    static const char *const dump[] = {"apt-config",   "dump",    "--no-empty", "--format",
                                       "%f \"%v\";%n", "Acquire", NULL};
    _cleanup_free_ char *shell = NULL, *acquire = NULL;
    _cleanup_error_ struct error *cause = NULL;
    int code = process_check(places, CONFIG_TIMEOUT_MS, &shell, &cause);

    if (code == 0)
        code = process_check(dump, CONFIG_TIMEOUT_MS, &acquire, &cause);
    if (code < 0)
        return error_set(err, -EIO,
                         "%s: packages are staged with apt, which resolves what an image lacks: "
                         "install apt on this host",
                         error_message(cause));
    ret_host->list = shell_value(shell, "LIST");
    ret_host->parts = shell_value(shell, "PARTS");
    ret_host->trusted = shell_value(shell, "TRUSTED");
    ret_host->trusted_parts = shell_value(shell, "TRUSTED_PARTS");
    ret_host->netrc = shell_value(shell, "NETRC");
    ret_host->netrc_parts = shell_value(shell, "NETRC_PARTS");
    ret_host->acquire = way_to_archive(acquire);
    return 0;
}

static void add_setting(struct buffer *text, const char *name, const char *value)
{
    buffer_format(text, "%s \"%s\";\n", name, value);
}

/*
 * Acquire::GzipIndexes stores the lists compressed; ForceHash makes --print-uris print SHA-256;
 * Error-Mode turns a failed download of a list into an error. An empty parts folder excludes the
 * host's hooks; Pattern-Only prevents names from being interpreted as expressions. The host's
 * settings come first, so that ours override them.
 */
static char *config_text(const char *root, enum arch arch, const struct apt_host *host,
                         const char *status)
{
    _cleanup_buffer_ struct buffer text = {0};

    buffer_text(&text, host->acquire);
    add_setting(&text, "Dir", root);
    add_setting(&text, "Dir::Etc", "etc");
    add_setting(&text, "Dir::Etc::parts", "parts");
    add_setting(&text, "Dir::Etc::main", "main");
    add_setting(&text, "Dir::Etc::sourcelist", "sources.list");
    add_setting(&text, "Dir::Etc::sourceparts", "sources.list.d");
    add_setting(&text, "Dir::Etc::preferences", "preferences");
    add_setting(&text, "Dir::Etc::preferencesparts", "preferences.d");
    add_setting(&text, "Dir::Etc::trusted", host->trusted);
    add_setting(&text, "Dir::Etc::trustedparts", host->trusted_parts);
    add_setting(&text, "Dir::Etc::netrc", host->netrc);
    add_setting(&text, "Dir::Etc::netrcparts", host->netrc_parts);
    add_setting(&text, "Dir::State", "state");
    add_setting(&text, "Dir::State::status", status);
    add_setting(&text, "Dir::Cache", "cache");
    add_setting(&text, "Dir::Log", "log");
    add_setting(&text, "APT::Architecture", arch_debian_name(arch));
    buffer_format(&text, "APT::Architectures { \"%s\"; };\n", arch_debian_name(arch));
    add_setting(&text, "APT::Sandbox::User", "root");
    add_setting(&text, "APT::Install-Recommends", "false");
    add_setting(&text, "APT::Update::Error-Mode", "any");
    add_setting(&text, "APT::Cmd::Pattern-Only", "true");
    add_setting(&text, "Acquire::Languages", "none");
    add_setting(&text, "Acquire::GzipIndexes", "true");
    add_setting(&text, "Acquire::ForceHash", "SHA256");
    return buffer_steal(&text);
}

/* Written only if changed, because apt rebuilds its binary cache when a source file is newer. */
static int write_when_changed(const char *path, const char *text, struct error **err)
{
    _cleanup_buffer_ struct buffer old = {0};

    if (path_exists(path) && path_read(path, CONFIG_LIMIT, &old, NULL) == 0 &&
        strcmp(old.data != NULL ? old.data : "", text) == 0)
        return 0;
    return path_write_atomic(path, text, strlen(text), err);
}

int apt_prepare(const char *root, enum arch arch, const struct apt_host *host, const char *sources,
                const char *status, struct apt *ret_apt, struct error **err)
{
    static const char *const folders[] = {
        "etc/parts",           "etc/preferences.d",      "etc/sources.list.d",
        "state/lists/partial", "cache/archives/partial", "log"};
    _cleanup_free_ char *text = NULL, *config = path_join(root, "apt.conf"),
                        *list = path_join(root, "etc/sources.list.d/archive.sources"),
                        *empty = path_join(root, "etc/sources.list");
    int code = 0;

    if (strpbrk(root, "\"\n") != NULL || strpbrk(status, "\"\n") != NULL)
        return error_set(err, -EINVAL,
                         "apt cannot work with a quotation mark or a new line in a path ('%s', "
                         "'%s'): move TOUCHSTONE_HOME",
                         root, status);
    for (size_t i = 0; code == 0 && i < sizeof(folders) / sizeof(folders[0]); i++) {
        _cleanup_free_ char *folder = path_join(root, folders[i]);

        code = path_make_folders(folder, false, err);
    }
    text = config_text(root, arch, host, status);
    if (code == 0)
        code = write_when_changed(config, text, err);
    if (code == 0)
        code = write_when_changed(empty, "", err);
    if (code == 0)
        code = write_when_changed(list, sources, err);
    if (code < 0)
        return error_prefix(err, "apt's private configuration");
    ret_apt->root = text_dup(root);
    ret_apt->config = steal_ptr(config);
    return 0;
}
