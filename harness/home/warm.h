/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Saved states: a guest that was booted and saved once, from which cells start. A state is named by
 * a digest of everything it depends on and lies in HOME/states/KEY/, complete by one rename:
 *
 *   memory       what libvirt saved
 *   disk.qcow2   the root disk at that moment, on the image; frozen: cells put overlays on it
 *   nvram        UEFI's variables at that moment, where UEFI started it
 *   packages     its package state, where the image's file does not have it
 *   meta.json    what it was made of, and which job made it
 *
 * A state may stand on another: its disk is an overlay on that one's.
 */
#ifndef TS_HOME_WARM_H
#define TS_HOME_WARM_H

#include <stdint.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/vec.h"
#include "model/words.h"

struct error;
struct strv;

struct warm_state {
    char key[DIGEST_TEXT_SIZE];
    char *folder, *memory, *disk; /* absolute */
    char *nvram, *packages;       /* absolute; NULL: none */
    enum way way;                 /* that was open when it was saved */
    char *image, *platform, *accel;
    char *prepared_by;  /* "RUN/JOB/ATTEMPT" */
    char *base;         /* key of the state that it stands on; NULL: on the image */
    char *notes;        /* of who made it, for who starts from it; or NULL */
    int64_t created_ms; /* wall clock */
    int64_t used_ms;    /* wall clock; when a guest was last started from it */
    uint64_t bytes;     /* of memory and disk, allocated */
};
void warm_state_done(struct warm_state *state);

/* The complete state for a key. -ENOENT: there is none; -EBADMSG: it is damaged (its files are not
 * those that were saved, or the image it stands on is gone): remove it and prepare again. */
int warm_find(const char *home, const char *key, struct warm_state *ret_state, struct error **err);

/* For whoever starts a guest from a state: it is not removed while the descriptor is open, and is
 * noted as used now. -EBUSY while it is being made or removed. */
int warm_hold(const char *home, const char *key, int *ret_hold, struct error **err);

/* warm_hold, then warm_find: for whoever reads a state's files. The descriptor is open on success
 * only. */
int warm_open(const char *home, const char *key, int *ret_hold, struct warm_state *ret_state,
              struct error **err);

struct warm_states {
    VEC(struct warm_state) rows;
};

/* Every complete state, sorted by key; damaged ones are left out. Caller: warm_states_done. */
int warm_list(const char *home, struct warm_states *ret_states, struct error **err);
void warm_states_done(struct warm_states *states);

/* Takes its lock first: -EBUSY while it is being made, or a guest runs from it. */
int warm_remove(const char *home, const char *key, struct error **err);

/* What happens to a state that has to go; what: for a person. */
typedef int warm_victim_handler(void *context, const struct warm_state *state, struct error **err);

/* Names the states that have to go, the least recently used first, until all take at most `bytes`;
 * those in `keep` and those that others stand on stay whatever they take. The handler removes (or
 * only tells): -EBUSY from it means that the state stays. */
int warm_evict(const char *home, uint64_t bytes, const struct strv *keep,
               warm_victim_handler *on_victim, void *context, struct error **err);

/* Removes the drafts of jobs that were killed. */
int warm_sweep(const char *home, struct error **err);

#endif
