/* SPDX-License-Identifier: Apache-2.0 */
/* The members of result.json, with their bounds. The store contains a digest of the text, so the
 * text of an existing result must not change: new members are MEMBER_OMIT | MEMBER_ABSENT. */
#include <stdlib.h>
#include <string.h>

#include "model/bounds.h"
#include "model/member.h"
#include "model/result.h"

/* milliseconds; the largest integer that every JSON reader can represent */
#define TIME_LIMIT ((int64_t)1 << 53)
#define COUNT_LIMIT TIME_LIMIT

/* The characters of a name, but longer: a job's ID consists of several names. */
static bool is_label(const char *text)
{
    static const char *const first = "abcdefghijklmnopqrstuvwxyz0123456789";

    return text[0] != '\0' && strchr(first, text[0]) != NULL && strlen(text) <= BOUND_LABEL &&
           strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789._+-") == strlen(text);
}

static bool is_evidence_name(const char *text)
{
    return text[0] != '\0' && strlen(text) <= BOUND_LABEL;
}

#define TEXT(type, field, key, ...) MEMBER(type, field, TEXT, key, .limit = BOUND_TEXT, __VA_ARGS__)
#define TEXT_NULL(type, field, key, ...) TEXT(type, field, key, .flags = MEMBER_NULL, __VA_ARGS__)
#define WORD(type, field, key, which) MEMBER(type, field, WORD, key, .words = &which##_words)
#define ROWS(type, field, key, most, rows_table)                                                   \
    MEMBER(type, field, ROWS, key, .limit = (most), .table = &(rows_table))

static const struct member point_rows[] = {
    TEXT(struct point, name, "name"),
    WORD(struct point, status, "status", status),
    TEXT_NULL(struct point, detail, "detail"),
    TEXT(struct point, raw, "raw", .flags = MEMBER_NULL | MEMBER_OMIT | MEMBER_ABSENT),
};
static const struct members point_members = MEMBERS(struct point, point_rows);

#define CASE(field, kind, ...) MEMBER(struct case_result, field, kind, #field, __VA_ARGS__)
static const struct member case_rows[] = {
    TEXT(struct case_result, id, "id", .good = text_is_name),
    WORD(struct case_result, item, "item", item),
    TEXT(struct case_result, guest, "guest", .good = text_is_name,
         .flags = MEMBER_NULL | MEMBER_OMIT | MEMBER_ABSENT),
    CASE(required, BOOL),
    CASE(judgeable, BOOL),
    WORD(struct case_result, status, "status", status),
    WORD(struct case_result, blame, "blame", blame),
    TEXT_NULL(struct case_result, reason, "reason"),
    CASE(gap, BOOL),
    CASE(started, BOOL),
    CASE(exit_code, NUMBER, .min = INT16_MIN, .max = INT16_MAX),
    CASE(duration_ms, NUMBER, .max = TIME_LIMIT),
    ROWS(struct case_result, points, "points", BOUND_POINTS, point_members),
};
static const struct members case_members = MEMBERS(struct case_result, case_rows);

static const struct member check_rows[] = {
    TEXT(struct identity_check, key, "key"),
    TEXT_NULL(struct identity_check, expected, "expected"),
    TEXT_NULL(struct identity_check, measured, "measured"),
    MEMBER(struct identity_check, matches, BOOL, "matches"),
};
static const struct members check_members = MEMBERS(struct identity_check, check_rows);

static const struct member gap_rows[] = {
    WORD(struct gap, kind, "kind", gap_kind),
    TEXT(struct gap, feature, "feature"),
};
static const struct members gap_members = MEMBERS(struct gap, gap_rows);

static const struct member observation_rows[] = {
    TEXT_NULL(struct observation, case_id, "case", .good = text_is_name),
    TEXT(struct observation, key, "key"),
    TEXT(struct observation, value, "value"),
    TEXT_NULL(struct observation, unit, "unit"),
};
static const struct members observation_members = MEMBERS(struct observation, observation_rows);

static const struct member evidence_rows[] = {
    TEXT_NULL(struct evidence, case_id, "case", .good = text_is_name),
    TEXT(struct evidence, name, "name", .good = is_evidence_name),
    MEMBER(struct evidence, sha256, DIGEST, "sha256"),
    MEMBER(struct evidence, size, NUMBER, "size", .max = BUNDLE_BLOB_LIMIT),
    MEMBER(struct evidence, truncated, BOOL, "truncated"),
};
static const struct members evidence_members = MEMBERS(struct evidence, evidence_rows);

static const struct member part_rows[] = {
    TEXT(struct predicted_part, name, "name"),
    MEMBER(struct predicted_part, checked, BOOL, "checked"),
    MEMBER(struct predicted_part, sha256, DIGEST, "sha256", .flags = MEMBER_OMIT | MEMBER_ABSENT),
};
static const struct members part_members = MEMBERS(struct predicted_part, part_rows);

static const struct member kind_rows[] = {
    TEXT(struct predicted_kind, name, "name"),
    MEMBER(struct predicted_kind, files, NUMBER, "files", .max = COUNT_LIMIT),
};
static const struct members kind_members = MEMBERS(struct predicted_kind, kind_rows);

#define CENSUS(field, kind, ...)                                                                   \
    MEMBER(struct prediction, census.field, kind, "census/" #field,                                \
           .flags = MEMBER_OMIT | MEMBER_ABSENT, __VA_ARGS__)
