/* SPDX-License-Identifier: Apache-2.0 */
/* Small questions about predictions. */
#include "model/prediction.h"

#include <stdlib.h>
#include <string.h>

static const char *const executed_names[] = {[EXECUTED_NONE] = "none",
                                             [EXECUTED_UNKNOWN] = "unknown",
                                             [EXECUTED_NO] = "no",
                                             [EXECUTED_FAILED] = "failed",
                                             [EXECUTED_YES] = "yes"};

const char *executed_name(enum executed executed)
{
    return executed_names[executed];
}

bool executed_parse(const char *text, enum executed *ret)
{
    for (enum executed i = 0; text != NULL && i < EXECUTED_COUNT; i++)
        if (strcmp(text, executed_names[i]) == 0) {
            *ret = i;
            return true;
        }
    return false;
}

bool finding_is_contradicted(const struct predicted_finding *finding)
{
    return finding->severity == SEVERITY_BLOCK && finding->executed == EXECUTED_YES;
}

void prediction_done(struct prediction *prediction)
{
    vec_foreach (part, &prediction->parts)
        free(part->name);
    vec_done(&prediction->parts);
    vec_foreach (row, &prediction->findings) {
        free(row->kind);
        free(row->file);
        free(row->symbol);
        free(row->version);
        free(row->provider);
        free(row->found);
        free(row->remedy);
    }
    vec_done(&prediction->findings);
    free(prediction->reason);
    free(prediction->surface);
    *prediction = (struct prediction){0};
}

size_t prediction_count(const struct prediction *prediction, enum finding_severity severity)
{
    size_t count = 0;

    vec_foreach (row, &prediction->findings)
        count += row->severity == severity;
    return count;
}

enum verdict prediction_verdict(const struct prediction *prediction)
{
    if (prediction_count(prediction, SEVERITY_BLOCK) > 0)
        return VERDICT_INCOMPATIBLE;
    if (prediction->state != PREDICTION_MADE || prediction->cut ||
        prediction_count(prediction, SEVERITY_UNKNOWN) > 0)
        return VERDICT_NOT_ASSESSED;
    return prediction_count(prediction, SEVERITY_HIGH) > 0 ? VERDICT_CONDITIONAL
                                                           : VERDICT_COMPATIBLE;
}
