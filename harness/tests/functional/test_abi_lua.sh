#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Lua scriptlets of rpm: constant commands are checked, computed ones cannot be told.
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/abi_packages.sh"

rpm_root
build lua '%description
s
%post -p <lua>
-- os.execute(unknown)
os.execute("chkconfig --add x")
%files'
abi_holds "a constant command in Lua" "" 'any(.findings[]; .kind == "SCRIPT_COMMAND" and .file == "/RPM/postin" and
    (.found | contains("chkconfig"))) and all(.findings[]; .severity != "UNKNOWN")' lua-*.rpm --surface r
build luaunknown '%description
s
%post -p <lua>
os.execute("rm -r " .. arg[2])
%files'
abi_holds "a computed command in Lua" "" 'any(.findings[]; .severity == "UNKNOWN" and .file == "/RPM/postin")' \
    luaunknown-*.rpm --surface r
build luaquiet '%description
s
%pretrans -p <lua>
local path = "/usr/share/x"
if posix.stat(path) then os.remove(path) end
%files'
verdict "Lua that runs nothing" compatible r luaquiet-1.0-1.noarch.rpm
# "--" in a string is no comment; comments, strings and long brackets end where Lua ends them.
build luatokens '%description
x
%post -p <lua>
os.execute("/bin/sh --version"); os.execute(v)
--[[ os.execute(w)
os.execute(w) ]] io.popen("chkconfig --add x")
local text = [==[ os.execute(w) ]] os.execute(w) ]==]
text = "os.execute(w)" -- os.execute(w)
my.os.execute(w)
os.execute [[chkconfig --del x]]
%files
'
abi_holds "Lua is read by its tokens" "" '([.findings[] | select(.kind == "UNKNOWN") | .line] == [1]) and
    ([.findings[] | select(.provider == "chkconfig") | .line] | sort == [3, 7])' luatokens-*.rpm --surface r
end_checks
