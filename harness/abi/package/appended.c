/* SPDX-License-Identifier: Apache-2.0 */
/* Data appended to a script or program: self-extracting installers, AppImages, programs with their
 * whole application in one file. */
#include <elf.h>
#include <inttypes.h>
#include <string.h>

#include "abi/archive/blob.h"
#include "abi/elf/view.h"
#include "abi/package/contents.h"
#include "abi/package/encoded.h"
#include "abi/package/format.h"
#include "abi/package/package.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"

#define SCRIPT_HEAD (1 << 20) /* bytes within which appended data must begin */
#define BEHIND_SMALL 4096     /* small enough to be a signature or padding */
#define LAST_LINES_MAX 200    /* bytes of lines behind encoded data */
#define SHORT_LINE 24         /* characters of such a line */
#define ENCODED_HEAD 200      /* bytes that may precede encoded data in a text that is no script */
#define TAIL (66 << 10)

/* Offset of the first line that begins like an archive; 0: none. */
static size_t find_payload(const char *head, size_t length)
{
    for (const char *at = head; (at = memchr(at, '\n', length - (size_t)(at - head))) != NULL;) {
        size_t left = length - (size_t)(++at - head);

        if (left > 16 && format_holds_files(format_of("", at, left)))
            return (size_t)(at - head);
    }
    return 0;
}

static void report_unpack(struct package *package, const struct place *place, const char *head,
                          const char *why)
{
    const char *base = path_base(place->path);

    if (strstr(head, "--noexec") != NULL)
        package_unknown(package, place->path,
                        "a self-extracting script %s: unpack it with 'sh %s --noexec --target DIR' "
                        "and check the folder",
                        why, base);
    else
        package_unknown(package, place->path,
                        "a self-extracting script %s: run 'sh %s' in a guest, and check the folder "
                        "that it creates",
                        why, base);
}

/* A program of the script, or a function of its language, that decodes text. */
static bool names_decoder(const char *head)
{
    static const char *const names[] = {
        "base64",   "b64decode", "b85decode", "a85decode", "b32decode", "base32",  "basenc",
        "uudecode", "openssl",   "xxd -r",    "xxd -p",    "unhexlify", "fromhex", "unpack"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strstr(head, names[i]) != NULL)
            return true;
    return false;
}

static bool may_decode(void *context, uint64_t more)
{
    return contents_count(context, more);
}

/* Source: RFC 1950. */
static bool is_zlib(const char *data, size_t length)
{
    return length > 64 && data[0] == 'x' &&
           ((unsigned char)data[0] << 8 | (unsigned char)data[1]) % 31 == 0;
}

/* Returns whether what it decodes to was read, or is reported. */
static bool take_run(struct package *package, const struct place *place, const struct blob *blob,
                     const struct encoded *run, const char *head)
{
    _cleanup_(spool_done) struct spool spool = SPOOL_INIT;
    _cleanup_free_ char *first = text_calloc(FORMAT_HEAD, 1);
    _cleanup_error_ struct error *problem = NULL;
    const struct format *format;
    struct blob data;
    ssize_t got;

    if (encoded_decode(blob, run, may_decode, package, &spool, &problem) < 0) {
        package_unknown(package, place->path, "it was not read: %s", error_message(problem));
        return false;
    }
    data = spool_blob(&spool);
    got = blob_read(&data, 0, first, FORMAT_HEAD);
    format = format_of("", first, got > 0 ? (size_t)got : 0);
    if (format->class == FORMAT_OPAQUE && names_decoder(head) &&
        (data.size > BEHIND_SMALL || is_zlib(first, got > 0 ? (size_t)got : 0))) {
        report_unpack(package, place, head, "whose encoded payload has no known form");
        return true;
    }
    if (!format_holds_files(format))
        return false;
    fragments_take_decoded(package, place, format, &data);
    return true;
}

/* The text with the lines of a run left empty. */
static void add_without(struct buffer *text, const struct blob *blob, const struct encoded *run,
                        uint64_t *at)
{
    char chunk[4096];
    ssize_t got;

    while (text->length <= PACKAGE_TEXT_MAX &&
           (got = blob_read(blob, *at, chunk, sizeof(chunk))) > 0) {
        for (ssize_t i = 0; i < got && *at < run->end; i++, ++*at)
            if (*at < run->start || chunk[i] == '\n')
                buffer_add(text, &chunk[i], 1);
        if (*at >= run->end)
            return;
    }
}

/* The run without short lines at its end: "EOF", which ends a here-document, and commands behind it
 * may consist of digits of base64 too. */
static struct encoded without_last_lines(const struct blob *blob, const struct encoded *run)
{
    struct encoded lines = *run;
    char tail[LAST_LINES_MAX];
    uint64_t size = run->end - run->start < sizeof(tail) ? run->end - run->start : sizeof(tail);
    ssize_t got = blob_read(blob, run->end - size, tail, (size_t)size), line = got;

