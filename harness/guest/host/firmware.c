/* SPDX-License-Identifier: Apache-2.0 */
/* Reads firmware descriptors. */
#include "guest/host/firmware.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/log.h"
#include "base/path.h"
#include "base/text.h"

#define DESCRIPTOR_LIMIT 65536

static bool array_has(const json_t *array, const char *word)
{
    for (size_t i = 0; i < json_array_size(array); i++)
        if (text_equal(json_string_value(json_array_get(array, i)), word))
            return true;
    return false;
}

/* True if a target has this architecture and a machine pattern ("pc-q35-*", "virt-*") of this
 * type. */
static bool is_for(const json_t *descriptor, enum arch arch, const char *machine)
{
    const json_t *targets = json_object_get(descriptor, "targets");
    _cleanup_free_ char *versioned = text_format("%s-0", machine);
    _cleanup_free_ char *pc = text_format("pc-%s-0", machine);

    for (size_t i = 0; i < json_array_size(targets); i++) {
        const json_t *target = json_array_get(targets, i);
        const json_t *machines = json_object_get(target, "machines");

        if (!text_equal(json_string_value(json_object_get(target, "architecture")),
                        arch_name(arch)))
            continue;
        for (size_t k = 0; k < json_array_size(machines); k++) {
            const char *pattern = json_string_value(json_array_get(machines, k));

            if (pattern != NULL &&
                (fnmatch(pattern, machine, 0) == 0 || fnmatch(pattern, versioned, 0) == 0 ||
                 fnmatch(pattern, pc, 0) == 0))
                return true;
        }
    }
    return false;
}

static const char *flash_file(const json_t *mapping, const char *key)
{
    const json_t *file = json_object_get(mapping, key);
    const char *path = json_string_value(json_object_get(file, "filename"));

    return text_equal(json_string_value(json_object_get(file, "format")), "raw") && path != NULL &&
                   path_exists(path)
               ? path
               : NULL;
}

/* Returns whether this descriptor's firmware is suitable, and fills it in. */
static bool take(const char *path, enum arch arch, const char *machine,
                 struct firmware *ret_firmware)
{
    _cleanup_json_ json_t *descriptor = NULL;
    _cleanup_error_ struct error *err = NULL;
    const json_t *mapping, *features;
    const char *code, *variables;

    if (json_read_file(path, DESCRIPTOR_LIMIT, &descriptor, &err) < 0) {
        log_debug("firmware descriptor ignored: %s", error_message(err));
        return false;
    }
    mapping = json_object_get(descriptor, "mapping");
    features = json_object_get(descriptor, "features");
    code = flash_file(mapping, "executable");
    variables = flash_file(mapping, "nvram-template");
    if (!array_has(json_object_get(descriptor, "interface-types"), "uefi") ||
        !text_equal(json_string_value(json_object_get(mapping, "device")), "flash") ||
        array_has(features, "requires-smm") || array_has(features, "secure-boot") ||
        array_has(features, "enrolled-keys") || !is_for(descriptor, arch, machine) ||
        code == NULL || variables == NULL)
        return false;
    ret_firmware->code = text_dup(code);
    ret_firmware->variables = text_dup(variables);
    return true;
}

/* Appends names in the folder that are not in the list yet. */
static void list_names(const char *folder, struct strv *names)
{
    _cleanup_closedir_ DIR *dir = opendir(folder);
    const struct dirent *entry;

    while (dir != NULL && (entry = readdir(dir)) != NULL)
        if (text_ends(entry->d_name, ".json") && !strv_has(names, entry->d_name))
            strv_add(names, entry->d_name);
}

int firmware_find_in(const char *const *folders, enum arch arch, const char *machine,
                     struct firmware *ret_firmware, struct error **err)
{
    _cleanup_strv_ struct strv names = {0};

    for (size_t i = 0; folders[i] != NULL; i++)
        list_names(folders[i], &names);
    strv_sort(&names);
    for (size_t i = 0; i < names.count; i++)
        for (size_t k = 0; folders[k] != NULL; k++) {
            _cleanup_free_ char *path = path_join(folders[k], names.items[i]);

            if (!path_exists(path))
                continue;
            if (take(path, arch, machine, ret_firmware))
                return 0;
            break;
        }
    return error_set(err, -ENOENT,
                     "there is no UEFI firmware for %s machine '%s' on this host: install the "
                     "package %s (Debian) or %s (RHEL-like)",
                     arch_name(arch), machine, arch == ARCH_X86_64 ? "ovmf" : "qemu-efi-aarch64",
                     arch == ARCH_X86_64 ? "edk2-ovmf" : "edk2-aarch64");
}

int firmware_find(enum arch arch, const char *machine, struct firmware *ret_firmware,
                  struct error **err)
{
    static const char *const folders[] = {"/etc/qemu/firmware", "/usr/share/qemu/firmware", NULL};

    return firmware_find_in(folders, arch, machine, ret_firmware, err);
}

void firmware_done(struct firmware *firmware)
{
    free(firmware->code);
    free(firmware->variables);
    *firmware = (struct firmware){0};
}
