#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What a script comes down to: the program that it becomes or ends with, and the users that its commands name.
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/abi.sh"
need jq dpkg-deb
mkdir -p root/usr/bin root/usr/lib64 root/etc
for program in sh bash which cp mv mkdir chmod uname cat find xargs chown chgrp install su runuser setpriv sudo id getent grep env useradd; do printf '#!/bin/true\n' > root/usr/bin/$program; done
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
for code in 'find /opt -user vendor' 'find /opt -exec chown vendor {} +' 'cat | xargs chown vendor' 'chown vendor.adm /opt/x'; do
    rows "$code" "$user" "$code"
done
rows "a dot for a colon" "SCRIPT_USER 2 HIGH vendor, SCRIPT_USER 2 HIGH vgroup" 'chown -R vendor.vgroup /opt'
for code in 'chgrp vgroup /opt/x' 'chown daemon:vgroup /opt/x' 'chown :vgroup /opt/x' 'install -d -g vgroup /opt/x' 'sudo -g vgroup cat'; do
    rows "$code" "SCRIPT_USER 2 HIGH vgroup" "$code"
done
for code in 'chown root:adm x' 'chown root.adm x' 'chown -R root.root x' 'find / -user daemon -exec chown root.adm {} +' 'chown daemon.4 x' 'chown 1000:1000 x' 'chown "$1" x' 'chown --reference=a vendor' 'useradd -r vendor\nchown vendor x' 'id vendor > /dev/null || exit 0\nchown vendor x' \
    'getent passwd vendor > /dev/null || exit\nchown vendor x' 'cat "chown vendor x" # chown vendor x' 'su -c cat' 'sudo cat vendor' 'grep -q ^vendor: /etc/passwd && chown vendor x' 'chown() { :; }\nchown vendor x'; do
    rows "quiet: $code" "" "$code"
done
rows "handled" "SCRIPT_USER 2 WARN vendor" 'chown vendor x || true'
rows "a function that is not called" "SCRIPT_USER 2 WARN vendor" 'f() { chown vendor x; }'

# A service of runit.
rm -rf p && mkdir -p p/etc/sv/x && printf '#!/bin/sh\nchown vendor x\n' > p/etc/sv/x/run && chmod 755 p/etc/sv/x/run
abi_holds "a user of a service of runit" 0 '[.findings[] | select(.kind == "SCRIPT_USER") | .severity] == ["WARN"]' p --surface new

# Maintainer scripts: without the user, dpkg does not configure the package.
deb() { # WHAT EXPECTED CODE [DEPENDS]
    rm -rf d && mkdir -p d/DEBIAN d/opt
    printf 'Package: x\nVersion: 1\nArchitecture: all\nMaintainer: x <x@example.org>\n%sDescription: x\n' "${4-}" > d/DEBIAN/control
    printf "#!/bin/sh\nset -e\n$3\n" > d/DEBIAN/postinst && chmod 755 d/DEBIAN/postinst && dpkg-deb --build d x.deb > /dev/null
    "$touchstone" abi check x.deb --surface new --json > out
    check "$1" "$(jq -r '[.findings[] | select(.kind == "SCRIPT_USER") | "\(.line) \(.severity)"] | join(", ")' out)" "$2"
}
deb "in postinst" "3 BLOCK" 'chown vendor /opt'
deb "in postinst, in the branch that dpkg selects" "4 BLOCK" 'case $1 in configure)\nchown vendor /opt;; esac'
deb "in postinst, in another branch" "4 HIGH" 'case $1 in abort-*)\nchown vendor /opt;; esac'
deb "handled in postinst" "3 WARN" 'chown vendor /opt || true'

# Prerequisites that the script refuses to run without.
for code in 'command -v vendorvm > /dev/null || exit 1' 'which vendorvm > /dev/null 2>&1 || { echo "needs it"; exit 1; }' 'if ! command -v vendorvm > /dev/null; then echo x >&2; exit 1; fi' \
    'type vendorvm > /dev/null || exit 2' 'hash vendorvm 2> /dev/null || exit 1' 'for c in cat vendorvm; do command -v $c > /dev/null || exit 1; done' 'if command -v vendorvm; then cat; else exit 1; fi' \
    'need() { command -v "$1" > /dev/null || { echo no; exit 1; }; }; need cat; need vendorvm' 'die() { echo "$1"; exit 1; }; which vendorvm || die no' 'set -e; J=$(which vendorvm); cat' \
    'set -e; command -v vendorvm; cat' 'set -e; J=$(vendorvm -V); cat' 'set -e; vendorvm -x; cat x' 'vendorvm -version > /dev/null || exit 1' 'if ! vendorvm -V; then exit 1; fi' \
    'P=vendorvm; command -v $P || exit 1' 'f() { vendorvm; }; f "$@"'; do
    rows "$code" "$gone" "$code"
