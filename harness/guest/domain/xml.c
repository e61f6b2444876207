/* SPDX-License-Identifier: Apache-2.0 */
/* Writes domain XML with libxml2's writer, in libvirt's order of elements. */
#include "guest/domain/xml.h"

#include <errno.h>
#include <libxml/xmlwriter.h>
#include <stdarg.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"

#define QEMU_NAMESPACE "http://libvirt.org/schemas/domain/qemu/1.0"

DEFINE_CLEANUP(xmlTextWriterPtr, xmlFreeTextWriter)
DEFINE_CLEANUP(xmlBufferPtr, xmlBufferFree)

/* Writes an element with attributes given as name-value pairs up to NULL; pairs with a NULL value
 * are left out. The element stays open. */
static void open_element(xmlTextWriterPtr xml, const char *name, ...) __attribute__((sentinel));
static void open_element(xmlTextWriterPtr xml, const char *name, ...)
{
    va_list pairs;
    const char *attribute;

    xmlTextWriterStartElement(xml, BAD_CAST name);
    va_start(pairs, name);
    while ((attribute = va_arg(pairs, const char *)) != NULL) {
        const char *value = va_arg(pairs, const char *);

        if (value != NULL)
            xmlTextWriterWriteAttribute(xml, BAD_CAST attribute, BAD_CAST value);
    }
    va_end(pairs);
}

static void close_element(xmlTextWriterPtr xml)
{
    xmlTextWriterEndElement(xml);
}

#define element(xml, ...)                                                                          \
    do {                                                                                           \
        open_element(xml, __VA_ARGS__, NULL);                                                      \
        close_element(xml);                                                                        \
    } while (0)

static void text_element(xmlTextWriterPtr xml, const char *name, const char *text)
{
    xmlTextWriterWriteElement(xml, BAD_CAST name, BAD_CAST text);
}

static unsigned memory_of(const struct guest_spec *spec)
{
    return spec->memory_mib != 0 ? spec->memory_mib : spec->platform->memory_mib;
}

static unsigned vcpus_of(const struct guest_spec *spec)
{
    return spec->vcpus != 0 ? spec->vcpus : spec->platform->vcpus;
}

static void write_firmware(xmlTextWriterPtr xml, const struct guest_spec *spec)
{
    if (spec->loader == NULL) {
        /* Also captures output of SeaBIOS and of a boot loader without a serial console of its
         * own. */
        element(xml, "bios", "useserial", "yes");
        return;
    }
    open_element(xml, "loader", "readonly", "yes", "type", "pflash", NULL);
    xmlTextWriterWriteString(xml, BAD_CAST spec->loader);
    close_element(xml);
    text_element(xml, "nvram", spec->nvram);
}

static void write_os(xmlTextWriterPtr xml, const struct guest_spec *spec)
{
    const struct image *image = spec->image;
    /* The kernel resets immediately when it panics: the reset ends the guest, so a panic is
     * detected at once even without pvpanic. */
    _cleanup_free_ char *cmdline =
        text_format("%s%sconsole=%s panic=-1", image->cmdline != NULL ? image->cmdline : "",
                    image->cmdline != NULL ? " " : "", spec->platform->console);

    open_element(xml, "os", NULL);
    open_element(xml, "type", "arch", arch_name(spec->platform->arch), "machine",
                 spec->platform->machine, NULL);
    xmlTextWriterWriteString(xml, BAD_CAST "hvm");
    close_element(xml);
    if (image->boot == BOOT_DISK) {
        write_firmware(xml, spec);
        close_element(xml);
        return;
    }
    text_element(xml, "kernel", image->kernel.path);
    if (image->initrd.path != NULL)
        text_element(xml, "initrd", image->initrd.path);
    text_element(xml, "cmdline", cmdline);
    close_element(xml);
}

static int write_features(xmlTextWriterPtr xml, const struct guest_spec *spec,
                          const struct strv *names, const char *policy, struct error **err)
{
    for (size_t i = 0; i < names->count; i++) {
        const struct feature *row =
            feature_find(spec->features, spec->platform->arch, names->items[i]);

        if (row == NULL || row->libvirt == NULL)
            return error_set(err, -ENOTSUP,
                             "platform '%s': CPU feature '%s' has no libvirt name in the feature "
                             "table: add the name there, or take the feature out of the profile",
                             spec->platform->name, names->items[i]);
        element(xml, "feature", "policy", policy, "name", row->libvirt);
    }
    return 0;
}

