/* SPDX-License-Identifier: Apache-2.0 */
/*
 * debian/tests/control of a source package (autopkgtest's README.package-tests), or what autodep8
 * writes for one whose debian/control only names a kind of tests. The whole source tree goes into
 * the suite, since tests run in it. A restriction that is not known or not possible here skips the
 * test with that reason, as autopkgtest does.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "base/process.h"
#include "base/text.h"
#include "import/deb822.h"
#include "import/dependencies.h"
#include "import/draft.h"

#define TIMEOUT_S 600 /* a test has no limit of its own; autopkgtest's default is 10000 s */

struct source {
    const char *folder;
    struct deb822 control; /* debian/control */
    struct draft *draft;
};

static int read_control(const char *folder, const char *name, struct deb822 *ret_paragraphs,
                        struct error **err)
{
    _cleanup_free_ char *path = path_join(folder, name);
    _cleanup_buffer_ struct buffer text = {0};
    int code = path_read(path, IMPORT_FILE_BYTES, &text, err);

    return code < 0 ? code : deb822_parse(text.data, path, ret_paragraphs, err);
}

static bool has_control(const char *source)
{
    _cleanup_free_ char *control = path_join(source, "debian/tests/control");

    return path_exists(control);
}

/* "Testsuite: autopkgtest-pkg-python": its tests are those of every package of that kind. */
static bool names_kind(const char *source)
{
    _cleanup_(deb822_done) struct deb822 control = {0};
    const char *kinds;

    if (read_control(source, "debian/control", &control, NULL) < 0 || control.count == 0)
        return false;
    kinds = deb822_get(&control.items[0], "Testsuite");
    return kinds != NULL && strstr(kinds, "autopkgtest-pkg-") != NULL;
}

bool autopkgtest_is(const char *source)
{
    return has_control(source) || names_kind(source);
}

/* autodep8 reads the source and runs nothing of it. autopkgtest asks it for the same sources. */
static int read_tests(const char *folder, struct deb822 *ret_paragraphs, struct error **err)
{
    const char *const argv[] = {"autodep8", folder, NULL};
    _cleanup_free_ char *program = process_find("autodep8"), *text = NULL;
    int code;

    if (!names_kind(folder))
        return read_control(folder, "debian/tests/control", ret_paragraphs, err);
    if (program == NULL)
        return error_set(err, -ENOENT,
                         "'%s/debian/control' names its tests by a kind (Testsuite): install "
                         "autodep8, which writes them",
                         folder);
    code = process_check(argv, 60000, &text, err);
    return code < 0 ? code : deb822_parse(text, "what autodep8 prints", ret_paragraphs, err);
}

/* What a restriction means here. reason NULL: nothing is lost. */
static const struct {
    const char *word;
    const char *reason; /* the test is skipped */
    const char *note;   /* it runs, and this is lost */
} restrictions[] = {
    {"rw-build-tree", NULL, NULL},
    {"breaks-testbed", NULL, NULL},
    {"needs-root", NULL, NULL},
    {"allow-stderr", NULL, NULL},
    {"isolation-container", NULL, NULL},
    {"isolation-machine", NULL, NULL},
    {"needs-reboot", NULL, NULL},
    {"skippable", NULL, NULL},
    {"flaky", NULL, NULL},
    {"superficial", NULL, "superficial: it passes without saying much"},
    {"skip-not-installable", NULL,
     "skip-not-installable: packages that cannot be fetched end the run"},
    {"needs-recommends", NULL, "needs-recommends: recommended packages are not installed"},
    {"build-needed", "build-needed: the source package would have to be built in the guest", NULL},
    {"needs-internet", "needs-internet: guests have no network", NULL},
    {"needs-sudo", "needs-sudo: guests have no user with sudo", NULL},
    {"hint-testsuite-triggers", "hint-testsuite-triggers: it is not a test", NULL},
    {"skip-foreign-architecture", NULL, NULL},
};

static bool has_word(const char *list, const char *word)
{
    _cleanup_strv_ struct strv words = {0};

    strv_split(&words, list != NULL ? list : "", " ,\t\n");
    return strv_has(&words, word);
}

