/* SPDX-License-Identifier: Apache-2.0 */
/* Capabilities and the packages that provide them. */
#include "abi/metadata/resolve.h"

#include <stdlib.h>
#include <string.h>

#include "abi/metadata/image_folder.h"
#include "abi/metadata/rich.h"
#include "abi/metadata/version.h"
#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"

#define DEPTH_MAX 64

enum state {
    STATE_OWN_REMOVES = 1,
    STATE_OTHERS_REMOVE = 2,
    STATE_REMOVED = STATE_OWN_REMOVES | STATE_OTHERS_REMOVE,
    STATE_TRIED = 4,
    STATE_BAD = 8
};

void resolver_init(struct resolver *resolver, bool rpm, uint32_t own)
{
    *resolver = (struct resolver){.rpm = rpm, .own = own};
}

void resolver_done(struct resolver *resolver)
{
    for (size_t i = 0; i < resolver->layer_count; i++)
        free(resolver->layers[i].state);
    text_map_done(&resolver->names);
    text_map_done(&resolver->bases);
    text_map_done(&resolver->folders);
    strv_done(&resolver->canonical);
    vec_done(&resolver->providers);
    vec_done(&resolver->files);
}

static void add_provider(struct resolver *resolver, struct resolve_package of, uint32_t relation,
                         const char *name)
{
    uint32_t first = text_map_get(&resolver->names, name);
    struct resolve_provider *row = vec_add(&resolver->providers);
    uint32_t index = (uint32_t)resolver->providers.count;

    *row = (struct resolve_provider){of, relation, 0};
    if (first == TEXT_MAP_NONE) {
        text_map_put(&resolver->names, name, index);
        return;
    }
    row->next = resolver->providers.items[first - 1].next;
    resolver->providers.items[first - 1].next = index;
}

static void add_file(struct resolver *resolver, uint32_t layer, uint32_t owned, const char *base)
{
    uint32_t first = text_map_get(&resolver->bases, base);
    struct resolve_file *row = vec_add(&resolver->files);
    uint32_t index = (uint32_t)resolver->files.count;

    *row = (struct resolve_file){layer, owned, 0};
    if (first == TEXT_MAP_NONE) {
        text_map_put(&resolver->bases, base, index);
        return;
    }
    row->next = resolver->files.items[first - 1].next;
    resolver->files.items[first - 1].next = index;
}

static uint32_t kind_of(const struct surface_relation *relation)
{
    return relation->flags >> RELATION_KIND_SHIFT;
}

void resolver_add(struct resolver *resolver, const struct surface *surface,
                  enum resolve_source source)
{
    uint32_t layer = (uint32_t)resolver->layer_count, family;

    if (surface == NULL || layer >= sizeof(resolver->layers) / sizeof(resolver->layers[0]))
        return;
    family = resolver->rpm ? PACKAGE_RPM : PACKAGE_DEB;
    resolver->layers[resolver->layer_count++] = (struct resolver_layer){
        surface, source, text_calloc(surface->counts[TABLE_PACKAGES] + 1, 1)};
    for (uint32_t p = 0; p < surface->counts[TABLE_PACKAGES]; p++) {
        const struct surface_package *package = &surface->packages[p];
        struct resolve_package of = {layer, p};

        if ((package->flags & family) == 0)
            continue;
        add_provider(resolver, of, SURFACE_NONE, surface_text(surface, package->name));
        for (uint32_t r = 0; r < package->relation_count; r++) {
            const struct surface_relation *relation = &surface->relations[package->relation + r];

            if (kind_of(relation) == RELATION_PROVIDES)
                add_provider(resolver, of, package->relation + r,
                             surface_text(surface, relation->name));
        }
        for (uint32_t f = 0; f < package->owned_count; f++)
            add_file(resolver, layer, package->owned + f,
                     surface_text(surface, surface->owned[package->owned + f].base));
    }
}

bool resolver_is_removed(const struct resolver *resolver, struct resolve_package of)
{
    return (resolver->layers[of.layer].state[of.package] & STATE_REMOVED) != 0;
}

bool resolver_is_fetched(const struct resolver *resolver, struct resolve_package of)
{
    return resolver->layers[of.layer].source == RESOLVE_REPOSITORY &&
           (resolver->layers[of.layer].state[of.package] & (STATE_TRIED | STATE_BAD)) ==
               STATE_TRIED;
}

