#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# touchstone suite import: each kind becomes a suite that lint accepts, no test is dropped, and the cases, executed here
# as in a guest, give the results that the original system gives. For autopkgtest its own runner is asked, if installed.
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/program.sh"
cd "$scratch" || exit 99
suites=$TOUCHSTONE_HOME/suites

# import NAME SOURCE [OPTION…]
import() {
    local name=$1
    shift
    "$touchstone" suite import "$@" --name "$name" > out 2> err
    code=$?
    [ $code = 0 ] || sed 's/^/  | /' err
    check_that "imports $name" test $code = 0
    check_that "prints the folder of $name" test "$(cat out)" = "$suites/$name"
    "$touchstone" suite lint "$name" > lint 2>&1
    code=$?
    [ $code = 0 ] || sed 's/^/  | /' lint
    check_that "lint accepts $name" test $code = 0
}

# run_case SUITE CASE: its exit code, as in a guest.
run_case() {
    local work=$scratch/work.$1
    mkdir -p "$work" "$scratch/artifacts"
    env -i PATH="$PATH" HOME=/root TOUCHSTONE_SUITE="$suites/$1" TOUCHSTONE_FILES="$suites/$1/files" \
        TOUCHSTONE_WORK="$work" TOUCHSTONE_CASE="$2" TOUCHSTONE_ARTIFACTS="$scratch/artifacts" \
        TOUCHSTONE_MARK= TOUCHSTONE_TIMEOUT_SCALE=1 ${LTPROOT:+LTPROOT="$LTPROOT"} "$suites/$1/cases/$2" > case.out 2> case.err
    echo $?
}
cases() { sed -n 's/.*<case id="\([^"]*\)".*/\1/p' "$suites/$1/suite.xml" | paste -sd' '; }

# --- autopkgtest -----------------------------------------------------------------------------------------------------
mkdir -p pkg/debian/source pkg/debian/tests pkg/debian/elsewhere
cat > pkg/debian/control << 'END'
Source: demo
Maintainer: Nobody <nobody@example.org>
Build-Depends: debhelper-compat (= 13), libfoo-dev [amd64] | libbar-dev [arm64], nasm [!arm64], docs <!nodoc>, extra <stage1>,
 python3:any

Package: demo
Architecture: any
Description: demo

Package: demo-doc
Architecture: all
Description: demo

Package: demo-intel
Architecture: amd64 i386
Description: demo

Package: demo-udeb
Package-Type: udeb
Architecture: any
Description: demo
END
printf 'demo (1.0) unstable; urgency=low\n\n  * Demo.\n\n -- Nobody <nobody@example.org>  Mon, 01 Jan 2024 00:00:00 +0000\n' > pkg/debian/changelog
echo '3.0 (native)' > pkg/debian/source/format
cat > pkg/debian/tests/control << 'END'
# A comment.
Tests: passes, fails noisy
Depends:

Tests: quiet-noise
Depends:
Restrictions: allow-stderr

Tests: may-skip
Depends:
Restrictions: skippable

Tests: must-not-skip, odd-code, missing-command
Depends:

Tests: writes
Depends:
Restrictions: rw-build-tree, breaks-testbed

Tests: there
Tests-Directory: debian/elsewhere
Depends:

Test-Command: test -f debian/tests/control && cat debian/tests/control | grep -q quiet-noise
Features: test-name=a-command
Depends:

Test-Command: false | true; [ "$AUTOPKGTEST_TMP" ] && false
Depends:

Tests: wants-network
Restrictions: needs-internet
Depends:
Depends:

Tests: strange
Restrictions: needs-a-dragon
Depends:
Depends:

Tests: sometimes
Restrictions: flaky
Depends:
Depends:

Tests: only-arm
Architecture: arm64
Depends:

Tests: only-riscv
Architecture: riscv64
Depends:

