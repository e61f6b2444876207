#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What a script comes down to: the program that it becomes or ends with, and the users that its commands name.
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/abi.sh"
need jq dpkg-deb
mkdir -p root/usr/bin root/usr/lib64 root/etc
for program in sh bash cat chown chgrp install su runuser setpriv sudo id getent grep env useradd; do printf '#!/bin/true\n' > root/usr/bin/$program; done
chmod 755 root/usr/bin/*
ln -s usr/bin root/bin
cp "$(ldconfig -p | awk '/libc.so.6 / {print $NF; exit}')" root/usr/lib64/libc.so.6
printf 'root:x:0:0::/:\ndaemon:x:1:1::/:\n' > root/etc/passwd
printf 'root:x:0:\nadm:x:4:\n' > root/etc/group
"$touchstone" abi harvest --rootfs root --name new > /dev/null || exit 1

# rows WHAT EXPECTED CODE: CODE behind a first line for bash; EXPECTED: "KIND LINE SEVERITY PROVIDER", separated by commas.
rows() {
    rm -rf p && mkdir -p p/opt
    printf "#!/bin/bash\n$3\n" > p/opt/run && chmod ${4-755} p/opt/run && printf '#!/bin/sh\n' > p/opt/other && chmod 755 p/opt/other
    "$touchstone" abi check p --surface new --json > out 2> err
    check "$1" "$(jq -r '[.findings[]] | sort_by(.line, .provider) | map("\(.kind) \(.line) \(.severity) \(.provider)") | join(", ")' out)" "$2"
}
gone="SCRIPT_COMMAND 2 HIGH vendorvm"

# The program that the script becomes, or ends with.
rows "exec" "$gone" 'exec vendorvm -jar x "$@"'
rows "the last command" "$gone" 'vendorvm -jar x "$@"'
rows "the last command behind others" "SCRIPT_COMMAND 4 HIGH vendorvm" 'cd /opt\nexport A=1\nvendorvm'
rows "behind a wrapper" "$gone" 'env A=1 vendorvm x'
rows "the last command, in a function" "SCRIPT_COMMAND 3 HIGH vendorvm" 'main() {\nexec vendorvm\n}\nmain "$@"'
rows "not the last" "SCRIPT_COMMAND 2 WARN vendorvm" 'vendorvm\ncat /etc/passwd'
rows "in a branch" "SCRIPT_COMMAND 2 WARN vendorvm" 'if [ -n "$1" ]; then vendorvm; fi'
rows "handled" "SCRIPT_COMMAND 2 WARN vendorvm" 'vendorvm || cat /etc/passwd'
rows "tested" "" 'command -v vendorvm > /dev/null || exit 0\nvendorvm'
rows "PATH is set" "SCRIPT_COMMAND 3 WARN vendorvm" 'PATH=/opt/jre/bin:$PATH\nvendorvm'
rows "not reached" "SCRIPT_COMMAND 3 WARN vendorvm" 'exit 0\nvendorvm'
rows "not executable" "SCRIPT_COMMAND 2 WARN vendorvm" 'vendorvm' 644
rows "behind functions" "SCRIPT_COMMAND 2 HIGH vendorvm" 'vendorvm\nf() { cat; }'
# Every way ends in one.
rows "one way" "SCRIPT_COMMAND 3 WARN vendora" 'if [ -n "$1" ]; then\nexec vendora\nfi\ncat x'
rows "both ways" "SCRIPT_COMMAND 3 HIGH vendora, SCRIPT_COMMAND 5 HIGH vendorb" 'if [ -n "$1" ]; then\nexec vendora\nelse\nexec vendorb\nfi'
rows "one way is there" "SCRIPT_COMMAND 3 WARN vendora" 'if [ -n "$1" ]; then\nexec vendora\nelse\nexec cat\nfi'
rows "elif" "SCRIPT_COMMAND 3 HIGH vendora" 'if [ -n "$1" ]; then\nexec vendora\nelif [ -n "$2" ]; then\nexec vendora\nelse\nexec vendora -x\nfi'
rows "elif without else" "SCRIPT_COMMAND 3 WARN vendora" 'if [ -n "$1" ]; then\nexec vendora\nelif [ -n "$2" ]; then\nexec vendora\nfi'
rows "case" "SCRIPT_COMMAND 3 HIGH vendora, SCRIPT_COMMAND 4 HIGH vendorb" 'case $1 in\na) exec vendora;;\n*) exec vendorb;;\nesac'
rows "case without a default" "SCRIPT_COMMAND 3 WARN vendora, SCRIPT_COMMAND 4 WARN vendorb" 'case $1 in\na) exec vendora;;\nb) exec vendorb;;\nesac'
rows "a case in an if" "SCRIPT_COMMAND 4 HIGH vendora" 'if [ -n "$1" ]; then\ncase $1 in\na) exec vendora;;\n*) exec vendora;;\nesac\nelse\nexec vendora\nfi'

# Users and groups.
user="SCRIPT_USER 2 HIGH vendor"
for code in 'chown vendor /opt/x' 'chown -R vendor:adm /opt/x' 'chown -h vendor: /opt/x' 'U=vendor\nchown -R "$U:adm" /opt' 'install -o vendor -g adm -m 644 a b' \
    'install -m 755 --owner=vendor a b' 'su -s /bin/sh vendor -c cat' 'su - vendor' 'runuser -u vendor -- cat' 'exec setpriv --reuid=vendor cat' 'sudo -u vendor cat'; do
    rows "$code" "${user/2/$((2 + $(grep -o '\\n' <<< "$code" | wc -l)))}" "$code"
done
for code in 'chgrp vgroup /opt/x' 'chown daemon:vgroup /opt/x' 'chown :vgroup /opt/x' 'install -d -g vgroup /opt/x' 'sudo -g vgroup cat'; do
    rows "$code" "SCRIPT_USER 2 HIGH vgroup" "$code"
done
for code in 'chown root:adm x' 'chown 1000:1000 x' 'chown "$1" x' 'chown --reference=a vendor' 'useradd -r vendor\nchown vendor x' 'id vendor > /dev/null || exit 0\nchown vendor x' \
    'getent passwd vendor > /dev/null || exit\nchown vendor x' 'cat "chown vendor x" # chown vendor x' 'su -c cat' 'sudo cat vendor' 'grep -q ^vendor: /etc/passwd && chown vendor x' 'chown() { :; }\nchown vendor x'; do
    rows "quiet: $code" "" "$code"
done
rows "handled" "SCRIPT_USER 2 WARN vendor" 'chown vendor x || true'
rows "a function that is not called" "SCRIPT_USER 2 WARN vendor" 'f() { chown vendor x; }'

# Maintainer scripts: without the user, dpkg does not configure the package.
deb() { # WHAT EXPECTED CODE [DEPENDS]
    rm -rf d && mkdir -p d/DEBIAN d/opt
    printf 'Package: x\nVersion: 1\nArchitecture: all\nMaintainer: x <x@example.org>\n%sDescription: x\n' "${4-}" > d/DEBIAN/control
    printf "#!/bin/sh\nset -e\n$3\n" > d/DEBIAN/postinst && chmod 755 d/DEBIAN/postinst && dpkg-deb --build d x.deb > /dev/null
    "$touchstone" abi check x.deb --surface new --json > out
    check "$1" "$(jq -r '[.findings[] | select(.kind == "SCRIPT_USER") | "\(.line) \(.severity)"] | join(", ")' out)" "$2"
}
deb "in postinst" "3 BLOCK" 'chown vendor /opt'
deb "in postinst, in a branch" "4 HIGH" 'case $1 in configure)\nchown vendor /opt;; esac'
deb "handled in postinst" "3 WARN" 'chown vendor /opt || true'
end_checks
