/* SPDX-License-Identifier: Apache-2.0 */
/* model/member: one table frees, writes and reads a struct, and says where a fault is. */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/vec.h"
#include "cunit_run.h"
#include "model/image.h"
#include "model/member.h"
#include "model/platform.h"

struct part {
    char *name;
    enum status status;
};
struct dummy {
    char *name, *note, *inner;
    bool big, late;
    enum answer known;
    int level;
    unsigned hex;
    uint64_t wide;
    char sha256[DIGEST_TEXT_SIZE];
    struct strv words;
    VEC(uint32_t) sizes;
    VEC(enum entry_method) entry_methods;
    VEC(struct part) parts;
    struct part one;
};

static const struct member part_rows[] = {
    MEMBER(struct part, name, TEXT, "name", .good = text_is_name),
    MEMBER(struct part, status, WORD, "status", .words = &status_words),
};
static const struct members part_members = MEMBERS(struct part, part_rows);

static const struct member dummy_rows[] = {
    MEMBER(struct dummy, name, TEXT, "name", .limit = 8),
    MEMBER(struct dummy, note, TEXT, "note", .flags = MEMBER_NULL),
    MEMBER(struct dummy, inner, TEXT, "box/inner", .flags = MEMBER_NULL | MEMBER_ABSENT),
    MEMBER(struct dummy, big, BOOL, "big"),
    MEMBER(struct dummy, late, BOOL, "late", .flags = MEMBER_OMIT | MEMBER_ABSENT),
    MEMBER(struct dummy, known, ANSWER, "known", .flags = MEMBER_OMIT | MEMBER_ABSENT),
    MEMBER(struct dummy, level, NUMBER, "level", .min = -5, .max = 5),
    MEMBER(struct dummy, hex, NUMBER, "hex", .flags = MEMBER_HEX),
    MEMBER(struct dummy, wide, NUMBER, "wide", .max = INT64_MAX),
    MEMBER(struct dummy, sha256, DIGEST, "sha256"),
    MEMBER(struct dummy, words, TEXTS, "words", .limit = 3),
    MEMBER(struct dummy, sizes, NUMBERS, "sizes"),
    MEMBER(struct dummy, entry_methods, WORDS, "ways", .words = &entry_method_words),
    MEMBER(struct dummy, parts, ROWS, "parts", .table = &part_members),
    MEMBER(struct dummy, one, OBJECT, "one", .table = &part_members),
};
static const struct members dummy_members = MEMBERS(struct dummy, dummy_rows);

#define DIGEST "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define TEXT                                                                                       \
    "{\"name\":\"n\",\"note\":null,\"box\":{\"inner\":\"i\"},\"big\":true,\"known\":false,"        \
    "\"level\":-3,\"hex\":\"0x00001f00\",\"wide\":4611686018427387904,\"sha256\":\"" DIGEST "\","  \
    "\"words\":[\"a\",\"b\"],\"sizes\":[4096],\"ways\":[\"console\",\"agent\"],"                   \
    "\"parts\":[{\"name\":\"p\",\"status\":\"FAIL\"}],\"one\":{\"name\":\"q\",\"status\":"         \
    "\"PASS\"}}"

static int read_text(const char *text, struct dummy *to, struct error **err)
{
    _cleanup_json_ json_t *json = json_loads(text, 0, NULL);

    CU_ASSERT_FATAL(json != NULL);
    return members_from_json(&dummy_members, json, "dummy", to, err);
}

static void test_both_ways(void)
{
    _cleanup_json_ json_t *json = json_object();
    _cleanup_free_ char *text = NULL;
    struct dummy dummy = {0};

    CHECK_INT(read_text(TEXT, &dummy, NULL), 0);
    CHECK_INT(dummy.level, -3);
    CHECK_INT(dummy.hex, 0x1f00);
    CHECK_INT(dummy.known, ANSWER_NO);
    CHECK_INT(dummy.entry_methods.items[0], ENTRY_CONSOLE);
    CHECK_INT(dummy.parts.items[0].status, STATUS_FAIL);
    members_to_json(&dummy_members, &dummy, json);
    text = json_dumps(json, JSON_COMPACT);
    CHECK_TEXT(text, TEXT);
    members_done(&dummy_members, &dummy);
    CU_ASSERT(dummy.parts.items == NULL && dummy.name == NULL);
}

