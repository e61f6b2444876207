/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone recheck without a guest: what is chosen, what cannot be run again and why, and what a
 * signed recheck is worth. Cells that are run again: guest/test_recheck.sh. */
#include "base/clock.h"
#include "base/error.h"
#include "certificate/recheck.h"
#include "cli/recheck_product.h"
#include "run_touchstone.h"
#include "sample_certificate.h"

static const struct sample_certified made = {.grade = GRADE_NATIVE, .cells = 6};

/* A certificate "out", keys, and a home that has nothing of it. */
static struct {
    char *home, *keys, *elsewhere, *certificate;
} lab;

static int run_lab(const char *home, char **ret_out, char **ret_err, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
static int run_lab(const char *home, char **ret_out, char **ret_err, const char *format, ...)
{
    _cleanup_free_ char *line = NULL;
    va_list args;

    va_start(args, format);
    line = text_vformat(format, args);
    va_end(args);
    return run_line(home, line, ret_out, ret_err);
}

static void test_make(void)
{
    _cleanup_free_ char *out = NULL, *err = NULL;

    lab.home = sample_certified_home(&made);
    lab.keys = temp_folder_new();
    lab.elsewhere = temp_folder_new();
    lab.certificate = path_join(lab.keys, "out");
    sample_key(lab.keys, "lab", true);
    sample_key(lab.keys, "reviewer", true);
    sample_key(lab.keys, "stranger", false);
    CHECK_INT(run_lab(lab.home, &out, &err,
                      "certify " CERTIFIED_RUN " --programme opencloudos --key %s/lab -o %s",
                      lab.keys, lab.certificate),
              0);
}

/* What is not here is never in agreement, and each input is named. */
static void test_missing(void)
{
    _cleanup_free_ char *out = NULL, *err = NULL, *out2 = NULL, *err2 = NULL, *out3 = NULL,
                        *err3 = NULL;

    CHECK_INT(run_lab(lab.elsewhere, &out, &err,
                      "recheck %s --signers %s/signers --cells 100 --dry-run", lab.certificate,
                      lab.keys),
              2);
    CHECK_HAS(out, "6 of 6 cells");
    CHECK_HAS(out, "ts4-0/kunpeng: cannot be replayed: suite: suite 'app' with SHA-256");
    CHECK_HAS(err, "seed ");
    /* The home of the run has the suite's copy, but no image. */
    CHECK_INT(run_lab(lab.home, &out2, &err2,
                      "recheck %s --signers %s/signers --cells 100 --dry-run --json",
                      lab.certificate, lab.keys),
              2);
    CHECK_HAS(out2, "\"missing\": \"image\"");
    CHECK_HAS(out2, "\"agrees\": 0");
    CHECK_HAS(out2, "\"not-replayed\": 6");
    /* The same when it is meant seriously: nothing is signed. */
    CHECK_INT(run_lab(lab.home, &out3, &err3,
                      "recheck %s --signers %s/signers --key %s/reviewer -o %s/signed",
                      lab.certificate, lab.keys, lab.keys, lab.keys),
              2);
    CHECK_HAS(out3, "agrees 0, agrees-lower-grade 0, disagrees 0, not-replayed 1");
    CHECK_HAS(err3, "nothing is signed");
    CHECK_INT(sample_shell(lab.keys, "test ! -e signed"), 0);
}

/* Another suite of this name is not the one that was run. */
static void test_other_suite(void)
{
    _cleanup_free_ char *out = NULL, *err = NULL;

    CHECK_INT(sample_shell(lab.keys, "mkdir -p other/app/cases && printf '<suite name=\"app\">"
                                     "<title>T</title><vendor>V</vendor><product>P</product>"
                                     "<case id=\"c\" item=\"function\"><title>F</title></case>"
                                     "</suite>' > other/app/suite.xml && printf '#!/bin/sh\\n' > "
                                     "other/app/cases/c && chmod 755 other/app/cases/c"),
              0);
    CHECK_INT(run_lab(lab.elsewhere, &out, &err,
                      "recheck %s --signers %s/signers --dry-run --suite %s/other/app",
                      lab.certificate, lab.keys, lab.keys),
              2);
    CHECK_HAS(out, "is not the suite 'app' with SHA-256");
}

/* The choice can be repeated with sha256sum, and differs from seed to seed. */
static void test_choice(void)
{
    for (int seed = 1; seed <= 5; seed++) {
        _cleanup_free_ char *out = NULL, *err = NULL, *command = NULL;

        CHECK_INT(run_lab(lab.elsewhere, &out, &err,
                          "recheck %s --cells 3 --seed s%d --dry-run --json", lab.certificate,
                          seed),
                  2);
        CHECK_HAS(out, "\"seed_given\": true");
        command = text_format("%s/choice.json", lab.keys);
        CHECK_INT(path_write_atomic(command, out, strlen(out), NULL), 0);
        free(command);
        command = text_format(
            "sums=$(sha256sum out/SHA256SUMS | cut -d' ' -f1); "
            "jq -r '.cells[] | \"\\(.image)/\\(.platform)\"' out/certificate.json | while read -r "
            "cell; do printf '%%s %%s\\n' $(printf '%%s\\n%%s\\n%%s\\n' s%d \"$sums\" \"$cell\" | "
            "sha256sum | cut -d' ' -f1) \"$cell\"; done | sort | head -3 | cut -d' ' -f2 > "
            "expected; "
            "jq -r '.cells[] | \"\\(.image)/\\(.platform)\"' choice.json | cmp - expected",
            seed);
        CHECK_INT(sample_shell(lab.keys, command), 0);
    }
}

/* Every cell is chosen about as often: of 600 draws of one in six, each 100 times, within five
 * standard deviations. */
static void test_uniform(void)
{
    struct certificate_check check = {.folder = lab.certificate, .version = "0"};
    _cleanup_(certificate_report_done) struct certificate_report report = {.files = 0};
    unsigned counts[6] = {0};

    check.trust.at_ms = clock_wall_ms();
    CU_ASSERT_FATAL(certificate_verify(&check, &report, NULL) == 0 && report.judged);
    CHECK_INT(choose_population(&report.judged_again), 6);
    for (int i = 0; i < 600; i++) {
        _cleanup_free_ char *seed = text_format("%d", i);
        struct chosen_cells chosen = {0};

        choose_cells(&report.judged_again, report.sums_sha256, seed, 1, &chosen);
        CHECK_INT(chosen.count, 1);
        counts[chosen.items[0]]++;
        vec_done(&chosen);
    }
    for (int i = 0; i < 6; i++)
        CU_ASSERT(counts[i] > 54 && counts[i] < 146);
}

/* Packages that a reviewer hands in are compared with the digests in the certificate, before
 * anything is run. The home of the run has the suite's copy, so it is known that a package is
 * missing. */
static void test_product(void)
{
    static const struct {
        const char *files; /* made in an empty folder */
        int code;
        const char *says;
    } rows[] = {
        /* By the digest, whatever the file is called; the images are missing. */
        {"printf 'the package' > handed.deb", 2, "cannot be replayed: image"},
        {"printf 'the package' > app_1.0_arm64.deb; echo > README", 2, "\"product_given\": true"},
        {"printf 'the packagf' > app_1.0_arm64.deb", 64, "for 'app_1.0_arm64.deb'"},
        {"printf 'newer' > app_1.1_arm64.deb", 64, "app_1.1_arm64.deb' has the SHA-256"},
        {"printf 'the package' > a.deb; echo > other_1_all.deb", 64,
         "other_1_all.deb' with SHA-256"},
        {"printf 'the package' > a.txt", 64, "has no .deb or .rpm file"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_free_ char *out = NULL, *err = NULL, *make = NULL;
        int is;

        make = text_format("rm -rf handed && mkdir handed && cd handed && %s", rows[i].files);
        CHECK_INT(sample_shell(lab.keys, make), 0);
        is = run_lab(lab.home, &out, &err,
                     "recheck %s --signers %s/signers --product %s/handed --dry-run%s",
                     lab.certificate, lab.keys, lab.keys, rows[i].says[0] == '"' ? " --json" : "");
        CHECK_INT(is, rows[i].code);
        CHECK_HAS(is == 64 ? err : out, rows[i].says);
    }
}

static void test_product_missing(void)
{
    _cleanup_free_ char *out = NULL, *err = NULL, *folder = path_join(lab.keys, "handed");
    struct certificate_check check = {.folder = lab.certificate, .version = "0"};
    _cleanup_(certificate_report_done) struct certificate_report report = {.files = 0};
    _cleanup_(recheck_done) struct recheck recheck = {.seed = NULL};
    struct recheck_cell *chosen = vec_add(&recheck.cells);
    struct error *why = NULL;
    struct predicted_part *part;

    check.trust.at_ms = clock_wall_ms();
    CU_ASSERT_FATAL(certificate_verify(&check, &report, NULL) == 0 && report.judged);
    chosen->image = text_dup(report.judged_again.cells.items[0].cell.image);
    chosen->platform = text_dup(report.judged_again.cells.items[0].cell.platform);
    part = vec_add(&report.judged_again.cells.items[0].attempts.items[0]->prediction.parts);
    part->name = text_dup("needed_1_all.deb");
    digest_of_memory("needed", 6, part->sha256);
    CHECK_INT(sample_shell(lab.keys, "mkdir -p suite/files handed && printf 'the package' > "
                                     "handed/a.deb && rm -f handed/a.txt"),
              0);
    out = path_join(lab.keys, "suite");
    CHECK_INT(recheck_check_product(&report.judged_again, &recheck, out, folder, &why), -EINVAL);
    CHECK_HAS(error_message(why), "does not have the package 'needed_1_all.deb'");
    error_free(why);
    /* It is pinned as one of the suite's files. */
    CHECK_INT(sample_shell(lab.keys, "printf needed > suite/files/n.deb"), 0);
    why = NULL;
    CHECK_INT(recheck_check_product(&report.judged_again, &recheck, out, folder, &why), 0);
    error_free(why);
}

static void test_refused(void)
{
    const struct typed rows[] = {
        {{"recheck", lab.certificate, "--seed", "a b"}, 64, NULL, "without spaces"},
        {{"recheck", lab.certificate, "--cells", "0"}, 64, NULL, "--cells"},
        {{"recheck", lab.certificate, "--key", "k"}, 64, NULL, "--output"},
        {{"recheck", "/nowhere"}, 64, NULL, "give the folder of a certificate"},
    };
    _cleanup_free_ char *out = NULL, *err = NULL;

    check_typed(lab.elsewhere, rows, sizeof(rows) / sizeof(rows[0]));
    /* What was tampered with is not run. */
    CHECK_INT(sample_shell(lab.keys, "cp -r out bad && echo >> bad/run.jsonl"), 0);
    CHECK_INT(run_lab(lab.elsewhere, &out, &err, "recheck %s/bad --signers %s/signers", lab.keys,
                      lab.keys),
              1);
    CHECK_HAS(out, "digest: run.jsonl");
    CHECK_HAS(err, "nothing of it was run again");
}

static void test_versions(void)
{
    static const struct {
        const char *certified, *here;
        unsigned certified_rules, rules;
        bool good;
    } rows[] = {
        {"0.2.0", "0.2.0", 5, 5, true},        {"0.2.0", "0.2.7", 5, 5, true},
        {"0.2.0", "0.3.0", 5, 5, false},       {"1.0.0", "1.9.3", 5, 5, true},
        {"1.0.0", "2.0.0", 5, 5, false},       {"0.2.0", "1.2.0", 5, 5, false},
        {"0.2.0", "0.2.0", 4, 5, false},       {"nonsense", "0.2.0", 5, 5, false},
        {"99999999999.2", "0.2", 5, 5, false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_free_ char *fault = recheck_version_fault(
            rows[i].certified, rows[i].certified_rules, rows[i].here, rows[i].rules);

        if ((fault == NULL) != rows[i].good)
            printf("\n%s: %s\n", rows[i].certified, fault);
        CHECK_INT(fault == NULL, rows[i].good);
    }
}

/* --- what is signed ------------------------------------------------------------------------- */

/* A recheck of the certificate with one cell. */
static void make_recheck(struct recheck *to, const char *seed, enum agreement agreement)
{
    struct certificate_check check = {.folder = lab.certificate, .version = "0"};
    _cleanup_(certificate_report_done) struct certificate_report report = {.files = 0};
    struct chosen_cells chosen = {0};
    struct recheck_cell *cell = vec_add(&to->cells);

    check.trust.at_ms = clock_wall_ms();
    CU_ASSERT_FATAL(certificate_verify(&check, &report, NULL) == 0 && report.judged);
    choose_cells(&report.judged_again, report.sums_sha256, seed, 1, &chosen);
    cell->image = text_dup(report.judged_again.cells.items[chosen.items[0]].cell.image);
    cell->platform = text_dup(report.judged_again.cells.items[chosen.items[0]].cell.platform);
    cell->agreed.agreement = agreement;
    vec_done(&chosen);
    to->certificate = text_dup(report.sums_sha256);
    to->programme = text_dup("opencloudos");
    to->suite = text_dup("app");
    to->certified_run = text_dup(CERTIFIED_RUN);
    to->verified = text_dup("valid");
    to->certified_version = text_dup("0.2.0");
    to->version = text_dup("0.2.0");
    to->seed = text_dup(seed);
    to->rule = text_dup(CHOOSE_RULE);
}

static void sign(const struct recheck *recheck, const char *key, const char *name)
{
    _cleanup_free_ char *path = path_join(lab.keys, key), *folder = path_join(lab.keys, name);
    struct error *err = NULL;

    if (recheck_sign(recheck, path, folder, &err) < 0)
        printf("\n%s\n", error_message(err));
    CU_ASSERT_FATAL(err == NULL);
}

static void sign_grades(const char *name, enum agreement agreement, enum grade certified,
                        enum grade here)
{
    _cleanup_(recheck_done) struct recheck recheck = {.seed = NULL};

    make_recheck(&recheck, "one", agreement);
    recheck.cells.items[0].agreed.certified = certified;
    recheck.cells.items[0].agreed.here = here;
    sign(&recheck, "reviewer", name);
}

static void check_signed(const char *name, int code, const char *says)
{
    _cleanup_free_ char *out = NULL, *err = NULL;
    int is = run_lab(lab.elsewhere, &out, &err, "verify %s --signers %s/signers --recheck %s/%s",
                     lab.certificate, lab.keys, lab.keys, name);

    if (is != code)
        printf("\n%s: %s%s\n", name, out, err);
    CHECK_INT(is, code);
    CHECK_HAS(code == 64 ? err : out, says);
}

static void test_signed(void)
{
    _cleanup_(recheck_done) struct recheck good = {.seed = NULL}, bad = {.seed = NULL},
                                           picked = {.seed = NULL}, other = {.seed = NULL};

    make_recheck(&good, "one", AGREES);
    make_recheck(&bad, "one", DISAGREES);
    make_recheck(&picked, "one", AGREES);
    make_recheck(&other, "one", AGREES);
    text_replace(&picked.cells.items[0].image,
                 strcmp(picked.cells.items[0].image, "ts4-0") == 0 ? "ts4-1" : "ts4-0");
    other.certificate[0] = other.certificate[0] == '0' ? '1' : '0';
    sign(&good, "stranger", "r-stranger");
    sign(&bad, "reviewer", "r-bad");
    sign(&picked, "reviewer", "r-picked");
    sign(&other, "reviewer", "r-other");
    sign(&good, "reviewer", "r-good");
    sign_grades("r-lower-as-agrees", AGREES, GRADE_NATIVE, GRADE_EMULATED);
    sign_grades("r-lower-as-native", AGREES_LOWER, GRADE_NATIVE, GRADE_NATIVE);
    sign_grades("r-other-claim", AGREES_LOWER, GRADE_VIRTUAL, GRADE_EMULATED);
    sign_grades("r-no-guest", AGREES_LOWER, GRADE_NATIVE, GRADE_NONE);
    sign_grades("r-reported", AGREES_LOWER, GRADE_NATIVE, GRADE_REPORTED);
    sign_grades("r-lower", AGREES_LOWER, GRADE_NATIVE, GRADE_EMULATED);
    check_signed("r-lower-as-agrees", 1, "it says 'agrees' in a guest of grade 'emulated'");
    check_signed("r-lower-as-native", 1, "does not fit the grade in the certificate");
    check_signed("r-other-claim", 1, "does not fit the grade in the certificate");
    check_signed("r-no-guest", 1, "does not fit the grade in the certificate");
    check_signed("r-reported", 1, "does not fit the grade in the certificate");
    check_signed("r-lower", 0,
                 "in a guest of grade emulated; what grade native proves was not "
                 "rechecked");
    check_signed("r-stranger", 2, "signer: recheck.json.sig");
    check_signed("r-bad", 2, "disagrees: ");
    check_signed("r-picked", 1, "are not those that its seed 'one' chooses");
    check_signed("r-other", 1, "another certificate");
    check_signed("nowhere", 64, "is not a recheck");
    CHECK_INT(sample_shell(lab.keys, "cp -r r-good r-edited && sed -i 's/\"one\"/\"two\"/' "
                                     "r-edited/recheck.json"),
              0);
    check_signed("r-edited", 1, "signature: recheck.json.sig");
    /* A signature of the certificate is none of a recheck. */
    CHECK_INT(sample_shell(lab.keys, "cp -r r-good r-space && ssh-keygen -q -Y sign -f reviewer -n "
                                     "touchstone-certificate@v1 < r-space/recheck.json > "
                                     "r-space/recheck.json.sig 2> /dev/null"),
              0);
    check_signed("r-space", 1, "namespace: recheck.json.sig");
    check_signed("r-good", 0, "recheck by reviewer@example, seed one: agrees 1");
    CHECK_INT(sample_shell(lab.keys, "ssh-keygen -Y verify -f signers -I reviewer@example -n "
                                     "touchstone-recheck@v1 -s r-good/recheck.json.sig < "
                                     "r-good/recheck.json"),
              0);
}

/* Each byte of a signed recheck counts. */
static void test_flipped(void)
{
    _cleanup_free_ char *path = text_format("%s/r-good/recheck.json", lab.keys);
    _cleanup_free_ char *folder = text_format("%s/r-good", lab.keys);
    _cleanup_buffer_ struct buffer text = {0};
    struct certificate_check check = {.folder = lab.certificate, .version = "0"};
    uint64_t state = 1;

    CU_ASSERT_FATAL(path_read(path, 1 << 20, &text, NULL) == 0);
    check.trust.at_ms = clock_wall_ms();
    for (int seed = 0; seed < 40; seed++) {
        _cleanup_(certificate_report_done) struct certificate_report report = {.files = 0};
        struct recheck_reports found = {0};
        size_t at;

        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        at = (size_t)(state >> 33) % text.length;
        text.data[at] = (char)(text.data[at] ^ 1 << (state >> 20) % 8);
        CU_ASSERT_FATAL(path_write_unsynced(path, text.data, text.length, NULL) == 0);
        CHECK_INT(recheck_verify(folder, &check.trust, &report, vec_add(&found), NULL), 0);
        CU_ASSERT(report.problems.count[PROBLEM_TAMPERED] > 0);
        text.data[at] = (char)(text.data[at] ^ 1 << (state >> 20) % 8);
        recheck_reports_done(&found);
    }
    CU_ASSERT_FATAL(path_write_unsynced(path, text.data, text.length, NULL) == 0);
}

/* A key that was revoked counts as that of nobody. */
static void test_revoked(void)
{
    _cleanup_free_ char *out = NULL, *err = NULL, *out2 = NULL, *err2 = NULL;

    CHECK_INT(run_lab(lab.elsewhere, &out, &err,
                      "verify %s --signers %s/signers --revoked %s/lab.pub", lab.certificate,
                      lab.keys, lab.keys),
              2);
    CHECK_HAS(out, "signer: SHA256SUMS.sig");
    CHECK_INT(run_lab(lab.elsewhere, &out2, &err2,
                      "verify %s --signers %s/signers --revoked %s/reviewer.pub", lab.certificate,
                      lab.keys, lab.keys),
              0);
}

int main(void)
{
    CU_TestInfo tests[] = {{"make", test_make},
                           {"missing", test_missing},
                           {"other suite", test_other_suite},
                           {"choice", test_choice},
                           {"uniform", test_uniform},
                           {"refused", test_refused},
                           {"product", test_product},
                           {"product missing", test_product_missing},
                           {"versions", test_versions},
                           {"signed", test_signed},
                           {"flipped", test_flipped},
                           {"revoked", test_revoked},
                           CU_TEST_INFO_NULL};
    int failed = cunit_run("recheck", tests);

    temp_folder_remove(&lab.home);
    temp_folder_remove(&lab.keys);
    temp_folder_remove(&lab.elsewhere);
    free(lab.certificate);
    return failed;
}
