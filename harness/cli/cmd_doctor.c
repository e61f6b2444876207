/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone doctor: what this host can do, and what to do about what it cannot. Boots nothing. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/home.h"
#include "base/json.h"
#include "base/path.h"
#include "base/process.h"
#include "catalog/find.h"
#include "catalog/get.h"
#include "cli/cli.h"
#include "cli/columns.h"
#include "cli/commands.h"
#include "guest/emulator.h"
#include "guest/hypervisor.h"
#include "guest/kvm_proof.h"
#include "store/store.h"

DEFINE_CLEANUP(struct platform *, platform_free)
DEFINE_CLEANUP(struct feature_table *, feature_table_free)

#define LOW_DISK (UINT64_C(4) << 30) /* bytes: two saved states, overlays and evidence of a run */

struct doctor {
    bool json, full;
    bool unusable; /* some platform cannot run at all */
    const char *home;
    json_t *checks;
    struct columns columns;
};

static void note(struct doctor *doctor, const char *subject, const char *state, const char *fact,
                 const char *advice)
{
    json_t *row = json_object();

    json_object_set_new(row, "subject", json_from_text(subject));
    json_object_set_new(row, "state", json_from_text(state));
    json_object_set_new(row, "fact", json_from_text(fact));
    json_object_set_new(row, "advice", json_from_text(advice));
    json_array_append_new(doctor->checks, row);
    columns_add(&doctor->columns, state);
    columns_add(&doctor->columns, subject);
    columns_add(&doctor->columns, fact);
    columns_add(&doctor->columns, advice);
}

/* The error's own message says what to do. */
static void note_error(struct doctor *doctor, const char *subject, const char *state,
                       struct error *err)
{
    note(doctor, subject, state, error_message(err), NULL);
    error_free(err);
}

static void check_platform(struct doctor *doctor, const char *name,
                           const struct feature_table *table)
{
    _cleanup_(platform_free_cleanup) struct platform *platform = NULL;
    _cleanup_free_ char *subject = text_format("platform %s", name);
    _cleanup_free_ char *path = NULL, *version = NULL, *fact = NULL;
    struct error *err = NULL;
    int code = catalog_get_platform(name, table, &platform, NULL, &err);

    if (code == 0)
        code = emulator_find(platform->arch, &path, &err);
    if (code == 0)
        code = emulator_version(path, &version, &err);
    if (code < 0) {
        doctor->unusable = true;
        note_error(doctor, subject, "broken", err);
        return;
    }
    fact = text_format("%s: QEMU %s, %s", arch_name(platform->arch), version, path);
    if (strcmp(path_base(path), "qemu-kvm") == 0)
        note(doctor, subject, "warning", fact,
             "qemu-kvm of RHEL-like hosts runs this host's own architecture only: for the other "
             "one install a QEMU built with qemu-system-ARCH and put it in PATH");
    else
        note(doctor, subject, "ok", fact, NULL);
}

static int check_platforms(struct doctor *doctor, struct error **err)
{
    _cleanup_(feature_table_free_cleanup) struct feature_table *table = NULL;
    _cleanup_strv_ struct strv names = {0};
    int code = catalog_get_features(&table, err);

    if (code == 0)
        code = catalog_list_platforms(&names, err);
    for (size_t i = 0; code == 0 && i < names.count; i++)
        check_platform(doctor, names.items[i], table);
    return code;
}

static void check_accelerator(struct doctor *doctor)
{
    const struct kvm_options options = {.home = doctor->home};
    _cleanup_free_ char *reason = NULL;
    struct error *err = NULL;
    bool works = false;
    int code = kvm_known(&options, &works, &reason, &err);

    if (code == -ENODATA) {
        error_free(err);
        note(doctor, "kvm", "unknown", "/dev/kvm is there and was never put to the proof",
             "prove it with a run: touchstone run --accel kvm …");
    } else if (code < 0) {
        note_error(doctor, "kvm", "unknown", err);
    } else {
        note(doctor, "kvm", works ? "ok" : "broken", reason,
             works ? NULL : "guests run under TCG and their results are graded emulated");
    }
    note(doctor, "tcg", "warning", "emulation (TCG) is not a boundary against a hostile guest",
         "run products you do not trust as an ordinary user on a machine of their own");
}

static void check_libvirt(struct doctor *doctor)
{
    const struct hypervisor_options options = {.home = doctor->home, .job = "doctor"};
    _cleanup_(hypervisor_close_cleanup) struct hypervisor *hypervisor = NULL;
    _cleanup_free_ char *fact = NULL;
    const char *folder = NULL;
    struct error *err = NULL;

    if (home_runtime_folder(&folder, &err) < 0) {
        doctor->unusable = true;
        note_error(doctor, "runtime folder", "broken", err);
        return;
    }
    note(doctor, "runtime folder", "ok", folder, NULL);
    if (hypervisor_open(&options, &hypervisor, &err) < 0) {
        doctor->unusable = true;
        note_error(doctor, "libvirt", "broken", err);
        return;
    }
    fact = text_format("%s, its QEMU driver opens", hypervisor_libvirt_version(hypervisor));
    note(doctor, "libvirt", "ok", fact, NULL);
}

