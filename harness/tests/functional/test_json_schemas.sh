#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The output of every verb with --json, and the JSON files of a run, validated against the installed schemas; and every
# schema is used.
set -uo pipefail
touchstone=$TS_BINARY_DIR/touchstone
python=/usr/bin/python3
$python -c 'import jsonschema' 2> /dev/null || python=python3
$python -c 'import jsonschema' 2> /dev/null || { echo "skipped: python3-jsonschema is not installed"; exit 77; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export TOUCHSTONE_HOME=$scratch/home
mkdir -p "$TOUCHSTONE_HOME"
cd "$scratch" || exit 99
mkdir -p out root/lib64 debs
failed=0 count=0

# prints CODES WORD…: runs a verb, which must end with one of these exit codes.
prints() {
    local codes=$1 code
    shift
    count=$((count + 1))
    "$touchstone" "$@" > "out/$count.json" 2> err
    code=$?
    [[ " $codes " = *" $code "* ]] || { echo "touchstone $*: exit code $code, expected $codes"; head -n 3 err; failed=1; }
    echo "$*" > "out/$count.words"
}

sed "s/,1790000000000,0,'open',/,1790000000000,1790000100000,'ended',/" "$TS_SOURCE_DIR/harness/tests/data/store_v3.sql" |
    sqlite3 "$TOUCHSTONE_HOME/store.db"
qemu-img create -q -f qcow2 disk.qcow2 64M
echo kernel > vmlinuz
printf 'ID=debian\nVERSION_ID="12"\n' > os-release
printf 'Package: base-files\nStatus: install ok installed\nVersion: 12\nArchitecture: amd64\n' > status
printf 'int one(void) { return 1; }\n' | gcc -shared -fPIC -nostdlib -Wl,-soname,libone.so.1 -o root/lib64/libone.so.1 -x c -
printf 'int one(void); int two(void) { return one(); }\n' | gcc -shared -fPIC -nostdlib -o product.so -x c - -x none root/lib64/libone.so.1
"$touchstone" abi harvest --rootfs root --name old > /dev/null 2> err || { cat err; exit 1; }
rm root/lib64/libone.so.1
cp product.so root/lib64/libother.so

prints 0 image add good disk.qcow2 --format qcow2 --kernel vmlinuz --cmdline root=/dev/vda --arch amd64 \
    --os-release os-release --packages status --json
prints 0 image add bare disk.qcow2 --format qcow2 --kernel vmlinuz --cmdline root=/dev/vda --arch amd64 --os-id debian --os-version 12 --json
prints 0 abi harvest --rootfs root --name new --json
prints "0 74" doctor --json
prints "0 74" doctor --salvage "$scratch/salvaged" --json
prints 0 platform list --json
for name in $("$touchstone" complete PLATFORM); do prints 0 platform show "$name" --json; done
prints 0 image list --json
prints 0 image show good --json
prints 0 image show bare --json
prints 0 image known --json
for name in $("$touchstone" complete LINE); do prints 0 image known "$name" --json; done
prints 0 suite list --json
for name in $("$touchstone" complete SUITE); do
    prints 0 suite show "$name" --json
    prints 0 suite lint "$name" --json
done
"$touchstone" suite new broken > /dev/null && sed -i 's/<title>/<tilte>/' "$TOUCHSTONE_HOME/suites/broken/suite.xml"
prints 64 suite lint broken --json
rm -r "$TOUCHSTONE_HOME/suites/broken"
prints "0 64 74" suite stage behaviour --image good --from debs --json
prints 0 plan --image good --platform x86 --suite behaviour --json
prints 0 run --dry-run --image good --platform x86 --json
prints 0 runs --json
prints 0 runs --json --query 'verdict:incompatible'
prints 0 diff latest latest --json
prints 0 diff latest latest --json --query 'change:new'
prints "0 1 2" compare --json
prints 0 history kunpeng/redis --json
prints 0 history kunpeng/redis --case persist --json
prints 0 history kunpeng/redis --case persist --json --query 'status:pass'
prints 0 history kunpeng/redis --cases --json
prints 1 gate --json
prints 1 gate --baseline latest --json
prints 0 policy list --json
prints 0 view list --json
prints 0 view show newest --json
prints 0 explain --json --lang zh
prints 0 explain LIB_MISSING --json
prints 0 policy lint release --json
prints 0 programme list --json
for name in $("$touchstone" complete PROGRAMME); do
    prints 0 programme show "$name" --json
    prints 0 programme lint "$name" --json
done
printf '<programme/>' > bad.xml
prints 64 programme lint ./bad.xml --json
prints 1 programme status --json
prints 2 programme status --programme openeuler-isv --image b --json
printf '<subject><vendor>V</vendor></subject>' > subject.xml
prints 0 programme form --programme opencloudos --image a --format json --subject subject.xml
ssh-keygen -q -t ed25519 -N '' -f key
"$touchstone" certify --programme opencloudos --image a --record --key key --subject subject.xml --output certificate > /dev/null 2> err ||
    { cat err; failed=1; }
prints 2 verify certificate --json
prints 2 recheck certificate --dry-run --json
prints 0 catalogue certificate --json
mkdir -p files/touchstone-certificate
cp certificate/certificate.json files/touchstone-certificate/
prints 1 matrix --json
prints 1 matrix --json --strict
prints 1 matrix --json --across
prints '0 2' bisect --images '[gb]*' --platform x86 --suite redis --case install --dry-run --json
prints 1 matrix --json --query 'status:fail'
prints 1 matrix --across --json --query 'status:fail'
for cell in $("$touchstone" complete CELL); do prints "0 74" show "$cell" --json; done
printf '<testsuite tests="1" timestamp="2026-01-02T03:04:05Z"><testcase name="one"/></testsuite>' > report.xml
reported=$("$touchstone" import --from junit report.xml --image a --platform kunpeng --suite app 2> err) || { cat err; exit 1; }
prints 0 matrix "$reported" --json
prints 2 programme status "$reported" --programme kunpeng-compatible --json
prints 0 show a/kunpeng/app --run "$reported" --json
prints 0 runs --json --query 'grade>=reported'
prints 0 history a/kunpeng/app --json
prints 0 diff "$reported" "$reported" --json
prints 1 gate "$reported" --json
prints 0 report "$reported" --format json
prints 0 report --json
prints 0 report --format json --lang zh
mkdir -p files/touchstone-report-line
"$touchstone" report --format jsonl 2> err | split -l 1 --additional-suffix=.json - files/touchstone-report-line/
prints 0 clean --dry-run --json
prints 0 clean --dry-run --run latest --json
prints 0 abi show --json
prints 0 abi show old --json
prints 0 abi show reference:tencentos-3:x86_64 --json
prints 0 abi show old --library libone.so.1
prints 1 abi check product.so --surface new --surface old --json
prints 0 abi check product.so --surface old --platform x86 --json
echo '{"id": "X-1", "modified": "2024-01-01T00:00:00Z", "affected": [{"package": {"ecosystem": "PyPI", "name": "x"}, "versions": ["1"]}]}' > osv.json
"$touchstone" advisories import osv.json --covers PyPI > /dev/null 2> err || { cat err; failed=1; }
prints 0 advisories list --json
prints 2 cve product.so --json
mkdir -p wheel/x.dist-info && printf 'Name: x\nVersion: 1\n' > wheel/x.dist-info/METADATA
prints 1 cve wheel --json
mkdir -p signatures && prints 2 virus wheel --clamav-db signatures --json
prints 0 abi query one --json
prints 0 abi query fcntl64 --surface reference:tencentos-3:x86_64 --json
prints 0 abi diff old new --json
prints 0 move old new --json
prints 0 abi diff old new --product product.so --json

# The files of a run whose guest cannot start (libvirt's socket does not exist), and the records of the runs above.
mkdir -p files/touchstone-{result,manifest,event} s/cases
echo '<suite name="s"><title>T</title><vendor>V</vendor><product>P</product>
    <case id="works" item="function"><title>F</title></case></suite>' > s/suite.xml
printf '#!/bin/sh\nexit 1\n' > s/cases/works
chmod 755 s/cases/works
run=$("$touchstone" matrix --json | jq -r .run)
sqlite3 "$TOUCHSTONE_HOME/store.db" "SELECT writefile('record.' || record || '.zst', zstd) FROM record WHERE place > 1" > /dev/null
for record in record.*.zst; do zstd -qd "$record" -o "files/touchstone-result/$record.json"; done
export LIBVIRT_AUTOSTART=0 XDG_RUNTIME_DIR=$scratch/nobody
"$touchstone" run --image good --platform x86 --suite "$scratch/s" --accel tcg --cold --keep-failed --strict \
    --connect qemu:///session --plain > /dev/null 2> err
folder=$(dirname "$TOUCHSTONE_HOME"/runs/*/manifest.json)
[ "$(basename "$folder")" != "$run" ] || { echo "no run was made"; head -n 3 err; failed=1; }
cp "$folder/manifest.json" files/touchstone-manifest/
find "$folder/jobs" -name result.json | while read -r file; do cp "$file" "files/touchstone-result/$(echo "$file" | sha256sum | cut -c 1-8).json"; done
jq --arg bundle "$scratch/again" '.bundle = $bundle' "$(find "$folder/jobs" -name job.json | head -n 1)" > again.json
"$TS_BINARY_DIR/libexec/touchstone/worker" job again.json 3> events 2> err
split -l 1 --additional-suffix=.json events files/touchstone-event/

"$python" - "$TS_SOURCE_DIR/harness/man/schemas" out files << 'END' || failed=1
import glob, json, os, sys, warnings
warnings.simplefilter("ignore")
import jsonschema
folder, printed, files = sys.argv[1:]
schemas = {os.path.basename(p): json.load(open(p)) for p in glob.glob(folder + "/*.json")}
met, failed = set(), 0
class Resolver(jsonschema.RefResolver):
    def resolve_remote(self, uri):
        return schemas[uri]
def check(what, name, document):
    global failed
    met.add(name)
    checker = jsonschema.Draft202012Validator(schemas[name], resolver=Resolver("", schemas[name], store=schemas))
    for error in list(checker.iter_errors(document))[:5]:
        failed += 1
        print("%s: %s: %s" % (what, "/".join(map(str, error.absolute_path)), error.message[:200]))
for path in sorted(glob.glob(files + "/*/*.json")):
    check(path, os.path.basename(os.path.dirname(path)) + ".json", json.load(open(path)))
for path in sorted(glob.glob(printed + "/*.json")):
    words = open(path[:-5] + ".words").read().strip()
    text = open(path).read()
    if not text:
        failed += 1
        print("nothing printed: touchstone", words)
        continue
    document = json.loads(text)
    form = document["format"]
    name = form["name"] + ".json"
    if list(document)[0] != "format" or name not in schemas:
        print("touchstone %s: no schema '%s', or the format is not first" % (words, name))
        failed += 1
        continue
    check("touchstone " + words, name, document)
for name, schema in schemas.items():
    jsonschema.Draft202012Validator.check_schema(schema)
for name in sorted(set(schemas) - met - {"common.json"}):
    failed += 1
    print("nothing was printed or left for %s" % name)
print("%d schemas, %d outputs, %d files, %d failures" % (len(schemas), len(glob.glob(printed + "/*.json")),
                                                        len(glob.glob(files + "/*/*.json")), failed))
sys.exit(failed > 0)
END
exit $failed
