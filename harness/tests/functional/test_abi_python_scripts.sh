#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Python scripts against the image's Python: what they import, and their syntax. This system's own Python is the oracle
# for its version; the tables of other versions are measured.
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/abi.sh"
need python3 jq dpkg-deb

# root MINOR [PATH…]: a surface named 3.MINOR with that Python and these files.
root() {
    local root=r$1 path
    mkdir -p "$root/usr/bin" "$root/usr/lib64" "$root/usr/lib/python3/dist-packages" "$root/usr/lib/python3.$1" "$root/etc"
    cp "$(ldconfig -p | awk '/libc.so.6 / {print $NF; exit}')" "$root/usr/lib64/libc.so.6"
    cp "$(type -P true)" "$root/usr/bin/python3.$1"
    ln -sf "python3.$1" "$root/usr/bin/python3"
    ln -sf python3 "$root/usr/bin/python"
    ln -sfn usr/bin "$root/bin"
    for path in "${@:2}"; do mkdir -p "$root${path%/*}" && : > "$root$path"; done
    "$touchstone" abi harvest --rootfs "$root" --name "3.$1" > /dev/null || exit 1
}
own=$(python3 -c 'import sys; print(sys.version_info[1])')
for minor in 6 9 11 12 13 "$own"; do
    [ -d r$minor ] || root $minor /usr/lib/python3/dist-packages/vendored/__init__.py /usr/lib/python3/dist-packages/single.py \
        /usr/lib/python3/dist-packages/native.cpython-3$minor-x86_64-linux-gnu.so
done
root 10 /usr/lib/python3.10/tkinter/__init__.py /usr/lib/python3.10/site-packages/other.py /usr/lib/python3.9/site-packages/stale.py

told() { # SURFACE: the findings about the product p: "KIND LINE SEVERITY"
    "$touchstone" abi check p --surface "$1" --json > out 2> err
    jq -r '[.findings[] | select(.kind | startswith("PYTHON_") or startswith("SCRIPT_"))] | sort_by(.line, .kind) | map("\(.kind) \(.line) \(.severity)") | join(", ")' out
}
write() { # CODE: as a script
    rm -rf p && mkdir -p p/opt && printf "#!/usr/bin/python3\n$1\n" > p/opt/run && chmod 755 p/opt/run
}
row() { # MINOR EXPECTED CODE
    write "$3"
    check "3.$1: $3" "$(told "3.$1")" "$2"
}

# By this system's own Python: a script that it does not get through has a finding, and one that it does has none.
while IFS= read -r code; do
    write "$code"
    python3 -I -W ignore p/opt/run > said 2>&1 < /dev/null && works=yes || works=no
    rows=$(told "3.$own")
    case $works-$rows in
    yes- | no-PYTHON_*HIGH* | no-SCRIPT_LANGUAGE*HIGH*) check "Python 3.$own: $code" "" "" ;;
    *) check "Python 3.$own: $code: $works, $(tail -n 1 said)" "$rows" "something else" ;;
    esac
done << 'CODE'
import imp
import asyncore, asynchat
import smtpd
import telnetlib
import cgi
import crypt
import pipes
import nntplib
import binhex
import formatter
import os, sys, json, re, subprocess, urllib.request, xml.etree.ElementTree, concurrent.futures
import nosuchmodule_a
import os; import nosuchmodule_b
import nosuchmodule_c.part as x
from nosuchmodule_d import (a,\n    b)
from collections import Mapping
from collections.abc import Mapping
from collections import OrderedDict, Mapping
from inspect import getargspec
from time import clock
from fractions import gcd
from asyncio import coroutine
from typing import Self, override
import tomllib
from configparser import SafeConfigParser
from itertools import izip
try:\n    import nosuchmodule_e\nexcept ImportError:\n    pass
try: import nosuchmodule_f\nexcept ImportError: pass
if False:\n    import nosuchmodule_g
def f():\n    import nosuchmodule_h
import contextlib\nwith contextlib.suppress(ImportError):\n    import nosuchmodule_i
import sys\nif sys.version_info < (3, 0):\n    import urllib2
import sys\nsys.exit(0)\nimport nosuchmodule_j
"""\nimport nosuchmodule_k\n"""
# import nosuchmodule_l
x = "import nosuchmodule_m"
class C:\n    import nosuchmodule_n
from __future__ import annotations
match = 3; type = 4; case = 5; match.real; print(match, type)
match 3:\n    case 3: pass
(x := 3)
def f(a, /, b): pass
with (open("/dev/null") as a, open("/dev/null") as b): pass
try: pass\nexcept* ValueError: pass
type X = int
def f[T](x: T): pass
class C[T]: pass
x = 3; print(f"{x=} {x!r:>{x}}")
x = {"a": 1}; print(f"{x["a"]}")
x = ["a"]; print(f"{'\\\\n'.join(x)}")
print(f"{{x=}} {3:=5} {3 == 3}")
x = dict(a=1)[str("a")]; y = x != 3; z = x<=3
lambda x: 3
def f(async=True): pass
async def f(): pass
match = __import__("re").match\nmatch("a", "b")
x = {1: 2}\nx[1:2] if False else 0
if 1:\n\ty = 1\n        z = 2
if 1:\n    if 1:\n\tz = 2
if 1:\n    if 1:\n        z = 1\n\tw = 2
class C:\n    def f(self):\n        return 1\n\n\tdef g(self): pass
if 1:\n\ty = 1\n\tz = 2\nif 1:\n        y = 1
x = [\n\t1,\n        2]\ny = 1
if 1:\n    y = 1\n\n\t# comment\n    z = 2
s = """\n\tx\n        y"""\nt = 1
x = 0777
x = 0o777; y = 00; v = 0.5; u = 00.5; a = 0x0777; b = 0e0; c = 1e-05; d = 1_000
x = 10L
x = ur"a"
x = u"a"; y = rb"d"; ur = 1
def f(a, (b, c)): pass
def f(a, b=(1, 2), *c): pass
f = lambda (a, b): a
f = lambda a: (a, 1)
raise ValueError("a"), None
try: pass\nexcept (KeyError, ValueError), e: pass
try: pass\nexcept (KeyError, ValueError) as e: pass
import curses; curses.has_key(1) if False else 0
key = 1; x = fr"(?<!\\{{)((\\{{{key}\\}})|(\\{{{key}:[^\\}}]*\\}}))"
CODE

