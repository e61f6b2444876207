/* SPDX-License-Identifier: Apache-2.0 */
/* Shell scripts that change the files of PAM and nsswitch.conf: the input is one, as a script of
 * the product and as its postinst. */
#include "fuzz_scripts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char first[] = "#!/bin/sh\nset -e\n";
    _cleanup_buffer_ struct buffer script = {0}, tar = {0};
    static const char end[2 * TAR_BLOCK] = {0};

    buffer_text(&script, first);
    buffer_add(&script, (const char *)data, size);
    fuzz_tar_add(&tar, "opt/v/setup.sh", script.data, script.length);
    fuzz_tar_add(&tar, "DEBIAN/postinst", script.data, script.length);
    buffer_add(&tar, end, sizeof(end));
    fuzz_check(&tar);
    return 0;
}
