/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a bundle from an untrusted source: everything is checked before use, and no name in it is
 * followed. */
#include "bundle/bundle.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/path.h"
#include "bundle/result_json.h"
#include "model/result.h"

enum { LINE_MAX_BYTES = 200, DIGESTS_LIMIT = (BUNDLE_EVIDENCE_COUNT + 2) * LINE_MAX_BYTES };

struct listed {
    char sha256[DIGEST_TEXT_SIZE];
    uint64_t size;
    bool named; /* result.json refers to it */
};

struct reading {
    const char *path;
    struct error **err;
    int folder, evidence;      /* descriptors */
    VEC(struct listed) blobs;  /* in ascending order */
    struct listed result_json; /* size 0: not listed yet */
};

static void reading_done(struct reading *in)
{
    if (in->folder >= 0)
        close(in->folder);
    if (in->evidence >= 0)
        close(in->evidence);
    vec_done(&in->blobs);
}

char *bundle_evidence_path(const char *path, const char *sha256)
{
    return text_format("%s/evidence/%s", path, sha256);
}

/* Sets -EBADMSG with the bundle's path before the message. */
static int bad(const struct reading *in, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static int bad(const struct reading *in, const char *format, ...)
{
    _cleanup_free_ char *text = NULL;
    va_list args;

    va_start(args, format);
    text = text_vformat(format, args);
    va_end(args);
    return error_set(in->err, -EBADMSG, "bundle '%s' rejected: %s", in->path, text);
}

/* Opens a regular file, not a link, and returns its size. */
static int open_file(const struct reading *in, int folder, const char *name, int *ret_fd,
                     uint64_t *ret_size)
{
    int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    struct stat st;

    if (fd < 0 && (errno == ENOENT || errno == ELOOP || errno == EISDIR || errno == ENXIO))
        return errno == ENOENT ? bad(in, "'%s' is missing", name)
                               : bad(in, "'%s' is not a regular file", name);
    if (fd < 0)
        return error_set_errno(in->err, -errno, "bundle '%s': cannot open '%s'", in->path, name);
    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
        close(fd);
        return bad(in, "'%s' is not a regular file", name);
    }
    *ret_fd = fd;
    *ret_size = (uint64_t)st.st_size;
    return 0;
}

/* Reads at most limit bytes; stores them in `keep` and adds them to digest, if not NULL. */
static int read_file(const struct reading *in, int fd, const char *name, uint64_t limit,
                     struct digest *digest, struct buffer *keep, uint64_t *ret_size)
{
    char chunk[BUNDLE_CHUNK];
    uint64_t size = 0;

    for (;;) {
        ssize_t got = read(fd, chunk, sizeof(chunk));

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_set_errno(in->err, -errno, "bundle '%s': cannot read '%s'", in->path,
                                   name);
        if (got == 0)
            break;
        size += (uint64_t)got;
        if (size > limit)
            return bad(in, "'%s' is longer than %llu bytes", name, (unsigned long long)limit);
        if (digest != NULL)
            digest_add(digest, chunk, (size_t)got);
        if (keep != NULL)
            buffer_add(keep, chunk, (size_t)got);
    }
    *ret_size = size;
    return 0;
}

/* A name for a message; names come from untrusted sources. */
static char *shown(const char *text, size_t length)
{
    struct buffer out = {0};

    buffer_printable(&out, text, length < LINE_MAX_BYTES ? length : LINE_MAX_BYTES, false);
    return buffer_steal(&out);
}

