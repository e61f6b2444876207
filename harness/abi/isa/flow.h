/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether code is reached on a CPU that lacks an extension. The rule: walk the program as that CPU
 * would. Both sides of a branch are taken, but of a branch on the extension's own CPUID or HWCAP
 * bit (or one that implies it) only the side where it is clear. What such a walk from the entry,
 * main, init arrays or an exported function reaches is unguarded; what every way to it is cut off
 * from by such a branch, or by an IFUNC resolver with one, is guarded; the rest is unproven: ways
 * through tables of pointers, through indirect jumps, or behind a branch on a value that may
 * come from a query of the CPU (a global, a flag word, another function's answer).
 * Sources: Intel SDM volume 2 (CPUID); libgcc common/config/i386/i386-cpuinfo.h; Linux
 * arch/arm64/include/uapi/asm/hwcap.h; psABI x86-64 and AArch64 on IFUNC.
 */
#ifndef TS_ABI_ISA_FLOW_H
#define TS_ABI_ISA_FLOW_H

#include "abi/elf/code.h"
#include "abi/isa/isa.h"

/* Best way by which a place is reached, in order. */
enum reach { REACH_CLOSED, REACH_OPEN, REACH_DIRECT };

/* Labels every use of the scan. */
void isa_flow_label(const struct elf_file *file, const struct elf_layout *layout,
                    struct isa_scan *scan);

/* What a register or the flags are known to hold. */
enum origin {
    FROM_ANYWHERE,
    FROM_CONSTANT, /* value */
    FROM_CPUID,    /* value: leaf << 8 | register (0 eax, 1 ebx, 2 ecx, 3 edx) */
    FROM_MODEL,  /* value: word of libgcc's __cpu_model features, WORD_POINTER + word: an address */
    FROM_HWCAP,  /* value: 0 AT_HWCAP, 1 AT_HWCAP2 */
    FROM_MEMORY, /* a global or a member: may be a stored answer */
    FROM_CALL,   /* what a function answered that may ask the CPU */
    FROM_PAGE,   /* AArch64: value is an address made by ADRP */
};
struct known {
    enum origin origin;
    uint32_t mask; /* bits of it that are left, ~0: all */
    uint64_t value;
};

struct flow_state {
    struct known reg[32];
    struct known flags; /* of the last comparison: the bits tested */
    bool equal_is_set;  /* compared with its own mask: equal means that all bits are set */
    bool bit_in_carry;  /* x86 bt */
    uint32_t leaf;
};

enum step_kind { STEP_NEXT, STEP_BRANCH, STEP_JUMP, STEP_INDIRECT, STEP_CALL, STEP_STOP };
enum step_test { TEST_NONE, TEST_POSSIBLE, TEST_SET_TAKEN, TEST_SET_FALLS };
struct flow_step {
    enum step_kind kind;
    uint64_t size, target;
    enum step_test test;
    int writes;          /* register that gets an address, + 1; 0: none */
    int when_set;        /* register, + 1, that a choice without a branch takes when the wanted
                            extension is there; 0: no such choice */
    bool bit_test;       /* tests single bits, whatever of */
    const char *feature; /* the extension that the instruction belongs to */
};

struct flow {
    const struct elf_file *file;
    const struct elf_layout *layout;
    const char *wanted; /* extension that is asked about */
    bool asks;          /* the file may ask the CPU somewhere */
    uint64_t cpu_model; /* address of libgcc's __cpu_model, 0: not known */
    uint64_t cpu_features2;
    uint64_t budget; /* instructions that may still be walked */
};

/* One instruction; updates the state. Size 0: not decodable. */
void isa_flow_step_x86(const struct flow *flow, const uint8_t *at, size_t left, uint64_t address,
                       struct flow_state *state, struct flow_step *ret_step);
void isa_flow_step_aarch64(const struct flow *flow, const uint8_t *at, size_t left,
                           uint64_t address, struct flow_state *state, struct flow_step *ret_step);

/* How a function's own code reaches an address, or with address 0 any instruction of flow->wanted.
 */
enum reach isa_flow_walk(struct flow *flow, const struct elf_function *function, bool resolver,
                         uint64_t address, bool *ret_bit_test);

/* Whether bits of an origin that are set show that the extension is there. */
bool isa_flow_shows(uint16_t machine, const struct known *known, const char *feature);

/* The name of a function that begins at an address, or NULL; imports are found by their PLT entry.
 */
const char *isa_flow_name(const struct flow *flow, uint64_t address);

#endif
