/* SPDX-License-Identifier: Apache-2.0 */
/* Creates, locks, sweeps and removes the roots of hypervisors. */
#include "guest/host/root.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/log.h"
#include "base/path.h"
#include "base/process.h"
#include "base/text.h"
#include "guest/host/sweep.h"
#include "home/home.h"

#define ROOT_PREFIX "vm-"
#define KILL_LIMIT_MS 10000
#define DAEMON_LIMIT_MS 30000

/* The longest socket path in a root, QEMU's monitor. libvirt truncates the domain's name to 20
 * bytes. */
#define LONGEST_SOCKET "/lib/qemu/domain-1-12345678901234567890/monitor.sock"

/* Locked while a root is created (shared) or roots are swept (exclusive), so that a sweep never
 * sees a root that is not locked yet. */
static int lock_all(const char *runtime, int mode, int *ret_lock, struct error **err)
{
    _cleanup_free_ char *path = path_join(runtime, "sweep.lock");
    _cleanup_close_ int lock = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

    if (lock < 0 || flock(lock, mode) < 0)
        return error_set_errno(err, -errno, "cannot lock '%s'", path);
    *ret_lock = steal_fd(lock);
    return 0;
}

static int lock_root(const char *path, int *ret_lock, struct error **err)
{
    _cleanup_free_ char *name = path_join(path, "lock");
    _cleanup_close_ int lock = open(name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

    if (lock < 0 || flock(lock, LOCK_EX | LOCK_NB) < 0)
        return error_set_errno(err, -errno, "cannot lock '%s'", name);
    *ret_lock = steal_fd(lock);
    return 0;
}

int root_make(bool share, struct root **ret_root, struct error **err)
{
    const char *runtime;
    _cleanup_close_ int all = -1, lock = -1;
    _cleanup_free_ char *path = NULL;
    struct sockaddr_un address;
    int code = home_runtime_folder(&runtime, err);

    if (code < 0)
        return code;
    path = text_format("%s/%sXXXXXX", share ? "/tmp" : runtime, ROOT_PREFIX);
    if (strlen(path) + strlen(LONGEST_SOCKET) >= sizeof(address.sun_path))
        return error_set(err, -ENAMETOOLONG,
                         "runtime folder '%s' is too long: QEMU's sockets below it would pass the "
                         "%zu bytes a UNIX socket may have; set XDG_RUNTIME_DIR to a folder of at "
                         "most %zu bytes",
                         runtime, sizeof(address.sun_path) - 1,
                         sizeof(address.sun_path) - 1 - strlen(LONGEST_SOCKET) -
                             strlen("/touchstone/" ROOT_PREFIX "XXXXXX"));
    code = lock_all(runtime, LOCK_SH, &all, err);
    if (code < 0)
        return code;
    if (mkdtemp(path) == NULL || (share && chmod(path, 0711) < 0))
        return error_set_errno(err, -errno, "cannot make hypervisor root '%s'", path);
    code = lock_root(path, &lock, err);
    if (code < 0) {
        path_remove_tree(path, NULL);
        return code;
    }
    *ret_root = text_calloc(1, sizeof(**ret_root));
    (*ret_root)->path = steal_ptr(path);
    (*ret_root)->lock = steal_fd(lock);
    return 0;
}

int root_note(const struct root *root, const char *name, const char *text, struct error **err)
{
    _cleanup_free_ char *path = path_join(root->path, name);

    return path_write_unsynced(path, text, strlen(text), err);
}

/* A PID read from a file is trusted only if the process's command line contains the root. */
static bool is_emulator_of(pid_t pid, const char *root)
{
    _cleanup_free_ char *path = text_format("/proc/%d/cmdline", (int)pid);
    _cleanup_buffer_ struct buffer line = {0};

    return path_read(path, 1 << 20, &line, NULL) == 0 && line.length > 0 &&
           memmem(line.data, line.length, root, strlen(root)) != NULL;
}

static void kill_emulator(pid_t pid, const char *root)
{
    _cleanup_close_ int handle = (int)syscall(SYS_pidfd_open, pid, 0);
    struct pollfd gone = {.fd = handle, .events = POLLIN};

    if (handle < 0 || !is_emulator_of(pid, root))
        return;
    syscall(SYS_pidfd_send_signal, handle, SIGKILL, NULL, 0);
    if (poll(&gone, 1, KILL_LIMIT_MS) <= 0)
        log_warning("QEMU process %d below '%s' does not die", (int)pid, root);
}

/* Kills every QEMU whose pid file is in ROOT/run/qemu. */
static void kill_emulators(const char *root)
{
    _cleanup_free_ char *folder = path_join(root, "run/qemu");
    _cleanup_closedir_ DIR *dir = opendir(folder);
    struct dirent *entry;

    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        _cleanup_free_ char *path = path_join(folder, entry->d_name);
        _cleanup_buffer_ struct buffer text = {0};
        uint64_t pid;

        if (!text_ends(entry->d_name, ".pid") || path_read(path, 64, &text, NULL) < 0 ||
            text.length == 0)
            continue;
        text.data[strcspn(text.data, "\n")] = '\0';
        if (text_parse_u64(text.data, "process id", 2, INT32_MAX, &pid, NULL) == 0)
            kill_emulator((pid_t)pid, root);
    }
}

