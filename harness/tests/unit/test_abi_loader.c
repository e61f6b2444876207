/* SPDX-License-Identifier: Apache-2.0 */
/* Facts about the real loader that the simulation depends on: small programs are built with gcc,
 * laid out as a root, and the findings are compared with what glibc 2.36 does with the same
 * files. */
#include <sys/stat.h>

#include "abi/check/check.h"
#include "abi/elf/file.h"
#include "abi/surface/harvest.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "base/process.h"
#include "cunit_run.h"

static char folder[] = "/tmp/ts-abi-XXXXXX";

static void put(const char *name, const char *text)
{
    _cleanup_free_ char *path = path_join(folder, name);

    CHECK_INT(path_write_atomic(path, text, strlen(text), NULL), 0);
}

/* Runs gcc in the test's folder; arguments are separated by blanks. */
static void gcc(const char *words)
{
    _cleanup_strv_ struct strv argv = {0};
    struct process_spec spec = PROCESS_SPEC_INIT;
    _cleanup_(process_output_done) struct process_output output = {0};

    strv_add(&argv, "gcc");
    strv_split(&argv, words, " ");
    argv.items = text_realloc(argv.items, argv.count + 1, sizeof(char *));
    argv.items[argv.count] = NULL;
    spec.argv = (const char *const *)argv.items;
    spec.directory = folder;
    CHECK_INT(process_run(&spec, 60000, 1 << 20, &output, NULL), 0);
    if (output.exit.code != 0)
        printf("\ngcc %s: %s\n", words, output.err.data != NULL ? output.err.data : "");
    CHECK_INT(output.exit.code, 0);
}

/* A root with one libfoo.so.1 and a stand-in libc, both without dependencies. */
static struct surface *root_with(const char *library)
{
    _cleanup_free_ char *root = path_join(folder, "root"), *lib = path_join(root, "lib64");
    _cleanup_free_ char *from = library != NULL ? path_join(folder, library) : NULL;
    _cleanup_free_ char *to = path_join(lib, "libfoo.so.1");
    _cleanup_free_ char *loader = path_join(folder, "ld-linux-x86-64.so.2");
    _cleanup_free_ char *loader_to = path_join(lib, "ld-linux-x86-64.so.2");
    _cleanup_free_ char *libc = path_join(folder, "libc.so.6"),
                        *libc_to = path_join(lib, "libc.so.6");
    struct error *err = NULL;
    struct surface *surface = NULL;
    struct harvest harvest;

    path_remove_tree(root, NULL);
    path_make_folders(lib, false, NULL);
    CHECK_INT(path_copy_file(libc, libc_to, NULL), 0);
    if (from != NULL)
        CHECK_INT(path_copy_file(from, to, NULL), 0);
    if (path_exists(loader))
        CHECK_INT(path_copy_file(loader, loader_to, NULL), 0);
    harvest_init(&harvest);
    CHECK_INT(harvest_root(&harvest, root, &err), 0);
    CHECK_INT(surface_builder_open(harvest.builder, "root", &surface, &err), 0);
    harvest_done(&harvest);
    return surface;
}

static struct findings check(const char *program, const char *library)
{
    _cleanup_free_ char *path = path_join(folder, program);
    struct surface *surface = root_with(library);
    struct findings findings = {0};
    struct package *package = NULL;

    CHECK_INT(package_read(path, NULL, &package, NULL), 0);
    check_package(package, surface, "root", NULL, &findings);
    findings_deduplicate(&findings);
    package_free(package);
    surface_close(surface);
    return findings;
}

static const struct finding *find(const struct findings *findings, enum finding_kind kind)
{
    vec_foreach (row, &findings->rows)
        if (row->kind == kind)
            return row;
    return NULL;
}

#define NEEDS "-shared -fPIC -nostdlib -o "

static void build(void)
{
    put("v1.map", "V1 { global: old; local: *; };");
    put("v12.map", "V1 { global: old; };\nV2 { global: new; local: *; } V1;");
    put("foo.c", "int old(void){return 1;} int new(void){return 2;}");
    put("foo1.c", "int old(void){return 1;}");
    put("bar.c", "int new(void); int old(void); int bar(void){return old()+new();}");
    put("weak.c", "int new(void) __attribute__((weak)); int bar(void){return new?new():0;}");
    put("empty.c", "int memcpy_(void){return 0;}");
    gcc(NEEDS "libc.so.6 -Wl,-soname,libc.so.6 empty.c");
    gcc(NEEDS "foo-v12.so -Wl,-soname,libfoo.so.1 -Wl,--version-script,v12.map foo.c");
    gcc(NEEDS "foo-v1.so -Wl,-soname,libfoo.so.1 -Wl,--version-script,v1.map foo1.c");
    gcc(NEEDS "foo-plain.so -Wl,-soname,libfoo.so.1 foo.c");
    gcc(NEEDS "foo-plain-old.so -Wl,-soname,libfoo.so.1 foo1.c");
    gcc(NEEDS "lazy bar.c foo-v12.so -Wl,-z,lazy");
    gcc(NEEDS "now bar.c foo-v12.so -Wl,-z,now");
    gcc(NEEDS "weak weak.c -Wl,--no-as-needed foo-v12.so");
    gcc(NEEDS "unversioned bar.c foo-plain.so -Wl,-z,lazy");
    gcc(NEEDS "unversioned-now bar.c foo-plain.so -Wl,-z,now");
}

