/* SPDX-License-Identifier: Apache-2.0 */
/* The scripts of the page select what `matrix --query` selects, and refuse what it refuses, in the
 * same column: the page's own facts and scripts, run by duk (Duktape), for some thousand queries.
 */
#include <unistd.h>

#include "base/error.h"
#include "base/path.h"
#include "judge/matrix.h"
#include "judge/select_matrix.h"
#include "run_touchstone.h"
#include "sample_matrix.h"

extern const char reports_query_js[];

enum { QUERIES = 2000 };
#define NOW 1790000000000

static const char *const fixed[] = {
    "status:fail",
    "kunpeng",
    "not status:pass",
    "case:persist not status:fail",
    "case:persist status!=fail",
    "count:1(status:fail)",
    "count:1(status:fail) status:fail",
    "count>=2(suite:redis)",
    "grade>=emulated and not verdict:compatible",
    "verdict<conditional",
    "finding:LIB_* severity:block",
    "finding:VERSION_* or severity>=high",
    "reason:\"*refused*\"",
    "age<7d",
    "age>1w attempts>1",
    "flaky:yes or partial:yes",
    "condition:flaky blame:host",
    "( kunpeng or phytium ) redis",
    "case:p\\ersist",
    "run:* state:ended",
    "",
    "statsu:fail",
    "status:fial",
    "status>pass",
    "(a",
    "a)",
    "a =b",
    "\"open",
    "count:x(a)",
    "count:1(count:1(a))",
    "count:1 a",
    "seq(a b)",
    "a and",
    "or a",
    "not",
    "\xe9\xb2\xb2\xe9\xb9\x8f status:fial",
    "change:new",
    "age:7d",
    "age<7y",
    "attempts>many",
    "finding:NO_SUCH_KIND",
    "finding>LIB_MISSING",
    "a\\",
    "grade>=*",
    "verdict:*comp*",
};

static const char *const pieces[] = {
    "status:fail",
    "status!=pass",
    "status:p*",
    "kunpeng",
    "phytium*",
    "suite:redis",
    "case:persist",
    "case:*",
    "blame:product",
    "blame!=none",
    "grade>=none",
    "verdict:*able",
    "finding:*",
    "severity>warn",
    "severity:block",
    "reason:*a*",
    "item:function",
    "flaky:no",
    "attempts<2",
    "image:\"*64\"",
    "not",
    "not",
    "and",
    "or",
    "or",
    "(",
    ")",
    "count:1(",
    "count>=2(",
    "count!=3(",
    "condition:*",
    "waived:no",
    "partial:yes",
    "label:*",
    "?unpeng",
};

static unsigned next(unsigned *seed)
{
    *seed = *seed * 1103515245u + 12345u;
    return *seed >> 16;
}

/* Words in any order: about half of them are queries. */
static char *make_query(unsigned *seed)
{
    struct buffer text = {0};
    unsigned count = 1 + next(seed) % 7, open = 0;

    for (unsigned i = 0; i < count; i++) {
        const char *piece = pieces[next(seed) % (sizeof(pieces) / sizeof(pieces[0]))];

        buffer_format(&text, "%s%s", i > 0 ? " " : "", piece);
        open += text_ends(piece, "(");
    }
    while (open-- > 0 && next(seed) % 8 > 0)
        buffer_text(&text, ")");
    return buffer_steal(&text);
}

static void make_queries(struct strv *queries)
{
    unsigned seed = 7;

    for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
        strv_add(queries, fixed[i]);
    while (queries->count < QUERIES)
        strv_take(queries, make_query(&seed));
}

/* The facts as the page has them. */
static char *facts_of_page(const char *home)
{
    static const char *const words[] = {"report", SAMPLE_RUN, "--format", "html", NULL};
    _cleanup_free_ char *page = NULL, *err = NULL;
    const char *facts, *end;

    CHECK_INT(run_touchstone(home, words, &page, &err), 0);
    facts = strstr(page, "id=\"facts\">");
    CU_ASSERT_FATAL(facts != NULL);
    facts += strlen("id=\"facts\">");
    end = strstr(facts, "</script>");
    CU_ASSERT_FATAL(end != NULL);
    return text_ndup(facts, (size_t)(end - facts));
}

