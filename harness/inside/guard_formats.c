/* SPDX-License-Identifier: Apache-2.0 */
/* Binary formats registered with the kernel (binfmt_misc) take precedence over its own: one that
 * matches scripts or this machine's programs controls everything that cases run. Others (for an
 * emulator, for Java) are legitimate. */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/mount.h>

#include "inside/guard.h"

/* bytes of a file that the kernel compares (BINPRM_BUF_SIZE is 256 since 5.1) */
#define HEAD 128

/* Formats are in effect even if the file system is not mounted, so it is opened without a mount
 * point or, if the kernel does not support that, at its usual mount point. The query must not load
 * the module. */
static int open_formats(void)
{
    char line[64];
    bool known = false;
    FILE *systems = fopen("/proc/filesystems", "re");
    int context, mount = -1, folder;

    while (systems != NULL && fgets(line, sizeof(line), systems) != NULL)
        known = known || strstr(line, "binfmt_misc") != NULL;
    if (systems != NULL)
        fclose(systems);
    if (!known)
        return -1;
    context = (int)syscall(SYS_fsopen, "binfmt_misc", FSOPEN_CLOEXEC);
    if (context >= 0 && syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0)
        mount = (int)syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, 0);
    /* The descriptor of fsmount can be used only as a path. */
    if (mount >= 0)
        folder = openat(mount, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    else
        folder = open("/proc/sys/fs/binfmt_misc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (mount >= 0)
        close(mount);
    if (context >= 0)
        close(context);
    return folder;
}

static size_t read_at(int folder, const char *name, char *text, size_t size)
{
    int fd = openat(folder, name, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd >= 0 ? read(fd, text, size - 1) : -1;

    if (fd >= 0)
        close(fd);
    text[got > 0 ? got : 0] = '\0';
    return got > 0 ? (size_t)got : 0;
}

/* The bytes after `word` in an entry's text, which are printed in hexadecimal. */
static size_t hex_after(const char *entry, const char *word, unsigned char *ret_bytes)
{
    const char *at = strstr(entry, word);
    size_t count = 0;
    unsigned value;

    for (at = at != NULL ? at + strlen(word) : ""; count < HEAD && sscanf(at, "%2x", &value) == 1;
         at += 2)
        ret_bytes[count++] = (unsigned char)value;
    return count;
}

static bool takes_over(const char *entry, const char *path, const unsigned char *head,
                       size_t length)
{
    unsigned char magic[HEAD], mask[HEAD];
    const char *offset_text = strstr(entry, "\noffset "),
               *extension = strstr(entry, "\nextension .");
    size_t count = hex_after(entry, "\nmagic ", magic), masked = hex_after(entry, "\nmask ", mask);
    size_t offset = offset_text != NULL ? (size_t)atol(offset_text + 8) : 0;

    if (strncmp(entry, "enabled", 7) != 0)
        return false;
    if (extension != NULL) {
        size_t end = strlen(path), wanted = strcspn(extension + 12, "\n");

        return end > wanted + 1 && path[end - wanted - 1] == '.' &&
               strncmp(path + end - wanted, extension + 12, wanted) == 0;
    }
    if (count == 0 || offset > length || count > length - offset)
        return false;
    for (size_t i = 0; i < count; i++)
        if (((head[offset + i] ^ magic[i]) & (i < masked ? mask[i] : 0xff)) != 0)
            return false;
    return true;
}

void guard_formats_report(struct case_run *run)
{
    const char *const paths[] = {run->argv[0], run->shell};
    int folder = open_formats();
    DIR *entries = folder >= 0 ? fdopendir(folder) : NULL;
    const struct dirent *entry;

    while (entries != NULL && (entry = readdir(entries)) != NULL) {
        char text[4096];

        if (entry->d_name[0] == '.' || read_at(folder, entry->d_name, text, sizeof(text)) == 0)
            continue;
        for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
            char head[HEAD + 1];
            size_t length = read_at(AT_FDCWD, paths[i], head, sizeof(head));

            if (takes_over(text, paths[i], (const unsigned char *)head, length)) {
                fact(run, "tampered", "format", entry->d_name, NULL);
                break;
            }
        }
    }
    if (entries != NULL)
        closedir(entries);
    else if (folder >= 0)
        close(folder);
}
