/* SPDX-License-Identifier: Apache-2.0 */
/* A report from a guest: Avocado's results.json. */
#include "fuzz_report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_report(PROTOCOL_AVOCADO, data, size);
}
