/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Saved states: a guest that was booted and saved once, from which cells are started. A state is
 * named by a digest of everything it depends on. It is stored in HOME/states/KEY/, which a single
 * rename makes visible when it is complete:
 *
 *   memory       what libvirt saved, or QEMU's stream (guest/state/stream.h)
 *   ram          the guest's memory, if the stream leaves it out
 *   disk.qcow2   the root disk at that moment, an overlay on the image; cells create overlays on it
 *   nvram        UEFI variables at that moment, if UEFI booted it
 *   packages     its package state, if the image's file does not provide it
 *   meta.json    what it was made from, and by which job
 *
 * A state may depend on another one: then its disk is an overlay on that state's disk.
 */
#ifndef TS_HOME_SAVED_STATE_H
#define TS_HOME_SAVED_STATE_H

#include <stdint.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/vec.h"
#include "model/words.h"

struct error;
struct strv;

struct saved_state {
    char key[DIGEST_TEXT_SIZE];
    char *folder, *memory, *disk;   /* absolute */
    char *nvram, *packages, *ram;   /* absolute; NULL: none */
    enum entry_method entry_method; /* the entry method in use when it was saved */
    char *image, *platform, *accel;
    char *prepared_by; /* "RUN/JOB/ATTEMPT" */
    char *base;        /* key of the state that it depends on; NULL: it depends on the image only */
    char *notes;       /* data from its creator for those who start from it; or NULL */
    int64_t created_ms; /* wall clock, milliseconds */
    int64_t used_ms;    /* wall clock, milliseconds: when a guest was last started from it */
    uint64_t bytes;     /* allocated bytes of memory and disk */
};
void saved_state_done(struct saved_state *state);

/* Returns the complete state for a key. -ENOENT: it does not exist; -EBADMSG: it is damaged (its
 * files have changed, or the image it depends on is gone): remove it and prepare again. */
int saved_state_find(const char *home, const char *key, struct saved_state *ret_state,
                     struct error **err);

/* Locks a state against removal until the descriptor is closed, and updates its time of last use.
 * To be called before a guest is started from it. -EBUSY: it is being made or removed. */
int saved_state_lock(const char *home, const char *key, int *ret_lock, struct error **err);

/* saved_state_lock followed by saved_state_find, for reading a state's files. The descriptor is
 * open only on success. */
int saved_state_open(const char *home, const char *key, int *ret_lock,
                     struct saved_state *ret_state, struct error **err);

struct saved_states {
    VEC(struct saved_state) rows;
};

/* Lists all complete states, sorted by key; damaged ones are left out. Free with
 * saved_states_done. */
int saved_state_list(const char *home, struct saved_states *ret_states, struct error **err);
void saved_states_done(struct saved_states *states);

/* Removes a state. -EBUSY: it is being made, or a guest runs from it. */
int saved_state_remove(const char *home, const char *key, struct error **err);

/* Called for each state to remove. */
typedef int saved_state_victim_handler(void *context, const struct saved_state *state,
                                       struct error **err);

/* Calls the handler for the least recently used states until the others use at most `bytes` bytes.
 * States in `keep`, and those that others depend on, are never passed to it. The handler removes
 * the state or only reports it; -EBUSY from it: the state stays. */
int saved_state_evict(const char *home, uint64_t bytes, const struct strv *keep,
                      saved_state_victim_handler *on_victim, void *context, struct error **err);

/* Removes incomplete states of killed jobs. */
int saved_state_sweep(const char *home, struct error **err);

#endif
