/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the real touchstone-guest on this machine with a file as the results disk, and reads its
 * output with suite/: both sides of inside/README.md are tested against each other. The program for
 * the other architecture runs under qemu-user if that is installed. */
#ifndef TS_TESTS_INSIDE_LAB_H
#define TS_TESTS_INSIDE_LAB_H

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/path.h"
#include "base/process.h"
#include "cunit_run.h"
#include "guest/media/payload.h"
#include "guest/media/results_disk.h"
#include "model/result.h"
#include "suite/identity.h"
#include "suite/observations.h"
#include "suite/protocol.h"
#include "suite/record.h"

#define NONCE "0123456789abcdef"
#define OFFSET 8192
#define WORDS_MAX 40

static char base[] = "/tmp/ts-inside-XXXXXX";
static char results[64];
static const char *emulator; /* NULL: runs natively */
static char program[4096];
static char other[4096]; /* the same for the other architecture */

/* Runs touchstone-guest with these arguments. */
static inline void guest(const char *const *words, struct process_output *ret)
{
    struct process_spec spec = PROCESS_SPEC_INIT;
    const char *argv[WORDS_MAX];
    size_t count = 0;

    if (emulator != NULL)
        argv[count++] = emulator;
    argv[count++] = program;
    for (size_t i = 0; words[i] != NULL && count < WORDS_MAX - 1; i++)
        argv[count++] = words[i];
    argv[count] = NULL;
    spec.argv = argv;
    CHECK_INT(process_run(&spec, 60000, 1 << 20, ret, NULL), 0);
}

static inline void run_case(const char *verb, const char *timeout_ms, const char *limit,
                            const char *const *argv, struct process_output *ret)
{
    const char *words[WORDS_MAX] = {verb,           "--id",     "a",       "--nonce", NONCE,
                                    "--timeout-ms", timeout_ms, "--limit", limit,     "--results",
                                    results,        "--offset", "8192",    "--base",  base,
                                    "--platform",   "kunpeng",  "--scale", "10",      "--"};
    size_t count = 20;

    for (size_t i = 0; argv[i] != NULL; i++)
        words[count++] = argv[i];
    guest(words, ret);
}

static inline void run_script(const char *script, const char *timeout_ms, const char *limit,
                              struct process_output *ret)
{
    const char *argv[] = {"/bin/sh", "-c", script, NULL};

    run_case("case", timeout_ms, limit, argv, ret);
}

/* Reads the end record and the streams like the harness, as the part of a case after `earlier`. */
static inline int take_after(const struct process_output *output, const struct case_record *earlier,
                             struct case_record *ret, struct error **err)
{
    struct record_line line;
    _cleanup_buffer_ struct buffer disk = {0};
    int code = record_parse_line(output->out.data, output->out.length, NONCE, "a", OFFSET, 1 << 24,
                                 &line, err);

    if (code == 0)
        code = results_disk_read(results, line.offset, line.length, &disk, err);
    return code < 0 ? code : record_check("a", &line, disk.data, earlier, ret, err);
}

static inline int take(const struct process_output *output, struct case_record *ret,
                       struct error **err)
{
    static const struct case_record nothing;

    return take_after(output, &nothing, ret, err);
}

/* Runs the tests of `all` with the program for each architecture that this machine can run. */
static inline int inside_lab(int (*all)(const char *what))
{
    static const char *const arches[] = {"x86_64", "aarch64"};
    _cleanup_free_ char *suite = NULL;
    struct utsname name;
    int failed = 0, ran = 0;

    if (mkdtemp(base) == NULL || uname(&name) < 0)
        return 99;
    suite = path_join(base, "suite");
    setenv("SECRET", "of the host", 1);
    snprintf(results, sizeof(results), "%s/results", base);
    if (path_make_folders(suite, false, NULL) < 0 || path_write_atomic(results, "", 0, NULL) < 0)
        return 99;
    for (size_t i = 0; i < 2; i++) {
        _cleanup_free_ char *qemu = text_format("qemu-%s-static", arches[i]);
        _cleanup_free_ char *found = process_find(qemu);
        bool native = strcmp(name.machine, arches[i]) == 0;

        snprintf(program, sizeof(program), TS_BINARY_DIR "/guest/%s/touchstone-guest", arches[i]);
        snprintf(other, sizeof(other), TS_BINARY_DIR "/guest/%s/touchstone-guest", arches[1 - i]);
        emulator = native ? NULL : found;
        if (!path_exists(program) || (!native && emulator == NULL)) {
            printf("not run: '%s' or '%s' is not here\n", program, qemu);
            continue;
        }
        failed += all(arches[i]);
        ran++;
    }
    path_remove_tree(base, NULL);
    return failed > 0 ? 1 : ran > 0 ? 0 : 77;
}

#endif
