/* SPDX-License-Identifier: Apache-2.0 */
/* Golden domain XML of the four platforms, from their own files; rejected specs; and how files are
 * replaced in the XML of a saved domain. */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "catalog/catalog.h"
#include "catalog/find.h"
#include "golden.h"
#include "guest/domain/xml.h"

static struct feature_table *table;

static char disk[] = "/images/disk.qcow2", kernel[] = "/images/vmlinuz",
            initrd[] = "/images/initrd";
static char cmdline[] = "root=/dev/vda rw", name[] = "stand-in";

static const struct domain_wiring wiring = {.name = "guest",
                                            .uuid = "01234567-89ab-4cde-8f01-23456789abcd",
                                            .console_socket = "/run/vm/console.sock",
                                            .agent_socket = "/run/vm/agent.sock"};

static struct image image_for(enum arch arch)
{
    return (struct image){.name = name,
                          .arch = arch,
                          .format = DISK_QCOW2,
                          .boot = BOOT_KERNEL,
                          .cmdline = cmdline,
                          .disk = {.path = disk, .sha256 = "d15c"},
                          .kernel = {.path = kernel, .sha256 = "c0de"},
                          .initrd = {.path = initrd, .sha256 = "14d"}};
}

static struct guest_spec spec_for(const struct platform *platform, const struct image *image)
{
    return (struct guest_spec){.platform = platform,
                               .features = table,
                               .image = image,
                               .accel = ACCEL_TCG,
                               .overlay = "/job/overlay.qcow2",
                               .payload = "/job/payload.raw",
                               .results = "/job/results & more.raw",
                               .console = "/job/console.log"};
}

static struct platform *load(const char *platform_name)
{
    struct platform *platform = NULL;
    _cleanup_error_ struct error *err = NULL;
    _cleanup_free_ char *path = NULL;

    if (catalog_find_platform(platform_name, &path, &err) < 0 ||
        catalog_load_platform(path, table, &platform, &err) < 0)
        printf("\n%s\n", error_message(err));
    CU_ASSERT_FATAL(platform != NULL);
    return platform;
}

static void check_platform(const char *platform_name, enum accel accel, const char *golden)
{
    struct platform *platform = load(platform_name);
    struct image image = image_for(platform->arch);
    struct guest_spec spec = spec_for(platform, &image);
    _cleanup_error_ struct error *err = NULL;
    _cleanup_free_ char *xml = NULL;

    spec.accel = accel;
    CHECK_INT(domain_xml_build(&spec, &wiring, &xml, &err), 0);
    CHECK_TEXT(error_message(err), "no error");
    if (xml != NULL)
        golden_check(golden, xml);
    platform_free(platform);
}

static void test_platforms(void)
{
    check_platform("x86", ACCEL_TCG, "domain_x86.xml");
    check_platform("hygon", ACCEL_TCG, "domain_hygon.xml");
    check_platform("kunpeng", ACCEL_TCG, "domain_kunpeng.xml");
    check_platform("phytium", ACCEL_TCG, "domain_phytium.xml");
    check_platform("hygon", ACCEL_KVM, "domain_hygon_kvm.xml");
}

/* A disk with its own boot loader, and a seed; loader NULL: BIOS. */
static void check_disk(const char *platform_name, const char *loader, const char *golden)
{
    struct platform *platform = load(platform_name);
    struct image image = image_for(platform->arch);
    struct guest_spec spec = spec_for(platform, &image);
    _cleanup_error_ struct error *err = NULL;
    _cleanup_free_ char *xml = NULL;

    image.boot = BOOT_DISK;
    image.kernel.path = image.initrd.path = image.cmdline = NULL;
    spec.seed = "/job/seed.raw";
    spec.loader = loader;
    spec.nvram = loader != NULL ? "/job/nvram" : NULL;
    CHECK_INT(domain_xml_build(&spec, &wiring, &xml, &err), 0);
    CHECK_TEXT(error_message(err), "no error");
    if (xml != NULL)
        golden_check(golden, xml);
    platform_free(platform);
}

static void test_disks(void)
{
    check_disk("x86", NULL, "domain_x86_bios.xml");
    check_disk("x86", "/firmware/OVMF_CODE.fd", "domain_x86_uefi.xml");
    check_disk("kunpeng", "/firmware/AAVMF_CODE.fd", "domain_kunpeng_uefi.xml");
}

