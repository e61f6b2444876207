#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Imports the tests of real Debian source packages and compares which tests there are, and which are run or skipped, with
# autopkgtest's own reader. Needs the network: the debian folders of the packages are fetched, a few MiB.
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/program.sh"
need apt-get
cd "$scratch" || exit 99
suites=$TOUCHSTONE_HOME/suites
sources=(redis nginx six dbus gzip sed grep curl logrotate rsync memcached haproxy apache2 pyyaml requests chrony openssh cron
    dash iputils gawk glib2.0 systemd lxml)
wanted=20 # at least: a mirror may lack some

# The mirror that this host's apt is configured for.
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -m 1 '/debian/\?$') || mirror=
if [ -z "$mirror" ]; then
    echo "skipped: no Debian mirror (a URI that ends in /debian) in apt's sources"
    exit 77
fi
mkdir -p apt/lists/partial apt/cache/archives/partial fetched
echo "deb-src $mirror bookworm main" > apt/sources.list
private=(-o "Dir::Etc::sourcelist=$scratch/apt/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$scratch/apt/lists"
    -o "Dir::Cache=$scratch/apt/cache" -o APT::Sandbox::User=root -o Acquire::http::Timeout=20 -o Acquire::Retries=1)
if ! apt-get "${private[@]}" -o APT::Update::Error-Mode=any update > apt.log 2>&1; then
    echo "skipped: the Debian archive cannot be reached: $(tail -n 1 apt.log)"
    exit 77
fi

count=0
for name in "${sources[@]}"; do
    (cd fetched && apt-get "${private[@]}" source --diff-only --download-only -q "$name" > fetch.log 2>&1) || continue
    mkdir -p "trees/$name"
    tar -C "trees/$name" -xf "fetched/$name"_*.debian.tar.* || continue
    [ -f "trees/$name/debian/tests/control" ] || continue
    "$touchstone" suite import "trees/$name" --name "deb-$name" > out 2> err
    code=$?
    [ $code = 0 ] || sed 's/^/  | /' err
    check_that "imports $name" test $code = 0
    "$touchstone" suite lint "deb-$name" > lint 2>&1
    code=$?
    [ $code = 0 ] || sed 's/^/  | /' lint
    check_that "lint accepts $name" test $code = 0
    count=$((count + 1))
done
if [ "$count" -lt "$wanted" ]; then
    end_checks || exit 1
    echo "skipped: only $count of ${#sources[@]} source packages could be fetched, $wanted are wanted"
    exit 77
fi

if [ ! -f /usr/share/autopkgtest/lib/testdesc.py ]; then
    echo "autopkgtest is not installed: nothing to compare with"
    end_checks
    exit
fi
/usr/bin/python3 - trees "$suites" > compared << 'END'
import contextlib, io, os, sys, xml.etree.ElementTree as tree
sys.path.insert(0, "/usr/share/autopkgtest/lib")
import testdesc
# What a guest can do; a network is not among it.
able = ["isolation-machine", "isolation-container", "revert", "revert-full-system", "root-on-testbed", "reboot"]
# What autopkgtest does, and an imported suite does not.
lost = {"build-needed", "needs-internet", "needs-sudo"}
for name in sorted(os.listdir(sys.argv[1])):
    source, suite = os.path.join(sys.argv[1], name), os.path.join(sys.argv[2], "deb-" + name)
    if not os.path.exists(suite + "/suite.xml"):
        continue
    with contextlib.redirect_stdout(io.TextIOWrapper(io.BytesIO())), contextlib.redirect_stderr(io.StringIO()):
        tests, _ = testdesc.parse_debian_source(source, able, "amd64", auto_control=False)
        every = []
        for record in testdesc.parse_rfc822(source + "/debian/tests/control"):
            every += record.get("Tests", "").replace(",", " ").split() or [None]
    theirs = {t.name for t in tests if not lost & set(t.restrictions)}
    ours, titles = set(), []
    for case in tree.parse(suite + "/suite.xml").getroot().findall("case"):
        if case.get("id") == "install":
            continue
        title = case.find("title").text
        titles.append(title)
        arch = case.find("needs[@arch]")
        script = open(os.path.join(suite, "cases", case.get("id"))).read()
        # Only the debian folder was fetched, and a test may be elsewhere.
        if ("exit 77" not in script or "does not exist in the source" in script) and (arch is None or arch.get("arch") == "x86_64"):
            ours.add(title)
    same = ours == theirs and len(titles) == len(every) and {n for n in every if n} <= set(titles)
    print("%s %s: %d tests, %d run, %d skipped%s" % (
        "same" if same else "DIFFERENT", name, len(titles), len(ours), len(titles) - len(ours),
        "" if same else "; only autopkgtest: %s; only here: %s" % (sorted(theirs - ours), sorted(ours - theirs))))
END
cat compared
check_that "all are compared" test "$(wc -l < compared)" = "$count"
check_that "none differs" test "$(grep -c '^DIFFERENT' compared)" = 0
end_checks
