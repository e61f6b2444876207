/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the waiver for a failure or a finding. */
#include "model/waiver.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"

void waiver_done(struct waiver *waiver)
{
    free(waiver->image);
    free(waiver->platform);
    free(waiver->suite);
    free(waiver->case_id);
    free(waiver->finding);
    free(waiver->file);
    free(waiver->symbol);
    free(waiver->version);
    free(waiver->found);
    free(waiver->owner);
    free(waiver->tracker);
    free(waiver->reason);
}

void waivers_done(struct waivers *waivers)
{
    vec_foreach (waiver, &waivers->rows)
        waiver_done(waiver);
    vec_done(&waivers->rows);
}

/* Dates of this form sort as text. */
bool waiver_has_expired(const struct waivers *waivers, const struct waiver *waiver)
{
    return strcmp(waiver->until, waivers->today) < 0;
}

static bool is_for(const struct waivers *waivers, const struct waiver *waiver, const char *image,
                   const char *platform, const char *suite)
{
    return strcmp(waiver->suite, suite) == 0 && fnmatch(waiver->image, image, FNM_NOESCAPE) == 0 &&
           fnmatch(waiver->platform, platform, FNM_NOESCAPE) == 0 &&
           !waiver_has_expired(waivers, waiver);
}

struct waiver *waivers_find(struct waivers *waivers, const char *image, const char *platform,
                            const char *suite, const char *case_id, const char *signature)
{
    vec_foreach (waiver, &waivers->rows)
        if (text_equal(waiver->case_id, case_id) && strcmp(waiver->signature, signature) == 0 &&
            *signature != '\0' && is_for(waivers, waiver, image, platform, suite))
            return waiver;
    return NULL;
}

struct waiver *waivers_find_finding(struct waivers *waivers, const char *image,
                                    const char *platform, const char *suite,
                                    const struct finding *finding)
{
    vec_foreach (waiver, &waivers->rows)
        if (waiver->finding != NULL && strcmp(waiver->finding, finding_name(finding)) == 0 &&
            text_equal(waiver->file, finding->file) &&
            text_equal(waiver->symbol, finding->symbol) &&
            text_equal(waiver->version, finding->version) &&
            text_equal(waiver->found, finding->found) &&
            is_for(waivers, waiver, image, platform, suite))
            return waiver;
    return NULL;
}

bool waivers_have_findings(const struct waivers *waivers)
{
    vec_foreach (waiver, &waivers->rows)
        if (waiver->finding != NULL)
            return true;
    return false;
}

bool waiver_is_same(const struct waiver *a, const struct waiver *b)
{
    return strcmp(a->suite, b->suite) == 0 && text_equal(a->case_id, b->case_id) &&
           strcmp(a->signature, b->signature) == 0 && text_equal(a->finding, b->finding) &&
           text_equal(a->file, b->file) && text_equal(a->symbol, b->symbol) &&
           text_equal(a->version, b->version) && text_equal(a->found, b->found) &&
           strcmp(a->platform, b->platform) == 0 && strcmp(a->image, b->image) == 0;
}

char *waiver_describe(const struct waiver *waiver)
{
    if (waiver == NULL)
        return NULL;
    return text_format("until %s by %s: %s%s%s", waiver->until, waiver->owner, waiver->reason,
                       waiver->tracker != NULL ? ", " : "",
                       waiver->tracker != NULL ? waiver->tracker : "");
}

void waiver_date(int64_t wall_ms, char ret_date[WAIVER_DATE_SIZE])
{
    char text[CLOCK_TEXT_SIZE];

    clock_format(wall_ms, text);
    memcpy(ret_date, text, WAIVER_DATE_SIZE - 1);
    ret_date[WAIVER_DATE_SIZE - 1] = '\0';
}

bool waiver_is_date(const char *text)
{
    struct tm day = {.tm_year = 0}, again;
    const char *end = strptime(text, "%Y-%m-%d", &day);
    time_t seconds;
    char back[WAIVER_DATE_SIZE];

    if (end == NULL || *end != '\0' || strlen(text) != WAIVER_DATE_SIZE - 1)
        return false;
    /* 2026-02-31 is not one. */
    seconds = timegm(&day);
    return gmtime_r(&seconds, &again) != NULL &&
           strftime(back, sizeof(back), "%Y-%m-%d", &again) == WAIVER_DATE_SIZE - 1 &&
           strcmp(back, text) == 0;
}
