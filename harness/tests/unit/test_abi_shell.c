/* SPDX-License-Identifier: Apache-2.0 */
/* abi/script/shell: which commands a script contains, on which lines, and what is not code. */
#include "abi/script/shell.h"
#include "cunit_run.h"

/* "LINE:word word|LINE:word", with "~" before a command whose failure is handled and "?" before one
 * that may not be executed. */
static char *commands_of(const struct shell_script *script)
{
    struct buffer text = {0};

    vec_foreach (command, &script->commands) {
        if (command->kind == SHELL_SIMPLE && command->words.count <= command->assignments)
            continue;
        buffer_format(&text, "%s%s%s%u:", text.length > 0 ? "|" : "",
                      (command->where & SHELL_HANDLED) != 0 ? "~" : "",
                      (command->where & (SHELL_BRANCH | SHELL_FUNCTION)) != 0 ? "?" : "",
                      command->line);
        for (size_t i = command->assignments; i < command->words.count; i++)
            buffer_format(&text, "%s%s", i > command->assignments ? " " : "",
                          command->words.items[i].text);
    }
    return buffer_steal(&text);
}

static const struct {
    const char *text, *commands;
} scripts[] = {
    {"", ""},
    {"# yum install x\n", ""},
    {"echo a # yum\nyum#b", "1:echo a|2:yum#b"},
    {"echo 'yum; x' \"a `b` $(c d)\"", "1:echo yum; x a `b` $(c d)|1:b|1:c d"},
    {"a \\\n b\nc", "1:a b|3:c"},
    {"cat <<E\nyum $(x) \\$(y)\nE\nz", "1:cat|2:x|4:z"},
    {"cat <<'E'\nyum $(x)\nE\nz", "1:cat|4:z"},
    {"cat <<-E\n\tyum\n\tE\nz", "1:cat|4:z"},
    {"cat <<A <<B\n1\nA\n2\nB\nz", "1:cat|6:z"},
    {"bash <<'E'\nyum\nE\n", "1:bash|2:yum"},
    {"sudo sh -s <<E\nyum\nE\n", "1:sudo sh -s|2:yum"},
    {"sh x.sh <<E\nyum\nE\n", "1:sh x.sh"},
    {"cat <<E | sh\nyum\nE\n", "1:cat|1:sh|2:yum"},
    {"x=$(cat <<E\nyum\nE\n)\ny", "1:cat|5:y"},
    {"a=1 b c=2", "1:b c=2"},
    {"a=(b $(c) # d\n e)\nf", "1:c|3:f"},
    {"if a; then b; elif c; then d; else e; fi", "~1:a|?1:b|~?1:c|?1:d|?1:e"},
    {"a && b || c; d", "~1:a|~?1:b|?1:c|1:d"},
    {"! a | b", "~1:a|~1:b"},
    {"for i in a $(b); do c; done", "1:i a $(b)|1:b|?1:c"},
    {"for ((i = 0; i < 3; i++)); do c; done", "?1:c"},
    {"while a; do b; done < f", "~1:a|?1:b"},
    {"case $x in (a|b) c ;; *) d;; esac", "1:$x a b *|?1:c|?1:d"},
    {"case x in esac", "1:x"},
    {"x=$(case a in b) c;; esac)", "1:a b|?1:c"},
    {"f() { a; }\nf", "?1:a|2:f"},
    {"function f-g { a; }", "?1:a"},
    {"[[ $x =~ ^(a|b c)$ && ( -f y || z < w ) ]] && q",
     "~1:$x =~ ^(a|b c)$ && ( -f y || z w )|?1:q"},
    {"echo $((1 + $(a) * (2)))", "1:echo $((1 + $(a) * (2)))|1:a"},
    {"echo $((a); b)", "1:echo $((a); b)|1:a|1:b"},
    {"((x++)); a", "1:a"},
    {"( (a); b )", "1:a|1:b"},
    {"diff <(a) >(b)", "1:diff $() $()|1:a|1:b"},
    {"echo ${x:-$(a)} \"${x:-it's}\" ${y#'}'} ${z%\"}\"}",
     "1:echo ${x:-$(a)} ${x:-it's} ${y#'}'} ${z%\"}\"}|1:a"},
    {"echo `a \\`b\\``", "1:echo `a \\`b\\``|1:a `b`|1:b"},
    {"echo $'a\\'b'; c", "1:echo a\\'b|1:c"},
    {"a 2>&1 >/dev/null &>x | b |& c &\nd", "1:a|1:b|1:c|2:d"},
    {"exec 3<>f {fd}>g", "1:exec"},
    {"echo @(a|b)!(c) [!x] ${a[@]} $# $$ $", "1:echo @(a|b)!(c) [!x] ${a[@]} $# $$ $"},
    {"time -p a; time", "1:a"},
    {"echo if then; if=1", "1:echo if then"},
    {"a\r\nb\r\n", "1:a|2:b"},
};

