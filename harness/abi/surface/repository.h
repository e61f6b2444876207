/* SPDX-License-Identifier: Apache-2.0 */
/* Packages that can be fetched for a product. */
#ifndef TS_ABI_SURFACE_REPOSITORY_H
#define TS_ABI_SURFACE_REPOSITORY_H

struct error;
struct strv;
struct surface;

/* Of each folder: the .rpm files anywhere below it, by their headers, and the Packages lists of
 * Debian archives. A folder that has neither is an error. */
int repository_open(const struct strv *folders, struct surface **ret_surface, struct error **err);

#endif
