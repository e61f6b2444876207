-- SPDX-License-Identifier: Apache-2.0
-- Imported advisories: HOME/advisories.db, a database of its own because it is not about runs and can be imported again.
CREATE TABLE advisory (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    modified TEXT NOT NULL,
    modified_ms INTEGER NOT NULL,
    severity TEXT,
    alias TEXT -- the CVE, or the first other name
) STRICT;
CREATE TABLE package (
    ecosystem TEXT NOT NULL,
    name TEXT NOT NULL,
    advisory INTEGER NOT NULL,
    rules TEXT NOT NULL
) STRICT;
CREATE INDEX package_name ON package (ecosystem, name);
CREATE INDEX package_advisory ON package (advisory);
-- What the user states that the data covers completely.
CREATE TABLE cover (ecosystem TEXT PRIMARY KEY, stated_ms INTEGER NOT NULL) STRICT;
CREATE TABLE import (number INTEGER PRIMARY KEY, path TEXT NOT NULL, time_ms INTEGER NOT NULL, advisories INTEGER NOT NULL) STRICT;
