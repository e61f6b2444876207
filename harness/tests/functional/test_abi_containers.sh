#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What the configuration of a container image makes a runtime start: the check's answer, and that of a process that
# changes its root to the merged layers and executes the same words.
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/abi.sh"
need gcc jq python3 dash bash
need_x86_64
lib=$TS_SOURCE_DIR/harness/tests/lib
mkdir -p root/lib64
echo 'int old(void){return 1;}' | gcc -shared -fPIC -nostdlib -Wl,-soname,libfoo.so.1 -o root/lib64/libfoo.so.1 -x c -
echo 'int f(void){return 0;}' | gcc -shared -fPIC -Wl,-soname,libown.so -o libown.so -x c -
echo 'int f(void); int main(void){return f();}' | gcc -o prog -x c - -x none ./libown.so
echo 'int main(void){return 0;}' | gcc -o true -x c -
echo 'int g(void){return 0;}' | gcc -shared -fPIC -o pre.so -x c -
if command -v musl-gcc > /dev/null; then
    mkdir musl && cp "$(readlink -f "/lib/ld-musl-x86_64.so.1")" musl/libc.so
    echo 'int f(void){return 0;}' | musl-gcc -shared -fPIC -Wl,-soname,libmine.so -o musl/libmine.so -x c -
    echo 'int f(void); int main(void){return f();}' | musl-gcc -o musl/prog -x c - -x none musl/libmine.so
fi
libc=$(ldd "$(command -v dash)" | awk '/libc\.so\.6/ {print $3}')
python3 "$lib/container_images.py" /lib64/ld-linux-x86-64.so.2 "$libc" "$(command -v dash)" || exit 1

# Of the findings that stop the container, or its health check, exactly what is expected, and the verdict from it.
told='.findings | map(select((.kind | test("^CONTAINER_|^LIB_MISSING")) or (.severity == "BLOCK" and (.kind | startswith("SCRIPT_")))) | if .severity == "BLOCK" then .kind else .kind + ":" + .severity end)'
while IFS=$'\t' read -r name expect; do
    plain=${expect%[?!]} code=0
    case $plain in "" | *:HIGH) ;; *) code=1 ;; esac
    expect=$plain abi_holds "$name" "$code" "$told == ([\$ENV.expect] - [\"\"])" "$name.tar" --rootfs root
done < <(jq -r '.[] | [.name, .expect] | @tsv' rows.json)
abi_holds "what runs is named" 1 '.packages[0].images[0] | .entrypoint == "/usr/bin/tini -- /app/prog" and .working_directory == null' wrapper.tar --rootfs root
abi_holds "its words and folder" "" '.packages[0].images[0] | .entrypoint == "./prog" and .working_directory == "/srv"' relative-elsewhere.tar --rootfs root
abi_holds "more commands than are followed" 2 '[.findings[] | .kind] == ["UNKNOWN"]' many.tar --rootfs root

# Layouts with several images, and with what is no image.
abi_holds "a chart is no image" 2 '.packages[0].images == [] and all(.findings[]; .severity != "BLOCK")' chart.tar --rootfs root
abi_holds "neither is a signature" 0 '.packages[0].images | length == 1' signed.tar --rootfs root
abi_holds "the image for the target" 1 '[.findings[] | select(.severity == "BLOCK") | "\(.kind) \(.provider)"] == ["CONTAINER_START /app/gone"]' several.tar --rootfs root
abi_holds "not the one for another" 0 'all(.findings[]; .kind != "CONTAINER_START")' several-fit.tar --rootfs root

# The same by execution.
inside=()
if [ "$(id -u)" != 0 ]; then
    unshare -r true 2> /dev/null || { echo "no user namespaces: not compared with execution"; end_checks; exit; }
    inside=(unshare -r)
    touch mapped
fi
"${inside[@]}" python3 "$lib/container_starts.py" > started || exit 1
while read -r name what code; do
    expect=$(jq -r --arg name "$name" '.[] | select(.name == $name) | .expect' rows.json)
    case $what.$expect in
    *\! | *\?) continue ;;
    health.CONTAINER_HEALTH*) fails=1 ;;
    start. | start.CONTAINER_HEALTH* | health.*) fails=0 ;;
    *) fails=1 ;;
    esac
    check "$name: $what by execution" "$((code != 0))" "$fails"
done < started
check "images that were started" "$(($(grep -c ' start ' started) > 30))" 1
end_checks
