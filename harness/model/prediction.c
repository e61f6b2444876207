/* SPDX-License-Identifier: Apache-2.0 */
/* Small questions about predictions. */
#include "model/prediction.h"

#include <stdlib.h>

void prediction_done(struct prediction *prediction)
{
    vec_foreach (part, &prediction->parts)
        free(part->name);
    vec_done(&prediction->parts);
    vec_foreach (row, &prediction->findings)
        finding_done(row);
    vec_done(&prediction->findings);
    free(prediction->reason);
    free(prediction->surface);
    *prediction = (struct prediction){0};
}

size_t prediction_count(const struct prediction *prediction, enum finding_severity severity)
{
    return finding_count(prediction->findings.items, prediction->findings.count, severity);
}

enum verdict prediction_verdict(const struct prediction *prediction)
{
    return finding_verdict(prediction->findings.items, prediction->findings.count,
                           prediction->state == PREDICTION_MADE && !prediction->cut, false);
}
