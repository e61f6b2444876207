/* SPDX-License-Identifier: Apache-2.0 */
/* Parses NAME=value lines with shell quoting. */
#include "catalog/os_release.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "base/text.h"

void os_release_done(struct os_release *release)
{
    free(release->id);
    free(release->version_id);
    free(release->id_like);
    free(release->pretty_name);
}

/* The value without quotes; a backslash escapes the next character. */
static char *unquote(const char *value)
{
    _cleanup_buffer_ struct buffer text = {0};
    char quote = *value == '"' || *value == '\'' ? *value : '\0';

    for (const char *at = value + (quote != '\0'); *at != '\0' && *at != quote; at++) {
        if (*at == '\\' && quote != '\'' && at[1] != '\0')
            at++;
        buffer_add(&text, at, 1);
    }
    return buffer_steal(&text);
}

static void take(struct os_release *release, const char *line)
{
    const struct {
        const char *key;
        char **slot;
    } rows[] = {{"ID=", &release->id},
                {"VERSION_ID=", &release->version_id},
                {"ID_LIKE=", &release->id_like},
                {"PRETTY_NAME=", &release->pretty_name}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (!text_starts(line, rows[i].key))
            continue;
        free(*rows[i].slot);
        *rows[i].slot = unquote(line + strlen(rows[i].key));
    }
}

int os_release_load(const char *path, struct os_release *ret_release, struct error **err)
{
    _cleanup_buffer_ struct buffer data = {0};
    _cleanup_strv_ struct strv lines = {0};
    struct os_release release = {0};
    int code = path_read(path, OS_RELEASE_LIMIT, &data, err);

    if (code < 0)
        return code;
    if (data.data == NULL || strlen(data.data) != data.length)
        return error_set(err, -EINVAL, "os-release '%s' is no text: give the image's own file",
                         path);
    strv_split(&lines, data.data, "\r\n");
    for (size_t i = 0; i < lines.count; i++)
        take(&release, lines.items[i]);
    if (release.id == NULL && release.version_id == NULL && release.pretty_name == NULL) {
        os_release_done(&release);
        return error_set(err, -EINVAL,
                         "os-release '%s' has neither ID nor VERSION_ID: give /etc/os-release of "
                         "the image",
                         path);
    }
    if (release.id == NULL)
        release.id = text_dup("linux");
    if (release.version_id == NULL)
        release.version_id = text_dup("");
    *ret_release = release;
    return 0;
}