/* A guest that is restored: its memory is a file, whose name has a comma. */
static void test_restored(void)
{
    struct domain_wiring restored = wiring;
    struct platform *platform = load("kunpeng");
    struct image image = image_for(ARCH_AARCH64);
    struct guest_spec spec = spec_for(platform, &image), booted = spec;
    _cleanup_error_ struct error *err = NULL;
    _cleanup_free_ char *xml = NULL, *with = NULL, *without = NULL;

    spec.ram = "/states/a,b/ram";
    restored.own_memory = restored.incoming = true;
    CHECK_INT(domain_xml_build(&spec, &restored, &xml, &err), 0);
    if (xml != NULL)
        golden_check("domain_kunpeng_restored.xml", xml);
    /* Where the memory lies is no part of what a saved state depends on. */
    CHECK_INT(domain_xml_build_essence(&spec, &with, &err), 0);
    CHECK_INT(domain_xml_build_essence(&booted, &without, &err), 0);
    CHECK_TEXT(with, without);
    CHECK_TEXT(error_message(err), "no error");
    platform_free(platform);
}

/* One of two guests: a cable to the other one, and no other interface. */
static void test_pair(void)
{
    struct domain_wiring wired = wiring;
    struct platform *platform = load("x86");
    struct image image = image_for(ARCH_X86_64);
    struct guest_spec spec = spec_for(platform, &image), alone = spec, second;
    _cleanup_error_ struct error *err = NULL;
    _cleanup_free_ char *xml = NULL, *first = NULL, *other = NULL, *without = NULL;

    spec.network = true;
    second = spec;
    second.second = "client";
    wired.network_socket = "/root/a,b/cable.sock";
    wired.peer_socket = "/root/a,b/cable-2.sock";
    CHECK_INT(domain_xml_build(&spec, &wired, &xml, &err), 0);
    if (xml != NULL)
        golden_check("domain_x86_pair.xml", xml);
    /* Both start from one saved state, which is not that of a guest without a network. */
    CHECK_INT(domain_xml_build_essence(&spec, &first, &err), 0);
    CHECK_INT(domain_xml_build_essence(&second, &other, &err), 0);
    CHECK_INT(domain_xml_build_essence(&alone, &without, &err), 0);
    CHECK_TEXT(first, other);
    CU_ASSERT(first != NULL && without != NULL && strcmp(first, without) != 0);
    CHECK_TEXT(error_message(err), "no error");
    platform_free(platform);
}

/* Checks that the spec of a hygon guest, after `change` has modified it, is rejected with this code
 * and text. */
static void check_refused(void (*change)(struct guest_spec *spec, struct platform *platform,
                                         struct image *image),
                          int code, const char *part)
{
    struct platform *platform = load("hygon");
    struct image image = image_for(ARCH_X86_64);
    struct guest_spec spec = spec_for(platform, &image);
    _cleanup_error_ struct error *err = NULL;
    char *xml = NULL;

    change(&spec, platform, &image);
    CHECK_INT(domain_xml_build(&spec, &wiring, &xml, &err), code);
    CHECK_HAS(error_message(err), part);
    CU_ASSERT(xml == NULL);
    platform_free(platform);
}

static void other_arch(struct guest_spec *spec, struct platform *platform, struct image *image)
{
    (void)spec;
    (void)platform;
    image->arch = ARCH_AARCH64;
}

static void boot_disk(struct guest_spec *spec, struct platform *platform, struct image *image)
{
    (void)spec;
    platform->arch = image->arch = ARCH_AARCH64;
    image->boot = BOOT_DISK;
}

static void no_kernel(struct guest_spec *spec, struct platform *platform, struct image *image)
{
    (void)spec;
    (void)platform;
    image->kernel.path = NULL;
}

static void no_profile(struct guest_spec *spec, struct platform *platform, struct image *image)
{
    (void)spec;
    (void)image;
    platform->profile[ACCEL_TCG].given = false;
}

static void unknown_feature(struct guest_spec *spec, struct platform *platform, struct image *image)
{
    (void)spec;
    (void)image;
    strv_add(&platform->profile[ACCEL_TCG].enable, "telepathy");
}

static void test_refused(void)
{
    check_refused(other_arch, -EINVAL, "image 'stand-in' is for aarch64");
    check_refused(boot_disk, -ENOTSUP, "boots from its own disk with BIOS");
    check_refused(no_kernel, -EINVAL, "names none");
    check_refused(no_profile, -ENOTSUP, "no CPU profile for accelerator 'tcg'");
    check_refused(unknown_feature, -ENOTSUP, "'telepathy'");
}

