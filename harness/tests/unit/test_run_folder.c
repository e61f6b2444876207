/* SPDX-License-Identifier: Apache-2.0 */
/* run/folder and run/manifest: copies named by digest, and a manifest that is read back as
 * written. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "base/tree.h"
#include "catalog/catalog.h"
#include "cell/copies.h"
#include "cell/session.h"
#include "cunit_run.h"
#include "job/job.h"
#include "refuse_calls.h"
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
    CU_ASSERT(strcmp(one, other) != 0); /* a script that is not executable gives another suite */
    script = text_format("%s/run/inputs/%s/redis/cases/install", home, one);
    CHECK_INT(access(script, X_OK), 0);
}

/* A suite with probes has the digest of its copy, which contains their scripts, and not of its
 * folder. */
static void test_probes(void)
{
    _cleanup_free_ char *run = path_join(home, "run"), *from = path_join(home, "p/acme");
    _cleanup_(suite_free_cleanup) struct suite *suite = NULL;
    _cleanup_free_ char *copy = NULL, *script = NULL, *drafts = NULL;
    char added[DIGEST_TEXT_SIZE] = "", told[DIGEST_TEXT_SIZE] = "", own[DIGEST_TEXT_SIZE] = "";

    put("p/acme/suite.xml",
        "<suite name=\"acme\"><title>T</title><vendor>V</vendor><product>P</product>"
        "<packages family=\"deb\">acme</packages><probes/></suite>",
        0644);
    CHECK_INT(catalog_load_suite(from, &suite, NULL), 0);
    CHECK_INT(run_folder_add_suite(run, suite, &copy, added, NULL), 0);
    script = path_join(copy, "cases/probe-kill");
    CHECK_INT(access(script, X_OK), 0);
    drafts = path_join(run, "inputs/draft");
    CU_ASSERT(!path_exists(drafts));
    CHECK_INT(run_folder_suite_digest(suite, told, NULL), 0);
    CHECK_TEXT(told, added);
    CHECK_INT(tree_digest(from, own, NULL), 0);
    CU_ASSERT(strcmp(own, told) != 0);
}

/* The digest of a suite of regular files is the same as before links and escapes were supported. */
static void test_digest_stays(void)
{
    char hex[DIGEST_TEXT_SIZE] = "", file[DIGEST_TEXT_SIZE], expected[DIGEST_TEXT_SIZE];
    _cleanup_free_ char *text = NULL;

    put("old/s/a\\nb", "x", 0755);
    digest_of_memory("x", 1, file);
    text = text_format("%s x /a\\nb\n", file);
    digest_of_memory(text, strlen(text), expected);
    CHECK_INT(add_tree("old/s", hex, NULL), 0);
    CHECK_TEXT(hex, expected);
}

/* A file whose name looks like another digest line does not give the digest of two files. */
static void test_digest_injective(void)
{
    char two[DIGEST_TEXT_SIZE] = "", one[DIGEST_TEXT_SIZE] = "", hex[DIGEST_TEXT_SIZE];
    _cleanup_free_ char *path = NULL, *name = NULL;

    digest_of_memory("x", 1, hex);
    put("i/two/a", "x", 0644);
    put("i/two/b", "x", 0644);
    name = text_format("i/one/a\n%s - ", hex);
    path = path_join(name, "b");
    put(path, "x", 0644);
    CHECK_INT(add_tree("i/two", two, NULL), 0);
    CHECK_INT(add_tree("i/one", one, NULL), 0);
    CU_ASSERT(strcmp(one, two) != 0);
}