/* Destroys a daemon's domain, which survives the process that started it. The file ROOT/domain
 * contains its URI and its UUID, one a line. Only the worker links libvirt. */
static void destroy_noted(const char *root)
{
    _cleanup_free_ char *path = path_join(root, "domain");
    _cleanup_buffer_ struct buffer text = {0};
    _cleanup_strv_ struct strv lines = {0};
    _cleanup_error_ struct error *error = NULL;
    const char *argv[] = {NULL, "destroy", NULL, NULL, NULL};
    int code;

    if (path_read(path, 4096, &text, NULL) < 0)
        return;
    strv_split(&lines, text.data, "\n");
    if (lines.count != 2)
        return;
    argv[2] = lines.items[0];
    argv[3] = lines.items[1];
    code = home_worker(&argv[0], &error);
    if (code == 0)
        code = process_check(argv, DAEMON_LIMIT_MS, NULL, &error);
    if (code < 0)
        log_warning("domain %s of %s may still run: %s", argv[3], argv[2], error_said(error));
}

static void end_root(const char *path)
{
    _cleanup_error_ struct error *error = NULL;

    kill_emulators(path);
    if (path_remove_tree(path, &error) < 0)
        log_warning("%s", error_said(error));
}

void root_remove(struct root *root)
{
    if (root == NULL)
        return;
    end_root(root->path);
    close(root->lock);
    free(root->path);
    free(root);
}

static unsigned sweep_folder(const char *folder)
{
    _cleanup_closedir_ DIR *dir = opendir(folder);
    struct dirent *entry;
    unsigned count = 0;

    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        _cleanup_free_ char *path = path_join(folder, entry->d_name);
        _cleanup_close_ int lock = -1;
        struct stat st;

        if (!text_starts(entry->d_name, ROOT_PREFIX) || lstat(path, &st) < 0 ||
            !S_ISDIR(st.st_mode) || st.st_uid != geteuid() || lock_root(path, &lock, NULL) < 0)
            continue;
        destroy_noted(path);
        end_root(path);
        count++;
    }
    return count;
}

int sweep_dead(unsigned *ret_count, struct error **err)
{
    const char *runtime;
    _cleanup_close_ int all = -1;
    unsigned count;
    int code = home_runtime_folder(&runtime, err);

    if (code == 0)
        code = lock_all(runtime, LOCK_EX, &all, err);
    if (code < 0)
        return code;
    count = sweep_folder(runtime) + sweep_folder("/tmp");
    if (ret_count != NULL)
        *ret_count = count;
    return 0;
}
