/* SPDX-License-Identifier: Apache-2.0 */
/* Scans x86-64 code. x86_length.c, or Zydis where that fails, finds the instruction boundaries; the
 * extension is determined from the opcode bytes by the tables of x86_class.c, so that instructions
 * which the decoder does not know are classified too; their length is computed here. */
#include <Zydis/Zydis.h>
#include <capstone/capstone.h>
#include <elf.h>
#include <pthread.h>
#include <string.h>

#include "abi/elf/code.h"
#include "abi/isa/isa.h"
#include "abi/isa/x86.h"

#define THREAD_SIZE (1 << 20) /* code size above which a second thread is used */

struct hit {
    uint64_t address;
    const char *feature;
};

/* The part of the code that one thread scans. */
struct part {
    const uint8_t *code;
    size_t size;
    size_t first, last; /* bytes */
    uint64_t address;   /* of code[0] */
    const struct elf_layout *layout;
    VEC(struct hit) hits;
    uint64_t decoded;
};

static size_t length_of(const ZydisDecoder *decoder, const uint8_t *code, size_t left)
{
    ZydisDecodedInstruction insn;
    size_t length = 0;

    if (ZYAN_SUCCESS(ZydisDecoderDecodeInstruction(decoder, NULL, code, left, &insn)))
        return insn.length;
    if (code[0] == 0x62 || code[0] == 0xc4 || code[0] == 0xc5 || code[0] == 0x8f)
        length = isa_x86_vector_length(code, left);
    return length == 0 || length > left ? 1 : length;
}

static void decode(struct part *part, const ZydisDecoder *decoder, size_t at, size_t end)
{
    for (size_t length; at < end; at += length) {
        const uint8_t *code = part->code + at;
        bool may_extend, avx512;

        /* It needs bytes to read, which may be those of the next function. */
        length = isa_x86_length(code, part->size - at, &may_extend);
        if (length == 0 || length > end - at) {
            length = length_of(decoder, code, end - at);
            may_extend = true;
        }
        if (may_extend) {
            const char *feature = isa_x86_class(code, length, &avx512);

            if (avx512)
                *vec_add(&part->hits) = (struct hit){part->address + at, "avx512f"};
            if (feature != NULL)
                *vec_add(&part->hits) = (struct hit){part->address + at, feature};
        }
        part->decoded++;
    }
}

/* Begins at each function's start: tables before it do not matter. */
static void *scan_part(void *context)
{
    struct part *part = context;
    ZydisDecoder decoder;
    size_t at = part->first, next = 0, kept = at;

    if (!ZYAN_SUCCESS(ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64)))
        return NULL;
    if (part->layout != NULL)
        next = elf_layout_after(part->layout, part->address + at);
    while (at < part->last) {
        size_t end = part->last;

        if (part->layout != NULL && next < part->layout->functions.count &&
            part->layout->functions.items[next].address - part->address < end)
            end = (size_t)(part->layout->functions.items[next].address - part->address);
        decode(part, &decoder, at, end);
        at = end;
        next++;
        if (part->layout != NULL && at - kept >= ELF_RELEASE) {
            const struct elf_file *file = part->layout->file;

            elf_file_release(file, (uint64_t)(part->code - file->data) + kept, at - kept);
            kept = at;
        }
    }
    return NULL;
}

uint64_t isa_x86_scan(const uint8_t *code, size_t size, uint64_t address,
                      const struct elf_layout *layout, isa_hit_function *hit, void *context)
{
    struct part parts[2] = {
        {.code = code, .size = size, .last = size, .address = address, .layout = layout},
        {.code = code,
         .size = size,
         .first = size,
         .last = size,
         .address = address,
         .layout = layout}};
    pthread_t thread;
    bool threaded = false;
    uint64_t decoded = 0;

    if (layout != NULL && size >= THREAD_SIZE) {
        size_t next = elf_layout_after(layout, address + size / 2);

        if (next < layout->functions.count &&
            layout->functions.items[next].address - address < size) {
            parts[0].last = parts[1].first =
                (size_t)(layout->functions.items[next].address - address);
            threaded = pthread_create(&thread, NULL, scan_part, &parts[1]) == 0;
        }
    }
    scan_part(&parts[0]);
    if (threaded)
        pthread_join(thread, NULL);
    else
        scan_part(&parts[1]);
    for (size_t i = 0; i < 2; i++) {
        vec_foreach (found, &parts[i].hits)
            hit(context, found->feature, found->address);
        vec_done(&parts[i].hits);
        decoded += parts[i].decoded;
    }
    return decoded;
}

uint64_t isa_capstone_decode(uint16_t machine, const uint8_t *code, size_t size, uint64_t address)
{
    uint64_t decoded = 0;
    cs_insn *insn;
    csh handle;

    if (cs_open(machine == EM_AARCH64 ? CS_ARCH_ARM64 : CS_ARCH_X86,
                machine == EM_AARCH64 ? CS_MODE_LITTLE_ENDIAN : CS_MODE_64, &handle) != CS_ERR_OK)
        return 0;
    cs_option(handle, CS_OPT_SKIPDATA, CS_OPT_ON);
    insn = cs_malloc(handle);
    while (cs_disasm_iter(handle, &code, &size, &address, insn))
        decoded++;
    cs_free(insn, 1);
    cs_close(&handle);
    return decoded;
}
