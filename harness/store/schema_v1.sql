-- SPDX-License-Identifier: Apache-2.0
-- Version 1 of the store. A later version is a file of its own that changes what this one created; this file
-- must not be changed any more. Enumerations are spelled as in
-- model/words.h; times are milliseconds since the Unix epoch; `place` is the order of insertion.

CREATE TABLE run (
    run        INTEGER PRIMARY KEY,
    id         TEXT NOT NULL UNIQUE,
    created_ms INTEGER NOT NULL,
    ended_ms   INTEGER NOT NULL DEFAULT 0,
    state      TEXT NOT NULL CHECK (state IN ('open', 'interrupted', 'ended')),
    plan       TEXT NOT NULL -- JSON: what was asked for, without its cells
) STRICT;

CREATE TABLE host_fact (
    run   INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    place INTEGER NOT NULL,
    key   TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (run, place)
) STRICT, WITHOUT ROWID;

-- Copies in the run's folder of what it was planned with.
CREATE TABLE input (
    run    INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    place  INTEGER NOT NULL,
    kind   TEXT NOT NULL,
    name   TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    path   TEXT NOT NULL,
    PRIMARY KEY (run, place)
) STRICT, WITHOUT ROWID;

-- The cases of each suite as it was when the run was planned.
CREATE TABLE planned_case (
    run         INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    suite       TEXT NOT NULL,
    place       INTEGER NOT NULL,
    id          TEXT NOT NULL,
    item        TEXT NOT NULL,
    required    INTEGER NOT NULL,
    native_only INTEGER NOT NULL,
    planned     INTEGER NOT NULL, -- its item was asked for
    PRIMARY KEY (run, suite, place),
    UNIQUE (run, suite, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE cell (
    cell     INTEGER PRIMARY KEY,
    run      INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    place    INTEGER NOT NULL,
    image    TEXT NOT NULL,
    platform TEXT NOT NULL,
    suite    TEXT NOT NULL,
    refused  TEXT, -- why it is not run
    UNIQUE (run, image, platform, suite)
) STRICT;

CREATE TABLE job (
    job      INTEGER PRIMARY KEY,
    run      INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    cell     INTEGER UNIQUE REFERENCES cell ON DELETE CASCADE, -- NULL: a prepare or harvest job
    name     TEXT NOT NULL,
    kind     TEXT NOT NULL,
    image    TEXT NOT NULL,
    platform TEXT NOT NULL,
    suite    TEXT,
    UNIQUE (run, name)
) STRICT;

-- Every attempt is kept. result_sha256 is taken over the result's own text: rows that were changed
-- behind the program's back no longer make that text.
CREATE TABLE attempt (
    attempt           INTEGER PRIMARY KEY,
    job               INTEGER NOT NULL REFERENCES job ON DELETE CASCADE,
    number            INTEGER NOT NULL,
    result_sha256     TEXT NOT NULL,
    merged_ms         INTEGER NOT NULL,
    grade             TEXT NOT NULL,
    accel             TEXT NOT NULL,
    warm              INTEGER NOT NULL,
    state_key         TEXT,
    prepared_by       TEXT,
    started_ms        INTEGER NOT NULL,
    ended_ms          INTEGER NOT NULL,
    outcome           TEXT NOT NULL,
    blame             TEXT NOT NULL,
    reason            TEXT,
    identity_measured INTEGER NOT NULL,
    UNIQUE (job, number)
) STRICT;

CREATE TABLE case_result (
    attempt     INTEGER NOT NULL REFERENCES attempt ON DELETE CASCADE,
    place       INTEGER NOT NULL,
    id          TEXT NOT NULL,
    item        TEXT NOT NULL,
    required    INTEGER NOT NULL,
    judgeable   INTEGER NOT NULL,
    status      TEXT NOT NULL,
    blame       TEXT NOT NULL,
    reason      TEXT,
    gap         INTEGER NOT NULL,
    started     INTEGER NOT NULL,
    exit_code   INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    PRIMARY KEY (attempt, place),
    UNIQUE (attempt, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE point (
    attempt    INTEGER NOT NULL,
    case_place INTEGER NOT NULL,
    place      INTEGER NOT NULL,
    name       TEXT NOT NULL,
    status     TEXT NOT NULL,
    detail     TEXT,
    PRIMARY KEY (attempt, case_place, place),
    FOREIGN KEY (attempt, case_place) REFERENCES case_result (attempt, place) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE identity_check (
    attempt  INTEGER NOT NULL REFERENCES attempt ON DELETE CASCADE,
    place    INTEGER NOT NULL,
    key      TEXT NOT NULL,
    expected TEXT,
    measured TEXT,
    matches  INTEGER NOT NULL,
    PRIMARY KEY (attempt, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE gap (
    attempt INTEGER NOT NULL REFERENCES attempt ON DELETE CASCADE,
    place   INTEGER NOT NULL,
    kind    TEXT NOT NULL,
    feature TEXT NOT NULL,
    PRIMARY KEY (attempt, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE observation (
    attempt INTEGER NOT NULL REFERENCES attempt ON DELETE CASCADE,
    place   INTEGER NOT NULL,
    case_id TEXT,
    key     TEXT NOT NULL,
    value   TEXT NOT NULL,
    unit    TEXT,
    PRIMARY KEY (attempt, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX observation_key ON observation (key);

-- Blobs that are in evidence/.
CREATE TABLE evidence (
    sha256 TEXT PRIMARY KEY,
    size   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE attempt_evidence (
    attempt   INTEGER NOT NULL REFERENCES attempt ON DELETE CASCADE,
    place     INTEGER NOT NULL,
    case_id   TEXT,
    name      TEXT NOT NULL,
    sha256    TEXT NOT NULL REFERENCES evidence,
    truncated INTEGER NOT NULL,
    PRIMARY KEY (attempt, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX attempt_evidence_sha256 ON attempt_evidence (sha256);

-- As judged when the run was last judged; it can be computed again from the rows above.
CREATE TABLE verdict (
    cell      INTEGER PRIMARY KEY REFERENCES cell ON DELETE CASCADE,
    attempt   INTEGER NOT NULL, -- number; 0: none
    verdict   TEXT NOT NULL,
    rule      INTEGER NOT NULL,
    reason    TEXT NOT NULL,
    judged_ms INTEGER NOT NULL
) STRICT;
