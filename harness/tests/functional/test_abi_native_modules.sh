#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Extension modules of Python, for Pythons that the image has and has not: the answer is that of the real interpreter's
# importer for the same file names. Sources of kernel modules are said to be built on the target.
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/abi.sh"
need gcc jq python3 dpkg-deb
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

for suffix in .$tag-x86_64-linux-gnu.so .abi3.so .so .cpython-36m-x86_64-linux-gnu.so .${tag}t-x86_64-linux-gnu.so \
    .${tag}d-x86_64-linux-gnu.so .$tag-x86_64-linux-musl.so .$tag-x86-64-linux-gnu.so .pypy310-pp73-x86_64-linux-gnu.so \
    .cp39-win_amd64.so .cpython-39-x86_64-linux-gnu.so; do
    rm -rf product && module product "$suffix" "$python_3"
    imports=$(python3 -c 'import importlib.machinery as m, sys
print(int(m.PathFinder.find_spec("m", [sys.argv[1]]) is None))' product)
    "$touchstone" abi check product --surface image --json > out 2> err
    check "m$suffix: told as the interpreter finds it" "$(told)" "$imports"
done
rm -rf product && module product .so "$python_2"
abi_holds "a module of Python 2 without a tag" "" 'any(.findings[]; .kind == "PYTHON_ABI" and .provider == "Python 2" and (.found | contains("'"$version"'")))' product --surface image
rm -rf product && module product .cpython-36m-x86_64-linux-gnu.so "$python_3" && module product ".$tag-x86_64-linux-gnu.so" "$python_3"
abi_holds "a build for the image's Python lies beside it" "" 'all(.findings[]; .kind != "PYTHON_ABI")' product --surface image
rm -rf product && module product/lib .cpython-36m-x86_64-linux-gnu.so "$python_3" && mkdir product/bin && cp /bin/true product/bin/python3.6
abi_holds "the package brings the interpreter" "" 'all(.findings[]; .kind != "PYTHON_ABI")' product --surface image
rm -rf product && module product/lib .cpython-36m-x86_64-linux-gnu.so "$python_3" && mkdir -p product/completions && : > product/completions/python3.6
abi_holds "a file of that name is no interpreter" "" 'any(.findings[]; .kind == "PYTHON_ABI")' product --surface image
# deb NAME DEPENDS: a package of a module for Python 3.6.
deb() {
    rm -rf deb && module deb/usr/lib/vendor .cpython-36m-x86_64-linux-gnu.so "$python_3" && mkdir deb/DEBIAN
    printf 'Package: vendor\nVersion: 1\nArchitecture: amd64\nMaintainer: sample <sample@example.com>\nDescription: sample\nDepends: %s\n' \
        "$2" > deb/DEBIAN/control
    dpkg-deb --root-owner-group -b deb "$1" > /dev/null
}
deb any.deb python3
abi_holds "a dependency on any Python excuses nothing" "" 'any(.findings[]; .kind == "PYTHON_ABI")' any.deb --surface image
deb exact.deb python3.6
abi_holds "a dependency on that Python does" "" 'all(.findings[]; .kind != "PYTHON_ABI")' exact.deb --surface image
# Bytecode of Python 3.9 without its source, beside it, and in a cache.
rm -rf product && mkdir -p product/p/__pycache__ && printf 'print(1)\n' > product/p/run.py
printf '\x61\r\r\n\0\0\0\0\0\0\0\0\0\0\0\0\xe3' | tee product/p/core.pyc > product/p/__pycache__/run.cpython-39.pyc
python3 -c 'import sys; sys.path.insert(0, "product/p"); import core' 2> err && exit 99
check "the interpreter refuses it" "$(grep -c 'bad magic number' err)" 1
abi_holds "bytecode of another version without its source" "" '[.findings[] | select(.kind == "PYTHON_ABI") | .file] == ["/p/core.pyc"]' product --surface image
: > product/p/core.py
abi_holds "the same beside its source" "" 'all(.findings[]; .kind != "PYTHON_ABI")' product --surface image
# The name of a wheel.
(mkdir -p wheel/v && cd wheel && : > v/__init__.py && python3 -m zipfile -c ../v-1.0-cp39-cp39-manylinux_2_17_x86_64.whl v &&
    python3 -m zipfile -c "../v-1.0-cp${version/./}-cp${version/./}-manylinux_2_17_x86_64.whl" v && python3 -m zipfile -c ../v-1.0-py3-none-any.whl v)
abi_holds "a wheel for another Python" "" 'any(.findings[]; .kind == "PYTHON_ABI" and .provider == "Python 3.9")' v-1.0-cp39-*.whl --surface image
for wheel in "v-1.0-cp${version/./}"-*.whl v-1.0-py3-*.whl; do
    abi_holds "$wheel" "" 'all(.findings[]; .kind != "PYTHON_ABI")' "$wheel" --surface image
done
rm -rf product && module product .cpython-36m-x86_64-linux-gnu.so "$python_3"
abi_holds "an image without Python" "" 'any(.findings[]; .kind == "PYTHON_ABI" and (.found | contains("no Python")))' product --surface bare
abi_holds "a reference that names no Python" "" 'any(.findings[]; .kind == "UNKNOWN" and .provider == "Python 3.6")' product --surface reference:tencentos-4:x86_64

# As text, rows that share a remedy share its line.
module product/other .cpython-36m-x86_64-linux-gnu.so "$python_3"
"$touchstone" abi check product --surface image > out 2> err
check "one remedy for two modules" "$(grep -c PYTHON_ABI out) $(grep -A 2 PYTHON_ABI out | grep -c -e '-> ')" "2 1"

mkdir -p dkms/usr/src/vendor-1.0 && printf 'PACKAGE_NAME="vendor"\nPACKAGE_VERSION="1.0"\n' > dkms/usr/src/vendor-1.0/dkms.conf
printf 'obj-m := vendor.o\n' > dkms/usr/src/vendor-1.0/Makefile
abi_holds "sources of a kernel module" 2 'any(.findings[]; .kind == "UNKNOWN" and .provider == "the kernel" and (.file | endswith("dkms.conf")))' dkms --surface image
end_checks
