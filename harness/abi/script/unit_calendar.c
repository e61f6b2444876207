/* SPDX-License-Identifier: Apache-2.0 */
/* Source: src/shared/calendarspec.c of systemd, which parses these from left to right in one pass.
 */
#include "abi/script/unit_calendar.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/text.h"

#define MICROSECONDS 1000000LL
#define COMPONENTS_MAX 240 /* in a list; CALENDARSPEC_COMPONENTS_MAX */

/* A list of values such as "1,3..5,10/2", which lies between two limits. */
struct chain {
    bool any; /* "*" */
    size_t count;
    struct part {
        long long start, stop, repeat; /* stop -1: none */
    } parts[COMPONENTS_MAX];
};

static bool read_number(const char **at, bool seconds, long long *ret)
{
    const char *text = *at;
    size_t digits = strspn(text, "0123456789");

    if (digits == 0 || digits > 9)
        return false;
    *ret = strtoll(text, NULL, 10);
    text += digits;
    if (seconds) {
        *ret *= MICROSECONDS;
        if (text[0] == '.' && text[1] != '.') {
            long long unit = MICROSECONDS;

            for (text++; isdigit((unsigned char)*text); text++)
                *ret += (*text - '0') * (unit /= 10);
        }
    }
    *at = text;
    return true;
}

static bool read_part(const char **at, bool seconds, struct part *ret)
{
    const char *text = *at;

    *ret = (struct part){.stop = -1};
    if (!read_number(&text, seconds, &ret->start))
        return false;
    if (text[0] == '.' && text[1] == '.') {
        text += 2;
        if (!read_number(&text, seconds, &ret->stop))
            return false;
        ret->repeat = seconds ? MICROSECONDS : 1;
    }
    if (*text == '/') {
        text++;
        if (!read_number(&text, seconds, &ret->repeat) || ret->repeat == 0)
            return false;
        /* As if the range were the single value. */
        if (ret->stop >= ret->start && ret->start + ret->repeat > ret->stop)
            *ret = (struct part){ret->start, -1, 0};
    }
    if (ret->stop == ret->start)
        *ret = (struct part){ret->start, -1, 0};
    *at = text;
    return *text == '\0' || strchr(" ,-~:", *text) != NULL;
}

static bool read_chain(const char **at, bool seconds, struct chain *ret)
{
    ret->count = 0;
    ret->any = **at == '*';
    if (ret->any) {
        ++*at;
        return true;
    }
    for (;; ++*at) {
        if (ret->count == COMPONENTS_MAX || !read_part(at, seconds, &ret->parts[ret->count++]))
            return false;
        if (**at != ',')
            return true;
    }
}

static bool is_within(const struct chain *chain, long long from, long long to, bool from_end)
{
    if (from_end)
        to -= 3; /* the last 28 days, which every month has */
    for (size_t i = 0; !chain->any && i < chain->count; i++) {
        const struct part *part = &chain->parts[i];
        long long last = from_end ? part->start - part->repeat : part->start + part->repeat;

        if (part->start < from || part->start > to || part->repeat > to - from || part->stop > to ||
            (part->stop >= 0 && part->stop < from))
            return false;
        if (part->stop >= 0 ? part->start + part->repeat > part->stop : last < from || last > to)
            return false;
    }
    return true;
}

/* "00" to "69" are of this century. */
static void extend_years(struct chain *years)
{
    for (size_t i = 0; i < years->count; i++) {
        long long *values[] = {&years->parts[i].start, &years->parts[i].stop};

        for (size_t v = 0; v < 2; v++)
            if (*values[v] >= 0 && *values[v] < 100)
                *values[v] += *values[v] < 70 ? 2000 : 1900;
    }
}

