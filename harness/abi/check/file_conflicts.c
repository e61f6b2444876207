/* SPDX-License-Identifier: Apache-2.0 */
/* Paths owned by both a package of the product and one of the image or of the delivery. rpm
 * compares their attributes (lib/rpmfi.c, rpmfilesCompare); dpkg rejects any file that another
 * package owns, without Replaces. */
#include <string.h>
#include <sys/stat.h>

#include "abi/check/check.h"
#include "abi/metadata/resolve.h"
#include "abi/metadata/version.h"
#include "base/cleanup.h"
#include "base/path.h"

struct owner {
    const struct surface *surface;
    const struct surface_owned *row;
};

static const char *text_of(const struct owner *owner, uint32_t string)
{
    return surface_text(owner->surface, string);
}

static const char *type_name(uint32_t mode)
{
    return S_ISDIR(mode) ? "a folder" : S_ISLNK(mode) ? "a link" : "a file";
}

/* The difference that makes rpm reject it, or NULL. */
static char *difference(const struct owner *ours, const struct owner *theirs, const char *there)
{
    uint32_t mode = ours->row->mode, other = theirs->row->mode;

    if (((ours->row->flags | theirs->row->flags) & OWNED_GHOST) != 0)
        return NULL;
    if ((mode & S_IFMT) != (other & S_IFMT))
        return text_format("%s in the product, %s %s", type_name(mode), type_name(other), there);
    if (!S_ISLNK(mode) && mode != other)
        return text_format("mode %04o in the product, %04o %s", mode & 07777, other & 07777, there);
    if (strcmp(text_of(ours, ours->row->user), text_of(theirs, theirs->row->user)) != 0 ||
        strcmp(text_of(ours, ours->row->group), text_of(theirs, theirs->row->group)) != 0)
        return text_format("owned by %s:%s in the product, by %s:%s %s",
                           text_of(ours, ours->row->user), text_of(ours, ours->row->group),
                           text_of(theirs, theirs->row->user), text_of(theirs, theirs->row->group),
                           there);
    if (S_ISLNK(mode) &&
        strcmp(text_of(ours, ours->row->content), text_of(theirs, theirs->row->content)) != 0)
        return text_format("a link to %s in the product, to %s %s",
                           text_of(ours, ours->row->content), text_of(theirs, theirs->row->content),
                           there);
    if (S_ISREG(mode) &&
        (ours->row->size != theirs->row->size || ours->row->content != theirs->row->content))
        return text_dup("the contents differ");
    return NULL;
}

static void note(struct check *check, const char *path, const struct surface *theirs,
                 uint32_t package, bool image, const char *found)
{
    const struct surface_package *row = &theirs->packages[package];
    const char *name = surface_text(theirs, row->name);

    finding_set_found(findings_add(check->findings, FINDING_FILE_CONFLICT, path, NULL, NULL, name),
                      "%s %s of the %s owns it too: %s", name, surface_text(theirs, row->version),
                      image ? "image" : "delivery", found);
}

static const char *name_of(const struct owner *owner)
{
    return text_of(owner, owner->surface->packages[owner->row->package].name);
}

static void check_rpm_file(struct check *check, struct resolver *resolver, const struct owner *ours)
{
    const char *folder = text_of(ours, ours->row->folder), *base = text_of(ours, ours->row->base);
    _cleanup_free_ char *path = text_format("%s%s", folder, base);

    for (uint32_t at = 0; (at = resolver_owner(resolver, folder, base, at)) != 0;) {
        const struct resolve_file *file = &resolver->files.items[at - 1];
        const struct surface *surface = resolver->layers[file->layer].surface;
        const struct owner theirs = {surface, &surface->owned[file->owned]};
        enum resolve_source source = resolver->layers[file->layer].source;
        _cleanup_free_ char *found = NULL;

        /* If 32-bit and 64-bit builds of a file conflict, rpm installs the 64-bit one. */
        if (source == RESOLVE_REPOSITORY ||
            (source == RESOLVE_DELIVERY && strcmp(name_of(ours), name_of(&theirs)) == 0) ||
            resolver_is_removed(resolver,
                                (struct resolve_package){file->layer, theirs.row->package}) ||
            (ours->row->color != 0 && theirs.row->color != 0 &&
             ours->row->color != theirs.row->color))
            continue;
        found = difference(ours, &theirs,
                           source == RESOLVE_IMAGE ? "on the image" : "in the other package");
        if (found != NULL)
            note(check, path, surface, theirs.row->package, source == RESOLVE_IMAGE, found);
    }
}

/* True if this package declares that it replaces files of one with this name and version. */
static bool replaces_one(const struct surface *surface, const struct surface_package *package,
                         const char *name, const char *version)
{
    for (uint32_t r = 0; r < package->relation_count; r++) {
        const struct surface_relation *row = &surface->relations[package->relation + r];

        if (row->flags >> RELATION_KIND_SHIFT == RELATION_REPLACES &&
            strcmp(surface_text(surface, row->name), name) == 0 &&
            version_fulfils_deb(version, row->flags & SENSE_MASK,
                                surface_text(surface, row->version)))
            return true;
    }
    return false;
}

/* The same for any package of the product. */
static bool replaces(const struct check *check, const char *name, const char *version)
{
    const struct surface *surface = check->package->surface;

    for (uint32_t p = 0; p < check->package->own_packages; p++)
        if (replaces_one(surface, &surface->packages[p], name, version))
            return true;
    return false;
}

