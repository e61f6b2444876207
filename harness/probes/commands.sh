#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every packaged command in a folder bin or sbin, called with --help (or what suite.xml says) and without input, exits
# with 0 in time.
. "$TOUCHSTONE_SUITE/cases/probe-lib.sh"

find_packages
product_files | grep -E '/s?bin/[^/]+$' | sort -u | while read -r file; do
    # A link of a package that leads nowhere is a fault of it, unless an alternative is meant.
    if [ -L "$file" ] && [ ! -e "$file" ]; then echo "$file"; continue; fi
    [ ! -f "$file" ] || [ ! -x "$file" ] || echo "$file"
done > "$folder/commands"
sed 's,.*/,,' "$folder/commands" > "$folder/names"

while IFS=$tab read -r key name rest; do
    case $key in command | skip-command) ;; *) continue ;; esac
    grep -Fqx -e "$name" "$folder/names" ||
        not_here "<command name=\"$name\">: the packages have no such command in bin or sbin"
done < "$settings"
[ ! -s "$folder/commands" ] || [ "$(setting commands)" != no ] ||
    suite_fault "commands=\"no\", but the packages have $(tr '\n' ' ' < "$folder/commands")"
[ -s "$folder/commands" ] || none_of commands

limit=$((5 * scale)) called=0 good=0
mkdir -p "$folder/empty"
while read -r file; do
    name=${file##*/}
    point=$(plain "$file")
    if why=$(setting_of skip-command "$name"); then
        skipped "$point" "$why"
        continue
    fi
    help=$(setting_of command "$name") || help=--help
    called=$((called + 1)) status=0
    # Word splitting is intended: arguments are separated by blanks.
    # shellcheck disable=SC2086
    (cd "$folder/empty" && exec timeout -k 2 "$limit" "$file" $help) > "$folder/out" 2>&1 < /dev/null || status=$?
    case $status in
    0) ok "$point $help"; good=$((good + 1)); continue ;;
    124 | 137) why="it does not end within $limit s" ;;
    126) why="it cannot be executed" ;;
    127) why="it, or its interpreter, is not there" ;;
    129 | 13[0-68-9] | 14[0-9] | 15[0-9]) why="it dies of signal $((status - 128))" ;;
    *) why="exit status $status" ;;
    esac
    not_ok "$point $help" "$why"
    shown "$folder/out"
done < "$folder/commands"
observe commands.called "$called"
observe commands.good "$good"
finish
