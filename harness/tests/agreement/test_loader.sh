#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Compares 2,000 cross-release pairs with the real loader. TOUCHSTONE_ABI_ROOTS is a folder filled by
# scripts/abi-roots; scripts/check makes small roots.
set -eu
. "$TS_SOURCE_DIR/harness/tests/lib/agreement.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
wanted=${TOUCHSTONE_ABI_PAIRS:-2000}
"$TS_SOURCE_DIR/scripts/abi-agreement" "$roots" "$work" "$wanted" > "$work/out" ||
    { code=$?; cat "$work/out"; cat "$work"/*.differs | head -n 50; exit "$code"; }
grep -v '^[a-z]*-on-' "$work/out"
# Both architectures are tested, with the requested number of pairs.
awk -F '\t' -v wanted="$wanted" '
    { arch = $1; sub(/.*-/, "", arch); pairs[arch] += $2; bad[arch] += $3; all += $2 }
    END {
        for (arch in pairs) printf "%s: %d pairs, %d disagree\n", arch, pairs[arch], bad[arch]
        if (all < wanted || pairs["amd64"] < wanted / 3 || pairs["arm64"] < wanted / 3) {
            print "FAILED: fewer pairs than the " wanted " that were asked for, or one architecture lacks them"
            exit 1
        }
    }' "$work/summary.tsv"
