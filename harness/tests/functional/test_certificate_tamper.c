/* SPDX-License-Identifier: Apache-2.0 */
/* What a stranger, and what a signer, can do to a certificate, each in many random ways: all of it
 * is found. The certificate is verified in this process, and some of it by the standard commands.
 */
#include <jansson.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/vec.h"
#include "certificate/certificate.h"
#include "certificate/folder.h"
#include "certificate/sums.h"
#include "run_touchstone.h"
#include "sample_certificate.h"

#ifdef __SANITIZE_ADDRESS__
/* Freed memory that is kept for long is copied at each of thousands of forks. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "quarantine_size_mb=1:thread_local_quarantine_size_kb=64";
}
#endif

enum { SEEDS = 100, STANDARD_SEEDS = 12 };

/* The bytes of a certificate. */
struct copy {
    VEC(struct copied {
        char *name;
        struct buffer data;
    })
    files;
};

/* The certificates a and b, keys, and the folder in which one is tampered with. */
static struct {
    char *keys, *home_a, *home_b, *work, *version;
    struct copy a, b;
} lab;

static uint64_t state;

static unsigned pick(size_t count)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)((state >> 33) % count);
}

static char *in_work(const char *name)
{
    return path_join(lab.work, name);
}

static void read_copy(const char *folder, struct copy *to)
{
    _cleanup_(folder_done) struct folder from = {.path = NULL};
    _cleanup_(problems_done) struct problems problems = {.count = {0}};

    CU_ASSERT_FATAL(folder_open(folder, &from, &problems, NULL) == 0);
    CU_ASSERT_FATAL(problems.rows.count == 0);
    vec_foreach (file, &from.files) {
        struct copied *row = vec_add(&to->files);

        row->name = text_dup(file->name);
        CU_ASSERT_FATAL(folder_read(&from, file, 64 << 20, &row->data, &problems, NULL) == 0);
    }
}

static void write_work(const char *name, const void *data, size_t length)
{
    _cleanup_free_ char *path = in_work(name);
    _cleanup_fclose_ FILE *out = fopen(path, "we");

    CU_ASSERT_FATAL(out != NULL && fwrite(data, 1, length, out) == length);
}

/* The folder is certificate a again. */
static void restore(void)
{
    CU_ASSERT_FATAL(path_remove_tree(lab.work, NULL) == 0);
    for (int i = 0; i < FOLDER_PLACES; i++) {
        _cleanup_free_ char *place = in_work(folder_places[i]);

        CU_ASSERT_FATAL(path_make_folders(place, false, NULL) == 0);
    }
    vec_foreach (file, &lab.a.files)
        write_work(file->name, file->data.data, file->data.length);
}

static struct copied *find(struct copy *copy, const char *name)
{
    vec_foreach (file, &copy->files)
        if (strcmp(file->name, name) == 0)
            return file;
    CU_FAIL_FATAL("no such file");
    return NULL;
}

static void sum_again(struct buffer *sums)
{
    _cleanup_(folder_done) struct folder folder = {.path = NULL};
    _cleanup_(problems_done) struct problems problems = {.count = {0}};

    CU_ASSERT_FATAL(folder_open(lab.work, &folder, &problems, NULL) == 0);
    CU_ASSERT_FATAL(sums_write(&folder, sums, NULL) == 0);
    write_work(SUMS_FILE, sums->data, sums->length);
}

/* New sums; key NULL: and the old signature. */
static void sign_again(const char *key)
{
    _cleanup_buffer_ struct buffer sums = {0}, signature = {0};
    _cleanup_free_ char *path = key != NULL ? path_join(lab.keys, key) : NULL;

    sum_again(&sums);
    if (key == NULL)
        return;
    CU_ASSERT_FATAL(sshsig_sign(path, SSHSIG_NAMESPACE, sums.data, sums.length, &signature, NULL) == 0);
    write_work(SUMS_FILE ".sig", signature.data, signature.length);
}

/* --- what is done to it ------------------------------------------------------------------- */

static void flip_bit(void)
{
    struct copied *file = &lab.a.files.items[pick(lab.a.files.count)];
    size_t at = pick(file->data.length);
    char old = file->data.data[at];

    file->data.data[at] = (char)(old ^ 1 << pick(8));
    write_work(file->name, file->data.data, file->data.length);
    file->data.data[at] = old;
}

static void drop_file(void)
{
    _cleanup_free_ char *path = in_work(lab.a.files.items[pick(lab.a.files.count)].name);

    CU_ASSERT_FATAL(unlink(path) == 0);
}

static void cut_file(void)
{
    struct copied *file = &lab.a.files.items[pick(lab.a.files.count)];

    write_work(file->name, file->data.data, pick(file->data.length));
}

