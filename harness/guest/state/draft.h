/* SPDX-License-Identifier: Apache-2.0 */
/* Creates saved states; see home/saved_state.h for their format. */
#ifndef TS_GUEST_STATE_DRAFT_H
#define TS_GUEST_STATE_DRAFT_H

#include <stdint.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "guest/domain/xml.h"
#include "home/saved_state.h"

struct error;
struct hypervisor;

/*
 * Computes the key: SHA-256 over the domain's XML without names and paths, the digests of image,
 * kernel and initrd, the versions of QEMU and libvirt, the driver (embedded or a daemon), the
 * accelerator (with KVM also the host's CPU), the disk sizes, and what was put into the guest. The
 * spec's paths may be NULL.
 */
int saved_state_key(struct hypervisor *hypervisor, const struct guest_spec *spec,
                    char ret_key[DIGEST_TEXT_SIZE], struct error **err);

/*
 * Creation of a saved state, with the key's lock held from begin to free. A second process waits
 * for the first: -EEXIST if the state then exists; -ETIMEDOUT at the deadline. A damaged state and
 * an incomplete one of a killed job are removed. The new disk is an overlay on the image, to boot
 * from.
 */
struct state_draft;
int state_draft_begin(const char *home, const char *key, const struct image *image,
                      int64_t deadline_ms, struct state_draft **ret_draft, struct error **err);
const char *state_draft_disk(const struct state_draft *draft);
const char *state_draft_nvram(const struct state_draft *draft);    /* to be created by the caller */
const char *state_draft_packages(const struct state_draft *draft); /* to be created by the caller */
const char *state_draft_memory(const struct state_draft *draft); /* where guest_save has to write */

const char *state_draft_ram(const struct state_draft *draft); /* file for the guest's memory */

/* Makes the state depend on the state `base`, which the caller has locked, and adds these notes. */
void state_draft_set_base(struct state_draft *draft, const char *base, const char *notes);

/* Finishes the state after guest_save and guest_free: syncs it, writes meta.json and renames it
 * into place. */
int state_draft_complete(struct state_draft *draft, const struct guest_spec *spec,
                         enum entry_method entry_method, const char *prepared_by,
                         struct error **err);
void state_draft_free(struct state_draft *draft); /* removes an incomplete one */
DEFINE_CLEANUP(struct state_draft *, state_draft_free)

#endif