Tests: absent
Depends:
END
for test in fails:'exit 1' passes:'exit 0' noisy:'echo oops >&2' quiet-noise:'echo oops >&2' may-skip:'echo no device; exit 77' \
    must-not-skip:'exit 77' odd-code:'exit 99' missing-command:no-such-command-here wants-network:'exit 0' strange:'exit 0' \
    sometimes:'exit 1' only-arm:'exit 0' only-riscv:'exit 0' \
    writes:'echo a > new-file; [ -d "$AUTOPKGTEST_TMP" ] && [ -d "$AUTOPKGTEST_ARTIFACTS" ]'; do
    printf '#!/bin/sh\n%s\n' "${test#*:}" > "pkg/debian/tests/${test%%:*}"
done
printf '#!/bin/sh\nexit 0\n' > pkg/debian/elsewhere/there
ln -s /etc/passwd pkg/link

import demo pkg
check_that "no test is dropped" test "$(cases demo)" = "passes fails noisy quiet-noise may-skip must-not-skip odd-code missing-command writes there a-command command1 wants-network strange sometimes only-arm only-riscv absent"
check_that "and no package is asked for" test "$(grep -c '<packages' "$suites/demo/suite.xml")" = 0
# Case, exit code, part of what it says.
while IFS='|' read -r id want says; do
    got=$(run_case demo "$id")
    check_that "$id ends with $got, expected $want" test "$got" = "$want"
    [ -z "$says" ] || check_that "$id says '$says'" grep -qF -- "$says" case.out case.err
done << 'END'
passes|0|
fails|1|
noisy|1|stderr: oops
quiet-noise|0|
may-skip|77|no device
must-not-skip|1|not declared skippable
odd-code|1|
missing-command|127|
writes|0|
there|0|
a-command|0|
command1|1|
wants-network|77|needs-internet
strange|77|unknown restriction 'needs-a-dragon'
sometimes|1|
only-riscv|77|riscv64
absent|77|does not exist
END
check_that "a flaky test is optional" grep -q '<case id="sometimes".* required="no"' "$suites/demo/suite.xml"
check_that "an architecture is a need" grep -q '<needs arch="aarch64"/>' "$suites/demo/suite.xml"
check_that "the suite's folder was not written to" test ! -e "$suites/demo/new-file"
check_that "README says what is skipped" grep -q 'Case `strange` is skipped: unknown restriction' "$suites/demo/README.md"

# autopkgtest itself on the same tests, on this host. Three verdicts differ: a test whose command is missing broke; a
# guest has no network; and a guest may be broken by a test, which this host may not.
if command -v autopkgtest > /dev/null && [ "$(id -u)" = 0 ]; then
    cp -r pkg asked && rm asked/link
    sed -i '/^Tests: absent/,$d' asked/debian/tests/control # ends the whole run of autopkgtest
    autopkgtest --no-built-binaries --summary-file=summary ./asked/ -- null > autopkgtest.log 2>&1
    check_that "autopkgtest ran" test -s summary
    check_that "it lists the same tests" test "$({ cut -d' ' -f1 summary; echo absent; } | sort -u | paste -sd' ')" = \
        "$(cases demo | tr ' ' '\n' | sort | paste -sd' ')"
    while read -r id verdict rest; do
        case $id:$verdict in
        missing-command:FAIL) want=127 ;;
        wants-network:PASS) want=77 ;;
        writes:SKIP | only-arm:*) continue ;;
        *:PASS) want=0 ;;
        *:SKIP) want=77 ;;
        *:FLAKY | *:FAIL) want=1 ;;
        *) want=unknown ;;
        esac
        got=$(run_case demo "$id")
        check_that "$id: autopkgtest says $verdict $rest, and the case ends with $got" test "$got" = "$want"
    done < <(sort -u summary)
fi

