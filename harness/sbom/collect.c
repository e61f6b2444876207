/* SPDX-License-Identifier: Apache-2.0 */
/* Listens while a product is read (abi/package/listen): digests every file, and gives those that
 * state components to their readers. */
#include <errno.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/stat.h>

#include "abi/archive/blob.h"
#include "abi/package/listen.h"
#include "abi/package/package.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "base/text.h"
#include "base/vec.h"
#include "sbom/readers.h"
#include "sbom/sbom.h"

#define RPM_HEAD (16 << 20) /* bytes that contain an rpm's headers */

struct collecting {
    struct package_listener listener; /* first: it is what is passed around */
    struct sbom *sbom;
    const char *vendor;
    char *input; /* path of the input, "/a.deb"; NULL: it is a folder */
};

enum use { USE_UNKNOWN, USE_NONE, USE_TEXT, USE_RPM, USE_ELF };

struct collected {
    char *path;
    struct collecting *all;
    struct digest *sha256;
    EVP_MD_CTX *sha1;
    struct spool spool;
    sbom_reader *reader;
    enum use use;
    uint64_t size;
    bool input, cut;
    char head[4]; /* its first bytes, until the use is known */
};

static void *begin(struct package_listener *listener, const char *path, bool input)
{
    struct collected *file = text_calloc(1, sizeof(*file));

    file->all = (struct collecting *)listener;
    file->path = listen_path(file->all->input, path);
    file->sha256 = digest_new();
    file->sha1 = EVP_MD_CTX_new();
    if (file->sha1 == NULL || EVP_DigestInit_ex(file->sha1, EVP_sha1(), NULL) != 1)
        text_out_of_memory();
    file->spool = (struct spool)SPOOL_INIT;
    file->reader = sbom_reader_of(file->path);
    file->use = file->reader != NULL ? USE_TEXT : USE_UNKNOWN;
    file->input = input;
    return file;
}

static uint64_t limit_of(const struct collected *file)
{
    return file->use == USE_TEXT  ? SBOM_TEXT_MAX
           : file->use == USE_RPM ? RPM_HEAD
           : file->use == USE_ELF ? PACKAGE_FILE_MAX
                                  : 0;
}

static void store(struct collected *file, const void *data, size_t size)
{
    uint64_t limit = limit_of(file), left = limit - file->spool.size;
    _cleanup_error_ struct error *problem = NULL;

    if (size > left) {
        file->cut |= file->use != USE_RPM;
        size = (size_t)left;
    }
    if (size > 0 && spool_add(&file->spool, data, size, &problem) < 0) {
        sbom_add_gap(file->all->sbom, file->path, error_message(problem));
        file->use = USE_NONE;
    }
}

static void take(void *context, const void *data, size_t size)
{
    struct collected *file = context;

    digest_add(file->sha256, data, size);
    EVP_DigestUpdate(file->sha1, data, size);
    if (file->use == USE_UNKNOWN) {
        size_t had = file->size < sizeof(file->head) ? (size_t)file->size : sizeof(file->head);
        size_t more = sizeof(file->head) - had < size ? sizeof(file->head) - had : size;

        memcpy(file->head + had, data, more);
        if (had + more == sizeof(file->head)) {
            file->use = memcmp(file->head,
                               "\x7f"
                               "ELF",
                               4) == 0
                            ? USE_ELF
                        : memcmp(file->head, "\xed\xab\xee\xdb", 4) == 0 ? USE_RPM
                                                                         : USE_NONE;
            if (file->use != USE_NONE)
                store(file, file->head, had);
        }
    }
    if (file->use > USE_NONE)
        store(file, data, size);
    file->size += size;
}

/* Adds what the readers do not know: where it was stated, and the package URL. */
static void place_new(struct collected *file, size_t from, size_t index)
{
    struct sbom *sbom = file->all->sbom;

    for (size_t i = from; i < sbom->components.count; i++) {
        struct component *component = &sbom->components.items[i];

        component->place = text_dup(file->path);
        component->file = index;
        if (component->space == NULL &&
            (component->type == COMPONENT_DEB || component->type == COMPONENT_RPM))
            component->space = text_dup(file->all->vendor);
        component->purl = sbom_purl(component);
    }
}