/* "<sha256> <size> <name>"; the name is determined by the rest and must match. */
static int parse_line(struct reading *in, char *line, unsigned number)
{
    _cleanup_free_ char *expected = NULL;
    char *size_text = strchr(line, ' '), *name = NULL;
    struct listed row = {.size = 0};
    uint64_t size = 0;

    if (size_text != NULL) {
        *size_text++ = '\0';
        name = strchr(size_text, ' ');
    }
    if (name == NULL || !digest_is_text(line))
        return bad(in, "line %u of 'digests' is not SHA256 SIZE NAME", number);
    *name++ = '\0';
    if (*size_text < '0' || *size_text > '9' ||
        text_parse_u64(size_text, "size", 0, BUNDLE_BLOB_LIMIT, &size, NULL) < 0)
        return bad(in, "line %u of 'digests' has an invalid size", number);
    memcpy(row.sha256, line, DIGEST_TEXT_SIZE);
    row.size = size;
    if (strcmp(name, "result.json") == 0 && in->result_json.size == 0 && size > 0 &&
        size <= BUNDLE_RESULT_LIMIT) {
        in->result_json = row;
        return 0;
    }
    expected = text_format("evidence/%s", line);
    if (strcmp(name, expected) != 0) {
        _cleanup_free_ char *text = shown(name, strlen(name));

        return bad(in, "line %u of 'digests' names '%s', which does not belong in a bundle", number,
                   text);
    }
    if (in->blobs.count >= BUNDLE_EVIDENCE_COUNT)
        return bad(in, "'digests' lists more than %d pieces of evidence", BUNDLE_EVIDENCE_COUNT);
    if (in->blobs.count > 0 && strcmp(in->blobs.items[in->blobs.count - 1].sha256, row.sha256) >= 0)
        return bad(in, "line %u of 'digests' is out of order or a duplicate", number);
    *vec_add(&in->blobs) = row;
    return 0;
}

static int read_digests(struct reading *in)
{
    _cleanup_buffer_ struct buffer text = {0};
    _cleanup_close_ int fd = -1;
    uint64_t size = 0;
    unsigned number = 0;
    char *next;
    int code = open_file(in, in->folder, "digests", &fd, &size);

    if (code == 0)
        code = read_file(in, fd, "digests", DIGESTS_LIMIT, NULL, &text, &size);
    if (code < 0)
        return code;
    if (size == 0 || text.data[size - 1] != '\n' || memchr(text.data, '\0', size) != NULL)
        return bad(in, "'digests' is truncated or not text");
    for (char *line = text.data; code == 0 && *line != '\0'; line = next) {
        next = strchr(line, '\n');
        *next++ = '\0';
        code = parse_line(in, line, ++number);
    }
    if (code == 0 && in->result_json.size == 0)
        code = bad(in, "'digests' does not list 'result.json'");
    return code;
}

static struct listed *find_listed(const struct reading *in, const char *sha256)
{
    size_t low = 0, high = in->blobs.count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(in->blobs.items[middle].sha256, sha256);

        if (order == 0)
            return &in->blobs.items[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* Checks that the folder contains exactly the allowed files; evidence: which of the two folders it
 * is. */
static int check_names(struct reading *in, int folder, bool evidence)
{
    int own = fcntl(folder, F_DUPFD_CLOEXEC, 0);
    _cleanup_closedir_ DIR *dir = own >= 0 ? fdopendir(own) : NULL;
    struct dirent *entry;

    if (dir == NULL) {
        int code = -errno;

        if (own >= 0)
            close(own);
        return error_set_errno(in->err, code, "bundle '%s': cannot list it", in->path);
    }
    while ((entry = readdir(dir)) != NULL) {
        const char *name = entry->d_name;
        bool known = evidence ? digest_is_text(name) && find_listed(in, name) != NULL
                              : strcmp(name, "result.json") == 0 || strcmp(name, "digests") == 0 ||
                                    strcmp(name, "evidence") == 0;

        if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0 && !known) {
            _cleanup_free_ char *text = shown(name, strlen(name));

            return bad(in, "'%s%s' is not in 'digests'", evidence ? "evidence/" : "", text);
        }
    }
    return 0;
}

static int check_file(struct reading *in, int folder, const char *name, const struct listed *listed,
                      struct buffer *keep)
{
    _cleanup_(digest_free_cleanup) struct digest *digest = digest_new();
    _cleanup_close_ int fd = -1;
    char sha256[DIGEST_TEXT_SIZE];
    uint64_t size = 0;
    int code = open_file(in, folder, name, &fd, &size);

