/* SPDX-License-Identifier: Apache-2.0 */
/* series: reading what a guest wrote, and what is measured from it; first from what nothing is. */
#include <errno.h>
#include <math.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "cunit_run.h"
#include "sample_series.h"

static void read_good(const struct sample_series *from, struct series *ret)
{
    _cleanup_error_ struct error *err = NULL;

    CHECK_INT(series_read(from->text.data, from->text.length, ret, &err), 0);
    if (err != NULL)
        printf("\n%s", error_message(err));
}

/* Measures one series, and checks a key: NULL for a value that must not be there. */
static void measure(const struct sample_series *from, struct series_values *ret_values)
{
    _cleanup_series_ struct series series = {0};
    const struct series *all[] = {&series};

    read_good(from, &series);
    series_measure(all, 1, NULL, ret_values);
}

static void three_rounds(struct sample_series *to, const char *how)
{
    sample_begin_series(to);
    sample_round(to, SERIES_LOAD, 1, 15, 40, 0, "whole");
    if (strcmp(how, "early") == 0)
        sample_round(to, SERIES_LOAD, 2, 15, 40, 100, "stopped");
    else if (strcmp(how, "early but whole") == 0)
        sample_round(to, SERIES_LOAD, 2, 15, 40, 100, "whole");
    else if (strcmp(how, "failed") == 0)
        sample_round(to, SERIES_LOAD, 2, 15, 40, 0, "failed");
    else if (strcmp(how, "shorter") == 0)
        sample_round(to, SERIES_LOAD, 2, 14, 40, 0, "whole");
    else if (strcmp(how, "reset") == 0) {
        sample_round(to, SERIES_LOAD, 2, 15, 40, 100, NULL);
        to->idle = to->total = to->busy = to->bytes = 0; /* the guest was started again */
        sample_boot(to);
    } else if (strcmp(how, "wrapped") == 0) {
        to->idle = to->total = 4294967000.0;
        sample_round(to, SERIES_LOAD, 2, 15, 40, 0, "whole");
        to->idle = to->total = 0;
    } else
        sample_round(to, SERIES_LOAD, 2, 15, 40, 0, "whole");
    if (strcmp(how, "killed") == 0)
        sample_round(to, SERIES_LOAD, 3, 15, 40, 50, NULL);
    else
        sample_round(to, SERIES_LOAD, 3, 15, 43, 0, "whole");
}