static void check_programs(struct doctor *doctor)
{
    const char *folder = NULL;
    struct error *err = NULL;

    if (home_programs_folder(&folder, &err) < 0) {
        note_error(doctor, "guest programs", "broken", err);
        doctor->unusable = true;
        return;
    }
    for (int arch = 0; arch < ARCH_COUNT; arch++) {
        const char *name = arch_name((enum arch)arch);
        _cleanup_free_ char *path = text_format("%s/guest/%s/touchstone-guest", folder, name);
        bool there = path_exists(path);

        doctor->unusable |= !there;
        note(doctor, "guest programs", there ? "ok" : "broken", path,
             there ? NULL : "not built: install the cross compiler and build again");
    }
}

static void check_host(struct doctor *doctor)
{
    _cleanup_free_ char *apt = process_find("apt-get");
    _cleanup_free_ char *disk = NULL, *size = NULL;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    long mib = sysconf(_SC_PHYS_PAGES) / 1024 * (sysconf(_SC_PAGESIZE) / 1024);
    struct error *err = NULL;
    uint64_t bytes = 0;

    note(doctor, "apt", apt != NULL ? "ok" : "warning", apt != NULL ? apt : "not in PATH",
         apt != NULL ? NULL : "suites cannot be staged from Debian's packages here");
    if (path_free_bytes(doctor->home, &bytes, &err) < 0) {
        note_error(doctor, "disk", "unknown", err);
    } else {
        disk = text_format("%.1f GiB free at %s", (double)bytes / (double)(1 << 30), doctor->home);
        note(doctor, "disk", bytes < LOW_DISK ? "warning" : "ok", disk,
             bytes < LOW_DISK ? "free 4 GiB, or set TOUCHSTONE_HOME to another disk" : NULL);
    }
    size = text_format("%ld cores, %ld MiB of memory", cores, mib);
    note(doctor, "size", mib < 2048 ? "warning" : "ok", size,
         mib < 2048 ? "a guest takes 1 GiB: run one at a time (--jobs 1)" : NULL);
    if (geteuid() == 0)
        note(doctor, "user", "warning", "root: emulators run as root too",
             "an ordinary user is enough; add it to the group kvm for KVM");
    else
        note(doctor, "user", "ok", "not root", NULL);
}

static void check_store(struct doctor *doctor)
{
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    struct error *err = NULL;
    int code = store_open(doctor->home, &store, &err);

    if (code == 0 && doctor->full)
        code = store_check(store, &err);
    if (code < 0) {
        doctor->unusable = true;
        note_error(doctor, "store", "broken", err);
        return;
    }
    note(doctor, "store", "ok", doctor->full ? "opens, and was read whole" : "opens",
         doctor->full ? NULL : "read it whole for damage with --full");
}

static int examine(struct doctor *doctor, struct error **err)
{
    int code = home_folder(&doctor->home, err);

    if (code == 0)
        code = check_platforms(doctor, err);
    if (code < 0)
        return code;
    check_accelerator(doctor);
    check_libvirt(doctor);
    check_programs(doctor);
    check_host(doctor);
    check_store(doctor);
    return 0;
}

static const struct argp_option options[] = {
    {"json", 'J', NULL, 0, "Print JSON", 1},
    {"full", 'F', NULL, 0, "Read the whole store for damage", 1},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct doctor *doctor = state->input;

    (void)argument;
    if (key == 'J')
        doctor->json = true;
    else if (key == 'F')
        doctor->full = true;
    else
        return ARGP_ERR_UNKNOWN;
    return 0;
}

int cmd_doctor(int argc, char **argv)
{
    static const char *const headings[] = {"STATE", "SUBJECT", "FACT", "WHAT TO DO"};
    const struct argp argp = {
        .options = options, .parser = parse, .doc = "Says what this host can do; boots nothing."};
    _cleanup_json_ json_t *object = json_object();
    struct doctor doctor = {.checks = json_array()};
    struct error *err = NULL;
    int code;

    cli_parse(&argp, argc, argv, &doctor);
    columns_init(&doctor.columns, 4, headings);
    json_object_set_new(object, "checks", doctor.checks);
    code = examine(&doctor, &err);
    if (code < 0) {
        code = cli_fail(err);
    } else {
        json_object_set_new(object, "usable", json_boolean(!doctor.unusable));
        if (doctor.json)
            code = cli_print_json(object);
        else
            columns_print(&doctor.columns, stdout);
        if (code == 0 && doctor.unusable)
            code = EXIT_IO;
    }
    columns_done(&doctor.columns);
    return code;
}
