/* SPDX-License-Identifier: Apache-2.0 */
/* Verifies the copies of a run against its manifest before each job. */
#include "run/inputs.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "base/tree.h"
#include "job/job.h"
#include "run/folder.h"
#include "run/manifest.h"

void inputs_seen_done(struct inputs_seen *seen)
{
    vec_foreach (row, &seen->rows)
        free(row->path);
    vec_done(&seen->rows);
}

static struct inputs_row *find_seen(const struct inputs_seen *seen, const char *path)
{
    vec_foreach (row, &seen->rows)
        if (strcmp(row->path, path) == 0)
            return row;
    return NULL;
}

static int check_input(const struct manifest *manifest, const struct run_input *input,
                       struct inputs_seen *seen, struct error **err)
{
    struct inputs_row *row = find_seen(seen, input->path);
    char stamps[DIGEST_TEXT_SIZE], sha256[DIGEST_TEXT_SIZE];
    _cleanup_free_ char *latest = NULL;
    int code = tree_stamps(input->path, stamps, &latest, err);

    if (code < 0 || (row != NULL && strcmp(row->stamps, stamps) == 0))
        return code;
    code = run_folder_digest(input->path, sha256, err);
    if (code < 0)
        return code;
    if (strcmp(sha256, input->sha256) != 0)
        return job_input_changed(manifest->record.id, input->kind, input->name, latest, err);
    if (row == NULL) {
        row = vec_add(&seen->rows);
        row->path = text_dup(input->path);
    }
    memcpy(row->stamps, stamps, DIGEST_TEXT_SIZE);
    return 0;
}

int inputs_check(const struct manifest *manifest, const struct job *request,
                 struct inputs_seen *seen, struct error **err)
{
    const struct {
        const char *kind, *name;
    } read[] = {{"features", "features"},
                {"library", RUN_LIBRARY},
                {"image", request->image},
                {"platform", request->platform},
                {"suite", request->suite}};
    int code = 0;

    for (size_t i = 0; code == 0 && i < sizeof(read) / sizeof(read[0]); i++) {
        const struct run_input *input =
            read[i].name != NULL ? manifest_input(manifest, read[i].kind, read[i].name) : NULL;

        if (input != NULL)
            code = check_input(manifest, input, seen, err);
    }
    return code;
}
