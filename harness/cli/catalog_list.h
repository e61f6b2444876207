/* SPDX-License-Identifier: Apache-2.0 */
/* `list` of platforms, images and suites: a table, or JSON. */
#ifndef TS_CLI_CATALOG_LIST_H
#define TS_CLI_CATALOG_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/json.h"
#include "base/text.h"
#include "cli/columns.h"

struct error;

struct catalog_listing {
    const char *member, *format; /* of the JSON: "images", "touchstone-image-list" */
    const char *const *headings;
    size_t columns;
    /* Loads one and adds it as a row and as an element. json: warnings are not printed. */
    int (*add)(const char *name, bool json, void *context, struct columns *columns, json_t *array,
               struct error **err);
    void *context;
};

/* Prints them all. One that cannot be loaded is reported and does not hide the others. Returns an
 * exit code. */
int catalog_list(const struct catalog_listing *listing, const struct strv *names, bool json);

#endif
