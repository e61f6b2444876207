/* SPDX-License-Identifier: Apache-2.0 */
/* Reads ld.so.conf with the files of the package in place of, and beside, the image's. */
#include "abi/loader/world_conf.h"

#include <stdlib.h>
#include <string.h>

#include "abi/surface/loader_conf.h"
#include "base/cleanup.h"

#define USUAL_CONF "include ld.so.conf.d/*.conf\n" /* what distributions ship */

struct conf {
    struct loader_conf_files files;
    struct strv made; /* texts for an image whose surface has only the folders */
};

static void add_texts(struct conf *conf, const struct surface *surface)
{
    for (uint64_t i = 0; i < surface->counts[TABLE_META]; i++) {
        const char *key = surface_text(surface, surface->meta[i].key);

        if (text_starts(key, LOADER_CONF_TEXT))
            *vec_add(&conf->files) =
                (struct loader_conf_file){.path = key + strlen(LOADER_CONF_TEXT),
                                          .text = surface_text(surface, surface->meta[i].value)};
    }
}

/* Surfaces of older versions name the file of each folder that is not in ld.so.conf itself. */
static const char *made_file(const struct surface *image, uint64_t row)
{
    _cleanup_free_ char *key = text_format("conf-file:%s", surface_text(image, image->conf[row]));
    const char *file = surface_meta_get(image, key);

    return file != NULL ? file : LOADER_CONF;
}

static void add_made(struct conf *conf, const struct surface *image, const char *file)
{
    _cleanup_buffer_ struct buffer text = {0};

    vec_foreach (there, &conf->files)
        if (there->made && strcmp(there->path, file) == 0)
            return;
    buffer_add(&text, "", 0);
    for (uint64_t i = 0; i < image->counts[TABLE_CONF]; i++)
        if (strcmp(made_file(image, i), file) == 0)
            buffer_format(&text, "%s\n", surface_text(image, image->conf[i]));
    if (strcmp(file, LOADER_CONF) == 0)
        buffer_text(&text, USUAL_CONF);
    strv_take(&conf->made, buffer_steal(&text));
    *vec_add(&conf->files) = (struct loader_conf_file){
        .path = file, .text = conf->made.items[conf->made.count - 1], .made = true};
}

/* What is added to the end of the image's file. */
static void add_added(struct conf *conf, const struct surface *package)
{
    const char *added = surface_meta_get(package, LOADER_CONF_ADDED LOADER_CONF);

    vec_foreach (file, &conf->files)
        if (added != NULL && strcmp(file->path, LOADER_CONF) == 0) {
            strv_take(&conf->made, text_format("%s\n%s", file->text, added));
            file->text = conf->made.items[conf->made.count - 1];
            return;
        }
}

static bool has_text(const struct surface *image)
{
    return surface_meta_get(image, LOADER_CONF_TEXT LOADER_CONF) != NULL;
}

static bool is_known(const struct conf *conf, const char *path)
{
    vec_foreach (file, &conf->files)
        if (strcmp(file->path, path) == 0)
            return true;
    return false;
}

/* Files that a pattern matches and that were not kept as lists of folders. */
static void find_unread(struct world *world, const struct conf *conf, const char *pattern)
{
    for (size_t l = 0; l < LAYER_COUNT; l++)
        for (uint64_t i = 0; i < world->layers[l]->counts[TABLE_PATHS]; i++) {
            const struct surface_path *row = &world->layers[l]->paths[i];
            const char *path = surface_text(world->layers[l], row->path);

            if ((row->kind == PATH_FILE || row->kind == PATH_LINK) &&
                loader_conf_matches(pattern, path) && !is_known(conf, path) &&
                !strv_has(&world->conf_unread, path))
                strv_add(&world->conf_unread, path);
        }
}

static bool differs(const struct world *world)
{
    const struct surface *image = world->layers[LAYER_IMAGE];

    if (world->conf.count != image->counts[TABLE_CONF])
        return true;
    for (size_t i = 0; i < world->conf.count; i++)
        if (strcmp(world->conf.items[i], surface_text(image, image->conf[i])) != 0)
            return true;
    return false;
}

void world_read_conf(struct world *world)
{
    const struct surface *image = world->layers[LAYER_IMAGE];
    const struct surface *package = world->layers[LAYER_PACKAGE];
    _cleanup_strv_ struct strv patterns = {0};
    struct conf conf = {0};

    if (package != NULL)
        add_texts(&conf, package);
    if (conf.files.count == 0 &&
        (package == NULL || surface_meta_get(package, LOADER_CONF_ADDED LOADER_CONF) == NULL)) {
        for (uint64_t i = 0; i < image->counts[TABLE_CONF]; i++)
            strv_add(&world->conf, surface_text(image, image->conf[i]));
        return;
    }
    if (has_text(image))
        add_texts(&conf, image);
    else
        for (uint64_t i = 0; i <= image->counts[TABLE_CONF]; i++)
            add_made(&conf, image,
                     i < image->counts[TABLE_CONF] ? made_file(image, i) : LOADER_CONF);
    if (package != NULL)
        add_added(&conf, package);
    loader_conf_read(&conf.files, &world->conf, &patterns);
    world->conf_changed = differs(world);
    for (size_t i = 0; i < patterns.count; i++)
        find_unread(world, &conf, patterns.items[i]);
    vec_done(&conf.files);
    strv_done(&conf.made);
}
