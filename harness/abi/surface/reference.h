/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reference surfaces: what an OS provides by the public lists of the upstream releases it is built
 * from, for a first answer without an image. Named reference:NAME:ARCH; derived, never measured.
 * The tables are arch/surfaces/ of the program's data; their form is in that folder's README.
 */
#ifndef TS_ABI_SURFACE_REFERENCE_H
#define TS_ABI_SURFACE_REFERENCE_H

#include "abi/surface/surface.h"
#include "base/text.h"

struct error;

/* wanted: "reference:tencentos-3:aarch64". -EINVAL, -ENOENT name what there is. */
int reference_open(const char *wanted, struct surface **ret_surface, struct error **err);

/* The names there are, both architectures each, appended. */
int reference_list(struct strv *ret_names, struct error **err);

#endif
