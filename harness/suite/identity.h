/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a guest says it is (`touchstone-guest identity`), and whether that is what the plan says:
 * the platform's rule for this grade and the image's file. The text is hostile; the
 * comparison is pure.
 */
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
    struct strv features;        /* /proc/cpuinfo, sorted */
    uint32_t page_size;          /* bytes */
    char *kernel;                /* uname -r */
    char *os_id, *os_version;    /* os-release ID, VERSION_ID; "" when absent */
    int64_t clock_ms;            /* CLOCK_REALTIME, Unix epoch */
    char *clocksource;
    char *boot_id;
    unsigned cpus; /* online */
    uint64_t memory_kib;
    uint64_t hwcap, hwcap2;
    uint64_t taint;         /* /proc/sys/kernel/tainted, a bit each (admin-guide/tainted-kernels) */
    uint64_t root_free_kib; /* of the root file system */
    char *init;             /* comm of PID 1 */
    int64_t keeper;         /* process that keeps the harness's program as it is; 0: none */
};

/* Takes one identity line apart; -EBADMSG names the key. End with guest_identity_done. */
int identity_parse(const char *text, size_t length, struct guest_identity *ret_identity,
                   struct error **err);
void guest_identity_done(struct guest_identity *identity);

/*
 * Fills result->identity (one row a comparison, in a fixed order), result->identity_measured and,
 * from the table, result->gaps. host_clock_ms is the host's wall clock when the line arrived. A
 * platform without a rule for result->grade gives a row that does not match.
 */
void identity_compare(const struct guest_identity *identity, const struct platform *platform,
                      const struct image *image, const struct feature_table *table,
                      int64_t host_clock_ms, struct result *result);

/* When a row does not match: outcome MISS, blame image for what the image decides (kernel,
 * os-release, page size), else host, and a reason with both values of the first such row. */
void identity_settle(struct result *result);

/* Bits of taint (Documentation/admin-guide/tainted-kernels.rst). */
#define TAINT_DIED (UINT64_C(1) << 7) /* an oops or BUG, after which the kernel went on */
#define TAINT_OUT_OF_TREE_MODULE (UINT64_C(1) << 12)

/* Notes as observation kernel.taint-change what the kernel was tainted with between two looks, if
 * anything: its value before and after, and what the new bits mean. */
void identity_observe_taint(uint64_t before, uint64_t after, struct result *result);

/* What of a running guest cannot change by itself and has changed, for a reader; NULL: nothing.
 * Caller frees. */
char *identity_find_change(const struct guest_identity *before, const struct guest_identity *after);

/* The identity as observations of no case: cpu.*, os.*, kernel.*, … */
void identity_observe(const struct guest_identity *identity, struct result *result);

#endif
