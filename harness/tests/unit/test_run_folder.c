/* SPDX-License-Identifier: Apache-2.0 */
/* run/folder and run/manifest: copies named by digest, and a manifest that reads back as written.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "cell/job.h"
#include "cunit_run.h"
#include "run/folder.h"
#include "run/inputs.h"
#include "run/manifest.h"

static char home[] = "/tmp/ts-run-XXXXXX";

static void put(const char *relative, const char *text, mode_t mode)
{
    _cleanup_free_ char *path = path_join(home, relative);
    _cleanup_free_ char *folder = text_ndup(path, (size_t)(path_base(path) - path));

    CHECK_INT(path_make_folders(folder, false, NULL), 0);
    CHECK_INT(path_write_atomic(path, text, strlen(text), NULL), 0);
    CHECK_INT(chmod(path, mode), 0);
}

static int add_tree(const char *relative, char sha256[DIGEST_TEXT_SIZE], struct error **err)
{
    _cleanup_free_ char *run = path_join(home, "run"), *from = path_join(home, relative);
    _cleanup_free_ char *copy = NULL;

    return run_folder_add_tree(run, from, &copy, sha256, err);
}

static void test_tree_digest(void)
{
    char one[DIGEST_TEXT_SIZE] = "", two[DIGEST_TEXT_SIZE] = "", other[DIGEST_TEXT_SIZE] = "";
    _cleanup_free_ char *script = NULL;

    put("a/redis/suite.xml", "<suite/>", 0644);
    put("a/redis/cases/install", "#!/bin/sh\n", 0755);
    put("b/redis/cases/install", "#!/bin/sh\n", 0755);
    put("b/redis/suite.xml", "<suite/>", 0600);
    put("c/redis/suite.xml", "<suite/>", 0644);
    put("c/redis/cases/install", "#!/bin/sh\n", 0644);
    CHECK_INT(add_tree("a/redis", one, NULL), 0);
    CHECK_INT(add_tree("b/redis", two, NULL), 0);
    CHECK_TEXT(one, two);
    CHECK_INT(add_tree("c/redis", other, NULL), 0);
    CU_ASSERT(strcmp(one, other) != 0); /* a script that cannot be run is another suite */
    script = text_format("%s/run/inputs/%s/redis/cases/install", home, one);
    CHECK_INT(access(script, X_OK), 0);
}

static void test_link_refused(void)
{
    _cleanup_error_ struct error *err = NULL;
    _cleanup_free_ char *link = path_join(home, "d/evil/passwd");
    char sha256[DIGEST_TEXT_SIZE];

    put("d/evil/suite.xml", "<suite/>", 0644);
    CHECK_INT(symlink("/etc/passwd", link), 0);
    CHECK_INT(add_tree("d/evil", sha256, &err), -EINVAL);
    CHECK_HAS(error_message(err), "is not a plain file or folder");
}

static struct manifest sample(void)
{
    struct manifest manifest = {.record.id = run_new_id()};
    struct plan *plan = &manifest.record.plan;
    struct run_input *row;
    struct plan_cell *cell;
    struct plan_folder *folder;
    struct run_accel *accel;

    CHECK_INT(run_folder(manifest.record.id, &manifest.folder, NULL), 0);
    CHECK_INT(path_make_folders(manifest.folder, false, NULL), 0);
    row = vec_add(&manifest.record.inputs);
    row->kind = text_dup("image");
    row->name = text_dup("debian");
    row->path = text_dup("/x/debian.xml");
    digest_of_memory("d", 1, row->sha256);
    cell = vec_add(&plan->cells);
    cell->image = text_dup("debian");
    cell->platform = text_dup("kunpeng");
    cell->suite = text_dup("pair");
    cell->refused = text_dup("needs 2 guests");
    accel = vec_add(&manifest.accels);
    accel->image = text_dup("debian");
    accel->accel = ACCEL_KVM;
    accel->reason = text_dup("proven");
    strv_add(&plan->items, "install");
    plan->accel = ACCEL_POLICY_KVM;
    plan->repeat = 5;
    plan->retry_infrastructure = 3;
    folder = vec_add(&plan->folders);
    folder->suite = text_dup("redis");
    folder->folder = text_dup("/home/me/my suites/redis");
    return manifest;
}

