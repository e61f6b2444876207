/* SPDX-License-Identifier: Apache-2.0 */
/* Maps names to files in the program's data and in the user's home. */
#include "catalog/find.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "home/home.h"

/* A type of object: its locations in the data folder and in the home, and its form. */
struct sort {
    const char *word;   /* for messages; also the verb that lists them */
    const char *data;   /* relative to the data folder */
    const char *home;   /* relative to the home */
    const char *suffix; /* suffix of the entry */
    const char *inside; /* file that a folder must contain; NULL: the entry is the file */
    const char *remedy; /* what to do if there are none */
};
static const struct sort platforms = {"platform", "arch/platforms",      "platforms", ".xml",
                                      NULL,       "reinstall touchstone"};
static const struct sort images = {
    "image",
    "arch/images/local",
    "images",
    ".xml",
    NULL,
    "register one with 'touchstone image add', or build stand-ins with scripts/build-guest"};
static const struct sort lines = {"image line", "arch/images", "image-lines",
                                  ".xml",       NULL,          "reinstall touchstone"};
static const struct sort policies = {"policy", "arch/policies",       "policies", ".xml",
                                     NULL,     "reinstall touchstone"};
static const struct sort views = {"view", "arch/views", "views",
                                  ".xml", NULL,         "make one with 'touchstone view save'"};
static const struct sort programmes = {"programme", "arch/programmes",     "programmes", ".xml",
                                       NULL,        "reinstall touchstone"};
static const struct sort suites = {"suite", "suites",    "suites",
                                   "",      "suite.xml", "make one with 'touchstone suite new'"};

static int folders_of(const struct sort *sort, char *ret_folders[2], struct error **err)
{
    const char *data, *home;
    int code = home_data_folder(&data, err);

    if (code == 0)
        code = home_folder(&home, err);
    if (code < 0)
        return code;
    ret_folders[0] = path_join(data, sort->data);
    ret_folders[1] = path_join(home, sort->home);
    return 0;
}

/* The object's name if the entry is of this type; caller frees. */
static char *name_of(const struct sort *sort, const char *folder, const char *entry)
{
    _cleanup_free_ char *name = NULL, *holds = NULL;
    size_t length = strlen(entry), suffix = strlen(sort->suffix);

    if (length <= suffix || !text_ends(entry, sort->suffix))
        return NULL;
    name = text_ndup(entry, length - suffix);
    if (!text_is_name(name))
        return NULL;
    holds = sort->inside != NULL ? text_format("%s/%s/%s", folder, entry, sort->inside) : NULL;
    return holds == NULL || path_exists(holds) ? steal_ptr(name) : NULL;
}

static int list_folder(const struct sort *sort, const char *folder, struct strv *names,
                       struct error **err)
{
    _cleanup_closedir_ DIR *dir = opendir(folder);
    struct dirent *entry;

    if (dir == NULL)
        return errno == ENOENT ? 0 : error_set_errno(err, -errno, "cannot list '%s'", folder);
    while ((errno = 0, entry = readdir(dir)) != NULL) {
        _cleanup_free_ char *name = name_of(sort, folder, entry->d_name);

        if (name != NULL && !strv_has(names, name))
            strv_add(names, name);
    }
    return errno == 0 ? 0 : error_set_errno(err, -errno, "cannot list '%s'", folder);
}

static int list(const struct sort *sort, struct strv *ret_names, struct error **err)
{
    _cleanup_strv_ struct strv names = {0};
    char *folders[2] = {NULL, NULL};
    int code = folders_of(sort, folders, err);

    for (size_t i = 0; code == 0 && i < 2; i++)
        code = list_folder(sort, folders[i], &names, err);
    free(folders[0]);
    free(folders[1]);
    if (code < 0)
        return code;
    strv_sort(&names);
    strv_copy(ret_names, &names);
    return 0;
}

static int say_unknown(const struct sort *sort, const char *name, struct error **err)
{
    _cleanup_strv_ struct strv known = {0};
    _cleanup_free_ char *all = NULL;
    const char *close;
    int code = list(sort, &known, err);

    if (code < 0)
        return code;
    if (known.count == 0)
        return error_set(err, -ENOENT, "no %s '%s': none exists yet; %s", sort->word, name,
                         sort->remedy);
    all = strv_join(&known, ", ");
    close = strv_closest(&known, name);
    return error_set(err, -ENOENT, "no %s '%s'%s%s%s; available: %s", sort->word, name,
                     close != NULL ? " (did you mean '" : "", close != NULL ? close : "",
                     close != NULL ? "'?)" : "", all);
}

