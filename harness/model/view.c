/* SPDX-License-Identifier: Apache-2.0 */
#include "model/view.h"

#include <stdlib.h>

void view_free(struct view *view)
{
    if (view == NULL)
        return;
    free(view->name);
    free(view->title);
    free(view->title_zh);
    free(view->results);
    query_done(&view->query);
    strv_done(&view->lines);
    free(view);
}
