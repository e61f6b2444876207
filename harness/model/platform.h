/* SPDX-License-Identifier: Apache-2.0 */
/* A platform: a CPU, the machine around it, and the profiles with which other hosts emulate or
 * virtualise them. CPU features are named as in Linux's /proc/cpuinfo everywhere; the feature table
 * maps these names to those of libvirt, QEMU and the probe that runs in the guest. */
#ifndef TS_MODEL_PLATFORM_H
#define TS_MODEL_PLATFORM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/text.h"
#include "base/vec.h"
#include "model/words.h"

/* One CPU feature of one architecture. A name is NULL where that program has no name for it. */
struct feature {
    char *name; /* name in /proc/cpuinfo */
    enum arch arch;
    char *libvirt;
    char *qemu;
    char *probe; /* the guest probe's test that executes an instruction of this feature */
};

struct feature_table {
    char file_sha256[DIGEST_TEXT_SIZE]; /* digest of the file that the table was read from */
    VEC(struct feature) rows;
};

/* What a guest's CPU must report at one grade. Empty members are not compared. */
struct identity_rule {
    bool given;
    struct strv vendors; /* x86: accepted vendor_id strings */
    int family, model;   /* x86; < 0: not compared */
    uint32_t midr; /* aarch64: MIDR_EL1 with the variant and revision that the profile sets; 0: not
                      compared */
    uint32_t midr_mask; /* mask of the bits of midr that are compared */
    struct strv has;    /* features that must be present */
    struct strv lacks;  /* features that must be absent */
};

/* How the CPU is requested from an accelerator. */
struct cpu_profile {
    bool given;
    char *mode;         /* libvirt CPU mode: custom, host-passthrough */
    char *model;        /* CPU model name of QEMU and libvirt, for mode custom */
    struct strv enable; /* features to enable, by their cpuinfo names */
    struct strv disable;
    uint32_t midr; /* aarch64: MIDR_EL1 to show in the guest; 0: the model's own */
};

struct platform {
    char *name;                         /* such as "kunpeng" */
    char file_sha256[DIGEST_TEXT_SIZE]; /* digest of the file that the platform was read from */
    char *variant_of; /* name of the platform that this is a variant of, or NULL */
    char *title, *title_zh;
    char *part;   /* the physical CPU that the file describes: "Kunpeng 920" */
    char *source; /* source of the facts about the physical CPU */
    enum arch arch;
    enum answer aarch32; /* can run 32-bit Arm programs; aarch64 only */
    struct strv has;     /* features of the physical CPU */
    struct strv lacks;   /* features it is known to lack; features in neither list are unknown */
    struct identity_rule identity[GRADE_COUNT]; /* entries in use: EMULATED, VIRTUAL, NATIVE */
    struct cpu_profile profile[ACCEL_COUNT];
    char *machine;  /* QEMU machine type: q35, virt */
    char *firmware; /* default for disk images: "bios" or "uefi" */
    char *console;  /* console device of the kernel: ttyS0, ttyAMA0 */
    unsigned vcpus;
    unsigned memory_mib;
    VEC(uint32_t) page_sizes; /* page sizes, in bytes, that a kernel on this CPU may use */
};

extern const struct members platform_members;
void platform_free(struct platform *platform);
DEFINE_CLEANUP(struct platform *, platform_free)
void feature_table_free(struct feature_table *table);
DEFINE_CLEANUP(struct feature_table *, feature_table_free)

/* Returns the row, or NULL. */
const struct feature *feature_find(const struct feature_table *table, enum arch arch,
                                   const char *name);

struct gap {
    enum gap_kind kind;
    char *feature;
};
/* Differences between the physical CPU and this guest. */
struct gaps {
    VEC(struct gap) rows; /* sorted by kind, then feature */
};
/* Compares the physical CPU with the measured features, in both directions. Only features of the
 * table count as gaps: flags that the kernel makes up (constant_tsc, …) tell nothing about the CPU.
 * Free with gaps_done. */
void gaps_compute(const struct platform *platform, const struct feature_table *table,
                  const struct strv *measured, struct gaps *ret_gaps);
void gaps_done(struct gaps *gaps);

#endif
