/* SPDX-License-Identifier: Apache-2.0 */
/* A user's files: platforms, features, images, policies, waivers, os-release and disk headers. A
 * loader either accepts one or says why not, never both. */
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "catalog/catalog.h"
#include "catalog/image_check.h"
#include "catalog/os_release.h"
#include "catalog/policy.h"
#include "catalog/waivers.h"
#include "fuzz.h"

static void expect(int code, const struct error *err)
{
    if ((code < 0) != (err != NULL))
        abort();
}

static void load_platform(const char *path)
{
    _cleanup_error_ struct error *err = NULL;
    struct platform *platform = NULL;
    int code = catalog_load_platform(path, NULL, &platform, &err);

    expect(code, err);
    platform_free(platform);
}

static void load_features(const char *path)
{
    _cleanup_error_ struct error *err = NULL;
    struct feature_table *table = NULL;
    int code = catalog_load_features(path, &table, &err);

    expect(code, err);
    feature_table_free(table);
}

static void load_image(const char *path)
{
    _cleanup_error_ struct error *err = NULL;
    struct image *image = NULL;
    int code = catalog_load_image(path, &image, &err);

    expect(code, err);
    image_free(image);
}

static void load_policy(const char *path)
{
    _cleanup_error_ struct error *err = NULL;
    struct policy *policy = NULL;
    int code = catalog_get_policy(path, &policy, NULL, &err);

    expect(code, err);
    policy_free(policy);
}

static void load_waivers(const char *path)
{
    _cleanup_error_ struct error *err = NULL;
    struct waivers waivers = {.rows = {0}};
    int code = catalog_load_waivers(path, &waivers, &err);

    expect(code, err);
    waivers_done(&waivers);
}

static void load_os_release(const char *path)
{
    _cleanup_error_ struct error *err = NULL;
    struct os_release release = {0};
    int code = os_release_load(path, &release, &err);

    expect(code, err);
    os_release_done(&release);
}

static void check_disk(const char *path, enum disk_format format)
{
    _cleanup_error_ struct error *err = NULL;
    int code = catalog_check_disk(path, format, &err);

    expect(code, err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_close_ int fd = memfd_create("input", MFD_CLOEXEC);
    _cleanup_free_ char *path = text_format("/proc/self/fd/%d", fd);

    if (fd < 0 || write(fd, data, size) != (ssize_t)size)
        return 0;
    load_platform(path);
    load_features(path);
    load_image(path);
    load_policy(path);
    load_waivers(path);
    load_os_release(path);
    check_disk(path, DISK_RAW);
    check_disk(path, DISK_QCOW2);
    return 0;
}
