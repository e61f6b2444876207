# shellcheck shell=sh disable=SC2034,SC1091
# SPDX-License-Identifier: Apache-2.0
# Functions for the built-in probes. A process is known by its pid and its start time, which the manager of services or the
# kernel says: nothing is found by a search for names, which would find itself. Output of the product goes to a file, never
# to standard output, which is TAP. Exit status 98: suite.xml is at fault; 99 and others: the probe itself broke.
set -eu
. touchstone.sh

settings=$TOUCHSTONE_SUITE/cases/probe-settings
folder=$TOUCHSTONE_WORK/probe
tab=$(printf '\t')
scale=${TOUCHSTONE_TIMEOUT_SCALE:-1}
mkdir -p "$folder"
cd "$TOUCHSTONE_SUITE"
echo "TAP version 14"

# finish: prints the plan, and ends the probe.
finish() {
    echo "1..$points"
    exit 0
}

# nothing REASON: the product has nothing that this probe is about.
nothing() {
    echo "1..0 # SKIP $*"
    exit 0
}

# none_of services|commands: the same for a product that has none of them, which suite.xml may say.
none_of() {
    [ "$(setting "$1")" = no ] || nothing "the packages have no ${1%s}: if that is right, write $1=\"no\" in <probes>"
    nothing "the packages have no ${1%s}, as suite.xml says"
}

# suite_fault TEXT: suite.xml names what does not exist.
suite_fault() {
    echo "Bail out! suite.xml: $*"
    exit 98
}

# not_here TEXT: suite.xml names what these packages do not have. It may mean those of another family, if it names some.
not_here() {
    families=$(awk -F '\t' '$1 == "package" { sub(/ .*/, "", $2); print $2 }' "$settings" | sort -u | wc -l)
    [ "$families" -gt 1 ] || suite_fault "$@"
    echo "# suite.xml: $*"
}

skipped() {
    points=$((points + 1))
    echo "ok $points - $1 # SKIP $2"
}

# plain TEXT: prints it as the name of a point: a '#' in the name of a file is no directive.
plain() {
    case $1 in
    *[!A-Za-z0-9/._+@:=~[-]*) printf '%s' "$1" | tr -c 'A-Za-z0-9/._+@:=~[-' '?' ;;
    *) printf '%s' "$1" ;;
    esac
}

# shown FILE: its first lines, as TAP comments. What the product writes is no TAP.
shown() {
    head -n 12 "$1" | cut -c 1-200 | tr -d '\r' | sed 's/^/# | /'
}

# one_line: standard input as one line for a message, without what echo would interpret.
one_line() {
    head -n 1 | cut -c 1-200 | tr -d '\\\t\r'
}

# setting KEY: the first value of that key; fails if there is none.
setting() {
    while IFS=$tab read -r key value rest; do
        [ "$key" != "$1" ] || { printf '%s\n' "$value"; return 0; }
    done < "$settings"
    return 1
}

# setting_of KEY NAME: what the settings say under that key of NAME; fails if they say nothing.
setting_of() {
    while IFS=$tab read -r key value rest; do
        [ "$key" != "$1" ] || [ "$value" != "$2" ] || { printf '%s\n' "${rest:-}"; return 0; }
    done < "$settings"
    return 1
}

