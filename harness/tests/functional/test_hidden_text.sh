#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Untrusted text that would move a cursor, reorder a line or be invisible: no verb prints it unescaped.
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/program.sh"
cd "$scratch" || exit 99
# C1 CSI, right-to-left override, tag letter, soft hyphen, line separator, zero width space.
hidden=$'\xc2\x9b31m\xe2\x80\xae\xf3\xa0\x81\xa1\xc2\xad\xe2\x80\xa8\xe2\x80\x8b'
mkdir -p bad/cases
printf '#!/bin/sh\ntrue\n' > bad/cases/a.sh && chmod +x bad/cases/a.sh
cat > bad/suite.xml << END
<?xml version="1.0" encoding="UTF-8"?>
<suite name="bad">
  <title>t$hidden</title>
  <title lang="zh">鲲鹏$hidden</title>
  <vendor>v$hidden</vendor>
  <product>p$hidden</product>
  <case id="a" item="install" required="yes" run="a.sh"><title>c$hidden</title></case>
</suite>
END
qemu-img create -q -f qcow2 disk.qcow2 64M
echo kernel > vmlinuz
printf 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="o%s"\n' "$hidden" > os-release
printf 'Package: base-files\nStatus: install ok installed\nVersion: 12\nArchitecture: amd64\n' > status
"$touchstone" image add good disk.qcow2 --format qcow2 --kernel vmlinuz --cmdline root=/dev/vda --arch amd64 \
    --os-release os-release --packages status --title "i$hidden" > out 2> err || cat err
mkdir -p root/bin root/etc && cp /bin/true "root/bin/t$hidden" && cp os-release root/etc/
"$touchstone" abi harvest --rootfs root --name here > out 2> err
mkdir -p "$TOUCHSTONE_HOME/suites" && cp -r bad "$TOUCHSTONE_HOME/suites/"
for words in "suite show bad" "suite show bad --json" "suite list" "suite list --json" "suite lint bad" "suite lint bad --json" \
    "image list" "image list --json" "image show good" "image show good --json" "abi show here" "abi show here --json" \
    "abi check root --surface here" "abi check root --surface here --json" "plan --image good --platform x86 --suite bad" \
    "plan --image good --platform x86 --suite bad --json" "suite show bad$hidden" "matrix x$hidden" "abi query x$hidden"; do
    # The arguments are separated by spaces.
    read -ra typed <<< "$words"
    "$touchstone" "${typed[@]}" > out 2> err
    code=$?
    if LC_ALL=C grep -qaP '\xc2[\x80-\x9f\xad]|\xe2\x80[\x8b-\x8f\xa8-\xae]|\xf3\xa0' out err; then
        fail "$words prints it raw"
    fi
    case $words in
    *bad\ --json) # Escaping does not change the meaning.
        case $words in suite\ show*) jq -e --arg t "t$hidden" '.title == $t or .title.en == $t' out > /dev/null ||
            fail "$words lost its title" ;; esac ;;
    esac
    [ $code -lt 74 ] || { echo "not ok: $words: exit $code"; cat err; fail "$words"; }
done
"$touchstone" suite show bad --json | grep -q 'u202e' || fail "suite show --json lost it"
"$touchstone" suite show bad | grep -q 'u{202e}' || fail "suite show lost it"
end_checks
