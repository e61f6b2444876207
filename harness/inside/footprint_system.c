/* SPDX-License-Identifier: Apache-2.0 */
/* Everything of a system but its files: accounts, listening ports, kernel settings, modules, the
 * taint, running units, and what SELinux and AppArmor denied. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inside/footprint.h"
#include "inside/guard.h"
#include "inside/inside.h"

enum { SETTINGS_DEPTH = 8, SETTING_BYTES = 512, DENIALS = 200, LOG_RECORDS = 20000 };

/* One row for each account; its value does not contain a password. */
static void add_accounts(struct snapshot *now, const char *kind, const char *path)
{
    FILE *file = fopen(footprint_path(path), "re");
    char *line = NULL;
    size_t size = 0;
    ssize_t length;

    if (file == NULL) {
        if (errno != ENOENT)
            footprint_incomplete("cannot read '%s': %s", path, strerror(errno));
        return;
    }
    while ((length = getline(&line, &size, file)) > 0) {
        char *colon = strchr(line, ':'), *second = colon != NULL ? strchr(colon + 1, ':') : NULL;

        if (line[length - 1] == '\n')
            line[length - 1] = '\0';
        if (second == NULL || colon == line)
            continue;
        *colon = '\0';
        snapshot_add(now, kind, line, second + 1);
    }
    free(line);
    fclose(file);
}

static unsigned first_ephemeral_port(void)
{
    char text[64];
    unsigned low;

    read_line(footprint_path("/proc/sys/net/ipv4/ip_local_port_range"), text, sizeof(text));
    return sscanf(text, "%u", &low) == 1 ? low : 32768;
}

/* TCP sockets that listen (0A), and UDP sockets without a peer (07) whose port was chosen by the
 * program. */
static void add_ports(struct snapshot *now, const char *protocol, const char *wanted, unsigned end)
{
    char path[64], line[512];
    FILE *file;

    snprintf(path, sizeof(path), "/proc/net/%s", protocol);
    file = fopen(footprint_path(path), "re");
    while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
        char address[64], state[8], name[64];
        unsigned port;

        if (sscanf(line, " %*[^:]: %63[0-9A-F]:%x %*s %7s", address, &port, state) == 3 &&
            strcmp(state, wanted) == 0 && port < end) {
            snprintf(name, sizeof(name), "%.3s %u", protocol, port);
            snapshot_add(now, "port", name, "");
        }
    }
    if (file != NULL)
        fclose(file);
}

/* Values that change by themselves, or that the kernel computes from its free memory at each start,
 * or that the harness sets while a case runs, and folders that must not be opened (an automount). */
