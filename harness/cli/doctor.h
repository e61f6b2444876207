/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of `touchstone doctor`: one fact about this host each, and what to do about it. */
#ifndef TS_CLI_DOCTOR_H
#define TS_CLI_DOCTOR_H

#include <jansson.h>
#include <stdbool.h>

struct error;

struct doctor {
    bool json, full;
    bool unusable; /* some platform cannot run at all */
    const char *home;
    bool reindex;
    const char *salvage; /* folder for a new store; NULL: look only */
    json_t *checks;
};

/* States: "ok"; "warning", it works and there is something to know; "unknown", it was not tried;
 * "broken". advice may be NULL. */
void doctor_note(struct doctor *doctor, const char *subject, const char *state, const char *fact,
                 const char *advice);

/* The error's own message says what to do. It is freed. */
void doctor_note_error(struct doctor *doctor, const char *subject, const char *state,
                       struct error *err);

/* Each platform with its emulator, machine and accelerator; KVM; UEFI firmware. */
int doctor_platforms(struct doctor *doctor, struct error **err);

/* apt, disk, memory, cores, the user, and what a guest is confined by. */
void doctor_host(struct doctor *doctor);

/* The store and its evidence; with `full`, which runs are whole when something is damaged. */
void doctor_store(struct doctor *doctor);

/* Makes the index of the store again from its records. */
int doctor_reindex(struct error **err);

/* Copies what can be read of the store into a new one, and says what was lost: EXIT_IO then. */
int doctor_salvage(const char *folder, bool json);

#endif
