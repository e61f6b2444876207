/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone-guest unpacks payloads: completely, with everything that a suite may contain, and
 * damaged ones. */
#include "inside_lab.h"

/* A payload as the harness writes it, unpacked as in a guest. */
static void make_payload(const char *path)
{
    struct payload *payload = NULL;
    struct error *err = NULL;

    CHECK_INT(payload_new(path, &payload, &err), 0);
    CHECK_INT(payload_add_memory(payload, "bin/touchstone-guest", "x", 1, 0755, &err), 0);
    CHECK_INT(payload_add_memory(payload, "suite/cases/deep/one", "#!/bin/sh\n", 10, 0755, &err),
              0);
    CHECK_INT(payload_add_memory(payload, "suite/empty", NULL, 0, 0644, &err), 0);
    CHECK_INT(payload_finish(payload, &err), 0);
    payload_free(payload);
}

static void test_begin(void)
{
    char payload[80], unpacked[80], one[120], bin[120];
    const char *words[] = {"begin",  "--payload", payload, "--base",
                           unpacked, "--without", "bin",   NULL};
    _cleanup_(process_output_done) struct process_output output = {0};
    _cleanup_(guest_identity_done) struct guest_identity identity = {0};
    _cleanup_buffer_ struct buffer text = {0};
    struct error *err = NULL;
    struct utsname name;
    struct stat st;

    snprintf(payload, sizeof(payload), "%s/payload.raw", base);
    snprintf(unpacked, sizeof(unpacked), "%s/unpacked", base);
    snprintf(one, sizeof(one), "%s/suite/cases/deep/one", unpacked);
    snprintf(bin, sizeof(bin), "%s/bin", unpacked);
    make_payload(payload);
    guest(words, &output);
    CHECK_INT(output.exit.code, 0);
    CHECK_INT(identity_parse(output.out.data, output.out.length, &identity, &err), 0);
    uname(&name);
    if (emulator == NULL) {
        CHECK_TEXT(arch_name(identity.arch), name.machine);
        CHECK_TEXT(identity.kernel, name.release);
        CU_ASSERT(identity.features.count > 0);
    }
    CHECK_INT(identity.page_size, sysconf(_SC_PAGESIZE));
    CU_ASSERT(identity.memory_kib > 0);
    CHECK_INT(identity.boot_id != NULL ? strlen(identity.boot_id) : 0, 36);
    CU_ASSERT(llabs((long long)(identity.clock_ms - clock_wall_ms())) < 60000);
    CHECK_INT(stat(one, &st), 0);
    CHECK_INT(st.st_mode & 0777, 0755);
    CHECK_INT(st.st_size, 10);
    CHECK_INT(stat(bin, &st), -1);
}

static void put_text(const char *folder, const char *name, const char *text, mode_t mode)
{
    _cleanup_free_ char *path = path_join(folder, name);
    _cleanup_free_ char *above = text_ndup(path, (size_t)(path_base(path) - path));

    CHECK_INT(path_make_folders(above, false, NULL), 0);
    CHECK_INT(path_write_atomic(path, text, strlen(text), NULL), 0);
    CHECK_INT(chmod(path, mode), 0);
}

static void put_link(const char *folder, const char *name, const char *target)
{
    _cleanup_free_ char *path = path_join(folder, name);

    CHECK_INT(symlink(target, path), 0);
}

