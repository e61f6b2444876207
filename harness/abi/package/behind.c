/* SPDX-License-Identifier: Apache-2.0 */
/* Data appended to a script or program: self-extracting installers, AppImages, programs with their
 * whole application in one file. */
#include <elf.h>
#include <inttypes.h>
#include <string.h>

#include "abi/archive/blob.h"
#include "abi/elf/view.h"
#include "abi/package/contents.h"
#include "abi/package/format.h"
#include "abi/package/package.h"
#include "base/cleanup.h"
#include "base/path.h"

#define SCRIPT_HEAD (1 << 20) /* bytes within which appended data must begin */
#define BEHIND_SMALL 4096     /* small enough to be a signature or padding */
#define TAIL (66 << 10)

static bool holds_files(const struct format *format)
{
    return format->class == FORMAT_ARCHIVE || format->class == FORMAT_PACKED ||
           format->class == FORMAT_CLOSED || format->class == FORMAT_PROGRAM;
}

/* Offset of the first line that begins like an archive; 0: none. */
static size_t find_payload(const char *head, size_t length)
{
    for (const char *at = head; (at = memchr(at, '\n', length - (size_t)(at - head))) != NULL;) {
        size_t left = length - (size_t)(++at - head);

        if (left > 16 && holds_files(format_of("", at, left)))
            return (size_t)(at - head);
    }
    return 0;
}

static bool is_encoded(const char *head)
{
    return strstr(head, "\nbegin 6") != NULL || strstr(head, "\nbegin 7") != NULL ||
           strstr(head, "\nbegin-base64 ") != NULL;
}

static void say_unpack(struct package *package, const struct place *place, const char *head,
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
                        "that it makes",
                        why, base);
}

void behind_script(struct package *package, const struct place *place, const struct blob *blob)
{
    _cleanup_free_ char *head = text_calloc(SCRIPT_HEAD + 1, 1);
    ssize_t got = blob_read(blob, 0, head, SCRIPT_HEAD);
    size_t length = got > 0 ? (size_t)got : 0, at = find_payload(head, length);
    struct blob script = *blob, rest;
    struct place inside = *place;

    if (at == 0) {
        const char *zero = memchr(head, '\0', length);

        package->ways->take_script(package, place, blob);
        if (zero != NULL)
            say_unpack(package, place, head, "whose payload has no known form");
        else if (is_encoded(head))
            say_unpack(package, place, head, "with an encoded payload");
        return;
    }
    script.size = at;
    package->ways->take_script(package, place, &script);
    rest = blob_from(blob, at);
    inside.input = false;
    inside.depth++;
    package->ways->take_blob(package, &inside, &rest);
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
    } bundles[] = {{"\n---- Bun! ----\n", "made by bun: its modules"},
                   {"<nexe~~sentinel>", "made by nexe: its modules"},
                   {"/**PKG", "made by pkg: its modules"},
                   {"PAYLOAD_POSITION", "made by pkg: its modules"},
                   {"d3n0l4nd", "made by deno compile: its modules"}};
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

void behind_program(struct package *package, const struct place *place, const void *data,
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
                        "an AppImage: its files are in a file system behind the program; unpack it "
                        "with './%s --appimage-extract' and check the folder",
                        path_base(place->path));
    } else if (is_appimage(data)) {
        return;
    } else if (holds_files(format) && format->class != FORMAT_PROGRAM) {
        package->ways->take_blob(package, &inside, &rest);
    } else if (has_zip_end(data, size) && inside.depth < PACKAGE_DEPTH_MAX) {
        package->ways->take_archive(package, &inside, &blob, false);
    } else if (bundle != NULL) {
        package_unknown(package, place->path,
                        "a program %s (%zu bytes behind the program) are not read; check the "
                        "application's own folder too",
                        bundle, length);
    } else if (length > BEHIND_SMALL && format->class == FORMAT_OPAQUE) {
        package_unknown(package, place->path,
                        "%zu bytes of no known form behind the end of the program: unpack it with "
                        "its own tool and check the folder",
                        length);
    } else {
        return;
    }
}
