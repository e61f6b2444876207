/* SPDX-License-Identifier: Apache-2.0 */
/* Chooses the accelerator. /dev/kvm may exist and open but still fail to run a kernel, so KVM is
 * used only after it has booted the image's own kernel within a time limit. The result is cached in
 * HOME/host/ while the host stays the same (boot, kernel, CPU, QEMU). */
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
    const char *emulator; /* NULL: the result of emulator_find */
    int64_t limit_ms;     /* time limit of the test; 0: 15 s */
};

/* Chooses the accelerator for this image and the reason (one line; caller frees). With
 * ACCEL_POLICY_KVM, unusable KVM is an error (-ENOTSUP) instead of a fallback to TCG. */
int kvm_choose(const struct kvm_options *options, enum accel_policy policy,
               const struct image *image, enum accel *ret_accel, char **ret_reason,
               struct error **err);

/* Returns, without booting anything, whether KVM works on this host for its own architecture, and
 * why (caller frees). -ENODATA: the device exists but has not been tested yet. */
int kvm_known(const struct kvm_options *options, bool *ret_works, char **ret_reason,
              struct error **err);

#endif
