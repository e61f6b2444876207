#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Scripts in packages of npm. What an installation runs, or what a file of the product may start, is judged as anywhere
# else; what nothing names is a warning. First the ways in which a script is called, each of which must stay HIGH.
set -uo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/abi.sh"
need jq

mkdir -p root/{usr/bin,usr/lib64,etc}
printf 'ID="tencentos"\nVERSION_ID="4.2"\n' > root/etc/os-release
for program in sh env bash node npm python3 dirname; do
    printf '#!/bin/true\n' > root/usr/bin/$program
    chmod 755 root/usr/bin/$program
done
ln -s usr/bin root/bin
cp "$(ldconfig -p | awk '/libc.so.6 / {print $NF; exit}')" root/usr/lib64/libc.so.6
"$touchstone" abi harvest --rootfs root --name new > /dev/null || exit 1

# begin [FOLDER]: a new product, with a package of npm in FOLDER.
begin() {
    rm -rf product
    at=product/${1-package}
    mkdir -p "$at"
}
# script NAME…: scripts of the package, without the program that they become.
script() {
    local name
    for name; do
        mkdir -p "$(dirname "$at/$name")"
        printf '#!/bin/sh\nexec vendortool "$@"\n' > "$at/$name"
        chmod 755 "$at/$name"
    done
}
manifest() { printf '{"name": "sample", "version": "1.0.0", %s}\n' "$1" > "$at/package.json"; }

# judged WHAT SCRIPT=SEVERITY…: of the product as npm packs it, or as it lies in a folder.
judged() {
    local what=$1 input=product expected got
    shift
    expected=$(printf '%s\n' "$@" | LC_ALL=C sort | paste -sd' ')
    [ "$at" != product/package ] || { tar czf sample.tgz -C product . && input=sample.tgz; }
    timeout 60 "$touchstone" abi check "$input" --surface new --json > out 2> err
    got=$(jq -r --arg at "${at#product}/" '[.findings[] | select(.kind | startswith("SCRIPT_")) |
        "\(.file | ltrimstr($at))=\(.severity)"] | unique | join(" ")' out)
    check "$what" "$got" "$expected"
}
# called WHAT MANIFEST: x.sh is called, y.sh is not.
called() {
    begin
    script x.sh y.sh
    manifest "$2"
    judged "$1" x.sh=HIGH y.sh=WARN
}

called "postinstall starts it with a shell" '"scripts": {"postinstall": "sh ./x.sh"}'
called "postinstall is it" '"scripts": {"postinstall": "./x.sh"}'
called "preinstall, behind another command" '"scripts": {"preinstall": "cd . && bash x.sh || true"}'
called "install" '"scripts": {"install": "node-gyp-build || sh x.sh"}'
called "prepare" '"scripts": {"prepare": "sh x.sh"}'
called "what npm runs beside it" '"scripts": {"preprepare": "sh x.sh", "prepare": "true"}'
called "npm start" '"scripts": {"start": "sh x.sh"}'
called "a removal" '"scripts": {"preuninstall": "sh x.sh"}'
called "npm run from it" '"scripts": {"postinstall": "npm run setup", "setup": "sh x.sh", "lint": "sh y.sh"}'
called "npm run, with options" '"scripts": {"postinstall": "npm --silent run-script setup -- -v", "setup": "sh x.sh"}'
called "npm run, twice" '"scripts": {"install": "npm run a:b", "a:b": "npm run c", "c": "./x.sh", "d": "./y.sh"}'
called "what npm runs before it" '"scripts": {"install": "yarn a", "prea": "./x.sh", "a": "true", "preb": "./y.sh"}'
called "a pattern of names" '"scripts": {"install": "run-s \"a:*\"", "a:b": "./x.sh", "b:a": "./y.sh"}'
called "npm run by another program" '"scripts": {"install": "concurrently npm:a npm:b", "a": "./x.sh", "b": "true", "c": "./y.sh"}'
called "a runner of commands that is not known" '"scripts": {"install": "vendorrun a", "a": "./x.sh", "b": "./y.sh"}'
called "a command of bin" '"bin": {"sample": "./x.sh"}'
called "the only command" '"bin": "x.sh"'
called "what a program of the package reads" '"config": {"helper": "x.sh"}'

