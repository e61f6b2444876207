/* SPDX-License-Identifier: Apache-2.0 */
/* Looks up programs, files, users and units. */
#include "abi/check/needs.h"

#include <stdlib.h>
#include <string.h>

#include "abi/script/script.h"
#include "abi/script/shell.h"
#include "abi/script/shell_account.h"
#include "abi/script/unit.h"
#include "base/cleanup.h"
#include "base/path.h"

#define UNKNOWN_SHOWN 8 /* number of names in a finding about what could not be checked */
#define UNKNOWN_MAX 1000
#define CALL_LINES 6 /* lines of a call in Perl or Python that are examined */

static bool creates_users(const char *command)
{
    static const char *const names[] = {"useradd", "adduser", "groupadd", "addgroup", "addsysuser"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (text_equal(path_base(command), names[i]))
            return true;
    return false;
}

/* All words are added, so that options need not be known; also lists in one word: "for u in a
 * b". */
static void add_words(struct strv *ret, const struct shell_command *command, size_t from)
{
    for (size_t i = from; i < command->words.count; i++)
        strv_split(ret, command->words.items[i].text, " \t\n");
}

/* "useradd -g GROUP" and "-N" create no group, and "groupadd" no user. */
static void add_account(struct needs *needs, const struct shell_command *command, size_t at)
{
    const char *name = path_base(command->words.items[at].text);
    bool group = text_starts(name, "group") || text_starts(name, "addgroup"), user = false;
    struct strv *list;

    for (size_t i = at + 1; i < command->words.count; i++)
        user = user || shell_account_is_alone(name, command->words.items[i].text);
    list = group ? &needs->created_groups : user ? &needs->created_users : &needs->created;
    for (size_t i = at + 1; i < command->words.count; i++)
        if (i == at + 1 || !shell_account_names_group(name, command->words.items[i - 1].text))
            strv_split(list, command->words.items[i].text, " \t\n");
}

/* Lines "NAME:x:…" that are added to the files themselves. */
static void read_appended(struct needs *needs, const struct shell_command *command)
{
    vec_foreach (file, &command->redirects) {
        bool users = text_equal(file->text, "/etc/passwd");
        struct strv *list = users ? &needs->created_users : &needs->created_groups;
        _cleanup_strv_ struct strv lines = {0};

        if (!file->output || (!users && !text_equal(file->text, "/etc/group")))
            continue;
        if (command->here != NULL)
            strv_split(&lines, command->here, "\n");
        for (size_t i = command->assignments; i < command->words.count; i++)
            strv_split(&lines, command->words.items[i].text, "\n");
        for (size_t i = 0; i < lines.count; i++)
            if (strchr(lines.items[i], ':') != NULL)
                strv_take(list, text_ndup(lines.items[i], strcspn(lines.items[i], ":")));
    }
}

/* "useradd … NAME"; the name may be in a variable, a list, or an argument of a function: "create()
 * { useradd $1; }". */
static void read_created_shell(struct needs *needs, const struct shell_script *script)
{
    vec_foreach (command, &script->commands) {
        bool named = false;

        read_appended(needs, command);
        for (size_t i = command->assignments; i < command->words.count && !named; i++) {
            named = creates_users(command->words.items[i].text);
            if (named)
                add_account(needs, command, i);
        }
        if (!named && command->kind == SHELL_FOR)
            add_words(&needs->created, command, 1);
        if (!named && command->words.count > command->assignments &&
            strv_has(&script->functions, command->words.items[command->assignments].text))
            add_words(&needs->created, command, command->assignments + 1);
        for (size_t i = 0; i < command->assignments; i++) {
            const char *value = strchr(command->words.items[i].text, '=');

            if (value != NULL)
                strv_add(&needs->created, value + 1);
        }
    }
}

/* For other languages: all words in the command's line and in the few lines that may continue
 * it. */
static void read_created_lines(struct needs *needs, const char *text)
{
    _cleanup_strv_ struct strv lines = {0};
    unsigned more = 0;

    strv_split(&lines, text, "\n");
    for (size_t i = 0; i < lines.count; i++) {
        _cleanup_strv_ struct strv words = {0};

        strv_split(&words, lines.items[i], " \t\"'(),;|[]<>");
        for (size_t w = 0; w < words.count; w++) {
            if (more > 0)
                strv_add(&needs->created, words.items[w]);
            else if (creates_users(words.items[w]))
                more = CALL_LINES;
        }
        more -= more > 0;
    }
}

/* "u NAME …", "g NAME …", "m USER GROUP": sysusers.d(5), in such a file or in a script. */
static void read_sysusers(struct needs *needs, const char *text)
{
    _cleanup_strv_ struct strv lines = {0};

    strv_split(&lines, text, "\n");
    for (size_t i = 0; i < lines.count; i++) {
        _cleanup_strv_ struct strv words = {0};

        strv_split(&words, lines.items[i], " \t\"'");
        for (size_t w = 0; w + 1 < words.count && words.items[0][0] != '#'; w++) {
            if (!text_equal(words.items[w], "u") && !text_equal(words.items[w], "u!") &&
                !text_equal(words.items[w], "g") && !text_equal(words.items[w], "m"))
                continue;
            strv_add(words.items[w][0] == 'g' ? &needs->created_groups : &needs->created,
                     words.items[w + 1]);
            if (words.items[w][0] == 'm' && w + 2 < words.count)
                strv_add(&needs->created, words.items[w + 2]);
            break;
        }
    }
}

static void read_created(struct needs *needs, const char *text)
{
    static const char *const shell_commands[] = {
        "useradd", "adduser", "groupadd", "addgroup", "addsysuser", "/etc/passwd", "/etc/group"};
    _cleanup_shell_ struct shell_script script = {0};
    bool by_name, creates = false;
    _cleanup_free_ char *program = script_interpreter(text, &by_name);

    if (strstr(text, "systemd-sysusers") != NULL)
        read_sysusers(needs, text);
    for (size_t i = 0; i < sizeof(shell_commands) / sizeof(shell_commands[0]); i++)
        creates = creates || strstr(text, shell_commands[i]) != NULL;
    if (!creates)
        return;
    if (program != NULL && !shell_is_name(program)) {
        read_created_lines(needs, text);
        return;
    }
    shell_read(text, strlen(text), &script);
    read_created_shell(needs, &script);
}

/* rpm 4.19 and later, and tools that build packages for it, declare users as capabilities:
 * "user(name)". */
static void read_provided(struct needs *needs, const struct surface *package)
{
    for (uint64_t i = 0; i < package->counts[TABLE_RELATIONS]; i++) {
        const struct surface_relation *row = &package->relations[i];
        const char *name = surface_text(package, row->name), *open = strchr(name, '(');

        if (row->flags >> RELATION_KIND_SHIFT == RELATION_PROVIDES && open != NULL &&
            (text_starts(name, "user(") || text_starts(name, "group(")))
            strv_take(&needs->created, text_ndup(open + 1, strcspn(open + 1, ")")));
    }
}

/* "Alias=chronyd.service": a link of this name is made when the unit is enabled. */
static void read_aliases(struct needs *needs, const char *text)
{
    _cleanup_strv_ struct strv lines = {0};

    strv_split(&lines, text, "\n");
    for (size_t i = 0; i < lines.count; i++)
        if (text_starts(lines.items[i], "Alias="))
            strv_split(&needs->names, lines.items[i] + strlen("Alias="), " \t");
}

static void read_started(struct needs *needs, const struct package_text *unit)
{
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
            strv_add(&needs->started, need->name);
    vec_done(&parts);
}

void needs_init(struct needs *needs, const struct package *package, const struct world *world,
                struct findings *findings)
{
    const struct surface *image = world->layers[LAYER_IMAGE];

    *needs = (struct needs){.package = package, .world = world, .findings = findings};
    needs->reference = surface_meta_get(image, "reference") != NULL;
    needs->lists_files = surface_meta_get(image, "system-files") != NULL;
    needs->lists_folders = text_equal(surface_meta_get(image, "system-files"), "2");
    vec_foreach (file, &package->files)
        strv_add(&needs->names, path_base(file->path));
    vec_foreach (unit, &package->units) {
        read_aliases(needs, unit->text);
        read_started(needs, unit);
    }
    strv_sort(&needs->started);
    strv_sort(&needs->names);
    vec_foreach (script, &package->scripts)
        read_created(needs, script->text);
    vec_foreach (unit, &package->units)
        if (unit_is_sysusers(unit->path))
            read_sysusers(needs, unit->text);
    read_provided(needs, package->surface);
    strv_sort(&needs->created);
    strv_sort(&needs->created_users);
    strv_sort(&needs->created_groups);
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

/* The path itself; a name in one of the folders of PATH. */
static bool is_installed(const struct needs *needs, const char *name)
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
    if (is_installed(needs, name) || strv_sorted_has(&needs->names, path_base(name)))
        return NEED_THERE;
    return needs->reference ? needs_unknown(needs, NEED_PROGRAM, name) : NEED_MISSING;
}

enum need_answer needs_started(struct needs *needs, const char *name)
{
    if (is_installed(needs, name) || needs_makes(needs, name, false))
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

static bool has_file(const void *context, const char *path)
{
    const struct needs *needs = context;

    return world_resolve(needs->world, path).found;
}

static bool has_program(const void *context, const char *name)
{
    return is_installed(context, name);
}

/* What a package that it depends on may bring, or the package itself makes, is not known. */
static bool lacks_program(const void *context, const char *name)
{
    struct needs *needs = (struct needs *)context;

    return needs_program(needs, name) == NEED_MISSING && !needs_may_come(needs) &&
           !(name[0] == '/' && needs_makes(needs, name, false));
}

static bool has_package(const void *context, const char *name)
{
    const struct needs *needs = context;
    const struct surface *image = needs->world->layers[LAYER_IMAGE];

    for (uint64_t i = 0; i < image->counts[TABLE_PACKAGES]; i++)
        if (text_equal(surface_text(image, image->packages[i].name), name))
            return true;
    return false;
}

static const char *release_field(const void *context, const char *name)
{
    const struct needs *needs = context;
    _cleanup_free_ char *key = text_format("os.%s", name);

    return surface_meta_get(needs->world->layers[LAYER_IMAGE], key);
}

static char *file_text(const void *context, const char *path)
{
    const struct needs *needs = context;
    _cleanup_free_ char *canonical = world_canonical(needs->world, path);
    _cleanup_free_ char *key = text_format("text:%s", canonical != NULL ? canonical : path);

    return text_dup(surface_meta_get(needs->world->layers[LAYER_IMAGE], key));
}

struct distribution needs_distribution(const struct needs *needs)
{
    const struct surface *image = needs->world->layers[LAYER_IMAGE];
    const char *id = surface_meta_get(image, "os.ID");

    return (struct distribution){.id = id != NULL         ? id
                                       : needs->reference ? "tencentos"
                                                          : "",
                                 .like = surface_meta_get(image, "os.ID_LIKE"),
                                 .name = surface_meta_get(image, "os.NAME"),
                                 .machine = surface_meta_get(image, "machine"),
                                 .lists_files = needs->lists_files && !needs->reference,
                                 .lists_packages =
                                     !needs->reference && image->counts[TABLE_PACKAGES] > 0,
                                 .has_file = has_file,
                                 .has_program = has_program,
                                 .has_package = has_package,
                                 .lacks_program = needs->reference ? NULL : lacks_program,
                                 .os = release_field,
                                 .file_text = file_text,
                                 .context = needs};
}

bool needs_is_python2(const struct needs *needs, const char *program)
{
    const struct surface *image = needs->world->layers[LAYER_IMAGE];
    _cleanup_free_ char *path = text_format("/usr/bin/%s", path_base(program));
    uint32_t row = surface_find_path(image, path, strlen(path));

    return row != SURFACE_NONE && image->paths[row].kind == PATH_LINK &&
           strstr(surface_text(image, image->paths[row].value), "python2") != NULL;
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
