/* SPDX-License-Identifier: Apache-2.0 */
/* Resolves package relations over the packages of the image, the delivery and repositories
 * together, by the rules of rpm (lib/depends.c, lib/rpmds.c) or dpkg (Debian Policy, chapter 7). */
#ifndef TS_ABI_METADATA_RESOLVE_H
#define TS_ABI_METADATA_RESOLVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/surface/surface.h"
#include "base/text_map.h"
#include "base/vec.h"

enum resolve_source {
    RESOLVE_DELIVERY,
    RESOLVE_IMAGE,
    RESOLVE_REPOSITORY,
    RESOLVE_OWN /* of the delivery, what is checked: for resolver_finds */
};

/* Whose removals count, if `own` packages of the delivery are checked beside others. */
enum resolve_when {
    RESOLVE_AFTER,         /* those of the whole delivery */
    RESOLVE_BEFORE,        /* none: the image as it was, without delivery and repositories */
    RESOLVE_OWN_UNDONE,    /* those of the others */
    RESOLVE_OTHERS_UNDONE, /* those of the own packages */
};

struct resolve_package {
    uint32_t layer, package;
};

struct resolve_provider {
    struct resolve_package of;
    uint32_t relation; /* SURFACE_NONE: the package's own name */
    uint32_t next;     /* 1 + index; 0: the last */
};
struct resolve_file {
    uint32_t layer, owned, next;
};

struct resolver {
    bool rpm;
    uint32_t own; /* the first packages of the delivery: those that are checked */
    bool fetches; /* something asked for is provided by a repository alone */
    struct resolver_layer {
        const struct surface *surface;
        enum resolve_source source;
        uint8_t *state; /* for each package; enum in resolve.c */
    } layers[8];
    size_t layer_count;
    struct text_map names, bases; /* 1 + first entry of a chain in providers, files */
    struct text_map folders;      /* folders of the image's files -> index in canonical */
    struct strv canonical;        /* the same folders without links */
    VEC(struct resolve_provider) providers;
    VEC(struct resolve_file) files;
};

void resolver_init(struct resolver *resolver, bool rpm, uint32_t own);
void resolver_done(struct resolver *resolver);

/* Adds packages of the resolver's family only. NULL adds nothing. */
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

/* Marks packages that installing the delivery removes: older ones of the same name, and obsoleted
 * ones. */
void resolver_remove_replaced(struct resolver *resolver);
bool resolver_is_removed(const struct resolver *resolver, struct resolve_package of);

/* True for a package of a repository that the delivery needs, by the relations met so far. */
bool resolver_is_fetched(const struct resolver *resolver, struct resolve_package of);

/* True if a relation of a package is satisfied. Removed packages provide nothing. Alternatives are
 * given by their first row. ret_sound: false for a boolean dependency that cannot be parsed. */
bool resolver_meets(struct resolver *resolver, struct resolve_package of,
                    const struct surface_relation *relation, enum resolve_when when,
                    bool *ret_sound);

/* Finds the first package of a source, other than `of`, that this conflict refers to. */
bool resolver_finds(struct resolver *resolver, struct resolve_package of,
                    const struct surface_relation *relation, enum resolve_source source,
                    struct resolve_package *ret);

/* The owner of a path, searched from `after` (1 + index; 0: the start): 1 + index in files, or 0.
 * The image's links to folders (/lib, /var/run) are followed. */
uint32_t resolver_owner(struct resolver *resolver, const char *folder, const char *base,
                        uint32_t after);

#endif
