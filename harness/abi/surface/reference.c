/* SPDX-License-Identifier: Apache-2.0 */
/* Builds a surface in memory from the compact tables. */
#include "abi/surface/reference.h"

#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <string.h>

#include "abi/surface/build.h"
#include "abi/surface/kernel_symbols.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "home/home.h"
#include "model/words.h"

#define TABLE_LIMIT (8 << 20)

/* Mandatory packages of the core group since EL 7, in addition to those whose programs are
 * listed. */
#define CORE_PACKAGES ":glibc:systemd:rpm:basesystem:filesystem:setup:shadow-utils:"

struct making {
    struct surface_builder *builder;
    const char *folder;
    enum arch arch;
    struct surface_object object; /* the object being filled */
    bool open;
    uint32_t version; /* 1 + row of the version node that following symbols belong to */
    uint16_t index;   /* versym of that node */
    struct strv upto; /* highest nodes of this release; empty: all */
    bool skip;        /* the node is newer and is skipped */
};

static void close_object(struct making *making)
{
    struct surface_builder *builder = making->builder;
    uint32_t row;

    if (!making->open)
        return;
    making->open = false;
    making->object.version_count =
        (uint32_t)surface_builder_count(builder, TABLE_VERSIONS) - making->object.version;
    making->object.export_count =
        (uint32_t)surface_builder_count(builder, TABLE_EXPORTS) - making->object.export;
    *(struct surface_object *)surface_builder_row(builder, TABLE_OBJECTS, &row) = making->object;
    surface_builder_path(
        builder, (const char *)surface_builder_at(builder, TABLE_STRINGS, making->object.path),
        PATH_OBJECT, row);
}

static void open_object(struct making *making, const char *soname)
{
    bool loader_of_arm = text_starts(soname, "ld-linux-aarch64");
    _cleanup_free_ char *path = text_format("/usr/%s/%s", loader_of_arm ? "lib" : "lib64", soname);
    struct surface_builder *builder = making->builder;

    close_object(making);
    making->object = (struct surface_object){
        .path = surface_builder_string(builder, path),
        .soname = surface_builder_string(builder, soname),
        .flags = OBJECT_64 | OBJECT_VERSYM | OBJECT_VERDEF | OBJECT_REFERENCE,
        .version = (uint32_t)surface_builder_count(builder, TABLE_VERSIONS),
        .export = (uint32_t)surface_builder_count(builder, TABLE_EXPORTS),
        .machine = making->arch == ARCH_AARCH64 ? EM_AARCH64 : EM_X86_64,
        .type = ET_DYN,
    };
    making->index = 1;
    making->open = true;
}

/* True if this node is newer than the highest of its family. */
static bool is_newer(const struct making *making, const char *node)
{
    size_t family = strcspn(node, "0123456789");

    for (size_t i = 0; i < making->upto.count; i++)
        if (strncmp(making->upto.items[i], node, family) == 0 &&
            strcspn(making->upto.items[i], "0123456789") == family)
            return strverscmp(node, making->upto.items[i]) > 0;
    return false;
}

static void open_node(struct making *making, const char *node)
{
    struct surface_version *version;
    uint32_t name, row;

    making->skip = is_newer(making, node);
    if (making->skip)
        return;
    name = surface_builder_string(making->builder, node);
    version = surface_builder_row(making->builder, TABLE_VERSIONS, &row);
    version->name = name;
    version->index = ++making->index;
    making->version = row + 1;
}

static void add_symbol(struct making *making, const char *name, size_t length)
{
    struct surface_export *export;
    uint32_t id;

    if (making->skip || !making->open)
        return;
    id = surface_builder_name(making->builder, name, length);
    export = surface_builder_row(making->builder, TABLE_EXPORTS, NULL);
    *export = (struct surface_export){id, making->version, 0, making->index, STB_GLOBAL, STT_FUNC};
}

/* "= SONAME" starts a library, "@ NODE" a version node; other lines are symbols, separated by
 * blanks. */
