/* SPDX-License-Identifier: Apache-2.0 */
/* The enumerations of the model, each with one spelling. `*_name` returns the spelling used in
 * files, in JSON and on the command line; `*_parse` accepts exactly that and returns false
 * otherwise. */
#ifndef TS_MODEL_WORDS_H
#define TS_MODEL_WORDS_H

#include <stdbool.h>

enum arch { ARCH_X86_64, ARCH_AARCH64, ARCH_COUNT };

/* Status of a case, lowest first: a summary shows the highest (order of KCIDB schema v5). */
enum status {
    STATUS_SKIP,
    STATUS_DONE,
    STATUS_PASS,
    STATUS_MISS,
    STATUS_ERROR,
    STATUS_FAIL,
    STATUS_COUNT
};

enum verdict {
    VERDICT_NOT_ASSESSED,
    VERDICT_INCOMPATIBLE,
    VERDICT_CONDITIONAL,
    VERDICT_COMPATIBLE,
    VERDICT_COUNT
};

enum blame {
    BLAME_NONE,
    BLAME_PRODUCT,
    BLAME_SUITE,
    BLAME_IMAGE,
    BLAME_HARNESS,
    BLAME_HOST,
    BLAME_COUNT
};

/* How strong the evidence is: how close the guest was to the physical CPU. GRADE_NONE: no guest was
 * started; GRADE_REPORTED: the result was imported from another system, and its guest was not
 * measured here. */
enum grade { GRADE_NONE, GRADE_REPORTED, GRADE_EMULATED, GRADE_VIRTUAL, GRADE_NATIVE, GRADE_COUNT };

/* ACCEL_NONE: no guest was started here. */
enum accel { ACCEL_TCG, ACCEL_KVM, ACCEL_NONE, ACCEL_COUNT };

/* The certification item that a case belongs to. */
enum item {
    ITEM_INSTALL,
    ITEM_FUNCTION,
    ITEM_PERFORMANCE,
    ITEM_STRESS,
    ITEM_ENDURANCE,
    ITEM_SECURITY,
    ITEM_UNINSTALL,
    ITEM_EXTRA,
    ITEM_COUNT
};

/* What the built-in probes measure under the load of a suite. */
enum measure { MEASURE_IDLE, MEASURE_LOAD, MEASURE_OVERLOAD, MEASURE_ENDURANCE, MEASURE_COUNT };

enum protocol {
    PROTOCOL_EXIT,
    PROTOCOL_TAP,
    PROTOCOL_TAP_DOCUMENTS,
    PROTOCOL_JUNIT, /* this and those that follow read the report of a test framework */
    PROTOCOL_CTEST,
    PROTOCOL_GTEST,
    PROTOCOL_GOTEST,
    PROTOCOL_KSELFTEST,
    PROTOCOL_AVOCADO,
    PROTOCOL_PHORONIX,
    PROTOCOL_COUNT
};

enum disk_format { DISK_RAW, DISK_QCOW2, DISK_FORMAT_COUNT };

/* How a guest's kernel is started: passed directly by QEMU, or by the disk's own boot loader. */
enum boot_kind { BOOT_KERNEL, BOOT_DISK, BOOT_KIND_COUNT };

/* Entry method: how the harness gets commands into a guest: through its guest agent; through a seed
 * disk, from which cloud-init starts an agent; by logging in on its serial console. */
enum entry_method { ENTRY_AGENT, ENTRY_SEED, ENTRY_CONSOLE, ENTRY_METHOD_COUNT };

enum job_kind { JOB_PREPARE, JOB_CELL, JOB_KIND_COUNT };

/* Severity of a finding of the static check, lowest first; UNKNOWN is never a pass. */
enum finding_severity {
    SEVERITY_WARN,
    SEVERITY_HIGH,
    SEVERITY_UNKNOWN,
    SEVERITY_BLOCK,
    SEVERITY_COUNT
};

