#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Cases that restart their guest: what was flushed survives a power cut and the rest does not, an orderly reboot preserves
# everything, and nothing passes if the guest does not return with the same identity or the restart was not announced.
. "$TS_SOURCE_DIR/harness/tests/lib/guest.sh"
add_image amd64

suite durable
case_attributes='restarts="yes"' case_of durable goes-on tap yes 60 <<'CASE'
data=/var/lib/durable
echo "leg '$TOUCHSTONE_MARK'" >> "$TOUCHSTONE_WORK/legs"
case $TOUCHSTONE_MARK in
'')
    mkdir $data
    echo flushed > $data/flushed
    sync
    echo "1..4"
    [ -s $data/flushed ] && echo "ok 1 - written and flushed"
    observe leg.first seen
    echo lost > $data/unflushed
    guest-power-cut cut
    echo "not ok 9 - it went on"
    ;;
cut)
    [ "$(cat $data/flushed)" = flushed ] && echo "ok 2 - what was flushed is there"
    [ ! -s $data/unflushed ] && echo "ok 3 - what was not flushed is lost"
    observe leg.second seen
    echo ordered > $data/ordered
    guest-reboot again
    ;;
again)
    [ "$(cat $data/ordered)" = ordered ] && echo "ok 4 - an orderly reboot flushes"
    observe leg.third seen
    ;;
esac
CASE
case_of durable after exit yes 20 <<< '[ -x "$TOUCHSTONE_SUITE/cases/after" ] && [ -z "$TOUCHSTONE_MARK" ] && grep -q again "$TOUCHSTONE_WORK/legs"'
suite unannounced
case_of unannounced asks exit yes 20 <<< 'guest-reboot now'
suite nonsense
case_attributes='restarts="yes"' case_of nonsense asks exit yes 20 <<< 'guest-reboot "no mark" && exit 0; echo "explode now" > "$TOUCHSTONE_RESTART"; exit 4'
suite gone
case_attributes='restarts="yes"' case_of gone breaks tap yes 20 <<'CASE'
echo 1..1
echo "ok 1 - all is well"
[ -z "$TOUCHSTONE_MARK" ] || exit 0
mv /sbin/init /sbin/init.away
mv /lib/systemd/systemd /lib/systemd/away
sync
guest-power-cut broken
CASE
suite changed
case_attributes='restarts="yes"' case_of changed becomes exit yes 20 <<'CASE'
[ -z "$TOUCHSTONE_MARK" ] || exit 0
sed -i 's/^VERSION_ID=.*/VERSION_ID="99"/' /usr/lib/os-release
guest-reboot other
CASE

selected=()
for name in durable unannounced nonsense gone changed; do
    selected+=(--suite "$suites/$name")
done
expect_exit "run" 1 "$touchstone" run --platform x86 --jobs 1 "${selected[@]}" --json
matrix=$printed
reason() { cell x86 "$1" '"\(.blame): \(.reason)"'; }
check "flushed or not" "$(cell x86 durable '"\(.verdict) \(.coverage.judged)/\(.coverage.total)"')" "compatible 2/2"
check "nobody announced it" "$(cell x86 unannounced .verdict)" not-assessed
check_has "and what to add" "$("$touchstone" show x86/unannounced)" 'restarts="yes"'
check "a request that is none" "$(cell x86 nonsense .verdict)" incompatible
check "a guest that does not come back" "$(cell x86 gone .verdict)" not-assessed
check_has "and why" "$(reason gone)" "image: "
check "a guest that comes back as another" "$(cell x86 changed .verdict)" not-assessed
check_has "and as what" "$(reason changed)" "os_version is '99', expected '12'"
"$touchstone" show x86/durable --json > "$scratch/shown"
check "observations of all legs" "$(jq -r '[.. | objects | select((.key? // "") | startswith("leg.")) | .key[4:]] | join(" ")' "$scratch/shown")" \
    "first second third"
restarts=$(jq -r '.. | objects | select(.name? == "restart") | .path' "$scratch/shown" | xargs cat | cut -d: -f1 | paste -sd';')
check "the restarts are evidence" "$restarts" "power-cut, mark 'cut';reboot, mark 'again'"
check "a console for each boot" "$(jq '[.. | objects | select(.name? == "console")] | length' "$scratch/shown")" 3
finish
