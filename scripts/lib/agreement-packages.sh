#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Holds what `touchstone abi check` says of packages' relations against the package managers. Called by
# scripts/abi-agreement packages:
#
#   scripts/abi-agreement packages ROOTS [PAIRS]     ROOTS as scripts/abi-roots --installed makes them; default 600
#
# Debian: packages of each release's archive, with their real control data and no files, on the roots of both
# releases, against `apt-get -s install FILE` without repositories and without removals. rpm: packages whose versions,
# capabilities, rich dependencies, conflicts and obsoletes are drawn from a fixed seed, on roots with a real rpm
# database, against `rpm -U --test`. Prints each disagreement; fails when there is one.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
. "$here/agreement-apt.sh"
touchstone=$(realpath "${TOUCHSTONE:-$here/../../build/touchstone}")
roots=$(realpath "${1:?usage: abi-agreement packages ROOTS [PAIRS]}")
pairs=${2:-600}
work=$(mktemp -d "${TMPDIR:-/tmp}/ts-packages.XXXXXX")
trap 'rm -rf "$work"' EXIT
export TOUCHSTONE_HOME=$work/home
mkdir -p "$TOUCHSTONE_HOME" "$work/empty/partial" "$work/deb" "$work/rpm"
for tool in rpmbuild rpm dpkg-deb jq lz4; do
    command -v $tool > /dev/null || { echo "abi-agreement: $tool is not installed" >&2; exit 77; }
done

# told SURFACE FILE…: NAME "refused" or "taken", by the rows about relations. Each file is a delivery of its own: files
# checked together would be installed together.
told() {
    local surface=$1 file
    shift
    for file; do
        "$touchstone" abi check "$file" --surface "$surface" --json > "$work/out" 2> "$work/err" || true
        jq -r '(if any(.findings[]; .kind == "DEPENDENCY_MISSING" or .kind == "PACKAGE_CONFLICT" or .kind == "ARCH") then "refused" else "taken" end) as $said
            | [(.verdicts[0].package | split("/") | last), $said] | @tsv' "$work/out"
    done
}

