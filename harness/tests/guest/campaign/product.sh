# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Broken products with correct suites: incompatible, responsible: product.
broken null-pointer <<< "$f/app"
program null-pointer app <<< 'int main(){ return *(volatile int *)0; }'
broken null-pointer-in-wrapper <<< "sh -c '$f/app; echo done' || exit 1; echo ran"'; exit 1'
program null-pointer-in-wrapper app <<< 'int main(){ return *(volatile int *)0; }'
broken aborts <<< "$f/app"
program aborts app <<< '#include <stdlib.h>
int main(){ abort(); }'
broken divides-by-zero <<< "$f/app"
program divides-by-zero app <<< 'int main(int c,char**v){ volatile int z=0; return c/z; }'
broken illegal-instruction <<< "$f/app"
program illegal-instruction app <<< 'int main(){ __asm__("ud2"); }'
broken bus-error <<< "$f/app"
program bus-error app <<< '#include <sys/mman.h>
#include <fcntl.h>
#include <unistd.h>
int main(){ int fd=open("/tmp/b",O_RDWR|O_CREAT,0600); ftruncate(fd,0); char *p=mmap(0,4096,3,MAP_SHARED,fd,0); p[0]=1; }'
broken stack-overflow <<< "$f/app"
program stack-overflow app -O0 <<< 'int f(int n){ volatile char a[4096]; a[0]=n; return f(n+1)+a[0]; } int main(){ return f(0); }'
broken crashes-in-child <<< "$f/app > /tmp/out; grep -q ready /tmp/out"
program crashes-in-child app <<< '#include <unistd.h>
#include <sys/wait.h>
int main(){ if(fork()==0) *(volatile int*)0=1; wait(0); return 0; }'
broken crashes-under-pipe <<< "$f/app | grep -q ready"
program crashes-under-pipe app <<< 'int main(){ return *(volatile int *)0; }'
broken exits-nonzero <<< "$f/app --check"
program exits-nonzero app <<< '#include <stdio.h>
int main(){ fputs("app: cannot open its store\n",stderr); return 1; }'
broken other-machine <<< "$f/app"
mkdir -p "$suites/other-machine/files"
printf 'int main(){return 0;}' | aarch64-linux-gnu-gcc -x c -static -o "$suites/other-machine/files/app" -
broken other-machine-in-script <<< "out=\$($f/app 2>&1) || { echo \"app failed: \$out\"; exit 1; }"
mkdir -p "$suites/other-machine-in-script/files"
cp "$suites/other-machine/files/app" "$suites/other-machine-in-script/files/"
broken no-interpreter <<< "$f/app"
program no-interpreter app -Wl,--dynamic-linker=/opt/vendor/ld.so <<< 'int main(){return 0;}'
broken library-missing <<< "$f/app"
printf 'int vendor(void){return 0;}' | x86_64-linux-gnu-gcc -x c -shared -fPIC -Wl,-soname,libvendor.so.7 -o "$scratch/libvendor.so" -
program library-missing app -L"$scratch" "$scratch/libvendor.so" <<< 'int vendor(void); int main(){return vendor();}'
broken library-missing-quietly <<< "$f/app > /dev/null 2>&1 || exit 1"
program library-missing-quietly app "$scratch/libvendor.so" <<< 'int vendor(void); int main(){return vendor();}'
broken truncated-program <<< "$f/app"
program truncated-program app <<< 'int main(){return 0;}'
truncate -s 700 "$suites/truncated-program/files/app"
broken empty-script-interpreter <<< "$f/app"
mkdir -p "$suites/empty-script-interpreter/files"
printf '#!/opt/vendor/python2 -u\nprint 1\n' > "$suites/empty-script-interpreter/files/app"; chmod 755 "$suites/empty-script-interpreter/files/app"
product not-executable not-green "product suite" <<< "$f/app" # lint may detect it first
program not-executable app <<< 'int main(){return 0;}'
chmod 644 "$suites/not-executable/files/app"
broken hangs-idle 3 <<< "$f/app"
program hangs-idle app <<< '#include <unistd.h>
int main(){ for(;;) pause(); }'
broken hangs-busy 3 <<< "$f/app; echo never"
program hangs-busy app <<< 'int main(){ for(;;) ; }'
broken hangs-as-daemon 5 <<< "$f/app & until [ -e /tmp/ready ]; do sleep 0.2; done"
program hangs-as-daemon app <<< '#include <unistd.h>
int main(){ for(;;) pause(); }'
broken eats-memory 60 <<< "$f/app"
program eats-memory app <<< '#include <stdlib.h>
#include <string.h>
int main(){ for(;;){ char*p=malloc(1<<20); if(p) memset(p,1,1<<20);} }'
broken kills-itself <<< "$f/app"
program kills-itself app <<< '#include <signal.h>
#include <unistd.h>
int main(){ kill(getpid(),SIGKILL); pause(); }'
broken own-loader-fault <<< "$f/app"
program own-loader-fault app -static <<< 'int main(){return *(volatile int *)8;}'

