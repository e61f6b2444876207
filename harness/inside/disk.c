/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the harness's disks by the kernel's information, because a case may change /dev. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/magic.h>

#include "inside/guard.h"

static bool find(const char *serial, char name[64], dev_t *ret_device)
{
    DIR *folder = opendir("/sys/block");
    const struct dirent *entry;
    bool found = false;

    while (folder != NULL && !found && (entry = readdir(folder)) != NULL) {
        char path[400], text[64];
        unsigned major, minor;

        snprintf(path, sizeof(path), "/sys/block/%s/serial", entry->d_name);
        if (!read_line(path, text, sizeof(text)) || strcmp(text, serial) != 0)
            continue;
        snprintf(path, sizeof(path), "/sys/block/%s/dev", entry->d_name);
        if (!read_line(path, text, sizeof(text)) || sscanf(text, "%u:%u", &major, &minor) != 2)
            continue;
        *ret_device = makedev(major, minor);
        snprintf(name, 64, "%.63s", entry->d_name);
        found = true;
    }
    if (folder != NULL)
        closedir(folder);
    return found;
}

static int open_checked(const char *path, dev_t device, int flags)
{
    int fd = open(path, flags | O_NOFOLLOW | O_CLOEXEC);
    struct stat status;

    if (fd >= 0 &&
        (fstat(fd, &status) < 0 || !S_ISBLK(status.st_mode) || status.st_rdev != device)) {
        close(fd);
        errno = ENODEV;
        return -1;
    }
    return fd;
}

int disk_open(const char *serial, int flags)
{
    char name[64], path[300];
    struct statfs sys;
    dev_t device;
    int fd;

    if (statfs("/sys/block", &sys) < 0 || sys.f_type != SYSFS_MAGIC ||
        !find(serial, name, &device)) {
        errno = ENODEV;
        return -1;
    }
    snprintf(path, sizeof(path), "/dev/%s", name);
    fd = open_checked(path, device, flags);
    if (fd >= 0)
        return fd;
    /* The file is missing or replaced: create our own for as long as it takes to open it. */
    snprintf(path, sizeof(path), "/run/touchstone.%s.%ld", name, (long)getpid());
    if (mknod(path, S_IFBLK | 0600, device) < 0)
        return -1;
    fd = open_checked(path, device, flags);
    unlink(path);
    return fd;
}
