/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the program stores of a test of the CPU, and where a test of it is known to have succeeded.
 *
 * Functions that execute CPUID, those that call them, and those that touch what these store are run
 * abstractly to a fixed point. A value is, for each of its 64 bits, the set of extensions that the
 * CPU is known to have when that bit is set; a bit that is never set implies all of them. "And"
 * unites what two bits imply, "or" and a join of two ways intersect it, a shift moves it, and what
 * is set behind a branch on a bit implies what that bit implied. A byte of a global implies what
 * every store to it implies; where its address goes to code that is not followed, nothing.
 */
#ifndef TS_ABI_ISA_FLAGS_H
#define TS_ABI_ISA_FLAGS_H

#include "abi/elf/code.h"
#include "base/vec.h"

#define FLAGS_ALL UINT64_MAX /* implied by a bit that is never set */
#define FLAGS_SLOTS 40
#define FLAGS_INDEX (1 << 15)
#define FLAGS_DECODED_BITS 11

VEC_TYPE(flags_addresses, uint64_t);

enum value_kind { VALUE_ANY, VALUE_CONSTANT, VALUE_STACK, VALUE_BITS };
struct value {
    enum value_kind kind;
    uint32_t set;    /* VALUE_BITS: a row of the pool */
    uint64_t number; /* constant, or distance from the stack pointer at the entry */
};

/* Extensions that each outcome of the last comparison shows. */
struct outcome {
    uint64_t zero, not_zero, carry, not_carry, sign, not_sign;
};

struct slot {
    int64_t offset;
    uint64_t size;
    struct value value;
};

struct flags_state {
    struct value reg[16];
    struct value vector[16][2];     /* XMM registers, low and high half */
    struct slot slots[FLAGS_SLOTS]; /* of the stack */
    uint64_t slot_count;
    struct outcome outcome;
    uint64_t facts;   /* extensions that are there wherever this point is reached */
    uint64_t escaped; /* an address of the stack is kept somewhere */
    uint64_t returns; /* at the end of a function: some way leads there */
};

struct flags_row {
    uint64_t implies[64];
};

/* A byte of a global that is written. */
struct flags_byte {
    uint64_t address;
    uint64_t implies[8];
    bool spoilt; /* its address went to code that is not followed */
};

/* Where facts are known. */
struct flags_fact {
    uint64_t address, facts;
};

/* An address that is chosen by a conditional move. */
struct flags_choice {
    uint64_t site, target, facts;
};

/* What a function writes, or makes the address of, relative to the instruction. */
struct flags_touch {
    uint64_t address, size;
    bool made;
};
struct flags_touched {
    size_t first, count; /* of touches */
    bool lost;           /* there is data among its code: what that writes is unknown */
};

/* An entry of the procedure linkage table: to a function of this file, or to a known one. */
struct flags_stub {
    uint64_t address, target; /* target 0: in another library */
    const char *name;
};

struct flags {
    const struct elf_file *file;
    const struct elf_layout *layout;
    VEC(struct flags_row) pool;
    uint32_t *index;              /* FLAGS_INDEX slots: rows of the pool, + 1, by their hash */
    VEC(struct flags_byte) bytes; /* sorted by address */
    VEC(struct flags_fact) facts; /* sorted when the rounds are over */
    VEC(struct flags_choice) choices;
    struct flags_addresses functions; /* that are run, sorted */
    struct flags_addresses ask;       /* those of them that lead to CPUID: callers follow them */
    VEC(struct flags_stub) stubs;     /* sorted by address */
    uint64_t tested;                  /* extensions that a branch depends on */
    struct flags_addresses found;     /* in this round, to be added to `ask` */
    struct flags_addresses made, accessed; /* where objects may begin in data (flags_memory.c) */
    bool starts_read;
    bool grown, changed, last, go;
    uint64_t budget;      /* instructions */
    uint32_t *touched_by; /* row of `touched`, + 1, of each function of the layout */
    VEC(struct flags_touched) touched;
    VEC(struct flags_touch) touches;
    struct flags_decoded *decoded; /* 2^FLAGS_DECODED_BITS, by address */
};

/* `sites`: addresses of CPUID instructions. Only x86-64. */
void isa_flags_read(const struct elf_file *file, const struct elf_layout *layout,
                    const struct flags_addresses *sites, struct flags *ret_flags);
void isa_flags_done(struct flags *flags);

/* Is an extension there wherever an instruction is reached; wherever code goes on with an address
 * that it makes there? */
bool isa_flags_hold(const struct flags *flags, uint64_t address, const char *feature);
/* Does any branch or choice that was followed depend on it? */
bool isa_flags_test(const struct flags *flags, const char *feature);
bool isa_flags_choose(const struct flags *flags, uint64_t site, uint64_t target,
                      const char *feature);