done
rm -rf p && mkdir -p p/opt && printf '#!/bin/bash -eu\ncommand -v vendorvm\ncat x\n' > p/opt/run && chmod 755 p/opt/run && "$touchstone" abi check p --surface new --json > out
check "-e in the first line" "$(jq -r '[.findings[] | "\(.kind) \(.line) \(.severity)"] | join(", ")' out)" "SCRIPT_COMMAND 2 HIGH"
rows "a path" "SCRIPT_COMMAND 2 HIGH /usr/bin/vendorvm" '[ -x /usr/bin/vendorvm ] || { echo no; exit 1; }'
rows "a path in test" "SCRIPT_COMMAND 2 HIGH /usr/bin/vendorvm" 'if test ! -x /usr/bin/vendorvm; then exit 1; fi'
for code in 'command -v vendorvm > /dev/null || exit 0' 'command -v cat > /dev/null || exit 1' 'if command -v vendorvm; then exec vendorvm; fi' '[ -x /usr/bin/vendorvm ] && /usr/bin/vendorvm' \
    'for c in vendorvm cat; do command -v $c > /dev/null && break; done' 'f() { command -v vendorvm || return 1; }; f || cat' 'vendorvm() { cat; }; command -v vendorvm || exit 1' \
    'if ! which vendorvm; then cat; fi' 'which vendorvm || which cat || exit 1' 'PATH=/opt/x:$PATH; command -v vendorvm || exit 1' 'set -e; J=$(which vendorvm || cat)'; do
    rows "quiet: $code" "" "$code"
done
rows "asked for only in some cases" "SCRIPT_COMMAND 2 WARN vendorvm" 'if [ "$1" = x ]; then command -v vendorvm || exit 1; fi'
# A test only counts if it keeps the script from the program.
while IFS='|' read -r expected code; do
    rows "not tested: $code" "SCRIPT_COMMAND $expected vendorvm" "${code//|/ }"
done << 'END'
2 HIGH|if ! command -v vendorvm; then echo none; fi; vendorvm
2 WARN|if ! command -v vendorvm; then vendorvm; fi; cat x
2 WARN|[ -x /usr/bin/vendorvm ] \x7c\x7c vendorvm; cat x
2 WARN|if command -v vendorvm; then cat; else vendorvm; fi; cat x
3 HIGH|f() { command -v vendorvm; }\nvendorvm
3 HIGH|f() { command -v vendorvm && return 0; return 1; }\nvendorvm
4 HIGH|f() { command -v vendorvm \x7c\x7c exit 0; }\ncat x\nvendorvm
3 WARN|f() { command -v vendorvm; }\nif [ -n "$1" ]; then vendorvm; fi; cat x
3 HIGH|# command -v vendorvm \x7c\x7c exit 0\nvendorvm
5 HIGH|cat << E\ncommand -v vendorvm \x7c\x7c exit 0\nE\nvendorvm
3 HIGH|command -v cat > /dev/null \x7c\x7c exit 0\nvendorvm
2 WARN|command -v cat > /dev/null && vendorvm
3 HIGH|command -v vendorvm\nvendorvm
3 HIGH|command -v vendorvm \x7c\x7c echo "not there"\nvendorvm
3 HIGH|command -v vendorvm \x7c\x7c exec 2> /dev/null\nvendorvm
2 WARN|vendorvm; command -v vendorvm \x7c\x7c exit 0
2 HIGH|vendorvm \x7c\x7c exit 1
END
for code in 'if ! command -v vendorvm; then exit 0; fi; vendorvm' 'f() { command -v vendorvm || exit 0; }; f; vendorvm' 'f() { command -v vendorvm; }; if f; then vendorvm; fi; cat x' 'f() { vendorvm; }; command -v vendorvm && f; cat x' \
    'f() { vendorvm; }; command -v vendorvm || exit 0; f' 'quit() { exit 0; }; which vendorvm || quit; vendorvm' 'f() { command -v vendorvm || return 0; vendorvm; }; f' 'if ! test -x /usr/bin/vendorvm; then echo no; exit 0; fi; /usr/bin/vendorvm' \
    'fetch() { cp "$1" /tmp/x; }; if ! command -v vendorvm; then fetch vendorvm; fi; vendorvm' 'command -v vendorvm > /dev/null && ok=1; if [ "$ok" = 1 ]; then vendorvm; fi; cat x' 'while [ ! -x /usr/bin/vendorvm ]; do cat x; done; /usr/bin/vendorvm'; do
    rows "quiet: $code" "" "$code"
