/* SPDX-License-Identifier: Apache-2.0 */
/* Looks up programs, files, users and units. */
#include "abi/check/needs.h"

#include <stdlib.h>
#include <string.h>

#include "abi/script/unit.h"
#include "base/cleanup.h"
#include "base/path.h"

#define UNKNOWN_SHOWN 8 /* number of names in a finding about what could not be checked */
#define UNKNOWN_MAX 1000

/* "Alias=chronyd.service": a link of this name is made when the unit is enabled. */
static void read_aliases(struct needs *needs, const char *text)
{
    _cleanup_strv_ struct strv lines = {0};

    strv_split(&lines, text, "\n");
    for (size_t i = 0; i < lines.count; i++)
        if (text_starts(lines.items[i], "Alias="))
            strv_split(&needs->names, lines.items[i] + strlen("Alias="), " \t");
}

/* "a@.service" for "a@%i.service" in "OnFailure=a@%i.service". Caller frees. */
static char *template_of(const char *name)
{
    const char *at = strchr(name, '@'), *dot = strrchr(name, '.');

    return at != NULL && dot != NULL && dot > at
               ? text_format("%.*s%s", (int)(at + 1 - name), name, dot)
               : text_dup(name);
}

/* What OnFailure= lines of the package's units name. */
static void read_failures(const struct package *package, struct strv *ret)
{
    vec_foreach (unit, &package->units) {
        _cleanup_strv_ struct strv lines = {0};

        strv_split(&lines, unit->text, "\n");
        for (size_t i = 0; i < lines.count; i++) {
            _cleanup_strv_ struct strv names = {0};

            if (!text_starts(lines.items[i], "OnFailure="))
                continue;
            strv_split(&names, lines.items[i] + strlen("OnFailure="), " \t");
            for (size_t n = 0; n < names.count; n++)
                strv_take(ret, template_of(names.items[n]));
        }
    }
    strv_sort(ret);
}

static void read_started(struct needs *needs, const struct package_text *unit,
                         const struct strv *failures)
{
    struct strv *started = strv_sorted_has(failures, path_base(unit->path)) &&
                                   strstr(unit->text, "\n[Install]") == NULL
                               ? &needs->on_failure
                               : &needs->started;
    _cleanup_unit_needs_ struct unit_needs wanted = {0};
    struct unit_parts parts = {0};

    if (!unit_is_one(unit->path) || unit->beside)
        return;
    *vec_add(&parts) = (struct unit_part){unit->path, unit->text};
    unit_needs_read(&parts, &wanted);
    vec_foreach (need, &wanted)
        if ((need->kind == UNIT_NEEDS_PROGRAM || need->kind == UNIT_NEEDS_SCRIPT) &&
            !need->optional && text_starts(need->directive, "ExecStart") &&
            !text_equal(need->directive, "ExecStartPost"))
            strv_add(started, need->name);
    vec_done(&parts);
}

void needs_init(struct needs *needs, const struct package *package, const struct world *world,
                struct findings *findings)
{
    const struct surface *image = world->layers[LAYER_IMAGE];
    _cleanup_strv_ struct strv failures = {0};

    *needs = (struct needs){.package = package, .world = world, .findings = findings};
    needs->reference = surface_meta_get(image, "reference") != NULL;
    needs->lists_files = surface_meta_get(image, "system-files") != NULL;
    needs->lists_folders = text_equal(surface_meta_get(image, "system-files"), "2");
    vec_foreach (file, &package->files)
        strv_add(&needs->names, path_base(file->path));
    read_failures(package, &failures);
    vec_foreach (unit, &package->units) {
        read_aliases(needs, unit->text);
        read_started(needs, unit, &failures);
    }
    strv_sort(&needs->started);
    strv_sort(&needs->on_failure);
    strv_sort(&needs->names);
    needs_read_accounts(needs);
    needs_read_made(needs);
}

void needs_init_root(struct needs *needs, const struct package *package, const struct world *world,
                     struct findings *findings, const struct strv *path, const char *folder)
{
    *needs = (struct needs){.package = package,
                            .world = world,
                            .findings = findings,
                            .lists_files = true,
                            .lists_folders = true,
                            .path = path,
                            .folder = folder,
                            .whole = true};
}