/* If nothing is missing, there are no findings: each check tested below is silent here. */
static void test_all_there(void)
{
    struct findings findings = check("lazy", "foo-v12.so");

    CHECK_INT(findings.rows.count, 0);
    findings_done(&findings);
}

static void test_version_missing(void)
{
    static const char *const programs[] = {
        "lazy", "now", "weak"}; /* including the version required by a weak symbol */

    for (size_t i = 0; i < 3; i++) {
        struct findings findings = check(programs[i], "foo-v1.so");
        const struct finding *row = find(&findings, FINDING_VERSION_MISSING);

        CU_ASSERT_PTR_NOT_NULL(row);
        if (row != NULL) {
            CHECK_TEXT(row->version, "V2");
            CHECK_TEXT(row->provider, "libfoo.so.1");
            CHECK_HAS(row->found, "/lib64/libfoo.so.1 has versions up to V1");
        }
        CHECK_INT(findings_count(&findings, SEVERITY_BLOCK), 1);
        findings_done(&findings);
    }
}

static void test_library_missing(void)
{
    struct findings findings = check("lazy", NULL);
    const struct finding *row = find(&findings, FINDING_LIB_MISSING);

    CU_ASSERT_PTR_NOT_NULL(row);
    if (row != NULL)
        CHECK_TEXT(row->provider, "libfoo.so.1");
    CHECK_INT(findings.rows.count, 1);
    findings_done(&findings);
}

/* No versions and no version table: ld.so's assertion in check_match, exit code 127. */
static void test_unversioned_aborts(void)
{
    struct findings findings = check("lazy", "foo-plain.so");

    CU_ASSERT_PTR_NOT_NULL(find(&findings, FINDING_PROVIDER_UNVERSIONED));
    CU_ASSERT_PTR_NOT_NULL(find(&findings, FINDING_PROVIDER_UNVERSIONED_ABORT));
    findings_done(&findings);
}

/* An unversioned reference binds to a symbol of a versioned library. */
static void test_unversioned_reference(void)
{
    struct findings findings = check("unversioned", "foo-v12.so");

    CHECK_INT(findings.rows.count, 0);
    findings_done(&findings);
}

/* For a library alone, a symbol may be missing or provided by the program that loads it: never a
 * pass. */
static void test_symbol_of_a_plugin(void)
{
    struct findings findings = check("unversioned", "foo-plain-old.so");

    CU_ASSERT_PTR_NOT_NULL(find(&findings, FINDING_UNKNOWN));
    CHECK_INT(findings_verdict(&findings, false), VERDICT_NOT_ASSESSED);
    findings_done(&findings);
}

/* The same in a program: with lazy binding it starts, with BIND_NOW it does not. */
static void test_symbol_of_a_program(void)
{
    static const struct {
        const char *flags;
        enum finding_kind kind;
    } rows[] = {{"-Wl,-z,lazy", FINDING_SYM_MISSING_LAZY}, {"-Wl,-z,now", FINDING_SYM_MISSING_NOW}};

    for (size_t i = 0; i < 2; i++) {
        _cleanup_free_ char *words =
            text_format("-nostdlib -nostartfiles -fPIE -pie -o program bar.c foo-plain.so "
                        "-Wl,--dynamic-linker=/lib64/libc.so.6 -Wl,-e,bar %s",
                        rows[i].flags);
        struct findings findings;

        gcc(words);
        findings = check("program", "foo-plain-old.so");
        CU_ASSERT_PTR_NOT_NULL(find(&findings, rows[i].kind));
        if (find(&findings, rows[i].kind) != NULL)
            CHECK_TEXT(find(&findings, rows[i].kind)->symbol, "new");
        findings_done(&findings);
    }
}

/* For functions removed from glibc, the finding names a replacement. */
static void test_sunrpc(void)
{
    struct findings findings;

    put("rpc.c", "int clnttcp_create(void){return 1;}");
    put("client.c", "int clnttcp_create(void); int bar(void){return clnttcp_create();}");
    gcc(NEEDS "foo-rpc.so -Wl,-soname,libfoo.so.1 rpc.c");
    gcc("-nostdlib -nostartfiles -fPIE -pie -o program client.c foo-rpc.so "
        "-Wl,--dynamic-linker=/lib64/libc.so.6 -Wl,-e,bar -Wl,-z,now");
    findings = check("program", "foo-plain.so");
    CU_ASSERT_PTR_NOT_NULL_FATAL(find(&findings, FINDING_SYM_MISSING_NOW));
    CHECK_HAS(find(&findings, FINDING_SYM_MISSING_NOW)->remedy, "libtirpc");
    findings_done(&findings);
}

/* A package that contains its own loader as a library runs with the image's, which is mapped
 * first. */
