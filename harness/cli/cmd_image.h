/* SPDX-License-Identifier: Apache-2.0 */
/* What the commands of `touchstone image` share. */
#ifndef TS_CLI_CMD_IMAGE_H
#define TS_CLI_CMD_IMAGE_H

struct image;

/* To stdout, for a person. */
void image_print(const struct image *image);

#endif
