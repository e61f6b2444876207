#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Modules of PAM and of the name service: what files and scripts of a product name must be where it is looked for, and
# what it brings must load into the image's programs.
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/abi.sh"
need jq gcc dpkg-deb

mkdir -p root/{usr/bin,usr/lib64/security,etc/pam.d,opt} lib
for program in sh cp cat grep sed echo tee printf test perl; do printf '#!/bin/true\n' > root/usr/bin/$program && chmod 755 root/usr/bin/$program; done
ln -s usr/bin root/bin && ln -s usr/lib64 root/lib64
cp "$(ldconfig -p | awk '/libc.so.6 / {print $NF; exit}')" root/usr/lib64/libc.so.6
cp "$(ldconfig -p | awk '/ld-linux-(x86-64|aarch64)/ {print $NF; exit}')" root/usr/lib64/ || exit 1
library() { # OUTPUT SONAME CODE [WORD…]
    local output=$1 soname=$2 code=$3
    shift 3
    gcc -shared -fPIC -Wl,-soname,"$soname" -o "$output" -x c - -x none "$@" <<< "$code" || exit 1
}
library root/usr/lib64/libpam.so.0 libpam.so.0 'int pam_get_item(void) { return 0; } int pam_start(void) { return 0; }'
library root/usr/lib64/libextra.so.1 libextra.so.1 'int extra(void) { return 0; }'
library root/usr/lib64/security/pam_unix.so pam_unix.so 'int pam_sm_authenticate(void) { return 0; }'
library root/usr/lib64/libnss_sss.so.2 libnss_sss.so.2 'int x(void) { return 0; }'
gcc -o root/usr/bin/su -x c - -x none root/usr/lib64/libpam.so.0 <<< 'int pam_start(void); int main(void) { return pam_start(); }' || exit 1
gcc -o root/usr/bin/logind -x c - -x none -Wl,--no-as-needed root/usr/lib64/libpam.so.0 root/usr/lib64/libextra.so.1 <<< 'int pam_start(void); int extra(void); int main(void) { return pam_start() + extra(); }' || exit 1
printf 'auth required pam_unix.so\n' | tee root/etc/pam.d/sshd > root/etc/pam.d/system-auth
printf 'passwd: files\n' > root/etc/nsswitch.conf
printf "/usr/lib64\n" > root/etc/ld.so.conf
printf 'root:x:0:0::/:\n' > root/etc/passwd
printf 'root:x:0:\n' > root/etc/group
mkdir -p root/var/lib/rpm && cp -r root plain && mkdir -p root/var/lib/dpkg/info
"$touchstone" abi harvest --rootfs root --name new > /dev/null || exit 1

