/* SPDX-License-Identifier: Apache-2.0 */
/* Checks a suite's folder for errors and bad practice. */
#include "catalog/lint.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "base/text.h"
#include "catalog/catalog.h"
#include "catalog/get.h"
#include "catalog/lint_script.h"
#include "catalog/suite_payload.h"
#include "probes/probes.h"

void lint_done(struct lint *lint)
{
    vec_foreach (note, &lint->notes)
        free(note->text);
    vec_done(&lint->notes);
}

void lint_add(struct lint *lint, bool is_error, const char *format, ...)
{
    struct lint_note *note = vec_add(&lint->notes);
    va_list args;

    note->is_error = is_error;
    va_start(args, format);
    note->text = text_vformat(format, args);
    va_end(args);
    if (is_error)
        lint->errors++;
    else
        lint->warnings++;
}

static int check_payload(const char *folder, struct lint *lint, struct error **err)
{
    _cleanup_strv_ struct strv problems = {0}, warnings = {0};
    int code = catalog_check_payload(folder, &problems, &warnings, NULL, err);

    for (size_t i = 0; code == 0 && i < problems.count; i++)
        lint_add(lint, true, "%s: %s", folder, problems.items[i]);
    for (size_t i = 0; code == 0 && i < warnings.count; i++)
        lint_add(lint, false, "%s: %s", folder, warnings.items[i]);
    return code;
}

static bool has_client_case(const struct suite *suite)
{
    vec_foreach (row, &suite->cases)
        if (row->in_client)
            return true;
    return false;
}

static bool has_item(const struct suite *suite, enum item item)
{
    vec_foreach (row, &suite->cases)
        if (row->item == item)
            return true;
    return false;
}

static bool has_required(const struct suite *suite)
{
    vec_foreach (row, &suite->cases)
        if (row->required)
            return true;
    return false;
}

/* What certification requires of a product's suite, and what reports display. */
static void check_content(const char *folder, const struct suite *suite, struct lint *lint)
{
    _cleanup_free_ char *readme = path_join(folder, "README.md");
    _cleanup_free_ char *files = path_join(folder, "files");

    if (!path_exists(readme))
        lint_add(lint, false,
                 "%s: no README.md: say what the suite shows and where its product is "
                 "from",
                 folder);
    if (suite->packages.count > 0 || path_is_folder(files)) {
        static const enum item wanted[] = {ITEM_INSTALL, ITEM_UNINSTALL};

        for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
            if (!has_item(suite, wanted[i]))
                lint_add(lint, false,
                         "%s/suite.xml: no case of item %s: a product that is certified is "
                         "installed and removed again; add one",
                         folder, item_name(wanted[i]));
    }
    if (!has_required(suite))
        lint_add(
            lint, true,
            "%s/suite.xml: no case is required, so nothing that fails can make the product "
            "incompatible and it is never compatible: leave required=\"no\" out of at least one",
            folder);
    if (strcmp(path_base(suite->folder), suite->name) != 0)
        lint_add(lint, false,
                 "%s/suite.xml: suite name '%s' differs from folder name '%s': given as a folder "
                 "it is known by the first, and among the installed suites it is not found by "
                 "either; rename one",
                 folder, suite->name, path_base(suite->folder));
    if (suite->title_zh == NULL)
        lint_add(lint, false,
                 "%s/suite.xml: no <title lang=\"zh\">: Chinese reports will show the "
                 "English one",
                 folder);
    if (suite->leftovers.count > 0 && !has_item(suite, ITEM_UNINSTALL))
        lint_add(lint, false,
                 "%s/suite.xml: <leftover name=\"%s\"> has no effect without a case of item "
                 "uninstall: add the case, or remove the leftover",
                 folder, suite->leftovers.items[0].pattern);
    if (suite->probes.wanted && suite->probes.load == NULL && !suite->probes.no_services)
        lint_add(lint, false,
                 "%s/suite.xml: <probes> without load: its kill -9 is not done under load, as "
                 "certification programmes ask; give load=\"COMMAND\"",
                 folder);
    if (suite->guests > 1)
        lint_add(
            lint, false,
            "%s/suite.xml: guests=\"%u\" is refused by a run: a second guest is asked for with "
            "<guest name=\"client\"/>",
            folder, suite->guests);
    if (suite->client && !has_client_case(suite))
        lint_add(lint, false,
                 "%s/suite.xml: <guest name=\"client\"/> without a case that runs there: give one "
                 "guest=\"client\", or leave the guest out",
                 folder);
}