/* --- lists of addresses (flags_value.c) --- */
int flags_compare_addresses(const void *a, const void *b);
/* Sorts, and removes duplicates. */
void flags_sort_addresses(struct flags_addresses *list);
/* In sorted lists: the index of the first one behind an address; whether it is there. */
size_t flags_after_address(const struct flags_addresses *list, uint64_t address);
bool flags_has_address(const struct flags_addresses *list, uint64_t address);

/* --- values (flags_value.c) --- */
uint64_t flags_implied(const struct flags *flags, const struct value *value, unsigned bit);
struct value flags_make(struct flags *flags, const uint64_t implies[64]);
/* Of two ways: what holds for either, with what was known on each. */
struct value flags_join(struct flags *flags, const struct value *a, uint64_t a_facts,
                        const struct value *b, uint64_t b_facts);
struct value flags_and(struct flags *flags, const struct value *a, const struct value *b);
struct value flags_or(struct flags *flags, const struct value *a, const struct value *b);
/* Any result that is zero where both are: sums and their like. */
struct value flags_sum(struct flags *flags, const struct value *a, const struct value *b);
struct value flags_shift(struct flags *flags, const struct value *value, int left);
/* The low bits of `value`, zero- or sign-extended. */
struct value flags_low(struct flags *flags, const struct value *value, unsigned bits, bool sign);
/* `value` in bits [low, low + bits) of `whole`. */
struct value flags_insert(struct flags *flags, const struct value *whole, const struct value *value,
                          unsigned low, unsigned bits);
/* Every bit implies `facts`: 1 bit, or all of them. */
struct value flags_uniform(struct flags *flags, uint64_t facts, unsigned bits);
/* What a value that is not zero shows; looked at are `bits` of it. */
uint64_t flags_nonzero(const struct flags *flags, const struct value *value, unsigned bits);

/* --- memory (flags_memory.c) --- */
struct value flags_load(struct flags *flags, const struct flags_state *state,
                        const struct value *address, unsigned size);
void flags_store(struct flags *flags, struct flags_state *state, const struct value *address,
                 unsigned size, const struct value *value);
/* A value goes where it is not followed: what it points to may be written there. */
void flags_escape(struct flags *flags, struct flags_state *state, const struct value *value);
/* An address goes to code that is not followed: the bytes of its object show nothing from now on.
 * True: one did until now. */
bool flags_spoil(struct flags *flags, uint64_t address);
/* Is a followed byte in the object that begins at, or contains, an address, from there on? */
bool flags_reaches(struct flags *flags, uint64_t address);
struct flags_byte *flags_byte_at(const struct flags *flags, uint64_t address);

/* --- calls of other libraries (flags_imports.c) --- */
void flags_read_imports(struct flags *flags);
const struct flags_stub *flags_stub_at(const struct flags *flags, uint64_t address);
/* Does it tell what the CPU has? */
bool flags_stub_answers(const struct flags_stub *stub);
/* False: its answer is not known. */
bool flags_stub_result(struct flags *flags, const struct flags_stub *stub, struct value *ret_value);

/* --- running (flags_run.c) --- */
/* Runs a function from a state; the state at its end, all ways joined. False: not followed,
 * at least in part. */
bool flags_run(struct flags *flags, const struct elf_function *function,
               const struct flags_state *start, unsigned depth, struct flags_state *ret_end);

/* One instruction (flags_x86.c). */
enum flags_next { NEXT_ON, NEXT_BRANCH, NEXT_JUMP, NEXT_CALL, NEXT_RETURN, NEXT_STOP };
struct flags_step {
    enum flags_next next;
    unsigned size; /* 0: not decodable */
    bool padding;
    uint64_t target;
    uint64_t made;         /* an address that LEA makes relative to the instruction; 0: none */
    uint64_t taken, falls; /* what each side of a branch shows */
};
void flags_step_x86(struct flags *flags, const uint8_t *at, size_t left, uint64_t address,
                    struct flags_state *state, struct flags_step *ret_step);
/* The same without a state: where it goes, and how long it is. */
void flags_look_x86(struct flags *flags, const uint8_t *at, size_t left, uint64_t address,
                    struct flags_step *ret_step);
/* The general registers, as a set, that the first few instructions replace by an address they make,
 * before anything reads them. */
uint64_t flags_replaced_x86(struct flags *flags, const uint8_t *at, size_t left, uint64_t address);
/* Bytes that a function which is not followed writes or makes the address of show nothing. True:
 * one did until now. */
bool flags_spoil_x86(struct flags *flags, const struct elf_function *function);
/* After a call that is not followed. */
void flags_forget_x86(struct flags *flags, struct flags_state *state);

#endif
