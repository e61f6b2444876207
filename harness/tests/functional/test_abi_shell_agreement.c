/* SPDX-License-Identifier: Apache-2.0 */
/* Compares the shell script parser with the shells themselves, on this system's own scripts: what
 * "bash -n" or "dash -n" accepts must be parsed, also after a part of it is removed. With strace, a
 * few scripts are executed: the programs they run must be among those that the parser reports. */
#include <dirent.h>
#include <sys/stat.h>

#include "abi/script/script.h"
#include "abi/script/shell_use.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "base/process.h"
#include "cunit_run.h"
#include "temp_folder.h"

enum { SCRIPTS_MAX = 400, PIECES = 3, SIZE_MAX_READ = 200000 };

static const char *const folders[] = {"/etc/init.d", "/usr/bin", "/usr/sbin", "/var/lib/dpkg/info"};

/* Whether the shell of its first line accepts a text. */
static bool accepts(const char *shell, const char *file, const char *text, size_t size)
{
    const char *argv[] = {shell, "-n", file, NULL};
    struct process_spec spec = PROCESS_SPEC_INIT;
    _cleanup_(process_output_done) struct process_output output = {0};

    spec.argv = argv;
    CU_ASSERT_FATAL(path_write_atomic(file, text, size, NULL) == 0);
    CU_ASSERT_FATAL(process_run(&spec, 20000, 65536, &output, NULL) == 0);
    return output.exit.exited && output.exit.code == 0;
}

static bool reads(const char *text, size_t size)
{
    _cleanup_shell_ struct shell_script script = {0};

    shell_read(text, size, &script);
    return script.error == NULL;
}

struct counts {
    unsigned scripts, texts, refused, missed, lenient;
};

static void compare(const char *shell, const char *path, const char *file, const char *text,
                    size_t size, struct counts *counts)
{
    bool accepted = accepts(shell, file, text, size), read = reads(text, size);

    /* dash reports errors in "${…}" only when it executes it. */
    if (accepted && !read && strcmp(shell, "dash") == 0)
        accepted = accepts("bash", file, text, size);

    counts->texts++;
    counts->refused += !accepted;
    counts->lenient += read && !accepted;
    if (!accepted || read)
        return;
    counts->missed++;
    printf("\n%s: %s -n accepts it, and it is not read", path, shell);
}

static void compare_script(const char *path, const char *file, struct counts *counts)
{
    _cleanup_buffer_ struct buffer text = {0};
    _cleanup_free_ char *program = NULL;
    const char *shell;
    bool by_name;

    if (path_read(path, SIZE_MAX_READ, &text, NULL) < 0 || text.length == 0 ||
        memchr(text.data, '\0', text.length) != NULL)
        return;
    program = script_interpreter(text.data, &by_name);
    if (program == NULL || !shell_is_name(program))
        return;
    shell = strcmp(path_base(program), "bash") == 0 ? "bash" : "dash";
    counts->scripts++;
    compare(shell, path, file, text.data, text.length, counts);
    /* Removes a different part in the middle each time; the same ones in every run. */
    for (size_t i = 1; i <= PIECES && text.length > 400; i++) {
        size_t at = text.length * i / (PIECES + 1), length = 7 * i;
        _cleanup_buffer_ struct buffer cut = {0};

        buffer_add(&cut, text.data, at);
        buffer_add(&cut, text.data + at + length, text.length - at - length);
        compare(shell, path, file, cut.data, cut.length, counts);
    }
}

static void test_agreement(void)
{
    _cleanup_folder_ char *folder = temp_folder_new();
    _cleanup_free_ char *file = path_join(folder, "script");
    struct counts counts = {0};

    for (size_t f = 0; f < sizeof(folders) / sizeof(folders[0]); f++) {
        _cleanup_strv_ struct strv names = {0};

        if (path_list(folders[f], &names, NULL) < 0)
            continue;
        for (size_t i = 0; i < names.count && counts.scripts < SCRIPTS_MAX; i++) {
            _cleanup_free_ char *path = path_join(folders[f], names.items[i]);
            struct stat st;

            if (lstat(path, &st) == 0 && S_ISREG(st.st_mode))
                compare_script(path, file, &counts);
        }
    }
    printf("%u scripts, %u texts: %u refused by the shell, %u accepted and not read, %u read and "
           "refused\n",
           counts.scripts, counts.texts, counts.refused, counts.missed, counts.lenient);
    CHECK_INT(counts.missed, 0);
    CU_ASSERT(counts.scripts > 0);
}