# package_files: prints the paths of the package files that were staged, and of those that the suite brings; each package
# once, with a tab and its name before it.
package_files() {
    for file in "$TOUCHSTONE_PACKAGES"/* "$TOUCHSTONE_SUITE"/files/* "$TOUCHSTONE_FILES"/*; do
        [ -f "$file" ] || continue
        case $file in
        *.deb) name=$(dpkg-deb --field "$file" Package) ;;
        *.rpm) name=$(rpm --query --package --nosignature --queryformat '%{NAME}' "$file") ;;
        *) continue ;;
        esac
        printf '%s\t%s\n' "$name" "$file"
    done | awk -F '\t' '!seen[$1]++'
}

# find_family: sets $family to that of the package files, or else of the system.
find_family() {
    family=
    [ -e "$folder/files" ] || package_files > "$folder/files"
    ! grep -q '\.deb$' "$folder/files" || family=deb
    ! grep -q '\.rpm$' "$folder/files" || family=rpm
    [ -n "$family" ] || ! command -v rpm > /dev/null || family=rpm
    # A system of deb packages may have rpm, too.
    grep -q '\.rpm$' "$folder/files" || ! command -v dpkg-query > /dev/null || family=deb
    [ -n "$family" ] || { echo "neither dpkg nor rpm is here" >&2; exit 99; }
}

# installed_files NAME...: prints the paths that these packages have.
installed_files() {
    if [ "$family" = deb ]; then
        dpkg-query --listfiles "$@" 2> /dev/null || true
    else
        rpm --query --list "$@" 2> /dev/null | grep '^/' || true
    fi
}

depends_of() {
    if [ "$family" = deb ]; then
        dpkg-query --show --showformat='${Depends}\n' "$1" 2> /dev/null | tr ',|' '\n' | sed 's/^ *//; s/[ :(].*//'
    else
        rpm --query --requires "$1" 2> /dev/null | sed 's/ .*//'
    fi
}

# find_packages: writes the packages of the product to $folder/product, and all that come with them to $folder/staged;
# done once. A package without any file but documentation stands for those that it depends on.
find_packages() {
    find_family
    [ ! -s "$folder/product" ] || return 0
    cut -f 1 "$folder/files" | sort -u > "$folder/staged"
    {
        while IFS=$tab read -r key of name; do
            case $key/$of in
            "package/$family any" | "package/$family $TOUCHSTONE_ARCH") echo "$name" ;;
            esac
        done < "$settings"
        grep -F "$tab$TOUCHSTONE_SUITE/" "$folder/files" | cut -f 1
    } | sort -u > "$folder/named"
    while read -r name; do
        if installed_files "$name" | grep -qEv '^(/\.|/usr|/usr/share|/usr/share/(doc|lintian|licenses)(/.*)?)$'; then
            echo "$name"
        else
            depends_of "$name" | grep -Fxf "$folder/staged" || echo "$name"
        fi
    done < "$folder/named" | sort -u > "$folder/product.new"
    mv "$folder/product.new" "$folder/product"
    [ -s "$folder/product" ] || { echo "suite.xml names no $family package" >&2; exit 99; }
}

# product_files: prints the paths of the product's packages.
product_files() {
    # Word splitting is intended: one argument for each package.
    # shellcheck disable=SC2046
    installed_files $(cat "$folder/product")
}

# --- services -----------------------------------------------------------------------------------

has_systemd() {
    [ -d /run/systemd/system ] && command -v systemctl > /dev/null
}

# load_unit UNIT: sets $Id, $Type and so on from the manager's answer.
load_unit() {
    Id='' Type='' LoadState='' ActiveState='' SubState='' UnitFileState='' Result='' NRestarts=0 MainPID=0 Restart='' RestartUSec=''
    ControlGroup='' ExecMainStatus='' CanStart='' RefuseManualStart='' RefuseManualStop='' RemainAfterExit=''
    ExecMainStartTimestampMonotonic=0 ConditionResult=''
    systemctl show --property=Id,Type,LoadState,ActiveState,SubState,UnitFileState,Result,NRestarts,MainPID \
        --property=Restart,RestartUSec,ControlGroup,ExecMainStatus,CanStart,RefuseManualStart,RefuseManualStop,RemainAfterExit \
        --property=ExecMainStartTimestampMonotonic,ConditionResult "$1" > "$folder/unit"
    while IFS='=' read -r key value; do
        case $key in
        Id) Id=$value ;;
        Type) Type=$value ;;
        LoadState) LoadState=$value ;;
        ActiveState) ActiveState=$value ;;
        SubState) SubState=$value ;;
        UnitFileState) UnitFileState=$value ;;
        Result) Result=$value ;;
        NRestarts) NRestarts=$value ;;
        MainPID) MainPID=$value ;;
        Restart) Restart=$value ;;
        RestartUSec) RestartUSec=$value ;;
        ControlGroup) ControlGroup=$value ;;
        ExecMainStatus) ExecMainStatus=$value ;;
        CanStart) CanStart=$value ;;
        RefuseManualStart) RefuseManualStart=$value ;;
        RefuseManualStop) RefuseManualStop=$value ;;
        RemainAfterExit) RemainAfterExit=$value ;;
        ExecMainStartTimestampMonotonic) ExecMainStartTimestampMonotonic=$value ;;
        ConditionResult) ConditionResult=$value ;;
        esac
    done < "$folder/unit"
}

# unit_names: prints the units in the paths on standard input: their own, and scripts of init without a unit.
unit_names() {
    sed -nE 's,^(/usr)?/lib/systemd/system/([^/]+\.(service|socket|timer|path|mount|target))$,\2,p
             s,^/etc/systemd/system/([^/]+\.(service|socket|timer|path|mount|target))$,\1,p
             s,^/etc/(rc\.d/)?init\.d/([^/]+)$,\2.service,p' | sort -u
}

