/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which accelerator to use. /dev/kvm may be there, open, and still not run a kernel, so KVM counts
 * only after it has booted the image's own kernel within a bound; the answer is kept in HOME/host/
 * for as long as the host is the same (boot, kernel, CPU, QEMU).
 */
#ifndef TS_GUEST_HOST_KVM_PROOF_H
#define TS_GUEST_HOST_KVM_PROOF_H

#include <stdbool.h>
#include <stdint.h>

#include "model/image.h"
#include "model/words.h"

struct error;

struct kvm_options {
    const char *home;
    const char *device;   /* NULL: /dev/kvm */
    const char *emulator; /* NULL: as emulator_find finds it */
    int64_t limit_ms;     /* of the proof; 0: 15 s */
};

/* The accelerator for this image, and why (one line; caller frees). With ACCEL_POLICY_KVM an
 * unusable KVM is an error (-ENOTSUP) instead of a fall back to TCG. */
int kvm_choose(const struct kvm_options *options, enum accel_policy policy,
               const struct image *image, enum accel *ret_accel, char **ret_reason,
               struct error **err);

/* What is known without booting anything: whether KVM works on this host for its own architecture,
 * and why (caller frees). -ENODATA: the device is there and was never put to the proof. */
int kvm_known(const struct kvm_options *options, bool *ret_works, char **ret_reason,
              struct error **err);

#endif
