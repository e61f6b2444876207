/* SPDX-License-Identifier: Apache-2.0 */
/* What nmap found open from a second guest, beside the sockets that were seen in the guest. */
#ifndef TS_SUITE_SCAN_H
#define TS_SUITE_SCAN_H

#include "model/result.h"

/*
 * Compares the observations scan.PROTOCOL.PORT of the case `outside` (probes/scan.sh) with
 * port.PROTOCOL.PORT of the case `inside` (probes/ports.sh), and adds observations to the first:
 *
 *     scan.inside         "not known": the case `inside` has no list
 *     scan.inside.agree   ports that are open from outside, and on which the product listens
 *     scan.inside.differ  ports of which only one of the two says so
 *     scan.inside.differs one such port, and what each says of it
 *
 * The product's sockets on a loopback address are not reached from outside, and of UDP only some
 * ports are scanned: that neither is open is no difference. A difference changes no status. Does
 * nothing if the case `outside` did not scan.
 */
void scan_compare(struct result *result, const char *outside, const char *inside);

#endif
