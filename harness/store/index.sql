-- SPDX-License-Identifier: Apache-2.0
-- The index over the records, version INDEX_VERSION of store/index.h: it is dropped and rebuilt when that is
-- incremented. Enumerations are spelled as in model/words.h; times are milliseconds since the Unix epoch;
-- `place` is the order in the record. A digest covers all other columns of its row.

CREATE TABLE index_version (
    version INTEGER PRIMARY KEY
) STRICT;

-- cells, blobs: sums (modulo 2^256) of the digests of the run's cells and pieces of evidence.
CREATE TABLE run_index (
    run    INTEGER PRIMARY KEY REFERENCES run ON DELETE CASCADE,
    chain  TEXT NOT NULL, -- that of the run: the records that this is an index of
    cells  TEXT NOT NULL,
    blobs  TEXT NOT NULL,
    label  TEXT,
    build  TEXT,
    aside  INTEGER NOT NULL, -- 1: it is not counted by 'latest' and the views over many runs
    digest TEXT NOT NULL
) STRICT;

CREATE TABLE cell (
    cell           INTEGER PRIMARY KEY,
    run            INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    place          INTEGER NOT NULL,
    image          TEXT NOT NULL,
    platform       TEXT NOT NULL,
    suite          TEXT NOT NULL,
    refused        TEXT, -- why it is not run
    job            TEXT, -- NULL: it has no attempt
    attempts       INTEGER NOT NULL DEFAULT 0,
    chain          TEXT NOT NULL DEFAULT '', -- over the records and outcomes of the attempts
    attempt        INTEGER NOT NULL DEFAULT 0, -- the latest, as the columns after it
    grade          TEXT NOT NULL DEFAULT 'none',
    accel          TEXT NOT NULL DEFAULT 'tcg',
    started_ms     INTEGER NOT NULL DEFAULT 0,
    ended_ms       INTEGER NOT NULL DEFAULT 0,
    gap_missing    INTEGER NOT NULL DEFAULT 0,
    gap_extra      INTEGER NOT NULL DEFAULT 0,
    gap_unknown    INTEGER NOT NULL DEFAULT 0,
    warn           INTEGER NOT NULL DEFAULT 0, -- findings of each severity
    high           INTEGER NOT NULL DEFAULT 0,
    unknown        INTEGER NOT NULL DEFAULT 0,
    block          INTEGER NOT NULL DEFAULT 0,
    evidence       INTEGER NOT NULL DEFAULT 0, -- pieces
    evidence_least INTEGER NOT NULL DEFAULT 0, -- the fewest that any attempt has
    blobs          TEXT NOT NULL DEFAULT '', -- the sum of those of all attempts
    digest         TEXT NOT NULL DEFAULT '',
    UNIQUE (run, place),
    UNIQUE (run, image, platform, suite)
) STRICT;
CREATE INDEX cell_of ON cell (suite, platform);

CREATE TABLE attempt (
    attempt    INTEGER PRIMARY KEY,
    run        INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    cell       INTEGER REFERENCES cell ON DELETE CASCADE, -- NULL: a prepare or harvest job
    sha256     TEXT NOT NULL, -- of the record
    job        TEXT NOT NULL,
    number     INTEGER NOT NULL,
    kind       TEXT NOT NULL,
    image      TEXT NOT NULL,
    platform   TEXT NOT NULL,
    suite      TEXT,
    grade      TEXT NOT NULL,
    accel      TEXT NOT NULL,
    started_ms INTEGER NOT NULL,
    ended_ms   INTEGER NOT NULL,
    outcome    TEXT NOT NULL,
    blame      TEXT NOT NULL,
    signature  TEXT,
    outcomes   TEXT NOT NULL, -- digest over outcome, blame and the rows of case_result
    UNIQUE (run, job, number)
) STRICT;
CREATE INDEX attempt_cell ON attempt (cell, number);

-- signature: equal for equal failures (model/signature.h); NULL: it did not fail.
CREATE TABLE case_result (
    attempt     INTEGER NOT NULL REFERENCES attempt ON DELETE CASCADE,
    place       INTEGER NOT NULL,
    id          TEXT NOT NULL,
    status      TEXT NOT NULL,
    blame       TEXT NOT NULL,
    duration_ms INTEGER NOT NULL,
    signature   TEXT,
    PRIMARY KEY (attempt, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX case_signature ON case_result (signature) WHERE signature IS NOT NULL;

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

CREATE TABLE finding (
    attempt  INTEGER NOT NULL REFERENCES attempt ON DELETE CASCADE,
    place    INTEGER NOT NULL,
    severity TEXT NOT NULL,
    kind     TEXT NOT NULL,
    file     TEXT,
    executed TEXT,
    PRIMARY KEY (attempt, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX finding_kind ON finding (kind);

-- Blobs that are in evidence/.
CREATE TABLE evidence (
    evidence INTEGER PRIMARY KEY,
    sha256   TEXT NOT NULL UNIQUE,
    size     INTEGER NOT NULL
) STRICT;

CREATE TABLE attempt_evidence (
    attempt  INTEGER NOT NULL REFERENCES attempt ON DELETE CASCADE,
    evidence INTEGER NOT NULL REFERENCES evidence,
    PRIMARY KEY (attempt, evidence)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_evidence (
    run      INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    evidence INTEGER NOT NULL REFERENCES evidence,
    PRIMARY KEY (run, evidence)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_evidence_of ON run_evidence (evidence);

-- A cache: as the rules of this version judge the attempts that the cell had (judged: its digest).
CREATE TABLE verdict (
    cell              INTEGER PRIMARY KEY REFERENCES cell ON DELETE CASCADE,
    judged            TEXT NOT NULL,
    rules             INTEGER NOT NULL,
    verdict           TEXT NOT NULL,
    rule              INTEGER NOT NULL,
    reason            TEXT NOT NULL,
    blame             TEXT NOT NULL,
    case_id           TEXT,
    judged_cases      INTEGER NOT NULL,
    total             INTEGER NOT NULL,
    defined           INTEGER NOT NULL,
    required_left_out INTEGER NOT NULL,
    partial           INTEGER NOT NULL,
    has_prediction    INTEGER NOT NULL,
    predicted         TEXT NOT NULL,
    observed          TEXT NOT NULL,
    flaky             INTEGER NOT NULL,
    ran               INTEGER NOT NULL,
    rollup            TEXT NOT NULL,
    digest            TEXT NOT NULL
) STRICT;

-- A cache too: the number of cells with each verdict, as the rules of this version judged the run when its index had
-- the digest `judged`.
CREATE TABLE run_count (
    run          INTEGER PRIMARY KEY REFERENCES run ON DELETE CASCADE,
    judged       TEXT NOT NULL,
    rules        INTEGER NOT NULL,
    compatible   INTEGER NOT NULL,
    conditional  INTEGER NOT NULL,
    incompatible INTEGER NOT NULL,
    not_assessed INTEGER NOT NULL,
    partial      INTEGER NOT NULL, -- cells that leave out required cases
    emulated     INTEGER NOT NULL,
    digest       TEXT NOT NULL
) STRICT;

-- A cache too: what all cells and cases of the run said then, packed by who judges (judge/run_columns.h).
CREATE TABLE run_columns (
    run     INTEGER PRIMARY KEY REFERENCES run ON DELETE CASCADE,
    judged  TEXT NOT NULL,
    rules   INTEGER NOT NULL,
    columns BLOB NOT NULL,
    digest  TEXT NOT NULL
) STRICT;
