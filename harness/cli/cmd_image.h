/* SPDX-License-Identifier: Apache-2.0 */
/* The commands of `image` that have files of their own. */
#ifndef TS_CLI_CMD_IMAGE_H
#define TS_CLI_CMD_IMAGE_H

struct image;

int cmd_image_add(int argc, char **argv);
int cmd_image_fetch(int argc, char **argv);
int cmd_image_known(int argc, char **argv);

/* To stdout, for a person. */
void image_print(const struct image *image);

#endif
