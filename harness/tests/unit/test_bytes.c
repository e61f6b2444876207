/* SPDX-License-Identifier: Apache-2.0 */
/* What is found in sixteen bytes at once is what is found byte by byte; a function is found by its
 * index as without one. */
#include <stdint.h>
#include <stdlib.h>

#include "abi/elf/code.h"
#include "base/bytes.h"
#include "base/text.h"
#include "cunit_run.h"

static uint32_t number = 7;

static uint32_t next_number(void)
{
    number = number * 1664525 + 1013904223;
    return number >> 8;
}

static void test_bits(void)
{
    for (unsigned round = 0; round < 1000; round++) {
        uint8_t data[BYTES];
        unsigned expected = 0;

        for (unsigned i = 0; i < BYTES; i++) {
            data[i] = (uint8_t)next_number();
            expected |= (unsigned)((data[i] & 0xc3) == 0x41) << i;
        }
        CHECK_INT(bytes_bits(bytes_equal(bytes_at(data), 0xc3, 0x41)), expected);
    }
}

/* Of two letters, so that the text occurs in part nearly everywhere; of every length and end. */
static void test_find(void)
{
    for (unsigned round = 0; round < 20000; round++) {
        uint8_t data[100], text[12];
        size_t size = next_number() % sizeof(data), length = 1 + next_number() % sizeof(text);

        for (size_t i = 0; i < size; i++)
            data[i] = next_number() % 2 ? 'a' : 'b';
        for (size_t i = 0; i < length; i++)
            text[i] = next_number() % 2 ? 'a' : 'b';
        if (bytes_find(data, size, text, length) != memmem(data, size, text, length))
            CU_FAIL("another place than memmem's");
    }
}

static size_t after(const struct elf_layout *layout, uint64_t address)
{
    size_t i = 0;

    while (i < layout->functions.count && layout->functions.items[i].address <= address)
        i++;
    return i;
}

/* `far`: the last functions are at the end of the address space. */
static void check_layout(size_t count, uint32_t distance, bool far)
{
    struct elf_layout layout = {0};
    uint64_t address = 0x1000;

    for (size_t i = 0; i < count; i++) {
        *vec_add(&layout.functions) = (struct elf_function){.address = address, .size = 4};
        address += 1 + next_number() % distance;
        if (far && i + 3 == count)
            address = UINT64_MAX - 10000;
    }
    elf_layout_sort(&layout);
    for (unsigned i = 0; i < 2000; i++) {
        uint64_t at =
            i % 2 ? next_number() % (count * distance) : UINT64_MAX - next_number() % 20000;

        CHECK_INT(elf_layout_after(&layout, at), after(&layout, at));
    }
    CHECK_INT(elf_layout_after(&layout, UINT64_MAX), count);
    CHECK_INT(elf_layout_after(&layout, 0), 0);
    elf_layout_done(&layout);
}

static void test_layout(void)
{
    for (size_t count = 1; count < 3000; count = count * 3 + 1) {
        check_layout(count, 10, false);
        check_layout(count, 1000, false);
        check_layout(count, 100, true);
    }
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"bits", test_bits}, {"find", test_find}, {"layout", test_layout}, CU_TEST_INFO_NULL};

    return cunit_run("bytes", tests);
}
