/* SPDX-License-Identifier: Apache-2.0 */
/* Frees a judgement. */
#include "model/judgement.h"

#include <stdlib.h>

void judgement_done(struct judgement *judgement)
{
    free(judgement->reason);
    free(judgement->case_id);
    *judgement = (struct judgement){0};
}