/* None of these gives a difference of the rounds. */
static void test_not_measured(void)
{
    static const struct {
        const char *how, *rounds, *says;
    } rows[] = {
        {"early", "2", "round 2"},  {"early but whole", "3", "round 2"}, {"failed", "2", "round 2"},
        {"shorter", "3", "length"}, {"reset", "2", "round 2"},           {"killed", "2", "round 3"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_(series_values_done) struct series_values values = {0};
        struct sample_series text;

        three_rounds(&text, rows[i].how);
        measure(&text, &values);
        CHECK_TEXT(sample_value(&values, "load.cpu.difference", NULL), NULL);
        CHECK_TEXT(sample_value(&values, "load.memory.difference", NULL), NULL);
        CHECK_HAS(sample_value(&values, "load.cpu.difference.unmeasured", NULL), rows[i].says);
        CHECK_TEXT(sample_value(&values, "test.rounds", NULL), rows[i].rounds);
        buffer_done(&text.text);
    }
}

static void test_measured(void)
{
    _cleanup_(series_values_done) struct series_values values = {0};
    struct sample_series text;
    size_t count;

    three_rounds(&text, "good");
    measure(&text, &values);
    CHECK_TEXT(sample_value(&values, "load.cpu.difference", &count), "0.00");
    CHECK_INT(count, 2);
    CHECK_TEXT(sample_nth(&values, "load.cpu.difference", 1), "3.00");
    CHECK_TEXT(sample_value(&values, "load.disk.difference", &count), "0.00");
    CHECK_TEXT(sample_value(&values, "load.network.difference", &count), "0.00");
    CHECK_TEXT(sample_value(&values, "pressure.cpu", &count), "40.00");
    CHECK_INT(count, 2);
    CHECK_TEXT(sample_value(&values, "pressure.network", NULL), NULL);
    CHECK_HAS(sample_value(&values, "pressure.network.unmeasured", NULL), "speed");
    CHECK_TEXT(sample_value(&values, "test.rounds", NULL), "3");
    CHECK_TEXT(sample_value(&values, "test.minutes", NULL), "15");
    CHECK_TEXT(sample_value(&values, "sampler.cost", NULL), "0.020");
    CHECK_HAS(sample_value(&values, "load.availability", NULL), "540 of 540");
    CHECK_TEXT(sample_value(&values, "load.waited.cpu", NULL), NULL);
    CHECK_HAS(sample_value(&values, "load.waited.cpu.unmeasured", NULL), "PSI");
    buffer_done(&text.text);
}

/* A network whose speed is known; an idle guest before and after. */
static void test_idle(void)
{
    _cleanup_(series_values_done) struct series_values values = {0}, half = {0};
    struct sample_series text;
    size_t count;

    sample_begin_series(&text);
    text.speed = 1000;
    sample_round(&text, SERIES_BEFORE, 1, 5, 1, 0, "whole");
    measure(&text, &half);
    CHECK_TEXT(sample_value(&half, "idle.cpu", NULL), NULL);
    CHECK_HAS(sample_value(&half, "idle.cpu.unmeasured", NULL), "after the stop");
    sample_round(&text, SERIES_AFTER, 1, 5, 3, 0, "whole");
    measure(&text, &values);
    CHECK_TEXT(sample_value(&values, "idle.cpu", &count), "1.00");
    CHECK_INT(count, 2);
    CHECK_TEXT(sample_nth(&values, "idle.cpu", 1), "3.00");
    CHECK_TEXT(sample_value(&values, "idle.network", &count), "0.08");
    buffer_done(&text.text);
}

/* An overload after which the rate does not return: measured if the phase came to its end, and then
 * more than its length; not measured if it ended before. */
static void test_overload(void)
{
    static const struct {
        double after;
        unsigned from;
        const char *end, *recovery;
    } rows[] = {
        {50, 0, "whole", ">300.00"}, {50, 30, "whole", NULL}, {50, 30, "stopped", NULL},
        {50, 30, NULL, NULL},        {50, 0, "failed", NULL}, {100, 30, "stopped", NULL},
        {95, 0, "whole", "0.00"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_(series_values_done) struct series_values values = {0};
        struct sample_series text;
        const char *why;

        sample_begin_series(&text);
        sample_round(&text, SERIES_NORMAL, 1, 5, 40, 0, "whole");
        text.rate = 20;
        sample_round(&text, SERIES_OVERLOAD, 1, 5, 90, 0, "whole");
        text.rate = rows[i].after;
        sample_round(&text, SERIES_RECOVERY, 1, 5, 40, rows[i].from, rows[i].end);
        measure(&text, &values);
        CHECK_TEXT(sample_value(&values, "overload.recovery", NULL), rows[i].recovery);
        CHECK_TEXT(sample_value(&values, "overload.floor", NULL),
                   rows[i].recovery != NULL ? "20.00" : NULL);
        why = sample_value(&values, "overload.recovery.unmeasured", NULL);
        CHECK_INT(why == NULL, rows[i].recovery != NULL);
        CHECK_INT(sample_value(&values, "overload.floor.unmeasured", NULL) == NULL, why == NULL);
        buffer_done(&text.text);
    }
}

/* What is measured on a busy system is shown, and is not what a programme judges. */
static void test_busy(void)
{
    _cleanup_series_ struct series series = {0};
    const struct series *all[] = {&series};
    struct sample_series text;

    three_rounds(&text, "good");
    read_good(&text, &series);
    for (int i = 0; i < 3; i++) {
        _cleanup_(series_values_done) struct series_values values = {0};

        series.checked = i != 1;
        series.idle.process_cpu = i == 2 ? 30 : 1;
        series_measure(all, 1, i == 0 ? "it compiled" : NULL, &values);
        CHECK_TEXT(sample_value(&values, "load.cpu.difference", NULL), NULL);
        CHECK_TEXT(sample_value(&values, "load.cpu.difference.unjudged", NULL), "0.00");
        CHECK_TEXT(sample_value(&values, "pressure.cpu", NULL), NULL);
        CHECK_HAS(sample_value(&values, "idle-check.unmeasured", NULL), i == 0   ? "compiled"
                                                                        : i == 1 ? "not measured"
                                                                                 : "systemd");
    }
    buffer_done(&text.text);
}

/* Rounds of two attempts; the one that was cut short is made again, and stated. */
static void test_continued(void)
{
    _cleanup_series_ struct series first = {0}, second = {0}, empty = {0};
    const struct series *all[] = {&first, &second, &empty};
    _cleanup_(series_values_done) struct series_values values = {0};
    struct sample_series text;
    size_t count;

    sample_begin_series(&text);
    for (unsigned i = 1; i <= 4; i++)
        sample_round(&text, SERIES_ENDURANCE, i, 60, 40, 0, "whole");
    sample_round(&text, SERIES_ENDURANCE, 5, 60, 40, 300, NULL);
    read_good(&text, &first);
    buffer_done(&text.text);
    CHECK_INT(series_whole_rounds(all, 1, SERIES_ENDURANCE), 4);
    sample_begin_series(&text);
    for (unsigned i = 5; i <= 12; i++)
        sample_round(&text, SERIES_ENDURANCE, i, 60, 41, 0, "whole");
    read_good(&text, &second);
    buffer_done(&text.text);
    CHECK_INT(series_whole_rounds(all, 2, SERIES_ENDURANCE), 12);
    series_measure(all, 3, NULL, &values);
    CHECK_TEXT(sample_value(&values, "endurance.difference", &count), "0.00");
    CHECK_INT(count, 11);
    CHECK_HAS(sample_value(&values, "endurance.availability", NULL), "8640 of 8640");
    CHECK_TEXT(sample_value(&values, "test.rounds", NULL), "12");
    CHECK_TEXT(sample_value(&values, "test.minutes", NULL), "60");
    CHECK_HAS(sample_value(&values, "endurance.interrupted", &count), "round 5: open after 1495");
    CHECK_INT(count, 1);
}

/* Bytes that are damaged end the series there; a line that no sampler writes rejects it. */
static void test_damaged(void)
{
    static const char *const bad[] = {
        "sample,0,1,1",          "end,load,1,5,whole,1,0", "begin,load,0,1,5000,60000",
        "begin,load,1,1,0,1",    "boot,x,1,1,0,1",         "unknown",
        "columns,number,due,at", "begin,lo ad,1,1,5000,1", "missed,1,2",
    };
    struct sample_series text;

    three_rounds(&text, "good");
    for (size_t cut = 0; cut < text.text.length; cut += 997) {
        _cleanup_series_ struct series series = {0};
        int code = series_read(text.text.data, cut, &series, NULL);

        CU_ASSERT(code == 0 || code == -ENODATA);
        CU_ASSERT(series.length <= cut);
        CU_ASSERT(code != 0 || cut - series.length < 300);
    }
    text.text.data[text.text.length / 2] ^= 1;
    {
        _cleanup_series_ struct series series = {0};

        CHECK_INT(series_read(text.text.data, text.text.length, &series, NULL), 0);
        CU_ASSERT(series.length <= text.text.length / 2);
    }
    buffer_done(&text.text);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        _cleanup_error_ struct error *err = NULL;
        struct series series = {0};

        sample_begin_series(&text);
        sample_line(&text, "%s", bad[i]);
        CHECK_INT(series_read(text.text.data, text.text.length, &series, &err), -EBADMSG);
        buffer_done(&text.text);
    }
}

/* A missed, a late and a falling value are gaps. */
static void test_gaps(void)
{
    for (int i = 0; i < 3; i++) {
        _cleanup_series_ struct series series = {0};
        struct criteria_round points;
        struct sample_series text;

        sample_begin_series(&text);
        sample_line(&text, "begin,load,1,1000,5000,60000");
        for (unsigned k = 0; k <= 12; k++) {
            if (k == 5 && i == 0) {
                sample_line(&text, "missed,5,5");
                continue;
            }
            text.at_ms = 1000 + k * 5000 + (k == 5 && i == 1 ? 2501 : 0);
            text.total += 100;
            text.idle += k == 5 && i == 2 ? -50 : 50;
            sample_one(&text, k, 1000 + k * 5000, 1);
        }
        sample_line(&text, "end,load,1,61000,whole,0,0");
        read_good(&text, &series);
        series_points(&series, &series.rounds.items[0], "cpu", &points);
        CHECK_INT(points.count, 12);
        CU_ASSERT(isnan(points.values[4]));
        CHECK_INT(isnan(points.values[5]), i < 2);
        CU_ASSERT(!isnan(points.values[3]) && !isnan(points.values[6]));
        free((void *)points.values);
        buffer_done(&text.text);
    }
}

int main(void)
{
    CU_TestInfo tests[] = {{"not measured", test_not_measured},
                           {"measured", test_measured},
                           {"overload", test_overload},
                           {"idle", test_idle},
                           {"busy", test_busy},
                           {"continued", test_continued},
                           {"damaged", test_damaged},
                           {"gaps", test_gaps},
                           CU_TEST_INFO_NULL};

    return cunit_run("series", tests);
}
