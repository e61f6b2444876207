#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# `touchstone programme`: programmes as files, what runs say of them, and their forms. First what must not be passed: the
# logs of the Kunpeng compatibility tool prove less than they claim, and nobody can type a result into a form.
set -euo pipefail
. "$TS_SOURCE_DIR/harness/tests/lib/program.sh"
cd "$scratch"

# --- programmes ------------------------------------------------------------------------------

"$touchstone" programme list --json > list.json
check "what comes with touchstone" "$(jq -r '.programmes[].name' list.json | tr '\n' ' ')" \
    "house-rules kunpeng-compatible kunpeng-validated opencloudos openeuler-isv "
check "the cases of openEuler" "$("$touchstone" programme show openeuler-isv --json | jq '.items | length')" 19
check "the items of OpenCloudOS" "$("$touchstone" programme show opencloudos --json | jq -r '[.items[].title_zh] | join(" ")')" \
    "安装部署测试 业务功能测试 业务性能测试 极限压力测试 长稳测试 按需测试"
for name in $(jq -r '.programmes[].name' list.json); do
    check "$name has nothing to remark" "$("$touchstone" programme lint "$name" 2> /dev/null)" ""
done

texts='<class>c</class><class lang="zh">类</class><title>t</title><title lang="zh">题</title><criterion>c</criterion><criterion lang="zh">则</criterion>'
# programme ITEMS [LEVEL ATTRIBUTES]: writes own.xml, with the items from line 5 on.
programme() {
    printf '<programme name="own">\n<title>Own</title><title lang="zh">自有</title><source>s</source><head>vendor</head>\n<level id="one" %s><title>l</title><title lang="zh">级</title></level>\n\n%s\n</programme>\n' \
        "${2-}" "$1" > own.xml
}
item() { printf '<item id="%s" level="%s" %s>%s%s</item>\n' "$1" "$2" "${4-}" "$texts" "$3"; }
# refused NAME PART: own.xml is not a programme.
refused() { ends "$1" 64 "$2" "$touchstone" programme lint ./own.xml; }

programme "$(item a one '<cases item="install"/>')"
ends "a programme of one's own" 0 "0 errors, 0 warnings" "$touchstone" programme lint ./own.xml
programme "$(item a one '<cases item="moon"/>')"
refused "an unknown heading" "own.xml:5"
programme "$(item a two '<cases item="install"/>')"
refused "an unknown level" "own.xml:5: level='two' is not one"
programme "$(item a one '<cases item="install"/>')$(printf '\n'; item a one '<cases item="function"/>')"
refused "an item twice" "item 'a' exists twice, first in line 5"
programme "$(item a one '<measured key="k"/>')"
refused "a value without a limit" "own.xml:5: <measured> has no limit"
programme "$(item a one '')"
refused "an item that nothing satisfies" "own.xml:5"
programme "$(item a one '<probe name="grep"/>')"
refused "an unknown probe" "own.xml:5"
programme "$(item a one '<probe name="virus" signatures="0"/>')"
refused "a scan without signatures" "own.xml:5"
programme "$(item a one '<probe name="kernel" signatures="1"/>')"
refused "signatures of a probe that has none" "own.xml:5"
programme "$(item a one '<probe name="virus"/>')"
check_has "what a scan counts with unless it is stated" "$("$touchstone" programme show ./own.xml)" \
    "probe virus with at least 3000000 signatures of at most 30 days"
programme "$(item a one '<cases item="install"/>' 'state="passed"')"
refused "an item that says it is passed" "own.xml:5"
programme "$(item a one '<measured key="k" most="1"/>')"
ends "a load that counts under emulation" 0 'give grade="virtual"' "$touchstone" programme lint ./own.xml
programme "$(item a one '<cases item="install"/>' 'required="no"')"
ends "a level that demands nothing" 0 "demands no item" "$touchstone" programme lint ./own.xml
ends "an unknown programme" 64 "did you mean 'opencloudos'" "$touchstone" programme show opencloudo

# --- what the Kunpeng tool's logs do not prove -------------------------------------------------