/* Files, links, folders and devices, with good names and odd ones. */
static void add_file(void)
{
    static const char *const names[] = {
        "more.txt", "evidence/..x", ".hidden",           "results/new.json", "images/x y",
        "\n",       "-rf",          "SHA256SUMS.10.sig", "reports/\xff",     "evidence/0",
    };
    _cleanup_free_ char *path = in_work(names[pick(sizeof(names) / sizeof(names[0]))]);

    switch (pick(5)) {
    case 0:
        CU_ASSERT_FATAL(symlink("/etc/passwd", path) == 0);
        break;
    case 1:
        CU_ASSERT_FATAL(mkdir(path, 0755) == 0);
        break;
    case 2:
        CU_ASSERT_FATAL(mkfifo(path, 0644) == 0);
        break;
    default:
        CU_ASSERT_FATAL(path_write_unsynced(path, "x", 1, NULL) == 0);
    }
}

/* A file becomes a link to an equal one. */
static void link_file(void)
{
    struct copied *file = &lab.a.files.items[pick(lab.a.files.count)];
    _cleanup_free_ char *path = in_work(file->name), *target = path_join(lab.keys, "target");

    CU_ASSERT_FATAL(path_write_unsynced(target, file->data.data, file->data.length, NULL) == 0);
    CU_ASSERT_FATAL(unlink(path) == 0 && symlink(target, path) == 0);
}

static void rename_file(void)
{
    _cleanup_free_ char *from = in_work(lab.a.files.items[pick(lab.a.files.count)].name);
    _cleanup_free_ char *to = text_format("%s%u", from, pick(1000));

    CU_ASSERT_FATAL(rename(from, to) == 0);
}

/* Two files exchange their content. */
static void exchange_files(void)
{
    struct copied *a = &lab.a.files.items[pick(lab.a.files.count)], *b = a;

    while (b == a || (b->data.length == a->data.length &&
                      memcmp(a->data.data, b->data.data, a->data.length) == 0))
        b = &lab.a.files.items[pick(lab.a.files.count)];
    write_work(a->name, b->data.data, b->data.length);
    write_work(b->name, a->data.data, a->data.length);
}

/* A line of run.jsonl is moved, left out or doubled, by a signer. */
static void reorder_lines(void)
{
    struct copied *file = find(&lab.a, "run.jsonl");
    _cleanup_strv_ struct strv lines = {0};
    _cleanup_buffer_ struct buffer text = {0};
    size_t from, to;

    strv_split(&lines, file->data.data, "\n");
    from = pick(lines.count);
    do
        to = pick(lines.count);
    while (to == from);
    for (size_t i = 0, kind = pick(3); i < lines.count; i++) {
        size_t at = kind == 0 && i == from ? to : kind == 0 && i == to ? from : i;

        if (kind == 1 && i == from)
            continue;
        buffer_format(&text, "%s\n", lines.items[at]);
        if (kind == 2 && i == from)
            buffer_format(&text, "%s\n", lines.items[at]);
    }
    write_work("run.jsonl", text.data, text.length);
    sign_again("lab");
}

/* A signature that the signer made for something else. */
static void change_namespace(void)
{
    _cleanup_free_ char *command =
        text_format("ssh-keygen -q -Y sign -f '%s/lab' -n other%u@v1 < SHA256SUMS > s 2>&1 && mv s "
                    "SHA256SUMS.sig",
                    lab.keys, pick(1000));

    CU_ASSERT_FATAL(sample_shell(lab.work, command) == 0);
}

static void edit_document(const char *key, json_t *value)
{
    struct copied *file = find(&lab.a, "certificate.json");
    json_t *json = NULL;
    char *text;

    CU_ASSERT_FATAL(json_parse(file->data.data, file->data.length, "", &json, NULL) == 0);
    json_object_set_new(json, key, value);
    text = json_dumps(json, JSON_INDENT(2));
    write_work("certificate.json", text, strlen(text));
    free(text);
    json_decref(json);
}

static void extend_validity(void)
{
    _cleanup_free_ char *date = text_format("%u-12-31", 3000 + pick(5000));

    edit_document("valid_until", json_string(date));
    if (pick(2) == 0)
        sign_again(NULL);
}

static void sign_as_stranger(void)
{
    if (pick(2) == 0)
        extend_validity();
    sign_again("stranger");
}

/* Files of another certificate of the same signer, with or without its signature. */
static void mix(void)
{
    size_t count = 1 + pick(3), done = 0;
    bool whole = pick(4) == 0;

    while (done < count) {
        struct copied *b = &lab.b.files.items[pick(lab.b.files.count)], *a = NULL;

        vec_foreach (file, &lab.a.files)
            if (strcmp(file->name, b->name) == 0)
                a = file;
        if (a != NULL && a->data.length == b->data.length &&
            memcmp(a->data.data, b->data.data, b->data.length) == 0)
            continue;
        write_work(b->name, b->data.data, b->data.length);
        done++;
    }
    if (!whole)
        return;
    write_work(SUMS_FILE, find(&lab.b, SUMS_FILE)->data.data, find(&lab.b, SUMS_FILE)->data.length);
    write_work(SUMS_FILE ".sig", find(&lab.b, SUMS_FILE ".sig")->data.data,
               find(&lab.b, SUMS_FILE ".sig")->data.length);
}

