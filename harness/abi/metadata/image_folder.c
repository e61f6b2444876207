/* SPDX-License-Identifier: Apache-2.0 */
#include "abi/metadata/image_folder.h"

#include <stdlib.h>
#include <string.h>

#include "abi/surface/surface.h"
#include "base/cleanup.h"
#include "base/text.h"

#define LINKS_MAX 40 /* in a path, as in the kernel */

/* The target if this path is a link of the image, or NULL. */
static const char *target_of(const struct surface *image, const char *path, size_t length)
{
    uint32_t at = image != NULL ? surface_find_path(image, path, length) : SURFACE_NONE;

    return at != SURFACE_NONE && image->paths[at].kind == PATH_LINK
               ? surface_text(image, image->paths[at].value)
               : NULL;
}

/* Removes the last part of a path that does not end with a slash. */
static void remove_part(struct buffer *path)
{
    while (path->length > 0 && path->data[--path->length] != '/')
        ;
    if (path->data != NULL)
        path->data[path->length] = '\0';
}

char *image_folder_canonical(const struct surface *image, const char *folder)
{
    _cleanup_free_ char *text = text_dup(folder);
    struct buffer path = {0};
    unsigned links = 0;

    for (const char *at = text + strspn(text, "/"); *at != '\0';) {
        size_t length = strcspn(at, "/");
        const char *rest = at + length + strspn(at + length, "/"), *target;
        size_t before = path.length;
        char *next;

        if (length == 2 && strncmp(at, "..", 2) == 0) {
            remove_part(&path);
        } else if (length != 1 || at[0] != '.') {
            buffer_format(&path, "/%.*s", (int)length, at);
            target = links < LINKS_MAX ? target_of(image, path.data, path.length) : NULL;
            if (target != NULL) {
                links++;
                next = text_format("%s/%s", target, rest);
                path.length = target[0] == '/' ? 0 : before;
                path.data[path.length] = '\0';
                free(text);
                text = next;
                rest = text + strspn(text, "/");
            }
        }
        at = rest;
    }
    buffer_text(&path, "/");
    return buffer_steal(&path);
}
