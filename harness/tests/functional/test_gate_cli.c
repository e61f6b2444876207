/* SPDX-License-Identifier: Apache-2.0 */
/* `touchstone gate` on a real store: decisions, messages, and the decision as JUnit. */
#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <unistd.h>

#include "run_touchstone.h"
#include "sample_gate.h"

static int gate(const char *home, const char *const *more, char **ret_out, char **ret_err)
{
    const char *words[10] = {"gate", RUN};

    for (size_t i = 0; more != NULL && more[i] != NULL; i++)
        words[2 + i] = more[i];
    return run_touchstone(home, words, ret_out, ret_err);
}

static const char *const against[] = {"--baseline", BASELINE, NULL};

static void test_decisions(void)
{
    static const struct {
        const char *name;
        struct sample sample;
        int alone, compared; /* exit codes without and with the baseline */
        const char *text;    /* a part of what is printed with it */
    } rows[] = {
        {"whole", {.status = STATUS_PASS}, 0, 0, "PASSED"},
        {"a case fails", {.status = STATUS_FAIL}, 1, 1, "new  case 'two' fails"},
        {"a case is broken", {.status = STATUS_ERROR}, 2, 1, "new  case 'two' fails"},
        {"a case is skipped", {.status = STATUS_SKIP}, 2, 1, "missing  case 'two' has no outcome"},
        {"the harness broke", {.status = STATUS_MISS}, 2, 1, "missing  case 'two' has no outcome"},
        {"a cell is not planned",
         {.status = STATUS_PASS, .without_cell = true},
         0,
         1,
         "scope  the cell is not in the run"},
        {"a case is dropped",
         {.status = STATUS_PASS, .without_case = true},
         0,
         1,
         "missing  case 'two' has no outcome"},
        {"a case is left out", {.status = STATUS_PASS, .left_out = true}, 5, 1, "partial"},
        {"a case is optional now",
         {.status = STATUS_PASS, .optional = true},
         0,
         1,
         "2 of 2 planned cases judged, 1 required, emulated; in the baseline 2 of 2, 2 required"},
        {"a cell never ran",
         {.status = STATUS_PASS, .without_attempt = true},
         2,
         1,
         "not assessed"},
        {"another guest", {.status = STATUS_PASS, .wrong_guest = true}, 2, 1, "not assessed"},
        {"not ended", {.status = STATUS_PASS, .open = true}, 2, 2, "the run has not ended"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_folder_ char *home = temp_folder_new();
        _cleanup_free_ char *out = NULL, *err = NULL, *out2 = NULL, *err2 = NULL;
        int alone, compared;

        add_run(home, BASELINE, &whole);
        add_run(home, RUN, &rows[i].sample);
        alone = gate(home, NULL, &out, &err);
        compared = gate(home, against, &out2, &err2);
        if (alone != rows[i].alone || compared != rows[i].compared)
            printf("\n%s:", rows[i].name);
        CHECK_INT(alone, rows[i].alone);
        CHECK_INT(compared, rows[i].compared);
        CHECK_HAS(out2, rows[i].text);
        CHECK_TEXT(err2, "");
    }
}

/* The same run as its own baseline changes nothing. */
static void test_itself(void)
{
    static const char *const itself[] = {"--baseline", RUN, NULL};
    static const enum status statuses[] = {STATUS_PASS, STATUS_FAIL, STATUS_SKIP, STATUS_ERROR};

    for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
        _cleanup_folder_ char *home = temp_folder_new();
        _cleanup_free_ char *out = NULL, *err = NULL, *out2 = NULL, *err2 = NULL;
        const struct sample sample = {.status = statuses[i]};

        add_run(home, RUN, &sample);
        CHECK_INT(gate(home, NULL, &out, &err), gate(home, itself, &out2, &err2));
    }
}

/* What did not pass in the baseline is not investigated, and counted. */
static void test_unpassed(void)
{
    static const struct sample skipped = {.status = STATUS_SKIP}, failed = {.status = STATUS_FAIL};
    static const char *const more[] = {"--baseline", BASELINE, "--investigate", "--json", NULL};
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_free_ char *out = NULL, *err = NULL;

    add_run(home, BASELINE, &skipped);
    add_run(home, RUN, &failed);
    CHECK_INT(gate(home, more, &out, &err), 1);
    CHECK_HAS(out, "\"unpassed\": 1");
}

static double number(xmlDoc *document, const char *expression)
{
    xmlXPathContext *context = xmlXPathNewContext(document);
    xmlXPathObject *object = xmlXPathEvalExpression((const xmlChar *)expression, context);
    double value = object != NULL ? xmlXPathCastToNumber(object) : -1;

    xmlXPathFreeObject(object);
    xmlXPathFreeContext(context);
    return value;
}