/* --- a document that says something else --------------------------------------------------- */

struct places {
    VEC(struct place {
        json_t *parent;
        const char *key; /* NULL: of an array */
        size_t at;
    })
    rows;
};

/* What is stated, and nobody can judge. */
static bool is_stated(const char *key)
{
    static const char *const keys[] = {"created_ms", "created",  "valid_until", "identity",
                                       "version",    "ended_ms", "ended",       "stated"};

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        if (strcmp(key, keys[i]) == 0)
            return true;
    return false;
}

static void collect(json_t *json, struct places *places)
{
    const char *key;
    json_t *value;
    size_t at;

    if (json_is_object(json)) {
        json_object_foreach(json, key, value)
        {
            if (json_is_object(value) || json_is_array(value))
                collect(value, places);
            else if (!is_stated(key))
                *vec_add(&places->rows) = (struct place){json, key, 0};
        }
    } else {
        json_array_foreach(json, at, value)
        {
            if (json_is_object(value) || json_is_array(value))
                collect(value, places);
            else
                *vec_add(&places->rows) = (struct place){json, NULL, at};
        }
    }
}

static json_t *other_value(const json_t *old)
{
    if (json_is_boolean(old))
        return json_boolean(!json_is_true(old));
    if (json_is_integer(old))
        return json_integer(json_integer_value(old) + 1 + pick(3));
    if (json_is_null(old))
        return json_string("level-2");
    return json_string(strcmp(json_string_value(old), "passed") == 0 ? "failed" : "passed");
}

static void edit_anything(void)
{
    struct copied *file = find(&lab.a, "certificate.json");
    struct places places = {0};
    const struct place *place;
    json_t *json = NULL;
    char *text;

    CU_ASSERT_FATAL(json_parse(file->data.data, file->data.length, "", &json, NULL) == 0);
    collect(json, &places);
    place = &places.rows.items[pick(places.rows.count)];
    if (place->key != NULL)
        json_object_set_new(place->parent, place->key,
                            other_value(json_object_get(place->parent, place->key)));
    else
        json_array_set_new(place->parent, place->at,
                           other_value(json_array_get(place->parent, place->at)));
    text = json_dumps(json, JSON_INDENT(2));
    write_work("certificate.json", text, strlen(text));
    free(text);
    json_decref(json);
    vec_done(&places.rows);
}

static void edit_without_key(void)
{
    edit_anything();
    sign_again(NULL);
}

/* A forged state, by somebody who may sign. */
static void edit_with_key(void)
{
    edit_anything();
    sign_again("lab");
}

/* Evidence is exchanged for other evidence, by somebody who may sign. */
static void exchange_evidence(void)
{
    struct copied *file;

    do
        file = &lab.a.files.items[pick(lab.a.files.count)];
    while (!text_starts(file->name, "evidence/"));
    if (pick(2) == 0) {
        _cleanup_free_ char *path = in_work(file->name);

        CU_ASSERT_FATAL(unlink(path) == 0);
    } else {
        write_work(file->name, "passed\n", 7);
    }
    sign_again("lab");
}

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

