/* SPDX-License-Identifier: Apache-2.0 */
/* What differs between two runs beside their results. */
#include "base/digest.h"
#include "judge/diff.h"

#include "cunit_run.h"

static void add_input(struct run_record *run, const char *kind, const char *name, const char *text)
{
    struct run_input *input = vec_add(&run->inputs);

    input->kind = text_dup(kind);
    input->name = text_dup(name);
    input->path = text_dup("inputs/x");
    digest_of_memory(text, strlen(text), input->sha256);
}

static void add_fact(struct run_record *run, const char *key, const char *value)
{
    struct host_fact *fact = vec_add(&run->host);

    fact->key = text_dup(key);
    fact->value = text_dup(value);
}

/* "image os: 1 2; host kernel: a -": whether each side has it. */
static char *describe(const struct diff_context *context)
{
    struct buffer text = {0};

    vec_foreach (row, context)
        buffer_format(&text, "%s%s %s: %s %s", text.length > 0 ? "; " : "", row->kind, row->name,
                      row->before != NULL ? "before" : "-", row->after != NULL ? "after" : "-");
    return text.length > 0 ? buffer_steal(&text) : text_dup("nothing");
}

static void test_rows(void)
{
    static const struct {
        const char *old[2], *new[2]; /* kind/name, content */
        const char *map[2];
        const char *expected;
    } rows[] = {
        {{"suite/s", "1"}, {"suite/s", "1"}, {NULL}, "nothing"},
        {{"suite/s", "1"}, {"suite/s", "2"}, {NULL}, "suite s: before after"},
        {{"suite/s", "1"}, {"suite/t", "1"}, {NULL}, "suite s: before -; suite t: - after"},
        {{"suite/s", "1"}, {"platform/s", "1"}, {NULL}, "suite s: before -; platform s: - after"},
        {{"image/a", "1"}, {"image/b", "2"}, {NULL}, "image a: before -; image b: - after"},
        {{"image/a", "1"}, {"image/b", "2"}, {"a", "b"}, "image b: before after"},
        {{"image/a", "1"}, {"image/b", "1"}, {"a", "b"}, "nothing"},
        {{"suite/a", "1"}, {"suite/b", "1"}, {"a", "b"}, "suite a: before -; suite b: - after"},
        {{"host/accelerator.a", "tcg"}, {"host/accelerator.b", "tcg"}, {"a", "b"}, "nothing"},
        {{"host/accelerator.a", "tcg"},
         {"host/accelerator.b", "kvm"},
         {"a", "b"},
         "host accelerator.b: before after"},
        {{"host/kernel", "6.1"}, {"host/kernel", "6.1"}, {NULL}, "nothing"},
        {{"host/kernel", "6.1"}, {"host/kernel", "6.2"}, {NULL}, "host kernel: before after"},
        {{"host/kernel", "6.1"},
         {"host/qemu", "6.1"},
         {NULL},
         "host kernel: before -; host qemu: - after"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_(run_record_done) struct run_record before = {0}, after = {0};
        _cleanup_(diff_context_done) struct diff_context context = {0};
        const struct diff_image image = {rows[i].map[0], rows[i].map[1]};
        const char *const *sides[] = {rows[i].old, rows[i].new};
        struct run_record *runs[] = {&before, &after};
        _cleanup_free_ char *text = NULL;

        for (int side = 0; side < 2; side++) {
            _cleanup_strv_ struct strv words = {0};

            strv_split(&words, sides[side][0], "/");
            if (strcmp(words.items[0], "host") == 0)
                add_fact(runs[side], words.items[1], sides[side][1]);
            else
                add_input(runs[side], words.items[0], words.items[1], sides[side][1]);
        }
        diff_context_of(&before, &after, &image, image.before != NULL, &context);
        text = describe(&context);
        CHECK_TEXT(text, rows[i].expected);
    }
}

int main(void)
{
    CU_TestInfo tests[] = {{"rows", test_rows}, CU_TEST_INFO_NULL};

    return cunit_run("diff_context", tests);
}
