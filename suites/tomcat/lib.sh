# shellcheck shell=sh disable=SC2034,SC1091
# SPDX-License-Identifier: Apache-2.0
# Functions for the cases: the service that the package started, and the application that the suite deploys in it.
set -eu
. touchstone.sh

unit=tomcat10 base=/var/lib/tomcat10 server=http://127.0.0.1:8080
url=$server/touchstone war=$base/webapps/touchstone.war

# get ARGUMENT...: curl, which fails if the answer is an error, and waits as long as an emulated virtual machine may need for
# its first page.
get() {
    curl --silent --show-error --fail --max-time $((20 * ${TOUCHSTONE_TIMEOUT_SCALE:-1})) "$@"
}

# wait_ready: waits until the server answers. Its port is open long before, so that one request waits for the answer, and
# curl is not started again and again while the server starts.
wait_ready() {
    wait_until "$unit" listening 1F90 && wait_until "$unit" get --output /dev/null "$server/"
}

# deploy VERSION: makes the application and lets the server find it.
deploy() {
    "$TOUCHSTONE_SUITE/make-war" "$TOUCHSTONE_SUITE/application" "$1" "$war" /usr/share/java/snappy-java.jar
}

# has VERSION: that version of the application is unpacked, and answers.
has() {
    version=
    read -r version 2> /dev/null < "${war%.war}/version.txt" && [ "$version" = "$1" ] &&
        [ "$(get "$url/version.txt")" = "$1" ]
}

# begin: the service runs, also if a case before left it dead, and has the application.
begin() {
    systemctl is-active --quiet "$unit" || systemctl restart "$unit" >&2 || true
    wait_ready || give_up "the server does not answer"
    [ -e "$war" ] || deploy 1 || { echo "the application cannot be made" >&2; exit 99; }
    wait_until "$unit" has 1 || give_up "the application is not deployed"
}

main_pid() {
    systemctl show --property MainPID --value "$unit"
}

# about: what the server says of itself, in $TOUCHSTONE_WORK/about; said KEY prints a value of it.
about() {
    get "$url/about.jsp" > "$TOUCHSTONE_WORK/about" || give_up "the server says nothing of itself"
}
said() {
    sed -n "s/^$1=//p" "$TOUCHSTONE_WORK/about"
}

# compare_page NAME: a point for each chapter of NAME.expected, which the page NAME.jsp answers.
compare_page() {
    plan "$(grep -c '^# ' "$TOUCHSTONE_SUITE/$1.expected")"
    begin
    get "$url/$1.jsp" > "$TOUCHSTONE_WORK/page" || give_up "the page is not answered"
    sed '/^$/d' "$TOUCHSTONE_WORK/page" > "$TOUCHSTONE_WORK/answers"
    compare_chapters "$TOUCHSTONE_SUITE/$1.expected" "$TOUCHSTONE_WORK/answers"
}

# start_load NAME: four clients write numbers to the journal NAME, ten over each connection, until stop_load. What was
# acknowledged is in $TOUCHSTONE_WORK/client.*.
start_load() {
    name=$1 callers=
    rm -f "$TOUCHSTONE_WORK/stop" "$TOUCHSTONE_WORK"/client.* "$base/logs/touchstone.$name"
    for caller in 1 2 3 4; do
        (
            turn=0
            while [ ! -e "$TOUCHSTONE_WORK/stop" ] && [ "$turn" -lt 100000 ]; do
                get --no-buffer "$url/journal.jsp?name=$name&id=$((caller * 10000000 + turn))[0-9]" || sleep 0.2
                turn=$((turn + 1))
            done
        ) > "$TOUCHSTONE_WORK/client.$caller" 2> "$TOUCHSTONE_WORK/client.errors.$caller" &
        callers="$callers $!"
    done
}
stop_load() {
    : > "$TOUCHSTONE_WORK/stop"
    for caller in $callers; do
        wait "$caller" || true
    done
    cat "$TOUCHSTONE_WORK"/client.[1-4] | sed -n 's/^kept //p' | sort > "$TOUCHSTONE_WORK/acknowledged"
    journal=$base/logs/touchstone.$name
    [ -e "$journal" ] || : > "$journal"
    sed -n 's/^kept //p' "$journal" | sort > "$TOUCHSTONE_WORK/kept"
    sed -n 's/^begun //p' "$journal" | sort > "$TOUCHSTONE_WORK/begun"
    # Those that begun and were not answered; those that were answered and are not in the journal.
    cut_off=$(comm -13 "$TOUCHSTONE_WORK/acknowledged" "$TOUCHSTONE_WORK/begun" | wc -l)
    lost=$(comm -23 "$TOUCHSTONE_WORK/acknowledged" "$TOUCHSTONE_WORK/kept" | wc -l)
    twice=$(uniq -d "$TOUCHSTONE_WORK/kept" | wc -l)
}
# acknowledged COUNT: so many were, since start_load.
acknowledged() {
    [ "$(cat "$TOUCHSTONE_WORK"/client.[1-4] | grep -c '^kept')" -ge "$1" ]
}
# more COUNT: waits until so many more are acknowledged than now.
more() {
    wait_until "$unit" acknowledged $(($(cat "$TOUCHSTONE_WORK"/client.[1-4] | grep -c '^kept' || true) + $1))
}
