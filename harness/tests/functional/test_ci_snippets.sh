#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The GitLab and Jenkins snippets of the README: the YAML is valid (if Python has a parser for it), and touchstone
# accepts every command in them; runs are made with --dry-run, reports are written.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export TOUCHSTONE_HOME=$scratch/home PATH=$TS_BINARY_DIR:$PATH
mkdir -p "$TOUCHSTONE_HOME" "$scratch/work"
readme=$TS_SOURCE_DIR/README.md
. "$TS_SOURCE_DIR/harness/tests/lib/store.sh"

# The first of its kind: that of the CI section.
snippet() { sed -n "/^\`\`\`$1\$/,/^\`\`\`\$/{p;/^\`\`\`\$/q}" "$readme" | sed '1d;$d'; }
snippet yaml > "$scratch/gitlab.yml"
snippet groovy > "$scratch/Jenkinsfile"
[ -s "$scratch/gitlab.yml" ] && [ -s "$scratch/Jenkinsfile" ]
if python3 -c 'import yaml' 2> /dev/null; then
    python3 - "$scratch/gitlab.yml" <<'END'
import sys, yaml
job = yaml.safe_load(open(sys.argv[1]))["compatibility"]
assert job["artifacts"]["when"] == "always"
assert any("--output" in c and job["artifacts"]["reports"]["junit"] in c for c in job["after_script"])
assert all(isinstance(c, str) and c.startswith("touchstone ") for c in job["script"] + job["after_script"])
print("the YAML is YAML, with", len(job["script"] + job["after_script"]), "commands")
END
else
    echo "the YAML was not read: Python has no reader for it here"
fi
[ "$(tr -cd '{' < "$scratch/Jenkinsfile" | wc -c)" = "$(tr -cd '}' < "$scratch/Jenkinsfile" | wc -c)" ]

# An image that does not boot, a suite, and a run of it that was killed at once.
qemu-img create -q -f qcow2 "$scratch/disk.qcow2" 64M
echo kernel > "$scratch/vmlinuz"
printf 'ID=debian\nVERSION_ID="12"\n' > "$scratch/os-release"
printf 'Package: base-files\nStatus: install ok installed\nVersion: 12\nArchitecture: arm64\n' > "$scratch/status"
touchstone image add stand-in "$scratch/disk.qcow2" --format qcow2 --kernel "$scratch/vmlinuz" \
    --cmdline root=/dev/vda --arch arm64 --os-release "$scratch/os-release" --packages "$scratch/status" > /dev/null
cd "$scratch/work"
touchstone suite new myproduct --folder . > /dev/null
store_of_rows "
    INSERT INTO run VALUES (1, '20260101-aaaaaa', 1767225600000, 0, 'interrupted',
        '{\"accel\":\"auto\",\"cold\":false,\"connect\":null,\"images\":[\"stand-in\"],\"items\":[],\"jobs\":0,\"platforms\":[\"kunpeng\"],\"suites\":[\"myproduct\"]}');
    INSERT INTO planned_case VALUES (1, 'myproduct', 0, 'install', 'install', 1, 0, 1);
    INSERT INTO cell VALUES (1, 1, 0, 'stand-in', 'kunpeng', 'myproduct', NULL);"

# A gate that runs some items only: the plan shows what it leaves out and which exit code follows.
touchstone plan --platform kunpeng --suite ./myproduct --item install > "$scratch/plan"
grep -q 'myproduct *1 of [2-9]' "$scratch/plan" && grep -q 'exit code 5 unless --allow-partial' "$scratch/plan"
touchstone run --platform kunpeng --suite ./myproduct --item install --allow-partial --dry-run --json |
    jq -e '.cells[0].scope | .planned == 1 and .defined > 1 and .required_left_out > 0' > /dev/null
touchstone plan --platform kunpeng --suite ./myproduct > "$scratch/plan"
if grep -q partial "$scratch/plan"; then exit 1; fi

sed -n "s/^ *- \(touchstone .*\)/\1/p; s/^ *sh '\(touchstone .*\)'\$/\1/p" "$scratch/gitlab.yml" \
    "$scratch/Jenkinsfile" > "$scratch/commands"
[ "$(wc -l < "$scratch/commands")" = 6 ]
while read -r command; do
    case $command in
    "touchstone run "*) command="$command --dry-run" ;;
    esac
    rm -f touchstone.xml touchstone.html
    bash -euc "$command" > "$scratch/said" 2>&1 < /dev/null || { echo "not ok - $command"; cat "$scratch/said"; exit 1; }
    case $command in
    *touchstone.xml) xmllint --noout touchstone.xml ;;
    *touchstone.html) [ -s touchstone.html ] ;;
    esac
    echo "ok - $command"
done < "$scratch/commands"

# The three commands that gate a build: the run is made with --dry-run; the gate, on two runs of which nothing was
# executed, compares their images and does not pass.
snippet sh | sed 's/ *#.*//' > "$scratch/gating"
[ "$(grep -c '^touchstone ' "$scratch/gating")" = 3 ]
before=$(sed -n 's/.*--baseline \([^ ]*\).*/\1/p' "$scratch/gating") map=$(sed -n 's/.*--map \([^ ]*\).*/\1/p' "$scratch/gating")
plan() {
    printf '{"accel":"auto","cold":false,"connect":null,"images":["%s"],"items":[],"jobs":0,"platforms":["kunpeng"],"suites":["myproduct"]}' "$1"
}
store_of_rows "
    INSERT INTO run VALUES (1, '$before', 1767225600000, 1767225700000, 'ended', '$(plan "${map%=*}")');
    INSERT INTO planned_case VALUES (1, 'myproduct', 0, 'install', 'install', 1, 0, 1);
    INSERT INTO cell VALUES (1, 1, 0, '${map%=*}', 'kunpeng', 'myproduct', NULL);
    INSERT INTO run VALUES (2, '20260131-aaaaaa', 1767325600000, 1767325700000, 'ended', '$(plan "${map#*=}")');
    INSERT INTO planned_case VALUES (2, 'myproduct', 0, 'install', 'install', 1, 0, 1);
    INSERT INTO cell VALUES (2, 2, 0, '${map#*=}', 'kunpeng', 'myproduct', NULL);"
for image in "${map%=*}" "${map#*=}"; do
    touchstone image add "$image" "$scratch/disk.qcow2" --format qcow2 --kernel "$scratch/vmlinuz" \
        --cmdline root=/dev/vda --arch arm64 --os-release "$scratch/os-release" --packages "$scratch/status" > /dev/null
done
while read -r command; do
    expected=0
    case $command in
    "touchstone run "*) command="$command --suite ./myproduct --dry-run" ;;
    "touchstone gate "*) expected=2 ;;
    esac
    code=0
    bash -euc "$command" > "$scratch/said" 2>&1 < /dev/null || code=$?
    [ "$code" = "$expected" ] || { echo "not ok - $command: exit code $code"; cat "$scratch/said"; exit 1; }
    echo "ok - $command"
done < "$scratch/gating"
grep -q "not assessed" "$scratch/said" && grep -q "baseline  $before" "$scratch/said"