static int write_cpu(xmlTextWriterPtr xml, const struct guest_spec *spec,
                     const struct cpu_profile *profile, struct error **err)
{
    bool custom = text_equal(profile->mode, "custom");
    int code;

    if (custom && profile->model == NULL)
        return error_set(err, -ENOTSUP,
                         "platform '%s': the profile for %s has mode 'custom' and no model: name "
                         "QEMU's model in its file",
                         spec->platform->name, accel_name(spec->accel));
    open_element(xml, "cpu", "mode", profile->mode, "match", custom ? "exact" : NULL, "check",
                 "none", NULL);
    if (custom) {
        open_element(xml, "model", "fallback", "forbid", NULL);
        xmlTextWriterWriteString(xml, BAD_CAST profile->model);
        close_element(xml);
    }
    code = write_features(xml, spec, &profile->enable, "require", err);
    if (code == 0)
        code = write_features(xml, spec, &profile->disable, "disable", err);
    close_element(xml);
    return code;
}

/* Attached to the root bus: libvirt would create a PCIe port for each device, which the guest's
 * kernel has to scan at every boot. */
static void write_address(xmlTextWriterPtr xml, const char *slot)
{
    element(xml, "address", "type", "pci", "bus", "0x00", "slot", slot, "function", "0x0");
}

static void write_disk(xmlTextWriterPtr xml, const char *path, const char *format,
                       const char *target, const char *serial, const char *slot, bool readonly,
                       bool boots)
{
    open_element(xml, "disk", "type", "file", "device", "disk", NULL);
    /* Guests are disposable: what a crash of the host loses is run again anyway. */
    element(xml, "driver", "name", "qemu", "type", format, "cache", "unsafe");
    element(xml, "source", "file", path);
    element(xml, "target", "dev", target, "bus", "virtio");
    if (readonly)
        element(xml, "readonly", NULL);
    text_element(xml, "serial", serial);
    if (boots)
        element(xml, "boot", "order", "1");
    write_address(xml, slot);
    close_element(xml);
}

static void write_devices(xmlTextWriterPtr xml, const struct guest_spec *spec,
                          const struct domain_wiring *wiring)
{
    open_element(xml, "devices", NULL);
    write_disk(xml, spec->overlay, "qcow2", "vda", GUEST_SERIAL_ROOT, "0x02", false,
               spec->image->boot == BOOT_DISK);
    write_disk(xml, spec->payload, "raw", "vdb", GUEST_SERIAL_PAYLOAD, "0x03", true, false);
    write_disk(xml, spec->results, "raw", "vdc", GUEST_SERIAL_RESULTS, "0x04", false, false);
    if (spec->seed != NULL)
        write_disk(xml, spec->seed, "raw", "vdd", GUEST_SERIAL_SEED, "0x07", true, false);
    element(xml, "controller", "type", "usb", "model", "none");
    open_element(xml, "controller", "type", "virtio-serial", "index", "0", NULL);
    write_address(xml, "0x05");
    close_element(xml);

    open_element(xml, "serial", "type", "unix", NULL);
    element(xml, "source", "mode", "connect", "path", wiring->console_socket);
    element(xml, "target", "port", "0");
    close_element(xml);

    open_element(xml, "channel", "type", "unix", NULL);
    if (wiring->agent_socket != NULL)
        element(xml, "source", "mode", "bind", "path", wiring->agent_socket);
    element(xml, "target", "type", "virtio", "name", "org.qemu.guest_agent.0");
    close_element(xml);

    element(xml, "memballoon", "model", "none");
    open_element(xml, "rng", "model", "virtio", NULL);
    open_element(xml, "backend", "model", "random", NULL);
    xmlTextWriterWriteString(xml, BAD_CAST "/dev/urandom");
    close_element(xml);
    write_address(xml, "0x06");
    close_element(xml);
    if (spec->platform->arch == ARCH_X86_64)
        element(xml, "panic", "model", "isa");
    close_element(xml);
}

static void write_option(xmlTextWriterPtr xml, const char *option, const char *value)
{
    element(xml, "qemu:arg", "value", option);
    element(xml, "qemu:arg", "value", value);
}

/* A path as part of an option of QEMU, in which commas separate members. */
static void add_path(struct buffer *option, const char *path)
{
    for (const char *at = path; *at != '\0'; at++)
        buffer_format(option, *at == ',' ? ",," : "%c", *at);
}

