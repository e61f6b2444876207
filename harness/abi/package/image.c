/* SPDX-License-Identifier: Apache-2.0 */
/* Manifests and configurations of container images. */
#include "abi/package/image.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "abi/archive/unpack.h"
#include "abi/package/contents.h"
#include "abi/package/package.h"
#include "abi/surface/harvest.h"
#include "base/cleanup.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/json.h"
#include "base/path.h"

#define JSON_MAX (4 << 20) /* largest manifest or configuration, in bytes */
#define LAYERS_MAX 512
#define IMAGES_MAX 32 /* number of images in one archive */
#define INDEX_DEPTH 4

struct imaging {
    struct package *package;
    const struct place *place;
    const struct image_members *members;
    size_t images, artifacts;
};

static bool is_hex(const char *text, size_t length)
{
    return strspn(text, "0123456789abcdef") >= length;
}

bool image_may_begin(const char *name)
{
    while (text_starts(name, "./") || *name == '/')
        name += *name == '/' ? 1 : 2;
    /* The last ones: jib, crane, kaniko and Bazel, which write the manifest at the end. */
    return text_starts(name, "blobs/") || strcmp(name, "blobs") == 0 ||
           strcmp(name, "oci-layout") == 0 || strcmp(name, "index.json") == 0 ||
           strcmp(name, "manifest.json") == 0 || strcmp(name, "repositories") == 0 ||
           is_hex(name, 64) || text_starts(name, "sha256:") || strcmp(name, "config.json") == 0 ||
           text_ends(name, "layer.tar") || text_ends(name, "layer.tar.gz") ||
           (is_hex(name, 12) && (text_ends(name, ".tar") || text_ends(name, ".tar.gz")));
}

void image_members_done(struct image_members *members)
{
    vec_foreach (member, members) {
        free(member->name);
        free(member->link);
        spool_done(&member->spool);
    }
    vec_done(members);
}

/* Finds a file by its name in the archive; links in old docker save archives refer to other
 * layers. */
static const struct image_member *find(const struct imaging *imaging, const char *name)
{
    for (int links = 0; links < 8; links++) {
        const struct image_member *found = NULL;

        vec_foreach (member, imaging->members)
            if (strcmp(member->name, name) == 0)
                found = member;
        if (found == NULL || found->link == NULL)
            return found;
        name = text_starts(found->link, "../") ? found->link + 3 : found->link;
    }
    return NULL;
}

static int read_json(const struct imaging *imaging, const struct image_member *member,
                     json_t **ret_json, struct error **err)
{
    struct blob blob = spool_blob(&member->spool);
    _cleanup_free_ char *text = NULL;
    ssize_t got;

    (void)imaging;
    if (blob.size > JSON_MAX)
        return error_set(err, -EFBIG, "'%s' is longer than %d bytes", member->name, JSON_MAX);
    text = text_calloc(blob.size + 1, 1);
    got = blob_read(&blob, 0, text, blob.size);
    return json_parse(text, got > 0 ? (size_t)got : 0, member->name, ret_json, err);
}

static int check_digest(const struct image_member *member, const char *digest, struct error **err)
{
    _cleanup_(digest_free_cleanup) struct digest *sum = digest_new();
    _cleanup_free_ char *chunk = text_calloc(65536, 1);
    struct blob blob = spool_blob(&member->spool);
    char hex[DIGEST_TEXT_SIZE];
    ssize_t got;

    for (uint64_t at = 0; (got = blob_read(&blob, at, chunk, 65536)) > 0; at += (uint64_t)got)
        digest_add(sum, chunk, (size_t)got);
    digest_text(sum, hex);
    return strcmp(hex, digest) == 0
               ? 0
               : error_set(err, -EBADMSG, "'%s' is damaged: its SHA-256 is %s", member->name, hex);
}

/* Finds the blob of a descriptor and verifies its digest. */
static int find_blob(const struct imaging *imaging, const json_t *descriptor,
                     const struct image_member **ret_member, struct error **err)
{
    const char *digest = json_string_value(json_object_get(descriptor, "digest"));
    _cleanup_free_ char *name = NULL;

    if (digest == NULL || !text_starts(digest, "sha256:") || strlen(digest) != 71)
        return error_set(err, -EBADMSG, "a descriptor has no SHA-256 digest");
    name = text_format("blobs/sha256/%s", digest + 7);
    *ret_member = find(imaging, name);
    if (*ret_member == NULL)
        return error_set(err, -ENOENT, "it does not contain '%s'", name);
    return check_digest(*ret_member, digest + 7, err);
}