    for (ssize_t i = got; i > 0 && line - i <= SHORT_LINE; i--)
        if (tail[i - 1] == '\n') {
            lines.end = run->end - (uint64_t)(got - i);
            line = i - 1;
        }
    return lines;
}

static size_t head_size(const struct blob *blob)
{
    return blob->size < SCRIPT_HEAD ? (size_t)blob->size : SCRIPT_HEAD;
}

void behind_text(struct package *package, const struct place *place, const struct blob *blob)
{
    _cleanup_free_ char *head = text_calloc(head_size(blob) + 1, 1);
    _cleanup_buffer_ struct buffer text = {0};
    const struct encoded rest = {.start = blob->size, .end = blob->size};
    struct encoded_list list = {0};
    uint64_t at = 0, known = 0;
    struct blob script = *blob;
    bool pieces;

    (void)!blob_read(blob, 0, head, head_size(blob));
    encoded_find(blob, &list);
    vec_foreach (run, &list.runs) {
        known += run->end - run->start;
        if (!package->full && take_run(package, place, blob, run, head)) {
            struct encoded lines = without_last_lines(blob, run);

            add_without(&text, blob, &lines, &at);
        }
    }
    pieces = at == 0 && !package->full && fragments_take(package, place, blob);
    /* Many long numbers are no encoded texts. */
    if (list.cut && (at > 0 || names_decoder(head)))
        package_unknown(package, place->path, "more than %d encoded texts; the rest were not read",
                        ENCODED_MAX);
    else if (at == 0 && !pieces && list.dense > BEHIND_SMALL && list.dense / 2 > known &&
             names_decoder(head))
        report_unpack(package, place, head, "whose payload is in an encoding that is not read");
    if (at > 0) {
        add_without(&text, blob, &rest, &at);
        script = (struct blob){.data = text.data, .fd = -1, .size = text.length};
    }
    package->handlers->take_script(package, place, &script);
    vec_done(&list.runs);
}

bool behind_is_encoded(const char *head, size_t length)
{
    const struct blob blob = {.data = head, .fd = -1, .size = length};
    struct encoded_list list = {0};
    bool found;

    encoded_find(&blob, &list);
    found = list.runs.count > 0 && list.runs.items[0].start < ENCODED_HEAD;
    vec_done(&list.runs);
    return found;
}

/* Where the script ends if code for its interpreter follows: OCaml's bytecode, a PHP archive, Lua's
 * bytecode. 0: none. */
static size_t end_before_bytecode(const struct blob *blob, const char *head, size_t length)
{
    static const char halt[] = "__HALT_COMPILER();";
    const char *line = memchr(head, '\n', length);
    const char *php = memmem(head, length, halt, strlen(halt));
    char tail[12] = "";

    if (line == NULL)
        return 0;
    if (blob->size > sizeof(tail) &&
        blob_read(blob, blob->size - sizeof(tail), tail, sizeof(tail)) == sizeof(tail) &&
        memcmp(tail, "Caml1999", 8) == 0)
        return (size_t)(line + 1 - head);
    if (length - (size_t)(line + 1 - head) > 4 && memcmp(line + 1, "\033Lua", 4) == 0)
        return (size_t)(line + 1 - head);
    return php != NULL ? (size_t)(php - head) + strlen(halt) : 0;
}

void appended_script(struct package *package, const struct place *place, const struct blob *blob)
{
    _cleanup_free_ char *head = text_calloc(head_size(blob) + 1, 1);
    ssize_t got = blob_read(blob, 0, head, head_size(blob));
    size_t length = got > 0 ? (size_t)got : 0, at = find_payload(head, length);
    struct blob script = *blob, rest;
    struct place inside = *place;

    script.size = end_before_bytecode(blob, head, length);
    if (script.size > 0) {
        package->handlers->take_script(package, place, &script);
        package->census.portable_bytes += blob->size - script.size;
        return;
    }
    if (at == 0) {
        if (memchr(head, '\0', length) == NULL) {
            behind_text(package, place, blob);
            return;
        }
        package->handlers->take_script(package, place, blob);
        report_unpack(package, place, head, "whose payload has an unknown format");
        return;
    }
    script.size = at;
    package->handlers->take_script(package, place, &script);
    rest = blob_from(blob, at);
    inside.input = false;
    inside.depth++;
    /* The offsets in a zip may be from the beginning of the script (zip -A). */
    if (inside.depth < PACKAGE_DEPTH_MAX &&
        strcmp(format_of("", head + at, length - at)->name, "zip") == 0)
        package->handlers->take_archive(package, &inside, blob, false);
    else
        package->handlers->take_blob(package, &inside, &rest);
}

