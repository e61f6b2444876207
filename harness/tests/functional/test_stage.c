/* SPDX-License-Identifier: Apache-2.0 */
/* Staging with the real apt and, if reachable, the real archive: for both architectures, from a
 * folder, with damaged files, without a network, by two processes at once. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/path.h"
#include "base/process.h"
#include "cunit_run.h"
#include "stage/stage.h"

static char base[] = "/tmp/touchstone-stage-XXXXXX";
static char *cache;
static bool reachable = true;

static char *at(const char *name)
{
    return path_join(base, name);
}

static void put(const char *path, const char *text)
{
    CHECK_INT(path_write_atomic(path, text, strlen(text), NULL), 0);
}

/* A system that has the dependencies of redis, but not its own packages, in versions newer than any
 * archive's. */
static struct image *image_new(enum arch arch)
{
    static const char *const there[] = {
        "adduser",        "lsb-base",    "libc6",     "libssl3",
        "libstdc++6",     "libsystemd0", "libgcc-s1", "init-system-helpers",
        "sysvinit-utils", "libatomic1"};
    _cleanup_buffer_ struct buffer status = {0};
    struct image *image = text_calloc(1, sizeof(*image));

    for (size_t i = 0; i < sizeof(there) / sizeof(there[0]); i++)
        buffer_format(&status,
                      "Package: %s\nStatus: install ok installed\nArchitecture: %s\n"
                      "Version: 99:1\nDescription: there\n\n",
                      there[i], arch_debian_name(arch));
    image->name = text_format("debian-12-%s", arch_debian_name(arch));
    image->arch = arch;
    image->os_id = text_dup("debian");
    image->os_version = text_dup("12");
    image->package_family = text_dup("deb");
    image->packages.path = text_format("%s/%s.status", base, arch_name(arch));
    put(image->packages.path, status.data);
    digest_of_file(image->packages.path, image->packages.sha256, NULL, NULL);
    return image;
}

static struct suite *suite_new(const char *packages)
{
    struct suite *suite = text_calloc(1, sizeof(*suite));
    struct suite_packages *row = vec_add(&suite->packages);

    suite->name = text_dup("trial");
    suite->folder = at("suite");
    path_make_folders(suite->folder, false, NULL);
    row->family = text_dup("deb");
    row->any_arch = true;
    strv_split(&row->names, packages, " ");
    return suite;
}

static int stage(const char *packages, const struct image *image, const char *folder, bool refresh,
                 struct staged **ret_staged, struct error **err)
{
    _cleanup_(suite_free_cleanup) struct suite *suite = suite_new(packages);
    struct stage_options options = {.cache = cache, .folder = folder, .refresh = refresh};

    return stage_packages(suite, image, &options, ret_staged, err);
}

static const struct staged_package *find(const struct staged *staged, const char *name)
{
    for (size_t i = 0; staged != NULL && i < staged->packages.count; i++)
        if (strcmp(staged->packages.items[i].name, name) == 0)
            return &staged->packages.items[i];
    return NULL;
}

/* Builds a package. */
static void make_package(const char *folder, const char *name, const char *version,
                         const char *depends)
{
    _cleanup_free_ char *tree = at("tree"), *control = at("tree/DEBIAN/control"),
                        *inside = at("tree/DEBIAN"),
                        *text = text_format("Package: %s\nVersion: %s\nArchitecture: all\n"
                                            "Maintainer: trial\nDescription: made here\n%s%s\n",
                                            name, version, *depends != '\0' ? "Depends: " : "",
                                            depends);
    const char *argv[] = {"dpkg-deb", "--build", "--root-owner-group", tree, folder, NULL};
    _cleanup_error_ struct error *err = NULL;

    path_make_folders(folder, false, NULL);
    path_make_folders(inside, false, NULL);
    put(control, text);
    if (process_check(argv, 30000, NULL, &err) < 0)
        printf("\n%s\n", error_message(err));
    CU_ASSERT(err == NULL);
    path_remove_tree(tree, NULL);
}

