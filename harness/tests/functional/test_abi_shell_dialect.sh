#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Scripts for sh on an image whose sh is dash, and on one whose sh is bash. The shells themselves are the oracle: what
# ends a script there is HIGH, or BLOCK if the package manager runs it; what works has no finding.
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/abi.sh"
need dash jq dpkg-deb

for shell in dash bash; do
    mkdir -p "$shell/usr/bin" "$shell/usr/lib64" "$shell/etc"
    for program in env cat ls sed grep true id bash dash; do cp "$(type -P true)" "$shell/usr/bin/$program"; done
    ln -s "$shell" "$shell/usr/bin/sh"
    ln -s usr/bin "$shell/bin"
    cp "$(ldconfig -p | awk '/libc.so.6 / {print $NF; exit}')" "$shell/usr/lib64/libc.so.6"
    "$touchstone" abi harvest --rootfs "$shell" --name "$shell" > /dev/null || exit 1
done

# told SHELL FILE: the findings about its dialect, "KIND SEVERITY LINE" separated by commas.
told() {
    "$touchstone" abi check "$2" --surface "$1" --json > out 2> err
    jq -r '[.findings[] | select(.kind == "SCRIPT_DIALECT") | "\(.severity) \(.line)"] | unique | join(", ")' out
}
# row SHELL EXPECTED ORACLE CODE: CODE, behind a first line for sh and before one that prints "end"; \n begins a line.
# ORACLE: end (the shell gets to the end without a word about an error), error (it does, with one), stop (it does not), any.
row() {
    rm -rf p && mkdir -p p/opt
    printf "#!/bin/sh\n$4\necho end\n" > p/opt/run
    chmod 755 p/opt/run
    local said shell=$1
    [ "$shell" = dash ] || shell="bash --posix"
    said=$(cd p && timeout 10 $shell opt/run 2> said < /dev/null)
    case $3 in
    end) [ "${said##*$'\n'}" = end ] && [ ! -s p/said ] || fail "$1 does not accept: $4" ;;
    error) [ "${said##*$'\n'}" = end ] && [ -s p/said ] || fail "$1 has no error in: $4" ;;
    stop) [ "${said##*$'\n'}" != end ] || fail "$1 gets to the end of: $4" ;;
    esac
    rm -f p/said
    check "$1: $4" "$(told "$1" p)" "$2"
}
stops() { row dash "HIGH ${2-2}" stop "$1"; }
quiet() { row dash "" "${2-end}" "$1"; }
means() { row dash "WARN ${3-2}" "${2-end}" "$1"; }