cell=(--image other-os --platform kunpeng --suite app)
folder() {
    rm -rf tool && mkdir -p tool/data/{hardware,product,others} tool/data/test/{compatiable,performance,safety,function}
    printf 'Architecture:        aarch64\n' > tool/data/hardware/hardware_cpu.log
    echo 'Product Name: TaiShan 200' > tool/data/hardware/hardware_info.log
    echo 'root 1 0.0 app' > tool/data/product/product_name.log
    printf '#2026-01-08 20:48:28#info#0#root 77 grep app\n' > tool/data/others/info.log_20260108
    for kind in cpu mem disk net; do
        for at in 0 1; do echo 'Average:        all      0.44      0.00' > tool/data/test/compatiable/test_perf_${kind}_$at.log; done
        echo 'Average:        all      80.44      0.00' > tool/data/test/performance/test_perf_${kind}_1.log
    done
    echo '# Ports scanned' > tool/data/test/safety/10.0.0.1tcp.gnmap
    printf 'Infected files: 0\n' > tool/data/test/safety/clam.log
    printf 'Ran 3 tests.\n\nFAILED (failures=2)\n' > tool/data/test/function/bash_test.log
    echo '[]' > tool/log.json
}
says() { jq --arg id "$1" --arg result "$2" '. + [{id: $id, result: $result, reason: "", evidence: ""}]' tool/log.json > new && mv new tool/log.json; }
ids=(Compatibility_Hardware_Server Compatibility_Software_Name Compatibility_Application_Start Compatibility_Application_Stop
    Compatibility_Idle_Cpu Compatibility_Idle_Memory Compatibility_Idle_Disk Compatibility_Idle_Network Reliability_Pressure_Cpu
    Reliability_Pressure_Memory Reliability_Pressure_Disk Reliability_Pressure_Network Reliability_Exception_Kill
    Security_Base_Port Security_Base_Virus Security_Base_CveCheck Function_Test)
# status ITEM: its state in the newest import.
import() { run=$("$touchstone" import --from kunpeng tool "${cell[@]}" 2> /dev/null); "$touchstone" programme status "$run" --programme kunpeng-validated --json > status.json 2> /dev/null || true; }
state() { jq -r --arg id "$1" '.programmes[0].items[] | select(.id == $id) | .state' status.json; }
why() { jq -r --arg id "$1" '.programmes[0].items[] | select(.id == $id) | [.platforms[].notes[].why] | unique | join(" ")' status.json; }

folder
for id in "${ids[@]}"; do says "$id" passed; done
import
check "the tool says passed everywhere: nothing is passed" "$(jq '[.programmes[0].items[] | select(.state == "passed" or .state == "trial")] | length' status.json)" 0
check "and no level is reached" "$(jq '[.programmes[0] | .reached, .levels[].reached] | tostring' status.json)" '"[null,false]"'
for id in application-start application-stop exception-kill; do
    check "a grep that finds itself proves no process: $id" "$(state $id)" not-measured
    check_has "$id: its case is not judged" "$(why $id)" not-judged
