/* SPDX-License-Identifier: Apache-2.0 */
/* suite/responsible: from what the kernel reported to the responsible party, one row each. */
#include <signal.h>

#include "base/cleanup.h"
#include "cunit_run.h"
#include "suite/protocol.h"
#include "suite/responsible.h"

#define SCRIPT "/t/suite/cases/a"

/* The path contains the owner. */
static enum owner owner_by_path(void *context, const struct witnessed_file *file,
                                const char **ret_of)
{
    (void)context;
    *ret_of = text_starts(file->path, "/opt/") ? "p_1.deb" : NULL;
    return text_starts(file->path, "/opt/")      ? OWNER_PRODUCT
           : text_starts(file->path, "/var/")    ? OWNER_PRODUCT /* made in the installation */
           : text_starts(file->path, "/t/suite") ? OWNER_SUITE
                                                 : OWNER_IMAGE;
}

static bool is_of_product(void *context, const char *name)
{
    (void)context;
    return strcmp(name, "vendord") == 0;
}

struct row {
    const char *name;
    int exit_code; /* < 0: killed by a signal */
    int signal;
    bool timed_out;
    const char *err;
    const char *facts;
    const char *told;   /* "STATUS BLAME" */
    const char *reason; /* NULL: the case passes, and something is said beside it; "": nothing */
};

#define TEXT ". \"$TOUCHSTONE_SUITE/lib.sh\"\n. \"$TOUCHSTONE_FILES/env\"\n"

#define QUESTIONS "/var/cache/debconf/tmp.ci/"
#define FULL "witness\tfull\t-\n"
#define FILE_OPT(name, rest) "file\t/opt/" name "\t1000\t99\t" rest "\n"
#define DYNAMIC "62\t/lib64/ld.so\t1\t0"
#define FOREIGN FULL "refused\t1\tforeign\t/opt/x\n" FILE_OPT("x", "62\t-\t0\t0")
#define SCRIPT_HUNG(age) "hung\t10\t1\t0\tS\t0\t" age "\tdo_wait\t" SCRIPT "\n"

