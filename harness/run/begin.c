/* SPDX-License-Identifier: Apache-2.0 */
/* Starts a run. */
#include "run/begin.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "base/path.h"
#include "base/process.h"
#include "catalog/catalog.h"
#include "catalog/find.h"
#include "catalog/image_check.h"
#include "guest/host/emulator.h"
#include "guest/host/kvm_proof.h"
#include "home/home.h"
#include "run/expand.h"
#include "run/folder.h"
#include "run/manifest.h"
#include "store/store.h"

/* Reports the error before the first job instead of in each cell. */
static int check_emulator(const struct image *image, struct error **err)
{
    _cleanup_free_ char *name = text_format("qemu-system-%s", arch_name(image->arch));
    _cleanup_free_ char *found = process_find(name);
    _cleanup_free_ char *redhat = process_find("/usr/libexec/qemu-kvm");

    if (found != NULL || redhat != NULL)
        return 0;
    return error_set(err, -EIO,
                     "no emulator for %s: '%s' is not in PATH: install qemu-system-%s (or run "
                     "scripts/setup)",
                     arch_name(image->arch), name, image->arch == ARCH_X86_64 ? "x86" : "arm");
}

static int choose_accels(struct manifest *manifest, const struct expansion *expansion,
                         struct error **err)
{
    struct kvm_options options = {0};
    int code = home_folder(&options.home, err);

    for (size_t i = 0; code == 0 && i < expansion->images.count; i++) {
        const struct image *image = expansion->images.items[i];
        struct run_accel *row;
        enum accel accel;
        char *reason = NULL;

        code = check_emulator(image, err);
        if (code == 0)
            code = kvm_choose(&options, manifest->record.plan.accel, image, &accel, &reason, err);
        if (code < 0)
            break;
        log_info("%s: %s", image->name, reason);
        row = vec_add(&manifest->accels);
        row->image = text_dup(image->name);
        row->accel = accel;
        row->reason = reason;
    }
    return code;
}

/* Reads every byte, once a run. A file that was touched but has the same content is accepted: its
 * new stamp is recorded, because cells compare only stamps. */
static int check_images(const struct expansion *expansion, struct error **err)
{
    for (size_t i = 0; i < expansion->images.count; i++) {
        struct image *image = expansion->images.items[i];
        bool changed = false;
        int code;

        log_info("%s: checking sha256 of the image's files", image->name);
        code = catalog_refresh_image(image, &changed, err);
        if (code == 0 && changed)
            code = catalog_write_image(image, expansion->image_files.items[i], err);
        if (code < 0)
            return code;
    }
    return 0;
}

/* copy: its path, which is taken. */
static void note_input(struct manifest *manifest, const char *kind, const char *name, char *copy,
                       const char *sha256)
{
    struct run_input *row = vec_add(&manifest->record.inputs);

    row->kind = text_dup(kind);
    row->name = text_dup(name);
    row->path = copy;
    strcpy(row->sha256, sha256);
}

static int add_input(struct manifest *manifest, const char *kind, const char *name,
                     const char *path, struct error **err)
{
    char sha256[DIGEST_TEXT_SIZE];
    char *copy = NULL;
    int code = run_folder_add_file(manifest->folder, path, &copy, sha256, err);

    if (code == 0)
        note_input(manifest, kind, name, copy, sha256);
    return code;
}

static int add_suite(struct manifest *manifest, const struct suite *suite, struct error **err)
{
    char sha256[DIGEST_TEXT_SIZE];
    char *copy = NULL;
    int code = run_folder_add_suite(manifest->folder, suite, &copy, sha256, err);

    if (code == 0)
        note_input(manifest, "suite", suite->name, copy, sha256);
    return code;
}

/* The suites' shell library is the same file for every architecture. Without the programs for
 * guests there is none, and no guest of the run can start. */
static int add_library(struct manifest *manifest, const struct expansion *expansion,
                       struct error **err)
{
    const char *folder = NULL;
    int code = home_programs_folder(&folder, err);

    for (size_t i = 0; code == 0 && i < expansion->images.count; i++) {
        _cleanup_free_ char *path = text_format("%s/guest/%s/" RUN_LIBRARY, folder,
                                                arch_name(expansion->images.items[i]->arch));

        if (path_exists(path))
            return add_input(manifest, "library", RUN_LIBRARY, path, err);
    }
    return code;
}

static int add_inputs(struct manifest *manifest, const struct expansion *expansion,
                      struct error **err)
{
    const struct plan *plan = &manifest->record.plan;
    _cleanup_free_ char *features = NULL;
    int code = catalog_find_features(&features, err);

