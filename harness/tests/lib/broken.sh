# SPDX-License-Identifier: Apache-2.0
# Suites of a real product that is broken on purpose. Sourced after guest.sh.

# stage_original SUITE PACKAGE: sets $original to the suite's name and $package to the file of its real package whose whole
# name matches that regular expression.
stage_original() {
    original=$1
    if ! "$touchstone" suite stage "$1" --image debian-bookworm-amd64 --json > "$scratch/staged" 2> "$scratch/stderr"; then
        echo "skipped: $1 cannot be staged: $(cat "$scratch/stderr")"
        exit 77
    fi
    package=$(jq -r --arg name "$2" '.packages[] | select(.name | test("^(" + $name + ")$")) | .path' "$scratch/staged")
}

# unprobed FOLDER: its suite without the built-in probes.
unprobed() {
    sed -i '/<probes/,/<\/probes>/d' "$1/suite.xml"
}

# probe_statuses: of the cell that was shown last.
probe_statuses() {
    jq -r '[.cases[] | select(.id | startswith("probe-")) | "\(.id[6:])=\(.status)"] | join(" ")' <<< "$printed"
}

# check_probes SUITE DEFAULTS COMMANDS: on x86, with the statuses of these two.
check_probes() {
    expect_exit "show $1" 0 "$touchstone" show "x86/$1" --json
    check "the probes of $1" "$(probe_statuses)" \
        "state=PASS commands=$3 dependencies=PASS privileges=PASS defaults=$2 start=PASS ports=PASS tls=SKIP kill=PASS stop=PASS"
    check "ten kills of $1 under load" "$(jq -r '.observations[] | select(.key == "test.rounds") | .value' <<< "$printed")" 10
}

# broken NAME WAY...: the suite under another name, whose files/ contain the package broken by break-SUITE.
broken() {
    cp -r "$TS_SOURCE_DIR/suites/$original" "$suites/$1"
    sed -i "s/<suite name=\"$original\"/<suite name=\"$1\"/" "$suites/$1/suite.xml"
    # The whole product shows the built-in probes, and test_probes.sh how they fail.
    unprobed "$suites/$1"
    mkdir "$suites/$1/files"
    "$TS_SOURCE_DIR/harness/tests/guest/break-$original" "$package" "$suites/$1/files" "${@:2}" > /dev/null
}

# left_behind: what the product of the cell that was shown last left in the system, though its suite does not allow it.
left_behind() {
    jq -r '[.footprint.entries[] | select(.left and .fault) | "\(.kind) \(.name)"] | join(", ")' <<< "$printed"
}
