/* SPDX-License-Identifier: Apache-2.0 */
#include "cell/samples.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "bundle/bounds.h"
#include "cell/host_load.h"
#include "guest/media/media.h"
#include "series/measure.h"

_Static_assert(MEDIA_SAMPLES_SIZE == SERIES_BYTES, "the space of a series");

/* The series of a case: of earlier attempts, and its own as the last. */
struct all_series {
    VEC(struct series) items;
    VEC(struct buffer) texts;
};

static void all_series_done(struct all_series *all)
{
    vec_foreach (series, &all->items)
        series_done(series);
    vec_foreach (text, &all->texts)
        buffer_done(text);
    vec_done(&all->items);
    vec_done(&all->texts);
}

/* What cannot be read any more has no whole rounds: they are run again. */
static void read_earlier(const struct session *session, const char *case_id,
                         struct all_series *ret_all)
{
    for (size_t i = 0; i < session->job->series.count; i++) {
        struct series series = {0};
        struct buffer text = {0};

        if (path_read(session->job->series.items[i], SERIES_BYTES, &text, NULL) == 0 &&
            series_read(text.data, text.length, &series, NULL) == 0 &&
            strcmp(series.case_id, case_id) == 0) {
            *vec_add(&ret_all->items) = series;
            *vec_add(&ret_all->texts) = text;
            continue;
        }
        series_done(&series);
        buffer_done(&text);
    }
}

static void list(const struct all_series *all, const struct series *ret_list[])
{
    for (size_t i = 0; i < all->items.count; i++)
        ret_list[i] = &all->items.items[i];
}

unsigned samples_first_round(const struct session *session, const struct suite_case *planned)
{
    _cleanup_(all_series_done) struct all_series all = {0};
    _cleanup_free_ const struct series **items = NULL;

    read_earlier(session, planned->id, &all);
    items = text_calloc(all.items.count + 1, sizeof(*items));
    list(&all, items);
    /* Rounds of other phases belong together: before a start and after the stop of one guest. */
    return series_whole_rounds(items, all.items.count, SERIES_ENDURANCE) + 1;
}

static void observe(struct session *session, const char *case_id, const char *key,
                    const char *value, const char *unit)
{
    _cleanup_buffer_ struct buffer text = {0};

    /* Names of processes and devices are those of the guest. */
    buffer_printable(&text, value, strlen(value), false);
    if (bounds_take_observation(session->result, case_id, key, text.data, unit))
        result_add_observation(session->result, case_id, key, text.data, unit);
}

static void measure(struct session *session, const char *case_id, const struct all_series *all)
{
    _cleanup_(series_values_done) struct series_values values = {0};
    _cleanup_free_ const struct series **items = text_calloc(all->items.count + 1, sizeof(*items));

    list(all, items);
    series_measure(items, all->items.count, session->host_busy, &values);
    vec_foreach (row, &values)
        observe(session, case_id, row->key, row->value, row->unit);
}

/* The proof must not lie in other attempts. */
static void keep_earlier(struct session *session, const char *case_id, const struct all_series *all)
{
    for (size_t i = 0; i < all->texts.count; i++) {
        _cleanup_free_ char *name = text_format(SERIES_EARLIER, i + 1);

        session_add_evidence(session, name, case_id, all->texts.items[i].data,
                             all->texts.items[i].length);
    }
}

void samples_take(struct session *session, const struct suite_case *planned)
{
    _cleanup_(all_series_done) struct all_series all = {0};
    _cleanup_buffer_ struct buffer text = {0};
    _cleanup_error_ struct error *err = NULL;
    struct series series = {0};
    int code = series_read_disk(session->results, planned->id, &series, &text, &err);

    if (code == -ENODATA)
        return;
    if (code < 0) {
        observe(session, planned->id, "samples.unmeasured", error_message(err), NULL);
        return;
    }
    read_earlier(session, planned->id, &all);
    keep_earlier(session, planned->id, &all);
    session_add_evidence(session, SERIES_EVIDENCE, planned->id, text.data, text.length);
    *vec_add(&all.items) = series;
    measure(session, planned->id, &all);
}

void samples_check_host(struct session *session)
{
    struct criteria_load load;

    if (session->host_checked)
        return;
    session->host_checked = true;
    if (host_load_measure(session->work, &load))
        session->host_busy = criteria_not_idle(&load);
    else
        session->host_busy = text_dup("what uses it could not be measured");
    observe(session, NULL, "host.idle", session->host_busy != NULL ? session->host_busy : "yes",
            NULL);
}
