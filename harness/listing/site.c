/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the site. */
#include "listing/site.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/copy.h"
#include "base/error.h"
#include "base/json_write.h"
#include "base/path.h"
#include "certificate/certificate.h"
#include "certificate/folder.h"

void site_folder_done(struct site_folder *site)
{
    if (site->path != NULL)
        path_remove_tree(site->path, NULL);
    free(site->path);
    free(site->final);
}

int site_begin(const char *folder, struct site_folder *ret_site, struct error **err)
{
    _cleanup_free_ char *place = text_dup(folder), *pattern = NULL;
    size_t length = strlen(place);
    const char *base;

    while (length > 1 && place[length - 1] == '/')
        place[--length] = '\0';
    if (path_exists(place))
        return error_set(err, -EEXIST, "'%s' exists: name a new folder", place);
    base = path_base(place);
    pattern = text_format("%.*s.%s.XXXXXX", (int)(base - place), place, base);
    if (mkdtemp(pattern) == NULL)
        return error_set_errno(err, -errno, "cannot create a folder beside '%s'", place);
    ret_site->path = steal_ptr(pattern);
    ret_site->final = steal_ptr(place);
    return chmod(ret_site->path, 0755) < 0
               ? error_set_errno(err, -errno, "cannot write '%s'", ret_site->path)
               : 0;
}

static int write_text(const char *folder, const char *name, const struct buffer *text,
                      struct error **err)
{
    _cleanup_free_ char *path = path_join(folder, name);

    return path_write_unsynced(path, text->data, text->length, err);
}

/* Read as hostile input, like everything in a certificate. */
static int copy_files(const char *certificate, const char *to, struct error **err)
{
    _cleanup_(folder_done) struct folder folder = {.path = NULL};
    _cleanup_(problems_done) struct problems problems = {.count = {0}};
    int code = folder_open(certificate, &folder, &problems, err);

    for (int i = 0; code == 0 && i < FOLDER_PLACES; i++) {
        _cleanup_free_ char *place = path_join(to, folder_places[i]);

        if (folder.fds[i] >= 0)
            code = path_make_folders(place, false, err);
    }
    if (code < 0)
        return code;
    vec_foreach (file, &folder.files) {
        const char *slash = strchr(file->name, '/');
        _cleanup_free_ char *path = path_join(to, file->name);
        _cleanup_close_ int source =
            openat(folder.fds[file->place], slash != NULL ? slash + 1 : file->name,
                   O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
        _cleanup_close_ int target = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

        code = source < 0 || target < 0 ? -errno : copy_content(source, target);
        if (code < 0)
            return error_set_errno(err, code, "cannot copy '%s/%s' to '%s'", certificate,
                                   file->name, path);
    }
    return 0;
}

int site_add(const struct site_folder *site, const struct certificate_report *report,
             const char *certificate, bool copy, struct listing_entry *entry, struct error **err)
{
    static const char *const names[LANGUAGE_COUNT] = {CONTENT_PAGE, CONTENT_PAGE_ZH};
    _cleanup_free_ char *folder = NULL, *files = NULL;
    int code;

    if (entry->validity == LISTING_REJECTED || entry->validity == LISTING_OPEN)
        return 0;
    entry->page = text_format("certificates/%.32s", entry->sums_sha256);
    folder = path_join(site->path, entry->page);
    files = path_join(folder, "files");
    code = path_make_folders(folder, false, err);
    for (enum language language = 0; code == 0 && language < LANGUAGE_COUNT; language++) {
        _cleanup_buffer_ struct buffer text = {0};

        content_write_page(&report->judged_again, &report->statement, language, &text);
        code = write_text(folder, names[language], &text, err);
    }
    if (code < 0 || !copy)
        return code;
    entry->copied = true;
    code = path_make_folders(files, false, err);
    return code == 0 ? copy_files(certificate, files, err) : code;
}

int site_finish(struct site_folder *site, const struct listing *listing, struct error **err)
{
    static const char *const names[LANGUAGE_COUNT] = {LISTING_PAGE, LISTING_PAGE_ZH};
    _cleanup_(json_writer_done) struct json_writer feed = {.sink = NULL};
    _cleanup_close_ int fd = -1;
    int code;

    listing_write_feed(listing, &feed);
    code = write_text(site->path, LISTING_FEED, &feed.text, err);
    for (enum language language = 0; code == 0 && language < LANGUAGE_COUNT; language++) {
        _cleanup_buffer_ struct buffer text = {0};

        listing_write_page(listing, language, &text);
        code = write_text(site->path, names[language], &text, err);
    }
    if (code < 0)
        return code;
    fd = open(site->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || syncfs(fd) < 0)
        return error_set_errno(err, -errno, "cannot write '%s'", site->path);
    code = path_rename_new(site->path, site->final, err);
    if (code == 0)
        free(steal_ptr(site->path));
    return code;
}
