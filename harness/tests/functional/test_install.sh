#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The installed program finds its platforms, suites and guest programs, whatever the prefix; and the top level of the
# tree contains the expected files and nothing else.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset TOUCHSTONE_DATA
export TOUCHSTONE_HOME=$scratch/home
cmake --install "$TS_BINARY_DIR" --prefix "$scratch/usr" > "$scratch/log" || { cat "$scratch/log"; exit 1; }
cd /
"$scratch/usr/bin/touchstone" --version
platforms=$("$scratch/usr/bin/touchstone" platform list --json | jq '.platforms | length')
suites=$("$scratch/usr/bin/touchstone" suite list --json | jq '.suites | length')
echo "$platforms platforms, $suites suites"
[ "$platforms" -ge 6 ] && [ "$suites" -ge 2 ]
for arch in x86_64 aarch64; do
    for program in touchstone-guest touchstone-probe; do
        [ -x "$scratch/usr/libexec/touchstone/guest/$arch/$program" ]
    done
done
for file in man/man1/touchstone.1 bash-completion/completions/touchstone zsh/site-functions/_touchstone touchstone/schemas/touchstone-matrix.json; do
    [ -s "$scratch/usr/share/$file" ]
done
# The worker is found relative to the program, and finds its data relative to itself.
worker=$scratch/usr/libexec/touchstone/worker
[ -x "$worker" ]
"$scratch/usr/bin/touchstone" doctor --json > "$scratch/doctor" || [ $? -eq 74 ]
programs=$(jq -r '.checks[] | select(.subject == "guest programs") | .fact' "$scratch/doctor")
[ "$programs" = "$scratch/usr/libexec/touchstone/guest/x86_64/touchstone-guest
$scratch/usr/libexec/touchstone/guest/aarch64/touchstone-guest" ] || { echo "guest programs: $programs"; exit 1; }

for file in doc/touchstone/LICENSE doc/touchstone/README.md touchstone/scripts/build-guest; do
    [ -s "$scratch/usr/share/$file" ]
done
"$scratch/usr/share/touchstone/scripts/build-guest" --help > /dev/null

# Uninstalling removes what was installed, and nothing else.
touch "$scratch/usr/share/touchstone/suites/mine"
cmake --build "$TS_BINARY_DIR" --target uninstall > "$scratch/log" 2>&1 || { cat "$scratch/log"; exit 1; }
left=$(find "$scratch/usr" -type f -printf '%P ')
[ "$left" = "share/touchstone/suites/mine " ] || { echo "uninstall left: $left"; exit 1; }
[ ! -e "$scratch/usr/libexec/touchstone" ]

cd "$TS_SOURCE_DIR"
odd=$(find . -mindepth 1 -maxdepth 1 ! -name '.*' ! -name build -printf '%f\n' | sort | tr '\n' ' ')
expected="CHANGELOG.md CMakeLists.txt CMakePresets.json CONTRIBUTING.md LICENSE README.md README.zh-CN.md SECURITY.md arch harness reports scripts suites "
if [ "$odd" != "$expected" ]; then
    printf 'the top level is\n  %s\nexpected\n  %s\n' "$odd" "$expected"
    exit 1
fi
