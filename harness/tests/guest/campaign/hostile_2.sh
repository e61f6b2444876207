# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The second campaign: other ways to pass without evidence, to hide a failure, or to have another party blamed.

# fails_then NAME < script: a case that fails, and one that attacks the guest. The failure must stay.
fails_then() {
    suite "$1"
    case_of "$1" fails exit yes 20 <<< 'echo "the honest answer is no" >&2; exit 1'
    case_of "$1" worst exit yes 20
    expect "$1" incompatible product
}

# service NAME SECOND PROTOCOL < C source: a product's service that keeps running between cases and interferes with the
# second; its first case starts it like any product's service.
service() {
    suite "$1"
    program "$1" vendord -static
    case_of "$1" first exit yes 30 <<'CASE'
install -m 755 "$TOUCHSTONE_SUITE/files/vendord" /usr/local/sbin/vendord
systemd-run --quiet --unit vendord /usr/local/sbin/vendord
CASE
    case_of "$1" second "$3" yes 30 <<< "$2"
    expect "$1" not-green any
}

# agent NAME LINE…: the guest agent is restarted with those lines in its unit, before a genuine failure.
agent() {
    local name=$1
    shift
    suite "$name"
    { echo 'mkdir -p /run/systemd/system/qemu-guest-agent.service.d'
      echo "cat > /run/systemd/system/qemu-guest-agent.service.d/x.conf <<'END'"
      echo '[Service]'
      printf '%s\n' "$@"
      echo 'END'
      echo 'systemctl daemon-reload'
      echo 'systemd-run --quiet --on-active=1 systemctl restart qemu-guest-agent'
    } | case_of "$name" first exit yes 30
    case_of "$name" between exit yes 30 <<< 'sleep 4'
    case_of "$name" second exit yes 30 <<< 'echo "the honest answer is no" >&2; exit 1'
    expect "$name" not-green any
}

# 1. Output.
tap tap-yaml-hides-failure not-green any <<< 'printf "1..2\nok 1\n  ---\nnot ok 2 - saves\n  ...\nok 2\n"'
tap tap-all-todo not-green any <<< 'printf "1..2\nnot ok 1 - saves # TODO\nnot ok 2 - loads # TODO later\n"'
# Originally expected to be incompatible: TAP 14 counts a point that is not ok and skipped as skipped.
tap tap-not-ok-skip not-assessed any <<< 'printf "1..1\nnot ok 1 - saves # SKIP slow\n"'
tap tap-no-break-space not-green any <<< 'printf "1..1\nok 1 - a\nnot\302\240ok 2 - b\n"'
tap tap-zero-width not-green any <<< 'printf "1..1\nok 1 - a\nnot\342\200\213 ok 2 - b\n"'
tap tap-full-width not-green any <<< 'printf "1..1\nok 1 - a\n\357\275\216\357\275\217\357\275\224 ok 2 - b\n"'
tap tap-cyrillic not-green any <<< 'printf "1..1\nok 1 - a\nn\320\276t ok 2 - b\n"'
tap tap-backspaces not-green any <<< 'printf "1..1\nok 1 - a\nxx\b\bnot ok 2 - b\n"'
tap tap-form-feed not-green any <<< 'printf "1..1\nok 1 - a\n\fnot ok 2 - b\n"'
tap tap-plan-in-the-middle not-green any <<< 'printf "ok 1\n1..2\nok 2\n"'
tap tap-number-wraps not-green any <<< 'printf "1..2\nok 1\nok 4294967298\n"'
tap tap-number-zero not-green any <<< 'printf "1..1\nok 0\n"'
tap tap-number-negative not-green any <<< 'printf "1..1\nok -1\nnot ok -2\n"'
tap tap-grandchild-fails not-green any <<< 'printf "1..1\n    1..1\n        1..1\n        not ok 1 - deep\n    ok 1 - child\nok 1 - parent\n"'
tap tap-child-without-plan not-green any <<< 'printf "1..1\n    ok 1\n    ok 2\nok 1 - child\n"'
tap tap-child-skipped-by-parent not-green any <<< 'printf "1..1\n    1..1\n    not ok 1 - saves\nok 1 - child # SKIP\n"'
tap tap-skip-all-after-points not-green any <<< 'printf "not ok 1\n1..0 # SKIP nothing to do\n"'
# Originally expected to be incompatible: standard output is a pipe, so nothing is lost and there are two plans.
tap tap-truncates-stdout not-assessed suite <<< 'printf "1..2\nnot ok 1 - saves\n"; printf "1..2\nok 1 - saves\nok 2 - loads\n" > /dev/stdout'
tap tap-rewinds-stdout not-green any <<< 'printf "1..1\nnot ok 1\n"; perl -e "sysseek(STDOUT,0,0); truncate(STDOUT,0); syswrite(STDOUT,qq(1..1\nok 1 - now\n))"'
tap tap-long-line-ends-in-ok not-green any <<< 'printf "1..2\nok 1\n# "; head -c 1048574 /dev/zero | tr "\0" x; printf "ok 2 - after a limit\n"'
tap tap-failure-behind-a-flood not-green any <<< 'printf "1..1\nok 1\n"; yes "# nothing to see" | head -c 60000000; printf "not ok 2 - saves\n"'
tap tap-failure-behind-a-long-line not-green any <<< 'printf "1..1\nok 1\n# "; head -c 20000000 /dev/zero | tr "\0" x; printf "\nnot ok 2 - saves\n"'
tap tap-reason-of-markup incompatible product <<< 'printf "1..1\nnot ok 1 - \"},{\"status\":\"PASS\"}]]>&lt;<script>\033[2J\342\200\256\n"'
tap tap-exit-77 not-green any <<< 'printf "1..1\nok 1\n"; exit 77'
one reason-without-end incompatible product exit 20 <<< 'head -c 3000000 /dev/zero | tr "\0" "\"" >&2; exit 1'
one skip-without-reason not-assessed any exit 20 <<< 'exit 77'

