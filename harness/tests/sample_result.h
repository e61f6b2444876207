/* SPDX-License-Identifier: Apache-2.0 */
/* A result in which every member is set, so that a member that gets lost is detected. */
#ifndef TS_TESTS_SAMPLE_RESULT_H
#define TS_TESTS_SAMPLE_RESULT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "bundle/bundle.h"
#include "bundle/result_json.h"
#include "model/result.h"
#include "model/suite.h"

#define _cleanup_result_ _cleanup_(result_free_cleanup)

static inline struct case_result *sample_case(struct result *result, const char *id, enum item item,
                                              bool required, enum status status)
{
    struct case_result *row = vec_add(&result->cases);

    row->id = text_dup(id);
    row->item = item;
    row->required = required;
    row->judgeable = true;
    row->status = status;
    row->started = status != STATUS_SKIP;
    row->duration_ms = 1200;
    return row;
}

static inline void sample_check(struct result *result, const char *key, const char *expected,
                                const char *measured)
{
    struct identity_check *check = vec_add(&result->identity);

    check->key = text_dup(key);
    check->expected = text_dup(expected);
    check->measured = text_dup(measured);
    check->matches = strcmp(expected, measured) == 0;
}

/* The result of a cell on a guest with the right identity, without cases. */
static inline struct result *sample_cell(const char *run, const char *image, const char *platform,
                                         const char *suite, unsigned attempt)
{
    struct result *result = result_new();

    result->kind = JOB_CELL;
    result->run_id = text_dup(run);
    result->job_id = text_format("cell-%s-%s-%s", image, platform, suite);
    result->attempt = attempt;
    result->image = text_dup(image);
    result->platform = text_dup(platform);
    result->suite = text_dup(suite);
    result->grade = GRADE_EMULATED;
    result->accel = ACCEL_TCG;
    result->warm = true;
    result->started_ms = 1790000000000;
    result->ended_ms = 1790000012345;
    result->outcome = STATUS_PASS;
    result->blame = BLAME_NONE;
    result->identity_measured = true;
    sample_check(result, "midr", "0x481fd010", "0x481fd010");
    sample_check(result, "os_id", "debian", "debian");
    return result;
}

/* install PASS, persist FAIL (with points), speed DONE, remove SKIP. */
static inline struct result *sample_result(const char *run, const char *image, const char *platform)
{
    struct result *result = sample_cell(run, image, platform, "redis", 1);
    struct case_result *row;
    struct point *point;
    struct gap *gap;

    result->state_key = text_dup("5f2a77");
    result->prepared_by = text_format("%s/prepare-%s-%s/1", run, image, platform);
    sample_case(result, "install", ITEM_INSTALL, true, STATUS_PASS);
    row = sample_case(result, "persist", ITEM_FUNCTION, true, STATUS_FAIL);
    row->blame = BLAME_PRODUCT;
    row->reason = text_dup("not ok 2 - data is there after kill -9");
    row->exit_code = 1;
    point = vec_add(&row->points);
    point->name = text_dup("server answers");
    point->status = STATUS_PASS;
    point = vec_add(&row->points);
    point->name = text_dup("data is there after kill -9");
    point->status = STATUS_FAIL;
    point->detail = text_dup("expected 1000 keys, got 0");
    point->raw = text_dup("not ok");
    row = sample_case(result, "speed", ITEM_PERFORMANCE, false, STATUS_DONE);
    row->judgeable = false;
    row->reason = text_dup("not judged under emulation");
    row = sample_case(result, "lse", ITEM_EXTRA, false, STATUS_SKIP);
    row->reason = text_dup("needs jscvt, which the real part has and this guest lacks");
    row->gap = true;
    row->exit_code = -1;
    result_add_observation(result, NULL, "kernel.release", "6.1.0-18-arm64", NULL);
    result_add_observation(result, "speed", "set.rate", "1523", "1/s");
    gap = vec_add(&result->gaps.rows);
    gap->kind = GAP_MISSING;
    gap->feature = text_dup("jscvt");
    gap = vec_add(&result->gaps.rows);
    gap->kind = GAP_EXTRA;
    gap->feature = text_dup("lrcpc");
    return result;
}

