# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The second campaign: other ways in which a product is broken, with correct suites.
crash='int main(){ return *(volatile int *)0; }'

# script_of SUITE NAME < text: a script of the product, including its first line.
script_of() {
    mkdir -p "$suites/$1/files"
    cat > "$suites/$1/files/$2"
    chmod 755 "$suites/$1/files/$2"
}

# 1. Start: the suite executes it as its last command, so that only a signal or 127 is left as evidence.
broken run-by-the-loader <<< "exec /lib64/ld-linux-x86-64.so.2 $f/app"
program run-by-the-loader app <<< "$crash"
broken run-as-another-user <<< "cp $f/app /opt/app; exec setpriv --reuid 65534 --clear-groups /opt/app"
program run-as-another-user app <<< "$crash"
broken run-in-a-container <<< "exec unshare -pfm --mount-proc $f/app"
program run-in-a-container app <<< "$crash"
broken run-in-a-chroot <<< "mkdir -p /srv/j; cp $f/app /srv/j; exec chroot /srv/j /app"
program run-in-a-chroot app -static <<< "$crash"
broken run-from-memory <<< "exec $f/app"
program run-from-memory app <<< '#define _GNU_SOURCE
#include <sys/mman.h>
#include <fcntl.h>
#include <unistd.h>
#include <stdlib.h>
extern char **environ;
int main(int c,char**v){ if(c>1) return *(volatile int*)0; int m=memfd_create("x",0), s=open("/proc/self/exe",0); char b[65536]; long k; while((k=read(s,b,65536))>0) write(m,b,k); char*a[]={"x","2",0}; fexecve(m,a,environ); }'
broken unpacks-itself <<< "exec $f/app"
program unpacks-itself app <<< '#include <stdlib.h>
#include <unistd.h>
int main(int c,char**v){ if(c>1) return *(volatile int*)0; system("cp /proc/$PPID/exe /tmp/.x 2>/dev/null || true"); char p[99]; char b[200]; snprintf(b,200,"cat /proc/%d/exe > /tmp/.y; chmod 755 /tmp/.y",getpid()); system(b); execl("/tmp/.y","y","2",(char*)0); return 127; }'
broken removes-itself <<< "cp $f/app /opt/app; exec /opt/app"
program removes-itself app <<< '#include <unistd.h>
int main(int c,char**v){ unlink(v[0]); return *(volatile int*)0; }'
broken disguises-itself <<< "exec $f/app"
program disguises-itself app <<< '#include <sys/prctl.h>
int main(int c,char**v){ prctl(PR_SET_NAME,"second"); prctl(PR_SET_DUMPABLE,0); return *(volatile int*)0; }'
broken library-in-system-program <<< "export LD_PRELOAD=$f/lib.so; exec /bin/cat /etc/hostname"
program library-in-system-program lib.so -shared -fPIC <<< '__attribute__((constructor)) static void c(void){ __builtin_trap(); }'
broken module-in-perl <<< "exec perl -MDynaLoader -e 'DynaLoader::dl_load_file(shift) or die' $f/lib.so"
program module-in-perl lib.so -shared -fPIC <<< '__attribute__((constructor)) static void c(void){ __builtin_trap(); }'
broken crashes-in-a-thread <<< "exec $f/app"
program crashes-in-a-thread app <<< '#include <pthread.h>
#include <unistd.h>
static void*t(void*a){ *(volatile int*)0=1; return a; } int main(){ pthread_t p; pthread_create(&p,0,t,0); pthread_join(p,0); return 0; }'
broken crashes-at-its-end <<< "out=\$($f/app) || exit 99; echo \"\$out\""
program crashes-at-its-end app <<< '#include <stdio.h>
__attribute__((destructor)) static void d(void){ __builtin_trap(); } int main(){ puts("ready"); return 0; }'
broken large-core 60 <<< "exec $f/app"
program large-core app <<< '#include <stdlib.h>
#include <string.h>
int main(){ memset(malloc(500<<20),1,500<<20); return *(volatile int*)0; }'

