/* SPDX-License-Identifier: Apache-2.0 */
/* Checks the relations of the product's packages against the packages of the image, the delivery
 * and the repositories, like the test that rpm and dpkg make before an installation. */
#include <errno.h>
#include <string.h>

#include "abi/check/check.h"
#include "abi/metadata/dpkg.h"
#include "abi/metadata/resolve.h"
#include "abi/metadata/rpmlib.h"
#include "abi/metadata/triggers.h"
#include "abi/metadata/version.h"
#include "abi/surface/remedy.h"
#include "base/cleanup.h"
#include "base/path.h"

struct dependencies {
    struct check *check;
    struct resolver *resolver;
    bool same_family; /* the image's packages are of the same family, and known */
    bool said;        /* it has been reported that they are not */
};

static uint32_t kind_of(const struct surface_relation *relation)
{
    return relation->flags >> RELATION_KIND_SHIFT;
}

static const struct surface *image_of(const struct dependencies *with)
{
    return with->check->world.layers[LAYER_IMAGE];
}

/* "name (>= 1.2)", in the syntax of the package's family; alternatives separated by "|". */
static char *relation_text(const struct resolver *resolver, struct resolve_package of,
                           const struct surface_relation *row)
{
    struct buffer text = {0};

    for (;; row++) {
        uint32_t sense = row->flags & SENSE_MASK;

        buffer_text(&text, resolver_text(resolver, of, row->name));
        if ((row->flags & RELATION_ANY_ARCH) != 0)
            buffer_text(&text, ":any");
        if (sense != 0 && row->version != 0)
            buffer_format(&text, " %s%s%s %s", (sense & SENSE_LESS) != 0 ? "<" : "",
                          (sense & SENSE_GREATER) != 0 ? ">" : "",
                          (sense & SENSE_EQUAL) != 0 ? "=" : "",
                          resolver_text(resolver, of, row->version));
        if ((row->flags & RELATION_ALTERNATIVE) == 0)
            return buffer_steal(&text);
        buffer_text(&text, " | ");
    }
}

static char *package_text(const struct resolver *resolver, struct resolve_package of)
{
    const struct surface_package *package = resolver_package(resolver, of);

    return text_format("%s %s", resolver_text(resolver, of, package->name),
                       resolver_text(resolver, of, package->version));
}

/* The version of a package on the image; NULL: unknown. */
static const char *version_on(const struct surface *image, const char *name)
{
    for (uint64_t i = 0; i < image->counts[TABLE_PACKAGES]; i++)
        if (strcmp(surface_text(image, image->packages[i].name), name) == 0)
            return surface_text(image, image->packages[i].version);
    return NULL;
}

/* The version of rpm on the image, without the distribution's suffix; NULL: unknown. */
static char *rpm_release(const struct surface *image)
{
    const char *listed = surface_meta_get(image, "rpm");
    const char *version = listed != NULL ? NULL : version_on(image, "rpm"), *colon;

    if (version == NULL)
        return text_dup(listed);
    colon = strchr(version, ':');
    version = colon != NULL ? colon + 1 : version;
    return text_ndup(version, strcspn(version, "-+"));
}

static void note_too_new(struct dependencies *with, struct resolve_package of, const char *what,
                         const char *since, const char *have)
{
    struct findings *findings = with->check->findings;
    struct finding *row;

    if (since != NULL && have != NULL && version_compare_rpm(have, since) >= 0)
        return;
    if (since != NULL && have == NULL)
        return;
    row =
        findings_add(findings, FINDING_PACKAGE_FORMAT,
                     resolver_text(with->resolver, of, resolver_package(with->resolver, of)->name),
                     what, NULL, "rpm");
    finding_set_found(row, "%s%s%s%s",
                      since != NULL ? "it requires rpm " : "no version of rpm supports it",
                      since != NULL ? since : "", since != NULL ? "; the image has " : "",
                      since != NULL ? have : "");
    if (strstr(what, "zstd") != NULL || strstr(what, "Zstd") != NULL)
        finding_set_remedy(row, "build it with --define '_binary_payload w6.xzdio'");
}

