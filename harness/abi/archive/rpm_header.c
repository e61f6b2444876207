/* SPDX-License-Identifier: Apache-2.0 */
/* Parses rpm headers. */
#include "abi/archive/rpm_header.h"

#include <stdio.h>
#include <string.h>

#define TYPE_INT16 3
#define TYPE_INT32 4
#define TYPE_STRING 6
#define TYPE_STRING_ARRAY 8
#define TYPE_I18N 9
#define ENTRIES_MAX 65536
#define STORE_MAX (256u << 20)

static uint32_t be32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

int rpm_header_open(struct rpm_header *header, const void *data, size_t size)
{
    const uint8_t *at = data;
    uint32_t entries, store;

    if (size < 8)
        return -1;
    entries = be32(at);
    store = be32(at + 4);
    if (entries > ENTRIES_MAX || store > STORE_MAX || 8 + (uint64_t)entries * 16 + store > size)
        return -1;
    *header = (struct rpm_header){at + 8, at + 8 + (size_t)entries * 16, entries, store};
    return 0;
}

int rpm_header_open_package(struct rpm_header *header, const void *data, size_t size)
{
    static const uint8_t lead[] = {0xed, 0xab, 0xee, 0xdb}, mark[] = {0x8e, 0xad, 0xe8};
    const uint8_t *at = data;
    uint64_t skip;

    if (size < 96 + 16 || memcmp(at, lead, sizeof(lead)) != 0 ||
        memcmp(at + 96, mark, sizeof(mark)) != 0)
        return -1;
    skip = 96 + 16 + (uint64_t)be32(at + 104) * 16 + be32(at + 108);
    skip = (skip + 7) & ~UINT64_C(7);
    if (skip + 16 > size || memcmp(at + skip, mark, sizeof(mark)) != 0)
        return -1;
    return rpm_header_open(header, at + skip + 8, size - skip - 8);
}

struct rpm_column rpm_header_column(const struct rpm_header *header, uint32_t tag)
{
    for (uint32_t i = 0; i < header->entries; i++) {
        const uint8_t *entry = header->index + (size_t)i * 16;
        uint32_t offset = be32(entry + 8);

        if (be32(entry) != tag)
            continue;
        if (offset >= header->size)
            break;
        return (struct rpm_column){header->store + offset, be32(entry + 12), header->size - offset,
                                   be32(entry + 4)};
    }
    return (struct rpm_column){0};
}

const char *rpm_column_text(struct rpm_column *column)
{
    const char *text = (const char *)column->at;
    size_t length;

    if (column->type != TYPE_STRING && column->type != TYPE_STRING_ARRAY &&
        column->type != TYPE_I18N)
        return NULL;
    if (column->count == 0 || column->left == 0 || memchr(text, '\0', column->left) == NULL)
        return NULL;
    length = strlen(text) + 1;
    column->at += length;
    column->left -= (uint32_t)length;
    column->count--;
    return text;
}

uint32_t rpm_column_number(struct rpm_column *column)
{
    uint32_t width = column->type == TYPE_INT32 ? 4 : column->type == TYPE_INT16 ? 2 : 0, value;

    if (width == 0 || column->count == 0 || column->left < width)
        return 0;
    value = width == 4 ? be32(column->at) : (uint32_t)column->at[0] << 8 | column->at[1];
    column->at += width;
    column->left -= width;
    column->count--;
    return value;
}

const char *rpm_header_text(const struct rpm_header *header, uint32_t tag)
{
    struct rpm_column column = rpm_header_column(header, tag);

    return rpm_column_text(&column);
}

void rpm_header_files(const struct rpm_header *header,
                      void (*take)(void *context, const char *path, size_t length), void *context)
{
    struct rpm_column names = rpm_header_column(header, RPM_TAG_BASENAMES);
    struct rpm_column folders = rpm_header_column(header, RPM_TAG_DIRNAMES);
    struct rpm_column indexes = rpm_header_column(header, RPM_TAG_DIRINDEXES);
    const char *folder_text[4096];
    uint32_t folder_count = 0;
    const char *name;
    char path[4096];

    while (folder_count < 4096 && (folder_text[folder_count] = rpm_column_text(&folders)) != NULL)
        folder_count++;
    while (indexes.count > 0 && (name = rpm_column_text(&names)) != NULL) {
        uint32_t folder = rpm_column_number(&indexes);
        int length;

        if (folder >= folder_count)
            continue;
        length = snprintf(path, sizeof(path), "%.*s%.*s", 4000, folder_text[folder], 4000, name);
        if (length > 0 && (size_t)length < sizeof(path))
            take(context, path, (size_t)length);
    }
}