static void run_seeds(const char *name, void (*tamper)(void), enum problem_weight weight)
{
    for (unsigned seed = 1; seed <= SEEDS; seed++) {
        _cleanup_(certificate_report_done) struct certificate_report report = {.files = 0};
        bool found;

        state = seed * UINT64_C(2654435761) + text_hash(name, strlen(name));
        restore();
        tamper();
        verify(weight == PROBLEM_OPEN, &report);
        found = report.problems.count[PROBLEM_TAMPERED] > 0 ||
                (weight == PROBLEM_OPEN && report.problems.count[PROBLEM_OPEN] > 0);
        if (!found)
            printf("\n%s, seed %u: not found\n", name, seed);
        CU_ASSERT(found);
    }
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

#define TAMPER(name, weight)                                                                       \
    static void test_##name(void)                                                                  \
    {                                                                                              \
        run_seeds(#name, name, weight);                                                            \
    }
TAMPER(flip_bit, PROBLEM_TAMPERED)
TAMPER(drop_file, PROBLEM_TAMPERED)
TAMPER(cut_file, PROBLEM_TAMPERED)
TAMPER(add_file, PROBLEM_TAMPERED)
TAMPER(link_file, PROBLEM_TAMPERED)
TAMPER(rename_file, PROBLEM_TAMPERED)
TAMPER(exchange_files, PROBLEM_TAMPERED)
TAMPER(reorder_lines, PROBLEM_TAMPERED)
TAMPER(change_namespace, PROBLEM_TAMPERED)
TAMPER(extend_validity, PROBLEM_TAMPERED)
TAMPER(sign_as_stranger, PROBLEM_OPEN)
TAMPER(mix, PROBLEM_TAMPERED)
TAMPER(edit_without_key, PROBLEM_TAMPERED)
TAMPER(edit_with_key, PROBLEM_TAMPERED)
TAMPER(exchange_evidence, PROBLEM_TAMPERED)

/* All that the two standard commands can find: they do not know of files that were added, and not
 * what the records give. */
static void test_standard_commands(void)
{
    static void (*const tampers[])(void) = {drop_file,        cut_file,         exchange_files,
                                            extend_validity,  change_namespace, sign_as_stranger,
                                            edit_without_key, rename_file};
    _cleanup_free_ char *command = text_format(
        "ssh-keygen -Y verify -f '%s/signers' -I lab@example -n touchstone-certificate@v1 -s "
        "SHA256SUMS.sig < SHA256SUMS && sha256sum --strict --quiet -c SHA256SUMS",
        lab.keys);

    restore();
    CHECK_INT(sample_shell(lab.work, command), 0);
    for (size_t i = 0; i < sizeof(tampers) / sizeof(tampers[0]); i++)
        for (unsigned seed = 1; seed <= STANDARD_SEEDS; seed++) {
            bool found;

            state = seed * UINT64_C(2654435761);
            restore();
            tampers[i]();
            found = sample_shell(lab.work, command) != 0;
            if (!found)
                printf("\ntamper %zu, seed %u: not found\n", i, seed);
            CU_ASSERT(found);
        }
}

static void edit_member(const char *key, const char *value)
{
    _cleanup_free_ char *path = in_work("certificate.json");
    _cleanup_buffer_ struct buffer text = {0};
    json_t *json = NULL;
    char *dumped;

    CU_ASSERT_FATAL(path_read(path, 64 << 20, &text, NULL) == 0);
    CU_ASSERT_FATAL(json_parse(text.data, text.length, "", &json, NULL) == 0);
    json_object_set_new(json, key, json_loads(value, JSON_DECODE_ANY, NULL));
    dumped = json_dumps(json, JSON_INDENT(2));
    write_work("certificate.json", dumped, strlen(dumped));
    free(dumped);
    json_decref(json);
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
            edit_member(rows[i].members[at], rows[i].values[at]);
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
                                            "--key %s/lab --valid-until 2999-12-31 -o %s",
                                            lab.keys, folder);

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

static void copy_done(struct copy *copy)
{
    vec_foreach (file, &copy->files) {
        free(file->name);
        buffer_done(&file->data);
    }
    vec_done(&copy->files);
}

static void test_make(void)
{
    static const struct sample_certified a = {.grade = GRADE_NATIVE, .cells = 2},
                                         b = {.grade = GRADE_VIRTUAL, .cells = 4};

    lab.keys = temp_folder_new();
    lab.work = temp_folder_new();
    lab.home_a = sample_certified_home(&a);
    lab.home_b = sample_certified_home(&b);
    sample_key(lab.keys, "lab", true);
    sample_key(lab.keys, "stranger", false);
    certify(lab.home_a, "a", &lab.a);
    certify(lab.home_b, "b", &lab.b);
    lab.version = read_version();
}

int main(void)
{
    CU_TestInfo tests[] = {{"make two", test_make},
                           {"untouched", test_untouched},
                           {"flip a bit", test_flip_bit},
                           {"drop a file", test_drop_file},
                           {"cut a file", test_cut_file},
                           {"add a file", test_add_file},
                           {"a link for a file", test_link_file},
                           {"rename a file", test_rename_file},
                           {"exchange files", test_exchange_files},
                           {"reorder records, signed", test_reorder_lines},
                           {"another namespace", test_change_namespace},
                           {"extend the validity", test_extend_validity},
                           {"sign as a stranger", test_sign_as_stranger},
                           {"mix two certificates", test_mix},
                           {"edit without the key", test_edit_without_key},
                           {"edit with the key", test_edit_with_key},
                           {"exchange evidence, signed", test_exchange_evidence},
                           {"another version", test_other_version},
                           {"exhausting", test_exhausting},
                           {"standard commands", test_standard_commands},
                           CU_TEST_INFO_NULL};
    int failed = cunit_run("certificate_tamper", tests);
    copy_done(&lab.a);
    copy_done(&lab.b);
    free(lab.version);
    temp_folder_remove(&lab.work);
    temp_folder_remove(&lab.keys);
    temp_folder_remove(&lab.home_a);
    temp_folder_remove(&lab.home_b);
    return failed;
}
