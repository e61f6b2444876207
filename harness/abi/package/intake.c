/* SPDX-License-Identifier: Apache-2.0 */
/* Decides how much of a file is stored. */
#include "abi/package/intake.h"

#include "abi/package/package.h"
#include "abi/package/settings.h"
#include "base/error.h"

#define HELD_MAX (48 << 20) /* bytes of a file in memory */

void package_intake_begin(struct package_intake *file, struct package *package, const char *path)
{
    *file = (struct package_intake){.package = package, .path = path, .spool = SPOOL_INIT};
    buffer_add(&file->data, "", 0);
}

static void drop(struct package_intake *file)
{
    file->limit = 0;
    buffer_done(&file->data);
    spool_done(&file->spool);
    file->spool = (struct spool)SPOOL_INIT;
}

static void decide(struct package_intake *file)
{
    file->decided = true;
    file->limit = package_wanted(file->path, file->data.data, file->data.length);
    if (file->limit == 0)
        buffer_done(&file->data);
}

static void store(struct package_intake *file, const void *data, size_t size)
{
    _cleanup_error_ struct error *problem = NULL;
    int code = 0;

    if (file->spool.size == 0 && file->data.length + size <= HELD_MAX) {
        buffer_add(&file->data, data, size);
        return;
    }
    if (file->spool.size == 0) {
        code = spool_add(&file->spool, file->data.data, file->data.length, &problem);
        buffer_done(&file->data);
    }
    if (code == 0)
        code = spool_add(&file->spool, data, size, &problem);
    if (code == 0)
        return;
    package_unknown(file->package, file->path, "it was not read: %s", error_message(problem));
    drop(file);
}

void package_intake_add(struct package_intake *file, const void *data, size_t size, uint64_t packed)
{
    uint64_t held = file->data.length + file->spool.size + (uint64_t)size;

    if (file->decided && file->limit == 0)
        return;
    if (file->decided && held > file->limit &&
        (file->limit == SETTINGS_MAX || file->limit == PACKAGE_SOURCE_MAX)) {
        if (file->limit == PACKAGE_SOURCE_MAX)
            *(struct package_text *)vec_add(&file->package->sources) =
                (struct package_text){.path = text_dup(file->path)};
        drop(file); /* a long list of anything, or data in a source */
        return;
    }
    if (file->decided && held > file->limit) {
        package_unknown(file->package, file->path, "longer than %llu bytes; %s",
                        (unsigned long long)file->limit,
                        file->limit == PACKAGE_TEXT_MAX ? "the rest was not read"
                                                        : "it was not read");
        if (file->limit != PACKAGE_TEXT_MAX) {
            drop(file);
            return;
        }
        buffer_add(&file->data, data, (size_t)(file->limit - file->data.length));
        package_intake_end(file, 0);
        drop(file);
        return;
    }
    if (!package_may_hold(held, packed)) {
        package_unknown(file->package, file->path,
                        "unpacks from %llu to more than %llu bytes; it was not read",
                        (unsigned long long)packed, (unsigned long long)held);
        drop(file);
        return;
    }
    store(file, data, size);
    if (!file->decided && file->data.length >= PACKAGE_HEAD)
        decide(file);
}

const void *package_intake_content(const struct package_intake *file, size_t *ret_size)
{
    *ret_size = file->map != NULL ? file->spool.size : file->data.length;
    return file->map != NULL ? file->map : file->data.data;
}

void package_intake_end(struct package_intake *file, unsigned mode)
{
    _cleanup_error_ struct error *problem = NULL;
    const void *content;
    size_t size;

    if (file->taken)
        return;
    if (!file->decided)
        decide(file);
    file->taken = true;
    if (file->spool.size > 0 && spool_map(&file->spool, &file->map, &problem) < 0)
        package_unknown(file->package, file->path, "it was not read: %s", error_message(problem));
    content = package_intake_content(file, &size);
    package_take(file->package, file->path, mode, content, size, file->map != NULL);
}

void package_intake_done(struct package_intake *file)
{
    spool_unmap(&file->spool, file->map);
    drop(file);
}
