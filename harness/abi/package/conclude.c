/* SPDX-License-Identifier: Apache-2.0 */
/* Findings that follow from the census and from the amount of unpacked data. */
#include "abi/package/census.h"
#include "abi/package/contents.h"
#include "abi/package/package.h"
#include "abi/surface/build.h"
#include "base/cleanup.h"

/* A package with metadata that contains only fonts, translations or documentation, or no files at
 * all: everything was examined. */
static void conclude_data(struct package *package)
{
    struct census *census = &package->census;
    struct finding *row;

    if (package->examined > 0 || package->full || package->findings.rows.count > 0 ||
        census->opaque > 0)
        return;
    package->examined = surface_builder_count(package->builder, TABLE_PACKAGES);
    if (package->examined == 0)
        return;
    census->examined = census->files - census->code;
    if (census->code == 0)
        return;
    row =
        findings_add(&package->findings, FINDING_CODE_UNEXAMINED, package->name, NULL, NULL, NULL);
    finding_set_found(row,
                      "%zu of its %zu files are bytecode, static libraries or programs of other "
                      "systems; only the package's metadata was checked",
                      census->code, census->files);
}

void census_conclude(struct package *package)
{
    const struct census *census = &package->census;
    _cleanup_free_ char *names = strv_join(&census->opaque_files, ", ");

    conclude_data(package);
    if (package->examined == 0)
        package_unknown(package, package->name,
                        "nothing was examined: the package has no program, library, kernel module, "
                        "script, unit or source file");
    if (census->opaque_bytes <= CENSUS_OPAQUE_FREE && census->opaque_programs == 0)
        return;
    if (census->opaque_programs > 0 || census->opaque_bytes > census->bytes / CENSUS_OPAQUE_SHARE)
        package_unknown(
            package, package->name,
            "%zu of %zu files (%llu of %llu bytes%s) have an unknown format and may contain "
            "code: %s%s",
            census->opaque, census->files, (unsigned long long)census->opaque_bytes,
            (unsigned long long)census->bytes,
            census->opaque_programs > 0 ? ", some of them executable" : "", names,
            census->opaque > census->opaque_files.count ? ", ..." : "");
}

bool contents_count(struct package *package, uint64_t more)
{
    package->bytes += more;
    if (package->bytes <= PACKAGE_TOTAL_MAX &&
        (package->bytes <= UINT64_C(1) << 30 ||
         package->bytes / PACKAGE_RATIO_MAX <= package->input_bytes))
        return true;
    if (!package->full)
        package_unknown(package, package->name,
                        "unpacks from %llu to more than %llu bytes; the rest was not read",
                        (unsigned long long)package->input_bytes,
                        (unsigned long long)package->bytes);
    package->full = true;
    return false;
}
