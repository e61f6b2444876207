#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Plug-ins and the programs that load them: the host is in the image, lacks what the plug-in uses, is required by the
# package, or is nowhere.
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/abi.sh"
need gcc jq dpkg-deb
need_x86_64

lone() { gcc -nostdlib -nostartfiles "$@"; }
program='-Wl,-e,start -Wl,--dynamic-linker=/lib64/ld-linux-x86-64.so.2 -Wl,-export-dynamic -fPIE -pie'
mkdir -p bare/lib64 bare/usr/bin bare/etc && printf 'ID=sample\nVERSION_ID="1"\n' > bare/etc/os-release
echo 'const char banner[] = "GNU C Library stable release version 2.36."; int f(void){return 1;}' > c.c
lone -shared -fPIC -Wl,-soname,libc.so.6 -o bare/lib64/libc.so.6 c.c
lone -shared -fPIC -Wl,-soname,ld-linux-x86-64.so.2 -o bare/lib64/ld-linux-x86-64.so.2 c.c
cp -r bare full && mkdir -p full/usr/lib/jvm/lib/server
lone $program -o full/usr/bin/node -x c - <<< 'int napi_create_object(void){return 0;} int start(void){return 0;}'
lone $program -o full/usr/bin/php8.2 -x c - <<< 'int zend_parse(void){return 0;} int start(void){return 0;}'
lone -shared -fPIC -o full/usr/lib/jvm/lib/server/libjvm.so -x c - <<< 'int JVM_Version(void){return 0;}'
for image in bare full; do "$touchstone" abi harvest --rootfs $image --name $image > harvest.log 2>&1 || { cat harvest.log; exit 1; }; done

# plugin FILE SOURCE: a product that consists of this file
plugin() { rm -rf product && mkdir -p "product$(dirname "$1")" && lone -shared -fPIC -o "product$1" -x c - <<< "$2"; }
missing='any(.findings[]; .kind == "HOST_MISSING" and .severity == "HIGH"'
silent='.findings == []'
undefined='any(.findings[]; (.kind | startswith("SYM_MISSING")) and .symbol == "napi_newer")'

plugin /opt/v/a.node 'int napi_create_object(void); int napi_register_module_v1(void){return napi_create_object();}'
abi_holds "an addon, without Node.js" 0 "$missing and .provider == \"Node.js\")" product --surface bare
abi_holds "with it" 0 "$silent" product --surface full
plugin /opt/v/a.node 'int napi_newer(void); int napi_register_module_v1(void){return napi_newer();}'
abi_holds "with one that lacks a function" 0 "$undefined" product --surface full
cp product/opt/v/a.node product/opt/v/x.abi115.node
lone -shared -fPIC -o product/opt/v/x.napi.node -x c - <<< 'int napi_create_object(void); int napi_register_module_v1(void){return napi_create_object();}'
mv product/opt/v/a.node product/opt/v/x.abi127.node
abi_holds "builds for other versions of Node.js, beside one that fits" 0 'all(.findings[]; .severity == "WARN") and ([.findings[].file] | unique | length) == 2' product --surface full
rm product/opt/v/x.napi.node
abi_holds "builds for other versions alone" 0 "$undefined and all(.findings[]; .severity == \"HIGH\")" product --surface full
plugin /opt/v/a.node 'void node_register_module_v108(void){}'
abi_holds "the ABI that its name says" 0 "$missing and (.found | contains(\"NODE_MODULE_VERSION 108\")))" product --surface bare
for name in _ZN2v87Isolate10GetCurrentEv _ZN4node19EmitAsyncDestroyEPN2v87IsolateE uv_run node_module_register; do
    plugin /opt/v/a.node "int $name(void); int g(void){return $name();}"
    abi_holds "$name is of Node.js" 0 "$missing and .provider == \"Node.js\")" product --surface bare
done
plugin /opt/v/libx.so 'int Java_com_example_X_open(void){return 0;}'
abi_holds "a library for Java, without a JVM" 0 "$missing and (.provider | contains(\"Java\")))" product --surface bare
abi_holds "with one" 0 "$silent" product --surface full
abi_holds "on a reference" 0 'any(.findings[]; .kind == "HOST_MISSING" and .severity == "WARN")' product --surface reference:tencentos-4:x86_64
plugin /opt/v/lib/libx.so 'int a(void){return 0;}'
lone -shared -fPIC -Wl,-soname,libjvm.so -o libjvm.so -x c - <<< 'int JVM_Version(void){return 17;}'
lone -shared -fPIC -o product/opt/v/lib/libx.so -x c - -x none libjvm.so <<< 'int JVM_Version(void); int attach(void){return JVM_Version();}'
mkdir -p product/opt/other/lib/server && cp libjvm.so product/opt/other/lib/server/
abi_holds "a JVM elsewhere in the package, which nothing loads" 0 'any(.findings[]; .kind == "LIB_MISSING" and .severity == "HIGH")' product --surface bare