static void check_format(struct dependencies *with, struct resolve_package of)
{
    const struct surface_package *package = resolver_package(with->resolver, of);
    const char *payload = resolver_text(with->resolver, of, package->payload);
    _cleanup_free_ char *have = rpm_release(image_of(with));

    if (*payload != '\0' && rpmlib_payload_since(payload) != NULL)
        note_too_new(with, of, payload, rpmlib_payload_since(payload), have);
    for (uint32_t r = 0; r < package->relation_count; r++) {
        const struct surface_relation *row =
            &with->resolver->layers[of.layer].surface->relations[package->relation + r];
        const char *name = resolver_text(with->resolver, of, row->name);

        if (kind_of(row) == RELATION_REQUIRES && text_starts(name, "rpmlib("))
            note_too_new(with, of, name, rpmlib_since(name), have);
    }
}

/* dpkg reads each archive of a deb since a version of its own. */
static void check_deb_format(struct dependencies *with, struct resolve_package of)
{
    const struct surface_package *package = resolver_package(with->resolver, of);
    const char *have = with->same_family ? version_on(image_of(with), "dpkg") : NULL, *since;
    _cleanup_strv_ struct strv members = {0};
    struct finding *row;

    strv_split(&members, resolver_text(with->resolver, of, package->payload), " ");
    for (size_t i = 0; i < members.count; i++) {
        bool early = i == 0 && text_starts(members.items[i], "data.tar");

        if (!early && dpkg_reads(members.items[i], have, &since))
            continue;
        row = findings_add(with->check->findings, FINDING_PACKAGE_FORMAT,
                           resolver_text(with->resolver, of, package->name), members.items[i], NULL,
                           "dpkg");
        if (early)
            finding_set_found(row, "it stands before control.tar, which dpkg refuses");
        else if (since == NULL)
            finding_set_found(row, "no version of dpkg supports it");
        else
            finding_set_found(row, "it requires dpkg %s; the image has %s", since, have);
        finding_set_remedy(row, "build it with 'dpkg-deb -Zxz', or for dpkg before 1.17.6 with "
                                "'dpkg-deb --uniform-compression -Zgzip'");
    }
}

static bool is_accepted(const char *const *names, const char *arch)
{
    for (; *names != NULL; names++)
        if (strcmp(*names, arch) == 0)
            return true;
    return false;
}

/* Source: rpm's rpmrc.in (arch_compat), dpkg --print-architecture. */
static void check_arch(struct dependencies *with, struct resolve_package of)
{
    static const char *const x86_64[] = {"x86_64", "amd64", "em64t", "noarch", "athlon",    "geode",
                                         "i686",   "i586",  "i486",  "i386",   "x86_64_v2", NULL};
    static const char *const aarch64[] = {"aarch64", "noarch", NULL};
    static const char *const amd64[] = {"amd64", "all", NULL}, *const arm64[] = {"arm64", "all",
                                                                                 NULL};
    bool arm = text_equal(surface_meta_get(image_of(with), "machine"), "aarch64");
    bool rpm = with->resolver->rpm;
    const struct surface_package *package = resolver_package(with->resolver, of);
    const char *arch = resolver_text(with->resolver, of, package->arch);
    struct finding *row;

    if (*arch == '\0' || surface_meta_get(image_of(with), "machine") == NULL ||
        is_accepted(rpm ? (arm ? aarch64 : x86_64) : (arm ? arm64 : amd64), arch))
        return;
    /* A foreign architecture that dpkg was configured for has packages installed. */
    for (uint64_t i = 0; !rpm && i < image_of(with)->counts[TABLE_PACKAGES]; i++)
        if (strcmp(surface_text(image_of(with), image_of(with)->packages[i].arch), arch) == 0)
            return;
    row = findings_add(with->check->findings, FINDING_ARCH,
                       resolver_text(with->resolver, of, package->name), NULL, NULL,
                       rpm ? (arm ? "aarch64" : "x86_64") : (arm ? "arm64" : "amd64"));
    finding_set_found(row, "the package is for '%s'", arch);
    if (rpm && (strcmp(arch, "arm64") == 0))
        finding_set_remedy(
            row, "rpm calls this architecture aarch64, not arm64: build with --target aarch64");
}