# Other versions, and modules of packages.
row 6 "PYTHON_IMPORT 2 HIGH" 'import dataclasses'
row 6 "PYTHON_SYNTAX 2 HIGH" 'if (x := 3): pass'
row 6 "" 'def f(async=True): pass'
row 6 "" 'print(f"{1}")'
row 9 "PYTHON_SYNTAX 2 HIGH" 'match 3:\n    case 3: pass'
row 9 "" 'with (open("a") as b, open("c") as d): pass'
row 9 "" 'import imp, asyncore, distutils.core, cgi'
row 11 "" 'import imp, distutils, cgi, telnetlib'
row 12 "PYTHON_IMPORT 2 HIGH, PYTHON_IMPORT 2 HIGH" 'import imp, distutils.core, cgi'
row 13 "PYTHON_IMPORT 2 HIGH, PYTHON_IMPORT 3 HIGH" 'import cgi\nimport telnetlib'
row 13 "" 'import vendored, single, native, vendored.part'
row 13 "PYTHON_IMPORT 2 HIGH" 'import yaml'
row 13 "PYTHON_IMPORT 2 HIGH" 'import tkinter'
row 10 "" 'import tkinter, other'
row 10 "PYTHON_IMPORT 2 HIGH" 'import stale'
row 13 "PYTHON_IMPORT 4 WARN" 'import sys\nsys.path.insert(0, "/usr/share/x")\nimport yaml'
row 13 "SCRIPT_LANGUAGE 2 HIGH" 'print "a"'
row 13 "" 'try:\n    import json\nexcept ImportError:\n    # for Python 2\n    import urllib\n    import urlparse'
write 'import imp, yaml, part, native2' && touch p/opt/imp.py p/opt/native2.so && mkdir -p p/opt/lib/yaml p/opt/part && touch p/opt/lib/yaml/__init__.py p/opt/part/x.py
check "modules in the package" "$(told 3.13)" ""
for first in "/usr/bin/env python3" /usr/bin/python3.13 /usr/bin/python "/usr/bin/python3 -I"; do
    write 'import imp' && sed -i "1s,.*,#!$first," p/opt/run && check "$first" "$(told 3.13)" "PYTHON_IMPORT 2 HIGH"
done
write 'import imp' && mkdir -p p/opt/bin && cp "$(type -P true)" p/opt/bin/python3.9 && sed -i '1s,.*,#!/opt/bin/python3.9,' p/opt/run && check "the package's own interpreter" "$(told 3.13)" ""
mkdir -p p/usr/share/doc/x && mv p/opt/run p/usr/share/doc/x/ && sed -i '1s,.*,#!/usr/bin/python3,' p/usr/share/doc/x/run && rm -r p/opt && check "an example" "$(told 3.13)" "PYTHON_IMPORT 2 WARN"

# What no file shows: a folder that is searched besides, or a module that an importer of the package makes.
write 'import plugged' && printf '#!/usr/bin/python3\nimport os\nos.environ["PYTHONPATH"] = "/srv/x"\n' > p/opt/start && check "PYTHONPATH" "$(told 3.13)" "PYTHON_IMPORT 2 WARN"
write 'import plugged' && printf '#!/usr/bin/python3\nimport sys\nsys.meta_path.insert(0, Importer("plugged"))\n' > p/opt/importer.py && check "an importer" "$(told 3.13)" "PYTHON_IMPORT 2 WARN"
write 'import sys' && printf '#!/usr/bin/python3\nimport sys\nsys.meta_path.insert(0, Importer("plugged"))\n' > p/opt/importer.py && printf '#!/usr/bin/python3\nimport gone\n' > p/opt/other && check "an importer of other modules" "$(told 3.13)" "PYTHON_IMPORT 2 HIGH"
# What "python3 FOLDER" and "python3 ZIP" execute.
rm -rf p && mkdir -p p/opt/app && printf 'import beside, gone\n' > p/opt/app/__main__.py && touch p/opt/app/beside.py && check "__main__.py" "$(told 3.13)" "PYTHON_IMPORT 1 HIGH"
cp "$(type -P true)" p/opt/app/python3 && check "its own Python" "$(told 3.13)" ""
rm -rf p app && mkdir app p && printf 'import beside, cgi\n' > app/__main__.py && touch app/beside.py && python3 -m zipapp app -p '/usr/bin/env python3' -o p/tool.pyz && check "a zip of Python" "$(told 3.13)" "PYTHON_IMPORT 1 HIGH"
check "the same with an older Python" "$(told 3.12)" ""