static void test_links(void)
{
    static const struct {
        const char *name, *target;
        bool inside;
    } rows[] = {
        {"files/lib/libfoo.so", "libfoo.so.1", true}, {"files/up", "../suite.xml", true},
        {"files/nowhere", "gone/away", true},         {"files/here", ".", true},
        {"files/passwd", "/etc/passwd", false},       {"files/out", "../../x", false},
        {"files/far", "lib/../../../x", false},       {"out", "..", false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_free_ char *suite = text_format("l%zu/s", i), *copy = NULL, *link = NULL;
        _cleanup_free_ char *lib = text_format("%s/files/lib/libfoo.so.1", suite);
        _cleanup_free_ char *xml = text_format("%s/suite.xml", suite);
        _cleanup_error_ struct error *err = NULL;
        char hex[DIGEST_TEXT_SIZE] = "", target[64] = "";

        put(xml, "<suite/>", 0644);
        put(lib, "elf", 0755);
        link = text_format("%s/%s/%s", home, suite, rows[i].name);
        CHECK_INT(symlink(rows[i].target, link), 0);
        CHECK_INT(add_tree(suite, hex, &err), rows[i].inside ? 0 : -EINVAL);
        if (!rows[i].inside) {
            CHECK_HAS(error_message(err), rows[i].name);
            CHECK_HAS(error_message(err), rows[i].target);
            continue;
        }
        copy = text_format("%s/run/inputs/%s/s/%s", home, hex, rows[i].name);
        CHECK_INT(readlink(copy, target, sizeof(target) - 1), strlen(rows[i].target));
        CHECK_TEXT(target, rows[i].target);
    }
}

/* Judging by its path the link stays inside, but through another link it does not. */
static void test_link_by_link(void)
{
    _cleanup_free_ char *top = path_join(home, "chain/s/d/top");
    _cleanup_free_ char *out = path_join(home, "chain/s/out");
    char hex[DIGEST_TEXT_SIZE];

    put("chain/s/d/file", "x", 0644);
    put("chain/secret", "x", 0644);
    CHECK_INT(symlink("..", top), 0);
    CHECK_INT(symlink("d/top/../secret", out), 0);
    CHECK_INT(add_tree("chain/s", hex, NULL), -EINVAL);
}

static void test_kinds_refused(void)
{
    static const struct {
        mode_t type;
        const char *kind;
    } rows[] = {{S_IFIFO, "a FIFO"}, {S_IFSOCK, "a socket"}, {S_IFCHR, "a device"}};
    _cleanup_free_ char *odd = path_join(home, "kinds/s/odd\n");

    put("kinds/s/suite.xml", "<suite/>", 0644);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_error_ struct error *err = NULL;
        char hex[DIGEST_TEXT_SIZE];

        if (mknod(odd, rows[i].type | 0644, rows[i].type == S_IFCHR ? 0x103 : 0) < 0)
            continue; /* creating a device requires root */
        CHECK_INT(add_tree("kinds/s", hex, &err), -EINVAL);
        CHECK_HAS(error_message(err), rows[i].kind);
        CHECK_HAS(error_message(err), "'odd\\x0a'");
        unlink(odd);
    }
}

/* 8 TiB of holes with two bytes of data: they are not read, and the copy uses no more space. The
 * digest depends on the content, not on the position of holes. */
static void test_huge_sparse(void)
{
    _cleanup_free_ char *path = path_join(home, "huge/s/files/disk"), *copy = NULL;
    char hex[DIGEST_TEXT_SIZE] = "", again[DIGEST_TEXT_SIZE] = "";
    struct stat st = {0};
    int fd;

    put("huge/s/files/disk", "x", 0644);
    fd = open(path, O_WRONLY | O_CLOEXEC);
    CHECK_INT(ftruncate(fd, (off_t)8 << 40), 0);
    CHECK_INT(pwrite(fd, "y", 1, (off_t)5 << 40), 1);
    CHECK_INT(add_tree("huge/s", hex, NULL), 0);
    copy = text_format("%s/run/inputs/%s/s/files/disk", home, hex);
    CHECK_INT(stat(copy, &st), 0);
    CHECK_INT(st.st_size, (off_t)8 << 40);
    CU_ASSERT(st.st_blocks < 4096);
    CHECK_INT(pwrite(fd, "\0\0\0\0", 4, (off_t)6 << 40), 4);
    CHECK_INT(add_tree("huge/s", again, NULL), 0);
    CHECK_TEXT(again, hex);
    CHECK_INT(pwrite(fd, "z", 1, (off_t)6 << 40), 1);
    CHECK_INT(add_tree("huge/s", again, NULL), 0);
    CU_ASSERT(strcmp(again, hex) != 0);
    close(fd);
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
    CHECK_INT(manifest_read(manifest.record.id, &back, &err), -EUCLEAN);
    CHECK_HAS(error_message(err), "manifest.json");
    error_free(steal_ptr(err));
    CHECK_INT(unlink(path), 0);
    CHECK_INT(mkfifo(path, 0644), 0);
    CHECK_INT(manifest_read(manifest.record.id, &back, &err), -EUCLEAN); /* and it does not block */
    error_free(steal_ptr(err));
    CHECK_INT(manifest_read("no-such-run", &back, &err), -ENOENT);
}

