#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Staging for rpm images: packages and repositories made here, resolved against an rpm database made here, from a folder,
# a folder without repodata, an ISO image and a URL; and errors.
set -eu
for need in dnf createrepo_c rpmbuild rpm xorriso jq python3; do
    command -v $need > /dev/null || { echo "skipped: no $need on this host"; exit 77; }
done
work=$(mktemp -d)
server=''
cleanup() {
    [ -z "$server" ] || kill "$server"
    rm -rf "$work"
}
trap cleanup EXIT
export TOUCHSTONE_HOME="$work/home" HOME="$work" LC_ALL=C.UTF-8
touchstone=$TS_BINARY_DIR/touchstone

. "$TS_SOURCE_DIR/harness/tests/lib/check.sh"

# refused CODE PART ARGUMENT...: the exit code, and what the message contains.
refused() {
    local code=0 wanted=$1 part=$2
    shift 2
    "$touchstone" suite stage "$@" > "$work/out" 2> "$work/err" || code=$?
    check "refused '$part': exit code" "$code" "$wanted"
    case $(cat "$work/err") in
    *"$part"*) check "refused '$part'" "" "" ;;
    *) check "refused '$part'" "$(cat "$work/err")" "(text with) $part" ;;
    esac
}

# package NAME VERSION TARGET REQUIRES
package() {
    printf 'Name: %s\nVersion: %s\nRelease: 1.trial\nSummary: made here\nLicense: Apache-2.0\n%s%%description\nMade here.\n%%files\n' \
        "$1" "$2" "${4:+Requires: $4
}" > "$work/$1.spec"
    rpmbuild --quiet -bb --target "$3" --define "_topdir $work/build" --define "_rpmdir $5" \
        --define '_build_name_fmt %{NVRA}.rpm' "$work/$1.spec" > "$work/rpmbuild.log" 2>&1 || {
        cat "$work/rpmbuild.log"
        exit 1
    }
}
mkdir -p "$work/bare" "$work/broken" "$work/served"
package there 1.0 noarch "" "$work/served"
package ledger-data 2.0 noarch "" "$work/served"
package ledger 1.4~rc1 aarch64 "ledger-data >= 2.0, there" "$work/served"
package ledger 1.5 x86_64 "ledger-data >= 2.0, there" "$work/served"
cp "$work/served"/*.rpm "$work/bare"
createrepo_c --quiet "$work/served"
package ledger 1.4~rc1 aarch64 "nowhere-to-be-had" "$work/broken"
createrepo_c --quiet "$work/broken"
mkdir -p "$work/disc/BaseOS" "$work/disc/other"
cp -r "$work/served/." "$work/disc/BaseOS"
echo "not a package" > "$work/disc/other/readme"
xorriso -as mkisofs -quiet -R -o "$work/disc.iso" "$work/disc" 2> "$work/xorriso.log"

# A database in which the package 'there' is installed, and an empty one.
debian=--force-debian
rpm --version --force-debian > /dev/null 2>&1 || debian=''
rpm $debian --dbpath "$work/database" -i --nodeps --justdb "$work/served"/there-*.rpm
rpm --dbpath "$work/nothing" --initdb
tar -cf "$work/database.tar" -C "$work/database" .
tar -cf "$work/nothing.tar" -C "$work/nothing" .

printf 'ID=trial\nVERSION_ID="4"\n' > "$work/os-release"
truncate -s 1M "$work/disk"
printf '\125\252' | dd of="$work/disk" bs=1 seek=510 conv=notrunc status=none # the signature of a boot sector
# image NAME ARCH OPTION...
image() {
    local name=$1 arch=$2
    shift 2
    "$touchstone" image add "$name" "$work/disk" --format raw --arch "$arch" --os-release "$work/os-release" \
        --package-family rpm "$@" > "$work/out" 2> "$work/err" || { cat "$work/err"; exit 1; }
}
image served aarch64 --packages "$work/database.tar" --repo "$work/served"
image intel x86_64 --packages "$work/database/rpmdb.sqlite" --repo "$work/served"
image unknown aarch64 --repo "$work/served"
image alone aarch64 --packages "$work/database.tar"
"$touchstone" suite new ledger > /dev/null
sed -i 's|<packages family="rpm">.*</packages>|<packages family="rpm">ledger there</packages>|' \
    "$TOUCHSTONE_HOME/suites/ledger/suite.xml"
"$touchstone" suite new other > /dev/null
sed -i 's|<packages family="rpm">.*</packages>|<packages family="rpm">no-such-product</packages>|' \
    "$TOUCHSTONE_HOME/suites/other/suite.xml"

# staged IMAGE OPTION...: the packages of ledger, as NAME VERSION ARCH lines; installed packages are left out
staged() {
    "$touchstone" suite stage ledger --image "$@" --json > "$work/json" 2> "$work/err" || {
        cat "$work/err"
        return
    }
    jq -r '.packages[] | .sha256 + "  " + .path' "$work/json" | sha256sum --check --quiet || echo "wrong digest"
    jq -r '.packages | sort_by(.name)[] | .name + " " + .version + " " + .arch' "$work/json" | paste -sd,
}
arm='ledger 1.4~rc1-1.trial aarch64,ledger-data 2.0-1.trial noarch'
check "the image's own repository" "$(staged served)" "$arm"
check "it says where from" "$(jq -r .source "$work/json")" "file://$work/served"
check "a second time" "$(staged served; jq .resolved_now "$work/json")" "$arm
false"
check "the other architecture" "$(staged intel)" \
    'ledger 1.5-1.trial x86_64,ledger-data 2.0-1.trial noarch'
check "a folder without repodata" "$(staged alone --repo "$work/bare")" \
    "$arm,there 1.0-1.trial noarch"
check "the same as --from" "$(staged alone --from "$work/bare")" "$arm,there 1.0-1.trial noarch"
check "an ISO image" "$(staged alone --repo "$work/disc.iso")" "$arm"
python3 -u -m http.server --bind 127.0.0.1 --directory "$work/served" 0 > "$work/port" 2> /dev/null &
server=$!
for _ in $(seq 100); do
    port=$(sed -n 's/.* port \([0-9]*\) .*/\1/p' "$work/port")
    [ -z "$port" ] || break
    sleep 0.05
