/* SPDX-License-Identifier: Apache-2.0 */
/* What the harness says, in Chinese: the table is whole, and every reason that a built-in probe
 * gives for a skip is in it. */
#include <ctype.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"
#include "cunit_run.h"
#include "model/programme.h"
#include "model/said.h"

/* Bit n: %n is in it. */
static unsigned parts_of(const char *pattern)
{
    unsigned parts = 0;

    for (const char *at = pattern; *at != '\0'; at++)
        if ((at[0] == '%' || at[0] == '#') && isdigit((unsigned char)at[1]))
            parts |= 1U << (at[1] - '0');
    return parts;
}

static void test_table(void)
{
    const char *english, *chinese;

    for (size_t i = 0; said_row(i, &english, &chinese); i++) {
        if (parts_of(english) != parts_of(chinese))
            printf("\n%s\n", english);
        CHECK_INT(parts_of(chinese), parts_of(english));
    }
}

static void test_said(void)
{
    static const char *const rows[][2] = {
        {"there is no ldd here", "系统没有 ldd"},
        {"it said: no such file", "it said: no such file"},
        {"not judged at this grade; it failed: answers (again) (1 of 3 failed)",
         "在该证据等级下不作判定；执行结果为失败：answers (again)（3 个测试点中 1 个失败）"},
        {"the worker was killed by signal 9 (Killed) while this case ran",
         "执行本用例期间：工作进程被信号 9（Killed）终止"},
        {"1/2: x (the unit is masked)", "1/2：x（该单元已被屏蔽（masked））"},
        {"exit code 3: it broke; not run: the job ended", "退出码 3：it broke；未执行：作业已结束"},
        {"record", "记录"},
        /* As a part, it may be a name. */
        {"guest 'record' ended", "虚拟机“record”已结束"},
        {"", ""},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_free_ char *zh = said_in(rows[i][0], LANGUAGE_ZH);
        _cleanup_free_ char *en = said_in(rows[i][0], LANGUAGE_EN);

        CHECK_TEXT(zh, rows[i][1]);
        CHECK_TEXT(en, rows[i][0]);
    }
    CU_ASSERT_PTR_NULL(said_in(NULL, LANGUAGE_ZH));
}

/* In a form: why an item is open; the names of cases stay as they are. */
static void test_note(void)
{
    static char record[] = "record", detail[] = "no process of the product runs, so nothing can be "
                                                "said of its ports";
    const struct programme_note skipped = {WHY_SKIPPED, record, detail};
    const struct programme_note nothing = {WHY_NO_EVIDENCE, record, NULL};
    _cleanup_free_ char *zh = programme_note_text(&skipped, LANGUAGE_ZH);
    _cleanup_free_ char *en = programme_note_text(&skipped, LANGUAGE_EN);
    _cleanup_free_ char *words = programme_note_text(&nothing, LANGUAGE_ZH);

    CHECK_TEXT(zh, "用例“record”被跳过：没有产品进程在运行，无法判断其端口");
    CHECK_TEXT(en, "case 'record' was skipped: no process of the product runs, so nothing can be "
                   "said of its ports");
    CHECK_TEXT(words, "没有相应的证据（记录）");
}

/* A text that would be matched in very many ways. */
static void test_hostile(void)
{
    _cleanup_buffer_ struct buffer text = {0};
    _cleanup_free_ char *zh = NULL;

    for (int i = 0; i < 2000; i++)
        buffer_text(&text, "1/2: (), ( of ");
    zh = said_in(text.data, LANGUAGE_ZH);
    CU_ASSERT(zh != NULL && strlen(zh) >= text.length);
}

/* The text in quotes from `at`, with every expansion of the shell as "7". */
static char *expanded(const char *at)
{
    struct buffer text = {0};
    char quote = *at++;

    for (int depth = 0; *at != '\0' && *at != '\n' && (*at != quote || depth > 0); at++) {
        if (at[0] == '\\' && depth == 0 && quote == '"') {
            buffer_add(&text, ++at, 1);
        } else if (at[0] == '$' && (at[1] == '(' || at[1] == '{') && quote == '"') {
            depth += ++at != NULL;
            if (depth == 1)
                buffer_text(&text, "7");
        } else if (depth > 0) {
            depth -= *at == ')' || *at == '}';
        } else if (at[0] == '$' && quote == '"') {
            buffer_text(&text, "7");
            while (isalnum((unsigned char)at[1]) || at[1] == '_')
                at++;
        } else {
            buffer_add(&text, at, 1);
        }
    }
    return buffer_steal(&text);
}

static size_t check_script(const char *name, const char *text)
{
    size_t checked = 0;

    for (const char *at = text; (at = strstr(at, "nothing ")) != NULL; at += 8) {
        _cleanup_free_ char *english = NULL, *chinese = NULL;

        if ((at[8] != '"' && at[8] != '\'') || (at > text && isalnum((unsigned char)at[-1])))
            continue;
        english = expanded(at + 8);
        chinese = said_in(english, LANGUAGE_ZH);
        if (strcmp(english, chinese) == 0)
            printf("\n%s: not in said.def: %s\n", name, english);
        CU_ASSERT(strcmp(english, chinese) != 0);
        checked++;
    }
    return checked;
}

static void test_probes(void)
{
    static const char folder[] = TS_SOURCE_DIR "/harness/probes";
    _cleanup_strv_ struct strv names = {0};
    size_t checked = 0;

    CU_ASSERT_FATAL(path_list(folder, &names, NULL) == 0);
    for (size_t i = 0; i < names.count; i++) {
        _cleanup_free_ char *path = path_join(folder, names.items[i]);
        _cleanup_buffer_ struct buffer text = {0};

        if (!text_ends(path, ".sh"))
            continue;
        CU_ASSERT_FATAL(path_read(path, 1 << 20, &text, NULL) == 0);
        checked += check_script(names.items[i], text.data);
    }
    CU_ASSERT(checked > 18);
}

int main(void)
{
    CU_TestInfo tests[] = {{"the table", test_table},   {"said", test_said},
                           {"a note", test_note},       {"hostile", test_hostile},
                           {"the probes", test_probes}, CU_TEST_INFO_NULL};

    return cunit_run("what is said", tests);
}
