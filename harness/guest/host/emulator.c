/* SPDX-License-Identifier: Apache-2.0 */
/* Finds QEMU's system emulators and queries their versions. */
#include "guest/host/emulator.h"

#include <errno.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/process.h"
#include "base/text.h"

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