static void test_archive(enum arch arch)
{
    _cleanup_(image_free_cleanup) struct image *image = image_new(arch);
    _cleanup_(staged_free_cleanup) struct staged *first = NULL, *second = NULL, *third = NULL;
    _cleanup_error_ struct error *err = NULL;
    int64_t start = clock_now_ms();
    int code = stage("redis-server redis-tools", image, NULL, false, &first, &err);

    if (code == -EIO || code == -ENOPKG) {
        printf("skipped: %s ", error_message(err));
        reachable = false;
        return;
    }
    printf("(%lld ms) ", (long long)(clock_now_ms() - start));
    CHECK_INT(code, 0);
    CHECK_TEXT(error_message(err), "no error");
    if (code < 0)
        return;
    CU_ASSERT(first->resolved);
    CHECK_TEXT(first->release, "bookworm");
    CHECK_INT(first->packages.count, 4);
    for (size_t i = 0; i < first->packages.count; i++) {
        const struct staged_package *row = &first->packages.items[i];
        char sha256[DIGEST_TEXT_SIZE];
        uint64_t size = 0;

        CHECK_INT(digest_of_file(row->path, sha256, &size, NULL), 0);
        CHECK_TEXT(sha256, row->sha256);
        CHECK_INT(size, row->size);
        CHECK_TEXT(row->arch, arch_debian_name(arch));
    }
    CU_ASSERT(find(first, "redis-server") != NULL && find(first, "libjemalloc2") != NULL);

    start = clock_now_ms();
    CHECK_INT(stage("redis-tools redis-server", image, NULL, false, &second, NULL), 0);
    printf("(again: %lld ms) ", (long long)(clock_now_ms() - start));
    CU_ASSERT(second != NULL && !second->resolved);
    CHECK_TEXT(second != NULL ? second->sha256 : NULL, first->sha256);

    /* Another set with recent lists is only resolved. */
    start = clock_now_ms();
    CHECK_INT(stage("redis-tools", image, NULL, false, &third, NULL), 0);
    printf("(resolved: %lld ms) ", (long long)(clock_now_ms() - start));
    CHECK_INT(third != NULL ? third->packages.count : 0, 3);
}

static void test_archive_amd64(void)
{
    test_archive(ARCH_X86_64);
}

static void test_archive_arm64(void)
{
    test_archive(ARCH_AARCH64);
}

static void test_damage(void)
{
    _cleanup_(image_free_cleanup) struct image *image = image_new(ARCH_AARCH64);
    _cleanup_(staged_free_cleanup) struct staged *before = NULL, *after = NULL;
    char sha256[DIGEST_TEXT_SIZE];

    if (!reachable)
        return;
    CHECK_INT(stage("redis-server", image, NULL, false, &before, NULL), 0);
    if (before == NULL)
        return;
    CHECK_INT(truncate(before->packages.items[0].path, 100), 0);
    CHECK_INT(stage("redis-server", image, NULL, false, &after, NULL), 0);
    CHECK_TEXT(after != NULL ? after->sha256 : NULL, before->sha256);
    CHECK_INT(digest_of_file(before->packages.items[0].path, sha256, NULL, NULL), 0);
    CHECK_TEXT(sha256, before->packages.items[0].sha256);
}

/* Two processes share a cache without packages. */
static void test_together(void)
{
    _cleanup_(image_free_cleanup) struct image *image = image_new(ARCH_X86_64);
    _cleanup_(staged_free_cleanup) struct staged *staged = NULL;
    _cleanup_free_ char *pool = path_join(cache, "pool"), *sets = path_join(cache, "sets");
    pid_t children[2];
    int status;

    if (!reachable)
        return;
    CHECK_INT(path_remove_tree(pool, NULL), 0);
    CHECK_INT(path_remove_tree(sets, NULL), 0);
    fflush(stdout);
    for (int i = 0; i < 2; i++) {
        children[i] = fork();
        if (children[i] == 0)
            _exit(stage("redis-server", image, NULL, false, &staged, NULL) == 0 ? 0 : 1);
    }
    for (int i = 0; i < 2; i++) {
        CHECK_INT(waitpid(children[i], &status, 0), children[i]);
        CHECK_INT(status, 0);
    }
    CHECK_INT(stage("redis-server", image, NULL, false, &staged, NULL), 0);
    CU_ASSERT(staged != NULL && !staged->resolved);
}

static void test_refusals(void)
{
    static const struct {
        const char *packages;
        int code;
        const char *says;
    } rows[] = {
        {"no-such-product", -ENOPKG, "no-such-product"},
        {"redis-server-", -ENOPKG, "redis-server-"},
        {"libc6=1", -ENOPKG, "libc6=1"},
        {"-oDpkg::x=y", -ENOPKG, "not a Debian package's name"},
        {"redis.erver", -ENOPKG, "redis.erver"},
    };
    _cleanup_(image_free_cleanup) struct image *image = image_new(ARCH_X86_64);

    for (size_t i = 0; reachable && i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_(staged_free_cleanup) struct staged *staged = NULL;
        _cleanup_error_ struct error *err = NULL;

        CHECK_INT(stage(rows[i].packages, image, NULL, false, &staged, &err), rows[i].code);
        CHECK_HAS(error_message(err), rows[i].says);
        CHECK_HAS(error_message(err), "suite 'trial'");
        CHECK_HAS(error_message(err), "image 'debian-12-amd64'");
    }
}

