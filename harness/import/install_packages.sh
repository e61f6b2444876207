#!/bin/sh
# Installs the staged packages: install-packages DEB-NAMES RPM-NAMES. If none is staged because the image has them all,
# each must be installed.
if [ -n "$(ls -A "$TOUCHSTONE_PACKAGES" 2> /dev/null)" ]; then
    exec touchstone-install
fi
if command -v dpkg-query > /dev/null; then
    names=$1
    version() { dpkg-query -W -f '${db:Status-Status} ${Version}\n' "$1" 2> /dev/null | sed -n 's/^installed //p'; }
else
    names=$2
    version() { rpm -q --whatprovides --queryformat '%{VERSION}-%{RELEASE}\n' "$1" 2> /dev/null | grep -v ' '; }
fi
[ -n "$names" ] || {
    echo "the suite names no packages for this image's package manager" >&2
    exit 99
}
for name in $names; do
    found=$(version "$name")
    [ -n "$found" ] || {
        echo "package '$name' is neither staged nor installed" >&2
        exit 99
    }
    echo "$name $found is part of the image"
done
