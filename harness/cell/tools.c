/* SPDX-License-Identifier: Apache-2.0 */
/* Stages nmap for the second guest. */
#include "cell/tools.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "cell/staged_files.h"
#include "probes/probes.h"
#include "stage/stage.h"

#define FOLDER "tools"

static bool will_scan(const struct session *session)
{
    return session->suite->client && result_find_case(session->result, PROBES_SCAN) != NULL;
}

/* A suite that needs nothing else. */
static int stage(const struct session *session, const char *state, struct staged **ret_staged,
                 struct error **err)
{
    const struct stage_options options = {.state = state};
    _cleanup_(suite_free_cleanup) struct suite *suite = text_calloc(1, sizeof(*suite));
    struct suite_packages *set = vec_add(&suite->packages);

    suite->name = text_dup("nmap");
    suite->folder = text_dup(session->work);
    set->family = text_dup(session->image->package_family);
    set->any_arch = true;
    strv_add(&set->names, "nmap");
    return stage_packages(suite, session->image, &options, ret_staged, err);
}

int tools_add(struct session *session, const char *state, struct payload *payload,
              struct error **err)
{
    _cleanup_(staged_free_cleanup) struct staged *staged = NULL;
    _cleanup_error_ struct error *why = NULL;

    if (!will_scan(session))
        return 0;
    if (session->image->package_family == NULL || stage(session, state, &staged, &why) < 0) {
        const char *reason = why != NULL ? error_message(why) : "the image has no known packages";

        log_info("nmap is not available for the second guest: %s", reason);
        return payload_add_memory(payload, FOLDER "/missing", reason, strlen(reason), 0644, err);
    }
    return staged_files_add(session, staged, FOLDER, payload, err);
}
