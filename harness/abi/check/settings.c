/* SPDX-License-Identifier: Apache-2.0 */
/* Variables of the loader that files of the product set: for everyone, for the program of a unit,
 * for what a script starts; and /etc/ld.so.preload. Source: ld.so(8). */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "abi/check/effects.h"
#include "abi/check/needs.h"
#include "abi/package/settings.h"
#include "abi/script/shell.h"
#include "abi/script/shell_use.h"
#include "abi/script/unit.h"
#include "base/cleanup.h"
#include "base/path.h"

/* What one file sets. */
struct setting {
    const char *file;
    struct strv folders, preloads;
    bool shell;    /* a shell reads it and expands its variables */
    bool computed; /* a folder or object is given by a variable and is not in the package */
    unsigned line; /* of the first */
};

static void setting_done(struct setting *setting)
{
    strv_done(&setting->folders);
    strv_done(&setting->preloads);
}

/* The path that ends a computed name, if the package has one file of that name. */
static const char *brought_as(const struct check *check, const char *name)
{
    const struct surface *surface = check->package->surface;
    const char *found = NULL;

    for (uint64_t i = 0; strchr(path_base(name), '$') == NULL && i < surface->counts[TABLE_PATHS];
         i++) {
        const char *path = surface_text(surface, surface->paths[i].path);

        if (strchr(path, '!') != NULL || strcmp(path_base(path), path_base(name)) != 0)
            continue;
        if (found != NULL)
            return NULL;
        found = path;
    }
    return found;
}

/* Only the loader's own tokens are expanded by it. */
static bool is_computed(const char *part)
{
    for (const char *at = part; (at = strchr(at, '$')) != NULL; at++)
        if (strncmp(at, "$LIB/", 5) != 0 && strncmp(at, "${LIB}", 6) != 0 &&
            strncmp(at, "$PLATFORM/", 10) != 0 && strncmp(at, "${PLATFORM}", 11) != 0)
            return true;
    return strchr(part, '`') != NULL || strchr(part, '%') != NULL;
}

/* Variables alone are what the user or another file has set. */
static bool is_variable(const char *part)
{
    return part[0] == '$' && strpbrk(part, "/(") == NULL;
}

static void add_value(const struct check *check, struct setting *setting, bool preload,
                      const char *value)
{
    _cleanup_strv_ struct strv parts = {0};
    struct strv *to = preload ? &setting->preloads : &setting->folders;

    strv_split(&parts, value, preload ? ": \t" : ":;");
    for (size_t i = 0; i < parts.count; i++) {
        const char *part = parts.items[i], *brought;

        if (is_variable(part) || (!preload && part[0] != '/' && part[0] != '$'))
            continue;
        if (!is_computed(part)) {
            strv_add(to, part);
            continue;
        }
        brought = preload ? brought_as(check, part) : NULL;
        if (brought != NULL)
            strv_add(to, brought);
        else
            setting->computed |= preload;
    }
}

/* Length of the value: to the quote that began before the name or the value, else to a blank. */
static size_t value_length(const char *name, const char *text, const char **value)
{
    if (name > text && (name[-1] == '"' || name[-1] == '\''))
        return strcspn(*value, name[-1] == '"' ? "\"\n" : "'\n");
    if (**value == '"' || **value == '\'') {
        char quote[] = {**value, '\n', '\0'};

        (*value)++;
        return strcspn(*value, quote);
    }
    return strcspn(*value, " \t\r\n;");
}

static char *expand(const char *text, const char *limit, const char *value);

/* The value that the file gives to a variable before the limit, unless it is computed; NULL: none.
 * Caller frees. */
static char *assigned_value(const char *text, const char *limit, const char *name, size_t length)
{
    const char *last = NULL, *value;
    _cleanup_free_ char *copy = NULL;
    char *expanded;

    for (const char *at = text; (at = memmem(at, (size_t)(limit - at), name, length)) != NULL;
         at += length)
        if (at[length] == '=' && at + length < limit &&
            (at == text || strchr(" \t\n;&", at[-1]) != NULL))
            last = at;
    if (last == NULL)
        return NULL;
    value = last + length + 1;
    length = value_length(last, text, &value);
    copy = text_ndup(value, length);
    expanded = expand(text, last, copy);
    if (strpbrk(expanded, "$`") == NULL)
        return expanded;
    free(expanded);
    return NULL;
}

