/* SPDX-License-Identifier: Apache-2.0 */
/* The product lines: all load, file names match theirs, and partition tables are read from a disk's
 * first bytes. */
#include <errno.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "catalog/find.h"
#include "catalog/line.h"
#include "catalog/partitions.h"
#include "cunit_run.h"

static const struct {
    const char *file, *line, *version; /* line NULL: none */
} names[] = {
    {"TencentOS-Server-GenericCloud-4.4-20250527.1.aarch64.qcow2", "tencentos-4-aarch64", "4.4"},
    {"TencentOS-Server-GenericCloud-4.2-20240801.3.x86_64.qcow2", "tencentos-4-x86-64", "4.2"},
    {"TencentOS-Server-GenericCloud-3.3-20240801.0.x86_64.qcow2", "tencentos-3.3-x86-64", "3.3"},
    {"TencentOS-Server-3.1-TK4-aarch64.qcow2", "tencentos-3.1-aarch64", "3.1"},
    {"OpenCloudOS-GenericCloud-9.6-20260101.0.aarch64.qcow2", "opencloudos-9-aarch64", "9.6"},
    {"TencentOS-Server-GenericCloud-4.4-20250527.1.riscv64.qcow2", NULL, NULL},
    {"debian-12-genericcloud-amd64.qcow2", NULL, NULL},
    {"", NULL, NULL},
};

static void test_names(void)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        _cleanup_(image_line_free_cleanup) struct image_line *line = NULL;
        _cleanup_free_ char *version = NULL;
        int code = catalog_match_line(names[i].file, &line, &version, NULL);

        CHECK_INT(code, names[i].line != NULL ? 0 : -ENOENT);
        CHECK_TEXT(line != NULL ? line->name : NULL, names[i].line);
        CHECK_TEXT(version, names[i].version);
    }
}

static void test_lines(void)
{
    _cleanup_strv_ struct strv all = {0};

    CHECK_INT(catalog_list_lines(&all, NULL), 0);
    CU_ASSERT(all.count >= 14);
    for (size_t i = 0; i < all.count; i++) {
        _cleanup_(image_line_free_cleanup) struct image_line *line = NULL;
        _cleanup_error_ struct error *err = NULL;

        CHECK_INT(catalog_get_line(all.items[i], &line, &err), 0);
        CHECK_TEXT(error_message(err), "no error");
        if (line == NULL)
            continue;
        CHECK_TEXT(line->name, all.items[i]);
        CHECK_TEXT(line->firmware, line->arch == ARCH_AARCH64 ? "uefi" : "bios");
        CU_ASSERT(line->entry_methods.count > 0 && line->files.count > 0 && line->title_zh != NULL);
    }
}

/* The user's values are not overridden. */
static void test_fill(void)
{
    _cleanup_(image_line_free_cleanup) struct image_line *line = NULL;
    _cleanup_(image_request_done) struct image_request request = {.os_version = text_dup("4.4.1")};

    CHECK_INT(catalog_get_line("tencentos-4-aarch64", &line, NULL), 0);
    line_fill_request(line, "4.4", &request);
    CHECK_TEXT(request.os_version, "4.4.1");
    CHECK_TEXT(request.os_id, "tencentos");
    CHECK_TEXT(request.firmware, "uefi");
    CHECK_INT(request.arch, ARCH_AARCH64);
    CHECK_INT(request.entry_methods.count, 3);
}

static void put(unsigned char *at, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        at[i] = (unsigned char)(value >> 8 * i);
}

static void test_partitions(void)
{
    /* GUIDs as stored on a disk: the first three groups are little-endian. */
    static const unsigned char efi[16] = {0x28, 0x73, 0x2a, 0xc1, 0x1f, 0xf8, 0xd2, 0x11,
                                          0xba, 0x4b, 0x00, 0xa0, 0xc9, 0x3e, 0xc9, 0x3b};
    static const unsigned char root[16] = {0x45, 0xb0, 0x21, 0xb9, 0xf0, 0x1d, 0xc3, 0x41,
                                           0xaf, 0x44, 0x4c, 0x6f, 0x28, 0x0d, 0x3f, 0xae};
    unsigned char head[PARTITIONS_HEAD] = {0};
    struct partitions found;

    partitions_parse(head, sizeof(head), &found);
    CHECK_TEXT(found.table, "none");
    put(head + 510, 0xaa55, 2);
    head[0] = 0xeb;
    head[446 + 4] = 0x83;
    put(head + 446 + 8, 2048, 4);
    put(head + 446 + 12, 100, 4);
    partitions_parse(head, sizeof(head), &found);
    CHECK_TEXT(found.table, "mbr");
    CHECK_INT(found.count, 1);
    CHECK_INT(found.bios, true);
    CHECK_INT(found.rows[0].last, 2147);
    memcpy(head + 512, "EFI PART", 8);
    put(head + 512 + 72, 2, 8);
    put(head + 512 + 80, 0xffffffff, 4);
    put(head + 512 + 84, 128, 4);
    memcpy(head + 1024, efi, 16);
    memcpy(head + 1024 + 2 * 128, root, 16);
    put(head + 1024 + 32, 4096, 8);
    partitions_parse(head, sizeof(head), &found);
    CHECK_TEXT(found.table, "gpt");
    CHECK_INT(found.count, 2);
    CHECK_INT(found.efi, true);
    CHECK_INT(found.bios, false);
    CHECK_INT(found.rows[1].number, 3);
    CHECK_INT(found.arch_known, true);
    CHECK_INT(found.arch, ARCH_AARCH64);
    /* Entries with another size or at another position are not read. */
    put(head + 512 + 84, 1, 4);
    partitions_parse(head, sizeof(head), &found);
    CHECK_INT(found.count, 0);
    memset(head, 0xff, sizeof(head));
    partitions_parse(head, sizeof(head), &found);
    CHECK_TEXT(found.table, "none");
    partitions_parse(head, 100, &found);
    CHECK_TEXT(found.table, "none");
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"file names", test_names}, {"every line", test_lines},
        {"an order", test_fill},    {"partition tables", test_partitions},
        CU_TEST_INFO_NULL,
    };

    return cunit_run("catalog_line", tests);
}
