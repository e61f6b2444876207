/* SPDX-License-Identifier: Apache-2.0 */
/* What a stranger, and what a signer, can do to a certificate (tamper_kinds.h), each in many random
 * ways: all of it is found. The certificate is verified in this process, and some of it by the
 * standard commands. */
#include "tamper_kinds.h"

#ifdef __SANITIZE_ADDRESS__
/* Freed memory that is kept for long is copied at each of thousands of forks. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "quarantine_size_mb=1:thread_local_quarantine_size_kb=64";
}
#endif

enum { SEEDS = 100, STANDARD_SEEDS = 12 };

/* --- it is found ---------------------------------------------------------------------------- */

/* Starting ssh-keygen takes most of the time: whose signature it is is asked only where that is
 * what is tested. */
static void verify(bool ask, struct certificate_report *report)
{
    _cleanup_free_ char *signers = ask ? path_join(lab.keys, "signers") : NULL;
    struct certificate_check check = {.folder = lab.work, .version = lab.version};
    struct error *err = NULL;

    check.trust.signers = signers;
    check.trust.at_ms = clock_wall_ms();
    if (certificate_verify(&check, report, &err) < 0)
        printf("\n%s\n", error_message(err));
    CU_ASSERT_FATAL(err == NULL);
}

static void run_seeds(const struct tamper_kind *kind)
{
    lab.restored = kind->full ? &lab.full : &lab.a;
    for (unsigned seed = 1; seed <= SEEDS; seed++) {
        _cleanup_(certificate_report_done) struct certificate_report report = {.files = 0};
        bool found;

        state = seed * UINT64_C(2654435761) + text_hash(kind->name, strlen(kind->name));
        restore();
        kind->tamper();
        verify(kind->weight == PROBLEM_OPEN, &report);
        found = report.problems.count[PROBLEM_TAMPERED] > 0 ||
                (kind->weight == PROBLEM_OPEN && report.problems.count[PROBLEM_OPEN] > 0);
        if (!found)
            printf("\n%s, seed %u: not found\n", kind->name, seed);
        CU_ASSERT(found);
    }
}

/* So is the one with attestation and SM2. */
static void test_full(void)
{
    _cleanup_(certificate_report_done) struct certificate_report report = {.files = 0};

    lab.restored = &lab.full;
    restore();
    verify(true, &report);
    vec_foreach (row, &report.problems.rows)
        printf("\n%s: %s\n", row->file, row->text);
    CHECK_INT(report.problems.rows.count, 0);
    CU_ASSERT(report.attested && report.sm2.good);
    lab.restored = &lab.a;
}

static void test_untouched(void)
{
    _cleanup_(certificate_report_done) struct certificate_report report = {.files = 0};

    restore();
    verify(true, &report);
    vec_foreach (row, &report.problems.rows)
        printf("\n%s: %s\n", row->file, row->text);
    CHECK_INT(report.problems.rows.count, 0);
    sign_again("lab");
    certificate_report_done(&report);
    memset(&report, 0, sizeof(report));
    verify(true, &report);
    CHECK_INT(report.problems.rows.count, 0);
}

static void test_kinds(void)
{
    for (size_t i = 0; i < TAMPER_KINDS; i++)
        run_seeds(&tamper_kinds[i]);
    lab.restored = &lab.a;
}

/* All that the two standard commands can find: they do not know of files that were added, and not
 * what the records give. */
static void test_standard_commands(void)
{
    _cleanup_free_ char *command = text_format(
        "ssh-keygen -Y verify -f '%s/signers' -I lab@example -n touchstone-certificate@v1 -s "
        "SHA256SUMS.sig < SHA256SUMS && sha256sum --strict --quiet -c SHA256SUMS",
        lab.keys);

    restore();
    CHECK_INT(sample_shell(lab.work, command), 0);
    for (size_t i = 0; i < TAMPER_KINDS; i++)
        for (unsigned seed = 1; tamper_kinds[i].standard && seed <= STANDARD_SEEDS; seed++) {
            bool found;

            state = seed * UINT64_C(2654435761);
            restore();
            tamper_kinds[i].tamper();
            found = sample_shell(lab.work, command) != 0;
            if (!found)
                printf("\n%s, seed %u: not found\n", tamper_kinds[i].name, seed);
            CU_ASSERT(found);
        }
}

/* Texts of another version differ, and then no page is taken for compared; facts never differ. By
 * other rules, a difference is nothing that was tampered with, but nothing is confirmed. */