# The paragraphs of a release's archive: half of any kind, half that ask only for what the installer brings.
paragraphs() {
    local root=$1 count=$2
    { root_apt "$root" indextargets --format '$(FILENAME)' 'Created-By: Packages' | while read -r file; do
          /usr/lib/apt/apt-helper cat-file "$file"; done; } |
    awk -v RS= -v count="$count" -v status="$root/var/lib/dpkg/status" '
        BEGIN { while ((getline text < status) > 0) { split(text, l, /[ \n]/); there[l[2]] = 1 } }
        { simple = 1; needs = ""; n = split($0, l, "\n")
          for (i = 1; i <= n; i++) if (l[i] ~ /^(Pre-)?Depends: /) needs = needs "," substr(l[i], index(l[i], " "))
          k = split(needs, w, ","); for (i = 1; i <= k; i++) { split(w[i], v, " "); sub(/:.*/, "", v[1]); if (v[1] != "" && !(v[1] in there)) simple = 0 }
          if (k < 2) simple = 0
          if (simple) s[++ns] = $0; else o[++no] = $0 }
        END { half = count / 2
              for (i = 1; i <= half; i++) { print s[int(1 + (i - 1) * ns / half)] "\n"; print o[int(1 + (i - 1) * no / half)] "\n" } }'
}
# One deb a paragraph, of its control data alone.
debs() {
    local folder=$1
    mkdir -p "$folder" "$work/tree/DEBIAN"
    awk -v RS= -v folder="$folder" -v tree="$work/tree/DEBIAN/control" -v deb="$work/tree" '
        { text = ""; n = split($0, l, "\n"); keep = 0
          for (i = 1; i <= n; i++) {
              if (l[i] !~ /^[ \t]/) keep = l[i] ~ /^(Package|Version|Architecture|Maintainer|Depends|Pre-Depends|Conflicts|Breaks|Replaces|Provides|Recommends|Suggests|Enhances|Multi-Arch|Essential|Description): /
              if (keep) text = text l[i] "\n" }
          print text > tree; close(tree)
          system("dpkg-deb -Znone --root-owner-group -b " deb " " folder " > /dev/null") }'
}
apt_says() { # ROOT FILE
    if root_apt "$1" -o "Dir::State::Lists=$work/empty" -o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts=/dev/null \
        -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= \
        -s -y --no-remove --allow-downgrades --allow-change-held-packages install "$2" > "$work/apt" 2>&1; then echo taken; else echo refused; fi
}
debian() {
    local from to file name per=$((pairs / 8 + 1))
    for to in bookworm bullseye; do
        [ -e "$roots/$to-amd64-installed/.complete" ] || { echo "abi-agreement: no $to-amd64-installed in $roots: create it with scripts/abi-roots --installed" >&2; exit 77; }
        root_prepare "$roots/$to-amd64-installed"
        "$touchstone" abi harvest --rootfs "$roots/$to-amd64-installed" --name "$to" > /dev/null
        paragraphs "$roots/$to-amd64-installed" "$per" | debs "$work/deb/$to"
    done
    for from in bookworm bullseye; do
        for to in bookworm bullseye; do
            told "$to" "$work/deb/$from"/*.deb | while IFS=$'\t' read -r name said; do
                file=$work/deb/$from/$name
                printf 'deb\t%s on %s\t%s\t%s\t%s\n' "$from" "$to" "$name" "$said" "$(apt_says "$roots/$to-amd64-installed" "$file")"
            done
        done
    done
}

# specs SEED COUNT PREFIX: a spec of so many packages with drawn relations; PREFIX b: those of the root, c: products.
spec() {
    awk -v seed="$1" -v count="$2" -v prefix="$3" '
        function pick(list,   w, n) { n = split(list, w, " "); return w[1 + int(rand() * n)] }
        function cap() { return "cap" int(rand() * 25) }
        function versioned(name) { return rand() < 0.35 ? name : name " " pick("= < <= > >=") " " pick("1 1.0 1.0-1 1.0-2 2:1.0-1 1.0~rc1 1.0^git1-1 1.10-2 2.0-1 0:1.0-1 1.0-1.el8 9") }
        function rich(depth,   a, b) {
            a = depth < 2 && rand() < 0.25 ? rich(depth + 1) : versioned(cap()); b = versioned(cap())
            op = depth > 0 ? pick("or and with") : pick("or and if with without else")
            if (op == "with" || op == "without") a = versioned(cap())
            if (op == "else") return "(" a " if " b " else " versioned(cap()) ")"
            return "(" a " " op " " b ")" }
        BEGIN {
            srand(seed)
            print "Name: main\nVersion: 1\nRelease: 1\nSummary: s\nLicense: none\nBuildArch: noarch\nAutoReqProv: no\n%description\ns"
            for (i = 0; i < count; i++) {
                name = prefix == "c" && rand() < 0.25 ? "b" int(rand() * 70) : prefix i
                if (name in used) name = prefix i
                used[name] = 1
                print "%package -n " name "\nSummary: s\nVersion: " (prefix == "b" ? pick("1.0 1.1 2.0 1.0~rc1") : pick("3.0 4.1 3.0^git1")) "\nRelease: 1\nAutoReqProv: no"
                if (rand() < 0.2) print "Epoch: " (prefix == "b" ? 1 : 2); else if (prefix == "c") print "Epoch: 1"
                for (k = int(rand() * 3) + (prefix == "b"); k > 0; k--) print "Provides: " cap() (rand() < 0.3 ? "" : " = " pick("1.0 1.0-1 2:1.0-1 1.0~rc1-1 1.0^git1-1 1.10-2 2.0-1"))
                for (k = int(rand() * 3); k > 0; k--) print "Requires: " (rand() < 0.35 ? rich(0) : rand() < 0.15 ? "b" int(rand() * 75) (rand() < 0.5 ? "" : " >= " pick("1.0 1:1.0 2.0")) : versioned(cap()))
                if (rand() < 0.15) print "Conflicts: " (rand() < 0.3 ? "(" cap() " unless " cap() ")" : versioned(rand() < 0.5 ? "b" int(rand() * 75) : cap()))
                if (rand() < 0.1 && prefix == "c") print "Obsoletes: " versioned("b" int(rand() * 75))
                if (rand() < 0.2) print "Recommends: " versioned(cap())
                print "%description -n " name "\ns\n%files -n " name
            }
            print "%install\n"
        }'
}
rpms() {
    local seed per=$((pairs / 4 + 1)) folder name real
    for seed in 7 19; do
        folder=$work/rpm/$seed
        mkdir -p "$folder/root"
        for part in b c; do
            spec "$seed" "$([ $part = b ] && echo 70 || echo "$per")" $part > "$folder/$part.spec"
            rpmbuild -bb --define "_topdir $folder/$part" --define '_binary_payload w1.gzdio' "$folder/$part.spec" > "$folder/log" 2>&1 || { tail -n 5 "$folder/log" >&2; return 1; }
        done
        rpm --root "$folder/root" --dbpath /var/lib/rpm --initdb
        # A system that holds together: what rpm complains of does not go in.
        for _ in 1 2 3 4 5 6 7 8 9 10; do
            rpm --root "$folder/root" --dbpath /var/lib/rpm -i --noorder "$folder"/b/RPMS/noarch/*.rpm 2> "$folder/log" && break
            sed -n 's/.* is needed by \([^ ]*\).*/\1/p; s/.* conflicts with \([^ ]*\).*/\1/p' "$folder/log" | sed 's/-[0-9]*:/-/' | sort -u |
                while read -r name; do rm -f "$folder/b/RPMS/noarch/$name.rpm"; done
        done
        [ "$(rpm --root "$folder/root" --dbpath /var/lib/rpm -qa 2> /dev/null | wc -l)" -ge 10 ] ||
            { echo "abi-agreement: cannot create a consistent rpm root: $(tail -n 3 "$folder/log")" >&2; return 1; }
        "$touchstone" abi harvest --rootfs "$folder/root" --name "rpm$seed" > /dev/null
        told "rpm$seed" "$folder"/c/RPMS/noarch/*.rpm | while IFS=$'\t' read -r name said; do
            real=taken
            rpm --root "$folder/root" --dbpath /var/lib/rpm -U --test "$folder/c/RPMS/noarch/$name" > "$work/rpm.out" 2>&1 || real=refused
            printf 'rpm\tseed %s\t%s\t%s\t%s\n' "$seed" "$name" "$said" "$real"
        done
    done
}

{ debian; rpms; } > "$work/rows"
[ -z "${PACKAGES_KEEP-}" ] || cp -r "$work" "$PACKAGES_KEEP"
awk -F '\t' '
    { n[$1]++; refused[$1] += $5 == "refused"; all++ }
    $4 != $5 { bad[$1]++; wrong++; printf "DISAGREE %s, %s: %s: predicted %s, package manager: %s\n", $1, $2, $3, $4, $5 }
    END {
        for (k in n) printf "%s: %d pairs, %d of them refused; %d disagree\n", k, n[k], refused[k], bad[k]
        printf "packages: %d pairs, %d disagree\n", all, wrong
        if (all == 0) exit 77
        exit wrong > 0
    }' "$work/rows"
