/* SPDX-License-Identifier: Apache-2.0 */
/* The modules that PAM calls for a service, in order, with those of included services: pam.d(5). */
#include <ctype.h>
#include <string.h>

#include "abi/settings/read.h"
#include "base/cleanup.h"
#include "base/path.h"

enum { DEPTH_MAX = 16, MODULES_MAX = 256 };

struct reading {
    const struct settings_tree *tree;
    struct settings_section *to;
    const char *type; /* auth, account, password, session */
    struct buffer modules;
    size_t count;
};

static void read_service(struct reading *in, const char *service, unsigned depth, char **ret_path);

/* The next word, or what is in brackets; NULL: the line has ended. Moves *at behind it. */
static char *word(char **at)
{
    char *start = *at + strspn(*at, " \t\r\f\v"), *end;

    if (*start == '\0')
        return NULL;
    end = *start == '[' ? strchr(start, ']') : NULL;
    end = end != NULL ? end + 1 : start + strcspn(start, " \t\r\f\v");
    *at = end + (*end != '\0');
    *end = '\0';
    return start;
}

static void add_module(struct reading *in, const char *path)
{
    const char *base = path_base(path);
    size_t length = strlen(base);

    if (++in->count > MODULES_MAX) {
        settings_unknown(in->to, "a service has more than %d modules", MODULES_MAX);
        return;
    }
    if (text_ends(base, ".so"))
        length -= strlen(".so");
    buffer_format(&in->modules, "%s%.*s", in->modules.length > 0 ? " " : "", (int)length, base);
}

/* A service whose included file does not exist cannot be used. */
static void include(struct reading *in, const char *service, unsigned depth)
{
    _cleanup_free_ char *path = NULL;

    read_service(in, path_base(service), depth + 1, &path);
    if (path == NULL)
        settings_unknown(in->to, "the file '%s' that a service of PAM includes is missing",
                         service);
}

static void read_line(struct reading *in, char *line, unsigned depth)
{
    char *at = line, *type, *control, *module;

    line[strcspn(line, "#")] = '\0';
    type = word(&at);
    control = type != NULL ? word(&at) : NULL;
    if (control == NULL)
        return;
    if (strcmp(type, "@include") == 0) {
        include(in, control, depth);
        return;
    }
    module = word(&at);
    type += type[0] == '-'; /* missing modules of this line are no error */
    for (char *byte = type; *byte != '\0'; byte++)
        *byte = (char)tolower((unsigned char)*byte);
    if (module == NULL || strcmp(type, in->type) != 0)
        return;
    if (strcmp(control, "include") == 0 || strcmp(control, "substack") == 0)
        include(in, module, depth);
    else
        add_module(in, module);
}

static void read_lines(struct reading *in, const struct settings_file *file, unsigned depth)
{
    _cleanup_buffer_ struct buffer joined = {0};
    size_t position = 0;

    while (in->to->unknown == NULL) {
        _cleanup_free_ char *line = settings_line(file, &position);
        size_t length;

        if (line == NULL)
            break;
        length = strlen(line);
        if (length > 0 && line[length - 1] == '\\') {
            line[length - 1] = ' ';
            buffer_text(&joined, line);
            continue;
        }
        buffer_text(&joined, line);
        read_line(in, joined.data != NULL ? joined.data : line, depth);
        buffer_done(&joined);
    }
}

/* ret_path: the file, or NULL if there is none. Caller frees. */
static void read_service(struct reading *in, const char *service, unsigned depth, char **ret_path)
{
    static const char *const folders[] = {"/etc/pam.d", "/usr/lib/pam.d"};

    *ret_path = NULL;
    if (depth > DEPTH_MAX) {
        settings_unknown(in->to, "services of PAM include '%s' in a loop", service);
        return;
    }
    for (size_t i = 0; i < 2; i++) {
        _cleanup_(settings_file_done) struct settings_file file = {.length = 0};
        _cleanup_free_ char *path = path_join(folders[i], service);

        if (!settings_open_for(in->tree, path, in->to, &file))
            continue;
        *ret_path = text_dup(path);
        read_lines(in, &file, depth);
        return;
    }
}

void settings_read_pam(const struct settings_tree *tree, const struct settings *all,
                       struct settings_section *to)
{
    static const char *const services[] = {"login", "sshd", "su", "sudo", "crond", "cron", "other"};
    static const char *const types[] = {"auth", "account", "password", "session"};

    (void)all;
    for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++)
        for (size_t t = 0; t < 4 && to->unknown == NULL; t++) {
            struct reading in = {.tree = tree, .to = to, .type = types[t]};
            _cleanup_free_ char *path = NULL, *name = text_format("%s %s", services[i], types[t]);

            read_service(&in, services[i], 0, &path);
            if (path != NULL && in.modules.length > 0)
                settings_set(to, name, in.modules.data, path, 0);
            buffer_done(&in.modules);
        }
}
