#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# touchstone-probe on CPUs with known differences: this machine's, and models emulated by qemu-user. Its findings must
# match each model.
set -u
folder=$(mktemp -d) || exit 99
trap 'rm -rf "$folder"' EXIT
failed=0
ran=0

complain()
{
    echo "$*"
    failed=1
}

# probe ARCH CPU VERB: output in $folder/out, observations in $folder/observations; false: cannot run here.
probe()
{
    program=$TS_BINARY_DIR/guest/$1/touchstone-probe
    [ -x "$program" ] || return 1
    rm -f "$folder/observations"
    if [ "$2" = native ]; then
        [ "$(uname -m)" = "$1" ] || return 1
        TOUCHSTONE_OBSERVATIONS=$folder/observations "$program" "$3" > "$folder/out"
    else
        command -v "qemu-$1-static" > /dev/null || return 1
        TOUCHSTONE_OBSERVATIONS=$folder/observations "qemu-$1-static" -cpu "$2" "$program" "$3" \
            > "$folder/out" 2> "$folder/err"
    fi
    code=$?
    ran=$((ran + 1))
    return 0
}

# expect KEY=VALUE…: in the observations.
expect()
{
    for pair in "$@"; do
        key=${pair%%=*}
        found=$(awk -F'\t' -v key="$key" '$1 == key { print $2 }' "$folder/observations")
        [ "$found" = "${pair#*=}" ] || complain "$what: $key is '$found', expected '${pair#*=}'"
    done
}

isa()
{
    what="$1 $2"
    probe "$1" "$2" isa || return 0
    shift 2
    expect "$@"
}

isa aarch64 cortex-a72 isa.aes=executes isa.crc32=executes isa.atomics=sigill isa.asimdrdm=sigill isa.sve=sigill
isa aarch64 a64fx,sve=off isa.atomics=executes isa.asimdrdm=executes isa.lrcpc=sigill isa.asimddp=sigill isa.sve=sigill
isa aarch64 a64fx isa.atomics=executes isa.sve=executes isa.sve2=sigill
isa aarch64 neoverse-n1 isa.lrcpc=executes isa.asimddp=executes isa.jscvt=sigill isa.fcma=sigill
isa aarch64 max isa.sve2=executes isa.bf16=executes isa.sha512=executes isa.sm4=executes isa.jscvt=executes
isa x86_64 Nehalem isa.sse4_2=executes isa.popcnt=executes isa.avx=sigill isa.bmi1=sigill isa.movbe=sigill
isa x86_64 Haswell isa.avx2=executes isa.fma=executes isa.bmi2=executes isa.avx512f=sigill
isa x86_64 Dhyana,+aes isa.avx2=executes isa.aes=executes isa.avx512f=sigill
isa x86_64 qemu64 isa.pni=executes isa.ssse3=sigill isa.sse4_2=sigill

# An advertised feature that faults is a failure: qemu-user 7.2 advertises dcpop and does not execute it.
if probe aarch64 max isa && grep -q 'dcpop.*sigill' "$folder/observations"; then
    grep -q '^not ok .* - dcpop is advertised: sigill' "$folder/out" || complain "dcpop faults and is not said to"
    [ "$code" -ne 0 ] || complain "dcpop faults and the exit code is 0"
fi

for arch in x86_64:native:signed:x87-80:-2147483648 aarch64:cortex-a72:unsigned:ieee-128:2147483647 \
    aarch64:native:unsigned:ieee-128:2147483647 x86_64:Haswell:signed:x87-80:-2147483648; do
    IFS=: read -r name cpu char long_double overflow << END
$arch
END
    what="$name $cpu"
    for verb in abi-layout floating-point memory system; do
        probe "$name" "$cpu" "$verb" || continue
        [ "$code" -eq 0 ] || { complain "$what $verb: exit code $code"; grep '^not ok' "$folder/out"; }
        [ "$(grep -c '^ok' "$folder/out")" = "$(sed -n 's/^1\.\.//p' "$folder/out")" ] ||
            complain "$what $verb: points and plan differ"
        case $verb in
        abi-layout) expect "abi.char=$char" "abi.long_double=$long_double" ;;
        floating-point) expect "fp.double_to_int32.1e10=$overflow" ;;
        esac
    done
done

# The feature table refers to existing tests.
if [ -f "$TS_SOURCE_DIR/arch/features.xml" ]; then
    for arch in x86_64 aarch64; do
        probe "$arch" native isa-tests || probe "$arch" max isa-tests || continue
        sort "$folder/out" > "$folder/tests"
        sed -n "/<arch name=\"$arch\"/,/<\/arch>/s/.* probe=\"\([^\"]*\)\".*/\1/p" \
            "$TS_SOURCE_DIR/arch/features.xml" | sort > "$folder/named"
        diff "$folder/named" "$folder/tests" ||
            complain "$arch: column probe of arch/features.xml (<) and the probe's tests (>) differ"
    done
fi

[ "$ran" -gt 0 ] || { echo "neither this machine's architecture nor qemu-user-static has a probe to run"; exit 77; }
echo "$ran runs of the probe"
exit "$failed"
