# SPDX-License-Identifier: Apache-2.0
# Sourced by agreement-*.sh: this host's apt, working on a root that scripts/abi-roots --installed made.
# shellcheck shell=bash

# root_apt ROOT ARGUMENT…: apt-get on the root's own lists and status.
root_apt() {
    local root=$1
    shift
    apt-get -o "Dir=$root" -o Dir::Bin::methods=/usr/lib/apt/methods -o Dir::Bin::dpkg=/usr/bin/dpkg \
        -o "APT::Architecture=$(cat "$root/.architecture")" -o "Dir::State::Status=$root/var/lib/dpkg/status" \
        -o APT::Install-Recommends=false -o APT::Sandbox::User=root -o Debug::NoLocking=true "$@"
}
# root_prepare ROOT: once, before root_apt.
root_prepare() {
    [ -e "$1/.architecture" ] || basename "$1" | sed 's/-installed$//; s/.*-//' > "$1/.architecture"
    ls "$1"/var/lib/apt/lists/*Packages* > /dev/null 2>&1 || root_apt "$1" -qq update
}
# root_fetch ROOT FOLDER PACKAGE…: the debs that apt would install for these, into the folder; prints their paths.
root_fetch() {
    local root=$1 folder=$2 uri name
    shift 2
    root_apt "$root" -qq -y --print-uris --reinstall install "$@" 2> /dev/null | while read -r uri name _; do
        uri=${uri#\'}
        [ -e "$folder/$name" ] || /usr/lib/apt/apt-helper -qq -o APT::Sandbox::User=root download-file "${uri%\'}" "$folder/$name.part" < /dev/null > /dev/null &&
            { [ -e "$folder/$name" ] || mv "$folder/$name.part" "$folder/$name"; }
        [ -e "$folder/$name" ] && echo "$folder/$name"
    done
}