static void apply_restriction(struct draft *draft, struct draft_case *row, const char *word)
{
    for (size_t i = 0; i < sizeof(restrictions) / sizeof(restrictions[0]); i++) {
        if (strcmp(restrictions[i].word, word) != 0)
            continue;
        if (restrictions[i].reason != NULL)
            draft_skip(row, "%s", restrictions[i].reason);
        if (restrictions[i].note != NULL)
            draft_note(draft, "Test `%s`: %s", row->title, restrictions[i].note);
        return;
    }
    draft_skip(row, "unknown restriction '%s'", word);
}

static void apply_restrictions(struct draft *draft, struct draft_case *row, const char *list)
{
    _cleanup_strv_ struct strv words = {0};

    strv_split(&words, list != NULL ? list : "", " ,\t\n");
    for (size_t i = 0; i < words.count; i++)
        apply_restriction(draft, row, words.items[i]);
    row->restarts = strv_has(&words, "needs-reboot");
    /* A failure of a flaky test does not count for autopkgtest. */
    row->optional = strv_has(&words, "flaky");
}

/* "amd64 arm64", "!i386", "any", "linux-any". */
static void apply_architectures(struct draft_case *row, const char *list)
{
    bool on[ARCH_COUNT] = {false};
    _cleanup_strv_ struct strv words = {0};
    size_t count = 0;

    strv_split(&words, list != NULL ? list : "", " ,\t\n");
    if (words.count == 0)
        return;
    for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
        on[arch] = dependencies_is_for(&words, arch);
        count += on[arch];
    }
    if (count == 0)
        draft_skip(row, "it is for the architectures '%s' only", list);
    row->only_arch = count == 1;
    for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
        if (on[arch])
            row->arch = arch;
}

static void add_binary(struct draft *draft, const char *name, const struct strv *architectures)
{
    size_t count = 0;

    for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
        count += dependencies_is_for(architectures, arch);
    if (count == ARCH_COUNT)
        draft_add_package(draft, "deb", NULL, name);
    for (enum arch arch = 0; count < ARCH_COUNT && arch < ARCH_COUNT; arch++)
        if (dependencies_is_for(architectures, arch))
            draft_add_package(draft, "deb", &arch, name);
}

static int add_all_binaries(const struct source *source, struct error **err)
{
    if (source->control.count < 2)
        return error_set(err, -EINVAL, "'%s/debian/control' describes no binary package",
                         source->folder);
    for (size_t i = 1; i < source->control.count; i++) {
        const struct deb822_fields *fields = &source->control.items[i];
        const char *name = deb822_get(fields, "Package");
        const char *type = deb822_get(fields, "Package-Type");
        _cleanup_strv_ struct strv architectures = {0};

        if (name == NULL || (type != NULL && strcmp(type, "deb") != 0))
            continue;
        strv_split(&architectures,
                   deb822_get(fields, "Architecture") != NULL ? deb822_get(fields, "Architecture")
                                                              : "any",
                   " \t\n");
        add_binary(source->draft, name, &architectures);
    }
    return 0;
}

static void add_build_dependencies(const struct source *source)
{
    static const char *const fields[] = {"Build-Depends", "Build-Depends-Indep",
                                         "Build-Depends-Arch"};

    draft_add_package(source->draft, "deb", NULL, "build-essential");
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        dependencies_add(source->draft, deb822_get(&source->control.items[0], fields[i]));
}

/* "@" stands for all binary packages of the source, "@builddeps@" for what its build needs. */
static int apply_depends(const struct source *source, const char *list, struct error **err)
{
    _cleanup_strv_ struct strv clauses = {0};
    int code = 0;

    strv_split(&clauses, list, ",\n");
    for (size_t i = 0; code == 0 && i < clauses.count; i++) {
        const char *clause = clauses.items[i] + strspn(clauses.items[i], " \t");

        if (text_starts(clause, "@builddeps@"))
            add_build_dependencies(source);
        else if (text_starts(clause, "@recommends@"))
            draft_note(source->draft, "@recommends@: recommended packages are not installed");
        else if (*clause == '@')
            code = add_all_binaries(source, err);
        else
            dependencies_add(source->draft, clause);
    }
    return code;
}

static char *make_script(const char *restriction_list, const char *words)
{
    return text_format("exec \"$TOUCHSTONE_SUITE/lib/run-autopkgtest\"%s%s %s\n",
                       has_word(restriction_list, "allow-stderr") ? " --allow-stderr" : "",
                       has_word(restriction_list, "skippable") ? " --skippable" : "", words);
}

