#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# systemd units against a root: what systemd refuses, and what a unit names that is not there. Where the host's systemd can
# be asked, `systemd-analyze verify` confirms what is said to be refused.
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/abi.sh"
need jq

mkdir -p root/{usr/bin,usr/lib/systemd/system,usr/lib/systemd/user,usr/lib64,etc/sysconfig,var/lib/there}
printf 'ID="tencentos"\nVERSION_ID="4.2"\n' > root/etc/os-release
for program in sh env kill python3 true nice ln chmod mkdir; do
    printf '#!/bin/true\n' > root/usr/bin/$program
    chmod 755 root/usr/bin/$program
done
ln -s usr/bin root/bin
ln -s usr/lib64 root/lib64
cp "$(ldconfig -p | awk '/libc.so.6 / {print $NF; exit}')" root/usr/lib64/libc.so.6
cp root/usr/lib64/libc.so.6 root/usr/lib/systemd/libsystemd-shared-252.so
printf '[Unit]\n' | tee root/usr/lib/systemd/system/{network,sysinit}.target root/usr/lib/systemd/user/session.target > /dev/null
printf 'root:x:0:0::/:\n' > root/etc/passwd
printf 'root:x:0:\n' > root/etc/group
: > root/etc/sysconfig/empty
"$touchstone" abi harvest --rootfs root --name new > /dev/null || exit 1
cp -r root old && mv old/usr/lib/systemd/libsystemd-shared-{252,239}.so
"$touchstone" abi harvest --rootfs old --name old > /dev/null || exit 1

# put PATH MODE: the text on stdin as a file of the product.
put() {
    mkdir -p "product$(dirname "$1")" && cat > "product$1" && chmod "$2" "product$1"
}

# rows WHAT EXPECTED: "KIND LINE SEVERITY", separated by commas, of the product, which is then empty; "" for none.
surface=new
rows() {
    timeout 60 "$touchstone" abi check product --surface "$surface" --json > out 2> err
    local got
    got=$(jq -r '[.findings[]] | sort_by(.line, .kind, .severity) | map("\(.kind) \(.line // 0) \(.severity)") | join(", ")' out)
    [ "$got" = "$2" ] || jq -c '[.findings[] | {line, file, found}]' out
    check "$1" "$got" "$2"
    reset
}
reset() {
    rm -rf product
    put /opt/v/run.sh 755 <<< $'#!/bin/sh\nexit 0'
}
# refused WHAT EXPECTED NAME: the same for a unit on stdin; systemd of the host must not accept it, or with "" as EXPECTED
# must accept it.
refused() {
    local unit=/usr/lib/systemd/system/$3
    put "$unit" 644
    if command -v systemd-analyze > /dev/null; then
        rm -rf both && cp -a root both && cp -a product/. both/
        local said=accepted
        systemd-analyze verify --root="$PWD/both" --man=no "$unit" > verified 2>&1 || said=refused
        grep -qiE "refus|not executable|not found|no such file|lacks|Neither a valid|not loaded|bad unit" verified && said=refused
        [ -z "$2" ] && [ "$said" = refused ] && fail "$1: systemd says: $(head -3 verified)"
        [ -n "$2" ] && [ "$said" = accepted ] && fail "$1: systemd accepts it"
    fi
    rows "$1" "$2"
}
reset

