#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Every kind of file whose name is a word has a Chinese one in reports/file_kinds.def.
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/check.sh"
cd "$TS_SOURCE_DIR" || exit 99
# Names of formats and programs.
names=' 7z bzip2 cab compress cpio cramfs deb dex erofs gzip iso jmod lz4 lzfse lzip lzma lzop rar rpm snappy squashfs tar webassembly xar xz zip zstd brotli '
missing=$({
    sed -n 's/^FORMAT([A-Z]*, "\([^"]*\)".*/\1/p' harness/abi/package/format.def
    sed -n 's/.*{FORMAT_[A-Z_]*, "\([^"]*\)".*/\1/p' harness/abi/package/format.c
} | sort -u | while read -r name; do
    case $names in *" $name "*) continue ;; esac
    grep -qF "FILE_KIND(\"$name\", " reports/file_kinds.def || echo "$name"
done)
check "kinds without a Chinese name" "$missing" ""
end_checks
