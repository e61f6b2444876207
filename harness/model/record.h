/* SPDX-License-Identifier: Apache-2.0 */
/* A run as it is remembered: what it was planned with, its cells, and the cases that each cell was
 * to have. */
#ifndef TS_MODEL_RECORD_H
#define TS_MODEL_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"
#include "model/plan.h"
#include "model/platform.h"
#include "model/words.h"

struct result;

/* Open: jobs are to be run. A run whose controller was killed stays open and can be resumed. */
enum run_state { RUN_OPEN, RUN_INTERRUPTED, RUN_ENDED, RUN_STATE_COUNT };
const char *run_state_name(enum run_state state); /* open, interrupted, ended */
bool run_state_parse(const char *text, enum run_state *ret);

/* A copy in the run folder of a file or folder that the run was planned with. */
struct run_input {
    char *kind; /* image, platform, features, suite, plan */
    char *name;
    char sha256[DIGEST_TEXT_SIZE];
    char *path; /* absolute, of the copy */
};

/* Where a copy is now, of a run whose folder is now here, from the path that was remembered: below
 * the folder ("inputs/DIGEST/NAME"), or, by older versions, absolute, as it was before the home was
 * moved or copied. Caller frees. */
char *run_input_place(const char *run_folder, const char *remembered);

/* What is remembered of it: below the folder. Borrowed from path, which may be elsewhere. */
const char *run_input_below(const char *run_folder, const char *path);

struct host_fact {
    char *key, *value;
};

struct run_record {
    char *id;                     /* text_is_name; sorts by day */
    int64_t created_ms, ended_ms; /* wall clock; ended 0 while open */
    enum run_state state;
    struct plan plan;
    VEC(struct run_input) inputs;
    VEC(struct host_fact) host; /* kernel, qemu, libvirt, accelerators … as measured at its start */
};
void run_record_done(struct run_record *run);

/* A case of the suite as it was when the run was planned. */
struct planned_case {
    char *id;
    enum item item;
    bool required;
    bool native_only; /* never judged under emulation */
    bool planned;     /* its item is among those that the plan asked for */
};

struct cell_record {
    char *image, *platform, *suite;
    char *refused;   /* why it is not run; NULL: it is */
    unsigned repeat; /* attempts that the plan asks for, all of which count; 0: one */
    VEC(struct planned_case) cases;
    char *job_id;                  /* NULL before its first attempt was merged */
    VEC(unsigned) attempts;        /* numbers of those merged, ascending */
    char digest[DIGEST_TEXT_SIZE]; /* of its row: another one when it has other attempts */
};
/* What is shown of a cell beside its verdict, of its latest attempt unless it says otherwise. */
struct cell_summary {
    unsigned attempts; /* how many there are */
    unsigned attempt;  /* the number of the latest */
    enum grade grade;
    enum accel accel;
    int64_t started_ms, ended_ms;
    unsigned gaps[GAP_UNKNOWN + 1];
    unsigned findings[SEVERITY_COUNT];
    unsigned evidence, evidence_least; /* pieces; the fewest of any attempt */
};
/* Adds an attempt, in the order of their numbers. */
void cell_summary_add(struct cell_summary *summary, const struct result *result);

struct cell_records {
    VEC(struct cell_record) rows; /* in the plan's order */
};
void cell_record_done(struct cell_record *cell);
void cell_records_done(struct cell_records *cells);

#endif
