/* SPDX-License-Identifier: Apache-2.0 */
/* Programs that get more privileges than the user who starts them: set-user-ID, set-group-ID and
 * file capabilities, in the package or given by its scripts. The loader executes them securely: it
 * ignores LD_LIBRARY_PATH, and $ORIGIN outside the default folders. Sources: ld.so(8), execve(2),
 * security/commoncap.c of Linux. */
#include <stdlib.h>
#include <string.h>

#include "abi/check/login.h"
#include "abi/check/privileges.h"
#include "abi/package/capabilities.h"
#include "abi/script/evaluate.h"
#include "abi/script/script.h"
#include "abi/script/shell_use.h"
#include "base/cleanup.h"
#include "base/path.h"

/* Why a program has privileges. */
struct privilege {
    char *why;   /* NULL: it has none */
    bool may_be; /* only if a branch of a script is executed, or in some programs */
    bool module; /* it is loaded into such programs */
};

struct privileges {
    struct check *check;
    struct needs *needs;
    struct privilege *of; /* for each object of the package */
};

static void set(struct privileges *privileges, const struct package_elf *elf, bool may_be,
                char *why)
{
    struct privilege *privilege = &privileges->of[elf->object];

    if (privilege->why != NULL && (may_be || !privilege->may_be)) {
        free(why);
        return;
    }
    free(privilege->why);
    *privilege = (struct privilege){why, may_be, false};
}

/* A program that the loader loads. */
static bool is_loaded(const struct privileges *privileges, const struct package_elf *elf)
{
    const struct surface *surface = privileges->check->package->surface;
    const struct surface_object *object;

    if (elf->object == SURFACE_NONE)
        return false;
    object = &surface->objects[elf->object];
    return object->interpreter != 0 && (object->flags & (OBJECT_STATIC | OBJECT_UPX)) == 0 &&
           object->machine == privileges->check->world.machine &&
           !privileges->check->spare[elf->object];
}

static bool is_own(const struct check *check, const char *path)
{
    return check->own != NULL && strv_sorted_has(check->own, path);
}

static void read_modes(struct privileges *privileges, const struct package_elf *elf)
{
    const struct package *package = privileges->check->package;

    vec_foreach (file, &package->files)
        /* Without permission for the group, the second bit stands for mandatory locks. */
        if ((((file->mode & 04000) != 0 && !is_own(privileges->check, elf->path)) ||
             (file->mode & 02010) == 02010) &&
            text_equal(file->path, elf->path))
            set(privileges, elf, false, text_format("it has mode %04o", file->mode));
    if (strv_has(&package->capable, elf->path))
        set(privileges, elf, false, text_dup("it has file capabilities"));
}

/* "4755", "u+s", "ug=rwxs,o=x" */
static bool mode_is_privileged(const char *mode)
{
    size_t digits = strspn(mode, "01234567");

    if (digits > 0)
        return mode[digits] == '\0' && (strtoul(mode, NULL, 8) & 06000) != 0;
    for (const char *at = mode; (at = strpbrk(at, "+=")) != NULL; at++)
        if (memchr(at, 's', strcspn(at, ",")) != NULL)
            return true;
    return false;
}

/* A script that is being read. */
struct reading {
    struct privileges *privileges;
    const struct shell_script *parsed;
    struct evaluation evaluation;
    const char *path;
};

/* The package's programs of this name. A product that is not installed by a package manager is
 * copied by the script, so base names count. */
static void give(const struct reading *reading, const struct shell_command *command,
                 const char *name, bool may_be)
{
    const struct check *check = reading->privileges->check;

    if (path_base(name)[0] == '\0')
        return;
    vec_foreach (elf, &check->package->elves)
        if (is_loaded(reading->privileges, elf) &&
            (check->placed && *name == '/' ? text_ends(elf->path, name)
                                           : text_equal(path_base(elf->path), path_base(name))))
            set(reading->privileges, elf, may_be,
                text_format("line %u of %s gives it privileges (%s)", command->line, reading->path,
                            path_base(command->words.items[shell_program_at(command)].text)));
}

