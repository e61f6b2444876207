/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reference surfaces: what an operating system provides according to public lists of the upstream
 * releases it is built from, for a first answer without an image. They are named
 * reference:NAME:ARCH and are derived, not measured. The tables are in arch/surfaces/ of the
 * program's data; its README documents the format.
 */
#ifndef TS_ABI_SURFACE_REFERENCE_H
#define TS_ABI_SURFACE_REFERENCE_H

#include "abi/surface/surface.h"
#include "base/text.h"

struct error;

/* wanted: "reference:tencentos-3:aarch64". -EINVAL and -ENOENT list the known names. */
int reference_open(const char *wanted, struct surface **ret_surface, struct error **err);

/* Appends all names, for both architectures. */
int reference_list(struct strv *ret_names, struct error **err);

#endif
