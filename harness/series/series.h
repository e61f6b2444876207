/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the sampler in a guest wrote (inside/README.md, "Samples"). It comes out
 * of a guest and is not trusted: its size, lines, columns, rounds and samples
 * are bounded, and what cannot be read ends the series or rejects it. What is
 * read is never repaired.
 */
#ifndef TS_SERIES_SERIES_H
#define TS_SERIES_SERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "base/vec.h"
#include "series/criteria.h"

struct error;

enum {
    SERIES_BYTES = 8 << 20, /* of a series; also the space that a guest has for one */
    SERIES_LINE = 4096,
    SERIES_COLUMNS = 96,
    SERIES_NAME = 64,
    SERIES_BOOTS = 1000, /* starts of the sampler */
    SERIES_ROUNDS = 200,
    SERIES_SAMPLES = 200000, /* that there are, and that the rounds were to have */
};

/* One start of the sampler. */
struct series_boot {
    char id[40];      /* of the guest's boot */
    int64_t clock_ms; /* wall clock at at_ms of the monotonic clock */
    int64_t at_ms;
    unsigned hz, cpus;
    struct strv columns; /* of its samples, after number, due, at and self */
};

enum series_end { SERIES_OPEN, SERIES_WHOLE, SERIES_FAILED, SERIES_STOPPED, SERIES_FULL };

struct series_round {
    char phase[SERIES_NAME + 1];
    unsigned number; /* from 1 */
    size_t boot;     /* index */
    int64_t begin_ms, end_ms;
    int64_t interval_ms, planned_ms;
    enum series_end end; /* SERIES_OPEN: the guest or the sampler was killed in it */
    unsigned runs;       /* of the load command */
    int failed;          /* its exit code, or 128 and its signal; 0: it did not fail */
    size_t first, count; /* its samples */
    uint64_t missed;     /* samples that the sampler says it missed */
};

struct series_sample {
    uint64_t number; /* in the round, from 0 */
    int64_t due_ms, at_ms;
    double self_us; /* CPU time of the sampler */
    size_t first;   /* its values; NAN: not known */
};

struct series {
    char case_id[SERIES_NAME + 1];
    size_t length; /* bytes of what was read: what is beyond them is no part of it */
    bool full;     /* the space for it was too small */
    bool checked;  /* `idle` was measured */
    struct criteria_load idle;
    VEC(struct series_boot) boots;
    VEC(struct series_round) rounds;
    VEC(struct series_sample) samples;
    VEC(double) values;
};

/* Reads a series. What does not continue the chain of checksums is beyond its
 * end. -ENODATA: there is none; -EBADMSG: a line of it is not one that a
 * sampler writes. Free with series_done. */
int series_read(const char *data, size_t length, struct series *ret_series, struct error **err);
void series_done(struct series *series);

/* The name that a series has as evidence of its case, with the rounds of
 * earlier attempts before its own: SERIES_EARLIER and the number. */
#define SERIES_EVIDENCE "artifact/samples.csv"
#define SERIES_EARLIER "artifact/samples-earlier-%zu.csv"

/* Reads the space for samples, the last SERIES_BYTES of a results disk, up to
 * the end of the series that is there. case_id: whose it must be. -ENODATA:
 * there is none. Other codes: see series_read, and faults of the host. */
int series_read_disk(const char *path, const char *case_id, struct series *ret_series,
                     struct buffer *ret_text, struct error **err);

/* Name of how a round ended: open, whole, failed, stopped, full. */
const char *series_end_name(enum series_end end);

/* The value of a sample in a column; NAN: not known. */
double series_value(const struct series *series, const struct series_round *round, size_t sample,
                    const char *column);

#define _cleanup_series_ _cleanup_(series_done)

#endif
