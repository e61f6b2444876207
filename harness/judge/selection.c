/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/selection.h"

#include <stdlib.h>

void selection_done(struct selection *selection)
{
    free(selection->query);
    free(selection->shown);
    *selection = (struct selection){.query = NULL};
}

bool selection_shows(const struct selection *selection, size_t at)
{
    return selection->shown == NULL || selection->shown[at];
}
