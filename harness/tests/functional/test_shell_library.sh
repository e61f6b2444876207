#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# suites/lib/touchstone.sh: found in a case's PATH, by every shell that may be sh; what its points print, and that no
# suite has its own copy.
set -euo pipefail

library=$TS_SOURCE_DIR/suites/lib/touchstone.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"
programs=("$TS_BINARY_DIR"/guest/*/touchstone.sh)
[ -e "${programs[0]}" ] || { echo "no guest programs were built"; exit 77; }
for program in "${programs[@]}"; do
    cmp "$program" "$library"
done
ln -s "${programs[0]}" "$work/bin/touchstone.sh"
printf '#!/bin/sh\necho "$*" >> "%s/observed"\n' "$work" > "$work/bin/observe"
printf '#!/bin/sh\necho "it does not install: $1"\nexit "$1"\n' > "$work/bin/touchstone-install"
chmod 755 "$work"/bin/observe "$work/bin/touchstone-install"

failed=0
# gives NAME EXIT EXPECTED SCRIPT: in each shell.
gives() {
    for shell in dash "bash --posix" "busybox sh"; do
        command -v "${shell%% *}" > /dev/null || continue
        code=0
        # shellcheck disable=SC2086
        printed=$(PATH="$work/bin:$PATH" TOUCHSTONE_WORK=$work $shell -c "set -eu
. touchstone.sh
$4" 2> /dev/null) || code=$?
        [ "$code $printed" = "$2 $3" ] && continue
        echo "not ok: $1 ($shell): exit $code"
        diff <(echo "$3") <(echo "$printed") || true
        failed=1
    done
}

gives "points" 0 $'TAP version 14\n1..4\nok 1 - a\nnot ok 2 - b\n# because\nok 3 - c\nnot ok 4 - d\n# expected \'1\', got \'2\'' \
    'plan 4; ok a; not_ok b because; same c 1 1; same d 1 2'
gives "check" 0 $'TAP version 14\n1..2\nok 1 - a\nnot ok 2 - b\n# failed: false' 'plan 2; check a true; check b false || :'
gives "give_up" 0 $'TAP version 14\n1..3\nok 1 - a\nnot ok 2 - not reached: gone\nnot ok 3 - not reached: gone' \
    'plan 3; ok a; give_up gone; echo never'
gives "packages" 0 $'TAP version 14\n1..2\nok 1 - a\nnot ok 2 - b\n# it does not install: 1' \
    'plan 2; packages a 0; packages b 1 || :'
gives "packages that could not be tried" 99 $'TAP version 14\n1..1' 'plan 1; packages a 99; echo never'
gives "time" 0 "" 'now; observe_time start.time 1203; [ "$time" -gt 0 ]'
[ "$(sort -u "$work/observed")" = "start.time 12.03 s" ] || { echo "not ok: observe_time"; failed=1; }

# No suite reimplements one of its functions.
for name in $(sed -n 's/^\([a-z_]*\)() {$/\1/p' "$library"); do
    if grep -n "^$name()" "$TS_SOURCE_DIR"/suites/*/lib.sh; then
        echo "not ok: '$name' is in the library"
        failed=1
    fi
done
[ "$failed" = 0 ] && echo "the shell library holds"
exit "$failed"
