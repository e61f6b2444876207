/* SPDX-License-Identifier: Apache-2.0 */
/* A product that is named by a package of nothing but documentation is checked by what that one
 * stands for: a check of its changelog would say nothing, and pass. */
#include <stdlib.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "base/process.h"
#include "cell/metapackage.h"
#include "cunit_run.h"
#include "stage/stage.h"
#include "temp_folder.h"

static char *home;

static void put(const char *folder, const char *name, const char *text)
{
    _cleanup_free_ char *path = path_join(folder, name);
    char *end = strrchr(path, '/');

    *end = '\0';
    CHECK_INT(path_make_folders(path, false, NULL), 0);
    *end = '/';
    CHECK_INT(path_write_atomic(path, text, strlen(text), NULL), 0);
}

/* Builds a deb with one file, and adds it to what is staged. */
static void stage(struct staged *staged, const char *name, const char *depends, const char *file)
{
    _cleanup_free_ char *tree = path_join(home, name);
    _cleanup_free_ char *deb = text_format("%s.deb", tree);
    _cleanup_free_ char *control =
        text_format("Package: %s\nVersion: 1\nArchitecture: all\nMaintainer: T <none@example.org>\n"
                    "%s%s%sDescription: made here\n",
                    name, depends != NULL ? "Depends: " : "", depends != NULL ? depends : "",
                    depends != NULL ? "\n" : "");
    const char *argv[] = {"dpkg-deb", "--build", "--root-owner-group", tree, deb, NULL};
    struct process_spec spec = PROCESS_SPEC_INIT;
    struct process_output output = {0};
    struct staged_package *row = vec_add(&staged->packages);
    struct stat st;

    put(tree, "DEBIAN/control", control);
    put(tree, file, "text\n");
    spec.argv = argv;
    CU_ASSERT_FATAL(process_run(&spec, 60000, 1 << 20, &output, NULL) == 0);
    process_output_done(&output);
    CU_ASSERT_FATAL(stat(deb, &st) == 0);
    row->path = steal_ptr(deb);
    row->name = text_dup(name);
    row->size = (uint64_t)st.st_size;
}

static void test_names(void)
{
    static const struct {
        const char *named, *product;
    } rows[] = {
        {"server", "server"},   {"db", "db db-15"}, {"all", "all db db-15"},
        {"tool", "tool"},       /* it contains a program, and only needs others */
        {"nothing", "nothing"}, /* it is not staged */
    };
    _cleanup_(staged_free_cleanup) struct staged *staged = calloc(1, sizeof(*staged));

    CU_ASSERT_FATAL(staged != NULL);
    stage(staged, "server", NULL, "usr/bin/server");
    stage(staged, "db-15", "server", "usr/lib/db/15/bin/db");
    stage(staged, "db", "db-15 (>= 1), not-staged | other", "usr/share/doc/db/copyright");
    stage(staged, "all", "db", "usr/share/doc/all/copyright");
    stage(staged, "tool", "db", "usr/bin/tool");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_strv_ struct strv names = {0};
        _cleanup_free_ char *product = NULL;

        strv_add(&names, rows[i].named);
        metapackage_resolve(staged, &names);
        product = strv_join(&names, " ");
        CHECK_TEXT(product, rows[i].product);
    }
}

int main(void)
{
    CU_TestInfo tests[] = {{"what stands for others", test_names}, CU_TEST_INFO_NULL};
    _cleanup_free_ char *dpkg = process_find("dpkg-deb");
    int code;

    if (dpkg == NULL) {
        puts("skipped: no dpkg-deb on this host");
        return 77;
    }
    home = temp_folder_new();
    code = cunit_run("metapackage", tests);
    temp_folder_remove(&home);
    return code;
}
