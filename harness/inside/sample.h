/* SPDX-License-Identifier: Apache-2.0 */
/* The verb `sample`: what the system and the product used, at a fixed interval, in a file of
 * bounded size that is complete up to the last sample at every moment. README.md describes the
 * file. */
#ifndef TS_INSIDE_SAMPLE_H
#define TS_INSIDE_SAMPLE_H

#include <time.h>

#include "inside/inside.h"

enum {
    SAMPLE_DEVICES = 8, /* disks, and network interfaces, that are sampled */
    SAMPLE_NAME = 32,   /* bytes of such a name */
    SAMPLE_UNITS = 16,  /* units, and processes, that belong to the product */
    SAMPLE_LINE = 4096, /* bytes of a line */
};

/* Where lines are appended, from `start` on: at most `size` bytes. */
struct sample_file {
    int fd;
    uint64_t start, size, used;
    uint32_t chain; /* checksum of the last line, which the next continues */
    bool full;
};

/* Opens `target`, "DEVICE OFFSET SIZE", and finds the end of the lines of that case which are
 * there; without any, it begins. Complains. */
bool sample_file_open(struct sample_file *file, const char *target, const char *case_id);

/* Calls `take` for each line that is there, without its checksum. */
void sample_file_read(const struct sample_file *file, void (*take)(const char *line, void *closure),
                      void *closure);

/* Appends a line, durably. The last line that fits is "full"; false from then on. */
bool sample_file_add(struct sample_file *file, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A line that is being composed: fields, each with a comma before it. */
struct sample_line {
    char text[SAMPLE_LINE];
    size_t length;
};
void sample_line_text(struct sample_line *line, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* An empty field if the value is not known. */
void sample_line_number(struct sample_line *line, bool known, unsigned long long value);

/* The devices of this guest; those that appear later are not sampled. */
struct sample_devices {
    char names[SAMPLE_DEVICES][SAMPLE_NAME];
    size_t count;
    bool cut;
};
struct sample_system {
    struct sample_devices disks, networks;
    long speeds[SAMPLE_DEVICES]; /* of the networks, Mbit/s; 0: not known */
};

/* Lists the devices; `without`: a disk that is not sampled, because the samples go there. */
void sample_system_begin(struct sample_system *system, dev_t without);
void sample_system_names(const struct sample_system *system, struct sample_line *line);
void sample_system_values(const struct sample_system *system, struct sample_line *line);

/* A sum of counters that may fall when what they count has ended. */
struct sample_sum {
    unsigned long long last, before;
    unsigned resets;
};

struct sample_product {
    const char *units[SAMPLE_UNITS];
    pid_t pids[SAMPLE_UNITS]; /* with their descendants */
    size_t unit_count, pid_count;
    struct sample_sum unit_cpu[SAMPLE_UNITS], pid_cpu[SAMPLE_UNITS]; /* microseconds */
};
void sample_product_names(struct sample_line *line);
void sample_product_values(struct sample_product *product, struct sample_line *line);

/* One call of `sample`. */
struct sampling {
    struct sample_file file;
    struct sample_system system;
    struct sample_product product;
    const char *phase, *command_rate; /* command_rate: file in which the command states its rate */
    uint64_t interval_s, rounds, seconds, pause_s, check_s;
    char *const *command; /* or NULL */
    int signals;          /* signalfd: SIGCHLD, SIGTERM, SIGINT */
    pid_t child;          /* 0: not running */
    int64_t started_ms;   /* the child */
    unsigned runs;        /* of the command in this round */
    int failed;           /* exit code of the command, or 128 and its signal; 0: it did not fail */
    bool stopped;         /* by a signal */
    struct timespec rate_at;
    uint64_t done; /* whole rounds of this phase from before the guest was restarted */
};

/* Counts the whole rounds of the phase that are in the file. */
void sample_count_done(const char *line, void *closure);

/* Runs the rounds that are missing. Returns an exit code. */
int sample_run_phase(struct sampling *all);

/* Appends the fields of the line "idle-check": what else used the guest within `seconds`. */
void sample_idle_check(unsigned seconds, struct sample_line *line);

#endif
