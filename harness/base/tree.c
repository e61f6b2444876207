/* SPDX-License-Identifier: Apache-2.0 */
/* Walks a folder and decides what can be copied. */
#include "base/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/copy.h"
#include "base/error.h"
#include "base/path.h"
#include "base/text.h"
#include "base/translate.h"

struct walk {
    const char *folder;
    char *real; /* resolved path of the folder, to check where links lead */
    bool all;
    tree_visit visit;
    void *context;
    size_t entries;
    int failed; /* negative errno for a fault of the host, which the owner of the folder cannot fix
                 */
};

/* The problem of a file that cannot be read. Its permissions are the owner's fault; an I/O error,
 * or lack of memory or descriptors, is the host's. */
static char *cannot_read(struct walk *walk, const char *name, int code)
{
    if (code != -EACCES && code != -EPERM && code != -ENOENT && code != -ELOOP &&
        code != -ENAMETOOLONG && code != -ENOTDIR)
        walk->failed = code;
    return text_format("'%s' cannot be read (%s): make it readable for the user that runs "
                       "touchstone",
                       name, english_error(-code));
}

/* Quotes any bytes. Caller frees. */
static char *quote(const char *text)
{
    struct buffer quoted = {0};

    buffer_printable(&quoted, text, strlen(text), false);
    return quoted.data != NULL ? quoted.data : text_dup("");
}

/* True if the target, relative to the link's folder, stays in the tree judging by its path
 * components. */
static bool stays_by_name(const char *name, const char *target)
{
    _cleanup_strv_ struct strv words = {0};
    int depth = 0;

    for (const char *at = name; *at != '\0'; at++)
        depth += *at == '/';
    if (target[0] == '/' || target[0] == '\0')
        return false;
    strv_split(&words, target, "/");
    for (size_t i = 0; i < words.count && depth >= 0; i++)
        if (text_equal(words.items[i], ".."))
            depth--;
        else if (words.items[i][0] != '\0' && !text_equal(words.items[i], "."))
            depth++;
    return depth >= 0;
}

/* The same after resolving all links on the way. A dangling link is accepted. */
static bool stays_by_place(const struct walk *walk, const char *path)
{
    _cleanup_free_ char *place = realpath(path, NULL);
    size_t length = strlen(walk->real);

    return place == NULL || (strncmp(place, walk->real, length) == 0 &&
                             (place[length] == '\0' || place[length] == '/'));
}

static char *refuse_kind(const struct tree_entry *entry, mode_t type)
{
    _cleanup_free_ char *name = quote(entry->name);
    const char *kind = S_ISFIFO(type)                   ? "a FIFO"
                       : S_ISSOCK(type)                 ? "a socket"
                       : S_ISCHR(type) || S_ISBLK(type) ? "a device"
                                                        : "neither a file nor a folder";

    return text_format("'%s' is %s, which cannot be copied into a guest: remove it, and create it "
                       "in the case that needs it",
                       name, kind);
}

/* Reads the target and returns what is wrong with it, or NULL. */
static char *look_at_link(struct walk *walk, struct tree_entry *entry, char target[PATH_MAX])
{
    _cleanup_free_ char *name = quote(entry->name), *shown = NULL;
    ssize_t length = readlink(entry->path, target, PATH_MAX - 1);

    if (length < 0)
        return cannot_read(walk, name, -errno);
    target[length] = '\0';
    entry->target = target;
    entry->kind = TREE_LINK;
    if (stays_by_name(entry->name, target) && stays_by_place(walk, entry->path))
        return NULL;
    shown = quote(target);
    return text_format("'%s' is a symbolic link to '%s', outside the suite's folder: put a copy of "
                       "what it points to there, or a relative link to something in the folder",
                       name, shown);
}