static void test_loader_that_runs(void)
{
    _cleanup_free_ char *loader = path_join(folder, "ld-linux-x86-64.so.2");
    _cleanup_free_ char *bundle = path_join(folder, "bundle");
    struct findings findings;

    CHECK_INT(path_make_folders(bundle, false, NULL), 0);
    gcc(NEEDS "ld-linux-x86-64.so.2 -Wl,-soname,ld-linux-x86-64.so.2 foo1.c");
    gcc(NEEDS "bundle/ld-linux-x86-64.so.2 -Wl,-soname,ld-linux-x86-64.so.2 foo.c");
    gcc("-nostdlib -nostartfiles -fPIE -pie -o bundle/program bar.c bundle/ld-linux-x86-64.so.2 "
        "-Wl,--dynamic-linker=/lib64/ld-linux-x86-64.so.2 -Wl,-e,bar -Wl,-z,now "
        "-Wl,-rpath,$ORIGIN");
    findings = check("bundle", NULL);
    CU_ASSERT_PTR_NOT_NULL(find(&findings, FINDING_SYM_MISSING_NOW));
    findings_done(&findings);
    unlink(loader);
}

static void test_interpreter_and_paths(void)
{
    struct findings findings;

    gcc("-nostdlib -nostartfiles -fPIE -pie -o program bar.c foo-v12.so "
        "-Wl,--dynamic-linker=/lib/ld-musl-x86_64.so.1 -Wl,-e,bar -Wl,-rpath,/home/ci/lib");
    findings = check("program", "foo-v12.so");
    CU_ASSERT_PTR_NOT_NULL(find(&findings, FINDING_INTERP_MISSING));
    CU_ASSERT_PTR_NOT_NULL(find(&findings, FINDING_HARDCODED_RPATH));
    findings_done(&findings);
}

static void test_stack_and_pages(void)
{
    struct findings findings;

    gcc(NEEDS "stack bar.c foo-v12.so -Wl,-z,execstack");
    findings = check("stack", "foo-v12.so");
    CU_ASSERT_PTR_NOT_NULL(find(&findings, FINDING_EXECSTACK));
    CU_ASSERT_PTR_NULL(find(&findings, FINDING_PAGE_ALIGN));
    findings_done(&findings);
    gcc(NEEDS "align bar.c foo-v12.so -Wl,-z,max-page-size=2048 -Wl,-z,common-page-size=2048");
    findings = check("align", "foo-v12.so");
    CU_ASSERT_PTR_NOT_NULL(find(&findings, FINDING_PAGE_ALIGN));
    findings_done(&findings);
}

/* The result is the same without section headers. */
static void test_without_sections(void)
{
    _cleanup_free_ char *path = path_join(folder, "lazy"), *to = path_join(folder, "stripped");
    _cleanup_buffer_ struct buffer data = {0};
    struct findings findings;

    CHECK_INT(path_read(path, 1 << 20, &data, NULL), 0);
    memset(data.data + 40, 0, 8); /* e_shoff */
    memset(data.data + 60, 0, 4); /* e_shnum, e_shstrndx */
    CHECK_INT(path_write_atomic(to, data.data, data.length, NULL), 0);
    findings = check("stripped", "foo-v1.so");
    CU_ASSERT_PTR_NOT_NULL(find(&findings, FINDING_VERSION_MISSING));
    findings_done(&findings);
}

static void test_cut_off(void)
{
    _cleanup_free_ char *path = path_join(folder, "lazy"), *to = path_join(folder, "cut");
    _cleanup_buffer_ struct buffer data = {0};

    CHECK_INT(path_read(path, 1 << 20, &data, NULL), 0);
    for (size_t length = 64; length < data.length; length += data.length / 16) {
        struct findings findings;

        CHECK_INT(path_write_atomic(to, data.data, length, NULL), 0);
        findings = check("cut", "foo-v12.so");
        CU_ASSERT_NOT_EQUAL(findings_verdict(&findings, false), VERDICT_COMPATIBLE);
        findings_done(&findings);
    }
}

int main(void)
{
    CU_TestInfo tests[] = {{"build", build},
                           {"all there", test_all_there},
                           {"a version missing is fatal, weak symbols too", test_version_missing},
                           {"a library missing", test_library_missing},
                           {"a provider without version table", test_unversioned_aborts},
                           {"an unversioned reference", test_unversioned_reference},
                           {"a symbol of a plug-in", test_symbol_of_a_plugin},
                           {"a symbol of a program", test_symbol_of_a_program},
                           {"sunrpc", test_sunrpc},
                           {"the loader that runs", test_loader_that_runs},
                           {"interpreter and paths", test_interpreter_and_paths},
                           {"stack and pages", test_stack_and_pages},
                           {"without section headers", test_without_sections},
                           {"cut off", test_cut_off},
                           CU_TEST_INFO_NULL};
    _cleanup_free_ char *gcc_path = process_find("gcc");
    int code;

    if (sizeof(void *) != 8 || gcc_path == NULL) {
        puts("skipped: gcc for the host is needed");
        return 77;
    }
    if (mkdtemp(folder) == NULL)
        return 99;
    code = cunit_run("abi loader", tests);
    path_remove_tree(folder, NULL);
    return code;
}