/* Other paths give the same guest; another kernel, memory or feature does not. */
static void test_essence(void)
{
    struct platform *platform = load("hygon");
    struct image image = image_for(ARCH_X86_64), other = image_for(ARCH_X86_64);
    struct guest_spec spec = spec_for(platform, &image), moved = spec;
    _cleanup_free_ char *first = NULL, *second = NULL, *third = NULL, *fourth = NULL;

    other.disk.path = kernel;
    other.kernel.path = disk;
    moved.image = &other;
    moved.overlay = moved.payload = moved.results = NULL;
    CHECK_INT(domain_xml_build_essence(&spec, &first, NULL), 0);
    CHECK_INT(domain_xml_build_essence(&moved, &second, NULL), 0);
    CHECK_TEXT(first, second);
    strcpy(other.kernel.sha256, "c0ffee");
    CHECK_INT(domain_xml_build_essence(&moved, &third, NULL), 0);
    CU_ASSERT(strcmp(first, third) != 0);
    spec.memory_mib = 2048;
    CHECK_INT(domain_xml_build_essence(&spec, &fourth, NULL), 0);
    CU_ASSERT(strcmp(first, fourth) != 0);
    platform_free(platform);
}

/* As libvirt wrote it when it saved a guest: addresses, resolved machine, actual CPU. */
static const char saved[] =
    "<domain type='qemu'><name>ts-1</name>"
    "<os><type machine='pc-q35-7.2'>hvm</type><kernel>/old/k</kernel><initrd>/old/i</initrd></os>"
    "<cpu mode='custom'><feature policy='disable' name='monitor'/></cpu>"
    "<devices>"
    "<disk type='file'><source file='/old/o'/><backingStore type='file'><source file='/old/b'/>"
    "</backingStore><serial>ts-root</serial></disk>"
    "<disk type='file'><source file='/old/p'/><serial>ts-payload</serial></disk>"
    "<disk type='file'><source file='/old/r'/><serial>ts-results</serial></disk>"
    "<serial type='unix'><source mode='connect' path='/old/c'/></serial>"
    "<console type='unix'><source mode='connect' path='/old/c'/></console>"
    "<channel type='unix'><source mode='bind' path='/old/a'/></channel>"
    "</devices></domain>";

static void test_rewire(void)
{
    struct platform *platform = load("hygon");
    struct image image = image_for(ARCH_X86_64);
    struct guest_spec spec = spec_for(platform, &image);
    _cleanup_error_ struct error *err = NULL;
    _cleanup_free_ char *xml = NULL, *broken = golden_replace(saved, "ts-payload", "other");

    CHECK_INT(domain_xml_rewire(saved, &spec, &wiring, &xml, &err), 0);
    if (xml != NULL) {
        CU_ASSERT(strstr(xml, "/old/") == NULL);
        CHECK_HAS(xml, "<source file=\"/job/overlay.qcow2\"/>");
        CHECK_HAS(xml, "<source file=\"/job/results &amp; more.raw\"/>");
        CHECK_HAS(xml, "path=\"/run/vm/agent.sock\"");
        CHECK_HAS(xml, "<feature policy=\"disable\" name=\"monitor\"/>");
    }
    /* A state with a seed and UEFI variables is another kind of guest. */
    spec.seed = "/job/seed.raw";
    CHECK_INT(domain_xml_rewire(saved, &spec, &wiring, &xml, &err), -EBADMSG);
    spec.seed = NULL;
    spec.loader = "/firmware/code";
    CHECK_INT(domain_xml_rewire(saved, &spec, &wiring, &xml, &err), -EBADMSG);
    spec.loader = NULL;
    CHECK_INT(domain_xml_rewire(broken, &spec, &wiring, &xml, &err), -EBADMSG);
    CHECK_INT(domain_xml_rewire("<domain>", &spec, &wiring, &xml, &err), -EBADMSG);
    CHECK_INT(domain_xml_rewire("", &spec, &wiring, &xml, &err), -EBADMSG);
    CHECK_HAS(error_message(err), "prepare again");
    platform_free(platform);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"four platforms", test_platforms},
        {"disks that boot themselves", test_disks},
        {"a guest that is restored", test_restored},
        {"one of two", test_pair},
        {"what is refused", test_refused},
        {"what makes two guests the same", test_essence},
        {"rewiring", test_rewire},
        CU_TEST_INFO_NULL,
    };
    _cleanup_error_ struct error *err = NULL;
    _cleanup_free_ char *path = NULL;
    int code;

    if (catalog_find_features(&path, &err) < 0 || catalog_load_features(path, &table, &err) < 0) {
        printf("%s\n", error_message(err));
        return 99;
    }
    code = cunit_run("domain_xml", tests);
    feature_table_free(table);
    return code;
}
