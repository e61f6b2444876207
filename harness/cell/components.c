/* SPDX-License-Identifier: Apache-2.0 */
#include "cell/components.h"

#include <errno.h>

#include "advisory/match.h"
#include "advisory/write.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/json_write.h"
#include "job/event.h"
#include "sbom/sbom.h"
#include "sbom/write.h"
#include "store/advisories.h"

#define FOUND_MAX 200 /* observations of one kind; all are in the evidence */
#define AGE_MAX_DAYS 30

static void observe(struct session *session, const char *key, const char *value)
{
    result_add_observation(session->result, NULL, key, value, NULL);
}

static void observe_open(struct session *session, const struct sbom *sbom,
                         const struct vulnerabilities *found)
{
    int64_t days = (clock_wall_ms() - found->data.imported_ms) / 86400000;
    size_t count = 0;

    if (days > AGE_MAX_DAYS) {
        _cleanup_free_ char *text =
            text_format("the advisories were imported %lld days ago", (long long)days);

        observe(session, "advisories.open", text);
    }
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

static int look(struct session *session, struct advisory_db *db, const struct strv *inputs,
                const struct strv *without, struct error **err)
{
    _cleanup_(vulnerabilities_done) struct vulnerabilities found = {0};
    _cleanup_(sbom_done) struct sbom sbom = {0};
    const struct image *image = session->image;
    int code = sbom_read(session->suite->name, inputs, without, image->os_id, &sbom, err);

    if (code == 0)
        code = advisory_match(db, &sbom, image->os_version, &found, err);
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
