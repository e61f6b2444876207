#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Cells of certificates are run again: of an honest one that another build of the program made, they agree; a failure that
# was forged into a pass, sealed, judged and signed again with an allowed key, is found, though verify finds nothing.
. "$TS_SOURCE_DIR/harness/tests/lib/guest.sh"
command -v cmake > /dev/null || { echo "skipped: cmake is not installed"; exit 77; }
add_image amd64
cmake --install "$TS_BINARY_DIR" --prefix "$scratch/other" --strip > "$scratch/install.log" 2>&1 ||
    { cat "$scratch/install.log"; exit 99; }
other=$scratch/other/bin/touchstone
check_that "it is another build" test -n "$(cmp "$other" "$touchstone")"
for name in lab reviewer; do
    ssh-keygen -q -t ed25519 -N '' -C '' -f "$scratch/$name"
    echo "$name@example.com $(cat "$scratch/$name.pub")" >> "$scratch/signers"
done

suite honest
case_of honest loopback exit yes 20 <<< 'test -e /sys/class/net/lo'
case_of honest shell exit yes 20 <<< 'test "$(echo one)" = one'
suite broken
case_of broken works exit yes 20 <<< 'exit 0'
case_of broken breaks exit yes 20 <<< 'echo "it is broken" >&2; exit 1'

run_of() {
    expect_exit "$2" "$3" "$1" run --plain --platform x86 --suite "$suites/$2" --json
    made=$(jq -r .run <<< "$printed")
}
certify() {
    expect_exit "certify $2" 0 "$1" certify "$made" --programme house-rules --record --key "$scratch/lab" -o "$scratch/$2"
}
# Its packages come from the repositories.
suite packaged
echo '<packages family="deb">tree</packages>' > "$suites/packaged/cases.xml"
case_attributes='install="yes"' case_of packaged install exit yes 120 <<< 'exec touchstone-install'
sed -i 's/item="function"/item="install"/' "$suites/packaged/cases.xml"
case_of packaged works exit yes 20 <<< 'tree --version'

run_of "$other" honest 0
certify "$other" certificate
run_of "$touchstone" broken 1
certify "$touchstone" forged
expect_exit "forge" 0 "$TS_BINARY_DIR/tests/forge_certificate" "$scratch/forged" breaks "$scratch/lab"
expect_exit "verify does not find it" 2 "$touchstone" verify "$scratch/forged" --signers "$scratch/signers" --json
check "but that it certifies no level" "$(jq -c '[.result, .tampered, [.problems[].kind], .cells[0].verdict]' <<< "$printed")" \
    '["not-confirmed",0,["level"],"compatible"]'

recheck() { "$touchstone" recheck "$scratch/$1" --signers "$scratch/signers" --suite "$suites/$2" "${@:3}"; }
expect_exit "recheck of the forged one" 1 recheck forged broken --json --key "$scratch/reviewer" -o "$scratch/nothing"
check "is found" "$(jq -c '.cells[0] | [.result, .differences[0].case, .differences[0].certified, .differences[0].replayed]' <<< "$printed")" \
    '["disagrees","breaks","PASS","FAIL"]'
seed=$(jq -r .seed <<< "$printed")
check_that "the seed was drawn" grep -Eqx '[0-9a-f]{32}' <<< "$seed"
check_has "and printed" "$said" "seed $seed"
check_that "nothing is signed" test ! -e "$scratch/nothing"
expect_exit "the seed chooses the cell again" 2 recheck forged broken --seed "$seed" --dry-run
check_has "which is here" "$printed" "debian-bookworm-amd64/x86: everything is here"

expect_exit "recheck of the honest one" 2 recheck certificate honest --json --key "$scratch/reviewer" -o "$scratch/recheck"
check "agrees" "$(jq -c '[.agrees, .disagrees, .["not-replayed"], .cells[0].cases, .cells[0].differences]' <<< "$printed")" '[1,0,0,2,[]]'
expect_exit "what was signed" 2 "$touchstone" verify "$scratch/certificate" --signers "$scratch/signers" --recheck "$scratch/recheck" --json
check "is verified" "$(jq -c '[.tampered, [.problems[].kind], .rechecks[0].signer, .rechecks[0].agrees]' <<< "$printed")" \
    '[0,["level"],"reviewer@example.com",1]'
expect_exit "of another certificate" 1 "$touchstone" verify "$scratch/forged" --signers "$scratch/signers" --recheck "$scratch/recheck"
check "the runs are aside" "$("$touchstone" runs --json | jq -c '[.runs[].aside]')" "[true,true,false,false]"

# A reviewer hands in the packages: the repositories cannot be reached, and nothing is in the cache.
run_of "$touchstone" packaged 0
certify "$touchstone" packaged
mkdir "$scratch/product"
cp "$TOUCHSTONE_HOME"/packages/pool/*/*.deb "$scratch/product"
rm -rf "$TOUCHSTONE_HOME/packages"
export http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9
expect_exit "recheck with the packages as files" 2 recheck packaged packaged --product "$scratch/product" --json
check "agrees" "$(jq -c '[.agrees, .product_given, .cells[0].cases]' <<< "$printed")" '[1,true,2]'
expect_exit "without them" 2 recheck packaged packaged --json
check "it cannot be run" "$(jq -c '.cells[0] | [.result, .missing]' <<< "$printed")" '["not-replayed","run"]'
package=$(echo "$scratch"/product/tree_*.deb)
printf x >> "$package"
expect_exit "another package" 64 recheck packaged packaged --product "$scratch/product"
check_has "is named" "$said" "'$package' has the SHA-256"
unset http_proxy https_proxy

# What is not the same is not run, and never agrees.
echo >> "$suites/honest/README.md"
rm -rf "$TOUCHSTONE_HOME"/runs/*/inputs/*/honest
expect_exit "another suite" 2 recheck certificate honest --json
check "is named" "$(jq -c '.cells[0] | [.result, .missing]' <<< "$printed")" '["not-replayed","suite"]'
finish
