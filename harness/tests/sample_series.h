/* SPDX-License-Identifier: Apache-2.0 */
/* Series of samples as a sampler writes them. */
#ifndef TS_TESTS_SAMPLE_SERIES_H
#define TS_TESTS_SAMPLE_SERIES_H

#include <zlib.h>

#include "base/text.h"
#include "series/measure.h"

struct sample_series {
    struct buffer text;
    uLong chain;
    uint64_t at_ms; /* of the last sample */
    double idle, total, busy, bytes;
    double rate;    /* that the load states */
    unsigned speed; /* of eth0; 0: not known */
};

static inline void sample_line(struct sample_series *to, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static inline void sample_line(struct sample_series *to, const char *format, ...)
{
    va_list args;
    char *line;

    va_start(args, format);
    line = text_vformat(format, args);
    va_end(args);
    to->chain = crc32_z(to->chain, (const unsigned char *)line, strlen(line));
    buffer_format(&to->text, "%s,%08lx\n", line, to->chain);
    free(line);
}

#define SAMPLE_COLUMNS                                                                             \
    "columns,number,due,at,self,cpu.total,cpu.idle,mem.total,mem.used,disk.vda.busy,"              \
    "net.eth0.received,net.eth0.sent,net.eth0.speed,product.processes,rate"

static inline void sample_boot(struct sample_series *to)
{
    sample_line(to, "boot,aaaa,1700000000000,%llu,100,2", (unsigned long long)to->at_ms);
    sample_line(to, SAMPLE_COLUMNS);
}

static inline void sample_begin_series(struct sample_series *to)
{
    *to = (struct sample_series){.at_ms = 1000, .rate = 100};
    sample_line(to, "series,1,c");
    sample_boot(to);
    sample_line(to, "idle-check,100,systemd,200,systemd,30,vda,3,LISTEN");
}

static inline void sample_one(struct sample_series *to, unsigned number, uint64_t due, double rate)
{
    char speed[16] = "";

    if (to->speed > 0)
        snprintf(speed, sizeof(speed), "%u", to->speed);
    sample_line(to, "sample,%u,%llu,%llu,%u,%.0f,%.0f,1000,250,%.0f,%.0f,%.0f,%s,3,%g", number,
                (unsigned long long)due, (unsigned long long)to->at_ms, number * 1000, to->total,
                to->idle, to->busy, to->bytes, to->bytes, speed, rate);
}

/* A round of `minutes` at 5 s in which the CPUs are busy for `cpu` percent; the samples from `from`
 * on are missing (0: none is). */
static inline void sample_round(struct sample_series *to, const char *phase, unsigned number,
                                unsigned minutes, double cpu, unsigned from, const char *end)
{
    uint64_t start = to->at_ms;

    sample_line(to, "begin,%s,%u,%llu,5000,%u", phase, number, (unsigned long long)start,
                minutes * 60000);
    for (unsigned i = 0; i <= minutes * 12 && (from == 0 || i < from); i++) {
        to->at_ms = start + i * 5000;
        if (i > 0) {
            to->total += 1000;
            to->idle += 1000 - 10 * cpu;
            to->busy += 500;
            to->bytes += 512000;
        }
        sample_one(to, i, to->at_ms, to->rate);
    }
    if (end != NULL)
        sample_line(to, "end,%s,%u,%llu,%s,1,%d", phase, number, (unsigned long long)to->at_ms, end,
                    strcmp(end, "failed") == 0);
}

/* The value of a key, counted from 0; NULL: there are fewer. */
static inline const char *sample_nth(const struct series_values *values, const char *key, size_t n)
{
    vec_foreach (row, values)
        if (strcmp(row->key, key) == 0 && n-- == 0)
            return row->value;
    return NULL;
}

/* The first value of a key, or NULL; ret_count (or NULL): how many there are. */
static inline const char *sample_value(const struct series_values *values, const char *key,
                                       size_t *ret_count)
{
    for (size_t i = 0; ret_count != NULL && (*ret_count = i, sample_nth(values, key, i) != NULL);
         i++)
        continue;
    return sample_nth(values, key, 0);
}

#endif
