/* SPDX-License-Identifier: Apache-2.0 */
/* Programs that built-in probes need in the second guest, where no product is: nmap. */
#ifndef TS_CELL_TOOLS_H
#define TS_CELL_TOOLS_H

#include "cell/session.h"
#include "guest/media/payload.h"

/* Adds the image's own nmap and what it depends on to the payload, in a folder beside the packages
 * of the product, if a case will scan; what cannot be had is a file with the reason there, and the
 * probe says so. Fails only if the payload cannot be written. `state`: as in struct stage_options.
 */
int tools_add(struct session *session, const char *state, struct payload *payload,
              struct error **err);

#endif