static char *answers_of_page(const char *home, const struct strv *queries)
{
    static const char asks[] =
        "queries.forEach(function (text) {\n"
        "    try {\n"
        "        var shown = touchstoneQuery(facts, text, now);\n"
        "        print(facts.cells.filter(function (cell, i) { return shown[i]; }).map(\n"
        "            function (cell) { return cell.own.image + '/' + cell.own.platform + '/' +\n"
        "                cell.own.suite; }).sort().join(' '));\n"
        "    } catch (error) {\n"
        "        print('error: ' + error.message);\n"
        "    }\n"
        "});\n";
    _cleanup_free_ char *path = path_join(home, "ask.js"), *facts = facts_of_page(home);
    const char *const argv[] = {"duk", path, NULL};
    _cleanup_buffer_ struct buffer script = {0};
    json_t *list = json_array();
    char *text, *out = NULL;

    vec_foreach (query, queries)
        json_array_append_new(list, json_string(*query));
    text = json_dumps(list, 0);
    buffer_format(&script, "%s\nvar facts = %s, queries = %s, now = %lld;\n%s", reports_query_js,
                  facts, text, (long long)NOW, asks);
    json_decref(list);
    free(text);
    CU_ASSERT_FATAL(path_write_atomic(path, script.data, script.length, NULL) == 0);
    CU_ASSERT_FATAL(process_check(argv, 120000, &out, NULL) == 0);
    return out;
}

/* The page does not guess what was meant. */
static void cut_advice(char *text)
{
    char *advice = strchr(text, ';');

    if (advice != NULL)
        *advice = '\0';
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static char *answer(struct store *store, struct matrix *matrix, const char *text)
{
    const struct select_with with = {.now_ms = NOW};
    _cleanup_(query_done) struct query query = {.root = QUERY_NONE};
    _cleanup_error_ struct error *err = NULL;
    _cleanup_strv_ struct strv names = {0};

    if (query_parse(text, QUERY_MATRIX, &query, &err) < 0)
        return text_format("error: %s", error_message(err));
    CU_ASSERT_FATAL(select_matrix(store, &query, &with, matrix, NULL) == 0);
    for (size_t i = 0; i < matrix->cells.count; i++) {
        const struct cell_record *cell = &matrix->cells.items[i].cell;

        if (selection_shows(&matrix->selection, i))
            strv_take(&names, text_format("%s/%s/%s", cell->image, cell->platform, cell->suite));
    }
    if (names.count > 0)
        qsort(names.items, names.count, sizeof(names.items[0]), compare_names);
    return strv_join(&names, " ");
}

static void test_agreement(void)
{
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_folder_ char *home = sample_home(&store);
    _cleanup_(matrix_done) struct matrix matrix = {.cells = {0}};
    _cleanup_strv_ struct strv queries = {0}, answers = {0};
    _cleanup_free_ char *out = NULL;
    unsigned refused = 0, some = 0;

    make_queries(&queries);
    CU_ASSERT_FATAL(matrix_load(store, SAMPLE_RUN, &matrix, NULL) == 0);
    out = answers_of_page(home, &queries);
    for (char *line = out, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        *end = '\0';
        strv_add(&answers, line);
    }
    CU_ASSERT_EQUAL_FATAL(answers.count, queries.count);
    for (size_t i = 0; i < queries.count; i++) {
        _cleanup_free_ char *expected = answer(store, &matrix, queries.items[i]);

        if (text_starts(expected, "error: ")) {
            cut_advice(expected);
            cut_advice(answers.items[i]);
            refused++;
        }
        some += strchr(expected, ' ') != NULL;
        if (strcmp(expected, answers.items[i]) != 0)
            printf("\nquery '%s':", queries.items[i]);
        CHECK_TEXT(answers.items[i], expected);
    }
    CU_ASSERT(refused > QUERIES / 10 && some > QUERIES / 10 && refused < QUERIES * 9 / 10);
}

int main(void)
{
    CU_TestInfo tests[] = {{"the page and the program", test_agreement}, CU_TEST_INFO_NULL};

    return cunit_run("html_filter", tests);
}
