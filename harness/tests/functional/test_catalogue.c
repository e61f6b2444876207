/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone catalogue: first what must not be listed as valid; then a site, which is well-formed
 * and loads nothing. */
#include "run_touchstone.h"
#include "sample_certificate.h"

#define CERTIFY                                                                                    \
    "certify " CERTIFIED_RUN " --programme opencloudos --key %s/%s -o %s/all/%s --valid-until "    \
    "2999-12-31 --subject %s/subject.xml %s"

/* Certificates of every kind in all/, keys, and an empty home. */
static struct {
    char *keys, *elsewhere;
} lab;

static void certify(const struct sample_certified *made, const char *key, const char *name,
                    const char *more)
{
    _cleanup_folder_ char *home = sample_certified_home(made);
    _cleanup_free_ char *line = text_format(CERTIFY, lab.keys, key, lab.keys, name, lab.keys, more);
    _cleanup_free_ char *out = NULL, *err = NULL;
    int code = run_line(home, line, &out, &err);

    if (code != 0)
        printf("\n%s: %s\n", name, err);
    CHECK_INT(code, 0);
}

static void test_make(void)
{
    static const struct sample_certified good = {.grade = GRADE_NATIVE, .cells = 2},
                                         other = {.grade = GRADE_VIRTUAL, .cells = 4},
                                         emulated = {.grade = GRADE_EMULATED},
                                         stand_in = {.grade = GRADE_NATIVE, .stand_in = true};

    lab.keys = temp_folder_new();
    lab.elsewhere = temp_folder_new();
    sample_key(lab.keys, "lab", true);
    sample_key(lab.keys, "second", true);
    sample_key(lab.keys, "stranger", false);
    CHECK_INT(sample_shell(lab.keys, "mkdir all && printf '<subject><vendor>A&lt;b&gt;&amp;\"B"
                                     "</vendor><business>试用</business></subject>' > subject.xml"),
              0);
    certify(&good, "lab", "good", "");
    certify(&other, "second", "other", "");
    certify(&emulated, "lab", "emulated", "");
    certify(&stand_in, "lab", "stand-in", "--record");
    certify(&good, "stranger", "unknown", "");
    CHECK_INT(sample_shell(lab.keys, "cp -r all/good all/copy && cp -r all/good all/tampered && "
                                     "sed -i 's/level-2/level-9/' all/tampered/certificate.json && "
                                     "cp -r all/good all/unsigned && rm all/unsigned/*.sig && "
                                     "mkdir all/empty"),
              0);
}

static char *list(const char *more, int code)
{
    _cleanup_free_ char *line = text_format("catalogue %s/all %s", lab.keys, more);
    _cleanup_free_ char *err = NULL;
    char *out = NULL;
    int is = run_line(lab.elsewhere, line, &out, &err);

    if (is != code)
        printf("\n%s\n", err);
    CHECK_INT(is, code);
    return out;
}

/* NAME=VALIDITY… of the feed, as jq says it. */
static void check_list(const char *more, const char *expected)
{
    _cleanup_free_ char *line = text_format("--json %s", more), *out = list(line, 0);
    _cleanup_free_ char *path = path_join(lab.keys, "feed.json");
    _cleanup_free_ char *command = text_format(
        "test \"$(jq -r '.certificates[] | \"\\(.folder | split(\"/\") | last)=\\(.validity)\"' "
        "feed.json | sort | xargs)\" = '%s' || { jq -r '.certificates[] | \"\\(.folder) "
        "\\(.validity) \\(.problems)\"' feed.json; exit 1; }",
        expected);

    CHECK_INT(path_write_atomic(path, out, strlen(out), NULL), 0);
    CHECK_INT(sample_shell(lab.keys, command), 0);
}

static void test_validity(void)
{
    _cleanup_free_ char *signers = text_format("--signers %s/signers", lab.keys);
    _cleanup_free_ char *late = text_format("%s --at 3000-01-01", signers);
    _cleanup_free_ char *early = text_format("%s --at 2001-01-01", signers);
    _cleanup_free_ char *revoked = text_format("%s --revoked %s/second.pub", signers, lab.keys);
    _cleanup_free_ char *only = text_format("%s --only-valid", signers);

    check_list("", "copy=not-confirmed emulated=not-confirmed other=not-confirmed "
                   "stand-in=not-confirmed tampered=rejected unknown=not-confirmed "
                   "unsigned=rejected");
    check_list(late, "copy=expired emulated=expired other=expired stand-in=record "
                     "tampered=rejected unknown=not-confirmed unsigned=rejected");
    check_list(early, "copy=not-confirmed emulated=not-confirmed other=not-confirmed "
                      "stand-in=not-confirmed tampered=rejected unknown=not-confirmed "
                      "unsigned=rejected");
    check_list(revoked, "copy=valid emulated=valid other=not-confirmed stand-in=record "
                        "tampered=rejected unknown=not-confirmed unsigned=rejected");
    check_list(signers, "copy=valid emulated=valid other=valid stand-in=record tampered=rejected "
                        "unknown=not-confirmed unsigned=rejected");
    check_list(only, "copy=valid emulated=valid other=valid");
    CHECK_INT(sample_shell(lab.keys, "jq -e '.counts | .left_out == 4 and .duplicates == 1' "
                                     "feed.json > jq.out"),
              0);
}