static int find(const struct sort *sort, const char *name, char **ret_path, struct error **err)
{
    char *folders[2] = {NULL, NULL}, *paths[2] = {NULL, NULL};
    int code = text_is_name(name) ? folders_of(sort, folders, err)
                                  : error_set(err, -EINVAL,
                                              "%s '%s': a name consists of a-z, 0-9, '.', '_', "
                                              "'+', '-' and has at most 64 characters",
                                              sort->word, name);
    bool there[2] = {false, false};

    for (size_t i = 0; code == 0 && i < 2; i++) {
        _cleanup_free_ char *holds = NULL;

        paths[i] = text_format("%s/%s%s", folders[i], name, sort->suffix);
        holds = sort->inside != NULL ? path_join(paths[i], sort->inside) : text_dup(paths[i]);
        there[i] = path_exists(holds);
    }
    if (code == 0 && there[0] && there[1])
        code = error_set(err, -EINVAL,
                         "%s '%s' exists twice, as '%s' and '%s': rename the second so that their "
                         "results cannot be confused",
                         sort->word, name, paths[0], paths[1]);
    else if (code == 0 && !there[0] && !there[1])
        code = say_unknown(sort, name, err);
    else if (code == 0)
        *ret_path = steal_ptr(paths[there[1] ? 1 : 0]);
    for (size_t i = 0; i < 2; i++) {
        free(folders[i]);
        free(paths[i]);
    }
    return code;
}

int catalog_find_features(char **ret_path, struct error **err)
{
    const char *data;
    int code = home_data_folder(&data, err);

    if (code == 0)
        *ret_path = path_join(data, "arch/features.xml");
    return code;
}

int catalog_find_platform(const char *name, char **ret_path, struct error **err)
{
    return find(&platforms, name, ret_path, err);
}

int catalog_find_image(const char *name, char **ret_path, struct error **err)
{
    return find(&images, name, ret_path, err);
}

int catalog_find_line(const char *name, char **ret_path, struct error **err)
{
    return find(&lines, name, ret_path, err);
}

int catalog_find_policy(const char *name, char **ret_path, struct error **err)
{
    return find(&policies, name, ret_path, err);
}

int catalog_find_view(const char *name, char **ret_path, struct error **err)
{
    return find(&views, name, ret_path, err);
}

int catalog_list_views(struct strv *ret_names, struct error **err)
{
    return list(&views, ret_names, err);
}

int catalog_find_programme(const char *name, char **ret_path, struct error **err)
{
    return find(&programmes, name, ret_path, err);
}

int catalog_list_programmes(struct strv *ret_names, struct error **err)
{
    return list(&programmes, ret_names, err);
}

int catalog_list_policies(struct strv *ret_names, struct error **err)
{
    return list(&policies, ret_names, err);
}

int catalog_list_lines(struct strv *ret_names, struct error **err)
{
    return list(&lines, ret_names, err);
}

int catalog_find_suite(const char *name, char **ret_folder, struct error **err)
{
    if (strchr(name, '/') == NULL && strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
        return find(&suites, name, ret_folder, err);
    /* The loader reports what is wrong with a path that is not a suite folder. */
    *ret_folder = text_dup(name);
    return 0;
}

int catalog_list_platforms(struct strv *ret_names, struct error **err)
{
    return list(&platforms, ret_names, err);
}

int catalog_list_images(struct strv *ret_names, struct error **err)
{
    return list(&images, ret_names, err);
}

int catalog_list_suites(struct strv *ret_names, struct error **err)
{
    return list(&suites, ret_names, err);
}

int catalog_image_path(const char *name, char **ret_path, struct error **err)
{
    _cleanup_free_ char *folder = NULL;
    const char *home;
    int code;

    if (!text_is_name(name))
        return error_set(err, -EINVAL,
                         "image '%s': a name consists of a-z, 0-9, '.', '_', '+', '-' and has at "
                         "most 64 characters",
                         name);
    code = home_folder(&home, err);
    if (code < 0)
        return code;
    folder = path_join(home, "images");
    code = path_make_folders(folder, false, err);
    if (code == 0)
        *ret_path = text_format("%s/%s.xml", folder, name);
    return code;
}

int catalog_find_or_path(const char *name,
                         int (*find_name)(const char *name, char **ret_path, struct error **err),
                         char **ret_path, struct error **err)
{
    if (strchr(name, '/') == NULL && !text_ends(name, ".xml"))
        return find_name(name, ret_path, err);
    *ret_path = text_dup(name);
    return 0;
}