# Packages: "@", alternatives, architectures, profiles.
printf 'Tests: passes\n\nTests: fails\nDepends: @, curl (>= 7) | wget, ${shlibs:Depends}, qemu-efi [arm64]\n\nTests: noisy\nDepends: @builddeps@\n' > pkg/debian/tests/control
import packages pkg
packages() { sed -n "s/.*<packages family=\"deb\"$1>\(.*\)<.*/\1/p" "$suites/packages/suite.xml"; }
check_that "packages of both" test "$(packages '')" = "demo demo-doc curl build-essential debhelper-compat docs python3"
check_that "of x86_64" test "$(packages ' arch="x86_64"')" = "demo-intel libfoo-dev nasm"
check_that "of aarch64" test "$(packages ' arch="aarch64"')" = "qemu-efi libbar-dev"
run_install() {
    mkdir -p "$scratch/packages" "$scratch/bin"
    printf '#!/bin/sh\necho installed\n' > "$scratch/bin/touchstone-install"
    printf '#!/bin/sh\nfor n; do :; done\n[ "$n" != missing ] && echo "installed 1.0-$n"\n' > "$scratch/bin/dpkg-query"
    chmod 755 "$scratch/bin/"*
    env -i PATH="$scratch/bin:$PATH" TOUCHSTONE_ARCH="$1" TOUCHSTONE_PACKAGES="$scratch/packages" TOUCHSTONE_SUITE="$suites/packages" \
        "$suites/packages/cases/install" > case.out 2> case.err
    echo $?
}
check_that "packages that the image has are looked for" test "$(run_install x86_64)" = 0
check_that "those of the architecture" grep -qx 'demo-intel 1.0-demo-intel is part of the image' case.out
check_that "not those of another" test "$(grep -c qemu-efi case.out)" = 0
sed -i 's/qemu-efi/missing/' "$suites/packages/cases/install"
check_that "one that is nowhere is an error" test "$(run_install aarch64)" = 99
check_that "with its name" grep -q "'missing' is neither staged nor installed" case.err
: > "$scratch/packages/a.deb"
check_that "staged packages are installed" test "$(run_install aarch64) $(cat case.out)" = "0 installed"
check_that "installed first" test "$(cases packages)" = "install passes fails noisy"
import one pkg --case passes
check_that "one test with its own packages" test "$(cases one) $(grep -c curl "$suites/one/suite.xml")" = "install passes 0"
if command -v dpkg-source > /dev/null; then
    rm pkg/link
    dpkg-source -b pkg > /dev/null 2>&1
    import from-dsc demo_1.0.dsc
    check_that "a .dsc is unpacked" test "$(cases from-dsc)" = "install passes fails noisy"
fi

# Tests that debian/control only names by their kind: autodep8 writes them, for autopkgtest too.
mkdir -p auto/debian
printf 'Source: python-demo\nTestsuite: autopkgtest-pkg-python\n\nPackage: python3-demo\nArchitecture: all\n' > auto/debian/control
if command -v autodep8 > /dev/null; then
    import auto auto
    check_that "tests of a kind" test "$(cases auto)" = "install autodep8-python3"
    check_that "with their packages" test "$(sed -n 's/.*<packages family="deb">\(.*\)<.*/\1/p' "$suites/auto/suite.xml")" = "python3-all python3-demo"
    check_that "and their command" grep -q 'import demo' "$suites/auto/cases/autodep8-python3"
fi
PATH=$scratch/nowhere "$touchstone" suite import auto --name unnamed > out 2> err
check_that "without autodep8 they are refused" test $? = 64
check_that "with what to do" grep -q "install autodep8" err

# --- bats ------------------------------------------------------------------------------------------------------------
mkdir bats
printf '@test "good" { true; }\n@test "skipped" { skip "no device"; }\n' > "bats/A b.bats"
printf 'load helper\n@test "uses it" { helper; }\n@test "bad" { false; }\n' > bats/second.bats
echo 'helper() { touch written; }' > bats/helper.bash
import bats bats
check_that "a case for each file" test "$(cases bats)" = "install a-b.bats second.bats"
if command -v bats > /dev/null; then
    check_that "passes" test "$(run_case bats a-b.bats)" = 0
    check_that "as TAP" test "$(grep -c '^1..2$' case.out)" = 1
    check_that "fails" test "$(run_case bats second.bats)" = 1
    check_that "one of two" grep -q '^not ok 2 bad' case.out
