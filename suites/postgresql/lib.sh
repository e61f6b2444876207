# shellcheck shell=sh disable=SC2034,SC1091
# SPDX-License-Identifier: Apache-2.0
# Functions for the cases: the cluster. Under emulation every process is expensive, so shell builtins are used where
# possible.
set -eu
. touchstone.sh

# find_cluster: finds the cluster that the package created: $bin (programs), $data, $log, $unit. Debian installs versions
# in parallel and starts each cluster by its own unit. The programs are called by their path: Debian's /usr/bin/psql is a
# Perl script that searches for them.
find_cluster() {
    for config in /etc/postgresql/*/main/postgresql.conf; do
        [ -e "$config" ] || break
        version=${config#/etc/postgresql/}
        version=${version%%/*}
        bin=/usr/lib/postgresql/$version/bin data=/var/lib/postgresql/$version/main
        log=/var/log/postgresql/postgresql-$version-main.log unit=postgresql@$version-main
        return 0
    done
    bin=/usr/bin data=/var/lib/pgsql/data log=$data/log/postgresql.log unit=postgresql
    [ -d "$data" ]
}

# as_postgres COMMAND...: runs it as the account that the package created for the server.
as_postgres() {
    setpriv --reuid=postgres --regid=postgres --init-groups "$@"
}

# sql DATABASE ARGUMENT...: psql with unformatted output, over the local socket.
sql() {
    database=$1
    shift
    (cd / && as_postgres "$bin/psql" -XAtq -v ON_ERROR_STOP=1 -h /run/postgresql -d "$database" "$@")
}

# wait_ready: waits until the server accepts connections.
wait_ready() {
    wait_until "$unit" "$bin/pg_isready" -q -h /run/postgresql
}

# bank: creates a database 'bank' with 20 accounts of 1000 each, an empty journal, and a table for the acknowledged
# writes of a client; and the script for pgbench.
bank() {
    cat > "$TOUCHSTONE_WORK/transfer.pgbench" << 'END'
\set source random(1, 20)
\set target random(1, 20)
\set amount random(1, 100)
BEGIN ISOLATION LEVEL SERIALIZABLE;
UPDATE account SET balance = balance - :amount WHERE id = :source;
UPDATE account SET balance = balance + :amount WHERE id = :target;
INSERT INTO journal VALUES (:source, :target, :amount);
COMMIT;
END
    # It is read by the server's account.
    chmod 755 "$TOUCHSTONE_WORK"
    sql postgres -c 'DROP DATABASE IF EXISTS bank' -c 'CREATE DATABASE bank' || return 1
    sql bank << 'END'
CREATE TABLE account (id int PRIMARY KEY, balance bigint NOT NULL);
CREATE TABLE journal (source int NOT NULL, target int NOT NULL, amount bigint NOT NULL);
CREATE TABLE acknowledged (number int PRIMARY KEY);
INSERT INTO account SELECT i, 1000 FROM generate_series(1, 20) AS i;
END
}

# transfers ARGUMENT...: pgbench with many clients that move money; serialization failures are retried.
transfers() {
    (cd / && as_postgres "$bin/pgbench" -n -h /run/postgresql -f "$TOUCHSTONE_WORK/transfer.pgbench" \
        --max-tries 1000 "$@" bank)
}

# balance: prints "20000 0": the sum of all accounts, and how many of them disagree with the journal.
balance() {
    sql bank -c "SELECT (SELECT sum(balance) FROM account) || ' ' || count(*) FROM account a
        WHERE balance <> 1000 + coalesce((SELECT sum(amount) FROM journal WHERE target = a.id), 0)
            - coalesce((SELECT sum(amount) FROM journal WHERE source = a.id), 0)"
}

# insert_until COUNT: write_until with a client that inserts each number in its own transaction. psql alone would buffer
# its output.
insert_until() {
    write_until "$1" 'INSERT INTO acknowledged VALUES (%d) RETURNING number;' \
        as_postgres stdbuf -oL "$bin/psql" -XAtq -h /run/postgresql -d bank
}

# kept COUNT: prints "all", or which of the writes 1 to COUNT are missing.
kept() {
    sql bank -c "SELECT CASE WHEN count(*) = 0 THEN 'all' ELSE count(*) || ' of $1 are lost, the first ' || min(i) END
        FROM generate_series(1, $1) AS i WHERE NOT EXISTS (SELECT 1 FROM acknowledged WHERE number = i)"
}
