/* SPDX-License-Identifier: Apache-2.0 */
/* Views: arch/views/NAME.xml in the program's data, views/NAME.xml in the user's home, or any
 * file. */
#ifndef TS_CATALOG_VIEW_H
#define TS_CATALOG_VIEW_H

#include "model/view.h"

/* name: of a view, or the path (containing '/' or ending in ".xml") of a file. -ENOENT; -EBADMSG.
 * ret_path may be NULL. */
int catalog_get_view(const char *name, struct view **ret_view, char **ret_path, struct error **err);

/* Writes HOME/views/NAME.xml, in place of an earlier one; *ret_path is owned by the caller.
 * -EEXIST: the program's data has a view of this name. */
int catalog_save_view(const struct view *view, char **ret_path, struct error **err);

#endif
