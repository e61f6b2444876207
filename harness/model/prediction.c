/* SPDX-License-Identifier: Apache-2.0 */
/* Helper functions for predictions. */
#include "model/prediction.h"

size_t prediction_count(const struct prediction *prediction, enum finding_severity severity)
{
    return finding_count(prediction->findings.items, prediction->findings.count, severity);
}

enum verdict prediction_verdict(const struct prediction *prediction)
{
    return finding_verdict(prediction->findings.items, prediction->findings.count,
                           prediction->state == PREDICTION_MADE && !prediction->cut, false);
}
