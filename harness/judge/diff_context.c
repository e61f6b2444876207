/* SPDX-License-Identifier: Apache-2.0 */
/* Compares what two runs were planned with and where they ran. */
#include "judge/diff_context.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "judge/diff.h"

enum { DIGEST_SHOWN = 12 };

void diff_context_done(struct diff_context *context)
{
    vec_foreach (row, context) {
        free(row->kind);
        free(row->name);
        free(row->before);
        free(row->after);
    }
    vec_done(context);
}

static void add(struct diff_context *to, const char *kind, const char *name, char *before,
                char *after)
{
    *vec_add(to) = (struct diff_context_row){text_dup(kind), text_dup(name), before, after};
}

static bool has(const struct diff_context *context, const struct diff_context_row *wanted)
{
    vec_foreach (row, context)
        if (strcmp(row->kind, wanted->kind) == 0 && strcmp(row->name, wanted->name) == 0 &&
            text_equal(row->before, wanted->before) && text_equal(row->after, wanted->after))
            return true;
    return false;
}

void diff_context_merge(struct diff_context *to, struct diff_context *from)
{
    vec_foreach (row, from)
        if (row->before != NULL && row->after != NULL && !has(to, row)) {
            *vec_add(to) = *row;
            *row = (struct diff_context_row){.kind = NULL};
        }
    diff_context_done(from);
}

static char *digest_of(const struct run_input *input)
{
    return input != NULL ? text_ndup(input->sha256, DIGEST_SHOWN) : NULL;
}

/* The name in the second run of an image of the first. */
static const char *name_after(const struct run_input *input, const struct diff_image *images,
                              size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(input->kind, "image") == 0 && strcmp(images[i].before, input->name) == 0)
            return images[i].after;
    return input->name;
}

static bool replaces(const struct run_input *input, const struct diff_image *images, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(input->kind, "image") == 0 && strcmp(images[i].after, input->name) == 0)
            return true;
    return false;
}

static void compare_inputs(const struct run_record *before, const struct run_record *after,
                           const struct diff_image *images, size_t count, struct diff_context *to)
{
    vec_foreach (old, &before->inputs) {
        const char *name = name_after(old, images, count);
        const struct run_input *new = run_find_input(after, old->kind, name);

        if (new == NULL || strcmp(old->sha256, new->sha256) != 0)
            add(to, old->kind, name, digest_of(old), digest_of(new));
    }
    vec_foreach (new, &after->inputs)
        if (run_find_input(before, new->kind, new->name) == NULL && !replaces(new, images, count))
            add(to, new->kind, new->name, NULL, digest_of(new));
}

static const char *find_fact(const struct run_record *run, const char *key)
{
    vec_foreach (fact, &run->host)
        if (strcmp(fact->key, key) == 0)
            return fact->value;
    return NULL;
}

/* The accelerator is a fact for each image. */
static char *key_after(const char *key, const struct diff_image *images, size_t count)
{
    static const char prefix[] = "accelerator.";

    for (size_t i = 0; text_starts(key, prefix) && i < count; i++)
        if (strcmp(key + strlen(prefix), images[i].before) == 0)
            return text_format("%s%s", prefix, images[i].after);
    return text_dup(key);
}

static void compare_hosts(const struct run_record *before, const struct run_record *after,
                          const struct diff_image *images, size_t count, struct diff_context *to)
{
    _cleanup_strv_ struct strv keys = {0};

    vec_foreach (old, &before->host) {
        _cleanup_free_ char *key = key_after(old->key, images, count);
        const char *value = find_fact(after, key);

        if (!text_equal(old->value, value))
            add(to, "host", key, text_dup(old->value), text_dup(value));
        strv_add(&keys, key);
    }
    vec_foreach (new, &after->host)
        if (!strv_has(&keys, new->key))
            add(to, "host", new->key, NULL, text_dup(new->value));
}

void diff_context_of(const struct run_record *before, const struct run_record *after,
                     const struct diff_image *images, size_t image_count,
                     struct diff_context *ret_context)
{
    *ret_context = (struct diff_context){0};
    compare_inputs(before, after, images, image_count, ret_context);
    compare_hosts(before, after, images, image_count, ret_context);
}
