/* SPDX-License-Identifier: Apache-2.0 */
#include "cell/viruses.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/path.h"
#include "job/event.h"
#include "virus/scan.h"

#define OPEN_MAX 200

static void observe(struct session *session, const char *key, const char *value)
{
    result_add_observation(session->result, NULL, key, value, NULL);
}

static void observe_report(struct session *session, const struct virus_report *report)
{
    _cleanup_free_ char *looked = text_format("%zu", report->files), *data = NULL;
    _cleanup_free_ char *signatures = text_format("%llu", (unsigned long long)report->signatures);
    _cleanup_free_ char *days = text_format("%lld", (long long)virus_signatures_days(report));
    char time[CLOCK_TEXT_SIZE];

    clock_format(report->signatures_ms, time);
    data = text_format("ClamAV %s, %llu signatures of %.10s",
                       report->engine != NULL ? report->engine : "of unknown version",
                       (unsigned long long)report->signatures, time);
    observe(session, "virus.looked", looked);
    observe(session, "virus.data", data);
    observe(session, "virus.signatures", signatures);
    if (report->signatures_ms > 0)
        observe(session, "virus.days", days);
    vec_foreach (row, &report->found) {
        _cleanup_free_ char *text = text_format("%s: %s", row->path, row->name);

        if (row < report->found.items + OPEN_MAX)
            observe(session, "virus.found", text);
    }
    for (size_t i = 0; i < report->open.count && i < OPEN_MAX; i++)
        observe(session, "virus.open", report->open.items[i]);
}

void viruses_look(struct session *session, const struct strv *product, const struct strv *beside,
                  const struct strv *without)
{
    _cleanup_(virus_report_done) struct virus_report report = {0};
    _cleanup_free_ char *database = path_join(session->home, "clamav"),
                        *work = path_join(session->work, "virus");
    _cleanup_error_ struct error *err = NULL;
    _cleanup_strv_ struct strv inputs = {0};

    if (!path_is_folder(database))
        return;
    event_phase("scanning the product's files for viruses");
    strv_copy(&inputs, product);
    strv_copy(&inputs, beside);
    if (virus_scan(database, &inputs, without, work, &report, &err) < 0)
        observe(session, "virus.open", error_message(err));
    else
        observe_report(session, &report);
}
