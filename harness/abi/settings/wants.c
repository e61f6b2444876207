/* SPDX-License-Identifier: Apache-2.0 */
/* The files that settings are read from. */
#include <string.h>

#include "abi/settings/settings.h"
#include "base/path.h"

bool settings_wants(const char *path)
{
    static const char *const files[] = {"/etc/sysctl.conf",
                                        "/etc/security/limits.conf",
                                        "/etc/crypto-policies/config",
                                        "/etc/crypto-policies/state/current",
                                        "/etc/pki/tls/openssl.cnf",
                                        "/etc/ssl/openssl.cnf",
                                        "/etc/ssh/sshd_config",
                                        "/etc/selinux/config",
                                        "/etc/login.defs",
                                        "/etc/locale.conf",
                                        "/etc/default/locale",
                                        "/etc/timezone",
                                        "/etc/nsswitch.conf",
                                        "/etc/default/grub",
                                        "/etc/kernel/cmdline",
                                        "/boot/grub2/grub.cfg",
                                        "/boot/grub/grub.cfg",
                                        SETTINGS_MEASURED_CMDLINE,
                                        SETTINGS_MEASURED_CGROUP};
    /* Files with this ending in a folder with this end. */
    static const struct {
        const char *folder, *ending;
    } folders[] = {{"/sysctl.d/", ".conf"},
                   {"/etc/security/limits.d/", ".conf"},
                   {"/systemd/system.conf.d/", ".conf"},
                   {"/systemd/logind.conf.d/", ".conf"},
                   {"/systemd/", "/system.conf"},
                   {"/systemd/", "/logind.conf"},
                   {"/etc/crypto-policies/back-ends/", ".config"},
                   {"/etc/pki/tls/openssl.d/", ".cnf"},
                   {"/etc/pki/tls/openssl.d/", ".conf"},
                   {"/etc/ssh/sshd_config.d/", ".conf"},
                   {"/boot/loader/entries/", ".conf"},
                   {"/etc/authselect/", ""}, /* nsswitch.conf and PAM link to it */
                   {"/pam.d/", ""}};
    const char *base = path_base(path);

    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        if (strcmp(path, files[i]) == 0)
            return true;
    if (text_starts(path, "/usr/share/"))
        return text_starts(path, "/usr/share/crypto-policies/") && text_ends(path, ".txt");
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        size_t length = strlen(folders[i].folder);

        if ((size_t)(base - path) >= length &&
            memcmp(base - length, folders[i].folder, length) == 0 &&
            text_ends(path, folders[i].ending))
            return true;
    }
    return false;
}
