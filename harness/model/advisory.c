/* SPDX-License-Identifier: Apache-2.0 */
#include "model/advisory.h"

#include <stdio.h>
#include <time.h>

#include "base/clock.h"

const char *vulnerability_state_name(enum vulnerability_state state)
{
    static const char *const names[VULNERABILITY_STATE_COUNT] = {"affected", "unknown", "fixed",
                                                                 "not-affected", "none"};

    return names[state];
}

void advisory_done(struct advisory *advisory)
{
    free(advisory->id);
    free(advisory->modified);
    free(advisory->severity);
    strv_done(&advisory->aliases);
    vec_foreach (package, &advisory->packages) {
        free(package->ecosystem);
        free(package->name);
        free(package->rules);
    }
    vec_done(&advisory->packages);
}

void advisories_done(struct advisories *advisories)
{
    vec_foreach (advisory, advisories)
        advisory_done(advisory);
    vec_done(advisories);
}

void vulnerabilities_done(struct vulnerabilities *found)
{
    vec_foreach (row, &found->rows) {
        free(row->purl);
        free(row->place);
        free(row->advisory);
        free(row->alias);
        free(row->severity);
        free(row->fixed);
        free(row->reason);
    }
    vec_done(&found->rows);
    vec_foreach (cover, &found->covers)
        free(cover->ecosystem);
    vec_done(&found->covers);
    free(found->data.newest);
}

int64_t advisory_cover_days(const struct advisory_cover *cover, int64_t now_ms)
{
    int64_t from = cover->stated_ms < cover->newest_ms ? cover->stated_ms : cover->newest_ms;

    return from > 0 ? (now_ms - from) / CLOCK_DAY_MS : -1;
}

/* "2024-05-01T10:00:00Z", with a fraction or an offset. */
int64_t advisory_time_ms(const char *text)
{
    struct tm broken = {0};
    const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &broken);
    int hours = 0, minutes = 0;
    int64_t time;

    if (rest == NULL)
        return 0;
    time = (int64_t)timegm(&broken);
    rest += strspn(rest, ".0123456789");
    if ((*rest == '+' || *rest == '-') && sscanf(rest + 1, "%2d:%2d", &hours, &minutes) == 2)
        time -= (*rest == '+' ? 1 : -1) * (int64_t)(hours * 60 + minutes) * 60;
    return time > 0 ? time * 1000 : 0;
}
