/* SPDX-License-Identifier: Apache-2.0 */
/* The lines of a series. */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "series/reading.h"

enum {
    OWN_COLUMNS = 4, /* number, due, at, self */
    INTERVAL_MS_MAX = 3600 * 1000,
    ROUND_MS_MAX = 2 * 86400 * 1000,
};
/* Milliseconds of a clock, and counters, that a double holds exactly. */
#define MOST (UINT64_C(1) << 53)

const char *series_end_name(enum series_end end)
{
    static const char *const names[] = {"open", "whole", "failed", "stopped", "full"};

    return names[end];
}

static int bad(const struct reading *in, const char *what, struct error **err)
{
    _cleanup_buffer_ struct buffer shown = {0};

    buffer_printable(&shown, in->text, strnlen(in->text, in->left < 60 ? in->left : 60), false);
    return error_set(err, -EBADMSG, "series of samples: %s in '%s'", what, shown.data);
}

char *series_next_field(char **rest)
{
    char *field = *rest, *comma;

    if (field == NULL)
        return NULL;
    comma = strchr(field, ',');
    if (comma != NULL)
        *comma = '\0';
    *rest = comma != NULL ? comma + 1 : NULL;
    return field;
}

static bool take_number(char **rest, uint64_t most, uint64_t *ret_value)
{
    const char *field = series_next_field(rest);
    uint64_t value = 0;

    if (field == NULL || *field == '\0')
        return false;
    for (; *field != '\0'; field++) {
        if (!isdigit((unsigned char)*field) || value > MOST / 10)
            return false;
        value = value * 10 + (uint64_t)(*field - '0');
    }
    *ret_value = value;
    return value <= most;
}

bool series_take_name(char **rest, char *ret_name, size_t size)
{
    const char *field = series_next_field(rest);
    size_t length = field != NULL ? strlen(field) : 0;

    if (length == 0 || length >= size)
        return false;
    for (size_t i = 0; i < length; i++)
        if (field[i] <= ' ' || field[i] > '~')
            return false;
    memcpy(ret_name, field, length + 1);
    return true;
}

static int read_boot(struct reading *in, char *rest, struct error **err)
{
    struct series_boot boot = {0};
    uint64_t clock, at, hz, cpus;

    if (!series_take_name(&rest, boot.id, sizeof(boot.id)) || !take_number(&rest, MOST, &clock) ||
        !take_number(&rest, MOST, &at) || !take_number(&rest, 100000, &hz) || hz == 0 ||
        !take_number(&rest, 100000, &cpus) || cpus == 0 || rest != NULL || in->in_round ||
        in->series->boots.count >= SERIES_BOOTS)
        return bad(in, "unexpected start", err);
    boot.clock_ms = (int64_t)clock;
    boot.at_ms = (int64_t)at;
    boot.hz = (unsigned)hz;
    boot.cpus = (unsigned)cpus;
    *vec_add(&in->series->boots) = boot;
    return 0;
}

static int read_columns(struct reading *in, char *rest, struct error **err)
{
    static const char *const own[OWN_COLUMNS] = {"number", "due", "at", "self"};
    struct series *series = in->series;
    struct series_boot *boot =
        series->boots.count > 0 ? &series->boots.items[series->boots.count - 1] : NULL;
    char name[SERIES_NAME + 1];

    if (boot == NULL || boot->columns.count > 0 || in->in_round)
        return bad(in, "unexpected columns", err);
    for (size_t i = 0; i < OWN_COLUMNS; i++)
        if (!series_take_name(&rest, name, sizeof(name)) || strcmp(name, own[i]) != 0)
            return bad(in, "unexpected column", err);
    while (rest != NULL) {
        if (!series_take_name(&rest, name, sizeof(name)) || boot->columns.count >= SERIES_COLUMNS ||
            strv_has(&boot->columns, name))
            return bad(in, "unexpected column", err);
        strv_add(&boot->columns, name);
    }
    return boot->columns.count > 0 ? 0 : bad(in, "no columns", err);
}

/* Hundredths of a percent, and whose they are. */
static bool take_share(char **rest, double *ret_percent, char *name, size_t size)
{
    uint64_t hundredths;

    name[0] = '\0';
    if (!take_number(rest, MOST, &hundredths))
        return false;
    *ret_percent = (double)hundredths / 100;
    return series_take_name(rest, name, size) || hundredths == 0;
}

static int read_idle_check(struct reading *in, char *rest, struct error **err)
{
    struct criteria_load *idle = &in->series->idle;
    uint64_t connections;

    if (in->series->checked || in->in_round ||
        !take_share(&rest, &idle->process_cpu, idle->process_cpu_name,
                    sizeof(idle->process_cpu_name)) ||
        !take_share(&rest, &idle->process_memory, idle->process_memory_name,
                    sizeof(idle->process_memory_name)) ||
        !take_share(&rest, &idle->disk, idle->disk_name, sizeof(idle->disk_name)) ||
        !take_number(&rest, MOST, &connections) ||
        !series_take_name(&rest, idle->state, sizeof(idle->state)) || rest != NULL)
        return bad(in, "unexpected check", err);
    idle->connections = (size_t)connections;
    in->series->checked = true;
    return 0;
}

