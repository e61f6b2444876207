/* SPDX-License-Identifier: Apache-2.0 */
/* Decides how much of a file is stored. */
#include "abi/package/intake.h"

#include "abi/package/package.h"
#include "abi/package/settings.h"

void package_intake_begin(struct package_intake *file, struct package *package, const char *path)
{
    *file = (struct package_intake){.package = package, .path = path};
    buffer_add(&file->data, "", 0);
}

static void decide(struct package_intake *file)
{
    file->decided = true;
    file->limit = package_wanted(file->path, file->data.data, file->data.length);
    if (file->limit == 0)
        buffer_done(&file->data);
}

static void drop(struct package_intake *file)
{
    file->limit = 0;
    buffer_done(&file->data);
}

void package_intake_add(struct package_intake *file, const void *data, size_t size, uint64_t packed)
{
    uint64_t held = file->data.length + (uint64_t)size;

    if (file->decided && file->limit == 0)
        return;
    if (file->decided && held > file->limit && file->limit == SETTINGS_MAX) {
        drop(file); /* a long list of anything */
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
    buffer_add(&file->data, data, size);
    if (!file->decided && file->data.length >= PACKAGE_HEAD)
        decide(file);
}

void package_intake_end(struct package_intake *file, unsigned mode)
{
    if (file->taken)
        return;
    if (!file->decided)
        decide(file);
    file->taken = true;
    package_take(file->package, file->path, mode, file->data.data, file->data.length);
}

void package_intake_done(struct package_intake *file)
{
    buffer_done(&file->data);
}
