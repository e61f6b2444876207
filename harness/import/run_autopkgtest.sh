#!/bin/sh
# Runs a test of autopkgtest in a copy of the source tree:
#     run-autopkgtest [--allow-stderr] [--skippable] PROGRAM | -c COMMAND
# autopkgtest's verdict as exit code: 0 passed, 77 skipped (only if the test may), anything else failed.
allow_stderr=no skippable=no
while :; do
    case $1 in
    --allow-stderr) allow_stderr=yes ;;
    --skippable) skippable=yes ;;
    *) break ;;
    esac
    shift
done

. "$TOUCHSTONE_SUITE/lib/unpack-tree"
cd "$tree" || exit 99
AUTOPKGTEST_TMP=$TOUCHSTONE_WORK/tmp.$TOUCHSTONE_CASE
mkdir -p "$AUTOPKGTEST_TMP" || exit 99
bin=$TOUCHSTONE_WORK/bin
mkdir -p "$bin"
printf '#!/bin/sh\nexec guest-reboot "$1"\n' > "$bin/autopkgtest-reboot"
chmod 755 "$bin/autopkgtest-reboot"
cp "$bin/autopkgtest-reboot" /tmp/autopkgtest-reboot
PATH=$bin:$PATH ADTTMP=$AUTOPKGTEST_TMP
AUTOPKGTEST_ARTIFACTS=$TOUCHSTONE_ARTIFACTS ADT_ARTIFACTS=$TOUCHSTONE_ARTIFACTS
AUTOPKGTEST_REBOOT_MARK=$TOUCHSTONE_MARK ADT_REBOOT_MARK=$TOUCHSTONE_MARK
DEBIAN_FRONTEND=noninteractive LANG=C.UTF-8 USER=root LOGNAME=root SHELL=/bin/sh
export PATH AUTOPKGTEST_TMP ADTTMP AUTOPKGTEST_ARTIFACTS ADT_ARTIFACTS AUTOPKGTEST_REBOOT_MARK ADT_REBOOT_MARK
export DEBIAN_FRONTEND LANG USER LOGNAME SHELL

said=$TOUCHSTONE_WORK/stderr.$TOUCHSTONE_CASE
if [ "$1" = -c ]; then
    bash -ec "$2" 2> "$said"
else
    chmod 755 "$1"
    "./$1" 2> "$said"
fi
code=$?
cat "$said" >&2
case $code in
0) ;;
77)
    [ "$skippable" = no ] || exit 77
    echo "exit status 77, but the test is not declared skippable" >&2
    exit 1
    ;;
99) exit 1 ;; # it has no meaning for autopkgtest
*) exit $code ;;
esac
if [ "$allow_stderr" = no ] && [ -s "$said" ]; then
    echo "stderr: $(head -n 1 "$said")" >&2
    exit 1
fi
exit 0
