# SPDX-License-Identifier: Apache-2.0
# Stores made by hand, for scripts: rows of schema 3, which the program migrates to records when it opens them.

# store_of_rows SQL: creates $TOUCHSTONE_HOME/store.db with these rows.
store_of_rows() {
    rm -f "$TOUCHSTONE_HOME"/store.db*
    {
        cat "$TS_SOURCE_DIR"/harness/store/schema_v{1,2,3}.sql
        echo "PRAGMA application_id = 1414745432; PRAGMA user_version = 3;"
        echo "$1"
    } | sqlite3 "$TOUCHSTONE_HOME/store.db"
}
