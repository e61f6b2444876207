/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone abi isa: lists every instruction of a program that belongs to an extension, before
 * guards and data are considered. Benchmarks compare it with binutils and measure its speed. */
#include <stdio.h>

#include "abi/elf/code.h"
#include "abi/isa/isa.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/path.h"
#include "cli/cmd_abi.h"

struct options {
    struct strv files;
    bool time, peer;
};

static void set_option(void *input, enum option_id option, char *value)
{
    struct options *options = input;

    options->time |= option == OPTION_TIME;
    options->peer |= option == OPTION_CAPSTONE;
    if (option == OPTION_WORD)
        strv_add(&options->files, value);
}

static void print_hit(void *context, const char *feature, uint64_t address)
{
    (void)context;
    printf("%llx %s\n", (unsigned long long)address, feature);
}

static void count_hit(void *context, const char *feature, uint64_t address)
{
    *(uint64_t *)context += address + (unsigned char)feature[0];
}

static int scan(const char *path, const struct options *options, uint64_t *bytes, int64_t *ms,
                struct error **err)
{
    _cleanup_buffer_ struct buffer data = {0};
    struct elf_layout layout;
    uint64_t sum = 0;
    struct elf_file file;
    int code = path_read(path, UINT64_C(1) << 30, &data, err);

    if (code == 0)
        code = elf_file_open(&file, data.data, data.length, path, err);
    if (code < 0)
        return code;
    elf_layout_read(&file, &layout);
    vec_foreach (part, &layout.code) {
        const uint8_t *at = file.data + part->range.offset;
        int64_t started = clock_now_ms();
        isa_hit_function *hit = options->time ? count_hit : print_hit;

        if (options->time && options->peer)
            isa_capstone_decode(file.machine, at, part->range.size, part->address);
        else if (file.machine == EM_AARCH64)
            isa_aarch64_scan(at, part->range.size, part->address, hit, &sum);
        else if (file.machine == EM_X86_64)
            isa_x86_scan(at, part->range.size, part->address, &layout, hit, &sum);
        *ms += clock_now_ms() - started;
        *bytes += part->range.size;
    }
    elf_layout_done(&layout);
    elf_file_done(&file);
    return 0;
}

int cmd_abi_isa(int argc, char **argv)
{
    struct options options = {0};
    struct error *err = NULL;
    uint64_t bytes = 0;
    int64_t ms = 0;
    int code = 0;

    cli_parse(argc, argv, set_option, &options);
    for (size_t i = 0; code == 0 && i < options.files.count; i++)
        code = scan(options.files.items[i], &options, &bytes, &ms, &err);
    strv_done(&options.files);
    if (code < 0)
        return cli_fail(err);
    if (options.time)
        printf("%llu %lld\n", (unsigned long long)bytes, (long long)ms);
    return EXIT_COMPATIBLE;
}
