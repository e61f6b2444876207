/* SPDX-License-Identifier: Apache-2.0 */
/* Files that start programs or load modules, in each format, programs for sed, and calendar
 * expressions. The first byte selects the format. Names are not empty, and lines are in the text.
 */
#include <stdlib.h>
#include <string.h>

#include "abi/script/sed.h"
#include "abi/script/start.h"
#include "abi/script/unit_calendar.h"
#include "base/cleanup.h"
#include "fuzz.h"

static const char *const paths[] = {"/etc/cron.d/x",
                                    "/etc/pam.d/x",
                                    "/etc/pam.conf",
                                    "/usr/share/pam-configs/x",
                                    "/etc/authselect/custom/x/system-auth",
                                    "/etc/nsswitch.conf",
                                    "/etc/modules-load.d/x.conf",
                                    "/etc/modprobe.d/x.conf",
                                    "/etc/udev/rules.d/x.rules",
                                    "/usr/share/applications/x.desktop",
                                    "/usr/share/dbus-1/services/x.service",
                                    "/etc/supervisord.d/x.ini",
                                    "/etc/xinetd.d/x",
                                    "/etc/logrotate.d/x",
                                    "/usr/lib/tmpfiles.d/x.conf"};

static void check(const struct start_needs *needs, const char *text)
{
    size_t lines = 1;

    for (const char *at = text; (at = strchr(at, '\n')) != NULL; at++)
        lines++;
    vec_foreach (need, needs)
        if (need->line == 0 || need->line > lines + 1 || need->directive == NULL ||
            (need->name[0] == '\0' && need->kind != START_CODE))
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const size_t count = sizeof(paths) / sizeof(paths[0]);
    _cleanup_free_ char *text = NULL;
    _cleanup_buffer_ struct buffer added = {0};

    if (size == 0)
        return 0;
    text = text_ndup((const char *)data + 1, size - 1);
    buffer_text(&added, "");
    unit_calendar_is_valid(text);
    if (data[0] % (count + 1) == count) {
        sed_read_added(text, &added);
        /* What is added comes from the program, with a newline for each command. */
        if (added.length > 2 * size)
            abort();
    }
    for (int name_service = 0; name_service < 2; name_service++) {
        _cleanup_start_needs_ struct start_needs needs = {0};

        start_needs_read_added(name_service != 0, added.length > 0 ? added.data : text, &needs);
        check(&needs, added.length > 0 ? added.data : text);
    }
    if (data[0] % (count + 1) < count) {
        _cleanup_start_needs_ struct start_needs needs = {0};

        start_needs_read(paths[data[0] % (count + 1)], text, &needs);
        check(&needs, text);
    }
    return 0;
}