void needs_done(struct needs *needs)
{
    strv_done(&needs->names);
    strv_done(&needs->created);
    strv_done(&needs->created_users);
    strv_done(&needs->created_groups);
    strv_done(&needs->started);
    strv_done(&needs->on_failure);
    for (size_t i = 0; i < NEED_KINDS; i++)
        strv_done(&needs->unknown[i]);
    strv_done(&needs->made);
    strv_done(&needs->made_copies);
    strv_done(&needs->made_links);
    strv_done(&needs->made_patterns);
    strv_done(&needs->made_names);
    text_map_done(&needs->modes);
    text_map_done(&needs->answers);
    strv_done(&needs->asked);
}

enum need_answer needs_unknown(struct needs *needs, enum need_kind kind, const char *name)
{
    if (needs->unknown[kind].count < UNKNOWN_MAX && !strv_has(&needs->unknown[kind], name))
        strv_add(&needs->unknown[kind], name);
    return NEED_UNKNOWN;
}

bool needs_brings(const struct needs *needs, const char *name)
{
    return strv_sorted_has(&needs->names, name);
}

bool needs_is_installed(const struct needs *needs, const char *name)
{
    static char *const usual[] = {"/usr/local/bin",  "/usr/bin",  "/bin",
                                  "/usr/local/sbin", "/usr/sbin", "/sbin"};
    char *const *folders = needs->path != NULL ? needs->path->items : usual;
    size_t count = needs->path != NULL ? needs->path->count : sizeof(usual) / sizeof(usual[0]);

    if (name[0] == '/')
        return world_resolve(needs->world, name).found;
    if (needs->folder != NULL && strchr(name, '/') != NULL) {
        _cleanup_free_ char *path = text_format("%s/%s", needs->folder, name);

        return world_resolve(needs->world, path).found;
    }
    for (size_t i = 0; i < count; i++) {
        _cleanup_free_ char *path = text_format("%s/%s", folders[i], name);

        if (world_resolve(needs->world, path).found)
            return true;
    }
    return false;
}

enum need_answer needs_program(struct needs *needs, const char *name)
{
    /* A relocatable package, or one that extends PATH. */
    if (needs_is_installed(needs, name) || strv_sorted_has(&needs->names, path_base(name)))
        return NEED_THERE;
    return needs->reference ? needs_unknown(needs, NEED_PROGRAM, name) : NEED_MISSING;
}

enum need_answer needs_started(struct needs *needs, const char *name)
{
    if (needs_is_installed(needs, name) || needs_makes(needs, name, false))
        return NEED_THERE;
    return needs->reference ? needs_unknown(needs, NEED_PROGRAM, name) : NEED_MISSING;
}

/* Paths that harvest records of an image, see harvest.c. */
static bool is_listed(const struct needs *needs, const char *path)
{
    static const char *const folders[] = {"/etc/init.d/",   "/etc/rc.d/",      "/lib/lsb/",
                                          "/usr/lib/lsb/",  "/etc/sysconfig/", "/etc/default/",
                                          "/etc/profile.d/"};

    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
        if (text_starts(path, folders[i]))
            return true;
    return (text_starts(path, "/etc/") && (needs->lists_folders || text_ends(path, "-release"))) ||
           (text_ends(path, ".sh") && !text_starts(path, "/usr/share/doc/"));
}

enum need_answer needs_file(struct needs *needs, const char *path)
{
    if (text_equal(path, "/etc/os-release") || text_equal(path, "/usr/lib/os-release") ||
        text_starts(path, "/dev/") || text_starts(path, "/proc/") || text_starts(path, "/tmp/") ||
        text_starts(path, "/run/") || text_starts(path, "/var/run/") || path[0] != '/' ||
        world_resolve(needs->world, path).found || strv_sorted_has(&needs->names, path_base(path)))
        return NEED_THERE;
    if (needs->reference || !needs->lists_files)
        return needs_unknown(needs, NEED_FILE, path);
    return needs->whole || is_listed(needs, path) ? NEED_MISSING : NEED_THERE;
}

enum need_answer needs_user(struct needs *needs, const char *name, bool group)
{
    const char *names =
        surface_meta_get(needs->world->layers[LAYER_IMAGE], group ? "groups" : "users");
    _cleanup_free_ char *key = text_format(":%s:", name);

