# shellcheck shell=sh disable=SC2034,SC1091
# SPDX-License-Identifier: Apache-2.0
# What the cases share: the cluster. Under emulation every process costs, so whatever the shell can do by
# itself it does.
set -eu
. touchstone.sh

# find_cluster: the cluster that the package made: $bin (programs), $data, $log, $unit. Debian keeps
# versions side by side and starts each cluster by a unit of its own. The programs are called where they
# lie: Debian's /usr/bin/psql is a Perl script that looks for them.
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

# as_postgres COMMAND...: as the account that the package made for the server.
as_postgres() {
    setpriv --reuid=postgres --regid=postgres --init-groups "$@"
}

# sql DATABASE ARGUMENT...: psql without ornaments, over the local socket.
sql() {
    database=$1
    shift
    (cd / && as_postgres "$bin/psql" -XAtq -v ON_ERROR_STOP=1 -h /run/postgresql -d "$database" "$@")
}

# wait_ready: until the server takes connections. A service that has failed for good is not waited for.
wait_ready() {
    tries=$((60 * ${TOUCHSTONE_TIMEOUT_SCALE:-1}))
    while [ "$tries" -gt 0 ]; do
        ! "$bin/pg_isready" -q -h /run/postgresql || return 0
        ! systemctl is-failed --quiet "$unit" || return 1
        tries=$((tries - 1))
        sleep 0.5
    done
    return 1
}

# bank: a database 'bank' with 20 accounts of 1000 each, an empty journal, and room for the writes that a
# client keeps account of; and what pgbench is to do with it.
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
    # The server's account reads it.
    chmod 755 "$TOUCHSTONE_WORK"
    sql postgres -c 'DROP DATABASE IF EXISTS bank' -c 'CREATE DATABASE bank' || return 1
    sql bank << 'END'
CREATE TABLE account (id int PRIMARY KEY, balance bigint NOT NULL);
CREATE TABLE journal (source int NOT NULL, target int NOT NULL, amount bigint NOT NULL);
CREATE TABLE acknowledged (number int PRIMARY KEY);
INSERT INTO account SELECT i, 1000 FROM generate_series(1, 20) AS i;
END
}

# transfers ARGUMENT...: pgbench with many clients that move money; a serialization failure is tried again.
transfers() {
    (cd / && as_postgres "$bin/pgbench" -n -h /run/postgresql -f "$TOUCHSTONE_WORK/transfer.pgbench" \
        --max-tries 1000 "$@" bank)
}

# balance: "20000 0": the sum of all accounts, and how many do not agree with the journal.
balance() {
    sql bank -c "SELECT (SELECT sum(balance) FROM account) || ' ' || count(*) FROM account a
        WHERE balance <> 1000 + coalesce((SELECT sum(amount) FROM journal WHERE target = a.id), 0)
            - coalesce((SELECT sum(amount) FROM journal WHERE source = a.id), 0)"
}

# write_until COUNT: a client inserts 1, 2, 3 …, each a transaction of its own, and is told of each commit.
# Returns as soon as COUNT are acknowledged (in $acknowledged), the client still writing ($writer).
write_until() {
    seq -f 'INSERT INTO acknowledged VALUES (%.0f) RETURNING number;' 20000 > "$TOUCHSTONE_WORK/inserts"
    rm -f "$TOUCHSTONE_WORK/commits"
    mkfifo "$TOUCHSTONE_WORK/commits"
    # psql's output would lie in its buffer.
    setpriv --reuid=postgres --regid=postgres --init-groups \
        stdbuf -oL "$bin/psql" -XAtq -h /run/postgresql -d bank \
        < "$TOUCHSTONE_WORK/inserts" > "$TOUCHSTONE_WORK/commits" 2> /dev/null &
    writer=$!
    exec 3< "$TOUCHSTONE_WORK/commits"
    acknowledged=0
    while [ "$acknowledged" -lt "$1" ] && read -r number <&3; do
        acknowledged=$number
    done
}

# kept COUNT: "all", or what is missing of the writes 1 to COUNT.
kept() {
    sql bank -c "SELECT CASE WHEN count(*) = 0 THEN 'all' ELSE count(*) || ' of $1 are lost, the first ' || min(i) END
        FROM generate_series(1, $1) AS i WHERE NOT EXISTS (SELECT 1 FROM acknowledged WHERE number = i)"
}
