/* SPDX-License-Identifier: Apache-2.0 */
/* suite/identity: parsing the line, and no mismatch is ever accepted. */
#include <errno.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "cunit_run.h"
#include "suite/identity.h"

#define ARM                                                                                        \
    "{\"arch\":\"aarch64\",\"midr\":\"0x481fd010\",\"features\":[\"asimd\",\"atomics\",\"fp\"],"   \
    "\"page_size\":4096,\"kernel\":\"6.1.0-40-cloud-arm64\",\"os_id\":\"debian\","                 \
    "\"os_version\":\"12\",\"clock_ms\":1000000,\"clocksource\":\"arch_sys_counter\","             \
    "\"boot_id\":\"b\",\"cpus\":1,\"memory_kib\":1000,\"root_free_kib\":9000,\"hwcap\":\"0x103\"," \
    "\"hwcap2\":\"0x0\","                                                                          \
    "\"taint\":\"0x0\","                                                                           \
    "\"init\":\"systemd\"}"
#define X86                                                                                        \
    "{\"arch\":\"x86_64\",\"vendor\":\"HygonGenuine\",\"family\":24,\"model\":1,\"stepping\":1,"   \
    "\"features\":[\"aes\",\"avx2\"],\"page_size\":4096,\"kernel\":\"6.1\",\"os_id\":\"debian\","  \
    "\"os_version\":\"12\",\"clock_ms\":1000000,\"clocksource\":\"tsc\",\"boot_id\":\"b\","        \
    "\"cpus\":1,\"memory_kib\":1000,\"root_free_kib\":9000,\"hwcap\":\"0x2\",\"hwcap2\":\"0x2\","  \
    "\"taint\":\"0x200\","                                                                         \
    "\"init\":\"systemd\"}"

