#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# ld.so.conf with the files of a product, and with what its scripts write at installation. Each change is also tried with
# a library that harms nothing.
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/abi.sh"
need gcc jq dpkg-deb rpmbuild ldconfig
need_x86_64
export HOME=$scratch/user
mkdir -p "$HOME"
. "$TS_SOURCE_DIR/harness/tests/lib/abi_effects.sh"

# Files that name folders.
v=/opt/v/lib/libs.so.1
changes "a file in ld.so.conf.d" $v /etc/ld.so.conf.d/v.conf='# ours\n  /opt/v/lib  # and nothing else'
changes "an include line" $v /etc/ld.so.conf.d/v.conf='include /opt/v/conf/*.conf' /opt/v/conf/a.conf=/opt/v/lib
changes "a relative one, through another file" $v /etc/ld.so.conf.d/v.conf='include ../v/*' \
    /etc/v/first='include /opt/v/list' /opt/v/list='/opt/none\n/opt/v/lib'
changes "ld.so.conf itself" $v /etc/ld.so.conf='/opt/v/lib\ninclude ld.so.conf.d/*.conf'
keeps "two folders in a line, which ldconfig takes for one" $v /etc/ld.so.conf.d/v.conf='/opt/none,/opt/v/lib:/opt /opt/v/lib'
changes "a folder with the type of its libraries" $v /etc/ld.so.conf.d/v.conf='/opt/v/lib/=libc6 '
keeps "a file that nothing includes" $v /opt/v/conf/a.conf=/opt/v/lib
keeps "a file in ld.so.conf.d of another name" $v /etc/ld.so.conf.d/v.conf.off=/opt/v/lib
keeps "include lines in a circle" /opt/w/libs.so.1 /etc/ld.so.conf.d/v.conf='include /etc/ld.so.conf.d/*.conf'
product $v:part.so /etc/ld.so.conf.d/v.conf='include /opt/v/folders' /opt/v/folders='PATH is /opt/v/lib'
abi_holds "a file that is included and cannot be read" 2 'any(.findings[]; .kind == "UNKNOWN" and .file == "/opt/v/folders")' product.tgz --surface image

# Files that scripts of the installation write.
written() { # WHAT TEXT
    changes "written: $1" $v /opt/v/install.sh="#!/bin/sh\n$2"
}
written echo 'echo /opt/v/lib > /etc/ld.so.conf.d/v.conf'
written "echo, with variables" 'ROOT=/opt/v\nCONF=/etc/ld.so.conf.d/v.conf\nif [ ! -e "$CONF" ]; then\n    echo "${ROOT}/lib" >> $CONF\nfi'
written printf 'printf "%s\\n" /opt/none /opt/v/lib > /etc/ld.so.conf.d/v.conf'
written "a here-document" 'cat > /etc/ld.so.conf.d/v.conf <<END\n/opt/v/lib\nEND'
written "tee" 'echo /opt/v/lib | sudo tee /etc/ld.so.conf.d/v.conf > /dev/null'
written "the end of ld.so.conf" 'echo /opt/v/lib >> /etc/ld.so.conf'
changes "written: a copy" $v /opt/v/v.conf=/opt/v/lib /opt/v/setup.sh='#!/bin/sh\ninstall -m 644 /opt/v/v.conf /etc/ld.so.conf.d/v.conf'
changes "written: a link" $v /opt/v/v.conf=/opt/v/lib /opt/v/setup.sh='#!/bin/sh\nln -sf /opt/v/v.conf /etc/ld.so.conf.d/'
keeps "written: another file" $v /opt/v/install.sh='#!/bin/sh\n# not /etc/ld.so.conf.d/v.conf\necho /opt/v/lib > /opt/v/list'
computed='any(.findings[]; .severity == "UNKNOWN" and (.found | contains("is not assessed")))'
for text in 'echo $(pwd) > /etc/ld.so.conf.d/v.conf' 'pwd | tee -a /etc/ld.so.conf' 'sed -i s,^,/opt/v, /etc/ld.so.conf' 'cp /opt/none /etc/ld.so.conf.d/v.conf'; do
    product $v:part.so /opt/v/install.sh="#!/bin/sh\n$text"
    abi_holds "computed: $text" 2 "$computed" product.tgz --surface image
done
product $v:part.so /opt/v/install.sh='#!/bin/sh\nrm -f /etc/ld.so.conf.d/v.conf\n[ -e /etc/ld.so.conf ] && grep v /etc/ld.so.conf\nldconfig -C /etc/ld.so.cache'
abi_holds "scripts that read and remove" 0 'all(.findings[]; .severity != "UNKNOWN")' product.tgz --surface image

# The same in packages.
mkdir -p deb/DEBIAN deb/opt/v/lib && cp part.so deb$v
printf 'Package: v\nVersion: 1\nArchitecture: amd64\nMaintainer: none\nDescription: d\n' > deb/DEBIAN/control
printf '#!/bin/sh\nset -e\necho /opt/v/lib > /etc/ld.so.conf.d/00-v.conf\nldconfig\n' > deb/DEBIAN/postinst && chmod 755 deb/DEBIAN/postinst
dpkg-deb -Zxz -b --root-owner-group deb v.deb > build.log 2>&1 || { cat build.log; exit 1; }
abi_holds "a deb" 1 "$breaks" v.deb --surface image
mkdir -p bundle && cp v.deb bundle/
abi_holds "a deb in a folder" 1 "$breaks" bundle --surface image
mkdir -p inner/etc/ld.so.conf.d inner/opt/v/lib && cp part.so inner$v && echo $v > inner/etc/ld.so.preload && echo /opt/v/lib > inner/etc/ld.so.conf.d/v.conf
rm -f bundle/* && tar czf bundle/inner.tgz -C inner .
abi_holds "an archive in a folder, which nothing unpacks" "" 'all(.findings[]; .kind != "IMAGE_BROKEN" and .kind != "IMAGE_CHANGED")' bundle --surface image
rpm_of() { # SCRIPT
    printf 'Name: v\nVersion: 1\nRelease: 1\nSummary: s\nLicense: none\nAutoReqProv: no\n%%description\ns\n%%install\nmkdir -p %%{buildroot}/opt/v/lib\ncp %s %%{buildroot}%s\n%s\n%%files\n%s\n' \
        "$scratch/part.so" $v "$1" $v > v.spec
    rpmbuild -bb --define "_topdir $scratch/top" --define '_binary_payload w6.gzdio' --define '__strip /bin/true' v.spec > build.log 2>&1 || { cat build.log; exit 1; }
}
rpm_of '%post
cat > /etc/ld.so.conf.d/v.conf <<END
/opt/v/lib
END
/sbin/ldconfig'
abi_holds "an rpm" 1 "$breaks" top/RPMS/x86_64/v-1-1.x86_64.rpm --surface image
rpm_of '%post -p <lua>
io.open("/etc/ld.so.conf.d/v.conf", "w"):write("/opt/v/lib")'
abi_holds "an rpm with a script in Lua" 2 "$computed" top/RPMS/x86_64/v-1-1.x86_64.rpm --surface image
end_checks