/* Flags: sense bits and RELATION_ANY_ARCH. As in dpkg's archsatisfied(), "NAME:any" is satisfied
 * only by a package with "Multi-Arch: allowed", also as a virtual package. */
static bool provider_fits(const struct resolver *resolver, const struct resolve_provider *provider,
                          uint32_t flags, const char *version, bool itself_only)
{
    const struct surface *surface = resolver->layers[provider->of.layer].surface;
    const struct surface_package *package = &surface->packages[provider->of.package];
    const struct surface_relation *relation;
    uint32_t sense = flags & SENSE_MASK;

    if ((flags & RELATION_ANY_ARCH) != 0 && (package->flags & PACKAGE_MULTI_ARCH_ALLOWED) == 0)
        return false;
    if (provider->relation == SURFACE_NONE)
        return resolver->rpm
                   ? version_overlaps_rpm(SENSE_EQUAL, surface_text(surface, package->version),
                                          sense, version)
                   : version_fulfils_deb(surface_text(surface, package->version), sense, version);
    if (itself_only)
        return false;
    relation = &surface->relations[provider->relation];
    if (resolver->rpm)
        return version_overlaps_rpm(relation->flags, surface_text(surface, relation->version),
                                    sense, version);
    /* A capability without a version does not satisfy a relation with one. */
    return sense == 0 ||
           (relation->version != 0 &&
            version_fulfils_deb(surface_text(surface, relation->version), sense, version));
}

static const struct surface *image_of(const struct resolver *resolver)
{
    for (size_t i = 0; i < resolver->layer_count; i++)
        if (resolver->layers[i].source == RESOLVE_IMAGE)
            return resolver->layers[i].surface;
    return NULL;
}

/* A folder of installed files without the image's links; the result is kept. */
static const char *installed_folder(struct resolver *resolver, const char *folder)
{
    uint32_t at = text_map_get(&resolver->folders, folder);

    if (at == TEXT_MAP_NONE) {
        at = (uint32_t)resolver->canonical.count;
        strv_take(&resolver->canonical, image_folder_canonical(image_of(resolver), folder));
        text_map_put(&resolver->folders, folder, at);
    }
    return resolver->canonical.items[at];
}

uint32_t resolver_owner(struct resolver *resolver, const char *folder, const char *base,
                        uint32_t after)
{
    _cleanup_free_ char *wanted = NULL;
    uint32_t at =
        after == 0 ? text_map_get(&resolver->bases, base) : resolver->files.items[after - 1].next;

    if (at == TEXT_MAP_NONE || at == 0)
        return 0;
    wanted = image_folder_canonical(image_of(resolver), folder);
    for (; at != 0; at = resolver->files.items[at - 1].next) {
        const struct resolve_file *file = &resolver->files.items[at - 1];
        const struct surface *surface = resolver->layers[file->layer].surface;
        const char *there = surface_text(surface, surface->owned[file->owned].folder);

        if (strcmp(installed_folder(resolver, there), wanted) == 0)
            return at;
    }
    return 0;
}

struct question {
    struct resolver *resolver;
    enum resolve_when when;
    const char *arch; /* only packages of this architecture; NULL: of any. As in dpkg, those for all
                         architectures count as ones of its own */
    const struct resolve_package *only; /* of this package alone; NULL: of any */
    int depth;
};

/* dpkg's own architecture; "" if it is not known. */
static const char *native_arch(const struct resolver *resolver)
{
    const struct surface *image = image_of(resolver);

    for (uint64_t i = 0; image != NULL && i < image->counts[TABLE_PACKAGES]; i++)
        if (strcmp(surface_text(image, image->packages[i].name), "dpkg") == 0)
            return surface_text(image, image->packages[i].arch);
    return "";
}

static bool may_answer(const struct question *question, struct resolve_package of)
{
    const struct resolver *resolver = question->resolver;
    const char *arch = resolver_text(resolver, of, resolver_package(resolver, of)->arch);

    if (question->arch != NULL && strcmp(question->arch, arch) != 0 &&
        (strcmp(arch, "all") != 0 || strcmp(question->arch, native_arch(resolver)) != 0))
        return false;

    if (question->only != NULL &&
        (question->only->layer != of.layer || question->only->package != of.package))
        return false;
    switch (question->when) {
    case RESOLVE_BEFORE:
        return resolver->layers[of.layer].source == RESOLVE_IMAGE;
    case RESOLVE_OWN_UNDONE:
        return (resolver->layers[of.layer].state[of.package] & STATE_OTHERS_REMOVE) == 0;
    case RESOLVE_OTHERS_UNDONE:
        return (resolver->layers[of.layer].state[of.package] & STATE_OWN_REMOVES) == 0;
    default:
        return !resolver_is_removed(resolver, of);
    }
}

