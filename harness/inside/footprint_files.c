/* SPDX-License-Identifier: Apache-2.0 */
/* Lists the files of a system: one fstatat() for each, because that is what it costs. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "inside/footprint.h"
#include "inside/guard.h"

enum { DEPTH_MAX = 64, CLOCK_ROWS = 512 };

/* What the system itself writes at any time, and what package managers and account tools keep of
 * their work: a product's traces there are not its files. Whole folders. */
static const char *const excluded[] = {
    /* The kernel's and volatile ones. */
    "/proc", "/sys", "/dev", "/run", "/tmp", "/var/tmp", "/var/run", "/var/lock", "/lost+found",
    /* The harness mounts nothing here, but people do. */
    "/mnt", "/media",
    /* Databases and caches of package managers. */
    "/var/cache", "/var/backups", "/var/lib/dpkg", "/var/lib/apt", "/var/lib/rpm", "/var/lib/dnf",
    "/var/lib/yum", "/usr/lib/sysimage", "/var/lib/aptitude", "/var/lib/ucf", "/var/lib/debconf",
    "/var/lib/PackageKit", "/var/log/apt", "/var/log/dpkg.log", "/var/log/alternatives.log",
    "/var/log/dnf.log", "/var/log/dnf.rpm.log", "/var/log/dnf.librepo.log", "/var/log/hawkey.log",
    "/var/log/yum.log", "/var/log/fontconfig.log",
    /* State of the system's services: timers, seeds, leases, clocks, sessions. Core dumps are
     * looked for separately. */
    "/var/lib/systemd", "/var/lib/private/systemd", "/var/log/journal", "/var/log/wtmp",
    "/var/log/btmp", "/var/log/lastlog", "/var/log/faillog", "/var/log/audit", "/var/log/messages",
    "/var/log/syslog", "/var/log/kern.log", "/var/log/auth.log", "/var/log/daemon.log",
    "/var/log/user.log", "/var/log/debug", "/var/log/secure", "/var/log/cron", "/var/log/cron.log",
    "/var/log/maillog", "/var/log/mail.log", "/var/log/boot.log", "/var/log/tallylog",
    "/var/log/cloud-init.log", "/var/log/cloud-init-output.log", "/var/log/chrony", "/var/log/sa",
    "/var/lib/logrotate", "/var/lib/dhcp", "/var/lib/dhclient", "/var/lib/NetworkManager",
    "/var/lib/cloud", "/var/lib/chrony", "/var/lib/ntp", "/var/lib/plymouth", "/var/lib/pam",
    "/var/lib/polkit-1", "/var/lib/mlocate", "/var/lib/plocate", "/var/lib/man-db", "/var/lib/misc",
    "/var/lib/initramfs-tools", "/var/lib/selinux", "/var/lib/sss", "/var/lib/rsyslog",
    "/var/lib/authselect", "/var/lib/alternatives", "/var/lib/rpm-state",
    "/var/lib/update-notifier", "/var/lib/apparmor", "/var/spool/anacron", "/etc/lvm",
    "/etc/apparmor.d/cache", "/etc/selinux", "/var/lib/sgml-base", "/var/lib/xml-core",
    /* Made from other files by the package managers' triggers. */
    "/etc/ld.so.cache", "/etc/mailcap", "/etc/shells", "/etc/ssl/certs", "/etc/pki/ca-trust",
    "/etc/pki/java", "/etc/ca-certificates.conf", "/etc/udev/hwdb.bin", "/etc/sgml", "/etc/xml",
    "/usr/lib/udev/hwdb.bin", "/usr/share/info/dir", "/usr/lib/locale/locale-archive",
    "/usr/share/mime", "/usr/share/applications/mimeinfo.cache",
    "/usr/share/glib-2.0/schemas/gschemas.compiled",
    /* Accounts are compared name by name. */
    "/etc/passwd", "/etc/group", "/etc/shadow", "/etc/gshadow", "/etc/subuid", "/etc/subgid",
    "/etc/passwd-", "/etc/group-", "/etc/shadow-", "/etc/gshadow-", "/etc/subuid-", "/etc/subgid-",
    "/etc/.pwd.lock", "/etc/.updated", "/var/.updated",
    /* Of this system or this boot. */
    "/etc/mtab", "/etc/resolv.conf", "/etc/resolv.conf.bak", "/etc/adjtime", "/etc/machine-id",
    "/etc/cni", "/boot/grub/grubenv", "/boot/grub2/grubenv", "/etc/hostname"};

/* Core dumps, in folders of which the rest is left out. */
static const char *const included[] = {"/var/lib/systemd/coredump"};

static uint64_t excluded_hashes[sizeof(excluded) / sizeof(excluded[0])];

static struct snapshot *rows;
static bool with_hash;

static bool is_in_table(const char *path)
{
    uint64_t hash = hash_text(HASH_START, path);

    for (size_t i = 0; i < sizeof(excluded) / sizeof(excluded[0]); i++)
        if (hash == excluded_hashes[i] && strcmp(path, excluded[i]) == 0)
            return true;
    return false;
}

/* "/var/log/syslog.1", "/var/log/messages-20260101.gz" */
static bool is_rotated_log(const char *path)
{
    char log[256];
    size_t length = strlen(path);

    if (strncmp(path, "/var/log/", 9) != 0 || length >= sizeof(log))
        return false;
    memcpy(log, path, length + 1);
    for (size_t i = 9; i + 1 < length; i++)
        if ((log[i] == '.' || log[i] == '-') && log[i + 1] >= '0' && log[i + 1] <= '9') {
            log[i] = '\0';
            return is_in_table(log);
        }
    return false;
}

