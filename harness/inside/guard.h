/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Protects later cases against changes made by earlier ones. The payload's files are compared with
 * the payload disk, which no guest can write, and what else influences a script (its shell, the
 * loader's preload file, mounts, device files) is compared with its earlier state. Changes made
 * while a case ran are reported for that case. The guard also repairs what a case did to the
 * harness's processes: a stopped agent, lowered limits, a frozen cgroup. SECURITY.md says what root
 * in a guest can still do.
 */
#ifndef TS_INSIDE_GUARD_H
#define TS_INSIDE_GUARD_H

#include "inside/inside.h"

/* Instead of a state: the guest was restored, and no case has run since it was saved. */
#define GUARD_PREPARED "prepared"

/* Before the case. Returns false if something was changed since the last one ended (fact:
 * tampered); the case must not be run then. */
bool guard_before(struct case_run *run);

/* After the case: records the facts tampered, interfered and left-…, and the state for the next
 * call. */
void guard_after(struct case_run *run);

/* Reads what guard_before reads, so that the memory of a guest that is saved next holds it. */
void guard_rehearse(void);

/* The parts of the guard. */

/* Compares "bin/…" and "suite/…" with the payload disk. */
bool guard_files_before(struct case_run *run, bool in_full);
void guard_files_after(struct case_run *run);
uint64_t guard_files_state(void);

/* Records mounts added since the last call as facts; mounts that hide what a later case runs are
 * tampering. */
void guard_mounts_note(void);
void guard_mounts_report(struct case_run *run);
uint64_t guard_mounts_state(const struct case_run *run);

/* The agent, this program and their limits; a root file system that became read-only. */
void guard_leftovers_note(void);
void guard_leftovers_report(struct case_run *run);

/* A process that traces this program or the agent could forge results. */
void guard_tracers_report(struct case_run *run);

/* The image's programs and libraries whose ctime is before since_ms: computes their checksum, and
 * records a fact of that kind for each that has changed since, with the checksum of the others.
 * known: the checksum after the last part, or NULL; prepared: no case has run since the guest was
 * saved. The folders need not be listed again while the checksum holds, or then. */
uint64_t guard_programs_note(const char *base, int64_t since_ms, const uint64_t *known,
                             bool prepared);
uint64_t guard_programs_report(struct case_run *run, int64_t since_ms, const char *kind);

/* Binary formats registered with the kernel that intercept scripts or this machine's programs are
 * tampering. */
void guard_formats_report(struct case_run *run);

/* A version 2 cgroup for each case, inside one of the harness. */
void cgroup_leave_unit(const char *name); /* moves the calling process to touchstone/NAME */
/* fork() whose child is in touchstone/NAME from the start: moving it there afterwards waits until
 * all processors have left their RCU sections, some 15 ms. */
pid_t cgroup_fork(const char *name);
bool cgroup_kill(
    const char *name); /* thaws the cgroup and kills its processes; false: it was empty */
void cgroup_report_frozen(struct case_run *run);
void cgroup_clear(void); /* removes empty cgroups of cases */

/* The number of the disk with this serial number; 0: there is none. */
dev_t disk_number(const char *serial);
/* Opens the disk with this serial number, regardless of the names in /dev; -1 with errno. */
int disk_open(const char *serial, int flags);

/* FNV-1a over bytes, continuing from hash (start with HASH_START). */
#define HASH_START UINT64_C(0xcbf29ce484222325)
uint64_t hash_bytes(uint64_t hash, const void *data, size_t length);
uint64_t hash_text(uint64_t hash, const char *text); /* including its NUL */
/* Hashes a file's content, at most 8 MiB: whoever writes to a file can set its times. */
uint64_t hash_content(uint64_t hash, const char *path);

#endif
