-- SPDX-License-Identifier: Apache-2.0
-- Version 4: records. The plan and every verified result.json are stored once, as text; all other tables are an
-- index over them (index.sql), which can be dropped and rebuilt. The tables of version 3 are renamed here; after
-- the records have been made from them (store/migrate.c), they are dropped.

ALTER TABLE run RENAME TO v3_run;
ALTER TABLE host_fact RENAME TO v3_host_fact;
ALTER TABLE input RENAME TO v3_input;
ALTER TABLE planned_case RENAME TO v3_planned_case;
ALTER TABLE cell RENAME TO v3_cell;
ALTER TABLE job RENAME TO v3_job;
ALTER TABLE attempt RENAME TO v3_attempt;
ALTER TABLE case_result RENAME TO v3_case_result;
ALTER TABLE point RENAME TO v3_point;
ALTER TABLE identity_check RENAME TO v3_identity_check;
ALTER TABLE gap RENAME TO v3_gap;
ALTER TABLE observation RENAME TO v3_observation;
ALTER TABLE evidence RENAME TO v3_evidence;
ALTER TABLE attempt_evidence RENAME TO v3_attempt_evidence;
ALTER TABLE prediction RENAME TO v3_prediction;
ALTER TABLE predicted_part RENAME TO v3_predicted_part;
ALTER TABLE finding RENAME TO v3_finding;
DROP TABLE verdict;
DROP INDEX observation_key;
DROP INDEX attempt_evidence_sha256;
DROP INDEX finding_kind;

-- chain: SHA-256 over the digests of its records in their order. seal: SHA-256 over this row.
CREATE TABLE run (
    run        INTEGER PRIMARY KEY,
    id         TEXT NOT NULL UNIQUE,
    created_ms INTEGER NOT NULL,
    ended_ms   INTEGER NOT NULL DEFAULT 0,
    state      TEXT NOT NULL CHECK (state IN ('open', 'interrupted', 'ended')),
    chain      TEXT NOT NULL DEFAULT '',
    seal       TEXT NOT NULL DEFAULT ''
) STRICT;

-- place 0: what was asked for, with the cases of each suite; 1: its cells; from 2 on: attempts, in the
-- order in which they were merged. sha256 and size are those of the text before it was compressed.
CREATE TABLE record (
    record   INTEGER PRIMARY KEY,
    run      INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    place    INTEGER NOT NULL,
    sha256   TEXT NOT NULL UNIQUE,
    size     INTEGER NOT NULL,
    zstd     BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX record_place ON record (run, place, sha256);