# 2. Claims of the suite about itself.
suite external-entity
case_of external-entity works exit yes 10 <<< 'exit 0'
sed -i 's|^<suite|<!DOCTYPE suite [<!ENTITY x SYSTEM "file:///etc/hostname">]>&|; s|<vendor>Touchstone|<vendor>\&x;|' "$suites/external-entity/suite.xml"
expect external-entity not-green suite
suite runs-a-foreign-file
case_of runs-a-foreign-file works exit yes 10 <<< 'exit 1'
sed -i 's|protocol="exit"|& run="../../../../../../bin/true"|' "$suites/runs-a-foreign-file/suite.xml"
expect runs-a-foreign-file not-green suite
suite needs-another-arch
case_of needs-another-arch works exit yes 10 <<< 'exit 0'
case_needs='<needs arch="aarch64"/>' case_of needs-another-arch fails exit yes 10 <<< 'exit 1'
expect needs-another-arch not-green any
suite needs-what-was-hidden
case_of needs-what-was-hidden hides exit yes 10 <<< 'sed "s/ sse2//" /proc/cpuinfo > /tmp/c; mount --bind /tmp/c /proc/cpuinfo'
case_needs='<needs feature="sse2"/>' case_of needs-what-was-hidden fails exit yes 10 <<< 'exit 1'
expect needs-what-was-hidden not-green any
suite probes-its-way-out
case_attributes='probe="yes"' case_of probes-its-way-out lies exit yes 10 <<< 'observe isa.sse2 no; observe witness.trouble none; observe system.os tencentos; observe boot.way agent; exit 0'
case_of probes-its-way-out fails exit yes 10 <<< 'exit 1'
expect probes-its-way-out incompatible product

