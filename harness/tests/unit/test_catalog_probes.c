/* SPDX-License-Identifier: Apache-2.0 */
/* <probes>: which cases it becomes, where they stand, what is refused, and what a run's copy of the
 * suite contains. */
#include <stdlib.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/tree.h"
#include "catalog/catalog.h"
#include "catalog/lint.h"
#include "cunit_run.h"
#include "edited_file.h"
#include "model/result.h"
#include "probes/probes.h"
#include "temp_folder.h"

#define _cleanup_suite_ _cleanup_(suite_free_cleanup)
#define CLIENT "<guest name=\"client\"/>"
#define PACKAGES "<packages family=\"deb\">acme acme-tools</packages>\n"
#define ALL                                                                                        \
    "probe-install probe-state probe-commands probe-dependencies probe-privileges probe-defaults " \
    "probe-start probe-ports probe-tls probe-kill "                                                \
    "probe-stop probe-uninstall"

static char *home;

static void put(const char *folder, const char *name, mode_t mode, const char *text)
{
    _cleanup_free_ char *path = path_join(folder, name);

    CHECK_INT(path_write_atomic(path, text, strlen(text), NULL), 0);
    CHECK_INT(chmod(path, mode), 0);
}

/* A suite with this after <product>; its own cases all run the script 'own'. */
static char *make_suite(const char *rest)
{
    char *folder = path_join(home, "acme");
    _cleanup_free_ char *cases = path_join(folder, "cases");
    _cleanup_free_ char *text =
        text_format("<suite name=\"acme\"><title>Acme</title><title lang=\"zh\">产品</title>"
                    "<vendor>V</vendor><product>P</product>%s</suite>",
                    rest);

    path_remove_tree(folder, NULL);
    CHECK_INT(path_make_folders(folder, false, NULL), 0);
    if (strstr(rest, "<case") != NULL) {
        CHECK_INT(path_make_folders(cases, false, NULL), 0);
        put(cases, "own", 0755, "#!/bin/sh\nexit 0\n");
    }
    put(folder, "suite.xml", 0644, text);
    put(folder, "README.md", 0644, "# Acme\n");
    return folder;
}

#define OWN(id, item, rest)                                                                        \
    "<case id=\"" id "\" item=\"" item "\" run=\"own\"" rest "><title>T</title></case>"

/* The probes stand after what installs and before what uninstalls; the product is installed and
 * removed once. */
