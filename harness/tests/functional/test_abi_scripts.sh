#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Scripts and units as code, checked against a root that looks like TencentOS 4: what they source, run, query and start.
# Each sample with a problem has a counterpart without it, for which nothing is reported.
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/abi.sh"
need jq

mkdir -p root/{usr/bin,usr/lib/systemd/system,usr/lib64,etc}
printf 'ID="tencentos"\nVERSION_ID="4.2"\nID_LIKE="tencentos"\n' > root/etc/os-release
for program in cp sh bash env grep awk cat systemctl python3 dnf id rpm uname sed useradd getent; do
    printf '#!/bin/true\n' > root/usr/bin/$program
    chmod 755 root/usr/bin/$program
done
ln -s usr/bin root/bin
cp "$(ldconfig -p | awk '/libc.so.6 / {print $NF; exit}')" root/usr/lib64/libc.so.6
cp root/usr/lib64/libc.so.6 root/usr/lib/systemd/libsystemd-shared-252.so
printf '[Unit]\n' > root/usr/lib/systemd/system/network.target
printf 'TencentOS Server release 4.2\n' > root/etc/tencentos-release
printf 'root:x:0:0::/:\ndaemon:x:1:1::/:\n' > root/etc/passwd
printf 'root:x:0:\n' > root/etc/group
"$touchstone" abi harvest --rootfs root --name new > /dev/null || exit 1

