-- SPDX-License-Identifier: Apache-2.0
-- Version 2: the result of the static check of a product's files, for each attempt.

-- No row: an attempt of a program that did not check, or of a job that is no cell.
CREATE TABLE prediction (
    attempt INTEGER PRIMARY KEY REFERENCES attempt ON DELETE CASCADE,
    state   TEXT NOT NULL,
    reason  TEXT,
    surface TEXT, -- SHA-256 of what the image provides
    cut     INTEGER NOT NULL
) STRICT;

CREATE TABLE predicted_part (
    attempt INTEGER NOT NULL REFERENCES prediction ON DELETE CASCADE,
    place   INTEGER NOT NULL,
    name    TEXT NOT NULL,
    checked INTEGER NOT NULL,
    PRIMARY KEY (attempt, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE finding (
    attempt  INTEGER NOT NULL REFERENCES prediction ON DELETE CASCADE,
    place    INTEGER NOT NULL,
    severity TEXT NOT NULL,
    kind     TEXT NOT NULL,
    file     TEXT,
    symbol   TEXT,
    version  TEXT,
    provider TEXT,
    found    TEXT,
    remedy   TEXT,
    PRIMARY KEY (attempt, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX finding_kind ON finding (kind);
