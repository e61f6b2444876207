/* SPDX-License-Identifier: Apache-2.0 */
/* Decides what is recorded of each file of an image. */
#include "abi/surface/harvest.h"

#include <string.h>

#include "abi/elf/file.h"
#include "abi/settings/settings.h"
#include "abi/surface/python_folder.h"
#include "base/error.h"
#include "base/path.h"

void harvest_init(struct harvest *harvest)
{
    memset(harvest, 0, sizeof(*harvest));
    harvest->builder = surface_builder_new();
}

void harvest_done(struct harvest *harvest)
{
    surface_builder_free(harvest->builder);
    vec_foreach (fact, &harvest->facts) {
        free(fact->path);
        buffer_done(&fact->data);
        free(fact->problem);
    }
    vec_done(&harvest->facts);
    strv_done(&harvest->modules);
    free(harvest->glibc);
    free(harvest->loader);
    free(harvest->libc);
    free(harvest->hierarchy);
}

static const char *after(const char *path, const char *prefix)
{
    return text_starts(path, prefix) ? path + strlen(prefix) : NULL;
}

static bool is_module_fact(const char *path)
{
    const char *rest = after(path, "/lib/modules/"), *name;

    if (rest == NULL)
        rest = after(path, "/usr/lib/modules/");
    name = rest != NULL ? strchr(rest, '/') : NULL;
    if (name == NULL || strchr(name + 1, '/') != NULL)
        return false;
    return text_equal(name + 1, "config") || text_equal(name + 1, "modules.dep") ||
           text_equal(name + 1, "modules.builtin") || text_starts(name + 1, "symvers.");
}

bool harvest_wants_fact(const char *path)
{
    static const char *const whole[] = {
        "/etc/os-release",      "/usr/lib/os-release",      "/etc/ld.so.cache", "/etc/ld.so.conf",
        "/var/lib/dpkg/status", "/var/lib/dpkg/diversions", "/etc/passwd",      "/etc/group"};
    const char *rest;

    for (size_t i = 0; i < sizeof(whole) / sizeof(whole[0]); i++)
        if (strcmp(path, whole[i]) == 0)
            return true;
    if (text_starts(path, "/etc/ld.so.conf.d/") || harvest_names_distribution(path) ||
        settings_wants(path))
        return true;
    if ((rest = after(path, "/var/lib/dpkg/info/")) != NULL)
        return text_ends(rest, ".list");
    if ((rest = after(path, "/boot/")) != NULL)
        return text_starts(rest, "config-") || text_starts(rest, "symvers-");
    if ((rest = after(path, "/var/lib/rpm/")) != NULL ||
        (rest = after(path, "/usr/lib/sysimage/rpm/")) != NULL ||
        (rest = after(path, "/root/.rpmdb/")) != NULL) /* location used by Debian's rpm */
        return text_equal(rest, "Packages") || text_equal(rest, "rpmdb.sqlite") ||
               text_equal(rest, "Packages.db");
    if ((rest = after(path, "/usr/src/")) != NULL)
        return text_ends(rest, "/Module.symvers");
    return is_module_fact(path);
}

/* Folders of files that scripts source or use to detect the distribution, and that units refer
 * to. */
static bool is_system_file(const char *path)
{
    static const char *const folders[] = {"/etc/",
                                          "/lib/lsb/",
                                          "/usr/lib/lsb/",
                                          "/lib/systemd/system/",
                                          "/lib/systemd/user/",
                                          "/usr/lib/systemd/system/",
                                          "/usr/lib/systemd/user/"};

    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
        if (text_starts(path, folders[i]))
            return true;
    return text_ends(path, ".sh");
}

bool harvest_wants_file(const char *path, unsigned mode)
{
    const char *base;

    if ((mode & 0111) != 0 || is_system_file(path))
        return true;
    base = path_base(path);
    if (text_ends(base, ".py")) {
        const char *rest = python_folder_rest(path, -1);

        return rest != NULL && strchr(rest, '/') == NULL;
    }
    return strstr(base, ".so") != NULL || text_starts(base, "ld-linux");
}