static void test_wrong(void)
{
    static const struct {
        const char *from, *to, *message;
    } rows[] = {
        {"\"name\":\"n\"", "\"name\":7", "dummy: 'name' must be a string, found an integer"},
        {"\"name\":\"n\"", "\"name\":\"123456789\"", "at most 8"},
        {"\"note\":null,", "", "dummy: 'note' must be a string, found nothing"},
        {"\"level\":-3", "\"level\":-6", "'level' is -6"},
        {"0x00001f00", "1f00", "'hex' is '1f00'"},
        {"0x00001f00", "0x1ffffffff", "'hex' is '0x1ffffffff'"},
        {"\"sha256\":\"0", "\"sha256\":\"x", "'sha256' is 'x123"},
        {"[\"a\",\"b\"]", "[\"a\",\"b\",\"c\",\"d\"]", "'words' has 4 entries"},
        {"[\"a\",\"b\"]", "[\"a\",1]", "'words' must hold strings"},
        {"[4096]", "[-1]", "'sizes' contains"},
        {"\"agent\"", "\"door\"", "'ways' holds 'door', not one of: agent, seed, console"},
        {"FAIL", "fail", "dummy: parts 1: 'status' is 'fail'"},
        {"{\"name\":\"p\",\"status\":\"FAIL\"}", "1", "dummy: parts 1: must be an object"},
        {"\"name\":\"q\"", "\"name\":\"../q\"",
         "dummy: one: 'name' is '../q', which is not a name"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *at = strstr(TEXT, rows[i].from);
        _cleanup_error_ struct error *err = NULL;
        _cleanup_free_ char *text = NULL;
        struct dummy dummy = {0};

        CU_ASSERT_FATAL(at != NULL);
        text =
            text_format("%.*s%s%s", (int)(at - TEXT), TEXT, rows[i].to, at + strlen(rows[i].from));
        CHECK_INT(read_text(text, &dummy, &err), -EBADMSG);
        CHECK_HAS(error_message(err), rows[i].message);
        members_done(&dummy_members, &dummy);
    }
}

/* An image and a platform are read back as written. */
static void check_again(const struct members *table, const void *from, void *to)
{
    _cleanup_json_ json_t *json = json_object(), *again = json_object();

    members_to_json(table, from, json);
    CHECK_INT(members_from_json(table, json, "it", to, NULL), 0);
    members_to_json(table, to, again);
    CU_ASSERT(json_equal(json, again));
    members_done(table, to);
}

static void test_model(void)
{
    static char name[] = "a", vendor[] = "HygonGenuine", path[] = "/a  b";
    static char *vendors[] = {vendor};
    struct image image = {.name = name, .disk = {.path = path, .sha256 = DIGEST}}, image_back = {0};
    struct platform platform = {.name = name, .aarch32 = ANSWER_NO}, platform_back = {0};

    image.disk.stamp.size = 4096;
    platform.identity[GRADE_NATIVE] = (struct identity_rule){
        .given = true, .family = 24, .model = -1, .vendors = {.items = vendors, .count = 1}};
    platform.profile[ACCEL_TCG] = (struct cpu_profile){.given = true, .midr = 0x481fd010};
    check_again(&image_members, &image, &image_back);
    check_again(&platform_members, &platform, &platform_back);
}

int main(void)
{
    CU_TestInfo tests[] = {{"both ways", test_both_ways},
                           {"wrong", test_wrong},
                           {"model", test_model},
                           CU_TEST_INFO_NULL};

    return cunit_run("member", tests);
}
