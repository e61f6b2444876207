/* SPDX-License-Identifier: Apache-2.0 */
/* What a name of a program stands for, after links of the alternatives system and others. */
#include <string.h>

#include "abi/settings/read.h"
#include "base/cleanup.h"
#include "base/path.h"

/* Where a name is found first; NULL: nowhere. Caller frees. */
static char *find(const struct settings_tree *tree, const char *const *folders, const char *name)
{
    for (; *folders != NULL; folders++) {
        _cleanup_free_ char *path = text_format("%s/%s", *folders, name);

        if (settings_exists(tree, path))
            return steal_ptr(path);
    }
    return NULL;
}

static const char *const path_folders[] = {
    "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin", NULL};
static const char *const library_folders[] = {
    "/usr/lib64", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu",
    "/lib64",     "/lib/x86_64-linux-gnu",     "/lib/aarch64-linux-gnu",
    NULL};

/* versioned: the name of the file does not say the version, so that of its package is added. */
static void add(const struct settings_tree *tree, const char *const *folders, const char *name,
                bool versioned, struct settings_section *to)
{
    _cleanup_free_ char *path = find(tree, folders, name), *real = NULL, *version = NULL,
                        *value = NULL;

    if (path == NULL)
        return;
    real = settings_real(tree, path);
    version = versioned ? tree->version(tree->context, real) : NULL;
    /* /bin/sh and /usr/bin/sh are one where /bin is a link. */
    value = text_format("%s%s%s", path_base(real), version != NULL ? " " : "",
                        version != NULL ? version : "");
    settings_set(to, name, strcmp(name, "java") == 0 ? real : value, path, 0);
}

void settings_read_programs(const struct settings_tree *tree, const struct settings *all,
                            struct settings_section *to)
{
    static const struct {
        const char *name;
        bool versioned;
    } programs[] = {{"sh", false},      {"awk", false},     {"python", false},
                    {"python2", false}, {"python3", false}, {"perl", true},
                    {"java", false},    {"gcc", true},      {"init", false}};

    (void)all;
    for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
        add(tree, path_folders, programs[i].name, programs[i].versioned, to);
    add(tree, library_folders, "libstdc++.so.6", false, to);
}

/* iptables has two backends in the kernel, and rules of one do not show in the other. */
void settings_read_firewall(const struct settings_tree *tree, const struct settings *all,
                            struct settings_section *to)
{
    _cleanup_free_ char *path = find(tree, path_folders, "iptables"), *real = NULL;
    const char *base;

    (void)all;
    if (path == NULL)
        return;
    real = settings_real(tree, path);
    base = path_base(real);
    if (strstr(base, "nft") != NULL)
        settings_set(to, "iptables", "nft", real, 0);
    else if (strstr(base, "legacy") != NULL || strcmp(base, "xtables-multi") == 0)
        settings_set(to, "iptables", "legacy", real, 0);
    else
        settings_unknown(to, "the backend of %s is not known by its name", real);
}
