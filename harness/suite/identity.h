/* SPDX-License-Identifier: Apache-2.0 */
/* What a guest reports about itself (`touchstone-guest identity`), compared with the plan: the
 * platform's rule for this grade and the image's file. The text is not trusted; the comparison has
 * no side effects. */
#ifndef TS_SUITE_IDENTITY_H
#define TS_SUITE_IDENTITY_H

#include <stddef.h>
#include <stdint.h>

#include "model/image.h"
#include "model/platform.h"
#include "model/result.h"

struct error;

#define IDENTITY_LINE_LIMIT 65536
#define IDENTITY_CLOCK_TOLERANCE_MS 60000

struct guest_identity {
    enum arch arch;
    char *vendor;                /* x86: vendor_id; NULL on aarch64 */
    int family, model, stepping; /* x86; -1 on aarch64 */
    uint32_t midr;               /* aarch64; 0 on x86 */
    struct strv features;        /* from /proc/cpuinfo, sorted */
    uint32_t page_size;          /* bytes */
    char *kernel;                /* uname -r */
    char *os_id, *os_version;    /* ID and VERSION_ID of os-release; "" if absent */
    int64_t clock_ms;            /* CLOCK_REALTIME, milliseconds since the Unix epoch */
    char *clocksource;
    char *boot_id;
    unsigned cpus; /* number of CPUs online */
    uint64_t memory_kib;
    uint64_t hwcap, hwcap2;
    uint64_t taint; /* /proc/sys/kernel/tainted, a bit mask (Linux, admin-guide/tainted-kernels) */
    uint64_t root_free_kib; /* free space on the root file system */
    char *init;             /* comm of PID 1 */
    char *footprint;        /* SHA-256 of the snapshot stored in the guest; "": none, or NULL */
    int64_t keeper;         /* process that keeps the harness's program open; 0: none */
};

/* Parses one identity line; -EBADMSG names the key. Free with guest_identity_done. */
int identity_parse(const char *text, size_t length, struct guest_identity *ret_identity,
                   struct error **err);
void guest_identity_done(struct guest_identity *identity);

/* Fills result->identity (one row for each comparison, in a fixed order), result->identity_measured
 * and, from the table, result->gaps. host_clock_ms: the host's wall clock when the line arrived. A
 * platform without a rule for result->grade gives a row that does not match. */
void identity_compare(const struct guest_identity *identity, const struct platform *platform,
                      const struct image *image, const struct feature_table *table,
                      int64_t host_clock_ms, struct result *result);

/* If a row does not match: sets outcome MISS, blame image for what the image determines (kernel,
 * os-release, page size), else host, and a reason with both values of the first such row. */
void identity_conclude(struct result *result);

/* Bits of the taint mask (Linux, Documentation/admin-guide/tainted-kernels.rst). */
#define TAINT_DIED (UINT64_C(1) << 7) /* an oops or BUG after which the kernel continued */
#define TAINT_OUT_OF_TREE_MODULE (UINT64_C(1) << 12)

/* Adds the observation kernel.taint-change if the taint mask changed: values before and after, and
 * the meaning of the new bits. */
void identity_observe_taint(uint64_t before, uint64_t after, struct result *result);

/* Describes a change of what cannot change in a running guest; NULL: no change. Caller frees. */
char *identity_find_change(const struct guest_identity *before, const struct guest_identity *after);

/* Adds the identity as observations that belong to no case: cpu.*, os.*, kernel.*, … */
void identity_observe(const struct guest_identity *identity, struct result *result);

#endif
