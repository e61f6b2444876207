/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Saved states: a guest that was booted and saved once, from which cells start. A state is named by
 * a digest of everything it depends on and lies in HOME/states/KEY/, complete by one rename:
 *
 *   memory       what libvirt saved
 *   disk.qcow2   the root disk at that moment, on the image; frozen: cells put overlays on it
 *   meta.json    what it was made of, and which job made it
 */
#ifndef TS_GUEST_WARM_H
#define TS_GUEST_WARM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "guest/domain_xml.h"

struct error;
struct hypervisor;

/* The key: SHA-256 over the domain's XML without names and paths, the image's, kernel's and
 * initrd's digests, the versions of QEMU and libvirt, the accelerator and the disks' sizes. */
int warm_key(struct hypervisor *hypervisor, const struct guest_spec *spec,
             char ret_key[DIGEST_TEXT_SIZE], struct error **err);

struct warm_state {
    char key[DIGEST_TEXT_SIZE];
    char *folder, *memory, *disk;
    char *prepared_by; /* "RUN/JOB/ATTEMPT" */
    char *image, *platform;
    int64_t created_ms; /* wall clock */
    uint64_t bytes;     /* on disk */
};
void warm_state_free(struct warm_state *state);
DEFINE_CLEANUP(struct warm_state *, warm_state_free)

/* The complete state for a key; -ENOENT when there is none; -EBADMSG when it is damaged (say so,
 * remove it with warm_remove, prepare again). */
int warm_find(const char *home, const char *key, struct warm_state **ret_state, struct error **err);

/* Making one: the lock is held from begin to free, so others wait (until deadline_ms) and then find
 * it made: -EEXIST. `disk` of the draft is an overlay on the image, ready to boot from. */
struct warm_draft;
int warm_begin(const char *home, const char *key, const struct image *image, int64_t deadline_ms,
               struct warm_draft **ret_draft, struct error **err);
const char *warm_draft_disk(const struct warm_draft *draft);
const char *warm_draft_memory(const struct warm_draft *draft); /* where guest_save shall write */
int warm_complete(struct warm_draft *draft, const struct guest_spec *spec, const char *prepared_by,
                  struct error **err);
void warm_draft_free(struct warm_draft *draft); /* an incomplete one is removed */
DEFINE_CLEANUP(struct warm_draft *, warm_draft_free)

/* Every complete state, sorted by key. Caller frees each and the array. */
int warm_list(const char *home, struct warm_state ***ret_states, size_t *ret_count,
              struct error **err);
int warm_remove(const char *home, const char *key, struct error **err);

#endif
