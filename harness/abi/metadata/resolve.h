/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who provides what: packages of the image, of the delivery and of repositories, as one set. The
 * rules are rpm's (lib/depends.c, lib/rpmds.c) or dpkg's (Debian Policy 7).
 */
#ifndef TS_ABI_METADATA_RESOLVE_H
#define TS_ABI_METADATA_RESOLVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/surface/surface.h"
#include "abi/surface/text_map.h"
#include "base/vec.h"

enum resolve_source { RESOLVE_DELIVERY, RESOLVE_IMAGE, RESOLVE_REPOSITORY, RESOLVE_SOURCE_COUNT };

struct resolve_package {
    uint32_t layer, package;
};

struct resolve_provider {
    struct resolve_package of;
    uint32_t relation; /* SURFACE_NONE: the package itself */
    uint32_t next;     /* 1 + index; 0: the last */
};
struct resolve_file {
    uint32_t layer, owned, next;
};

struct resolver {
    bool rpm;
    struct resolver_layer {
        const struct surface *surface;
        enum resolve_source source;
        uint8_t *state; /* of each package; enum in resolve.c */
    } layers[8];
    size_t layer_count;
    struct text_map names, bases; /* 1 + first of a chain in providers, files */
    VEC(struct resolve_provider) providers;
    VEC(struct resolve_file) files;
};

void resolver_init(struct resolver *resolver, bool rpm);
void resolver_done(struct resolver *resolver);

/* Packages of the resolver's family only. NULL is nothing. */
void resolver_add(struct resolver *resolver, const struct surface *surface,
                  enum resolve_source source);

static inline const struct surface_package *resolver_package(const struct resolver *resolver,
                                                             struct resolve_package of)
{
    return &resolver->layers[of.layer].surface->packages[of.package];
}
static inline const char *resolver_text(const struct resolver *resolver, struct resolve_package of,
                                        uint32_t string)
{
    return surface_text(resolver->layers[of.layer].surface, string);
}

/* The delivery's installation removes it: an older one of the same name, or an obsoleted one. */
void resolver_remove_replaced(struct resolver *resolver);
bool resolver_is_removed(const struct resolver *resolver, struct resolve_package of);

/* Is a relation of a package met? Removed packages provide nothing; `removed` counts them in. Rows
 * of alternatives are given by their first. ret_sound is false for a boolean dependency that cannot
 * be read. */
bool resolver_meets(struct resolver *resolver, struct resolve_package of,
                    const struct surface_relation *relation, bool removed, bool *ret_sound);

/* The first package of a source, other than `of`, that this conflict names. */
bool resolver_finds(struct resolver *resolver, struct resolve_package of,
                    const struct surface_relation *relation, enum resolve_source source,
                    struct resolve_package *ret);

/* Who owns a path, from `after` on (1 + index; 0: from the start): 1 + index in files, or 0. Links
 * to folders at the image's top (/lib, /bin) are followed. */
uint32_t resolver_owner(const struct resolver *resolver, const char *folder, const char *base,
                        uint32_t after);

#endif
