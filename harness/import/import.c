/* SPDX-License-Identifier: Apache-2.0 */
#include "import/import.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "base/process.h"
#include "import/draft.h"

static const struct kind {
    const char *word;
    bool (*is)(const char *source);
    int (*read)(const char *source, struct draft *draft, struct error **err);
} kinds[] = {
    {"autopkgtest", autopkgtest_is, autopkgtest_read},
    {"tmt", tmt_is, tmt_read},
    {"kunpeng", kunpeng_is, kunpeng_read},
    {"ltp", ltp_is, ltp_read},
    {"bats", bats_is, bats_read},
};
const char import_kinds[] = "autopkgtest|bats|ltp|tmt|kunpeng";

static int find_kind(const char *word, const char *source, const struct kind **ret_kind,
                     struct error **err)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (word != NULL ? strcmp(kinds[i].word, word) == 0 : kinds[i].is(source)) {
            *ret_kind = &kinds[i];
            return 0;
        }
    if (word != NULL)
        return error_set(err, -EINVAL, "--kind '%s' is none of %s", word, import_kinds);
    return error_set(
        err, -EINVAL,
        "'%s' is not recognised: it has neither debian/tests/control (or a Testsuite in "
        "debian/control), .fmf nor *.bats, "
        "is not runtest/NAME and not compatibility_testing.conf; name its kind with "
        "--kind",
        source);
}

/* Unpacks a Debian source package; the caller removes the folder. */
static int unpack(const char *dsc, char **ret_parent, char **ret_folder, struct error **err)
{
    const char *base = getenv("TMPDIR");
    _cleanup_free_ char *parent =
        text_format("%s/touchstone-import.XXXXXX", base != NULL && *base == '/' ? base : "/tmp");
    _cleanup_free_ char *folder = NULL;
    const char *argv[] = {"dpkg-source", "--no-check", "-x", dsc, NULL, NULL};
    int code;

    if (mkdtemp(parent) == NULL)
        return error_set_errno(err, -errno, "cannot create '%s'", parent);
    folder = path_join(parent, "source");
    argv[4] = folder;
    code = process_check(argv, 600000, NULL, err);
    if (code < 0) {
        path_remove_tree(parent, NULL);
        return code;
    }
    *ret_parent = steal_ptr(parent);
    *ret_folder = steal_ptr(folder);
    return 0;
}

static int make(const struct import_request *request, const char *source, const char *folder,
                struct import_outcome *ret_outcome, struct error **err)
{
    _cleanup_(draft_done) struct draft draft = {.name = request->name, .only = &request->only};
    const struct kind *kind = NULL;
    int code = find_kind(request->kind, source, &kind, err);

    if (code == 0)
        code = kind->read(source, &draft, err);
    if (code == 0 && draft.cases.count == 0)
        code = error_set(err, -EINVAL, "'%s' declares no test%s", source,
                         request->only.count > 0 ? " with the name given by --case" : "");
    if (code < 0)
        return code;
    draft_finish(&draft);
    code = draft_write(&draft, folder, err);
    if (code < 0) {
        path_remove_tree(folder, NULL);
        return code;
    }
    ret_outcome->kind = text_dup(kind->word);
    ret_outcome->cases = draft.cases.count;
    vec_foreach (row, &draft.cases)
        ret_outcome->skipped += row->skip_reason != NULL;
    strv_copy(&ret_outcome->notes, &draft.notes);
    return 0;
}

int import_suite(const struct import_request *request, struct import_outcome *ret_outcome,
                 struct error **err)
{
    _cleanup_free_ char *folder = path_join(request->parent, request->name);
    _cleanup_free_ char *parent = NULL, *unpacked = NULL;
    struct import_outcome outcome = {0};
    int code = 0;

    if (!text_is_name(request->name))
        return error_set(err, -EINVAL,
                         "suite '%s': a name consists of a-z, 0-9, '.', '_', '+', '-' and has at "
                         "most 64 characters",
                         request->name);
    if (!path_exists(request->source))
        return error_set(err, -ENOENT, "'%s' does not exist", request->source);
    if (path_exists(folder))
        return error_set(err, -EEXIST,
                         "'%s' already exists: choose another name, or remove it first", folder);
    if (text_ends(request->source, ".dsc"))
        code = unpack(request->source, &parent, &unpacked, err);
    if (code == 0)
        code = make(request, unpacked != NULL ? unpacked : request->source, folder, &outcome, err);
    if (parent != NULL)
        path_remove_tree(parent, NULL);
    if (code < 0)
        return code;
    outcome.folder = steal_ptr(folder);
    *ret_outcome = outcome;
    return 0;
}

void import_outcome_done(struct import_outcome *outcome)
{
    free(outcome->folder);
    free(outcome->kind);
    strv_done(&outcome->notes);
}
