/* SPDX-License-Identifier: Apache-2.0 */
/* Suites: what the loader accepts and rejects, lint, and the suite made by `suite new`. */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "catalog/catalog.h"
#include "catalog/find.h"
#include "catalog/get.h"
#include "catalog/lint.h"
#include "cunit_run.h"
#include "edited_file.h"
#include "job/limits.h"
#include "model/result.h"
#include "temp_folder.h"

#define _cleanup_suite_ _cleanup_(suite_free_cleanup)

static char *home;

static const char sound[] =
    "<suite name=\"sound\" memory-mib=\"512\">\n"
    "<title>Sound</title>\n"
    "<title lang=\"zh\">健全</title>\n"
    "<vendor>V</vendor>\n"
    "<product>P</product>\n"
    "<packages family=\"deb\">a b</packages>\n"
    "<packages family=\"deb\" arch=\"aarch64\">c</packages>\n"
    "<case id=\"install\" item=\"install\" timeout=\"90\">\n"
    "<title>One</title>\n"
    "</case>\n"
    "<case id=\"two\" item=\"performance\" protocol=\"tap\" run=\"two.sh\" "
    "required=\"no\" judge=\"native\" restarts=\"yes\">\n"
    "<title>Two</title>\n"
    "<needs case=\"install\"/>\n"
    "<needs feature=\"atomics\"/>\n"
    "<needs arch=\"aarch64\"/>\n"
    "</case>\n"
    "<case id=\"uninstall\" item=\"uninstall\"><title>Three</title></case>\n"
    "</suite>\n";

static const char paired[] =
    "<suite name=\"sound\">\n"
    "<title>Sound</title>\n"
    "<title lang=\"zh\">健全</title>\n"
    "<vendor>V</vendor>\n"
    "<product>P</product>\n"
    "<guest name=\"client\"/>\n"
    "<case id=\"install\" item=\"install\"><title>One</title></case>\n"
    "<case id=\"two\" item=\"function\" run=\"two.sh\" guest=\"client\"><title>Two</title>"
    "</case>\n"
    "<case id=\"uninstall\" item=\"uninstall\"><title>Three</title></case>\n"
    "</suite>\n";

static void put(const char *folder, const char *name, mode_t mode, const char *text)
{
    _cleanup_free_ char *path = path_join(folder, name);

    unlink(path);
    CHECK_INT(path_write_atomic(path, text, strlen(text), NULL), 0);
    CHECK_INT(chmod(path, mode), 0);
}

/* A folder with the suite above. */
static char *suite_folder(void)
{
    char *folder = path_join(home, "sound");
    _cleanup_free_ char *cases = path_join(folder, "cases");

    path_remove_tree(folder, NULL);
    CHECK_INT(path_make_folders(cases, false, NULL), 0);
    put(folder, "suite.xml", 0644, sound);
    put(folder, "README.md", 0644, "# Sound\n");
    put(cases, "install", 0755, "#!/bin/sh\nexit 0\n");
    put(cases, "two.sh", 0755, "#!/bin/bash\nexit 0\n");
    put(cases, "uninstall", 0755, "#!/usr/bin/env bash\nexit 0\n");
    return folder;
}

