#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Links in archives and folders: in circles, to nothing, and out of the root. They are followed within the product and the
# image only, and what they hide is said.
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/abi.sh"
need jq gcc python3

mkdir -p root/usr/lib64 root/lib64 root/etc d/app
cp "$(ldconfig -p | awk '/libc.so.6 / {print $NF; exit}')" root/usr/lib64/libc.so.6
cp "$(ldconfig -p | awk '/ld-linux-(x86-64|aarch64)/ {print $NF; exit}')" root/lib64/
mkdir -p root/lib && cp root/lib64/* root/lib/
printf '/usr/lib64\n' > root/etc/ld.so.conf
"$touchstone" abi harvest --rootfs root --name new > /dev/null || exit 1
echo 'int f(void){return 0;}' | gcc -shared -fPIC -nostdlib -Wl,-soname,libfoo.so.1 -o libfoo.so.1 -x c -
echo 'int f(void);int main(void){return f();}' | gcc -o d/app/prog -Wl,-rpath,'$ORIGIN' -x c - -x none ./libfoo.so.1

said() { jq -r '[.findings[] | select(.severity != "WARN")] | map("\(.severity) \(.kind) \(.provider // .file)") | join(", ")' out; }
both() { # WHAT EXPECTED: the folder, and an archive of it
    local input
    tar cf d.tar -C d .
    for input in d d.tar; do
        timeout 20 "$touchstone" abi check $input --surface new --json > out 2> err
        check "$1: $input" "$(said)" "$2"
    done
}
missing="BLOCK LIB_MISSING libfoo.so.1"
cp libfoo.so.1 d/app/ && both "the library" ""
mv d/app/libfoo.so.1 d/app/real.so && ln -s real.so d/app/libfoo.so.1 && both "a link to it" ""
ln -sf /app/real.so d/app/libfoo.so.1 && both "an absolute link within the root" ""
rm d/app/real.so d/app/libfoo.so.1
ln -s libfoo.so.1 d/app/libfoo.so.1 && both "a link to itself" "$missing"
out_holds "it names the link" '.findings[0].found | contains("a link to") and contains("libfoo.so.1")'
ln -sf two d/app/libfoo.so.1 && ln -s libfoo.so.1 d/app/two && both "two links in a circle" "$missing"
rm d/app/two
# The file is there on this host, and the product is not to be judged by it.
ln -sf "$PWD/libfoo.so.1" d/app/libfoo.so.1 && both "an absolute link out of it" "$missing"
ln -sf "../../../../../../../../../..$PWD/libfoo.so.1" d/app/libfoo.so.1 && both "a relative link out of it" "$missing"
for i in $(seq 60); do ln -sf "l$((i + 1))" d/app/l$i; done
ln -sf l1 d/app/libfoo.so.1 && cp libfoo.so.1 d/app/l61 && both "more links than the kernel follows" "$missing"
rm d/app/l*

python3 - << 'E'
import io, tarfile
def make(name, *entries):
    with tarfile.open(name, "w") as t:
        for path, kind, value in entries:
            info = tarfile.TarInfo(path)
            if kind == "file":
                data = open(value, "rb").read(); info.size = len(data); info.mode = 0o755
                t.addfile(info, io.BytesIO(data))
            else:
                info.type = tarfile.LNKTYPE if kind == "hard" else tarfile.SYMTYPE; info.linkname = value
                t.addfile(info)
prog = ("app/prog", "file", "d/app/prog")
make("hard.tar", prog, ("app/x.so", "file", "libfoo.so.1"), ("app/libfoo.so.1", "hard", "app/x.so"))
make("hard-out.tar", prog, ("app/libfoo.so.1", "hard", "../../../../../../../etc/passwd"))
make("hard-self.tar", prog, ("app/libfoo.so.1", "hard", "app/libfoo.so.1"))
make("name-out.tar", prog, ("app/libfoo.so.1", "file", "libfoo.so.1"), ("../../evil", "file", "libfoo.so.1"))
make("many.tar", prog, *[("app/c%d" % i, "soft", "c%d" % ((i + 1) % 100000)) for i in range(100000)], ("app/libfoo.so.1", "soft", "c0"))
E
archive() { # EXPECTED ARCHIVE
    timeout 60 "$touchstone" abi check $2 --surface new --json > out 2> err
    check "$2" "$(said)" "$1"
}
archive "" hard.tar
archive "$missing, UNKNOWN UNKNOWN /app/libfoo.so.1" hard-out.tar
archive "$missing, UNKNOWN UNKNOWN /app/libfoo.so.1" hard-self.tar
archive "UNKNOWN UNKNOWN ../../evil" name-out.tar
archive "$missing" many.tar
check "nothing was written outside" "$(ls ../evil ../../evil 2> /dev/null)" ""
end_checks
