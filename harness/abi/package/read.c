/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a product's files, folders and archives into a package. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "abi/archive/blob.h"
#include "abi/package/called.h"
#include "abi/package/capabilities.h"
#include "abi/package/contents.h"
#include "abi/package/package.h"
#include "abi/package/settings.h"
#include "abi/package/started.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "base/translate.h"

#define LAYOUT_MAX 512 /* number of files in an OCI layout, which are all open at once */

/* A file of the host, with the same limits as one in an archive: holes do not count as input. */
static int read_one(struct package *package, const char *host, const struct place *place,
                    struct error **err)
{
    _cleanup_close_ int fd = open(host, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct place here = *place;
    struct blob blob;
    struct stat st;
    uint64_t held;
    char capabilities[CAPABILITIES_SIZE];
    ssize_t attribute;

    if (fd < 0 || fstat(fd, &st) < 0)
        return error_set_errno(err, -errno, "cannot open '%s'", host);
    if (!S_ISREG(st.st_mode))
        return error_set(err, -EINVAL, "'%s' is not a regular file", host);
    held = (uint64_t)st.st_blocks * 512;
    here.mode = st.st_mode & 07777;
    here.density = held < (uint64_t)st.st_size ? (double)held / (double)st.st_size : 1;
    blob = (struct blob){.fd = fd, .size = (uint64_t)st.st_size};
    attribute = fgetxattr(fd, CAPABILITIES_ATTRIBUTE, capabilities, sizeof(capabilities));
    if (attribute > 0)
        capabilities_take(package, place->path, capabilities, (size_t)attribute);
    package->input_bytes += place->input ? (uint64_t)st.st_size : held;
    contents_take_blob(package, &here, &blob);
    return 0;
}

/* The path on the image of a path in a plain input. Caller frees. */
static char *placed(const struct package *package, const char *path)
{
    return text_format("%s%s", package->prefix != NULL ? package->prefix : "", path);
}

static void take_walked(struct package *package, FTSENT *entry, size_t root)
{
    _cleanup_free_ char *path = placed(package, entry->fts_path + root);
    _cleanup_error_ struct error *problem = NULL;
    char target[4096];
    ssize_t length;

    if (entry->fts_info == FTS_SL || entry->fts_info == FTS_SLNONE) {
        length = readlink(entry->fts_accpath, target, sizeof(target) - 1);
        if (length > 0) {
            target[length] = '\0';
            package_take_link(package, path, target);
        }
    } else if (entry->fts_info == FTS_D && entry->fts_path[root] != '\0') {
        package_take_folder(package, path);
    } else if (entry->fts_info == FTS_F) {
        struct place place = {.path = path, .density = 1};

        if (read_one(package, entry->fts_accpath, &place, &problem) < 0)
            package_unknown(package, path, "%s", error_message(problem));
    } else if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR ||
               entry->fts_info == FTS_NS) {
        package_unknown(package, path, "cannot be read: %s", english_error(entry->fts_errno));
    }
}

static void add_member(struct image_members *members, const char *host, const char *name)
{
    int fd = open(host, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    struct image_member *member;
    struct stat st;

    if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
        if (fd >= 0)
            close(fd);
        return;
    }
    member = vec_add(members);
    member->name = text_dup(name);
    member->spool = (struct spool){.fd = fd, .size = (uint64_t)st.st_size};
}

/* An OCI layout in a folder. */
static bool take_layout(struct package *package, const char *folder, const char *path)
{
    static const char *const files[] = {"oci-layout", "index.json", "manifest.json"};
    _cleanup_free_ char *layout = text_format("%s/oci-layout", folder),
                        *blobs = text_format("%s/blobs/sha256", folder);
    struct image_members members = {0};
    struct place place = {.path = path, .density = 1, .input = *path == '\0'};
    struct dirent *entry;
    DIR *list = access(layout, F_OK) == 0 ? opendir(blobs) : NULL;
    bool taken;

    if (list == NULL)
        return false;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        _cleanup_free_ char *host = text_format("%s/%s", folder, files[i]);

        add_member(&members, host, files[i]);
    }
    while (members.count < LAYOUT_MAX && (entry = readdir(list)) != NULL) {
        _cleanup_free_ char *host = text_format("%s/%s", blobs, entry->d_name);
        _cleanup_free_ char *name = text_format("blobs/sha256/%s", entry->d_name);

        add_member(&members, host, name);
    }
    closedir(list);
    vec_foreach (member, &members)
        package->input_bytes += member->spool.size;
    taken = image_take(package, &place, &members);
    image_members_done(&members);
    return taken;
}