static void test_order(void)
{
    static const struct {
        const char *rest, *order;
    } rows[] = {
        {PACKAGES "<probes/>", ALL},
        {PACKAGES OWN("works", "function", ""), "works"},
        {PACKAGES "<probes/>" OWN("works", "function", ""),
         "probe-install probe-state probe-commands probe-dependencies probe-privileges "
         "probe-defaults works probe-start probe-ports probe-tls probe-kill "
         "probe-stop probe-uninstall"},
        /* With a second guest, it is scanned from there, before the installation, too. */
        {CLIENT PACKAGES "<probes/>",
         "probe-baseline probe-install probe-state probe-commands probe-dependencies "
         "probe-privileges probe-defaults probe-start probe-ports probe-scan probe-tls probe-kill "
         "probe-stop probe-uninstall"},
        {CLIENT PACKAGES "<probes/>" OWN("install", "install", " install=\"yes\""),
         "probe-baseline install probe-state probe-commands probe-dependencies probe-privileges "
         "probe-defaults probe-start probe-ports probe-scan probe-tls probe-kill probe-stop "
         "probe-uninstall"},
        {PACKAGES "<probes/>" OWN("install", "install", " install=\"yes\"")
             OWN("works", "function", "") OWN("uninstall", "uninstall", ""),
         "install probe-state probe-commands probe-dependencies probe-privileges probe-defaults "
         "works probe-start probe-ports probe-tls probe-kill "
         "probe-stop uninstall"},
        {PACKAGES "<probes/>" OWN("prepare", "extra", "") OWN("install", "install", "")
             OWN("more", "install", "") OWN("works", "function", ""),
         "prepare install more probe-state probe-commands probe-dependencies probe-privileges "
         "probe-defaults works probe-start probe-ports probe-tls "
         "probe-kill probe-stop probe-uninstall"},
        {PACKAGES "<probes/>" OWN("works", "function", "") OWN("gone", "uninstall", "")
             OWN("again", "uninstall", ""),
         "probe-install probe-state probe-commands probe-dependencies probe-privileges "
         "probe-defaults works probe-start probe-ports probe-tls probe-kill "
         "probe-stop gone again"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_free_ char *folder = make_suite(rows[i].rest);
        _cleanup_suite_ struct suite *suite = NULL;
        _cleanup_error_ struct error *err = NULL;
        _cleanup_strv_ struct strv ids = {0};
        _cleanup_free_ char *order = NULL;

        CHECK_INT(catalog_load_suite(folder, &suite, &err), 0);
        CHECK_TEXT(error_message(err), "no error");
        if (suite == NULL)
            continue;
        vec_foreach (row, &suite->cases)
            strv_add(&ids, row->id);
        order = strv_join(&ids, " ");
        CHECK_TEXT(order, rows[i].order);
    }
}

/* What looks before the installation is left out with it in a later attempt, and never alone. */
static void test_baseline(void)
{
    static const struct {
        const char *rest;
        bool install;
    } rows[] = {
        {CLIENT PACKAGES "<probes/>", true},
        {CLIENT PACKAGES "<probes/>" OWN("install", "install", " install=\"yes\""), true},
        {CLIENT PACKAGES "<probes/>" OWN("install", "install", ""), false},
        {CLIENT PACKAGES "<probes/>" OWN("prepare", "extra", "") OWN("install", "install", ""),
         false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_free_ char *folder = make_suite(rows[i].rest);
        _cleanup_suite_ struct suite *suite = NULL;

        CU_ASSERT_FATAL(catalog_load_suite(folder, &suite, NULL) == 0);
        CHECK_INT(suite_find_case(suite, "probe-baseline")->install, rows[i].install);
        CU_ASSERT(suite_find_case(suite, "probe-baseline")->in_client);
        CU_ASSERT(!suite_find_case(suite, "probe-scan")->install);
    }
}

/* What a probe needs, and what makes it optional. */
static void test_cases(void)
{
    _cleanup_free_ char *folder = make_suite(PACKAGES "<probes services=\"no\"/>" OWN(
        "one", "install", "") OWN("two", "install", "") OWN("works", "function", ""));
    _cleanup_suite_ struct suite *suite = NULL;
    _cleanup_(result_free_cleanup) struct result *with = result_new(), *without = result_new();
    const struct strv all = {0};
    const struct suite_case *kill;

    CHECK_INT(catalog_load_suite(folder, &suite, NULL), 0);
    kill = suite_find_case(suite, "probe-kill");
    CHECK_INT(kill->built_in, true);
    CHECK_INT(kill->required, false);
    CHECK_INT(kill->protocol, PROTOCOL_TAP);
    CHECK_INT(kill->needs.count, 2);
    CHECK_TEXT(kill->needs.items[1].value, "two");
    CHECK_INT(suite_find_case(suite, "probe-commands")->required, true);
    CHECK_INT(suite_find_case(suite, "probe-ports")->required, false);
    CHECK_INT(suite_find_case(suite, "probe-uninstall")->item, ITEM_UNINSTALL);
    CHECK_INT(suite_find_case(suite, "works")->built_in, false);
    result_expect_cases(with, suite, &all, false);
    result_expect_cases(without, suite, &all, true);
    CHECK_INT(with->cases.count, 14);
    CHECK_INT(without->cases.count, 3);
    suite_free(steal_ptr(suite));
    free(steal_ptr(folder));
    folder = make_suite(PACKAGES "<probes/>");
    CHECK_INT(catalog_load_suite(folder, &suite, NULL), 0);
    CHECK_INT(suite_find_case(suite, "probe-install")->install, true);
    CHECK_INT(suite_find_case(suite, "probe-kill")->required, true);
    suite_free(steal_ptr(suite));
    free(steal_ptr(folder));
    folder = make_suite(PACKAGES "<probes><port protocol=\"tcp\" number=\"1\"/></probes>");
    CHECK_INT(catalog_load_suite(folder, &suite, NULL), 0);
    CHECK_INT(suite_find_case(suite, "probe-ports")->required, true);
    CHECK_INT(suite_find_case(suite, "probe-ports")->item, ITEM_SECURITY);
}

static void test_messages(void)
{
    static const struct {
        const char *rest, *message; /* message NULL: it is taken */
    } rows[] = {
        {PACKAGES "<probes start=\"a\" stop=\"b\" load=\"c --d 'e f'\" answer=\"g\"/>", NULL},
        {PACKAGES "<probes packages=\"acme\"><command name=\"[\" help=\"-h\"/><service "
                  "name=\"x@1.service\" skip=\"why\"/></probes>",
         NULL},
        {PACKAGES "<probes><port protocol=\"udp\" number=\"53\" address=\"::1\" "
                  "service=\"a\"/></probes>",
         NULL},
        {PACKAGES "<probes ports=\"no\"/>", NULL},
        {PACKAGES "<probes ports=\"no\"><port protocol=\"tcp\" number=\"1\"/></probes>",
         "<port> although ports"},
        {PACKAGES "<probes><port protocol=\"tcp\" number=\"70000\"/></probes>", "number"},
        {PACKAGES "<probes><port protocol=\"sctp\" number=\"7\"/></probes>", "protocol"},
        {PACKAGES "<probes><port protocol=\"tcp\" number=\"7\" address=\"a b\"/></probes>",
         "address"},
        {PACKAGES "<probes start=\"a\"/>", "<probes> has start without stop"},
        {PACKAGES "<probes stop=\"a\"/>", "<probes> has stop without start"},
        {PACKAGES "<probes packages=\"acme other\"/>", "'other' is in no <packages>"},
        {"<probes/>", "<probes> without <packages> and without files/"},
        {PACKAGES "<probes><command name=\"a\" help=\"-h\"/><command name=\"a\" "
                  "help=\"-v\"/></probes>",
         "command 'a' is listed twice"},
        {PACKAGES "<probes><command name=\"a\"/></probes>", "command"},
        {PACKAGES "<probes><command name=\"a/b\" skip=\"x\"/></probes>", "name"},
        {PACKAGES "<probes><service name=\"a\"/></probes>", "service"},
        {PACKAGES "<probes/>" OWN("probe-kill", "function", ""),
         "case id 'probe-kill': ids that begin with 'probe-'"},
        {PACKAGES OWN("probe-kill", "function", ""),
         "case id 'probe-kill': ids that begin with 'probe-'"},
        {PACKAGES "<probes/><probes/>", "probes"},
        {PACKAGES, "suite.xml:"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_free_ char *folder = make_suite(rows[i].rest);
        _cleanup_suite_ struct suite *suite = NULL;
        _cleanup_error_ struct error *err = NULL;
        int code = catalog_load_suite(folder, &suite, &err);

        CHECK_INT(code < 0, rows[i].message != NULL);
        CHECK_HAS(error_message(err), rows[i].message != NULL ? rows[i].message : "no error");
    }
}

/* The copy contains scripts and settings, and says by itself that it has probes; a file of the user
 * by the name of a script is replaced, for it would decide what is proved. */
static void test_copy(void)
{
    _cleanup_free_ char *folder = make_suite(PACKAGES OWN(
        "works", "function", "") "<difference key=\"a\"><title>T</title></difference>");
    _cleanup_free_ char *copy = path_join(home, "copy"), *path = NULL, *settings = NULL;
    _cleanup_suite_ struct suite *suite = NULL, *again = NULL;
    _cleanup_buffer_ struct buffer text = {0}, said = {0};
    char first[DIGEST_TEXT_SIZE], second[DIGEST_TEXT_SIZE];
    _cleanup_error_ struct error *err = NULL;
    struct stat st;

    path = path_join(folder, "cases/probe-kill");
    put(folder, "cases/probe-kill", 0755, "#!/bin/sh\necho 1..1; echo ok 1\n");
    CHECK_INT(catalog_load_suite_probed(folder, true, NULL, &suite, &err), 0);
    CHECK_INT(tree_copy(folder, copy, &err), 0);
    CHECK_INT(catalog_write_probes(suite, copy, &err), 0);
    CHECK_TEXT(error_message(err), "no error");
    free(path);
    path = path_join(copy, "cases/probe-kill");
    CHECK_INT(path_read(path, 1 << 20, &text, NULL), 0);
    CHECK_HAS(text.data, "kill -9");
    CHECK_INT(stat(path, &st), 0);
    CHECK_INT(st.st_mode & 0111, 0111);
    settings = path_join(copy, "cases/probe-settings");
    CHECK_INT(path_read(settings, 1 << 20, &said, NULL), 0);
    CHECK_TEXT(said.data, "package\tdeb any\tacme\npackage\tdeb any\tacme-tools\n");
    CHECK_INT(catalog_load_suite(copy, &again, &err), 0);
    CHECK_INT(again != NULL && again->probes.wanted, true);
    CHECK_INT(again != NULL ? again->cases.count : 0, suite->cases.count);
    /* The digest of the suite depends on them, and only on them. */
    CHECK_INT(tree_digest(copy, first, NULL), 0);
    CHECK_INT(catalog_write_probes(suite, copy, NULL), 0);
    CHECK_INT(tree_digest(copy, second, NULL), 0);
    CHECK_TEXT(first, second);
    put(copy, "cases/probe-lib.sh", 0755, "# changed\n");
    CHECK_INT(tree_digest(copy, second, NULL), 0);
    CHECK_INT(strcmp(first, second) == 0, false);
}

static bool lint_says(const char *folder, const char *part, bool *ret_error)
{
    _cleanup_(lint_done) struct lint lint = {0};

    CHECK_INT(catalog_lint_suite(folder, &lint, NULL), 0);
    *ret_error = lint.errors > 0;
    vec_foreach (note, &lint.notes)
        if (strstr(note->text, part) != NULL)
            return true;
    return false;
}

static void test_lint(void)
{
    _cleanup_free_ char *folder = make_suite(PACKAGES "<probes load=\"a\"/>");
    bool error;

    CHECK_INT(lint_says(folder, "", &error), false);
    free(folder);
    folder = make_suite(PACKAGES "<probes/>");
    CHECK_INT(lint_says(folder, "<probes> without load", &error), true);
    CHECK_INT(error, false);
    free(folder);
    folder = make_suite(PACKAGES "<probes load=\"a\"/>" OWN("works", "function", ""));
    put(folder, "cases/probe-stop", 0755, "#!/bin/sh\nexit 0\n");
    CHECK_INT(lint_says(folder, "has the name of one of the built-in probes", &error), true);
    CHECK_INT(error, true);
}

int main(void)
{
    CU_TestInfo tests[] = {{"where the probes stand", test_order},
                           {"what they are", test_cases},
                           {"before the installation", test_baseline},
                           {"each message", test_messages},
                           {"the copy of a run", test_copy},
                           {"lint", test_lint},
                           CU_TEST_INFO_NULL};
    int code;

    home = temp_folder_new();
    setenv("TOUCHSTONE_HOME", home, 1);
    setenv("TOUCHSTONE_DATA", TS_SOURCE_DIR, 1);
    code = cunit_run("catalog_probes", tests);
    temp_folder_remove(&home);
    return code;
}
