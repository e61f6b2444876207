/* SPDX-License-Identifier: Apache-2.0 */
/* The arguments of --map OLD=NEW. */
#ifndef TS_CLI_IMAGE_MAP_H
#define TS_CLI_IMAGE_MAP_H

#include "judge/diff.h"

VEC_TYPE(image_map, struct diff_image);

/* Splits the value where it stands; exits with 64 if it is not OLD=NEW. Free with vec_done. */
void image_map_add(struct image_map *map, char *value);

#endif