static bool is_volatile(const char *name)
{
    static const char *const names[] = {"fs.aio-nr",
                                        "fs.binfmt_misc",
                                        "fs.dentry-state",
                                        "fs.file-nr",
                                        "fs.inode-nr",
                                        "fs.inode-state",
                                        "fs.quota",
                                        "kernel.ns_last_pid",
                                        "kernel.pty.nr",
                                        "kernel.random",
                                        "kernel.tainted",
                                        "kernel.perf_event_max_sample_rate",
                                        "dev.cdrom.info",
                                        "kernel.sched_domain",
                                        "sunrpc.transports",
                                        "net.netfilter.nf_conntrack_count",
                                        "kernel.keys",
                                        "kernel.core_pattern",
                                        "kernel.core_pipe_limit",
                                        "fs.suid_dumpable",
                                        "kernel.hostname",
                                        "kernel.domainname",
                                        "user",
                                        "kernel.perf_cpu_time_max_percent",
                                        "kernel.threads-max",
                                        "net.ipv4.inet_peer_threshold",
                                        "net.ipv4.tcp_max_orphans",
                                        "net.ipv4.tcp_mem",
                                        "net.ipv4.udp_mem",
                                        "vm.admin_reserve_kbytes",
                                        "vm.user_reserve_kbytes",
                                        "dev.raid"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return strncmp(name, "kernel.sched_domain.", 20) == 0;
}

static void add_setting(struct snapshot *now, int folder, const char *entry, const char *name)
{
    int fd = openat(folder, entry, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    char value[SETTING_BYTES];
    ssize_t length = fd >= 0 ? read(fd, value, sizeof(value) - 1) : -1;

    if (fd >= 0)
        close(fd);
    if (length < 0)
        return;
    while (length > 0 && value[length - 1] == '\n')
        length--;
    value[length] = '\0';
    snapshot_add(now, "sysctl", name, value);
}

static void add_settings(struct snapshot *now, int folder, const char *prefix, int depth)
{
    DIR *entries = fdopendir(folder);
    const struct dirent *entry;

    if (entries == NULL) {
        close(folder);
        return;
    }
    while ((entry = readdir(entries)) != NULL) {
        char name[512];
        int inner;

        if (entry->d_name[0] == '.' ||
            (size_t)snprintf(name, sizeof(name), "%s%s%s", prefix, *prefix != '\0' ? "." : "",
                             entry->d_name) >= sizeof(name) ||
            is_volatile(name))
            continue;
        if (entry->d_type != DT_DIR) {
            add_setting(now, folder, entry->d_name, name);
            continue;
        }
        inner = openat(folder, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (inner >= 0 && depth < SETTINGS_DEPTH)
            add_settings(now, inner, name, depth + 1);
        else if (inner >= 0)
            close(inner);
    }
    closedir(entries);
}

/* /proc/modules: NAME SIZE USERS DEPENDENCIES STATE ADDRESS (FLAGS). O: it is not of the kernel's
 * own source. */
static void add_modules(struct snapshot *now)
{
    FILE *file = fopen(footprint_path("/proc/modules"), "re");
    char line[1024];

    while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
        const char *flags = strrchr(line, '(');
        bool foreign = flags != NULL && strchr(flags, 'O') != NULL;

        line[strcspn(line, " \n")] = '\0';
        snapshot_add(now, "module", line, foreign ? "out-of-tree" : "");
    }
    if (file != NULL)
        fclose(file);
}

/* A unit that runs has a cgroup, in both versions of cgroups. */
static void add_active(struct snapshot *now)
{
    static const char *const folders[] = {"/sys/fs/cgroup/system.slice",
                                          "/sys/fs/cgroup/systemd/system.slice"};

    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        DIR *folder = opendir(footprint_path(folders[i]));
        const struct dirent *entry;

        while (folder != NULL && (entry = readdir(folder)) != NULL) {
            size_t length = strlen(entry->d_name);

            if (length > 8 && strcmp(entry->d_name + length - 8, ".service") == 0)
                snapshot_add(now, "active", entry->d_name, "");
        }
        if (folder != NULL)
            closedir(folder);
        if (folder != NULL)
            break;
    }
}

/* Without what differs each time: "pid=123 " and the like. */
static void add_denial(struct snapshot *now, const char *text, unsigned *count)
{
    char shown[1024];
    size_t used = 0;

    while (*text != '\0' && *text != '\n' && used + 1 < sizeof(shown)) {
        if (strncmp(text, " pid=", 5) == 0 || strncmp(text, " ino=", 5) == 0) {
            text += 5;
            text += strcspn(text, " \n");
            continue;
        }
        shown[used++] = *text++;
    }
    shown[used] = '\0';
    if ((*count)++ < DENIALS)
        snapshot_add(now, "denial", shown, "");
}

static const char *find_denial(const char *line)
{
    const char *found = strstr(line, "apparmor=\"DENIED\"");

    return found != NULL ? found : strstr(line, "avc:  denied");
}

/* The kernel's log, or auditd's, which then has what the kernel's does not. */
static void add_denials(struct snapshot *now)
{
    int fd = open(footprint_path("/dev/kmsg"), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    FILE *log = fopen(footprint_path("/var/log/audit/audit.log"), "re");
    char line[8192];
    unsigned count = 0;
    ssize_t length;

    for (int i = 0; fd >= 0 && i < LOG_RECORDS; i++) {
        length = read(fd, line, sizeof(line) - 1);
        if (length < 0 && errno == EPIPE)
            continue;
        if (length <= 0)
            break;
        line[length] = '\0';
        if (find_denial(line) != NULL)
            add_denial(now, find_denial(line), &count);
    }
    if (fd >= 0)
        close(fd);
    if (log != NULL && fseek(log, -(256 << 10), SEEK_END) < 0)
        rewind(log);
    while (log != NULL && fgets(line, sizeof(line), log) != NULL)
        if (find_denial(line) != NULL)
            add_denial(now, find_denial(line), &count);
    if (log != NULL)
        fclose(log);
}

void footprint_system(struct snapshot *now)
{
    int settings = open(footprint_path("/proc/sys"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    unsigned end = first_ephemeral_port();
    char taint[64];

    add_accounts(now, "user", "/etc/passwd");
    add_accounts(now, "group", "/etc/group");
    add_ports(now, "tcp", "0A", 65536);
    add_ports(now, "tcp6", "0A", 65536);
    add_ports(now, "udp", "07", end);
    add_ports(now, "udp6", "07", end);
    if (settings >= 0)
        add_settings(now, settings, "", 0);
    else
        footprint_incomplete("cannot list /proc/sys: %s", strerror(errno));
    add_modules(now);
    add_active(now);
    add_denials(now);
    read_line(footprint_path("/proc/sys/kernel/tainted"), taint, sizeof(taint));
    snapshot_add(now, "taint", "kernel", taint);
}