fi

# --- LTP -------------------------------------------------------------------------------------------------------------
mkdir -p runtest ltp/testcases/bin
printf '#DESCRIPTION:demo\n\nok01 ltp-exit 0\nfail01 ltp-exit 1\nbrok01 ltp-exit 2\nwarn01 ltp-exit 4\nconf01 ltp-exit 32\nboth01 ltp-exit 35\nconfbrok01 ltp-exit 34\nnone01 no-such-test -i 3\nok01 ltp-exit 0 && echo "twice"\nsignal01 kill -9 $$\nlonely\n' > runtest/demo
printf '#!/bin/sh\nexit $1\n' > ltp/testcases/bin/ltp-exit
chmod 755 ltp/testcases/bin/ltp-exit
import ltp runtest/demo
check_that "a case for each line" test "$(cases ltp)" = "ok01 fail01 brok01 warn01 conf01 both01 confbrok01 none01 ok01-2 signal01"
check_that "and a note" grep -q 'Line `lonely`' "$suites/ltp/README.md"
check_that "without LTP, the suite is broken" test "$(run_case ltp ok01)" = 99
LTPROOT=$scratch/ltp
for row in ok01:0 fail01:1 brok01:99 warn01:99 conf01:77 both01:1 confbrok01:99 none01:127 ok01-2:0 signal01:137; do
    got=$(run_case ltp "${row%:*}")
    check_that "${row%:*} ends with $got, expected ${row#*:}" test "$got" = "${row#*:}"
done

# --- tmt -------------------------------------------------------------------------------------------------------------
mkdir -p tmt/.fmf tmt/tests/smoke tmt/plans
echo 1 > tmt/.fmf/version
printf 'execute:\n    how: tmt\ndiscover:\n    how: fmf\n' > tmt/plans/all.fmf
cat > tmt/tests/main.fmf << 'END'
require: [httpd, curl]
duration: 1h 5m
environment: {COLOUR: "dark red"}
END
cat > tmt/tests/smoke/main.fmf << 'END'
summary: Smoke & mirrors
test: ./run.sh
require+: [jq]
/good:
    environment+: {WANT: "0"}
/bad:
    environment+: {WANT: "1"}
    duration: 90
/broken:
    environment+: {WANT: "2"}
/expected:
    environment+: {WANT: "1"}
    result: xfail
/unexpected:
    environment+: {WANT: "0"}
    result: xfail
/off:
    enabled: false
/library:
    require: {type: library, name: foo}
/custom:
    result: custom
/beaker:
    framework: beakerlib
END
printf 'test: exit 0\nrequire: []\n' > tmt/tests/other.fmf
printf '#!/bin/sh\n[ "$COLOUR" = "dark red" ] || exit 3\ntouch written\nexit $WANT\n' > tmt/tests/smoke/run.sh
chmod 755 tmt/tests/smoke/run.sh
import tmt tmt
check_that "a case for each leaf" test "$(cases tmt)" = "install tests-other tests-smoke-good tests-smoke-bad tests-smoke-broken tests-smoke-expected tests-smoke-unexpected tests-smoke-off tests-smoke-library tests-smoke-custom tests-smoke-beaker"
check_that "inherited packages" grep -q '<packages family="rpm">httpd curl jq</packages>' "$suites/tmt/suite.xml"
check_that "inherited duration" grep -q '<case id="tests-smoke-good".* timeout="3900"' "$suites/tmt/suite.xml"
check_that "its own" grep -q '<case id="tests-smoke-bad".* timeout="90"' "$suites/tmt/suite.xml"
check_that "titles" grep -q '<title>Smoke &amp; mirrors</title>' "$suites/tmt/suite.xml"
check_that "plans are told" grep -q 'Plan `/plans/all` is not mapped' "$suites/tmt/README.md"
for row in tests-other:0 tests-smoke-good:0 tests-smoke-bad:1 tests-smoke-broken:99 tests-smoke-expected:0 tests-smoke-unexpected:1 \
    tests-smoke-off:77 tests-smoke-library:77 tests-smoke-custom:77 tests-smoke-beaker:77; do
    got=$(run_case tmt "${row%:*}")
    check_that "${row%:*} ends with $got, expected ${row#*:}" test "$got" = "${row#*:}"
