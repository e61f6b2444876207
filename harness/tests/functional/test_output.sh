#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Output of every verb when it cannot be written: a full disk, a closed descriptor, a file size limit in the middle, a
# reader that exits. Partial output never gives exit code 0.
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/program.sh"
. "$TS_SOURCE_DIR/harness/tests/lib/store.sh"
cd "$scratch" || exit 99
# A home with an image, a surface, and a run that was planned and killed at once.
make_disk
"$touchstone" image add good "$disk" --format qcow2 "${image_options[@]}" > out 2> err || { cat err; exit 1; }
mkdir -p root/bin && cp /bin/true root/bin/
"$touchstone" abi harvest --rootfs root --name here > out 2> err || { cat err; exit 1; }
"$touchstone" matrix > out 2> err
store_of_rows "
    INSERT INTO run VALUES (1, '20260101-aaaaaa', 1767225600000, 0, 'interrupted',
        '{\"accel\":\"auto\",\"cold\":false,\"connect\":null,\"images\":[\"a\"],\"items\":[],\"jobs\":0,\"platforms\":[\"kunpeng\"],\"suites\":[\"redis\"]}');
    INSERT INTO input VALUES (1, 0, 'platform', 'kunpeng', '$(printf 0%.0s {1..64})', '/gone/kunpeng.xml');
    INSERT INTO planned_case VALUES (1, 'redis', 0, 'install', 'install', 1, 0, 1);
    INSERT INTO cell VALUES (1, 1, 0, 'a', 'kunpeng', 'redis', NULL);" || exit 1

# Each prints something to stdout; LONG ones more than a kilobyte, so that a limit is reached in the middle (verbs that
# open the store would reach it there).
commands=(
    "--help" "--version" "doctor" "LONG doctor --json" "platform list" "LONG platform list --json"
    "platform show kunpeng" "image list" "image list --json" "image show good" "image check good" "image known"
    "suite list" "suite list --json" "suite show redis" "LONG suite show redis --json" "suite lint redis"
    "plan --image good --platform x86 --suite behaviour" "plan --image good --platform x86 --suite behaviour --json"
    "run --dry-run --image good --platform x86 --suite behaviour" "matrix" "matrix --json" "show kunpeng/redis"
    "show kunpeng/redis --json" "report --formats" "report --format html" "report --format junit"
    "report --format json" "report --format markdown" "clean --dry-run" "clean --dry-run --json"
    "abi --help" "suite --help" "run --help" "abi show here" "abi show here --json" "abi check root --surface here"
    "abi check root --surface here --json" "abi query free --surface here" "abi isa root/bin/true"
    "abi diff here here --json"
)
for row in "${commands[@]}"; do
    read -ra words <<< "${row#LONG }"
    "$touchstone" "${words[@]}" > out 2> err
    normal=$?
    if [ ! -s out ]; then
        [ $normal -lt 64 ] || { cat err; check_that "${words[*]}: it works at all" false; }
        continue # prints nothing
    fi
    "$touchstone" "${words[@]}" > /dev/full 2> err
    got=$?
    check_that "${words[*]}: a full disk, exit code $got" test $got = 74
    check_that "${words[*]}: a full disk is told" grep -q "standard output: No space left" err
    if [ "$row" != "${row#LONG }" ]; then
        "$touchstone" "${words[@]}" >&- 2> err
        got=$?
        check_that "${words[*]}: closed, exit code $got" test $got = 74
        check_that "${words[*]}: it prints more than a kilobyte" test "$(stat -c %s out)" -gt 1024
        (ulimit -f 1 && exec "$touchstone" "${words[@]}" > limited 2> err)
        got=$?
        check_that "${words[*]}: a file size limit, exit code $got" test $got = 74
        check_that "${words[*]}: a file size limit is told" grep -q "File too large" err
    fi
done

# If the reader exits, the verb ends without a message, by SIGPIPE; with its exit code if the signal is ignored.
python3 - "$touchstone" << 'END' > err 2>&1
import os, signal, subprocess, sys
for ignored in (False, True):
    for words in (["platform", "list"], ["suite", "show", "redis", "--json"], ["--help"]):
        read, write = os.pipe()
        os.close(read)
        def before():
            signal.signal(signal.SIGPIPE, signal.SIG_IGN if ignored else signal.SIG_DFL)
        done = subprocess.run([sys.argv[1]] + words, stdout=write, stderr=subprocess.PIPE, preexec_fn=before,
                              restore_signals=False)
        os.close(write)
        if done.returncode != -signal.SIGPIPE or done.stderr:
            sys.exit("%s: %s %s" % (words, done.returncode, done.stderr))
END
check_that "a reader that went away" test $? = 0
# A file opened later does not get the number of a closed standard descriptor.
"$touchstone" matrix --json >&- 2> err
check_that "the store is whole" test "$(sqlite3 "$TOUCHSTONE_HOME/store.db" 'PRAGMA integrity_check')" = ok
end_checks
