/* SPDX-License-Identifier: Apache-2.0 */
/* Loads objects by name. */
#include "catalog/get.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "catalog/catalog.h"
#include "catalog/find.h"

static int check_name(const char *path, const char *name, const char *inside, struct error **err)
{
    if (strcmp(name, inside) == 0)
        return 0;
    return error_set(err, -EBADMSG,
                     "%s: its name is '%s', which differs from the file name: rename the file, or "
                     "correct the name in it",
                     path, inside);
}

static void hand_over(char **path, char **ret_path)
{
    if (ret_path != NULL)
        *ret_path = steal_ptr(*path);
}

int catalog_get_features(struct feature_table **ret_table, struct error **err)
{
    _cleanup_free_ char *path = NULL;
    int code = catalog_find_features(&path, err);

    return code < 0 ? code : catalog_load_features(path, ret_table, err);
}

int catalog_get_platform(const char *name, const struct feature_table *table,
                         struct platform **ret_platform, char **ret_path, struct error **err)
{
    _cleanup_(platform_free_cleanup) struct platform *platform = NULL;
    _cleanup_free_ char *path = NULL;
    int code = catalog_find_platform(name, &path, err);

    if (code == 0)
        code = catalog_load_platform(path, table, &platform, err);
    if (code == 0)
        code = check_name(path, name, platform->name, err);
    if (code < 0)
        return code;
    *ret_platform = steal_ptr(platform);
    hand_over(&path, ret_path);
    return 0;
}

int catalog_get_image(const char *name, struct image **ret_image, char **ret_path,
                      struct error **err)
{
    _cleanup_(image_free_cleanup) struct image *image = NULL;
    _cleanup_free_ char *path = NULL;
    int code = catalog_find_image(name, &path, err);

    if (code == 0)
        code = catalog_load_image(path, &image, err);
    if (code == 0)
        code = check_name(path, name, image->name, err);
    if (code < 0)
        return code;
    *ret_image = steal_ptr(image);
    hand_over(&path, ret_path);
    return 0;
}

int catalog_get_suite(const char *name, struct suite **ret_suite, char **ret_folder,
                      struct error **err)
{
    _cleanup_(suite_free_cleanup) struct suite *suite = NULL;
    _cleanup_free_ char *folder = NULL;
    int code = catalog_find_suite(name, &folder, err);

    if (code == 0)
        code = catalog_load_suite(folder, &suite, err);
    if (code == 0 && text_is_name(name))
        code = check_name(folder, name, suite->name, err);
    if (code < 0)
        return code;
    *ret_suite = steal_ptr(suite);
    hand_over(&folder, ret_folder);
    return 0;
}