static int check_features(const char *folder, const struct suite *suite, struct lint *lint,
                          struct error **err)
{
    _cleanup_(feature_table_free_cleanup) struct feature_table *table = NULL;
    int code = catalog_get_features(&table, err);

    if (code < 0)
        return code;
    vec_foreach (row, &suite->cases)
        vec_foreach (need, &row->needs)
            if (need->kind == NEED_FEATURE &&
                feature_find(table, ARCH_X86_64, need->value) == NULL &&
                feature_find(table, ARCH_AARCH64, need->value) == NULL)
                lint_add(lint, true,
                         "%s/suite.xml: case '%s' needs feature '%s', which is not in "
                         "arch/features.xml, so it would never run: use the name in /proc/cpuinfo",
                         folder, row->id, need->value);
    return 0;
}

/* An executable that no case refers to was probably meant to be a case. */
static int check_unused(const char *folder, const struct suite *suite, struct lint *lint,
                        struct error **err)
{
    _cleanup_free_ char *cases = path_join(folder, "cases");
    _cleanup_closedir_ DIR *dir = opendir(cases);
    struct dirent *entry;

    /* A suite of the built-in probes alone. */
    if (dir == NULL && errno == ENOENT)
        return 0;
    if (dir == NULL)
        return error_set_errno(err, -errno, "cannot list '%s'", cases);
    while ((errno = 0, entry = readdir(dir)) != NULL) {
        _cleanup_free_ char *path = path_join(cases, entry->d_name);
        struct stat st;
        bool used = false;

        if (suite->probes.wanted && probes_is_file(entry->d_name)) {
            lint_add(lint, true,
                     "%s: the file has the name of one of the built-in probes, whose own replaces "
                     "it in every run: rename it",
                     path);
            continue;
        }
        if (lstat(path, &st) < 0 || !S_ISREG(st.st_mode) || (st.st_mode & 0100) == 0)
            continue;
        vec_foreach (row, &suite->cases)
            used = used || strcmp(row->run, entry->d_name) == 0;
        if (!used)
            lint_add(lint, false,
                     "%s: executable, but no case runs it: add a <case>, or chmod -x it if other "
                     "scripts source it",
                     path);
    }
    return errno == 0 ? 0 : error_set_errno(err, -errno, "cannot list '%s'", cases);
}

static bool is_the_files_fault(int code)
{
    return code == -EINVAL || code == -ENOENT || code == -EBADMSG || code == -EFBIG ||
           code == -ERANGE;
}

int catalog_lint_suite(const char *folder, struct lint *ret_lint, struct error **err)
{
    _cleanup_(suite_free_cleanup) struct suite *suite = NULL;
    _cleanup_error_ struct error *refused = NULL;
    _cleanup_(lint_done) struct lint lint = {0};
    int code = catalog_load_suite(folder, &suite, &refused);

    if (code < 0 && !is_the_files_fault(code))
        return error_set(err, code, "%s", error_message(refused));
    if (code < 0)
        lint_add(&lint, true, "%s", error_message(refused));
    else
        check_content(folder, suite, &lint);
    code = path_is_folder(folder) ? check_payload(folder, &lint, err) : 0;
    if (code == 0 && suite != NULL)
        code = check_features(folder, suite, &lint, err);
    if (code == 0 && suite != NULL)
        code = check_unused(folder, suite, &lint, err);
    if (code == 0 && suite != NULL)
        code = lint_tree(suite, &lint, err);
    for (size_t i = 0; code == 0 && suite != NULL && i < suite->cases.count; i++)
        if (!suite->cases.items[i].built_in)
            code = lint_script(suite->folder, &suite->cases.items[i], &lint, err);
    if (code < 0)
        return code;
    *ret_lint = lint;
    lint = (struct lint){0};
    return 0;
}
