/* SPDX-License-Identifier: Apache-2.0 */
/* A script is called if npm runs it, or if any file of the product names it, apart from scripts
 * that are not called themselves and from documentation. */
#include "abi/package/called.h"

#include <string.h>

#include "abi/package/named.h"
#include "abi/package/npm.h"
#include "abi/package/package.h"
#include "abi/script/script.h"
#include "base/cleanup.h"
#include "base/path.h"

#define COMMANDS_MAX 4096
#define SEARCH_MAX (UINT64_C(8) << 30) /* bytes, each counted for every script: some seconds */
#define PART (64 << 10)

/* A script in a package of npm. */
struct candidate {
    const struct package_text *script;
    const char *name;
    char *ending; /* ".sh", or NULL */
    char *module; /* as Python imports it, or NULL */
    char *folder; /* name of its folder in the package; NULL: it is in the package's */
    bool called, followed;
};

struct calling {
    struct package_listener listener; /* first: it is what is passed around */
    VEC(struct candidate) candidates;
    struct npm_commands commands;
    struct strv runs;      /* words behind npm, sorted */
    struct strv manifests; /* folders of the package.json files that were read */
    bool runs_any;         /* npm runs a command whose name is not known */
    uint64_t searched;
    bool unread; /* not all of it was read, or searched */
};

struct hearing {
    struct calling *calling;
    char *manifest; /* the folder of this package.json, or NULL */
    struct buffer text;
    bool later;    /* the text begins within the file */
    bool lists;    /* the file calls what lists folders */
    bool *folders; /* which candidates' folders it names */
};

/* Node does without the ending of a source, and sources load others by names that are not in them
 * as a whole. */
static bool is_node(const struct package_text *script)
{
    static const char *const endings[] = {".js", ".cjs", ".mjs", ".ts", ".jsx", ".tsx"};
    bool by_name;
    _cleanup_free_ char *program = script_interpreter(script->text, &by_name);
    const char *name = program != NULL ? path_base(program) : "";

    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
        if (text_ends(script->path, endings[i]))
            return true;
    return text_starts(name, "node") || text_equal(name, "bun") || text_equal(name, "deno") ||
           text_starts(name, "ts-node") || text_equal(name, "tsx");
}

static void add_candidate(struct calling *calling, const struct package_text *script)
{
    size_t folder = npm_folder(script->path);
    struct candidate *candidate;
    const char *parent, *dot;

    /* What something starts with an interpreter is called. */
    if (folder == 0 || script->interpreter != NULL || is_node(script) ||
        strlen(path_base(script->path)) > NAMED_MAX / 4)
        return;
    candidate = vec_add(&calling->candidates);
    candidate->script = script;
    candidate->name = path_base(script->path);
    dot = strrchr(candidate->name, '.');
    if (dot != NULL && dot > candidate->name && dot[1] != '\0')
        candidate->ending = text_dup(dot);
    if (text_equal(candidate->ending, ".py"))
        candidate->module = text_ndup(candidate->name, (size_t)(dot - candidate->name));
    if (candidate->name - script->path <= (ptrdiff_t)folder + 1)
        return;
    parent = candidate->name - 1;
    while (parent[-1] != '/')
        parent--;
    if (candidate->name - parent <= NAMED_MAX / 4)
        candidate->folder = text_ndup(parent, (size_t)(candidate->name - 1 - parent));
}

static struct candidate *find_candidate(struct calling *calling, const char *path)
{
    vec_foreach (candidate, &calling->candidates)
        if (text_equal(candidate->script->path, path))
            return candidate;
    return NULL;
}

