/* SPDX-License-Identifier: Apache-2.0 */
/* The verb `crash`, started by the kernel with the core on stdin: records where the process was, in
 * which file, and the bytes at that address. The process still exists in /proc meanwhile. */
#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/procfs.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inside/crash.h"
#include "inside/inside.h"
#include "inside/minicore.h"
#include "inside/witness.h"

struct place {
    char path[WITNESS_PATH]; /* "": not in a file */
    uint64_t offset;         /* offset in the file */
};

/* The mapping around an address, from /proc/PID/maps. */
static void find_mapping(const char *pid, uint64_t address, struct place *place)
{
    char path[64], line[WITNESS_PATH + 128];
    FILE *file;

    snprintf(path, sizeof(path), "/proc/%.20s/maps", pid);
    file = fopen(path, "re");
    while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
        uint64_t from, to, offset;
        int name = 0;

        if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %*s %" SCNx64 " %*s %*s %n", &from, &to, &offset,
                   &name) < 3 ||
            address < from || address >= to)
            continue;
        line[strcspn(line, "\n")] = '\0';
        if (name > 0 && line[name] == '/')
            snprintf(place->path, sizeof(place->path), "%.1023s", line + name);
        place->offset = address - from + offset;
        break;
    }
    if (file != NULL)
        fclose(file);
}

static void read_code(const char *pid, uint64_t address, char hex[2 * CRASH_CODE + 1])
{
    unsigned char code[CRASH_CODE];
    char path[64];
    ssize_t got;
    int fd;

    snprintf(path, sizeof(path), "/proc/%.20s/mem", pid);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    got = fd >= 0 ? pread(fd, code, sizeof(code), (off_t)address) : -1;
    if (fd >= 0)
        close(fd);
    strcpy(hex, "-");
    for (ssize_t i = 0; i < got; i++)
        sprintf(hex + 2 * i, "%02x", code[i]);
}

/* Records the fact for a file, seen through the process's own root. */
static void describe(int to, const char *pid, const char *path)
{
    char seen[WITNESS_PATH + 64];
    struct stat status = {.st_size = 0};

    snprintf(seen, sizeof(seen), "/proc/%.20s/root%s", pid, path);
    if (path[0] != '/' || (stat(seen, &status) < 0 && stat(path, &status) < 0))
        return;
    dprintf(to, "file\t%s\t%lld\t%lld\t0\t-\t0\t0\n", witness_field(path),
            (long long)status.st_ctim.tv_sec * 1000 + status.st_ctim.tv_nsec / 1000000,
            (long long)status.st_size);
}

static int tell(int folder, const char *pid, const char *signal, const struct minicore *core)
{
    char exe[WITNESS_PATH] = "", link[64], hex[2 * CRASH_CODE + 1], name[32];
    struct place place = {.offset = 0};
    ssize_t length;
    int fd;

    snprintf(link, sizeof(link), "/proc/%.20s/exe", pid);
    length = readlink(link, exe, sizeof(exe) - 1);
    exe[length > 0 ? length : 0] = '\0';
    find_mapping(pid, core->pc, &place);
    read_code(pid, core->pc, hex);
    snprintf(name, sizeof(name), "crash.%.20s", pid);
    fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return EXIT_IO;
    dprintf(fd, "crash\t%s\t%s\t0x%" PRIx64 "\t0x%" PRIx64 "\t%s\t0x%" PRIx64 "\t%s\t%s\n", signal,
            pid, core->pc, core->address, hex, place.offset,
            place.path[0] != '\0' ? witness_field(place.path) : "-",
            exe[0] != '\0' ? witness_field(exe) : "-");
    if (core->sender > 0 && core->sender != atol(pid))
        dprintf(fd, "sent\t%s\t%s\t%d\n", signal, exe[0] != '\0' ? witness_field(exe) : "-",
                core->sender);
    describe(fd, pid, exe);
    describe(fd, pid, place.path);
    close(fd);
    return 0;
}

/* Number of crashes recorded so far: a case may crash any number of times. */
static int count_crashes(int folder)
{
    int copy = dup(folder), count = 0;
    DIR *listing = copy >= 0 ? fdopendir(copy) : NULL;
    const struct dirent *entry;

    while (listing != NULL && (entry = readdir(listing)) != NULL)
        count += strncmp(entry->d_name, "crash.", 6) == 0;
    if (listing != NULL)
        closedir(listing);
    return count;
}

int verb_crash(int argc, char **argv)
{
    static struct minicore core = {.in = STDIN_FILENO, .out = -1};
    uint64_t number;
    int folder, code;

    if (argc != 4 || !parse_number(argv[2], INT32_MAX, &number) ||
        !parse_number(argv[3], 64, &number))
        return complain(EXIT_USAGE, "crash expects FOLDER PID SIGNAL, from the kernel");
    folder = open(argv[1], O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder < 0 || count_crashes(folder) >= CRASHES_MAX)
        return EXIT_IO;
    if (!minicore_read_head(&core))
        return EXIT_IO;
    code = tell(folder, argv[2], argv[3], &core);
    core.out = openat(folder, "core", O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (core.out < 0)
        return code;
    if (minicore_write(&core, CRASH_CORE_MAX) && core.whole)
        close(openat(folder, "whole", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    close(core.out);
    return code;
}