done
check "a URL" "$(staged alone --repo "http://127.0.0.1:$port/")" "$arm"
kill "$server"
wait "$server" || true
server=''
check "a URL that is gone, within its time" "$(staged alone --repo "http://127.0.0.1:$port/")" "$arm"
check "a URL that is gone, asked again" "$(staged alone --repo "http://127.0.0.1:$port/" --refresh)" "$arm"
check "and that is said" "$(grep -c 'the set resolved at' "$work/err")" 1

# The suite's own files take precedence; other installed packages are not upgraded.
mkdir -p "$TOUCHSTONE_HOME/suites/ledger/files"
mv "$TOUCHSTONE_HOME/suites/ledger/files" "$work/files"
package ledger 9.0 aarch64 "there" "$work/files"
mv "$work/files" "$TOUCHSTONE_HOME/suites/ledger/files"
check "the suite's own package" "$(staged alone)" "ledger 9.0-1.trial aarch64"
rm -r "$TOUCHSTONE_HOME/suites/ledger/files"

refused 64 "No package no-such-product available" other --image served
refused 64 "nothing provides nowhere-to-be-had" ledger --image alone --repo "$work/broken"
refused 64 "before it has booted" ledger --image unknown
refused 64 "add the image again with --repo" ledger --image alone
refused 64 "cannot find the repository '$work/nowhere'" ledger --image alone --repo "$work/nowhere"
refused 64 "not an ISO image" ledger --image alone --repo "$work/disk"
mkdir "$work/empty"
refused 64 "neither repodata/repomd.xml nor an .rpm file" ledger --image alone --repo "$work/empty"
head -c 100000 "$work/disc.iso" > "$work/short.iso"
refused 64 "ISO image '$work/short.iso'" ledger --image alone --repo "$work/short.iso"
image nothing aarch64 --packages "$work/nothing.tar" --repo "$work/served"
refused 64 "names no package that this host's rpm can read" ledger --image nothing
head -c 5000 /dev/urandom > "$work/noise"
image noise aarch64 --packages "$work/noise" --repo "$work/served"
refused 64 "package state '$work/noise'" ledger --image noise
code=0
"$touchstone" image add wrong "$work/disk" --format raw --arch aarch64 --os-release "$work/os-release" \
    --package-family deb --repo "$work/served" > /dev/null 2> "$work/err" || code=$?
check "a repository for deb packages" "$code $(grep -c 'serves rpm packages' "$work/err")" "64 1"
end_checks