static void test_loads(void)
{
    _cleanup_free_ char *folder = suite_folder();
    _cleanup_suite_ struct suite *suite = NULL;
    _cleanup_error_ struct error *err = NULL;
    _cleanup_strv_ struct strv names = {0};
    const struct suite_case *two;

    CHECK_INT(catalog_load_suite(folder, &suite, &err), 0);
    CHECK_TEXT(error_message(err), "no error");
    CHECK_TEXT(suite->title_zh, "健全");
    CHECK_INT(suite->guests, 1);
    CHECK_INT(suite->memory_mib, 512);
    CHECK_INT(suite->cases.count, 3);
    CHECK_TEXT(suite->cases.items[0].run, "install");
    CHECK_INT(suite->cases.items[0].timeout_s, 90);
    CHECK_INT(suite->cases.items[0].required, true);
    CHECK_INT(suite->cases.items[2].timeout_s, 60);
    two = suite_find_case(suite, "two");
    CHECK_TEXT(two->run, "two.sh");
    CHECK_INT(two->protocol, PROTOCOL_TAP);
    CHECK_INT(two->item, ITEM_PERFORMANCE);
    CHECK_INT(two->required, false);
    CHECK_INT(two->native_only, true);
    CHECK_INT(two->restarts, true);
    CHECK_INT(suite->cases.items[0].restarts, false);
    CHECK_INT(two->needs.count, 3);
    CHECK_INT(two->needs.items[1].kind, NEED_FEATURE);
    CHECK_TEXT(two->needs.items[1].value, "atomics");
    CHECK_INT(two->needs.items[2].kind, NEED_ARCH);
    suite_packages_for(suite, "deb", ARCH_AARCH64, &names);
    CHECK_INT(names.count, 3);
    strv_done(&names);
    names = (struct strv){0};
    suite_packages_for(suite, "deb", ARCH_X86_64, &names);
    CHECK_INT(names.count, 2);
}

/* Cases say where they run, and records carry it; with one guest, neither does. */
static void test_client(void)
{
    _cleanup_free_ char *folder = suite_folder(), *path = path_join(folder, "suite.xml");
    _cleanup_suite_ struct suite *suite = NULL, *alone = NULL;
    _cleanup_error_ struct error *err = NULL;
    _cleanup_(result_free_cleanup) struct result *result = result_new();
    _cleanup_(result_free_cleanup) struct result *single = result_new();
    const struct strv all = {0};
    int64_t with;

    CHECK_INT(catalog_load_suite(folder, &alone, &err), 0);
    result_expect_cases(single, alone, &all, false);
    CHECK_TEXT(single->cases.items[1].guest, NULL);
    edited_text(paired, path, "item=\"install\"", "item=\"install\" guest=\"server\"");
    CHECK_INT(catalog_load_suite(folder, &suite, &err), 0);
    CHECK_TEXT(error_message(err), "no error");
    if (suite == NULL)
        return;
    CHECK_INT(suite->client, true);
    CHECK_INT(suite->cases.items[0].in_client, false);
    CHECK_INT(suite->cases.items[1].in_client, true);
    CHECK_INT(suite->cases.items[2].in_client, false);
    result_expect_cases(result, suite, &all, false);
    CHECK_TEXT(result->cases.items[0].guest, "server");
    CHECK_TEXT(result->cases.items[1].guest, "client");
    CHECK_TEXT(result->cases.items[2].guest, "server");
    /* What a case measures is added to its time, and not scaled. */
    suite->cases.items[0].rounds = 3;
    suite->cases.items[0].minutes = 15;
    CHECK_INT(limits_measured_ms(&suite->cases.items[0], 0, 0), 45 * 60000);
    CHECK_INT(limits_measured_ms(&suite->cases.items[0], 1, 2), 2 * 60000);
    CHECK_INT(limits_measured_ms(&suite->cases.items[1], 1, 2), 0);
    suite->cases.items[0].phases = true;
    CHECK_INT(limits_measured_ms(&suite->cases.items[0], 1, 2), 6 * 60000);
    suite->cases.items[0].phases = false;
    CHECK_INT(limits_cell_ms(suite, 10, 0, 0) - limits_cell_ms(suite, 10, 1, 1), 44 * 60000);
    /* Its time includes another start. */
    with = limits_cell_ms(suite, 1, 0, 0);
    suite->client = false;
    CU_ASSERT(with > limits_cell_ms(suite, 1, 0, 0) + 60 * 1000);
}

