#!/bin/sh
# Runs a test of the Linux Test Project: run-ltp COMMAND. Its exit code is a set of bits: 1 TFAIL, 2 TBROK, 4 TWARN,
# 32 TCONF. The worst decides: failed (1), the test broke (99), skipped (77).
LTPROOT=${LTPROOT:-/opt/ltp}
[ -d "$TOUCHSTONE_FILES/ltp" ] && LTPROOT=$TOUCHSTONE_FILES/ltp
if [ ! -d "$LTPROOT/testcases/bin" ]; then
    echo "no LTP in '$LTPROOT': put its installation into files/ltp of the suite, or set LTPROOT" >&2
    exit 99
fi
PATH=$LTPROOT/testcases/bin:$LTPROOT/bin:$PATH
TMPDIR=$TOUCHSTONE_WORK/ltp LTP_TIMEOUT_MUL=$TOUCHSTONE_TIMEOUT_SCALE
mkdir -p "$TMPDIR" || exit 99
export LTPROOT PATH TMPDIR LTP_TIMEOUT_MUL
cd "$LTPROOT/testcases/bin" || exit 99
sh -c "$1"
code=$?
case $code in
0 | 126 | 127) exit $code ;;
esac
if [ $code -gt 63 ]; then
    echo "exit status $code is none of LTP's" >&2
    exit $code
fi
echo "LTP's exit status: $code" >&2
[ $((code & 1)) = 0 ] || exit 1
[ $((code & 6)) = 0 ] || exit 99
if [ $((code & 32)) != 0 ]; then
    echo "TCONF: the test is not for this configuration"
    exit 77
fi
exit 1
