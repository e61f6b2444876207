/* SPDX-License-Identifier: Apache-2.0 */
/* rpm's features by version: the table rpmlibProvides in lib/rpmds.c, and rpm's release notes. */
#include "abi/metadata/rpmlib.h"

#include <stddef.h>
#include <string.h>

static const struct {
    const char *name, *since;
} features[] = {
    {"rpmlib(VersionedDependencies)", "3.0.3"},
    {"rpmlib(CompressedFileNames)", "3.0.4"},
    {"rpmlib(PayloadIsBzip2)", "3.0.5"},
    {"rpmlib(PayloadFilesHavePrefix)", "4.0"},
    {"rpmlib(ExplicitPackageProvide)", "4.0"},
    {"rpmlib(HeaderLoadSortsTags)", "4.0.1"},
    {"rpmlib(ScriptletInterpreterArgs)", "4.0.3"},
    {"rpmlib(PartialHardlinkSets)", "4.0.4"},
    {"rpmlib(ConcurrentAccess)", "4.1"},
    {"rpmlib(BuiltinLuaScripts)", "4.2.2"},
    {"rpmlib(PayloadIsLzma)", "4.6.0"},
    {"rpmlib(FileDigests)", "4.6.0"},
    {"rpmlib(FileCaps)", "4.7.0"},
    {"rpmlib(PayloadIsXz)", "4.7.0"},
    {"rpmlib(ScriptletExpansion)", "4.9.0"},
    {"rpmlib(TildeInVersions)", "4.10.0"},
    {"rpmlib(RichDependencies)", "4.12.0"},
    {"rpmlib(LargeFiles)", "4.12.0"},
    {"rpmlib(PayloadIsZstd)", "4.14.0"},
    {"rpmlib(CaretInVersions)", "4.15.0"},
    {"rpmlib(DynamicBuildRequires)", "4.15.0"},
};

static const struct {
    const char *name, *since;
} payloads[] = {{"lzma", "4.6.0"}, {"xz", "4.7.0"}, {"zstd", "4.14.0"}};

const char *rpmlib_since(const char *capability)
{
    for (size_t i = 0; i < sizeof(features) / sizeof(features[0]); i++)
        if (strcmp(features[i].name, capability) == 0)
            return features[i].since;
    return NULL;
}

const char *rpmlib_payload_since(const char *compressor)
{
    for (size_t i = 0; i < sizeof(payloads) / sizeof(payloads[0]); i++)
        if (strcmp(payloads[i].name, compressor) == 0)
            return payloads[i].since;
    return NULL;
}
