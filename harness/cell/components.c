/* SPDX-License-Identifier: Apache-2.0 */
#include "cell/components.h"

#include <errno.h>

#include "advisory/match.h"
#include "advisory/write.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/json_write.h"
#include "base/path.h"
#include "job/event.h"
#include "sbom/sbom.h"
#include "sbom/write.h"
#include "stage/stage.h"
#include "store/advisories.h"

#define FOUND_MAX 200 /* observations of one kind; all are in the evidence */

static void observe(struct session *session, const char *key, const char *value)
{
    result_add_observation(session->result, NULL, key, value, NULL);
}

static void observe_open(struct session *session, const struct sbom *sbom,
                         const struct vulnerabilities *found)
{
    size_t count = 0;

    if (found->components == 0)
        observe(session, "advisories.open", "no component was found");
    vec_foreach (gap, &sbom->gaps) {
        _cleanup_free_ char *text = text_format("not examined: %s: %s", gap->path, gap->reason);

        if (count++ < FOUND_MAX)
            observe(session, "advisories.open", text);
    }
    count = 0;
    vec_foreach (row, &found->rows) {
        _cleanup_free_ char *text =
            text_format("%s: %s", row->purl, row->reason != NULL ? row->reason : "unknown");

        if (row->state == VULNERABILITY_UNKNOWN && count++ < FOUND_MAX)
            observe(session, "advisories.open", text);
    }
}

/* Whoever judges is told on whose word the data is complete, and how old the oldest of it is. */
static void observe_covers(struct session *session, const struct vulnerabilities *found)
{
    int64_t oldest = -1;

    vec_foreach (cover, &found->covers) {
        int64_t days = advisory_cover_days(cover, clock_wall_ms());
        char newest[CLOCK_TEXT_SIZE], stated[CLOCK_TEXT_SIZE];
        _cleanup_free_ char *text = NULL;

        if (days < 0)
            continue;
        clock_format(cover->newest_ms, newest);
        clock_format(cover->stated_ms, stated);
        text = text_format("%s %zu %.10s %.10s", cover->ecosystem, cover->count, newest, stated);
        observe(session, "advisories.stated", text);
        oldest = days > oldest ? days : oldest;
    }
    if (oldest >= 0) {
        _cleanup_free_ char *text = text_format("%lld", (long long)oldest);

        observe(session, "advisories.days", text);
    }
}

static void observe_found(struct session *session, const struct sbom *sbom,
                          const struct vulnerabilities *found)
{
    _cleanup_free_ char *looked = text_format("%zu", found->components);
    _cleanup_free_ char *data =
        text_format("%zu advisories, newest of %s", found->data.count,
                    found->data.newest != NULL ? found->data.newest : "no date");
    size_t count = 0;

    observe(session, "advisories.looked", looked);
    observe(session, "advisories.data", data);
    vec_foreach (row, &found->rows) {
        _cleanup_free_ char *text = text_format(
            "%s: %s%s%s", row->purl, row->alias != NULL ? row->alias : row->advisory,
            row->fixed != NULL ? ", fixed in " : "", row->fixed != NULL ? row->fixed : "");

        if (row->state == VULNERABILITY_AFFECTED && count++ < FOUND_MAX)
            observe(session, "advisories.found", text);
    }
    observe_covers(session, found);
    observe_open(session, sbom, found);
}

static void add_evidence(struct session *session, const struct sbom *sbom,
                         const struct vulnerabilities *found)
{
    _cleanup_(json_writer_done) struct json_writer list = {0}, said = {0};

    sbom_write_cyclonedx(&list, sbom, TOUCHSTONE_VERSION);
    advisory_write_json(&said, sbom, found, NULL);
    session_add_evidence(session, "sbom.cdx.json", NULL, list.text.data, list.text.length);
    session_add_evidence(session, "advisories.json", NULL, said.text.data, said.text.length);
}

/* The digests of the packages among the suite's files: they are the vendor's, also where they were
 * staged with those of the system. */
static int list_own(const struct session *session, struct strv *ret_digests, struct error **err)
{
    _cleanup_strv_ struct strv folders = {0};
    int code = 0;

    suite_file_folders(session->image->arch, &folders);
    for (size_t i = 0; code == 0 && i < folders.count; i++) {
        _cleanup_free_ char *folder = path_join(session->suite->folder, folders.items[i]);
        _cleanup_strv_ struct strv names = {0};

        code = path_is_folder(folder) ? path_list(folder, &names, err) : 0;
        for (size_t k = 0; code == 0 && k < names.count; k++) {
            _cleanup_free_ char *path = path_join(folder, names.items[k]);
            char sha256[DIGEST_TEXT_SIZE];
            uint64_t size;

            if (!text_ends(path, ".deb") && !text_ends(path, ".rpm"))
                continue;
            code = digest_of_file(path, sha256, &size, err);
            if (code == 0)
                strv_add(ret_digests, sha256);
        }
    }
    return code;
}

/* The packages that were staged from the repositories of the image's system, as paths in the sbom.
 */
static int list_system(const struct session *session, struct strv *ret_paths, struct error **err)
{
    _cleanup_strv_ struct strv own = {0};
    int code = session->staged != NULL ? list_own(session, &own, err) : 0;

    if (code == 0 && session->staged != NULL)
        vec_foreach (package, &session->staged->packages)
            if (!strv_has(&own, package->sha256))
                strv_take(ret_paths, text_format("/%s", path_base(package->path)));
    return code;
}

static int look(struct session *session, struct advisory_db *db, const struct strv *inputs,
                const struct strv *without, struct error **err)
{
    _cleanup_(vulnerabilities_done) struct vulnerabilities found = {0};
    _cleanup_(sbom_done) struct sbom sbom = {0};
    _cleanup_strv_ struct strv system = {0};
    const struct image *image = session->image;
    int code = sbom_read(session->suite->name, inputs, without, image->os_id, &sbom, err);

    if (code == 0)
        code = list_system(session, &system, err);
    sbom_add_unstated(&sbom);
    if (code == 0)
        code = advisory_match(db, &sbom, image->os_version, &system, &found, err);
    if (code < 0)
        return code;
    observe_found(session, &sbom, &found);
    add_evidence(session, &sbom, &found);
    return 0;
}

void components_look(struct session *session, const struct strv *product, const struct strv *beside,
                     const struct strv *without)
{
    _cleanup_(advisory_db_close_cleanup) struct advisory_db *db = NULL;
    _cleanup_error_ struct error *err = NULL;
    _cleanup_strv_ struct strv inputs = {0};
    int code = advisory_db_open(session->home, false, &db, &err);

    if (code == -ENOENT)
        return;
    event_phase("holding the product's components against advisories");
    strv_copy(&inputs, product);
    strv_copy(&inputs, beside);
    if (code == 0)
        code = look(session, db, &inputs, without, &err);
    if (code < 0)
        observe(session, "advisories.open", error_message(err));
}
