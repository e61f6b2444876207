#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Extension modules of Python, for Pythons that the image has and has not: the answer is that of the real interpreter's
# importer for the same file names. Sources of kernel modules are said to be built on the target.
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/abi.sh"
need gcc jq python3
need_x86_64

version=$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])') tag=cpython-${version/./}
mkdir -p root/usr/bin root/etc && printf 'ID=sample\nVERSION_ID="1"\n' > root/etc/os-release
cp /bin/true "root/usr/bin/python$version"
cp -r root bare && mv bare/usr/bin/python* bare/usr/bin/true
"$touchstone" abi harvest --rootfs root --name image > /dev/null && "$touchstone" abi harvest --rootfs bare --name bare > /dev/null ||
    exit 99
python_3='void PyModule_Create2(void); void PyInit_m(void){PyModule_Create2();}'
python_2='void Py_InitModule4_64(void); void initm(void){Py_InitModule4_64();}'
# module FOLDER SUFFIX SOURCE
module() {
    mkdir -p "$1" && gcc -shared -fPIC -nostdlib -o "$1/m$2" -x c - <<< "$3"
}
# told CODE: the number of findings about Python's ABI
told() { jq '[.findings[] | select(.kind == "PYTHON_ABI")] | length' out; }

for suffix in .$tag-x86_64-linux-gnu.so .abi3.so .so .cpython-36m-x86_64-linux-gnu.so .cpython-399-x86_64-linux-gnu.so; do
    rm -rf product && module product "$suffix" "$python_3"
    imports=$(python3 -c 'import importlib.machinery as m, sys
print(int(m.PathFinder.find_spec("m", [sys.argv[1]]) is None))' product)
    "$touchstone" abi check product --surface image --json > out 2> err
    case $suffix in *399*) continue ;; esac # no such Python: the name shows no version
    check "m$suffix: told as the interpreter finds it" "$(told)" "$imports"
done
rm -rf product && module product .so "$python_2"
abi_holds "a module of Python 2 without a tag" "" 'any(.findings[]; .kind == "PYTHON_ABI" and .provider == "Python 2" and (.found | contains("'"$version"'")))' product --surface image
rm -rf product && module product .cpython-36m-x86_64-linux-gnu.so "$python_3" && module product ".$tag-x86_64-linux-gnu.so" "$python_3"
abi_holds "a build for the image's Python lies beside it" "" 'all(.findings[]; .kind != "PYTHON_ABI")' product --surface image
rm -rf product && module product/lib .cpython-36m-x86_64-linux-gnu.so "$python_3" && mkdir product/bin && cp /bin/true product/bin/python3.6
abi_holds "the package brings the interpreter" "" 'all(.findings[]; .kind != "PYTHON_ABI")' product --surface image
rm -rf product && module product .cpython-36m-x86_64-linux-gnu.so "$python_3"
abi_holds "an image without Python" "" 'any(.findings[]; .kind == "PYTHON_ABI" and (.found | contains("no Python")))' product --surface bare
abi_holds "a reference that names no Python" "" 'any(.findings[]; .kind == "UNKNOWN" and .provider == "Python 3.6")' product --surface reference:tencentos-4:x86_64

# As text, rows that share a remedy share its line.
module product/other .cpython-36m-x86_64-linux-gnu.so "$python_3"
"$touchstone" abi check product --surface image > out 2> err
check "one remedy for two modules" "$(grep -c PYTHON_ABI out) $(grep -A 1 PYTHON_ABI out | grep -c -e '-> ')" "2 1"

mkdir -p dkms/usr/src/vendor-1.0 && printf 'PACKAGE_NAME="vendor"\nPACKAGE_VERSION="1.0"\n' > dkms/usr/src/vendor-1.0/dkms.conf
printf 'obj-m := vendor.o\n' > dkms/usr/src/vendor-1.0/Makefile
abi_holds "sources of a kernel module" 2 'any(.findings[]; .kind == "UNKNOWN" and .provider == "the kernel" and (.file | endswith("dkms.conf")))' dkms --surface image
end_checks