static void test_images_refused(void)
{
    static const struct {
        const char *family, *version;
        bool state, changed;
        int code;
        const char *says;
    } rows[] = {
        {"rpm", "12", true, false, -ENOTSUP, "no rpm package"},
        {NULL, "12", true, false, -ENOTSUP, "known kind"},
        {"deb", "9", true, false, -ENOTSUP, "--from DIR"},
        {"deb", "12", false, false, -EINVAL, "package state is not known"},
        {"deb", "12", true, true, -EBADMSG, "add the image again"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_(image_free_cleanup) struct image *image = image_new(ARCH_X86_64);
        _cleanup_(staged_free_cleanup) struct staged *staged = NULL;
        _cleanup_error_ struct error *err = NULL;

        text_replace(&image->package_family, rows[i].family);
        text_replace(&image->os_version, rows[i].version);
        if (rows[i].changed)
            put(image->packages.path, "Package: other\n");
        if (!rows[i].state)
            text_replace(&image->packages.path, NULL);
        CHECK_INT(stage("redis-server", image, NULL, false, &staged, &err), rows[i].code);
        CHECK_HAS(error_message(err), rows[i].says);
    }
}

static void test_folder(void)
{
    static const struct {
        const char *packages;
        int code;
        size_t count;
        const char *says; /* a package in the set, or a part of the message */
    } rows[] = {
        {"product", 0, 2, "product-data"},
        {"lonely", -EMEDIUMTYPE, 0, "nowhere-to-be-found"},
        {"redis-server", -ENOPKG, 0, "redis-server"},
    };
    _cleanup_(image_free_cleanup) struct image *image = image_new(ARCH_AARCH64);
    _cleanup_free_ char *folder = at("vendor's own"), *empty = at("empty"), *gone = at("gone");

    make_package(folder, "product", "1:2.0-1", "product-data (>= 1), libc6");
    make_package(folder, "product-data", "1.5", "");
    make_package(folder, "lonely", "1", "nowhere-to-be-found");
    path_make_folders(empty, false, NULL);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_(staged_free_cleanup) struct staged *staged = NULL;
        _cleanup_error_ struct error *err = NULL;

        CHECK_INT(stage(rows[i].packages, image, folder, false, &staged, &err), rows[i].code);
        if (rows[i].code < 0) {
            CHECK_HAS(error_message(err), rows[i].says);
            continue;
        }
        CHECK_TEXT(error_message(err), "no error");
        CHECK_INT(staged != NULL ? staged->packages.count : 0, rows[i].count);
        CU_ASSERT(find(staged, rows[i].says) != NULL);
        for (size_t k = 0; staged != NULL && k < staged->packages.count; k++) {
            _cleanup_free_ char *prefix = text_format("%03zu-product", k + 1);

            CHECK_HAS(staged->packages.items[k].file, prefix);
        }
        CHECK_TEXT(find(staged, "product") != NULL ? find(staged, "product")->version : NULL,
                   "1:2.0-1");
    }
    for (int i = 0; i < 2; i++) {
        _cleanup_(staged_free_cleanup) struct staged *staged = NULL;
        _cleanup_error_ struct error *err = NULL;

        CHECK_INT(stage("product", image, i == 0 ? empty : gone, false, &staged, &err), -ENOENT);
        CHECK_HAS(error_message(err), i == 0 ? "holds no .deb file" : "cannot read the folder");
    }
}

/* A package with the same name and version but other content is another package. */
static void test_folder_changes(void)
{
    _cleanup_(image_free_cleanup) struct image *image = image_new(ARCH_X86_64);
    _cleanup_(staged_free_cleanup) struct staged *before = NULL, *after = NULL;
    _cleanup_free_ char *folder = at("rebuilt"), *junk = at("rebuilt/junk.deb");
    _cleanup_error_ struct error *err = NULL;

    make_package(folder, "product", "1", "");
    CHECK_INT(stage("product", image, folder, false, &before, NULL), 0);
    make_package(folder, "product", "1", "libc6");
    CHECK_INT(stage("product", image, folder, false, &after, NULL), 0);
    CU_ASSERT(before != NULL && after != NULL && strcmp(before->sha256, after->sha256) != 0);
    CU_ASSERT(before != NULL && path_exists(before->packages.items[0].path));

    put(junk, "this is no package\n");
    staged_free(steal_ptr(after));
    CU_ASSERT(stage("product", image, folder, false, &after, &err) < 0);
    CHECK_HAS(error_message(err), "junk.deb");
}

