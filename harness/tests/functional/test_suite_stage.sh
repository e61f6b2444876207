#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# touchstone suite stage from the command line: its output, and the exit code of each error. The packages are made here,
# so that no archive is needed.
set -eu
for need in apt-get dpkg-deb jq; do
    command -v $need > /dev/null || { echo "skipped: no $need on this host"; exit 77; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export TOUCHSTONE_HOME="$work/home" LC_ALL=C.UTF-8
unset APT_CONFIG
touchstone=$TS_BINARY_DIR/touchstone
bad=0

fail() {
    echo "FAIL: $*"
    bad=1
}

# refused CODE PART ARGUMENT...: the exit code, and what the message contains.
refused() {
    code=0 wanted=$1 part=$2
    shift 2
    "$touchstone" suite stage "$@" > "$work/out" 2> "$work/err" || code=$?
    [ "$code" = "$wanted" ] || fail "suite stage $*: exit code $code, expected $wanted; $(cat "$work/err")"
    grep -qF "$part" "$work/err" || fail "suite stage $*: '$(cat "$work/err")' lacks '$part'"
    [ ! -s "$work/out" ] || fail "suite stage $*: it prints '$(cat "$work/out")'"
}

# package NAME DEPENDS
package() {
    mkdir -p "$work/tree/DEBIAN" "$work/debs"
    printf 'Package: %s\nVersion: 2:1.5-1\nArchitecture: all\nMaintainer: trial\nDescription: made here\n%s' \
        "$1" "${2:+Depends: $2
}" > "$work/tree/DEBIAN/control"
    dpkg-deb --build --root-owner-group "$work/tree" "$work/debs" > /dev/null
}
package ledger "ledger-data, libc6"
package ledger-data ""

printf 'Package: libc6\nStatus: install ok installed\nArchitecture: arm64\nVersion: 2.36\nDescription: there\n\n' \
    > "$work/status"
printf 'ID=debian\nVERSION_ID="12"\n' > "$work/os-release"
truncate -s 1M "$work/disk"
printf '\125\252' | dd of="$work/disk" bs=1 seek=510 conv=notrunc status=none # the signature of a boot sector
"$touchstone" image add bare "$work/disk" --format raw --arch aarch64 --os-release "$work/os-release" \
    --packages "$work/status" --package-family deb > /dev/null 2>&1
"$touchstone" image add unknown "$work/disk" --format raw --arch aarch64 --os-release "$work/os-release" \
    --package-family deb > /dev/null 2>&1
"$touchstone" suite new ledger > /dev/null
sed -i 's|<packages family="deb">.*</packages>|<packages family="deb">ledger</packages>|' \
    "$TOUCHSTONE_HOME/suites/ledger/suite.xml"
"$touchstone" suite new other > /dev/null
sed -i 's|<packages family="deb">.*</packages>|<packages family="deb">no-such-product</packages>|' \
    "$TOUCHSTONE_HOME/suites/other/suite.xml"

"$touchstone" suite stage ledger --image bare --from "$work/debs" --json > "$work/json"
jq -e '.suite == "ledger" and .image == "bare" and .release == null and .resolved_now and
    ([.packages[].name] | sort) == ["ledger", "ledger-data"] and
    (.packages | all(.version == "2:1.5-1" and .arch == "all" and .bytes > 0 and (.sha256 | length) == 64)) and
    (.packages | map(.bytes) | add) == .bytes and (.sha256 | length) == 64' "$work/json" > /dev/null ||
    fail "--json says $(cat "$work/json")"
jq -r '.packages[] | .sha256 + "  " + .path' "$work/json" | sha256sum --check --quiet ||
    fail "a staged package is not what its digest says"

"$touchstone" suite stage ledger --image bare --from "$work/debs" > "$work/text"
for part in '^ledger on bare: 2 packages, ' '^resolved before and still in /'; do
    grep -q "$part" "$work/text" || fail "it prints '$(cat "$work/text")', without '$part'"
done

# A cache on a small separate file system, if the user may mount one.
mkdir -p "$TOUCHSTONE_HOME/packages"
code=0
# shellcheck disable=SC2016 # the inner shell expands
unshare --map-root-user --mount sh -c 'mount -t tmpfs -o size=2m tmpfs "$1" || exit 99
    exec "$2" suite stage ledger --image bare --from "$3"' sh \
    "$TOUCHSTONE_HOME/packages" "$touchstone" "$work/debs" > "$work/out" 2> "$work/err" || code=$?
if [ "$code" = 99 ] || grep -q '^unshare:' "$work/err"; then
    echo "not held: what happens when the disk is full ($(head -n 1 "$work/err"))"
else
    [ "$code" = 74 ] || fail "a full disk: exit code $code, expected 74"
    grep -q 'MiB free and staging needs' "$work/err" || fail "a full disk: $(cat "$work/err")"
fi

refused 64 "the image to install on" ledger
refused 64 "missing argument SUITE" --image bare
refused 64 "no-such-suite" no-such-suite --image bare
refused 64 "no-such-image" ledger --image no-such-image
refused 64 "no-such-product" other --image bare --from "$work/debs"
refused 64 "package state is not known" ledger --image unknown --from "$work/debs"
refused 64 "cannot read the folder" ledger --image bare --from "$work/nowhere"
echo "Package: libc7" >> "$work/status"
refused 64 "add the image again" ledger --image bare --from "$work/debs"

[ $bad = 0 ] && echo "suite stage: all as expected"
# plan reports a package that does not exist, according to the available lists; without lists it says so.
"$touchstone" plan --image bare --suite ledger --suite other --json > "$work/json" 2> "$work/err" ||
    fail "plan: $(cat "$work/err")"
jq -e '[.packages[] | select(.image == "bare") | .checked] == [false, false]' "$work/json" > /dev/null ||
    fail "plan without lists: $(cat "$work/json")"
grep -q "suite 'other' for image 'bare' are not checked" "$work/err" || fail "plan without lists: $(cat "$work/err")"
root=$TOUCHSTONE_HOME/packages/apt/bookworm-arm64
mkdir -p "$root/lists/partial" "$root/cache/archives/partial" "$root/etc"
: > "$root/fetched"
{ cat "$work/status"; printf 'Package: ledger\nStatus: install ok installed\nArchitecture: arm64\nVersion: 1\nDescription: there\n\n'; } > "$root/status"
cat > "$root/apt.conf" << END
Dir::State::status "$root/status";
Dir::State::lists "$root/lists";
Dir::Cache "$root/cache";
Dir::Etc "$root/etc";
APT::Architecture "arm64";
APT::Architectures { "arm64"; };
END
"$touchstone" plan --image bare --suite ledger --suite other --json > "$work/json" 2> "$work/err" ||
    fail "plan: $(cat "$work/err")"
jq -e '(.packages | map({key: .suite, value: [.checked, .unknown]}) | from_entries) ==
    {"ledger": [true, []], "other": [true, ["no-such-product"]]}' "$work/json" > /dev/null || fail "plan: $(cat "$work/json")"
"$touchstone" plan --image bare --suite other > "$work/out" 2> "$work/err" || fail "plan: $(cat "$work/err")"
grep -q "names packages that do not exist for image 'bare': no-such-product" "$work/err" || fail "plan: $(cat "$work/err")"
"$touchstone" run --dry-run --image bare --suite other > "$work/out" 2> "$work/err" || fail "dry run: $(cat "$work/err")"
grep -q "no-such-product" "$work/err" || fail "dry run: $(cat "$work/err")"

exit $bad
