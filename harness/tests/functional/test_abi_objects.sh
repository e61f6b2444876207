#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What a reference describes, and what each ELF file requires from the loader, on files built for the purpose: dropped
# libraries and the packages that provide them, sibling builds, libraries opened at run time, host programs and their
# plug-ins, stacks, text relocations, TLS, page sizes.
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/abi.sh"
need gcc jq aarch64-linux-gnu-gcc python3
need_x86_64

# holds WHAT CODE FILTER FILE SURFACE OPTION…: the filter is applied to the findings.
holds() { abi_holds "$1" "$2" ".findings | $3" "$4" --surface "${@:5}"; }

# References describe what every installation has; other libraries are UNKNOWN with their package.
gcc -shared -fPIC -nostdlib -Wl,-soname,libpthread.so.0 -o libpthread.so.0 -x c - <<< 'void pthread_mutex_lock(void){}'
gcc -shared -fPIC -nostdlib -Wl,-soname,libgcc_s.so.1 -o libgcc_s.so.1 -x c - <<< 'void _Unwind_Resume(void){}'
echo 'void pthread_mutex_lock(void); void _Unwind_Resume(void); int f(void){pthread_mutex_lock();_Unwind_Resume();return 0;}' > base.c
gcc -shared -fPIC -nostdlib -o base.so base.c libpthread.so.0 libgcc_s.so.1
mkdir -p tree/usr/bin && cp base.so tree/usr/bin/ && printf '#!/bin/sh\nexit 0\n' > tree/usr/bin/a.sh && printf '#!/usr/bin/env bash\n:\n' > tree/usr/bin/b.sh
for name in centos-7 tencentos-2 tencentos-3 tencentos-4; do
    holds "libpthread.so.0, libgcc_s.so.1 and /bin/sh of $name" 0 'length == 0' tree reference:$name:x86_64
done
while read -r soname package; do
    f=f_$(echo "$soname" | tr -c 'a-z0-9\n' _)
    gcc -shared -fPIC -nostdlib -Wl,-soname,"$soname" -o "lib-$f.so" -x c - <<< "int $f(void){return 0;}"
    gcc -shared -fPIC -nostdlib -o "need-$f.so" -x c - -x none "lib-$f.so" <<< "int $f(void); int g(void){return $f();}"
    mkdir -p gone && mv "need-$f.so" gone/
    echo "(any(.kind == \"UNKNOWN\" and .provider == \"$soname\" and (.remedy | contains(\"$package\"))))" >> gone.filters
done << 'END'
libpng12.so.0 libpng12
libtinfo.so.5 ncurses-compat-libs
libreadline.so.6 readline
libssl.so.10 compat-openssl10
libcrypt.so.1 libxcrypt-compat
libssl.so.1.0.0 compat-openssl10
libmysqlclient.so.18 mysql-community-libs-compat
libpython2.7.so.1.0 python2-libs
libicui18n.so.50 libicu
libstdc++.so.5 compat-libstdc++-33
libldap-2.4.so.2 openldap-compat
libffi.so.6 libffi
libgfortran.so.3 compat-libgfortran-48
libnsl.so.1 libnsl
libjpeg.so.62 libjpeg-turbo
END
holds "libraries of EL 6 and 7, each with its package" 2 "$(sed 's/any(/any(.[]; /' gone.filters | paste -sd '&' | sed 's/&/ and /g')" gone reference:tencentos-4:x86_64
printf '.globl _start\n_start: hlt\n' > narrow.s
if gcc -m32 -nostdlib -pie -Wl,--dynamic-linker=/lib/ld-linux.so.2 -o narrow narrow.s 2> /dev/null; then
    holds "a 32-bit program" 2 'all(.[]; .severity == "UNKNOWN") and any(.[]; .remedy | contains("glibc.i686"))' narrow reference:centos-7:x86_64
fi
gcc -shared -fPIC -nostdlib -Wl,-soname,libm.so.6 -Wl,--version-script,/dev/stdin -fno-builtin -o libm.so.6 -x c <(echo 'double pow(double a){return a;}') <<< 'GLIBC_2.29 { global: pow; };'
gcc -shared -fPIC -nostdlib -fno-builtin -o newer.so -x c - -x none libm.so.6 <<< 'double pow(double); double f(double a){return pow(a);}'
holds "the image's glibc is named, not the library's newest version" 1 'any(.[]; .version == "GLIBC_2.29" and (.remedy | contains("2.17")))' newer.so reference:tencentos-2:x86_64
mkdir -p slash/lib slash/bin && gcc -shared -fPIC -nostdlib -o slash/lib/libv.so -x c - <<< 'int v(void){return 0;}'
(cd slash && gcc -shared -fPIC -nostdlib -o bin/prog.so -x c - -x none lib/libv.so <<< 'int v(void); int f(void){return v();}')
holds "a needed name with a slash" 1 'any(.[]; .kind == "LIB_MISSING" and (.remedy | contains("-soname,libv.so")))' slash reference:tencentos-4:x86_64

