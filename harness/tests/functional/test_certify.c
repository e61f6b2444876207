/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone certify and verify: first what must not be certified; then a certificate, verified by
 * touchstone and by the two standard commands. */
#include "run_touchstone.h"
#include "sample_certificate.h"

#define CERTIFY "certify " CERTIFIED_RUN " --programme opencloudos --key %s/lab -o %s/out "
#define STANDARD                                                                                   \
    "ssh-keygen -Y verify -f ../signers -I lab@example -n touchstone-certificate@v1 -s "           \
    "SHA256SUMS.sig < SHA256SUMS && sha256sum --strict --quiet -c SHA256SUMS"

static const struct sample_certified good = {.grade = GRADE_NATIVE};

/* A folder with the keys lab (allowed), second (allowed) and stranger. */
static char *make_keys(void)
{
    char *keys = temp_folder_new();

    sample_key(keys, "lab", true);
    sample_key(keys, "second", true);
    sample_key(keys, "stranger", false);
    return keys;
}

static int certify(const char *home, const char *keys, const char *more, char **ret_err)
{
    _cleanup_free_ char *line = text_format(CERTIFY "%s", keys, keys, more), *out = NULL;

    return run_line(home, line, &out, ret_err);
}

static int verify(const char *home, const char *keys, const char *more, char **ret_out)
{
    _cleanup_free_ char *line =
        text_format("verify %s/out --signers %s/signers %s", keys, keys, more);
    _cleanup_free_ char *err = NULL;
    int code = run_line(home, line, ret_out, &err);

    if (err[0] != '\0')
        printf("\n%s", err);
    return code;
}

static void check_verify(const char *home, const char *keys, const char *more, int code,
                         const char *says)
{
    _cleanup_free_ char *out = NULL;
    int is = verify(home, keys, more, &out);

    if (is != code)
        printf("\n%s", out);
    CHECK_INT(is, code);
    CHECK_HAS(out, says);
}

/* What reaches no level is no certificate, and nothing is left of the attempt. */
static void test_refused(void)
{
    static const struct {
        struct sample_certified made;
        const char *more, *says;
        int code;
    } rows[] = {
        {{.grade = GRADE_NATIVE, .stand_in = true}, "", "stand-in", 1},
        {{.grade = GRADE_NATIVE, .fails = true}, "", "function", 1},
        {{.grade = GRADE_NATIVE, .open = true}, "", "has not ended", 1},
        {{.grade = GRADE_NATIVE, .two_suites = true}, "", "choose with --suite", 64},
        {{.grade = GRADE_NATIVE}, "--valid-until 2001-01-01", "in the past", 64},
        {{.grade = GRADE_NATIVE}, "--identity 'a b'", "use letters", 64},
        {{.grade = GRADE_NATIVE}, "--key /nowhere", "cannot sign", 64},
    };
    _cleanup_folder_ char *keys = make_keys();

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_folder_ char *home = sample_certified_home(&rows[i].made);
        _cleanup_free_ char *err = NULL;

        CHECK_INT(certify(home, keys, rows[i].more, &err), rows[i].code);
        CHECK_HAS(err, rows[i].says);
        CHECK_INT(sample_shell(keys, "test ! -e out && ! ls -d .out.*"), 0);
    }
}

static void test_good(void)
{
    _cleanup_folder_ char *home = sample_certified_home(&good), *keys = make_keys();
    _cleanup_folder_ char *elsewhere = temp_folder_new();
    _cleanup_free_ char *err = NULL, *err2 = NULL, *out = path_join(keys, "out");

    CHECK_INT(certify(home, keys, "--identity lab@example --valid-until 2999-12-31", &err), 0);
    CHECK_INT(sample_shell(out, STANDARD), 0);
    /* No home is needed, and not the run. */
    check_verify(elsewhere, keys, "", 0, "Level 2");
    check_verify(elsewhere, keys, "--identity lab@example --json", 0, "\"result\": \"valid\"");
    check_verify(elsewhere, keys, "--identity second@example", 2, "signer: SHA256SUMS.sig");
    check_verify(elsewhere, keys, "--at 3000-01-01", 2, "expired: certificate.json");
    check_verify(elsewhere, keys, "--at 2001-01-01", 2, "not-yet-valid: certificate.json");
    check_verify(elsewhere, keys, "--programme kunpeng-compatible", 2, "rules: programme.xml");
    CHECK_INT(sample_shell(out,
                           "grep -q 'level-2' certificate.json && test -s reports/form.docx && "
                           "test -s reports/form.zh.html && test -s reports/report.html"),
              0);
    /* It is never overwritten. */
    CHECK_INT(certify(home, keys, "", &err2), 64);
    CHECK_HAS(err2, "exists");
    CHECK_INT(sample_shell(out, STANDARD), 0);
}

