#!/bin/sh
# To be sourced: unpacks the imported tree once for all cases, which share it, and sets $tree. Not into the suite's
# folder, which later cases compare with the payload.
tree=$TOUCHSTONE_WORK/tree
if [ ! -e "$tree.complete" ]; then
    rm -rf "$tree"
    mkdir -p "$tree" && tar --extract --file "$TOUCHSTONE_SUITE/tree.tar" --directory "$tree" && : > "$tree.complete" || {
        echo "the imported tree cannot be unpacked to $tree" >&2
        exit 99
    }
fi
