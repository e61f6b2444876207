/* SPDX-License-Identifier: Apache-2.0 */
/* Checks what was staged against the image's surface, and stores the findings in the result. */
#include "cell/predict.h"

#include <stdlib.h>
#include <string.h>

#include "abi/check/check.h"
#include "abi/package/package.h"
#include "abi/surface/surface.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "bundle/bounds.h"
#include "cell/components.h"
#include "cell/metapackage.h"
#include "cell/product.h"
#include "cell/surface.h"
#include "cell/viruses.h"
#include "job/event.h"
#include "stage/stage.h"

#define FINDINGS_KEPT 500 /* most severe first */

/* What is checked, what only provides symbols, and folders in them to skip; absolute paths. */
struct parts {
    struct strv product, beside, without;
};

static void parts_done(struct parts *parts)
{
    strv_done(&parts->product);
    strv_done(&parts->beside);
    strv_done(&parts->without);
}

/* All are checked; only this many names are stored. NULL: there is no place for more. */
static struct predicted_part *add_part(struct result *result, const char *name, bool checked)
{
    struct prediction *to = &result->prediction;
    struct predicted_part *part;

    if (to->parts.count >= BOUND_PARTS) {
        result->use.cut_parts++;
        return NULL;
    }
    part = vec_add(&to->parts);
    part->name = text_dup(name);
    part->checked = checked;
    return part;
}

/* The packages that were staged: the suite's own, and their dependencies. */
static void take_staged(struct session *session, struct parts *parts)
{
    _cleanup_strv_ struct strv names = {0};

    if (session->staged == NULL)
        return;
    suite_packages_for(session->suite, session->image->package_family, session->image->arch,
                       &names);
    metapackage_resolve(session->staged, &names);
    vec_foreach (package, &session->staged->packages) {
        bool own = strv_has(&names, package->name);
        struct predicted_part *part = add_part(session->result, path_base(package->path), own);

        strv_add(own ? &parts->product : &parts->beside, package->path);
        if (part != NULL)
            memcpy(part->sha256, package->sha256, sizeof(part->sha256));
    }
}

static bool is_archive(const char *name)
{
    static const char *const endings[] = {".tar", ".tgz", ".zip", ".whl"};

    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
        if (text_ends(name, endings[i]))
            return true;
    return strstr(name, ".tar.") != NULL;
}

static bool is_package(const char *name)
{
    return text_ends(name, ".deb") || text_ends(name, ".rpm");
}

/* A package among the suite's files that no <packages> names, so that it was not staged: a case
 * installs it by itself. Those of another kind or architecture by their names are left out. */
static bool is_unstaged_product(const struct session *session, const char *name)
{
    static const struct {
        const char *ending;
        enum arch arch;
    } others[] = {{"_amd64.deb", ARCH_X86_64},
                  {"_arm64.deb", ARCH_AARCH64},
                  {".x86_64.rpm", ARCH_X86_64},
                  {".aarch64.rpm", ARCH_AARCH64}};
    _cleanup_strv_ struct strv names = {0};
    const char *family = text_equal(session->image->package_family, "deb") ? ".deb" : ".rpm";

    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (text_ends(name, others[i].ending) && others[i].arch != session->image->arch)
            return false;
    suite_packages_for(session->suite, session->image->package_family, session->image->arch,
                       &names);
    return names.count == 0 && text_ends(name, family);
}

static bool is_folder(const char *folder, const char *name)
{
    _cleanup_free_ char *path = path_join(folder, name);

    return path_is_folder(path);
}

/* The files in one of the folders: "files", or the architecture's folder in it. */
static int take_folder(struct session *session, const char *folder, struct parts *parts,
                       bool *ret_loose, struct error **err)
{
    _cleanup_free_ char *path = path_join(session->suite->folder, folder);
    _cleanup_strv_ struct strv names = {0};
    int code = path_is_folder(path) ? path_list(path, &names, err) : 0;

    for (size_t i = 0; i < names.count; i++) {
        _cleanup_free_ char *name = path_join(folder, names.items[i]);
        enum arch only;

        if (suite_file_arch(name, &only) && strchr(name + strlen("files/"), '/') == NULL &&
            is_folder(path, names.items[i])) {
            if (only != session->image->arch)
                strv_take(&parts->without, path_join(path, names.items[i]));
            continue;
        }
        if (is_package(name) && !is_unstaged_product(session, name))
            continue;
        if (is_archive(name) || is_package(name))
            strv_take(&parts->product, path_join(path, names.items[i]));
        else
            *ret_loose = true;
        add_part(session->result, name + strlen("files/"), true);
    }
    return code;
}