# What systemd refuses.
put /opt/v/noexec 644 <<< '#!/bin/sh'
refused "a program without permission" "UNIT_REFUSED 2 HIGH" v.service <<< $'[Service]\nExecStart=/opt/v/noexec'
refused "a relative path" "UNIT_REFUSED 2 HIGH" v.service <<< $'[Service]\nExecStart=opt/v/run.sh'
refused "oneshot that restarts" "UNIT_REFUSED 3 HIGH" v.service <<< $'[Service]\nType=oneshot\nRestart=always\nExecStart=/opt/v/run.sh'
refused "oneshot that restarts on failure" "" v.service <<< $'[Service]\nType=oneshot\nRestart=on-failure\nExecStart=/opt/v/run.sh'
refused "two programs" "UNIT_REFUSED 3 HIGH" v.service <<< $'[Service]\nExecStart=/opt/v/run.sh\nExecStart=/opt/v/run.sh b'
refused "two of oneshot" "" v.service <<< $'[Service]\nType=oneshot\nExecStart=/opt/v/run.sh\nExecStart=/opt/v/run.sh b'
refused "no program" "UNIT_REFUSED 0 HIGH" v.service <<< $'[Service]\nType=simple\nExecStop=/bin/true'
refused "stops only" "" v.service <<< $'[Service]\nRemainAfterExit=yes\nExecStop=/bin/true'
refused "D-Bus without a name" "UNIT_REFUSED 0 HIGH" v.service <<< $'[Service]\nType=dbus\nExecStart=/opt/v/run.sh'
refused "a section in lower case" "UNIT_REFUSED 0 HIGH, UNIT_VALUE 2 HIGH" v.service <<< $'[service]\nExecStart=/opt/v/run.sh'
refused "a section for other programs" "" v.service <<< $'[X-Vendor]\nA=b\n[Service]\nExecStart=/opt/v/run.sh'
refused "a byte order mark" "" v.service <<< $'\xEF\xBB\xBF[Unit]\nDescription=x\n[Service]\nExecStart=/opt/v/run.sh'
refused "a path that begins with a variable" "UNIT_REFUSED 3 HIGH" v.service <<< $'[Service]\nEnvironment=H=/opt/v\nExecStart=${H}/run.sh'
refused "a socket without its service" "UNIT_REQUIRES 0 HIGH" x.socket <<< $'[Socket]\nListenStream=/run/x'
put /usr/lib/systemd/system/x.service 644 <<< $'[Service]\nExecStart=/opt/v/run.sh'
refused "a socket that wants a template" "UNIT_REQUIRES 0 HIGH" x.socket <<< $'[Socket]\nListenStream=/run/x\nAccept=yes'
put /usr/lib/systemd/system/x@.service 644 <<< $'[Service]\nExecStart=/opt/v/run.sh %i'
refused "a socket with its template" "" x.socket <<< $'[Socket]\nListenStream=/run/x\nAccept=yes'
put /usr/lib/systemd/system/x.service 644 <<< $'[Service]\nExecStart=/opt/v/run.sh'
refused "a socket that listens to nothing" "UNIT_REFUSED 0 HIGH" x.socket <<< $'[Socket]\nAccept=no'
# `systemd-analyze verify` does not say so; "systemctl start" refuses a trigger whose unit is not loaded.
put /usr/lib/systemd/system/w.timer 644 <<< $'[Timer]\nOnCalendar=daily\nUnit=nosuch.service'
rows "a timer of nothing" "UNIT_REQUIRES 0 HIGH"
put /usr/lib/systemd/system/w.path 644 <<< $'[Path]\nPathExists=/etc/w'
rows "a path of nothing" "UNIT_REQUIRES 0 HIGH"
put /usr/lib/systemd/system/w.service 644 <<< $'[Service]\nExecStart=/opt/v/run.sh'
refused "a timer and a path with their service" "" w.timer <<< $'[Timer]\nOnBootSec=5'
put /usr/lib/systemd/system/w.service 644 <<< $'[Service]\nExecStart=/opt/v/run.sh'
refused "a timer that never elapses" "UNIT_REFUSED 0 HIGH" w.timer <<< $'[Timer]\nPersistent=yes'
surface=old
put /usr/lib/systemd/system/v.service 644 <<< $'[Service]\nType=oneshot\nRestart=on-failure\nExecStart=/opt/v/run.sh'
rows "oneshot that restarts, before 244" "UNIT_REFUSED 3 HIGH"
surface=new

