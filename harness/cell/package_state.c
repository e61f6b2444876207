/* SPDX-License-Identifier: Apache-2.0 */
/* Uses the results disk, because a database is too large for a reply of the agent. */
#include "cell/package_state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "guest/media/media.h"
#include "job/event.h"
#include "job/limits.h"

#define RESULTS "/dev/disk/by-id/virtio-" GUEST_SERIAL_RESULTS
#define BLOCK (1 << 20)

/* Each prints the number of bytes it wrote, or nothing. rpm's folder is /usr/lib/sysimage/rpm on
 * newer systems, /var/lib/rpm on others. The latest changes of an SQLite database may be in its
 * -wal file. */
#define TAKE_DEB                                                                                   \
    "[ -s /var/lib/dpkg/status ] || exit 0; "                                                      \
    "cat /var/lib/dpkg/status >" RESULTS " && sync && wc -c </var/lib/dpkg/status"
#define TAKE_RPM                                                                                   \
    "cd /usr/lib/sysimage/rpm 2>/dev/null || cd /var/lib/rpm 2>/dev/null || exit 0; set --; "      \
    "for file in rpmdb.sqlite rpmdb.sqlite-wal Packages.db Packages; do "                          \
    "[ ! -f $file ] || set -- \"$@\" $file; done; [ $# -gt 0 ] || exit 0; "                        \
    "tar -cf - \"$@\" | tee " RESULTS " | wc -c && sync"

static int copy_out(const char *disk, uint64_t bytes, const char *path, struct error **err)
{
    _cleanup_close_ int from = open(disk, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    _cleanup_close_ int to = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    _cleanup_free_ char *block = text_calloc(BLOCK, 1);

    if (from < 0 || to < 0)
        return error_set_errno(err, -errno, "cannot copy from '%s' to '%s'", disk, path);
    for (uint64_t done = 0; done < bytes;) {
        ssize_t got = read(from, block, bytes - done < BLOCK ? bytes - done : BLOCK);

        if (got <= 0)
            return error_set_errno(err, got < 0 ? -errno : -EIO, "cannot read '%s'", disk);
        if (write(to, block, (size_t)got) != got)
            return error_set_errno(err, -errno, "cannot write '%s'", path);
        done += (uint64_t)got;
    }
    return 0;
}

int package_state_take(struct session *session, const char *path, struct error **err)
{
    _cleanup_(guest_output_done) struct guest_output output = {0};
    bool rpm = text_equal(session->image->package_family, "rpm");
    const char *argv[] = {"/bin/sh", "-c", rpm ? TAKE_RPM : TAKE_DEB, NULL};
    struct guest_command command = {.argv = argv, .output_limit = 4096};
    const char *said;
    uint64_t bytes;
    int code;

    if (session->image->package_family == NULL)
        return 0;
    event_phase("reading the package state");
    code = guest_exec(session->guest, &command,
                      clock_now_ms() + session_limit_ms(session, LIMIT_SETTLE_S), &output, err);
    if (code < 0)
        return code;
    said = output.out.data != NULL ? output.out.data : "";
    if (!output.exited || output.code != 0)
        return error_set(err, -EBADMSG, "the guest cannot copy its package state: %.500s",
                         output.err.data != NULL ? output.err.data : "it printed nothing");
    if (*said == '\0')
        return 0;
    {
        _cleanup_free_ char *number = text_ndup(said, strcspn(said, "\n"));

        code = text_parse_u64(number, "the size of the guest's package state", 1,
                              MEDIA_RESULTS_SIZE, &bytes, err);
    }
    if (code < 0)
        return code;
    code = copy_out(session->results, bytes, path, err);
    if (code < 0)
        session_miss(session, BLAME_HOST, err != NULL ? error_message(*err) : "");
    return code;
}
