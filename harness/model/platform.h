/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A platform: a CPU family plus the machine that carries it, and the profile by which a host that
 * is not that CPU plays it. Feature names are those of Linux's /proc/cpuinfo throughout; the table
 * `features` maps them to what libvirt, QEMU and the in-guest probe call them.
 */
#ifndef TS_MODEL_PLATFORM_H
#define TS_MODEL_PLATFORM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/text.h"
#include "base/vec.h"
#include "model/words.h"

/* One row of the feature table: one feature of one architecture. A name that a column lacks is
 * NULL. */
struct feature {
    char *name; /* /proc/cpuinfo */
    enum arch arch;
    char *libvirt;
    char *qemu;
    char *probe; /* the instruction test of the in-guest probe that executes it */
};

struct feature_table {
    char file_sha256[DIGEST_TEXT_SIZE]; /* of the bytes that it was read from */
    VEC(struct feature) rows;
};

/* What a guest's CPU must say it is, at one grade. Empty fields are not compared. */
struct identity_rule {
    bool given;
    struct strv vendors; /* x86: any of these vendor_id strings */
    int family, model;   /* x86; < 0: not compared */
    uint32_t midr;       /* aarch64: MIDR_EL1 with the variant and revision the profile sets; 0: not
                            compared */
    uint32_t midr_mask;  /* bits of midr that are compared */
    struct strv has;     /* features that must be there */
    struct strv lacks;   /* features that must not be there */
};

/* How an accelerator is asked for this CPU. */
struct cpu_profile {
    bool given;
    char *mode;         /* libvirt: custom, host-passthrough */
    char *model;        /* QEMU's and libvirt's model name for mode custom */
    struct strv enable; /* features, cpuinfo names, switched on */
    struct strv disable;
    uint32_t midr; /* aarch64: MIDR_EL1 that the guest shows; 0: the model's own */
};

struct platform {
    char *name;                         /* kunpeng */
    char file_sha256[DIGEST_TEXT_SIZE]; /* of the bytes that it was read from */
    char *variant_of;                   /* the platform this is a variant of, or NULL */
    char *title, *title_zh;
    char *part;   /* the real part that the file describes: "Kunpeng 920" */
    char *source; /* where the facts about the real part come from */
    enum arch arch;
    enum answer aarch32; /* runs 32-bit Arm programs; aarch64 only */
    struct strv has;     /* what the real part has */
    struct strv lacks;   /* what it is known to lack; what is in neither list is not known */
    struct identity_rule identity[GRADE_COUNT]; /* used: EMULATED, VIRTUAL, NATIVE */
    struct cpu_profile profile[ACCEL_COUNT];
    char *machine;  /* QEMU machine type: q35, virt */
    char *firmware; /* for full disks: bios, uefi */
    char *console;  /* kernel console device: ttyS0, ttyAMA0 */
    unsigned vcpus;
    unsigned memory_mib;
    VEC(uint32_t) page_sizes; /* bytes that a kernel on this part may use */
};

extern const struct members platform_members;
void platform_free(struct platform *platform);
DEFINE_CLEANUP(struct platform *, platform_free)
void feature_table_free(struct feature_table *table);
DEFINE_CLEANUP(struct feature_table *, feature_table_free)

/* The row, or NULL. */
const struct feature *feature_find(const struct feature_table *table, enum arch arch,
                                   const char *name);

struct gap {
    enum gap_kind kind;
    char *feature;
};
/* What the real part and this guest differ in. */
struct gaps {
    VEC(struct gap) rows; /* sorted by kind, then feature */
};
/* Real minus measured, and measured minus real. Only features that the table knows are
 * gaps: kernel-made flags (constant_tsc, …) say nothing about the part. Owned by the caller:
 * gaps_done. */
void gaps_compute(const struct platform *platform, const struct feature_table *table,
                  const struct strv *measured, struct gaps *ret_gaps);
void gaps_done(struct gaps *gaps);

#endif
