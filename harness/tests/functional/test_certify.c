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

/* The attestation of each type of key, verified by openssl alone: the pre-authentication encoding
 * is built by the shell. */
#define ENCODE                                                                                     \
    "jq -r .payload out/SHA256SUMS.dsse.json | base64 -d > payload && jq -r '.signatures[0].sig' " \
    "out/SHA256SUMS.dsse.json | base64 -d > sig && { printf 'DSSEv1 28 "                           \
    "application/vnd.in-toto+json %d ' $(stat -c %s payload); cat payload; } > encoded && "

static void test_attestation(void)
{
    static const struct {
        const char *type, *verify;
    } rows[] = {
        {"ed25519",
         "{ printf '\\60\\52\\60\\5\\6\\3\\53\\145\\160\\3\\41\\0'; cut -d' ' -f2 typed.pub | "
         "base64 -d "
         "| tail -c 32; } > der && openssl pkeyutl -verify -pubin -keyform DER -inkey der -rawin "
         "-in encoded -sigfile sig"},
        {"ecdsa -b 256",
         "ssh-keygen -e -m PKCS8 -f typed.pub > pem && openssl dgst -sha256 -verify "
         "pem -signature sig encoded"},
        {"ecdsa -b 384",
         "ssh-keygen -e -m PKCS8 -f typed.pub > pem && openssl dgst -sha384 -verify "
         "pem -signature sig encoded"},
        {"ecdsa -b 521",
         "ssh-keygen -e -m PKCS8 -f typed.pub > pem && openssl dgst -sha512 -verify "
         "pem -signature sig encoded"},
        {"rsa -b 2048", "ssh-keygen -e -m PKCS8 -f typed.pub > pem && openssl dgst -sha256 -verify "
                        "pem -signature sig encoded"},
        {"rsa -b 2048 -m PEM", "ssh-keygen -e -m PKCS8 -f typed.pub > pem && openssl dgst -sha256 "
                               "-verify pem -signature sig encoded"},
    };
    _cleanup_folder_ char *home = sample_certified_home(&good), *keys = make_keys();

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_free_ char *make =
            text_format("rm -rf out typed typed.pub && ssh-keygen -q -t %s -N '' -C '' -f typed && "
                        "echo \"typed@example $(cat typed.pub)\" >> signers",
                        rows[i].type);
        _cleanup_free_ char *check = text_format("%s%s > verified 2>&1", ENCODE, rows[i].verify);
        _cleanup_free_ char *key = text_format("--key %s/typed", keys), *err = NULL;
        int code;

        CHECK_INT(sample_shell(keys, make), 0);
        CHECK_INT(certify(home, keys, key, &err), 0);
        check_verify(home, keys, "--json", 0, "\"attested\": true");
        code = sample_shell(keys, check);
        if (code != 0)
            printf("\n%s\n", rows[i].type);
        CHECK_INT(code, 0);
    }
    CHECK_INT(sample_shell(keys,
                           "sums=$(sha256sum out/SHA256SUMS | cut -d' ' -f1) && app=$(printf 'the "
                           "package' | sha256sum | cut -d' ' -f1) && jq -e --arg sums $sums --arg "
                           "app $app '._type == \"https://in-toto.io/Statement/v1\" and "
                           ".predicate.certificate_sha256 == $sums and .predicate.level == "
                           "\"level-2\" and any(.subject[]; .digest.sha256 == $app)' payload"),
              0);
}

/* Keys that only ssh-keygen can use sign, but there is no attestation. */
static void test_agent(void)
{
    _cleanup_folder_ char *home = sample_certified_home(&good), *keys = make_keys();
    _cleanup_free_ char *command = text_format(
        "mkdir public && cp lab.pub public/ && TOUCHSTONE_HOME=%s ssh-agent sh -c 'ssh-add -q lab "
        "&& " TS_BINARY_DIR "/touchstone certify " CERTIFIED_RUN
        " --programme opencloudos --key public/lab.pub -o out' > said 2>&1",
        home);

    CHECK_INT(sample_shell(keys, command), 0);
    check_verify(home, keys, "--json", 0, "\"attested\": false");
    CHECK_INT(sample_shell(keys, "grep -q 'no in-toto attestation' said && test ! -e "
                                 "out/SHA256SUMS.dsse.json"),
              0);
}

/* SM2 and SM3, with openssl as the oracle. */
static void test_sm2(void)
{
    _cleanup_folder_ char *home = sample_certified_home(&good), *keys = make_keys();
    _cleanup_free_ char *key = text_format("--sm2-key %s/sm2", keys), *wrong = NULL, *right = NULL;
    _cleanup_free_ char *bad = text_format("--sm2-key %s/ec", keys), *err = NULL, *err2 = NULL;

    CHECK_INT(sample_shell(keys, "for name in sm2 other; do openssl genpkey -algorithm SM2 -out "
                                 "$name && openssl pkey -in $name -pubout -out $name.pem; done; "
                                 "openssl genpkey -algorithm EC -pkeyopt "
                                 "ec_paramgen_curve:prime256v1 -out ec; cat other.pem sm2.pem > "
                                 "both.pem"),
              0);
    CHECK_INT(certify(home, keys, bad, &err), 64);
    CHECK_HAS(err, "is not a private SM2 key");
    CHECK_INT(certify(home, keys, key, &err2), 0);
    CHECK_INT(sample_shell(keys, "cd out && " STANDARD), 0);
    CHECK_INT(sample_shell(
                  keys, "cd out && openssl pkeyutl -verify -pubin -inkey sm2.pub.pem -in SM3SUMS "
                        "-sigfile SM3SUMS.sig -rawin -digest sm3 -pkeyopt "
                        "distid:1234567812345678 && ! openssl pkeyutl -verify -pubin -inkey "
                        "sm2.pub.pem -in SM3SUMS -sigfile SM3SUMS.sig -rawin -digest sm3 "
                        "-pkeyopt distid:somebody && cmp sm2.pub.pem ../sm2.pem"),
              0);
    CHECK_INT(sample_shell(keys, "cd out && while read -r sm3 name; do test \"$(openssl dgst -sm3 "
                                 "-r \"$name\" | cut -d' ' -f1)\" = \"$sm3\" || exit 1; done < "
                                 "SM3SUMS && test $(wc -l < SM3SUMS) = $(($(wc -l < SHA256SUMS) - "
                                 "2))"),
              0);
    check_verify(home, keys, "", 0, "whose it is was not checked");
    wrong = text_format("--sm2-signers %s/other.pem", keys);
    right = text_format("--sm2-signers %s/both.pem", keys);
    check_verify(home, keys, wrong, 2, "signer: SM3SUMS.sig");
    check_verify(home, keys, right, 0, "an allowed key");
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
                           {"attestation", test_attestation},
                           {"agent", test_agent},
                           {"sm2", test_sm2},
                           {"scope", test_scope},
                           {"killed", test_killed},
                           CU_TEST_INFO_NULL};

    return cunit_run("certify", tests);
}