/* Returns the base names of what the program at argv[0] and its children executed; false: strace is
 * not available. */
static bool trace(const char *const *argv, struct strv *ret_names)
{
    const char *full[16] = {"strace", "-f", "-qq", "-e", "trace=execve", "-e", "signal=none"};
    struct process_spec spec = PROCESS_SPEC_INIT;
    _cleanup_(process_output_done) struct process_output output = {0};
    _cleanup_strv_ struct strv lines = {0};

    for (size_t i = 0; argv[i] != NULL && i < 8; i++)
        full[7 + i] = argv[i];
    spec.argv = full;
    if (process_run(&spec, 60000, 1 << 20, &output, NULL) < 0)
        return false;
    strv_split(&lines, output.err.data != NULL ? output.err.data : "", "\n");
    for (size_t i = 0; i < lines.count; i++) {
        const char *at = strstr(lines.items[i], "execve(\"");
        _cleanup_free_ char *program = NULL;

        if (at == NULL || strstr(at, "= 0") == NULL)
            continue;
        at += strlen("execve(\"");
        program = text_ndup(at, strcspn(at, "\""));
        strv_add(ret_names, path_base(program));
    }
    return ret_names->count > 0;
}

static bool is_used(const struct shell_uses *uses, const char *name)
{
    vec_foreach (use, &uses->rows)
        if (strcmp(path_base(use->name), name) == 0)
            return true;
    return false;
}

static const char sample[] =
    "#!/bin/sh\nset -e\nuname -r | sed s/a/b/ | tr a b > /dev/null\nx=$(date +%s; echo `id -u`)\n"
    "env A=1 nice -n 1 ls / > /dev/null\nfind /etc/passwd -exec cat {} \\; | xargs -n 100 basename "
    "-a > /dev/null\n"
    "sh -c 'expr 1 + 1 > /dev/null'\nif [ -n \"$x\" ]; then sort < /etc/passwd | cut -d: -f1 | "
    "head -n 1 > /dev/null; fi\nbash <<E\nbasename /a/b > /dev/null\nE\n"
    "f() { dirname /a; }\nf > /dev/null\ncase $(wc -l < /etc/passwd) in *) timeout 5 sleep 0;; "
    "esac\n"
    "eval 'stat / > /dev/null'\ntrap 'rm -f /nonexistent' EXIT\n";

static void test_trace(void)
{
    _cleanup_folder_ char *folder = temp_folder_new();
    _cleanup_free_ char *file = path_join(folder, "script");
    _cleanup_shell_ struct shell_script script = {0};
    _cleanup_uses_ struct shell_uses uses = {0};
    const char *argv[] = {"sh", file, NULL};
    _cleanup_strv_ struct strv names = {0};
    size_t missing = 0;

    CU_ASSERT_FATAL(path_write_atomic(file, sample, strlen(sample), NULL) == 0);
    shell_read(sample, strlen(sample), &script);
    shell_uses_read(&script, NULL, &uses);
    if (!trace(argv, &names)) {
        printf("without strace\n");
        return;
    }
    /* The first one is the shell that runs the script. */
    for (size_t i = 1; i < names.count; i++)
        if (!is_used(&uses, names.items[i])) {
            printf("\n'%s' was executed, and is not among the uses", names.items[i]);
            missing++;
        }
    printf("%zu programs executed, %zu uses\n", names.count, uses.rows.count);
    CHECK_INT(missing, 0);
    CU_ASSERT(names.count > 20);
}

int main(void)
{
    CU_TestInfo tests[] = {{"agreement", test_agreement}, {"trace", test_trace}, CU_TEST_INFO_NULL};

    return cunit_run("abi shell agreement", tests);
}