static void test_client_messages(void)
{
    static const struct {
        const char *from, *to, *message;
    } rows[] = {
        {"<guest name=\"client\"/>\n", "",
         "case 'two' runs in guest 'client', which the suite does not ask for"},
        {"guest=\"client\"", "guest=\"cleint\"",
         "which the suite does not have (the closest is 'client')"},
        {"guest=\"client\"", "guest=\"servre\"", "(the closest is 'server')"},
        {"guest=\"client\"", "guest=\"client\" restarts=\"yes\"", "cannot have restarts"},
        {"guest=\"client\"", "guest=\"client\" probe=\"yes\"", "cannot run in guest 'client'"},
        {"item=\"uninstall\"", "item=\"uninstall\" guest=\"client\"",
         "case 'uninstall' cannot run in guest 'client'"},
        {"<guest name=\"client\"/>", "<guest name=\"third\"/>", "suite.xml:"},
    };
    _cleanup_free_ char *folder = suite_folder(), *path = path_join(folder, "suite.xml");

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_suite_ struct suite *suite = NULL;
        _cleanup_error_ struct error *err = NULL;

        edited_text(paired, path, rows[i].from, rows[i].to);
        CU_ASSERT(catalog_load_suite(folder, &suite, &err) < 0);
        CHECK_HAS(error_message(err), rows[i].message);
    }
}

/* A client guest that no case runs in. */
static void test_lint_client(void)
{
    _cleanup_free_ char *folder = suite_folder(), *path = path_join(folder, "suite.xml");
    _cleanup_(lint_done) struct lint lint = {0};
    bool told = false;

    edited_text(paired, path, "guest=\"client\"", "");
    CHECK_INT(catalog_lint_suite(folder, &lint, NULL), 0);
    vec_foreach (note, &lint.notes)
        told |= strstr(note->text, "without a case that runs there") != NULL;
    CHECK_INT(told, true);
}

/* What the suite says of differences; each wrong form has a message. */
static void test_differences(void)
{
    static const struct {
        const char *rules, *message; /* message NULL: it is taken */
    } rows[] = {
        {"<difference key=\"a.*\"><title>T</title></difference>", NULL},
        {"<difference key=\"a\" within=\"2.5%\" is=\"breaking\"><title>T</title></difference>",
         NULL},
        {"<difference key=\"a\" across=\"arch\"><title>T</title></difference>", NULL},
        {"<difference key=\"*\" is=\"breaking\"><title>T</title></difference>", NULL},
        {"<difference key=\"*\"><title>T</title></difference>", "matches every observation"},
        {"<difference point=\"a b *\" across=\"arch\"><title>T</title></difference>", NULL},
        {"<difference point=\"*\"><title>T</title></difference>", "matches every point"},
        {"<difference point=\"a\" is=\"breaking\"><title>T</title></difference>",
         "one that fails is always breaking"},
        {"<difference point=\"a\" key=\"b\"><title>T</title></difference>", "difference"},
        {"<difference key=\"a\"/>", "difference"},
        {"<difference key=\"a b\"><title>T</title></difference>", "key"},
        {"<difference key=\"a\" within=\"-1\"><title>T</title></difference>", "within"},
        {"<difference key=\"a\" within=\"1e3\"><title>T</title></difference>", "within"},
        {"<difference key=\"a\" within=\"1\" is=\"expected\"><title>T</title></difference>",
         "a larger difference is to review"},
        {"<difference key=\"a\" across=\"vendor\"><title>T</title></difference>",
         "across=arch|platform|image"},
        {"<output case=\"two\"/>", NULL},
        {"<output case=\"two\"><replace match=\"[0-9]+ ms\" with=\"N ms\"/></output>", NULL},
        {"<output case=\"tow\"/>", "case 'tow', which the suite does not have"},
        {"<output case=\"two\"/><output case=\"two\"/>", "a second <output>"},
        {"<output case=\"two\"><replace match=\"[0-9\" with=\"\"/></output>",
         "match '[0-9' is no extended regular expression"},
        {"<output case=\"two\"><replace match=\"(a)\\1\" with=\"\"/></output>",
         "refers to a group"},
        {"<output case=\"two\"><replace match=\"x*\" with=\"\"/></output>",
         "matches nothing at all"},
    };
    _cleanup_free_ char *folder = suite_folder(), *path = path_join(folder, "suite.xml");

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_free_ char *to = text_format("%s</suite>", rows[i].rules);
        _cleanup_suite_ struct suite *suite = NULL;
        _cleanup_error_ struct error *err = NULL;
        int code;

        edited_text(sound, path, "</suite>", to);
        code = catalog_load_suite(folder, &suite, &err);
        if ((code == 0) != (rows[i].message == NULL))
            printf("\n%s: %s\n", rows[i].rules, error_message(err));
        CHECK_INT(code == 0, rows[i].message == NULL);
        if (rows[i].message != NULL)
            CHECK_HAS(error_message(err), rows[i].message);
    }
}