static bool has_file(const struct question *question, const char *path)
{
    struct resolver *resolver = question->resolver;
    const char *base = path_base(path);
    _cleanup_free_ char *folder = text_ndup(path, (size_t)(base - path));

    for (uint32_t at = 0; (at = resolver_owner(resolver, folder, base, at)) != 0;) {
        const struct resolve_file *file = &resolver->files.items[at - 1];
        const struct surface_owned *owned =
            &resolver->layers[file->layer].surface->owned[file->owned];

        if (may_answer(question, (struct resolve_package){file->layer, owned->package}))
            return true;
    }
    return false;
}

static bool is_installable(struct resolver *resolver, struct resolve_package of, int depth);

static bool has_in(struct question *question, bool repositories, const char *name, uint32_t sense,
                   const char *version)
{
    struct resolver *resolver = question->resolver;
    uint32_t at = text_map_get(&resolver->names, name);

    for (at = at == TEXT_MAP_NONE ? 0 : at; at != 0; at = resolver->providers.items[at - 1].next) {
        struct resolve_provider provider = resolver->providers.items[at - 1];

        if ((resolver->layers[provider.of.layer].source == RESOLVE_REPOSITORY) != repositories ||
            !provider_fits(resolver, &provider, sense, version, false) ||
            !may_answer(question, provider.of))
            continue;
        if (!repositories || is_installable(resolver, provider.of, question->depth + 1))
            return true;
    }
    return false;
}

static bool has(void *context, const char *name, uint32_t sense, const char *version)
{
    struct question *question = context;
    struct resolver *resolver = question->resolver;

    if (!resolver->rpm && strchr(name, ':') != NULL) {
        _cleanup_free_ char *bare = text_ndup(name, strcspn(name, ":"));
        struct question of_arch = *question;

        of_arch.arch = strchr(name, ':') + 1;
        return has(&of_arch, bare, sense, version);
    }
    if (has_in(question, false, name, sense, version) ||
        (resolver->rpm && name[0] == '/' && has_file(question, name)))
        return true;
    if (!has_in(question, true, name, sense, version))
        return false;
    resolver->fetches = true;
    return true;
}

static bool one_has(void *context, const char *text)
{
    struct question one = *(struct question *)context;
    const struct resolver *resolver = one.resolver;

    for (uint32_t l = 0; l < resolver->layer_count; l++)
        for (uint32_t p = 0; p < resolver->layers[l].surface->counts[TABLE_PACKAGES]; p++) {
            const struct resolve_package of = {l, p};

            one.only = &of;
            if (rich_holds_of_one(text, has, &one))
                return true;
        }
    return false;
}

static bool meets(struct question *question, struct resolve_package of,
                  const struct surface_relation *relation, bool *ret_sound)
{
    *ret_sound = true;
    for (;; relation++) {
        const char *name = resolver_text(question->resolver, of, relation->name);
        const char *version = resolver_text(question->resolver, of, relation->version);

        if (question->resolver->rpm && name[0] == '(')
            return rich_holds(name, has, one_has, question, ret_sound);
        if (has(question, name, relation->flags & (SENSE_MASK | RELATION_ANY_ARCH), version))
            return true;
        if ((relation->flags & RELATION_ALTERNATIVE) == 0)
            return false;
    }
}

/* True if a package of a repository can be installed with all its dependencies. A package that is
 * being examined counts as installable, because dependencies may be circular. */