# 3. Processes and files left behind that affect the next case.
watch='#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>
static int find(void){ for(;;){ DIR*d=opendir("/proc"); struct dirent*e; while((e=readdir(d))){ char p[300],b[500]; int f,n; snprintf(p,300,"/proc/%s/cmdline",e->d_name); f=open(p,O_RDONLY); if(f<0)continue; n=read(f,b,499); close(f); if(n<=0)continue; b[n]=0; for(int i=0;i<n;i++)if(!b[i])b[i]=32; if(strstr(b,"cases/second")&&strncmp(b,"/proc/",6)){ int q=atoi(e->d_name); closedir(d); return q; } } closedir(d); usleep(20000); } }
static int parent(int p){ char n[99],b[900]; int f; snprintf(n,99,"/proc/%d/stat",p); f=open(n,O_RDONLY); b[read(f,b,899)]=0; close(f); int q=0; sscanf(strrchr(b,41)+4,"%d",&q); return q; }
'
service traces-the-shell 'sleep 4; exit 1' exit <<< "$watch"'int main(){ int p=find(),s,in=0; ptrace(PTRACE_SEIZE,p,0,PTRACE_O_TRACESYSGOOD); ptrace(PTRACE_INTERRUPT,p,0,0); while(waitpid(p,&s,__WALL)>0&&WIFSTOPPED(s)){ struct user_regs_struct r; ptrace(PTRACE_GETREGS,p,0,&r); if(WSTOPSIG(s)==(SIGTRAP|128)&&(r.orig_rax==231||r.orig_rax==60)){ r.rdi=0; ptrace(PTRACE_SETREGS,p,0,&r);} ptrace(PTRACE_SYSCALL,p,0,0);} pause(); }'
service traces-the-runner 'sleep 4; exit 1' exit <<< "$watch"'int main(){ int p=parent(find()),s; ptrace(PTRACE_SEIZE,p,0,PTRACE_O_TRACESYSGOOD); ptrace(PTRACE_INTERRUPT,p,0,0); while(waitpid(p,&s,__WALL)>0&&WIFSTOPPED(s)){ struct user_regs_struct r; long sig=WSTOPSIG(s); ptrace(PTRACE_GETREGS,p,0,&r); if(sig==(SIGTRAP|128)&&(long)r.rax>=0){ if(r.orig_rax==61&&r.rsi) ptrace(PTRACE_POKEDATA,p,r.rsi,0); if(r.orig_rax==247&&r.rdx){ ptrace(PTRACE_POKEDATA,p,r.rdx+24,0);} } ptrace(PTRACE_SYSCALL,p,0,(s>>16)||sig==(SIGTRAP|128)||sig==SIGTRAP?0:sig);} pause(); }'
service writes-the-shells-memory 'sleep 4; exit 7' exit <<< "$watch"'int main(){ int p=find(); char n[99],l[400]; usleep(500000); snprintf(n,99,"/proc/%d/maps",p); FILE*m=fopen(n,"r"); snprintf(n,99,"/proc/%d/mem",p); int f=open(n,O_RDWR); while(fgets(l,400,m)){ unsigned long a,b; char w; if(sscanf(l,"%lx-%lx r%c",&a,&b,&w)!=3||w!=119)continue; char*t=malloc(b-a); long k=pread(f,t,b-a,a); for(long i=0;i+6<k;i++)if(!memcmp(t+i,"exit 7",6))pwrite(f,"exit 0",6,a+i); free(t);} pause(); }'
service steals-the-output 'echo 1..1; sleep 4; echo "not ok 1 - saves"; sleep 1' tap <<< "$watch"'int main(){ int p=find(); char n[99],b[4096]; snprintf(n,99,"/proc/%d/fd/1",p); int w=open(n,O_WRONLY),f=open(n,O_RDONLY); long k; for(;;){ k=read(f,b,4095); if(k<=0){usleep(20000);lseek(f,0,SEEK_SET);continue;} b[k]=0; if(strstr(b,"not ok")){ ftruncate(w,0); dprintf(w,"1..1\nok 1 - saves\n"); break; } } pause(); }'
service takes-the-descriptor 'echo 1..1; sleep 4; echo "not ok 1 - saves"' tap <<< "$watch"'int main(){ int p=find(); int pf=syscall(434,p,0), o=syscall(438,pf,1,0); usleep(200000); dprintf(o,"ok 1 - saves\n"); usleep(200000); kill(p,SIGKILL); pause(); }'
service rewrites-the-script 'sleep 4
exit 1' exit <<< "$watch"'int main(){ int p=find(); char n[99]; for(int i=3;i<256;i++){ snprintf(n,99,"/proc/%d/fd/%d",p,i); int f=open(n,O_RDWR); if(f<0)continue; char b[999]; long k=pread(f,b,999,0); for(long j=0;j+6<k;j++) if(!memcmp(b+j,"exit 1",6)) pwrite(f,"exit 0",6,j); } pause(); }'
service ends-the-shell-well 'sleep 4; exit 1' exit <<< "$watch"'int main(){ int p=find(); struct user_regs_struct r; ptrace(PTRACE_ATTACH,p,0,0); waitpid(p,0,__WALL); ptrace(PTRACE_GETREGS,p,0,&r); ptrace(PTRACE_POKETEXT,p,r.rip-2,0x050f); r.rip-=2; r.rax=231; r.orig_rax=-1; r.rdi=0; ptrace(PTRACE_SETREGS,p,0,&r); ptrace(PTRACE_DETACH,p,0,0); pause(); }'
service stops-the-clockwatcher 'sleep 300; exit 1' exit <<< "$watch"'int main(){ int p=parent(find()); kill(p,SIGSTOP); pause(); }'
service bpf-rewrites-wait 'sleep 1; exit 1' exit <<< '#include <linux/bpf.h>
#include <sys/syscall.h>
#include <string.h>
#include <stdio.h>
#include <unistd.h>
#define I(c,d,s,o,i) {c,d,s,o,i}
int main(){ struct bpf_insn p[]={
 I(0xbf,6,1,0,0), I(0x79,7,6,0,0), I(0xb7,1,0,0,0), I(0x7b,10,1,-16,0), I(0x7b,10,1,-8,0),
 I(0xbf,3,7,0,0), I(0x07,3,0,0,120), I(0xb7,2,0,0,8), I(0xbf,1,10,0,0), I(0x07,1,0,0,-8), I(0x85,0,0,0,113),
 I(0x79,8,10,-8,0), I(0x15,8,0,2,61), I(0x15,8,0,4,247), I(0x05,0,0,16,0),
 I(0xb7,9,0,0,0), I(0x07,7,0,0,104), I(0x05,0,0,2,0), I(0xb7,9,0,0,24), I(0x07,7,0,0,96),
 I(0xbf,3,7,0,0), I(0xb7,2,0,0,8), I(0xbf,1,10,0,0), I(0x07,1,0,0,-8), I(0x85,0,0,0,113),
 I(0x79,1,10,-8,0), I(0x0f,1,9,0,0), I(0xbf,2,10,0,0), I(0x07,2,0,0,-16), I(0xb7,3,0,0,4), I(0x85,0,0,0,36),
 I(0xb7,0,0,0,0), I(0x95,0,0,0,0)};
 static char log[65536]; union bpf_attr a; memset(&a,0,sizeof a); a.prog_type=BPF_PROG_TYPE_RAW_TRACEPOINT; a.insns=(long)p; a.insn_cnt=sizeof p/8; a.license=(long)"GPL"; a.log_buf=(long)log; a.log_size=sizeof log; a.log_level=1;
 int f=syscall(SYS_bpf,BPF_PROG_LOAD,&a,sizeof a); if(f<0){ perror("load"); puts(log); return 1; }
 memset(&a,0,sizeof a); a.raw_tracepoint.name=(long)"sys_exit"; a.raw_tracepoint.prog_fd=f; if(syscall(SYS_bpf,BPF_RAW_TRACEPOINT_OPEN,&a,sizeof a)<0){ perror("attach"); return 1; } pause(); }'