/* A suite with two guests loads; the planner refuses it, with a reason in the cell. */
static void test_two_guests(void)
{
    _cleanup_free_ char *folder = suite_folder(), *path = path_join(folder, "suite.xml");
    _cleanup_suite_ struct suite *suite = NULL;

    edited_text(sound, path, "memory-mib", "guests=\"2\" memory-mib");
    CHECK_INT(catalog_load_suite(folder, &suite, NULL), 0);
    CHECK_INT(suite->guests, 2);
}

static void test_messages(void)
{
    static const struct {
        const char *from, *to, *message;
    } rows[] = {
        {"id=\"two\"", "id=\"install\"", "suite.xml:11: duplicate case 'install'"},
        {"run=\"two.sh\"", "run=\"tow.sh\"", "cases/tow.sh' does not exist"},
        {"run=\"two.sh\"", "run=\"../two.sh\"", "it has id=\"two\""},
        {"run=\"two.sh\"", "run=\"/bin/sh\"", "suite.xml:11: "},
        {"<needs case=\"install\"/>", "<needs case=\"instal\"/>",
         "needs case 'instal', which does not come before it (the closest is 'install')"},
        {"<needs case=\"install\"/>", "<needs case=\"two\"/>", "which does not come before it"},
        {"<needs case=\"install\"/>", "<needs case=\"uninstall\"/>", "does not come before it"},
        {"<needs arch=\"aarch64\"/>", "<needs arch=\"sparc\"/>", "it has arch=\"sparc\""},
        {"item=\"performance\"", "item=\"speed\"", "item=install|function|performance|"},
        {"protocol=\"tap\"", "protocol=\"subunit\"", "protocol=exit|tap|tap-documents|junit"},
        {"timeout=\"90\"", "timeout=\"90s\"", "it has id=\"install\""},
        {"timeout=\"90\"", "timeout=\"0\"", "suite.xml:8: timeout '0'"},
        {"required=\"no\"", "required=\"maybe\"", "required=yes|no"},
        {"restarts=\"yes\"", "restarts=\"often\"", "restarts=yes|no"},
        {"timeout=\"90\"", "timeout=\"90\" install=\"maybe\"", "install=yes|no"},
        {"timeout=\"90\"", "install=\"yes\" restarts=\"yes\"", "starts its guest again"},
        {"timeout=\"90\"", "install=\"yes\" required=\"no\"", "it is not required"},
        {"timeout=\"90\"", "install=\"yes\" judge=\"native\"", "it is not required"},
        {"restarts=\"yes\"", "install=\"yes\"", "its item is not 'install'"},
        {"item=\"uninstall\"", "item=\"install\" install=\"yes\"",
         "case 'uninstall' cannot have install=\"yes\": a case before it"},
        {"<vendor>V</vendor>\n", "", "Did not expect element product there"},
        {"family=\"deb\" arch", "family=\"apk\" arch", "family=deb|rpm"},
        {">a b<", ">a;reboot<", "<packages> takes"},
        {"name=\"sound\"", "name=\"So und\"", "it has name=\"So und\""},
    };
    _cleanup_free_ char *folder = suite_folder(), *path = path_join(folder, "suite.xml");

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_suite_ struct suite *suite = NULL;
        _cleanup_error_ struct error *err = NULL;
        int code;

        edited_text(sound, path, rows[i].from, rows[i].to);
        code = catalog_load_suite(folder, &suite, &err);
        if (code == 0)
            printf("\n'%s' was taken\n", rows[i].to);
        CU_ASSERT(code == -EBADMSG || code == -EINVAL || code == -ERANGE);
        CHECK_HAS(error_message(err), rows[i].message);
        CHECK_HAS(error_message(err), "suite.xml:");
    }
}

