#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Holds the include arrows of harness/ARCHITECTURE.md: what a room may include is listed there, in the
# block between ```arrows and ```; anything else fails, with file and line.
set -eu
cd "$TS_SOURCE_DIR/harness"
sed -n '/^```arrows$/,/^```$/p' ARCHITECTURE.md | grep -v '^```' > "${TMPDIR:-/tmp}/arrows.$$"
trap 'rm -f "${TMPDIR:-/tmp}/arrows.$$"' EXIT

grep -rHn '^#include "' --include='*.[ch]' . ../reports | grep -v '^./tests/' | sed 's|^\.*/||' |
awk -F: -v arrows="${TMPDIR:-/tmp}/arrows.$$" '
    BEGIN {
        while ((getline line < arrows) > 0) {
            split(line, side, ":")
            rooms++
            known[side[1]] = 1
            count = split(side[2], may, " ")
            for (i = 1; i <= count; i++) allowed[side[1], may[i]] = 1
        }
        if (rooms == 0) { print "no arrows in harness/ARCHITECTURE.md"; exit bad = 1 }
    }
    {
        split($1, path, "/")
        room = path[1]
        target = $3
        sub(/^#include "/, "", target)
        sub(/\/.*/, "", target)
        seen++
        if (!(room in known)) { print $1 ": room \"" room "\" has no row of arrows"; bad = 1 }
        else if (target != room && !((room, target) in allowed)) {
            print $1 ":" $2 ": " room " may not include " target; bad = 1
        }
    }
    END { printf "%d includes, %d rooms\n", seen, rooms; exit bad || seen == 0 }'