/* dpkg compares paths as written, so that it does not notice that /usr/bin/x is another package's
 * /bin/x where /bin is a link: it replaces the file, and deletes it with the product. */
static void note_alias(struct check *check, const char *path, const struct surface *image,
                       const struct surface_owned *row, bool replaces)
{
    const char *owner = surface_text(image, image->packages[row->package].name);
    _cleanup_free_ char *other =
        text_format("%s%s", surface_text(image, row->folder), surface_text(image, row->base));
    struct finding *finding =
        findings_add(check->findings, FINDING_IMAGE_BROKEN, path, NULL, NULL, owner);

    if (replaces)
        finding->severity = SEVERITY_HIGH;
    finding_set_found(finding,
                      "through a link of the image it is %s of %s %s: dpkg compares the paths as "
                      "written, so it replaces that file without notice and deletes it when the "
                      "product is removed",
                      other, owner, surface_text(image, image->packages[row->package].version));
    finding_set_remedy(finding,
                       "do not package this path, or divert %s with dpkg-divert in preinst", other);
}

static void check_deb_file(struct check *check, struct resolver *resolver, const char *path,
                           const struct strv *diverted)
{
    const char *base = path_base(path);
    _cleanup_free_ char *folder = text_ndup(path, (size_t)(base - path));

    for (uint32_t at = 0; (at = resolver_owner(resolver, folder, base, at)) != 0;) {
        const struct resolve_file *file = &resolver->files.items[at - 1];
        const struct surface *surface = resolver->layers[file->layer].surface;
        const struct surface_owned *row = &surface->owned[file->owned];
        const struct surface_package *package = &surface->packages[row->package];
        _cleanup_free_ char *other = text_format("%s%s", surface_text(surface, row->folder), base);
        bool replaced = replaces(check, surface_text(surface, package->name),
                                 surface_text(surface, package->version));

        if (resolver->layers[file->layer].source != RESOLVE_IMAGE ||
            resolver_is_removed(resolver, (struct resolve_package){file->layer, row->package}) ||
            strv_sorted_has(diverted, other))
            continue;
        if (strcmp(other, path) != 0)
            note_alias(check, path, surface, row, replaced);
        else if (!replaced)
            note(check, path, surface, row->package, true,
                 "the product's package does not declare Replaces");
    }
}

/* dpkg lets either of two packages declare Replaces, whichever is unpacked first. */
static bool share(const struct surface *surface, const struct surface_package *a,
                  const struct surface_package *b)
{
    const char *names[] = {surface_text(surface, a->name), surface_text(surface, b->name)};

    return (a->flags & b->flags & PACKAGE_DEB) == 0 || strcmp(names[0], names[1]) == 0 ||
           replaces_one(surface, a, names[1], surface_text(surface, b->version)) ||
           replaces_one(surface, b, names[0], surface_text(surface, a->version));
}

/* Not a part of the archive itself, or of an archive in it. */
static bool is_payload(const char *path)
{
    return strcmp(path, "/debian-binary") != 0 && !text_starts(path, "/DEBIAN/") &&
           strchr(path, '!') == NULL;
}

/* Two debs of the delivery with one path, whatever it contains. Each input is one deb, so that
 * files and packages are told apart by the input's number. */
static void check_deb_delivery(struct check *check, const struct strv *diverted)
{
    const struct package *package = check->package;
    const struct surface *surface = package->surface;
    struct text_map first = {0};

    for (uint32_t i = 0; i < package->files.count; i++)
        if (package->files.items[i].input < package->product_inputs)
            text_map_put(&first, package->files.items[i].path, i);
    for (uint32_t i = 0;
         surface->counts[TABLE_PACKAGES] == package->input &&
         package->own_packages == package->product_inputs && i < package->files.count;
         i++) {
        const struct package_file *other = &package->files.items[i];
        uint32_t at = text_map_get(&first, other->path);
        const struct package_file *file = at != TEXT_MAP_NONE ? &package->files.items[at] : other;

        if (file->input != other->input && is_payload(file->path) &&
            !strv_sorted_has(diverted, file->path) &&
            !share(surface, &surface->packages[file->input], &surface->packages[other->input]))
            note(check, file->path, surface, other->input, false,
                 "neither package declares Replaces");
    }
    text_map_done(&first);
}

void check_file_conflicts(struct check *check, struct resolver *resolver)
{
    const struct surface *surface = check->package->surface;
    _cleanup_strv_ struct strv diverted = {0};

    if (!resolver->rpm)
        diversions_read(check, &diverted);
    for (uint32_t p = 0; resolver->rpm && p < check->package->own_packages; p++)
        for (uint32_t f = 0; f < surface->packages[p].owned_count; f++) {
            const struct owner ours = {surface, &surface->owned[surface->packages[p].owned + f]};

            check_rpm_file(check, resolver, &ours);
        }
    for (uint64_t i = 0; !resolver->rpm && i < surface->counts[TABLE_PATHS]; i++) {
        const char *path = surface_text(surface, surface->paths[i].path);

        if (!text_starts(path, "/DEBIAN/") && !strv_has(&check->package->brought, path) &&
            !strv_sorted_has(&diverted, path))
            check_deb_file(check, resolver, path, &diverted);
    }
    if (!resolver->rpm)
        check_deb_delivery(check, &diverted);
}
