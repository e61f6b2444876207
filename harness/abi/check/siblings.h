/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Builds of one thing for several architectures, C libraries and systems, side by side in a package
 * (prebuilds/linux-x64/, native/freebsd-x86_64/, addon.musl.node): the program that loads them
 * takes the one that fits.
 */
#ifndef TS_ABI_CHECK_SIBLINGS_H
#define TS_ABI_CHECK_SIBLINGS_H

#include "abi/check/check.h"

/* Marks in check->spare what is not for this image while a sibling of it is. */
void siblings_find(struct check *check);

#endif
