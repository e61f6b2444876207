/* SPDX-License-Identifier: Apache-2.0 */
/* Makes saved states; home/warm.h says what one is. */
#ifndef TS_GUEST_STATE_WARM_H
#define TS_GUEST_STATE_WARM_H

#include <stdint.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "guest/domain/xml.h"
#include "home/warm.h"

struct error;
struct hypervisor;

/* The key: SHA-256 over the domain's XML without names and paths, the image's, kernel's and
 * initrd's digests, the versions of QEMU and libvirt, whose driver it is (the embedded one or a
 * daemon's), the accelerator (with KVM also the host's CPU), the disks' sizes and what was put into
 * the guest. The spec's paths may be NULL. */
int warm_key(struct hypervisor *hypervisor, const struct guest_spec *spec,
             char ret_key[DIGEST_TEXT_SIZE], struct error **err);

/*
 * Making one: the key's lock is held from begin to free. Who comes second waits, and then finds it
 * made: -EEXIST; -ETIMEDOUT at the deadline. A damaged state, and what a killed job left, is
 * removed. The draft's disk is an overlay on the image, to boot from.
 */
struct warm_draft;
int warm_begin(const char *home, const char *key, const struct image *image, int64_t deadline_ms,
               struct warm_draft **ret_draft, struct error **err);
const char *warm_draft_disk(const struct warm_draft *draft);
const char *warm_draft_nvram(const struct warm_draft *draft);    /* for the caller to make */
const char *warm_draft_packages(const struct warm_draft *draft); /* likewise */
const char *warm_draft_memory(const struct warm_draft *draft);   /* where guest_save shall write */

/* It stands on that state, which the caller holds, and carries these notes. */
void warm_draft_stand_on(struct warm_draft *draft, const char *base, const char *notes);

/* After guest_save and guest_free: syncs, notes what it was made of, and puts it in its place. */
int warm_complete(struct warm_draft *draft, const struct guest_spec *spec, enum way way,
                  const char *prepared_by, struct error **err);
void warm_draft_free(struct warm_draft *draft); /* an incomplete one is removed */
DEFINE_CLEANUP(struct warm_draft *, warm_draft_free)

#endif
