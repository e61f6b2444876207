/* SPDX-License-Identifier: Apache-2.0 */
/* Resolves names to files, an accelerator and limits. */
#include "cli/one_off_job.h"

#include <errno.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "catalog/find.h"
#include "catalog/get.h"
#include "guest/host/kvm_proof.h"
#include "job/limits.h"

char *one_off_job_bundle(const char *home)
{
    return text_format("%s/shell/%ld", home, (long)getpid());
}

static bool fits(const struct platform *platform, const struct image *image)
{
    if (platform->arch != image->arch)
        return false;
    vec_foreach (size, &platform->page_sizes) {
        if (*size == image->page_size)
            return true;
    }
    return false;
}

static int choose_platform(const struct image *image, struct platform **ret_platform,
                           char **ret_path, struct error **err)
{
    _cleanup_strv_ struct strv names = {0};
    int code = catalog_list_platforms(&names, err);

    for (size_t i = 0; code == 0 && i < names.count; i++) {
        _cleanup_(platform_free_cleanup) struct platform *platform = NULL;
        _cleanup_free_ char *path = NULL;

        code = catalog_get_platform(names.items[i], NULL, &platform, &path, err);
        if (code == 0 && fits(platform, image)) {
            *ret_platform = steal_ptr(platform);
            *ret_path = steal_ptr(path);
            return 0;
        }
    }
    return code < 0 ? code
                    : error_set(err, -ENOENT, "image '%s': no platform has its architecture, %s",
                                image->name, arch_name(image->arch));
}

int one_off_job_make(const char *home, const char *image_name, const char *platform_name,
                     struct job *job, struct error **err)
{
    _cleanup_(image_free_cleanup) struct image *image = NULL;
    _cleanup_(platform_free_cleanup) struct platform *platform = NULL;
    const struct kvm_options kvm = {.home = home};
    int code = catalog_find_features(&job->features_file, err);

    if (code == 0)
        code = catalog_get_image(image_name, &image, &job->image_file, err);
    if (code == 0)
        code = platform_name != NULL
                   ? catalog_get_platform(platform_name, NULL, &platform, &job->platform_file, err)
                   : choose_platform(image, &platform, &job->platform_file, err);
    if (code == 0)
        code = kvm_choose(&kvm, ACCEL_POLICY_AUTO, image, &job->accel, &job->accel_reason, err);
    if (code < 0)
        return code;
    job->kind = JOB_PREPARE;
    job->attempt = 1;
    job->run_id = text_dup("shell");
    job->job_id = text_dup("shell");
    job->image = text_dup(image_name);
    job->platform = text_dup(platform->name);
    job->nonce = text_dup("0000000000000000");
    job->memory_mib = platform->memory_mib;
    job->time_scale = limits_default_scale(job->accel);
    job->bundle = one_off_job_bundle(home);
    return 0;
}
