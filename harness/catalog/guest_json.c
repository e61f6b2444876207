/* SPDX-License-Identifier: Apache-2.0 */
/* guest.json, the description that scripts/build-guest writes beside a guest's files. */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/json.h"
#include "base/path.h"
#include "base/text.h"
#include "catalog/register.h"

#define GUEST_FORMAT "touchstone-guest-1"
#define GUEST_LIMIT 65536 /* largest guest.json, in bytes */

/* Copies a member's text to the slot unless the user gave a value. */
static int take_text(const json_t *guest, const char *what, const char *key, char **slot,
                     struct error **err)
{
    const char *text;
    int code = json_get_string(guest, what, key, &text, err);

    if (code == 0 && *slot == NULL)
        *slot = text_dup(text);
    return code;
}

/* {"path": …, "sha256": …}, with the path relative to the folder. */
static int take_file(const json_t *guest, const char *what, const char *key, const char *folder,
                     char **path_slot, char **digest_slot, struct error **err)
{
    const json_t *file = json_object_get(guest, key);
    const char *path, *digest;
    int code;

    if (!json_is_object(file))
        return error_set(err, -EBADMSG, "%s: '%s' must be an object with 'path' and 'sha256'", what,
                         key);
    code = json_get_string(file, what, "path", &path, err);
    if (code == 0)
        code = json_get_string(file, what, "sha256", &digest, err);
    if (code < 0)
        return code;
    if (*path == '\0' || *path == '.' || strchr(path, '/') != NULL)
        return error_set(err, -EBADMSG,
                         "%s: path of '%s' is '%s', which is not a file in this folder", what, key,
                         path);
    if (!digest_is_text(digest))
        return error_set(err, -EBADMSG, "%s: '%s' has the sha256 '%s': build the guest again", what,
                         key, digest);
    if (*path_slot != NULL)
        return 0;
    *path_slot = path_join(folder, path);
    *digest_slot = text_dup(digest);
    return 0;
}

static int take_words(struct image_request *request, const json_t *guest, const char *what,
                      struct error **err)
{
    const char *arch, *format, *boot;
    int64_t page_size;
    int code = json_get_string(guest, what, "arch", &arch, err);

    if (code == 0)
        code = json_get_string(guest, what, "boot", &boot, err);
    if (code == 0)
        code = json_get_integer(guest, what, "page_size", 0, INT32_MAX, &page_size, err);
    if (code == 0)
        code = json_get_string(json_object_get(guest, "disk"), what, "format", &format, err);
    if (code == 0 && !request->arch_given && !arch_parse(arch, &request->arch))
        code = error_set(err, -EBADMSG, "%s: arch '%s' is not known", what, arch);
    if (code == 0 && !request->format_given && !disk_format_parse(format, &request->format))
        code = error_set(err, -EBADMSG, "%s: disk format '%s' is not known", what, format);
    if (code == 0 && strcmp(boot, "kernel") != 0 && strcmp(boot, "disk") != 0)
        code = error_set(err, -EBADMSG, "%s: boot '%s' is not known: kernel or disk", what, boot);
    if (code < 0)
        return code;
    request->arch_given = request->format_given = true;
    if (request->page_size == 0)
        request->page_size = (uint32_t)page_size;
    return 0;
}

/* Entry methods of a disk with its own boot loader. */
static int read_entry_methods(struct image_request *request, const json_t *guest, const char *what,
                              const char *folder, struct error **err)
{
    const char *login;
    json_t *entry_methods;
    int code = json_get_array(guest, what, "ways", ENTRY_METHOD_COUNT, &entry_methods, err);

    for (size_t i = 0; code == 0 && i < json_array_size(entry_methods); i++) {
        const char *entry_method = json_string_value(json_array_get(entry_methods, i));

        if (entry_method == NULL)
            return error_set(err, -EBADMSG, "%s: 'ways' must be an array of strings", what);
        strv_add(&request->entry_methods, entry_method);
    }
    if (code < 0 || json_object_get(guest, "login") == NULL)
        return code;
    code = take_text(guest, what, "login_user", &request->login_user, err);
    if (code == 0)
        code = json_get_string(guest, what, "login", &login, err);
    if (code == 0 && (*login == '.' || strchr(login, '/') != NULL))
        code = error_set(err, -EBADMSG, "%s: 'login' must be a file in this folder", what);
    if (code == 0 && request->login_file == NULL)
        request->login_file = path_join(folder, login);
    return code;
}

static int take_all(struct image_request *request, const json_t *guest, const char *what,
                    const char *folder, struct error **err)
{
    const struct {
        const char *key;
        char **slot;
    } texts[] = {{"title", &request->title},
                 {"os_id", &request->os_id},
                 {"os_version", &request->os_version},
                 {"kernel_release", &request->kernel_release},
                 {"package_family", &request->package_family},
                 {"cmdline", &request->cmdline}};
    const struct {
        const char *key;
        char **path, **digest;
    } paths[] = {{"disk", &request->disk, &request->disk_sha256},
                 {"packages", &request->packages, &request->packages_sha256},
                 {"kernel", &request->kernel, &request->kernel_sha256},
                 {"initrd", &request->initrd, &request->initrd_sha256}};
    /* The last ones belong to a kernel that is booted directly. */
    bool disk = text_equal(json_string_value(json_object_get(guest, "boot")), "disk");
    size_t text_count = sizeof(texts) / sizeof(texts[0]) - (disk ? 1 : 0);
    size_t path_count = sizeof(paths) / sizeof(paths[0]) - (disk ? 2 : 0);
    int code = json_get_bool(guest, what, "stand_in", &request->stand_in, err);

    for (size_t i = 0; code == 0 && i < text_count; i++)
        code = take_text(guest, what, texts[i].key, texts[i].slot, err);
    /* The package state may be absent: then the first guest provides it. */
    for (size_t i = 0; code == 0 && i < path_count; i++)
        if (paths[i].path != &request->packages || json_object_get(guest, "packages") != NULL)
            code =
                take_file(guest, what, paths[i].key, folder, paths[i].path, paths[i].digest, err);
    if (code == 0)
        code = take_words(request, guest, what, err);
    return code == 0 && disk ? read_entry_methods(request, guest, what, folder, err) : code;
}

int image_request_read_guest(struct image_request *request, const char *folder, struct error **err)
{
    _cleanup_free_ char *path = path_join(folder, "guest.json");
    _cleanup_json_ json_t *guest = NULL;
    const char *format;
    int code;

    if (!path_is_folder(folder))
        return error_set(err, -ENOENT,
                         "guest folder '%s' does not exist: build it with scripts/build-guest, "
                         "which prints its path",
                         folder);
    if (!path_exists(path))
        return error_set(
            err, -ENOENT,
            "'%s' has no guest.json, so the guest is incomplete: build it with scripts/build-guest",
            folder);
    code = json_read_file(path, GUEST_LIMIT, &guest, err);
    if (code == 0)
        code = json_get_string(guest, path, "format", &format, err);
    if (code < 0)
        return code;
    if (strcmp(format, GUEST_FORMAT) != 0)
        return error_set(err, -EBADMSG, "%s: format '%s' is not '%s': build the guest again", path,
                         format, GUEST_FORMAT);
    return take_all(request, guest, path, folder, err);
}
