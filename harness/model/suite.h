/* SPDX-License-Identifier: Apache-2.0 */
/* A suite: the tests of one product; and a case: the smallest thing with a result. */
#ifndef TS_MODEL_SUITE_H
#define TS_MODEL_SUITE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/text.h"
#include "base/vec.h"
#include "model/words.h"

/* What a case needs before it is run; unmet: SKIP with a reason (`gap` when the real part has it).
 */
enum need_kind {
    NEED_CASE,    /* an earlier case of this suite that passed */
    NEED_FEATURE, /* a CPU feature, cpuinfo name */
    NEED_ARCH,    /* x86_64 or aarch64 */
};
struct need {
    enum need_kind kind;
    char *value;
};

struct suite_case {
    char *id; /* unique in the suite; text_is_name */
    char *title, *title_zh;
    enum item item;
    enum protocol protocol;
    char *run; /* script below cases/, a plain file name */
    bool required;
    bool native_only;   /* performance, endurance, ordering: DONE under TCG, never judged */
    unsigned timeout_s; /* on native hardware; scaled under TCG; of each leg where it restarts */
    bool restarts;      /* it may ask for its guest to be started again */
    bool install; /* one of the first cases, which install: later attempts may start after them */
    bool probe;   /* it measures the platform, and may use the keys of the harness for that */
    VEC(struct need) needs;
};

/* Packages that make the product, for one package family and architecture. */
struct suite_packages {
    char *family; /* deb, rpm */
    bool any_arch;
    enum arch arch;
    struct strv names;
};

struct suite {
    char *name;
    char file_sha256[DIGEST_TEXT_SIZE]; /* of the suite.xml that it was read from */
    char *title, *title_zh;
    char *vendor;
    char *product;
    unsigned guests;     /* > 1 is refused with a reason */
    unsigned memory_mib; /* at least this much in the guest; 0: the platform's default */
    char *folder; /* absolute; holds suite.xml, cases/, files/ (the vendor's own, may be absent) */
    VEC(struct suite_packages) packages;
    VEC(struct suite_case) cases; /* in the order they run */
};

/* Bytes that go into a guest at most, packages included: the size of the disk that carries them. It
 * is sparse; what is in it is bounded by the host's and the guest's free space. */
#define SUITE_PAYLOAD_MAX (UINT64_C(1) << 40)
/* Left free on the host's file system beside a payload. */
#define SUITE_DISK_RESERVE (UINT64_C(256) << 20)

void suite_free(struct suite *suite);
DEFINE_CLEANUP(struct suite *, suite_free)

/* The architecture whose folder this is, or is in: "files/x86_64/…" (amd64, aarch64, arm64); name
 * is below the suite's folder. False: it goes to every guest. */
bool suite_file_arch(const char *name, enum arch *ret_arch);
bool suite_file_is_for(const char *name, enum arch arch);

/* Where packages and archives for such a guest may lie, below the suite's folder: "files", and that
 * architecture's folder in it by each of its names. Appended; any of them may be absent. */
void suite_file_folders(enum arch arch, struct strv *ret_names);

const struct suite_case *suite_find_case(const struct suite *suite, const char *id);

/* Package names for a family and architecture, appended. */
void suite_packages_for(const struct suite *suite, const char *family, enum arch arch,
                        struct strv *ret_names);

#endif
