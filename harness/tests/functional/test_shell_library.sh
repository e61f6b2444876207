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
cat > "$work/bin/touchstone-install" << END
#!/bin/sh
[ "\$*" != "--remove product" ] || exec cp "$work/purged" "$work/packages"
echo "it does not install: \$1"
exit "\$1"
END
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
for name in systemctl dpkg-query; do
    ln -s "../$name" "$work/bin/$name"
done
# The state of a unit is the file `failed`; the packages are the lines of `packages`.
printf '#!/bin/sh\n[ -e "%s/failed" ]\n' "$work" > "$work/systemctl"
printf '#!/bin/sh\ncat "%s/packages"\n' "$work" > "$work/dpkg-query"
chmod 755 "$work/systemctl" "$work/dpkg-query"
gives "wait_until what is there" 0 "there: 1" 'later() { n=$((${n:-0} + 1)); echo noise; }; wait_until unit later && echo "there: $n"'
gives "wait_until what comes later" 0 "there: 2" \
    'later() { n=$((${n:-0} + 1)); [ "$n" = 2 ]; }; wait_until unit later && echo "there: $n"'
touch "$work/failed"
gives "wait_until of a unit that failed" 0 "no: 1" 'later() { n=$((${n:-0} + 1)); false; }; wait_until unit later || echo "no: $n"'
rm "$work/failed"
gives "wait_until in vain" 0 "no" 'sleep() { :; }; wait_until unit false || echo no'
gives "write_until, in the middle of the stream" 0 $'7\nSET 3\nwriting' \
    'client() { while read -r word number; do echo "$number"; sleep 0.01; done; }
    write_until 7 "SET %d" client; echo "$acknowledged"; sed -n 3p "$TOUCHSTONE_WORK/requests"
    kill -0 "$writer" && echo writing; exec 3<&-; kill "$writer"; wait "$writer" || :'
gives "write_until of a client that ends early" 0 "2" 'write_until 7 "%d" head -n 2; echo "$acknowledged"'
# Purging leaves the packages of `purged`.
purge='echo "ii base" > "$TOUCHSTONE_WORK/packages"; plan 2; list_packages before
    printf "%s\n" "ii base" "ii product" > "$TOUCHSTONE_WORK/packages"; purge_added'
echo 'ii base' > "$work/purged"
gives "purge_added" 0 $'TAP version 14\n1..2\nok 1 - what was installed is purged\nok 2 - no package is left, nor a trace of one' \
    "$purge"
printf '%s\n' 'ii base' 'rc product' > "$work/purged"
gives "purge_added with a trace" 0 $'TAP version 14\n1..2\nok 1 - what was installed is purged\nnot ok 2 - no package is left, nor a trace of one\n# expected \'\', got \'rc product \'' \
    "$purge"
gives "purge_added of nothing" 0 $'TAP version 14\n1..1\nnot ok 1 - not reached: no package was added by the installation' \
    'plan 1; list_packages before; purge_added'
gives "no_package_broken" 0 $'TAP version 14\n1..1\nok 1 - no package is left half installed' \
    'plan 1; dpkg() { :; }; no_package_broken'
gives "no_package_broken with one that is" 0 $'TAP version 14\n1..1\nnot ok 1 - no package is left half installed\n# expected \'\', got \'half of it\'' \
    'plan 1; dpkg() { echo "half of it"; }; no_package_broken'
echo 'ii base' > "$work/packages"
gives "list_packages of both managers" 0 $'ii base\nii of-rpm' 'rpm() { echo "ii of-rpm"; }; list_packages x; cat "$TOUCHSTONE_WORK/x.packages"'
gives "no_process" 0 $'TAP version 14\n1..1\nok 1 - no process is left' 'plan 1; no_process surely-not-there'
[ "$(sort -u "$work/observed" | head -n 1)" = "start.time 12.03 s" ] || { echo "not ok: observe_time"; failed=1; }

# No suite reimplements one of its functions.
for name in $(sed -n 's/^\([a-z_]*\)() {$/\1/p' "$library"); do
    if grep -n "^$name()" "$TS_SOURCE_DIR"/suites/*/lib.sh; then
        echo "not ok: '$name' is in the library"
        failed=1
    fi
done
[ "$failed" = 0 ] && echo "the shell library holds"
exit "$failed"
