/* SPDX-License-Identifier: Apache-2.0 */
/* Processes one file of a package according to its content. */
#include "abi/package/contents.h"

#include <brotli/decode.h>
#include <errno.h>
#include <string.h>

#include "abi/archive/blob.h"
#include "abi/package/format.h"
#include "abi/package/intake.h"
#include "abi/package/listen.h"
#include "abi/package/package.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "base/translate.h"

#define CHUNK (64 << 10)
/* bytes that a decompressor may consume before it produces output */
#define READ_AHEAD (128 << 10)

/* A file whose content was not examined. */
static void take_unread(struct package *package, const struct place *place, uint64_t size)
{
    package_take(package, place->path, place->mode, "", 0, false);
    package->census.files++;
    census_add_opaque(&package->census, place->path, size, 0);
}

static bool may_enter(struct package *package, const struct place *place)
{
    if (place->depth >= PACKAGE_DEPTH_MAX)
        package_unknown(package, place->path,
                        "an archive nested more than %d levels deep; it was not read",
                        PACKAGE_DEPTH_MAX);
    else if (package->census.archives >= PACKAGE_ARCHIVES_MAX) {
        if (!package->full)
            package_unknown(package, package->name, "more than %d archives; the rest were not read",
                            PACKAGE_ARCHIVES_MAX);
        package->full = true;
    } else
        return true;
    take_unread(package, place, 0);
    return false;
}

/* Bytes of the input that correspond to `size` bytes from the source. */
static double density_of(const struct place *place, struct source *source, uint64_t before,
                         uint64_t size)
{
    uint64_t after = source->packed(source);
    double packed = (double)(after > before ? after - before : 0) + READ_AHEAD;

    return size == 0 || packed >= (double)size ? place->density
                                               : place->density * packed / (double)size;
}

static ssize_t fill(struct source *source, char *to, size_t size)
{
    size_t done = 0;
    ssize_t got;

    while (done < size && (got = source->read(source, to + done, size - done)) != 0) {
        if (got < 0)
            return done > 0 ? (ssize_t)done : got;
        done += (size_t)got;
    }
    return (ssize_t)done;
}

static void take_whole(struct package *package, const struct place *place,
                       const struct format *format, const struct blob *blob);

/* A nested archive: read completely first, so that it can also be read from its end. */
static void take_spooled(struct package *package, const struct place *place,
                         const struct format *format, struct source *source, const char *head,
                         size_t length)
{
    _cleanup_(spool_done) struct spool spool = SPOOL_INIT;
    _cleanup_error_ struct error *problem = NULL;
    _cleanup_free_ char *chunk = text_alloc(CHUNK);
    uint64_t before = source->packed(source);
    struct place inside = *place;
    struct blob blob;
    ssize_t got = (ssize_t)length;
    int code = 0;

    for (const char *data = head; got > 0; data = chunk) {
        if (!contents_count(package, (uint64_t)got))
            return;
        code = spool_add(&spool, data, (size_t)got, &problem);
        if (code < 0)
            break;
        got = source->read(source, chunk, CHUNK);
    }
    if (code < 0)
        package_unknown(package, place->path, "it was not read: %s", error_message(problem));
    else if (got < 0)
        package_unknown(package, place->path, "truncated or damaged: %s", source->said(source));
    if (code < 0)
        return;
    inside.density = density_of(place, source, before, spool.size);
    blob = spool_blob(&spool);
    take_whole(package, &inside, format, &blob);
}

/* Counts the file in the census. */
static void count_taken(struct package *package, const struct place *place,
                        const struct format *format, const char *name,
                        const struct package_counts *before, uint64_t size)
{
    struct census *census = &package->census;

    census->files++;
    census->bytes += size;
    if (package->examined > before->examined) {
        census->examined++;
        census_add(census, package->modules.count > before->modules   ? "kernel module"
                           : package->scripts.count > before->scripts ? "script"
                           : package->units.count > before->units     ? "unit"
                                                                      : name);
    } else if (format->class == FORMAT_OPAQUE) {
        census_add_opaque(census, place->path, size, place->mode);
    } else {
        census_add(census, name);
        census->code += format->class == FORMAT_CODE;
    }
}

/* A file name that only sources and scripts of an interpreter have. */
static bool is_source_name(const char *path)
{
    static const char *const suffixes[] = {".py", ".js",  ".mjs", ".cjs", ".ts",  ".rb", ".pl",
                                           ".pm", ".php", ".lua", ".tcl", ".el",  ".sh", ".R",
                                           ".jl", ".erl", ".scm", ".lsp", ".clj", ".m"};

    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
        if (text_ends(path, suffixes[i]))
            return true;
    return false;
}

/* Code of another form than a program that the loader starts. */
struct other_code {
    struct machine_code code;
    struct machine_code_members members;
    bool library; /* its members tell what it is */
};

static void other_begin(struct other_code *other, const struct format *format, const char *head,
                        size_t length)
{
    if (format->class == FORMAT_CODE || format->class == FORMAT_PROGRAM)
        other->code = machine_code_of(head, length);
    other->library = strcmp(format->name, "static library") == 0;
}