/* As a shell does with $NAME, ${NAME}, ${NAME:-WORD} and ${NAME:+WORD}; the others stay. */
static char *expand(const char *text, const char *limit, const char *value)
{
    struct buffer out = {0};

    buffer_add(&out, "", 0);
    while (*value != '\0') {
        bool brace = value[0] == '$' && value[1] == '{';
        const char *name = value + 1 + brace, *after, *word, *end;
        size_t length = 0;
        _cleanup_free_ char *found = NULL;

        while (value[0] == '$' && (isalnum((unsigned char)name[length]) || name[length] == '_'))
            length++;
        after = name + length;
        word = after + (brace && *after == ':');
        end = brace ? strchr(after, '}') : after;
        if (length == 0 || end == NULL || (brace && after != end && *word != '-' && *word != '+')) {
            buffer_add(&out, value++, 1);
            continue;
        }
        if (!text_starts(name, "LD_"))
            found = assigned_value(text, limit, name, length);
        if (brace && after != end && (*word == '+') == (found != NULL))
            buffer_add(&out, word + 1, (size_t)(end - word - 1));
        else if (found != NULL)
            buffer_add(&out, found, strlen(found));
        else if (!brace || after == end)
            buffer_add(&out, value, (size_t)(end + brace - value));
        value = end + brace;
    }
    return buffer_steal(&out);
}

/* Every "NAME=VALUE" outside comments. */
static void read_variable(const struct check *check, struct setting *setting, const char *text,
                          const char *name)
{
    size_t length = strlen(name);
    unsigned line = 1;

    for (const char *begin = text; *begin != '\0'; line++) {
        const char *end = begin + strcspn(begin, "\n"), *at = begin;
        const char *first = begin + strspn(begin, " \t");

        while (*first != '#' && (at = memmem(at, (size_t)(end - at), name, length)) != NULL) {
            const char *value = at + length + 1;
            _cleanup_free_ char *copy = NULL;

            if (at[length] == '=' &&
                (at == text || !(isalnum((unsigned char)at[-1]) || at[-1] == '_'))) {
                size_t size = value_length(at, text, &value);

                copy = text_ndup(value, size);
                if (setting->shell) {
                    char *expanded = expand(text, at, copy);

                    free(copy);
                    copy = expanded;
                }
                add_value(check, setting, name[3] == 'P', copy);
                setting->line = setting->line == 0 ? line : setting->line;
            }
            at += length;
        }
        begin = end + (*end != '\0');
    }
}

static void read_variables(const struct check *check, struct setting *setting, const char *text)
{
    read_variable(check, setting, text, "LD_LIBRARY_PATH");
    read_variable(check, setting, text, "LD_PRELOAD");
}

static bool is_set(const struct setting *setting)
{
    return setting->folders.count > 0 || setting->preloads.count > 0 || setting->computed;
}

/* A preloaded object that the loader passes over, as a row. */
static void check_preload(struct check *check, const struct setting *setting, const char *name)
{
    const struct surface_object like = {.machine = check->world.machine, .flags = OBJECT_64};
    const char *borrowed, *why = "there is no such library";
    struct place place = {0};
    _cleanup_free_ char *path = NULL;
    struct finding *row;

    if (strchr(name, '$') != NULL)
        return;
    if (name[0] == '/') {
        place = world_resolve(&check->world, name);
    } else if (strchr(name, '/') == NULL) {
        check->world.first = setting->folders;
        place.is_object = place.found =
            world_find_first(&check->world, name, &like, &place.ref, &path) ||
            world_find_default(&check->world, name, &like, false, &place.ref, &borrowed);
        check->world.first = (struct strv){0};
    }
    if (place.is_object) {
        const struct surface_object *object = world_object(&check->world, place.ref);

        if (object->machine == like.machine && (object->flags & OBJECT_64) != 0)
            return;
        why = "it is for another architecture";
    } else if (place.found) {
        why = "it is no ELF file";
    }
    row = findings_add(check->findings,
                       check->reference && !place.found ? FINDING_UNKNOWN : FINDING_LIB_MISSING,
                       setting->file, "LD_PRELOAD", NULL, name);
    row->line = setting->line;
    if (check->reference && !place.found) {
        finding_set_found(row, "it is preloaded, but the reference does not describe it");
        return;
    }
    row->severity = SEVERITY_WARN;
    finding_set_found(
        row, "it is preloaded, but %s; the loader prints an error and continues without it", why);
    finding_set_remedy(row, "correct the path, or ship the library for this architecture");
}