done
# Files.
for code in 'set -e; cat /etc/none' 'set -e; cp /opt/none.conf /tmp/x' 'set -e; cd /opt/none' 'set -e; chmod 755 /opt/none'; do
    rows "$code" "SCRIPT_PATH 2 HIGH $(grep -o '/[a-z]*/none[.a-z]*' <<< "$code")" "$code"
done
rows "set -e; chmod +x" "SCRIPT_PATH 2 HIGH /opt/none" 'set -e; chmod +x /opt/none'
rows "moved away" "SCRIPT_PATH 4 HIGH /opt/other" 'set -e\nmv /opt/other /opt/third\nchmod 755 /opt/other'
for code in 'cat /etc/none' 'set -e; cat /etc/none || cat x' 'set -e; cat /opt/other' 'set -e; mkdir -p /opt/none; cd /opt/none' 'set -e; cat /tmp/none /var/lib/x "$1"' 'set -e; cp /opt/other /opt/none; cat /opt/none' \
    'set -e; cat > /opt/none; chmod 755 /opt/none' 'set -e; if [ -f /etc/none ]; then cat /etc/none; fi'; do
    rows "quiet: $code" "" "$code"
done
# mawk, and Perl.
printf '\177ELF' > root/usr/bin/mawk && ln -s mawk root/usr/bin/awk && printf '#!/bin/true\n' > root/usr/bin/perl && chmod 755 root/usr/bin/mawk root/usr/bin/perl && cp "$(type -P true)" root/usr/bin/mawk
mkdir -p root/var/lib/dpkg/info root/usr/share/perl5/Have
printf 'Package: %s\nStatus: install ok installed\nArchitecture: amd64\nMaintainer: x <x@example.org>\nVersion: %s\nDescription: x\n\n' mawk 1.3.4.20200120-3 perl-base 5.36.0-7 > root/var/lib/dpkg/status
printf '/.\n/usr/share/perl5/Have/It.pm\n/usr/share/perl5/strict.pm\n' > root/var/lib/dpkg/info/perl-base.list && touch root/usr/share/perl5/Have/It.pm
printf 'ID=debian\nVERSION_ID="12"\n' > root/etc/os-release
"$touchstone" abi harvest --rootfs root --name new --force > /dev/null 2>&1 || { "$touchstone" abi remove new; "$touchstone" abi harvest --rootfs root --name new > /dev/null; }
dialect() { # EXPECTED PROGRAM [WHAT]: the program after "cat x | awk"
    rows "awk $2" "$1" "set -e; cat x | awk ${3-} '$2'"
    ! type -P mawk > /dev/null || case $1 in *HIGH*) ! mawk ${3-} "${2//%%/%}" < /dev/null > /dev/null 2>&1 || fail "mawk accepts $2" ;; "") mawk ${3-} "${2//%%/%}" < /dev/null > /dev/null 2>&1 || fail "mawk refuses $2" ;; esac
}
refused="SCRIPT_DIALECT 2 HIGH awk"
for code in '{ print gensub(/a/, "b", "g") }' '{ n = asort(a) }' 'BEGIN { print 2 ** 3 }' 'BEGIN { print strtonum("0x1") }' '{ match($0, /b/, m) }' 'BEGIN { switch (1) { } }' '{ "date" |& getline x }' 'BEGIN { print a[1][2] }'; do dialect "$refused" "$code"; done
for code in '/a{3}/ { print }' 'BEGIN { IGNORECASE = 1 }' '/\\<x/ { print }'; do dialect "SCRIPT_DIALECT 2 WARN awk" "$code"; done
for code in '{ print "gensub(a)" } # asort(a)' 'function gensub(a) { return a } { print gensub(1) }' '{ split($0, a, /,/); print length(a), substr($1, 2) / 3 }' '/[{/]2}/ { print toupper($1) }' 'BEGIN { print strftime("%%Y") }'; do dialect "" "$code"; done
dialect "$refused" 'BEGIN { }' "-i inplace"
dialect "" 'BEGIN { }' --re-interval
perl() { # EXPECTED CODE
    rm -rf p && mkdir -p p/opt/lib/My && printf "#!/usr/bin/perl -w\n$2\n" > p/opt/run && chmod 755 p/opt/run && touch p/opt/lib/My/Own.pm
    "$touchstone" abi check p --surface new --json > out 2> err
    check "perl: $2" "$(jq -r '[.findings[] | "\(.kind) \(.line) \(.severity)"] | join(", ")' out)" "$1"
}
perl "PERL_NEED 3 HIGH" 'use strict;\nuse JSON;'
perl "PERL_NEED 2 HIGH" 'use Vendor::Thing qw(a b);'
perl "PERL_NEED 2 HIGH" 'use v5.40;'
rm -rf p && mkdir -p p/opt && printf 'use JSON;\n' > p/opt/main.pl && printf '#!/bin/sh\nexec perl /opt/main.pl\n' > p/opt/run && chmod 755 p/opt/run
abi_holds "a source that a wrapper starts with perl" "" '[.findings[] | select(.file == "/opt/main.pl") | "\(.kind) \(.line)"] == ["PERL_NEED 1"]' p --surface new
perl "PERL_NEED 2 HIGH" 'use 5.038;'
for code in 'use strict;\nuse Have::It 1.0;' 'use My::Own;' 'use 5.010_001;\nuse v5.36.0;' '# use JSON;\neval { require JSON };' '=pod\n\nuse JSON;\n\n=cut\nuse strict;' 'print <<E;\nuse JSON;\nE' '__END__\nuse JSON;'; do perl "" "$code"; done
for code in '[ "$(uname -p)" = x86_64 ] || exit 1' 'case "$(uname -i)" in x86_64) cat;; *) exit 1;; esac'; do rows "$code" "SCRIPT_DISTRIBUTION 2 HIGH null" "$code"; done
rows "uname -p, accepted" "" 'case "$(uname -p)" in x86_64 | unknown) cat x;; *) exit 1;; esac'
# An installation that copies its library to where the loader finds it.
if type -P gcc > /dev/null; then
    for code in 'cp lib/libv.so.1 /usr/local/lib/\nldconfig|WARN' 'install -m 644 lib/libv.so.1 /usr/lib|WARN' 'cp lib/*.so.* /usr/lib64/|WARN' 'cp lib/libv.so.1 /usr/local/lib/|BLOCK' 'cp lib/libw.so.1 /usr/lib/|BLOCK' 'cp bin/none /usr/local/bin/|BLOCK'; do
        rm -rf p && mkdir -p p/v/lib p/v/bin && echo 'int f(void) { return 0; }' | gcc -shared -fPIC -nostdlib -Wl,-soname,libv.so.1 -o p/v/lib/libv.so.1 -x c - && echo 'int f(void); int main(void) { return f(); }' | gcc -o p/v/bin/p -x c - -x none p/v/lib/libv.so.1
        printf "#!/bin/sh\nset -e\n${code%%|*}\n" > p/v/install.sh && chmod 755 p/v/install.sh
        "$touchstone" abi check p --surface new --json > out 2> err
        check "${code%%|*}" "$(jq -r '[.findings[] | select(.kind == "LIB_MISSING").severity] | join(" ")' out)" "${code#*|}"
    done
    check "a file that the installation does not have" "$(jq -r '[.findings[] | select(.kind == "SCRIPT_PATH") | "\(.line) \(.severity)"] | join(" ")' out)" "3 HIGH"
fi
deb "a sourced file" "" '. /opt/none.sh'
check "blocks too" "$(jq -r '[.findings[] | "\(.kind) \(.line) \(.severity)"] | join(", ")' out)" "SCRIPT_SOURCED 3 BLOCK"
deb "a prerequisite in postinst" "" 'command -v vendorvm || exit 1'
check "blocks" "$(jq -r '[.findings[] | "\(.kind) \(.line) \(.severity)"] | join(", ")' out)" "SCRIPT_COMMAND 3 BLOCK"
end_checks
