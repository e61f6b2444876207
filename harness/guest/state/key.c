/* SPDX-License-Identifier: Apache-2.0 */
/* Names a saved state by everything it depends on. */
#include <sys/stat.h>

#include "base/text.h"
#include "guest/domain/connection.h"
#include "guest/domain/hypervisor.h"
#include "guest/host/host.h"
#include "guest/media/media.h"
#include "guest/state/draft.h"
#include "home/saved_state_files.h"

/* The current firmware: another file with the same name gives another key. Caller frees. */
static char *describe_firmware(const char *loader)
{
    struct stat st;

    if (loader == NULL || stat(loader, &st) < 0)
        return text_dup("");
    return text_format("firmware %lld %lld\n", (long long)st.st_size,
                       (long long)stat_mtime_ns(&st));
}

int saved_state_key(struct hypervisor *hypervisor, const struct guest_spec *spec,
                    char ret_key[DIGEST_TEXT_SIZE], struct error **err)
{
    _cleanup_free_ char *essence = NULL, *cpu = NULL, *firmware = NULL;
    _cleanup_buffer_ struct buffer text = {0}, entry_methods = {0};
    const char *qemu;
    int code = domain_xml_build_essence(spec, &essence, err);

    if (code == 0)
        code = hypervisor_qemu_version(hypervisor, spec->platform->arch, &qemu, err);
    if (code < 0)
        return code;
    if (spec->accel == ACCEL_KVM)
        cpu = host_cpu();
    firmware = describe_firmware(spec->loader);
    vec_foreach (entry_method, &spec->image->entry_methods)
        buffer_format(&entry_methods, "%s ", entry_method_name(*entry_method));
    buffer_format(&text,
                  "format %s\ndriver %s\nqemu %s\nlibvirt %s\ncpu %s\npayload %llu\nresults "
                  "%llu\ncontents %s\nways %s\n%s%s",
                  SAVED_STATE_FORMAT, hypervisor_is_embed(hypervisor) ? "embedded" : "daemon", qemu,
                  hypervisor_libvirt_version(hypervisor), cpu != NULL ? cpu : "emulated",
                  (unsigned long long)MEDIA_PAYLOAD_SIZE, (unsigned long long)MEDIA_RESULTS_SIZE,
                  spec->contents != NULL ? spec->contents : "none",
                  entry_methods.length > 0 ? entry_methods.data : "agent", firmware, essence);
    digest_of_memory(text.data, text.length, ret_key);
    return 0;
}