/* The suite's own files are used in addition to the archive. */
static void test_suite_files(void)
{
    _cleanup_(image_free_cleanup) struct image *image = image_new(ARCH_AARCH64);
    _cleanup_(staged_free_cleanup) struct staged *staged = NULL;
    _cleanup_free_ char *files = at("suite/files");

    if (!reachable)
        return;
    make_package(files, "own-product", "1", "liblzf1");
    CHECK_INT(stage("own-product", image, NULL, false, &staged, NULL), 0);
    CHECK_INT(staged != NULL ? staged->packages.count : 0, 2);
    CHECK_HAS(staged != NULL ? staged->source : NULL, "files/");
    path_remove_tree(files, NULL);
}

/* A proxy on which nothing listens: the archive is unreachable. */
static void test_no_network(void)
{
    _cleanup_(image_free_cleanup) struct image *image = image_new(ARCH_X86_64);
    _cleanup_(staged_free_cleanup) struct staged *staged = NULL, *other = NULL;
    _cleanup_error_ struct error *err = NULL, *none = NULL;
    _cleanup_free_ char *config = at("dead.conf"), *lists = path_join(cache, "apt"),
                        *sets = path_join(cache, "sets");

    if (!reachable)
        return;
    CHECK_INT(stage("redis-server", image, NULL, false, &staged, NULL), 0);
    staged_free(steal_ptr(staged));
    put(config, "Acquire::http::Proxy \"http://127.0.0.1:9/\";\n"
                "Acquire::https::Proxy \"http://127.0.0.1:9/\";\nAcquire::Retries \"0\";\n");
    setenv("APT_CONFIG", config, 1);

    CHECK_INT(stage("redis-server", image, NULL, true, &staged, &err), 0);
    CHECK_TEXT(error_message(err), "no error");
    CHECK_HAS(staged != NULL ? staged->note : NULL, "the set resolved at");
    CU_ASSERT(staged != NULL && !staged->resolved);

    /* No set, but lists and packages. */
    staged_free(steal_ptr(staged));
    path_remove_tree(sets, NULL);
    CHECK_INT(stage("redis-server", image, NULL, true, &staged, NULL), 0);
    CHECK_HAS(staged != NULL ? staged->note : NULL, "the lists fetched at");

    /* A package that was never downloaded. */
    CHECK_INT(stage("hello", image, NULL, false, &other, &none), -EIO);
    CHECK_HAS(error_message(none), "hello");

    /* Nothing at all. */
    path_remove_tree(lists, NULL);
    path_remove_tree(sets, NULL);
    staged_free(steal_ptr(other));
    CHECK_INT(stage("redis-server", image, NULL, false, &other, &none), -EIO);
    CHECK_HAS(error_message(none), "--from DIR");
    unsetenv("APT_CONFIG");
}

int main(void)
{
    static CU_TestInfo tests[] = {
        {"from the archive, amd64", test_archive_amd64},
        {"from the archive, arm64", test_archive_arm64},
        {"a damaged package", test_damage},
        {"two processes at once", test_together},
        {"packages that are refused", test_refusals},
        {"images that are refused", test_images_refused},
        {"from a folder", test_folder},
        {"a folder that changes", test_folder_changes},
        {"the suite's own files", test_suite_files},
        {"no network", test_no_network},
        CU_TEST_INFO_NULL,
    };
    _cleanup_free_ char *apt = process_find("apt-get"), *dpkg = process_find("dpkg-deb");
    int code;

    if (apt == NULL || dpkg == NULL) {
        puts("skipped: no apt-get and dpkg-deb on this host");
        return 77;
    }
    setvbuf(stdout, NULL, _IONBF, 0);
    unsetenv("APT_CONFIG");
    if (mkdtemp(base) == NULL)
        return 99;
    cache = at("cache");
    code = cunit_run("staging", tests);
    path_remove_tree(base, NULL);
    free(cache);
    if (code == 0 && !reachable) {
        puts("skipped: the archive cannot be reached; what needs no archive was held");
        return 77;
    }
    return code;
}