static void test_site(void)
{
    _cleanup_free_ char *line =
        text_format("--signers %s/signers --copy -o %s/site", lab.keys, lab.keys);
    _cleanup_free_ char *out = list(line, 0), *again = NULL;
    static const char *const commands[] = {
        "xmllint --noout site/index.html site/index.zh.html site/certificates/*/*.html",
        /* Nothing is loaded, and what the vendor wrote is text. */
        "! grep -E '(src|href)=\"(https?:)?//' site/index.html site/index.zh.html",
        "! grep -E 'A<b>' -r site/index.html site/index.zh.html",
        "test \"$(xmllint --xpath 'string(//*[local-name()=\"tr\"][2]/@data-vendor)' "
        "site/index.html)\" = 'A<b>&\"B'",
        /* Of what was rejected, nothing is said but where it is and why. */
        "jq -e '[.certificates[] | select(.validity == \"rejected\") | .suite, .level, .page, "
        "(.platforms | length)] == [null, null, null, 0, null, null, null, 0]' "
        "site/certificates.json",
        /* No page of what nobody who is allowed signed. */
        "jq -e '[.certificates[] | select(.validity == \"valid\") | .product_versions, "
        ".stated_version] "
        "| unique == [null, [\"1.0\"]]' site/certificates.json",
        "jq -e '[.certificates[] | select(.validity == \"not-confirmed\") | .page] == [null]' "
        "site/certificates.json",
        "jq -e '[.certificates[] | select(.validity == \"valid\") | .platforms[].grade] | unique "
        "== "
        "[\"emulated\", \"native\", \"virtual\"]' site/certificates.json",
        "test $(ls site/certificates | wc -l) = 4",
        "for page in $(jq -r '.certificates[].page | strings' site/certificates.json); do test -s "
        "site/$page/certificate.zh.html && (cd site/$page/files && sha256sum --strict --quiet -c "
        "SHA256SUMS) || exit 1; done",
    };

    CHECK_HAS(out, "7 certificates, valid 3, not-confirmed 1, record 1, rejected 2");
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        int code = sample_shell(lab.keys, commands[i]);

        if (code != 0)
            printf("\n%s\n", commands[i]);
        CHECK_INT(code, 0);
    }
    /* It is never overwritten. */
    again = list(line, 64);
    CHECK_INT(sample_shell(lab.keys, "! ls -d .site.*"), 0);
}

/* The script is allowed by its digest alone. */
static void test_policy(void)
{
    CHECK_INT(sample_shell(lab.keys,
                           "sed -n '/^<script>/,/<\\/script>$/p' site/index.html | sed "
                           "'1s/^<script>//; $s/<\\/script>$//' | head -c -1 > script && grep -q "
                           "\"script-src 'sha256-$(openssl dgst -sha256 -binary script | "
                           "base64)'\" site/index.html"),
              0);
}

static void test_usage(void)
{
    _cleanup_free_ char *all = path_join(lab.keys, "all"), *empty = path_join(all, "empty");
    const struct typed rows[] = {
        {{"catalogue", all}, 64, NULL, "--output"},
        {{"catalogue", "/nowhere", "--json"}, 64, NULL, "is not a folder"},
        {{"catalogue", empty, "--json"}, 64, NULL, "is not a certificate"},
        {{"catalogue", all, "--json", "--at", "then"}, 64, NULL, "give a date"},
        {{"catalogue", all, "--json", "--signers", "/nowhere"}, 64, NULL, "does not exist"},
    };

    check_typed(lab.elsewhere, rows, sizeof(rows) / sizeof(rows[0]));
}

int main(void)
{
    CU_TestInfo tests[] = {{"make", test_make},   {"validity", test_validity},
                           {"site", test_site},   {"policy", test_policy},
                           {"usage", test_usage}, CU_TEST_INFO_NULL};
    int failed = cunit_run("catalogue", tests);

    temp_folder_remove(&lab.keys);
    temp_folder_remove(&lab.elsewhere);
    return failed;
}
