#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The documents are correct: every touchstone command in them has a verb and options that the program knows, and every
# link to a file refers to an existing one.
set -euo pipefail
touchstone=$TS_BINARY_DIR/touchstone
cd "$TS_SOURCE_DIR"
checked=0 failed=0

wrong() {
    failed=$((failed + 1))
    printf 'not ok - %s\n' "$*"
}

# The commands of a document, one a line: in blocks, and between backticks.
commands() {
    sed -n 's/^ *\(build\/\)\{0,1\}touchstone \([a-z].*\)/\2/p' "$1" | sed 's/ *#.*//'
    { grep -o '`touchstone [a-z][^`]*`' "$1" || true; } | sed 's/^`touchstone \(.*\)`/\1/'
}

declare -A help
# help_of VERB [COMMAND]: stores the help text in $said.
help_of() {
    [ -n "${help[$*]-}" ] || help[$*]=$("$touchstone" "$@" --help 2>&1 || true)
    said=${help[$*]}
}

documents=(README.md README.zh-CN.md CONTRIBUTING.md suites/README.md suites/TUTORIAL.md arch/README.md arch/images/README.md arch/programmes/README.md harness/ARCHITECTURE.md harness/judge/README.md)
for document in "${documents[@]}"; do
    while read -r -a words; do
        verb=${words[0]}
        help_of "$verb"
        case $said in
        *"is not a verb"*) wrong "$document: 'touchstone ${words[*]}': there is no verb '$verb'"; continue ;;
        esac
        if [[ $said = *COMMAND* && ${words[1]-} =~ ^[a-z]+$ ]]; then
            help_of "$verb" "${words[1]}"
            case $said in
            *"is not a command"*) wrong "$document: 'touchstone ${words[*]}'"; continue ;;
            esac
        fi
        for word in "${words[@]:1}"; do
            [[ $word =~ ^(--[a-z-]+|-[a-z]) ]] || continue
            option=${BASH_REMATCH[1]}
            checked=$((checked + 1))
            [[ $said = *"$option"* ]] || wrong "$document: 'touchstone ${words[*]}' has no option '$option'"
        done
    done < <(commands "$document" | sed "s/'[^']*'//g") # quoted text is run in the guest
    while read -r link; do
        checked=$((checked + 1))
        [ -e "$(dirname "$document")/${link%%#*}" ] || wrong "$document: the link '$link' leads nowhere"
    done < <(grep -o '](\([^)#:]*\))' "$document" | sed 's/^](\(.*\))$/\1/')
done
# A translation has the same headings, commands and links in the same order.
# shape FILE: of a document, without words of a language.
shape() {
    awk '/^```/ { print; code = !code; next }
        code || /^    [^ ]/ { sub(/ +#.*/, ""); print "code " $0; next }
        /^#+ / { print "heading " $1 }
        /^\|/ { print "row " gsub(/\|/, "") }' "$1"
    grep -o '](\([^)#]*\)[^)]*)' "$1" | sed 's/#[^)]*//' | grep -v 'README' || true
}
for document in README.md; do
    translated=${document%.md}.zh-CN.md
    checked=$((checked + 1))
    difference=$(diff <(shape "$document") <(shape "$translated")) || wrong "$translated: not like $document: $difference"
    grep -q "(${translated##*/})" "$document" && grep -q "(${document##*/})" "$translated" ||
        wrong "$document and $translated do not lead to each other"
done
# Rules are stated where they are needed, not referred to by numbers that are defined elsewhere.
laws=$(grep -rniE '\blaw [0-9]' harness reports scripts suites arch --include='*.[ch]' --include='*.md' || true)
[ -z "$laws" ] || wrong "rules by number: $laws"
echo "$checked options and links, $failed wrong"
[ "$checked" -gt 20 ] && [ "$failed" -eq 0 ]
