# shellcheck shell=sh disable=SC2034,SC1091
# SPDX-License-Identifier: Apache-2.0
# Functions for the cases: the server that the package started, and clients of it.
set -eu
. touchstone.sh

unit=mariadb bank=bank_$TOUCHSTONE_CASE
client=$(command -v mariadb) || client=$(command -v mysql) || client=
server=$(command -v mariadbd) || server=
[ -n "$server" ] || [ ! -x /usr/libexec/mariadbd ] || server=/usr/libexec/mariadbd
socket=/run/mysqld/mysqld.sock
[ -S "$socket" ] || [ ! -d /var/lib/mysql ] || [ ! -S /var/lib/mysql/mysql.sock ] || socket=/var/lib/mysql/mysql.sock

# sql DATABASE ARGUMENT...: the client with tabs between columns and no headings, over the local socket, as root.
sql() {
    database=$1
    shift
    "$client" --no-defaults --socket="$socket" --default-character-set=utf8mb4 -N -B "$@" "$database"
}

# wait_ready: waits until the server accepts connections.
wait_ready() {
    wait_until "$unit" sql mysql -e 'SELECT 1'
}

# make_bank: creates this case's database with 20 accounts of 1000 each, an empty journal, a table for the acknowledged
# writes of a client, and a procedure that moves money at random and repeats what a deadlock undid.
make_bank() {
    sql mysql -e "DROP DATABASE IF EXISTS $bank; CREATE DATABASE $bank CHARACTER SET utf8mb4" || return 1
    sql "$bank" << 'END'
CREATE TABLE account (id INT PRIMARY KEY, balance BIGINT NOT NULL) ENGINE=InnoDB;
CREATE TABLE journal (number INT AUTO_INCREMENT PRIMARY KEY, source INT NOT NULL, target INT NOT NULL, amount BIGINT NOT NULL) ENGINE=InnoDB;
CREATE TABLE acknowledged (number INT PRIMARY KEY) ENGINE=InnoDB;
CREATE TABLE retries (at TIMESTAMP(6)) ENGINE=InnoDB;
INSERT INTO account VALUES (1, 1000), (2, 1000), (3, 1000), (4, 1000), (5, 1000), (6, 1000), (7, 1000), (8, 1000), (9, 1000), (10, 1000),
    (11, 1000), (12, 1000), (13, 1000), (14, 1000), (15, 1000), (16, 1000), (17, 1000), (18, 1000), (19, 1000), (20, 1000);
DELIMITER //
CREATE PROCEDURE transfers(wanted INT)
BEGIN
    DECLARE finished, source, target, amount INT DEFAULT 0;
    DECLARE undone BOOL;
    WHILE finished < wanted DO
        SET source = 1 + floor(rand() * 20), target = 1 + floor(rand() * 20), amount = 1 + floor(rand() * 100);
        SET undone = false;
        BEGIN
            DECLARE EXIT HANDLER FOR 1213, 1205
            BEGIN
                ROLLBACK;
                SET undone = true;
            END;
            SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;
            START TRANSACTION;
            UPDATE account SET balance = balance - amount WHERE id = source;
            UPDATE account SET balance = balance + amount WHERE id = target;
            INSERT INTO journal (source, target, amount) VALUES (source, target, amount);
            COMMIT;
        END;
        IF undone THEN
            INSERT INTO retries VALUES (now(6));
        ELSE
            SET finished = finished + 1;
        END IF;
    END WHILE;
    SELECT finished;
END //
DELIMITER ;
END
}

# transfers CLIENTS COUNT: so many clients at once, each with COUNT transfers; each prints how many it finished.
transfers() {
    callers=
    for caller in $(seq "$1"); do
        sql "$bank" -e "CALL transfers($2)" &
        callers="$callers $!"
    done
    for caller in $callers; do
        wait "$caller" || true
    done
}

# balance: prints "20000 0": the sum of all accounts, and how many of them disagree with the journal.
balance() {
    sql "$bank" -e "SELECT concat((SELECT sum(balance) FROM account), ' ', count(*)) FROM account a
        WHERE balance <> 1000 + coalesce((SELECT sum(amount) FROM journal WHERE target = a.id), 0)
            - coalesce((SELECT sum(amount) FROM journal WHERE source = a.id), 0)"
}

# insert_until COUNT: write_until with a client that inserts each number in its own transaction.
insert_until() {
    write_until "$1" 'INSERT INTO acknowledged VALUES (%d) RETURNING number;' sql "$bank" --unbuffered
}

# kept COUNT: prints "all", or how many of the writes 1 to COUNT are missing.
kept() {
    sql "$bank" -e "SELECT if(count(*) = $1, 'all', concat($1 - count(*), ' of $1 are lost'))
        FROM acknowledged WHERE number <= $1"
}

# recovered SINCE: the server's log since that time (seconds since 1970) says that InnoDB recovered from its log.
recovered() {
    { journalctl --quiet --no-pager --output=cat --unit="$unit" --since="@$1" 2> /dev/null || true
      cat /var/log/mariadb/mariadb.log 2> /dev/null || true; } | grep -q 'InnoDB: Starting crash recovery'
}
