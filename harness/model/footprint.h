/* SPDX-License-Identifier: Apache-2.0 */
/* What a product adds to a system, changes in it and leaves behind, as measured by the harness:
 * snapshots of the guest before and after the installation, after the suite and after the
 * uninstallation. It is stored in the result. */
#ifndef TS_MODEL_FOOTPRINT_H
#define TS_MODEL_FOOTPRINT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/vec.h"
#include "model/finding.h"
#include "model/words.h"

/* One comparison of the guest with the snapshot taken before the installation. */
struct footprint_snapshot {
    enum footprint_phase phase;
    bool taken;
    char *reason; /* why it was not taken, or not completely; NULL: it is complete */
    int64_t duration_ms;
    uint32_t rows; /* files and other things that were compared */
};

/* One difference. */
struct footprint_entry {
    enum footprint_kind kind;
    enum footprint_change change;
    char *name;                 /* path, or name of the user, setting … */
    char *detail;               /* or NULL */
    enum footprint_phase since; /* the first snapshot that shows it */
    bool left;                  /* it is still there after the uninstallation */
    bool fault;                 /* what is left of it is the product's fault */
    char *allowed;              /* reason of the suite why it may be left; NULL: it has none */
};

#define FOOTPRINT_VERSION 1

struct footprint {
    enum footprint_state state;
    uint32_t version;
    char *reason; /* why it is incomplete; NULL: it is complete */
    VEC(struct footprint_snapshot) snapshots;
    VEC(struct footprint_entry) entries;
    VEC(struct finding) findings; /* files of the image's packages that were changed */
};

/* Number of entries that are left and are the product's fault. */
size_t footprint_count_faults(const struct footprint *footprint);

/* The snapshot of that phase that was taken, or NULL. */
const struct footprint_snapshot *footprint_find(const struct footprint *footprint,
                                                enum footprint_phase phase);

#endif