# rows WHAT EXPECTED [PATH]: the text on stdin as a file of a product; EXPECTED: "KIND LINE SEVERITY", separated by
# commas, in order of lines; "" for none.
rows() {
    rm -rf product
    mkdir -p "product$(dirname "${3-/opt/a.sh}")"
    cat > "product${3-/opt/a.sh}"
    timeout 60 "$touchstone" abi check product --surface new --json > out 2> err
    local got
    got=$(jq -r '[.findings[] | select(.file != "product")] | sort_by(.line, .kind, .severity) |
        map("\(.kind) \(.line // 0) \(.severity)") | join(", ")' out)
    [ "$got" = "$2" ] || jq -c '[.findings[] | {line, found}]' out
    check "$1" "$got" "$2"
}

rows "commands that are gone" "SCRIPT_COMMAND 3 WARN, SCRIPT_COMMAND 4 HIGH" << 'S'
#!/bin/sh
set -e
IP=$(ifconfig eth0 | awk '{print $2}')
chkconfig --add x
S
jq -e '[.findings[] | select(.kind == "SCRIPT_COMMAND") | .remedy] | (any(test("net-tools")) and any(test("systemctl")))' out > /dev/null ||
    fail "no package and no other command: $(jq -c '[.findings[] | .remedy]' out)"
rows "a service of runit" "SCRIPT_INTERPRETER 1 WARN" /etc/sv/x/run <<< '#!/lib/runit/invoke-run'
rows "a module" "SCRIPT_INTERPRETER 1 WARN" /usr/lib/python3/dist-packages/x/y.py <<< '#!/usr/bin/env python9'
rows "a program" "SCRIPT_INTERPRETER 1 HIGH" /usr/bin/y <<< '#!/usr/bin/env python9'
rows "comments, here-documents, quotes and functions are no commands" "" << 'S'
#!/bin/sh
# chkconfig --add x
cat << E
netstat -an
E
echo "service x start" 'yum'
netstat() { cat /proc/net/tcp; }
netstat
S
rows "a here-document for a shell is" "SCRIPT_COMMAND 3 WARN" << 'S'
#!/bin/sh
bash << 'E'
netstat -an
E
S
rows "through env, nohup, find, sh -c and eval" "SCRIPT_COMMAND 2 WARN, SCRIPT_COMMAND 3 WARN, SCRIPT_COMMAND 4 WARN, SCRIPT_COMMAND 5 WARN, SCRIPT_COMMAND 6 WARN" << 'S'
#!/bin/sh
sudo() { :; }; env A=1 netstat
env -u B A=1 ifconfig
bash -c 'route -n'
sh -ec "arp; $x"
eval 'brctl show'
S
rows "what the script ends with" "SCRIPT_COMMAND 3 HIGH" << 'S'
#!/bin/sh
APP=/opt/app
exec vendorvm -Xmx512m -jar "$APP/app.jar" "$@"
S
rows "what it ends with, by a path in a variable" "SCRIPT_COMMAND 3 HIGH" << 'S'
#!/bin/sh
VM_HOME=/usr/lib/vendorvm
exec "$VM_HOME/bin/vendorvm" -jar app.jar
S
rows "what may lie in a folder that the script adds" "SCRIPT_COMMAND 3 WARN" << 'S'
#!/bin/sh
PATH=$1/bin:$PATH
exec vendorvm
S
rows "what it ends with in some cases" "SCRIPT_COMMAND 2 WARN" << 'S'
#!/bin/sh
if [ "$1" = vm ]; then exec vendorvm; fi
S
rows "what the script makes" "" << 'S'
#!/bin/sh
printf 'exit 0' > /tmp/made
F=/tmp/copied; cp /bin/true $F; $F
/tmp/copied
exec /tmp/made
S
rows "asked for first" "" << 'S'
#!/bin/sh
if command -v netstat > /dev/null 2>&1; then netstat -an; fi
[ -x /sbin/ifconfig ] && /sbin/ifconfig -a
D=/usr/sbin/vendord
[ -x "$D" ] || exit 0
$D --start
S
rows "a sourced file that is not there" "SCRIPT_SOURCED 2 HIGH" << 'S'
#!/bin/sh
. /etc/rc.d/init.d/functions
daemon /opt/a
S
rows "one that is asked for" "" << 'S'
#!/bin/sh
[ -f /etc/rc.d/init.d/functions ] && . /etc/rc.d/init.d/functions
if [ -r /etc/sysconfig/a ]; then . /etc/sysconfig/a; fi
. /etc/os-release
S
rows "a list of ids that refuses" "SCRIPT_DISTRIBUTION 3 HIGH" << 'S'
#!/bin/sh
. /etc/os-release
case "$ID" in centos|rhel) : ;; *) echo no; exit 1 ;; esac
S
rows "one that has a way for others" "" << 'S'
#!/bin/sh
. /etc/os-release
case "$ID" in centos|rhel) : ;; *) : ;; esac
S
rows "one that knows TencentOS, and refuses it elsewhere" "SCRIPT_DISTRIBUTION 4 HIGH" << 'S'
#!/bin/sh
. /etc/os-release
case "$ID" in centos|rhel|tencentos) : ;; *) exit 1 ;; esac
[ "$ID" = centos ] || exit 1
S