/* "libz.so.1()(64bit)", "libc.so.6(GLIBC_2.34)(64bit)": decided by the image's libraries,
 * independently of its package database. */
static bool library_meets(const struct surface *image, const char *name)
{
    size_t soname = strcspn(name, "("), version;
    bool wide = text_ends(name, "(64bit)");

    if (memmem(name, soname, ".so", 3) == NULL && !text_starts(name, "ld-linux"))
        return false;
    version = name[soname] == '(' ? strcspn(name + soname + 1, ")") : 0;
    for (uint64_t i = 0; i < image->counts[TABLE_OBJECTS]; i++) {
        const struct surface_object *object = &image->objects[i];
        const char *there = surface_text(image, object->soname);

        if (strncmp(there, name, soname) != 0 || there[soname] != '\0' ||
            wide != ((object->flags & OBJECT_64) != 0))
            continue;
        if (version == 0)
            return true;
        for (uint32_t v = 0; v < object->version_count; v++) {
            const struct surface_version *row = &image->versions[object->version + v];
            const char *text = surface_text(image, row->name);

            if (row->file == 0 && strncmp(text, name + soname + 1, version) == 0 &&
                text[version] == '\0')
                return true;
        }
    }
    return false;
}

/* A reference lists packages that every installation has, some with their version. */
static bool reference_meets(const struct surface *image, const char *name, uint32_t sense,
                            const char *version)
{
    const char *listed = surface_meta_get(image, "base-packages");
    _cleanup_free_ char *key = text_format(":%s:", name);
    const char *have;

    if (listed == NULL)
        return false;
    if (text_equal(name, "rtld(GNU_HASH)")) /* provided by glibc 2.5 and later */
        return true;
    if (strstr(listed, key) == NULL || sense == 0)
        return strstr(listed, key) != NULL;
    have = surface_meta_get(image, name);
    return have != NULL && (sense & SENSE_GREATER) != 0 && version_compare_rpm(have, version) > 0;
}

/* If the image's packages are unknown: what its files prove. */
static bool files_meet(struct dependencies *with, const char *name, uint32_t sense,
                       const char *version)
{
    return reference_meets(image_of(with), name, sense, version) ||
           (name[0] == '/' ? world_resolve(&with->check->world, name).found
                           : library_meets(image_of(with), name));
}

static void note_not_known(struct dependencies *with, struct resolve_package of, const char *text)
{
    const char *packages = surface_meta_get(image_of(with), "packages");
    struct finding *row;

    if (with->said)
        return;
    with->said = true;
    row =
        findings_add(with->check->findings, FINDING_UNKNOWN,
                     resolver_text(with->resolver, of, resolver_package(with->resolver, of)->name),
                     text, NULL, NULL);
    if (with->check->reference)
        finding_set_found(
            row,
            "the reference lists no packages, so dependencies on package names cannot be resolved");
    else if (packages != NULL && image_of(with)->counts[TABLE_PACKAGES] > 0)
        finding_set_found(row,
                          "the image's package database is that of %s; package names that an %s "
                          "package requires cannot be resolved with it",
                          packages, with->resolver->rpm ? "rpm" : "deb");
    else
        finding_set_found(row, "the surface has no readable package database (%s)",
                          packages != NULL ? packages : "none");
    finding_set_remedy(
        row, "check against a surface of the image, collected again with 'touchstone abi harvest'");
}

/* Nothing provides the name, and the image lacks that library: names the package that provides it
 * elsewhere. */
static void set_provider_remedy(struct dependencies *with, struct finding *row, const char *name)
{
    size_t soname = strcspn(name, "(");
    _cleanup_free_ char *bare =
        text_format("%.*s()%s", (int)soname, name, text_ends(name, "(64bit)") ? "(64bit)" : "");
    _cleanup_free_ char *remedy = name[soname] == '(' && library_meets(image_of(with), bare)
                                      ? NULL
                                      : remedy_requirement(image_of(with), name);

    if (remedy != NULL)
        finding_set_remedy(row, "%s", remedy);
}

