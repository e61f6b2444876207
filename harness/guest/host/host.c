/* SPDX-License-Identifier: Apache-2.0 */
/* Reads what identifies this host from /proc and uname. */
#include "guest/host/host.h"

#include <string.h>
#include <sys/utsname.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"

#define CPUINFO_LIMIT (4 << 20)

char *host_cpu(void)
{
    static const char *const keys[] = {"vendor_id",  "cpu family",  "model",
                                       "model name", "microcode",   "CPU implementer",
                                       "CPU part",   "CPU variant", "CPU revision"};
    _cleanup_buffer_ struct buffer text = {0}, cpu = {0};
    _cleanup_strv_ struct strv lines = {0};

    if (path_read("/proc/cpuinfo", CPUINFO_LIMIT, &text, NULL) < 0)
        return text_dup("unknown CPU");
    /* Keep only the first processor's block. */
    if (strstr(text.data, "\n\n") != NULL)
        *strstr(text.data, "\n\n") = '\0';
    strv_split(&lines, text.data, "\n");
    for (size_t i = 0; i < lines.count; i++)
        for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++) {
            const char *colon = strchr(lines.items[i], ':');
            size_t length = strcspn(lines.items[i], "\t:");

            if (colon != NULL && length == strlen(keys[k]) && text_starts(lines.items[i], keys[k]))
                buffer_format(&cpu, "%s%s", cpu.length > 0 ? ";" : "", colon + 1);
        }
    return buffer_steal(&cpu);
}

char *host_identity(void)
{
    _cleanup_buffer_ struct buffer boot = {0};
    _cleanup_free_ char *cpu = host_cpu();
    struct utsname name;

    if (path_read("/proc/sys/kernel/random/boot_id", 256, &boot, NULL) == 0)
        boot.data[strcspn(boot.data, "\n")] = '\0';
    if (uname(&name) < 0)
        memset(&name, 0, sizeof(name));
    return text_format("boot %s; kernel %s; cpu %s", boot.data != NULL ? boot.data : "unknown",
                       name.release, cpu);
}
