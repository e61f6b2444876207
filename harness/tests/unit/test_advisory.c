/* SPDX-License-Identifier: Apache-2.0 */
/* The order of versions in each ecosystem, ranges of advisories, package URLs, and times. */
#include <stdio.h>

#include "advisory/ecosystem.h"
#include "advisory/match.h"
#include "advisory/purl.h"
#include "base/cleanup.h"
#include "cunit_run.h"

enum { UNKNOWN = 9 };

/* a < b: -1. From the specifications' own examples, where they have some. */
static void test_order(void)
{
    static const struct {
        enum version_order order;
        const char *a, *b;
        int want;
    } rows[] = {
        {ORDER_SEMVER, "1.0.0", "2.0.0", -1},
        {ORDER_SEMVER, "1.0.0-alpha", "1.0.0-alpha.1", -1},
        {ORDER_SEMVER, "1.0.0-alpha.1", "1.0.0-alpha.beta", -1},
        {ORDER_SEMVER, "1.0.0-alpha.beta", "1.0.0-beta", -1},
        {ORDER_SEMVER, "1.0.0-beta.2", "1.0.0-beta.11", -1},
        {ORDER_SEMVER, "1.0.0-rc.1", "1.0.0", -1},
        {ORDER_SEMVER, "1.0.0+a", "1.0.0+b", 0},
        {ORDER_SEMVER, "v1.9.0", "1.10.0", -1},
        {ORDER_SEMVER, "v0.0.0-20200101000000-abcdef", "v0.0.0-20210101000000-abcdef", -1},
        {ORDER_SEMVER, "1.2", "1.2.0", 0},
        {ORDER_SEMVER, "1.0.0-", "1.0.0", UNKNOWN},
        {ORDER_SEMVER, "1.x", "1.0.0", UNKNOWN},
        {ORDER_SEMVER, "latest", "1.0.0", UNKNOWN},
        {ORDER_SEMVER, "99999999999999999999.0.0", "100000000000000000000.0.0", -1},
        {ORDER_PEP440, "1.dev0", "1.0.dev456", -1},
        {ORDER_PEP440, "1.0.dev456", "1.0a1", -1},
        {ORDER_PEP440, "1.0a1", "1.0a2.dev456", -1},
        {ORDER_PEP440, "1.0a2.dev456", "1.0a12.dev456", -1},
        {ORDER_PEP440, "1.0a12.dev456", "1.0a12", -1},
        {ORDER_PEP440, "1.0a12", "1.0b1.dev456", -1},
        {ORDER_PEP440, "1.0b2", "1.0b2.post345.dev456", -1},
        {ORDER_PEP440, "1.0b2.post345.dev456", "1.0b2.post345", -1},
        {ORDER_PEP440, "1.0b2.post345", "1.0rc1.dev456", -1},
        {ORDER_PEP440, "1.0rc1", "1.0", -1},
        {ORDER_PEP440, "1.0", "1.0.post456.dev34", -1},
        {ORDER_PEP440, "1.0.post456.dev34", "1.0.post456", -1},
        {ORDER_PEP440, "1.0.post456", "1.1.dev1", -1},
        {ORDER_PEP440, "1.0", "1.0+abc.5", -1},
        {ORDER_PEP440, "1.0+a", "1.0+b", UNKNOWN},
        {ORDER_PEP440, "1.0", "1.0.0", 0},
        {ORDER_PEP440, "2024.1", "1!1.0", -1},
        {ORDER_PEP440, "1.0-1", "1.0.post1", 0},
        {ORDER_PEP440, "1.0-alpha.1", "1.0a1", 0},
        {ORDER_PEP440, "1.0-foo", "1.0", UNKNOWN},
        {ORDER_MAVEN, "2.14.1", "2.17.0", -1},
        {ORDER_MAVEN, "1.2", "1.2.0", 0},
        {ORDER_MAVEN, "4.1.10.Final", "4.1.9.Final", 1},
        {ORDER_MAVEN, "1.0-jre", "1.1-android", UNKNOWN},
        {ORDER_MAVEN, "1.0-beta1", "1.0", UNKNOWN},
        {ORDER_DEB, "1.0~rc1", "1.0", -1},
        {ORDER_DEB, "5:7.0.15-1~deb12u1", "5:7.0.15-1~deb12u3", -1},
        {ORDER_RPM, "7.0.15-1.oc9", "7.0.15-2.oc9", -1},
        {ORDER_NONE, "1", "1", UNKNOWN},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int got = UNKNOWN, back = UNKNOWN;

        if (version_compare(rows[i].order, rows[i].a, rows[i].b, &got))
            got = (got > 0) - (got < 0);
        else
            got = UNKNOWN;
        if (version_compare(rows[i].order, rows[i].b, rows[i].a, &back))
            back = (back > 0) - (back < 0);
        else
            back = UNKNOWN;
        if (got != rows[i].want || (got == UNKNOWN ? back != UNKNOWN : back != -got))
            printf("'%s' and '%s': %d and %d, not %d\n", rows[i].a, rows[i].b, got, back,
                   rows[i].want);
        CU_ASSERT_EQUAL(got, rows[i].want);
        CU_ASSERT_EQUAL(back, got == UNKNOWN ? UNKNOWN : -got);
    }
}