# instances TEMPLATE: prints the units that exist of it, such as those that a generator made.
instances() {
    prefix=${1%@.*}@ suffix=${1##*.}
    systemctl list-units --all --plain --no-legend --no-pager "$prefix*.$suffix" | sed 's/ .*//'
}

# find_units: writes the units of the product, and those of packages that came with it if they are enabled or run, to
# $folder/units; each once, by its own name. Done once.
find_units() {
    find_packages
    [ ! -e "$folder/units" ] || return 0
    product_files | unit_names > "$folder/own"
    # shellcheck disable=SC2046
    [ ! -s "$folder/staged" ] || installed_files $(cat "$folder/staged") | unit_names > "$folder/all"
    sort -u "$folder/own" "$folder/all" 2> /dev/null > "$folder/names" || cp "$folder/own" "$folder/names"
    while read -r unit; do
        case $unit in
        *@.*) instances "$unit" ;;
        *) echo "$unit" ;;
        esac
    done < "$folder/names" | sort -u > "$folder/each"
    : > "$folder/units.new"
    while read -r unit; do
        load_unit "$unit"
        if [ "$LoadState" = not-found ]; then continue; fi
        grep -Fqx "$unit" "$folder/own" || [ "$UnitFileState" = enabled ] || [ "$ActiveState" = active ] || continue
        grep -Fqx "$Id" "$folder/units.new" || echo "$Id" >> "$folder/units.new"
    done < "$folder/each"
    mv "$folder/units.new" "$folder/units"
}

# find_services: the same for services that can be started and stopped, in $folder/services; those that suite.xml leaves
# out are in $folder/left-out, with the reason.
find_services() {
    find_units
    : > "$folder/services"
    : > "$folder/left-out"
    while read -r unit; do
        case $unit in *.service) ;; *) continue ;; esac
        if why=$(setting_of skip-service "$unit") || why=$(setting_of skip-service "${unit%.service}"); then
            echo "$unit$tab$why" >> "$folder/left-out"
            continue
        fi
        load_unit "$unit"
        if [ "$RefuseManualStart" = yes ] || [ "$RefuseManualStop" = yes ]; then
            echo "$unit${tab}the unit refuses to be started or stopped by hand" >> "$folder/left-out"
        elif [ "$UnitFileState" = masked ]; then
            echo "$unit${tab}the unit is masked" >> "$folder/left-out"
        else
            echo "$unit" >> "$folder/services"
        fi
    done < "$folder/units"
    while IFS=$tab read -r key name rest; do
        [ "$key" = skip-service ] || continue
        grep -Fqx -e "$name" -e "$name.service" "$folder/units" ||
            not_here "<service name=\"$name\">: the packages have no such unit; they have $(tr '\n' ' ' < "$folder/units")"
    done < "$settings"
    [ ! -s "$folder/services" ] || [ "$(setting services)" != no ] ||
        suite_fault "services=\"no\", but the packages have $(tr '\n' ' ' < "$folder/services")"
}

# skip_left_out: a point for each service that is left out.
skip_left_out() {
    while IFS=$tab read -r unit why; do
        skipped "$unit" "$why"
    done < "$folder/left-out"
}

# need_services WHAT: ends the probe if there is nothing to start.
need_services() {
    start_command=$(setting start) || start_command=
    stop_command=$(setting stop) || stop_command=
    if ! has_systemd; then
        [ -n "$start_command" ] || nothing "there is no systemd here, and suite.xml gives no start and stop commands"
        : > "$folder/services"
        : > "$folder/left-out"
        return 0
    fi
    find_services
    [ -s "$folder/services" ] || [ -n "$start_command" ] || [ -s "$folder/left-out" ] ||
        none_of services
}

# --- processes ----------------------------------------------------------------------------------

# start_time PID: sets $started to the start time of a process that is there and no zombie; else fails.
start_time() {
    started=
    [ "$1" -gt 0 ] && read -r stat 2> /dev/null < "/proc/$1/stat" || return 1
    # The name in brackets may contain anything; state is the first field after it, and the start time the 20th.
    stat=${stat##*) }
    # shellcheck disable=SC2086
    set -- $stat
    [ "$1" != Z ] && [ "$1" != X ] || return 1
    shift 19
    started=$1
}

# is_there PID START_TIME: that very process is still there.
is_there() {
    start_time "$1" && [ "$started" = "$2" ]
}

# until_gone PID START_TIME
until_gone() {
    tries=$((100 * scale))
    while is_there "$1" "$2"; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || return 1
        sleep 0.1
    done
}

# members CGROUP: prints the pids in it and below it.
members() {
    for root in /sys/fs/cgroup /sys/fs/cgroup/systemd /sys/fs/cgroup/unified; do
        if [ -z "$1" ] || [ ! -e "$root$1/cgroup.procs" ]; then continue; fi
        find "$root$1" -name cgroup.procs -exec cat {} + 2> /dev/null
        return 0
    done
}

# remains PID START_TIME: it is there for a while: 3 s on native hardware, up to 10 s.
remains() {
    tries=$((3 * scale))
    [ "$tries" -le 10 ] || tries=10
    while [ "$tries" -gt 0 ]; do
        is_there "$1" "$2" || return 1
        tries=$((tries - 1))
        sleep 1
    done
}
