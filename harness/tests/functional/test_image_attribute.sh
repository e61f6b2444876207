#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Adding an attribute to images: a copy of the source gets one, by changes to three files, and then it is read from an
# image's file, written there, printed as JSON, read from that and freed.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rooms='base model home bundle catalog'
mkdir -p "$work/tree/harness" "$work/tree/arch" "$work/objects"
for room in $rooms; do cp -r "$TS_SOURCE_DIR/harness/$room" "$work/tree/harness/"; done
cp -r "$TS_SOURCE_DIR/arch/images" "$work/tree/arch/"
cp -r "$work/tree" "$work/before"

cd "$work/tree"
sed -i 's|^    struct strv repositories;|    char *serial;\n&|' harness/model/image.h
sed -i 's|^    IMAGE_TEXT(kernel_release.*|    IMAGE_TEXT(serial, "serial", "os/@serial"),\n&|' harness/model/image.c
sed -i 's|<optional><attribute name="kernel"><ref name="line"/></attribute></optional>|&\n<optional><attribute name="serial"><ref name="line"/></attribute></optional>|' arch/images/image.rng
changed=$(diff -rq "$work/before" . | wc -l)
[ "$changed" -eq 3 ] || { echo "FAILED: the attribute was to touch 3 files, and touched $changed"; exit 1; }

cat > probe.c <<'END'
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "catalog/catalog.h"
#include "model/image.h"
#include "model/member.h"

int main(int argc, char **argv)
{
    struct image *image = NULL, *again = NULL, back = {0};
    struct error *err = NULL;
    json_t *json = json_object();

    if (argc != 3 || catalog_load_image(argv[1], &image, &err) < 0 ||
        catalog_write_image(image, argv[2], &err) < 0 ||
        catalog_load_image(argv[2], &again, &err) < 0) {
        fprintf(stderr, "%s\n", err != NULL ? error_message(err) : "usage");
        return 1;
    }
    members_to_json(&image_members, again, json);
    if (members_from_json(&image_members, json, "image", &back, &err) < 0)
        return 1;
    printf("%s %s %s %s\n", image->serial, again->serial, back.serial,
           json_string_value(json_object_get(json, "serial")));
    members_done(&image_members, &back);
    image_free(again);
    image_free(image);
    json_decref(json);
    return 0;
}
END
flags="-std=gnu17 -O0 -g -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -fsanitize=address -Iharness -I. -I$TS_SOURCE_DIR/harness $(pkg-config --cflags jansson libxml-2.0 libcurl libcrypto)"
find harness -name '*.c' > sources
echo probe.c >> sources
export flags work
xargs -P "$(nproc)" -n 4 sh -c 'for file; do
    ${CC:-cc} $flags -c "$file" -o "$work/objects/$(echo "$file" | tr / _).o" || exit 255
done' sh < sources || { echo "FAILED: the copy does not compile"; exit 1; }
# The scripts that catalog/ adds to a suite are no part of an image: as they were built.
${CC:-cc} -fsanitize=address,undefined "$work"/objects/*.o "$TS_BINARY_DIR/harness/libts_probes.a" -o probe $(pkg-config --libs jansson libxml-2.0 libcurl libcrypto sqlite3) -lpthread

zeros=0000000000000000000000000000000000000000000000000000000000000000
cat > dummy.xml <<END
<?xml version="1.0" encoding="UTF-8"?>
<image name="dummy" arch="x86_64"><title>Dummy</title><os id="debian" version="12" serial="A&amp;7"/>
  <disk format="raw" path="/a  b" sha256="$zeros" device="1" inode="2" size="3" mtime-ns="-4" ctime-ns="5"/>
  <boot kind="disk"/></image>
END
export TOUCHSTONE_DATA=$work/tree
mkdir -p written arch/platforms
out=$(./probe dummy.xml written/dummy.xml)
[ "$out" = "A&7 A&7 A&7 A&7" ] || { echo "FAILED: $out"; exit 1; }
grep -q 'path="/a  b"' written/dummy.xml || { echo "FAILED: the path was changed"; cat written/dummy.xml; exit 1; }
echo "ok: an attribute of an image touches $changed files"
