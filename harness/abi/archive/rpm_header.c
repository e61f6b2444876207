/* SPDX-License-Identifier: Apache-2.0 */
/* Reading rpm headers. */
#include "abi/archive/rpm_header.h"

#include <stdio.h>
#include <string.h>

#define TYPE_INT32 4
#define TYPE_STRING 6
#define TYPE_STRING_ARRAY 8
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

struct column {
    const uint8_t *at;
    uint32_t count, left;
};

static int find(const struct rpm_header *header, uint32_t tag, uint32_t type_a, uint32_t type_b,
                struct column *ret)
{
    for (uint32_t i = 0; i < header->entries; i++) {
        const uint8_t *entry = header->index + (size_t)i * 16;
        uint32_t offset = be32(entry + 8), count = be32(entry + 12);

        if (be32(entry) != tag)
            continue;
        if ((be32(entry + 4) != type_a && be32(entry + 4) != type_b) || offset >= header->size)
            return -1;
        *ret = (struct column){header->store + offset, count, header->size - offset};
        return 0;
    }
    return -1;
}

const char *rpm_header_text(const struct rpm_header *header, uint32_t tag)
{
    struct column column;

    if (find(header, tag, TYPE_STRING, TYPE_STRING_ARRAY, &column) < 0)
        return NULL;
    return memchr(column.at, '\0', column.left) != NULL ? (const char *)column.at : NULL;
}

/* The next string of an array; NULL past the store's end. */
static const char *next_text(struct column *column)
{
    const char *text = (const char *)column->at;
    size_t length;

    if (column->left == 0 || memchr(text, '\0', column->left) == NULL)
        return NULL;
    length = strlen(text) + 1;
    column->at += length;
    column->left -= (uint32_t)length;
    return text;
}

void rpm_header_files(const struct rpm_header *header,
                      void (*take)(void *context, const char *path, size_t length), void *context)
{
    struct column names, folders, indexes;
    const char *folder_text[4096];
    uint32_t folder_count = 0;
    char path[4096];

    if (find(header, RPM_TAG_BASENAMES, TYPE_STRING_ARRAY, TYPE_STRING, &names) < 0 ||
        find(header, RPM_TAG_DIRNAMES, TYPE_STRING_ARRAY, TYPE_STRING, &folders) < 0 ||
        find(header, RPM_TAG_DIRINDEXES, TYPE_INT32, TYPE_INT32, &indexes) < 0)
        return;
    while (folder_count < folders.count && folder_count < 4096) {
        folder_text[folder_count] = next_text(&folders);
        if (folder_text[folder_count] == NULL)
            break;
        folder_count++;
    }
    for (uint32_t i = 0;
         i < names.count && i < indexes.count && (uint64_t)i * 4 + 4 <= indexes.left; i++) {
        const char *name = next_text(&names);
        uint32_t folder = be32(indexes.at + (size_t)i * 4);
        int length;

        if (name == NULL)
            break;
        if (folder >= folder_count)
            continue;
        length = snprintf(path, sizeof(path), "%.*s%.*s", 4000, folder_text[folder], 4000, name);
        if (length > 0 && (size_t)length < sizeof(path))
            take(context, path, (size_t)length);
    }
}