# What is not there.
unit() { # WHAT EXPECTED: the lines on stdin in [Service]
    { echo '[Service]'; cat; } | put /usr/lib/systemd/system/v.service 644
    rows "$1" "$2"
}
unit "an environment file" "UNIT_FILE 2 HIGH" <<< $'EnvironmentFile=/etc/sysconfig/vendor\nExecStart=/opt/v/run.sh'
unit "one that may be absent, one that is empty" "" <<< $'EnvironmentFile=-/etc/sysconfig/vendor\nEnvironmentFile=/etc/sysconfig/empty\nExecStart=/opt/v/run.sh'
put /etc/sysconfig/vendor 644 <<< 'A=1'
unit "one that the package has" "" <<< $'EnvironmentFile=/etc/sysconfig/vendor\nExecStart=/opt/v/run.sh'
put /opt/v/setup.sh 755 <<< $'#!/bin/sh\necho A=1 > /etc/sysconfig/vendor\nmkdir -p /var/lib/vendor/data'
unit "one that a script makes" "" <<< $'EnvironmentFile=/etc/sysconfig/vendor\nWorkingDirectory=/var/lib/vendor\nExecStart=/opt/v/run.sh'
unit "a folder" "UNIT_FILE 2 HIGH" <<< $'WorkingDirectory=/opt/nowhere\nExecStart=/opt/v/run.sh'
unit "folders that are there, or may be absent" "" <<< $'WorkingDirectory=/var/lib/there\nReadWritePaths=-/opt/nowhere /opt/v\nExecStart=/opt/v/run.sh'
unit "folders that systemd makes" "" <<< $'StateDirectory=v/data\nWorkingDirectory=/var/lib/v\nExecStart=/opt/v/run.sh'
put /usr/lib/tmpfiles.d/v.conf 644 <<< 'd /var/spool/v 0755 root root -'
unit "folders that tmpfiles.d makes" "" <<< $'WorkingDirectory=/var/spool/v\nExecStart=/opt/v/run.sh'
unit "a home, specifiers" "" <<< $'WorkingDirectory=~\nEnvironmentFile=%h/x\nExecStart=/opt/v/run.sh %n %i\nExecStart=\nExecStart=/opt/v/run.sh %h'
unit "env's program" "UNIT_PROGRAM 2 HIGH" <<< 'ExecStart=/usr/bin/env node x.js'
unit "env's program that is there" "" <<< 'ExecStart=/usr/bin/env A=1 python3 /opt/v/run.sh'
unit "a program of env that nice starts" "UNIT_PROGRAM 3 HIGH" <<< $'ExecStart=/usr/bin/env -u B sh -c "exit 0"\nExecStop=/usr/bin/nice -n 5 node x.js\nExecReload=/bin/kill -HUP $MAINPID'
unit "a shell's program" "SCRIPT_COMMAND 2 HIGH" <<< 'ExecStart=/bin/sh -c "/usr/bin/numad"'
unit "a shell's program before &&" "SCRIPT_COMMAND 2 HIGH, SCRIPT_COMMAND 2 WARN" <<< "ExecStart=/bin/sh -c '/usr/bin/numad && /opt/v/none'"
unit "a shell's program whose failure is handled" "SCRIPT_COMMAND 2 WARN" <<< "ExecStart=/bin/sh -c '/usr/bin/numad || true'"
put /usr/lib/systemd/system/v.service 644 <<< $'[Unit]\nConditionFileIsExecutable=/usr/bin/numad\n[Service]\nExecStart=/bin/sh -c "echo x | /usr/bin/numad -a"'
rows "a shell's program that a condition tests" "SCRIPT_COMMAND 4 WARN"
unit "a script of an interpreter" "UNIT_PROGRAM 2 HIGH" <<< 'ExecStart=/usr/bin/python3 -u /opt/v/gone.py'
unit "prefixes" "UNIT_PROGRAM 2 WARN, UNIT_PROGRAM 3 HIGH, UNIT_PROGRAM 4 HIGH, UNIT_PROGRAM 5 HIGH" <<< $'ExecStartPre=-/opt/v/none --x\nExecStart=@/opt/v/nobody v\nExecStop=+!/usr/sbin/chkconfig x\nExecReload=:/opt/v/reload'
unit "a name is not looked up in the package's folders" "UNIT_PROGRAM 2 HIGH" <<< 'ExecStart=run.sh'
unit "a path is not taken for another" "UNIT_PROGRAM 2 HIGH" <<< 'ExecStart=/usr/sbin/run.sh'
put /opt/v/setup.sh 755 <<< $'#!/bin/sh\nln -s /opt/v /opt/current\nchmod 755 /opt/v/bin/*'
put /opt/v/bin/agent 644 <<< '#!/bin/sh'
unit "a script makes the link and the mode" "" <<< $'ExecStart=/opt/v/bin/agent\nExecStop=/opt/current/run.sh'