/* A cable to one other guest: datagrams between two sockets in the hypervisor's private folder.
 * Nothing forwards them, and either end may start, end and return. libvirt has no element for it.
 * romfile: no firmware of a network card, which not every host has installed. */
static void write_network(xmlTextWriterPtr xml, const struct guest_spec *spec,
                          const struct domain_wiring *wiring)
{
    _cleanup_buffer_ struct buffer cable = {0};
    _cleanup_free_ char *card = text_format(
        "virtio-net-pci,id=ts-card,netdev=ts-cable,mac=52:54:00:12:00:00,bus=%s,addr=%s,romfile=",
        text_starts(spec->platform->machine, "pc") ? "pci.0" : "pcie.0", GUEST_NETWORK_SLOT);

    buffer_text(&cable, "dgram,id=ts-cable,local.type=unix,local.path=");
    add_path(&cable, wiring->network_socket);
    buffer_text(&cable, ",remote.type=unix,remote.path=");
    add_path(&cable, wiring->peer_socket);
    write_option(xml, "-netdev", cable.data);
    write_option(xml, "-device", card);
}

/* Memory as an object of ours: libvirt chooses the name of a file itself. */
static void write_memory(xmlTextWriterPtr xml, const struct guest_spec *spec, bool incoming)
{
    _cleanup_buffer_ struct buffer object = {0};

    buffer_format(&object, "memory-backend-%s,id=ts-ram,size=%uM",
                  spec->ram != NULL ? "file" : "ram", memory_of(spec));
    if (spec->ram != NULL)
        buffer_format(&object, ",share=%s,mem-path=", incoming ? "off" : "on");
    if (spec->ram != NULL)
        add_path(&object, spec->ram);
    write_option(xml, "-object", object.data);
    write_option(xml, "-machine", "memory-backend=ts-ram");
}

/* What libvirt has no element for. Linux identifies implementer and part of an Arm core by
 * MIDR_EL1. */
static void write_options(xmlTextWriterPtr xml, const struct guest_spec *spec,
                          const struct domain_wiring *wiring)
{
    const struct cpu_profile *profile = &spec->platform->profile[spec->accel];
    bool midr = profile->midr != 0 && profile->model != NULL;

    if (!midr && !wiring->own_memory && !spec->network)
        return;
    open_element(xml, "qemu:commandline", NULL);
    if (midr) {
        _cleanup_free_ char *global =
            text_format("%s-arm-cpu.midr=0x%08x", profile->model, profile->midr);

        write_option(xml, "-global", global);
    }
    if (wiring->own_memory)
        write_memory(xml, spec, wiring->incoming);
    if (spec->network)
        write_network(xml, spec, wiring);
    if (wiring->incoming)
        write_option(xml, "-incoming", "defer");
    close_element(xml);
}

/* Before it lets a guest run, libvirt otherwise asks QEMU for each of some 400 properties of the
 * CPU, to complete a description that nothing here reads: what the guest's CPU really has is asked
 * in the guest. */
static void write_capabilities(xmlTextWriterPtr xml)
{
    open_element(xml, "qemu:capabilities", NULL);
    element(xml, "qemu:del", "capability", "cpu-unavailable-features");
    close_element(xml);
}

static int write_domain(xmlTextWriterPtr xml, const struct guest_spec *spec,
                        const struct domain_wiring *wiring, struct error **err)
{
    const struct cpu_profile *profile = &spec->platform->profile[spec->accel];
    bool x86 = spec->platform->arch == ARCH_X86_64;
    _cleanup_free_ char *memory = text_format("%u", memory_of(spec));
    _cleanup_free_ char *vcpus = text_format("%u", vcpus_of(spec));
    int code;

    open_element(xml, "domain", "type", spec->accel == ACCEL_KVM ? "kvm" : "qemu", "xmlns:qemu",
                 QEMU_NAMESPACE, NULL);
    text_element(xml, "name", wiring->name);
    text_element(xml, "uuid", wiring->uuid);
    open_element(xml, "memory", "unit", "MiB", NULL);
    xmlTextWriterWriteString(xml, BAD_CAST memory);
    close_element(xml);
    text_element(xml, "vcpu", vcpus);
    write_os(xml, spec);
    open_element(xml, "features", NULL);
    /* libvirt supports ACPI on Arm only with UEFI. */
    if (x86 || spec->loader != NULL)
        element(xml, "acpi", NULL);
    if (!x86)
        element(xml, "gic", "version", "3");
    close_element(xml);
    code = write_cpu(xml, spec, profile, err);
    if (code < 0)
        return code;
    element(xml, "clock", "offset", "utc");
    text_element(xml, "on_poweroff", "destroy");
    text_element(xml, "on_reboot", "destroy");
    text_element(xml, "on_crash", "destroy");
    write_devices(xml, spec, wiring);
    if (!wiring->confine)
        element(xml, "seclabel", "type", "none");
    write_options(xml, spec, wiring);
    write_capabilities(xml);
    close_element(xml);
    return 0;
}