static void read_states(struct collected *file)
{
    struct sbom *sbom = file->all->sbom;
    _cleanup_error_ struct error *problem = NULL;
    const void *data = NULL;

    if (file->cut)
        sbom_add_gap(sbom, file->path, "it is too long; the rest was not read");
    /* The readers of texts expect NUL after them. */
    if ((file->use == USE_TEXT && spool_add(&file->spool, "", 1, &problem) < 0) ||
        spool_map(&file->spool, &data, &problem) < 0) {
        sbom_add_gap(sbom, file->path, error_message(problem));
        return;
    }
    if (file->use == USE_TEXT)
        file->reader(sbom, file->path, data, (size_t)file->spool.size - 1);
    else if (file->use == USE_RPM)
        sbom_read_rpm(sbom, file->path, data, (size_t)file->spool.size);
    else if (!file->cut)
        sbom_read_elf(sbom, file->path, data, (size_t)file->spool.size);
    spool_unmap(&file->spool, data);
}

static void finish_sha1(struct collected *file, char hex[41])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;

    EVP_DigestFinal_ex(file->sha1, digest, &length);
    for (unsigned i = 0; i < length && i < 20; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}

static void end(struct package_listener *listener, void *context, bool whole)
{
    struct collected *file = context;
    struct sbom *sbom = ((struct collecting *)listener)->sbom;
    size_t from = sbom->components.count, index = sbom->files.count;
    const char *unread = sbom_unread_list(file->path);

    if (whole) {
        struct sbom_file *row = vec_add(&sbom->files);

        row->path = text_dup(file->path);
        row->size = file->size;
        row->input = file->input;
        row->program = file->use == USE_ELF;
        digest_text(file->sha256, row->sha256);
        finish_sha1(file, row->sha1);
    } else {
        char unused[DIGEST_TEXT_SIZE];

        digest_text(file->sha256, unused);
        sbom_add_gap(sbom, file->path, "not all of it could be read");
    }
    if (unread != NULL)
        sbom_add_gap(sbom, file->path, unread);
    if (whole && file->use > USE_NONE)
        read_states(file);
    place_new(file, from, index);
    digest_free(file->sha256);
    EVP_MD_CTX_free(file->sha1);
    spool_done(&file->spool);
    free(file->path);
    free(file);
}

static void add_gap(struct collecting *all, const char *path, const char *reason)
{
    _cleanup_free_ char *full = listen_path(all->input, path);

    sbom_add_gap(all->sbom, full, reason);
}

/* What the reader of packages could not examine. */
static void add_findings(struct collecting *all, const struct package *package)
{
    const struct census *census = &package->census;

    vec_foreach (finding, &package->findings.rows)
        add_gap(all, finding->file != NULL ? finding->file : "",
                finding->found != NULL ? finding->found : finding_name(finding));
    if (package->findings.cut)
        add_gap(all, "", "there is more that cannot be read, which is not listed");
    for (size_t i = 0; i < census->opaque_files.count; i++)
        add_gap(all, census->opaque_files.items[i],
                "its format is not known; only its digest is listed");
    if (census->opaque > census->opaque_files.count) {
        _cleanup_free_ char *more = text_format("%zu more files have a format that is not known",
                                                census->opaque - census->opaque_files.count);

        add_gap(all, "", more);
    }
    vec_foreach (image, &package->images)
        if (image->root != NULL)
            vec_foreach (finding, &image->root->findings.rows)
                add_gap(all, finding->file != NULL ? finding->file : "", finding->found);
}

static int64_t newest(const struct strv *inputs)
{
    int64_t time = 0;
    struct stat st;

    for (size_t i = 0; i < inputs->count; i++)
        if (stat(inputs->items[i], &st) == 0 && st.st_mtime > time)
            time = st.st_mtime;
    return time;
}

static int read_input(struct sbom *sbom, const char *path, const struct strv *without,
                      const char *vendor, struct error **err)
{
    _cleanup_free_ char *input = path_is_folder(path) ? NULL : text_format("/%s", path_base(path));
    struct collecting collecting = {{begin, take, end}, sbom, vendor, input};
    _cleanup_(package_free_cleanup) struct package *package = NULL;
    int code = package_read_listened(path, without, NULL, &collecting.listener, &package, err);

    if (code == 0)
        add_findings(&collecting, package);
    return code;
}

int sbom_read(const char *name, const struct strv *inputs, const struct strv *without,
              const char *vendor, struct sbom *ret_sbom, struct error **err)
{
    struct sbom sbom = {.name = text_dup(name), .time_s = newest(inputs)};
    int code = 0;

    for (size_t i = 0; code == 0 && i < inputs->count; i++)
        code = read_input(&sbom, inputs->items[i], without, vendor, err);
    if (code < 0) {
        sbom_done(&sbom);
        return code;
    }
    if (sbom.components.count == 0)
        sbom_add_gap(&sbom, "/", "nothing in it states what it is or contains");
    if (sbom.components.count >= SBOM_COMPONENTS_MAX)
        sbom_add_gap(&sbom, "/", "there are more components than can be listed");
    sbom_sort(&sbom);
    *ret_sbom = sbom;
    return 0;
}