# What the kernel does not execute (ENOEXEC, ENOENT), though it is there with its mode.
put /opt/v/plain.sh 755 <<< 'exit 0'
put /opt/v/plain 755 <<< 'exit 0'
unit "files without #!" "UNIT_REFUSED 2 HIGH, UNIT_REFUSED 3 HIGH" <<< $'ExecStart=/opt/v/plain.sh\nExecStop=/opt/v/plain'
put /opt/v/plain.sh 755 <<< 'exit 0'
unit "one that a shell reads" "" <<< 'ExecStart=/bin/sh /opt/v/plain.sh'
mkdir -p product/opt/v && cp "$(type -P true)" product/opt/v/prog && ln -s prog product/opt/v/other
unit "a program, and a link to it, of which only the loader is missing" "INTERP_MISSING 0 BLOCK" <<< $'ExecStart=/opt/v/prog\nExecStop=/opt/v/other'
put /opt/v/crlf.sh 755 <<< $'#!/bin/sh\r\nexit 0\r'
unit "a script with CR LF" "SCRIPT_INTERPRETER 1 HIGH" <<< 'ExecStart=/opt/v/crlf.sh'
put /opt/v/crlf 644 <<< $'#!/usr/bin/env python3\r\npass\r'
unit "one that may not be executed" "SCRIPT_INTERPRETER 1 WARN" <<< 'ExecStart=/opt/v/run.sh'

# Values that systemd cannot parse: of commands they make it refuse the unit, others are ignored.
unit "a quotation mark that is not closed" "UNIT_REFUSED 2 HIGH" <<< 'ExecStart=/opt/v/run.sh "abc'
unit "closed, escaped, and within others" "" <<< "ExecStart=/opt/v/run.sh \"it's\" it\\'s 'a \"b'"
unit "a program that a variable names" "UNIT_REFUSED 2 HIGH" <<< 'ExecStart=$PROGRAM'
unit "arguments that variables name" "" <<< 'ExecStart=/opt/v/run.sh $ARGS ${MORE} %% %i'
unit "values that are ignored" "UNIT_VALUE 2 WARN, UNIT_VALUE 3 WARN, UNIT_VALUE 4 WARN, UNIT_VALUE 5 WARN" <<< $'TimeoutStartSec=5 minuten\nLimitNOFILE=unlimited\nPrivateTmp=maybe\nStandardOutput=syslogg\nExecStart=/opt/v/run.sh'
unit "and that are not" "" <<< $'TimeoutStartSec=1min 30s\nTimeoutStopSec=infinity\nRestartSec=500ms\nLimitNOFILE=1024:infinity\nLimitNICE=+5\nPrivateTmp=Yes\nStandardOutput=append:/var/log/v\nExecStart=/opt/v/run.sh'

# Drop-ins belong to their unit; the unit's lines that they replace do not count.
put /usr/lib/systemd/system/v.service 644 <<< $'[Service]\nExecStart=/opt/v/none\nType=oneshot'
put /etc/systemd/system/v.service.d/10.conf 644 <<< $'[Service]\nExecStart=\nExecStart=/opt/v/run.sh\nRestart=always'
rows "a drop-in" "UNIT_REFUSED 4 HIGH"
put /etc/systemd/system/ssh.service.d/10.conf 644 <<< $'[Service]\nExecStartPre=/usr/libexec/none'
rows "a drop-in of the image's unit" "UNIT_PROGRAM 2 HIGH"
put /usr/lib/systemd/user/u.service 644 <<< $'[Unit]\nRequires=session.target network.target\n[Service]\nExecStart=/opt/v/run.sh'
rows "a unit of the user manager" "UNIT_REQUIRES 2 HIGH"
put /usr/lib/systemd/system/a.service 644 <<< $'[Unit]\nRequires=c.service d@1.service\n[Service]\nExecStart=/opt/v/run.sh\n[Install]\nAlso=b.service\nAlias=c.service'
put /usr/lib/systemd/system/d@.service 644 <<< $'[Service]\nExecStart=/opt/v/run.sh %i'
rows "Alias= and a template" ""

# A root without a list of users: users cannot be judged, and the reason is the root, not the surface's age.
rm root/etc/passwd && "$touchstone" abi harvest --rootfs root --name nousers > /dev/null || exit 1
surface=nousers
unit "a root without users" "UNKNOWN 0 UNKNOWN" <<< $'User=vendor\nExecStart=/opt/v/run.sh'
out_holds "the reason" '.findings[0].found | test("/etc/passwd") and (test("older") | not)'
end_checks
