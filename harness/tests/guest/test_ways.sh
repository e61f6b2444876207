#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Each kind of vendor-like disk, each firmware, each entry method: the behaviour and redis suites pass on every platform
# of its architecture. TOUCHSTONE_TEST_DISKS selects some ("amd64:lvm arm64:agent") instead of all.
own_states=yes
. "$TS_SOURCE_DIR/harness/tests/lib/guest.sh"
read -ra disks <<< "${TOUCHSTONE_TEST_DISKS:-$(echo {amd64,arm64}:{agent,seed,root,user,lvm})}"
for each in "${disks[@]}"; do
    folder=$guests/debian-bookworm-${each%:*}-disk-${each#*:}
    if [ ! -f "$folder/guest.json" ]; then
        echo "skipped: no '$folder': scripts/build-guest --output '$guests' --disk ${each#*:} --arch ${each%:*}"
        exit 77
    fi
done

for each in "${disks[@]}"; do
    arch=${each%:*} kind=${each#*:}
    case $arch in amd64) platforms=(x86 hygon) ;; arm64) platforms=(kunpeng phytium) ;; esac
    case $kind in root | user | lvm) way=console ;; *) way=$kind ;; esac
    name=$arch-$kind
    "$touchstone" image add "$name" --guest "$guests/debian-bookworm-$arch-disk-$kind" > /dev/null 2>&1
    expect_exit "$name" 0 "$touchstone" run --image "$name" --platform "${platforms[0]}" --platform "${platforms[1]}" \
        --suite behaviour --suite redis --item install --item function --allow-partial --json
    printf '%s\n' "$said" | grep -E '^\[' || true
    matrix=$printed
    for platform in "${platforms[@]}"; do
        for suite in behaviour redis; do
            check "$name, $suite on $platform" "$(cell "$platform" $suite '.reason | sub(": .*"; "") | sub("^[0-9].*"; "whole")')" \
                "$([ $suite = redis ] && echo partial || echo whole)"
            check "$name, $suite on $platform: passed" "$(cell "$platform" $suite .status)" PASS
        done
        expect_exit "show $name on $platform" 0 "$touchstone" show "$name/$platform/redis" --json
        check "$name on $platform: way in" "$(jq -r '[.. | objects | select(.key? == "boot.way") | .value][0]' <<< "$printed")" "$way"
    done
    "$touchstone" clean --states > /dev/null
done
finish