/* Name in the census. */
static const char *other_name(const struct other_code *other, const struct format *format)
{
    if (other->code.managed)
        return ".net assembly";
    if (other->code.kind == MACHINE_CODE_BOOT)
        return "boot program";
    return text_equal(other->code.system, "macOS") && !other->library ? "macos program"
                                                                      : format->name;
}

static void other_end(struct other_code *other, struct package *package, const struct place *place,
                      const struct format *format, uint64_t size)
{
    bool native;

    if (other->library)
        other->code = machine_code_members_end(&other->members);
    native = other->code.kind != MACHINE_CODE_NONE;
    if (format->class == FORMAT_SCRIPT || (format->class == FORMAT_CODE && !native) ||
        (format->class == FORMAT_TEXT && is_source_name(place->path)))
        package->census.portable_bytes += size;
    if (!text_ends(place->path, ".ko"))
        package_take_code(package, place->path, place->mode, size, &other->code);
}

/* A program, script, text or data, of which only the relevant part is stored. */
static void take_plain(struct package *package, const struct place *place,
                       const struct format *format, struct source *source, const char *head,
                       size_t length)
{
    _cleanup_(package_intake_done) struct package_intake file = {0};
    _cleanup_free_ char *chunk = text_alloc(CHUNK);
    struct package_counts before = {package->examined, package->modules.count,
                                    package->scripts.count, package->units.count};
    struct other_code other = {0};
    uint64_t start = source->packed(source), now, size = 0;
    ssize_t got = (ssize_t)length;
    const void *content;
    size_t stored;

    other_begin(&other, format, head, length);
    package_intake_begin(&file, package, place->path);
    for (const char *data = head; got > 0; data = chunk) {
        if (source->blob == NULL && !contents_count(package, (uint64_t)got))
            return;
        size += (uint64_t)got;
        if (other.library)
            machine_code_members_add(&other.members, data, (size_t)got);
        now = source->packed(source);
        package_intake_add(&file, data, (size_t)got,
                           (uint64_t)((double)(now > start ? now - start : 0) * place->density));
        if (source->blob != NULL && file.decided && file.limit == 0 && !other.library) {
            size =
                source->blob->size; /* the content is irrelevant, and there is no appended data */
            got = 0;
        } else {
            got = source->read(source, chunk, CHUNK);
        }
    }
    if (got < 0) {
        package_unknown(package, place->path, "truncated or damaged: %s", source->said(source));
        take_unread(package, place, size);
        return;
    }
    package_intake_end(&file, place->mode);
    count_taken(package, place, format, other_name(&other, format), &before, size);
    other_end(&other, package, place, format, size);
    if (strcmp(format->name, "python bytecode") == 0)
        package_take_bytecode(package, place->path, head);
    content = package_intake_content(&file, &stored);
    if (format->class == FORMAT_PROGRAM && stored > 0)
        appended_program(package, place, content, stored);
}

static bool is_module(const char *path)
{
    return text_ends(path, ".ko.xz") || text_ends(path, ".ko.gz") || text_ends(path, ".ko.zst");
}

static void take_closed(struct package *package, const struct place *place,
                        const struct format *format, uint64_t size)
{
    const char *mark = strstr(format->say, "%s");

    package_unknown(package, place->path,
                    "%s: this format cannot be read; unpack it with %.*s%s%s and check the folder",
                    format->name, (int)(mark - format->say), format->say, path_base(place->path),
                    mark + 2);
    take_unread(package, place, size);
}

/* A text that begins with encoded data may contain files, as a script may. */
static const struct format encoded_text = {FORMAT_SCRIPT, "text", NULL};

static void take_heard(struct package *package, const struct place *place, struct source *source)
{
    _cleanup_free_ char *head = text_calloc(FORMAT_HEAD, 1);
    ssize_t got = fill(source, head, FORMAT_HEAD);
    const struct format *format;

    if (got < 0) {
        package_unknown(package, place->path, "truncated or damaged: %s", source->said(source));
        take_unread(package, place, 0);
        return;
    }
    format = format_of(place->path, head, (size_t)got);
    if (format->class == FORMAT_TEXT && behind_is_encoded(head, (size_t)got))
        format = &encoded_text;
    if (place->input && (got == 0 || format->class == FORMAT_OPAQUE))
        package_unknown(package, package->name, "not a readable package: %s",
                        got == 0 ? "it is empty" : "unknown format");
    if (format->class == FORMAT_CLOSED && strcmp(format->name, "squashfs") != 0)
        take_closed(package, place, format, source->blob != NULL ? source->blob->size : 0);
    else if (format->class == FORMAT_PROGRAM || format->class == FORMAT_DATA ||
             format->class == FORMAT_CODE || format->class == FORMAT_TEXT ||
             format->class == FORMAT_OPAQUE || is_module(place->path))
        take_plain(package, place, format, source, head, (size_t)got);
    else if (source->blob != NULL)
        take_whole(package, place, format, source->blob);
    else
        take_spooled(package, place, format, source, head, (size_t)got);
}

void contents_take(struct package *package, const struct place *place, struct source *source)
{
    listen_take(package, place, source, take_heard);
}

