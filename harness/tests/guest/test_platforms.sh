#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The four platforms with the real suites, as run by scripts/demo: every cell has evidence, and the platforms differ where
# the physical CPUs do. Each product is run on one platform of each architecture; with TOUCHSTONE_TEST_ALL on all four.
# The other items are run by the tests of each product. The result of the static check is shown beside the observed
# outcome, for working and for broken products.
. "$TS_SOURCE_DIR/harness/tests/lib/guest.sh"
add_image amd64
add_image arm64

# run_of: the run that has the platform's cells.
declare -A run_of
# run_on PRODUCTS PLATFORM…: these suites, and that of the behaviour of each platform.
run_on() {
    local products=$1 arguments=() each planned=0
    shift
    for each in behaviour $products; do arguments+=(--suite "$each"); done
    for each; do arguments+=(--platform "$each"); done
    for each in $products; do planned=$((planned + $#)); done
    expect_exit "$products on $*, and not all of their items" 5 "$touchstone" run "${arguments[@]}" \
        --item install --item function --json
    matrix=$printed
    printf '%s\n' "$said" | grep -E '^\[' || true
    for each; do run_of[$each]=$(jq -r .run <<< "$matrix"); done
    check "$*: cells" "$(jq '.cells | length' <<< "$matrix")" $((planned + $#))
    check "$*: verdicts" "$(jq -r '[.cells[] | "\(.suite) \(.verdict)"] | unique | .[]' <<< "$matrix")" \
        "$(printf '%s\n' "behaviour compatible" "${products// /$' conditional\n'} conditional" | sort)"
    check "$*: nothing stands against them but the scope" "$(jq -r '[.cells[] | select(.verdict == "conditional") | .reason |
        sub("^partial: [0-9]+ of [0-9]+ cases planned, required [^ ]+( and [0-9]+ more)? left out$"; "")] | unique | .[]' \
        <<< "$matrix")" ""
    check "$*: grades" "$(jq -c '[.cells[].grade] | unique' <<< "$matrix")" '["emulated"]'
    check "$*: coverage" "$(jq -c '[.cells[] | .coverage.judged == .coverage.total and .coverage.total > 0] | unique' <<< "$matrix")" '[true]'
    check "$*: nothing bad is told of good products' files" \
        "$(jq -c '[.cells[].abi | select(. != null) | .predicted] | unique' <<< "$matrix")" '["compatible"]'
    expect_exit "$*: that is allowed" 0 "$touchstone" matrix --allow-partial
    check_has "$*: and told first" "$printed" "Partial: $planned of $((planned + $#)) cells leave out cases of the suite (--item install,function)"
}
if [ -n "${TOUCHSTONE_TEST_ALL:-}" ]; then
    run_on "nginx redis" x86 hygon kunpeng phytium
    products=({x86,hygon,kunpeng,phytium}/{redis,nginx})
else
    run_on redis x86 phytium
    run_on nginx hygon kunpeng
    products=({x86,phytium}/redis {hygon,kunpeng}/nginx)
fi

# seen PLATFORM KEY: an observation of the behaviour cell.
seen() {
    "$touchstone" show --run "${run_of[$1]}" "$1/behaviour" --json | jq -r --arg k "$2" '[.. | objects | select(.key? == $k and has("value")) | .value][0]'
}
check "LSE on kunpeng" "$(seen kunpeng isa.atomics)" executes
check "LSE on phytium" "$(seen phytium isa.atomics)" sigill
check "AVX2 on hygon" "$(seen hygon isa.avx2)" executes
check "vendor on hygon" "$(seen hygon cpu.vendor)" HygonGenuine
check "vendor on x86" "$(seen x86 cpu.vendor)" GenuineIntel
check "AVX-512 on hygon" "$(seen hygon isa.avx512f)" sigill
check "plain char on x86" "$(seen x86 abi.char)" signed
check "plain char on phytium" "$(seen phytium abi.char)" unsigned
check "long double on x86" "$(seen x86 abi.long_double.mantissa)" 64
check "long double on kunpeng" "$(seen kunpeng abi.long_double.mantissa)" 113
check "MADV_FREE and fork" "$(for platform in x86 kunpeng; do seen $platform memory.madv_free_fork; done | sort -u)" kept
for cell in "${products[@]}"; do
    expect_exit "$cell" 0 "$touchstone" show --run "${run_of[${cell%/*}]}" "$cell" --json
    check "$cell: packages are evidence" "$(jq -r '[.. | objects | select(.name? == "packages" and has("sha256"))] | length > 0' <<< "$printed")" true
    check "$cell: its files were checked" "$(jq -c '.prediction | [.state, .cut, ([.parts[] | select(.checked)] | length > 0)]' <<< "$printed")" '["made",false,true]'
    check "$cell: they were counted" "$(jq -c '.prediction.census | .files > 0 and .examined > 0 and .examined <= .files' <<< "$printed")" true
done
check "one reading an image" "$(find "$TOUCHSTONE_HOME/surfaces" -name '*.surface' | wc -l)" 2

# Files that cannot work: of a newer release, with a missing library, with instructions of another CPU.
# ships NAME PROGRAM: a suite whose product is that program.
ships() {
    suite "$1"
    mkdir "$suites/$1/files"
    mv "$2" "$suites/$1/files/program"
    # shellcheck disable=SC2016
    case_of "$1" starts exit yes 20 <<< '"$TOUCHSTONE_SUITE/files/program" < /dev/null || exit 1'
}
# newer_program RELEASE PACKAGE PATH: an unmodified program of another release of Debian.
newer_program() (
    work=$scratch/$1 release=$1 pages='' mirror=''
    . "$TS_SOURCE_DIR/scripts/lib/say.sh"
    . "$TS_SOURCE_DIR/scripts/lib/host-apt.sh"
    mkdir "$work"
    host_mirrors "$release" > "$work/mirrors"
    apt_make "$work/apt" amd64 "$release"
    apt_in "$work/apt" apt-get -q update
    cd "$work"
    apt_in "$work/apt" apt-get -q download "$2"
    dpkg-deb --fsys-tarfile "$2"_*.deb | tar -xO "./$3" > "$scratch/program"
    chmod 755 "$scratch/program"
)
newer_program trixie coreutils usr/bin/base64
ships newer "$scratch/program"
echo 'int absent(void) { return 0; }' | gcc -shared -fPIC -Wl,-soname,libabsent.so.1 -o "$scratch/libabsent.so" -x c -
echo 'int absent(void); int main(void) { return absent(); }' | gcc -o "$scratch/program" -x c - -x none "$scratch/libabsent.so"
ships lacking "$scratch/program"
echo 'static int n; int main(void) { return __atomic_fetch_add(&n, 1, __ATOMIC_SEQ_CST); }' |
    aarch64-linux-gnu-gcc -march=armv8.1-a -O2 -o "$scratch/program" -x c -
ships lse "$scratch/program"
printf '.globl _start\n_start: mov r0, #0\nmov r7, #1\nsvc #0\n' | arm-linux-gnueabihf-as -o "$scratch/arm32.o" -
arm-linux-gnueabihf-ld -o "$scratch/program" "$scratch/arm32.o"
ships arm32 "$scratch/program"

# told PLATFORM SUITE: predicted, observed and final verdict.
told() { cell "$1" "$2" '"\(.abi.predicted) \(.abi.observed) \(.verdict)"'; }
# kinds PLATFORM SUITE: the findings.
kinds() { "$touchstone" show "$1/$2" --json | jq -r '[.prediction.findings[].kind] | unique | join(" ")'; }
expect_exit "programs that cannot load" 1 "$touchstone" run --platform x86 --suite "$suites/newer" --suite "$suites/lacking" --json
matrix=$printed
check "a newer release's program" "$(told x86 newer)" "incompatible incompatible incompatible"
check "a newer release's program: why" "$(kinds x86 newer)" VERSION_MISSING
check "a library that is not there" "$(told x86 lacking)" "incompatible incompatible incompatible"
check "a library that is not there: why" "$(kinds x86 lacking)" LIB_MISSING
expect_exit "the report of it" 0 "$touchstone" report latest -o "$scratch/report.html"
check_has "predicted and observed in the report" "$(cat "$scratch/report.html")" VERSION_MISSING
expect_exit "programs that some parts run" 1 "$touchstone" run --platform kunpeng --platform phytium \
    --suite "$suites/lse" --suite "$suites/arm32" --json
matrix=$printed
check "LSE on kunpeng" "$(told kunpeng lse)" "compatible compatible compatible"
check "LSE on phytium" "$(told phytium lse)" "conditional incompatible incompatible"
check "LSE on phytium: why" "$(kinds phytium lse)" ISA_UNGUARDED
check "a 32-bit Arm program on kunpeng" "$(told kunpeng arm32)" "incompatible incompatible incompatible"
check_has "a 32-bit Arm program on kunpeng: why" "$(kinds kunpeng arm32)" ARCH
# A static program is recognised as such: its files alone promise nothing.
check "a 32-bit Arm program on phytium" "$(told phytium arm32)" "not-assessed compatible compatible"
if [ -d "$guests/debian-trixie-arm64-16k" ]; then
    "$touchstone" image add pages-16k --guest "$guests/debian-trixie-arm64-16k" > /dev/null
    echo 'int main(void) { return 0; }' | aarch64-linux-gnu-gcc -Wl,-z,max-page-size=4096 -o "$scratch/program" -x c -
    ships narrow "$scratch/program"
    expect_exit "segments narrower than pages" 1 "$touchstone" run --image pages-16k --platform arm64-16k \
        --suite "$suites/narrow" --json
    matrix=$printed
    check "narrow segments on 16K pages" "$(told arm64-16k narrow)" "incompatible incompatible incompatible"
    check "narrow segments on 16K pages: why" "$(kinds arm64-16k narrow)" PAGE_ALIGN
fi
finish