# Syntax errors.
stops 'a=(x y)'
stops 'function f { :; }'
stops 'function f() { :; }'
stops 'cat <<< x'
stops 'cat <(echo x)'
stops 'echo a |& cat'
stops 'select x in a; do :; done'
stops 'for ((i = 0; i < 2; i++)); do :; done'
stops 'my-f() { :; }'
stops 'case a in a) ;& b) ;; esac'
stops 'echo !(a)'
stops 'if [[ a =~ ^(b|c) ]]; then :; fi'
stops 'echo a >&file'
stops 'if false; then\na=(1)\nfi' 3
stops 'f() {\nlocal a=(1)\n}' 3
stops 'echo "$(cat <<< x)"'
stops 'if [ -n "${BASH_VERSION-}" ]; then\na=(1)\nfi' 3
stops '{ true; } 20> /dev/null'
stops '( true ) 200> /dev/null'
stops 'while false; do :; done 10< /dev/null'
stops 'echo >&10'
stops 'exec 3<&12'
stops 'for i in a; { :; }'
# Errors of execution.
stops 'exec 200> /dev/null'
stops 'exec 12>&1'
stops 'exec {fd}> /dev/null'
stops 'exec 3> /dev/null 10>&-'
stops 'local x=1'
stops 'echo $((1, 2))'
stops 'echo $((16#ff))'
stops 'set -T'
stops 'set -euo posix'
stops 'trap -p'
stops 'echo "${BASH_SOURCE[0]}"'
stops 'set -e\nkill -SIGTERM 0' 3
stops 'x=abc; echo ${x//a/b}'
stops 'x=abc; echo "${x:0:1}"'
stops 'x=abc; echo ${x^^}'
stops 'echo ${!x}'
stops 'i=1; echo $((i++))'
stops 'echo $((2**3))'
stops 'set -o pipefail'
stops 'set -euo pipefail'
stops 'export -f f'
stops 'exec -a x true'
stops 'f() {\nlocal -a x\n}\nf' 3
stops 'f() {\necho ${x/a/b}\n}\ng() { f; }\ng' 3
stops 'set -e\nsource /dev/null' 3
stops 'set -e\npushd /' 3
row dash "HIGH 2" error 'source /dev/null'
row dash "HIGH 2" error 'if [[ a == a ]]; then :; fi'
row dash "HIGH 2" error '[ a == a ] && :'
row dash "HIGH 3" error 'x=1\nif [ -v x ]; then :; fi'
row dash "HIGH 2" any 'if [ ! -a /etc ]; then :; fi'
row dash "HIGH 2" any 'if type -t ls > /dev/null; then :; fi'
row dash "HIGH 2" any 'time true'
# Only where it is executed, or of less weight.
means '200> /dev/null' error
means 'f() { local x; exec 200> /dev/null; }'
means '(local x=1) 2> /dev/null'
means 'kill -s SIGTERM 0' any
means 'printf %%q a' any
means 'read' any
means 'coproc cat' error
means 'if false; then echo ${x//a/b}; fi'
means 'f() { echo ${x//a/b}; }'
means 'for i in; do [[ a ]]; done'
means 'declare -i x=1' error
means 'a+=b' error
means 'trap : ERR' error
means 'read -t 1 x' error
# Means something else.
means 'echo -e a'
means ': &> /dev/null'
means "echo \$'a'"
means 'echo {a,b}'
means 'echo {1..3}'
means 'echo $RANDOM'
means 'echo a 200> /dev/null'
means 'echo $[1 + 1]'
means 'echo $"a"'
# Quoted, commented or unreached text, guards, and what dash has.
quiet '# a=(x) [[ ]]'
quiet 'cat > /dev/null << "E"\na=(x)\n[[ ]]\nE' end
quiet "echo 'a=(x)' \"[[ a == b ]]\" | cat"
quiet 'bash -c "a=(x); [[ a ]]"'
quiet 'eval '"'"'a=(x)'"'"' 2> /dev/null || exit 0' any
quiet 'echo end; exit 0\na=(x)'
quiet '[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@"\na=(x)' any
quiet 'if [ -z "$BASH" ]; then echo end; exit 0; fi\n[[ a ]]'
quiet 'if (set -o pipefail) 2> /dev/null; then set -o pipefail; fi'
quiet 'shopt -s x 2> /dev/null || true'
quiet 'RANDOM=3; UID=$(id -u); echo $RANDOM $UID'
quiet 'echo ${x:-a} ${x#b} ${x%%c} ${#x} ${x:+d} $((1 + 2)) $((1 - -1)) > /dev/null'
quiet 'f() { local a b=c; }; f; g_1() { :; }; g_1'
quiet 'awk() { :; }; awk "{print a,b}"; echo $# $$ $? $! > /dev/null; command -v ls > /dev/null 2>&1'
quiet 'exec 3> /dev/null 9>&1; echo a >&3; echo 200 > /dev/null; { :; } 5> /dev/null'
quiet '[ a = -v ] || [ -n "-v" ] || [ "$1" = x -a -n y ]; test -e / -a -d /'
quiet 'x=a,b; echo $((${#x} + 0x1f)) ${x%%,*} $((1 ? 2 : 3)) > /dev/null'
quiet 'set -o errexit; set +o nounset; set -eu -o noglob; set -- -T -o posix; read -r x < /dev/null || kill -l > /dev/null'
quiet 'echo end; return 0\na=(1)'
quiet 'f() { return 0; }; f; (exit 3) || :; $(true) 2>&1'
quiet 'test a = a; read -r x < /dev/null || :; trap : INT 0 EXIT; set -eu'
quiet 'case a in (a|b) : ;; esac; ( : ); { :; }; : 3>&1 >&2'
# bash as sh.
row bash "" end 'a=(x y); [[ a == a ]]; source /dev/null; x=ab; echo ${x//a/b} $RANDOM'
row bash "HIGH 2" stop 'my-f() { :; }'
row bash "" end 'f() { :; }'
row bash "" end 'exec 200> /dev/null {fd}> /dev/null; echo $((1, 2)) $((16#ff)); { :; } 12>&1; x=1; [ -v x ]'
row bash "WARN 2" error 'local x=1'
row bash "HIGH 3" stop 'set -e\nlocal x=1'
# first SHELL EXPECTED LINE [RUNS]: the first line is LINE; RUNS: "" if the kernel and the interpreter do not run the script.
first() {
    rm -rf p && mkdir -p p/opt && printf '%s\necho RUNS\n' "$3" > p/opt/run && chmod 755 p/opt/run
    check "by execution: $3" "$(timeout 10 p/opt/run 2> /dev/null < /dev/null)" "${4-}"
    "$touchstone" abi check p --surface "$1" --json > out 2> err
    check "$1: $3" "$(jq -r '[.findings[] | "\(.kind) \(.severity) \(.line)"] | join(", ")' out)" "$2"
}
refused="SCRIPT_INTERPRETER HIGH 1"
for line in -euo '-euo pipefail' --posix '-e -u' '-o errexit' -c -n nofile -B; do first dash "$refused" "#!/bin/dash $line"; done
for line in -e -eux '-eu ' -- +e -l; do first dash "" "#!/bin/dash $line" RUNS; done
for line in '-e -u' '-eu x' '-o pipefail' -c '--norc --posix' nofile; do first bash "$refused" "#!/bin/bash $line"; done
for line in -e --posix -eu --norc -p; do first bash "" "#!/bin/bash $line" RUNS; done
for line in 'bash -e' '-i bash' 'A=1 bash'; do first bash "$refused" "#!/usr/bin/env $line"; done
for line in bash '-S bash -e' '-iS bash -e' 'bash '; do first bash "" "#!/usr/bin/env $line" RUNS; done
first bash "$refused" "#!bin/bash"
# What no shell can parse.
unparsed() { row dash "" stop "$1"; check "syntax: $1" "$(jq -r '[.findings[] | select(.kind == "SCRIPT_SYNTAX") | "\(.severity) \(.line)"] | join(", ")' out)" "HIGH $2"; }
unparsed 'if true; then' 4
unparsed 'f() {\n}' 3
unparsed 'echo "a' 2
unparsed "echo 'a" 2
unparsed 'echo $(ls' 4
unparsed 'case a in\na) :;;' 4
unparsed 'while :; do done' 2
unparsed 'true; }' 2
unparsed 'for i in a; do :' 4
unparsed 'echo a )' 2
unparsed 'true ;; true' 2
unparsed '| cat' 2
row dash "" any 'echo end; exit 0\nif'
check "not reached" "$(jq -r '[.findings[].kind] | join(" ")' out)" ""
row dash "" any 'cat > /dev/null << E\nif then\nE'
check "a here-document" "$(jq -r '[.findings[].kind] | join(" ")' out)" ""
# Shells that a script starts.
row dash "HIGH 2" stop 'set -e; sh -c "a=(x)"'
row dash "HIGH 3" stop 'set -e\nsh -o pipefail -c true'
row dash "WARN 2" error 'sh -euo pipefail -c true'
row dash "WARN 2" error "sh -c 'source /dev/null; exit 1' || :"
row dash "" end 'bash -o pipefail -c "a=(x); exit 0"; sh -ec ":"; sh -c "x=1; exit 0"'
# Another interpreter.
rm -rf p && mkdir -p p/opt && printf '#!/bin/bash\na=(x)\n' > p/opt/run && check "for bash" "$(told dash p)" ""
printf '#!/bin/dash\na=(x)\n' > p/opt/run && check "for dash, on any image" "$(told bash p)" "HIGH 2"
printf '#!/usr/bin/env sh\na=(x)\n' > p/opt/run && check "by name" "$(told dash p)" "HIGH 2"
mkdir -p p/usr/share/doc/x && mv p/opt/run p/usr/share/doc/x/ && check "an example" "$(told dash p)" "WARN 2"