# Packages. The case installs the staged packages.
installs() { product "$1" incompatible product 60 <<< 'dpkg -i "$TOUCHSTONE_PACKAGES"/*.deb'; }
installs postinst-fails
mkdir -p "$scratch/deb/DEBIAN"; printf '#!/bin/sh\necho "vendor: unsupported system" >&2\nexit 1\n' > "$scratch/deb/DEBIAN/postinst"; chmod 755 "$scratch/deb/DEBIAN/postinst"
deb postinst-fails vendor-a
installs postinst-crashes
mkdir -p "$scratch/deb/DEBIAN" "$scratch/deb/opt/v"; printf 'int main(){ return *(volatile int *)0; }' | x86_64-linux-gnu-gcc -x c -o "$scratch/deb/opt/v/setup" -
printf '#!/bin/sh\n/opt/v/setup\n' > "$scratch/deb/DEBIAN/postinst"; chmod 755 "$scratch/deb/DEBIAN/postinst"
deb postinst-crashes vendor-b
installs overwrites-the-system
mkdir -p "$scratch/deb/bin"; echo x > "$scratch/deb/bin/bash"
deb overwrites-the-system vendor-c
product packaged-crash incompatible product 60 <<< 'dpkg -i "$TOUCHSTONE_PACKAGES"/*.deb && /opt/v/run'
mkdir -p "$scratch/deb/opt/v"; printf 'int main(){ return *(volatile int *)0; }' | x86_64-linux-gnu-gcc -x c -o "$scratch/deb/opt/v/run" -
deb packaged-crash vendor-d
product unpacked-crash incompatible product 60 <<< 'tar -C /opt -xf "$TOUCHSTONE_SUITE/files/vendor.tar" && /opt/vendor/run'
mkdir -p "$scratch/t/vendor" "$suites/unpacked-crash/files"; printf 'int main(){ return *(volatile int *)0; }' | x86_64-linux-gnu-gcc -x c -o "$scratch/t/vendor/run" -
tar -C "$scratch/t" -cf "$suites/unpacked-crash/files/vendor.tar" vendor
product service-that-dies incompatible product 60 <<'CASE'
dpkg -i "$TOUCHSTONE_PACKAGES"/*.deb
systemctl start vendor || true
sleep 1
systemctl is-active vendor
CASE
mkdir -p "$scratch/deb/opt/v" "$scratch/deb/lib/systemd/system"; printf 'int main(){ return *(volatile int *)0; }' | x86_64-linux-gnu-gcc -x c -o "$scratch/deb/opt/v/run" -
printf '[Service]\nExecStart=/opt/v/run\n' > "$scratch/deb/lib/systemd/system/vendor.service"
deb service-that-dies vendor-e
product removes-libc not-green product 60 <<< "$f/app; exit 0"
program removes-libc app -static <<< '#include <unistd.h>
int main(){ unlink("/lib/x86_64-linux-gnu/libc.so.6"); unlink("/usr/lib/x86_64-linux-gnu/libc.so.6"); return 0; }'
case_of removes-libc after exit yes 20 <<< 'ls / > /dev/null'
product reboots-the-guest not-green product 60 <<< "$f/app"
program reboots-the-guest app -static <<< '#include <unistd.h>
#include <sys/reboot.h>
int main(){ sync(); reboot(0x1234567); pause(); }'
