/* SPDX-License-Identifier: Apache-2.0 */
/* Symbols that nothing loaded defines. */
#include "abi/check/loading.h"

#include <string.h>

#include "abi/check/hosts.h"
#include "abi/check/suggested.h"
#include "abi/elf/file.h"

/* Prefixes of functions that were removed: sunrpc was removed from glibc in 2.32. */
static const char *const sunrpc[] = {"clnt", "svc_",  "svctcp_", "svcudp_",
                                     "xdr_", "xprt_", "pmap_"};

static bool is_exported(const struct surface *surface, const char *name)
{
    uint32_t id = surface_find_name(surface, name);

    return id != SURFACE_NONE && surface->names[id].posting < surface->names[id + 1].posting;
}

/* True if anything exports it: a plug-in imports symbols from the program that loads it. */
static bool exported_somewhere(struct check *check, const char *name)
{
    for (size_t l = 0; l < LAYER_COUNT; l++)
        if (is_exported(check->world.layers[l], name))
            return true;
    return false;
}

/* True if the program that loads the plug-in is in the package, which then defines other symbols
 * that the plug-in imports. */
static bool host_is_ours(const struct check *check, uint32_t plugin)
{
    vec_foreach (other, &check->closure.symbols)
        if (other->by == plugin && other->file == NULL &&
            is_exported(check->world.layers[LAYER_PACKAGE], other->name))
            return true;
    return false;
}

/* What the packages of its family that were not given may define: they have programs and plug-ins
 * that are loaded before this one. One row for each plug-in. */
static bool note_relatives(struct check *check, const struct missing_symbol *missing)
{
    const char *path = loading_path(&check->closure, missing->by);
    _cleanup_free_ char *names =
        suggested_relatives(check->package, check->world.layers[LAYER_IMAGE], path);
    struct findings *findings = check->findings;
    struct finding *row;

    if (names == NULL)
        return false;
    row = findings->rows.count > 0 ? &findings->rows.items[findings->rows.count - 1] : NULL;
    if (row != NULL && row->kind == FINDING_HOST_UNPROVEN && text_equal(row->file, path))
        return true;
    row = findings_add(findings, FINDING_HOST_UNPROVEN, path, missing->name, NULL, names);
    finding_set_found(row, "no file of the package or the image defines it, and perhaps others; it "
                           "is loaded by, or after, something of packages that were not given");
    return true;
}

void loading_note_symbol(struct check *check, const struct missing_symbol *missing, bool plugin)
{
    const struct closure *closure = &check->closure;
    const struct surface_object *object;
    struct finding *row;
    bool now, ours = false;

    if (!loading_is_ours(closure, missing->by))
        return;
    /* Symbols of a missing library, or of a missing version, belong to that finding. */
    if (closure->libraries.count > 0 &&
        (missing->file == NULL || closure_find(closure, missing->file) == SURFACE_NONE))
        return;
    vec_foreach (version, &closure->versions)
        if (missing->version != NULL && !version->unversioned && version->by == missing->by &&
            strcmp(version->version, missing->version) == 0)
            return;
    if (plugin && missing->file == NULL) {
        enum host_answer answer;

        if (exported_somewhere(check, missing->name))
            return;
        answer = hosts_explain(check, loading_path(closure, missing->by), missing->name);
        if (answer == HOST_EXPLAINS)
            return;
        if (answer == HOST_UNKNOWN && note_relatives(check, missing))
            return;
        ours = answer == HOST_UNKNOWN && host_is_ours(check, missing->by);
        if (answer == HOST_UNKNOWN && !ours) {
            row = findings_add(check->findings, FINDING_UNKNOWN, loading_path(closure, missing->by),
                               missing->name, NULL, "the program that loads it");
            finding_set_found(row, "no file of the package or the image defines it");
            return;
        }
    }
    object = world_object(&check->world, closure->loaded.items[missing->by].ref);
    now = !missing->lazy || (object->flags & OBJECT_BIND_NOW) != 0;
    row = findings_add(check->findings, now ? FINDING_SYM_MISSING_NOW : FINDING_SYM_MISSING_LAZY,
                       loading_path(closure, missing->by), missing->name, missing->version,
                       missing->file);
    if (ours) { /* the program goes on without this plug-in */
        row->severity = SEVERITY_HIGH;
        finding_set_found(row, "the package defines other symbols that this plug-in imports, but "
                               "neither the package nor the image defines this one");
    } else {
        finding_set_found(row, "none of the %zu loaded libraries defines it",
                          closure->loaded.count - 1);
    }
    for (size_t i = 0; i < sizeof(sunrpc) / sizeof(sunrpc[0]); i++)
        if (text_starts(missing->name, sunrpc[i]))
            finding_set_remedy(row, "glibc no longer has Sun RPC since 2.32: link with libtirpc");
}
