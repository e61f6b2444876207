/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the program's data, the user's data and the runtime folder. */
#include "home/home.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "base/text.h"

#define WORKER "libexec/touchstone/worker"

/* Each is determined once and stays allocated until the process ends. */
static char *program_path, *worker_path, *data_folder, *programs_folder, *locale_folder,
    *user_folder, *runtime_folder;

static const char *setting(const char *name)
{
    const char *value = getenv(name);

    return value != NULL && *value != '\0' ? value : NULL;
}

int home_program(const char **ret_path, struct error **err)
{
    char path[PATH_MAX];

    if (program_path == NULL) {
        ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);

        if (length < 0)
            return error_set_errno(err, -errno, "cannot read /proc/self/exe");
        program_path = text_ndup(path, (size_t)length);
    }
    *ret_path = program_path;
    return 0;
}

/* Returns the first base/<candidate> that is a folder containing `holds`, resolved; or NULL. */
static char *first_folder(const char *base, const char *const *candidates, const char *holds)
{
    for (size_t i = 0; candidates[i] != NULL; i++) {
        _cleanup_free_ char *folder = path_join(base, candidates[i]);
        _cleanup_free_ char *inside = path_join(folder, holds);

        if (path_is_folder(inside))
            return realpath(folder, NULL);
    }
    return NULL;
}

/* The folder of the program, ending in '/'. For the worker: the folder that contains its
 * libexec/. */
static int program_folder(char **ret_folder, struct error **err)
{
    const char *program;
    size_t length;
    int code = home_program(&program, err);

    if (code < 0)
        return code;
    length = text_ends(program, "/" WORKER) ? strlen(program) - strlen(WORKER)
                                            : (size_t)(path_base(program) - program);
    *ret_folder = text_ndup(program, length);
    return 0;
}

int home_worker(const char **ret_path, struct error **err)
{
    static const char *const candidates[] = {WORKER, "../" WORKER};
    _cleanup_free_ char *base = NULL;
    int code;

    if (worker_path != NULL) {
        *ret_path = worker_path;
        return 0;
    }
    code = program_folder(&base, err);
    if (code < 0)
        return code;
    for (size_t i = 0; worker_path == NULL && i < sizeof(candidates) / sizeof(candidates[0]); i++) {
        _cleanup_free_ char *path = path_join(base, candidates[i]);

        if (access(path, X_OK) == 0)
            worker_path = realpath(path, NULL);
    }
    if (worker_path == NULL)
        return error_set(err, -ENOENT,
                         "no worker program in '%s" WORKER "' or '%s../" WORKER
                         "': build or reinstall touchstone",
                         base, base);
    *ret_path = worker_path;
    return 0;
}

int home_data_folder(const char **ret_folder, struct error **err)
{
    /* For the installed worker; installed touchstone; build/touchstone; build/<preset>/touchstone;
     * build/<preset>/tests/test_x. */
    static const char *const candidates[] = {
        "share/touchstone", "../share/touchstone", "..", "../..", "../../..", NULL};
    _cleanup_free_ char *base = NULL;
    int code;

    if (data_folder == NULL && setting("TOUCHSTONE_DATA") != NULL)
        data_folder = text_dup(setting("TOUCHSTONE_DATA"));
    if (data_folder == NULL) {
        code = program_folder(&base, err);
        if (code < 0)
            return code;
        data_folder = first_folder(base, candidates, "arch/platforms");
    }
    if (data_folder == NULL)
        return error_set(err, -ENOENT,
                         "no arch/platforms in '%s../share/touchstone' nor above '%s': set "
                         "TOUCHSTONE_DATA to the folder that holds arch/ and suites/",
                         base, base);
    *ret_folder = data_folder;
    return 0;
}