/* Rejects what cannot work before anything is started. */
static int check_spec(const struct guest_spec *spec, struct error **err)
{
    const struct platform *platform = spec->platform;
    const struct image *image = spec->image;

    if (image->arch != platform->arch)
        return error_set(err, -EINVAL,
                         "image '%s' is for %s and platform '%s' is %s: choose an image of the "
                         "platform's architecture",
                         image->name, arch_name(image->arch), platform->name,
                         arch_name(platform->arch));
    if (image->boot == BOOT_DISK && platform->arch == ARCH_AARCH64 && spec->loader == NULL)
        return error_set(
            err, -ENOTSUP,
            "image '%s' boots from its own disk with BIOS, and platform '%s' has none: "
            "aarch64 boots with UEFI; give the image firmware 'uefi'",
            image->name, platform->name);
    if (image->boot == BOOT_KERNEL && image->kernel.path == NULL)
        return error_set(err, -EINVAL,
                         "image '%s' boots a kernel directly and names none: register it with its "
                         "kernel and initrd",
                         image->name);
    if (!platform->profile[spec->accel].given)
        return error_set(err, -ENOTSUP,
                         "platform '%s' has no CPU profile for accelerator '%s': add one to its "
                         "file",
                         platform->name, accel_name(spec->accel));
    return 0;
}

bool guest_spec_wants_seed(const struct image *image)
{
    return image_has_entry_method(image, ENTRY_SEED) ||
           image_has_entry_method(image, ENTRY_CONSOLE);
}

bool guest_spec_wants_uefi(const struct image *image, const struct platform *platform)
{
    return image->boot == BOOT_DISK &&
           text_equal(image->firmware != NULL ? image->firmware : platform->firmware, "uefi");
}

int domain_xml_build(const struct guest_spec *spec, const struct domain_wiring *wiring,
                     char **ret_xml, struct error **err)
{
    _cleanup_(xmlBufferFree_cleanup) xmlBufferPtr text = NULL;
    _cleanup_(xmlFreeTextWriter_cleanup) xmlTextWriterPtr xml = NULL;
    int code = check_spec(spec, err);

    if (code < 0)
        return code;
    text = xmlBufferCreate();
    xml = text != NULL ? xmlNewTextWriterMemory(text, 0) : NULL;
    if (xml == NULL)
        text_out_of_memory();
    xmlTextWriterSetIndent(xml, 1);
    xmlTextWriterSetIndentString(xml, BAD_CAST "  ");
    code = write_domain(xml, spec, wiring, err);
    if (code < 0)
        return code;
    xmlTextWriterFlush(xml);
    *ret_xml = text_dup((const char *)xmlBufferContent(text));
    return 0;
}

int domain_xml_build_essence(const struct guest_spec *spec, char **ret_xml, struct error **err)
{
    static const struct domain_wiring wiring = {.name = "guest",
                                                .uuid = "00000000-0000-0000-0000-000000000000",
                                                .console_socket = "socket",
                                                .network_socket = "this",
                                                .peer_socket = "other"};
    struct guest_spec nowhere = *spec;
    struct image image = *spec->image;

    nowhere.image = &image;
    nowhere.ram = NULL;
    nowhere.overlay = image.disk.sha256;
    nowhere.payload = "payload";
    nowhere.results = "results";
    nowhere.seed = spec->seed != NULL ? "seed" : NULL;
    nowhere.nvram = spec->nvram != NULL ? "nvram" : NULL;
    if (image.kernel.path != NULL)
        image.kernel.path = image.kernel.sha256;
    if (image.initrd.path != NULL)
        image.initrd.path = image.initrd.sha256;
    return domain_xml_build(&nowhere, &wiring, ret_xml, err);
}
