/* SPDX-License-Identifier: Apache-2.0 */
/* Checks whether the packages that a suite names exist, using lists that are already on this
 * host. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/path.h"
#include "base/process.h"
#include "home/home.h"
#include "model/package_file.h"
#include "stage/apt.h"
#include "stage/sources.h"
#include "stage/stage.h"

#define QUERY_TIMEOUT_MS 60000
#define OUTPUT_LIMIT (1 << 20)

/* True if `apt-cache policy` reports an installable candidate for the name. */
static bool has_candidate(const char *policy, const char *name)
{
    _cleanup_free_ char *head = text_format("%s:\n", name);
    const char *at = policy, *candidate;

    while ((at = strstr(at, head)) != NULL && at > policy && at[-1] != '\n')
        at++;
    candidate = at != NULL ? strstr(at, "Candidate: ") : NULL;
    return candidate != NULL && !text_starts(candidate, "Candidate: (none)");
}

/* Packages in the suite's own files/ need no archive. */
static void drop_own(const struct suite *suite, struct strv *names)
{
    _cleanup_free_ char *folder = path_join(suite->folder, "files");
    _cleanup_strv_ struct strv files = {0}, left = {0}, own = {0};

    path_list(folder, &files, NULL);
    for (size_t i = 0; i < files.count; i++) {
        _cleanup_free_ char *name = NULL, *version = NULL, *arch = NULL;

        if (package_file_deb(files.items[i], &name, &version, &arch))
            strv_add(&own, name);
    }
    for (size_t i = 0; i < names->count; i++)
        if (!strv_has(&own, names->items[i]))
            strv_add(&left, names->items[i]);
    strv_done(names);
    *names = left;
    left = (struct strv){0};
}

static bool ask(const char *config, const struct strv *names, char **ret_policy)
{
    _cleanup_(process_output_done) struct process_output output = {0};
    _cleanup_free_ char *setting = text_format("APT_CONFIG=%s", config);
    _cleanup_free_ const char **argv = text_calloc(names->count + 3, sizeof(*argv));
    const char *env[] = {setting, "LC_ALL=C", NULL};
    struct process_spec spec = PROCESS_SPEC_INIT;

    argv[0] = "apt-cache";
    argv[1] = "policy";
    for (size_t i = 0; i < names->count; i++)
        argv[i + 2] = names->items[i];
    spec.argv = argv;
    spec.env = env;
    spec.die_with_parent = true;
    if (process_run(&spec, QUERY_TIMEOUT_MS, OUTPUT_LIMIT, &output, NULL) < 0 ||
        output.exit.timed_out || !output.exit.exited || output.exit.code != 0 || output.truncated)
        return false;
    *ret_policy = buffer_steal(&output.out);
    return true;
}

bool stage_lookup(const struct suite *suite, const struct image *image, struct strv *ret_unknown)
{
    _cleanup_strv_ struct strv names = {0};
    _cleanup_free_ char *root = NULL, *config = NULL, *stamp = NULL, *policy = NULL;
    const char *home, *release;

    if (image->package_family == NULL)
        return suite->packages.count == 0;
    suite_packages_for(suite, image->package_family, image->arch, &names);
    drop_own(suite, &names);
    if (names.count == 0)
        return true;
    release = sources_release(image->os_id, image->os_version);
    if (strcmp(image->package_family, "deb") != 0 || release == NULL ||
        home_folder(&home, NULL) < 0)
        return false;
    root = text_format("%s/packages/apt/%s-%s", home, release, arch_debian_name(image->arch));
    config = path_join(root, "apt.conf");
    stamp = path_join(root, "fetched");
    if (!path_exists(config) || !path_exists(stamp) || !ask(config, &names, &policy))
        return false;
    for (size_t i = 0; i < names.count; i++)
        if (!has_candidate(policy, names.items[i]))
            strv_add(ret_unknown, names.items[i]);
    return true;
}