static const struct member prediction_rows[] = {
    WORD(struct prediction, state, "state", prediction_state),
    TEXT_NULL(struct prediction, reason, "reason"),
    TEXT_NULL(struct prediction, surface, "surface", .good = digest_is_text),
    MEMBER(struct prediction, cut, BOOL, "cut"),
    ROWS(struct prediction, parts, "parts", BOUND_PARTS, part_members),
    ROWS(struct prediction, findings, "findings", BOUND_FINDINGS, finding_members),
    CENSUS(files, NUMBER, .max = COUNT_LIMIT),
    CENSUS(examined, NUMBER, .max = COUNT_LIMIT),
    CENSUS(opaque, NUMBER, .max = COUNT_LIMIT),
    CENSUS(archives, NUMBER, .max = COUNT_LIMIT),
    CENSUS(kinds, ROWS, .limit = BOUND_CENSUS, .table = &kind_members),
    CENSUS(opaque_files, TEXTS, .limit = BOUND_CENSUS),
};
static const struct members prediction_members = MEMBERS(struct prediction, prediction_rows);

static const struct member snapshot_rows[] = {
    WORD(struct footprint_snapshot, phase, "phase", footprint_phase),
    MEMBER(struct footprint_snapshot, taken, BOOL, "taken"),
    TEXT_NULL(struct footprint_snapshot, reason, "reason"),
    MEMBER(struct footprint_snapshot, duration_ms, NUMBER, "duration_ms", .max = TIME_LIMIT),
    MEMBER(struct footprint_snapshot, rows, NUMBER, "rows", .max = UINT32_MAX),
};
static const struct members snapshot_members = MEMBERS(struct footprint_snapshot, snapshot_rows);

static const struct member entry_rows[] = {
    WORD(struct footprint_entry, kind, "kind", footprint_kind),
    WORD(struct footprint_entry, change, "change", footprint_change),
    TEXT(struct footprint_entry, name, "name"),
    TEXT_NULL(struct footprint_entry, detail, "detail"),
    WORD(struct footprint_entry, since, "since", footprint_phase),
    MEMBER(struct footprint_entry, left, BOOL, "left"),
    MEMBER(struct footprint_entry, fault, BOOL, "fault"),
    TEXT_NULL(struct footprint_entry, allowed, "allowed"),
};
static const struct members entry_members = MEMBERS(struct footprint_entry, entry_rows);

static const struct member footprint_rows[] = {
    WORD(struct footprint, state, "state", footprint_state),
    MEMBER(struct footprint, version, NUMBER, "version", .min = 1, .max = UINT32_MAX),
    TEXT_NULL(struct footprint, reason, "reason"),
    ROWS(struct footprint, snapshots, "snapshots", FOOTPRINT_PHASE_COUNT, snapshot_members),
    ROWS(struct footprint, entries, "entries", BOUND_FOOTPRINT, entry_members),
    ROWS(struct footprint, findings, "findings", BOUND_FOOTPRINT, finding_members),
};
static const struct members footprint_members = MEMBERS(struct footprint, footprint_rows);

#define RESULT(field, kind, ...) MEMBER(struct result, field, kind, #field, __VA_ARGS__)
#define NAME(field) TEXT(struct result, field, #field, .good = text_is_name)
static const struct member result_rows[] = {
    WORD(struct result, kind, "kind", job_kind),
    TEXT(struct result, run_id, "run", .good = text_is_name),
    TEXT(struct result, job_id, "job", .good = is_label),
    RESULT(attempt, NUMBER, .min = 1, .max = 10000),
    NAME(image),
    NAME(platform),
    TEXT_NULL(struct result, suite, "suite", .good = text_is_name),
    WORD(struct result, grade, "grade", grade),
    WORD(struct result, accel, "accel", accel),
    RESULT(warm, BOOL),
    TEXT_NULL(struct result, state_key, "state"),
    TEXT_NULL(struct result, prepared_by, "prepared_by"),
    RESULT(started_ms, NUMBER, .max = TIME_LIMIT),
    RESULT(ended_ms, NUMBER, .max = TIME_LIMIT),
    WORD(struct result, outcome, "outcome", status),
    WORD(struct result, blame, "blame", blame),
    TEXT_NULL(struct result, reason, "reason"),
    RESULT(identity_measured, BOOL),
    ROWS(struct result, identity, "identity", BOUND_IDENTITY, check_members),
    ROWS(struct result, gaps.rows, "gaps", BOUND_GAPS, gap_members),
    RESULT(prediction, OBJECT, .flags = MEMBER_ABSENT, .table = &prediction_members),
    RESULT(footprint, OBJECT, .flags = MEMBER_ABSENT, .table = &footprint_members),
    ROWS(struct result, cases, "cases", BOUND_CASES, case_members),
    ROWS(struct result, observations, "observations", BOUND_OBSERVATIONS, observation_members),
    ROWS(struct result, evidence, "evidence", BUNDLE_EVIDENCE_COUNT, evidence_members),
};
const struct members result_members = MEMBERS(struct result, result_rows);

void case_result_done(struct case_result *row)
{
    members_done(&case_members, row);
}

void prediction_done(struct prediction *prediction)
{
    members_done(&prediction_members, prediction);
}

void gaps_done(struct gaps *gaps)
{
    vec_foreach (gap, &gaps->rows)
        free(gap->feature);
    vec_done(&gaps->rows);
}

void result_free(struct result *result)
{
    if (result == NULL)
        return;
    members_done(&result_members, result);
    free(result);
}
