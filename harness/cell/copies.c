/* SPDX-License-Identifier: Apache-2.0 */
/* Reads and verifies the copies in the run's folder. */
#include "cell/copies.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "base/text.h"
#include "base/tree.h"
#include "catalog/catalog.h"
#include "catalog/image_check.h"
#include "cell/session.h"
#include "job/job.h"

static int changed(struct session *session, const char *kind, const char *name, const char *path,
                   struct error **err)
{
    session->copies_changed = true;
    if (err != NULL)
        error_free(steal_ptr(*err));
    return job_input_changed(session->job->run_id, kind, name, path, err);
}

/* code: result of loading the file, whose bytes had the digest `loaded`. A file that cannot be
 * loaded any more may have been modified, too. wanted: NULL in a job request of an older
 * version. */
static int check_file(struct session *session, const char *kind, const char *name, const char *path,
                      const char *wanted, const char *loaded, int code, struct error **err)
{
    char sha256[DIGEST_TEXT_SIZE] = "";

    if (wanted == NULL || (code == 0 && strcmp(loaded, wanted) == 0))
        return code;
    if (code < 0) {
        int unread = digest_of_file(path, sha256, NULL, NULL);

        if (strcmp(sha256, wanted) == 0 || (unread < 0 && unread != -ENOENT))
            return code;
    }
    return changed(session, kind, name, path, err);
}

static int load_features(struct session *session, struct error **err)
{
    const struct job *job = session->job;
    int code = catalog_load_features(job->features_file, &session->features, err);

    return check_file(session, "features", "features", job->features_file, job->features_sha256,
                      code == 0 ? session->features->file_sha256 : NULL, code, err);
}

static int load_platform(struct session *session, struct error **err)
{
    const struct job *job = session->job;
    int code =
        catalog_load_platform(job->platform_file, session->features, &session->platform, err);

    return check_file(session, "platform", job->platform, job->platform_file, job->platform_sha256,
                      code == 0 ? session->platform->file_sha256 : NULL, code, err);
}

static int load_image(struct session *session, struct error **err)
{
    const struct job *job = session->job;
    int code = catalog_load_image(job->image_file, &session->image, err);

    return check_file(session, "image", job->image, job->image_file, job->image_sha256,
                      code == 0 ? session->image->file_sha256 : NULL, code, err);
}

/* A suite's files are read several times: cases, packages and payload. Everything is hashed after
 * the stamps of its files were recorded, and the last reader compares the stamps. */
static int load_suite(struct session *session, struct error **err)
{
    const struct job *job = session->job;
    _cleanup_free_ char *latest = NULL;
    char sha256[DIGEST_TEXT_SIZE];
    int code = 0;

    if (job->suite_sha256 != NULL) {
        code = tree_stamps(job->suite_folder, session->suite_stamps, &latest, err);
        if (code == 0)
            code = tree_digest(job->suite_folder, sha256, err);
        if (code == -ENOENT || code == -EINVAL ||
            (code == 0 && strcmp(sha256, job->suite_sha256) != 0))
            return changed(session, "suite", job->suite,
                           latest != NULL ? latest : job->suite_folder, err);
    }
    return code == 0 ? catalog_load_suite(job->suite_folder, &session->suite, err) : code;
}

int copies_check_unchanged(struct session *session, struct error **err)
{
    const struct job *job = session->job;
    _cleanup_free_ char *latest = NULL;
    char stamps[DIGEST_TEXT_SIZE];
    int code;

    if (session->suite_stamps[0] == '\0')
        return 0;
    code = tree_stamps(job->suite_folder, stamps, &latest, err);
    if (code == 0 && strcmp(stamps, session->suite_stamps) == 0)
        return 0;
    return code == 0 || code == -ENOENT ? changed(session, "suite", job->suite,
                                                  latest != NULL ? latest : job->suite_folder, err)
                                        : code;
}

/* It is read again for the payload: by then every job has hashed it. */
static int check_library(struct session *session, struct error **err)
{
    const struct job *job = session->job;
    char sha256[DIGEST_TEXT_SIZE];
    int code;

    if (job->library_file == NULL)
        return 0;
    code = digest_of_file(job->library_file, sha256, NULL, err);
    return check_file(session, "library", path_base(job->library_file), job->library_file,
                      job->library_sha256, sha256, code, err);
}

int copies_load(struct session *session, struct error **err)
{
    int code = load_features(session, err);

    if (code == 0)
        code = check_library(session, err);

    if (code == 0)
        code = load_platform(session, err);
    if (code == 0)
        code = load_image(session, err);
    if (code == 0)
        code = catalog_check_image_stamp(session->image, err);
    if (code == 0 && session->job->suite_folder != NULL)
        code = load_suite(session, err);
    return code;
}
