/* SPDX-License-Identifier: Apache-2.0 */
/* A suite: the tests of one product; and a case: the smallest thing with a result. */
#ifndef TS_MODEL_SUITE_H
#define TS_MODEL_SUITE_H

#include <stdbool.h>
#include <stdint.h>

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
    bool probe;         /* it measures the platform, and may use the keys of the harness for that */
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
    char *title, *title_zh;
    char *vendor;
    char *product;
    unsigned guests;     /* > 1 is refused with a reason */
    unsigned memory_mib; /* at least this much in the guest; 0: the platform's default */
    char *folder; /* absolute; holds suite.xml, cases/, files/ (the vendor's own, may be absent) */
    VEC(struct suite_packages) packages;
    VEC(struct suite_case) cases; /* in the order they run */
};

void suite_free(struct suite *suite);
const struct suite_case *suite_find_case(const struct suite *suite, const char *id);

/* Package names for a family and architecture, appended. */
void suite_packages_for(const struct suite *suite, const char *family, enum arch arch,
                        struct strv *ret_names);

#endif
