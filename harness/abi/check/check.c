/* SPDX-License-Identifier: Apache-2.0 */
/* Checks one package against one image and one platform. */
#include "abi/check/check.h"

#include "abi/check/login.h"
#include "abi/check/needs.h"
#include "abi/check/privileges.h"
#include "abi/check/scripts.h"
#include "abi/check/suggested.h"

void check_package(const struct package *package, const struct surface *image,
                   const char *surface_name, const struct platform *platform,
                   struct findings *findings)
{
    struct check check = {.package = package, .platform = platform, .findings = findings};
    size_t before = findings->rows.count;
    struct needs needs;

    check_files(&check, image);
    check_dependencies(&check);
    check_effects(&check);
    check_settings(&check);
    needs_init(&needs, package, &check.world, findings);
    script_check(package, &needs);
    script_check_lua(package, &needs);
    check_privileges(&check, &needs);
    check_login_modules(&check, &needs);
    unit_check(package, image, &needs);
    start_check(package, &needs);
    needs_report_unknown(&needs);
    needs_done(&needs);
    source_check(package, &check.world, findings);
    suggested_lower(package, findings, before);
    check_images(package, image, platform, findings);
    findings_drop_files(findings, &package->brought);
    for (size_t i = before; i < findings->rows.count; i++) {
        struct finding *row = &findings->rows.items[i];

        row->surface = text_dup(surface_name);
        if (row->platform == NULL && platform != NULL)
            row->platform = text_dup(platform->name);
    }
    check_done(&check);
}
