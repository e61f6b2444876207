/* SPDX-License-Identifier: Apache-2.0 */
/* Asks the guest's rpm, because its database has had three formats. */
#include "inside/footprint_rpm.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "inside/footprint.h"
#include "inside/inside.h"

#define PROGRAM "/usr/bin/rpm"
#define FORMAT "[%{=INSTALLTIME}\t%{=FILEDIGESTALGO}\t%{FILEDIGESTS}\t%{FILENAMES}\n]"

enum { MD5 = 1, SHA256 = 8, POLL_MS = 250 };

static bool has_database(void)
{
    static const char *const databases[] = {
        "/var/lib/rpm/Packages", "/var/lib/rpm/rpmdb.sqlite", "/var/lib/rpm/Packages.db",
        "/usr/lib/sysimage/rpm/rpmdb.sqlite", "/usr/lib/sysimage/rpm/Packages.db"};

    for (size_t i = 0; i < sizeof(databases) / sizeof(databases[0]); i++)
        if (access(footprint_path(databases[i]), F_OK) == 0)
            return true;
    return false;
}

bool rpm_digest(const char *path, unsigned algorithm, char hex[65])
{
    static unsigned char data[65536];
    struct sha256 sha;
    ssize_t got;
    int fd;

    if (algorithm == MD5)
        return md5_file(path, hex);
    fd = algorithm == SHA256 ? open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC) : -1;
    if (fd < 0)
        return false;
    sha256_begin(&sha);
    while ((got = read(fd, data, sizeof(data))) > 0)
        sha256_add(&sha, data, (size_t)got);
    close(fd);
    sha256_end(&sha, hex);
    return got == 0;
}

static pid_t start(int *ret_out)
{
    int ends[2];
    pid_t child;

    if (pipe2(ends, O_CLOEXEC) < 0)
        return -1;
    child = fork();
    if (child == 0) {
        int null = open("/dev/null", O_RDWR | O_CLOEXEC);

        setpgid(0, 0);
        dup2(null, STDIN_FILENO);
        dup2(ends[1], STDOUT_FILENO);
        dup2(null, STDERR_FILENO);
        setenv("LC_ALL", "C", 1);
        if (*footprint_root != '\0')
            execl(PROGRAM, PROGRAM, "--root", footprint_root, "-qa", "--qf", FORMAT, NULL);
        else
            execl(PROGRAM, PROGRAM, "-qa", "--qf", FORMAT, NULL);
        _exit(127);
    }
    close(ends[1]);
    *ret_out = ends[0];
    if (child < 0)
        close(ends[0]);
    return child;
}

static void take_line(char *line, int64_t since_ns,
                      void (*take)(const struct rpm_file *file, int64_t since_ns))
{
    struct rpm_file file = {.algorithm = MD5};
    char *fields[4] = {line};

    for (int i = 1; i < 4; i++) {
        fields[i] = strchr(fields[i - 1], '\t');
        if (fields[i] == NULL)
            return;
        *fields[i]++ = '\0';
    }
    file.installed_s = strtoll(fields[0], NULL, 10);
    if (fields[1][0] >= '0' && fields[1][0] <= '9')
        file.algorithm = (unsigned)strtoul(fields[1], NULL, 10);
    file.digest = fields[2];
    file.path = fields[3];
    if (file.path[0] == '/')
        take(&file, since_ns);
}

/* Passes on complete lines; returns false when the pipe has ended. */
static bool read_lines(int fd, int64_t since_ns,
                       void (*take)(const struct rpm_file *file, int64_t since_ns))
{
    static char data[65536];
    static size_t used;
    ssize_t got = read(fd, data + used, sizeof(data) - 1 - used);
    char *line = data, *end;

    if (got <= 0)
        return got < 0 && errno == EINTR;
    used += (size_t)got;
    while ((end = memchr(line, '\n', used - (size_t)(line - data))) != NULL) {
        *end = '\0';
        take_line(line, since_ns, take);
        line = end + 1;
    }
    used -= (size_t)(line - data);
    memmove(data, line, used);
    if (used >= sizeof(data) - 1)
        used = 0; /* no line of rpm is so long */
    return true;
}

void rpm_list_files(int64_t since_ns, void (*take)(const struct rpm_file *file, int64_t since_ns))
{
    int out, status = 0;
    pid_t child;

    if (!has_database())
        return;
    child = start(&out);
    if (child < 0) {
        footprint_incomplete("cannot start rpm: %s", strerror(errno));
        return;
    }
    for (struct pollfd wait = {out, POLLIN, 0}; !footprint_out_of_time();)
        if (poll(&wait, 1, POLL_MS) > 0 && !read_lines(out, since_ns, take))
            break;
    if (footprint_out_of_time())
        kill(-child, SIGKILL);
    close(out);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        footprint_incomplete("rpm could not list the files of the packages");
}
