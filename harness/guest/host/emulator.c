/* SPDX-License-Identifier: Apache-2.0 */
/* Finds QEMU's system emulators and queries their versions. */
#include "guest/host/emulator.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/path.h"
#include "base/process.h"
#include "base/text.h"

#define VERSION_LIMIT 256

enum arch emulator_host_arch(void)
{
    struct utsname host;
    enum arch arch = ARCH_COUNT;

    if (uname(&host) < 0 || !arch_parse(host.machine, &arch))
        return ARCH_COUNT;
    return arch;
}

int emulator_find(enum arch arch, char **ret_path, struct error **err)
{
    static const char *const packages[ARCH_COUNT] = {
        [ARCH_X86_64] = "qemu-system-x86",
        [ARCH_AARCH64] = "qemu-system-arm",
    };
    _cleanup_free_ char *program = NULL;
    char *path;

    if (arch >= ARCH_COUNT)
        return error_set(err, -ENOTSUP, "this host's architecture is not supported");
    program = text_format("qemu-system-%s", arch_name(arch));
    path = process_find(program);
    if (path == NULL && emulator_host_arch() == arch)
        path = process_find("/usr/libexec/qemu-kvm");
    if (path == NULL)
        return error_set(err, -ENOENT,
                         "no QEMU for %s: '%s' is not in PATH: install the package %s (Debian), or "
                         "qemu-kvm (RHEL-like, for the host's own architecture only)",
                         arch_name(arch), program, packages[arch]);
    *ret_path = path;
    return 0;
}

int emulator_version(const char *path, char **ret_version, struct error **err)
{
    static const char mark[] = "version ";
    const char *argv[] = {path, "--version", NULL};
    _cleanup_free_ char *text = NULL;
    char *start;
    int code = process_check(argv, 20000, &text, err);

    if (code < 0)
        return code;
    start = strstr(text, mark);
    if (start == NULL || start[sizeof(mark) - 1] == '\n')
        return error_set(err, -EBADMSG, "'%s --version' prints no version: is it QEMU?", path);
    start += sizeof(mark) - 1;
    *ret_version = text_ndup(start, strcspn(start, "\n"));
    return 0;
}

/* Names the program's content as far as the file system tells: a package that replaces the program
 * gives it another inode and another ctime. */
static int cache_file(const char *path, const char *home, char **ret_folder, char **ret_file,
                      struct error **err)
{
    _cleanup_free_ char *text = NULL;
    char name[DIGEST_TEXT_SIZE];
    struct stat st;

    if (stat(path, &st) < 0)
        return error_set_errno(err, -errno, "cannot examine QEMU '%s'", path);
    text = text_format("%s %ju %ju %jd %jd.%09ld %jd.%09ld", path, (uintmax_t)st.st_dev,
                       (uintmax_t)st.st_ino, (intmax_t)st.st_size, (intmax_t)st.st_mtim.tv_sec,
                       st.st_mtim.tv_nsec, (intmax_t)st.st_ctim.tv_sec, st.st_ctim.tv_nsec);
    digest_of_memory(text, strlen(text), name);
    *ret_folder = path_join(home, "host/qemu-versions");
    *ret_file = path_join(*ret_folder, name);
    return 0;
}

int emulator_version_cached(const char *path, const char *home, char **ret_version,
                            struct error **err)
{
    _cleanup_free_ char *folder = NULL, *file = NULL;
    _cleanup_buffer_ struct buffer known = {0};
    int code = cache_file(path, home, &folder, &file, err);

    if (code < 0)
        return code;
    if (path_read(file, VERSION_LIMIT, &known, NULL) == 0 && known.length > 0) {
        *ret_version = text_dup(known.data);
        return 0;
    }
    code = emulator_version(path, ret_version, err);
    /* Only time is lost if it cannot be written. */
    if (code == 0 && path_make_folders(folder, false, NULL) == 0)
        (void)path_write_unsynced(file, *ret_version, strlen(*ret_version), NULL);
    return code;
}
