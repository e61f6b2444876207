/* SPDX-License-Identifier: Apache-2.0 */
/* The static check: a product's files against the image and the platform, before they are run. */
#ifndef TS_CELL_PREDICT_H
#define TS_CELL_PREDICT_H

#include "cell/session.h"

/*
 * Fills the result's prediction. The product is the packages that the suite names and the files in
 * files/; packages staged as dependencies provide symbols but are not checked. The guest must be
 * pristine. A check that cannot be made is recorded as failed, never as absent. A guest that ended
 * meanwhile is reported by the next step.
 */
void predict(struct session *session);

#endif