static ssize_t read_blob(struct source *source, void *to, size_t size)
{
    ssize_t got = blob_read(source->blob, source->at, to, size);

    if (got > 0)
        source->at += (uint64_t)got;
    else if (got < 0)
        errno = (int)-got;
    return got;
}

static uint64_t blob_packed(struct source *source)
{
    return source->at;
}

static const char *blob_error_text(struct source *source)
{
    (void)source;
    return english_error(errno);
}

void contents_take_blob(struct package *package, const struct place *place, const struct blob *blob)
{
    struct source source = {
        .read = read_blob, .packed = blob_packed, .said = blob_error_text, .blob = blob};

    contents_take(package, place, &source);
}

/* A script without appended data. */
void contents_take_script(struct package *package, const struct place *place,
                          const struct blob *blob)
{
    _cleanup_free_ char *head = text_calloc(FORMAT_HEAD, 1);
    struct source source = {
        .read = read_blob, .packed = blob_packed, .said = blob_error_text, .blob = blob};
    ssize_t got = fill(&source, head, FORMAT_HEAD);

    take_plain(package, place, format_of("", head, got > 0 ? (size_t)got : 0), &source, head,
               got > 0 ? (size_t)got : 0);
}

struct brotli_source {
    struct source outer; /* the compressed bytes */
    BrotliDecoderState *state;
    uint8_t chunk[CHUNK];
    const uint8_t *next;
    size_t left;
    bool wants; /* more input; otherwise it has output left */
    bool ended;
};

static ssize_t brotli_read(struct source *source, void *to, size_t size)
{
    struct brotli_source *brotli = source->context;
    uint8_t *out = to;
    size_t room = size;

    while (!brotli->ended && room == size) {
        BrotliDecoderResult result;
        ssize_t got;

        if (brotli->left == 0 && brotli->wants) {
            got = brotli->outer.read(&brotli->outer, brotli->chunk, CHUNK);
            if (got <= 0)
                return -1;
            brotli->next = brotli->chunk;
            brotli->left = (size_t)got;
        }
        result = BrotliDecoderDecompressStream(brotli->state, &brotli->left, &brotli->next, &room,
                                               &out, NULL);
        if (result == BROTLI_DECODER_RESULT_ERROR)
            return -1;
        brotli->wants = result == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT;
        brotli->ended = result == BROTLI_DECODER_RESULT_SUCCESS;
    }
    return (ssize_t)(size - room);
}

static uint64_t brotli_packed(struct source *source)
{
    struct brotli_source *brotli = source->context;

    return brotli->outer.at;
}

static const char *brotli_said(struct source *source)
{
    (void)source;
    return "not a complete brotli stream";
}

static void take_brotli(struct package *package, const struct place *place, const struct blob *blob)
{
    _cleanup_free_ struct brotli_source *brotli = text_calloc(1, sizeof(*brotli));
    _cleanup_free_ char *path = NULL;
    struct source source = {
        .read = brotli_read, .packed = brotli_packed, .said = brotli_said, .context = brotli};
    struct place inside = *place;
    const char *name = path_base(place->path);

    brotli->outer = (struct source){.read = read_blob, .said = blob_error_text, .blob = blob};
    brotli->wants = true;
    brotli->state = BrotliDecoderCreateInstance(NULL, NULL, NULL);
    if (brotli->state == NULL)
        text_out_of_memory();
    path = text_format("%s!/%.*s", place->path, (int)(strlen(name) - 3), name);
    inside.path = path;
    inside.depth++;
    inside.input = false;
    package->census.archives++;
    contents_take(package, &inside, &source);
    BrotliDecoderDestroyInstance(brotli->state);
}

/* A zip behind four bytes. Source: jdk.internal.jmod.JmodFile. */
static void take_jmod(struct package *package, const struct place *place, const struct blob *blob)
{
    const struct blob zip = blob_from(blob, 4);

    archive_take(package, place, &zip, false);
}

/* Inputs of a program's own tests, among them archives that are damaged or bombs on purpose. */
static void take_test_data(struct package *package, const struct place *place,
                           const struct blob *blob)
{
    package_take(package, place->path, place->mode, "", 0, false);
    package->census.files++;
    package->census.bytes += blob->size;
    census_add(&package->census, "test data");
}

static void take_whole(struct package *package, const struct place *place,
                       const struct format *format, const struct blob *blob)
{
    if (format->class != FORMAT_SCRIPT && strstr(place->path, "/testdata/") != NULL)
        take_test_data(package, place, blob);
    else if (format->class == FORMAT_SCRIPT)
        appended_script(package, place, blob);
    else if (!may_enter(package, place))
        return;
    else if (format->class == FORMAT_CLOSED && !squashfs_take(package, place, blob))
        take_closed(package, place, format, blob->size);
    else if (format->class == FORMAT_CLOSED)
        return;
    else if (format->class == FORMAT_BROTLI)
        take_brotli(package, place, blob);
    else if (strcmp(format->name, "jmod") == 0)
        take_jmod(package, place, blob);
    else
        archive_take(package, place, blob, format->class == FORMAT_PACKED);
}
