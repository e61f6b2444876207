/* SPDX-License-Identifier: Apache-2.0 */
/* What this host can run: a row for each platform, and its requirements. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "catalog/find.h"
#include "catalog/get.h"
#include "cli/doctor.h"
#include "guest/host/emulator.h"
#include "guest/host/firmware.h"
#include "guest/host/kvm_proof.h"

/* State of KVM on this host, for its own architecture. */
enum kvm_state { KVM_ABSENT, KVM_BROKEN, KVM_UNPROVEN, KVM_PROVEN };

static const char *accelerator(enum kvm_state kvm, enum arch arch)
{
    if (arch != emulator_host_arch())
        return "emulated, as this host has another architecture";
    switch (kvm) {
    case KVM_PROVEN:
        return "KVM, proven";
    case KVM_UNPROVEN:
        return "KVM, not yet tested";
    case KVM_BROKEN:
        return "emulated, as KVM is broken";
    default:
        return "emulated, as there is no KVM";
    }
}

static void note_platform(struct doctor *doctor, const struct platform *platform, const char *path,
                          const char *version, enum kvm_state kvm)
{
    bool own = platform->arch == emulator_host_arch();
    int number = (int)strcspn(version, " "); /* without the packager's suffix */
    _cleanup_free_ char *subject = text_format("platform %s", platform->name);
    _cleanup_free_ char *fact =
        text_format("%s, machine %s: %s; QEMU %.*s, %s", arch_name(platform->arch),
                    platform->machine, accelerator(kvm, platform->arch), number, version, path);
    _cleanup_free_ char *prove = text_format(
        "test it: touchstone run --accel kvm --platform %s --suite behaviour", platform->name);

    if (strcmp(path_base(path), "qemu-kvm") == 0)
        doctor_note(doctor, subject, "warning", fact,
                    "qemu-kvm of RHEL-like hosts runs this host's own architecture only: for the "
                    "other one build QEMU with qemu-system-ARCH and put it in PATH");
    else if (own && kvm == KVM_UNPROVEN)
        doctor_note(doctor, subject, "unknown", fact, prove);
    else
        doctor_note(doctor, subject, "ok", fact, NULL);
}

/* Each machine once: most platforms use the same. */
static void check_firmware(struct doctor *doctor, const char *name,
                           const struct feature_table *table, struct strv *seen)
{
    _cleanup_(platform_free_cleanup) struct platform *platform = NULL;
    _cleanup_free_ char *subject = NULL;
    _cleanup_(firmware_done) struct firmware firmware = {0};
    struct error *err = NULL;

    if (catalog_get_platform(name, table, &platform, NULL, NULL) < 0)
        return;
    subject = text_format("firmware %s %s", arch_name(platform->arch), platform->machine);
    if (strv_has(seen, subject))
        return;
    strv_add(seen, subject);
    if (firmware_find(platform->arch, platform->machine, &firmware, &err) == 0) {
        doctor_note(doctor, subject, "ok", firmware.code, NULL);
        return;
    }
    doctor_note(doctor, subject, "warning", error_message(err),
                "needed only by images that boot by UEFI");
    error_free(err);
}

static void check_platform(struct doctor *doctor, const char *name,
                           const struct feature_table *table, enum kvm_state kvm)
{
    _cleanup_(platform_free_cleanup) struct platform *platform = NULL;
    _cleanup_free_ char *path = NULL, *version = NULL;
    struct error *err = NULL;
    int code = catalog_get_platform(name, table, &platform, NULL, &err);

    if (code == 0)
        code = emulator_find(platform->arch, &path, &err);
    if (code == 0)
        code = emulator_version(path, &version, &err);
    if (code < 0) {
        _cleanup_free_ char *subject = text_format("platform %s", name);

        doctor->unusable = true;
        doctor_note_error(doctor, subject, "broken", err);
    } else
        note_platform(doctor, platform, path, version, kvm);
}

static enum kvm_state check_kvm(struct doctor *doctor)
{
    const struct kvm_options options = {.home = doctor->home};
    _cleanup_free_ char *reason = NULL;
    struct error *err = NULL;
    bool works = false;
    int code = kvm_known(&options, &works, &reason, &err);

    if (code == -ENODATA) {
        error_free(err);
        doctor_note(
            doctor, "kvm", "unknown", "/dev/kvm exists but has never been tested",
            "a run with --accel kvm tests it; so does --accel auto, which falls back to emulation");
        return KVM_UNPROVEN;
    }
    if (code < 0) {
        doctor_note_error(doctor, "kvm", "unknown", err);
        return KVM_UNPROVEN;
    }
    if (works) {
        doctor_note(doctor, "kvm", "ok", reason, NULL);
        return KVM_PROVEN;
    }
    if (!path_exists("/dev/kvm")) {
        doctor_note(doctor, "kvm", "warning", reason,
                    "everything is emulated, and graded so. On hardware: turn virtualisation on in "
                    "its setup and load kvm_intel or kvm_amd; in a virtual machine: ask its host "
                    "for nested virtualisation; in a container: pass /dev/kvm in");
        return KVM_ABSENT;
    }
    doctor_note(doctor, "kvm", "broken", reason,
                "everything is emulated, and graded so; it is tried again after a reboot, or when "
                "host/kvm.json below TOUCHSTONE_HOME is removed");
    return KVM_BROKEN;
}

int doctor_platforms(struct doctor *doctor, struct error **err)
{
    _cleanup_(feature_table_free_cleanup) struct feature_table *table = NULL;
    _cleanup_strv_ struct strv names = {0}, firmware = {0};
    enum kvm_state kvm = check_kvm(doctor);
    int code = catalog_get_features(&table, err);

    if (code == 0)
        code = catalog_list_platforms(&names, err);
    for (size_t i = 0; code == 0 && i < names.count; i++)
        check_platform(doctor, names.items[i], table, kvm);
    for (size_t i = 0; code == 0 && i < names.count; i++)
        check_firmware(doctor, names.items[i], table, &firmware);
    return code;
}
