#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Checks includes against the arrows of harness/ARCHITECTURE.md: the block between ```arrows and ``` lists what a module
# may include; anything else fails, with file and line. A row names only modules of rows above it, so modules cannot
# depend on each other circularly. Files within abi/, guest/, home/ and job/ may not call each other circularly either.
set -eu
cd "$TS_SOURCE_DIR/harness"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sed -n '/^```arrows$/,/^```$/p' ARCHITECTURE.md | grep -v '^```' > "$work/arrows"
grep -rHn '^#include "' --include='*.[ch]' . ../reports | grep -v '^./tests/' | sed 's|^\.*/||' > "$work/includes"

awk -F: -v arrows="$work/arrows" '
    function room_of(path) { sub(/\/[^\/]*$/, "", path); return path }
    BEGIN {
        while ((getline line < arrows) > 0) {
            split(line, side, ":")
            count = split(side[2], may, " ")
            for (i = 1; i <= count; i++) {
                under = may[i]
                if (sub(/\*$/, "", under)) {
                    for (other in known) if (index(other, under) == 1) allowed[side[1], other] = 1
                    continue
                }
                if (!(may[i] in known) && may[i] != side[1]) {
                    print "arrows: " side[1] " names " may[i] ", which is not a row above it"; bad = 1
                }
                allowed[side[1], may[i]] = 1
            }
            known[side[1]] = 1
            rooms++
        }
        if (rooms == 0) { print "no arrows in harness/ARCHITECTURE.md"; exit bad = 1 }
    }
    {
        room = room_of($1)
        target = $3
        sub(/^#include "/, "", target)
        sub(/".*/, "", target)
        to = room_of(target)
        seen++
        if (!(room in known)) { print $1 ": room \"" room "\" has no row of arrows"; bad = 1 }
        else if (to != room && !((room, to) in allowed)) {
            print $1 ":" $2 ": " room " may not include " to; bad = 1
        }
    }
    END { printf "%d includes, %d rooms\n", seen, rooms; exit bad || seen == 0 }' "$work/includes"

libraries=0
# Prints "a b" for each object a that calls a function of object b of the same library.
for library in "$TS_BINARY_DIR"/harness/libts_abi*.a "$TS_BINARY_DIR"/harness/libts_guest*.a \
    "$TS_BINARY_DIR"/harness/libts_home.a "$TS_BINARY_DIR"/harness/libts_job.a; do
    nm --format=posix "$library" | awk '
        /^[^ ]*\[.*\]:$/ { object = $0; sub(/^.*\[/, "", object); sub(/\.o\]:$/, "", object); next }
        $2 ~ /^[TDBR]$/ { owner[$1] = object }
        $2 == "U" { wants[object, $1] = 1 }
        END {
            for (pair in wants) {
                split(pair, part, SUBSEP)
                if (part[2] in owner && owner[part[2]] != part[1]) print part[1], owner[part[2]]
            }
        }' > "$work/calls"
    if ! tsort "$work/calls" > /dev/null 2> "$work/told"; then
        echo "$(basename "$library"): its files call each other in a circle:"
        grep -v 'contains a loop' "$work/told"
        exit 1
    fi
    libraries=$((libraries + 1))
done
echo "$libraries libraries without circles"