int home_programs_folder(const char **ret_folder, struct error **err)
{
    static const char *const candidates[] = {"libexec/touchstone", "../libexec/touchstone", ".",
                                             "..", NULL};
    _cleanup_free_ char *base = NULL;
    int code;

    if (programs_folder == NULL) {
        code = program_folder(&base, err);
        if (code < 0)
            return code;
        programs_folder = first_folder(base, candidates, "guest");
    }
    if (programs_folder == NULL)
        return error_set(err, -ENOENT,
                         "no guest programs in '%s../libexec/touchstone' nor '%sguest': build or "
                         "reinstall touchstone",
                         base, base);
    *ret_folder = programs_folder;
    return 0;
}

const char *home_locale_folder(void)
{
    static const char *const candidates[] = {"share/locale", "../share/locale", "locale",
                                             "../locale", NULL};
    _cleanup_free_ char *base = NULL;

    if (locale_folder == NULL && program_folder(&base, NULL) == 0)
        locale_folder = first_folder(base, candidates, "zh_CN/LC_MESSAGES");
    return locale_folder;
}

static bool reads_only;

void home_reads_only(void)
{
    reads_only = true;
}

const char *home_setting(void)
{
    return setting("TOUCHSTONE_HOME");
}

int home_folder(const char **ret_folder, struct error **err)
{
    _cleanup_free_ char *folder = NULL;
    int code;

    if (user_folder == NULL) {
        if (setting("TOUCHSTONE_HOME") != NULL)
            folder = text_dup(setting("TOUCHSTONE_HOME"));
        else if (setting("XDG_DATA_HOME") != NULL)
            folder = path_join(setting("XDG_DATA_HOME"), "touchstone");
        else if (setting("HOME") != NULL)
            folder = path_join(setting("HOME"), ".local/share/touchstone");
        else
            return error_set(err, -ENOENT,
                             "neither TOUCHSTONE_HOME nor HOME is set: set "
                             "TOUCHSTONE_HOME to a folder for images, runs and evidence");
        if (folder[0] != '/')
            return error_set(err, -EINVAL, "TOUCHSTONE_HOME '%s' is not absolute: give a full path",
                             folder);
        code = path_make_folders(folder, false, err);
        if (code < 0)
            return code;
        if (!reads_only && access(folder, W_OK | X_OK) < 0)
            return error_set_errno(err, -errno,
                                   "home '%s' is not writable: set TOUCHSTONE_HOME to a folder of "
                                   "yours",
                                   folder);
        user_folder = steal_ptr(folder);
    }
    *ret_folder = user_folder;
    return 0;
}

/* Other users must not be able to place a socket or link where ours is expected. */
static int check_private(const char *folder, struct error **err)
{
    struct stat st;

    if (lstat(folder, &st) < 0)
        return error_set_errno(err, -errno, "cannot stat runtime folder '%s'", folder);
    if (!S_ISDIR(st.st_mode) || st.st_uid != geteuid() || (st.st_mode & 0022) != 0)
        return error_set(err, -EPERM,
                         "runtime folder '%s' is not a private folder of this user: remove it, or "
                         "set XDG_RUNTIME_DIR",
                         folder);
    return 0;
}

int home_runtime_folder(const char **ret_folder, struct error **err)
{
    _cleanup_free_ char *folder = NULL, *user = text_format("/run/user/%u", geteuid());
    int code;

    if (runtime_folder == NULL) {
        if (setting("XDG_RUNTIME_DIR") != NULL)
            folder = path_join(setting("XDG_RUNTIME_DIR"), "touchstone");
        else if (access(user, W_OK) == 0)
            folder = path_join(user, "touchstone");
        else if (geteuid() == 0)
            folder = text_dup("/run/touchstone");
        else
            folder = text_format("/tmp/touchstone-%u", geteuid());
        code = path_make_folders(folder, true, err);
        if (code == 0)
            code = check_private(folder, err);
        if (code < 0)
            return code;
        runtime_folder = steal_ptr(folder);
    }
    *ret_folder = runtime_folder;
    return 0;
}
