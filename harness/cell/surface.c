/* SPDX-License-Identifier: Apache-2.0 */
/* The guest's find and tar write the relevant files to the results disk; the host makes a surface
 * of them. */
#include "cell/surface.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "abi/surface/harvest.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/lock.h"
#include "base/path.h"
#include "guest/media/media.h"
#include "job/event.h"
#include "job/limits.h"

/* version of what is read and stored; a surface of another version is read again */
#define VERSION "5"

/* What only the running system knows of its settings, as abi/settings reads it. */
#define MEASURED "/run/touchstone-measured"
#define MEASURE                                                                                    \
    "rm -rf " MEASURED "; mkdir " MEASURED "; cat /proc/cmdline > " MEASURED "/cmdline; "          \
    "stat -fc %T /sys/fs/cgroup > " MEASURED "/cgroup; "
#define LIST_MEASURED                                                                              \
    "for name in cmdline cgroup; do "                                                              \
    "[ ! -s " MEASURED "/$name ] || printf '" MEASURED "/%s\\0' $name; done; "                     \
    "find /run/sysctl.d /run/systemd/system.conf.d /run/systemd/logind.conf.d -print0 2>/dev/null"

/* Everything that could be loaded or executed, all links and folders, and the files that harvest.c
 * calls facts; a pipe in place of one is named, not read. Other run-time files are skipped. Exit
 * code 1 of tar: a file changed meanwhile. */
#define READ                                                                                       \
    MEASURE                                                                                        \
    "cd / && { find / \\( -path /proc -o -path /sys -o -path /dev -o -path /run -o -path /tmp "    \
    "-o -path /var/tmp -o -path /var/cache -o -path /lost+found \\) -prune -o "                    \
    "\\( -type d -o -type l -o -type p -path '/etc/*' -o -type f \\( -perm /111 "                  \
    "-o -name '*.so*' -o -name 'ld-linux*' "                                                       \
    "-o -path '/etc/*' -o -path /usr/lib/os-release "                                              \
    "-o -path /var/lib/dpkg/status -o -path /var/lib/dpkg/diversions -o -path "                    \
    "'/var/lib/dpkg/info/*.list' "                                                                 \
    "-o -path '/var/lib/rpm/*' -o -path '/usr/lib/sysimage/rpm/*' "                                \
    "-o -name '*.sh' -o -path '*/systemd/system/*' -o -path '*/systemd/user/*' "                   \
    "-o -path '*/lib/lsb/*' "                                                                      \
    "-o -path '*/sysctl.d/*' -o -path '*/systemd/*.conf' -o -path '*/pam.d/*' "                    \
    "-o -path '/usr/share/crypto-policies/*' -o -path '/boot/grub*/grub.cfg' "                     \
    "-o -path '/boot/loader/entries/*' "                                                           \
    "-o -path '/boot/config-*' -o -path '/boot/symvers-*' -o -path '*/Module.symvers' "            \
    "-o -path '*/lib/modules/*/config' -o -path '*/lib/modules/*/symvers.*' \\) \\) -print0 "      \
    "2>/dev/null; " LIST_MEASURED "; } | "                                                         \
    "tar --null --no-recursion --hard-dereference -T - "                                           \
    "-cf /dev/disk/by-id/virtio-" GUEST_SERIAL_RESULTS " 2>/dev/null; code=$?; sync; "             \
    "rm -rf " MEASURED "; [ $code -le 1 ]"

static char *place_of(const char *home, const struct image *image)
{
    return text_format("%s/surfaces/images/%s." VERSION, home, image->disk.sha256);
}

int surface_of_image(const char *home, const struct image *image, char **ret_path,
                     struct error **err)
{
    _cleanup_free_ char *place = place_of(home, image), *path = realpath(place, NULL);

    if (path == NULL)
        return error_set(err, -ENOENT,
                         "no surface of image '%s' exists yet: collect it with 'touchstone abi "
                         "harvest --image %s', or run a suite that has a product",
                         image->name, image->name);
    *ret_path = steal_ptr(path);
    return 0;
}

static int read_guest(struct session *session, struct error **err)
{
    _cleanup_(guest_output_done) struct guest_output output = {0};
    const char *argv[] = {"/bin/sh", "-c", READ, NULL};
    struct guest_command command = {.argv = argv, .output_limit = 4096};
    int code;

    event_phase("reading what the image provides");
    code = guest_exec(session->guest, &command,
                      clock_now_ms() + session_limit_ms(session, LIMIT_SURFACE_S), &output, err);
    if (code == 0 && (!output.exited || output.code != 0))
        code = error_set(err, -EBADMSG, "the guest's find and tar cannot read its files (exit %d)",
                         output.code);
    return code;
}

/* The link is created last, so that the surface it refers to is complete. */
static int keep(struct session *session, const char *place, struct error **err)
{
    _cleanup_(harvest_done) struct harvest harvest;
    _cleanup_free_ char *folder = path_join(session->home, "surfaces"), *target = NULL;
    _cleanup_free_ char *source = text_format("image %s", session->image->name);
    _cleanup_free_ char *temporary = text_format("%s.%d", place, (int)getpid());
    _cleanup_free_ char *page_size = text_format("%u", session->identity.page_size);
    char digest[DIGEST_TEXT_SIZE];
    int code;

    harvest_init(&harvest);
    harvest.source = source;
    event_phase("indexing what the image provides");
    code = harvest_tar(&harvest, session->results, err);
    surface_builder_meta(harvest.builder, "page-size", page_size);
    if (code == 0)
        code = surface_builder_write(harvest.builder, folder, digest, err);
    if (code < 0)
        return code;
    target = text_format("../%s.surface", digest);
    unlink(temporary);
    if (symlink(target, temporary) < 0 || rename(temporary, place) < 0)
        return error_set_errno(err, -errno, "cannot make '%s'", place);
    return 0;
}

int surface_take(struct session *session, char **ret_path, struct error **err)
{
    _cleanup_free_ char *place = place_of(session->home, session->image);
    _cleanup_free_ char *folder = path_join(session->home, "surfaces/images"), *lock_path = NULL;
    _cleanup_close_ int lock = -1;
    int code = 0;

    if (!path_exists(place) && session->installed_by != NULL)
        return error_set(err, -ENOENT,
                         "what image '%s' provides was not read before the product was installed: "
                         "run it without --reuse-install",
                         session->image->name);
    if (!path_exists(place)) {
        lock_path = text_format("%s.lock", place);
        code = path_make_folders(folder, false, err);
        if (code == 0)
            code =
                lock_take(lock_path, "the image's surface",
                          clock_now_ms() + session_limit_ms(session, LIMIT_SURFACE_S), &lock, err);
        if (code == 0 && !path_exists(place)) {
            code = read_guest(session, err);
            if (code == 0)
                code = keep(session, place, err);
        }
    }
    return code == 0 ? surface_of_image(session->home, session->image, ret_path, err) : code;
}
