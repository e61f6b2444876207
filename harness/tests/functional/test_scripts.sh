#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Every script prints its usage on -h and --help, does nothing else then, and rejects an unknown option with 64. (demo
# passes options on to 'touchstone run'.)
set -uo pipefail
failed=0
for script in "$TS_SOURCE_DIR"/scripts/*; do
    [ -f "$script" ] || continue
    name=${script##*/}
    for option in -h --help; do
        out=$(cd / && timeout 60 "$script" $option 2> /dev/null)
        code=$?
        [ $code = 0 ] && [[ $out = usage:*"$name"* ]] || { echo "$name $option: exit code $code, '$out'"; failed=1; }
    done
    [ "$name" != demo ] || continue
    out=$(cd / && timeout 60 "$script" --no-such-option 2>&1)
    code=$?
    [ $code = 64 ] && [[ $out = *--no-such-option* ]] || { echo "$name --no-such-option: exit code $code, '$out'"; failed=1; }
done
exit $failed