static void test_commands(void)
{
    for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
        _cleanup_shell_ struct shell_script script;
        _cleanup_free_ char *commands = NULL;

        shell_read(scripts[i].text, strlen(scripts[i].text), &script);
        commands = commands_of(&script);
        if (script.error != NULL)
            printf("\n%s: %s", scripts[i].text, script.error);
        CU_ASSERT_PTR_NULL(script.error);
        CHECK_TEXT(commands, scripts[i].commands);
    }
}

static void test_refused(void)
{
    static const struct {
        const char *text;
        unsigned line;
    } rows[] = {
        {"a\n'b", 2}, {"a\nb \"c", 2},    {"if a; then b", 1}, {"a\nfi", 2},      {"(a", 1},
        {"a)", 1},    {"case x in a", 1}, {"while a; do", 1},  {"a; ; b", 1},     {"f( { a; }", 1},
        {"a | ", 1},  {"a &&", 1},        {"echo $(a", 1},     {"if then fi", 1}, {"{ a", 1},
        {"a >", 1},   {"echo ${a", 1},    {"[[ a", 1},         {"x=(a", 1},       {"echo `a", 1},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_shell_ struct shell_script script;

        shell_read(rows[i].text, strlen(rows[i].text), &script);
        if (script.error == NULL)
            printf("\n%s: is accepted", rows[i].text);
        CU_ASSERT(script.error != NULL);
        CHECK_INT(script.error_line, rows[i].line);
    }
}

/* Nesting is limited instead of crashing, and the commands before the limit are returned. */
static void test_depth(void)
{
    static const char *const nests[] = {"$(", "(",   "`\\`", "${a:-", "$((",
                                        "{ ", "if ", "<(",   "a=("};

    for (size_t i = 0; i < sizeof(nests) / sizeof(nests[0]); i++) {
        _cleanup_shell_ struct shell_script script;
        _cleanup_buffer_ struct buffer text = {0};

        buffer_text(&text, "first\necho ");
        for (unsigned n = 0; n < 100000; n++)
            buffer_text(&text, nests[i]);
        shell_read(text.data, text.length, &script);
        CU_ASSERT(script.error != NULL || script.commands.count > 0);
        CHECK_TEXT(script.commands.items[0].words.items[0].text, "first");
    }
}

static void test_facts(void)
{
    static const char text[] = "set -eu\nalias ll='ls -l'\nf() { a; }\n"
                               "if b; then c; else exit 1; fi\ncase x in *) exit 2;; esac\n";
    _cleanup_shell_ struct shell_script script;

    shell_read(text, strlen(text), &script);
    CU_ASSERT(script.errexit);
    CU_ASSERT(strv_has(&script.functions, "f"));
    CU_ASSERT(strv_has(&script.aliases, "ll"));
    CHECK_INT(script.blocks.count, 4);
    CHECK_INT(script.blocks.items[0].kind, SHELL_BODY);
    CHECK_INT(script.blocks.items[0].function, 0);
    CHECK_INT(script.blocks.items[1].kind, SHELL_IF);
    CHECK_INT(script.blocks.items[1].otherwise.to - script.blocks.items[1].otherwise.from, 1);
    CHECK_INT(script.blocks.items[2].kind, SHELL_ARM);
    CHECK_INT(script.blocks.items[2].patterns.to, 2);
    CHECK_INT(script.blocks.items[3].kind, SHELL_DEFAULT);
}

int main(void)
{
    CU_TestInfo tests[] = {{"commands", test_commands},
                           {"refused", test_refused},
                           {"depth", test_depth},
                           {"facts", test_facts},
                           CU_TEST_INFO_NULL};

    return cunit_run("abi shell", tests);
}
