#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Completion in real bash and zsh, with the files made by the build.
set -uo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export TOUCHSTONE_HOME=$scratch/home PATH=$TS_BINARY_DIR:$PATH
completion=$TS_BINARY_DIR/completion
failed=0
. "$TS_SOURCE_DIR/harness/tests/lib/store.sh"
cd "$scratch" || exit 99
mkdir -p "$TOUCHSTONE_HOME" own.suite
touch vendor.rpm

# offers LINE WORD…: with the cursor at the end of LINE, bash offers these words, in any order; a leading ! means that
# it is not offered, a single . that nothing else is.
offers() {
    local line=$1 got word only=
    shift
    got=$(bash --norc -c '
        . "$1"
        compopt() { :; } # only known while completing
        COMP_LINE=$2 COMP_POINT=${#2}
        read -r -a COMP_WORDS <<< "${2//=/ = }"
        [[ $2 != *" " ]] || COMP_WORDS+=("")
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _touchstone
        printf "%s\n" "${COMPREPLY[@]}"' bash "$completion/touchstone.bash" "$line" 2>&1)
    for word in "$@"; do
        case $word in
        .) only=yes ;;
        !*) ! grep -qxF -e "${word#!}" <<< "$got" || { echo "bash: '$line' offers '${word#!}'"; failed=1; } ;;
        *) grep -qxF -e "$word" <<< "$got" || { printf "bash: '%s' does not offer '%s' but\n%s\n" "$line" "$word" "$got"; failed=1; } ;;
        esac
    done
    [ -z "$only" ] || [ "$(grep -c . <<< "$got")" = $(($# - 1)) ] || { printf "bash: '%s' offers\n%s\n" "$line" "$got"; failed=1; }
}
"$TS_BINARY_DIR/touchstone" matrix > /dev/null 2>&1 # makes the store
store_of_rows "
    INSERT INTO run VALUES (1, '20260101-aaaaaa', 1767225600000, 1767225700000, 'ended',
        '{\"accel\":\"auto\",\"cold\":false,\"connect\":null,\"images\":[\"a\"],\"items\":[],\"jobs\":0,\"platforms\":[\"kunpeng\"],\"suites\":[\"redis\"]}');
    INSERT INTO cell VALUES (1, 1, 0, 'a', 'kunpeng', 'redis', NULL);" || exit 1
offers "touchstone " run matrix show help !job !complete
offers "touchstone ma" matrix .
offers "touchstone --" --help --version .
offers "touchstone image " add fetch known list show check remove .
offers "touchstone image sh" show .
offers "touchstone help ima" image .
offers "touchstone help image k" known .
offers "touchstone run --re" --repeat --retry --retry-infrastructure --reuse-install .
offers "touchstone run -" -i --image -j --jobs !--salvage
offers "touchstone run --platform ku" kunpeng !hygon
offers "touchstone run -p kunpeng --suite postg" postgresql .
offers "touchstone run --accel=" auto tcg kvm .
offers "touchstone run --accel=t" tcg .
offers "touchstone run --suite ./o" ./own.suite .
offers "touchstone run --item end" endurance .
offers "touchstone matrix " latest newest 20260101-aaaaaa .
offers "touchstone matrix 2026" 20260101-aaaaaa .
offers "touchstone show --run 2026" 20260101-aaaaaa .
offers "touchstone show " a/kunpeng/redis .
offers "touchstone report --format ju" junit .
offers "touchstone platform show hy" hygon .
offers "touchstone abi check ven" vendor.rpm .
offers "touchstone abi check vendor.rpm ven" vendor.rpm .
offers "touchstone matrix x " .
offers "touchstone image add --format " raw qcow2 .

# Through readline and zsh's line editor: the content of the line after the tab key.
types() { # SHELL KEYS EXPECTED
    local got
    got=$(python3 - "$1" "$2" "$completion" << 'END'
import os, pty, re, select, sys, time
shell, keys, folder = sys.argv[1:]
program = {"bash": ["bash", "--norc", "--noprofile", "-i"], "zsh": ["zsh", "-f", "-i"]}[shell]
pid, terminal = pty.fork()
if pid == 0:
    os.environ.update(TERM="dumb", PS1="READY ", HISTFILE="")
    os.execvp(program[0], program)
seen = b""
def wait(pattern):
    global seen
    end = time.time() + 60
    while time.time() < end and not re.search(pattern, seen):
        if select.select([terminal], [], [], 1)[0]:
            try: seen += os.read(terminal, 65536)
            except OSError: break
    seen, before = b"", seen
    return before
load = {"bash": ". '%s/touchstone.bash'" % folder,
        "zsh": "fpath=('%s/zsh' $fpath); autoload -Uz compinit; compinit -D -u; unsetopt zle_bracketed_paste; PS1='READY '" % folder}[shell]
os.write(terminal, (load + "; echo LOAD''ED\n").encode())
wait(rb"LOADED")
# Ctrl-A: to the beginning of the line, which then prints itself.
os.write(terminal, (keys + "\t").encode())
os.write(terminal, b"\x01echo GO''T \n")
print(re.search(rb"GOT ([^\r\n]*)", wait(rb"GOT [^\r\n]*[\r\n]")).group(1).decode().strip())
os.close(terminal)
END
)
    [ "$got" = "$3" ] || { echo "$1: '$2' and the tab key give '$got', expected '$3'"; failed=1; }
}
for shell in bash zsh; do
    command -v $shell > /dev/null || { echo "not tried: $shell is not installed"; continue; }
    types $shell "touchstone mat" "touchstone matrix"
    types $shell "touchstone run --keep" "touchstone run --keep-failed"
    types $shell "touchstone run --platform hy" "touchstone run --platform hygon"
    types $shell "touchstone run --accel=k" "touchstone run --accel=kvm"
    types $shell "touchstone image kn" "touchstone image known"
    types $shell "touchstone show --run 2026" "touchstone show --run 20260101-aaaaaa"
    types $shell "touchstone show a/" "touchstone show a/kunpeng/redis"
done
exit $failed