/* State of the static check of a cell. NONE: not recorded (older version, or not a cell); NOTHING:
 * there are no files to check; MADE; FAILED: it could not be made. */
enum prediction_state {
    PREDICTION_NONE,
    PREDICTION_NOTHING,
    PREDICTION_MADE,
    PREDICTION_FAILED,
    PREDICTION_STATE_COUNT
};

/* Whether the run executed the file of a finding (for a library: a program that loads it). FAILED:
 * execution was attempted but failed in the kernel or the loader; UNKNOWN: not all executions were
 * observed, or the file is not executable. */
enum executed {
    EXECUTED_NONE, /* nothing was run, or not recorded by an older version */
    EXECUTED_UNKNOWN,
    EXECUTED_NO,
    EXECUTED_FAILED,
    EXECUTED_YES,
    EXECUTED_COUNT
};

/* A difference between the physical CPU and the guest. */
enum gap_kind {
    GAP_MISSING, /* the physical CPU has it, the guest does not: a case that needs it is SKIP with
                    reason gap */
    GAP_EXTRA,   /* the guest has it, the physical CPU does not: what passes here may fail there */
    GAP_UNKNOWN, /* the guest has it; the platform's file does not say whether the physical CPU does
                  */
    GAP_KIND_COUNT
};

/* What is known of a product's footprint. INCOMPLETE: a snapshot is missing or not complete, so
 * what it does not list may still be there. */
enum footprint_state {
    FOOTPRINT_NONE, /* no case installs anything, or an older version did not measure it */
    FOOTPRINT_TAKEN,
    FOOTPRINT_INCOMPLETE,
    FOOTPRINT_STATE_COUNT
};

/* When a snapshot was taken. */
enum footprint_phase {
    FOOTPRINT_INSTALLED,   /* after the install cases */
    FOOTPRINT_SUITE,       /* before the first uninstall case, or after the last case */
    FOOTPRINT_UNINSTALLED, /* after the last uninstall case */
    FOOTPRINT_PHASE_COUNT
};

enum footprint_change { FOOTPRINT_NEW, FOOTPRINT_CHANGED, FOOTPRINT_GONE, FOOTPRINT_CHANGE_COUNT };

enum footprint_kind {
    FOOTPRINT_FILE,    /* a file or folder that no package has */
    FOOTPRINT_OS_FILE, /* a file of the image's packages, or below /etc */
    FOOTPRINT_UNIT,    /* a unit's file, or an init script */
    FOOTPRINT_ENABLED, /* a link that starts a unit at boot */
    FOOTPRINT_ACTIVE,  /* a service that runs and that the image does not have */
    FOOTPRINT_CRON,
    FOOTPRINT_ALTERNATIVE,
    FOOTPRINT_USER,
    FOOTPRINT_GROUP,
    FOOTPRINT_PORT, /* "tcp 80": a program listens on it */
    FOOTPRINT_SYSCTL,
    FOOTPRINT_MODULE,
    FOOTPRINT_CORE,   /* a core dump */
    FOOTPRINT_DENIAL, /* denied by SELinux or AppArmor */
    FOOTPRINT_TAINT,
    FOOTPRINT_KIND_COUNT
};

enum answer { ANSWER_UNKNOWN, ANSWER_NO, ANSWER_YES };

/* Languages of user-visible text. */
/* In what two cells must differ for a rule about their differences to hold. */
enum difference_across { ACROSS_ANY, ACROSS_ARCH, ACROSS_PLATFORM, ACROSS_IMAGE, ACROSS_COUNT };

enum language { LANGUAGE_EN, LANGUAGE_ZH, LANGUAGE_COUNT };

enum accel_policy { ACCEL_POLICY_AUTO, ACCEL_POLICY_TCG, ACCEL_POLICY_KVM, ACCEL_POLICY_COUNT };

