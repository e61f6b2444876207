/* SPDX-License-Identifier: Apache-2.0 */
/* Squashfs, also appended to an AppImage: read by sqfs2tar (squashfs-tools-ng), if installed, as a
 * child with limits. Nothing is unpacked to a folder. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "abi/archive/blob.h"
#include "abi/package/contents.h"
#include "abi/package/package.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/process.h"

#define TIME_MAX_MS (120 * 1000)
#define CHUNK 65536

/* The tool requires a file that begins with the file system. */
static int copy_blob(const struct blob *blob, struct spool *ret_file, struct error **err)
{
    _cleanup_free_ char *chunk = text_calloc(CHUNK, 1);
    ssize_t got;
    int code = spool_to_file(ret_file, err);

    for (uint64_t at = 0; code == 0 && (got = blob_read(blob, at, chunk, CHUNK)) > 0;
         at += (uint64_t)got)
        code = spool_add(ret_file, chunk, (size_t)got, err);
    return code;
}

/* Reads the tar that the tool writes, within the limits of the package. */
static int collect(struct package *package, int from, struct spool *ret_tar, struct error **err)
{
    _cleanup_free_ char *chunk = text_calloc(CHUNK, 1);
    ssize_t got;
    int code = 0;

    while (code == 0 && (got = read(from, chunk, CHUNK)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_set_errno(err, -errno, "cannot read the output of sqfs2tar");
        if (!contents_count(package, (uint64_t)got))
            return error_set(err, -EFBIG, "its unpacked size exceeds the limit");
        code = spool_add(ret_tar, chunk, (size_t)got, err);
    }
    return code;
}

static int run_tool(struct package *package, const struct spool *file, struct spool *ret_tar,
                    struct error **err)
{
    static const char *const argv[] = {"sqfs2tar", "/dev/fd/3", NULL};
    struct process_spec spec = PROCESS_SPEC_INIT;
    int64_t deadline = clock_now_ms() + TIME_MAX_MS;
    struct process_exit ended;
    int pipes[2], code, waited;
    pid_t pid;

    if (pipe2(pipes, O_CLOEXEC) < 0)
        return error_set_errno(err, -errno, "cannot create a pipe");
    spec.argv = argv;
    spec.stdout_fd = pipes[1];
    spec.pass_fd = file->fd;
    spec.die_with_parent = true;
    code = process_start(&spec, &pid, err);
    close(pipes[1]);
    if (code == 0) {
        code = collect(package, pipes[0], ret_tar, err);
        if (code < 0)
            kill(pid, SIGKILL);
        waited = process_wait(pid, false, deadline, &ended, code < 0 ? NULL : err);
        if (code == 0)
            code = waited;
        if (code == 0 && (!ended.exited || ended.code != 0))
            code = error_set(err, -EBADMSG, "sqfs2tar cannot read it");
    }
    close(pipes[0]);
    return code;
}

bool squashfs_take(struct package *package, const struct place *place, const struct blob *blob)
{
    _cleanup_(spool_done) struct spool file = SPOOL_INIT, tar = SPOOL_INIT;
    _cleanup_free_ char *tool = process_find("sqfs2tar");
    _cleanup_error_ struct error *problem = NULL;
    struct blob inside;
    int code;

    if (tool == NULL)
        return false;
    code = copy_blob(blob, &file, &problem);
    if (code == 0)
        code = run_tool(package, &file, &tar, &problem);
    if (code < 0)
        package_unknown(package, place->path, "cannot read the squashfs: %s",
                        error_message(problem));
    if (tar.size == 0)
        return true;
    inside = spool_blob(&tar);
    package->handlers->take_archive(package, place, &inside, false);
    return true;
}