# 4. Parts of the guest's system made to affect the next case.
then_honest timer-swaps-the-next not-green any <<'CASE'
printf '#!/bin/sh\nwhile :; do printf "#!/bin/sh\\nexit 0\\n" > %s/cases/second; done\n' "$TOUCHSTONE_SUITE" > /usr/local/sbin/swap; chmod 755 /usr/local/sbin/swap
systemd-run --quiet --unit swap /usr/local/sbin/swap
CASE
then_honest path-unit-swaps-the-next not-green any <<'CASE'
printf '[Path]\nPathChanged=%s/cases\nPathChanged=%s/cases/second\n' "$TOUCHSTONE_SUITE" "$TOUCHSTONE_SUITE" > /run/systemd/system/w.path
printf '[Service]\nExecStart=/bin/sh -c '"'"'echo exit 0 > %s/cases/second'"'"'\n' "$TOUCHSTONE_SUITE" > /run/systemd/system/w.service
systemctl daemon-reload; systemctl start w.path
CASE
then_honest immutable-script not-green any <<< 'printf "#!/bin/sh\nexit 0\n" > "$TOUCHSTONE_SUITE/cases/second"; chattr +i "$TOUCHSTONE_SUITE/cases/second" "$TOUCHSTONE_SUITE/cases"'
then_honest immutable-base not-green any <<< 'printf "#!/bin/sh\nexit 0\n" > "$TOUCHSTONE_SUITE/cases/second"; chattr -R +i "$(dirname "$TOUCHSTONE_SUITE")"'
then_honest binds-in-inits-namespace not-green any <<< 'printf "#!/bin/sh\nexit 0\n" > /tmp/s; chmod 755 /tmp/s; nsenter -t 1 -m mount --bind /tmp/s "$TOUCHSTONE_SUITE/cases/second"; nsenter -t $(pidof qemu-ga | cut -d" " -f1) -m mount --bind /tmp/s "$TOUCHSTONE_SUITE/cases/second"'
then_honest pivots-the-root not-green any <<'CASE'
mkdir -p /run/n /run/o; mount -t tmpfs t /run/o; mkdir /run/o/up /run/o/work
mount -t overlay o -o lowerdir=/,upperdir=/run/o/up,workdir=/run/o/work /run/n
for m in proc sys dev run; do mount --rbind /$m /run/n/$m; done
cp /bin/true /run/n/bin/dash; mkdir -p /run/n/old; mount --make-rprivate /
nsenter -t 1 -m sh -c 'mount --make-rprivate /; cd /run/n && pivot_root . old'
exit 0
CASE
suite library-replaced
program library-replaced l.so -shared -fPIC <<< '#include <unistd.h>
__attribute__((constructor)) static void c(void){ _exit(0); }'
case_of library-replaced first exit yes 30 <<< 'for l in /lib/x86_64-linux-gnu/libtinfo.so.6*; do cp --remove-destination "$TOUCHSTONE_SUITE/files/l.so" "$l"; done'
case_of library-replaced second exit yes 30 <<< 'exit 1'
interpreter library-replaced second /bin/bash
expect library-replaced not-green any
suite loader-cache
program loader-cache l.so -shared -fPIC -Wl,-soname,libtinfo.so.6 <<< '#include <unistd.h>
__attribute__((constructor)) static void c(void){ _exit(0); }'
case_of loader-cache first exit yes 30 <<< 'mkdir /opt/l; cp "$TOUCHSTONE_SUITE/files/l.so" /opt/l/libtinfo.so.6; echo /opt/l > /etc/ld.so.conf.d/00.conf; ldconfig'
case_of loader-cache second exit yes 30 <<< 'exit 1'
interpreter loader-cache second /bin/bash
expect loader-cache not-green any
suite env-replaced
case_of env-replaced first exit yes 30 <<< 'cp --remove-destination /bin/true /usr/bin/env'
case_of env-replaced second exit yes 30 <<< 'exit 1'
interpreter env-replaced second "/usr/bin/env sh"
expect env-replaced not-green any
# A former gap of the guard: changes made together with a change of the package database were accepted.
then_honest shell-as-if-by-a-package not-green any <<< 'cp --remove-destination /bin/true /usr/bin/dash; touch /var/lib/dpkg/status'
then_honest tool-as-if-by-a-package not-green any <<< 'cp --remove-destination /bin/true /usr/bin/grep; touch /var/lib/dpkg/status'
sed -i '2s/.*/echo no | grep -q yes/' "$suites/tool-as-if-by-a-package/cases/second"
suite perl-replaced
case_of perl-replaced first exit yes 30 <<< 'cp --remove-destination /bin/true /usr/bin/perl'
case_of perl-replaced second exit yes 30 <<< 'exit 1;'
interpreter perl-replaced second /usr/bin/perl
expect perl-replaced not-green any
suite perl-module-replaced
case_of perl-module-replaced first exit yes 30 <<< 'f=$(perl -e '"'"'use strict; print $INC{"strict.pm"}'"'"'); echo "exit 0; 1;" > "$f"'
case_of perl-module-replaced second exit yes 30 <<< 'use strict; exit 1;'
interpreter perl-module-replaced second /usr/bin/perl
expect perl-module-replaced not-green any
suite login-profile
case_of login-profile first exit yes 30 <<< 'echo "exit 0" > /etc/profile'
case_of login-profile second exit yes 30 <<< 'exit 1'
interpreter login-profile second "/bin/bash -l"
expect login-profile not-green any
agent agent-ignores-children 'ExecStart=' 'ExecStart=/usr/bin/env --ignore-signal=CHLD /usr/sbin/qemu-ga'
agent agent-with-bash-env 'Environment=BASH_ENV=/tmp/e ENV=/tmp/e LC_ALL=tr_TR POSIXLY_CORRECT=1 IFS=/ PERL5OPT=-Mnosuch'
interpreter agent-with-bash-env second /bin/bash
sed -i '1a echo "exit 0" > /tmp/e' "$suites/agent-with-bash-env/cases/first"
agent agent-sees-other-script 'BindPaths=/tmp/s:/var/tmp/touchstone/suite/cases/second'
sed -i '1a printf "#!/bin/sh\\nexit 0\\n" > /tmp/s; chmod 755 /tmp/s' "$suites/agent-sees-other-script/cases/first"
agent agent-sees-other-shell 'BindPaths=/bin/true:/usr/bin/dash'
agent agent-without-capabilities 'CapabilityBoundingSet=CAP_DAC_OVERRIDE' 'NoNewPrivileges=yes'
agent agent-in-a-filter 'SystemCallFilter=~ptrace unshare mount setns' 'SystemCallErrorNumber=EPERM' 'PrivateTmp=yes' 'ProtectSystem=strict'
agent agent-as-nobody 'User=nobody'
agent agent-with-limits 'LimitFSIZE=4096' 'LimitNPROC=3' 'LimitAS=64M' 'TasksMax=4'
agent agent-starves 'CPUQuota=1%' 'MemoryMax=8M'
suite agent-is-false
program agent-is-false ga -static <<< '#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
int main(){ int f; char b[1<<16],*q; while((f=open("/dev/virtio-ports/org.qemu.guest_agent.0",O_RDWR))<0) usleep(10000); for(;;){ long k=read(f,b,sizeof b-1); if(k<=0){usleep(10000);continue;} b[k]=0; for(char*l=strtok(b,"\n");l;l=strtok(0,"\n")){ if(strstr(l,"guest-sync")){ q=strstr(l,"\"id\""); dprintf(f,"%s{\"return\": %ld}\n",strstr(l,"delimited")?"\377":"",q?atol(strpbrk(q,"0123456789")):0); } else if(strstr(l,"exec-status")) dprintf(f,"{\"return\": {\"exited\": true, \"exitcode\": 0}}\n"); else if(strstr(l,"guest-exec")) dprintf(f,"{\"return\": {\"pid\": 4242}}\n"); else dprintf(f,"{\"return\": {}}\n"); } } }'
case_of agent-is-false first exit yes 30 <<< 'cp "$TOUCHSTONE_SUITE/files/ga" /usr/local/sbin/ga; systemd-run --quiet --on-active=1 sh -c "systemctl mask --runtime --now qemu-guest-agent; pkill -9 qemu-ga; exec /usr/local/sbin/ga"'
case_of agent-is-false between exit yes 30 <<< 'sleep 5'
case_of agent-is-false second exit yes 30 <<< 'exit 1'
expect agent-is-false not-green any
suite agent-says-garbage
case_of agent-says-garbage fails exit yes 30 <<< 'exit 1'
case_of agent-says-garbage worst exit yes 30 <<< 'systemctl mask --runtime --now qemu-guest-agent; pkill -9 qemu-ga; { head -c 3000000 /dev/zero | tr "\0" "["; head -c 3000000 /dev/urandom; } > /dev/virtio-ports/org.qemu.guest_agent.0'
expect agent-says-garbage incompatible product

