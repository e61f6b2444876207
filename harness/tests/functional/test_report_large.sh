#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The page of a run with many cells: its size stays within bounds, the details of everything that is not compatible come
# first, every link leads somewhere, its filter selects what `matrix --query` selects, and no cell is green in it that the
# matrix does not call compatible, or of which evidence is damaged.
set -euo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/program.sh"
need duk jq xmllint
fill=$TS_BINARY_DIR/tests/bench_store

# page CELLS CASES: a run of so many, and its page.
page() {
    export TOUCHSTONE_HOME=$scratch/$1
    mkdir "$TOUCHSTONE_HOME"
    "$fill" "$TOUCHSTONE_HOME" "$1" "$2" > /dev/null
    "$touchstone" report -o "$scratch/$1.html" 2> /dev/null
    size=$(stat -c %s "$scratch/$1.html")
}
# signs FILE: how many cells of the table have each sign.
signs() { grep -o '<td class="cell [a-z]*"' "$1" | sort | uniq -c | awk '{ gsub(/"/, "", $4); printf "%s%s %s", n++ ? ", " : "", $1, $4 }'; }

page 310 2
half=$size
page 620 2
check "a page of twice the cells is at most twice as large" "$((size <= 2 * half))" 1
check_that "it is well-formed" xmllint --noout "$scratch/620.html"
matrix=$("$touchstone" matrix --json || true)
check "as many cells of each verdict as the matrix has" "$(signs "$scratch/620.html")" \
    "$(jq -r '.cells | group_by(.verdict) | map({"compatible": "good", "incompatible": "bad"}[.[0].verdict] as $c | "\(length) \($c)") | sort_by(split(" ")[1]) | join(", ")' <<< "$matrix")"
grep -o '<a href="#[^"]*"' "$scratch/620.html" | sed 's/.*"#//; s/"//' | sort -u > "$scratch/links"
grep -o ' id="[^"]*"' "$scratch/620.html" | sed 's/.*="//; s/"//' | sort -u > "$scratch/ids"
check "every link leads somewhere" "$(comm -23 "$scratch/links" "$scratch/ids")" ""
check "the details of what is not compatible are inside" "$(grep -o '<details class="cell [a-z]*' "$scratch/620.html" | tr -d '"' | sort | uniq -c | xargs)" \
    "13 <details class=cell bad"
check "with the case that failed, and not those that passed" "$(grep -o '<details class="case" id="[^"]*"' "$scratch/620.html" | grep -c "/case-")" 13

said_by_tiles() { grep -c "<p class=\"entitles\">$1" "$scratch/620.html" || true; }
check "an emulated platform never says that the real part works" \
    "$(said_by_tiles 'Works on') $(($(said_by_tiles 'Functions work under emulation') + $(said_by_tiles 'A product does not work')))" \
    "0 $(grep -c '<li class="tile' "$scratch/620.html")"

# --- the filter
{
    cat "$TS_SOURCE_DIR/reports/query.js"
    echo "var facts = $(sed -n 's/.*id="facts">\(.*\)<\/script>.*/\1/p' "$scratch/620.html"), queries = ["
    while read -r query; do jq -R . <<< "$query"; echo ,; done
    cat <<'SCRIPT'
""]; queries.pop(); queries.forEach(function (text) {
    try {
        var shown = touchstoneQuery(facts, text, 1790000000000);
        print(facts.cells.filter(function (cell, i) { return shown[i]; }).map(function (cell) {
            return cell.own.image + "/" + cell.own.platform + "/" + cell.own.suite; }).sort().join(" "));
    } catch (error) { print("error: " + error.message.replace(/;.*/, "")); }
});
SCRIPT
} > "$scratch/ask.js" <<'QUERIES'
verdict:incompatible
platform:platform-3 not verdict:compatible
suite:*-7
grade<=emulated image:image-1
count>=3(verdict:incompatible)
attempts>1 or flaky:yes
nothing
status:fail
reason:*pid*
QUERIES
duk "$scratch/ask.js" > "$scratch/answers"
asked() { sed -n "$1p" "$scratch/answers"; }
number=0
for query in verdict:incompatible 'platform:platform-3 not verdict:compatible' 'suite:*-7' 'grade<=emulated image:image-1' \
    'count>=3(verdict:incompatible)' 'attempts>1 or flaky:yes' nothing; do
    number=$((number + 1))
    check "filter: $query" "$(asked $number)" \
        "$({ "$touchstone" matrix --json --query "$query" || true; } | jq -r '[.cells[] | "\(.image)/\(.platform)/\(.suite)"] | sort | join(" ")')"
done
check "a case is not known there" "$(asked 8)" "error: column 1: the name 'status' means nothing here"
check "nor a reason" "$(asked 9)" "error: column 1: the name 'reason' means nothing here"

# --- a site
export TOUCHSTONE_HOME=$scratch/310
site=$scratch/site
"$touchstone" report --site "$site" 2> /dev/null
check "a page for each cell" "$(find "$site/cells" -name '*.html' | wc -l)" 310
grep -o 'href="cells/[^"]*"' "$site/index.html" | sed 's/href="//; s/"//' | sort -u > "$scratch/links"
check "to which the index links" "$(wc -l < "$scratch/links") of $(grep -c . <(find "$site/cells" -name '*.html'))" "317 of 310"
check "each link leads to a file that has its anchor" "$(while IFS='#' read -r path id; do
    grep -q " id=\"$id\"" "$site/$path" || echo "$path#$id"; done < "$scratch/links")" ""
check_that "they are well-formed" xmllint --noout "$site/index.html" "$site"/cells/image-1/platform-1/*.html
check "with all cases, also those that passed" "$(grep -c '<details class="case" id="[^"]*/case-' "$site/cells/image-0/platform-0/suite-7.html")" 2
check "their only file besides is a style" "$(grep -oh ' \(src\|href\)="[^#"]*' -r "$site/cells" | sort -u)" " href=\"../../../index.html
 href=\"../../../style.css"
ends "not over a folder that is there" 64 "exists already" "$touchstone" report --site "$site"
export TOUCHSTONE_HOME=$scratch/620

# --- a green cell whose evidence was damaged
green=$(jq -r '[.cells[] | select(.verdict == "compatible")][5] | "\(.image)/\(.platform)/\(.suite)"' <<< "$matrix")
blob=$("$touchstone" show "$green" --json | jq -r '.evidence[] | select(.name == "console") | .sha256')
file=$(find "$TOUCHSTONE_HOME/evidence" -name "*${blob#??}*")
chmod u+w "$file"
printf X | dd of="$file" conv=notrunc status=none
"$touchstone" report -o "$scratch/damaged.html" 2> "$scratch/said"
check "it is not green any more" "$(signs "$scratch/damaged.html")" "13 bad, 606 good, 1 open"
check_has "which is said" "$(cat "$scratch/said")" "cell '$green'"
check "its details are inside" "$(grep -c "<details class=\"cell open\" id=\"$green\"" "$scratch/damaged.html")" 1
end_checks
