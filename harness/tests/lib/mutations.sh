# SPDX-License-Identifier: Apache-2.0
# Breaks a run that guests made, behind the program's back, and asks the gate. To be sourced after lib/guest.sh.
# The runs are in $TOUCHSTONE_HOME; gate_words are the words of the gate, which passes them as they are.

declare -A mutations=()
mutations_caught=0

# caught KIND NAME CODE: the gate refused (1), found something not assessed (2) or partial (5), or told the damage (74).
caught() {
    mutations[$1]=$((${mutations[$1]-0} + 1))
    case $3 in
        1 | 2 | 5 | 74) mutations_caught=$((mutations_caught + 1)) ;;
        *) echo "not caught: $1, $2 (the gate ended with $3)" ;;
    esac
}

# mutate KIND NAME COMMAND…: runs the command on a copy of the store, $db, and asks the gate about the copy.
mutate() {
    local kind=$1 name=$2 code=0 home=$scratch/mutated db
    shift 2
    rm -rf "$home"
    mkdir "$home"
    cp -a "$TOUCHSTONE_HOME"/{store.db*,evidence,runs} "$home/"
    db=$home/store.db
    "$@" > "$scratch/mutation" 2>&1 || { echo "$kind, $name: the edit failed"; cat "$scratch/mutation"; code=99; }
    if [ "$code" = 0 ]; then
        TOUCHSTONE_HOME=$home "$touchstone" gate "${gate_words[@]}" > "$scratch/mutation" 2>&1 || code=$?
    fi
    caught "$kind" "$name" "$code"
}

# of_suite RUN: selects the record of the cell of $suite in a run.
of_suite() {
    echo "FROM record WHERE run = (SELECT run FROM run WHERE id = '$1') AND sha256 = (SELECT sha256 FROM attempt WHERE
        run = record.run AND suite = '$suite')"
}