    if (text_equal(name, "root") || strv_sorted_has(&needs->created, name) ||
        strv_sorted_has(group ? &needs->created_groups : &needs->created_users, name))
        return NEED_THERE;
    if (names == NULL)
        return needs_unknown(needs, NEED_USER, name);
    return strstr(names, key) != NULL ? NEED_THERE : NEED_MISSING;
}

/* "a@b.service" is an instance of "a@.service", and "a.service" may be generated from an init
 * script. */
enum need_answer needs_unit(struct needs *needs, const char *name, bool user)
{
    static const char *const folders[] = {"/usr/lib/systemd", "/lib/systemd", "/etc/systemd",
                                          "/usr/local/lib/systemd"};
    const char *at = strchr(name, '@'), *dot = strrchr(name, '.');
    _cleanup_free_ char *template = at != NULL && dot != NULL && dot > at
                                        ? text_format("%.*s%s", (int)(at + 1 - name), name, dot)
                                        : text_dup(name);
    _cleanup_free_ char *init = text_format(
        "/etc/init.d/%.*s", (int)(dot != NULL ? dot - name : (ptrdiff_t)strlen(name)), name);

    if (strv_sorted_has(&needs->names, name) || strv_sorted_has(&needs->names, template) ||
        world_resolve(needs->world, init).found)
        return NEED_THERE;
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        const char *manager = user ? "user" : "system";
        _cleanup_free_ char *path = text_format("%s/%s/%s", folders[i], manager, name);
        _cleanup_free_ char *other = text_format("%s/%s/%s", folders[i], manager, template);

        if (world_resolve(needs->world, path).found || world_resolve(needs->world, other).found)
            return NEED_THERE;
    }
    return needs->reference || !needs->lists_files || (user && !needs->lists_folders)
               ? needs_unknown(needs, NEED_UNIT, name)
               : NEED_MISSING;
}

static bool requires_any(const struct package *package)
{
    const struct surface *surface = package->surface;

    for (uint64_t i = 0; i < surface->counts[TABLE_RELATIONS]; i++)
        if (surface->relations[i].flags >> RELATION_KIND_SHIFT == RELATION_REQUIRES)
            return true;
    return false;
}

bool needs_may_come(const struct needs *needs)
{
    const struct surface *image = needs->world->layers[LAYER_IMAGE];

    if (needs->package->repositories != NULL)
        return true;
    if (image->counts[TABLE_PACKAGES] == 0 && requires_any(needs->package))
        return true;
    vec_foreach (row, &needs->findings->rows)
        if (row->kind == FINDING_DEPENDENCY_MISSING)
            return true;
    return false;
}

/* Why names of this kind could not be checked. */
static void say_reason(const struct needs *needs, enum need_kind kind, struct finding *row,
                       const char *names)
{
    static const char *const words[NEED_KINDS] = {"programs",          "files that scripts source",
                                                  "users and groups",  "units",
                                                  "files and folders", "modules of Python"};

    if (needs->reference) {
        finding_set_found(row, "a reference surface does not list %s completely: %s", words[kind],
                          names);
        finding_set_remedy(row, "check against the surface of a real image");
    } else if (kind == NEED_USER && needs->lists_files) {
        finding_set_found(row, "the image has no /etc/passwd or no /etc/group, which list them: %s",
                          names);
        finding_set_remedy(row, "check against an image that has them, or create the users in a "
                                "sysusers.d file of the package");
    } else {
        finding_set_found(row,
                          "this surface was collected by an older version and does not list %s: %s",
                          words[kind], names);
        finding_set_remedy(row, "collect it again with 'touchstone abi harvest'");
    }
}

void needs_report_unknown(struct needs *needs)
{
    for (size_t kind = 0; kind < NEED_KINDS; kind++) {
        const struct strv *names = &needs->unknown[kind];
        _cleanup_buffer_ struct buffer list = {0};

        if (names->count == 0)
            continue;
        for (size_t i = 0; i < names->count && i < UNKNOWN_SHOWN; i++)
            buffer_format(&list, "%s%s", i > 0 ? ", " : "", names->items[i]);
        if (names->count > UNKNOWN_SHOWN)
            buffer_format(&list, " and %zu more", names->count - UNKNOWN_SHOWN);
        say_reason(
            needs, kind,
            findings_add(needs->findings, FINDING_UNKNOWN, needs->package->name, NULL, NULL, NULL),
            list.data);
    }
}