/* The file says the same as the exit code, and counts what it contains. */
static void test_junit(void)
{
    static const struct {
        struct sample sample;
        int code, tests, failures, errors;
    } rows[] = {
        {{.status = STATUS_PASS}, 0, 3, 0, 0},
        {{.status = STATUS_FAIL}, 1, 3, 1, 0},
        {{.status = STATUS_SKIP}, 1, 3, 1, 0},
        {{.status = STATUS_PASS, .without_cell = true}, 1, 3, 1, 0},
        {{.status = STATUS_PASS, .open = true}, 2, 3, 0, 1},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_folder_ char *home = temp_folder_new();
        _cleanup_free_ char *path = path_join(home, "gate.xml"), *out = NULL, *err = NULL;
        const char *more[] = {"--baseline", BASELINE, "--output", path, NULL};
        xmlDoc *document;

        add_run(home, BASELINE, &whole);
        add_run(home, RUN, &rows[i].sample);
        CHECK_INT(gate(home, more, &out, &err), rows[i].code);
        document = xmlReadFile(path, NULL, XML_PARSE_NONET);
        CU_ASSERT_FATAL(document != NULL);
        CHECK_INT(number(document, "//testsuite/@tests"), rows[i].tests);
        CHECK_INT(number(document, "count(//testcase)"), rows[i].tests);
        CHECK_INT(number(document, "//testsuite/@failures"), rows[i].failures);
        CHECK_INT(number(document, "count(//testcase/failure)"), rows[i].failures);
        CHECK_INT(number(document, "//testsuite/@errors"), rows[i].errors);
        CHECK_INT(number(document, "count(//testcase/error)"), rows[i].errors);
        CHECK_INT(number(document, "count(//testcase[@name='a/phytium/probe'])"), 1);
        xmlFreeDoc(document);
    }
}

/* A decision that cannot be written is not printed either. */
static void test_unwritten(void)
{
    static const char *const more[] = {"-o", "/nonexistent/gate.xml", NULL};
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_free_ char *out = NULL, *err = NULL;

    add_run(home, RUN, &whole);
    CHECK_INT(gate(home, more, &out, &err), 64);
    CHECK_TEXT(out, "");
    CHECK_HAS(err, "cannot write the decision to '/nonexistent/gate.xml'");
}

/* What ran in another guest than the planned one says nothing of a case either. */
static void test_wrong_guest(void)
{
    static const struct sample wrong = {.status = STATUS_FAIL, .wrong_guest = true};
    static const char *const words[] = {"history", "phytium/probe", "--case", "two", NULL};
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_free_ char *out = NULL, *err = NULL;

    add_run(home, RUN, &wrong);
    CHECK_INT(run_touchstone(home, words, &out, &err), 0);
    CHECK_HAS(out, "no run says whether it is good");
}

static void test_evidence(void)
{
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_free_ char *path = NULL, *out = NULL, *err = NULL;
    char sha256[DIGEST_TEXT_SIZE];

    add_run(home, RUN, &whole);
    digest_of_memory("Linux version\n", 14, sha256);
    path = evidence_path(home, sha256);
    CHECK_INT(unlink(path), 0);
    CHECK_INT(gate(home, NULL, &out, &err), 2);
    CHECK_HAS(out, "the evidence is missing or damaged");
}

static void write_policy(const char *home, const char *rows, char **ret_path)
{
    _cleanup_free_ char *text =
        text_format("<policy name=\"mine\"><title>Mine</title>%s</policy>", rows);

    *ret_path = path_join(home, "mine.xml");
    CU_ASSERT_FATAL(path_write_atomic(*ret_path, text, strlen(text), NULL) == 0);
}

static void test_policies(void)
{
    static const struct {
        const char *rows;
        int code;
        const char *out, *err;
    } rows[] = {
        {"<cells/>", 0, "PASSED", ""},
        {"<cells verdict=\"compatible\"/>", 0, "PASSED", ""},
        {"<cells grade=\"virtual\"/>", 1, "the grade is emulated, and must be at least virtual",
         ""},
        {"<expect platform=\"hygon\"/>", 2, "*/hygon/*  the run has no such cell", ""},
        {"<expect platform=\"kun*\"/>", 0, "PASSED", ""},
        {"<baseline required=\"yes\"/>", 64, "", "policy 'mine' compares with earlier results"},
        {"<certified programme=\"opencloudos\" level=\"level-1\"/>", 2,
         "level 'level-1' of programme 'opencloudos' is not reached", ""},
        {"<certified programme=\"opencloudos\" level=\"level-1\" suite=\"redis\"/>", 2,
         "the run has no result for it", ""},
        {"<certified programme=\"opencloudos\" level=\"gold\"/>", 64, "",
         "mine.xml:1: programme 'opencloudos' has no level 'gold'; it has: level-1, level-2"},
        {"<certified programme=\"opencloud\" level=\"level-1\"/>", 64, "",
         "did you mean 'opencloudos'"},
        {"<certified programme=\"opencloudos\"/>", 64, "", "mine.xml:1"},
        {"<cells verdict=\"green\"/>", 64, "", "mine.xml:1"},
        {"<cells allow=\"partial moon\"/>", 64, "", "mine.xml:1"},
        {"<nothing/>", 64, "", "mine.xml:1"},
    };
    _cleanup_folder_ char *home = temp_folder_new();

    add_run(home, RUN, &whole);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_free_ char *path = NULL, *out = NULL, *err = NULL;
        const char *more[] = {"--policy", NULL, NULL};

        write_policy(home, rows[i].rows, &path);
        more[1] = path;
        CHECK_INT(gate(home, more, &out, &err), rows[i].code);
        CHECK_HAS(out, rows[i].out);
        CHECK_HAS(err, rows[i].err);
    }
}