/* A copy modified after planning is detected at the next job; so is one that is restored. */
static void test_inputs(void)
{
    _cleanup_(manifest_done) struct manifest manifest = {0};
    _cleanup_(inputs_seen_done) struct inputs_seen seen = {0};
    _cleanup_error_ struct error *err = NULL;
    _cleanup_free_ char *script = NULL;
    struct run_input *row = vec_add(&manifest.record.inputs);
    struct job request = {
        .image = (char *)"none", .platform = (char *)"none", .suite = (char *)"s"};
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
    CHECK_INT(inputs_check(&manifest, &request, &seen, &err), 0);
    CHECK_TEXT(error_message(err), "no error");
    CHECK_INT(inputs_check(&manifest, &request, &seen, &err), 0);
    usleep(50000); /* file times have limited resolution, and the last changed file must be named */
    CHECK_INT(path_write_atomic(script, "exit 0\n", 7, NULL), 0);
    CHECK_INT(chmod(script, 0755), 0);
    CHECK_INT(inputs_check(&manifest, &request, &seen, &err), -EUCLEAN);
    CHECK_HAS(error_message(err), "suite 's'");
    CHECK_HAS(error_message(err), "cases");
    CHECK_INT(path_write_atomic(script, "exit 1\n", 7, NULL), 0);
    CHECK_INT(chmod(script, 0755), 0);
    error_free(steal_ptr(err));
    CHECK_INT(inputs_check(&manifest, &request, &seen, &err), 0);
    CHECK_TEXT(error_message(err), "no error");
    CHECK_INT(unlink(script), 0);
    CHECK_INT(inputs_check(&manifest, &request, &seen, &err), -EUCLEAN);
}

/* What a worker hashed is what it read, or the change is reported: modifications after hashing, and
 * none. */
static void test_unchanged(void)
{
    _cleanup_free_ char *folder = path_join(home, "held/s"),
                        *script = path_join(folder, "cases/one");
    _cleanup_free_ char *latest = NULL;
    _cleanup_error_ struct error *err = NULL;
    struct job job = {.run_id = (char *)"20260101-abcdef", .suite = (char *)"s"};
    struct session session = {.job = &job};

    put("held/s/suite.xml", "<suite/>", 0644);
    put("held/s/cases/one", "exit 1\n", 0755);
    job.suite_folder = folder;
    CHECK_INT(copies_check_unchanged(&session, &err),
              0); /* an older job request: nothing was hashed */
    CHECK_INT(tree_stamps(folder, session.suite_stamps, &latest, NULL), 0);
    CHECK_INT(copies_check_unchanged(&session, &err), 0);
    CU_ASSERT(!session.copies_changed);
    put("held/s/cases/one", "exit 0\n", 0755);
    CHECK_INT(copies_check_unchanged(&session, &err), -EUCLEAN);
    CU_ASSERT(session.copies_changed);
    CHECK_HAS(error_message(err), "suite 's'");
    CHECK_HAS(error_message(err), "held/s"); /* the file is chosen by time, which may be equal */
}

/* A failing disk is not the suite's fault, as -EINVAL would say; what its owner can fix is. */
static void test_host_fails(void)
{
    _cleanup_free_ char *folder = path_join(home, "failing/s");
    char hex[DIGEST_TEXT_SIZE];

    put("failing/s/suite.xml", "<suite/>", 0644);
    for (int i = 0; i < 2; i++) {
        int error = i == 0 ? EIO : EACCES, status = 0;
        pid_t pid = fork();

        CU_ASSERT_FATAL(pid >= 0);
        if (pid == 0)
            _exit(refuse_lstat((unsigned)error) < 0 ? 99 : -tree_digest(folder, hex, NULL));
        CHECK_INT(waitpid(pid, &status, 0), pid);
        CU_ASSERT_FATAL(WIFEXITED(status));
        if (WEXITSTATUS(status) != 99) /* seccomp is not available */
            CHECK_INT(WEXITSTATUS(status), i == 0 ? EIO : EINVAL);
    }
}

int main(void)
{
    CU_TestInfo tests[] = {{"tree digest", test_tree_digest},
                           {"built-in probes", test_probes},
                           {"digests of before", test_digest_stays},
                           {"newlines in names", test_digest_injective},
                           {"links", test_links},
                           {"a link by way of a link", test_link_by_link},
                           {"what cannot travel", test_kinds_refused},
                           {"a huge sparse file", test_huge_sparse},
                           {"manifest", test_manifest},
                           {"inputs", test_inputs},
                           {"unchanged", test_unchanged},
                           {"a disk that fails", test_host_fails},
                           {"manifest damaged", test_manifest_damaged},
                           CU_TEST_INFO_NULL};
    int failed;

    if (mkdtemp(home) == NULL || setenv("TOUCHSTONE_HOME", home, 1) < 0 ||
        setenv("TOUCHSTONE_DATA", TS_SOURCE_DIR, 1) < 0)
        return 99;
    failed = cunit_run("run folder", tests);
    path_remove_tree(home, NULL);
    return failed;
}
