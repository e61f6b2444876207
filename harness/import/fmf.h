/* SPDX-License-Identifier: Apache-2.0 */
/* Internal to import/: the leaves of an fmf tree (fmf.readthedocs.io) with inherited attributes. */
#ifndef TS_IMPORT_FMF_H
#define TS_IMPORT_FMF_H

#include <jansson.h>

struct error;

struct fmf_leaf {
    const char *name;   /* "/folder/file/node" */
    const char *folder; /* of its file, relative to the root; "." is the root */
    const json_t *data; /* attributes: strings, arrays, objects */
};

/* Calls `on_leaf` for each leaf in the order of names until it returns a negative errno. The number
 * and depth of folders and the size of files are limited. -EINVAL: a file is not YAML. */
int fmf_read(const char *root,
             int (*on_leaf)(void *data, const struct fmf_leaf *leaf, struct error **err),
             void *data, struct error **err);

/* Parses YAML whose scalars are all text: NULL and `err` set if it is not one document. The caller
 * releases the reference. */
json_t *fmf_parse(const char *text, size_t length, const char *what, struct error **err);

#endif