static char *edit(const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);

    CU_ASSERT_PTR_NOT_NULL_FATAL(at);
    return text_format("%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

static void test_parse(void)
{
    static const struct {
        const char *text, *from, *to, *message; /* NULL: accepted */
    } rows[] = {
        {ARM, "", "", NULL},
        {X86, "", "", NULL},
        {ARM, "aarch64", "riscv64", "expected x86_64 or aarch64"},
        {ARM, "\"midr\":\"0x481fd010\",", "", "'midr' must be a string"},
        {ARM, "0x481fd010", "481fd010", "expected a number like"},
        {ARM, "0x481fd010", "0x1481fd0101", "expected a number like"},
        {ARM, "[\"asimd\"", "[7", "feature 1 "},
        {ARM, "\"asimd\"", "\"../x\"", "feature 1 "},
        {ARM, "4096", "-1", "'page_size' is -1"},
        {ARM, "4096", "\"4096\"", "'page_size' must be an integer"},
        {ARM, "\"clock_ms\":1000000,", "", "'clock_ms'"},
        {X86, "\"vendor\":\"HygonGenuine\",", "", "'vendor' must be a string"},
        {X86, "\"family\":24", "\"family\":99999999", "'family'"},
        {X86, "{", "", "invalid JSON"},
        {X86, "}", "}}", "invalid JSON"},
        {X86, "\"cpus\":1", "\"cpus\":1,\"cpus\":2", "invalid JSON"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_free_ char *text = edit(rows[i].text, rows[i].from, rows[i].to);
        _cleanup_(guest_identity_done) struct guest_identity identity = {0};
        _cleanup_error_ struct error *err = NULL;
        int code = identity_parse(text, strlen(text), &identity, &err);

        CHECK_INT(code, rows[i].message == NULL ? 0 : -EBADMSG);
        if (rows[i].message != NULL)
            CHECK_HAS(error_message(err), rows[i].message);
    }
}

static void test_values(void)
{
    _cleanup_(guest_identity_done) struct guest_identity arm = {0}, x86 = {0}, odd = {0};
    _cleanup_free_ char *text = edit(X86, "\"debian\"", "\"a\\u001b[31m\"");

    CHECK_INT(identity_parse(ARM, strlen(ARM), &arm, NULL), 0);
    CHECK_INT(arm.midr, 0x481fd010);
    CHECK_INT(arm.features.count, 3);
    CHECK_INT(arm.hwcap, 0x103);
    CHECK_TEXT(arm.vendor, NULL);
    CHECK_INT(identity_parse(X86, strlen(X86), &x86, NULL), 0);
    CHECK_TEXT(x86.vendor, "HygonGenuine");
    CHECK_INT(x86.family, 24);
    CHECK_INT(identity_parse(text, strlen(text), &odd, NULL), 0);
    CHECK_TEXT(odd.os_id, "a\\x1b[31m");
    CHECK_INT(identity_parse("", 0, &odd, NULL), -EBADMSG);
}

/* kunpeng as in its platform file, and an image, for the comparisons below. */
struct world {
    struct platform platform;
    struct image image;
    struct feature_table table;
    struct result *result;
};

static void set_up(struct world *world, const char *const *known, const char *const *has,
                   const char *const *lacks)
{
    struct identity_rule *rule = &world->platform.identity[GRADE_EMULATED];

    *world = (struct world){.result = result_new()};
    world->platform.arch = ARCH_AARCH64;
    *vec_add(&world->platform.page_sizes) = 4096;
    *vec_add(&world->platform.page_sizes) = 65536;
    rule->given = true;
    rule->family = rule->model = -1;
    rule->midr = 0x480fd010;
    rule->midr_mask = 0xff0ffff0; /* variant and revision may differ */
    strv_add(&rule->has, "atomics");
    strv_add(&rule->lacks, "sve");
    for (size_t i = 0; known[i] != NULL; i++) {
        struct feature *feature = vec_add(&world->table.rows);

        feature->name = text_dup(known[i]);
        feature->arch = ARCH_AARCH64;
    }
    for (size_t i = 0; has[i] != NULL; i++)
        strv_add(&world->platform.has, has[i]);
    for (size_t i = 0; lacks[i] != NULL; i++)
        strv_add(&world->platform.lacks, lacks[i]);
    world->result->grade = GRADE_EMULATED;
    world->result->outcome = STATUS_PASS;
    world->result->blame = BLAME_NONE;
    world->image.os_id = text_dup("debian");
    world->image.os_version = text_dup("12");
    world->image.kernel_release = text_dup("6.1.0-40-cloud-arm64");
}

static void tear_down(struct world *world)
{
    free(world->image.os_id);
    free(world->image.os_version);
    free(world->image.kernel_release);
    strv_done(&world->platform.identity[GRADE_EMULATED].has);
    strv_done(&world->platform.identity[GRADE_EMULATED].lacks);
    strv_done(&world->platform.has);
    strv_done(&world->platform.lacks);
    vec_done(&world->platform.page_sizes);
    vec_foreach (row, &world->table.rows)
        free(row->name);
    vec_done(&world->table.rows);
    result_free(world->result);
}

static const char *const known[] = {"fp", "asimd", "atomics", "sve", "jscvt", NULL};
static const char *const has[] = {"fp", "atomics", "jscvt", NULL};
static const char *const lacks[] = {"sve", NULL};

static void test_compare(void)
{
    static const struct {
        const char *from, *to;
        int64_t host_clock_ms;
        enum grade grade;
        const char *reason; /* NULL: all match */
        enum blame blame;
    } rows[] = {
        {"", "", 1000000, GRADE_EMULATED, NULL, BLAME_NONE},
        {"0x481fd010", "0x480fd01f", 1000000, GRADE_EMULATED, NULL, BLAME_NONE},
        {"4096", "65536", 1000000, GRADE_EMULATED, NULL, BLAME_NONE},
        {"", "", 1059000, GRADE_EMULATED, NULL, BLAME_NONE},
        {"0x481fd010", "0x410fd083", 1000000, GRADE_EMULATED,
         "midr is '0x410fd083', expected '0x480fd010 in", BLAME_HOST},
        {"\"atomics\",", "", 1000000, GRADE_EMULATED, "feature is 'no atomics', expected 'atomics'",
         BLAME_HOST},
        {"\"fp\"", "\"fp\",\"sve\"", 1000000, GRADE_EMULATED, "feature is 'sve', expected 'no sve'",
         BLAME_HOST},
        {"4096", "16384", 1000000, GRADE_EMULATED, "page_size is '16384', expected '4096 or 65536'",
         BLAME_IMAGE},
        {"-40-", "-41-", 1000000, GRADE_EMULATED, "kernel is '6.1.0-41-cloud-arm64'", BLAME_IMAGE},
        {"debian", "ubuntu", 1000000, GRADE_EMULATED, "os_id is 'ubuntu', expected 'debian'",
         BLAME_IMAGE},
        {"\"12\"", "\"13\"", 1000000, GRADE_EMULATED, "os_version is '13'", BLAME_IMAGE},
        {"", "", 2000000, GRADE_EMULATED, "clock is '-1000.000 s'", BLAME_HOST},
        {"1000000", "9223372036854775807", 1000000, GRADE_EMULATED, "clock is '+9", BLAME_HOST},
        {"", "", 1000000, GRADE_NATIVE, "rule is 'none', expected 'one for grade native'",
         BLAME_HOST},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_free_ char *text = edit(ARM, rows[i].from, rows[i].to);
        _cleanup_(guest_identity_done) struct guest_identity identity = {0};
        _cleanup_(tear_down) struct world world;

        set_up(&world, known, has, lacks);
        world.result->grade = rows[i].grade;
        CHECK_INT(identity_parse(text, strlen(text), &identity, NULL), 0);
        identity_compare(&identity, &world.platform, &world.image, &world.table,
                         rows[i].host_clock_ms, world.result);
        identity_conclude(world.result);
        CHECK_INT(result_identity_matches(world.result), rows[i].reason == NULL);
        CHECK_TEXT(status_name(world.result->outcome), rows[i].reason == NULL ? "PASS" : "MISS");
        CHECK_TEXT(blame_name(world.result->blame), blame_name(rows[i].blame));
        if (rows[i].reason != NULL)
            CHECK_HAS(world.result->reason, rows[i].reason);
    }
}

static void test_another_architecture(void)
{
    _cleanup_(guest_identity_done) struct guest_identity identity = {0};
    _cleanup_(tear_down) struct world world;

    set_up(&world, known, has, lacks);
    CHECK_INT(identity_parse(X86, strlen(X86), &identity, NULL), 0);
    identity_compare(&identity, &world.platform, &world.image, &world.table, 1000000, world.result);
    identity_conclude(world.result);
    CHECK_TEXT(status_name(world.result->outcome), "MISS");
    CHECK_HAS(world.result->reason, "arch is 'x86_64', expected 'aarch64'");
    CHECK_TEXT(blame_name(world.result->blame), "host");
}

static void test_gaps_and_facts(void)
{
    _cleanup_(guest_identity_done) struct guest_identity identity = {0};
    _cleanup_(tear_down) struct world world;
    bool found = false;

    set_up(&world, known, has, lacks);
    CHECK_INT(identity_parse(ARM, strlen(ARM), &identity, NULL), 0);
    identity_compare(&identity, &world.platform, &world.image, &world.table, 1000000, world.result);
    identity_observe(&identity, world.result);
    CHECK_INT(world.result->gaps.rows.count, 2);
    CHECK_TEXT(world.result->gaps.rows.items[0].feature, "jscvt");
    CHECK_TEXT(gap_kind_name(world.result->gaps.rows.items[0].kind), "missing");
    CHECK_TEXT(world.result->gaps.rows.items[1].feature, "asimd");
    CHECK_TEXT(gap_kind_name(world.result->gaps.rows.items[1].kind), "unknown");
    vec_foreach (seen, &world.result->observations) {
        CHECK_TEXT(seen->case_id, NULL);
        if (strcmp(seen->key, "cpu.midr") == 0)
            found = strcmp(seen->value, "0x481fd010") == 0;
    }
    CU_ASSERT(found);
}

static void test_taint(void)
{
    static const struct {
        uint64_t before, after;
        const char *noted; /* NULL: nothing */
    } rows[] = {
        {0, 0, NULL},
        {4096, 4096, NULL},
        {0, 512, "0 to 512: a kernel warning"},
        {4096, 4096 | 128 | 512, "4096 to 4736: the kernel died: an oops or BUG, a kernel warning"},
        {0, UINT64_C(1) << 63, "0 to 9223372036854775808: bit 63"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_(result_free_cleanup) struct result *result = result_new();

        identity_observe_taint(rows[i].before, rows[i].after, result);
        CHECK_INT(result->observations.count, rows[i].noted != NULL);
        if (result->observations.count > 0) {
            CHECK_TEXT(result->observations.items[0].key, "kernel.taint-change");
            CHECK_TEXT(result->observations.items[0].value, rows[i].noted);
        }
    }
}

/* A guest that later reports another identity is detected by what differs. */
static void test_change(void)
{
    static char one[] = "6.1.0", other[] = "9.9.9", id[] = "debian", boot[] = "b1", again[] = "b2";
    static const struct guest_identity then = {
        .kernel = one, .os_id = id, .boot_id = boot, .page_size = 4096, .taint = 512};
    const struct {
        struct guest_identity now;
        const char *told; /* NULL: unchanged */
    } rows[] = {
        {then, NULL},
        {{.kernel = other, .os_id = id, .boot_id = boot, .page_size = 4096, .taint = 512},
         "kernel is '9.9.9', it was '6.1.0'"},
        {{.kernel = one, .os_id = other, .boot_id = boot, .page_size = 4096, .taint = 512},
         "os_id is '9.9.9'"},
        {{.kernel = one, .os_id = id, .boot_id = again, .page_size = 4096, .taint = 512},
         "boot_id is 'b2'"},
        {{.kernel = one, .os_id = id, .boot_id = boot, .page_size = 65536, .taint = 512},
         "page_size is 0x10000"},
        {{.kernel = one, .os_id = id, .boot_id = boot, .page_size = 4096}, "taint"},
        {{.kernel = one, .os_id = id, .boot_id = boot, .page_size = 4096, .taint = 512 | 128},
         NULL},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_free_ char *told = identity_find_change(&then, &rows[i].now);

        CHECK_INT(told != NULL, rows[i].told != NULL);
        if (told != NULL && rows[i].told != NULL)
            CHECK_HAS(told, rows[i].told);
    }
}

int main(void)
{
    CU_TestInfo tests[] = {{"parse", test_parse},
                           {"values", test_values},
                           {"compare", test_compare},
                           {"another architecture", test_another_architecture},
                           {"gaps and facts", test_gaps_and_facts},
                           {"taint", test_taint},
                           {"change", test_change},
                           CU_TEST_INFO_NULL};

    return cunit_run("suite/identity", tests);
}