static void test_lint(void)
{
    static const struct {
        const char *rows, *text; /* "": nothing is found */
    } rows[] = {
        {"<cells/><baseline/>", ""},
        {"<cells platform=\"kunpeng\"/><cells/>", ""},
        {"<cells/><cells platform=\"kunpeng\"/>", "this row never applies"},
        {"<cells platform=\"kun*\"/><cells platform=\"kunpeng\"/>", "this row never applies"},
        {"<cells platform=\"kunpeng\" suite=\"redis\"/><cells platform=\"kunpeng\"/>", ""},
        {"<cells verdict=\"compatible\" allow=\"flaky\"/>", "allow= has no effect"},
        {"<cells verdict=\"any\" allow=\"partial\"/>", "allow= has no effect"},
        {"<expect platform=\"kumpeng\"/>", "did you mean 'kunpeng'"},
        {"<cells suite=\"radis\"/>", "did you mean 'redis'"},
        {"<certified programme=\"opencloudos\" level=\"gold\"/>", "no level 'gold'"},
        {"<certified programme=\"opencloud\" level=\"level-1\"/>", "did you mean 'opencloudos'"},
        {"<certified programme=\"opencloudos\" level=\"level-1\"/>"
         "<certified programme=\"opencloudos\" level=\"level-1\" suite=\"redis\"/>",
         "line 1 demands the same"},
        {"<certified programme=\"opencloudos\" level=\"level-1\" suite=\"redis\"/>"
         "<certified programme=\"opencloudos\" level=\"level-1\"/>",
         ""},
        {"<baseline new=\"report\" missing=\"report\" flaky=\"report\" verdict=\"report\" "
         "scope=\"report\"/>",
         "a baseline refuses nothing"},
    };
    _cleanup_folder_ char *home = temp_folder_new();

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_free_ char *path = NULL, *out = NULL, *err = NULL;
        const char *words[] = {"policy", "lint", NULL, NULL};

        write_policy(home, rows[i].rows, &path);
        words[2] = path;
        CHECK_INT(run_touchstone(home, words, &out, &err), 0);
        CHECK_HAS(out, rows[i].text);
        if (rows[i].text[0] == '\0')
            CHECK_TEXT(out, "");
    }
}

/* Those that come with the program have no fault, and can be named. */
static void test_shipped(void)
{
    static const char *const list[] = {"policy", "list", NULL};
    static const char *const names[] = {"release", "strict", "opencloudos-level-1",
                                        "opencloudos-level-2"};
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_free_ char *out = NULL, *err = NULL;

    CHECK_INT(run_touchstone(home, list, &out, &err), 0);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const char *const words[] = {"policy", "lint", names[i], NULL};
        _cleanup_free_ char *notes = NULL, *said = NULL;

        CHECK_HAS(out, names[i]);
        CHECK_INT(run_touchstone(home, words, &notes, &said), 0);
        CHECK_TEXT(notes, "");
    }
}

static void test_messages(void)
{
    static const struct {
        const char *words[6];
        int code;
        const char *err;
    } rows[] = {
        {{"gate", "x"}, 64, "no run 'x'"},
        {{"gate", RUN, "--baseline", "x"}, 64, "no run 'x'"},
        {{"gate", RUN, "--policy", "releas"}, 64, "did you mean 'release'"},
        {{"gate", RUN, "--policy", "./none.xml"}, 64, "none.xml"},
        {{"gate", RUN, "--map", "a=b"}, 64, "--map needs --baseline"},
        {{"gate", RUN, "--policy", "strict"}, 64, "--baseline RUN"},
    };
    _cleanup_folder_ char *home = temp_folder_new();

    add_run(home, RUN, &whole);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_free_ char *out = NULL, *err = NULL;

        CHECK_INT(run_touchstone(home, rows[i].words, &out, &err), rows[i].code);
        CHECK_TEXT(out, "");
        CHECK_HAS(err, rows[i].err);
    }
}

int main(void)
{
    CU_TestInfo tests[] = {{"decisions", test_decisions},
                           {"against itself", test_itself},
                           {"not passed before", test_unpassed},
                           {"JUnit", test_junit},
                           {"unwritten", test_unwritten},
                           {"evidence that is gone", test_evidence},
                           {"another guest", test_wrong_guest},
                           {"policies", test_policies},
                           {"lint", test_lint},
                           {"shipped policies", test_shipped},
                           {"messages", test_messages},
                           CU_TEST_INFO_NULL};

    return cunit_run("gate_cli", tests);
}
