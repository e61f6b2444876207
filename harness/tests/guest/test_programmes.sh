#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Redis, PostgreSQL, MariaDB and a broken MariaDB through every programme, with their cases, the built-in probes and the
# phases that measure, in shortened rounds: the stand-in and the emulation reach nothing that asks for more, what failed
# is failed in every programme that asks for it, and the forms say what the status says.
. "$TS_SOURCE_DIR/harness/tests/lib/guest.sh"
. "$TS_SOURCE_DIR/harness/tests/lib/broken.sh"
. "$TS_SOURCE_DIR/harness/tests/lib/sampling.sh"
add_image amd64
programmes="house-rules kunpeng-compatible kunpeng-validated opencloudos openeuler-isv"
chosen=${ONLY:-redis postgresql mariadb mariadb-faulty}
faults="functions durability uninstall"

arguments=()
for name in $chosen; do
    if [ "$name" = mariadb-faulty ]; then
        stage_original mariadb mariadb-server
        broken mariadb-faulty few-digits no-sync leftover
        sed 's/<suite name="mariadb"/<suite name="mariadb-faulty"/' "$TS_SOURCE_DIR/suites/mariadb/suite.xml" > "$suites/$name/suite.xml"
        arguments+=(--suite "$suites/$name")
    else
        arguments+=(--suite "$TS_SOURCE_DIR/suites/$name")
    fi
done
code=0
case " $chosen " in *faulty*) code=1 ;; esac
expect_exit "products: run" "$code" "$touchstone" run --image debian-bookworm-amd64 --platform x86 --jobs 2 --plain \
    --measure idle --measure load --measure overload --rounds 2 --minutes 1 "${arguments[@]}"

# items FILTER: of the status that was read last.
items() { jq -r ".programmes[0].items[] | $1" "$scratch/status"; }

# check_form SUITE PROGRAMME LANGUAGE
check_form() {
    local form=$scratch/$1.$2.$3 format
    expect_exit "$1: $2: form, data, $3" 0 "$touchstone" programme form --programme "$2" --suite "$1" --lang "$3" --format json
    check "$1: $2: the form says the same, $3" "$(jq -r '.programmes[0].items[] | "\(.id) \(.state)"' <<< "$printed" |
        diff - "$scratch/states")" ""
    for format in html docx; do
        expect_exit "$1: $2: form, $format, $3" 0 "$touchstone" programme form --programme "$2" --suite "$1" --lang "$3" \
            --format "$format" -o "$form.$format"
    done
    unzip -p "$form.docx" word/document.xml | xmllint --noout - || check "$form.docx" "not XML" XML
}

for name in $chosen; do
    shown_whole "$name"
    failed=$(jq -r '[.cases[] | select(.status == "FAIL") | .id] | join(" ")' <<< "$printed")
    check "$name: what fails" "$(tr ' ' '\n' <<< "$failed" | grep -v '^probe-' | xargs)" \
        "$(if [ "$name" = mariadb-faulty ]; then echo "$faults"; fi)"
    for id in probe-idle probe-load probe-overload; do
        check "$name: $id ran, and is not judged" "$(case_of_cell "$id" .status)" DONE
    done
    # A host or a guest that was not idle before, or a load that began late, is said in place of a value.
    for key in idle.cpu load.cpu.difference overload.floor overload.recovery; do
        said=$(jq -r --arg k "$key" '[.observations[] | select(.key == $k or .key == $k + ".unjudged" or .key == $k + ".unmeasured") |
            "\(.key[($k | length):]) \(.value)"] | join("; ")' <<< "$printed")
        check_that "$name: $key is computed, or why not:$said" [ -n "$said" ]
    done
    for programme in $programmes; do
        "$touchstone" programme status --programme "$programme" --suite "$name" --json > "$scratch/status" || true
        items '"\(.id) \(.state)"' > "$scratch/states"
        echo "$name: $programme: $(cut -d' ' -f2 "$scratch/states" | sort | uniq -c | xargs)"
        check "$name: $programme: nothing that time or hardware decides is passed" "$(grep -E '^(performance-|idle-|pressure-|stress |stability-long)' "$scratch/states" |
            grep -c ' passed$' || true)" 0
        # Only the house rules have a level that emulation of a stand-in may reach.
        reached=$(jq -r '[.programmes[0].levels[] | select(.reached) | .id] | join(" ")' "$scratch/status")
        check "$name: $programme: levels that are reached" "${reached#trial-use}" ""
        if [[ $programme = kunpeng-* ]]; then
            check "$name: $programme: nothing ran on Kunpeng, so all is open" "$(cut -d' ' -f2 "$scratch/states" | sort -u)" not-measured
        elif [ "$name" = mariadb-faulty ]; then
            check "$name: $programme: no level is reached" "$reached" ""
            check "$name: $programme: an item is failed" "$(items 'select(.state == "failed") | "yes"' | sort -u)" yes
        else
            check "$name: $programme: nothing is failed" "$(items 'select(.state == "failed") | .id' | xargs)" ""
        fi
        for language in en zh; do
            check_form "$name" "$programme" "$language"
        done
    done
done
finish