static const struct row rows[] = {
    {"nothing seen, exit code", 1, 0, false, "bad", FULL, "FAIL product", "exit code 1: bad"},
    {"nothing seen, cannot start", 127, 0, false, "a: 1: nosuch: not found", FULL, "ERROR suite",
     "nosuch"},
    {"no witness", 126, 0, false, "x: Exec format error", "witness\tnone\tno fanotify\n",
     "ERROR suite", "126"},
    {"foreign", 126, 0, false, "x: Exec format error", FOREIGN, "FAIL product",
     "'/opt/x' (p_1.deb) cannot be executed: it is built for x86_64 and the guest is aarch64"},
    {"foreign, hidden", 1, 0, false, "", FOREIGN, "FAIL product", "built for x86_64"},
    {"foreign, and the case passes", 0, 0, false, "", FOREIGN, "PASS none", NULL},
    {"foreign, of the suite itself", 126, 0, false, "",
     FULL "refused\t1\tforeign\t/t/suite/tool\nfile\t/t/suite/tool\t1\t9\t62\t-\t0\t0\n",
     "ERROR suite", "126"},
    {"a text without #!: the shell runs it", 127, 0, false, "",
     FULL "refused\t1\tformat\t/opt/x\n" FILE_OPT("x", "0\t-\t0\t0"), "ERROR suite", "127"},
    {"neither a program nor a text", 126, 0, false, SCRIPT ": 2: /opt/x: Exec format error",
     FULL "refused\t1\tformat\t/opt/x\n" FILE_OPT("x", "0\t-\t0\t0"), "FAIL product",
     "the kernel does not accept its format"},
    {"empty, and the case passes", 0, 0, false, "",
     FULL "refused\t1\tformat\t/opt/x\nfile\t/opt/x\t1000\t0\t0\t-\t0\t0\n", "FAIL product",
     "'/opt/x' (p_1.deb) cannot be executed: it is empty"},
    {"an empty config script of a package", 0, 0, false, "",
     FULL "refused\t1\tformat\t" QUESTIONS "p.config.x\nfile\t" QUESTIONS
          "p.config.x\t1000\t0\t0\t-\t0\t0\n",
     "PASS none", ""},
    {"the same, and the case fails otherwise", 1, 0, false, "no answer",
     FULL "refused\t1\tformat\t" QUESTIONS "p.config.x\nfile\t" QUESTIONS
          "p.config.x\t1000\t0\t0\t-\t0\t0\n",
     "FAIL product", "exit code 1: no answer"},
    {"one that is not empty, for another machine", 1, 0, false, "",
     FULL "refused\t1\tforeign\t" QUESTIONS "p.config.x\nfile\t" QUESTIONS
          "p.config.x\t1000\t99\t62\t-\t0\t0\n",
     "FAIL product", "built for x86_64"},
    {"no interpreter", 127, 0, false, "",
     FULL "refused\t1\tinterpreter\t/opt/x\n" FILE_OPT("x", "62\t/lib/none.so\t0\t0"),
     "FAIL product", "its interpreter '/lib/none.so' does not exist"},
    {"no library", 127, 0, false,
     "/opt/x: error while loading shared libraries: liba.so.7: cannot open shared object file",
     FULL "ended\t1\texit\t127\t1\t/opt/x\nended\t2\texit\t127\t1\t" SCRIPT
          "\n" FILE_OPT("x", DYNAMIC),
     "FAIL product", "cannot be executed: liba.so.7: cannot open"},
    {"a program of the product gives 127", 127, 0, false, "",
     FULL "ended\t1\texit\t127\t1\t/opt/x\n" FILE_OPT("x", "0\t/bin/sh\t1\t0"), "FAIL product",
     "ended with exit code 127"},
    {"a case that says it broke, and a program that gave up", 99, 0, false, "the lock is held",
     FULL "ended\t1\texit\t127\t1\t/opt/x\n", "ERROR suite", "99"},
    {"a case that says it broke, and a crash", 99, 0, false, "",
     FULL "ended\t1\tsignal\t11\t1\t/opt/x\n", "FAIL product", "SIGSEGV"},
    {"sigill under a shell", 132, 0, false, "Illegal instruction",
     FULL "ended\t1\tsignal\t4\t1\t/opt/x\ncrash\t4\t7\t0x10\t0x10\t0f0b\t0x10\t/opt/x\t/opt/x\n"
          "kernel\ttraps: x[7] trap invalid opcode\n",
     "FAIL product", "died of SIGILL, in /opt/x at 0x10; kernel: traps: x[7]"},
    {"a signal that says little, exec", -1, SIGPIPE, false, "",
     FULL "ended\t1\tsignal\t13\t1\t/opt/x\n", "FAIL product", "died of SIGPIPE"},
    {"the same of a program of the image", -1, SIGPIPE, false, "",
     FULL "ended\t1\tsignal\t13\t1\t/usr/bin/cat\n", "ERROR suite", "killed by signal 13"},
    {"sigill, exec", -1, SIGILL, false, "", FULL "ended\t1\tsignal\t4\t1\t/opt/x\n", "FAIL product",
     "died of SIGILL"},
    {"a library of the product in a program of the image", 139, 0, false, "",
     FULL "ended\t1\tsignal\t11\t1\t/usr/bin/python3\n"
          "crash\t11\t7\t0x10\t0x8\tc3\t0x10\t/opt/x.so\t/usr/bin/python3\n",
     "FAIL product", "address 0x8"},
    {"a service of an earlier case", 1, 0, false, "no answer",
     FULL "crash\t11\t7\t0x10\t0x8\tc3\t0x10\t/opt/daemon\t/opt/daemon\n", "FAIL product",
     "'/opt/daemon' (p_1.deb) died of SIGSEGV"},
    {"the same where nothing else is seen", 7, 0, false, "no answer",
     "witness\tnone\tno fanotify\ncrash\t4\t7\t0x10\t0x8\tc3\t0x10\t/opt/x\t/opt/x\n",
     "FAIL product", "died of SIGILL"},
    {"a program of the image", 139, 0, false, "", FULL "ended\t1\tsignal\t11\t1\t/usr/bin/sed\n",
     "ERROR image", "'/usr/bin/sed' died of SIGSEGV"},
    {"one that the case did not end with", 1, 0, false, "",
     FULL "ended\t1\tsignal\t11\t1\t/usr/bin/sed\n", "FAIL product", "exit code 1"},
    {"the script itself", -1, SIGSEGV, false, "", FULL "ended\t1\tsignal\t11\t1\t" SCRIPT "\n",
     "ERROR suite", "killed by signal 11"},
    {"its syntax, dash", 2, 0, false, SCRIPT ": 3: Syntax error: end of file unexpected", FULL,
     "ERROR suite", "own script has an error"},
    {"its syntax, bash", 2, 0, false, SCRIPT ": line 3: syntax error: unexpected end of file", FULL,
     "ERROR suite", "own script has an error"},
    {"its syntax, python", 1, 0, false, "  File \"" SCRIPT "\", line 1\nSyntaxError: invalid", FULL,
     "ERROR suite", "own script has an error"},
    {"a variable that is not set, dash", 2, 0, false, SCRIPT ": 2: HOST: parameter not set", FULL,
     "ERROR suite", "own script has an error"},
    {"a variable that is not set, bash", 1, 0, false, SCRIPT ": line 2: HOST: unbound variable",
     FULL, "ERROR suite", "own script has an error"},
    {"a file that it sources is gone", 2, 0, false,
     SCRIPT ": 2: .: cannot open lib.sh: No such file", FULL, "ERROR suite",
     "own script has an error"},
    {"a file that settings of the product source is gone", 2, 0, false,
     SCRIPT ": 1: .: cannot open /opt/v/other.sh: No such file", FULL, "FAIL product",
     "/opt/v/other.sh"},
    {"settings of the product with a syntax error", 2, 0, false,
     SCRIPT ": 2: /opt/v/env: Syntax error: Unterminated quoted string", FULL, "FAIL product",
     "/opt/v/env"},
    {"a module that perl lacks", 2, 0, false,
     "BEGIN failed--compilation aborted at " SCRIPT " line 2.", FULL, "ERROR suite",
     "own script has an error"},
    {"a name that python does not know", 1, 0, false,
     "  File \"" SCRIPT "\", line 1\nNameError: name 'x' is not defined", FULL, "ERROR suite",
     "own script has an error"},
    {"an assertion in python", 1, 0, false, "  File \"" SCRIPT "\", line 1\nAssertionError: 4 != 5",
     FULL, "FAIL product", "exit code 1"},
    {"the product speaks of syntax", 2, 0, false, "config.c: 3: syntax error", FULL, "FAIL product",
     "exit code 2"},
    {"the last counts", 1, 0, false, "", FOREIGN "ended\t2\tsignal\t6\t3\t/opt/y\n", "FAIL product",
     "'/opt/y' (p_1.deb) died of SIGABRT (3 times)"},
    {"hang of the product", -1, SIGTERM, true, "",
     SCRIPT_HUNG("10000") "hung\t11\t10\t1\tS\t20\t9900\tfutex_wait\t/opt/x\n" FULL, "FAIL product",
     "(1 s × 10): '/opt/x' (p_1.deb) was waiting in futex_wait"},
    {"hang under a wrapper of the product", -1, SIGTERM, true, "",
     SCRIPT_HUNG("10000") "hung\t11\t10\t1\tS\t0\t9900\tdo_wait\t/opt/w\n"
                          "hung\t12\t11\t2\tS\t0\t9900\thrtimer_nanosleep\t/usr/bin/sleep\n" FULL,
     "FAIL product", "started by '/opt/w'"},
    {"the script's own sleep", -1, SIGTERM, true, "",
     SCRIPT_HUNG("10000") "hung\t11\t10\t1\tS\t0\t9900\thrtimer_nanosleep\t/usr/bin/sleep\n"
                          "hung\t5\t1\t-1\tS\t0\t99000\tep_poll\t/opt/daemon\n" FULL,
     "ERROR suite", "time limit of 10 s reached"},
    {"a poll for a service of the product", -1, SIGTERM, true, "",
     SCRIPT_HUNG("10000") "hung\t11\t10\t1\tS\t0\t300\thrtimer_nanosleep\t/usr/bin/sleep\n"
                          "hung\t5\t1\t-1\tS\t0\t99000\tep_poll\t/opt/daemon\n" FULL,
     "FAIL product", "while '/opt/daemon'"},
    {"a client of a service of the product", -1, SIGTERM, true, "",
     SCRIPT_HUNG("10000") "hung\t11\t10\t1\tS\t0\t9900\tsk_wait_data\t/usr/bin/curl\n"
                          "hung\t5\t1\t-1\tS\t0\t99000\tep_poll\t/opt/daemon\n" FULL,
     "FAIL product", "while '/opt/daemon'"},
    {"a client of nobody", -1, SIGTERM, true, "",
     SCRIPT_HUNG("10000") "hung\t11\t10\t1\tS\t0\t9900\tsk_wait_data\t/usr/bin/curl\n" FULL,
     "ERROR suite", "curl"},
    {"the script waits by itself", -1, SIGTERM, true, "", SCRIPT_HUNG("10000") FULL, "ERROR suite",
     "own script"},
    {"it reads what a daemon of the product never closes", -1, SIGTERM, true, "",
     "hung\t10\t1\t0\tS\t0\t10000\tpipe_read\t" SCRIPT "\n"
     "hung\t5\t1\t-1\tS\t0\t9000\tdo_sys_pause\t/opt/daemon\n" FULL,
     "FAIL product", "reading from a pipe, while '/opt/daemon'"},
    {"it waits for what crashed", -1, SIGTERM, true, "",
     SCRIPT_HUNG("10000") FULL "ended\t1\tsignal\t11\t1\t/opt/x\n", "FAIL product",
     "died of SIGSEGV"},
    {"a signal that the script sent", 99, 0, false, "fixture broken",
     FULL "ended\t1\tsignal\t11\t1\t/opt/x\nsent\t11\t/opt/x\t7\n", "ERROR suite", "exit code 99"},
    {"another one than it sent", 99, 0, false, "fixture broken",
     FULL "ended\t1\tsignal\t11\t1\t/opt/x\nsent\t6\t/opt/x\t7\n", "FAIL product", "SIGSEGV"},
    {"a command that is not there, before its own word", 1, 0, false,
     SCRIPT ": 2: jq: not found\nno host", FULL, "ERROR suite", SCRIPT ": 2: jq: not found"},
    {"the same, bash", 1, 0, false, SCRIPT ": line 2: jq: command not found\nno host", FULL,
     "ERROR suite", "jq: command not found"},
    {"a program of the product that is not there", 1, 0, false,
     SCRIPT ": 2: vendord: not found\nno answer", FULL, "FAIL product", "no answer"},
    {"a folder of the suite that is not there", 1, 0, false,
     SCRIPT ": 2: /t/suite/file/app: not found\napp failed", FULL, "ERROR suite", "file/app"},
    {"bash in sh", 1, 0, false, SCRIPT ": 2: [[: not found\na is not yes", FULL, "ERROR suite",
     "[["},
    {"a comparison that is none", 1, 0, false, SCRIPT ": 2: [: =: unexpected operator", FULL,
     "ERROR suite", "unexpected operator"},
    {"eval, bash", 2, 0, false, SCRIPT ": eval: line 3: syntax error: unexpected end of file", FULL,
     "ERROR suite", "own script has an error"},
    {"a script of the product with the same mistake", 1, 0, false,
     "/opt/x: 2: [: =: unexpected operator", FULL, "FAIL product", "exit code 1"},
    {"a file that the product may owe", 1, 0, false,
     SCRIPT ": 2: cannot open /run/x.pid: No such file", FULL, "FAIL product", "x.pid"},
    {"the same, and the case passes", 0, 0, false,
     SCRIPT ": 2: cannot open /run/x.pid: No such file", FULL, "ERROR suite", "x.pid"},
    {"it goes on in another folder", 0, 0, false, SCRIPT ": 2: cd: can't cd to /nosuch", FULL,
     "ERROR suite", "can't cd"},
    {"it passes by a command that is not there", 0, 0, false, SCRIPT ": 2: jq: not found", FULL,
     "ERROR suite", "jq"},
    {"it passes without an installation", 0, 0, false,
     "touchstone-install: no package is staged: name the product's packages", FULL, "ERROR suite",
     "an installation failed: touchstone-install: no package is staged"},
    {"it fails without an installation", 1, 0, false, "touchstone-install: no package is staged",
     FULL, "FAIL product", "exit code 1"},
    {"it installs after it waited", 0, 0, false,
     "touchstone-install: waiting for the lock '/l' of process 7 (apt)",
     FULL "ended\t1\tsignal\t11\t1\t/opt/x\n", "PASS none", NULL},
    {"it passes since the product is gone", 0, 0, false, SCRIPT ": 2: vendord: not found",
     FULL "ended\t1\tsignal\t11\t1\t/opt/x\n", "PASS none", NULL},
    {"perl, a function", 255, 0, false,
     "Undefined subroutine &main::f called at " SCRIPT " line 2.", FULL, "ERROR suite",
     "own script has an error"},
    {"perl, syntax", 255, 0, false, "Execution of " SCRIPT " aborted due to compilation errors.",
     FULL, "ERROR suite", "own script has an error"},
    {"perl of the product", 255, 0, false,
     "Execution of /opt/x.pl aborted due to compilation errors.", FULL, "FAIL product",
     "exit code 255"},
    {"a tool called wrongly", 1, 0, false,
     "sed: -e expression #1, char 5: unterminated `s' command", FULL, "ERROR suite",
     "own script has an error"},
    {"an option that a tool lacks", 2, 0, false, "Try 'ls --help' for more information.", FULL,
     "ERROR suite", "own script has an error"},
    {"an option that the product lacks", 2, 0, false, "Try 'vendord --help' for more information.",
     FULL, "FAIL product", "exit code 2"},
    {"a tool that a script of the product may have called", 1, 0, false, "grep: Unmatched [",
     FULL FILE_OPT("x", "0\t/bin/sh\t1\t1"), "FAIL product", "exit code 1"},
    {"a crash, and the case passes", 0, 0, false, "", FULL "ended\t1\tsignal\t11\t1\t/opt/x\n",
     "PASS none", NULL},
    {"facts that are none", 1, 0, false, "x",
     "witness\nfile\nrefused\nended\ncrash\nhung\nkernel\nfile\t\t\tx\n", "FAIL product",
     "exit code 1"},
};

