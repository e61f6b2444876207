#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# touchstone is linked with none of the libraries that only jobs need; the worker is. If this fails, a verb of touchstone
# now calls code that needs one of them: make it a verb of the worker, or split the file.
set -eu
touchstone=$TS_BINARY_DIR/touchstone worker=$TS_BINARY_DIR/libexec/touchstone/worker
heavy='lib(virt|virt-qemu|curl|curl-gnutls|capstone|archive|crypt)\.so'
if readelf -d "$touchstone" | grep -E "NEEDED.*$heavy"; then
    echo "touchstone is linked with these"
    exit 1
fi
for library in virt curl capstone archive; do
    readelf -d "$worker" | grep -q "NEEDED.*lib$library" || { echo "the worker lacks lib$library"; exit 1; }
done
ldd "$touchstone" > /dev/null
if ! ldd "$touchstone" | grep -q asan; then
    count=$(ldd "$touchstone" | wc -l)
    if ldd "$touchstone" | grep -E "$heavy" || [ "$count" -gt 20 ]; then
        echo "touchstone loads $count libraries"
        exit 1
    fi
fi
echo "two programs, each with its libraries"
