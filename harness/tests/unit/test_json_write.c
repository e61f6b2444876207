/* SPDX-License-Identifier: Apache-2.0 */
/* Streaming JSON writer: the same output as jansson, escaped for a terminal. */
#include "base/json.h"
#include "base/json_write.h"
#include "cunit_run.h"

static char *dumped(const json_t *json)
{
    _cleanup_free_ char *text = json_dumps(json, JSON_INDENT(2));
    struct buffer shown = {0};

    buffer_json_printable(&shown, text);
    buffer_text(&shown, "\n");
    return buffer_steal(&shown);
}

static const char *const texts[] = {
    "",
    "plain",
    "a \"quote\" and \\",
    "tab\tnewline\nnul-free\x01\x1f",
    "del\x7f",
    "bad \xff\xfe",
    "试金石 ✔",
    "\xe2\x80\xae"
    "right to left",
    "/slash</script>",
};

static void test_strings(void)
{
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct json_writer to = {.sink = NULL};
        _cleanup_json_ json_t *json = json_object();
        _cleanup_free_ char *expected = NULL;

        json_object_set_new(json, "text", json_from_text(texts[i]));
        expected = dumped(json);
        json_write_object(&to, NULL);
        json_write_text(&to, "text", texts[i]);
        json_write_end(&to);
        CHECK_TEXT(to.text.data, expected);
        json_writer_done(&to);
    }
}

/* Each kind of value, nested, and jansson values among written ones. */
static void test_document(void)
{
    static const char text[] =
        "{\"format\": {\"name\": \"x\", \"version\": 3}, \"none\": [], \"empty\": {}, "
        "\"list\": [1, -9223372036854775808, true, false, null, {\"a\": [\"b\\nc\", []]}], "
        "\"zero\": 0, \"nested\": {\"deep\": {\"deeper\": [[]]}}}";
    struct json_writer to = {.sink = NULL};
    _cleanup_json_ json_t *json = NULL;
    _cleanup_free_ char *expected = NULL;

    CHECK_INT(json_parse(text, sizeof(text) - 1, "test", &json, NULL), 0);
    expected = dumped(json);
    json_write_object(&to, NULL);
    json_write_format(&to, "x", 3);
    json_write_array(&to, "none");
    json_write_end(&to);
    json_write_object(&to, "empty");
    json_write_end(&to);
    json_write_array(&to, "list");
    json_write_integer(&to, NULL, 1);
    json_write_integer(&to, NULL, INT64_MIN);
    json_write_bool(&to, NULL, true);
    json_write_bool(&to, NULL, false);
    json_write_null(&to, NULL);
    json_write_value(&to, NULL, json_array_get(json_object_get(json, "list"), 5));
    json_write_end(&to);
    json_write_integer(&to, "zero", 0);
    json_write_object(&to, "nested");
    json_write_members(&to, json_object_get(json, "nested"));
    json_write_end(&to);
    json_write_end(&to);
    CHECK_TEXT(to.text.data, expected);
    json_writer_done(&to);
}

struct taken {
    struct buffer text;
    size_t largest;
};

static void take(void *to, const char *text, size_t length)
{
    struct taken *taken = to;

    buffer_add(&taken->text, text, length);
    if (length > taken->largest)
        taken->largest = length;
}

/* A document longer than the writer's buffer. */
static void test_sink(void)
{
    enum { ROWS = 20000, GATHERED = 128 << 10 };
    struct taken taken = {.largest = 0};
    struct json_writer to = {.sink = take, .to = &taken};
    _cleanup_json_ json_t *json = NULL;

    json_write_object(&to, NULL);
    json_write_array(&to, "rows");
    for (int i = 0; i < ROWS; i++)
        json_write_text(&to, NULL, "a row of some length");
    json_write_end(&to);
    json_write_end(&to);
    json_writer_done(&to);
    CU_ASSERT(taken.largest < GATHERED);
    CHECK_INT(json_parse(taken.text.data, taken.text.length, "test", &json, NULL), 0);
    CHECK_INT(json_array_size(json_object_get(json, "rows")), ROWS);
    buffer_done(&taken.text);
}

int main(void)
{
    CU_TestInfo tests[] = {{"strings", test_strings},
                           {"document", test_document},
                           {"sink", test_sink},
                           CU_TEST_INFO_NULL};

    return cunit_run("json write", tests);
}
