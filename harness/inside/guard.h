/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guards what a later case runs against what an earlier one did: the payload's files are held
 * against the payload disk, which no guest can write, and what else decides over a script (its
 * shell, the loader's preload file, mounts, device files) against what it was. What changed while a
 * case ran is told on that case. It also puts right what a case did to the one that runs it: a
 * stopped agent, lowered limits, a frozen cgroup. SECURITY.md says what root in a guest can do all
 * the same.
 */
#ifndef TS_INSIDE_GUARD_H
#define TS_INSIDE_GUARD_H

#include "inside/inside.h"

/* Before the case: false when something was changed since the last one ended (a fact, tampered),
 * and the case must not be run. */
bool guard_before(struct case_run *run);

/* After it: the facts tampered, interfered and left-…, and the state for the next call. */
void guard_after(struct case_run *run);

/* The parts below. */

/* "bin/…" and "suite/…" against the payload disk. */
bool guard_files_before(struct case_run *run, bool in_full);
void guard_files_after(struct case_run *run);
uint64_t guard_files_state(void);

/* New mounts since the last call are facts; those that hide what a later case runs are tampering.
 */
void guard_mounts_note(void);
void guard_mounts_tell(struct case_run *run);
uint64_t guard_mounts_state(const struct case_run *run);

/* The agent, this program and their limits; / that became read-only. */
void guard_leftovers_note(void);
void guard_leftovers_tell(struct case_run *run);

/* Who traces this program or the agent can give any answer for them. */
void guard_tracers_tell(struct case_run *run);

/* The image's programs and libraries, whose ctime is before since_ms: their sum, and a fact of that
 * kind for each that is no longer what it was at the note, with the sum of the others. */
uint64_t guard_programs_note(int64_t since_ms);
uint64_t guard_programs_tell(struct case_run *run, int64_t since_ms, const char *kind);

/* Formats registered with the kernel that take over scripts or this machine's programs are
 * tampering. */
void guard_formats_tell(struct case_run *run);

/* A cgroup of version 2 for each case, below one of the harness's own. */
void cgroup_leave_unit(const char *name); /* the calling process goes to touchstone/NAME */
bool cgroup_kill(const char *name);       /* thaws and kills what is in it; false: nothing was */
void cgroup_tell_frozen(struct case_run *run);
void cgroup_clear(void); /* removes those of cases that nothing lives in */

/* Opens the disk with this serial number, whatever stands in /dev; -1 with errno. */
int disk_open(const char *serial, int flags);

/* FNV-1a over bytes, going on from hash (start with HASH_START). */
#define HASH_START UINT64_C(0xcbf29ce484222325)
uint64_t hash_bytes(uint64_t hash, const void *data, size_t length);
uint64_t hash_text(uint64_t hash, const char *text); /* its NUL as well */

#endif
