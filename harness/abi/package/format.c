/* SPDX-License-Identifier: Apache-2.0 */
/* Magic numbers of file formats. */
#include "abi/package/format.h"

#include <string.h>

#include "base/text.h"

struct mark {
    struct format format;
    const char *magic;
    size_t offset, length;
};

/* clang-format off */
#define FORMAT(class, name, offset, magic, say)                                                    \
    {{FORMAT_##class, name, say}, magic, offset, sizeof(magic) - 1},
static const struct mark marks[] = {
#include "abi/package/format.def"
};
#undef FORMAT
/* clang-format on */

static const struct format opaque = {FORMAT_OPAQUE, "opaque", NULL},
                           empty = {FORMAT_DATA, "empty", NULL}, text = {FORMAT_TEXT, "text", NULL},
                           brotli = {FORMAT_BROTLI, "brotli", NULL},
                           old_tar = {FORMAT_ARCHIVE, "tar", NULL};

/* A pre-POSIX tar header has no magic number, but a checksum. */
static bool is_old_tar(const unsigned char *head, size_t length)
{
    unsigned long sum = 8UL * ' ', said = 0;

    if (length < 512 || head[0] == '\0')
        return false;
    for (size_t i = 0; i < 512; i++)
        sum += i < 148 || i >= 156 ? head[i] : 0;
    for (size_t i = 148; i < 156; i++)
        if (head[i] >= '0' && head[i] <= '7')
            said = said * 8 + (unsigned long)(head[i] - '0');
        else if (head[i] != ' ' && head[i] != '\0')
            return false;
    return said == sum;
}

/* Text in any encoding that uses ASCII's control characters only as such. */
static bool is_text(const unsigned char *head, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (head[i] < ' ' && strchr("\t\n\r\f\b\033\032\v\037", head[i]) == NULL)
            return false;
    return memchr(head, '\0', length) == NULL;
}

static bool is_printable(const char *magic, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (magic[i] < ' ' || magic[i] > '~')
            return false;
    return true;
}

/* The header of a cpio archive consists of digits only. */
static bool is_cpio_text(const char *head, size_t length)
{
    const size_t size = head[5] == '7' ? 76 : 110;

    for (size_t i = 6; i < size; i++)
        if (i >= length || strchr("0123456789abcdefABCDEF", head[i]) == NULL || head[i] == '\0')
            return false;
    return true;
}

/* A word at the beginning of a text is not the signature of an archive: a list of passwords has
 * "070707". */
static bool is_word(const struct mark *mark, const char *head, size_t length)
{
    if (mark->format.class != FORMAT_ARCHIVE && mark->format.class != FORMAT_PACKED &&
        mark->format.class != FORMAT_CLOSED)
        return false;
    if (strcmp(mark->format.name, "cpio") == 0 && mark->length == 6)
        return !is_cpio_text(head, length);
    return mark->offset == 0 && mark->length <= 6 && is_printable(mark->magic, mark->length) &&
           is_text((const unsigned char *)head, length < 512 ? length : 512);
}

const struct format *format_of(const char *path, const void *head, size_t length)
{
    if (length == 0)
        return &empty;
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        const struct mark *mark = &marks[i];

        if (length < mark->offset + mark->length ||
            memcmp((const char *)head + mark->offset, mark->magic, mark->length) != 0)
            continue;
        /* Two bytes alone could be the beginning of a text. */
        if (mark->length <= 2 && mark->format.class != FORMAT_SCRIPT &&
            is_text(head, length < 4096 ? length : 4096))
            continue;
        if (is_word(mark, head, length))
            continue;
        if (strcmp(mark->format.name, "bzip2") == 0 &&
            (length < 14 || (memcmp((const char *)head + 4, "1AY&SY", 6) != 0 &&
                             memcmp((const char *)head + 4, "\x17rE8P\x90", 6) != 0)))
            continue;
        return &mark->format;
    }
    if (is_old_tar(head, length))
        return &old_tar;
    if (is_text(head, length < 4096 ? length : 4096))
        return &text;
    return text_ends(path, ".br") ? &brotli : &opaque;
}

bool format_holds_files(const struct format *format)
{
    return format->class == FORMAT_ARCHIVE || format->class == FORMAT_PACKED ||
           format->class == FORMAT_CLOSED || format->class == FORMAT_PROGRAM;
}
