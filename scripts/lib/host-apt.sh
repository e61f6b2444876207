# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Downloads Debian packages of any release and architecture with a private apt: its lists, cache and (empty) package
# state are in the work folder; mirrors and proxies are the host's.

keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# host_mirrors RELEASE: prints "URI SUITE" pairs for RELEASE, from the host's own sources or --mirror.
host_mirrors() {
    local release=$1 id='' codename='' uri suite part
    if [ -n "${mirror:-}" ]; then
        echo "$mirror $release"
        return
    fi
    # shellcheck disable=SC1091
    { id=$(. /etc/os-release && echo "${ID:-}"); codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}"); }
    [ "$id" = debian ] ||
        die "this host is '$id', not Debian: its package sources do not provide Debian packages" \
            "name a Debian mirror with --mirror URL"
    apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
        sort -u | while read -r uri suite part; do
            [ "$part" = main ] || continue
            case $suite in
            "$codename" | stable | oldstable) echo "1 $uri $release" ;;
            "$codename-security" | stable-security | oldstable-security) echo "2 $uri $release-security" ;;
            "$codename-updates" | stable-updates | oldstable-updates) echo "3 $uri $release-updates" ;;
            esac
        done | sort -u | sed 's/^[0-9] //' |
        # Archived releases no longer have security and updates archives for some architectures.
        if [ "$release" = bullseye ]; then grep -E " $release\$"; else cat; fi
}

# apt_make FOLDER DEBARCH RELEASE: creates the private apt; apt_in then runs its programs.
apt_make() {
    local folder=$1 arch=$2 release=$3
    mkdir -p "$folder/lists/partial" "$folder/debs/partial" "$folder/loose"
    : > "$folder/status"
    sed "s|^|deb [signed-by=$keyring] |; s|\$| main|" "$work/mirrors" > "$folder/sources.list"
    {
        cat <<END
Dir::Etc::main "/dev/null";
Dir::Etc::parts "/dev/null";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::Etc::sourcelist "$folder/sources.list";
Dir::State::lists "$folder/lists";
Dir::State::status "$folder/status";
Dir::State::extended_states "$folder/extended_states";
Dir::Cache "$folder";
Dir::Cache::archives "$folder/debs";
Dir::Log "/dev/null";
APT::Architecture "$arch";
APT::Architectures { "$arch"; };
APT::Install-Recommends "false";
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::Retries "3";
END
        # Access to mirrors as configured on this host, and nothing else of its configuration.
        apt-config dump | grep -E '^Acquire::(http|https|ftp|Check-|[A-Za-z-]*Proxy)' | grep -v '""' || true
    } > "$folder/apt.conf"
}

apt_in() {
    local folder=$1
    shift
    APT_CONFIG=$folder/apt.conf "$@" > "$folder/log" 2>&1 ||
        die "'$*' failed" "$(tail -n 5 "$folder/log")" "release $release; mirrors: $(tr '\n' ';' < "$work/mirrors")"
}

# apt_fetch FOLDER DEBARCH PACKAGE…: downloads the essential packages, the named ones and their dependencies to
# FOLDER/debs; the cloud kernel and a static busybox, which are not installed, to FOLDER/loose.
apt_fetch() {
    local folder=$1 arch=$2 kernel flavour=cloud-$2
    shift 2
    [ -z "$pages" ] || [ "$arch" != arm64 ] || flavour=$arch-$pages
    apt_in "$folder" apt-get -q update --error-on=any
    if APT_CONFIG=$folder/apt.conf apt-cache show usr-is-merged > /dev/null 2>&1; then
        set -- usr-is-merged "$@" # otherwise apt chooses usrmerge, which would convert the root itself
    fi
    apt_in "$folder" apt-get -qy --download-only install '?essential' "$@"
    kernel=$({ APT_CONFIG=$folder/apt.conf apt-cache show --no-all-versions "linux-image-$flavour" 2> /dev/null || true; } |
        sed -n 's/^Depends: \(linux-image-[^ ,]*\).*/\1/p')
    # While an update is being signed, an archive may contain only the unsigned kernels, which are the same programs.
    [ -n "$kernel" ] || kernel=$(APT_CONFIG=$folder/apt.conf apt-cache pkgnames linux-image- |
        grep -E "^linux-image-[0-9.]+[^-]*-$flavour-unsigned\$" | sort -V | tail -n 1)
    [ -n "$kernel" ] || die "release '$release' has no linux-image-$flavour"
    (cd "$folder/loose" && apt_in "$folder" apt-get -q download "$kernel" busybox-static)
}