    if (code == 0 && size != listed->size)
        code = bad(in, "'%s' has %llu bytes, 'digests' says %llu", name, (unsigned long long)size,
                   (unsigned long long)listed->size);
    if (code == 0)
        code = read_file(in, fd, name, listed->size, digest, keep, &size);
    if (code < 0)
        return code;
    digest_text(digest, sha256);
    if (strcmp(sha256, listed->sha256) != 0)
        code = bad(in, "'%s' has sha256 %s, 'digests' says %s", name, sha256, listed->sha256);
    return code;
}

/* Checks size and file type without opening or hashing. The copy that follows opens the file with
 * O_NOFOLLOW. */
static int check_size(struct reading *in, const struct listed *blob)
{
    struct stat st;

    if (fstatat(in->evidence, blob->sha256, &st, AT_SYMLINK_NOFOLLOW) < 0)
        return errno == ENOENT ? bad(in, "'%s' is missing", blob->sha256)
                               : error_set_errno(in->err, -errno, "bundle '%s': cannot stat '%s'",
                                                 in->path, blob->sha256);
    if (!S_ISREG(st.st_mode))
        return bad(in, "'%s' is not a regular file", blob->sha256);
    if ((uint64_t)st.st_size != blob->size)
        return bad(in, "'%s' has %llu bytes, 'digests' says %llu", blob->sha256,
                   (unsigned long long)st.st_size, (unsigned long long)blob->size);
    return 0;
}

static int check_blobs(struct reading *in, bool hash)
{
    uint64_t total = 0;
    int code = check_names(in, in->evidence, true);

    vec_foreach (blob, &in->blobs) {
        total += blob->size;
        if (code == 0 && (blob->size > BUNDLE_BLOB_LIMIT || total > BUNDLE_EVIDENCE_LIMIT))
            code = bad(in, "its evidence exceeds the size limit");
        if (code == 0)
            code = hash ? check_file(in, in->evidence, blob->sha256, blob, NULL)
                        : check_size(in, blob);
        if (code < 0)
            return code;
    }
    return code;
}

static int check_references(struct reading *in, const struct result *result)
{
    vec_foreach (row, &result->evidence) {
        struct listed *blob = find_listed(in, row->sha256);

        if (blob == NULL)
            return bad(in, "evidence '%s' of 'result.json' is not in 'digests'", row->sha256);
        if (blob->size != row->size)
            return bad(in, "evidence '%s' has %llu bytes, 'result.json' says %llu", row->sha256,
                       (unsigned long long)blob->size, (unsigned long long)row->size);
        blob->named = true;
    }
    vec_foreach (blob, &in->blobs) {
        if (!blob->named)
            return bad(in, "evidence '%s' is not referenced by 'result.json'", blob->sha256);
    }
    return 0;
}

static int read_bundle(const char *path, bool hash, struct result **ret_result, struct error **err)
{
    static const int how = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW;
    _cleanup_(reading_done) struct reading in = {.path = path, .err = err, .evidence = -1};
    _cleanup_(result_free_cleanup) struct result *result = NULL;
    _cleanup_buffer_ struct buffer text = {0};
    _cleanup_json_ json_t *json = NULL;
    int code;

    in.folder = open(path, how);
    if (in.folder < 0 && (errno == ENOTDIR || errno == ELOOP))
        return bad(&in, "it is not a folder");
    if (in.folder < 0)
        return error_set_errno(err, -errno, "cannot open bundle '%s'", path);
    in.evidence = openat(in.folder, "evidence", how);
    if (in.evidence < 0)
        return bad(&in, "'evidence' is not a folder in it");
    code = read_digests(&in);
    if (code == 0)
        code = check_names(&in, in.folder, false);
    if (code == 0)
        code = check_blobs(&in, hash);
    if (code == 0)
        code = check_file(&in, in.folder, "result.json", &in.result_json, &text);
    if (code < 0)
        return code;
    code = json_parse(text.data, text.length, "result.json", &json, err);
    if (code == 0)
        code = result_from_json(json, "result.json", &result, err);
    if (code < 0) {
        error_prefix(err, "bundle '%s'", path);
        return code;
    }
    code = check_references(&in, result);
    if (code == 0)
        *ret_result = steal_ptr(result);
    return code;
}

int bundle_read(const char *path, struct result **ret_result, struct error **err)
{
    return read_bundle(path, true, ret_result, err);
}

int bundle_read_result(const char *path, struct result **ret_result, struct error **err)
{
    return read_bundle(path, false, ret_result, err);
}