static void give_word(struct reading *reading, const struct shell_command *command,
                      const struct shell_word *word)
{
    bool may_be = (command->where & (SHELL_BRANCH | SHELL_FUNCTION)) != 0;
    _cleanup_free_ char *value =
        word->dynamic ? evaluate_word(&reading->evaluation, word->text) : text_dup(word->text);
    const char *name = value != NULL ? value : strrchr(word->text, '$');

    /* Behind an unknown variable: "$DIR/bin/x". */
    if (value == NULL && name != NULL)
        name = strchr(name, '/');
    if (name != NULL) {
        give(reading, command, name, may_be);
        return;
    }
    /* An argument, or what a loop goes through: the paths that the script names. */
    vec_foreach (other, &reading->parsed->commands)
        vec_foreach (named, &other->words)
            if (named->text[0] == '/' && !named->dynamic)
                give(reading, command, named->text, true);
}

static void read_command(struct reading *reading, const struct shell_command *command)
{
    size_t at = shell_program_at(command), last = command->words.count;
    const struct shell_word *words = command->words.items;
    bool privileged = false;
    const char *name;

    if (command->kind != SHELL_SIMPLE || at >= last)
        return;
    name = path_base(words[at].text);
    if (!text_equal(name, "setcap") && !text_equal(name, "chmod") &&
        !text_equal(name, "dpkg-statoverride") && !text_equal(name, "install"))
        return;
    for (size_t i = at + 1; i < last; i++) {
        const char *word = words[i].text;

        if (text_equal(name, "setcap")) {
            privileged |= capabilities_text_permits(word);
        } else if (text_equal(name, "install")) {
            privileged |= text_equal(words[i - 1].text, "-m") ? mode_is_privileged(word)
                          : text_starts(word, "-m")           ? mode_is_privileged(word + 2)
                          : text_starts(word, "--mode=")      ? mode_is_privileged(word + 7)
                                                              : false;
        } else if (strchr(word, '/') == NULL) {
            privileged |= mode_is_privileged(word);
        }
    }
    for (size_t i = at + 1; privileged && i < last; i++)
        if (words[i].text[0] != '-')
            give_word(reading, command, &words[i]);
}

static void read_script(struct privileges *privileges, const struct package_text *script)
{
    _cleanup_shell_ struct shell_script parsed = {0};
    struct distribution image = needs_distribution(privileges->needs);
    struct reading reading = {.privileges = privileges, .parsed = &parsed, .path = script->path};
    bool by_name;
    _cleanup_free_ char *program = NULL;

    if (script->beside ||
        (strstr(script->text, "setcap") == NULL && strstr(script->text, "chmod") == NULL &&
         strstr(script->text, "statoverride") == NULL && strstr(script->text, "install") == NULL))
        return;
    program = script_interpreter(script->text, &by_name);
    if (program == NULL || !shell_is_name(program))
        return;
    shell_read(script->text, strlen(script->text), &parsed);
    evaluate_begin(&reading.evaluation, &parsed, &image);
    vec_foreach (command, &parsed.commands)
        read_command(&reading, command);
    evaluate_end(&reading.evaluation);
}

static void say(struct check *check, const struct privilege *privilege, struct finding *row,
                const char *what)
{
    finding_set_found(row,
                      "%s, so for every user but root the loader ignores LD_LIBRARY_PATH, and "
                      "$ORIGIN outside its default folders: %s",
                      privilege->why, what);
    finding_set_remedy(row, "link with the absolute folder as -Wl,-rpath, name the folder in "
                            "ld.so.conf.d, or give the privilege in the unit "
                            "(AmbientCapabilities=) instead of in the file");
    if (check->whole)
        finding_set_remedy(row, "link with the absolute folder as -Wl,-rpath, or do not give the "
                                "privilege in the image");
    if (privilege->module)
        finding_set_remedy(row, "link with the absolute folder as -Wl,-rpath, or name the folder "
                                "in ld.so.conf.d");
    row->severity = privilege->may_be ? SEVERITY_HIGH : SEVERITY_BLOCK;
    if (check->package->elsewhere)
        finding_set_remedy(row, "link with the absolute folder as -Wl,-rpath");
}

