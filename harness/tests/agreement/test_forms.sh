#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The forms of every programme as LibreOffice reads them, in both languages: what the form says as data is in the PDF that
# it makes of the DOCX. TOUCHSTONE_ABI_ROOTS as for test_loader.sh, with the root of scripts/abi-roots --office.
# FORMS_KEEP=FOLDER keeps the PDFs, to be looked at.
set -euo pipefail
office=${TOUCHSTONE_ABI_ROOTS-}/bookworm-amd64-office
[ -e "$office/.complete" ] || { echo "skipped: no '$office' made by scripts/abi-roots --office"; exit 77; }
[ "$(id -u)" -eq 0 ] || { echo "skipped: entering the root folder of another system requires root"; exit 77; }
. "$TS_SOURCE_DIR/harness/tests/lib/program.sh"
cd "$scratch"
without_guests
make_disk

# in_office COMMAND…: runs it there, with the forms in /forms; what it writes elsewhere is gone afterwards.
in_office() {
    unshare --mount --pid --fork bash -c '
        mount -t overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" overlay "$2/root"
        mkdir -p "$2/root/forms" && mount --bind "$2/forms" "$2/root/forms" && mount -t proc proc "$2/root/proc"
        exec chroot "$2/root" "${@:3}"' bash "$office" "$scratch/office" "$@"
}
# Overlays cannot lie on each other, and the scratch folder may be on one.
mkdir office
mount -t tmpfs tmpfs office
trap 'umount "$scratch/office"; rm -rf "$scratch"' EXIT
mkdir office/{upper,work,root,forms}

# A stand-in on which nothing ran: every item is there, and says what is missing.
"$touchstone" image add stand-in "$disk" --format qcow2 "${image_options[@]}" --stand-in > /dev/null
"$touchstone" run --image stand-in --platform x86 --suite redis --accel tcg --connect "$nowhere" --plain > /dev/null 2>&1 || true
printf '<subject><vendor>示例软件公司</vendor><tester>张三</tester></subject>' > subject.xml
programmes=$("$touchstone" programme list --json | jq -r '.programmes[].name')
for programme in $programmes; do
    for language in en zh; do
        form=("$touchstone" programme form --programme "$programme" --subject subject.xml --lang $language)
        "${form[@]}" --format docx -o "office/forms/$programme.$language.docx" 2> /dev/null
        "${form[@]}" --format json -o "$programme.$language.json" 2> /dev/null
    done
done
in_office sh -c 'cd /forms && soffice --headless -env:UserInstallation=file:///tmp/user --convert-to pdf *.docx &&
    for pdf in *.pdf; do pdftotext -raw "$pdf" && pdffonts "$pdf" > "$pdf.fonts" && pdfinfo "$pdf" > "$pdf.info"; done' > said 2>&1 ||
    { cat said; exit 1; }
[ -z "${FORMS_KEEP-}" ] || cp office/forms/* "$FORMS_KEEP"

# Lines are broken anywhere, so only what is not blank is compared.
squeezed() { tr -d '[:space:]'; }
for programme in $programmes; do
    for language in en zh; do
        pdf=office/forms/$programme.$language.pdf suffix=''
        [ $language = en ] || suffix=_zh
        jq -r ".head[].title$suffix, (.programmes[].items[] | .title$suffix, .platforms[].notes[].text$suffix)" \
            "$programme.$language.json" | sort -u > texts
        text=$(squeezed < "${pdf%.pdf}.txt") missing=''
        while read -r wanted; do
            [[ $text == *"$(squeezed <<< "$wanted")"* ]] || missing+="$wanted; "
        done < texts
        check "$programme, $language: of $(wc -l < texts) texts, none is missing in the PDF" "$missing" ""
        check "$programme, $language: what is stated" "$(grep -c 示例软件公司 <<< "$text")" 1
        check "$programme, $language: each font is in it" "$(awk 'NR > 2 && $(NF - 4) != "yes"' "$pdf.fonts")" ""
        check_that "$programme, $language: A4" grep -q 'Page size:.*(A4)' "$pdf.info"
        echo "# $programme, $language: $(awk '$1 == "Pages:" { print $2 }' "$pdf.info") pages"
    done
done
end_checks