static void judge(const struct row *row, struct case_result *result, char **ret_seen)
{
    _cleanup_(case_record_done) struct case_record record = {.end = {.exit_code = row->exit_code,
                                                                     .signal = row->signal,
                                                                     .timed_out = row->timed_out,
                                                                     .timeout_ms = 10000}};
    _cleanup_(witness_done) struct witness witness = {0};
    struct inquiry inquiry = {.record = &record,
                              .witness = &witness,
                              .owner = owner_by_path,
                              .names = is_of_product,
                              .script = SCRIPT,
                              .text = TEXT,
                              .machine = "aarch64",
                              .timeout_s = 1,
                              .scale = 10};

    buffer_text(&record.err, row->err);
    CHECK_INT(facts_parse(row->facts, strlen(row->facts), &record.facts, NULL), 0);
    witness_read(&record.facts, &witness);
    protocol_interpret(PROTOCOL_EXIT, &record, result);
    responsible_decide(&inquiry, result, ret_seen);
}

static void test_rows(void)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_(case_result_done) struct case_result result = {.judgeable = true};
        _cleanup_free_ char *seen = NULL, *told = NULL;

        judge(&rows[i], &result, &seen);
        told = text_format("%s %s", status_name(result.status), blame_name(result.blame));
        if (strcmp(told, rows[i].told) != 0)
            printf("\n%s: %s", rows[i].name, result.reason != NULL ? result.reason : "");
        CHECK_TEXT(told, rows[i].told);
        if (rows[i].reason == NULL) {
            CU_ASSERT(seen != NULL);
        } else if (*rows[i].reason == '\0') {
            CU_ASSERT(seen == NULL && result.reason == NULL);
        } else {
            CHECK_HAS(result.reason, rows[i].reason);
        }
    }
}

