/* SPDX-License-Identifier: Apache-2.0 */
/* Sources: deb(5) of dpkg 1.22; the changelogs of Ubuntu's dpkg for its patch that reads zstd. */
#include "abi/metadata/dpkg.h"

#include <stddef.h>
#include <string.h>

#include "abi/metadata/version.h"
#include "base/text.h"

static const struct {
    const char *member, *since;
} members[] = {
    {"control.tar.gz", "0"},     {"data.tar.gz", "0"},         {"control.tar", "1.17.6"},
    {"data.tar", "1.10.24"},     {"control.tar.xz", "1.17.6"}, {"data.tar.xz", "1.15.6"},
    {"data.tar.bz2", "1.10.24"}, {"data.tar.lzma", "1.13.25"}, {"control.tar.zst", "1.21.18"},
    {"data.tar.zst", "1.21.18"},
};

/* Ubuntu 18.04 and later, and an update of 16.04. */
static bool is_ubuntu_with_zstd(const char *have)
{
    return strstr(have, "ubuntu") != NULL && (version_compare_deb(have, "1.19.0.5ubuntu2") >= 0 ||
                                              (text_starts(have, "1.18.4ubuntu") &&
                                               version_compare_deb(have, "1.18.4ubuntu1.7") >= 0));
}

bool dpkg_reads(const char *member, const char *have, const char **ret_since)
{
    *ret_since = NULL;
    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
        if (strcmp(members[i].member, member) == 0)
            *ret_since = members[i].since;
    return *ret_since != NULL && (have == NULL || version_compare_deb(have, *ret_since) >= 0 ||
                                  (text_ends(member, ".zst") && is_ubuntu_with_zstd(have)));
}