static void check_preloads(struct check *check, const struct setting *setting)
{
    for (size_t i = 0; i < setting->preloads.count; i++)
        check_preload(check, setting, setting->preloads.items[i]);
}

static struct environment environment_of(const struct check *check, const struct setting *setting,
                                         const char *cause)
{
    return (struct environment){.folders = &setting->folders,
                                .preloads = &setting->preloads,
                                .hwcaps = &check->world.hwcaps,
                                .cause = cause};
}

/* All programs of image and package. */
static void check_everywhere(struct check *check, const struct setting *setting)
{
    size_t before = check->findings->rows.count;
    bool preload = setting->preloads.count > 0 || setting->computed;
    _cleanup_free_ char *cause = text_format(" by %s", setting->file);
    struct environment environment = environment_of(check, setting, cause);
    struct finding *row;

    if (!is_set(setting))
        return;
    effects_check_all(check, &environment);
    vec_foreach (elf, &check->package->elves)
        if (elf->object != SURFACE_NONE &&
            check->package->surface->objects[elf->object].interpreter != 0)
            effects_check_one(check, &environment, elf->path);
    if (setting->computed)
        finding_set_found(
            findings_add(check->findings, FINDING_UNKNOWN, setting->file, NULL, NULL, NULL),
            "the preloaded libraries are computed at run time; their effect on the image's "
            "programs is not assessed");
    if (check->findings->rows.count == before) {
        row = findings_add(check->findings, FINDING_IMAGE_CHANGED, setting->file, NULL, NULL,
                           preload ? "LD_PRELOAD" : "LD_LIBRARY_PATH");
        finding_set_found(
            row, "it is set for all programs that users start, not only for those of the product");
        if (!preload)
            row->severity = SEVERITY_WARN;
    }
    check_preloads(check, setting);
}

static void check_file(struct check *check, const struct package_text *file)
{
    _cleanup_(setting_done) struct setting setting = {
        .file = file->path, .shell = text_starts(file->path, "/etc/profile.d/")};

    read_variables(check, &setting, file->text);
    check_everywhere(check, &setting);
}

/* Names separated by blanks and colons; comments begin with '#'. */
static void check_preload_file(struct check *check, const struct package_text *file)
{
    _cleanup_(setting_done) struct setting setting = {.file = file->path};
    _cleanup_strv_ struct strv lines = {0};

    strv_split(&lines, file->text, "\n");
    for (size_t i = 0; i < lines.count; i++) {
        lines.items[i][strcspn(lines.items[i], "#")] = '\0';
        add_value(check, &setting, true, lines.items[i]);
    }
    check_everywhere(check, &setting);
}

/* "EnvironmentFile=-/path" */
static void read_environment_files(const struct check *check, struct setting *setting,
                                   const char *text)
{
    static const char directive[] = "\nEnvironmentFile=";

    for (const char *at = text; (at = strstr(at, directive)) != NULL;) {
        _cleanup_free_ char *path = NULL;

        at += strlen(directive);
        at += strspn(at, "- \t");
        path = text_ndup(at, strcspn(at, " \t\r\n"));
        vec_foreach (file, &check->package->assignments)
            if (text_equal(file->path, path))
                read_variables(check, setting, file->text);
    }
}

/* The unit that "UNIT.d/x.conf" belongs to, if the package has it; another one itself. */
static const struct package_text *whole_unit(const struct check *check,
                                             const struct package_text *unit)
{
    size_t length = (size_t)(path_base(unit->path) - unit->path);

    if (length < 3 || !text_starts(unit->path + length - 3, ".d/"))
        return unit;
    vec_foreach (other, &check->package->units)
        if (strlen(other->path) == length - 3 && text_starts(unit->path, other->path))
            return other;
    return unit;
}

static void check_unit(struct check *check, const struct package_text *unit)
{
    _cleanup_(setting_done) struct setting setting = {.file = unit->path};
    _cleanup_free_ char *cause = text_format(" in the unit %s", unit->path);
    _cleanup_unit_needs_ struct unit_needs needs = {0};
    const struct package_text *whole = whole_unit(check, unit);
    struct unit_part part = {whole->path, whole->text};
    struct unit_parts parts = {.items = &part, .count = 1};
    struct environment environment;
    bool starts = false;

    read_variables(check, &setting, unit->text);
    read_environment_files(check, &setting, unit->text);
    if (!is_set(&setting))
        return;
    environment = environment_of(check, &setting, cause);
    unit_needs_read(&parts, &needs);
    vec_foreach (need, &needs)
        if (need->kind == UNIT_NEEDS_PROGRAM) {
            starts = true;
            effects_check_one(check, &environment, need->name);
        }
    if (!starts || setting.computed)
        finding_set_found(
            findings_add(check->findings, FINDING_UNKNOWN, unit->path, NULL, NULL, NULL),
            starts
                ? "the preloaded libraries are computed at run time; their effect is not assessed"
                : "it sets LD_PRELOAD or LD_LIBRARY_PATH for a program that another unit names: "
                  "its effect is not assessed");
    check_preloads(check, &setting);
}

