/* SPDX-License-Identifier: Apache-2.0 */
/* Reads an image's surface without a cell: in a separate guest and a separate process. */
#include <errno.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "base/path.h"
#include "cell/start.h"
#include "cell/surface.h"
#include "guest/reaper.h"

/* Runs in the child. */
static int run(void *data)
{
    const struct job *job = data;
    _cleanup_error_ struct error *err = NULL;
    _cleanup_free_ char *path = NULL;
    struct session session;
    int code = session_begin(&session, job, &err);

    if (code == 0)
        code = start_without_suite(&session, &err);
    if (code == 0)
        code = surface_take(&session, &path, &err);
    if (code < 0)
        log_error("%s", error_said(err));
    session_done(&session, NULL);
    return code < 0;
}

int surface_read_image(struct job *job, struct error **err)
{
    struct reaper_end end = {0};
    int code = path_make_folders(job->bundle, true, err);

    if (code == 0)
        code = path_remove_tree(job->bundle, err);
    if (code == 0)
        code = reaper_run(run, job, &end, err);
    path_remove_tree(job->bundle, NULL);
    if (code == 0 && end.code != 0)
        code = error_set(err, -EIO, "image '%s' could not be read in a guest", job->image);
    return code;
}
