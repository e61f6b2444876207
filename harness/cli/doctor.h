/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of `touchstone doctor`: a fact about this host each, and what to do about it. */
#ifndef TS_CLI_DOCTOR_H
#define TS_CLI_DOCTOR_H

#include <jansson.h>
#include <stdbool.h>

struct error;

struct doctor {
    bool json, full;
    bool unusable; /* some platform cannot be run at all */
    const char *home;
    bool reindex;
    const char *salvage; /* folder for a new store; NULL: only check */
    json_t *checks;
};

/* state: "ok"; "warning": works, with a remark; "unknown": not tested; "broken". advice may be
 * NULL. */
void doctor_note(struct doctor *doctor, const char *subject, const char *state, const char *fact,
                 const char *advice);

/* The error's message says what to do. The error is freed. */
void doctor_note_error(struct doctor *doctor, const char *subject, const char *state,
                       struct error *err);

/* Each platform with its emulator, machine and accelerator; KVM; UEFI firmware. */
int doctor_platforms(struct doctor *doctor, struct error **err);

/* apt, disk, memory, cores, the user, and how guests are confined. */
void doctor_host(struct doctor *doctor);

/* The store and its evidence; with `full`, which runs are intact if something is damaged. */
void doctor_store(struct doctor *doctor);

/* Rebuilds the index of the store from its records. */
int doctor_reindex(struct error **err);

/* Copies what is readable of the store into a new one and reports what was lost, with EXIT_IO. */
int doctor_salvage(const char *folder, bool json);

#endif
