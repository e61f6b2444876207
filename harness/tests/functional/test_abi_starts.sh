#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Files that start programs or load modules, and that nobody opens: what they name must be there, and the program that
# reads them must accept them. Each sample with a problem has a counterpart without it.
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/abi.sh"
need jq

mkdir -p root/{usr/bin,usr/lib/udev,usr/lib64/security,usr/lib/systemd/system,usr/lib/modules/6.6.1,etc/pam.d,var/lib/dpkg/info}
for program in usr/bin/{sh,cat,true,test,env,killall} usr/lib/udev/ata_id; do printf '#!/bin/true\n' > root/$program && chmod 755 root/$program; done
ln -s usr/bin root/bin
cp "$(ldconfig -p | awk '/libc.so.6 / {print $NF; exit}')" root/usr/lib64/libc.so.6
cp root/usr/lib64/libc.so.6 root/usr/lib64/security/pam_unix.so
touch root/etc/pam.d/common-auth
printf '[Unit]\n' > root/usr/lib/systemd/system/there.service
printf 'kernel/fs/ext4/ext4.ko.xz: kernel/lib/x.ko\nkernel/net/nf-conntrack.ko:\n' > root/usr/lib/modules/6.6.1/modules.dep
printf 'kernel/fs/overlayfs/overlay.ko\n' > root/usr/lib/modules/6.6.1/modules.builtin
printf 'root:x:0:0::/:\ndaemon:x:1:1::/:\n' > root/etc/passwd
printf 'root:x:0:\ndisk:x:6:\n' > root/etc/group
cp -r root rpm # of another family
printf 'Package: base\nStatus: install ok installed\nArchitecture: all\nVersion: 1\nMaintainer: x <x@example.org>\nDescription: x\n\n' > root/var/lib/dpkg/status
"$touchstone" abi harvest --rootfs root --name new > /dev/null || exit 1
"$touchstone" abi harvest --rootfs rpm --name other > /dev/null || exit 1

told() { # SURFACE: "KIND LINE SEVERITY NAME"
    "$touchstone" abi check p --surface "$1" --json > out 2> err
    jq -r '[.findings[] | select(.kind != "UNKNOWN")] | sort_by(.line, .provider) | map("\(.kind) \(.line // 0) \(.severity) \(.provider // "-")") | join(", ")' out
}
# row EXPECTED PATH TEXT [MODE]
row() {
    rm -rf p && mkdir -p "p/opt" "p${2%/*}" && printf '#!/bin/sh\n' > p/opt/tool && chmod 755 p/opt/tool
    printf -- "$3" > "p$2" && chmod "${4-644}" "p$2"
    check "$2: $3" "$(told new)" "$1"
}
start() { row "START_FILE $@"; }