/* The end of the file according to its own headers. */
static size_t end_of_program(const unsigned char *data, size_t size)
{
    uint64_t end = 0;

    if (size >= sizeof(Elf64_Ehdr) && data[EI_CLASS] == ELFCLASS64) {
        const uint64_t sections = elf_u64(data + offsetof(Elf64_Ehdr, e_shoff));
        const uint64_t segments = elf_u64(data + offsetof(Elf64_Ehdr, e_phoff));
        uint64_t count = elf_u16(data + offsetof(Elf64_Ehdr, e_shnum));

        if (sections > 0 && sections < size)
            end = sections + count * sizeof(Elf64_Shdr);
        for (uint64_t i = 0; sections > 0 && i < count; i++) {
            const uint64_t at = sections + i * sizeof(Elf64_Shdr);
            uint64_t last;

            if (at > size || size - at < sizeof(Elf64_Shdr))
                break;
            if (elf_u32(data + at + offsetof(Elf64_Shdr, sh_type)) == SHT_NOBITS)
                continue;
            last = elf_u64(data + at + offsetof(Elf64_Shdr, sh_offset)) +
                   elf_u64(data + at + offsetof(Elf64_Shdr, sh_size));
            end = last > end && last <= size ? last : end;
        }
        count = elf_u16(data + offsetof(Elf64_Ehdr, e_phnum));
        for (uint64_t i = 0; i < count; i++) {
            const uint64_t at = segments + i * sizeof(Elf64_Phdr);
            uint64_t last;

            if (at > size || size - at < sizeof(Elf64_Phdr))
                break;
            last = elf_u64(data + at + offsetof(Elf64_Phdr, p_offset)) +
                   elf_u64(data + at + offsetof(Elf64_Phdr, p_filesz));
            end = last > end && last <= size ? last : end;
        }
    }
    return end > 0 && end < size ? (size_t)end : size;
}

static bool has_zip_end(const unsigned char *data, size_t size)
{
    const size_t from = size > TAIL ? size - TAIL : 0;

    return memmem(data + from, size - from, "PK\5\6", 4) != NULL;
}

/* Programs with their application appended in a format of their own. */
static const char *bundle_of(const unsigned char *data, size_t size)
{
    static const struct {
        const char *mark, *said;
    } bundles[] = {{"\n---- Bun! ----\n", "built by bun: its modules"},
                   {"<nexe~~sentinel>", "built by nexe: its modules"},
                   {"/**PKG", "built by pkg: its modules"},
                   {"PAYLOAD_POSITION", "built by pkg: its modules"},
                   {"d3n0l4nd", "built by 'deno compile': its modules"}};
    const size_t from = size > TAIL ? size - TAIL : 0;

    for (size_t i = 0; i < sizeof(bundles) / sizeof(bundles[0]); i++)
        if (memmem(data + from, size - from, bundles[i].mark, strlen(bundles[i].mark)) != NULL)
            return bundles[i].said;
    return NULL;
}

static bool is_appimage(const void *data)
{
    return memcmp((const char *)data + 8, "AI\002", 3) == 0 ||
           memcmp((const char *)data + 8, "AI\001", 3) == 0;
}

void appended_program(struct package *package, const struct place *place, const void *data,
                      size_t size)
{
    const size_t end = end_of_program(data, size), length = size - end;
    struct blob blob = {.data = data, .fd = -1, .size = size}, rest = blob_from(&blob, end);
    struct place inside = *place;
    const struct format *format;
    const char *bundle;

    if (length <= 16)
        return;
    inside.input = false;
    inside.depth++;
    inside.mode = 0;
    format = format_of("", (const char *)data + end, length);
    bundle = bundle_of((const unsigned char *)data + end, length);
    if (pyinstaller_take(package, &inside, &blob))
        return;
    if (is_appimage(data) &&
        (format->class != FORMAT_CLOSED || !squashfs_take(package, &inside, &rest))) {
        package_unknown(package, place->path,
                        "an AppImage: its files are in a file system appended to the program; "
                        "unpack it with './%s --appimage-extract' and check the folder",
                        path_base(place->path));
    } else if (is_appimage(data)) {
        return;
    } else if (format_holds_files(format) && format->class != FORMAT_PROGRAM) {
        package->handlers->take_blob(package, &inside, &rest);
    } else if (has_zip_end(data, size) && inside.depth < PACKAGE_DEPTH_MAX) {
        package->handlers->take_archive(package, &inside, &blob, false);
    } else if (bundle != NULL) {
        package_unknown(package, place->path,
                        "a program %s (%zu bytes appended to the program) were not read; check the "
                        "application's folder too",
                        bundle, length);
    } else if (length > BEHIND_SMALL && format->class == FORMAT_OPAQUE) {
        package_unknown(package, place->path,
                        "%zu bytes of an unknown format are appended to the program: unpack them "
                        "with its own tool and check the folder",
                        length);
    } else {
        return;
    }
}
