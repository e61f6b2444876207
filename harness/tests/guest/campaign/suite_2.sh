# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The second campaign: other mistakes in suites. The product works in all of them.
sound='int main(){ return 0; }'

# 1. Errors reported by the shell, anywhere in the script.
bad bashism-in-sh <<< 'a=yes; [[ $a == yes ]] || { echo "a is not yes" >&2; exit 1; }'
bad bad-substitution <<< 'a=yes; echo ${a^^}'
bad arithmetic <<< 'n=; echo $((n + )) '
bad number-expected <<< 'n=abc; [ "$n" -eq 3 ] || exit 1'
bad operator-missing <<< 'n=; [ $n = 3 ] || exit 1'
bad folder-missing <<< 'cd /nosuch/folder
ls'
# Originally blamed on the suite: according to the evidence, the product may be expected to create the folder.
one redirects-nowhere not-green any exit 10 <<< 'echo x > /nosuch/folder/file || exit 1'
bad shift-too-far <<< 'shift 3; echo done'
bad unbound-in-bash <<< 'set -u; echo "$NOSUCH"'
interpreter unbound-in-bash works /bin/bash
bad eval-syntax-error <<< 'eval "if true; then"'
interpreter eval-syntax-error works /bin/bash
bad sources-a-broken-helper <<< '. "$TOUCHSTONE_SUITE/cases/helper.sh"'
printf '#!/bin/sh\nif true; then\n' > "$suites/sources-a-broken-helper/cases/helper.sh"; chmod 755 "$suites/sources-a-broken-helper/cases/helper.sh"
bad unknown-command-in-a-pipe <<< 'frobnicate /etc/hostname | grep -q host || { echo "no host" >&2; exit 1; }'
bad unknown-command-substituted <<< 'v=$(frobnicate --version); [ "$v" = 1.0 ] || { echo "version is $v" >&2; exit 1; }'
bad unknown-function-in-perl <<< 'frobnicate(1);'
interpreter unknown-function-in-perl works /usr/bin/perl
bad perl-syntax-error <<< 'if (1) { print "x"'
interpreter perl-syntax-error works /usr/bin/perl

# 2. Tools used incorrectly.
bad sed-expression <<< "set -e; sed 's/a/b' /etc/hostname"
bad grep-expression <<< "grep '[a' /etc/hostname || exit 1"
bad awk-program <<< "awk '{ print' /etc/hostname || exit 1"
bad unknown-option <<< 'set -e; ls --frobnicate /'
bad wrong-directory-of-the-product <<< '"$TOUCHSTONE_SUITE/file/app" || { echo "app failed" >&2; exit 1; }'
program wrong-directory-of-the-product app <<< "$sound"

# 3. Files.
bad script-empty <<< ''
: > "$suites/script-empty/cases/works"
bad script-of-one-line <<< ''
printf '#!/bin/sh\n' > "$suites/script-of-one-line/cases/works"
bad program-for-another-machine <<< ''
aarch64-linux-gnu-gcc -x c -static -o "$suites/program-for-another-machine/cases/works" - <<< "$sound"
bad link-to-nowhere <<< ''
ln -sf helper "$suites/link-to-nowhere/cases/works"
bad byte-order-mark <<< 'exit 0'
sed -i '1s/^/\xef\xbb\xbf/' "$suites/byte-order-mark/cases/works"

# 4. Output.
bad tap-by-echo-e tap <<< 'echo -e "1..1\nok 1"'
bad tap-plan-without-number tap <<< 'echo "1..$count"; echo "ok 1 - works"'
bad tap-bails-out tap <<< 'echo 1..2; echo "ok 1"; echo "Bail out! no fixture"'
bad tap-all-well-and-exit-code tap <<< 'echo 1..1; echo "ok 1 - works"; false'
bad observes-an-empty-value <<< 'observe version "$(cat /nosuch)"; exit 0'
bad restart-without-mark <<< 'guest-reboot; exit 1'
suite restarts-for-ever
case_attributes='restarts="yes"' case_of restarts-for-ever works exit yes 20 <<< 'guest-power-cut again'
expect restarts-for-ever not-assessed suite

# 5. Actions against a working product.
kills() { bad "$1"; program "$1" app <<< '#include <unistd.h>
int main(){ for(;;) pause(); }'; }
kills kills-the-product-and-mistypes <<< "$f/app & sleep 0.2; kill -9 \$!; frobnicate"
kills aborts-the-product-and-mistypes <<< "$f/app & sleep 0.2; kill -ABRT \$!; wait \$!; frobnicate"
kills faults-the-product-and-gives-up <<< "$f/app & sleep 0.2; kill -SEGV \$!; wait; echo 'fixture broken' >&2; exit 99"
# Originally blamed on the suite: nothing shows that it was not a service of the product that filled the disk.
one fills-its-scratch not-green any exit 60 <<< 'set -e; dd if=/dev/zero of="$TOUCHSTONE_WORK/big" bs=1M status=none'
bad removes-the-product <<< "rm -f $f/app; $f/app"
program removes-the-product app <<< "$sound"
bad forgets-the-executable-bit <<< "cp $f/app /opt/app; chmod 644 /opt/app; /opt/app"
program forgets-the-executable-bit app <<< "$sound"
bad own-limit-too-low <<< 'ulimit -v 1000; exec ls /'
