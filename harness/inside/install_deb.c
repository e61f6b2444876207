/* SPDX-License-Identifier: Apache-2.0 */
/* deb packages: uses apt-get, which orders and configures, with files as its only input; on a
 * system with dpkg but without apt, rounds of dpkg until no package waits for its Pre-Depends. */
#include <stddef.h>

#include "inside/install.h"

static const char *const locks[] = {"/var/lib/dpkg/lock-frontend", "/var/lib/dpkg/lock",
                                    "/var/cache/apt/archives/lock", NULL};

/* No sources, lists or pins: the result depends only on the system's state and the files. The cache
 * is in memory and no log is written, so that only the packages are left behind. */
static const char *const apt[] = {"apt-get",
                                  "install",
                                  "-q",
                                  "-y",
                                  "--no-remove",
                                  "--no-install-recommends",
                                  "--allow-downgrades",
                                  "--allow-change-held-packages",
                                  "-oDir::Etc::sourcelist=/dev/null",
                                  "-oDir::Etc::sourceparts=/dev/null",
                                  "-oDir::Etc::preferences=/dev/null",
                                  "-oDir::Etc::preferencesparts=/dev/null",
                                  "-oDir::Cache::pkgcache=",
                                  "-oDir::Cache::srcpkgcache=",
                                  "-oDir::Log::Terminal=",
                                  "-oDir::Log::History=",
                                  "-oDir::Log::Planner=",
                                  "-oAPT::Sandbox::User=root",
                                  "-oDpkg::Use-Pty=0",
                                  "-oDpkg::Options::=--force-confdef",
                                  "-oDpkg::Options::=--force-confold",
                                  "--"};

static void add_all(struct words *command, const char *const *items, size_t count)
{
    for (size_t i = 0; i < count; i++)
        words_add(command, items[i]);
}

/* Runs dpkg once, after its lock was checked. */
static int dpkg(const char *what, const struct words *files, struct report *report)
{
    static const char *const always[] = {"dpkg", "--force-confdef", "--force-confold",
                                         "--abort-after=4096"};
    static struct words command;

    command.count = 0;
    add_all(&command, always, sizeof(always) / sizeof(always[0]));
    words_add(&command, what);
    if (files != NULL)
        add_all(&command, files->items, files->count);
    else
        words_add(&command, "--pending");
    command.items[command.count] = NULL;
    return install_run(&command, report);
}

/* Unpacks remaining files and configures what is possible; files whose Pre-Depends are not
 * configured yet are left for the next round. Returns 0 with `ret_left` to continue, or the final
 * code. */
static int round_of(const struct words *files, struct words *ret_left)
{
    struct report unpacked = {.said = SAID_NOTHING}, configured = {.said = SAID_NOTHING};
    int exit_code = dpkg("--unpack", files, &unpacked), code = 0;

    *ret_left = unpacked.waiting; /* its texts are used in the next round */
    if (exit_code != 0 && !unpacked.order)
        return report_conclude(&unpacked, "dpkg", exit_code);
    code = dpkg("--configure", NULL, &configured);
    report_done(&configured);
    if (code != 0 && (ret_left->count == 0 || !configured.order))
        return report_conclude(&configured, "dpkg", code);
    /* No round will configure what these wait for. */
    if (ret_left->count == files->count)
        return report_conclude(&unpacked, "dpkg", exit_code);
    return 0;
}

static int install_by_dpkg(const struct words *files, int64_t deadline_ms)
{
    static struct words now, left;
    int code = install_wait_locks(locks, deadline_ms);

    now = *files;
    while (code == 0 && now.count > 0) {
        code = round_of(&now, &left);
        now = left;
    }
    return code == REPORT_LOCKED ? INSTALL_BROKE : code;
}

int install_deb(const struct words *files, int64_t deadline_ms)
{
    static struct words command;

    if (!install_has("apt-get") && install_has("dpkg"))
        return install_by_dpkg(files, deadline_ms);
    if (!install_has("apt-get"))
        return install_end(INSTALL_BROKE, "this system has neither apt-get nor dpkg");
    add_all(&command, apt, sizeof(apt) / sizeof(apt[0]));
    add_all(&command, files->items, files->count);
    return install_step(&command, locks, deadline_ms);
}

int remove_deb(const struct words *names, int64_t deadline_ms)
{
    static struct words command;

    words_add(&command, "dpkg");
    words_add(&command, "--purge");
    words_add(&command, "--");
    add_all(&command, names->items, names->count);
    return install_step(&command, locks, deadline_ms);
}