static void test_ranges(void)
{
#define RANGES(says, ranges, versions)                                                             \
    "{\"says\":\"" says "\",\"ranges\":[" ranges "],\"versions\":[" versions "]}"
#define TWO                                                                                        \
    "[[\"introduced\",\"0\"],[\"fixed\",\"1.2.0\"],[\"introduced\",\"2.0.0\"],[\"fixed\","         \
    "\"2.1.0\"]]"
#define LAST "[[\"introduced\",\"1.0.0\"],[\"last_affected\",\"1.5.0\"]]"
    static const struct {
        const char *rules, *ecosystem, *version;
        enum vulnerability_state want;
        const char *fixed;
    } rows[] = {
        {RANGES("affected", TWO, ""), "npm", "1.0.0", VULNERABILITY_AFFECTED, "1.2.0"},
        {RANGES("affected", TWO, ""), "npm", "1.2.0", VULNERABILITY_FIXED, NULL},
        {RANGES("affected", TWO, ""), "npm", "1.9.0", VULNERABILITY_FIXED, NULL},
        {RANGES("affected", TWO, ""), "npm", "2.0.0", VULNERABILITY_AFFECTED, "2.1.0"},
        {RANGES("affected", TWO, ""), "npm", "2.1.0", VULNERABILITY_FIXED, NULL},
        {RANGES("affected", LAST, ""), "npm", "0.9.0", VULNERABILITY_NONE, NULL},
        {RANGES("affected", LAST, ""), "npm", "1.5.0", VULNERABILITY_AFFECTED, NULL},
        {RANGES("affected", LAST, ""), "npm", "1.5.1", VULNERABILITY_NONE, NULL},
        {RANGES("affected", "[[\"introduced\",\"0\"]]", ""), "deb/debian/12", "1",
         VULNERABILITY_AFFECTED, NULL},
        {RANGES("affected", "", "\"1.0\""), "maven", "1.0", VULNERABILITY_AFFECTED, NULL},
        {RANGES("affected", "", "\"1.0-x\""), "maven", "1.0-x", VULNERABILITY_AFFECTED, NULL},
        {RANGES("affected", TWO, ""), "maven", "1.0-x", VULNERABILITY_UNKNOWN, NULL},
        {RANGES("affected", TWO, ""), "npm", "1.x", VULNERABILITY_UNKNOWN, NULL},
        {RANGES("affected", TWO, ""), "npm", NULL, VULNERABILITY_UNKNOWN, NULL},
        {"{\"says\":\"affected\",\"unread\":true}", "npm", "1.0.0", VULNERABILITY_UNKNOWN, NULL},
        {RANGES("open", TWO, ""), "npm", "1.0.0", VULNERABILITY_UNKNOWN, NULL},
        {RANGES("not-affected", "[[\"introduced\",\"0\"]]", ""), "npm", "1.0.0",
         VULNERABILITY_NOT_AFFECTED, NULL},
        {RANGES("not-affected", "", "\"1.0.0\""), "npm", "1.0.1", VULNERABILITY_NONE, NULL},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_free_ char *fixed = NULL;
        const char *reason = NULL;
        enum vulnerability_state got =
            advisory_apply(rows[i].rules, rows[i].ecosystem, rows[i].version, &fixed, &reason);

        if (got != rows[i].want || (rows[i].fixed != NULL && !text_equal(fixed, rows[i].fixed)))
            printf("row %zu: %s, fixed in %s\n", i, vulnerability_state_name(got),
                   fixed != NULL ? fixed : "-");
        CU_ASSERT_EQUAL(got, rows[i].want);
        CU_ASSERT(rows[i].fixed == NULL || text_equal(fixed, rows[i].fixed));
        CU_ASSERT_EQUAL(reason != NULL,
                        got == VULNERABILITY_UNKNOWN || got == VULNERABILITY_NOT_AFFECTED);
    }
}