# Crontabs.
row "SCRIPT_COMMAND 2 HIGH /opt/gone" /etc/cron.d/x 'MAILTO=root\n*/5 * * * * root /opt/gone --x\n'
start "1 HIGH nobodyhere" /etc/cron.d/x '@daily nobodyhere /opt/tool\n'
row "" /etc/cron.d/x '# 1 2 3 4 5 x /opt/gone\nPATH=/x\n0 3 * * 1-5 root test -x /opt/gone && /opt/gone\n5 4 * * * daemon /opt/tool %% x\n'
row "" /etc/cron.d/x '0 3 * * * root command -v gone > /dev/null && gone\n'
row "START_IGNORED 0 HIGH -" /etc/cron.d/x.cron '1 * * * * root /opt/tool\n'
row "START_IGNORED 0 HIGH -" /etc/cron.d/x '1 * * * * root /opt/tool'
row "START_IGNORED 0 HIGH -" /etc/cron.daily/x.sh '#!/bin/sh\ncat x\n' 755
row "START_IGNORED 0 HIGH -" /etc/cron.daily/x '#!/bin/sh\ncat x\n' 644
row "" /etc/cron.daily/x '#!/bin/sh\ncat x\n' 755
rm -rf p && mkdir -p p/etc/cron.daily && printf '#!/bin/sh\ncat x\n' > p/etc/cron.daily/x.sh && chmod 755 p/etc/cron.daily/x.sh
check "another run-parts" "$(told other)" ""
# udev.
start "1 HIGH /opt/gone" /usr/lib/udev/rules.d/9-x.rules 'KERNEL=="sd*", RUN+="/opt/gone %%k"\n'
start "2 WARN gone_id" /etc/udev/rules.d/9-x.rules '# RUN+="x"\nKERNEL=="sd*", PROGRAM="gone_id -x", SYMLINK+="%%c"\n'
start "1 WARN /opt/gone" /etc/udev/rules.d/9-x.rules 'IMPORT{program}=="/opt/gone $devnode"\n'
start "1 WARN plugdevx" /etc/udev/rules.d/9-x.rules 'SUBSYSTEM=="usb", MODE="0660", GROUP="plugdevx"\n'
row "" /etc/udev/rules.d/9-x.rules 'ACTION=="add", GROUP="disk", OWNER="root", IMPORT{program}="ata_id --export $devnode", RUN{builtin}+="kmod load x", RUN+="/opt/tool", \\\n  RUN+="/bin/sh -c \x27gone\x27"\n'
# PAM.
start "1 HIGH pam_gone.so" /etc/pam.d/x 'auth required pam_gone.so debug\n'
start "2 HIGH pam_gone.so" /etc/pam.d/sshd '#%%PAM\naccount [default=bad success=ok] pam_gone.so\n'
start "1 HIGH no-auth" /etc/pam.d/x '@include no-auth\n'
start "1 HIGH system-auth" /etc/pam.d/x 'auth include system-auth\n'
start "1 WARN pam_gone.so" /etc/pam.d/x '-session optional pam_gone.so\n'
row "" /etc/pam.d/x 'auth required pam_unix.so nullok\n@include common-auth\nauth substack common-auth\n# auth required pam_gone.so\n'
# Kernel modules.
start "2 WARN gone" /etc/modules-load.d/x.conf '# x\ngone\n'
row "" /etc/modules-load.d/x.conf 'ext4\nnf_conntrack\noverlay\n'
row "SCRIPT_COMMAND 1 HIGH /opt/gone" /etc/modprobe.d/x.conf 'install usb-storage /opt/gone\n'
row "" /etc/modprobe.d/x.conf 'install usb-storage /bin/true\noptions x y=1\nblacklist z\n'
# Desktop entries and D-Bus.
start "2 HIGH /opt/gone" /usr/share/applications/x.desktop '[Desktop Entry]\nExec=/opt/gone %%U\n'
start "2 WARN gone" /usr/share/applications/x.desktop '[Desktop Entry]\nExec=env A=1 "gone" x\n'
start "2 WARN gone" /etc/xdg/autostart/x.desktop '[Desktop Entry]\nTryExec=gone\nExec=cat\n'
row "" /usr/share/applications/x.desktop '[Desktop Entry]\nExec=/opt/tool %%f\nName=gone\n'
start "3 HIGH /opt/gone" /usr/share/dbus-1/system-services/x.service '[D-BUS Service]\nName=x\nExec=/opt/gone\nUser=root\n'
start "2 HIGH vendor" /usr/share/dbus-1/system-services/x.service '[D-BUS Service]\nUser=vendor\nExec=/opt/tool\n'
start "3 WARN gone.service" /usr/share/dbus-1/system-services/x.service '[D-BUS Service]\nExec=/bin/true\nSystemdService=gone.service\n'
row "" /usr/share/dbus-1/system-services/x.service '[D-BUS Service]\nExec=/bin/true\nUser=root\nSystemdService=there.service\n'
# tmpfiles.d, logrotate, supervisor, xinetd.
start "1 HIGH vendor, START_FILE 1 HIGH vgroup" /usr/lib/tmpfiles.d/x.conf 'd /run/x 0755 vendor vgroup -\n'
row "" /usr/lib/tmpfiles.d/x.conf 'd /run/x 0755 root disk -\nf /run/y 0644 - - -\nL /run/z - - - - /opt/x\nd /run/a 0755 1000 1000\n'
row "SCRIPT_COMMAND 4 HIGH /opt/gone" /etc/logrotate.d/x '/var/log/x {\n  weekly\n  postrotate\n    /opt/gone reload\n  endscript\n}\n'
start "2 HIGH vendor" /etc/logrotate.d/x '/var/log/x {\n  create 0640 vendor disk\n}\n'
row "" /etc/logrotate.d/x '/var/log/x {\n  su root disk\n  create 640 root root\n  create\n  postrotate\n    [ -x /opt/gone ] && /opt/gone || true\n    killall -HUP x\n  endscript\n}\n'
start "2 HIGH /opt/gone, START_FILE 3 HIGH vendor" /etc/supervisor/conf.d/x.conf '[program:x]\ncommand=/opt/gone -x\nuser=vendor\n'
row "" /etc/supervisord.d/x.ini '[program:x]\ncommand = /opt/tool -x\nuser=root\n;command=gone\n'
start "3 HIGH /opt/gone" /etc/xinetd.d/x 'service x\n{\n  server = /opt/gone\n  user = root\n}\n'
start "3 WARN /opt/gone" /etc/xinetd.d/x 'service x\n{\n  server = /opt/gone\n  disable = yes\n}\n'
end_checks
