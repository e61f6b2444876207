/* SPDX-License-Identifier: Apache-2.0 */
/* systemd's system.conf and logind.conf with their drop-ins: systemd-system.conf(5). */
#include <string.h>

#include "abi/settings/read.h"
#include "base/cleanup.h"

struct reading {
    const char *section, *path;
    struct settings_section *to;
    bool inside;
};

/* Keys whose built-in default the file as shipped shows in a comment, "#DefaultTasksMax=15%". Of
 * others the comment is an example. */
static bool documents_default(const char *key)
{
    static const char *const keys[] = {"DefaultTasksMax",
                                       "DefaultTasksAccounting",
                                       "DefaultMemoryAccounting",
                                       "DefaultCPUAccounting",
                                       "DefaultTimeoutStartSec",
                                       "DefaultTimeoutStopSec",
                                       "DefaultOOMPolicy",
                                       "DefaultStartLimitIntervalSec",
                                       "DefaultStartLimitBurst",
                                       "ProtectSystem",
                                       "KillUserProcesses",
                                       "RemoveIPC",
                                       "UserTasksMax",
                                       "KillExcludeUsers"};

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        if (strcmp(key, keys[i]) == 0)
            return true;
    return text_starts(key, "DefaultLimit");
}

/* An empty value: nothing is built in. */
static void read_default(struct reading *in, char *text)
{
    char *value = strchr(text, '=');

    if (value == NULL)
        return;
    *value++ = '\0';
    value = settings_strip(value);
    if (documents_default(text + 1))
        settings_set_first(in->to, text + 1, value[0] != '\0' ? value : "none", in->path,
                           SETTING_DEFAULT);
}

static void read_line(struct reading *in, char *line)
{
    char *text = settings_strip(line), *value;

    if (text[0] == '[') {
        size_t length = strlen(in->section);

        in->inside = strncmp(text + 1, in->section, length) == 0 && text[length + 1] == ']';
        return;
    }
    if (!in->inside || text[0] == '\0' || text[0] == ';')
        return;
    if (text[0] == '#') {
        read_default(in, text);
        return;
    }
    value = strchr(text, '=');
    if (value == NULL)
        return;
    *value++ = '\0';
    settings_set(in->to, settings_strip(text), settings_strip(value), in->path, 0);
}

static bool ends_open(const char *line)
{
    size_t length = strlen(line);

    return length > 0 && line[length - 1] == '\\';
}

static bool read_file(const struct settings_tree *tree, const char *path, const char *section,
                      struct settings_section *to)
{
    _cleanup_(settings_file_done) struct settings_file file = {.length = 0};
    struct reading in = {.section = section, .to = to};
    _cleanup_buffer_ struct buffer joined = {0};
    size_t position = 0;

    if (!settings_open_for(tree, path, to, &file))
        return false;
    in.path = file.path;
    while (to->unknown == NULL) {
        _cleanup_free_ char *line = settings_line(&file, &position);
        bool comment;

        if (line == NULL)
            break;
        comment = line[strspn(line, " \t")] == '#' || line[strspn(line, " \t")] == ';';
        if (joined.length > 0 && comment)
            continue; /* a comment between two parts of a line */
        if (!comment && ends_open(line)) {
            line[strlen(line) - 1] = ' ';
            buffer_text(&joined, line);
            continue;
        }
        buffer_text(&joined, line);
        read_line(&in, joined.data != NULL ? joined.data : line);
        buffer_done(&joined);
    }
    if (joined.length > 0)
        read_line(&in, joined.data);
    return true;
}

/* The first main file counts; drop-ins of all folders come after it. */
static void read_all(const struct settings_tree *tree, const char *name, const char *section,
                     struct settings_section *to)
{
    static const char *const folders[] = {"/etc/systemd", "/run/systemd", "/usr/local/lib/systemd",
                                          "/usr/lib/systemd", "/lib/systemd"};
    enum { FOLDERS = sizeof(folders) / sizeof(folders[0]) };
    const char *drop_ins[FOLDERS + 1] = {NULL};
    _cleanup_strv_ struct strv paths = {0}, names = {0};
    bool found = false;

    for (size_t i = 0; i < FOLDERS; i++) {
        _cleanup_free_ char *path = text_format("%s/%s", folders[i], name);

        found = found || read_file(tree, path, section, to);
        strv_take(&names, text_format("%s/%s.d", folders[i], name));
        drop_ins[i] = names.items[i];
    }
    settings_list(tree, drop_ins, ".conf", &paths);
    for (size_t i = 0; i < paths.count; i++)
        found = read_file(tree, paths.items[i], section, to) || found;
    if (!found)
        settings_unknown(to, "there is no %s of systemd", name);
}

void settings_read_systemd(const struct settings_tree *tree, const struct settings *all,
                           struct settings_section *to)
{
    (void)all;
    read_all(tree, "system.conf", "Manager", to);
}

void settings_read_logind(const struct settings_tree *tree, const struct settings *all,
                          struct settings_section *to)
{
    (void)all;
    read_all(tree, "logind.conf", "Login", to);
}