static bool is_installable(struct resolver *resolver, struct resolve_package of, int depth)
{
    uint8_t *state = &resolver->layers[of.layer].state[of.package];
    const struct surface_package *package = resolver_package(resolver, of);
    const struct surface_relation *rows = resolver->layers[of.layer].surface->relations;
    struct question question = {.resolver = resolver, .depth = depth};
    bool skip = false, sound;

    if ((*state & (STATE_TRIED | STATE_BAD)) != 0 || depth > DEPTH_MAX)
        return (*state & STATE_BAD) == 0;
    *state |= STATE_TRIED;
    for (uint32_t r = 0; r < package->relation_count; r++) {
        const struct surface_relation *relation = &rows[package->relation + r];
        bool first = !skip;

        skip = (relation->flags & RELATION_ALTERNATIVE) != 0;
        if (first && kind_of(relation) == RELATION_REQUIRES &&
            !text_starts(surface_text(resolver->layers[of.layer].surface, relation->name),
                         "rpmlib(") &&
            !meets(&question, of, relation, &sound)) {
            *state |= STATE_BAD;
            return false;
        }
    }
    return true;
}

bool resolver_meets(struct resolver *resolver, struct resolve_package of,
                    const struct surface_relation *relation, enum resolve_when when,
                    bool *ret_sound)
{
    struct question question = {.resolver = resolver, .when = when};

    return meets(&question, of, relation, ret_sound);
}

static bool is_of(const struct resolver *resolver, struct resolve_package of,
                  enum resolve_source source)
{
    return source == RESOLVE_OWN
               ? resolver->layers[of.layer].source == RESOLVE_DELIVERY && of.package < resolver->own
               : resolver->layers[of.layer].source == source;
}

bool resolver_finds(struct resolver *resolver, struct resolve_package of,
                    const struct surface_relation *relation, enum resolve_source source,
                    struct resolve_package *ret)
{
    const char *version = resolver_text(resolver, of, relation->version);
    const char *own = resolver_text(resolver, of, resolver_package(resolver, of)->name);
    bool obsoletes = kind_of(relation) == RELATION_OBSOLETES;
    uint32_t at = text_map_get(&resolver->names, resolver_text(resolver, of, relation->name));

    for (at = at == TEXT_MAP_NONE ? 0 : at; at != 0; at = resolver->providers.items[at - 1].next) {
        const struct resolve_provider *provider = &resolver->providers.items[at - 1];
        const char *name =
            resolver_text(resolver, provider->of, resolver_package(resolver, provider->of)->name);

        if (!is_of(resolver, provider->of, source) || strcmp(name, own) == 0 ||
            resolver_is_removed(resolver, provider->of) ||
            !provider_fits(resolver, provider, relation->flags & SENSE_MASK, version, obsoletes))
            continue;
        *ret = provider->of;
        return true;
    }
    return false;
}

static void remove_older(struct resolver *resolver, struct resolve_package of, enum state removed)
{
    const struct surface_package *own = resolver_package(resolver, of);
    const char *arch = resolver_text(resolver, of, own->arch);
    uint32_t at = text_map_get(&resolver->names, resolver_text(resolver, of, own->name));

    for (at = at == TEXT_MAP_NONE ? 0 : at; at != 0; at = resolver->providers.items[at - 1].next) {
        const struct resolve_provider *other = &resolver->providers.items[at - 1];
        const char *there =
            resolver_text(resolver, other->of, resolver_package(resolver, other->of)->arch);
        bool any = strcmp(arch, "noarch") == 0 || strcmp(there, "noarch") == 0 ||
                   strcmp(arch, "all") == 0 || strcmp(there, "all") == 0;

        if (other->relation == SURFACE_NONE &&
            resolver->layers[other->of.layer].source == RESOLVE_IMAGE &&
            (any || strcmp(arch, there) == 0))
            resolver->layers[other->of.layer].state[other->of.package] |= removed;
    }
}

void resolver_remove_replaced(struct resolver *resolver)
{
    for (uint32_t l = 0; l < resolver->layer_count; l++) {
        const struct surface *surface = resolver->layers[l].surface;

        for (uint32_t p = 0;
             resolver->layers[l].source == RESOLVE_DELIVERY && p < surface->counts[TABLE_PACKAGES];
             p++) {
            struct resolve_package of = {l, p}, old;
            const struct surface_package *package = &surface->packages[p];
            enum state removed = p < resolver->own ? STATE_OWN_REMOVES : STATE_OTHERS_REMOVE;

            remove_older(resolver, of, removed);
            for (uint32_t r = 0; r < package->relation_count; r++) {
                const struct surface_relation *row = &surface->relations[package->relation + r];

                while (kind_of(row) == RELATION_OBSOLETES &&
                       resolver_finds(resolver, of, row, RESOLVE_IMAGE, &old))
                    resolver->layers[old.layer].state[old.package] |= removed;
            }
        }
    }
}