/* "Mon,Wed..Fri", at the beginning; none is valid too. */
static bool read_weekdays(const char **at)
{
    static const char *const days[] = {"Monday",   "Tuesday", "Wednesday", "Thursday", "Friday",
                                       "Saturday", "Sunday",  "Mon",       "Tue",      "Wed",
                                       "Thu",      "Fri",     "Sat",       "Sun"};
    bool first = true;

    for (int from = -1;; first = false) {
        int day = 0;
        size_t length = 0;

        while (day < 14 && strncasecmp(*at, days[day], length = strlen(days[day])) != 0)
            day++;
        if (day == 14)
            return first;
        if ((*at)[length] != '\0' && strchr("-., ", (*at)[length]) == NULL)
            return false;
        if (from > day % 7)
            return false;
        *at += length;
        if (**at == '\0')
            return true;
        if (**at == ' ') {
            *at += strspn(*at, " ");
            return true;
        }
        if (**at == ',') {
            from = -1;
            ++*at;
        } else if (from >= 0 || (**at == '.' && (*at)[1] != '.')) {
            return false;
        } else {
            from = day % 7;
            *at += **at == '.' ? 2 : 1;
        }
        if (**at == '\0' || **at == ' ') {
            *at += strspn(*at, " ");
            return from < 0;
        }
    }
}

/* "2024-01-*", "01~3": the position stays where it is before a time without a date. */
static bool read_date(const char **at)
{
    _cleanup_free_ struct chain *chains = text_calloc(3, sizeof(*chains));
    const char *text = *at;
    bool from_end = false;
    size_t count = 0;

    if (*text == '\0')
        return true;
    for (;; text++) {
        if (!read_chain(&text, false, &chains[count++]))
            return false;
        if (count == 1 && (*text == '\0' || *text == ':'))
            return true;
        if (count > 1 && (*text == '\0' || *text == ' '))
            break;
        if (count == 3 || from_end || (*text != '-' && *text != '~'))
            return false;
        from_end = *text == '~';
    }
    *at = text + strspn(text, " ");
    if (count == 3)
        extend_years(&chains[0]);
    return (count < 3 || is_within(&chains[0], 1970, 2199, false)) &&
           is_within(&chains[count - 2], 1, 12, false) &&
           is_within(&chains[count - 1], 1, 31, from_end);
}

/* "10:00", "*:0/5:0.5" */
static bool read_time(const char *text)
{
    static const long long last[] = {23, 59, 60 * MICROSECONDS - 1};
    _cleanup_free_ struct chain *chain = text_calloc(1, sizeof(*chain));

    for (size_t i = 0; i < 3; i++) {
        if (!read_chain(&text, i == 2, chain) || !is_within(chain, 0, last[i], false))
            return false;
        if (*text == '\0')
            return i > 0;
        if (*text++ != ':')
            return false;
    }
    return false;
}

/* "UTC", "CEST", "Asia/Shanghai" */
static bool is_zone(const char *word)
{
    if (strchr(word, '/') != NULL)
        return isalpha((unsigned char)word[0]) && strspn(word, "0123456789:.,*~") == 0;
    if (strcasecmp(word, "UTC") == 0)
        return true;
    for (size_t i = 0; word[i] != '\0'; i++)
        if (!isupper((unsigned char)word[i]) && (i == 0 || strchr("0123456789+-", word[i]) == NULL))
            return false;
    return word[0] != '\0';
}

static bool is_word(const char *text)
{
    static const char *const words[] = {"minutely",     "hourly",     "daily",       "weekly",
                                        "monthly",      "yearly",     "annually",    "anually",
                                        "quarterly",    "biannually", "bi-annually", "semiannually",
                                        "semi-annually"};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (strcasecmp(text, words[i]) == 0)
            return true;
    return false;
}

bool unit_calendar_is_valid(const char *text)
{
    _cleanup_free_ char *copy = text_dup(text);
    char *space = strrchr(copy, ' ');
    const char *at = copy;

    if (space != NULL && is_zone(space + 1))
        *space = '\0';
    if (*copy == '\0')
        return false;
    if (is_word(copy))
        return true;
    if (!read_weekdays(&at))
        return false;
    if (*at == '@')
        return at[1] != '\0' && strspn(at + 1, "0123456789") == strlen(at + 1);
    if (!read_date(&at))
        return false;
    return *at == '\0' || read_time(at);
}
