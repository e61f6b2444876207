/* SPDX-License-Identifier: Apache-2.0 */
/* Prints lists of the catalogue. */
#include "cli/catalog_list.h"

#include "base/cleanup.h"
#include "base/error.h"
#include "cli/cli.h"

int catalog_list(const struct catalog_listing *listing, const struct strv *names, bool json)
{
    _cleanup_(columns_done) struct columns columns;
    _cleanup_json_ json_t *object = json_object();
    json_t *array = json_array();
    int worst = EXIT_COMPATIBLE, code;

    json_object_set_new(object, listing->member, array);
    columns_init(&columns, listing->columns, listing->headings);
    for (size_t i = 0; i < names->count; i++) {
        struct error *broken = NULL;

        if (listing->add(names->items[i], json, listing->context, &columns, array, &broken) < 0)
            worst = cli_fail(broken);
    }
    if (json) {
        code = cli_print_json(listing->format, 1, object);
        return code == EXIT_COMPATIBLE ? worst : code;
    }
    if (names->count > 0)
        columns_print(&columns, stdout);
    return worst;
}