static void test_other_version(void)
{
    static const struct {
        const char *members[3], *values[3];
        size_t tampered, open;
        bool exact;
    } rows[] = {
        {{"version"}, {"\"0.0.1\""}, 0, 0, false},
        {{"version", "title"}, {"\"0.0.1\"", "\"Title\""}, 0, 0, false},
        {{"title"}, {"\"Title\""}, 1, 0, true},
        {{"version", "level"}, {"\"0.0.1\"", "\"level-3\""}, 1, 0, false},
        {{"rules", "level"}, {"3", "\"level-3\""}, 0, 1, false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_(certificate_report_done) struct certificate_report report = {.files = 0};

        restore();
        for (int at = 0; at < 3 && rows[i].members[at] != NULL; at++)
            edit_member(rows[i].members[at], json_loads(rows[i].values[at], JSON_DECODE_ANY, NULL));
        sign_again("lab");
        verify(true, &report);
        vec_foreach (row, &report.problems.rows)
            if (report.problems.count[0] != rows[i].tampered ||
                report.problems.count[1] != rows[i].open)
                printf("\nrow %zu: %s: %s\n", i, row->file, row->text);
        CHECK_INT(report.problems.count[PROBLEM_TAMPERED], rows[i].tampered);
        CHECK_INT(report.problems.count[PROBLEM_OPEN], rows[i].open);
        CHECK_INT(report.exact, rows[i].exact);
    }
}

static void nest(void)
{
    _cleanup_buffer_ struct buffer text = {0};

    for (int i = 0; i < 1000000; i++)
        buffer_text(&text, "[");
    write_work("certificate.json", text.data, text.length);
}

static void make_huge(void)
{
    _cleanup_free_ char *path = in_work("certificate.json");

    CU_ASSERT_FATAL(truncate(path, (off_t)CONTENT_MAX + 1) == 0);
}

static void make_sparse(void)
{
    _cleanup_free_ char *path = in_work("VERIFY.txt");

    CU_ASSERT_FATAL(truncate(path, (off_t)1 << 40) == 0);
}

static void make_pipe(void)
{
    _cleanup_free_ char *path = in_work(SUMS_FILE);

    CU_ASSERT_FATAL(unlink(path) == 0 && mkfifo(path, 0644) == 0);
}

/* Nothing is exhausted, and nothing is waited for. */
static void test_exhausting(void)
{
    static void (*const tampers[])(void) = {nest, make_huge, make_sparse, make_pipe};

    for (size_t i = 0; i < sizeof(tampers) / sizeof(tampers[0]); i++) {
        _cleanup_(certificate_report_done) struct certificate_report report = {.files = 0};

        restore();
        tampers[i]();
        if (i == 0)
            sign_again("lab");
        verify(false, &report);
        CU_ASSERT(report.problems.count[PROBLEM_TAMPERED] > 0);
    }
}

static void certify(const char *home, const char *name, struct copy *to)
{
    _cleanup_free_ char *folder = path_join(lab.keys, name), *out = NULL, *err = NULL;
    _cleanup_free_ char *line = text_format("certify " CERTIFIED_RUN " --programme opencloudos "
                                            "--key %s/lab --sm2-key %s/sm2 --valid-until "
                                            "2999-12-31 -o %s",
                                            lab.keys, lab.keys, folder);

    if (run_line(home, line, &out, &err) != 0)
        printf("\n%s\n", err);
    read_copy(folder, to);
}

/* The version of the program that made it. */
static char *read_version(void)
{
    struct copied *file = find(&lab.a, "certificate.json");
    json_t *json = NULL;
    char *version;

    CU_ASSERT_FATAL(json_parse(file->data.data, file->data.length, "", &json, NULL) == 0);
    version = text_dup(json_string_value(json_object_get(json, "version")));
    json_decref(json);
    return version;
}

/* The certificate without what is beside its records, signed again. */
static void make_plain(struct copy *from, struct copy *to)
{
    static const char *const names[] = {ATTEST_FILE, SM2_SUMS, SM2_SIGNATURE, SM2_KEY};

    lab.restored = from;
    restore();
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        _cleanup_free_ char *path = in_work(names[i]);

        CU_ASSERT_FATAL(unlink(path) == 0);
    }
    edit_member("attested", NULL);
    sign_again("lab");
    read_copy(lab.work, to);
}

static void test_make(void)
{
    struct copy full_b = {0};

    static const struct sample_certified a = {.grade = GRADE_NATIVE, .cells = 2},
                                         b = {.grade = GRADE_VIRTUAL, .cells = 4};

    lab.keys = temp_folder_new();
    lab.work = temp_folder_new();
    lab.home_a = sample_certified_home(&a);
    lab.home_b = sample_certified_home(&b);
    sample_key(lab.keys, "lab", true);
    sample_key(lab.keys, "stranger", false);
    CU_ASSERT_FATAL(sample_shell(lab.keys, "openssl genpkey -algorithm SM2 -out sm2") == 0);
    certify(lab.home_a, "a", &lab.full);
    certify(lab.home_b, "b", &full_b);
    make_plain(&lab.full, &lab.a);
    make_plain(&full_b, &lab.b);
    copy_done(&full_b);
    lab.restored = &lab.a;
    lab.version = read_version();
}

int main(void)
{
    CU_TestInfo tests[] = {{"make two", test_make},
                           {"untouched", test_untouched},
                           {"full", test_full},
                           {"kinds", test_kinds},
                           {"another version", test_other_version},
                           {"exhausting", test_exhausting},
                           {"standard commands", test_standard_commands},
                           CU_TEST_INFO_NULL};
    int failed = cunit_run("certificate_tamper", tests);

    copy_done(&lab.full);
    copy_done(&lab.a);
    copy_done(&lab.b);
    free(lab.version);
    temp_folder_remove(&lab.work);
    temp_folder_remove(&lab.keys);
    temp_folder_remove(&lab.home_a);
    temp_folder_remove(&lab.home_b);
    return failed;
}
