/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/image_map.h"

#include <string.h>

#include "cli/cli.h"

void image_map_add(struct image_map *map, char *value)
{
    char *equals = strchr(value, '=');

    if (equals == NULL || equals == value || equals[1] == '\0')
        cli_refuse("--map '%s': give OLD=NEW, the name of an image of the earlier run and that of "
                   "the image that takes its place",
                   value);
    *equals = '\0';
    *vec_add(map) = (struct diff_image){value, equals + 1};
}