/* The result of the static check for the same file is added. */
static void test_predicted(void)
{
    static char file[] = "/opt/x", provider[] = "liba.so.7";
    struct finding finding = {.severity = SEVERITY_BLOCK,
                              .kind = FINDING_LIB_MISSING,
                              .file = file,
                              .provider = provider};
    struct prediction prediction = {.findings = {&finding, 1}};
    const char *facts = FULL "ended\t1\texit\t127\t1\t/opt/x\n";
    struct case_record record = {.end = {.exit_code = 127}};
    _cleanup_(witness_done) struct witness witness = {0};
    _cleanup_(case_result_done) struct case_result result = {.judgeable = true};
    _cleanup_free_ char *seen = NULL;
    struct inquiry inquiry = {.record = &record,
                              .witness = &witness,
                              .prediction = &prediction,
                              .owner = owner_by_path,
                              .script = SCRIPT,
                              .machine = "x86_64"};

    CHECK_INT(facts_parse(facts, strlen(facts), &record.facts, NULL), 0);
    witness_read(&record.facts, &witness);
    protocol_interpret(PROTOCOL_EXIT, &record, &result);
    responsible_decide(&inquiry, &result, &seen);
    CHECK_HAS(result.reason, "(predicted: LIB_MISSING liba.so.7)");
    case_record_done(&record);
}

int main(void)
{
    CU_TestInfo tests[] = {{"rows", test_rows}, {"predicted", test_predicted}, CU_TEST_INFO_NULL};

    return cunit_run("suite_responsible", tests);
}
