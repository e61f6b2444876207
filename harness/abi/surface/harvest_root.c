/* SPDX-License-Identifier: Apache-2.0 */
/* Records what is found in a root folder. A thread walks it: opening and mapping files takes about
 * as long as recording their symbols. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "abi/surface/harvest.h"
#include "abi/surface/harvest_walk.h"
#include "base/cleanup.h"
#include "base/error.h"

struct inode {
    uint64_t device, number;
    uint32_t object;
};

struct recording {
    struct harvest *harvest;
    VEC(struct inode) linked; /* files with several hard links that were already read */
};

/* What the walking thread is given, and what it leaves. */
struct walking {
    struct harvest_queue *queue;
    const char *folder, *prefix;
    int fd, code;
    struct error *err;
};

static bool recorded_before(const struct recording *recording, const struct found *found)
{
    if (!found->linked)
        return false;
    vec_foreach (inode, &recording->linked)
        if (inode->number == found->inode && inode->device == found->device) {
            surface_builder_path(recording->harvest->builder, found->path, PATH_OBJECT,
                                 inode->object);
            return true;
        }
    return false;
}

static void record_elf(struct recording *recording, struct found *found)
{
    uint32_t object;

    if (recorded_before(recording, found))
        return;
    object =
        harvest_take_elf(recording->harvest, found->path, found->damaged ? NULL : &found->file);
    if (found->linked && object != SURFACE_NONE)
        *vec_add(&recording->linked) = (struct inode){found->device, found->inode, object};
}

static void record(struct recording *recording, struct found *found)
{
    struct harvest *harvest = recording->harvest;

    switch (found->kind) {
    case FOUND_FOLDER:
        harvest_take_folder(harvest, found->path);
        break;
    case FOUND_LINK:
        harvest_take_link(harvest, found->path, found->text);
        break;
    case FOUND_FACT:
        harvest_take_fact(harvest, found->path, &found->data);
        break;
    case FOUND_UNREAD:
        harvest_take_unread(harvest, found->path, found->text);
        break;
    case FOUND_PLAIN:
        harvest->damaged += found->damaged;
        harvest_take_file(harvest, found->path, found->text, found->length);
        break;
    case FOUND_ELF:
        record_elf(recording, found);
        break;
    case FOUND_END:
        break;
    }
}

static void *walk(void *context)
{
    struct walking *walking = context;

    walking->code =
        harvest_walk(walking->queue, walking->folder, walking->fd, walking->prefix, &walking->err);
    return NULL;
}

static int record_all(struct harvest *harvest, struct walking *walking, struct error **err)
{
    struct recording recording = {.harvest = harvest};
    struct found *found;
    pthread_t thread;
    int code = pthread_create(&thread, NULL, walk, walking);

    if (code != 0) {
        close(walking->fd);
        return error_set_errno(err, -code, "cannot start a thread to read '%s'", walking->folder);
    }
    while ((found = harvest_queue_next(walking->queue))->kind != FOUND_END)
        record(&recording, found);
    pthread_join(thread, NULL);
    vec_done(&recording.linked);
    if (walking->code < 0)
        *err = walking->err;
    return walking->code;
}

static bool has_packages(const struct harvest *harvest)
{
    vec_foreach (fact, &harvest->facts)
        if (text_ends(fact->path, "/rpmdb.sqlite"))
            return true;
    return harvest_fact(harvest, "/var/lib/dpkg/status") != NULL;
}

int harvest_root(struct harvest *harvest, const char *folder, struct error **err)
{
    struct walking walking = {.folder = folder,
                              .prefix = harvest->prefix != NULL ? harvest->prefix : "",
                              .fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    int code;

    if (walking.fd < 0)
        return error_set_errno(err, -errno, "cannot open root folder '%s'", folder);
    if (strlen(walking.prefix) > HARVEST_PREFIX_MAX) {
        close(walking.fd);
        return error_set(err, -EINVAL, "prefix '%s' is longer than %d bytes", walking.prefix,
                         HARVEST_PREFIX_MAX);
    }
    walking.queue = harvest_queue_new();
    code = record_all(harvest, &walking, err);
    harvest_queue_free(walking.queue);
    if (code == 0 && harvest->objects == 0 && !has_packages(harvest))
        code = error_set(err, -EINVAL,
                         "'%s' contains no program and no library; give the folder that contains "
                         "usr/lib or lib64",
                         folder);
    return code < 0 ? code : harvest_finish(harvest, folder, err);
}