static void test_purls(void)
{
    static const struct {
        const char *purl, *system, *ecosystem, *name, *version; /* ecosystem NULL: refused */
    } rows[] = {
        {"pkg:maven/org.example/core@2.14.1", NULL, "maven", "org.example:core", "2.14.1"},
        {"pkg:npm/%40scope/name@1.0.0", NULL, "npm", "@scope/name", "1.0.0"},
        {"pkg:npm/left-pad", NULL, "npm", "left-pad", NULL},
        {"pkg:golang/github.com/a/b@v1.2.3#sub", NULL, "golang", "github.com/a/b", "v1.2.3"},
        {"pkg:rpm/redhat/openssl@3.0.7-1.el9?arch=x86_64&epoch=1", "rpm/redhat/9", "rpm/redhat/9",
         "openssl", "1:3.0.7-1.el9"},
        {"pkg:deb/debian/curl@7.88?distro=debian-12", NULL, "deb/debian/12", "curl", "7.88"},
        {"pkg:rpm/redhat/openssl", NULL, NULL, NULL, NULL},
        {"pkg:oci/x@1", NULL, NULL, NULL, NULL},
        {"http://x", NULL, NULL, NULL, NULL},
        {"pkg:", NULL, NULL, NULL, NULL},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_free_ char *ecosystem = NULL, *name = NULL, *version = NULL;
        bool ok = purl_parse(rows[i].purl, rows[i].system, &ecosystem, &name, &version);

        if (!text_equal(ecosystem, rows[i].ecosystem) || !text_equal(name, rows[i].name))
            printf("%s: %s %s\n", rows[i].purl, ecosystem != NULL ? ecosystem : "-",
                   name != NULL ? name : "-");
        CU_ASSERT_EQUAL(ok, rows[i].ecosystem != NULL);
        CU_ASSERT(text_equal(ecosystem, rows[i].ecosystem));
        CU_ASSERT(text_equal(name, rows[i].name));
        CU_ASSERT(text_equal(version, rows[i].version));
    }
}

static void test_ecosystems(void)
{
    static const struct {
        const char *name, *key;
    } rows[] = {{"Debian:12", "deb/debian/12"},
                {"Ubuntu:22.04:LTS", "deb/ubuntu/22.04"},
                {"openEuler:24.03-LTS-SP1", "rpm/openeuler/24.03-lts-sp1"},
                {"PyPI", "pypi"},
                {"Maven:https://maven.google.com", "maven"},
                {"Bitnami", NULL}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_free_ char *key = ecosystem_of_osv(rows[i].name);

        CU_ASSERT(text_equal(key, rows[i].key));
    }
    CU_ASSERT_EQUAL(advisory_time_ms("1970-01-02T00:00:00Z"), 86400000);
    CU_ASSERT_EQUAL(advisory_time_ms("1970-01-02T08:00:00.123+08:00"), 86400000);
    CU_ASSERT_EQUAL(advisory_time_ms("yesterday"), 0);
}

int main(void)
{
    static CU_TestInfo tests[] = {{"order", test_order},
                                  {"ranges", test_ranges},
                                  {"purls", test_purls},
                                  {"ecosystems", test_ecosystems},
                                  CU_TEST_INFO_NULL};

    return cunit_run("advisory", tests);
}
