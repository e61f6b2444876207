#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The built-in phases that measure, on real Redis and PostgreSQL and with shortened rounds: they run, and no programme and
# no form takes them for passed.
. "$TS_SOURCE_DIR/harness/tests/lib/guest.sh"
. "$TS_SOURCE_DIR/harness/tests/lib/sampling.sh"
add_image amd64
chosen=${ONLY:-redis postgresql}
want() { case " $chosen " in *" $1 "*) ;; *) return 1 ;; esac; }
run() { "$touchstone" run --image debian-bookworm-amd64 --platform x86 --jobs 1 --plain "$@"; }

# measured SUITE: a suite of real software without its own cases, so that probes alone run.
measured() {
    cp -r "$TS_SOURCE_DIR/suites/$1" "$suites/"
    sed -i '/<case /,/<\/case>/d; /<difference /,/<\/difference>/d' "$suites/$1/suite.xml"
    rm -rf "$suites/$1/cases"
}
products=
for name in redis postgresql; do want "$name" && measured "$name" && products="$products $name"; done
if [ -n "$products" ]; then
    arguments=()
    for name in $products; do arguments+=(--suite "$suites/$name"); done
    expect_exit "products: run" 0 run --measure idle --measure load --measure overload --rounds 2 --minutes 1 "${arguments[@]}"
    for name in $products; do
        shown_whole "$name"
        for id in probe-idle probe-load probe-overload; do
            check "$name: $id ran, and is not judged" "$(case_of_cell "$id" .status)" DONE
        done
        for key in idle.cpu load.cpu.difference pressure.memory overload.floor overload.recovery; do
            echo "$name: $key: $(observed "$key" | xargs)$(observed "$key.unjudged" | xargs) $(observed "$key.unmeasured" | xargs)"
        done
        for programme in openeuler-isv kunpeng-compatible opencloudos; do
            "$touchstone" programme status --programme "$programme" --suite "$name" --json > "$scratch/status" || true
            jq -r '.programmes[].items[] | "\(.id) \(.state)"' "$scratch/status" |
                grep -E '^(performance-|idle-|pressure-|stress |stability-long)' > "$scratch/states"
            check "$name: $programme: nothing that depends on time is passed" "$(grep -c ' passed$' "$scratch/states" || true)" 0
            echo "$name: $programme: $(tr '\n' ',' < "$scratch/states")"
            for language in en zh; do
                expect_exit "$name: $programme: form, $language" 0 "$touchstone" programme form --programme "$programme" \
                    --suite "$name" --lang "$language" -o "$scratch/$name.$programme.$language.html"
                expect_exit "$name: $programme: form, data" 0 "$touchstone" programme form --programme "$programme" \
                    --suite "$name" --format json
                check "$name: $programme: the form says the same" "$(jq -r '.programmes[].items[] | "\(.id) \(.state)"' <<< "$printed" |
                    grep -E '^(performance-|idle-|pressure-|stress |stability-long)' | diff - "$scratch/states")" ""
            done
        done
        # PostgreSQL's first rate comes with pgbench's first report, so its overload is not computed.
        [ "$name" = redis ] || continue
        check "$name: openEuler's load needs real hardware" "$("$touchstone" programme status --programme openeuler-isv --suite "$name" --json |
            jq -r '.programmes[].items[] | select(.id == "performance-cpu") | .state')" needs-real-hardware
        check_has "$name: the form says so" "$(cat "$scratch/$name.openeuler-isv.en.html")" "needs real hardware"
    done
fi
finish