/* Marks what a part names. command: of package.json; lists, folders: as in struct hearing. */
static void read_part(struct calling *calling, const struct named_part *part, bool command,
                      bool *lists, bool *folders)
{
    size_t i = 0;

    calling->searched += part->size * calling->candidates.count;
    if (calling->searched > SEARCH_MAX) {
        calling->unread = true;
        return;
    }
    *lists = *lists || named_lists(part);
    vec_foreach (candidate, &calling->candidates) {
        bool files = false;

        if (!candidate->called && candidate->folder != NULL &&
            named_folder(part, candidate->folder, &files))
            folders[i] = true;
        i++;
        candidate->called = candidate->called || files || named_word(part, candidate->name) ||
                            (candidate->module != NULL && named_word(part, candidate->module)) ||
                            (candidate->ending != NULL && named_ending(part, candidate->ending));
    }
    calling->runs_any = named_runs(part, command, &calling->runs) || calling->runs_any;
}

static void end_file(struct calling *calling, bool lists, const bool *folders)
{
    for (size_t i = 0; lists && i < calling->candidates.count; i++)
        calling->candidates.items[i].called |= folders[i];
}

/* A text that is all of a file, or a command. */
static void read_whole(struct calling *calling, const char *text, bool command)
{
    _cleanup_free_ bool *folders = text_calloc(calling->candidates.count, sizeof(bool));
    const struct named_part part = {text, strlen(text), true, true};
    bool lists = false;

    read_part(calling, &part, command, &lists, folders);
    end_file(calling, lists, folders);
}

/* Documentation, maps of sources, and settings of a build service or of git: nothing that is
 * installed reads them. */
static bool is_unused(const char *path)
{
    static const char *const begins[] = {"README",  "CHANGELOG", "CHANGES", "HISTORY", "LICENSE",
                                         "LICENCE", "COPYING",   "AUTHORS", "NOTICE",  ".git"};
    static const char *const endings[] = {".md", ".markdown", ".rst", ".html", ".map", ".d.ts"};
    const char *name = path_base(path);

    if (npm_folder(path) == 0)
        return false;
    for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++)
        if (text_starts(name, begins[i]))
            return true;
    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
        if (text_ends(name, endings[i]))
            return true;
    return (text_ends(name, ".yml") || text_ends(name, ".yaml")) && strstr(path, "/.") != NULL;
}

static void *begin(struct package_listener *listener, const char *path, bool input)
{
    struct calling *calling = (struct calling *)listener;
    struct hearing *hearing;
    size_t folder = npm_folder(path);

    if (calling->unread || (input && path[0] == '/' && strchr(path + 1, '/') == NULL) ||
        is_unused(path) || find_candidate(calling, path) != NULL)
        return NULL;
    hearing = text_calloc(1, sizeof(*hearing));
    hearing->calling = calling;
    hearing->folders = text_calloc(calling->candidates.count, sizeof(bool));
    if (folder > 0 && text_equal(path + folder, "/package.json"))
        hearing->manifest = text_ndup(path, folder);
    return hearing;
}

static void read_heard(struct hearing *hearing, bool last)
{
    const struct named_part part = {hearing->text.data, hearing->text.length, !hearing->later,
                                    last};

    if (hearing->text.length > 0)
        read_part(hearing->calling, &part, false, &hearing->lists, hearing->folders);
}

static void data(void *file, const void *data, size_t size)
{
    struct hearing *hearing = file;
    struct buffer *text;

    if (hearing == NULL)
        return;
    text = &hearing->text;
    if (hearing->manifest != NULL && text->length + size > PACKAGE_TEXT_MAX) {
        hearing->calling->unread = true;
        return;
    }
    buffer_add(text, data, size);
    if (hearing->manifest != NULL || text->length < PART)
        return;
    read_heard(hearing, false);
    memmove(text->data, text->data + text->length - NAMED_MAX, NAMED_MAX);
    text->length = NAMED_MAX;
    hearing->later = true;
}

static void read_manifest(struct hearing *hearing)
{
    struct calling *calling = hearing->calling;
    _cleanup_free_ char *rest = NULL;

    if (hearing->text.data == NULL ||
        !npm_manifest_read(hearing->text.data, hearing->text.length, &calling->commands, &rest) ||
        calling->commands.count > COMMANDS_MAX) {
        calling->unread = true;
        return;
    }
    strv_add(&calling->manifests, hearing->manifest);
    read_whole(calling, rest, false);
}

