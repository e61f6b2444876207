#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A scan with the real clamscan and a signature of our own for the EICAR test file: what is infected is found at any depth,
# and nothing that was not looked at is clean.
set -euo pipefail

command -v clamscan > /dev/null || { echo "skipped: clamscan is not installed (package clamav)"; exit 77; }
touchstone=$TS_BINARY_DIR/touchstone
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export TOUCHSTONE_HOME=$work/home
failed=0

fail() {
    echo "FAIL: $*"
    failed=1
}

virus() { # virus CODE WORD…: the JSON is in out
    local want=$1 code=0
    shift
    env PATH="${without:-$PATH}" "$touchstone" virus "$@" --json > out 2> err || code=$?
    [ $code = "$want" ] || { fail "virus $* ended with $code, not $want"; cat err out; }
    [ ! -e "$TOUCHSTONE_HOME" ] || [ -z "$(find "$TOUCHSTONE_HOME" -name 'virus.*')" ] || fail "unpacked files are left"
}

is() { jq -e "$1" out > /dev/null || { fail "not: $1"; cat out; }; }

# The test file is encoded here, so that no scanner takes this script for it.
mkdir -p db deb/DEBIAN deb/opt/app clean none
base64 -d > eicar << 'END'
WDVPIVAlQEFQWzRcUFpYNTQoUF4pN0NDKTd9JEVJQ0FSLVNUQU5EQVJELUFOVElWSVJVUy1URVNULUZJTEUhJEgrSCo=
END
echo "$(md5sum < eicar | cut -d' ' -f1):$(stat -c %s eicar):Test.Eicar" > db/test.hdb
echo text > clean/file
: > clean/empty

# --- without signatures, with a folder that has none, or with old ones nothing is clean
virus 64 clean
mkdir nothing
virus 2 clean --clamav-db nothing
is '.open | length > 0'
virus 2 clean --clamav-db db
is '.signatures == 1 and (.open | length == 1) and (.open[0] | contains("1 signature; a complete one has at least 3000000"))'
virus 0 clean --clamav-db db --min-signatures 1
is '.files == 1 and .signatures == 1 and .open == [] and .newest != null'
touch -d '40 days ago' db/test.hdb
virus 2 clean --clamav-db db --min-signatures 1
is '.open[0] | contains("40 days old")'
virus 0 clean --clamav-db db --min-signatures 1 --max-age 50
touch db/test.hdb

# --- a new file of one's own does not make old daily signatures young
mkdir mixed
cp db/test.hdb mixed/
printf '%-512s' "ClamAV-VDB:01 Jan 2024 00-00 +0000:27000:1:90:0:0:x:1704067200" > mixed/daily.cld
virus 2 clean --clamav-db mixed
is '.newest | startswith("2024-01-01")'

# --- no file to scan, and an archive that cannot be opened
virus 2 none --clamav-db db
is '.files == 0'
gzip -c eicar > part.gz
mkdir cut
head -c 30 part.gz > cut/part.gz
virus 2 cut --clamav-db db
is '.open[0] | contains("/part.gz")'

# --- without clamscan
mkdir path
without=$work/path
virus 2 clean --clamav-db db
without=
is '.open[0] | contains("not installed")'

# --- found in a file, and in an archive in a package
cp eicar clean/x
virus 1 clean --clamav-db db
is '.found == [{"path": "/x", "name": "Test.Eicar.UNOFFICIAL"}]'
rm clean/x
printf 'Package: demo\nVersion: 1\nArchitecture: all\nMaintainer: Nobody <root@localhost>\nDescription: x\n' > deb/DEBIAN/control
tar -czf inner.tgz eicar
tar -cf deb/opt/app/outer.tar inner.tgz
dpkg-deb --root-owner-group -Zgzip --build deb demo.deb > /dev/null
virus 1 demo.deb --clamav-db db --min-signatures 1
is '.found[0].path == "/demo.deb!/opt/app/outer.tar!/inner.tgz!/eicar" and .open == []'

# --- the home's own folder
mkdir -p home
ln -s "$work/db" home/clamav
virus 2 clean
virus 0 clean --min-signatures 1
virus 1 demo.deb
exit $failed