# A source without "#!" is a script of the interpreter that something of the product starts it with.
started() { # EXPECTED STARTER [SOURCE]: of a wrapper, or of a unit
    rm -rf p && mkdir -p p/opt/v/srv p/opt/v/lib && printf "${3-print \"x\"\n}" | tee p/opt/v/main.py > p/opt/v/srv/part.py
    printf 'print "never started"\n' > p/opt/v/lib/other.py
    case $2 in
    Exec*) mkdir -p p/usr/lib/systemd/system && printf "[Service]\n$2\n" > p/usr/lib/systemd/system/v.service ;;
    *) printf "#!/bin/sh\n$2\n" > p/opt/v/run && chmod 755 p/opt/v/run ;;
    esac
    check "$2" "$("$touchstone" abi check p --prefix / --surface 3.13 --json | jq -r '[.findings[] | select(.file | endswith(".py")) | "\(.kind) \(.line) \(.severity) \(.file)"] | join(", ")')" "$1"
}
old="SCRIPT_LANGUAGE 1 HIGH /opt/v/main.py"
for starter in 'exec python3 /opt/v/main.py "$@"' '/usr/bin/python3 -u /opt/v/main.py' 'exec env LANG=C /usr/bin/python3 "$(dirname "$0")/main.py"' 'cd /opt/v && exec python3 main.py' 'home=/opt/v\npython3 $home/main.py' \
    'nohup python3 ${HOME_OF_V}/main.py &' 'ExecStart=/usr/bin/python3 /opt/v/main.py --x' 'ExecStart=-/usr/bin/env python3 \\\n /opt/v/main.py'; do
    started "$old" "$starter"
done
started "SCRIPT_LANGUAGE 1 HIGH /opt/v/srv/part.py" 'exec python3 -m srv.part'
started "SCRIPT_LANGUAGE 1 HIGH /opt/v/srv/part.py" 'ExecStart=/usr/bin/python3 -um srv.part'
started "PYTHON_IMPORT 1 HIGH /opt/v/main.py" 'exec python3 /opt/v/main.py' 'import gone\n'
started "" 'exec python3 /opt/v/main.py' 'print("x")\n'
started "" 'exec python2 /opt/v/main.py'
started "" 'echo python3 /opt/v/main.py'
started "" 'exec python3 -c "print(1)" /opt/v/main.py'
# One that is too long is said not to be read.
rm -rf p && mkdir -p p/opt/v && head -c 1100000 /dev/zero | tr '\0' '#' > p/opt/v/main.py && printf '#!/bin/sh\nexec python3 /opt/v/main.py\n' > p/opt/v/run && chmod 755 p/opt/v/run
"$touchstone" abi check p --prefix / --surface 3.13 --json > out 2> err
out_holds "a long source" 'any(.findings[]; .severity == "UNKNOWN" and .file == "/opt/v/main.py")'
# The interpreter is a need.
rm -rf p && mkdir -p p/opt/v && : > p/opt/v/main.py && printf '#!/bin/sh\nexec python9 /opt/v/main.py\n' > p/opt/v/run && chmod 755 p/opt/v/run
"$touchstone" abi check p --prefix / --surface 3.13 --json > out 2> err
out_holds "an interpreter that is not there" 'any(.findings[]; .kind == "SCRIPT_COMMAND" and .severity == "HIGH" and .provider == "python9")'

# What a package that it depends on may bring is not certain.
deb() { # DEPENDS
    rm -rf d && mkdir -p d/DEBIAN d/usr/bin
    printf 'Package: x\nVersion: 1\nArchitecture: all\nMaintainer: x <x@example.org>\n%sDescription: x\n' "$1" > d/DEBIAN/control
    printf '#!/usr/bin/python3\nimport yaml\n' > d/usr/bin/x && chmod 755 d/usr/bin/x && rm -rf p && dpkg-deb --build d p > /dev/null
}
mkdir -p r13/var/lib/dpkg/info && printf 'Package: base\nStatus: install ok installed\nArchitecture: all\nVersion: 1\nMaintainer: x <x@example.org>\nDescription: x\n\n' > r13/var/lib/dpkg/status
root 13
deb "" && check "a deb that requires nothing" "$(told 3.13)" "PYTHON_IMPORT 2 HIGH"
deb $'Depends: python3-yaml\n' && check "a deb whose dependency is missing" "$(told 3.13)" "PYTHON_IMPORT 2 WARN"
end_checks