/* Requirements for a case's script. */
static void test_scripts(void)
{
    enum { LINK, FOLDER, PLAIN, EMPTY, IDLE, FIFO, LOGIN, COUNT };
    static const char *const messages[COUNT] = {
        "is a symbolic link", "not a regular file", "is not executable: chmod +x", "has no command",
        "has no command",     "not a regular file", "has '-l': the shell"};

    for (int kind = 0; kind < COUNT; kind++) {
        _cleanup_free_ char *folder = suite_folder(), *path = path_join(folder, "cases/two.sh");
        _cleanup_suite_ struct suite *suite = NULL;
        _cleanup_error_ struct error *err = NULL;

        CHECK_INT(unlink(path), 0);
        if (kind == LINK)
            CHECK_INT(symlink("/bin/true", path), 0);
        if (kind == FOLDER)
            CHECK_INT(mkdir(path, 0755), 0);
        if (kind == PLAIN)
            put(folder, "cases/two.sh", 0644, "#!/bin/sh\n");
        if (kind == EMPTY)
            put(folder, "cases/two.sh", 0755, "");
        if (kind == IDLE)
            put(folder, "cases/two.sh", 0755, "#!/bin/sh\n\n  # to be written\n");
        if (kind == FIFO)
            CHECK_INT(mkfifo(path, 0755), 0);
        if (kind == LOGIN)
            put(folder, "cases/two.sh", 0755, "#!/usr/bin/env -S bash -e -l\nfalse\n");
        CHECK_INT(catalog_load_suite(folder, &suite, &err), -EBADMSG);
        CHECK_HAS(error_message(err), messages[kind]);
        CHECK_HAS(error_message(err), "suite.xml:11: case 'two'");
    }
}

static void test_no_folder(void)
{
    _cleanup_suite_ struct suite *suite = NULL;
    _cleanup_error_ struct error *err = NULL;
    _cleanup_free_ char *folder = suite_folder(), *file = path_join(folder, "README.md");
    _cleanup_free_ char *absent = path_join(home, "absent");

    CHECK_INT(catalog_load_suite(absent, &suite, &err), -ENOENT);
    CHECK_HAS(error_message(err), "absent' does not exist");
    CHECK_INT(catalog_load_suite(file, &suite, &err), -EINVAL);
    CHECK_HAS(error_message(err), "is not a folder");
    CHECK_INT(catalog_load_suite(home, &suite, &err), -ENOENT);
    CHECK_HAS(error_message(err), "no suite.xml");
}

static void lint_of(const char *folder, struct lint *ret_lint)
{
    _cleanup_error_ struct error *err = NULL;

    CHECK_INT(catalog_lint_suite(folder, ret_lint, &err), 0);
    CHECK_TEXT(error_message(err), "no error");
}

static bool has_note(const struct lint *lint, bool is_error, const char *part)
{
    vec_foreach (note, &lint->notes)
        if (note->is_error == is_error && strstr(note->text, part) != NULL)
            return true;
    printf("\nno %s with '%s' among:\n", is_error ? "error" : "warning", part);
    vec_foreach (note, &lint->notes)
        printf("  %s: %s\n", note->is_error ? "error" : "warning", note->text);
    return false;
}

static void test_lint_silent(void)
{
    _cleanup_free_ char *folder = suite_folder();
    _cleanup_(lint_done) struct lint lint = {0};

    lint_of(folder, &lint);
    CHECK_INT(lint.notes.count, 0);
    vec_foreach (note, &lint.notes)
        puts(note->text);
}