/* The surface that the image's own loader uses; an image with only static programs has no
 * loader. */
static int harvest_surface(struct package_image *image, struct spool *root, struct error **err)
{
    _cleanup_(harvest_done) struct harvest harvest;
    _cleanup_free_ char *path = NULL;
    _cleanup_error_ struct error *problem = NULL;
    int code = spool_to_file(root, err);

    if (code < 0)
        return code;
    path = text_format("/proc/self/fd/%d", root->fd);
    harvest_init(&harvest);
    harvest.source = image->path;
    (void)harvest_tar(&harvest, path, &problem);
    return surface_builder_open(harvest.builder, image->path, &image->surface, err);
}

static int take_image(struct imaging *imaging, const struct image_member *config_member,
                      const struct blob *layers, size_t count, const char *tag, struct error **err)
{
    struct package *package = imaging->package;
    _cleanup_(spool_done) struct spool root = SPOOL_INIT;
    _cleanup_json_ json_t *config = NULL;
    struct image_entries entries = {0};
    struct package_image *image;
    struct blob blob;
    int code;

    if (++imaging->images > IMAGES_MAX)
        return error_set(err, -EFBIG, "more than %d images; the rest were not read", IMAGES_MAX);
    code = read_json(imaging, config_member, &config, err);
    if (code == 0)
        code = image_merge(package, imaging->place, layers, count, &root, &entries, err);
    if (code < 0) {
        image_entries_done(&entries);
        return code;
    }
    image = vec_add(&package->images);
    image->entries = entries;
    image->path = text_dup(imaging->place->input ? package->name : imaging->place->path);
    image->tag = text_dup(tag);
    image_config_read(&image->config, config);
    code = harvest_surface(image, &root, err);
    if (code < 0)
        return code;
    blob = spool_blob(&root);
    return package->handlers->read_root(image->path, &blob, imaging->place->density, package,
                                        &image->root, err);
}

/* Registries keep other things by the same format: charts, signatures, lists of components. */
static bool is_image(const json_t *manifest)
{
    const char *type =
        json_string_value(json_object_get(json_object_get(manifest, "config"), "mediaType"));
    const json_t *layer;
    size_t i;

    if (type != NULL && strstr(type, "image") == NULL)
        return false;
    json_array_foreach(json_object_get(manifest, "layers"), i, layer)
    {
        type = json_string_value(json_object_get(layer, "mediaType"));
        if (type != NULL && strstr(type, "tar") == NULL)
            return false;
    }
    return true;
}

/* Their layers are read as files. */
static int take_artifact(struct imaging *imaging, const json_t *manifest, struct error **err)
{
    const json_t *layer;
    size_t i;

    imaging->artifacts++;
    json_array_foreach(json_object_get(manifest, "layers"), i, layer)
    {
        const struct place *outer = imaging->place;
        const struct image_member *member;
        _cleanup_free_ char *path = NULL;
        struct place place = {.depth = outer->depth + 1, .density = outer->density};
        struct blob blob;
        int code = find_blob(imaging, layer, &member, err);

        if (code < 0)
            return code;
        path = text_format("%s%s/%s", outer->input ? "" : outer->path, outer->input ? "" : "!",
                           member->name);
        place.path = path;
        blob = spool_blob(&member->spool);
        imaging->package->handlers->take_blob(imaging->package, &place, &blob);
    }
    return 0;
}

static int take_manifest(struct imaging *imaging, const json_t *manifest, struct error **err)
{
    const json_t *list = json_object_get(manifest, "layers"), *layer;
    const struct image_member *config, *member;
    struct blob layers[LAYERS_MAX];
    size_t i, count = json_array_size(list);
    int code = find_blob(imaging, json_object_get(manifest, "config"), &config, err);

    if (code == 0 && count > LAYERS_MAX)
        return error_set(err, -EFBIG, "an image with %zu layers, of which only %d were read", count,
                         LAYERS_MAX);
    json_array_foreach(list, i, layer)
    {
        if (code == 0)
            code = find_blob(imaging, layer, &member, err);
        if (code == 0)
            layers[i] = spool_blob(&member->spool);
    }
    return code < 0 ? code : take_image(imaging, config, layers, count, NULL, err);
}