/* A prediction with one finding in which every text is set, and one with none. */
static inline void sample_predict(struct result *result)
{
    struct prediction *to = &result->prediction;
    struct finding *row;
    struct predicted_part *part;

    to->state = PREDICTION_MADE;
    to->surface = text_dup("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
    part = vec_add(&to->parts);
    part->name = text_dup("redis-server 5:7.0.15-1");
    part->checked = true;
    part = vec_add(&to->parts);
    part->name = text_dup("libjemalloc2 5.3.0-1");
    row = vec_add(&to->findings);
    row->executed = EXECUTED_FAILED;
    row->severity = SEVERITY_BLOCK;
    finding_set_kind(row, "VERSION_MISSING");
    row->file = text_dup("/usr/bin/redis-server");
    row->symbol = text_dup("__isoc23_strtol");
    row->version = text_dup("GLIBC_2.38");
    row->provider = text_dup("libc.so.6");
    row->found = text_dup("GLIBC_2.36");
    row->remedy = text_dup("build on an older system");
    row = vec_add(&to->findings);
    row->severity = SEVERITY_UNKNOWN;
    finding_set_kind(row, "UNKNOWN");
    to->census = (struct prediction_census){.files = 12, .examined = 9, .opaque = 1, .archives = 2};
    *(struct predicted_kind *)vec_add(&to->census.kinds) =
        (struct predicted_kind){text_dup("program"), 9};
    *(struct predicted_kind *)vec_add(&to->census.kinds) =
        (struct predicted_kind){text_dup("text"), 2};
    strv_add(&to->census.opaque_files, "/opt/v/<data>.bin");
}

static inline struct footprint_entry *sample_entry(struct result *result, enum footprint_kind kind,
                                                   const char *name, const char *detail)
{
    struct footprint_entry *entry = vec_add(&result->footprint.entries);

    entry->kind = kind;
    entry->name = text_dup(name);
    entry->detail = text_dup(detail);
    return entry;
}

/* A footprint in which every member is set in some entry. */
static inline void sample_footprint(struct result *result)
{
    struct footprint *to = &result->footprint;
    struct footprint_snapshot *snapshot;
    struct footprint_entry *entry;
    struct finding *row;

    to->state = FOOTPRINT_INCOMPLETE;
    to->version = FOOTPRINT_VERSION;
    to->reason = text_dup("the time limit was reached");
    snapshot = vec_add(&to->snapshots);
    snapshot->taken = true;
    snapshot->duration_ms = 1500;
    snapshot->rows = 9986;
    snapshot = vec_add(&to->snapshots);
    snapshot->phase = FOOTPRINT_UNINSTALLED;
    snapshot->taken = true;
    snapshot->reason = text_dup("the time limit was reached");
    entry = sample_entry(result, FOOTPRINT_FILE, "/srv/redis", "folder, 3 inside");
    entry->left = true;
    entry->allowed = text_dup("the data belong to the administrator");
    entry = sample_entry(result, FOOTPRINT_OS_FILE, "/etc/sysctl.conf", "its content was changed");
    entry->change = FOOTPRINT_CHANGED;
    entry->fault = true;
    entry = sample_entry(result, FOOTPRINT_USER, "redis", NULL);
    entry->since = FOOTPRINT_SUITE;
    entry->left = entry->fault = true;
    entry = sample_entry(result, FOOTPRINT_MODULE, "nf_tables", NULL);
    entry->left = true;
    row = vec_add(&to->findings);
    row->severity = SEVERITY_HIGH;
    finding_set_kind(row, "OS_FILE_MODIFIED");
    row->file = text_dup("/etc/sysctl.conf");
    row->found = text_dup("its content was changed; first seen after the installation");
    row->remedy = text_dup("put own settings into own files");
}

/* Writes two pieces of evidence and completes the bundle. */
static inline int sample_bundle(struct result *result, const char *path, struct error **err)
{
    static const char out[] = "ok 1 - server answers\nnot ok 2 - data is there after kill -9\n";
    _cleanup_(bundle_writer_free_cleanup) struct bundle_writer *writer = NULL;
    int code = bundle_writer_new(path, &writer, err);

    if (code == 0)
        code = bundle_add_evidence_memory(writer, result, NULL, "console", "Linux version\n", 14,
                                          100, err);
    if (code == 0 && result->cases.count > 1)
        code = bundle_add_evidence_memory(writer, result, result->cases.items[1].id, "stdout", out,
                                          sizeof(out) - 1, 1 << 20, err);
    return code == 0 ? bundle_finish(writer, result, err) : code;
}

static inline char *sample_text(const struct result *result)
{
    struct buffer text = {0};

    result_to_text(result, &text);
    return buffer_steal(&text);
}

#endif
