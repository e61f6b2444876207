/* SPDX-License-Identifier: Apache-2.0 */
/* A folder of bats tests: a case for each file, whose tests are TAP points. */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "base/text.h"
#include "import/draft.h"

static int find(const char *folder, struct strv *ret_files)
{
    _cleanup_strv_ struct strv names = {0};
    int code = path_list(folder, &names, NULL);

    for (size_t i = 0; i < names.count; i++)
        if (text_ends(names.items[i], ".bats"))
            strv_add(ret_files, names.items[i]);
    return code;
}

bool bats_is(const char *source)
{
    _cleanup_strv_ struct strv files = {0};

    return path_is_folder(source) && find(source, &files) == 0 && files.count > 0;
}

int bats_read(const char *source, struct draft *draft, struct error **err)
{
    _cleanup_strv_ struct strv files = {0};

    if (find(source, &files) < 0 || files.count == 0 || files.count > IMPORT_CASES)
        return error_set(err, -EINVAL, "'%s' has no files named *.bats, or more than %d", source,
                         IMPORT_CASES);
    draft->product = text_dup(draft->name);
    draft->vendor = text_dup("unknown");
    draft_add_tree(draft, source);
    for (size_t i = 0; i < files.count; i++) {
        _cleanup_free_ char *quoted = draft_quote(files.items[i]);
        struct draft_case *row;

        if (!draft_wants(draft, files.items[i]))
            continue;
        row = draft_add_case(draft, files.items[i]);
        row->protocol = PROTOCOL_TAP;
        row->timeout_s = 300;
        row->script = text_format(". \"$TOUCHSTONE_SUITE/lib/unpack-tree\"\n"
                                  "cd \"$tree\" && exec bats --tap ./%s\n",
                                  quoted);
    }
    draft_add_package(draft, "deb", NULL, "bats");
    draft_add_package(draft, "rpm", NULL, "bats");
    return 0;
}