begin
script tools/x.sh y.sh
manifest '"directories": {"bin": "./tools"}'
judged "a folder of commands" tools/x.sh=HIGH y.sh=WARN

begin
script a/x.sh b/x.sh
manifest '"scripts": {"install": "for s in a/*.sh; do sh $s; done"}'
judged "a pattern of files calls all that fit" a/x.sh=HIGH b/x.sh=HIGH

begin
script x.sh y.sh tools/z
printf '#!/bin/sh\nset -e\nsh "$(dirname "$0")/x.sh"\n' > "$at/first.sh"
manifest '"scripts": {"postinstall": "sh first.sh"}'
judged "a script that a called script starts" x.sh=HIGH y.sh=WARN tools/z=WARN

begin
script x.sh y.sh
printf '#!/bin/sh\nset -e\nnpm run setup\n' > "$at/first.sh"
manifest '"scripts": {"postinstall": "sh first.sh", "setup": "sh x.sh", "lint": "sh y.sh"}'
judged "npm run in a called script" x.sh=HIGH y.sh=WARN

# file NAME: stdin as a file of the package.
file() {
    mkdir -p "$(dirname "$at/$1")"
    cat > "$at/$1"
}
# by WHAT FILE [SCRIPT=SEVERITY…]: FILE, with the text on stdin, calls x.sh, and not y.sh.
by() {
    local what=$1 name=$2
    shift 2
    begin
    script x.sh y.sh
    manifest '"main": "index.js"'
    file "$name"
    [ $# -gt 0 ] || set -- x.sh=HIGH y.sh=WARN
    judged "$what" "$@"
}
by "a module that starts it" index.js <<< "require('child_process').execFileSync(__dirname + '/x.sh')"
by "a module in another folder" lib/run.mjs <<< "spawn('sh', ['../x.sh'])"
by "a name that is put together" index.js x.sh=HIGH y.sh=HIGH <<< 'execFile(path.join(__dirname, `${name}.sh`))'
by "all files with this ending" index.js x.sh=HIGH y.sh=HIGH <<< 'fs.readdirSync(dir).filter((f) => /\.sh$/.test(f)).forEach(run)'
by "a file for node-gyp" binding.gyp <<< "{'variables': {'v': '<!(sh x.sh)'}}"
by "an included one" deps/a.gypi <<< "{'variables': {'v': '<!(sh ../x.sh)'}}"
by "a file for make" Makefile <<< 'all: ; ./x.sh'
by "a file for cmake" deps/CMakeLists.txt <<< 'execute_process(COMMAND x.sh)'
by "a file without an ending" runner <<< 'sh x.sh'
by "a list that a program may read" scripts.txt <<< 'x.sh'
by "documentation, and what others run before it is packed" README.md x.sh=WARN y.sh=WARN <<< 'Run ./x.sh'
by "a source map" lib/a.js.map x.sh=WARN y.sh=WARN <<< '{"sourcesContent": ["x.sh"]}'
by "settings of a build service" .github/workflows/ci.yml x.sh=WARN y.sh=WARN <<< 'run: ./x.sh'
by "attributes of git" .gitattributes x.sh=WARN y.sh=WARN <<< 'x.sh text eol=lf'
by "a longer name" index.js x.sh=WARN y.sh=WARN <<< "spawn('max.sh')"

# Far from the beginning of a file, where parts of it meet.
begin
script x.sh y.sh
manifest '"main": "index.js"'
for size in 65533 65534 65535 131070; do
    { head -c $size /dev/zero | tr '\0' ' ' && echo "'x.sh'"; } > "$at/index.js"
    judged "behind $size bytes" x.sh=HIGH y.sh=WARN
done

begin
script hooks/x hooks/y z
manifest '"main": "index.js"'
file index.js <<< "for (const f of fs.readdirSync(path.join(__dirname, 'hooks'))) execFileSync(f)"
judged "all files of a folder" hooks/x=HIGH hooks/y=HIGH z=WARN

begin
script x.sh y.sh
manifest '"main": "index.js", "scripts": {"gen": "sh x.sh", "lint": "sh y.sh"}'
file index.js <<< "spawnSync('npm', ['run', 'gen'])"
judged "npm run in a module" x.sh=HIGH y.sh=WARN

begin
script x.sh y.sh z.sh
manifest '"main": "index.js", "scripts": {"gen": "sh x.sh", "lint": "sh y.sh"}'
file index.js <<< "const cmd = npm; $(printf '%300s') spawnSync(cmd, ['run', 'gen'])"
judged "npm by a variable" x.sh=HIGH y.sh=WARN z.sh=WARN
for computed in "spawnSync(cmd, ['run', name])" 'execSync(`npm run ${name}`)' 'execSync("npm run " + name)' "sh('npm run-script \$1')"; do
    file index.js <<< "$computed"
    judged "any command: $computed" x.sh=HIGH y.sh=HIGH z.sh=WARN
done

begin
script x.sh y.sh
manifest '"bin": "helper"'
gcc -x c - -o "$at/helper" <<< 'int puts(const char *); int main(void){return puts("/bin/sh ./x.sh");}'
judged "a program that names it" x.sh=HIGH y.sh=WARN

begin
manifest '"scripts": {"install": "python3 -m tools.gen"}'
for name in tools/gen.py tools/part.py tools/other.py; do file $name <<< '#!/usr/bin/python9'; done
printf 'import part\n' >> "$at/tools/gen.py"
judged "a module of Python, and one that it imports" tools/gen.py=HIGH tools/part.py=HIGH tools/other.py=WARN

for pattern in 'hooks/*' 'hooks/$1' 'hooks/*/x'; do
    begin
    script hooks/y
    manifest '"scripts": {"install": "run '"$pattern"'"}'
    case $pattern in *x) expected=WARN ;; *) expected=HIGH ;; esac
    judged "the files $pattern" hooks/y=$expected
