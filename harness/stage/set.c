/* SPDX-License-Identifier: Apache-2.0 */
/* A resolved set as sets/KEY.json. It is only a cache: what it refers to is verified, and an
 * unreadable file is ignored. */
#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "base/path.h"
#include "model/package_file.h"
#include "stage/apt.h"
#include "stage/dnf.h"
#include "stage/pool.h"

#define SET_LIMIT (1 << 20)

void staged_free(struct staged *staged)
{
    if (staged == NULL)
        return;
    vec_foreach (row, &staged->packages) {
        free(row->path);
        free(row->file);
        free(row->name);
        free(row->version);
        free(row->arch);
    }
    vec_done(&staged->packages);
    free(staged->pool);
    free(staged->release);
    free(staged->source);
    free(staged->note);
    free(staged);
}

void staged_add(struct staged *staged, const char *cache, const char *file, const char *name,
                const char *version, const char *arch, const char *sha256, uint64_t size)
{
    struct staged_package *row = vec_add(&staged->packages);

    row->path = pool_path(cache, sha256, file);
    row->file = text_format("%03zu-%s", staged->packages.count, file);
    row->name = text_dup(name);
    row->version = text_dup(version);
    row->arch = text_dup(arch);
    memcpy(row->sha256, sha256, DIGEST_TEXT_SIZE);
    row->size = size;
}

void staged_seal(struct staged *staged)
{
    struct digest *digest = digest_new();

    staged->bytes = 0;
    vec_foreach (row, &staged->packages) {
        _cleanup_free_ char *line = text_format("%s  %s\n", row->sha256, row->file);

        digest_add(digest, line, strlen(line));
        staged->bytes += row->size;
    }
    digest_text(digest, staged->sha256);
    digest_free(digest);
}

static char *set_path(const char *cache, const char *key)
{
    return text_format("%s/sets/%s.json", cache, key);
}

static int read_package(struct staged *staged, const char *cache, const json_t *json,
                        const char *path, struct error **err)
{
    _cleanup_free_ char *name = NULL, *version = NULL, *arch = NULL;
    const char *file, *sha256;
    int64_t size;
    int code = json_get_string(json, path, "file", &file, err);

    if (code == 0)
        code = json_get_string(json, path, "sha256", &sha256, err);
    if (code == 0)
        code = json_get_integer(json, path, "size", 1, INT64_MAX, &size, err);
    if (code < 0)
        return code;
    if (strchr(file, '/') != NULL ||
        (!package_file_deb(file, &name, &version, &arch) &&
         !package_file_rpm(file, &name, &version, &arch)) ||
        !digest_is_text(sha256))
        return error_set(err, -EBADMSG, "'%s': '%s' with digest '%s' is not a package", path, file,
                         sha256);
    staged_add(staged, cache, file, name, version, arch, sha256, (uint64_t)size);
    return pool_check(cache, sha256, file, (uint64_t)size, err);
}

int set_read(const char *cache, const char *key, struct staged **ret_staged, struct error **err)
{
    _cleanup_(staged_free_cleanup) struct staged *staged = text_calloc(1, sizeof(*staged));
    _cleanup_free_ char *path = set_path(cache, key);
    _cleanup_json_ json_t *json = NULL;
    json_t *packages;
    const char *release, *source, *note;
    int code;

    if (!path_exists(path))
        return error_set(err, -ENOENT, "no set '%s' was resolved before", key);
    code = json_read_file(path, SET_LIMIT, &json, err);
    if (code == 0)
        code = json_get_integer(json, path, "resolved_ms", 0, INT64_MAX, &staged->resolved_ms, err);
    if (code == 0)
        code = json_get_string(json, path, "release", &release, err);
    if (code == 0)
        code = json_get_string(json, path, "source", &source, err);
    if (code == 0)
        code = json_get_string(json, path, "note", &note, err);
    if (code == 0)
        code = json_get_array(json, path, "packages", APT_PACKAGES_MAX, &packages, err);
    for (size_t i = 0; code == 0 && i < json_array_size(packages); i++)
        code = read_package(staged, cache, json_array_get(packages, i), path, err);
    if (code < 0)
        return code;
    staged->release = *release != '\0' ? text_dup(release) : NULL;
    staged->source = text_dup(source);
    staged->note = *note != '\0' ? text_dup(note) : NULL;
    staged_seal(staged);
    *ret_staged = steal_ptr(staged);
    return 0;
}

int set_write(const char *cache, const char *key, const struct staged *staged, struct error **err)
{
    _cleanup_free_ char *path = set_path(cache, key), *folder = path_join(cache, "sets");
    _cleanup_json_ json_t *json = json_object();
    json_t *packages = json_array();
    int code = path_make_folders(folder, false, err);

    json_object_set_new(json, "resolved_ms", json_integer(staged->resolved_ms));
    json_object_set_new(json, "release",
                        json_string(staged->release != NULL ? staged->release : ""));
    json_object_set_new(json, "source", json_from_text(staged->source));
    json_object_set_new(json, "note", json_from_text(staged->note != NULL ? staged->note : ""));
    json_object_set_new(json, "packages", packages);
    vec_foreach (row, &staged->packages) {
        json_t *one = json_object();

        json_object_set_new(one, "file", json_from_text(path_base(row->path)));
        json_object_set_new(one, "sha256", json_string(row->sha256));
        json_object_set_new(one, "size", json_integer((json_int_t)row->size));
        json_array_append_new(packages, one);
    }
    return code == 0 ? json_write_file(json, path, err) : code;
}
