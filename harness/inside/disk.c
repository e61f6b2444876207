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
    struct statfs sys;
    bool genuine = statfs("/sys/block", &sys) == 0 && sys.f_type == SYSFS_MAGIC;
    DIR *folder = genuine ? opendir("/sys/block") : NULL;
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

dev_t disk_number(const char *serial)
{
    char name[64];
    dev_t device;

    return find(serial, name, &device) ? device : 0;
}

int disk_open(const char *serial, int flags)
{
    char name[64], path[300];
    dev_t device;
    int fd;

    if (!find(serial, name, &device)) {
        errno = ENODEV;
        return -1;
    }
    /* A device file of our own for as long as it takes to open it: a case may have removed or
     * replaced the other, which udev watches besides: it examines a disk again, some 100 ms under
     * emulation, each time that a writer closes that file. Not in /run, whose mount forbids device
     * files. */
    snprintf(path, sizeof(path), "/dev/touchstone.%s.%ld", name, (long)getpid());
    unlink(path);
    fd = mknod(path, S_IFBLK | 0600, device) == 0 ? open_checked(path, device, flags) : -1;
    unlink(path);
    if (fd >= 0)
        return fd;
    snprintf(path, sizeof(path), "/dev/%s", name);
    return open_checked(path, device, flags);
}