static void test_manifest(void)
{
    _cleanup_(manifest_done) struct manifest manifest = sample(), back = {0};

    CHECK_INT(manifest_write(&manifest, NULL), 0);
    CHECK_INT(manifest_read(manifest.record.id, &back, NULL), 0);
    CHECK_TEXT(back.record.plan.cells.items[0].refused, "needs 2 guests");
    CHECK_TEXT(manifest_input(&back, "image", "debian")->path, "/x/debian.xml");
    CHECK_TEXT(manifest_input(&back, "image", "debian")->sha256,
               manifest.record.inputs.items[0].sha256);
    CHECK_INT(manifest_accel(&back, "debian")->accel, ACCEL_KVM);
    CHECK_INT(back.record.plan.accel, ACCEL_POLICY_KVM);
    CHECK_TEXT(back.record.plan.items.items[0], "install");
    CU_ASSERT_PTR_NULL(manifest_input(&back, "suite", "debian"));
    CHECK_INT(back.record.plan.repeat, 5);
    CHECK_INT(back.record.plan.retry, 0);
    CHECK_INT(back.record.plan.retry_infrastructure, 3);
    CHECK_INT(back.record.plan.folders_unknown, false);
    CHECK_INT(back.record.plan.folders.count, 1);
    CHECK_TEXT(back.record.plan.folders.items[0].folder, "/home/me/my suites/redis");
}

static void test_manifest_damaged(void)
{
    _cleanup_(manifest_done) struct manifest manifest = sample(), back = {0};
    _cleanup_error_ struct error *err = NULL;
    _cleanup_free_ char *path = path_join(manifest.folder, "manifest.json");

    CHECK_INT(manifest_write(&manifest, NULL), 0);
    CHECK_INT(truncate(path, 100), 0);
    CHECK_INT(manifest_read(manifest.record.id, &back, &err), -EBADMSG);
    CHECK_HAS(error_message(err), "manifest.json");
    CHECK_INT(manifest_read("no-such-run", &back, &err), -ENOENT);
}

/* A copy that is edited after it was planned is found at the next job; one that is put back, too.
 */
static void test_inputs(void)
{
    _cleanup_(manifest_done) struct manifest manifest = {0};
    _cleanup_(inputs_seen_done) struct inputs_seen seen = {0};
    _cleanup_error_ struct error *err = NULL;
    _cleanup_free_ char *script = NULL;
    struct run_input *row = vec_add(&manifest.record.inputs);
    struct job order = {.image = (char *)"none", .platform = (char *)"none", .suite = (char *)"s"};
    char *copy = NULL;

    put("e/s/suite.xml", "<suite/>", 0644);
    put("e/s/cases/one", "exit 1\n", 0755);
    {
        _cleanup_free_ char *run = path_join(home, "run"), *from = path_join(home, "e/s");

        CHECK_INT(run_folder_add_tree(run, from, &copy, row->sha256, NULL), 0);
    }
    manifest.record.id = text_dup("20260101-abcdef");
    row->kind = text_dup("suite");
    row->name = text_dup("s");
    row->path = copy;
    script = path_join(copy, "cases/one");
    CHECK_INT(inputs_check(&manifest, &order, &seen, &err), 0);
    CHECK_TEXT(error_message(err), "no error");
    CHECK_INT(inputs_check(&manifest, &order, &seen, &err), 0);
    CHECK_INT(path_write_atomic(script, "exit 0\n", 7, NULL), 0);
    CHECK_INT(chmod(script, 0755), 0);
    CHECK_INT(inputs_check(&manifest, &order, &seen, &err), -EUCLEAN);
    CHECK_HAS(error_message(err), "suite 's'");
    CHECK_HAS(error_message(err), "cases");
    CHECK_INT(path_write_atomic(script, "exit 1\n", 7, NULL), 0);
    CHECK_INT(chmod(script, 0755), 0);
    error_free(steal_ptr(err));
    CHECK_INT(inputs_check(&manifest, &order, &seen, &err), 0);
    CHECK_TEXT(error_message(err), "no error");
    CHECK_INT(unlink(script), 0);
    CHECK_INT(inputs_check(&manifest, &order, &seen, &err), -EUCLEAN);
}

int main(void)
{
    CU_TestInfo tests[] = {{"tree digest", test_tree_digest},
                           {"link refused", test_link_refused},
                           {"manifest", test_manifest},
                           {"inputs", test_inputs},
                           {"manifest damaged", test_manifest_damaged},
                           CU_TEST_INFO_NULL};
    int failed;

    if (mkdtemp(home) == NULL || setenv("TOUCHSTONE_HOME", home, 1) < 0)
        return 99;
    failed = cunit_run("run folder", tests);
    path_remove_tree(home, NULL);
    return failed;
}