told() { jq -r '[.findings[] | select(.kind != "UNKNOWN")] | sort_by(.line, .provider) | map("\(.kind) \(.line // 0) \(.severity) \(.symbol // "-") \(.provider // "-")") | join(", ")' out; }
# file EXPECTED PATH TEXT: a file of a package that is installed at /.
file() {
    rm -rf p && mkdir -p p/usr/lib/systemd/system p/etc "p${2%/*}" && printf -- "$3" > "p$2"
    "$touchstone" abi check p --prefix / --surface new --json > out 2> err
    check "$2: $3" "$(told)" "$1"
}
# Profiles of Debian and of authselect.
file "START_FILE 6 HIGH pam pam_gone.so" /usr/share/pam-configs/x 'Name: x\nDefault: yes\nPriority: 10\nAuth-Type: Additional\nAuth:\n\trequired\tpam_gone.so try\nSession:\n\toptional pam_unix.so\n'
file "START_FILE 3 WARN pam pam_gone.so" /usr/share/pam-configs/x 'Auth-Type: Primary\nAuth:\n\t[success=end default=ignore]\tpam_gone.so\nAuth-Initial:\n\t[success=end default=ignore]\tpam_unix.so\n'
file "START_FILE 2 HIGH pam pam_gone.so, START_FILE 3 WARN pam pam_feature.so" /etc/authselect/custom/x/password-auth 'auth required pam_unix.so\nauth required pam_gone.so\nauth required pam_feature.so {include if "with-x"}\n{imply "a" if "b"}\n'
file "START_FILE 1 HIGH nsswitch vendor" /usr/share/authselect/vendor/x/nsswitch.conf 'passwd: files vendor {exclude if "with-custom-passwd"}\nsudoers: files gone\n'
file "" /usr/share/authselect/vendor/x/README 'auth required pam_gone.so\n'
file "START_FILE 1 HIGH pam pam_gone.so" /etc/pam.conf 'login auth required pam_gone.so\n'
# The file of a service that the image has.
file "IMAGE_BROKEN 2 BLOCK pam pam_gone.so" /etc/pam.d/sshd 'auth required pam_unix.so\nauth required pam_gone.so\n'
file "START_FILE 1 HIGH pam pam_gone.so" /etc/pam.d/vendor 'auth required pam_gone.so\n'
file "START_FILE 1 WARN pam pam_gone.so" /etc/pam.d/sshd 'auth [success=1 default=ignore] pam_gone.so\n'
file "IMAGE_BROKEN 1 BLOCK pam pam_gone.so" /etc/pam.d/sshd 'auth [default=ignore module_unknown=die] pam_gone.so\n'
file "" /etc/pam.d/sshd 'auth [default=die module_unknown=ignore] pam_unix.so\n'
# nsswitch.conf: what many systems name without having it is only noted.
file "START_FILE 2 HIGH nsswitch vendor" /etc/nsswitch.conf '# x\npasswd: files vendor [NOTFOUND=return] sss\nhosts: files dns\n'
file "START_FILE 1 WARN nsswitch mdns4_minimal" /etc/nsswitch.conf 'hosts: files mdns4_minimal [NOTFOUND=return] dns # gone\n'
file "" /etc/nsswitch.conf 'passwd:files sss\nautomount: files gone\n'

# Modules of the package, and the folder that PAM and the loader search.
module() { # EXPECTED WHERE [SCRIPT]
    rm -rf p && mkdir -p p/usr/lib/systemd/system p/etc/pam.d "p${2%/*}" && library "p$2" x 'int pam_sm_authenticate(void) { return 0; }'
    printf "auth required pam_vendor.so\n" > p/etc/pam.d/vendor
    case $2 in *nss*) rm p/etc/pam.d/vendor; printf 'passwd: files vendor\n' > p/etc/nsswitch.conf ;; esac
    [ -z "${3-}" ] || { mkdir -p p/opt/v && printf "#!/bin/sh\n$3\n" > p/opt/v/install.sh && chmod 755 p/opt/v/install.sh; }
    "$touchstone" abi check p --prefix / --surface new --json > out 2> err
    check "$2 ${3-}" "$(told)" "$1"
}
module "" /usr/lib64/security/pam_vendor.so
module "START_FILE 1 HIGH pam pam_vendor.so" /usr/lib/security/pam_vendor.so
module "START_FILE 1 HIGH pam pam_vendor.so" /opt/v/pam_vendor.so
module "" /opt/v/pam_vendor.so 'cp /opt/v/pam_vendor.so /lib64/security/'
module "" /usr/lib64/libnss_vendor.so.2
module "START_FILE 1 HIGH nsswitch vendor" /opt/v/libnss_vendor.so.2