# Answers of the image itself: ID tencentos, VERSION_ID 4.2, no release file but tencentos-release, x86_64.
answers() { # WHAT LINES: of HIGH rows about the distribution, for the script on stdin after sourcing os-release
    mkdir -p product/opt && rm -rf product/* && mkdir -p product/opt
    { printf '#!/bin/bash\n. /etc/os-release\n'; cat; } > product/opt/a.sh
    timeout 60 "$touchstone" abi check product --surface new --json > out 2> err
    check "answer: $1" "$(jq -r '[.findings[] | select(.kind == "SCRIPT_DISTRIBUTION" and .severity == "HIGH") | .line] | map(tostring) | join(",")' out)" "$2"
}
answers "case, the default arm" 3 <<< 'case "$ID" in centos|rhel) ;; *) echo no; exit 1;; esac'
answers "case, accepted" "" <<< 'case " $ID $ID_LIKE " in *" debian "*) exit 1;; *" tencentos "*|*" rhel "*) ;; *) exit 1;; esac'
answers "elif, accepted" "" <<< 'if [ "$ID" = ubuntu ]; then :; elif [ "$ID" = tencentos ] || [ "$ID" = debian ]; then :; else exit 1; fi'
answers "elif, refused" 3 <<< 'if [ "$ID" = ubuntu ]; then :; elif [ "$ID" = fedora ] || [ "$ID" = debian ]; then :; else exit 1; fi'
answers "the version" 3 <<< '[ "$VERSION_ID" = 7 ] || exit 1'
answers "the version, accepted" "" <<< '[[ $VERSION_ID == 4* ]] || exit 1'
answers "major numbers" "3" <<< 'if [ "${VERSION_ID%%.*}" -lt 7 ]; then echo old; exit 1; fi'
answers "major numbers, accepted" "" <<< '[[ ${VERSION_ID%%.*} -ge 4 && $ID != ubuntu ]] || exit 1'
answers "a number with a point is none" 3 <<< '[ "$VERSION_ID" -ge 4 ] || exit 1'
answers "an array of ids" 4 <<< $'declare -A ok=([centos]=1 [rhel]=1)\n[[ -n ${ok[$ID]} ]] || exit 1'
answers "an array of ids, accepted" "" <<< $'declare -A ok=([centos]=1 [tencentos]=1)\n[[ -n ${ok[$ID]} ]] || exit 1'
answers "an expression" 3 <<< '[[ $ID =~ ^(rhel|centos|rocky)$ ]] || exit 1'
answers "an expression, accepted" "" <<< '[[ ${ID,,} =~ ^(rhel|tencentos)$ ]] || exit 1'
answers "grep of a file that is not there" 3 <<< "grep -qi 'release 7' /etc/system-release || { echo no; exit 1; }"
answers "grep of a file that says so" "" <<< "grep -q 'TencentOS Server' /etc/tencentos-release || exit 1"
answers "grep of a file that says something else" 3 <<< "if ! grep -qE 'CentOS|Red Hat' /etc/tencentos-release; then exit 1; fi"
answers "grep through a pipe" 3 <<< "cat /etc/tencentos-release | grep -qi 'centos linux' || exit 1"
answers "a file that must be there" 3 <<< 'if [ ! -f /etc/redhat-release ]; then echo "RHEL only"; exit 1; fi'
answers "a file that must be there, another way on" "" <<< '[ -f /etc/redhat-release ] || [ -f /etc/tencentos-release ] || exit 1'
answers "lsb_release, which is not there" 4 <<< $'V=$(lsb_release -is)\n[ "$V" = "CentOS" ] || exit 1'
answers "a field by awk" 4 <<< $'OS=$(awk -F= \'/^ID=/{print $2}\' /etc/os-release)\nif [ "$OS" != "rhel" ] && [ "$OS" != centos ]; then exit 3; fi'
answers "a field by grep, accepted" "" <<< $'OS=$(grep ^ID= /etc/os-release | cut -d= -f2 | tr -d \'"\')\n[ "$OS" = tencentos ] || exit 1'
answers "a function that refuses" 4 <<< $'die_now() { echo "$1" >&2; exit 1; }\ncase $ID in centos) ;; *) die_now "no $ID";; esac'
answers "a function that answers" "" <<< $'is_centos() { [ "$ID" = centos ] || return 1; }\nis_centos && echo yes'
answers "the machine" 3 <<< 'case `uname -m` in aarch64|arm64) ;; *) echo bad; exit 1;; esac'
answers "the machine, accepted" "" <<< 'case $(uname -m) in x86_64|amd64) ;; *) echo bad; exit 1;; esac'
answers "the machine, accepted, with a question of another kind" "" <<< 'case $(uname -m) in x86_64) if ! grep -q pni /proc/cpuinfo; then echo bad; exit 1; fi;; *) ;; esac'
answers "the machine by test" 3 <<< '[ "$(uname -m)" = aarch64 ] || { echo "arm only" >&2; exit 1; }'
answers "other questions" "" <<< $'DEBUG=0\nif [ "$DEBUG" = 0 ]; then exit 1; fi\n[ "$1" = centos ] && exit 1\n[ -x /usr/bin/x ] || exit 1'
answers "what runs only there" "" <<< '[ "$ID" == centos ] && { false || exit 1; }'
answers "the arm that accepts is named" 3 <<< 'case "$(some --command)" in ubuntu) exit 1;; centos) ;; *) exit 1;; esac'
out_holds "the arm that accepts is named, not the one that refuses" '.findings | any(.found | test("\u0027centos\u0027"))'
rows "a test that refuses" "SCRIPT_DISTRIBUTION 3 HIGH, SCRIPT_DISTRIBUTION 4 HIGH" << 'S'
#!/bin/bash
. /etc/os-release
if [ "$ID" != "centos" ]; then exit 1; fi
[[ $NAME =~ ^(CentOS|Red\ Hat) ]] || exit 2
S
rows "a variable's name is no distribution" "" << 'S'
#!/bin/sh
[ "$DEBIAN_FRONTEND" = noninteractive ] || exit 1
S
rows "release files and their text" "SCRIPT_DISTRIBUTION 2 HIGH, SCRIPT_DISTRIBUTION 2 WARN" << 'S'
#!/bin/sh
grep -q "CentOS Linux release 7" /etc/redhat-release || exit 1
S
rows "uname -r, rpm" "SCRIPT_DISTRIBUTION 2 HIGH, SCRIPT_DISTRIBUTION 3 WARN, SCRIPT_DISTRIBUTION 4 WARN" << 'S'
#!/bin/sh
case $(uname -r) in *.el7*) ;; *) exit 1 ;; esac
V=$(rpm -E %rhel)
rpm -q centos-release
S
rows "cgroup version 1" "SCRIPT_DISTRIBUTION 2 WARN" << 'S'
#!/bin/sh
cat /sys/fs/cgroup/memory/memory.limit_in_bytes
S
rows "both versions" "" << 'S'
#!/bin/sh
[ -f /sys/fs/cgroup/cgroup.controllers ] || cat /sys/fs/cgroup/memory/memory.limit_in_bytes
S
rows "Python 2" "SCRIPT_LANGUAGE 3 HIGH" /opt/a.py << 'S'
#!/usr/bin/env python3
"""print 'x'"""
print "x"
S
rows "Python 3" "" /opt/a.py << 'S'
#!/usr/bin/env python3
try:
    import urllib2
except ImportError:
    import urllib.request
print("x", end="")
S
rows "Python's question, and its name" "SCRIPT_INTERPRETER 1 HIGH, SCRIPT_DISTRIBUTION 3 WARN" /opt/a.py << 'S'
#!/usr/bin/python
import platform
print(platform.linux_distribution())
S
rows "Ansible's facts" "SCRIPT_DISTRIBUTION 3 WARN" /opt/roles/a/tasks/main.yml << 'S'
- name: install
  yum: name=x
  when: ansible_distribution == "CentOS"
S
rows "an attribute of Rust" "" /opt/main.rs << 'S'
#![allow(dead_code)]
fn main() {}
S
rows "a unit" "UNIT_REQUIRES 2 HIGH, UNIT_PROGRAM 5 WARN, UNIT_USER 6 HIGH, UNIT_VALUE 7 HIGH" \
    /usr/lib/systemd/system/a.service << 'S'
[Unit]
Requires=network.service network.target
[Service]
# ExecStartPre=/usr/bin/gone
ExecStart=-@/usr/bin/gone a
User=vendor
Type=notify-reload
S
rows "a unit that fits" "" /usr/lib/systemd/system/a@.service << 'S'
[Unit]
Requires=network.target %i.service dev-sda.device
[Service]
Type=notify
ExecStartPre=-/bin/sh -c \
    'exit 0'
ExecStart=/usr/bin/env python3 %h/x
User=daemon
Group=0
S
rows "a dynamic user, a condition" "UNIT_PROGRAM 5 WARN" /usr/lib/systemd/system/a.service << 'S'
[Unit]
ConditionFileIsExecutable=/usr/bin/gone
[Service]
DynamicUser=yes
ExecStart=/usr/bin/gone
User=vendor
S

# A user created by the package's own script; what an older surface does not contain is reported once.
mkdir -p made/usr/lib/systemd/system made/opt
printf '[Service]\nExecStart=/bin/sh\nUser=vendor\n' > made/usr/lib/systemd/system/a.service
printf '#!/bin/sh\ngetent passwd vendor || useradd -r -s /sbin/nologin vendor\n' > made/opt/pre.sh
"$touchstone" abi check made --surface new --json > out && jq -e '.findings == []' out > /dev/null ||
    fail "a user that is created: $(jq -c .findings out)"
# A unit's other name, by which it is enabled.
mkdir -p alias/usr/lib/systemd/system
printf '[Unit]\nRequires=other.service\n[Service]\nExecStart=/bin/sh\n' > alias/usr/lib/systemd/system/a.service
printf '[Service]\nExecStart=/bin/sh\n[Install]\nAlias=first.service other.service\n' > alias/usr/lib/systemd/system/b.service
"$touchstone" abi check alias --surface new --json > out && jq -e '.findings == []' out > /dev/null ||
    fail "a unit's alias: $(jq -c .findings out)"

# Each way in which scripts and sysusers.d files create a user; and text that only looks like it.
created() { # WHAT COUNT PATH: so many findings about users, with the text on stdin at PATH
    rm -rf made/opt made/usr/lib/sysusers.d
    mkdir -p "made$(dirname "$3")" && cat > "made$3"
    "$touchstone" abi check made --surface new --json > out
    check "user, $1" "$(jq '[.findings[] | select(.kind == "UNIT_USER")] | length' out)" "$2"
}
printf '[Service]\nExecStart=/bin/sh\nUser=vendor\nGroup=vgroup\n' > made/usr/lib/systemd/system/a.service
created "none" 2 /opt/a.sh <<< $'#!/bin/sh\necho vendor vgroup\nuseradd other'
created "sysusers.d" 0 /usr/lib/sysusers.d/a.conf <<< $'# x\nu vendor - "Vendor"\ng vgroup -'
created "sysusers.d, a member" 0 /usr/lib/sysusers.d/a.conf <<< 'm vendor vgroup'
created "sysusers.d, a comment" 2 /usr/lib/sysusers.d/a.conf <<< $'# u vendor -\n#g vgroup -'
created "adduser with a group that has to exist" 1 /opt/a.sh <<< $'#!/bin/sh\nadduser --system --quiet \\\n --ingroup vgroup \\\n vendor || true'
created "groupadd alone" 1 /opt/a.sh <<< $'#!/bin/sh\ngroupadd -r vendor\ngroupadd vgroup'
created "useradd -N" 1 /opt/a.sh <<< $'#!/bin/sh\nuseradd -r -N vendor\nuseradd --no-user-group vgroup'
created "useradd -g" 1 /opt/a.sh <<< $'#!/bin/sh\nuseradd -rg daemon vendor\nuseradd --gid daemon vgroup'
created "useradd -g of a group that is made" 0 /opt/a.sh <<< $'#!/bin/sh\ngroupadd -r vgroup\nuseradd -r -g vgroup vendor'
created "lines of the files" 0 /opt/a.sh <<< $'#!/bin/sh\necho vendor:x:99:99::/:/bin/false >> /etc/passwd\ncat >> /etc/group << E\nvgroup:x:99:\nE'
created "lines of other files" 2 /opt/a.sh <<< $'#!/bin/sh\necho vendor:x:99:99::/:/bin/false >> /etc/other\necho vgroup:x:99: > /dev/null'
created "sysusers.d, a group alone" 1 /usr/lib/sysusers.d/a.conf <<< $'g vendor -\ng vgroup -'
created "variables" 0 /opt/a.sh <<< $'#!/bin/sh\nU=vendor\nG="vgroup"\naddgroup --system $G\nadduser --system $U'
created "a list" 0 /opt/a.sh <<< $'#!/bin/sh\nfor u in vendor vgroup; do /usr/sbin/useradd -r $u; done'
created "a function" 0 /opt/a.sh <<< $'#!/bin/sh\nmake() { groupadd -r "$2"; useradd -r -g "$2" "$1"; }\nmake vendor vgroup'
created "sysusers on standard input" 0 /opt/a.sh <<< $'#!/bin/sh\nsystemd-sysusers - << E\nu vendor - -\ng vgroup -\nE'
created "Perl" 0 /opt/a.pl <<< $'#!/usr/bin/perl\nsystem("addgroup", "--system", "vgroup");\nsystem("adduser",\n  "--system", "vendor");'
created "Perl that only speaks" 2 /opt/a.pl <<< $'#!/usr/bin/perl\nprint "vendor";\nprint "vgroup";'
# Groups that useradd and usermod need, and which adduser is there.
accounts() { # WHAT ROWS LINES
    rm -rf account && mkdir -p account/usr/bin && printf '#!/bin/sh\nset -e\n%s\n' "$3" > account/usr/bin/a && chmod 755 account/usr/bin/a
    "$touchstone" abi check account --surface "${4:-new}" --json > out
    check "$1" "$(jq -r '[.findings[] | select(.kind == "SCRIPT_USER") | "\(.provider) \(.line)"] | join(", ")' out)" "$2"
}
accounts "usermod -aG" "absent 3" 'usermod -aG absent root'
accounts "usermod -G of several" "absent 3" 'usermod -a -G root,absent root'
accounts "useradd -g" "absent 3" 'useradd -r -g absent vendor'
accounts "useradd with all that is there" "" 'useradd -r -g root --groups=root vendor'
accounts "useradd after groupadd" "" $'groupadd absent\nuseradd -r -G absent vendor'
accounts "a group that is looked for" "" $'getent group absent || exit 0\nusermod -aG absent root'
cp -r root debian && mkdir -p debian/var/lib/dpkg debian/usr/sbin && touch debian/usr/sbin/adduser && chmod 755 debian/usr/sbin/adduser
printf 'Package: adduser\nStatus: install ok installed\nArchitecture: all\nVersion: 3\n\n' > debian/var/lib/dpkg/status
"$touchstone" abi harvest --rootfs debian --name debian > /dev/null || exit 1
accounts "useradd's options for Debian's adduser" "-r 3" 'adduser -r vendor' debian
accounts "its own" "" 'adduser --system --group --disabled-login --gecos x vendor' debian
check "the severity of what always fails" "$(accounts "" "" 'adduser -M vendor' debian > /dev/null; jq -r '.findings[] | select(.kind == "SCRIPT_USER") | .severity' out)" HIGH
check "and of what depends on a question" "$(accounts "" "" 'if [ -f /x ]; then adduser -M vendor; fi' debian > /dev/null; jq -r '.findings[] | select(.kind == "SCRIPT_USER") | .severity' out)" WARN

rm -rf made/opt root/etc/passwd
printf '[Service]\nExecStart=/bin/sh\nUser=vendor\n' > made/usr/lib/systemd/system/a.service
"$touchstone" abi harvest --rootfs root --name nousers > /dev/null || exit 1
"$touchstone" abi check made --surface nousers --json > out
[ $? = 2 ] && jq -e '[.findings[] | select(.severity == "UNKNOWN")] | length == 1' out > /dev/null ||
    fail "a surface without users: $(jq -c .findings out)"
end_checks