/* Names a package with the same name and another version, the usual cause. */
static void set_have(struct dependencies *with, struct finding *row, struct resolve_package of,
                     const struct surface_relation *relation)
{
    struct surface_relation bare = {relation->name, 0, relation->flags & ~(uint32_t)SENSE_MASK};
    _cleanup_free_ char *have = NULL;
    struct resolve_package there;

    if (!resolver_finds(with->resolver, of, &bare, RESOLVE_IMAGE, &there)) {
        finding_set_found(row, "no package of the image%s provides it",
                          with->resolver->layer_count > 2 ? ", the delivery or a repository"
                                                          : " or the delivery");
        set_provider_remedy(with, row, resolver_text(with->resolver, of, relation->name));
        return;
    }
    have = package_text(with->resolver, there);
    if ((relation->flags & RELATION_ANY_ARCH) != 0 &&
        (resolver_package(with->resolver, there)->flags & PACKAGE_MULTI_ARCH_ALLOWED) == 0)
        finding_set_found(row, "the image has %s, which is not 'Multi-Arch: allowed'", have);
    else
        finding_set_found(row, "the image has %s", have);
}

static void check_required(struct dependencies *with, struct resolve_package of,
                           const struct surface_relation *relation)
{
    const char *name = resolver_text(with->resolver, of, relation->name);
    _cleanup_free_ char *text = NULL;
    bool sound, weak = kind_of(relation) == RELATION_WEAK;
    struct finding *row;

    if (text_starts(name, "rpmlib(") ||
        resolver_meets(with->resolver, of, relation, RESOLVE_AFTER, &sound))
        return;
    text = relation_text(with->resolver, of, relation);
    if (!sound) {
        row = findings_add(with->check->findings, FINDING_UNKNOWN, NULL, text, NULL, NULL);
        finding_set_found(row, "invalid boolean dependency");
        return;
    }
    if (!with->same_family) {
        if (!weak && !files_meet(with, name, relation->flags & SENSE_MASK,
                                 resolver_text(with->resolver, of, relation->version)))
            note_not_known(with, of, text);
        return;
    }
    row = findings_add(
        with->check->findings, weak ? FINDING_DEPENDENCY_WEAK : FINDING_DEPENDENCY_MISSING,
        resolver_text(with->resolver, of, resolver_package(with->resolver, of)->name), text, NULL,
        NULL);
    set_have(with, row, of, relation);
}

/* Conflicts in both directions: declared by the product's package or by the image's. */
static void check_conflict(struct dependencies *with, struct resolve_package of,
                           const struct surface_relation *relation, enum resolve_source source)
{
    _cleanup_free_ char *text = NULL, *one = NULL, *other = NULL;
    struct resolve_package there;
    struct finding *row;

    if (!resolver_finds(with->resolver, of, relation, source, &there))
        return;
    text = relation_text(with->resolver, of, relation);
    one = package_text(with->resolver, of);
    other = package_text(with->resolver, there);
    row = findings_add(
        with->check->findings, FINDING_PACKAGE_CONFLICT,
        source == RESOLVE_IMAGE
            ? resolver_text(with->resolver, of, resolver_package(with->resolver, of)->name)
            : resolver_text(with->resolver, there, resolver_package(with->resolver, there)->name),
        text, NULL, source == RESOLVE_IMAGE ? other : one);
    finding_set_found(row, "%s conflicts with %s", one, other);
}

static void check_relations(struct dependencies *with, struct resolve_package of)
{
    const struct surface_package *package = resolver_package(with->resolver, of);
    const struct surface_relation *rows = with->resolver->layers[of.layer].surface->relations;
    bool skip = false;

    for (uint32_t r = 0; r < package->relation_count; r++) {
        const struct surface_relation *row = &rows[package->relation + r];
        bool first = !skip;

        skip = (row->flags & RELATION_ALTERNATIVE) != 0;
        if (first && (kind_of(row) == RELATION_REQUIRES || kind_of(row) == RELATION_WEAK))
            check_required(with, of, row);
        if (kind_of(row) == RELATION_CONFLICTS || kind_of(row) == RELATION_BREAKS)
            check_conflict(with, of, row, RESOLVE_IMAGE);
    }
}

