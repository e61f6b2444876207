# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Benchmark figures that are valid on a machine with other load. To be sourced.

# load_warn: warns if other programs use so much of the machine that wall times are meaningless.
load_warn() {
    awk -v load="$(cut -d ' ' -f 1 /proc/loadavg)" -v cores="$(nproc)" 'BEGIN {
        if (load > cores / 2)
            printf "load %s on %d cores: other programs affect wall times. Compare ratios of interleaved pairs and CPU times, or measure again on an idle machine\n", load, cores }'
}

# measure FILE COMMAND...: appends wall and processor time in milliseconds and peak memory in MiB.
measure() {
    local to=$1 start=$EPOCHREALTIME usage
    shift
    usage=$(mktemp)
    /usr/bin/time -f '%U %S %M' -o "$usage" "$@" > /dev/null 2>&1 || true
    tail -n 1 "$usage" | awk -v a="$start" -v b="$EPOCHREALTIME" \
        '{ printf "%.1f %.0f %.1f\n", (b - a) * 1000, ($1 + $2) * 1000, $3 / 1024 }' >> "$to"
    rm -f "$usage"
}

# column FILE NUMBER: prints "median least most" of that column.
column() {
    sort -n -k "$2,$2" "$1" | awk -v c="$2" '{ v[NR] = $c } END { print v[int((NR + 1) / 2)], v[1], v[NR] }'
}

# pair_ratio FILE PEER: the median of the ratios of each round's wall times, so that a round in which the machine was
# busy has no more weight than another.
pair_ratio() {
    paste -d ' ' "$1" "$2" | awk '{ print $1 / $4 }' | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}
