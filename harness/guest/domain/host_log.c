/* SPDX-License-Identifier: Apache-2.0 */
/* Searches libvirt's log for its own failures. */
#include "guest/domain/host_log.h"

#include <stdio.h>
#include <string.h>

#include "base/path.h"
#include "base/text.h"
#include "guest/domain/connection.h"
#include "guest/domain/hypervisor.h"

enum { LOG_LIMIT = 4 << 20 };

/* Messages in libvirt's qemu_agent.c, qemu_monitor.c and qemu_process.c. */
static const char *const failures[] = {
    "Unable to read from agent",          "Unable to write to agent",
    "Unable to read from monitor",        "Unable to write to monitor",
    "Cannot connect to QEMU guest agent",
};
/* QEMU had exited. */
static const char *const ends[] = {"Connection reset by peer", "Broken pipe"};

static bool holds_one(const char *line, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strstr(line, words[i]) != NULL)
            return true;
    return false;
}

bool host_log_find(const char *log, char *ret_line, size_t size)
{
    _cleanup_strv_ struct strv lines = {0};
    bool found = false;

    strv_split(&lines, log, "\n");
    for (size_t i = 0; i < lines.count; i++) {
        const char *line = lines.items[i], *place;

        if (!holds_one(line, failures, sizeof(failures) / sizeof(failures[0])) ||
            holds_one(line, ends, sizeof(ends) / sizeof(ends[0])))
            continue;
        /* TIME: THREAD: error : FUNCTION:LINE : TEXT */
        place = strstr(line, " : ");
        place = place != NULL ? strstr(place + 3, " : ") : NULL;
        snprintf(ret_line, size, "libvirt: %s", place != NULL ? place + 3 : line);
        found = true;
    }
    return found;
}

bool host_log_trouble(const struct hypervisor *hypervisor, char *ret_line, size_t size)
{
    _cleanup_free_ char *path = host_log_of_libvirt(hypervisor);
    _cleanup_buffer_ struct buffer log = {0};

    return path != NULL && path_read(path, LOG_LIMIT, &log, NULL) == 0 && log.length > 0 &&
           host_log_find(log.data, ret_line, size);
}

char *host_log_of_libvirt(const struct hypervisor *hypervisor)
{
    return hypervisor_is_embed(hypervisor) ? path_join(hypervisor_folder(hypervisor), "libvirt.log")
                                           : NULL;
}

char *host_log_of_qemu(const struct hypervisor *hypervisor, const char *guest_name)
{
    return hypervisor_is_embed(hypervisor)
               ? text_format("%s/log/qemu/%s.log", hypervisor_folder(hypervisor), guest_name)
               : NULL;
}
