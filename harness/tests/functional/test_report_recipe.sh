#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Follows the recipe of reports/README.md: the file it shows, alone in a folder, becomes a format in the table that the
# build makes, without other changes.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/reports"
sed -n 's/^    //p' "$TS_SOURCE_DIR/reports/README.md" > "$scratch/reports/count.c"
grep -q '^REPORT_FORMAT(count,' "$scratch/reports/count.c"
cmake -DFOLDER="$scratch/reports" -DTO="$scratch/formats.c" -P "$TS_SOURCE_DIR/reports/formats.cmake"
cat > "$scratch/main.c" <<'END'
#include <stdio.h>
#include "reports/format.h"
#include "reports/report.h"
int main(void)
{
    struct report report = {.matrix.cells.count = 8};
    const struct report_format *format = report_format_of_file("cells.count");

    if (format == NULL || format != report_format_find("count") || report_formats[1] != NULL)
        return 1;
    format->write(&report, stdout);
    return 0;
}
END
"${CC:-cc}" -std=gnu17 -D_GNU_SOURCE -Wall -Wextra -Werror -I"$TS_SOURCE_DIR/harness" -I"$TS_SOURCE_DIR" \
    "$scratch"/*.c "$scratch"/reports/*.c "$TS_SOURCE_DIR/reports/format.c" -o "$scratch/dummy"
printed=$("$scratch/dummy")
echo "the dummy format printed '$printed'"
[ "$printed" = 8 ]