/* Data, holes, data far beyond 8 GiB, which ustar cannot represent. */
static void put_sparse(const char *folder, const char *name)
{
    _cleanup_free_ char *path = path_join(folder, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

    CHECK_INT(pwrite(fd, "begin", 5, 0), 5);
    CHECK_INT(pwrite(fd, "far", 3, ((off_t)9 << 30) + 17), 3);
    CHECK_INT(ftruncate(fd, (off_t)10 << 30), 0);
    close(fd);
}

/* A name with many folders, longer than any ustar header can store. */
static char *deep_name(void)
{
    struct buffer name = {0};

    for (int i = 0; i < 12; i++)
        buffer_format(&name, "files/a-folder-with-a-name-of-some-length-%02d/%0100d/", i, i);
    buffer_format(&name, "file");
    return name.data;
}

static void make_suite(const char *folder, const char *deep)
{
    put_text(folder, "suite.xml", "<suite/>", 0600);
    put_text(folder, "cases/one", "#!/bin/sh\n", 04755);
    put_text(folder, deep, "deep", 0644);
    put_text(folder, "files/鲲鹏", "text", 0644);
    put_text(folder, "files/caf\xe9\xff", "latin", 0644);
    put_text(folder, "files/new\nline", "two", 0644);
    put_text(folder, "files/libfoo.so.1.2.3", "elf", 0755);
    put_text(folder, "files/x86_64/node", "for x86", 0755);
    put_text(folder, "files/arm64/node", "for arm", 0755);
    put_link(folder, "files/libfoo.so.1", "libfoo.so.1.2.3");
    put_link(folder, "files/libfoo.so", "libfoo.so.1");
    put_link(folder, "files/long-link", deep + strlen("files/"));
    put_link(folder, "files/folder", ".");
    put_sparse(folder, "files/disk");
}

/* Every name, type, mode and content of the suite is there, and nothing of the other
 * architecture. */
static void check_unpacked(const char *suite, const char *unpacked)
{
    const char *argv[] = {"diff", "-r", "--no-dereference", "-x", "disk", "-x", "arm64", suite,
                          NULL,   NULL};
    _cleanup_(process_output_done) struct process_output output = {0};
    _cleanup_free_ char *there = path_join(unpacked, "suite"), *path = NULL, *disk = NULL;
    struct process_spec spec = PROCESS_SPEC_INIT;
    struct stat st = {0};
    char text[4] = "";
    int fd;

    argv[8] = there;
    spec.argv = argv;
    CHECK_INT(process_run(&spec, 60000, 1 << 20, &output, NULL), 0);
    CHECK_TEXT(output.out.length > 0 ? output.out.data : "", "");
    CHECK_INT(output.exit.code, 0);
    path = path_join(there, "cases/one");
    CHECK_INT(stat(path, &st), 0);
    CHECK_INT(st.st_mode & 07777, 0755);
    text_replace(&path, there);
    disk = path_join(there, "files/disk");
    fd = open(disk, O_RDONLY | O_CLOEXEC);
    CHECK_INT(fstat(fd, &st), 0);
    CHECK_INT(st.st_size, (off_t)10 << 30);
    CU_ASSERT(st.st_blocks < 2048);
    CHECK_INT(pread(fd, text, 3, ((off_t)9 << 30) + 17), 3);
    CHECK_TEXT(text, "far");
    close(fd);
    free(steal_ptr(disk));
    disk = path_join(there, "files/arm64");
    CU_ASSERT(!path_exists(disk));
}

static void test_begin_suite(void)
{
    _cleanup_free_ char *suite = path_join(base, "any"), *unpacked = path_join(base, "any.there");
    _cleanup_free_ char *disk = path_join(base, "any.raw"), *deep = deep_name();
    const char *words[] = {"begin",  "--payload",   disk,  "--base",
                           unpacked, "--needs-kib", "100", NULL};
    const char *too_large[] = {"begin",       "--payload",        disk, "--base", unpacked,
                               "--needs-kib", "9000000000000000", NULL};
    _cleanup_(process_output_done) struct process_output output = {0}, refused = {0};
    struct payload *payload = NULL;
    struct error *err = NULL;

    make_suite(suite, deep);
    CHECK_INT(payload_new(disk, &payload, &err), 0);
    CHECK_INT(payload_add_suite(payload, "suite", suite, ARCH_X86_64, &err), 0);
    CU_ASSERT(payload_unpacked_bytes(payload) < 1 << 20);
    CHECK_INT(payload_finish(payload, &err), 0);
    payload_free(payload);
    /* Twice, as after a restart, over existing files. */
    guest(words, &output);
    CHECK_INT(output.exit.code, 0);
    process_output_done(&output);
    guest(words, &output);
    CHECK_INT(output.exit.code, 0);
    if (output.err.length > 0)
        printf("\n%s\n", output.err.data);
    check_unpacked(suite, unpacked);
    guest(too_large, &refused);
    CHECK_INT(refused.exit.code, 73);
    CHECK_HAS(refused.err.data, "MiB free");
    path_remove_tree(suite, NULL);
    path_remove_tree(unpacked, NULL);
}

/* Damage anywhere in a header, a name that leaves the folder and truncation are reported. */
static void test_begin_damaged(void)
{
    static const struct {
        size_t at;
        const char *bytes;
        off_t length; /* 0: unchanged */
        const char *told;
    } table[] = {
        {0, "../up", 0, "damaged"},     {124, "99", 0, "damaged"},
        {156, "2", 0, "damaged"},       {257, "cpio ", 0, "damaged"},
        {0, "", 700, "unexpected end"}, {0, "", 512, "unexpected end"},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        char payload[80], unpacked[80];
        const char *words[] = {"begin", "--payload", payload, "--base", unpacked, NULL};
        _cleanup_(process_output_done) struct process_output output = {0};
        _cleanup_close_ int fd = -1;

        snprintf(payload, sizeof(payload), "%s/damaged.raw", base);
        snprintf(unpacked, sizeof(unpacked), "%s/damaged", base);
        make_payload(payload);
        fd = open(payload, O_WRONLY | O_CLOEXEC);
        CHECK_INT(pwrite(fd, table[i].bytes, strlen(table[i].bytes), (off_t)table[i].at),
                  strlen(table[i].bytes));
        if (table[i].length > 0)
            CHECK_INT(ftruncate(fd, table[i].length), 0);
        guest(words, &output);
        CHECK_INT(output.exit.code, 74);
        CHECK_INT(output.out.length, 0);
        CHECK_HAS(output.err.data, table[i].told);
    }
}

static int run_all(const char *what)
{
    CU_TestInfo tests[] = {{"begin", test_begin},
                           {"a payload of everything that a suite may hold", test_begin_suite},
                           {"begin, damaged", test_begin_damaged},
                           CU_TEST_INFO_NULL};

    return cunit_run(what, tests);
}

int main(void)
{
    return inside_lab(run_all);
}
