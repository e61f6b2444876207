/* SPDX-License-Identifier: Apache-2.0 */
/* The command of `image` that has a file of its own. */
#ifndef TS_CLI_CMD_IMAGE_H
#define TS_CLI_CMD_IMAGE_H

struct image;

int cmd_image_add(int argc, char **argv);

/* To stdout, for a person. */
void image_print(const struct image *image);

#endif