static void add_test(const struct source *source, const struct deb822_fields *fields,
                     const char *name, const char *words)
{
    const char *list = deb822_get(fields, "Restrictions");
    struct draft_case *row = draft_add_case(source->draft, name);

    row->timeout_s = TIMEOUT_S;
    row->script = make_script(list, words);
    apply_restrictions(source->draft, row, list);
    apply_architectures(row, deb822_get(fields, "Architecture"));
}

static void add_named(const struct source *source, const struct deb822_fields *fields,
                      const char *names)
{
    const char *folder = deb822_get(fields, "Tests-Directory");
    _cleanup_strv_ struct strv list = {0};

    strv_split(&list, names, " ,\t\n");
    for (size_t i = 0; i < list.count; i++) {
        _cleanup_free_ char *path =
            text_format("%s/%s", folder != NULL ? folder : "debian/tests", list.items[i]);
        _cleanup_free_ char *quoted = draft_quote(path);
        _cleanup_free_ char *file = path_join(source->folder, path);

        if (!draft_wants(source->draft, list.items[i]))
            continue;
        add_test(source, fields, list.items[i], quoted);
        if (!path_exists(file))
            draft_skip(&source->draft->cases.items[source->draft->cases.count - 1],
                       "the test '%s' does not exist in the source", path);
    }
}

/* The name that Features gives a test without one: "test-name=NAME". */
static char *command_name(const char *features, size_t *commands)
{
    _cleanup_strv_ struct strv words = {0};

    strv_split(&words, features != NULL ? features : "", " ,\t\n");
    for (size_t i = 0; i < words.count; i++)
        if (text_starts(words.items[i], "test-name="))
            return text_dup(words.items[i] + strlen("test-name="));
    return text_format("command%zu", ++*commands);
}

static int add_paragraph(const struct source *source, const struct deb822_fields *fields,
                         size_t *commands, struct error **err)
{
    const char *names = deb822_get(fields, "Tests"), *command = deb822_get(fields, "Test-Command");
    const char *depends = deb822_get(fields, "Depends");
    size_t before = source->draft->cases.count;

    if ((names != NULL) == (command != NULL))
        return error_set(
            err, -EINVAL,
            "'%s/debian/tests/control': a paragraph needs either Tests or Test-Command",
            source->folder);
    if (names != NULL) {
        add_named(source, fields, names);
    } else {
        _cleanup_free_ char *quoted = draft_quote(command);
        _cleanup_free_ char *words = text_format("-c %s", quoted);
        _cleanup_free_ char *name = command_name(deb822_get(fields, "Features"), commands);

        if (draft_wants(source->draft, name))
            add_test(source, fields, name, words);
    }
    if (source->draft->cases.count == before)
        return 0;
    if (deb822_get(fields, "Classes") != NULL)
        draft_note(source->draft, "Classes '%s' are ignored", deb822_get(fields, "Classes"));
    return apply_depends(source, depends != NULL ? depends : "@", err);
}

int autopkgtest_read(const char *folder, struct draft *draft, struct error **err)
{
    struct source source = {.folder = folder, .draft = draft};
    _cleanup_(deb822_done) struct deb822 tests = {0};
    size_t commands = 0;
    int code = read_control(folder, "debian/control", &source.control, err);

    if (code == 0)
        code = read_tests(folder, &tests, err);
    if (code == 0 &&
        (source.control.count == 0 || deb822_get(&source.control.items[0], "Source") == NULL))
        code = error_set(err, -EINVAL, "'%s/debian/control' has no Source", folder);
    if (code == 0) {
        draft->product = text_dup(deb822_get(&source.control.items[0], "Source"));
        draft->vendor = text_dup("Debian");
        draft_add_tree(draft, folder);
        strv_add(&draft->programs, "run-autopkgtest");
    }
    vec_foreach (fields, &tests) {
        if (code < 0)
            break;
        code = draft->cases.count > IMPORT_CASES
                   ? error_set(err, -EINVAL, "'%s' has more than %d tests", folder, IMPORT_CASES)
                   : add_paragraph(&source, fields, &commands, err);
    }
    deb822_done(&source.control);
    return code;
}