/* The suite's own files, including archives among them; those in folders of other architectures are
 * skipped, because they are not put into the guest. The packages were staged. */
static int take_files(struct session *session, struct parts *parts, struct error **err)
{
    _cleanup_strv_ struct strv folders = {0};
    bool loose = false;
    int code = 0;

    suite_file_folders(session->image->arch, &folders);
    for (size_t i = 0; code == 0 && i < folders.count; i++)
        code = take_folder(session, folders.items[i], parts, &loose, err);
    if (code == 0 && loose)
        strv_take(&parts->product, path_join(session->suite->folder, "files"));
    return code;
}

static void keep_findings(struct findings *from, struct prediction *to)
{
    findings_deduplicate(from);
    to->cut = from->cut || from->rows.count > FINDINGS_KEPT;
    for (size_t i = 0; i < from->rows.count && i < FINDINGS_KEPT; i++) {
        struct finding row = from->rows.items[i];

        /* These are members of the prediction itself. */
        row.surface = row.platform = NULL;
        finding_copy(vec_add(&to->findings), &row);
    }
}

static void keep_census(const struct census *from, struct prediction_census *to)
{
    to->files = from->files;
    to->examined = from->examined;
    to->opaque = from->opaque;
    to->archives = from->archives;
    vec_foreach (kind, &from->kinds)
        if (to->kinds.count < BOUND_CENSUS)
            *(struct predicted_kind *)vec_add(&to->kinds) =
                (struct predicted_kind){text_dup(kind->name), kind->files};
    strv_copy(&to->opaque_files, &from->opaque_files);
}

static void cpus_done(struct isa_cpus *cpus)
{
    vec_done(cpus);
}

static int check(struct session *session, const struct parts *parts, struct prediction *to,
                 struct error **err)
{
    _cleanup_(package_free_cleanup) struct package *package = NULL;
    _cleanup_(surface_close_cleanup) struct surface *surface = NULL;
    _cleanup_(findings_done) struct findings findings = {0};
    _cleanup_(cpus_done) struct isa_cpus cpus = {0};
    _cleanup_strv_ struct strv inputs = {0};
    _cleanup_free_ char *path = NULL;
    int code = surface_take(session, &path, err);

    event_phase("checking the product's files");
    check_cpus_add(&cpus, session->platform);
    if (code == 0)
        code = surface_open(path, &surface, err);
    if (code == 0)
        code = package_read_all(session->suite->name, &parts->product, &parts->beside,
                                &parts->without, NULL, &cpus, &package, err);
    if (code < 0)
        return code;
    package->elsewhere = true; /* a suite's files are run from the suite's folder */
    check_package(package, surface, session->image->name, session->platform, &findings);
    strv_copy(&inputs, &parts->product);
    strv_copy(&inputs, &parts->beside);
    product_take(session->product, package, &inputs, &findings);
    to->surface = text_ndup(path_base(path), DIGEST_TEXT_SIZE - 1);
    keep_findings(&findings, to);
    keep_census(&package->census, &to->census);
    return 0;
}

void predict(struct session *session)
{
    _cleanup_(parts_done) struct parts parts = {0};
    _cleanup_error_ struct error *err = NULL;
    struct prediction *to = &session->result->prediction;
    int code;

    /* A second, because clocks of file systems are coarse. */
    session->product = product_new(session->installed_by != NULL ? session->installed_ms
                                                                 : session->began_ms - 1000);
    take_staged(session, &parts);
    code = take_files(session, &parts, &err);
    if (code == 0 && parts.product.count == 0) {
        to->state = PREDICTION_NOTHING;
        text_replace(&to->reason, "the suite contains no product files");
        return;
    }
    if (code == 0) {
        components_look(session, &parts.product, &parts.beside, &parts.without);
        viruses_look(session, &parts.product, &parts.beside, &parts.without);
        code = check(session, &parts, to, &err);
    }
    to->state = code == 0 ? PREDICTION_MADE : PREDICTION_FAILED;
    if (code < 0)
        text_replace(&to->reason, error_message(err));
}