static int read_table(struct making *making, const char *name, struct error **err)
{
    _cleanup_free_ char *path =
        text_format("%s/%s-%s.txt", making->folder, name, arch_name(making->arch));
    _cleanup_buffer_ struct buffer text = {0};
    int code = path_read(path, TABLE_LIMIT, &text, err);
    char *line, *rest = NULL;

    if (code < 0)
        return code;
    for (line = strtok_r(text.data, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        if (line[0] == '#')
            continue;
        if (line[0] == '=' && line[1] == ' ')
            open_object(making, line + 2);
        else if (line[0] == '@' && line[1] == ' ')
            open_node(making, line + 2);
        else
            for (char *at = line; *at != '\0';) {
                size_t length = strcspn(at, " ");

                if (length > 0)
                    add_symbol(making, at, length);
                at += length + (at[length] == ' ');
            }
    }
    close_object(making);
    return 0;
}

/* "# bash" on a line of its own: the following paths belong to this package. */
static bool is_package(const char *line)
{
    return text_starts(line, "# ") && text_is_name(line + 2);
}

/* Paths of programs, separated by blanks, after the name of their package. */
static int read_base(struct making *making, const char *name, struct error **err)
{
    _cleanup_free_ char *path = text_format("%s/base-%s.txt", making->folder, name);
    _cleanup_buffer_ struct buffer text = {0};
    _cleanup_strv_ struct strv lines = {0};
    _cleanup_buffer_ struct buffer packages = {0};
    int code = path_read(path, TABLE_LIMIT, &text, err);

    if (code < 0)
        return code;
    buffer_text(&packages, CORE_PACKAGES);
    strv_split(&lines, text.data, "\n");
    for (size_t i = 0; i < lines.count; i++) {
        _cleanup_strv_ struct strv paths = {0};

        if (is_package(lines.items[i]))
            buffer_format(&packages, "%s:", lines.items[i] + 2);
        if (lines.items[i][0] == '#')
            continue;
        strv_split(&paths, lines.items[i], " ");
        for (size_t p = 0; p < paths.count; p++)
            surface_builder_path(making->builder, paths.items[p], PATH_FILE, 0);
    }
    surface_builder_meta(making->builder, "base", name);
    surface_builder_meta(making->builder, "base-packages", packages.data);
    return 0;
}

static int read_kabi(struct making *making, const char *release, struct error **err)
{
    _cleanup_free_ char *path =
        text_format("%s/kabi-%s-%s.txt", making->folder, release, arch_name(making->arch));
    _cleanup_buffer_ struct buffer text = {0};
    int code = path_read(path, TABLE_LIMIT, &text, err);

    if (code < 0)
        return code;
    kernel_symbols_add(making->builder, release, text.data, text.length, KERNEL_LISTED);
    surface_builder_meta(making->builder, "kernel", release);
    return 0;
}

/* Parses one line of a reference's own file. */
static int take_line(struct making *making, const char *path, const struct strv *words,
                     struct error **err)
{
    const char *what = words->items[0], *value = words->count > 1 ? words->items[1] : "";

    if (strcmp(what, "glibc") == 0) {
        _cleanup_free_ char *table = text_format("glibc-%s", value);

        surface_builder_meta(making->builder, "glibc", value);
        strv_done(&making->upto);
        return read_table(making, table, err);
    }
    if (strcmp(what, "libstdcxx") == 0 || strcmp(what, "libgcc") == 0) {
        strv_done(&making->upto);
        for (size_t i = 1; i < words->count; i++)
            strv_add(&making->upto, words->items[i]);
        return read_table(making, what, err);
    }
    if (strcmp(what, "systemd") == 0 || strcmp(what, "rpm") == 0) {
        surface_builder_meta(making->builder, what, value);
        return 0;
    }
    if (strcmp(what, "base") == 0)
        return read_base(making, value, err);
    if (strcmp(what, "kabi") == 0)
        return read_kabi(making, value, err);
    if (strcmp(what, "page-size") == 0 && words->count == 3) {
        if (strcmp(value, arch_name(making->arch)) == 0)
            surface_builder_meta(making->builder, "page-size", words->items[2]);
        return 0;
    }
    if (strcmp(what, "title") == 0)
        return 0;
    return error_set(err, -EBADMSG, "%s: no architecture '%s'", path, what);
}

static void add_system(struct making *making, const char *wanted)
{
    static const char *const folders[] = {"/lib64", "/usr/lib64"};
    /* Created by the package filesystem since EL 7. */
    static const char *const links[][2] = {
        {"/bin", "usr/bin"}, {"/sbin", "usr/sbin"}, {"/lib", "usr/lib"}, {"/lib64", "usr/lib64"}};

    for (size_t i = 0; i < 4; i++)
        surface_builder_path(making->builder, links[i][0], PATH_LINK,
                             surface_builder_string(making->builder, links[i][1]));
    for (size_t i = 0; i < 2; i++) {
        uint32_t text = surface_builder_string(making->builder, folders[i]);

        *(uint32_t *)surface_builder_row(making->builder, TABLE_FOLDERS, NULL) = text;
    }
    surface_builder_meta(making->builder, "source", "derived from upstream lists, not measured");
    surface_builder_meta(making->builder, "reference", wanted);
    surface_builder_meta(making->builder, "machine", arch_name(making->arch));
}

static int make(struct making *making, const char *wanted, const char *path,
                struct surface **ret_surface, struct error **err)
{
    _cleanup_buffer_ struct buffer text = {0};
    _cleanup_strv_ struct strv lines = {0};
    int code = path_read(path, 65536, &text, err);

    if (code < 0)
        return code;
    add_system(making, wanted);
    strv_split(&lines, text.data, "\n");
    for (size_t i = 0; code == 0 && i < lines.count; i++) {
        _cleanup_strv_ struct strv words = {0};

        if (lines.items[i][0] == '#')
            continue;
        strv_split(&words, lines.items[i], " ");
        if (words.count > 0)
            code = take_line(making, path, &words, err);
    }
    return code < 0 ? code : surface_builder_open(making->builder, wanted, ret_surface, err);
}

static int tables_folder(char **ret_folder, struct error **err)
{
    const char *data;
    int code = home_data_folder(&data, err);

    if (code == 0)
        *ret_folder = text_format("%s/arch/surfaces", data);
    return code;
}

int reference_open(const char *wanted, struct surface **ret_surface, struct error **err)
{
    _cleanup_strv_ struct strv parts = {0}, names = {0};
    _cleanup_free_ char *folder = NULL, *path = NULL, *list = NULL;
    struct making making = {0};
    int code = tables_folder(&folder, err);

    if (code < 0)
        return code;
    strv_split(&parts, wanted, ":");
    if (parts.count == 3 && text_is_name(parts.items[1]))
        path = text_format("%s/%s.reference", folder, parts.items[1]);
    if (path == NULL || !path_exists(path) || !arch_parse(parts.items[2], &making.arch)) {
        code = reference_list(&names, err);
        list = strv_join(&names, ", ");
        return code < 0 ? code
                        : error_set(err, -ENOENT, "no reference '%s'; available: %s", wanted, list);
    }
    making.folder = folder;
    making.builder = surface_builder_new();
    code = make(&making, wanted, path, ret_surface, err);
    surface_builder_free(making.builder);
    strv_done(&making.upto);
    return code;
}

int reference_list(struct strv *ret_names, struct error **err)
{
    _cleanup_free_ char *folder = NULL;
    _cleanup_closedir_ DIR *dir = NULL;
    const struct dirent *entry;
    int code = tables_folder(&folder, err);

    if (code < 0)
        return code;
    dir = opendir(folder);
    if (dir == NULL)
        return error_set_errno(err, -errno, "cannot read '%s'", folder);
    while ((entry = readdir(dir)) != NULL) {
        size_t length = strlen(entry->d_name);

        if (!text_ends(entry->d_name, ".reference"))
            continue;
        for (int arch = 0; arch < ARCH_COUNT; arch++)
            strv_take(ret_names, text_format("reference:%.*s:%s", (int)(length - 10), entry->d_name,
                                             arch_name((enum arch)arch)));
    }
    strv_sort(ret_names);
    return 0;
}
