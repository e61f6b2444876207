#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The pages of a report in a browser, as a reader uses them: see lib/page_browser.py. The pages are those that the golden
# tests compare, and one of many cells. With AXE=FILE of axe-core (axe.min.js), its rules are checked too.
set -euo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/program.sh"
if ! command -v chromium > /dev/null && ! command -v chromium-browser > /dev/null; then
    [ -z "${CI-}" ] || { echo "chromium is needed (scripts/setup installs it)"; exit 1; }
    need chromium
fi

"$TS_BINARY_DIR/tests/write_pages" "$scratch" > "$scratch/said" || { cat "$scratch/said"; exit 1; }
"$TS_BINARY_DIR/tests/bench_store" "$TOUCHSTONE_HOME" 310 2 > /dev/null
"$touchstone" report -o "$scratch/large.html" 2> /dev/null
python3 "$TS_SOURCE_DIR/harness/tests/lib/page_browser.py" "$scratch"