# An image with glibc 2.41, as recognised by the harvest.
mkdir -p root/lib64 root/etc && printf 'ID=sample\nVERSION_ID="1"\n' > root/etc/os-release
gcc -shared -fPIC -nostdlib -Wl,-soname,libc.so.6 -Wl,--version-script,/dev/stdin -o root/lib64/libc.so.6 -x c <(echo 'const char banner[] = "GNU C Library stable release version 2.41."; int old(void){return 1;} void *__malloc_hook;') <<< 'GLIBC_2.2.5 { global: old; __malloc_hook; };'
cp root/lib64/libc.so.6 root/lib64/ld-linux-x86-64.so.2
"$touchstone" abi harvest --rootfs root --name new > /dev/null || exit 1
lone() { gcc -nostdlib -nostartfiles "$@"; }
program='-Wl,-e,start -Wl,--dynamic-linker=/lib64/ld-linux-x86-64.so.2'

# Executable stacks: dlopen refuses them; dependencies loaded at start are accepted, as by the real loader of 2.41.
mkdir -p stack needed/usr own
lone -shared -fPIC -z execstack -Wl,-soname,libplug.so -o stack/libplug.so -x c - <<< 'int f(void){return 0;}'
cp stack/libplug.so needed/usr/ && cp stack/libplug.so own/
lone $program -Wl,-rpath,'$ORIGIN' -o needed/usr/prog -x c - -x none needed/usr/libplug.so <<< 'int f(void); int start(void){return f();}'
lone $program -z execstack -o own/prog -x c - -x none root/lib64/libc.so.6 <<< 'int start(void){return 0;}'
holds "a plug-in with an executable stack" 1 'any(.[]; .kind == "EXECSTACK" and .severity == "BLOCK")' stack new
holds "a needed library with one" 0 'any(.[]; .kind == "EXECSTACK" and .severity == "HIGH")' needed new
holds "a plug-in of a program that has one itself" 0 'any(.[]; .kind == "EXECSTACK") and all(.[]; .severity != "BLOCK")' own new
holds "a plug-in on an older glibc" 0 'any(.[]; .kind == "EXECSTACK" and .severity == "HIGH")' stack reference:tencentos-4:x86_64

cat > text.s << 'END'
.globl table_of
.type table_of,@function
table_of: movabs $values, %rax
 ret
.data
.globl values
values: .quad 1
.section .note.GNU-stack,"",@progbits
END
lone -shared -Wl,-z,notext -o libtext.so text.s
holds "text relocations" 0 'any(.[]; .kind == "TEXTREL" and .severity == "HIGH")' libtext.so new
lone -shared -fPIC -o libhook.so -x c - -x none root/lib64/libc.so.6 <<< 'extern void *__malloc_hook; void set(void *to){__malloc_hook = to;}'
holds "a hook that is no longer called" 0 'any(.[]; .kind == "HOOK_GONE" and .symbol == "__malloc_hook")' libhook.so new
lone -shared -fPIC -Wl,-soname,libc_malloc_debug.so.0 -o libc_malloc_debug.so.0 -x c - -x none root/lib64/libc.so.6 <<< 'extern void *__malloc_hook; void set(void *to){__malloc_hook = to;}'
holds "which glibc's own library for debugging calls" 0 'all(.[]; .kind != "HOOK_GONE")' libc_malloc_debug.so.0 new

# Static TLS of a library and its dependencies: none is too much alone.
mkdir -p tls/usr
lone -shared -fPIC -ftls-model=initial-exec -Wl,-soname,libtls2.so -o tls/usr/libtls2.so -x c - <<< '__thread char b[800]; char *two(void){return b;}'
lone -shared -fPIC -ftls-model=initial-exec -Wl,-rpath,'$ORIGIN' -o tls/usr/libtls1.so -x c - -x none tls/usr/libtls2.so <<< '__thread char a[800]; char *two(void); char *one(void){return a + (two() != 0);}'
holds "static TLS summed over what is loaded" 0 'any(.[]; .kind == "STATIC_TLS" and (.found | startswith("1600 bytes")))' tls new
rm tls/usr/libtls1.so
holds "and not more than there is" 0 'all(.[]; .kind != "STATIC_TLS")' tls new

