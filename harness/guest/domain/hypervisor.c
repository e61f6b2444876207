/* SPDX-License-Identifier: Apache-2.0 */
/* Opens and closes the connection, with a root for the embedded driver. */
#include "guest/domain/hypervisor.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/path.h"
#include "base/text.h"
#include "guest/domain/connection.h"
#include "guest/host/emulator.h"
#include "guest/host/root.h"
#include "guest/host/uri.h"

struct hypervisor {
    bool embed;
    char *uri, *home;
    struct root *root;
    virConnectPtr connection;
    struct events *events;
    char libvirt_version[32];
    char *qemu_versions[ARCH_COUNT];
};

/* libvirt uses the embedded driver's root until the process ends. */
static bool embed_used;

/* Disables helper daemons and, as root, runs QEMU as root: with another user, libvirt considers
 * /dev/kvm unusable and probes QEMU again at every lookup. */
static int write_config(const struct hypervisor *hypervisor, struct error **err)
{
    _cleanup_buffer_ struct buffer text = {0};
    _cleanup_free_ char *folder = path_join(hypervisor->root->path, "etc");
    _cleanup_free_ char *file = path_join(folder, "qemu.conf");
    int code;

    buffer_text(&text, "stdio_handler = \"file\"\n"
                       "security_driver = \"none\"\n"
                       "cgroup_controllers = []\n"
                       "namespaces = []\n");
    if (geteuid() == 0)
        buffer_text(&text, "user = \"root\"\n"
                           "group = \"root\"\n"
                           "remember_owner = 0\n");
    code = path_make_folders(folder, true, err);
    if (code < 0)
        return code;
    return path_write_unsynced(file, text.data, text.length, err);
}

/* With a new cache, libvirt would probe QEMU's capabilities again: half a second for each start. */
static int share_cache(const struct hypervisor *hypervisor, const char *home, struct error **err)
{
    _cleanup_free_ char *shared = path_join(home, "host/libvirt-cache");
    _cleanup_free_ char *cache = path_join(hypervisor->root->path, "cache");
    _cleanup_free_ char *link = path_join(cache, "qemu");
    int code = path_make_folders(shared, false, err);

    if (code == 0)
        code = path_make_folders(cache, true, err);
    if (code < 0)
        return code;
    if (symlink(shared, link) < 0)
        return error_set_errno(err, -errno, "cannot link '%s' to '%s'", link, shared);
    return 0;
}

static int prepare_root(struct hypervisor *hypervisor, const char *home, struct error **err)
{
    _cleanup_free_ char *log = NULL;
    int code = root_make(!hypervisor->embed && text_equal(hypervisor->uri, "qemu:///system"),
                         &hypervisor->root, err);

    if (code < 0 || !hypervisor->embed)
        return code;
    code = write_config(hypervisor, err);
    if (code == 0)
        code = share_cache(hypervisor, home, err);
    if (code < 0)
        return code;
    /* Otherwise libvirt prints warnings to stderr. Read when libvirt is initialised. */
    log = text_format("3:file:%s/libvirt.log", hypervisor->root->path);
    if (setenv("LIBVIRT_LOG_OUTPUTS", log, 0) < 0)
        return error_set_errno(err, -errno, "cannot set LIBVIRT_LOG_OUTPUTS");
    embed_used = true;
    free(hypervisor->uri);
    hypervisor->uri = text_format(URI_EMBED "?root=%s", hypervisor->root->path);
    return 0;
}

static void note_libvirt_version(struct hypervisor *hypervisor)
{
    unsigned long version = 0;

    if (virConnectGetLibVersion(hypervisor->connection, &version) < 0)
        version = 0;
    snprintf(hypervisor->libvirt_version, sizeof(hypervisor->libvirt_version), "%lu.%lu.%lu",
             version / 1000000, version / 1000 % 1000, version % 1000);
}

static int connect_it(struct hypervisor *hypervisor, const char *home, struct error **err)
{
    int code = prepare_root(hypervisor, home, err);

    if (code == 0)
        code = connection_open(hypervisor->uri, &hypervisor->connection, err);
    if (code == 0)
        code = events_start(hypervisor->connection, &hypervisor->events, err);
    if (code == 0)
        note_libvirt_version(hypervisor);
    return code;
}

int hypervisor_open(const struct hypervisor_options *options, struct hypervisor **ret_hypervisor,
                    struct error **err)
{
    const char *uri = options->uri != NULL ? options->uri : URI_EMBED;
    struct hypervisor *hypervisor;
    int code = uri_check(uri, err);

    if (code < 0)
        return code;
    if (text_equal(uri, URI_EMBED) && embed_used)
        return error_set(err, -EBUSY,
                         "job '%s': this process has already used its embedded hypervisor: start "
                         "the job in a process of its own",
                         options->job);
    hypervisor = text_calloc(1, sizeof(*hypervisor));
    hypervisor->uri = text_dup(uri);
    hypervisor->home = text_dup(options->home);
    hypervisor->embed = text_equal(uri, URI_EMBED);
    code = connect_it(hypervisor, options->home, err);
    if (code < 0) {
        hypervisor_close(hypervisor);
        return error_prefix(err, "job '%s'", options->job);
    }
    *ret_hypervisor = hypervisor;
    return 0;
}

void hypervisor_close(struct hypervisor *hypervisor)
{
    if (hypervisor == NULL)
        return;
    events_stop(hypervisor->events);
    if (hypervisor->connection != NULL)
        virConnectClose(hypervisor->connection);
    root_remove(hypervisor->root);
    for (size_t i = 0; i < ARCH_COUNT; i++)
        free(hypervisor->qemu_versions[i]);
    free(hypervisor->uri);
    free(hypervisor->home);
    free(hypervisor);
}

const char *hypervisor_folder(const struct hypervisor *hypervisor)
{
    return hypervisor->root->path;
}

const char *hypervisor_libvirt_version(const struct hypervisor *hypervisor)
{
    return hypervisor->libvirt_version;
}

int hypervisor_qemu_version(struct hypervisor *hypervisor, enum arch arch, const char **ret_version,
                            struct error **err)
{
    _cleanup_free_ char *path = NULL;
    int code = 0;

    if (hypervisor->qemu_versions[arch] == NULL) {
        code = emulator_find(arch, &path, err);
        if (code == 0)
            code = emulator_version_cached(path, hypervisor->home, &hypervisor->qemu_versions[arch],
                                           err);
    }
    if (code == 0)
        *ret_version = hypervisor->qemu_versions[arch];
    return code;
}

virConnectPtr hypervisor_connection(const struct hypervisor *hypervisor)
{
    return hypervisor->connection;
}

struct events *hypervisor_events(const struct hypervisor *hypervisor)
{
    return hypervisor->events;
}

bool hypervisor_is_embed(const struct hypervisor *hypervisor)
{
    return hypervisor->embed;
}

int hypervisor_admit(const struct hypervisor *hypervisor, const char *path, struct error **err)
{
    _cleanup_free_ char *folder = text_dup(path);
    char *slash = strrchr(folder, '/');

    if (hypervisor->embed || slash == NULL)
        return 0;
    *slash = '\0';
    if (chmod(folder, 0711) < 0)
        return error_set_errno(err, -errno, "cannot grant libvirt's QEMU access to '%s'", folder);
    return 0;
}

int hypervisor_note_guest(const struct hypervisor *hypervisor, const char *uuid, struct error **err)
{
    _cleanup_free_ char *text = text_format("%s\n%s\n", hypervisor->uri, uuid);

    return hypervisor->embed ? 0 : root_note(hypervisor->root, "domain", text, err);
}