/* Records the first line of a script; of other files only that they exist. */
static void take_plain(struct harvest *harvest, const char *path, const char *data, size_t size)
{
    size_t limit = size < 256 ? size : 256, length = 0;
    uint32_t line = 0;

    if (limit > 2 && data[0] == '#' && data[1] == '!') {
        while (length < limit && data[length] != '\n' && data[length] != '\0')
            length++;
        line = surface_builder_string_n(harvest->builder, data, length);
    }
    surface_builder_path(harvest->builder, path, PATH_FILE, line);
}

uint32_t harvest_take_elf(struct harvest *harvest, const char *path, const struct elf_file *file)
{
    uint32_t object;

    if (file == NULL)
        harvest->damaged++;
    if (file == NULL || (file->kind != ELF_KIND_DYNAMIC && file->kind != ELF_KIND_STATIC)) {
        surface_builder_path(harvest->builder, path, PATH_FILE, 0);
        return SURFACE_NONE;
    }
    object = surface_builder_object(harvest->builder, file, path);
    surface_builder_path(harvest->builder, path, PATH_OBJECT, object);
    harvest_read_loader(harvest, file, path);
    harvest_read_systemd(harvest, file);
    if (harvest->any_machine == 0 && file->is64)
        harvest->any_machine = file->machine;
    harvest->objects++;
    return object;
}

void harvest_take_file(struct harvest *harvest, const char *path, const void *data, size_t size)
{
    struct elf_file file;

    if (size < SELFMAG || memcmp(data, ELFMAG, SELFMAG) != 0) {
        take_plain(harvest, path, data, size);
        return;
    }
    if (elf_file_open(&file, data, size, path, NULL) < 0) {
        harvest_take_elf(harvest, path, NULL);
        return;
    }
    harvest_take_elf(harvest, path, &file);
    elf_file_done(&file);
}

void harvest_take_link(struct harvest *harvest, const char *path, const char *target)
{
    surface_builder_path(harvest->builder, path, PATH_LINK,
                         surface_builder_string(harvest->builder, target));
}

void harvest_take_folder(struct harvest *harvest, const char *path)
{
    const char *rest = after(path, "/lib/modules/");

    if (!text_starts(path, "/usr/share/") && !text_starts(path, "/usr/src/"))
        surface_builder_path(harvest->builder, path, PATH_FOLDER, 0);
    if (rest == NULL)
        rest = after(path, "/usr/lib/modules/");
    if (rest != NULL && *rest != '\0' && strchr(rest, '/') == NULL)
        strv_add(&harvest->modules, rest);
}

int harvest_finish(struct harvest *harvest, const char *source, struct error **err)
{
    struct surface_builder *builder = harvest->builder;
    const struct fact *cache = harvest_fact(harvest, "/etc/ld.so.cache");
    int code;

    surface_builder_meta(builder, "source", source);
    if (harvest->machine == 0)
        harvest->machine = harvest->any_machine;
    if (harvest->machine != 0)
        surface_builder_meta(builder, "machine", elf_machine_name(harvest->machine));
    if (harvest->glibc != NULL)
        surface_builder_meta(builder, "glibc", harvest->glibc);
    if (harvest->loader != NULL)
        surface_builder_meta(builder, "loader", harvest->loader);
    harvest_read_system(harvest);
    harvest_read_names(harvest, "/etc/passwd", "users");
    harvest_read_names(harvest, "/etc/group", "groups");
    surface_builder_meta(builder, "system-files", "2");
    surface_builder_meta(builder, "python-modules", "1");
    harvest_read_releases(harvest);
    if (cache != NULL)
        harvest_read_cache(harvest, cache);
    harvest_read_dpkg(harvest);
    code = harvest_read_rpm(harvest, err);
    harvest_read_kernel(harvest);
    harvest_read_settings(harvest);
    return code;
}