/* The file is opened only if it has holes or may be unreadable. */
static char *look_at_file(struct walk *walk, struct tree_entry *entry, const struct stat *st)
{
    _cleanup_close_ int fd = -1;
    bool holes = (uint64_t)st->st_blocks * 512 < (uint64_t)st->st_size;
    int code = 0;

    entry->kind = TREE_FILE;
    entry->size = entry->data = (uint64_t)st->st_size;
    if (!holes && access(entry->path, R_OK) == 0)
        return NULL;
    fd = open(entry->path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        code = -errno;
    else if (holes)
        code = copy_data_bytes(fd, entry->size, &entry->data);
    if (code < 0) {
        _cleanup_free_ char *name = quote(entry->name);

        return cannot_read(walk, name, code);
    }
    return NULL;
}

static char *look_at(struct walk *walk, struct tree_entry *entry, char target[PATH_MAX])
{
    struct stat st;

    if (strlen(entry->name) > TREE_NAME_MAX) {
        _cleanup_free_ char *name = quote(entry->name);

        return text_format("'%.60s…' has %zu bytes with its folders, more than the %d that a path "
                           "may have: use shorter names or fewer folders",
                           name, strlen(entry->name), TREE_NAME_MAX);
    }
    if (lstat(entry->path, &st) < 0) {
        int code = -errno;
        _cleanup_free_ char *name = quote(entry->name);

        return cannot_read(walk, name, code);
    }
    entry->mode = st.st_mode & 07777;
    if (S_ISLNK(st.st_mode))
        return look_at_link(walk, entry, target);
    if (S_ISREG(st.st_mode))
        return look_at_file(walk, entry, &st);
    if (!S_ISDIR(st.st_mode))
        return refuse_kind(entry, st.st_mode);
    entry->kind = TREE_FOLDER;
    return NULL;
}

static int list(const char *folder, struct strv *names, struct error **err)
{
    _cleanup_closedir_ DIR *dir = opendir(folder);
    const struct dirent *entry;

    if (dir == NULL)
        return error_set_errno(err, -errno, "cannot read folder '%s'", folder);
    while ((errno = 0, entry = readdir(dir)) != NULL)
        if (!text_equal(entry->d_name, ".") && !text_equal(entry->d_name, ".."))
            strv_add(names, entry->d_name);
    if (errno != 0)
        return error_set_errno(err, -errno, "cannot read folder '%s'", folder);
    strv_sort(names);
    return 0;
}

static int walk_below(struct walk *walk, const char *name, struct error **err);

static int visit_entry(struct walk *walk, const char *name, struct error **err)
{
    _cleanup_free_ char *path = path_join(walk->folder, name), *problem = NULL;
    struct tree_entry entry = {.name = name, .path = path};
    char target[PATH_MAX];
    int code;

    if (++walk->entries > TREE_ENTRIES_MAX)
        return error_set(err, -EINVAL,
                         "folder '%s' holds more than %d files: put them into archives",
                         walk->folder, TREE_ENTRIES_MAX);
    problem = look_at(walk, &entry, target);
    if (walk->failed < 0)
        return error_set_errno(err, walk->failed, "cannot read '%s'", path);
    entry.problem = problem;
    if (problem != NULL)
        entry.kind = TREE_REFUSED;
    if (problem != NULL && !walk->all)
        return error_set(err, -EINVAL, "%s: %s", walk->folder, problem);
    code = walk->visit(walk->context, &entry, err);
    return code == 0 && entry.kind == TREE_FOLDER ? walk_below(walk, name, err) : code;
}

/* The folder is closed before its subfolders are entered, so that depth uses no descriptors. */
static int walk_below(struct walk *walk, const char *name, struct error **err)
{
    _cleanup_free_ char *folder =
        name[0] != '\0' ? path_join(walk->folder, name) : text_dup(walk->folder);
    _cleanup_strv_ struct strv names = {0};
    int code = list(folder, &names, err);

    for (size_t i = 0; code == 0 && i < names.count; i++) {
        _cleanup_free_ char *below =
            name[0] != '\0' ? path_join(name, names.items[i]) : text_dup(names.items[i]);

        code = visit_entry(walk, below, err);
    }
    return code;
}

int tree_walk(const char *folder, bool all, tree_visit visit, void *context, struct error **err)
{
    struct walk walk = {.folder = folder, .all = all, .visit = visit, .context = context};
    _cleanup_free_ char *real = realpath(folder, NULL);

    if (real == NULL)
        return error_set_errno(err, -errno, "cannot read folder '%s'", folder);
    walk.real = real;
    return walk_below(&walk, "", err);
}