static void test_lint_fires(void)
{
    _cleanup_free_ char *folder = suite_folder();
    _cleanup_free_ char *link = path_join(folder, "files"),
                        *readme = path_join(folder, "README.md");
    _cleanup_free_ char *path = path_join(folder, "suite.xml");
    _cleanup_(lint_done) struct lint lint = {0};

    edited_text(sound, path, "item=\"install\"", "item=\"extra\"");
    edited_file(path, path, "item=\"uninstall\"", "item=\"extra\"");
    edited_file(path, path, "<title lang=\"zh\">健全</title>", "");
    edited_file(path, path, "memory-mib", "guests=\"2\" memory-mib");
    edited_file(path, path, "\"atomics\"", "\"atomic\"");
    CHECK_INT(unlink(readme), 0);
    CHECK_INT(symlink("/etc", link), 0);
    put(folder, "cases/install", 0755, "#!/bin/sh\nif true; then\n");
    put(folder, "cases/two.sh", 0755, "#!/bin/bash\r\nexit 0\r\n");
    put(folder, "cases/uninstall", 0755, "exit 0\n");
    put(folder, "cases/forgotten", 0755, "#!/bin/sh\n");
    lint_of(folder, &lint);
    CU_ASSERT(has_note(&lint, false, "no case of item install"));
    CU_ASSERT(has_note(&lint, false, "no case of item uninstall"));
    CU_ASSERT(has_note(&lint, false, "no README.md"));
    CU_ASSERT(has_note(&lint, false, "no <title lang=\"zh\">"));
    CU_ASSERT(has_note(&lint, false, "guests=\"2\""));
    CU_ASSERT(has_note(&lint, false, "cases/forgotten: executable, but no case runs it"));
    CU_ASSERT(has_note(&lint, true, "needs feature 'atomic'"));
    CU_ASSERT(has_note(&lint, true, "'files' is a symbolic link to '/etc', outside"));
    CU_ASSERT(has_note(&lint, true, "sh -n: "));
    CU_ASSERT(has_note(&lint, true, "CR LF"));
    CU_ASSERT(has_note(&lint, true, "no #! line"));
    CHECK_INT(lint.errors, 5);
    CHECK_INT(lint.warnings, 6);
}

