/* SPDX-License-Identifier: Apache-2.0 */
/* The blocks of an xz file, decompressed on several threads: the same bytes as were compressed, an
 * error where they are damaged, and nothing of files that libarchive reads as well. */
#include <lzma.h>
#include <stdlib.h>
#include <string.h>

#include "abi/archive/unxz.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "cunit_run.h"

#define SIZE (5 << 20)
#define BLOCK (1 << 20)

static uint8_t *plain;

/* Neither constant nor random. */
static void make_plain(void)
{
    uint32_t number = 1;

    plain = text_calloc(SIZE, 1);
    for (size_t i = 0; i < SIZE; i++) {
        number = number * 1664525 + 1013904223;
        plain[i] = (uint8_t)(number >> 24 & (i / 100000 % 2 ? 0x0f : 0x7f));
    }
}

static uint8_t *compress(uint64_t block_size, size_t *ret_size)
{
    const lzma_mt options = {
        .threads = 2, .block_size = block_size, .preset = 0, .check = LZMA_CHECK_CRC64};
    lzma_stream stream = LZMA_STREAM_INIT;
    uint8_t *packed = text_calloc(2 * SIZE, 1);

    CU_ASSERT_EQUAL_FATAL(lzma_stream_encoder_mt(&stream, &options), LZMA_OK);
    stream.next_in = plain;
    stream.avail_in = SIZE;
    stream.next_out = packed;
    stream.avail_out = 2 * SIZE;
    CU_ASSERT_EQUAL_FATAL(lzma_code(&stream, LZMA_FINISH), LZMA_STREAM_END);
    *ret_size = stream.total_out;
    lzma_end(&stream);
    return packed;
}

/* The number of bytes read, which are as they were; *ret_failed: an error ended them. */
static size_t read_all(struct unxz *unxz, bool *ret_failed)
{
    uint64_t packed = 0;
    size_t done = 0;
    const void *data;
    ssize_t got;

    while ((got = unxz_next(unxz, &data)) > 0) {
        CU_ASSERT(done + (size_t)got <= SIZE && memcmp(plain + done, data, (size_t)got) == 0);
        done += (size_t)got;
        CU_ASSERT(unxz_packed(unxz) > packed);
        packed = unxz_packed(unxz);
    }
    *ret_failed = got < 0;
    return done;
}

static void test_blocks(void)
{
    size_t size;
    _cleanup_free_ uint8_t *packed = compress(BLOCK, &size);
    const struct blob blob = {.data = packed, .fd = -1, .size = size};
    struct unxz *unxz = unxz_open(&blob);
    const void *data;
    bool failed;

    CU_ASSERT_PTR_NOT_NULL_FATAL(unxz);
    CU_ASSERT_EQUAL(read_all(unxz, &failed), SIZE);
    CU_ASSERT(!failed && unxz_packed(unxz) <= size);
    unxz_close(unxz);
    /* Closed while the others are decompressed, and before anything is read. */
    unxz = unxz_open(&blob);
    CU_ASSERT(unxz_next(unxz, &data) > 0);
    unxz_close(unxz);
    unxz_close(unxz_open(&blob));
}

static void test_damaged(void)
{
    size_t size;
    _cleanup_free_ uint8_t *packed = compress(BLOCK, &size);
    const struct blob blob = {.data = packed, .fd = -1, .size = size};
    struct unxz *unxz;
    bool failed;

    packed[size / 2] ^= 0x20;
    unxz = unxz_open(&blob);
    CU_ASSERT_PTR_NOT_NULL_FATAL(unxz);
    CU_ASSERT_EQUAL(read_all(unxz, &failed) % BLOCK, 0);
    CU_ASSERT(failed && strstr(unxz_error_text(unxz), "Corrupted") != NULL);
    unxz_close(unxz);
}

static void test_others(void)
{
    size_t size;
    _cleanup_free_ uint8_t *blocks = compress(BLOCK, &size);
    struct blob blob = {.data = blocks, .fd = -1, .size = size - 1};
    _cleanup_free_ uint8_t *whole = NULL, *tiny = NULL;

    CU_ASSERT_PTR_NULL(unxz_open(&blob)); /* cut */
    blocks[size - 20] ^= 1;
    blob.size = size;
    CU_ASSERT_PTR_NULL(unxz_open(&blob)); /* a damaged index */
    whole = compress(2 * SIZE, &size);
    blob = (struct blob){.data = whole, .fd = -1, .size = size};
    CU_ASSERT_PTR_NULL(unxz_open(&blob)); /* one block */
    tiny = compress(64 << 10, &size);
    blob = (struct blob){.data = tiny, .fd = -1, .size = size};
    CU_ASSERT_PTR_NULL(unxz_open(&blob));
    blob = (struct blob){.data = "", .fd = -1};
    CU_ASSERT_PTR_NULL(unxz_open(&blob));
}

int main(void)
{
    CU_TestInfo tests[] = {{"blocks", test_blocks},
                           {"damaged", test_damaged},
                           {"others", test_others},
                           CU_TEST_INFO_NULL};
    int code;

    make_plain();
    code = cunit_run("abi unxz", tests);
    free(plain);
    return code;
}
