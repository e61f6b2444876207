/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the streams of a case from the results disk and stores them as evidence. */
#ifndef TS_CELL_CASE_STREAMS_H
#define TS_CELL_CASE_STREAMS_H

#include "cell/case_run.h"
#include "suite/record.h"

/* Reads and verifies the record of one part of a case, and moves `place` behind it. -EBADMSG: there
 * is no result. */
int case_streams_read(struct session *session, const char *id, const struct guest_output *output,
                      struct case_place *place, const struct case_record *earlier,
                      struct case_record *ret_record, struct error **err);

/* Stores the streams of all parts, under the digests that they were verified with. A case that
 * passed is no proof if none of its output could be stored. */
void case_streams_keep(struct session *session, struct case_result *row,
                       const struct case_record *record);

#endif