# Page sizes: linked for 4 KiB, and with p_align raised afterwards.
echo 'int f(void){return 0;} int data = 1;' > a.c
aarch64-linux-gnu-gcc -shared -fPIC -nostdlib -Wl,-z,max-page-size=4096 -o lib4k.so a.c
aarch64-linux-gnu-gcc -shared -fPIC -nostdlib -Wl,-z,max-page-size=65536 -o lib64k.so a.c
python3 -c '
import struct
d = bytearray(open("lib4k.so", "rb").read())
off, = struct.unpack_from("<Q", d, 32)
n, = struct.unpack_from("<H", d, 56)
for i in range(n):
    if struct.unpack_from("<I", d, off + 56 * i)[0] == 1:
        struct.pack_into("<Q", d, off + 56 * i + 48, 65536)
open("libfalse64k.so", "wb").write(d)'
holds "segments for 4 KiB pages" 1 'any(.[]; .kind == "PAGE_ALIGN" and (.found | contains("aligned to 4096")))' lib4k.so reference:tencentos-3:aarch64
holds "segments for 64 KiB pages" 0 'length == 0' lib64k.so reference:tencentos-3:aarch64
holds "segments that only say so" 1 'any(.[]; .kind == "PAGE_ALIGN" and (.found | contains("not congruent modulo the page size")))' libfalse64k.so reference:tencentos-3:aarch64

# jemalloc's query of the page size, built for 4 KiB and for 64 KiB.
for size in 0x1000 0x10000; do
    aarch64-linux-gnu-gcc -O2 -shared -fPIC -nostdlib -Wl,-z,max-page-size=65536 -o jemalloc-$size.so -x c - << END
long sysconf(int);
void say(const char *);
long os_page;
int pages_boot(void)
{
    os_page = sysconf(30);
    if (os_page > $size)
        say("<jemalloc>: Unsupported system page size\n");
    return 0;
}
END
done
holds "jemalloc for 4 KiB pages" 1 'any(.[]; .kind == "PAGE_ALIGN" and .provider == "jemalloc")' jemalloc-0x1000.so reference:tencentos-3:aarch64
holds "jemalloc for 64 KiB pages" 2 'all(.[]; .provider != "jemalloc")' jemalloc-0x10000.so reference:tencentos-3:aarch64

# Sibling builds: alternatives if one fits, findings if none does.
sibling() { # COMPILER PATH
    mkdir -p "$(dirname "$2")" && "$1" -shared -fPIC -nostdlib -o "$2" -x c - <<< 'int store_open(void){return 1;}'
}
bsd() { printf '\x09' | dd of="$1" bs=1 seek=7 conv=notrunc status=none; }
sibling gcc jar/native/linux-x86_64/libstorejni.so
sibling aarch64-linux-gnu-gcc jar/native/linux-aarch64/libstorejni.so
sibling gcc jar/native/freebsd-x86_64/libstorejni.so && bsd jar/native/freebsd-x86_64/libstorejni.so
for arch in x86_64 aarch64; do
    holds "JNI libraries for every platform, on $arch" 0 'length == 0' jar reference:tencentos-3:$arch
done
sibling gcc npm/prebuilds/linux-x64/node.napi.glibc.node
sibling aarch64-linux-gnu-gcc npm/prebuilds/linux-arm64/node.napi.glibc.node
lone -shared -fPIC -Wl,-soname,libc.musl-x86_64.so.1 -o libc.musl-x86_64.so.1 -x c - <<< 'int m(void){return 0;}'
lone -shared -fPIC -o npm/prebuilds/linux-x64/node.napi.musl.node -x c - -x none ./libc.musl-x86_64.so.1 <<< 'int m(void); int f(void){return m();}'
sibling gcc npm/prebuilds/android-x64/node.napi.node
for arch in x86_64 aarch64; do
    holds "what npm publishes, on $arch" 0 'length == 0' npm reference:tencentos-3:$arch
done
rm -r jar/native/linux-aarch64
holds "and none for this architecture" 1 'any(.[]; .kind == "ARCH")' jar reference:tencentos-3:aarch64
sibling gcc apart/usr/lib64/libone.so && sibling aarch64-linux-gnu-gcc apart/usr/lib64/libtwo.so
holds "libraries of other names are no alternatives" 1 'any(.[]; .kind == "ARCH" and .file == "/usr/lib64/libone.so")' apart reference:tencentos-3:aarch64