static bool is_attestation(const json_t *descriptor)
{
    const json_t *platform = json_object_get(descriptor, "platform");

    return text_equal(json_string_value(json_object_get(platform, "architecture")), "unknown");
}

/* An image may be present for some of its platforms only: missing ones are reported unless others
 * are present. */
static int take_index(struct imaging *imaging, const json_t *index, int depth, struct error **err)
{
    const json_t *descriptor;
    _cleanup_error_ struct error *absent = NULL;
    size_t i, before = imaging->images + imaging->artifacts;

    if (depth > INDEX_DEPTH)
        return error_set(err, -ELOOP, "indexes nested more than %d levels deep", INDEX_DEPTH);
    json_array_foreach(json_object_get(index, "manifests"), i, descriptor)
    {
        const struct image_member *member;
        _cleanup_json_ json_t *json = NULL;
        struct error *problem = NULL;
        int code;

        if (is_attestation(descriptor))
            continue;
        code = find_blob(imaging, descriptor, &member, &problem);
        if (code == -ENOENT) {
            error_free(absent);
            absent = problem;
            continue;
        }
        if (code == 0)
            code = read_json(imaging, member, &json, &problem);
        if (code == 0)
            code = json_is_array(json_object_get(json, "manifests"))
                       ? take_index(imaging, json, depth + 1, &problem)
                   : is_image(json) ? take_manifest(imaging, json, &problem)
                                    : take_artifact(imaging, json, &problem);
        if (code < 0) {
            *err = problem;
            return code;
        }
    }
    if (imaging->images + imaging->artifacts > before)
        return 0;
    return error_set(err, -ENOENT, "an index without an image%s%s", absent != NULL ? ": " : "",
                     absent != NULL ? error_message(absent) : "");
}

/* The list written by docker save. */
static int take_docker(struct imaging *imaging, const json_t *list, struct error **err)
{
    const json_t *row;
    size_t i;
    int code = 0;

    json_array_foreach(list, i, row)
    {
        const json_t *names = json_object_get(row, "Layers"), *name;
        const char *config = json_string_value(json_object_get(row, "Config"));
        const struct image_member *member = config != NULL ? find(imaging, config) : NULL;
        struct blob layers[LAYERS_MAX];
        size_t l;

        if (member == NULL || json_array_size(names) > LAYERS_MAX)
            return error_set(
                err, -EBADMSG,
                "manifest.json refers to a missing configuration or to more than %d layers",
                LAYERS_MAX);
        if (text_starts(config, "blobs/sha256/"))
            code = check_digest(member, config + 13, err);
        json_array_foreach(names, l, name)
        {
            const char *text = json_string_value(name);
            const struct image_member *layer = text != NULL ? find(imaging, text) : NULL;

            if (code == 0 && layer == NULL)
                code = error_set(err, -ENOENT, "it does not contain layer '%s'",
                                 text != NULL ? text : "?");
            if (code == 0 && text_starts(text, "blobs/sha256/"))
                code = check_digest(layer, text + 13, err);
            if (code == 0)
                layers[l] = spool_blob(&layer->spool);
        }
        if (code == 0)
            code = take_image(
                imaging, member, layers, json_array_size(names),
                json_string_value(json_array_get(json_object_get(row, "RepoTags"), 0)), err);
        if (code < 0)
            return code;
    }
    return code;
}

bool image_take(struct package *package, const struct place *place,
                const struct image_members *members)
{
    struct imaging imaging = {.package = package, .place = place, .members = members};
    const struct image_member *layout = find(&imaging, "oci-layout");
    const struct image_member *list = find(&imaging, "manifest.json");
    const struct image_member *index = layout != NULL ? find(&imaging, "index.json") : NULL;
    _cleanup_error_ struct error *problem = NULL;
    _cleanup_json_ json_t *json = NULL;
    int code;

    /* docker's manifest.json is an array with configurations; other software uses the same file
     * name. */
    if (index == NULL &&
        (list == NULL || read_json(&imaging, list, &json, NULL) < 0 || !json_is_array(json) ||
         json_object_get(json_array_get(json, 0), "Layers") == NULL))
        return false;
    code = index != NULL ? read_json(&imaging, index, &json, &problem) : 0;
    if (code == 0)
        code = index != NULL ? take_index(&imaging, json, 0, &problem)
                             : take_docker(&imaging, json, &problem);
    if (code < 0)
        package_unknown(package, place->input ? package->name : place->path,
                        "cannot read the container image: %s", error_message(problem));
    return true;
}
