-- SPDX-License-Identifier: Apache-2.0
-- A store as schema version 3 left it. Frozen: later versions are held against it, and it is never made anew.
PRAGMA application_id = 1414745432; PRAGMA user_version = 3;
BEGIN TRANSACTION;
CREATE TABLE run (
    run        INTEGER PRIMARY KEY,
    id         TEXT NOT NULL UNIQUE,
    created_ms INTEGER NOT NULL,
    ended_ms   INTEGER NOT NULL DEFAULT 0,
    state      TEXT NOT NULL CHECK (state IN ('open', 'interrupted', 'ended')),
    plan       TEXT NOT NULL -- JSON: what was asked for, without its cells
) STRICT;
INSERT INTO run VALUES(1,'20260101-aaaaaa',1790000000000,0,'open','{"accel":"auto","cold":false,"connect":null,"images":["a"],"items":[],"jobs":2,"platforms":["kunpeng","phytium"],"suites":["redis"]}');
CREATE TABLE host_fact (
    run   INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    place INTEGER NOT NULL,
    key   TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (run, place)
) STRICT, WITHOUT ROWID;
INSERT INTO host_fact VALUES(1,0,'kernel','6.1.0');
CREATE TABLE input (
    run    INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    place  INTEGER NOT NULL,
    kind   TEXT NOT NULL,
    name   TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    path   TEXT NOT NULL,
    PRIMARY KEY (run, place)
) STRICT, WITHOUT ROWID;
INSERT INTO input VALUES(1,0,'image','a','ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb','/runs/20260101-aaaaaa/inputs/a.xml');
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
INSERT INTO planned_case VALUES(1,'redis',0,'install','install',1,0,1);
INSERT INTO planned_case VALUES(1,'redis',1,'persist','function',1,0,1);
INSERT INTO planned_case VALUES(1,'redis',2,'speed','performance',0,1,1);
INSERT INTO planned_case VALUES(1,'redis',3,'lse','extra',0,0,1);
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
INSERT INTO cell VALUES(1,1,0,'a','kunpeng','redis',NULL);
INSERT INTO cell VALUES(2,1,1,'a','phytium','redis',NULL);
INSERT INTO cell VALUES(3,1,2,'b','phytium','redis','the image is for x86_64, phytium is aarch64');
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
INSERT INTO job VALUES(1,1,1,'cell-a-kunpeng-redis','cell','a','kunpeng','redis');
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
INSERT INTO attempt VALUES(1,1,1,'93bff56285e592c2b1e615dea3c7c2f0be8d35b8de1b09ccf31154c96d7b21ce',1795886965064,'emulated','tcg',1,'5f2a77','20260101-aaaaaa/prepare-a-kunpeng/1',1790000000000,1790000012345,'PASS','none',NULL,1);
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
INSERT INTO case_result VALUES(1,0,'install','install',1,1,'PASS','none',NULL,0,1,0,1200);
INSERT INTO case_result VALUES(1,1,'persist','function',1,1,'FAIL','product','not ok 2 - data is there after kill -9',0,1,1,1200);
INSERT INTO case_result VALUES(1,2,'speed','performance',0,0,'DONE','none','not judged under emulation',0,1,0,1200);
INSERT INTO case_result VALUES(1,3,'lse','extra',0,1,'SKIP','none','needs jscvt, which the real part has and this guest lacks',1,0,-1,1200);
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
INSERT INTO point VALUES(1,1,0,'server answers','PASS',NULL);
INSERT INTO point VALUES(1,1,1,'data is there after kill -9','FAIL','expected 1000 keys, got 0');
CREATE TABLE identity_check (
    attempt  INTEGER NOT NULL REFERENCES attempt ON DELETE CASCADE,
    place    INTEGER NOT NULL,
    key      TEXT NOT NULL,
    expected TEXT,
    measured TEXT,
    matches  INTEGER NOT NULL,
    PRIMARY KEY (attempt, place)
) STRICT, WITHOUT ROWID;
INSERT INTO identity_check VALUES(1,0,'midr','0x481fd010','0x481fd010',1);
INSERT INTO identity_check VALUES(1,1,'os_id','debian','debian',1);
CREATE TABLE gap (
    attempt INTEGER NOT NULL REFERENCES attempt ON DELETE CASCADE,
    place   INTEGER NOT NULL,
    kind    TEXT NOT NULL,
    feature TEXT NOT NULL,
    PRIMARY KEY (attempt, place)
) STRICT, WITHOUT ROWID;
INSERT INTO gap VALUES(1,0,'missing','jscvt');
INSERT INTO gap VALUES(1,1,'extra','lrcpc');
CREATE TABLE observation (
    attempt INTEGER NOT NULL REFERENCES attempt ON DELETE CASCADE,
    place   INTEGER NOT NULL,
    case_id TEXT,
    key     TEXT NOT NULL,
    value   TEXT NOT NULL,
    unit    TEXT,
    PRIMARY KEY (attempt, place)
) STRICT, WITHOUT ROWID;
INSERT INTO observation VALUES(1,0,NULL,'kernel.release','6.1.0-18-arm64',NULL);
INSERT INTO observation VALUES(1,1,'speed','set.rate','1523','1/s');
CREATE TABLE evidence (
    sha256 TEXT PRIMARY KEY,
    size   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO evidence VALUES('a91323a27f9f66b0e735a4faf3a782e89c2836e13183f980118aa4d330b830ef',14);
INSERT INTO evidence VALUES('e6ff4f88ba1903f51465f5a8b7eb604657c995092e4ec17dd0aacaa68d82ee6d',61);
CREATE TABLE attempt_evidence (
    attempt   INTEGER NOT NULL REFERENCES attempt ON DELETE CASCADE,
    place     INTEGER NOT NULL,
    case_id   TEXT,
    name      TEXT NOT NULL,
    sha256    TEXT NOT NULL REFERENCES evidence,
    truncated INTEGER NOT NULL,
    PRIMARY KEY (attempt, place)
) STRICT, WITHOUT ROWID;
INSERT INTO attempt_evidence VALUES(1,0,NULL,'console','a91323a27f9f66b0e735a4faf3a782e89c2836e13183f980118aa4d330b830ef',0);
INSERT INTO attempt_evidence VALUES(1,1,'persist','stdout','e6ff4f88ba1903f51465f5a8b7eb604657c995092e4ec17dd0aacaa68d82ee6d',0);
CREATE TABLE verdict (
    cell      INTEGER PRIMARY KEY REFERENCES cell ON DELETE CASCADE,
    attempt   INTEGER NOT NULL, -- number; 0: none
    verdict   TEXT NOT NULL,
    rule      INTEGER NOT NULL,
    reason    TEXT NOT NULL,
    judged_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE prediction (
    attempt INTEGER PRIMARY KEY REFERENCES attempt ON DELETE CASCADE,
    state   TEXT NOT NULL,
    reason  TEXT,
    surface TEXT, -- SHA-256 of what the image provides
    cut     INTEGER NOT NULL
) STRICT;
INSERT INTO prediction VALUES(1,'made',NULL,'0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',0);
CREATE TABLE predicted_part (
    attempt INTEGER NOT NULL REFERENCES prediction ON DELETE CASCADE,
    place   INTEGER NOT NULL,
    name    TEXT NOT NULL,
    checked INTEGER NOT NULL,
    PRIMARY KEY (attempt, place)
) STRICT, WITHOUT ROWID;
INSERT INTO predicted_part VALUES(1,0,'redis-server 5:7.0.15-1',1);
INSERT INTO predicted_part VALUES(1,1,'libjemalloc2 5.3.0-1',0);
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
    remedy   TEXT, executed TEXT,
    PRIMARY KEY (attempt, place)
) STRICT, WITHOUT ROWID;
INSERT INTO finding VALUES(1,0,'BLOCK','VERSION_MISSING','/usr/bin/redis-server','__isoc23_strtol','GLIBC_2.38','libc.so.6','GLIBC_2.36','build on an older system','failed');
INSERT INTO finding VALUES(1,1,'UNKNOWN','UNKNOWN',NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE INDEX observation_key ON observation (key);
CREATE INDEX attempt_evidence_sha256 ON attempt_evidence (sha256);
CREATE INDEX finding_kind ON finding (kind);
COMMIT;