# 5. Changed kernel settings, clock and mounts that the next case depends on.
then_honest no-namespaces not-green any <<< 'for f in /proc/sys/user/max_*_namespaces; do echo 0 > $f; done; true'
then_honest no-commit-memory not-green any <<< 'echo 1 > /proc/sys/vm/overcommit_ratio; echo 2 > /proc/sys/vm/overcommit_memory; true'
then_honest huge-pages not-green any <<< 'echo 100000 > /proc/sys/vm/nr_hugepages; true'
then_honest no-tracing not-green any <<< 'echo 3 > /proc/sys/kernel/yama/ptrace_scope; echo 0 > /sys/kernel/tracing/tracing_on; echo 1 > /proc/sys/kernel/modules_disabled; true'
then_honest clock-goes-back not-green any <<< 'date -s 1990-01-01 > /dev/null; true'
then_honest unmounts-proc not-green any <<< 'umount -l /proc; umount -l /sys; true'
then_honest remounts-noexec not-green any <<< 'mount --bind /var/tmp /var/tmp; mount -o remount,bind,noexec /var/tmp'
then_honest fills-run not-green any <<< 'for d in /run /dev/shm /tmp; do head -c 2000000000 /dev/zero > $d/full 2>/dev/null; done; true'
then_honest crashes-init not-green any <<< 'kill -SEGV 1; sleep 2'
then_honest results-disk-read-only not-green any <<< 'blockdev --setro /dev/disk/by-id/virtio-ts-results'
then_honest results-disk-node-replaced not-green any <<< 'd=$(readlink -f /dev/disk/by-id/virtio-ts-results); truncate -s 64M /var/tmp/fake; l=$(losetup -f --show /var/tmp/fake); rm $d; cp -a $l $d'
then_honest results-disk-rolled-back not-green any <<'CASE'
d=$(readlink -f /dev/disk/by-id/virtio-ts-results); cp $d /var/tmp/before
printf '#!/bin/sh\nsleep 6; dd if=/var/tmp/before of=%s conv=notrunc,fsync bs=1M\n' $d > /usr/local/sbin/back; chmod 755 /usr/local/sbin/back
systemd-run --quiet --unit back /usr/local/sbin/back
CASE
sed -i 's/^echo/sleep 3; &/' "$suites/results-disk-rolled-back/cases/second"

