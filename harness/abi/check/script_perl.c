/* SPDX-License-Identifier: Apache-2.0 */
/* Modules and the version that Perl scripts require. */
#include <string.h>

#include "abi/check/needs.h"
#include "abi/check/script_place.h"
#include "abi/check/scripts.h"
#include "abi/script/perl.h"
#include "base/cleanup.h"
#include "base/path.h"

/* "Foo/Bar.pm" */
static char *file_of(const char *module)
{
    _cleanup_buffer_ struct buffer file = {0};

    for (const char *at = module; *at != '\0'; at++) {
        bool separator = at[0] == ':' && at[1] == ':';

        buffer_add(&file, separator ? "/" : at, 1);
        at += separator;
    }
    buffer_text(&file, ".pm");
    return buffer_steal(&file);
}

/* A file of a package of the image in a folder of Perl. */
static bool image_has(const struct surface *image, const char *file)
{
    const char *base = path_base(file);
    size_t inner = (size_t)(base - file);

    for (uint64_t i = 0; i < image->counts[TABLE_OWNED]; i++) {
        const char *folder;
        size_t length;

        if (!text_equal(surface_text(image, image->owned[i].base), base))
            continue;
        folder = surface_text(image, image->owned[i].folder);
        length = strlen(folder);
        if (strstr(folder, "/perl") != NULL && length > inner &&
            strncmp(folder + length - inner, file, inner) == 0 && folder[length - inner - 1] == '/')
            return true;
    }
    return false;
}

static bool package_has(const struct needs *needs, const char *file)
{
    _cleanup_free_ char *tail = text_format("/%s", file);

    if (!needs_brings(needs, path_base(file)))
        return false;
    vec_foreach (brought, &needs->package->files)
        if (text_ends(brought->path, tail))
            return true;
    return false;
}

/* A package's metadata says which modules its programs need; of openssl's tsget.pl they are only
 * suggested. What a unit starts or an installation runs is judged all the same. */
static bool is_side_tool(const struct needs *needs, const char *path)
{
    return needs->package->own_packages > 0 && !script_is_scriptlet(path) &&
           !strv_sorted_has(&needs->started, path);
}

static struct finding *add(const struct package_text *script, const struct perl_need *need,
                           struct needs *needs)
{
    struct finding *row =
        findings_add(needs->findings, FINDING_PERL_NEED, script->path, NULL, NULL, need->module);

    row->line = need->line;
    row->severity =
        script_is_helper(script->path) || is_side_tool(needs, script->path)
            ? SEVERITY_WARN
            : script_need_severity(needs, script->path, script_end_severity(needs, script->path));
    return row;
}

void script_check_perl(const struct package_text *script, struct needs *needs)
{
    const struct surface *image = needs->world->layers[LAYER_IMAGE];
    _cleanup_perl_ struct perl_needs wanted = {0};
    unsigned release = script_release_of(needs, "perl-base");

    if (release == 0)
        release = script_release_of(needs, "perl-interpreter");
    if (release == 0)
        release = script_release_of(needs, "perl");
    if (text_starts(script->path, "/usr/share/doc/") || needs->reference || needs->whole ||
        image->counts[TABLE_OWNED] == 0 || release < 50000)
        return;
    perl_read(script->text, &wanted);
    vec_foreach (need, &wanted) {
        _cleanup_free_ char *file = need->module != NULL ? file_of(need->module) : NULL;

        if (file == NULL && need->version > release / 100 % 100)
            finding_set_found(add(script, need, needs),
                              "the script requires Perl 5.%u; the image has 5.%u", need->version,
                              release / 100 % 100);
        if (file != NULL && !needs_may_come(needs) && !package_has(needs, file) &&
            !image_has(image, file))
            finding_set_found(add(script, need, needs),
                              "no package of the image, and no file of the product, is the module "
                              "%s",
                              need->module);
    }
}
