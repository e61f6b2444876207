/* SPDX-License-Identifier: Apache-2.0 */
/* Writes a ustar archive directly to the results disk, and computes its digest. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/fs.h>

#include "inside/guard.h"
#include "inside/inside.h"
#include "inside/sha256.h"
#include "inside/ustar.h"

struct writer {
    int fd;
    uint64_t at;
    struct sha256 sha;
    bool failed;
};

static void put(struct writer *writer, const void *data, size_t length)
{
    const char *from = data;

    sha256_add(&writer->sha, data, length);
    while (length > 0 && !writer->failed) {
        ssize_t done = pwrite(writer->fd, from, length, (off_t)writer->at);

        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0) {
            writer->failed = true;
            return;
        }
        from += done;
        length -= (size_t)done;
        writer->at += (uint64_t)done;
    }
}

static void put_member(struct writer *writer, const struct case_run *run, const char *name,
                       const void *data, size_t length)
{
    static const char zeros[USTAR_BLOCK];
    struct ustar header = {.typeflag = '0', .magic = "ustar", .version = {'0', '0'}};

    snprintf(header.name, sizeof(header.name), "%s/%s", run->id, name);
    snprintf(header.prefix, sizeof(header.prefix), "%s", run->nonce);
    snprintf(header.mode, sizeof(header.mode), "%07o", 0644);
    snprintf(header.uid, sizeof(header.uid), "%07o", 0);
    snprintf(header.gid, sizeof(header.gid), "%07o", 0);
    snprintf(header.size, sizeof(header.size), "%011zo", length);
    snprintf(header.mtime, sizeof(header.mtime), "%011o", 0);
    snprintf(header.chksum, sizeof(header.chksum), "%06o", ustar_sum(&header));
    put(writer, &header, sizeof(header));
    put(writer, data, length);
    put(writer, zeros, (USTAR_BLOCK - length % USTAR_BLOCK) % USTAR_BLOCK);
}

static bool has_room(int fd, const struct case_run *run)
{
    /* Upper bound: headers, padding and end take less than sixteen blocks. */
    uint64_t wanted = run->offset + run->out.kept + run->err.kept + run->observations.kept +
                      run->facts.kept + run->core_size + 16 * USTAR_BLOCK;
    uint64_t size;
    struct stat status;

    return fstat(fd, &status) == 0 &&
           (!S_ISBLK(status.st_mode) || (ioctl(fd, BLKGETSIZE64, &size) == 0 && wanted <= size));
}

uint64_t record_write(const struct case_run *run, char sha256[65])
{
    static const char zeros[2 * USTAR_BLOCK];
    struct writer writer = {.at = run->offset};

    /* By its serial number, because a case may change /dev. */
    writer.fd = strncmp(run->results, "serial:", 7) == 0 ? disk_open(run->results + 7, O_WRONLY)
                                                         : open(run->results, O_WRONLY | O_CLOEXEC);
    if (writer.fd < 0) {
        complain(0, "cannot open '%s': %s", run->results, strerror(errno));
        return 0;
    }
    if (!has_room(writer.fd, run)) {
        complain(0, "'%s' has no space for the record at %llu", run->results,
                 (unsigned long long)run->offset);
        close(writer.fd);
        return 0;
    }
    sha256_begin(&writer.sha);
    put_member(&writer, run, "stdout", run->out.data, run->out.kept);
    put_member(&writer, run, "stderr", run->err.data, run->err.kept);
    put_member(&writer, run, "observations", run->observations.data, run->observations.kept);
    put_member(&writer, run, "facts", run->facts.data, run->facts.kept);
    if (run->core_size > 0)
        put_member(&writer, run, "core", run->core, run->core_size);
    put(&writer, zeros, sizeof(zeros));
    if (writer.failed || fsync(writer.fd) < 0) {
        complain(0, "cannot write '%s': %s", run->results, strerror(errno));
        writer.at = run->offset;
    }
    sha256_end(&writer.sha, sha256);
    close(writer.fd);
    return writer.at - run->offset;
}
