/* SPDX-License-Identifier: Apache-2.0 */
/* Scripts in packages of npm that nothing calls. Such packages are published with all that their
 * developers use; nobody who installs them runs it. */
#ifndef TS_ABI_PACKAGE_CALLED_H
#define TS_ABI_PACKAGE_CALLED_H

#include "abi/package/listen.h"
#include "base/cleanup.h"

/* What has to hear the files of the product once more, after it was read; NULL: nothing, because it
 * has no scripts in packages of npm, or cannot be read as a whole. called_free frees it. */
struct package_listener *called_begin(const struct package *package);

/* After all was heard: sets package->uncalled. What could not be read leaves it empty. */
void called_conclude(struct package_listener *listener, struct package *package);

void called_free(struct package_listener *listener);
DEFINE_CLEANUP(struct package_listener *, called_free)

#endif