# sql TEXT: in which {run} is the row of $target, {other} that of $before, {2} and {b2} the places of the records of their
# cells of $suite.
sql() {
    local text=$1
    text=${text//'{run}'/"(SELECT run FROM run WHERE id = '$target')"}
    text=${text//'{other}'/"(SELECT run FROM run WHERE id = '$before')"}
    text=${text//'{2}'/"(SELECT place $(of_suite "$target"))"}
    text=${text//'{b2}'/"(SELECT place $(of_suite "$before"))"}
    sqlite3 -bail "$db" "$text; SELECT 'changed', total_changes()" | tee /dev/stderr | grep -q 'changed|[1-9]'
}

# edit_record FROM TO [sealed]: in the text of that record of $target; sealed: with the digest of the new text.
edit_record() {
    local row old new
    row=$(sqlite3 "$db" "SELECT record $(of_suite "$target")")
    old=$(sqlite3 "$db" "SELECT sha256 FROM record WHERE record = $row")
    sqlite3 "$db" "SELECT writefile('$scratch/record.zst', zstd) FROM record WHERE record = $row" > /dev/null
    zstd -dqf "$scratch/record.zst" -o "$scratch/record"
    grep -q -- "$1" "$scratch/record" || { echo "the record has no '$1'"; return 1; }
    sed -i "s/$1/$2/g" "$scratch/record"
    zstd -qf "$scratch/record" -o "$scratch/record.zst"
    new=$old
    [ "${3-}" != sealed ] || new=$(sha256sum < "$scratch/record" | cut -d' ' -f1)
    sqlite3 -bail "$db" "UPDATE record SET zstd = readfile('$scratch/record.zst'), size = $(stat -c %s "$scratch/record"),
        sha256 = '$new' WHERE record = $row; UPDATE attempt SET sha256 = '$new' WHERE sha256 = '$old'"
}

# Those that need no other run. The cell of $suite is the second of $target, and $case is its second case.
mutate_store() {
    mutate drop-cell "its row" sql "DELETE FROM cell WHERE run = {run} AND place = 1"
    mutate drop-cell "its attempt" sql "DELETE FROM attempt WHERE run = {run} AND suite = '$suite'"
    mutate drop-case "renamed in the record" edit_record "\"$case\"" '"other"'
    mutate drop-case "renamed in a sealed record" edit_record "\"$case\"" '"other"' sealed
    mutate swap-digest "of records" sql "UPDATE attempt SET sha256 = (SELECT sha256 FROM attempt b WHERE b.run = {run} AND
        b.suite IS NOT NULL AND b.suite != '$suite') WHERE run = {run} AND suite = '$suite'"
    mutate swap-digest "of evidence" sql "UPDATE evidence SET sha256 = replace(sha256, 'a', 'b')"
    mutate swap-digest "of the run" sql "UPDATE run SET chain = seal WHERE run = {run}"
    mutate shorten-scope "in the verdict" sql "UPDATE verdict SET total = 1, defined = 1 WHERE cell IN
        (SELECT cell FROM cell WHERE run = {run})"
    mutate fail-to-skip "PASS to SKIP in the record" edit_record '"PASS"' '"SKIP"'
    mutate fail-to-skip "in a sealed record" edit_record '"PASS"' '"SKIP"' sealed
    mutate lower-grade "in the row" sql "UPDATE cell SET grade = 'none' WHERE run = {run}"
    mutate lower-grade "in the record" edit_record '"emulated"' '"none"'
    mutate lower-grade "in a sealed record" edit_record '"emulated"' '"none"' sealed
    mutate duplicate-attempt "in the row" sql "UPDATE cell SET attempts = 2 WHERE run = {run}"
    mutate duplicate-attempt "of the attempt" sql "CREATE TEMP TABLE t AS SELECT * FROM attempt WHERE run = {run} AND
        suite = '$suite'; UPDATE t SET attempt = 999999, number = 2; INSERT INTO attempt SELECT * FROM t"
    mutate duplicate-attempt "of the record" sql "CREATE TEMP TABLE t AS SELECT * FROM record WHERE run = {run} AND place = {2};
        UPDATE t SET record = 999999, place = 999, sha256 = upper(sha256); INSERT INTO record SELECT * FROM t"
    mutate change-record "its bytes" sql "UPDATE record SET zstd = zeroblob(100) WHERE run = {run}"
    mutate change-record "its text" edit_record '"exit_code"' '"exit_kode"'
    mutate change-record "of the plan" sql "DELETE FROM record WHERE run = {run} AND place = 0"
    mutate edit-index "a verdict" sql "UPDATE verdict SET rule = 3 WHERE cell IN (SELECT cell FROM cell WHERE run = {run})"
    mutate edit-index "a reason" sql "UPDATE verdict SET reason = 'approved' WHERE cell IN
        (SELECT cell FROM cell WHERE run = {run})"
    mutate edit-index "the sums" sql "UPDATE run_index SET cells = blobs WHERE run = {run}"
    mutate replay "the row of another run's attempt" sql "UPDATE attempt SET sha256 = (SELECT sha256 FROM attempt b WHERE
        b.run = {other} AND b.suite = '$suite') WHERE run = {run} AND suite = '$suite'"
    mutate replay "the record of another run" sql "UPDATE record SET zstd = (SELECT zstd FROM record b WHERE b.run = {other}
        AND b.place = {b2}) WHERE run = {run} AND place = {2}"
    mutate replay "another run under its name" sql "UPDATE run SET id = 'x' WHERE run = {run}; UPDATE run SET id = '$target'
        WHERE id = '$before'; UPDATE run SET id = '$before' WHERE id = 'x'"
    mutate rename-platform "in the row" sql "UPDATE cell SET platform = 'hygon' WHERE run = {run} AND place = 1"
    mutate rename-platform "in all its rows" sql "UPDATE cell SET platform = 'hygon' WHERE run = {run} AND place = 1;
        UPDATE attempt SET platform = 'hygon' WHERE run = {run} AND suite = '$suite'"
    mutate rename-platform "in a sealed record" edit_record '"x86"' '"hygon"' sealed
}