static void end(struct package_listener *listener, void *file, bool whole)
{
    struct calling *calling = (struct calling *)listener;
    struct hearing *hearing = file;

    calling->unread = calling->unread || !whole;
    if (hearing == NULL)
        return;
    if (hearing->manifest != NULL)
        read_manifest(hearing);
    else
        read_heard(hearing, true);
    end_file(calling, hearing->lists, hearing->folders);
    buffer_done(&hearing->text);
    free(hearing->folders);
    free(hearing->manifest);
    free(hearing);
}

/* The command is one of the words behind npm, or begins as one that is a pattern: "build:*". */
static bool is_run(struct calling *calling, const struct npm_command *command)
{
    const char *name = command->name;
    const char *plain = text_starts(name, "pre")    ? name + 3
                        : text_starts(name, "post") ? name + 4
                                                    : NULL;

    calling->searched += calling->runs.count * sizeof(char *);
    if (command->runs || calling->runs_any || strv_sorted_has(&calling->runs, name) ||
        (plain != NULL && strv_sorted_has(&calling->runs, plain)))
        return true;
    for (size_t i = 0; i < calling->runs.count; i++) {
        const char *word = calling->runs.items[i];

        if (word[0] != '\0' && strchr(":.-", word[strlen(word) - 1]) != NULL &&
            text_starts(name, word))
            return true;
    }
    return false;
}

/* Follows what is called until nothing is added. */
static void follow(struct calling *calling)
{
    for (bool more = true; more && !calling->unread;) {
        more = false;
        vec_foreach (command, &calling->commands)
            if (command->text != NULL && is_run(calling, command)) {
                read_whole(calling, command->text, true);
                free(command->text);
                command->text = NULL;
                more = true;
            }
        vec_foreach (candidate, &calling->candidates)
            if (candidate->called && !candidate->followed) {
                candidate->followed = more = true;
                read_whole(calling, candidate->script->text, false);
            }
    }
}

/* What is no file of its own: scriptlets in the header of an rpm, links. */
static void read_others(struct calling *calling, const struct package *package)
{
    const struct surface *surface = package->surface;

    vec_foreach (script, &package->scripts)
        if (find_candidate(calling, script->path) == NULL && !script->beside)
            read_whole(calling, script->text, false);
    for (uint64_t i = 0; i < surface->counts[TABLE_PATHS]; i++)
        if (surface->paths[i].kind == PATH_LINK)
            read_whole(calling, surface_text(surface, surface->paths[i].value), false);
}

struct package_listener *called_begin(const struct package *package)
{
    struct calling *calling = text_calloc(1, sizeof(*calling));

    calling->listener = (struct package_listener){begin, data, end};
    vec_foreach (script, &package->scripts)
        if (!script->beside && !script->written)
            add_candidate(calling, script);
    if (calling->candidates.count > 0 && package->findings.rows.count == 0)
        return &calling->listener;
    called_free(&calling->listener);
    return NULL;
}

void called_conclude(struct package_listener *listener, struct package *package)
{
    struct calling *calling = (struct calling *)listener;

    read_others(calling, package);
    follow(calling);
    if (calling->unread)
        return;
    vec_foreach (candidate, &calling->candidates) {
        const char *path = candidate->script->path;
        _cleanup_free_ char *folder = text_ndup(path, npm_folder(path));

        if (!candidate->called && strv_has(&calling->manifests, folder))
            strv_add(&package->uncalled, path);
    }
    strv_sort(&package->uncalled);
}

void called_free(struct package_listener *listener)
{
    struct calling *calling = (struct calling *)listener;

    if (calling == NULL)
        return;
    vec_foreach (candidate, &calling->candidates) {
        free(candidate->ending);
        free(candidate->module);
        free(candidate->folder);
    }
    vec_done(&calling->candidates);
    npm_commands_done(&calling->commands);
    strv_done(&calling->runs);
    strv_done(&calling->manifests);
    free(calling);
}