done

# What nothing calls.
begin
script x.sh deps/build.sh deps/bootstrap y.sh z.sh
printf '#!/bin/sh\nset -e\n./y.sh\nexec vendortool\n' > "$at/z.sh"
manifest '"scripts": {"test": "./x.sh", "build": "sh deps/build.sh", "prepublishOnly": "sh z.sh", "install": "node-gyp-build"}, "files": ["x.sh", "deps"]'
judged "scripts of developers" x.sh=WARN deps/build.sh=WARN deps/bootstrap=WARN y.sh=WARN z.sh=WARN
out_holds "why it is a warning" '[.findings[] | select(.kind == "SCRIPT_COMMAND") | .found | test("nothing that npm runs")] | length == 5 and all'
begin
script x.sh
judged "without package.json, it is no package of npm" x.sh=HIGH
begin
script x.sh
echo '{"name": ' > "$at/package.json"
judged "what cannot be read shows nothing" x.sh=HIGH
begin
script x.sh
manifest '"main": "index.js"'
head -c 300 /dev/urandom | gzip | head -c 200 > "$at/part.gz"
judged "nor does a package of which a part cannot be read" x.sh=HIGH

# Installed beside others.
begin node_modules/sample
script x.sh y.sh
manifest '"scripts": {"test": "./y.sh"}'
mkdir product/lib && echo 'require("child_process").execFileSync("node_modules/sample/x.sh")' > product/lib/app.js
judged "the application calls a script of a package" x.sh=HIGH y.sh=WARN
begin opt/app/node_modules/@scope/sample
script x.sh y.sh
manifest '"scripts": {"test": "./y.sh"}'
mkdir -p product/usr/lib/systemd/system
printf '[Service]\nExecStart=/opt/app/node_modules/@scope/sample/x.sh\n' > product/usr/lib/systemd/system/a.service
judged "a unit does" x.sh=HIGH y.sh=WARN
begin opt/app/node_modules/sample
script x.sh y.sh
manifest '"scripts": {"test": "./y.sh"}'
mkdir -p product/usr/bin && ln -s /opt/app/node_modules/sample/x.sh product/usr/bin/x
judged "a link in a folder of programs" x.sh=HIGH y.sh=WARN
begin node_modules/sample
script x.sh y.sh
manifest '"main": "index.js"'
echo '{"name": "app", "scripts": {"serve": "node_modules/sample/x.sh"}}' > product/package.json
judged "all scripts of an application are run by somebody" x.sh=HIGH y.sh=WARN
begin app
script x.sh y.sh
manifest '"scripts": {"lint": "./x.sh"}'
judged "an application is no package of npm" x.sh=HIGH y.sh=HIGH

end_checks