# A plug-in for a host program that provides its library.
jre=jre/opt/v/jre
mkdir -p $jre/lib/server $jre/bin
lone -shared -fPIC -Wl,-soname,libjvm.so -o $jre/lib/server/libjvm.so -x c - <<< 'int JVM_Version(void){return 17;}'
lone -shared -fPIC -Wl,-soname,libattach.so -Wl,-rpath,'$ORIGIN' -o $jre/lib/libattach.so -x c - -x none $jre/lib/server/libjvm.so <<< 'int JVM_Version(void); int attach(void){return JVM_Version();}'
holds "a plug-in of the JVM that the package brings" 0 'any(.[]; .kind == "LIB_MISSING" and .severity == "WARN")' jre new
rm -r $jre/lib/server
holds "and without it" 0 'any(.[]; .kind == "LIB_MISSING" and .severity == "HIGH")' jre new

# Constant names passed to dlopen.
lone -shared -fPIC -Wl,-soname,libdl.so.2 -o libdl.so.2 -x c - <<< 'void *dlopen(const char *a, int b){return 0;}'
cp libdl.so.2 root/lib64/ && cp root/lib64/libc.so.6 root/lib64/libthere.so.3
"$touchstone" abi harvest --rootfs root --name newer > /dev/null || exit 1
agent() { # FILE NAME…
    local file=$1 list
    shift
    list=$(printf '"%s",' "$@")
    lone -fno-pie -no-pie $program -o "$file" -x c - -x none ./libdl.so.2 << END
void *dlopen(const char *, int);
static const char *const names[] = {$list};
int start(int i) { return dlopen(names[i], 1) == 0; }
END
}
agent lost libssl.so.1.0.2 libssl.so.1.0.0 libssl.so.10
agent one libssl.so.10
agent some libthere.so.2 libthere.so.3
agent option libwhatever.so.4
agent usual libnuma.so.1
agent plugin libwhatever.so
holds "names of which none is there" 0 'any(.[]; .kind == "DLOPEN_REQUIRED_MISSING" and (.found | contains("libssl.so.1.0.2, libssl.so.1.0.0, libssl.so.10")))' lost newer
holds "one name that is not there" 0 'any(.[]; .kind == "DLOPEN_REQUIRED_MISSING" and .provider == "libssl.so.10")' one newer
holds "several names of which one is there" 0 'all(.[]; .symbol != "dlopen")' some newer
holds "a library that nothing is known of" 0 'any(.[]; .kind == "DLOPEN_OPTIONAL" and .provider == "libwhatever.so.4")' option newer
holds "a library that can be installed" 0 'any(.[]; .kind == "DLOPEN_OPTIONAL" and .provider == "libnuma.so.1")' usual newer
holds "a name without a number" 0 'all(.[]; .symbol != "dlopen")' plugin newer
agent absolute /usr/lib64/libodbc.so.1
agent therein /usr/lib64/libthere.so.3 /lib64/libthere.so.3
agent folder %s/libwhatever.so.4
agent folderthere %s/libthere.so.3
agent version libssl.so.%s
holds "an absolute name" 0 'any(.[]; .symbol == "dlopen" and .provider == "/usr/lib64/libodbc.so.1")' absolute newer
holds "one of which another spelling is there" 0 'all(.[]; .provider != "/lib64/libthere.so.3")' therein newer
holds "a name in a folder that is computed" 0 'any(.[]; .kind == "DLOPEN_OPTIONAL" and .provider == "%s/libwhatever.so.4")' folder newer
holds "and one that is there" 0 'all(.[]; .symbol != "dlopen")' folderthere newer
holds "a version that is computed" 2 'any(.[]; .severity == "UNKNOWN" and .provider == "libssl.so.%s")' version newer
printf '#!/usr/bin/python3\nimport ctypes\n# ctypes.CDLL("libnot.so.1")\nctypes.CDLL("libssl.so.10")\nctypes.cdll.LoadLibrary("libthere.so.3")\n' > opens.py
holds "a script that opens a library" 0 '[.[] | select(.symbol == "ctypes") | .provider] == ["libssl.so.10"]' opens.py newer
printf '#include <netdb.h>\nint main(void){struct addrinfo *a;return getaddrinfo("localhost",0,0,&a);}\n' | gcc -static -w -o resolves -x c - 2> /dev/null
echo 'int main(void){return 0;}' | gcc -static -o plain -x c -
holds "a static program that loads libnss" 2 'any(.[]; .found | contains("libnss_"))' resolves new
holds "a static program that does not" 2 'all(.[]; .found | contains("libnss_") | not)' plain new
end_checks
