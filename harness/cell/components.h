/* SPDX-License-Identifier: Apache-2.0 */
/* What the product consists of, and what the imported advisories say of that. */
#ifndef TS_CELL_COMPONENTS_H
#define TS_CELL_COMPONENTS_H

#include "cell/session.h"

/*
 * Lists the components of the product and of the packages that are installed with it, and holds
 * them against the advisories; `without`: folders to skip. Both lists become evidence of the job
 * ("sbom.cdx.json", "advisories.json"), and observations of the job say what they came to:
 *
 *   advisories.looked   number of components that were held against advisories
 *   advisories.data     how much data there is, and how old it is
 *   advisories.stated   an ecosystem whose advisories the user states to be complete, their number,
 *                       the date of the newest and that of the statement; one for each
 *   advisories.days     age of the oldest of these
 *   advisories.found    a component that is affected, with the advisory; one observation each
 *   advisories.open     why something is not known; one observation for each reason
 *
 * Nothing is done if no advisories were imported: whoever asks then finds no observation.
 */
void components_look(struct session *session, const struct strv *product, const struct strv *beside,
                     const struct strv *without);

#endif