# 2. Signals.
broken dies-of-a-breakpoint <<< "exec $f/app"
program dies-of-a-breakpoint app <<< 'int main(){ __asm__("int3"); }'
broken dies-of-a-system-call <<< "exec $f/app"
program dies-of-a-system-call app <<< '#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <unistd.h>
int main(){ prctl(PR_SET_SECCOMP,SECCOMP_MODE_STRICT); getpid(); getppid(); }'
broken dies-of-its-alarm <<< "exec $f/app"
program dies-of-its-alarm app <<< '#include <unistd.h>
int main(){ alarm(1); for(;;) pause(); }'
broken dies-of-a-pipe <<< "exec $f/app"
program dies-of-a-pipe app <<< '#include <unistd.h>
int main(){ int p[2]; pipe(p); close(p[0]); write(p[1],"x",1); }'
broken dies-of-a-file-limit <<< "exec $f/app"
program dies-of-a-file-limit app <<< '#include <sys/resource.h>
#include <fcntl.h>
#include <unistd.h>
int main(){ struct rlimit l={10,10}; setrlimit(RLIMIT_FSIZE,&l); int f=open("/tmp/z",O_CREAT|O_RDWR,0600); lseek(f,100,0); write(f,"x",1); write(f,"x",1); }'

# 3. Missing dependencies.
broken symbol-missing <<< "export LD_LIBRARY_PATH=$f LD_BIND_NOW=1; exec $f/app"
printf 'int vendor(void){return 0;}' | x86_64-linux-gnu-gcc -x c -shared -fPIC -Wl,-soname,libvendor.so.7 -o "$scratch/libvendor.so" -
program symbol-missing app "$scratch/libvendor.so" <<< 'int vendor(void); int main(){return vendor();}'
program symbol-missing libvendor.so.7 -shared -fPIC <<< 'int other(void){return 0;}'
broken library-of-another-machine <<< "export LD_LIBRARY_PATH=$f; exec $f/app"
program library-of-another-machine app "$scratch/libvendor.so" <<< 'int vendor(void); int main(){return vendor();}'
printf 'int vendor(void){return 0;}' | aarch64-linux-gnu-gcc -x c -shared -fPIC -o "$suites/library-of-another-machine/files/libvendor.so.7" -
broken library-empty <<< "export LD_LIBRARY_PATH=$f; exec $f/app"
program library-empty app "$scratch/libvendor.so" <<< 'int vendor(void); int main(){return vendor();}'
: > "$suites/library-empty/files/libvendor.so.7"
product program-empty not-green product <<< "$f/app --version"
script_of program-empty app < /dev/null
product program-of-zeros not-green product <<< "$f/app --version"
head -c 20000 /dev/zero | script_of program-of-zeros app
broken script-with-carriage-returns <<< "exec $f/app"
printf '#!/bin/sh\r\necho hello\r\n' | script_of script-with-carriage-returns app
broken script-with-a-syntax-error <<< "$f/app"
printf '#!/bin/sh\nif true; then echo hello\n' | script_of script-with-a-syntax-error app
broken script-calls-what-is-missing <<< "exec $f/app"
printf '#!/bin/sh\nset -e\nvendor-java -jar x.jar\n' | script_of script-calls-what-is-missing app
broken script-with-an-unset-variable <<< "exec $f/app"
printf '#!/bin/bash\nset -u\necho "$VENDOR_HOME"\n' | script_of script-with-an-unset-variable app
broken settings-with-a-syntax-error <<< ". $f/env; echo done"
printf 'export A="1\n' | script_of settings-with-a-syntax-error env
broken settings-read-what-is-missing <<< ". $f/env; echo done"
printf '. /opt/vendor/nosuch\n' | script_of settings-read-what-is-missing env
broken perl-program-without-its-module <<< "exec perl $f/app.pl"
printf 'use Vendor::Module;\nprint 1;\n' | script_of perl-program-without-its-module app.pl
broken awk-program-with-an-error <<< "exec awk -f $f/app.awk /etc/passwd"
printf 'BEGIN { print (1 \n' | script_of awk-program-with-an-error app.awk

