/* SPDX-License-Identifier: Apache-2.0 */
/* The identity line, and the comparison with a platform that checks everything. */
#include <stdlib.h>

#include "base/cleanup.h"
#include "fuzz.h"
#include "suite/identity.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(guest_identity_done) struct guest_identity identity = {0};
    char os_id[] = "debian";
    struct image image = {.os_id = os_id};
    struct feature_table table = {0};
    struct platform platform = {.arch = ARCH_AARCH64};
    struct identity_rule *rule = &platform.identity[GRADE_EMULATED];
    struct result *result;

    if (identity_parse((const char *)data, size, &identity, NULL) < 0)
        return 0;
    rule->given = true;
    rule->midr = 0x481fd010;
    rule->family = rule->model = 7;
    strv_add(&rule->has, "atomics");
    result = result_new();
    result->grade = GRADE_EMULATED;
    identity_compare(&identity, &platform, &image, &table, 0, result);
    identity_observe(&identity, result);
    identity_conclude(result);
    /* Another architecture never matches. */
    if (identity.arch != platform.arch && result_identity_matches(result))
        abort();
    strv_done(&rule->has);
    result_free(result);
    return 0;
}
