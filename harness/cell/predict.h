/* SPDX-License-Identifier: Apache-2.0 */
/* What can be told of a product before it runs: its files against the image and the platform. */
#ifndef TS_CELL_PREDICT_H
#define TS_CELL_PREDICT_H

#include "cell/session.h"

/*
 * Fills the result's prediction. The product is what the suite names and what it brings in files/;
 * what was staged for it besides provides, and is not checked itself. The guest must be pristine.
 * A check that cannot be made is a failed prediction, never none; a guest that ended meanwhile is
 * for the next step to find.
 */
void predict(struct session *session);

#endif
