#!/bin/sh
# Runs a test of tmt: run-tmt respect|xfail FOLDER COMMAND. Exit codes of its framework shell: 0 passed, 1 failed,
# anything else an error of the test.
result=$1
. "$TOUCHSTONE_SUITE/lib/unpack-tree"
cd "$tree/$2" || exit 99
TMT_TEST_DATA=$TOUCHSTONE_ARTIFACTS TMT_TREE=$tree TMT_REBOOT_COUNT=0
export TMT_TEST_DATA TMT_TREE TMT_REBOOT_COUNT
bash -c "$3"
code=$?
case $code in
0)
    [ "$result" = xfail ] || exit 0
    echo "it passed, but result is xfail" >&2
    exit 1
    ;;
1)
    [ "$result" = xfail ] || exit 1
    echo "it failed, as expected (result: xfail)"
    exit 0
    ;;
126 | 127) exit $code ;;
esac
echo "exit status $code: an error of the test" >&2
exit 99
