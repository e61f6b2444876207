/* SPDX-License-Identifier: Apache-2.0 */
/* Internal to import/: paragraphs of fields, as in Debian's control files (deb822(5)). */
#ifndef TS_IMPORT_DEB822_H
#define TS_IMPORT_DEB822_H

#include <stddef.h>

#include "base/vec.h"

struct deb822_field {
    char *name, *value; /* continuation lines are joined by newlines */
};
VEC_TYPE(deb822_fields, struct deb822_field);
VEC_TYPE(deb822, struct deb822_fields);

struct error;

/* `what` names the file. -EINVAL: a line is neither a field, a continuation nor a comment. */
int deb822_parse(const char *text, const char *what, struct deb822 *ret_paragraphs,
                 struct error **err);

/* The value of a field, whose name is compared without case; NULL: absent. */
const char *deb822_get(const struct deb822_fields *fields, const char *name);
void deb822_done(struct deb822 *paragraphs);

#endif
