/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Determines whether code can be reached on a CPU that lacks an extension, by following the program
 * as that CPU would. Both sides of a branch are followed, except for a branch on the extension's
 * own CPUID or HWCAP bit (or one that implies it), of which only the side with the bit clear is
 * followed. A branch on the bit of another extension leads, where the CPU has that one, to its set
 * side. Code reached this way from the entry point, main, init arrays or an exported function is
 * unguarded; code that can be reached only through such a branch, or an IFUNC resolver with one, is
 * guarded; the rest is unproven: reached through tables of pointers, indirect jumps, or a branch on
 * a value that may result from querying the CPU but is not known to (flags.h: what is known of
 * stored results, on x86-64). Sources: Intel SDM volume 2 (CPUID); libgcc
 * common/config/i386/i386-cpuinfo.h; Linux arch/arm64/include/uapi/asm/hwcap.h; psABI x86-64 and
 * AArch64 on IFUNC.
 */
#ifndef TS_ABI_ISA_FLOW_H
#define TS_ABI_ISA_FLOW_H

#include "abi/elf/code.h"
#include "abi/isa/flags.h"
#include "abi/isa/isa.h"

/* How a location is reached, in ascending order. REACH_BEHIND: if the CPU has other extensions,
 * which is all that is tested on the way. */
enum reach { REACH_CLOSED, REACH_OPEN, REACH_BEHIND, REACH_DIRECT };

/* Sets the guard of every use in the scan. */
void isa_flow_label(const struct elf_file *file, const struct elf_layout *layout,
                    const struct flags *flags, struct isa_scan *scan);

/* What is known about the content of a register or the flags. */
enum origin {
    FROM_ANYWHERE,
    FROM_CONSTANT, /* value */
    FROM_CPUID,    /* value: ISA_LEAF << 8 | register (0 EAX, 1 EBX, 2 ECX, 3 EDX) */
    FROM_MODEL,  /* value: word of libgcc's __cpu_model features, WORD_POINTER + word: an address */
    FROM_HWCAP,  /* value: 0 AT_HWCAP, 1 AT_HWCAP2; their upper halves: 2, 3 */
    FROM_MEMORY, /* a global variable or member: may be a stored result */
    FROM_CALL,   /* result of a function that may query the CPU */
    FROM_PAGE,   /* AArch64: value is an address computed by ADRP */
};
struct known {
    enum origin origin;
    uint32_t mask; /* remaining bits, ~0: all */
    uint64_t value;
};

struct flow_state {
    struct known reg[32];
    struct known flags; /* the bits tested by the last comparison */
    bool equal_is_set;  /* compared with its own mask: equal means that all bits are set */
    bool bit_in_carry;  /* x86 bt */
};

enum step_kind { STEP_NEXT, STEP_BRANCH, STEP_JUMP, STEP_INDIRECT, STEP_CALL, STEP_STOP };
enum step_test {
    TEST_NONE,
    TEST_POSSIBLE,
    TEST_SET_TAKEN, /* of the wanted extension */
    TEST_SET_FALLS,
    TEST_OTHER_TAKEN, /* of others: not of the wanted one */
    TEST_OTHER_FALLS,
};
struct flow_step {
    enum step_kind kind;
    uint64_t size, target;
    enum step_test test;
    uint64_t others; /* the set of extensions that TEST_OTHER_* tests */
    int writes;      /* register that receives an address, + 1; 0: none */
    int when_set;    /* register, + 1, that a conditional move selects if the wanted extension is
                        present; 0: none */
    bool bit_test;   /* tests single bits of any value */
    const char *feature; /* the extension that the instruction belongs to */
    bool avx512;         /* and avx512f */
};

struct flow {
    const struct elf_file *file;
    const struct elf_layout *layout;
    const char *wanted; /* extension in question */
    bool asks;          /* some code in the file may query the CPU */
    uint64_t cpu_model; /* address of libgcc's __cpu_model, 0: unknown */
    uint64_t cpu_features2;
    uint64_t budget; /* number of instructions that may still be examined */
    const struct flags *flags;
    struct flow_walked *walked; /* of the last functions, by their address; NULL: not kept */
};

/* What a walk through a function with the wanted extension reached. */
#define FLOW_WALKED 256
struct flow_walked {
    const struct elf_function *function;
    const char *wanted;
    uint8_t *levels; /* an enum reach for each byte of code */
    uint64_t size;
    bool blocked, lost, bit_test;
    uint64_t behind; /* extensions of REACH_BEHIND */
};

/* What a walk answers. */
struct flow_way {
    enum reach reach;
    uint64_t behind;
    bool bit_test;
};

/* Interprets one instruction and updates the state. Size 0: cannot be decoded. */
void isa_flow_step_x86(const struct flow *flow, const uint8_t *at, size_t left, uint64_t address,
                       struct flow_state *state, struct flow_step *ret_step);
void isa_flow_step_aarch64(const struct flow *flow, const uint8_t *at, size_t left,
                           uint64_t address, struct flow_state *state, struct flow_step *ret_step);

/* How a function's own code reaches an address or, with address 0, any instruction of
 * flow->wanted. */
struct flow_way isa_flow_walk(struct flow *flow, const struct elf_function *function, bool resolver,
                              uint64_t address);

/* The same for a call; the walk is kept for the next call in that function. */
struct flow_way isa_flow_walk_call(struct flow *flow, const struct elf_function *function,
                                   bool resolver, uint64_t address);

/* True if set bits of this origin prove that the extension is present. */
bool isa_flow_shows(uint16_t machine, const struct known *known, const char *feature);

/* The test of bits of this origin, whose set side is at the target of the branch, or behind it. */
enum step_test isa_flow_test(const struct flow *flow, const struct known *known, bool set_taken,
                             uint64_t *ret_others);

/* The bit of an extension in a set of extensions; 0: it is in none. */
uint64_t isa_flow_number(uint16_t machine, const char *feature);
/* The set of extensions that one bit of an origin proves, including those that they imply. */
uint64_t isa_flow_extensions(uint16_t machine, enum origin origin, uint64_t value, unsigned bit);
/* The same for all bits. */
void isa_flow_word(uint16_t machine, enum origin origin, uint64_t value, uint64_t ret_sets[32]);

/* A CPUID leaf and subleaf as a number of 31 bits. */
#define ISA_LEAF(leaf, sub) (((leaf)&0x7fff) | ((leaf) >> 16 & 0x8000) | (uint64_t)(sub) << 16)
/* The value of FROM_CPUID for EAX; false: nothing is known of that leaf. */
bool isa_flow_leaf(uint64_t leaf, bool sub_known, uint64_t sub, uint64_t *ret_value);

/* The name of the function that begins at an address, or NULL; imported functions are found by
 * their PLT entry. */
const char *isa_flow_name(const struct flow *flow, uint64_t address);

#endif