done

# --- the Kunpeng compatibility tool ----------------------------------------------------------------------------------
mkdir kunpeng
cat > kunpeng/compatibility_testing.conf << END
# comment
application_names= ts-demo-daemon   # process
start_app_commands= cd $scratch, ./ts-demo-daemon &
stop_app_commands=kill \$(cat $scratch/pid)
start_performance_scripts=
cluster_ip_lists=10.0.0.1
END
printf '#!/bin/sh\necho $$ > %s/pid\nexec sleep 60\n' "$scratch" > ts-demo-daemon
chmod 755 ts-demo-daemon
cp "$(command -v sleep)" ts-demo-sleep
sed -i "s,exec sleep 60,exec -a ts-demo-daemon $scratch/ts-demo-sleep 60,; s,#!/bin/sh,#!/bin/bash," ts-demo-daemon
import kunpeng kunpeng/compatibility_testing.conf
check_that "its cases" test "$(cases kunpeng)" = "start stop start-again performance stop-again"
check_that "a load is judged natively" grep -q '<case id="performance" item="performance".* judge="native"' "$suites/kunpeng/suite.xml"
check_that "a stop proves nothing without a start" test "$(grep -A2 'id="stop"' "$suites/kunpeng/suite.xml" | grep -c '<needs case="start"/>')" = 1
check_that "what is not mapped" grep -q 'cluster_ip_lists=10.0.0.1' "$suites/kunpeng/README.md"
sed -i "s,cd $scratch; *,,; s,'cd $scratch',true,; s,\./ts-demo,$scratch/ts-demo," "$suites/kunpeng/cases/start" "$suites/kunpeng/cases/start-again"
check_that "no load is skipped" test "$(run_case kunpeng performance)" = 77
sed -i 's/^left=.*/left=2/' "$suites/kunpeng/cases/"*
sed 's,/ts-demo-daemon &,/ts-demo-absent \&,' "$suites/kunpeng/cases/start" > "$suites/kunpeng/cases/absent"
chmod 755 "$suites/kunpeng/cases/absent"
check_that "what does not start fails" test "$(run_case kunpeng absent)" = 1
check_that "with the name of the process" grep -qF "process 'ts-demo-daemon' does not exist" case.err
check_that "starts" test "$(run_case kunpeng start)" = 0
check_that "stops" test "$(run_case kunpeng stop)" = 0
kill "$(cat pid)" 2> /dev/null

# --- what is refused -------------------------------------------------------------------------------------------------
refuse() {
    local says=$1
    shift
    "$touchstone" suite import "$@" > out 2> err
    check_that "refused: $says" test $? = 64
    check_that "and says so" grep -qF -- "$says" err
}
mkdir empty
refuse "is not recognised" empty --name x
refuse "--name is required" empty
refuse "already exists" pkg --name demo
refuse "'X!'" pkg --name 'X!'
refuse "does not exist" nowhere --name x
refuse "use autopkgtest or bats" pkg --name x --kind nose
refuse "name given by --case" pkg --name x --case nope
printf 'Tests: a\nTest-Command: b\n' > pkg/debian/tests/control
refuse "either Tests or Test-Command" pkg --name x
printf 'no field\n' > pkg/debian/tests/control
refuse "line 1 is neither a field nor a comment" pkg --name x
printf 'a: [b\n' > tmt/tests/other.fmf
refuse "other.fmf: line" tmt --name x
printf 'a: &x [*x]\ntest: b\n' > tmt/tests/other.fmf
refuse "nested deeper" tmt --name x
printf 'application_names=\n' > kunpeng/compatibility_testing.conf
refuse "application_names is empty" kunpeng/compatibility_testing.conf --name x
check_that "nothing is left behind" test ! -e "$suites/x"
end_checks