static int read_folder(struct package *package, const char *folder, struct error **err)
{
    char *roots[] = {(char *)folder, NULL};
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    size_t root = strlen(folder);
    FTSENT *entry;

    if (tree == NULL)
        return error_set_errno(err, -errno, "cannot open folder '%s'", folder);
    while (root > 1 && folder[root - 1] == '/')
        root--;
    while ((entry = fts_read(tree)) != NULL) {
        if (!package_count(package, entry->fts_path + root, NULL))
            break;
        if (package->full)
            break;
        if (entry->fts_info == FTS_D &&
            (strv_has(package->without, entry->fts_path) ||
             take_layout(package, entry->fts_path, entry->fts_path + root)))
            fts_set(tree, entry, FTS_SKIP);
        take_walked(package, entry, root);
    }
    fts_close(tree);
    return 0;
}

static int take_input(struct package *package, const char *path, struct error **err)
{
    _cleanup_free_ char *name = text_format("/%s", path_base(path)),
                        *inside = placed(package, name);
    struct place place = {.path = inside, .density = 1, .input = true};
    struct stat st;

    if (stat(path, &st) < 0)
        return error_set_errno(err, -errno, "cannot stat '%s'", path);
    if (S_ISDIR(st.st_mode))
        return read_folder(package, path, err);
    if (!S_ISREG(st.st_mode))
        return error_set(err, -EINVAL, "'%s' is neither a file nor a folder", path);
    return read_one(package, path, &place, err);
}

/* What is damaged within a package that is only beside is no fault of the product; one that cannot
 * be read at all leaves open what it provides. */
static void drop_inner(struct package *package, size_t from, const struct strv *beside)
{
    size_t kept = from;

    if (package->findings.cut)
        return;
    for (size_t i = from; i < package->findings.rows.count; i++) {
        struct finding *row = &package->findings.rows.items[i];
        bool whole = text_equal(row->file, package->name);

        for (size_t b = 0; b < beside->count && !whole; b++)
            whole = text_equal(path_base(row->file), path_base(beside->items[b]));
        if (whole)
            package->findings.rows.items[kept++] = *row;
        else
            finding_done(row);
    }
    package->findings.rows.count = kept;
}

static int take_beside(struct package *package, const struct strv *beside, struct error **err)
{
    size_t elves = package->elves.count, scripts = package->scripts.count;
    size_t modules = package->modules.count, units = package->units.count;
    size_t sources = package->char_signs.count, starts = package->starts.count;
    size_t triggers = package->triggers.count, rows = package->findings.rows.count;
    struct census product = package->census;
    int code = 0;

    const char *prefix = package->prefix;

    package->own_packages = (uint32_t)surface_builder_count(package->builder, TABLE_PACKAGES);
    package->product_inputs = package->input;
    package->prefix = NULL;
    package->cpus = NULL;
    package->census = (struct census){0};
    for (size_t i = 0; code == 0 && i < beside->count; i++, package->input++)
        code = take_input(package, beside->items[i], err);
    for (size_t i = elves; i < package->elves.count; i++)
        strv_add(&package->brought, package->elves.items[i].path);
    for (size_t i = scripts; i < package->scripts.count; i++)
        package->scripts.items[i].beside = true;
    for (size_t i = modules; i < package->modules.count; i++)
        strv_add(&package->brought, package->modules.items[i].path);
    for (size_t i = units; i < package->units.count; i++)
        package->units.items[i].beside = true;
    for (size_t i = starts; i < package->starts.count; i++)
        package->starts.items[i].beside = true;
    for (size_t i = triggers; i < package->triggers.count; i++)
        package->triggers.items[i].beside = true;
    for (size_t i = sources; i < package->char_signs.count; i++)
        package->char_signs.items[i].beside = true;
    drop_inner(package, rows, beside);
    census_done(&package->census);
    package->census = product;
    package->prefix = prefix;
    return code;
}

/* Reads an archive as a package of its own, within the limits of the outer one, to which its census
 * is added. */