static const char *path_of(const struct closure *closure, uint32_t loaded)
{
    return closure->loaded.items[loaded].path;
}

/* Libraries that the package brings and that only a secure execution does not find, then what is
 * missing in those of the image that it finds in their place. */
static void compare(struct check *check, const struct needs *needs, const struct package_elf *elf,
                    const struct privilege *privilege)
{
    struct closure *closure = &check->closure;
    const struct object_ref ref = {LAYER_PACKAGE, elf->object};
    _cleanup_strv_ struct strv missing = {0};
    size_t versions, found = 0;

    closure_load(closure, ref, elf->path);
    closure_check_versions(closure);
    vec_foreach (row, &closure->libraries)
        strv_add(&missing, row->name);
    versions = closure->versions.count;
    closure->secure = true;
    closure_load(closure, ref, elf->path);
    closure_check_versions(closure);
    closure->secure = false;
    vec_foreach (row, &closure->libraries) {
        if (closure->loaded.items[row->by].ref.layer != LAYER_PACKAGE ||
            (strv_has(&missing, row->name) && !needs_brings(needs, row->name)))
            continue;
        say(check, privilege,
            findings_add(check->findings, FINDING_LIB_MISSING, path_of(closure, row->by), NULL,
                         NULL, row->name),
            "the library is not found then");
        found++;
    }
    if (found > 0 || closure->versions.count <= versions)
        return;
    vec_foreach (row, &closure->versions)
        if (!row->weak && !row->unversioned && row->provider != SURFACE_NONE &&
            closure->loaded.items[row->by].ref.layer == LAYER_PACKAGE) {
            _cleanup_free_ char *what = text_format("it loads %s, which does not have this version",
                                                    path_of(closure, row->provider));

            say(check, privilege,
                findings_add(check->findings, FINDING_VERSION_MISSING, path_of(closure, row->by),
                             NULL, row->version, row->file),
                what);
        }
}

/* Modules that others' set-user-ID programs load, such as su: other programs load them too. */
static void compare_modules(struct check *check, const struct needs *needs)
{
    const struct surface *surface = check->package->surface;

    vec_foreach (elf, &check->package->elves) {
        const char *loader = login_loader_of(elf->path);
        _cleanup_free_ char *why = NULL;

        if (loader == NULL || elf->object == SURFACE_NONE || check->spare[elf->object] ||
            surface->objects[elf->object].machine != check->world.machine)
            continue;
        why = text_format("%s loads it into su, sudo and other set-user-ID programs", loader);
        compare(check, needs, elf, &(struct privilege){why, true, true});
    }
}

void check_privileges(struct check *check, struct needs *needs)
{
    const struct package *package = check->package;
    struct privileges privileges = {
        check, needs,
        text_calloc(package->surface->counts[TABLE_OBJECTS] + 1, sizeof(struct privilege))};

    vec_foreach (elf, &package->elves)
        if (is_loaded(&privileges, elf))
            read_modes(&privileges, elf);
    vec_foreach (script, &package->scripts)
        read_script(&privileges, script);
    vec_foreach (elf, &package->elves)
        if (is_loaded(&privileges, elf) && privileges.of[elf->object].why != NULL)
            compare(check, needs, elf, &privileges.of[elf->object]);
    compare_modules(check, needs);
    for (uint64_t i = 0; i < package->surface->counts[TABLE_OBJECTS]; i++)
        free(privileges.of[i].why);
    free(privileges.of);
}