const char *arch_name(enum arch arch);       /* x86_64, aarch64 (uname -m) */
const char *status_name(enum status status); /* SKIP DONE PASS MISS ERROR FAIL */
const char *
verdict_name(enum verdict verdict); /* not-assessed incompatible conditional compatible */
const char *verdict_name_zh(enum verdict verdict);
const char *blame_name(enum blame blame);
const char *grade_name(enum grade grade);
const char *grade_name_zh(enum grade grade);
const char *accel_name(enum accel accel); /* tcg, kvm, none */
const char *item_name(enum item item);
const char *item_name_zh(enum item item);
const char *measure_name(enum measure measure);
const char *protocol_name(enum protocol protocol);
const char *disk_format_name(enum disk_format disk_format);        /* raw, qcow2 */
const char *boot_kind_name(enum boot_kind boot_kind);              /* kernel, disk */
const char *entry_method_name(enum entry_method entry_method);     /* agent, seed, console */
const char *finding_severity_name(enum finding_severity severity); /* WARN HIGH UNKNOWN BLOCK */
const char *prediction_state_name(enum prediction_state state);    /* none nothing made failed */
const char *executed_name(enum executed executed);                 /* none unknown no failed yes */
const char *footprint_state_name(enum footprint_state state);      /* none taken incomplete */
const char *footprint_phase_name(enum footprint_phase phase);
const char *footprint_change_name(enum footprint_change change); /* new changed gone */
const char *footprint_kind_name(enum footprint_kind kind);
const char *gap_kind_name(enum gap_kind gap_kind); /* missing, extra, unknown */
const char *difference_across_name(enum difference_across across);
const char *language_name(enum language language); /* en, zh */
const char *job_kind_name(enum job_kind job_kind); /* prepare, cell, harvest */
const char *accel_policy_name(enum accel_policy accel_policy);

bool arch_parse(const char *text, enum arch *ret); /* also accepts amd64 and arm64 */
bool status_parse(const char *text, enum status *ret);
bool verdict_parse(const char *text, enum verdict *ret);
bool blame_parse(const char *text, enum blame *ret);
bool grade_parse(const char *text, enum grade *ret);
bool accel_parse(const char *text, enum accel *ret);
bool item_parse(const char *text, enum item *ret);
bool measure_parse(const char *text, enum measure *ret);
bool protocol_parse(const char *text, enum protocol *ret);
bool disk_format_parse(const char *text, enum disk_format *ret);
bool boot_kind_parse(const char *text, enum boot_kind *ret);
bool entry_method_parse(const char *text, enum entry_method *ret);
bool finding_severity_parse(const char *text, enum finding_severity *ret);
bool prediction_state_parse(const char *text, enum prediction_state *ret);
bool footprint_state_parse(const char *text, enum footprint_state *ret);
bool footprint_phase_parse(const char *text, enum footprint_phase *ret);
bool footprint_change_parse(const char *text, enum footprint_change *ret);
bool footprint_kind_parse(const char *text, enum footprint_kind *ret);
bool gap_kind_parse(const char *text, enum gap_kind *ret);
bool executed_parse(const char *text, enum executed *ret);
bool difference_across_parse(const char *text, enum difference_across *ret);
bool language_parse(const char *text, enum language *ret);
bool job_kind_parse(const char *text, enum job_kind *ret);
bool accel_policy_parse(const char *text, enum accel_policy *ret);

/* The spellings of an enum, for member tables (model/member.h); `others` are accepted when
 * reading. */
struct words {
    const char *const *names, *const *others;
    int count;
};
extern const struct words arch_words, status_words, verdict_words, blame_words, grade_words,
    accel_words, item_words, protocol_words, disk_format_words, boot_kind_words, entry_method_words,
    job_kind_words, finding_severity_words, prediction_state_words, executed_words, gap_kind_words,
    language_words, accel_policy_words, difference_across_words, footprint_state_words,
    footprint_phase_words, footprint_change_words, footprint_kind_words, measure_words;
bool words_find(const struct words *words, const char *text, int *ret);

/* Returns dpkg's name for an architecture: amd64, arm64. */
const char *arch_debian_name(enum arch arch);

#endif