static int read_root(const char *name, const struct blob *blob, double density,
                     struct package *outer, struct package **ret_package, struct error **err)
{
    struct package *package = text_calloc(1, sizeof(*package));
    const struct place place = {.path = "/", .density = density, .input = true, .depth = 1};
    int code;

    package->name = text_dup(name);
    package->handlers = outer->handlers;
    package->listener = outer->listener;
    if (!text_equal(name, outer->name))
        package->listened =
            text_format("%s%s!", outer->listened != NULL ? outer->listened : "", name);
    package->cpus = outer->cpus;
    package->unxz_runs = outer->unxz_runs;
    package->builder = surface_builder_new();
    package->input_bytes = outer->input_bytes;
    package->bytes = outer->bytes;
    package->entries = outer->entries;
    archive_take(package, &place, blob, false);
    settings_conclude(package);
    outer->bytes = package->bytes;
    outer->entries = package->entries;
    outer->examined += package->examined;
    outer->full |= package->full;
    census_join(&outer->census, &package->census);
    code = surface_builder_open(package->builder, name, &package->surface, err);
    if (code < 0)
        package_free(package);
    else
        *ret_package = package;
    return code;
}

static const struct content_handlers handlers = {contents_take, contents_take_blob,
                                                 contents_take_script, archive_take, read_root};

static struct package *new_package(const char *name)
{
    struct package *package = text_calloc(1, sizeof(*package));

    package->name = text_dup(name);
    package->handlers = &handlers;
    package->builder = surface_builder_new();
    return package;
}

int package_read_listened(const char *path, const struct strv *without, const char *prefix,
                          struct package_listener *listener, struct package **ret_package,
                          struct error **err)
{
    static const struct strv none = {0};
    _cleanup_(package_free_cleanup) struct package *package = new_package(path_base(path));
    int code;

    package->listener = listener;
    package->prefix = prefix;
    package->without = without != NULL ? without : &none;
    code = take_input(package, path, err);
    if (code == 0)
        code = surface_builder_open(package->builder, package->name, &package->surface, err);
    if (code == 0)
        *ret_package = steal_ptr(package);
    return code;
}

/* Reads the product again for the scripts that nothing calls. */
static void conclude_called(struct package *package, const struct strv *product)
{
    _cleanup_(called_free_cleanup) struct package_listener *listener = called_begin(package);

    if (listener == NULL)
        return;
    for (size_t i = 0; i < product->count; i++) {
        _cleanup_(package_free_cleanup) struct package *again = NULL;

        if (package_read_listened(product->items[i], package->without, package->prefix, listener,
                                  &again, NULL) < 0 ||
            again->findings.rows.count > 0)
            return;
    }
    called_conclude(listener, package);
}

int package_read_all(const char *name, const struct strv *product, const struct strv *beside,
                     const struct strv *without, const char *prefix, const struct isa_cpus *cpus,
                     struct package **ret_package, struct error **err)
{
    struct package *package = new_package(name);
    int code = 0;

    package->cpus = cpus;
    package->prefix = prefix;
    package->without = without;
    for (size_t i = 0; code == 0 && i < product->count; i++, package->input++)
        code = take_input(package, product->items[i], err);
    if (code == 0) {
        started_conclude(package);
        census_conclude(package);
    }
    if (code == 0)
        code = take_beside(package, beside, err);
    if (code == 0) {
        alternatives_take(package);
        settings_conclude(package);
    }
    if (code == 0)
        code = surface_builder_open(package->builder, package->name, &package->surface, err);
    if (code < 0) {
        package_free(package);
        return code;
    }
    conclude_called(package, product);
    package->without = NULL;
    *ret_package = package;
    return 0;
}

int package_read_with(const char *path, const struct strv *beside, const char *prefix,
                      const struct isa_cpus *cpus, struct package **ret_package, struct error **err)
{
    char *items[] = {(char *)path};
    const struct strv product = {items, 1}, without = {0};

    return package_read_all(path_base(path), &product, beside, &without, prefix, cpus, ret_package,
                            err);
}

int package_read(const char *path, const struct isa_cpus *cpus, struct package **ret_package,
                 struct error **err)
{
    static const struct strv none = {0};

    return package_read_with(path, &none, NULL, cpus, ret_package, err);
}