/* The reader's own mistakes are no verdict on the certificate. */
static void test_usage(void)
{
    _cleanup_folder_ char *home = sample_certified_home(&good), *keys = make_keys();
    _cleanup_free_ char *signers = text_format("%s/lab.pub", keys), *err = NULL;

    CHECK_INT(certify(home, keys, "", &err), 0);
    const struct typed rows[] = {
        {{"verify", "/nowhere"}, 64, NULL, "give the folder of a certificate"},
        {{"verify", signers}, 64, NULL, "is not a folder"},
        {{"verify", keys, "--signers", "/nowhere"}, 1, "missing: SHA256SUMS", NULL},
        {{"verify", keys, "--at", "tomorrow"}, 64, NULL, "give a date"},
        {{"verify", keys, "--image-sha256", "abc"}, 64, NULL, "64 lower-case"},
        {{"verify", keys, "--product", "/nowhere"}, 64, NULL, "/nowhere"},
        {{"certify", "--key", "k"}, 64, NULL, "--programme"},
        {{"certify", "--programme", "opencloudos"}, 64, NULL, "--key"},
    };

    check_typed(home, rows, sizeof(rows) / sizeof(rows[0]));
    check_verify(home, keys, "--signers /nowhere", 64, "");
}

/* Another build of the OS or of the product is not what was tested. */
static void test_replayed(void)
{
    _cleanup_folder_ char *home = sample_certified_home(&good), *keys = make_keys();
    _cleanup_free_ char *err = NULL, *image = NULL, *product = path_join(keys, "app.bin");
    _cleanup_free_ char *file = text_format("--product %s", product);
    char disk[DIGEST_TEXT_SIZE], other[DIGEST_TEXT_SIZE];

    CHECK_INT(certify(home, keys, "", &err), 0);
    digest_of_memory("ts4-0", 5, disk);
    digest_of_memory("ts4-1", 5, other);
    image = text_format("--image-sha256 %s", disk);
    check_verify(home, keys, image, 0, ": valid");
    memcpy(strchr(image, ' ') + 1, other, DIGEST_TEXT_SIZE - 1);
    check_verify(home, keys, image, 1, "image: ");
    CHECK_INT(path_write_atomic(product, "the product", 11, NULL), 0);
    check_verify(home, keys, file, 0, ": valid");
    CHECK_INT(path_write_atomic(product, "the Product", 11, NULL), 0);
    check_verify(home, keys, file, 1, "product: ");
    /* A package from a repository is known by the digest with which it was staged. */
    CHECK_INT(path_write_atomic(product, "the package", 11, NULL), 0);
    check_verify(home, keys, file, 0, ": valid");
}

/* What qualifies all results stands in the first words. */
static void test_emulated(void)
{
    static const struct sample_certified emulated = {.grade = GRADE_EMULATED},
                                         stand_in = {.grade = GRADE_NATIVE, .stand_in = true};
    _cleanup_folder_ char *keys = make_keys(), *keys2 = make_keys();
    _cleanup_folder_ char *home = sample_certified_home(&emulated);
    _cleanup_folder_ char *home2 = sample_certified_home(&stand_in);
    _cleanup_free_ char *err = NULL, *err2 = NULL;

    CHECK_INT(certify(home, keys, "", &err), 0);
    check_verify(home, keys, "", 0, "EMULATED: Certificate");
    CHECK_INT(sample_shell(keys,
                           "head -2 out/certificate.json | grep -q '\"title\": \"EMULATED: ' && "
                           "grep -q '\"level\": \"level-1\"' out/certificate.json"),
              0);
    CHECK_INT(certify(home2, keys2, "--record", &err2), 0);
    check_verify(home2, keys2, "", 2, "STAND-IN: Test record");
    CHECK_INT(sample_shell(keys2, "grep -q '\"level\": null' out/certificate.json"), 0);
}