plugin /usr/lib/php/20220829/x.so 'int zend_parse(void); int get_module(void){return zend_parse();}'
abi_holds "an extension of PHP, without it" 0 "$missing and .provider == \"PHP\")" product --surface bare
abi_holds "with it" 0 "$silent" product --surface full
deb() { # DEPENDS
    mkdir -p product/DEBIAN
    printf 'Package: x\nVersion: 1\nArchitecture: amd64\nMaintainer: none\nDescription: d\n%s' "$1" > product/DEBIAN/control
    dpkg-deb -Zxz -b --root-owner-group product x.deb > build.log 2>&1 || { cat build.log; exit 1; }
}
deb $'Depends: phpapi-20220829\n'
unproven='[.findings[] | select(.file != "x")] | length == 1 and all(.[]; .kind == "HOST_UNPROVEN" and .severity == "WARN" and .provider == $ENV.of)'
export of=phpapi-20220829
abi_holds "its package requires PHP, which was not given" "" "$unproven" x.deb --surface bare
plugin /usr/lib/pppd/2.4.9/x.so 'int add_notifier(void); int plugin_init(void){return add_notifier();}'
deb $'Depends: ppp (>= 2.4)\n'
of=ppp abi_holds "a plug-in of pppd, by its folder" "" "$unproven" x.deb --surface bare
deb $'Recommends: ppp\n'
of=ppp abi_holds "one whose host is only recommended" "" "$unproven" x.deb --surface bare
deb $'Recommends: vim\n'
abi_holds "one whose host nothing names" "" 'any(.findings[]; .kind == "HOST_MISSING" and .severity == "HIGH")' x.deb --surface bare
plugin /usr/lib/libthread_db.so.1 'int ps_pdread(void); int td_init(void){return ps_pdread();}'
abi_holds "what debuggers load" 0 "$silent" product --surface bare
plugin /usr/lib/samba/idmap/x.so 'int smb_register_idmap(void); int init(void){return smb_register_idmap();}'
abi_holds "what only Samba loads" 0 "$silent" product --surface bare
plugin /usr/lib/vendor/x.so 'int vendor_register(void); int init(void){return vendor_register();}'
abi_holds "a host that nothing is known of" 2 'any(.findings[]; .severity == "UNKNOWN" and .symbol == "vendor_register")' product --surface bare
# The host is the package's own program: what it does not define, the plug-in lacks.
plugin /usr/lib/vendor/x.so 'int vendor_register(void); int vendor_gone(void); int init(void){return vendor_register() + vendor_gone();}'
mkdir -p product/usr/bin && lone $program -o product/usr/bin/vendord -x c - <<< 'int vendor_register(void){return 0;} int start(void){return 0;}'
abi_holds "a symbol that the package's own host lacks" 0 '[.findings[] | select(.severity != "WARN") | "\(.severity) \(.symbol)"] == ["HIGH vendor_gone"]' product --surface bare
plugin /usr/lib/vendor/x.so 'int vendor_register(void); int init(void){return vendor_register();}'
mkdir -p product/usr/bin && lone $program -o product/usr/bin/vendord -x c - <<< 'int vendor_register(void){return 0;} int start(void){return 0;}'
abi_holds "and one that it has" 0 'all(.findings[]; .symbol == null)' product --surface bare
# A plug-in that another one of its family must be loaded with: what is not given is not proven, what is given and lacks
# the symbol, or is no relative, is no excuse.
family() { # RELATION
    plugin /usr/lib/vendor/x.so 'int vendor_register(void); int vendor_crypt(void); int init(void){return vendor_register() + vendor_crypt();}'
    mkdir -p product/usr/bin && lone $program -o product/usr/bin/vendord -x c - <<< 'int vendor_register(void){return 0;} int start(void){return 0;}'
    mkdir -p product/DEBIAN
    printf 'Package: vendor-core\nVersion: 1\nArchitecture: amd64\nMaintainer: none\nDescription: d\n%s' "$1" > product/DEBIAN/control
    dpkg-deb -Zxz -b --root-owner-group product x.deb > build.log 2>&1 || { cat build.log; exit 1; }
}
mate() { # CODE: what the package of that name has
    rm -rf mate && mkdir -p mate/DEBIAN mate/usr/lib/vendor
    lone -shared -fPIC -o mate/usr/lib/vendor/mod_crypto.so -x c - <<< "$1"
    printf 'Package: vendor-mod-crypto\nVersion: 1\nArchitecture: amd64\nMaintainer: none\nDescription: d\n' > mate/DEBIAN/control
    dpkg-deb -Zxz -b --root-owner-group mate mate.deb > build.log 2>&1 || { cat build.log; exit 1; }
}
grave='[.findings[] | select(.kind != "UNKNOWN" and .file != "vendor-core") | "\(.kind) \(.severity) \(.symbol) \(.provider // "-")"] == '
lacks="$grave[\"SYM_MISSING_LAZY HIGH vendor_crypt -\"]"
family $'Suggests: vim, vendor-mod-crypto, vendor-mod-other\n'
abi_holds "a symbol of a package of the family that was not given" "" "$grave[\"HOST_UNPROVEN WARN vendor_crypt vendor-mod-crypto, vendor-mod-other\"]" x.deb --surface bare
out_holds "the verdict is not compatible" 'all(.verdicts[]; .verdict != "compatible")'
family $'Suggests: vendor-mod-crypto\n'
mate 'int vendor_crypt(void){return 0;}'
abi_holds "with that package" "" "$grave[]" x.deb --with mate.deb --surface bare
mate 'int vendor_other(void){return 0;}'
abi_holds "with that package, which lacks it" "" "$lacks" x.deb --with mate.deb --surface bare
family $'Suggests: vim, nano-vendor\n'
abi_holds "packages of other families" "" "$lacks" x.deb --surface bare
family ''
abi_holds "no other packages" "" "$lacks" x.deb --surface bare
end_checks