/* Relations of the image's packages that were satisfied until the delivery replaced a package. */
static void check_left_behind(struct dependencies *with, struct resolve_package of,
                              const struct surface_relation *relation)
{
    _cleanup_free_ char *text = NULL, *who = NULL;
    struct finding *row;
    bool sound;

    if (resolver_meets(with->resolver, of, relation, RESOLVE_AFTER, &sound) ||
        !resolver_meets(with->resolver, of, relation, RESOLVE_BEFORE, &sound))
        return;
    /* Other packages of the delivery do it without this one. */
    if (!resolver_meets(with->resolver, of, relation, RESOLVE_OWN_UNDONE, &sound) &&
        resolver_meets(with->resolver, of, relation, RESOLVE_OTHERS_UNDONE, &sound))
        return;
    text = relation_text(with->resolver, of, relation);
    who = package_text(with->resolver, of);
    row = findings_add(with->check->findings, FINDING_DEPENDENCY_MISSING, NULL, text, NULL, who);
    finding_set_found(
        row, "%s of the image requires it, but the delivery removes or replaces its provider", who);
}

static void check_image(struct dependencies *with)
{
    for (uint32_t l = 0; l < with->resolver->layer_count; l++) {
        const struct surface *surface = with->resolver->layers[l].surface;

        for (uint32_t p = 0; with->resolver->layers[l].source == RESOLVE_IMAGE &&
                             p < surface->counts[TABLE_PACKAGES];
             p++) {
            const struct surface_package *package = &surface->packages[p];
            struct resolve_package of = {l, p};
            bool skip = false;

            for (uint32_t r = 0;
                 !resolver_is_removed(with->resolver, of) && r < package->relation_count; r++) {
                const struct surface_relation *row = &surface->relations[package->relation + r];
                bool first = !skip;

                skip = (row->flags & RELATION_ALTERNATIVE) != 0;
                if (kind_of(row) == RELATION_CONFLICTS || kind_of(row) == RELATION_BREAKS)
                    check_conflict(with, of, row, RESOLVE_OWN);
                else if (first && kind_of(row) == RELATION_REQUIRES)
                    check_left_behind(with, of, row);
            }
        }
    }
}

static void check_triggers(struct check *check)
{
    vec_foreach (text, &check->package->triggers) {
        _cleanup_free_ char *fault = text->beside ? NULL : triggers_fault(text->text);

        if (fault != NULL)
            finding_set_found(findings_add(check->findings, FINDING_PACKAGE_FORMAT, text->path,
                                           "triggers", NULL, "dpkg"),
                              "%s: dpkg refuses to unpack the package", fault);
    }
}

static void check_family(struct check *check, bool rpm)
{
    _cleanup_(resolver_done) struct resolver resolver = {0};
    const struct surface *image = check->world.layers[LAYER_IMAGE];
    const char *packages = surface_meta_get(image, "packages");
    struct dependencies with = {.check = check, .resolver = &resolver};
    uint32_t family = rpm ? PACKAGE_RPM : PACKAGE_DEB, found = 0;

    for (uint32_t p = 0; p < check->package->own_packages; p++)
        found += (check->package->surface->packages[p].flags & family) != 0;
    if (found == 0)
        return;
    with.same_family = image->counts[TABLE_PACKAGES] > 0 &&
                       text_starts(packages != NULL ? packages : "", rpm ? "rpm" : "dpkg");
    resolver_init(&resolver, rpm, check->package->own_packages);
    resolver_add(&resolver, check->package->surface, RESOLVE_DELIVERY);
    resolver_add(&resolver, image, RESOLVE_IMAGE);
    resolver_add(&resolver, check->package->repositories, RESOLVE_REPOSITORY);
    resolver_remove_replaced(&resolver);
    for (uint32_t p = 0; p < check->package->own_packages; p++) {
        struct resolve_package of = {0, p};

        if ((check->package->surface->packages[p].flags & family) == 0)
            continue;
        check_arch(&with, of);
        if (rpm)
            check_format(&with, of);
        else
            check_deb_format(&with, of);
        check_relations(&with, of);
    }
    if (resolver.fetches)
        fetched_check_libraries(check, &resolver);
    if (with.same_family) {
        check_image(&with);
        check_file_conflicts(check, &resolver);
    }
}

void check_dependencies(struct check *check)
{
    check_family(check, true);
    check_family(check, false);
    check_triggers(check);
}
