/* SPDX-License-Identifier: Apache-2.0 */
/* Chooses the next image: first the ends of the series, then the middle between good and bad. */
#include "judge/bisect.h"

static const size_t none = (size_t)-1;

/* Tests that halve an interval with so many untested images. */
static unsigned steps_for(size_t untested)
{
    unsigned steps = 0;

    for (; untested > 0; untested /= 2)
        steps++;
    return steps;
}

static size_t count_untested(const enum bisect_mark *marks, size_t from, size_t to)
{
    size_t count = 0;

    for (size_t i = from; i < to; i++)
        count += marks[i] == BISECT_UNTESTED;
    return count;
}

static struct bisect_step test(const enum bisect_mark *marks, size_t count, size_t next)
{
    return (struct bisect_step){
        .end = BISECT_TEST, .next = next, .left = steps_for(count_untested(marks, 0, count))};
}

/* The newest image that says something; BISECT_TEST if one after it is untested. */
static struct bisect_step find_newest(const enum bisect_mark *marks, size_t count)
{
    for (size_t i = count; i-- > 0;) {
        if (marks[i] == BISECT_UNTESTED)
            return test(marks, count, i);
        if (marks[i] == BISECT_GOOD)
            return (struct bisect_step){.end = BISECT_NO_BAD, .good = i};
        if (marks[i] == BISECT_BAD)
            return (struct bisect_step){.end = BISECT_FOUND, .bad = i};
    }
    return (struct bisect_step){.end = BISECT_NOTHING};
}

static struct bisect_step find_between(const enum bisect_mark *marks, size_t good, size_t bad)
{
    size_t middle = good + (bad - good) / 2, best = none;

    for (size_t i = good + 1; i < bad; i++) {
        size_t distance = i > middle ? i - middle : middle - i;

        if (marks[i] == BISECT_UNTESTED &&
            (best == none || distance < (best > middle ? best - middle : middle - best)))
            best = i;
    }
    if (best != none)
        return (struct bisect_step){.end = BISECT_TEST,
                                    .next = best,
                                    .good = good,
                                    .bad = bad,
                                    .left = steps_for(count_untested(marks, good + 1, bad))};
    return (struct bisect_step){
        .end = bad == good + 1 ? BISECT_FOUND : BISECT_AMONG, .good = good, .bad = bad};
}

struct bisect_step bisect_next(const enum bisect_mark *marks, size_t count)
{
    struct bisect_step newest = find_newest(marks, count);
    size_t good = none, bad = newest.bad;

    if (newest.end != BISECT_FOUND)
        return newest;
    for (size_t i = 0; i < newest.bad; i++)
        if (marks[i] == BISECT_GOOD)
            good = i;
    if (good == none) {
        for (size_t i = 0; i < newest.bad; i++)
            if (marks[i] == BISECT_UNTESTED)
                return test(marks, newest.bad, i);
        return (struct bisect_step){.end = BISECT_NO_GOOD, .bad = newest.bad};
    }
    for (size_t i = newest.bad; i > good; i--)
        if (marks[i] == BISECT_BAD)
            bad = i;
    return find_between(marks, good, bad);
}
