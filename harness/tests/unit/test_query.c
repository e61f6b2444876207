/* SPDX-License-Identifier: Apache-2.0 */
/* The query language: what parses, what is refused where, and that a printed query is the same one.
 */
#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "base/text.h"
#include "cunit_run.h"
#include "judge/diff.h"
#include "model/query.h"
#include "model/query_change.h"
#include "model/record.h"
#include "model/words.h"

static void test_printed(void)
{
    static const struct {
        const char *text;
        enum query_place place;
        const char *printed;
    } rows[] = {
        {"platform:phytium status:fail", QUERY_MATRIX, "platform:phytium status:fail"},
        {"platform : phytium and status : FAIL", QUERY_MATRIX, "platform:phytium status:FAIL"},
        {"count:1(status:fail)", QUERY_MATRIX, "count:1(status:fail)"},
        {"count >= 2 ( a or b )", QUERY_DIFF, "count>=2(a or b)"},
        {"seq(status:pass status:fail)", QUERY_HISTORY_CASE, "seq(status:pass status:fail)"},
        {"seq((a b) not c)", QUERY_RUNS, "seq((a b) not c)"},
        {"grade>=virtual", QUERY_MATRIX, "grade>=virtual"},
        {"a b c", QUERY_MATRIX, "a b c"},
        {"a (b c)", QUERY_MATRIX, "a (b c)"},
        {"(a b) c", QUERY_MATRIX, "(a b) c"},
        {"a or b c or d", QUERY_MATRIX, "a or b c or d"},
        {"(a or b) c", QUERY_MATRIX, "(a or b) c"},
        {"a or (b or c)", QUERY_MATRIX, "a or (b or c)"},
        {"not (a or b)", QUERY_MATRIX, "not (a or b)"},
        {"NOT not a AND b", QUERY_MATRIX, "not not a b"},
        {"((a))", QUERY_MATRIX, "a"},
        {"\"or\" \"count\" \"a b\" \"a:b\"", QUERY_MATRIX, "\"or\" \"count\" \"a b\" \"a:b\""},
        {"reason:\"*out of memory*\"", QUERY_MATRIX, "reason:\"*out of memory*\""},
        {"label:nightly:1", QUERY_MATRIX, "label:nightly:1"},
        {"label:\"\"", QUERY_MATRIX, "label:\"\""},
        {"reason:a\\ b", QUERY_MATRIX, "reason:a\\ b"},
        {"reason:\"say \\\"x\\\"\"", QUERY_MATRIX, "reason:\"say \\\"x\\\"\""},
        {"status:\"fail\"", QUERY_MATRIX, "status:fail"},
        {"age<7d attempts!=1", QUERY_RUNS, "age<7d attempts!=1"},
        {"finding:LIB_*", QUERY_MATRIX, "finding:LIB_*"},
        {"change:new signature:c4*", QUERY_DIFF, "change:new signature:c4*"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_(query_done) struct query query = {.root = QUERY_NONE}, again = query;
        _cleanup_free_ char *printed = NULL, *twice = NULL;
        struct error *err = NULL;

        if (query_parse(rows[i].text, rows[i].place, &query, &err) < 0) {
            printf("\n%s: %s\n", rows[i].text, error_message(err));
            error_free(err);
            CU_FAIL_FATAL("refused");
        }
        printed = query_print(&query);
        CHECK_TEXT(printed, rows[i].printed);
        CU_ASSERT_FATAL(query_parse(printed, rows[i].place, &again, NULL) == 0);
        twice = query_print(&again);
        CHECK_TEXT(twice, printed);
    }
}

static void test_refused(void)
{
    static const struct {
        const char *text;
        enum query_place place;
        const char *message;
    } rows[] = {
        {"", QUERY_MATRIX, "the query is empty"},
        {"  ", QUERY_MATRIX, "the query is empty"},
        {"suite:redis statsu:fail", QUERY_MATRIX,
         "column 13: unknown name 'statsu'; did you mean 'status'?"},
        {"status:fial", QUERY_MATRIX, "column 8: 'fial' is not a status; did you mean 'fail'?"},
        {"status:x", QUERY_MATRIX, "skip, done, pass, miss, error, fail"},
        {"verdict:compatibel", QUERY_MATRIX, "did you mean 'compatible'?"},
        {"blame:me", QUERY_MATRIX, "column 7: 'me' is not a responsible party"},
        {"grade>=reel", QUERY_MATRIX, "column 8: 'reel' is not a grade"},
        {"grade>*", QUERY_MATRIX, "needs one word"},
        {"status>pass", QUERY_MATRIX, "'status' has no order"},
        {"platform<a", QUERY_MATRIX, "'platform' has no order"},
        {"finding:LIB_MISING", QUERY_MATRIX, "did you mean 'LIB_MISSING'?"},
        {"attempts:many", QUERY_MATRIX, "'many' is not a number"},
        {"age<7", QUERY_RUNS, "'7' is not an age"},
        {"age:7d", QUERY_RUNS, "compare an age"},
        {"change:new", QUERY_MATRIX, "column 1: the name 'change' means nothing here"},
        {"status:fail", QUERY_HISTORY, "column 1: the name 'status' means nothing here"},
        {"waived:yes", QUERY_RUNS, "the name 'waived' means nothing here"},
        {"a count:1(b)", QUERY_RUNS, "column 3: count() means nothing here"},
        {"seq(a b)", QUERY_MATRIX, "column 1: seq() means nothing here"},
        {"seq(a)", QUERY_RUNS, "column 6: expected a term, such as status:fail, found ')'"},
        {"seq(a and b)", QUERY_RUNS, "column 7: write parentheses"},
        {"seq(a seq(b c))", QUERY_RUNS, "column 7: seq() inside"},
        {"count:1(count:1(a))", QUERY_MATRIX, "column 9: count() inside"},
        {"count:x(a)", QUERY_MATRIX, "column 7: 'x' is not a number of platforms"},
        {"count:1", QUERY_MATRIX, "expected '(' after count, found the end"},
        {"(a", QUERY_MATRIX, "column 3: expected ')', found the end"},
        {"a)", QUERY_MATRIX, "column 2: ')' without its '('"},
        {"a and", QUERY_MATRIX, "column 6: expected a term"},
        {"or a", QUERY_MATRIX, "column 1: expected a term"},
        {"not", QUERY_MATRIX, "column 4: expected a term"},
        {"\"a", QUERY_MATRIX, "column 1: the quote is not closed"},
        {"case:\xe8\xaf\x95 x:", QUERY_MATRIX, "column 8: unknown name 'x'"},
        {"case=a", QUERY_MATRIX, "column 5: '=' is not an operator; write NAME:VALUE"},
        {"!a", QUERY_MATRIX, "column 1: '!' is not an operator; write 'not'"},
        {"case:", QUERY_MATRIX, "column 6: expected a value after ':', found the end"},
        {":a", QUERY_MATRIX, "column 1: expected a term"},
        {"a\\", QUERY_MATRIX, "column 2: nothing follows the backslash"},
        {"a\x1b", QUERY_MATRIX, "column 2: a control character"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_(query_done) struct query query = {.root = QUERY_NONE};
        _cleanup_error_ struct error *err = NULL;

        CHECK_INT(query_parse(rows[i].text, rows[i].place, &query, &err), -EINVAL);
        CHECK_HAS(error_message(err), rows[i].message);
    }
}

static void test_bounds(void)
{
    _cleanup_buffer_ struct buffer deep = {0}, wide = {0}, large = {0};
    _cleanup_(query_done) struct query query = {.root = QUERY_NONE};

    for (int i = 0; i < 1000; i++) {
        buffer_text(&deep, "(");
        buffer_text(&wide, "a ");
        buffer_text(&large, "aaaa");
    }
    CHECK_INT(query_parse(deep.data, QUERY_MATRIX, &query, NULL), -EINVAL);
    CHECK_INT(query_parse(wide.data, QUERY_MATRIX, &query, NULL), -EINVAL);
    CHECK_INT(query_parse(large.data, QUERY_MATRIX, &query, NULL), -EINVAL);
}

static void test_patterns(void)
{
    static const struct {
        const char *pattern, *text;
        bool matches;
    } rows[] = {
        {"redis", "redis", true},   {"redis", "REDIS", true}, {"redis", "redis7", false},
        {"redis*", "redis7", true}, {"*", "", true},          {"", "", true},
        {"", "a", false},           {"?", "", false},         {"?", "\xe8\xaf\x95", true},
        {"a?c", "abc", true},       {"*b*d", "abcd", true},   {"*b*d", "abcde", false},
        {"a\\*", "a*", true},       {"a\\*", "ab", false},    {"[ab]", "a", false},
        {"**a**", "bab", true},     {"*ab", "aab", true},     {"a\\", "a\\", true},
    };
    _cleanup_buffer_ struct buffer stars = {0}, text = {0};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        CHECK_INT(query_pattern_matches(rows[i].pattern, rows[i].text), rows[i].matches);
    for (int i = 0; i < 500; i++) { /* hours with a matcher that goes back to every star */
        buffer_text(&stars, "*a");
        buffer_text(&text, "aa");
    }
    buffer_text(&stars, "b");
    CHECK_INT(query_pattern_matches(stars.data, text.data), false);
}

/* The words that the language has of its own are those of the enumerations. */
static void test_words(void)
{
    for (enum diff_change change = 0; change < DIFF_CHANGE_COUNT; change++)
        CHECK_TEXT(query_change_words.names[change], diff_change_name(change));
    CHECK_INT(QUERY_CHANGE_CASE_COUNT, DIFF_CHANGE_COUNT);
    for (enum run_state state = 0; state < RUN_STATE_COUNT; state++)
        CHECK_TEXT(query_names[QUERY_STATE].words->names[state], run_state_name(state));
    for (enum query_name name = 0; name < QUERY_NAME_COUNT; name++) {
        const struct words *words = query_names[name].words;

        CU_ASSERT(words == NULL || words->count <= 32);
    }
}

static void test_ranks(void)
{
    static const struct {
        const char *text;
        uint32_t words;
    } rows[] = {
        {"verdict>=conditional", 1 << VERDICT_CONDITIONAL | 1 << VERDICT_COMPATIBLE},
        {"verdict<conditional", 1 << VERDICT_INCOMPATIBLE | 1 << VERDICT_NOT_ASSESSED},
        {"verdict<=not-assessed", 1 << VERDICT_INCOMPATIBLE | 1 << VERDICT_NOT_ASSESSED},
        {"verdict:incompatible", 1 << VERDICT_INCOMPATIBLE},
        {"grade>=virtual", 1 << GRADE_VIRTUAL | 1 << GRADE_NATIVE},
        {"grade<emulated", 1 << GRADE_NONE | 1 << GRADE_REPORTED},
        {"grade<=reported", 1 << GRADE_NONE | 1 << GRADE_REPORTED},
        {"severity>HIGH", 1 << SEVERITY_UNKNOWN | 1 << SEVERITY_BLOCK},
        {"status:*e*", 1 << STATUS_ERROR | 1 << STATUS_DONE},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_(query_done) struct query query = {.root = QUERY_NONE};

        CU_ASSERT_FATAL(query_parse(rows[i].text, QUERY_MATRIX, &query, NULL) == 0);
        CHECK_INT(query.nodes.items[query.root].words, rows[i].words);
    }
}

/* The row of the page's table that has the name; NULL: none. The next lines are its values and its
 * verbs. */
static const char *find_row(const char *page, const char *name)
{
    for (const char *at = page; (at = strstr(at, "\n|  ")) != NULL;) {
        const char *names = at + 4;
        _cleanup_strv_ struct strv words = {0};
        _cleanup_free_ char *line = text_ndup(names, strcspn(names, "\n"));

        at = names;
        strv_split(&words, line, ", ");
        if (strv_has(&words, name))
            return names;
    }
    return NULL;
}

/* The manual page says where each name means something. */
static void test_page(void)
{
    static const struct {
        enum query_place place;
        const char *verb;
    } verbs[] = {{QUERY_MATRIX, "matrix"}, {QUERY_DIFF, "diff"}, {QUERY_RUNS, "runs"}};
    _cleanup_buffer_ struct buffer page = {0};

    CU_ASSERT_FATAL(
        path_read(TS_SOURCE_DIR "/harness/man/touchstone-query.7.scd", 1 << 20, &page, NULL) == 0);
    for (enum query_name name = 0; name < QUERY_NAME_COUNT; name++) {
        const char *row = find_row(page.data, query_names[name].name);
        _cleanup_free_ char *line = NULL;
        unsigned places = query_names[name].places, histories = 0;

        if (row == NULL)
            printf("\n%s", query_names[name].name);
        CU_ASSERT_FATAL(row != NULL);
        row = strchr(strchr(row, '\n') + 1, '\n') + 1;
        line = text_ndup(row, strcspn(row, "\n"));
        for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
            if (((places & verbs[i].place) != 0) != (strstr(line, verbs[i].verb) != NULL))
                printf("\n%s: %s", query_names[name].name, line);
            CHECK_INT(strstr(line, verbs[i].verb) != NULL, (places & verbs[i].place) != 0);
        }
        if (strstr(line, "history without --case") != NULL)
            histories = QUERY_HISTORY;
        else if (strstr(line, "history --case") != NULL)
            histories = QUERY_HISTORY_CASE;
        else if (strstr(line, "history") != NULL)
            histories = QUERY_HISTORY | QUERY_HISTORY_CASE;
        CHECK_INT(histories, places & (QUERY_HISTORY | QUERY_HISTORY_CASE));
    }
}

int main(void)
{
    CU_TestInfo tests[] = {{"printed", test_printed}, {"refused", test_refused},
                           {"bounds", test_bounds},   {"patterns", test_patterns},
                           {"words", test_words},     {"ranks", test_ranks},
                           {"page", test_page},       CU_TEST_INFO_NULL};

    return cunit_run("query", tests);
}
