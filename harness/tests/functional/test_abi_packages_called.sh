#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Maintainer scripts are read with the argument with which dpkg calls them.
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/abi_packages.sh"

# What the argument of a maintainer script selects is executed: the shell's own answer, and that of the check.
mkdir -p shell/var/lib/dpkg shell/bin && paragraph dpkg 1.21 > shell/var/lib/dpkg/status
for name in sh bash cat ls rm mv grep; do printf '#!/bin/true\n' > shell/bin/$name; chmod 755 shell/bin/$name; done
"$touchstone" abi harvest --rootfs shell --name shell > harvest.log 2>&1 || { cat harvest.log; exit 1; }
called() { # NAME SCRIPT ARGUMENT LINES: whether the script ends with 127 because a command is missing
    local real=0
    deb "$1" ''
    printf '#!/bin/sh\nset -e\n%s\n' "$4" > "pkg/DEBIAN/$2" && chmod 755 "pkg/DEBIAN/$2"
    dpkg-deb -Zxz -b --root-owner-group pkg "$1.deb" > build.log 2>&1 || { cat build.log; exit 1; }
    sh "pkg/DEBIAN/$2" "$3" > /dev/null 2>&1 || real=$?
    "$touchstone" abi check "$1.deb" --surface shell --json > out 2> err
    echo "$1 $real $(jq -r '[.findings[] | select(.kind == "SCRIPT_COMMAND") | .severity] | join("+")' out)" >> called
}
called arm postinst configure $'case "$1" in\n configure) nosuch-tool x ;;\n abort-*) ;;\nesac'
called arms postinst configure $'case ${1} in\nabort-upgrade|configure)\n nosuch-tool x ;;\nesac'
called arm-other postinst configure $'case "$1" in\n abort-upgrade) nosuch-tool x ;;\n configure) ;;\nesac'
called arm-later postinst configure $'case "$1" in\n conf*) ;;\n configure) nosuch-tool x ;;\nesac'
called arm-any preinst install $'case "$1" in\n upgrade) ;;\n *) nosuch-tool x ;;\nesac'
called arm-inner postinst configure $'case "$1" in\n configure) if [ -n "$2" ]; then nosuch-tool x; fi ;;\nesac'
called if postinst configure $'if [ "$1" = configure ]; then\n nosuch-tool x\nfi'
called if-test preinst install $'if test "$1" = "install"; then\n nosuch-tool x\nfi'
called if-other postinst configure $'if [ "$1" = abort-upgrade ]; then\n nosuch-tool x\nfi'
called if-both postinst configure $'if [ "$1" = configure ] && [ -n "$2" ]; then\n nosuch-tool x\nfi'
called if-else postinst configure $'if [ "$1" = configure ]; then\n :\nelse\n nosuch-tool x\nfi'
called function postinst configure $'f() { if [ "$1" = configure ]; then nosuch-tool x; fi; }\nf other'
called leaves postinst configure $'case "$1" in\n configure) exit 0 ;;\nesac\nnosuch-tool x'
called shifted postinst configure $'shift\ncase "$1" in\n configure) nosuch-tool x ;;\nesac'
called replaced postinst configure $'set -- other\nif [ "$1" = configure ]; then\n nosuch-tool x\nfi'
called options postinst configure $'set -u +x\nif [ "$1" = configure ]; then\n nosuch-tool x\nfi'
check "what the argument selects" "$(paste -sd, called)" "arm 127 BLOCK,arms 127 BLOCK,arm-other 0 WARN,arm-later 0 WARN,arm-any 127 BLOCK,\
arm-inner 0 WARN,if 127 BLOCK,if-test 127 BLOCK,if-other 0 WARN,if-both 0 WARN,if-else 0 WARN,function 0 WARN,leaves 0 WARN,shifted 0 WARN,replaced 0 WARN,options 127 BLOCK"
end_checks