static void test_second_signature(void)
{
    _cleanup_folder_ char *home = sample_certified_home(&good), *keys = make_keys();
    _cleanup_free_ char *line = text_format("certify --add-signature %s/out --key ", keys);
    _cleanup_free_ char *second = text_format("%s%s/second", line, keys);
    _cleanup_free_ char *stranger = text_format("%s%s/stranger", line, keys);
    _cleanup_free_ char *err = NULL, *err2 = NULL, *err3 = NULL, *err4 = NULL;
    _cleanup_free_ char *out = NULL, *out2 = NULL, *out3 = NULL;

    CHECK_INT(certify(home, keys, "", &err), 0);
    CHECK_INT(run_line(home, second, &out, &err2), 0);
    CHECK_HAS(out, "SHA256SUMS.2.sig");
    check_verify(home, keys, "--json", 0, "\"signer\": \"second@example\"");
    CHECK_INT(sample_shell(keys, "cd out && ssh-keygen -Y verify -f ../signers -I second@example "
                                 "-n touchstone-certificate@v1 -s SHA256SUMS.2.sig < SHA256SUMS"),
              0);
    /* One of a stranger takes nothing away, and adds nothing. */
    CHECK_INT(run_line(home, stranger, &out2, &err3), 0);
    check_verify(home, keys, "", 0, "SHA256SUMS.3.sig: key SHA256:");
    /* What was modified is not signed. */
    CHECK_INT(sample_shell(keys, "echo >> out/VERIFY.txt"), 0);
    CHECK_INT(run_line(home, second, &out3, &err4), 64);
    CHECK_HAS(err4, "VERIFY.txt");
}

/* A suite of several: its records only, and what the others are is said. */
static void test_scope(void)
{
    static const struct sample_certified two = {
        .grade = GRADE_NATIVE, .two_suites = true, .cells = 4};
    _cleanup_folder_ char *home = sample_certified_home(&two), *keys = make_keys();
    _cleanup_free_ char *err = NULL;

    CHECK_INT(certify(home, keys, "--suite app --image ts4-1", &err), 0);
    check_verify(home, keys, "", 0, ": valid");
    CHECK_INT(sample_shell(keys,
                           "test $(wc -l < out/run.jsonl) = 4 && ! grep -q 'other: install' -r "
                           "out/evidence && jq -e '.scope.left_out == [\"ts4-0/kunpeng\", "
                           "\"ts4-0/phytium\"]' out/certificate.json"),
              0);
}

/* Wherever it is killed, what is left verifies nowhere, until the signature is in its place. The
 * sanitizer would be loaded into ssh-keygen, too, which does not free everything. */
static void test_killed(void)
{
    static const struct {
        const char *step;
        int verifies;
    } rows[] = {
        {"open+:*/.out.*/run.jsonl", 0},
        {"open+:*/.out.*/evidence/*", 0},
        {"open+:*/.out.*/certificate.json", 0},
        {"open+:*/.out.*/SHA256SUMS", 0},
        {"rename:*/out", 0},
        {"rename+:*/out", 0},
        {"rename:*/out/SHA256SUMS.sig", 0},
        {"rename+:*/out/SHA256SUMS.sig", 1},
    };
    _cleanup_folder_ char *home = sample_certified_home(&good), *keys = make_keys();

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_free_ char *command = text_format(
            "ASAN_OPTIONS=detect_leaks=0 TOUCHSTONE_HOME=%s KILL_AT='controller %s' "
            "LD_PRELOAD=\"$(ldd " TS_BINARY_DIR
            "/touchstone | awk '/libasan|libubsan/ { printf \"%%s \", $3 }')" TS_BINARY_DIR
            "/tests/kill_at.so\" " TS_BINARY_DIR "/touchstone certify " CERTIFIED_RUN
            " --programme opencloudos --key lab -o ./out > killed.log 2>&1",
            home, rows[i].step);
        int code = sample_shell(keys, command);

        if (code != 137)
            printf("\n%s: %d\n", rows[i].step, code);
        CHECK_INT(code, 137);
        CHECK_INT(sample_shell(keys, "for folder in .out.* out; do "
                                     "(cd \"$folder\" 2> /dev/null && " STANDARD
                                     ") && exit 7; done; exit 0") == 7,
                  rows[i].verifies);
        CHECK_INT(sample_shell(keys, "rm -rf .out.* out"), 0);
    }
}

int main(void)
{
    CU_TestInfo tests[] = {{"refused", test_refused},
                           {"good", test_good},
                           {"usage", test_usage},
                           {"replayed", test_replayed},
                           {"emulated", test_emulated},
                           {"second signature", test_second_signature},
                           {"scope", test_scope},
                           {"killed", test_killed},
                           CU_TEST_INFO_NULL};

    return cunit_run("certify", tests);
}