    if (code == 0)
        code = add_input(manifest, "features", "features", features, err);
    if (code == 0)
        code = add_library(manifest, expansion, err);
    for (size_t i = 0; code == 0 && i < plan->images.count; i++)
        code = add_input(manifest, "image", plan->images.items[i], expansion->image_files.items[i],
                         err);
    for (size_t i = 0; code == 0 && i < plan->platforms.count; i++)
        code = add_input(manifest, "platform", plan->platforms.items[i],
                         expansion->platform_files.items[i], err);
    for (size_t i = 0; code == 0 && i < expansion->suites.count; i++)
        code = add_suite(manifest, expansion->suites.items[i], err);
    return code;
}

static void add_fact(struct run_record *record, const char *key, const char *value)
{
    struct host_fact *fact = vec_add(&record->host);

    fact->key = text_dup(key);
    fact->value = text_dup(value);
}

/* The emulator of each architecture that the run's platforms need. */
static void add_emulators(struct manifest *manifest, const struct expansion *expansion,
                          const char *home)
{
    bool done[ARCH_COUNT] = {false};

    vec_foreach (row, &expansion->platforms) {
        enum arch arch = (*row)->arch;
        _cleanup_free_ char *path = NULL, *version = NULL, *key = NULL;

        if (done[arch] || emulator_find(arch, &path, NULL) < 0 ||
            emulator_version_cached(path, home, &version, NULL) < 0)
            continue;
        done[arch] = true;
        key = text_format("qemu.%s", arch_name(arch));
        add_fact(&manifest->record, key, version);
    }
}

static void add_facts(struct manifest *manifest)
{
    struct utsname host;

    if (uname(&host) == 0) {
        add_fact(&manifest->record, "machine", host.machine);
        add_fact(&manifest->record, "kernel", host.release);
    }
    vec_foreach (row, &manifest->accels) {
        _cleanup_free_ char *key = text_format("accelerator.%s", row->image);

        add_fact(&manifest->record, key, accel_name(row->accel));
    }
}

int run_begin(struct store *store, struct plan *plan, const struct expansion *expansion,
              const char *version, struct manifest *ret_manifest, struct error **err)
{
    _cleanup_(manifest_done) struct manifest manifest = {0};
    int code;

    manifest.record.id = run_new_id();
    manifest.record.created_ms = clock_wall_ms();
    manifest.record.state = RUN_OPEN;
    manifest.record.plan = *plan;
    *plan = (struct plan){0};
    code = check_images(expansion, err);
    if (code == 0)
        code = choose_accels(&manifest, expansion, err);
    if (code == 0)
        code = run_folder(manifest.record.id, &manifest.folder, err);
    if (code == 0)
        code = path_make_folders(manifest.folder, false, err);
    if (code == 0)
        code = add_inputs(&manifest, expansion, err);
    if (code == 0) {
        add_fact(&manifest.record, "touchstone", version);
        add_emulators(&manifest, expansion, store_home(store));
        add_facts(&manifest);
        code = manifest_write(&manifest, err);
    }
    if (code == 0)
        code = store_add_run(store, &manifest.record,
                             (const struct suite *const *)expansion->suites.items,
                             expansion->suites.count, err);
    if (code < 0)
        return code;
    *ret_manifest = manifest;
    manifest = (struct manifest){0};
    return 0;
}

/* The manifest contains the resulting names, not the request. */
static void list_names(const struct manifest *manifest, struct plan *plan)
{
    vec_foreach (row, &manifest->record.inputs) {
        if (strcmp(row->kind, "image") == 0)
            strv_add(&plan->images, row->name);
        else if (strcmp(row->kind, "platform") == 0)
            strv_add(&plan->platforms, row->name);
        else if (strcmp(row->kind, "suite") == 0)
            strv_add(&plan->suites, row->name);
    }
}

int run_adopt(struct store *store, const char *run_id, struct error **err)
{
    _cleanup_(manifest_done) struct manifest manifest = {0};
    VEC(struct suite *) suites = {0};
    int code = manifest_read(run_id, &manifest, err);

    if (code < 0)
        return code;
    list_names(&manifest, &manifest.record.plan);
    add_facts(&manifest);
    manifest.record.state = RUN_OPEN;
    for (size_t i = 0; code == 0 && i < manifest.record.plan.suites.count; i++)
        code = catalog_load_suite(
            manifest_input(&manifest, "suite", manifest.record.plan.suites.items[i])->path,
            vec_add(&suites), err);
    if (code == 0)
        code = store_add_run(store, &manifest.record, (const struct suite *const *)suites.items,
                             suites.count, err);
    vec_foreach (suite, &suites)
        suite_free(*suite);
    vec_done(&suites);
    return code;
}
