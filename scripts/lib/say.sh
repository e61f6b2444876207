# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Progress and error messages, the same in every script: each line begins with the seconds since the start; all of them
# go to stderr, so that stdout contains only results. To be sourced; $say_label names a branch of work.

say_started=${say_started:-$(date +%s%N)}
say_label=${say_label:-}
export say_started

say() {
    local tenths=$((($(date +%s%N) - say_started) / 100000000))
    printf '[%4d.%d s] %s%s\n' $((tenths / 10)) $((tenths % 10)) "${say_label:+$say_label: }" "$*" >&2
}

warn() {
    say "warning: $*"
}

# die MESSAGE…: each further argument is a line of its own.
die() {
    printf '%s: %s\n' "${0##*/}" "${say_label:+$say_label: }$1" >&2
    shift
    for line in "$@"; do
        printf '    %s\n' "$line" >&2
    done
    exit 1
}

# need_command COMMAND PACKAGE: if the program is missing, names the package that contains it.
need_command() {
    command -v "$1" > /dev/null || die "'$1' is not installed (package $2)" "run scripts/setup"
}
