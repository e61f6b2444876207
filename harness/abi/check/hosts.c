/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the program for which a plug-in is made, and whether it is there. */
#include "abi/check/hosts.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/path.h"

static const struct host {
    const char *name, *files, *symbols, *folders, *packages;
    bool optional;
} hosts[] = {
#define HOST(name, files, symbols, folders, packages, optional)                                    \
    {name, files, symbols, folders, packages, optional},
#include "abi/check/hosts.def"
#undef HOST
};
#define HOSTS (sizeof(hosts) / sizeof(hosts[0]))

static const struct host *const node = &hosts[0], *const java = &hosts[1];

typedef bool (*word_test)(const char *text, const char *word, size_t length);

/* True if one of the words passes the test with the text. */
static bool any_word(const char *words, const char *text, word_test test)
{
    while (*words != '\0') {
        size_t length = strcspn(words, " ");

        if (test(text, words, length))
            return true;
        words += length + (words[length] == ' ');
    }
    return false;
}

static bool has_part(const char *text, const char *part, size_t length)
{
    return memmem(text, strlen(text), part, length) != NULL;
}

static bool begins(const char *text, const char *word, size_t length)
{
    return strncmp(text, word, length) == 0;
}

/* "php8.2", "libperl.so.5.36", "libruby-3.1.so.3.1" */
static bool is_file_of(const char *base, const char *name, size_t length)
{
    const char *rest = base + length;

    if (!begins(base, name, length))
        return false;
    rest += strspn(rest, "0123456789.-");
    rest += strncmp(rest, "so", 2) == 0 ? 2 : 0;
    return strspn(rest, "0123456789.") == strlen(rest);
}

static bool exports_one(const struct surface *surface, const struct surface_object *object,
                        const struct host *host)
{
    for (uint32_t e = 0; e < object->export_count; e++) {
        uint32_t name = surface->exports[object->export + e].name;

        if (any_word(host->symbols, surface_text(surface, surface->names[name].text), begins))
            return true;
    }
    return false;
}

static struct host_place search(const struct check *check, const struct host *host)
{
    struct host_place place = {.known = true};

    for (size_t l = 0; l < LAYER_COUNT; l++) {
        const struct surface *surface = check->world.layers[l];

        for (uint64_t i = 0; i < surface->counts[TABLE_OBJECTS] && !place.exports; i++) {
            const struct surface_object *object = &surface->objects[i];

            if (object->machine != check->world.machine ||
                !any_word(host->files, path_base(surface_text(surface, object->path)), is_file_of))
                continue;
            place.there = true;
            place.exports = exports_one(surface, object, host);
        }
    }
    return place;
}

static const struct host_place *find_host(struct check *check, const struct host *host)
{
    struct host_place *place;

    _Static_assert(HOSTS <= CHECK_HOSTS_MAX, "one for each row");
    place = &check->hosts[host - hosts];
    if (!place->known)
        *place = search(check, host);
    return place;
}

/* The package of the host that the product's packages require, or at least recommend or suggest;
 * NULL: none. */
static const char *related_package(const struct check *check, const struct host *host,
                                   bool *ret_required)
{
    const struct surface *surface = check->package->surface;
    const char *related = NULL;

    *ret_required = false;
    for (uint32_t p = 0; p < check->package->own_packages; p++)
        for (uint32_t r = 0; r < surface->packages[p].relation_count; r++) {
            const struct surface_relation *relation =
                &surface->relations[surface->packages[p].relation + r];
            const char *name = surface_text(surface, relation->name);
            uint32_t kind = relation->flags >> RELATION_KIND_SHIFT;

            if ((kind != RELATION_REQUIRES && kind != RELATION_WEAK) ||
                !any_word(host->packages, name, has_part))
                continue;
            related = name;
            *ret_required = kind == RELATION_REQUIRES;
            if (*ret_required)
                return related;
        }
    return related;
}

/* symbol: what the plug-in uses of the host; NULL: nothing is known. A package that is required
 * brings the host, or DEPENDENCY_MISSING says that nothing does; what it defines is not known. */
static void note_absent(struct check *check, const struct host *host, const char *path,
                        const char *symbol, const char *release)
{
    bool required;
    const char *package = related_package(check, host, &required);
    struct finding *row;

    if (host->optional || (required && symbol == NULL))
        return;
    row = findings_add(check->findings,
                       package != NULL ? FINDING_HOST_UNPROVEN : FINDING_HOST_MISSING, path, NULL,
                       NULL, package != NULL ? package : host->name);
    finding_set_found(row, "%s loads it%s%s, and %s", host->name, release != NULL ? ", of " : "",
                      release != NULL ? release : "",
                      package != NULL    ? "the package that brings it was not given"
                      : check->reference ? "the reference does not describe it"
                                         : "neither the image nor the package has it");
    if (check->reference)
        row->severity = SEVERITY_WARN;
}

static const struct host *host_of(const char *path, const char *symbol)
{
    for (size_t i = 0; i < HOSTS; i++)
        if (any_word(hosts[i].folders, path, has_part))
            return &hosts[i];
    for (size_t i = 0; i < HOSTS; i++)
        if (any_word(hosts[i].symbols, symbol, begins))
            return &hosts[i];
    return NULL;
}

enum host_answer hosts_explain(struct check *check, const char *path, const char *symbol)
{
    const struct host *host = host_of(path, symbol);
    const struct host_place *place;

    if (host == NULL)
        return HOST_UNKNOWN;
    place = find_host(check, host);
    if (!place->there)
        note_absent(check, host, path, symbol, NULL);
    if (!place->there || host->optional)
        return HOST_EXPLAINS;
    /* Without any symbol for plug-ins, the file is not what loads them. */
    return place->exports && any_word(host->symbols, symbol, begins) ? HOST_LACKS : HOST_UNKNOWN;
}

void hosts_check_exports(struct check *check, const struct package_elf *elf)
{
    const struct surface *surface = check->package->surface;
    const struct surface_object *object = &surface->objects[elf->object];
    const struct host *host = NULL;
    _cleanup_free_ char *release = NULL;

    for (uint32_t e = 0; e < object->export_count && host == NULL; e++) {
        const char *name =
            surface_text(surface, surface->names[surface->exports[object->export + e].name].text);

        if (strcmp(name, "JNI_OnLoad") == 0 || text_starts(name, "Java_"))
            host = java;
        else if (text_starts(name, "napi_register_module_v"))
            host = node;
        else if (text_starts(name, "node_register_module_v")) {
            host = node;
            release =
                text_format("NODE_MODULE_VERSION %s", name + strlen("node_register_module_v"));
        }
    }
    if (host != NULL && !find_host(check, host)->there)
        note_absent(check, host, elf->path, NULL, release);
}
