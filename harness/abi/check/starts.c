/* SPDX-License-Identifier: Apache-2.0 */
/* Files that start programs or load modules, against the image. */
#include "abi/script/start.h"

#include <string.h>

#include "abi/check/login.h"
#include "abi/check/needs.h"
#include "abi/check/scripts.h"
#include "abi/script/unit.h"
#include "base/cleanup.h"
#include "base/path.h"

struct start_check {
    struct needs *needs;
    const struct package_text *text;
};

static struct finding *add(const struct start_check *check, const struct start_need *need)
{
    struct finding *row = findings_add(check->needs->findings, FINDING_START_FILE,
                                       check->text->path, need->directive, NULL, need->name);

    row->line = need->line;
    if (need->optional || needs_may_come(check->needs))
        row->severity = SEVERITY_WARN;
    return row;
}

/* udev searches its own folders for a program without a path; others search PATH. */
static enum need_answer find_program(struct needs *needs, const char *name)
{
    static const char *const folders[] = {"/usr/lib/udev", "/lib/udev"};

    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        _cleanup_free_ char *path = text_format("%s/%s", folders[i], name);

        if (name[0] != '/' && world_resolve(needs->world, path).found)
            return NEED_THERE;
    }
    return needs_program(needs, name);
}

static void check_program(const struct start_check *check, const struct start_need *need)
{
    if (find_program(check->needs, need->name) == NEED_MISSING)
        finding_set_found(add(check, need), "%s= starts %s, which is not on the image",
                          need->directive, need->name);
}

/* What happens to the file if the user is unknown. */
static const char *effect_of(const char *path)
{
    return start_is_crontab(path)                   ? "cron ignores the line"
           : strstr(path, "/tmpfiles.d/") != NULL   ? "systemd-tmpfiles fails in this line"
           : text_starts(path, "/etc/logrotate.d/") ? "logrotate skips the file"
           : strstr(path, "/udev/rules.d/") != NULL ? "udev ignores the assignment"
                                                    : "the program is not started";
}

static void check_user(const struct start_check *check, const struct start_need *need)
{
    bool group = need->kind == START_GROUP;

    if (needs_user(check->needs, need->name, group) == NEED_MISSING)
        finding_set_found(add(check, need),
                          "no %s '%s' on the image, and nothing in the package creates it: %s",
                          group ? "group" : "user", need->name, effect_of(check->text->path));
}

static void check_need(const struct start_check *check, const struct start_need *need)
{
    struct needs *needs = check->needs;
    const char *path = check->text->path;

    switch (need->kind) {
    case START_PROGRAM:
        check_program(check, need);
        break;
    case START_CODE:
        script_check_command(path, "/bin/sh", need->name, need->line, false, SEVERITY_HIGH, needs);
        break;
    case START_USER:
    case START_GROUP:
        check_user(check, need);
        break;
    case START_UNIT:
        if (needs_unit(needs, need->name, strstr(path, "/dbus-1/services/") != NULL) ==
            NEED_MISSING)
            finding_set_found(add(check, need), "unit %s is not on the image", need->name);
        break;
    case START_PAM_MODULE:
    case START_PAM_SERVICE:
    case START_NAME_SERVICE:
        login_check_need(needs, path, path, need);
        break;
    case START_KERNEL_MODULE:
        if (needs_kernel_module(needs, need->name) == NEED_MISSING)
            finding_set_found(add(check, need), "the image's kernels have no module '%s'",
                              need->name);
        break;
    }
}

static void check_text(const struct package_text *text, struct needs *needs)
{
    const struct start_check check = {needs, text};
    _cleanup_start_needs_ struct start_needs wanted = {0};

    start_needs_read(text->path, text->text, &wanted);
    vec_foreach (need, &wanted)
        check_need(&check, need);
}

static bool is_debian(const struct needs *needs)
{
    const struct surface *image = needs->world->layers[LAYER_IMAGE];

    return image->counts[TABLE_PACKAGES] > 0 && (image->packages[0].flags & PACKAGE_DEB) != 0;
}

static struct finding *ignored(struct needs *needs, const char *path)
{
    struct finding *row =
        findings_add(needs->findings, FINDING_START_IGNORED, path, NULL, NULL, NULL);

    row->severity = SEVERITY_HIGH;
    return row;
}

/* Source: run-parts(8) and cron(8) of Debian. */
static void check_name(const char *path, unsigned mode, struct needs *needs)
{
    static const char accepted[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    const char *base = path_base(path);
    bool periodic = start_is_periodic(path);
    unsigned refused = mode;

    if (base[0] == '.' || (!periodic && !start_is_crontab(path)))
        return;
    if (is_debian(needs) && strspn(base, accepted) != strlen(base))
        finding_set_found(ignored(needs, path),
                          "the name contains '%c': %s of Debian ignores such files",
                          base[strspn(base, accepted)], periodic ? "run-parts" : "cron");
    if (periodic && needs_refuses_execution(needs, path, &refused))
        finding_set_found(ignored(needs, path),
                          "mode %04o: run-parts executes only files with the "
                          "permission to do so",
                          refused);
}

static void check_end(const struct package_text *text, struct needs *needs)
{
    size_t length = strlen(text->text);

    if (start_is_crontab(text->path) && is_debian(needs) && length > 0 &&
        text->text[length - 1] != '\n')
        finding_set_found(ignored(needs, text->path),
                          "the last line does not end with a newline: cron of Debian ignores the "
                          "file");
}

void start_check(const struct package *package, struct needs *needs)
{
    if (needs->reference)
        return;
    vec_foreach (text, &package->starts)
        if (!text->beside)
            check_text(text, needs);
    vec_foreach (text, &package->scripts) {
        if (text->beside || !start_is_crontab(text->path))
            continue;
        check_text(text, needs);
        check_end(text, needs);
    }
    vec_foreach (text, &package->units)
        if (!text->beside && !unit_is_one(text->path) && !unit_is_sysusers(text->path))
            check_text(text, needs);
    vec_foreach (file, &package->files)
        if (file->input < package->product_inputs)
            check_name(file->path, file->mode, needs);
}