static bool is_excluded(const char *path, const char *name)
{
    size_t length = strlen(name);

    if (strcmp(name, "__pycache__") == 0 || strncmp(name, ".nfs", 4) == 0 ||
        (length > 4 && strcmp(name + length - 4, ".pyc") == 0))
        return true;
    return is_in_table(path) || is_rotated_log(path);
}

/* File systems of other kinds are of the kernel, in memory, or not of this machine. The mount point
 * is not opened for reading, because that would mount what an automount waits for. */
static bool is_local(int folder, const char *name)
{
    static const unsigned long kinds[] = {0xEF53 /* ext */, 0x58465342 /* XFS */,
                                          0x9123683E /* Btrfs */, 0xF2F52010 /* F2FS */,
                                          0x794C7630 /* overlay */};
    int fd = openat(folder, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    struct statfs status;
    bool known = fd >= 0 && fstatfs(fd, &status) == 0;

    if (fd >= 0)
        close(fd);
    if (!known)
        return false;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if ((unsigned long)status.f_type == kinds[i])
            return true;
    return false;
}

uint64_t file_content_hash(const char *path, unsigned mode)
{
    char target[4096];
    ssize_t length;
    uint64_t hash = HASH_START;

    if (S_ISLNK(mode)) {
        length = readlink(footprint_path(path), target, sizeof(target));
        hash = hash_bytes(hash, target, length > 0 ? (size_t)length : 0);
    } else if (S_ISREG(mode)) {
        hash = hash_content(hash, footprint_path(path));
    }
    return hash != 0 ? hash : 1;
}

bool file_value_parse(const char *text, struct file_value *ret_value)
{
    unsigned long long ctime_ns, hash;

    if (sscanf(text, "%o %u %u %llx %llx", &ret_value->mode, &ret_value->uid, &ret_value->gid,
               &ctime_ns, &hash) != 5)
        return false;
    ret_value->ctime_ns = ctime_ns;
    ret_value->hash = hash;
    return true;
}

static char *hex(char *to, uint64_t value)
{
    char digits[16];
    int count = 0;

    do
        digits[count++] = "0123456789abcdef"[value & 15];
    while ((value >>= 4) != 0);
    while (count > 0)
        *to++ = digits[--count];
    return to;
}

/* printf() would take as long as fstatat(). */
static void add(const char *path, const struct stat *status)
{
    bool folder = S_ISDIR(status->st_mode);
    bool hashed =
        with_hash && !folder && (S_ISLNK(status->st_mode) || strncmp(path, "/etc/", 5) == 0);
    uint64_t ctime_ns =
        (uint64_t)status->st_ctim.tv_sec * 1000000000 + (uint64_t)status->st_ctim.tv_nsec;
    char value[96], *end = value;
    int head = snprintf(value, 48, "%o %u %u ", status->st_mode, status->st_uid, status->st_gid);

    end = hex(value + head, folder ? 0 : ctime_ns);
    *end++ = ' ';
    end = hex(end, hashed ? file_content_hash(path, status->st_mode) : 0);
    *end = '\0';
    snapshot_add(rows, "file", path, value);
}

static void walk(int folder, char *path, size_t length, dev_t device, int depth)
{
    DIR *entries = fdopendir(folder);
    const struct dirent *entry;

    if (entries == NULL) {
        close(folder);
        footprint_incomplete("cannot list '%s': %s", path, strerror(errno));
        return;
    }
    while ((entry = readdir(entries)) != NULL) {
        size_t name = strlen(entry->d_name);
        struct stat status;
        int inner;

        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (rows->full || (rows->count % CLOCK_ROWS == 0 && footprint_out_of_time()))
            break;
        if (length + name + 2 > 4096) {
            footprint_incomplete("a path in '%s' is too long", path);
            continue;
        }
        path[length] = '/';
        memcpy(path + length + 1, entry->d_name, name + 1);
        if (is_excluded(path, entry->d_name))
            continue;
        if (fstatat(folder, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) < 0) {
            if (errno != ENOENT)
                footprint_incomplete("cannot read '%s': %s", path, strerror(errno));
            continue;
        }
        add(path, &status);
        if (!S_ISDIR(status.st_mode))
            continue;
        if (depth >= DEPTH_MAX) {
            footprint_incomplete("'%s' has too many levels of folders", path);
            continue;
        }
        if (status.st_dev != device && !is_local(folder, entry->d_name))
            continue;
        inner = openat(folder, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (inner >= 0)
            walk(inner, path, length + 1 + name, status.st_dev, depth + 1);
        else if (errno != ENOENT)
            footprint_incomplete("cannot open '%s': %s", path, strerror(errno));
    }
    path[length] = '\0';
    closedir(entries);
}

static void walk_from(const char *start)
{
    static char path[4096];
    int folder = open(footprint_path(*start != '\0' ? start : "/"),
                      O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    struct stat status;

    if (folder < 0)
        return;
    snprintf(path, sizeof(path), "%s", start);
    if (fstat(folder, &status) == 0)
        walk(folder, path, strlen(path), status.st_dev, 0);
    else
        close(folder);
}

void footprint_files(struct snapshot *now, bool hash)
{
    size_t before = now->count;

    rows = now;
    with_hash = hash;
    for (size_t i = 0; i < sizeof(excluded) / sizeof(excluded[0]); i++)
        excluded_hashes[i] = hash_text(HASH_START, excluded[i]);
    walk_from("");
    for (size_t i = 0; i < sizeof(included) / sizeof(included[0]); i++)
        walk_from(included[i]);
    if (now->full)
        footprint_incomplete("the system has more than %zu files", now->count);
    if (now->count == before)
        footprint_incomplete("no file was found");
}
