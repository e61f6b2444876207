/* SPDX-License-Identifier: Apache-2.0 */
/* The entry point that a fuzz target defines for libFuzzer. Inputs that once broke it stay in its
 * corpus. */
#ifndef TS_TESTS_FUZZ_FUZZ_H
#define TS_TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
