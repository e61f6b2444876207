/* SPDX-License-Identifier: Apache-2.0 */
/* Only the files of a database are extracted, under their own names. */
#include "stage/rpm_state.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "base/text.h"

#define STATE_BYTES (UINT64_C(1) << 30)
#define BLOCK (64 << 10)
#define HEAD 16

DEFINE_CLEANUP(struct archive *, archive_read_free)

/* SQLite's header string; the magic number of a Berkeley DB hash at offset 12, in its writer's byte
 * order; ndb's "RpmP". */
static const char *database_name(const unsigned char head[HEAD])
{
    static const unsigned char hash_le[] = {0x61, 0x15, 0x06, 0x00};

    if (memcmp(head, "SQLite format 3", HEAD) == 0)
        return "rpmdb.sqlite";
    if (memcmp(head + 12, hash_le, sizeof(hash_le)) == 0)
        return "Packages";
    if (memcmp(head, "RpmP", 4) == 0)
        return "Packages.db";
    return NULL;
}

static bool is_database_file(const char *name)
{
    static const char *const names[] = {"rpmdb.sqlite", "rpmdb.sqlite-wal", "Packages.db",
                                        "Packages"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static int take_member(struct archive *archive, const char *folder, const char *name,
                       uint64_t *room, struct error **err)
{
    _cleanup_free_ char *path = path_join(folder, name), *block = text_calloc(BLOCK, 1);
    _cleanup_close_ int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    la_ssize_t got;

    if (fd < 0)
        return error_set_errno(err, -errno, "cannot make '%s'", path);
    while ((got = archive_read_data(archive, block, BLOCK)) > 0) {
        if ((uint64_t)got > *room)
            return error_set(err, -EFBIG, "it holds more than %llu MiB",
                             (unsigned long long)STATE_BYTES >> 20);
        *room -= (uint64_t)got;
        if (write(fd, block, (size_t)got) != got)
            return error_set_errno(err, -errno, "cannot write '%s'", path);
    }
    if (got < 0)
        return error_set(err, -EBADMSG, "'%s' in it is damaged: %s", name,
                         archive_error_string(archive));
    return 0;
}

static int unpack(const char *state, const char *folder, struct error **err)
{
    _cleanup_(archive_read_free_cleanup) struct archive *archive = archive_read_new();
    struct archive_entry *entry;
    uint64_t room = STATE_BYTES;
    bool found = false;
    int code = 0, status;

    if (archive == NULL)
        text_out_of_memory();
    archive_read_support_format_tar(archive);
    if (archive_read_open_filename(archive, state, BLOCK) != ARCHIVE_OK)
        return error_set(err, -EBADMSG, "it is neither an rpm database nor a tar of one");
    while (code == 0 && (status = archive_read_next_header(archive, &entry)) == ARCHIVE_OK) {
        const char *name = archive_entry_pathname(entry);

        name = name != NULL ? path_base(name) : "";
        if (archive_entry_filetype(entry) != AE_IFREG || !is_database_file(name))
            continue;
        code = take_member(archive, folder, name, &room, err);
        found = true;
    }
    if (code == 0 && status != ARCHIVE_EOF)
        return error_set(err, -EBADMSG, "it is neither an rpm database nor a complete tar of one");
    if (code == 0 && !found)
        return error_set(err, -EBADMSG,
                         "it is a tar without rpmdb.sqlite, Packages.db or Packages");
    return code;
}

static int place(const char *state, const char *folder, struct error **err)
{
    _cleanup_close_ int fd = open(state, O_RDONLY | O_CLOEXEC);
    unsigned char head[HEAD] = {0};
    const char *name;

    if (fd < 0)
        return error_set_errno(err, -errno, "cannot open it");
    if (read(fd, head, sizeof(head)) < 0)
        return error_set_errno(err, -errno, "cannot read it");
    name = database_name(head);
    if (name != NULL) {
        _cleanup_free_ char *path = path_join(folder, name);

        return path_copy_file(state, path, err);
    }
    return unpack(state, folder, err);
}

int rpm_state_place(const char *state, const char *root, struct error **err)
{
    _cleanup_free_ char *folder = text_format("%s" RPM_STATE_FOLDER, root);
    int code = path_remove_tree(root, err);

    if (code == 0)
        code = path_make_folders(folder, false, err);
    if (code == 0)
        code = place(state, folder, err);
    return code < 0 ? error_prefix(err, "package state '%s'", state) : 0;
}