/* The path of what a script starts; "$0.real" is beside it. Caller frees; NULL: not known. */
static char *started_path(struct check *check, const char *script, const char *name)
{
    static const char *const folders[] = {"/usr/local/bin",  "/usr/bin",  "/bin",
                                          "/usr/local/sbin", "/usr/sbin", "/sbin"};
    const char *brought;

    if (name[0] == '/')
        return text_dup(name);
    for (size_t i = 0; strchr(name, '/') == NULL && i < sizeof(folders) / sizeof(folders[0]); i++) {
        char *path = text_format("%s/%s", folders[i], name);

        if (world_resolve(&check->world, path).found)
            return path;
        free(path);
    }
    if (text_starts(name, "$0") || text_starts(name, "${0}"))
        return text_format("%s%s", script, name + (name[1] == '0' ? 2 : 4));
    brought = brought_as(check, name);
    return brought != NULL ? text_dup(brought) : NULL;
}

/* A script that is not read by everyone's shell: what it starts after the assignment. */
static void check_script(struct check *check, const struct package_text *script)
{
    _cleanup_(setting_done) struct setting setting = {.file = script->path, .shell = true};
    _cleanup_free_ char *cause = text_format(" when %s starts it", script->path);
    _cleanup_shell_ struct shell_script parsed = {0};
    struct environment environment;

    read_variables(check, &setting, script->text);
    if (!is_set(&setting))
        return;
    environment = environment_of(check, &setting, cause);
    environment.may_start = true;
    shell_read(script->text, strlen(script->text), &parsed);
    vec_foreach (command, &parsed.commands) {
        size_t at = shell_program_at(command);
        _cleanup_free_ char *path = NULL;

        if (command->line < setting.line || at >= command->words.count)
            continue;
        path = started_path(check, script->path, command->words.items[at].text);
        if (path != NULL)
            effects_check_one(check, &environment, path);
    }
    check_preloads(check, &setting);
}

/* /etc/default/NAME and /etc/sysconfig/NAME are read by the unit or init script of that name. */
static void check_defaults(struct check *check, const struct package_text *file)
{
    static const char *const readers[] = {"/usr/lib/systemd/system/%s.service",
                                          "/lib/systemd/system/%s.service",
                                          "/etc/systemd/system/%s.service", "/etc/init.d/%s"};
    _cleanup_(setting_done) struct setting setting = {.file = file->path};
    bool read = world_resolve_image(&check->world, file->path).found;

    if (!text_starts(file->path, "/etc/default/") && !text_starts(file->path, "/etc/sysconfig/"))
        return;
    for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]) && !read; i++) {
        const char *name = strstr(readers[i], "%s");
        _cleanup_free_ char *path = text_format("%.*s%s%s", (int)(name - readers[i]), readers[i],
                                                path_base(file->path), name + 2);

        read = world_resolve_image(&check->world, path).found;
    }
    read_variables(check, &setting, file->text);
    if (read && is_set(&setting))
        finding_set_found(
            findings_add(check->findings, FINDING_UNKNOWN, file->path, NULL, NULL, NULL),
            "it sets LD_PRELOAD or LD_LIBRARY_PATH for a service of the image: its effect is "
            "not assessed");
}

void check_settings(struct check *check)
{
    const struct package *package = check->package;

    vec_foreach (script, &package->scripts) {
        if (script->beside)
            continue;
        if (text_starts(script->path, "/etc/profile.d/"))
            check_file(check, script);
        else
            check_script(check, script);
    }
    vec_foreach (file, &package->environments)
        check_file(check, file);
    vec_foreach (file, &package->assignments)
        check_defaults(check, file);
    vec_foreach (file, &package->preloads)
        check_preload_file(check, file);
    vec_foreach (unit, &package->units)
        if (!unit->beside)
            check_unit(check, unit);
}