# 4. Hangs.
broken stops-itself 5 <<< "$f/app"
program stops-itself app <<< '#include <signal.h>
int main(){ raise(SIGSTOP); }'
broken keeps-the-pipe 5 <<< "out=\$($f/app); [ \"\$out\" = ready ]"
program keeps-the-pipe app <<< '#include <unistd.h>
int main(){ write(1,"ready\n",6); if(fork()) return 0; setsid(); for(;;) pause(); }'
broken many-processes 10 <<< "$f/app"
program many-processes app <<< '#include <unistd.h>
int main(){ for(int i=0;i<300;i++) if(fork()==0) for(;;) pause(); for(;;) pause(); }'
broken service-never-ready 5 <<< "cp $f/app /opt/app; printf '[Service]\nType=notify\nTimeoutStartSec=900\nExecStart=/opt/app\n' > /etc/systemd/system/v.service; systemctl daemon-reload; systemctl start v"
program service-never-ready app <<< '#include <unistd.h>
int main(){ for(;;) pause(); }'
broken service-never-stops 5 <<< "cp $f/app /opt/app; printf '[Service]\nTimeoutStopSec=900\nExecStart=/opt/app\n' > /etc/systemd/system/v.service; systemctl daemon-reload; systemctl start v; sleep 1; systemctl stop v"
program service-never-stops app <<< '#include <signal.h>
#include <unistd.h>
int main(){ signal(SIGTERM,SIG_IGN); for(;;) pause(); }'

# 5. Its package, installed as documented.
packaged() { product "$1" incompatible product "${2:-40}" <<< 'exec touchstone-install'; }
maintainer() { mkdir -p "$scratch/deb/DEBIAN"; cat > "$scratch/deb/DEBIAN/$1"; chmod 755 "$scratch/deb/DEBIAN/$1"; }
packaged preinst-fails
maintainer preinst <<< '#!/bin/sh
exit 3'
deb preinst-fails vendor-f
packaged postinst-hangs 10
maintainer postinst <<< '#!/bin/sh
sleep 100000'
deb postinst-hangs vendor-g
packaged postinst-interpreter
maintainer postinst <<< '#!/opt/nosuch/python
x'
deb postinst-interpreter vendor-h
packaged postinst-asks
maintainer postinst <<< '#!/bin/sh
set -e
printf "licence? "; read answer; [ "$answer" = yes ]'
deb postinst-asks vendor-i
packaged postinst-calls-what-is-missing
maintainer postinst <<< '#!/bin/sh
set -e
vendor-setup --now'
deb postinst-calls-what-is-missing vendor-j
# Originally expected to be incompatible: it is refused before any case, so nothing was assessed.
product package-damaged not-assessed product 40 <<< 'exec touchstone-install'
deb package-damaged vendor-k
truncate -s -40 "$suites/package-damaged/files/vendor-k_1.0_amd64.deb"
product conflicts-with-the-system not-green product 40 <<< 'exec touchstone-install'
deb conflicts-with-the-system vendor-l 'Conflicts: coreutils'
product depends-on-what-is-not-there not-green product 40 <<< 'exec touchstone-install'
deb depends-on-what-is-not-there vendor-m 'Depends: libvendor-nosuch9'
product postinst-reboots not-green product 40 <<< 'exec touchstone-install'
maintainer postinst <<< '#!/bin/sh
echo b > /proc/sysrq-trigger; sleep 9'
deb postinst-reboots vendor-n
# A mode of 0, as originally used, does not prevent root from reading.
product postinst-ends-the-shell not-green product 40 <<< 'touchstone-install; sh -c "exit 0"'
case_of postinst-ends-the-shell after exit yes 20 <<< 'ls / > /dev/null'
maintainer postinst <<< '#!/bin/sh
: > /lib/x86_64-linux-gnu/libc.so.6'
deb postinst-ends-the-shell vendor-o
packaged service-in-the-package-crashes
mkdir -p "$scratch/deb/opt/v" "$scratch/deb/lib/systemd/system"; x86_64-linux-gnu-gcc -x c -o "$scratch/deb/opt/v/run" - <<< "$crash"
printf '[Service]\nType=oneshot\nExecStart=/opt/v/run\n' > "$scratch/deb/lib/systemd/system/vendor.service"
maintainer postinst <<< '#!/bin/sh
set -e
systemctl daemon-reload
systemctl start vendor'
deb service-in-the-package-crashes vendor-p