# Scripts that change the image's files.
built() { # TEXT OF THE SCRIPT [MODULE]
    rm -rf d && mkdir -p d/DEBIAN d/opt d/usr/lib64/security
    printf 'Package: x\nVersion: 1\nArchitecture: %s\nMaintainer: x <x@example.org>\nDescription: x\n' "$(dpkg --print-architecture)" > d/DEBIAN/control
    printf "$1" > d/DEBIAN/postinst && chmod 755 d/DEBIAN/postinst && touch d/opt/x
    [ -z "${2-}" ] || library "d/usr/lib64/$2" x 'int pam_sm_authenticate(void) { return 0; }'
    dpkg-deb --build d x.deb > /dev/null
    "$touchstone" abi check x.deb --surface new --json > out 2> err
}
script() { # EXPECTED CODE [MODULE]
    built "#!/bin/sh\nset -e\n$2\n" "${3-}"
    check "$2" "$(told)" "$1"
}
script_told() { # CODE EXPECTED: kind, line and severity of what is said of login files
    built "#!/bin/sh\nset -e\n$1\n"
    check "$1" "$(jq -r '[.findings[] | select(.kind == "LOGIN_EDIT" or .kind == "IMAGE_BROKEN") | "\(.kind) \(.line) \(.severity)"] | join(", ")' out)" "$2"
}
maintainer() { # EXPECTED TEXT
    built "$2"
    check "$2" "$(jq -r '[.findings[] | select(.kind == "LOGIN_EDIT") | "\(.kind) \(.line) \(.severity) \(.symbol) \(.provider // "-")"] | join(", ")' out)" "$1"
}
broken="IMAGE_BROKEN 3 BLOCK sshd pam_gone.so"
for code in 'echo "auth required pam_gone.so debug" >> /etc/pam.d/sshd' 'printf "auth required pam_gone.so\\\\n" >> /etc/pam.d/sshd' 'cat >> /etc/pam.d/sshd <<E\nauth required pam_gone.so\nE' \
    'echo "auth required pam_gone.so" | tee -a /etc/pam.d/sshd' "sed -i '1i auth required pam_gone.so' /etc/pam.d/sshd" "sed -i -e '/pam_unix/a\\\\auth required pam_gone.so' /etc/pam.d/sshd" \
    "sed -i 's/^auth .*unix/auth required pam_gone.so\\\\n&/' /etc/pam.d/sshd" 'grep -q pam_gone /etc/pam.d/sshd || echo "auth required pam_gone.so" >> /etc/pam.d/sshd'; do
    script "$broken" "$code"
done
script "IMAGE_BROKEN 4 BLOCK sshd pam_gone.so" 'if [ -f /etc/pam.d/sshd ]; then\necho "auth required pam_gone.so" >> /etc/pam.d/sshd\nfi'
script "START_FILE 3 HIGH vendor pam_gone.so" 'echo "auth required pam_gone.so" > /etc/pam.d/vendor'
script "START_FILE 3 WARN sshd pam_gone.so" '[ -z "$2" ] || echo "auth required pam_gone.so" >> /etc/pam.d/sshd'
script "START_FILE 3 WARN sshd pam_gone.so" 'echo "session optional pam_gone.so" >> /etc/pam.d/sshd'
script "START_FILE 3 HIGH nsswitch.conf vendor" "sed -i 's/^\\\\(passwd:.*\\\\)/\\\\1 vendor/' /etc/nsswitch.conf"
script "START_FILE 3 HIGH nsswitch.conf vendor" "sed -i -E '/^(passwd|group):/ s/\$/ vendor/' /etc/nsswitch.conf"
script "START_FILE 3 HIGH nsswitch.conf winbind" "sed -i 's/^passwd:.*/passwd: files winbind/' \$ROOT/etc/nsswitch.conf"
script "" "sed -i 's/^passwd:.*/passwd: files vendor/' /etc/nsswitch.conf" libnss_vendor.so.2
script "" 'echo "auth required pam_mine.so" >> /etc/pam.d/sshd' security/pam_mine.so
for code in "sed -i '/pam_gone.so/d' /etc/pam.d/sshd" "sed -i 's/auth required pam_gone.so//' /etc/pam.d/sshd" 'echo "# auth required pam_gone.so" >> /etc/pam.d/sshd' 'echo "auth required pam_gone.so" > /opt/example' \
    "sed 's/^passwd:.*/passwd: vendor/' /etc/nsswitch.conf" "sed -i 's/ *vendor//' /etc/nsswitch.conf" "sed -i 's/automounter/automount/' /etc/nsswitch.conf" "sed -i 's/^passwd:/passwd: files sss [NOTFOUND=return]/' /etc/nsswitch.conf"; do
    script "" "$code"
done

# What changes a login file in a way that is not read is said so, at its line; what can be read is read.
for code in 'echo "auth required $MODULE" >> /etc/pam.d/sshd' 'cat /opt/x >> /etc/pam.d/sshd' 'vendor-tool | tee /etc/pam.d/sshd' "sed -i -f /opt/x /etc/pam.d/sshd" \
    "sed -i '/unix/r /opt/x' /etc/pam.d/sshd" 'sed -i "$edit" /etc/pam.d/sshd' "perl -i -pe 'insert(\$_) if /auth/' /etc/pam.d/sshd" "perl -e 'open F, q(>>/etc/pam.d/sshd)'" \
    "awk -i inplace '{ print }' /etc/pam.d/sshd" "awk '{ print }' /opt/x > /etc/pam.d/sshd" "python3 -c 'open(\"/etc/pam.d/sshd\", \"a\")'" 'ed /etc/pam.d/sshd < /opt/x' \
    'cp /opt/x /etc/pam.d/sshd' 'install -m 644 /opt/x $ROOT/etc/pam.d/sshd' 'mv /opt/x /etc/pam.d/' "augtool set /files/etc/pam.d/sshd/1/module pam_gone.so" \
    "echo 'set /files/etc/pam.d/sshd/1/module pam_gone.so' | augtool" "augtool <<E\nset /files/etc/pam.d/sshd/1/module pam_gone.so\nE" 'pam-auth-update --enable gone' \
    'authselect select gone with-x' 'authselect enable-feature with-gone' 'authconfig --enablegone --update' 'pam-config -a --gone' '[ -z "$2" ] || cp /opt/x /etc/pam.d/sshd'; do
    script_told "$code" "LOGIN_EDIT 3 HIGH"
done
script "LOGIN_EDIT 3 HIGH nsswitch.conf -" "perl -i -pe 's/^(passwd:.*)/add(\$1)/e' /etc/nsswitch.conf"
script "LOGIN_EDIT 4 HIGH sshd -" 'for f in /etc/pam.d/sshd /etc/pam.d/x; do\nperl -i -pe "work" $f\ndone'
script "LOGIN_EDIT 4 HIGH sshd -" 'file=/etc/pam.d/sshd\nperl -i -pe "work" "$file"'
script "LOGIN_EDIT 4 HIGH sshd -" 'change() { sed -i "$1" "$2"; }\nchange x /etc/pam.d/sshd'
script "LOGIN_EDIT 3 WARN vendor -" 'cp /opt/x /etc/pam.d/vendor'
for code in "perl -i -pe 's/^auth .*unix/auth required pam_gone.so\\\\n$&/ if /auth/' /etc/pam.d/sshd" 'f=/etc/pam.d/sshd; echo "auth required pam_gone.so $MORE" >> "$f"' \
    'for f in /etc/pam.d/sshd /etc/pam.d/x; do echo "auth required pam_gone.so" >> $f; done'; do
    script "$broken" "$code"
done
script "IMAGE_BROKEN 4 BLOCK sshd pam_gone.so" '{\necho "# vendor"\necho "auth required pam_gone.so"\n} >> /etc/pam.d/sshd'
for code in 'cp /etc/pam.d/sshd /etc/pam.d/sshd.bak' 'cp /etc/pam.d/sshd /opt/backup' 'mv /etc/pam.d/sshd.bak /etc/pam.d/sshd' 'pam-auth-update --package' 'pam-auth-update --remove gone' 'authselect current' \
    "perl -i -pe 's/ *vendor//' /etc/nsswitch.conf" "perl -ne 'print if /auth/' /etc/pam.d/sshd" 'awk "{ print }" /etc/pam.d/sshd' 'python3 /opt/x /etc/passwd' 'show() { cat "$1"; }; show /etc/pam.d/sshd' 'exit 0\ncp /opt/x /etc/pam.d/sshd'; do
    script_told "$code" ""
done
# Maintainer scripts in other languages.
for first in /usr/bin/perl /usr/bin/python3; do
    maintainer "LOGIN_EDIT 3 HIGH pam.d -" "#!$first\n# /etc/pam.d/x\nopen(F, '/etc/pam.d/sshd')\n"
    maintainer "" "#!$first\n# /etc/pam.d/x\n"
done

# Services of a package: one of several ways to log in, or the only one.
services() { # EXPECTED NAME TEXT…
    rm -rf d && mkdir -p d/DEBIAN d/etc/pam.d
    printf 'Package: x\nVersion: 1\nArchitecture: all\nMaintainer: x <x@example.org>\nDescription: x\n' > d/DEBIAN/control
    local expected=$1
    shift
    while [ $# -gt 0 ]; do printf "$2" > "d/etc/pam.d/$1" && shift 2; done
    dpkg-deb --build d x.deb > /dev/null
    "$touchstone" abi check x.deb --surface new --json > out 2> err
    check "services $(ls d/etc/pam.d | paste -sd' ')" "$(told)" "$expected"
}
services "START_FILE 1 WARN pam pam_gone.so" v-card 'auth required pam_gone.so\n' v-password 'auth required pam_unix.so\n'
services "START_FILE 1 HIGH pam pam_gone.so" v-card 'auth required pam_gone.so\n'
services "START_FILE 1 HIGH pam pam_gone.so, START_FILE 1 HIGH pam pam_none.so" v-card 'auth required pam_gone.so\n' v-password 'auth required pam_none.so\n'

# The modules of the package in the image's programs.
loaded() { # EXPECTED WHERE CODE [WORD…]
    rm -rf p && mkdir -p p/usr/lib/systemd/system p/etc p/opt/v "p${2%/*}"
    library p/opt/v/libv.so.1 libv.so.1 'int v(void) { return 0; }'
    library "p$2" x "$3" "${@:4}"
    [ -z "${own-}" ] || { mkdir -p p/usr/bin && cp own p/usr/bin/vendord; }
    "$touchstone" abi check p --prefix / --surface new --json > out 2> err
    check "$2: $3 ${*:4}" "$(told)" "$1"
}
pam=/usr/lib64/security/pam_vendor.so
loaded "" $pam 'int pam_get_item(void); int pam_sm_authenticate(void) { return pam_get_item(); }'
loaded "SYM_MISSING_NOW 0 BLOCK pam_new_item the program that loads it" $pam 'int pam_new_item(void); int pam_sm_authenticate(void) { return pam_new_item(); }'
gcc -o own -x c - -x none root/usr/lib64/libpam.so.0 <<< 'int pam_start(void); int main(void) { return pam_start(); }'
own=yes loaded "SYM_MISSING_NOW 0 HIGH pam_new_item the program that loads it" $pam 'int pam_new_item(void); int pam_sm_authenticate(void) { return pam_new_item(); }'
loaded "SYM_MISSING_NOW 0 HIGH extra /usr/bin/su" $pam 'int extra(void); int pam_sm_authenticate(void) { return extra(); }'
out_holds "it names the program" '[.findings[] | select(.kind == "SYM_MISSING_NOW") | .found] | .[0] | contains("/usr/bin/su ") and (contains("logind") | not)'
loaded "" $pam 'int extra(void); int pam_sm_authenticate(void) { return extra(); }' root/usr/lib64/libextra.so.1
loaded "LIB_MISSING 0 HIGH - libv.so.1" $pam 'int v(void); int pam_sm_authenticate(void) { return v(); }' p/opt/v/libv.so.1 '-Wl,-rpath,$ORIGIN/../../../opt/v'
loaded "" $pam 'int v(void); int pam_sm_authenticate(void) { return v(); }' p/opt/v/libv.so.1 -Wl,-rpath,/opt/v
loaded "SYM_MISSING_NOW 0 HIGH extra /usr/bin/su" /usr/lib64/libnss_vendor.so.2 'int extra(void); int _nss_vendor_getpwnam_r(void) { return extra(); }'
loaded "" /usr/lib64/libnss_vendor.so.2 'int _nss_vendor_getpwnam_r(void) { return 0; }'
end_checks
