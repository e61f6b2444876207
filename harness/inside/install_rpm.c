/* SPDX-License-Identifier: Apache-2.0 */
/* rpm packages: a single transaction, which rpm orders. */
#include <stdlib.h>
#include <unistd.h>

#include "inside/install.h"

static const char *const locks[] = {"/var/lib/rpm/.rpm.lock", "/usr/lib/sysimage/rpm/.rpm.lock",
                                    NULL};

static void begin(struct words *command)
{
    words_add(command, "rpm");
    /* Debian's rpm, up to 4.18, requires this option. */
    if (access("/etc/debian_version", F_OK) == 0 &&
        system("rpm --force-debian --version > /dev/null 2>&1") == 0)
        words_add(command, "--force-debian");
}

static int run(struct words *command, const struct words *rest, int64_t deadline_ms)
{
    for (size_t i = 0; i < rest->count; i++)
        words_add(command, rest->items[i]);
    if (!install_has("rpm"))
        return install_end(INSTALL_BROKE, "this system has no rpm");
    return install_step(command, locks, deadline_ms);
}

/* The requested version replaces the installed one, whether that is older, newer or the same. */
int install_rpm(const struct words *files, int64_t deadline_ms)
{
    static struct words command;

    begin(&command);
    words_add(&command, "--upgrade");
    words_add(&command, "--verbose");
    words_add(&command, "--oldpackage");
    words_add(&command, "--replacepkgs");
    return run(&command, files, deadline_ms);
}

int remove_rpm(const struct words *names, int64_t deadline_ms)
{
    static struct words command;

    begin(&command);
    words_add(&command, "--erase");
    words_add(&command, "--");
    return run(&command, names, deadline_ms);
}
