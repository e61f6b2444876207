/* SPDX-License-Identifier: Apache-2.0 */
/* Scans the product's files for viruses, if the home has signatures. */
#ifndef TS_CELL_VIRUSES_H
#define TS_CELL_VIRUSES_H

#include "cell/session.h"

/* Observations of the job, as those of cell/components.h: virus.looked (files that were scanned),
 * virus.data (the scanner and its signatures, in words), virus.signatures (their number),
 * virus.days (their age; absent: not known), virus.found, virus.open. What the signatures are worth
 * is left to who judges them. Nothing is done if there is no folder HOME/clamav. */
void viruses_look(struct session *session, const struct strv *product, const struct strv *beside,
                  const struct strv *without);

#endif
