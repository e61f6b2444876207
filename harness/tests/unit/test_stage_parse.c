/* SPDX-License-Identifier: Apache-2.0 */
/* stage/: parsing apt's sources and apt's output. */
#include <errno.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "cunit_run.h"
#include "model/package_file.h"
#include "stage/apt.h"
#include "stage/sources.h"

static void test_release(void)
{
    static const struct {
        const char *id, *version, *name;
    } rows[] = {{"debian", "11", "bullseye"}, {"debian", "12", "bookworm"},
                {"debian", "13", "trixie"},   {"debian", "9", NULL},
                {"tencentos", "4.4", NULL},   {NULL, NULL, NULL}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        CHECK_TEXT(sources_release(rows[i].id, rows[i].version), rows[i].name);
}

static void test_sources(void)
{
    static const struct {
        const char *text;
        int deb822;
        const char *whole, *main;
    } rows[] = {
        {"deb http://m.test/debian bookworm main\n", 0,
         "Types: deb\nURIs: http://m.test/debian\nSuites: trixie\nComponents: main\n\n", NULL},
        {"deb [arch=amd64 signed-by=/k.gpg] http://m.test/d stable-security main contrib # note\n",
         0,
         "Types: deb\nURIs: http://m.test/d\nSuites: trixie-security\nComponents: main contrib\n"
         "Signed-By: /k.gpg\n\n",
         ""},
        /* Source packages, backports, another vendor's archive and broken lines are not archives of
         * the release. */
        {"deb-src http://m.test/d bookworm main\ndeb http://m.test/d bookworm-backports main\n"
         "deb http://v.test/d nodistro main\ndeb http://v.test/d bookworm stable\ndeb [x\ndeb\n"
         "#deb http://m.test/d bookworm main\n",
         0, "", ""},
        /* Two releases of the same archive give one source. */
        {"deb http://m.test/d bookworm main\ndeb http://m.test/d bullseye main\n", 0,
         "Types: deb\nURIs: http://m.test/d\nSuites: trixie\nComponents: main\n\n", NULL},
        {"Types: deb deb-src\n# a comment\nURIs: http://m.test/d\nSuites: bookworm "
         "bookworm-updates\n"
         "Components: main\nSigned-By:\n -----BEGIN\n .\n abc\n\n\nTypes: deb\nURIs: "
         "http://n.test/\n"
         "Suites: bookworm\nComponents: main\nEnabled: no\n",
         1,
         "Types: deb\nURIs: http://m.test/d\nSuites: trixie\nComponents: main\n"
         "Signed-By: \n -----BEGIN\n .\n abc\n\n"
         "Types: deb\nURIs: http://m.test/d\nSuites: trixie-updates\nComponents: main\n"
         "Signed-By: \n -----BEGIN\n .\n abc\n\n",
         "Types: deb\nURIs: http://m.test/d\nSuites: trixie\nComponents: main\n"
         "Signed-By: \n -----BEGIN\n .\n abc\n\n"},
        {"URIs: http://m.test/d\nSuites: bookworm\n\nTypes deb\n: x\n", 1, "", ""},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_(sources_done) struct sources sources = {0};
        _cleanup_buffer_ struct buffer whole = {0}, main = {0};

        sources_parse(&sources, rows[i].text, rows[i].deb822, "trixie");
        sources_write(&sources, false, &whole);
        sources_write(&sources, true, &main);
        CHECK_TEXT(whole.data != NULL ? whole.data : "", rows[i].whole);
        CHECK_TEXT(main.data != NULL ? main.data : "",
                   rows[i].main != NULL ? rows[i].main : rows[i].whole);
    }
}

static void test_no_sources(void)
{
    _cleanup_(sources_done) struct sources sources = {0};
    _cleanup_error_ struct error *err = NULL;

    CHECK_INT(
        sources_load(&sources, "/nowhere/sources.list", "/nowhere/sources.list.d", "trixie", &err),
        -ENOENT);
    CHECK_HAS(error_message(err), "--from DIR");
}

static void test_file_names(void)
{
    static const struct {
        const char *file, *name, *version, *arch; /* name NULL: rejected */
    } rows[] = {
        {"redis-server_5%3a7.0.15-1~deb12u5_amd64.deb", "redis-server", "5:7.0.15-1~deb12u5",
         "amd64"},
        {"libstdc++6_12.2.0-14+deb12u1_arm64.deb", "libstdc++6", "12.2.0-14+deb12u1", "arm64"},
        {"a_1_all.deb", "a", "1", "all"},
        {"a_1.deb", NULL, NULL, NULL},
        {"_1_all.deb", NULL, NULL, NULL},
        {"a__all.deb", NULL, NULL, NULL},
        {"a_1_.deb", NULL, NULL, NULL},
        {"a_1_all", NULL, NULL, NULL},
        {"a_1%_all.deb", NULL, NULL, NULL},
        {"a_1%00_all.deb", NULL, NULL, NULL},
        {"a_1%2f_all.deb", NULL, NULL, NULL},
        {"../a_1_all.deb", NULL, NULL, NULL},
        {"a_1_../x.deb", NULL, NULL, NULL},
        {"a\n_1_all.deb", NULL, NULL, NULL},
        {"a_1_all_x.deb", NULL, NULL, NULL},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_free_ char *name = NULL, *version = NULL, *arch = NULL;

        CHECK_INT(package_file_deb(rows[i].file, &name, &version, &arch), rows[i].name != NULL);
        CHECK_TEXT(name, rows[i].name);
        CHECK_TEXT(version, rows[i].version);
        CHECK_TEXT(arch, rows[i].arch);
    }
}

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void test_uris(void)
{
    static const char good[] = "Reading package lists...\nBuilding dependency tree...\n"
                               "'http://m.test/pool/b_2_all.deb' b_2_all.deb 12 SHA256:" HEX "\n"
                               "'file:/tmp/a%20b/a.deb' a_1%3a1_arm64.deb 656 \n";
    static const struct {
        const char *line;
        int code;
    } rows[] = {
        {"'http://m.test/b.deb' b_2_all.deb 12 SHA256:" HEX, 0},
        {"'http://m.test/b.deb' b_2_all.deb 12 MD5Sum:0123", -EBADMSG},
        {"'http://m.test/b.deb' b_2_all.deb 12", -EBADMSG},
        {"'http://m.test/b.deb' b_2_all.deb 0 SHA256:" HEX, -EBADMSG},
        {"'http://m.test/b.deb' b_2_all.deb 99999999999999 SHA256:" HEX, -EBADMSG},
        {"'http://m.test/b.deb' ../b_2_all.deb 12 SHA256:" HEX, -EBADMSG},
        {"'http://m.test/b.deb b_2_all.deb 12", -EBADMSG},
        {"'file:/a%00' b_2_all.deb 12", -EBADMSG},
        {"'file:/a%0' b_2_all.deb 12", -EBADMSG},
        {"'", -EBADMSG},
        {"", 0},
    };
    _cleanup_(apt_items_done) struct apt_items items = {0};

    CHECK_INT(apt_parse_uris(good, sizeof(good) - 1, &items, NULL), 0);
    CHECK_INT(items.rows.count, 2);
    if (items.rows.count == 2) {
        CHECK_TEXT(items.rows.items[0].sha256, HEX);
        CHECK_INT(items.rows.items[0].size, 12);
        CHECK_TEXT(items.rows.items[0].local, NULL);
        CHECK_TEXT(items.rows.items[1].local, "/tmp/a b/a.deb");
        CHECK_TEXT(items.rows.items[1].version, "1:1");
    }
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_(apt_items_done) struct apt_items one = {0};
        _cleanup_error_ struct error *err = NULL;

        CHECK_INT(apt_parse_uris(rows[i].line, strlen(rows[i].line), &one, &err), rows[i].code);
    }
}

static void test_too_many(void)
{
    _cleanup_buffer_ struct buffer text = {0};
    _cleanup_(apt_items_done) struct apt_items items = {0};
    _cleanup_error_ struct error *err = NULL;

    for (int i = 0; i <= APT_PACKAGES_MAX; i++)
        buffer_format(&text, "'http://m.test/p' p%d_1_all.deb 1 SHA256:" HEX "\n", i);
    CHECK_INT(apt_parse_uris(text.data, text.length, &items, &err), -EFBIG);
}

int main(void)
{
    static CU_TestInfo tests[] = {
        {"a release's name", test_release},
        {"sources of a release", test_sources},
        {"no source", test_no_sources},
        {"package file names", test_file_names},
        {"what apt would install", test_uris},
        {"too many packages", test_too_many},
        CU_TEST_INFO_NULL,
    };

    return cunit_run("stage", tests);
}
