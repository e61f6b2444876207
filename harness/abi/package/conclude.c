/* SPDX-License-Identifier: Apache-2.0 */
/* What follows from the census, and from how much came out of the archives. */
#include "abi/package/census.h"
#include "abi/package/contents.h"
#include "abi/package/package.h"
#include "base/cleanup.h"

void census_conclude(struct package *package)
{
    const struct census *census = &package->census;
    _cleanup_free_ char *names = strv_join(&census->opaque_files, ", ");

    if (package->examined == 0)
        package_unknown(package, package->name,
                        "nothing in it was examined: it has no program, library, kernel module, "
                        "script, unit or source");
    if (census->opaque_bytes <= CENSUS_OPAQUE_FREE && census->opaque_programs == 0)
        return;
    if (census->opaque_programs > 0 || census->opaque_bytes > census->bytes / CENSUS_OPAQUE_SHARE)
        package_unknown(package, package->name,
                        "%zu of %zu files (%llu of %llu bytes%s) have no known form and may hold "
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
        package_unknown(
            package, package->name, "unpacks to more than %llu bytes from %llu: the rest is unread",
            (unsigned long long)package->bytes, (unsigned long long)package->input_bytes);
    package->full = true;
    return false;
}
