/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone-guest reports what programs did: which could not be executed, crashed, were killed. */
#include "inside_lab.h"

/* A program for the other architecture, and what this kernel reports about it. */
static void run_witnessed(const char *script, const char *timeout_ms, struct process_output *output)
{
    const char *argv[] = {"/bin/sh", "-c", script, NULL};
    const char *words[WORDS_MAX] = {
        "case",  "--id",         "a",        "--nonce",   NONCE,          "--base",
        base,    "--timeout-ms", timeout_ms, "--limit",   "100000",       "--results",
        results, "--offset",     "8192",     "--witness", "999999999999", "--",
        argv[0], argv[1],        argv[2],    NULL};

    guest(words, output);
}

static void test_witness(void)
{
    static const struct {
        const char *script, *timeout_ms;
        const char *kind, *first, *last; /* a fact, by one field and the end of its last */
    } rows[] = {
        {"./foreign", "20000", "refused", "foreign", "/foreign"},
        {"./foreign || true", "20000", "refused", "foreign", "/foreign"},
        {"exec ./foreign", "20000", "refused", "foreign", "/foreign"},
        {"./lost", "20000", "refused", "interpreter", "/lost"},
        {"./script; true", "20000", "file", "/bin/sh", NULL},
        {"./script seven", "20000", "ended", "127", "/script"},
        {"/bin/bash -c 'kill -ILL $$' || true", "20000", "ended", "4", "/bash"},
        {"/bin/bash -c 'kill -SEGV $$' | cat", "20000", "crash", "11", "/bash"},
        {"kill -ABRT $$", "20000", "crash", "6", NULL},
        {"/bin/sleep 50 & sleep 0.2; kill -SEGV $!; wait", "20000", "sent", "11", NULL},
        {"sleep 50", "1000", "hung", "1", "/sleep"},
        /* PTRACE_SEIZE by a process outside the case's session. */
        {"t=101; test $(uname -m) = x86_64 || t=117; "
         "setsid perl -e \"syscall($t, 0x4206, $$, 0, 0); sleep 1\" & sleep 1",
         "20000", "tampered", "traced", "the case"},
    };
    static const char make[] =
        "cd \"$1\" && cp \"$2\" foreign && printf '#!/no/such/program\\n' > lost && "
        "printf '#!/bin/sh\\ntest -z \"$1\" || exit 127\\n' > script && "
        "chmod 755 foreign lost script";
    _cleanup_free_ char *suite = path_join(base, "suite");
    const char *argv[] = {"/bin/sh", "-c", make, "sh", suite, other, NULL};
    struct process_spec spec = PROCESS_SPEC_INIT;
    _cleanup_(process_output_done) struct process_output made = {0};

    /* Only root may receive these events, and under an emulator the kernel does not see a guest's
     * programs. */
    if (emulator != NULL || geteuid() != 0 || !path_exists(other)) {
        printf("not run: witness ");
        return;
    }
    spec.argv = argv;
    CHECK_INT(process_run(&spec, 10000, 1000, &made, NULL), 0);
    CHECK_INT(made.exit.code, 0);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_(process_output_done) struct process_output output = {0};
        _cleanup_(case_record_done) struct case_record record = {0};
        const struct fact *state;
        bool found = false;

        run_witnessed(rows[i].script, rows[i].timeout_ms, &output);
        CHECK_INT(take(&output, &record, NULL), 0);
        state = facts_find(&record.facts, "witness");
        CU_ASSERT_FATAL(state != NULL);
        if (strcmp(fact_field(state, 0), "full") != 0) {
            printf("not run: witness %s: %s ", fact_field(state, 0), fact_field(state, 1));
            return;
        }
        vec_foreach (fact, &record.facts)
            if (strcmp(fact->kind, rows[i].kind) == 0 && strv_has(&fact->fields, rows[i].first) &&
                (rows[i].last == NULL ||
                 text_ends(fact->fields.items[fact->fields.count - 1], rows[i].last)))
                found = true;
        if (!found)
            printf("\n%s: no such %s in\n%s", rows[i].script, rows[i].kind, record.facts_text.data);
        CU_ASSERT(found);
        if (strcmp(rows[i].kind, "crash") == 0) {
            CU_ASSERT(record.core.length > 4096 && record.core.length <= RECORD_CORE_LIMIT);
            CU_ASSERT(memcmp(record.core.data, "\177ELF", 4) == 0);
        }
    }
}

/* The settings of the kernel are restored. */
static void test_witness_leaves(void)
{
    _cleanup_buffer_ struct buffer before = {0}, after = {0};
    _cleanup_(process_output_done) struct process_output output = {0};

    CHECK_INT(path_read("/proc/sys/kernel/core_pattern", 4096, &before, NULL), 0);
    run_witnessed("kill -SEGV $$", "20000", &output);
    CHECK_INT(path_read("/proc/sys/kernel/core_pattern", 4096, &after, NULL), 0);
    CHECK_TEXT(after.data, before.data);
}

static int run_all(const char *what)
{
    CU_TestInfo tests[] = {
        {"witness", test_witness}, {"witness leaves", test_witness_leaves}, CU_TEST_INFO_NULL};

    return cunit_run(what, tests);
}

int main(void)
{
    return inside_lab(run_all);
}