# 6. Loss of the guest: finished cases are not lost.
fails_then fails-then-resets <<< 'echo b > /proc/sysrq-trigger; sleep 9'
fails_then fails-then-powers-off <<< 'echo o > /proc/sysrq-trigger; sleep 9'
fails_then fails-then-port-reset <<< 'perl -e "sysopen(F,q(/dev/port),2); sysseek(F,0xcf9,0); syswrite(F,chr(2)); sysseek(F,0xcf9,0); syswrite(F,chr(6))"; sleep 9'
fails_then fails-then-pvpanic <<< 'perl -e "sysopen(F,q(/dev/port),2); sysseek(F,0x505,0); syswrite(F,chr(1))"; sleep 9'
fails_then fails-then-suspends <<< 'echo mem > /sys/power/state || echo freeze > /sys/power/state; sleep 9'
fails_then fails-then-kills-all <<< 'kill -9 -1; sleep 9'
fails_then fails-then-removes-all <<< 'rm -rf --no-preserve-root / 2>/dev/null; exit 0'
fails_then fails-then-zeroes-results <<< 'dd if=/dev/zero of=/dev/disk/by-id/virtio-ts-results bs=1M 2>/dev/null; exit 0'
fails_then fails-then-unplugs-agent <<< 'echo 1 > "$(readlink -f /sys/class/virtio-ports/vport*p1 | sed "s|/virtio[0-9]*/.*||")/remove"; sleep 5'
fails_then fails-then-floods-console <<< 'yes "all is well" | head -c 30000000 > /dev/ttyS0; exit 0'
fails_then fails-then-writes-root-disk <<< 'dd if=/dev/zero of=/dev/vda bs=1M count=300 oflag=direct 2>/dev/null; echo 3 > /proc/sys/vm/drop_caches; ls -lR / > /dev/null; exit 0'

