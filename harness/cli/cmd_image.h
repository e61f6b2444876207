/* SPDX-License-Identifier: Apache-2.0 */
/* Helpers shared by the commands of `touchstone image`. */
#ifndef TS_CLI_CMD_IMAGE_H
#define TS_CLI_CMD_IMAGE_H

struct image;

/* Prints the image to stdout as text. */
void image_print(const struct image *image);

#endif