/* A round that has no end was cut short by whatever ended the sampler. */
static int read_begin(struct reading *in, char *rest, struct error **err)
{
    struct series *series = in->series;
    struct series_round round = {.end = SERIES_OPEN, .first = series->samples.count};
    uint64_t number, begin, interval, planned;

    if (in->in_round || series->rounds.count >= SERIES_ROUNDS || series->boots.count == 0 ||
        series->boots.items[series->boots.count - 1].columns.count == 0 ||
        !series_take_name(&rest, round.phase, sizeof(round.phase)) ||
        !take_number(&rest, SERIES_ROUNDS, &number) || number == 0 ||
        !take_number(&rest, MOST, &begin) || !take_number(&rest, INTERVAL_MS_MAX, &interval) ||
        interval == 0 || !take_number(&rest, ROUND_MS_MAX, &planned) || rest != NULL)
        return bad(in, "unexpected round", err);
    in->planned += planned / interval;
    if (in->planned > SERIES_SAMPLES)
        return bad(in, "too many samples planned", err);
    round.number = (unsigned)number;
    round.boot = series->boots.count - 1;
    round.begin_ms = round.end_ms = (int64_t)begin;
    round.interval_ms = (int64_t)interval;
    round.planned_ms = (int64_t)planned;
    *vec_add(&series->rounds) = round;
    in->in_round = true;
    return 0;
}

static int read_end(struct reading *in, char *rest, struct error **err)
{
    struct series_round *round =
        in->in_round ? &in->series->rounds.items[in->series->rounds.count - 1] : NULL;
    char phase[SERIES_NAME + 1], how[16];
    uint64_t number, end, runs, failed;

    if (round == NULL || !series_take_name(&rest, phase, sizeof(phase)) ||
        strcmp(phase, round->phase) != 0 || !take_number(&rest, SERIES_ROUNDS, &number) ||
        number != round->number || !take_number(&rest, MOST, &end) ||
        (int64_t)end < round->begin_ms || !series_take_name(&rest, how, sizeof(how)) ||
        !take_number(&rest, UINT32_MAX, &runs) || !take_number(&rest, 255, &failed) || rest != NULL)
        return bad(in, "unexpected end of a round", err);
    for (enum series_end i = SERIES_WHOLE; i <= SERIES_FULL; i++)
        if (strcmp(series_end_name(i), how) == 0)
            round->end = i;
    if (round->end == SERIES_OPEN)
        return bad(in, "unknown end of a round", err);
    round->end_ms = (int64_t)end;
    round->runs = (unsigned)runs;
    round->failed = (int)failed;
    in->in_round = false;
    return 0;
}

static int read_missed(struct reading *in, char *rest, struct error **err)
{
    uint64_t first, last;

    if (!in->in_round || !take_number(&rest, SERIES_SAMPLES, &first) ||
        !take_number(&rest, SERIES_SAMPLES, &last) || last < first || rest != NULL)
        return bad(in, "unexpected missed samples", err);
    in->series->rounds.items[in->series->rounds.count - 1].missed += last - first + 1;
    return 0;
}

static bool take_value(char **rest, double *ret_value)
{
    char *field = series_next_field(rest), *end = field;

    if (field == NULL)
        return false;
    *ret_value = NAN;
    if (*field == '\0')
        return true;
    if (!isdigit((unsigned char)*field) && *field != '-')
        return false;
    errno = 0;
    *ret_value = strtod(field, &end);
    return *end == '\0' && errno == 0 && isfinite(*ret_value);
}

static int read_sample(struct reading *in, char *rest, struct error **err)
{
    struct series *series = in->series;
    struct series_round *round =
        in->in_round ? &series->rounds.items[series->rounds.count - 1] : NULL;
    struct series_sample sample = {.first = series->values.count};
    uint64_t number, due, at, self;
    size_t columns;

    if (round == NULL || series->samples.count >= SERIES_SAMPLES ||
        !take_number(&rest, SERIES_SAMPLES, &number) || !take_number(&rest, MOST, &due) ||
        !take_number(&rest, MOST, &at) || !take_number(&rest, MOST, &self))
        return bad(in, "unexpected sample", err);
    sample.number = number;
    sample.due_ms = (int64_t)due;
    sample.at_ms = (int64_t)at;
    sample.self_us = (double)self;
    if (round->count > 0) {
        const struct series_sample *last = &series->samples.items[series->samples.count - 1];

        if (number <= last->number || sample.at_ms < last->at_ms)
            return bad(in, "a sample out of order", err);
    }
    columns = series->boots.items[round->boot].columns.count;
    for (size_t i = 0; i < columns; i++)
        if (!take_value(&rest, vec_add(&series->values)))
            return bad(in, "an invalid value", err);
    if (rest != NULL)
        return bad(in, "more values than columns", err);
    *vec_add(&series->samples) = sample;
    round->count++;
    round->end_ms = sample.at_ms;
    return 0;
}

/* The sampler was started again: whatever it was doing had been cut short. */
static void interrupt(struct reading *in, const char *line)
{
    if (text_starts(line, "boot,"))
        in->in_round = false;
}

int series_take_line(struct reading *in, char *line, struct error **err)
{
    static const struct {
        const char *name;
        int (*read)(struct reading *in, char *rest, struct error **err);
    } kinds[] = {{"boot", read_boot},    {"columns", read_columns}, {"idle-check", read_idle_check},
                 {"begin", read_begin},  {"end", read_end},         {"missed", read_missed},
                 {"sample", read_sample}};
    char *rest = line;
    const char *kind;

    interrupt(in, line);
    kind = series_next_field(&rest);
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (strcmp(kind, kinds[i].name) == 0)
            return kinds[i].read(in, rest, err);
    if (strcmp(kind, "full") == 0 && rest == NULL)
        in->series->full = true;
    else if (strcmp(kind, "cut") != 0)
        return bad(in, "an unknown line", err);
    return 0;
}
