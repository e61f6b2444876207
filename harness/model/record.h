/* SPDX-License-Identifier: Apache-2.0 */
/* The stored form of a run: what it was planned with, its cells, and the cases planned for each
 * cell. */
#ifndef TS_MODEL_RECORD_H
#define TS_MODEL_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"
#include "model/member.h"
#include "model/plan.h"
#include "model/platform.h"
#include "model/words.h"

struct result;
struct text_map;
struct waivers;

/* How the id of a run begins that was made of the report of another system. */
#define RUN_REPORTED "reported-"

/* Open: there are jobs left to run. A run whose controller was killed stays open and can be
 * resumed. */
enum run_state { RUN_OPEN, RUN_INTERRUPTED, RUN_ENDED, RUN_STATE_COUNT };
const char *run_state_name(enum run_state state); /* open, interrupted, ended */
bool run_state_parse(const char *text, enum run_state *ret);

/* A file or folder that the run was planned with, copied into the run's folder. */
struct run_input {
    char *kind; /* image, platform, features, suite, plan */
    char *name;
    char sha256[DIGEST_TEXT_SIZE];
    char *path; /* absolute path of the copy */
};

extern const struct members run_input_members;

/* Returns the current path of a copy, from the path stored with the run: relative to the run's
 * folder ("inputs/DIGEST/NAME") or, written by older versions, absolute, from before the home was
 * moved or copied. Caller frees. */
char *run_input_place(const char *run_folder, const char *remembered);

/* Returns the path to store: relative to the run's folder. A path outside it is returned as it is.
 * Points into `path`. */
const char *run_input_below(const char *run_folder, const char *path);

struct host_fact {
    char *key, *value;
};
extern const struct members host_fact_members;

struct run_record {
    char *id; /* text_is_name; sorts by date */
    int64_t created_ms,
        ended_ms; /* wall clock, milliseconds; ended_ms is 0 while the run is open */
    enum run_state state;
    struct plan plan;
    VEC(struct run_input) inputs;
    VEC(struct host_fact)
    host; /* kernel, qemu, libvirt, accelerators … as measured when the run started */
};
void run_record_done(struct run_record *run);
/* NULL: the run has no such input. */
const struct run_input *run_find_input(const struct run_record *run, const char *kind,
                                       const char *name);

/* A case of the suite, as it was when the run was planned. */
struct planned_case {
    char *id;
    enum item item;
    bool required;
    bool native_only; /* not judged under emulation */
    bool planned;     /* its item is one of those that the plan requests */
};

extern const struct members planned_case_members;

struct cell_record {
    char *image, *platform, *suite;
    char *refused;   /* why the cell is not run; NULL: it is run */
    unsigned repeat; /* attempts that the plan requests, all of which count; 0: one */
    VEC(struct planned_case) cases;
    char *job_id;           /* NULL until the first attempt is merged */
    VEC(unsigned) attempts; /* numbers of the merged attempts, ascending */
    char
        digest[DIGEST_TEXT_SIZE]; /* digest over the cell's row; changes when an attempt is added */
    struct waivers *waivers;      /* known failures that are let pass; borrowed; NULL: none */
};
/* What is displayed for a cell beside its verdict; of the latest attempt unless noted otherwise. */
struct cell_summary {
    unsigned attempts; /* number of attempts */
    unsigned attempt;  /* number of the latest attempt */
    enum grade grade;
    enum accel accel;
    int64_t started_ms, ended_ms;
    unsigned gaps[GAP_UNKNOWN + 1];
    unsigned findings[SEVERITY_COUNT];
    unsigned evidence,
        evidence_least; /* pieces of evidence; evidence_least: the fewest in any attempt */
};
/* Adds an attempt. Call in ascending order of attempt numbers. */
void cell_summary_add(struct cell_summary *summary, const struct result *result);

/* Adds the place of each case by its id, for many searches; of a repeated id the first. Borrows the
 * ids. */
void cell_index_cases(const struct cell_record *cell, struct text_map *to);

struct cell_records {
    VEC(struct cell_record) rows; /* in the plan's order */
};
void cell_record_done(struct cell_record *cell);
void cell_records_done(struct cell_records *cells);

#endif