/* Files outside cases/: sourced, executed, or unused. */
static void test_lint_tree(void)
{
    static const struct {
        const char *name;
        mode_t mode;
        const char *text, *script; /* of the file; of the case `install` */
        unsigned errors, warnings;
        const char *part;
    } rows[] = {
        {"lib.sh", 0644, "f() { :; }\n", "#!/bin/sh\n. ./lib.sh\n", 0, 0, NULL},
        {"bin/run", 0755, "#!/bin/sh\n", "#!/bin/sh\n./bin/run\n", 0, 0, NULL},
        {"bin/run", 0644, "#!/bin/sh\n", "#!/bin/sh\n. ./bin/run\n", 0, 1, "not executable"},
        {"bin/run", 0644, "#!/bin/sh\n", "#!/bin/sh\nsh ./bin/run\n", 0, 1, "not executable"},
        {"bin/run", 0644, "#!/bin/sh\n", "#!/bin/sh\n# ./bin/run\n:\n", 0, 1, "not executable"},
        {"bin/run", 0644, "#!/bin/sh\n", "#!/bin/sh\n./bin/run\n", 1, 0, "a case starts it"},
        {"bin/run", 0644, "#!/bin/sh\n",
         "#!/bin/sh\nif ! \"$TOUCHSTONE_SUITE/bin/run\" a; then :; fi\n", 1, 0, "a case starts it"},
        {"bin/run", 0644, "#!/bin/sh\n", "#!/bin/sh\nx=$(./bin/run)\n", 1, 0, "a case starts it"},
        {"bin/run", 0755, "#!/bin/sh\r\n", "#!/bin/sh\n:\n", 1, 0, "CR LF"},
        {"lib.sh", 0644, "a=1\nb=2\r\n", "#!/bin/sh\n:\n", 1, 0,
         "lib.sh:2: the line ends in CR LF"},
        {"lib.sh", 0644, "if true; then\n", "#!/bin/sh\n:\n", 1, 0, "bash -n"},
        {"tool.py", 0755, "#!python3\nprint()\n", "#!/bin/sh\n:\n", 1, 0, "#!python"},
        {"tool.py", 0755, "#!/usr/bin/python3\nprint()\r\n", "#!/bin/sh\n:\n", 0, 0, NULL},
        {"table.txt", 0644, "a\r\nb\r\n", "#!/bin/sh\n:\n", 0, 0, NULL},
        {"files/setup.sh", 0644, "#!/bin/sh\r\n", "#!/bin/sh\n:\n", 0, 0, NULL},
        {"lib.sh", 0644, "f() { :; }\n", "#!/bin/sh\nexit 0\r\n", 1, 0, "install:2: the line ends"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_free_ char *folder = suite_folder();
        _cleanup_free_ char *bin = path_join(folder, "bin"), *files = path_join(folder, "files");
        _cleanup_(lint_done) struct lint lint = {0};

        CHECK_INT(path_make_folders(bin, false, NULL), 0);
        CHECK_INT(path_make_folders(files, false, NULL), 0);
        put(folder, "cases/install", 0755, rows[i].script);
        put(folder, rows[i].name, rows[i].mode, rows[i].text);
        lint_of(folder, &lint);
        if (lint.errors != rows[i].errors)
            printf("\nrow %zu\n", i);
        CHECK_INT(lint.errors, rows[i].errors);
        CHECK_INT(lint.warnings, rows[i].warnings);
        if (rows[i].part != NULL)
            CU_ASSERT(has_note(&lint, rows[i].errors > 0, rows[i].part));
    }
}

/* Only optional cases; a name that differs from the folder's. */
static void test_lint_required(void)
{
    _cleanup_free_ char *folder = suite_folder(), *path = path_join(folder, "suite.xml");
    _cleanup_(lint_done) struct lint lint = {0};

    edited_text(sound, path, "item=\"install\"", "item=\"install\" required=\"no\"");
    edited_file(path, path, "item=\"uninstall\"", "item=\"uninstall\" required=\"no\"");
    edited_file(path, path, "name=\"sound\"", "name=\"other\"");
    lint_of(folder, &lint);
    CU_ASSERT(has_note(&lint, true, "no case is required"));
    CU_ASSERT(has_note(&lint, false, "'other' differs from folder name 'sound'"));
    CHECK_INT(lint.errors, 1);
    CHECK_INT(lint.warnings, 1);
}

/* A restart that is not announced; the word in a comment does not count. */
static void test_lint_restarts(void)
{
    static const struct {
        const char *script;
        unsigned errors;
    } rows[] = {
        {"#!/bin/sh\n# no guest-reboot here\nexit 0\n", 0},
        {"#!/bin/sh\n  guest-reboot again\n", 1},
        {"#!/bin/sh\nsync && guest-power-cut a || guest-reboot b\n", 1},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_free_ char *folder = suite_folder();
        _cleanup_(lint_done) struct lint quiet = {0}, lint = {0};

        put(folder, "cases/two.sh", 0755, rows[i].script);
        lint_of(folder, &quiet);
        CHECK_INT(quiet.errors, 0);
        put(folder, "cases/install", 0755, rows[i].script);
        lint_of(folder, &lint);
        CHECK_INT(lint.errors, rows[i].errors);
        if (rows[i].errors > 0)
            CU_ASSERT(has_note(&lint, true, "case 'install' does not declare"));
    }
}

/* Installing by hand instead of with touchstone-install; the same in a comment, or for other
 * files. */
static void test_lint_installing(void)
{
    static const struct {
        const char *script;
        bool hint;
    } rows[] = {
        {"#!/bin/sh\nset -- \"$TOUCHSTONE_PACKAGES\"/*.deb\n  dpkg -i \"$@\"\n", true},
        {"#!/bin/sh\nrpm -Uvh \"$TOUCHSTONE_PACKAGES\"/*.rpm\n", true},
        {"#!/bin/sh\n# no dpkg -i of $TOUCHSTONE_PACKAGES\ntouchstone-install\n", false},
        {"#!/bin/sh\ndpkg -i /opt/vendor/own.deb\n", false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_free_ char *folder = suite_folder();
        _cleanup_(lint_done) struct lint lint = {0};

        put(folder, "cases/install", 0755, rows[i].script);
        lint_of(folder, &lint);
        CHECK_INT(lint.errors, 0);
        CHECK_INT(has_note(&lint, false, "call touchstone-install"), rows[i].hint);
    }
}

static void test_lint_broken(void)
{
    _cleanup_free_ char *folder = suite_folder(), *path = path_join(folder, "suite.xml");
    _cleanup_(lint_done) struct lint lint = {0};

    edited_text(sound, path, "</vendor>", "");
    lint_of(folder, &lint);
    CHECK_INT(lint.errors, 1);
    CU_ASSERT(has_note(&lint, true, "suite.xml:18: "));
}

/* suites/README.md: lint reports nothing about a suite made by `suite new`. */
static void test_recipe(void)
{
    _cleanup_free_ char *parent = path_join(home, "suites"), *folder = NULL, *found = NULL;
    _cleanup_suite_ struct suite *suite = NULL;
    _cleanup_error_ struct error *err = NULL;
    _cleanup_(lint_done) struct lint lint = {0};

    CHECK_INT(catalog_new_suite(parent, "acme-db", &folder, &err), 0);
    CHECK_TEXT(error_message(err), "no error");
    lint_of(folder, &lint);
    CHECK_INT(lint.notes.count, 0);
    CHECK_INT(catalog_get_suite("acme-db", &suite, &found, &err), 0);
    CHECK_TEXT(found, folder);
    CHECK_INT(suite->cases.count, 3);
    CHECK_INT(catalog_new_suite(parent, "acme-db", &folder, &err), -EEXIST);
    CHECK_HAS(error_message(err), "acme-db'");
    CHECK_INT(catalog_new_suite(parent, "../x", &folder, &err), -EINVAL);
    CHECK_HAS(error_message(err), "suite '../x': a name ");
    path_remove_tree(parent, NULL);
}

/* Every shipped suite loads, and lint reports no error for it. */
static void test_shipped(void)
{
    _cleanup_strv_ struct strv names = {0};

    CHECK_INT(catalog_list_suites(&names, NULL), 0);
    CU_ASSERT(names.count >= 2);
    for (size_t i = 0; i < names.count; i++) {
        _cleanup_suite_ struct suite *suite = NULL;
        _cleanup_error_ struct error *err = NULL;
        _cleanup_(lint_done) struct lint lint = {0};

        CHECK_INT(catalog_get_suite(names.items[i], &suite, NULL, &err), 0);
        CHECK_TEXT(error_message(err), "no error");
        if (suite == NULL)
            continue;
        lint_of(suite->folder, &lint);
        CHECK_INT(lint.errors, 0);
        vec_foreach (note, &lint.notes)
            printf("\n%s", note->text);
    }
}

static void test_unknown(void)
{
    _cleanup_error_ struct error *err = NULL;
    _cleanup_free_ char *folder = NULL;

    CHECK_INT(catalog_find_suite("rediss", &folder, &err), -ENOENT);
    CHECK_HAS(error_message(err),
              "no suite 'rediss' (did you mean 'redis'?); available: behaviour, ");
}

int main(void)
{
    CU_TestInfo tests[] = {{"a sound suite", test_loads},
                           {"two guests", test_two_guests},
                           {"a second guest", test_client},
                           {"each message of a second guest", test_client_messages},
                           {"lint of a second guest", test_lint_client},
                           {"differences", test_differences},
                           {"each message", test_messages},
                           {"scripts", test_scripts},
                           {"no folder", test_no_folder},
                           {"lint is silent", test_lint_silent},
                           {"lint fires", test_lint_fires},
                           {"lint of restarts", test_lint_restarts},
                           {"lint outside cases/", test_lint_tree},
                           {"lint of required cases", test_lint_required},
                           {"lint of installing", test_lint_installing},
                           {"lint of a suite that does not load", test_lint_broken},
                           {"a new suite", test_recipe},
                           {"the shipped suites", test_shipped},
                           {"an unknown name", test_unknown},
                           CU_TEST_INFO_NULL};
    int code;

    home = temp_folder_new();
    setenv("TOUCHSTONE_HOME", home, 1);
    setenv("TOUCHSTONE_DATA", TS_SOURCE_DIR, 1);
    code = cunit_run("catalog_suite", tests);
    temp_folder_remove(&home);
    return code;
}