done
check "a failed function count that reads passed" "$(state function-test) $(why function-test | grep -o missing)" "not-measured missing"
check "any list of ports passes there: it counts for nothing here" "$(state base-port) $(why base-port | grep -o no-case)" "not-measured no-case"
check "what has its logs is still another system's word" "$(state idle-cpu) $(why idle-cpu | grep -o reported)" "not-measured reported"
folder && rm tool/data/test/performance/*
says Reliability_Pressure_Cpu skipped && says Compatibility_Idle_Disk failed
import
check "a missing load log that reads skipped" "$(state pressure-cpu) $(why pressure-cpu | grep -o missing)" "not-measured missing"
check "a failure is one" "$(state idle-disk)" failed
got=0; "$touchstone" programme status "$run" > out 2> /dev/null || got=$?
check "one run, every programme, one that fails" "$got $(grep -c '^[a-z-]*: ' out)" "1 5"
check_has "the title says reported" "$("$touchstone" programme form "$run" --programme kunpeng-compatible 2> /dev/null)" \
    "<h1 class=\"plain\">Kunpeng Compatible, test report (reported by another system)</h1>"
ends "no such cell" 64 "has no cell of these suites and images" "$touchstone" programme status "$run" --suite redis

# --- a stand-in, and a run that made no guest --------------------------------------------------

without_guests
need qemu-img
make_disk
"$touchstone" image add stand-in "$disk" --format qcow2 "${image_options[@]}" --stand-in > /dev/null
"$touchstone" run --image stand-in --platform x86 --suite redis --accel tcg --connect "$nowhere" --plain > /dev/null 2>&1 || true
got=0; "$touchstone" programme status --programme opencloudos --json > status.json 2> err || got=$?
check "nothing ran: exit code" "$got" 2
check "nothing ran: nothing is passed" "$(jq '[.programmes[0].items[] | select(.state != "not-measured")] | length' status.json)" 0
check "the stand-in is said to be one" "$(jq -r '[.programmes[0].cells[].stand_in, (.programmes[0].levels[0].missing | any(.why == "stand-in"))] | tostring' status.json)" "[true,true]"
check_has "the command that measures it" "$(jq -r '.programmes[0].items[0].platforms[0].command' status.json)" \
    "touchstone run --image stand-in --platform x86 --suite redis --accel tcg"

# --- forms -------------------------------------------------------------------------------------

printf '<subject><vendor>示例软件公司</vendor><business>&lt;b&gt;</business><version>9.9</version><tester>张三</tester><reviewer>李四</reviewer></subject>' > subject.xml
form=("$touchstone" programme form --programme opencloudos --subject subject.xml)
ends "no programme" 64 "name it by --programme" "$touchstone" programme form
for said in '<result>passed</result>' '<tester result="passed">a</tester>' '<tester>张三，测试通过</tester>' '<vendor>All passed</vendor>' '<state>x</state>'; do
    printf '<subject>%s</subject>' "$said" > typed.xml
    ends "nobody types a result: $said" 64 "typed.xml:1" "$touchstone" programme form --programme opencloudos --subject typed.xml
done
printf '<subject><vendor>Passau Bypass Works</vendor></subject>' > name.xml
check_that "a name that only contains such letters" "$touchstone" programme form --programme opencloudos --subject name.xml -o name.html
for language in en zh; do
    for format in html docx json; do
        "${form[@]}" --lang $language -o "$language.$format" 2> /dev/null
        "${form[@]}" --lang $language --format $format > again 2> /dev/null
        check_that "$language, $format: the same bytes again" cmp "$language.$format" again
    done
    check_that "$language: well formed" xmllint --noout "$language.html"
    sed -n '/<style>/,/<\/style>/p' "$language.html" | sed -e '1s/.*<style>//' -e '$s/<\/style>.*//' > style
    if [ -z "$(tail -n 1 style)" ]; then sed -i '$d' style; fi
    check_that "$language: the policy names the style sheet" grep -qF "sha256-$(openssl dgst -sha256 -binary style | base64)" "$language.html"
    check_that "$language: what is stated is escaped" grep -qF '&#60;b&#62;' "$language.html"
    python3 -m zipfile -e "$language.docx" "$language"
    for part in '[Content_Types].xml' _rels/.rels word/document.xml word/styles.xml word/_rels/document.xml.rels; do
        check_that "$language: the document's $part" xmllint --noout "$language/$part"
    done
    check "$language: five tables and more" "$(xmllint --xpath 'count(//*[local-name()="tbl"]) > 5' "$language/word/document.xml")" true
done
check_has "the stand-in is in the title" "$(cat en.html)" "(stand-in image)</h1>"
check_has "and in the Chinese one" "$(cat zh.html)" "（替代镜像）</h1>"
check_has "the conclusion names items as their table does" "$(cat zh.html)" "测试项“安装部署测试”"
check_has "QEMU is a tool" "$(jq -r '.head[] | select(.field == "tools").value' en.json)" "qemu"
"${form[@]/opencloudos/kunpeng-validated}" -o other.html 2> /dev/null
check "no platform of the programme: every item is listed as not tested" "$(grep -c 'no platform that the programme is about' other.html)" \
    "$("$touchstone" programme show kunpeng-validated --json | jq '(.items | length) + (.levels | length)')"
check "nothing of it is passed" "$(grep -c '✔' en.html zh.html | tr '\n' ' ')" "en.html:0 zh.html:0 "
check "five fields in the head" "$(jq -r '[.head[0:5][].title_zh] | join(" ")' zh.json)" "软件厂商 业务名称 硬件平台 OS版本 业务（软件）版本"
check "what is stated says so" "$(jq -r '[.head[] | select(.source == "stated").field] | join(" ")' zh.json)" "vendor business version tester reviewer"
check_that "a form needs no --subject" "$touchstone" programme form --programme house-rules -o house.html
ends "another format" 64 "--format 'pdf'" "${form[@]}" --format pdf
ends "a folder that is not there" 64 "cannot write the form to '$scratch/none/form.html'" "${form[@]}" -o "$scratch/none/form.html"

end_checks
