/* SPDX-License-Identifier: Apache-2.0 */
/* A guest of an image on a platform, without a suite. */
#include "cell/fresh.h"

#include "base/cleanup.h"
#include "cell/programs.h"
#include "cell/start.h"
#include "guest/media/media.h"
#include "guest/media/payload.h"

int fresh_start(struct session *session, struct error **err)
{
    _cleanup_(payload_free_cleanup) struct payload *payload = NULL;
    int code = payload_new(session->payload, &payload, err);

    if (code == 0)
        code = programs_add(payload, session->image->arch, session->job->library_file, err);
    if (code == 0)
        code = payload_finish(payload, err);
    if (code == 0)
        code = media_make_results(session->results, err);
    if (code == 0)
        code = start_guest(session, err);
    return code == 0 ? start_measure(session, err) : code;
}
