/* SPDX-License-Identifier: Apache-2.0 */
/* A suite is the set of tests of one product; a case is the smallest part of it that has a
 * result. */
#ifndef TS_MODEL_SUITE_H
#define TS_MODEL_SUITE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/text.h"
#include "base/vec.h"
#include "model/words.h"

/* What a case requires before it is run. If it is not met, the case is SKIP with a reason (`gap` if
 * the physical CPU has it). */
enum need_kind {
    NEED_CASE,    /* an earlier case of the suite must have passed */
    NEED_FEATURE, /* a CPU feature, by its cpuinfo name */
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
    char *run; /* script in cases/, a plain file name */
    bool required;
    bool native_only;   /* for performance, endurance and memory ordering: DONE under TCG, never
                           judged */
    unsigned timeout_s; /* seconds on native hardware; scaled under TCG; for each part of a case
                           that restarts its guest */
    /* How long it measures; 0: it does not. The time is not scaled, and is added to the limit. */
    unsigned rounds, minutes;
    bool phases;    /* its rounds are phases: a plan with another number of rounds runs them all */
    bool in_client; /* runs in the suite's second guest */
    bool restarts;  /* may ask for its guest to be restarted */
    bool install;   /* one of the leading cases that install the product; later attempts may start
                       after them */
    bool
        probe; /* measures the platform and may use the observation keys reserved for the harness */
    bool built_in; /* one of the program's own probes (probes/), whose script no suite contains */
    VEC(struct need) needs;
};

/* What the built-in probes treat otherwise than they would by themselves. */
struct suite_probe_command {
    char *name; /* file name of a packaged command */
    char *help; /* arguments that take the place of --help; NULL: --help */
    char *skip; /* why it is not called; NULL: it is */
};
struct suite_probe_service {
    char *name; /* unit, with its suffix or without */
    char *skip; /* why it is not started, stopped and killed */
};

/* A row of the product's port matrix. */
struct suite_probe_port {
    char *protocol;  /* "tcp", "udp" or "raw" */
    uint64_t number; /* port; of raw the IP protocol */
    char *address;   /* NULL: any */
    char *service;   /* for readers; or NULL */
};

/* The element <probes>: cases that every product gets from its packages. */
struct suite_probes {
    bool wanted;        /* the suite has the element, or the run adds it */
    char *start, *stop; /* commands; NULL: the services of the packages are started and stopped */
    char *load;         /* command that loads the product until it is killed; NULL: no load */
    char *overload;     /* one that gives it more than it can serve; NULL: none */
    bool measures[MEASURE_COUNT]; /* the probes that measure: asked for by the suite or the plan */
    char *answer;         /* command that succeeds when the product answers; NULL: not asked */
    struct strv packages; /* those of the suite that are the product; empty: all */
    bool no_services, no_commands;      /* the product has none, says the suite */
    bool no_ports;                      /* it listens nowhere, says the suite */
    VEC(struct suite_probe_port) ports; /* where it listens; nowhere else */
    VEC(struct suite_probe_command) commands;
    VEC(struct suite_probe_service) services;
};

/* The packages that make up the product, for one package family and architecture. */
struct suite_packages {
    char *family; /* "deb" or "rpm" */
    bool any_arch;
    enum arch arch;
    struct strv names;
};

/* Something that the product may leave in a system when it is uninstalled. */
struct suite_leftover {
    enum footprint_kind kind;
    char *pattern; /* fnmatch(3), of the entry's name */
    char *reason;
};

/* What the suite says of an observation that is not equal in two cells, or of a test point that
 * only one of them has or did not skip. Its first rule for a key decides. */
struct suite_difference {
    char *key;     /* fnmatch(3), of the observation's key, or of the point's name */
    bool of_point; /* expected, and without `within` */
    enum difference_across across;
    bool breaking; /* else it is expected, or with `within` to review */
    bool has_within, relative;
    double within; /* numbers that differ by at most this are equal: in the observation's unit, or
                      (relative) as a fraction of the reference */
    char *why, *why_zh;
};

/* Text that is replaced before outputs are compared: POSIX extended regular expression, without
 * back-references, within a line. */
struct suite_replace {
    char *match, *with;
};

/* A case whose standard output is compared between cells. */
struct suite_output {
    char *case_id;
    bool breaking; /* else a difference is to review */
    VEC(struct suite_replace) replaces;
};

struct suite {
    char *name;
    char file_sha256[DIGEST_TEXT_SIZE]; /* digest of the suite.xml that it was read from */
    char *title, *title_zh;
    char *vendor;
    char *product;
    unsigned guests;     /* the attribute of that name; more than 1 without <guest> is refused */
    bool client;         /* a second guest is joined with the one under test */
    unsigned memory_mib; /* smallest memory of the guest; 0: the platform's default */
    char *folder; /* absolute; contains suite.xml, cases/ and optionally files/ (the product's own
                     files) */
    VEC(struct suite_packages) packages;
    VEC(struct suite_leftover) leftovers;
    VEC(struct suite_difference) differences;
    VEC(struct suite_output) outputs;
    struct suite_probes probes;
    VEC(struct suite_case) cases; /* in the order of execution, with those of the probes */
};

/* The names of a suite's guests: the one under test, in which the product is installed, and the
 * second one. */
#define GUEST_SERVER "server"
#define GUEST_CLIENT "client"

/* Name of the guest in which the case runs; NULL: the suite has only one. */
const char *suite_guest_of(const struct suite *suite, const struct suite_case *planned);

/* Largest size, in bytes, of the disk that carries the suite and its packages into a guest. The
 * file is sparse; its content is limited by free space on the host and in the guest. */
#define SUITE_PAYLOAD_MAX (UINT64_C(1) << 40)
/* Space, in bytes, that a payload leaves free on the host's file system. */
#define SUITE_DISK_RESERVE (UINT64_C(256) << 20)

void suite_free(struct suite *suite);
DEFINE_CLEANUP(struct suite *, suite_free)

/* The architecture that a path in the suite's folder is reserved for: "files/x86_64/…" (also amd64,
 * aarch64, arm64). Returns false for a path that goes into every guest. */
bool suite_file_arch(const char *name, enum arch *ret_arch);
bool suite_file_is_for(const char *name, enum arch arch);

/* Appends the folders, relative to the suite's folder, in which packages and archives for this
 * architecture may lie: "files", and the architecture's folder in it under each of its names. They
 * need not exist. */
void suite_file_folders(enum arch arch, struct strv *ret_names);

/* True if a plan for these headings (empty: all), with or without the built-in probes, has the
 * case. */
bool suite_case_is_planned(const struct suite_case *row, const struct strv *items, bool no_probes);

const struct suite_case *suite_find_case(const struct suite *suite, const char *id);
struct text_map;
/* Adds the place of each case by its id, for many searches; of a repeated id the first. Borrows the
 * ids. */
void suite_index_cases(const struct suite *suite, struct text_map *to);

/* Appends the package names for a family and architecture. */
void suite_packages_for(const struct suite *suite, const char *family, enum arch arch,
                        struct strv *ret_names);

#endif
