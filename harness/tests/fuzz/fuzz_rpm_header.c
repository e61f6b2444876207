/* SPDX-License-Identifier: Apache-2.0 */
/* Headers of an image's rpm database, and the loader's cache: what a harvest reads besides ELF. */
#include "abi/archive/rpm_header.h"
#include "abi/surface/harvest.h"
#include "base/cleanup.h"
#include "fuzz.h"

static void take(void *context, const char *path, size_t length)
{
    *(size_t *)context += length + (unsigned char)path[0];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const paths[] = {"/etc/ld.so.cache", "/etc/os-release",
                                        "/etc/ld.so.conf",  "/var/lib/dpkg/status",
                                        "/boot/config-1",   "/var/lib/dpkg/info/a.list"};
    _cleanup_(harvest_done) struct harvest harvest;
    struct rpm_header header;
    size_t sum = 0;

    if (rpm_header_open(&header, data, size) == 0) {
        rpm_header_text(&header, RPM_TAG_NAME);
        rpm_header_files(&header, take, &sum);
    }
    harvest_init(&harvest);
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        struct buffer fact = {0};

        buffer_add(&fact, data, size);
        harvest_take_fact(&harvest, paths[i], &fact);
    }
    harvest_finish(&harvest, "fuzz", NULL);
    return 0;
}