rm -rf p && mkdir -p p/etc/profile.d && printf 'a=(x)\n' > p/etc/profile.d/x.sh && check "sourced when someone logs in" "$(told dash p)" "HIGH 1"
printf '[ -n "$BASH_VERSION" ] || return\nshopt -s x\n' > p/etc/profile.d/x.sh && check "for bash alone" "$(told dash p)" ""

# Maintainer scripts: dpkg runs them with sh.
for script in preinst postinst prerm; do
    rm -rf d && mkdir -p d/DEBIAN d/opt
    printf 'Package: x\nVersion: 1\nArchitecture: all\nMaintainer: x <x@example.org>\nDescription: x\n' > d/DEBIAN/control
    printf '#!/bin/sh\nset -e\nfiles=(a b)\n' > d/DEBIAN/$script
    chmod 755 d/DEBIAN/$script && dpkg-deb --build d x.deb > /dev/null
    printf '#!/bin/bash\nif true; then\n' > d/DEBIAN/$script && dpkg-deb --build d y.deb > /dev/null && "$touchstone" abi check y.deb --surface bash --json > out
    [ $script = prerm ] && expected="HIGH 3" || expected="BLOCK 3"
    check "$script that cannot be parsed" "$(jq -r '[.findings[] | select(.kind == "SCRIPT_SYNTAX") | "\(.severity) \(.line)"] | join(", ")' out)" "$expected"
    [ $script = prerm ] && expected="HIGH 3" || expected="BLOCK 3"
    check "$script for dash" "$(told dash x.deb)" "$expected"
    check "$script for bash" "$(told bash x.deb)" ""
done
# What is started by itself: a command, the program of a unit and its command line.
for path in usr/bin/run opt/run; do
    rm -rf p && mkdir -p p/${path%/*} p/usr/lib/systemd/system && printf '#!/bin/sh\na=(x)\n' > p/$path && chmod 755 p/$path
    printf '[Service]\nExecStart=/%s\n' $path > p/usr/lib/systemd/system/x.service
    check "$path" "$(told dash p)" "BLOCK 2"
done
printf '[Service]\nExecStart=/bin/sh -c "source /etc/x && exec true"\nExecStop=-/bin/sh -c "[[ a ]]"\nExecReload=/bin/sh -c "kill $$MAINPID; a=$$(true)"\n' > p/usr/lib/systemd/system/x.service
rm -r p/opt && check "code in a unit" "$(told dash p)" "BLOCK 2, WARN 3"
end_checks
