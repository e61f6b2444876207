/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the streams of a case directly to the results disk, one after the other, and their sizes
 * and digests to its end record. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <linux/fs.h>

#include "inside/guard.h"
#include "inside/inside.h"

static bool has_room(int fd, uint64_t end)
{
    uint64_t size;
    struct stat status;

    return fstat(fd, &status) == 0 &&
           (!S_ISBLK(status.st_mode) || (ioctl(fd, BLKGETSIZE64, &size) == 0 && end <= size));
}

/* Writes all parts, with one call unless the kernel takes fewer bytes. */
static bool put(int fd, uint64_t at, struct iovec *parts, int count)
{
    while (count > 0) {
        ssize_t done = parts->iov_len > 0 ? pwritev(fd, parts, count, (off_t)at) : 0;

        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0 || (done == 0 && parts->iov_len > 0))
            return false;
        at += (uint64_t)done;
        for (; count > 0 && (size_t)done >= parts->iov_len; count--, parts++)
            done -= (ssize_t)parts->iov_len;
        if (count > 0) {
            parts->iov_base = (char *)parts->iov_base + done;
            parts->iov_len -= (size_t)done;
        }
    }
    return true;
}

/* The digest of a stream continues that of the case's earlier parts. */
static void hash(struct record_part *part)
{
    struct sha256 end;

    sha256_add(&part->sha, part->data, part->size);
    end = part->sha;
    sha256_end(&end, part->sha256);
}

int record_open(const struct case_run *run, int flags)
{
    /* By its serial number, because a case may change /dev. */
    return strncmp(run->results, "serial:", 7) == 0 ? disk_open(run->results + 7, flags)
                                                    : open(run->results, flags | O_CLOEXEC);
}

bool record_write(struct case_run *run)
{
    static char zeros[RECORD_PAGE];
    const struct record_part parts[RECORD_PARTS] = {
        [PART_STDOUT] = {"stdout", run->out.data, run->out.kept},
        [PART_STDERR] = {"stderr", run->err.data, run->err.kept},
        [PART_OBSERVATIONS] = {"observations", run->observations.data, run->observations.kept},
        [PART_FACTS] = {"facts", run->facts.data, run->facts.kept},
        [PART_CORE] = {"core", run->core, run->core_size},
        [PART_REPORT] = {"report", run->report.data, run->report.kept},
        [PART_ARTIFACTS] = {"artifacts", run->artifacts.data, run->artifacts.kept}};
    struct iovec out[RECORD_PARTS + 1];
    uint64_t length = 0;
    bool good;
    int fd = record_open(run, O_WRONLY);

    if (fd < 0) {
        complain(0, "cannot open '%s': %s", run->results, strerror(errno));
        return false;
    }
    for (int i = 0; i < RECORD_PARTS; i++) {
        struct sha256 before = run->parts[i].sha;

        run->parts[i] = parts[i];
        run->parts[i].sha = before;
        hash(&run->parts[i]);
        out[i] = (struct iovec){(void *)parts[i].data, parts[i].size};
        length += parts[i].size;
    }
    out[RECORD_PARTS] = (struct iovec){zeros, (RECORD_PAGE - length % RECORD_PAGE) % RECORD_PAGE};
    if (!has_room(fd, run->offset + length + out[RECORD_PARTS].iov_len)) {
        complain(0, "'%s' has no space for the record at %llu", run->results,
                 (unsigned long long)run->offset);
        close(fd);
        return false;
    }
    good = put(fd, run->offset, out, RECORD_PARTS + 1) && fsync(fd) == 0;
    if (!good)
        complain(0, "cannot write '%s': %s", run->results, strerror(errno));
    close(fd);
    return good;
}

static void print_parts(const struct case_run *run)
{
    const char *between = "";

    fputs(",\"parts\":[", stdout);
    for (int i = 0; i < RECORD_PARTS; i++) {
        const struct record_part *part = &run->parts[i];

        if (i >= PART_CORE && part->size == 0)
            continue;
        printf("%s{\"name\":\"%s\",\"size\":%zu,\"sha256\":\"%s\"}", between, part->name,
               part->size, part->sha256);
        between = ",";
    }
    fputs("]", stdout);
}

/* For the next part of the case, whose digests continue these. */
static void print_hashed(const struct case_run *run)
{
    fputs(",\"hashed\":\"", stdout);
    for (int i = 0; i < PART_CORE; i++) {
        char text[SHA256_STATE_SIZE];

        sha256_save(&run->parts[i].sha, text);
        printf("%s%s", i > 0 ? "," : "", text);
    }
    fputs("\"", stdout);
}

int record_print(const struct case_run *run)
{
    fputs("{\"nonce\":", stdout);
    json_string(stdout, run->nonce);
    fputs(",\"case\":", stdout);
    json_string(stdout, run->id);
    printf(",\"offset\":%llu", (unsigned long long)run->offset);
    print_parts(run);
    printf(",\"exit\":%d,\"signal\":%d,\"timed_out\":%s,\"timeout_ms\":%lld,\"duration_ms\":%lld,"
           "\"stdout_dropped\":%llu,\"stderr_dropped\":%llu,\"observations_dropped\":%llu,"
           "\"facts_dropped\":%llu,\"restart\":\"%s\",\"mark\":\"%s\"",
           run->exit_code, run->signal, run->timed_out ? "true" : "false",
           (long long)run->timeout_ms, (long long)run->duration_ms,
           (unsigned long long)run->out.dropped, (unsigned long long)run->err.dropped,
           (unsigned long long)run->observations.dropped, (unsigned long long)run->facts.dropped,
           run->restart, run->next_mark);
    if (strcmp(run->restart, "none") != 0)
        print_hashed(run);
    fputs("}\n", stdout);
    return fflush(stdout) == 0 ? 0 : complain(EXIT_IO, "cannot write: %s", strerror(errno));
}

bool record_continue(struct case_run *run, const char *hashed)
{
    for (int i = 0; i < RECORD_PARTS; i++)
        sha256_begin(&run->parts[i].sha);
    if (hashed == NULL || hashed[0] == '\0')
        return true;
    for (int i = 0; i < PART_CORE; i++) {
        hashed = sha256_load(&run->parts[i].sha, hashed);
        if (hashed == NULL || *hashed != (i + 1 < PART_CORE ? ',' : '\0'))
            return false;
        hashed++;
    }
    return true;
}
