/* SPDX-License-Identifier: Apache-2.0 */
/* What a fuzz target defines: libFuzzer's one entry. Inputs that once broke it stay in its corpus.
 */
#ifndef TS_TESTS_FUZZ_FUZZ_H
#define TS_TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
