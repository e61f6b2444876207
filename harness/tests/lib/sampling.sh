# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: Apache-2.0
# Sampling beside sar in a guest. To be sourced after guest.sh.

# meter_suite SECONDS: the suite "meter", whose case samples while sar does the same. A multiple of 60.
meter_suite() {
    local seconds=$1
    suite meter
    case_of meter install exit yes 120 <<< 'exec touchstone-install'
    case_of meter measures exit yes 60 << END
cd "\$TOUCHSTONE_WORK"
awk '{ print "dev" \$1 "-" \$2, \$3 }' /proc/diskstats > "\$TOUCHSTONE_ARTIFACTS/names"
# The sampler looks for three seconds whether the guest is idle before it begins.
(sleep 3; LC_ALL=C exec sar -u -r -d 5 $((seconds / 5)) > "\$TOUCHSTONE_ARTIFACTS/sar") &
touchstone-sample --rounds 1 --seconds $seconds -- sh -c '
    dd if=/dev/zero of=load bs=64k count=40 conv=fsync 2> /dev/null
    i=0; while [ \$i -lt 20000 ]; do i=\$((i + 1)); done'
code=\$?
wait
exit \$code
END
    sed -i "s/<case id=\"install\" item=\"function\"/<packages family=\"deb\">sysstat<\/packages><case id=\"install\" item=\"install\" install=\"yes\"/
        s/id=\"measures\" item=\"function\"/id=\"measures\" item=\"performance\" minutes=\"$((seconds / 60))\" judge=\"native\"/" "$suites/meter/cases.xml"
    write_suite meter
}

# shown_whole SUITE: its cell is in $printed, its files below $scratch/files.
shown_whole() {
    rm -rf "$scratch/files"
    expect_exit "$1: files" 0 "$touchstone" show "debian-bookworm-amd64/x86/$1" --artifacts "$scratch/files"
    expect_exit "$1: show" 0 "$touchstone" show "debian-bookworm-amd64/x86/$1" --json
}
# file CASE NAME: the path of that evidence.
file() { find "$scratch/files" -path "*$1*" -name "$2" | sort | tail -n 1; }

# observed KEY: the values of that key in the cell that was shown last, one a line.
observed() { jq -r --arg k "$1" '.observations[] | select(.key == $k) | .value' <<< "$printed"; }

# check_meter SECONDS: what was shown last, the cell of "meter", agrees with sar within one percentage point.
check_meter() {
    local seconds=$1 csv sar sampled of_sar kinds='' name here there cost
    check "meter: its case ran, and is not judged" "$(case_of_cell measures .status)" DONE
    csv=$(file measures samples.csv) sar=$(file measures sar)
    # From the first and last sample of the round; memory: of all but the first.
    sampled=$(awk -F, '
        $1 == "columns" { for (i = 2; i <= NF; i++) at[$i] = i }
        $1 == "sample" {
            if (!n++) { total = $at["cpu.total"]; idle = $at["cpu.idle"]; t = $at["at"]; own = $at["self"]
                        for (k in at) if (k ~ /^disk\..*\.busy$/) busy[k] = $at[k] }
            else memory += 100 * $at["mem.used"] / $at["mem.total"]
            total2 = $at["cpu.total"]; idle2 = $at["cpu.idle"]; t2 = $at["at"]; own2 = $at["self"]
            for (k in busy) busy2[k] = $at[k]
        }
        END {
            printf "idle %.2f\nmemory %.2f\ncost %.3f\nsamples %d\n", 100 * (idle2 - idle) / (total2 - total),
                memory / (n - 1), (own2 - own) / (t2 - t) / 10, n
            for (k in busy) { split(k, part, "."); printf "disk.%s %.2f\n", part[2], 100 * (busy2[k] - busy[k]) / (t2 - t) }
        }' "$csv")
    of_sar=$(awk '
        FNR == NR { name[$1] = $2; next }
        /%idle/ { what = "idle" } /%memused/ { what = "memory" } /%util/ { what = "disk" }
        { for (i = 1; i <= NF; i++) if ($i == "%memused") used = i }
        $1 == "Average:" && what == "idle" && $2 == "all" { printf "idle %s\n", $NF }
        $1 == "Average:" && what == "memory" && $2 ~ /^[0-9]/ { printf "memory %s\n", $used }
        $1 == "Average:" && what == "disk" && $2 != "DEV" { printf "disk.%s %s\n", ($2 in name) ? name[$2] : $2, $NF }' \
        "$(file measures names)" "$sar")
    echo "sampled for $seconds s: $(echo $sampled)"
    echo "sar: $(echo $of_sar)"
    while read -r name here; do
        there=$(awk -v n="$name" '$1 == n { print $2 }' <<< "$of_sar")
        [ -n "$there" ] || continue
        kinds="$kinds ${name%%.*}"
        check "$name: $here, sar says $there" "$(awk -v a="$here" -v b="$there" 'BEGIN { print (a - b < 1 && b - a < 1) ? "agrees" : "differs" }')" agrees
    done <<< "$sampled"
    check "compared" "$(tr ' ' '\n' <<< "$kinds" | sort -u | xargs)" "disk idle memory"
    check "samples" "$(awk '$1 == "samples" { print $2 }' <<< "$sampled")" $((seconds / 5 + 1))
    cost=$(awk '$1 == "cost" { print $2 }' <<< "$sampled")
    check "it costs at most 1 % of a CPU: $cost %" "$(awk -v c="$cost" 'BEGIN { print (c <= 1) ? "yes" : "no" }')" yes
}