# 7. What survives a restart.
restarted() { # NAME FIRST SECOND: a case of two parts, the second of which is a genuine failure
    suite "$1"
    printf 'case $TOUCHSTONE_MARK in\n"") %s\n;;\n*) echo "leg two" ;  %s ;;\nesac\n' "$2" "$3" | case_attributes='restarts="yes"' case_of "$1" works exit yes 30
    expect "$1" not-green any
}
restarted unit-at-boot-swaps 'printf "[Service]\nExecStart=/bin/sh -c '"'"'while sleep 0.1; do printf \"#!/bin/sh\\\\nexit 0\\\\n\" > %s/cases/works; done'"'"'\n[Install]\nWantedBy=sysinit.target\n" "$TOUCHSTONE_SUITE" > /etc/systemd/system/swap.service; systemctl enable -q swap; guest-reboot two' 'sleep 2; exit 1'
restarted fstab-binds-at-boot 'printf "#!/bin/sh\nexit 0\n" > /opt/s; chmod 755 /opt/s; echo "/opt/s $TOUCHSTONE_SUITE/cases/works none bind,nofail 0 0" >> /etc/fstab; guest-reboot two' 'exit 1'
restarted shell-replaced-over-reboot '(sleep 1; cp --remove-destination /bin/true /usr/bin/dash; sync) & cp --remove-destination /bin/true /usr/bin/dash.new; sync; mv /usr/bin/dash.new /usr/bin/dash; guest-reboot two' 'exit 1'
restarted agent-replaced-over-reboot 'mkdir -p /etc/systemd/system/qemu-guest-agent.service.d; printf "[Service]\nBindPaths=/bin/true:/usr/bin/dash\n" > /etc/systemd/system/qemu-guest-agent.service.d/x.conf; sync; guest-reboot two' 'exit 1'
wanted_blame[agent-replaced-over-reboot]=product # formerly blamed on the host
restarted forged-mark 'echo reboot three > "$TOUCHSTONE_RESTART"; guest-reboot two' '[ "$TOUCHSTONE_MARK" = two ] && exit 1'

# 8. Wrong blame. The product dies of a signal; the case reports that the test itself broke.
dies() { # NAME < case script
    suite "$1"
    program "$1" app <<< 'int main(){ return *(volatile int *)0; }'
    case_of "$1" works exit yes 30
    expect "$1" incompatible product
}
dies blames-suite-quietly <<< "sysctl -q -w debug.exception-trace=0 kernel.core_pattern=core; dmesg -C; dmesg -D; $f/app; dmesg -C; exit 99"
dies blames-suite-in-a-flood <<< "i=0; while [ \$i -lt 3000 ]; do /bin/true; i=\$((i+1)); done & $f/app; wait; exit 99"
dies blames-suite-untraced <<< "echo 0 > /sys/kernel/tracing/tracing_on; echo 0 > /sys/kernel/tracing/events/enable; echo 3 > /proc/sys/kernel/yama/ptrace_scope; $f/app; exit 99"
dies blames-suite-in-a-container <<< "unshare -fpmn --mount-proc $f/app; exit 99"
dies blames-suite-by-service <<< "systemd-run --quiet --wait $f/app; exit 127"
