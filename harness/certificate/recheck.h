/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a reviewer found who ran cells of a certificate again: recheck.json, signed as
 * recheck.json.sig for a namespace of its own (touchstone-recheck(1)). It names the certificate by
 * the SHA-256 of its SHA256SUMS.
 */
#ifndef TS_CERTIFICATE_RECHECK_H
#define TS_CERTIFICATE_RECHECK_H

#include "certificate/certificate.h"
#include "certificate/choose.h"
#include "judge/agree.h"

struct error;

#define RECHECK_FILE "recheck.json"
#define RECHECK_SIGNATURE "recheck.json.sig"
#define RECHECK_NAMESPACE "touchstone-recheck@v1"
#define RECHECK_FORMAT "touchstone-recheck"
enum { RECHECK_VERSION = 1, RECHECK_MAX = 64 << 20, RECHECK_CELLS_MAX = 100000 };

struct recheck_cell {
    char *image, *platform; /* as in the certificate */
    char *image_here;       /* name of the same image here; NULL: there is none */
    char *run;              /* that was made of it; NULL: none */
    struct strv differs;    /* other inputs that are not those of the certificate: "features" */
    struct agreed agreed;
};

struct recheck {
    char *certificate; /* SHA-256 of its SHA256SUMS */
    char *programme, *suite, *certified_run;
    char *verified;          /* "valid" or "not-confirmed" */
    char *certified_version; /* of the program that made the certificate */
    char *version;           /* of the one that ran the cells again */
    unsigned rules;
    char *seed;
    bool seed_given;    /* false: drawn at random */
    bool product_given; /* its packages were handed in as files; false: taken from repositories */
    char *rule;         /* CHOOSE_RULE */
    unsigned population;
    int64_t created_ms;
    VEC(struct recheck_cell) cells; /* in the order in which they were chosen */
};
void recheck_done(struct recheck *recheck);

/* Number of cells with that result. */
size_t recheck_count(const struct recheck *recheck, enum agreement agreement);

/* Why this program cannot run cells of a certificate again that another version made: it must have
 * the same rules and the same major version; while that is 0, the same minor version, too. NULL: it
 * can. Caller frees. */
char *recheck_version_fault(const char *certified, unsigned certified_rules, const char *version,
                            unsigned rules);

/* recheck.json; a new reference. */
json_t *recheck_to_json(const struct recheck *recheck);

/* Writes the new folder with document and signature. -EEXIST: it exists. */
int recheck_sign(const struct recheck *recheck, const char *key, const char *folder,
                 struct error **err);

/* What a signed document says about a certificate that was verified. */
struct recheck_report {
    struct recheck recheck; /* valid if `read` */
    bool read;
    struct certificate_signature signature;
};
VEC_TYPE(recheck_reports, struct recheck_report);
void recheck_reports_done(struct recheck_reports *reports);

/* Reads a folder of recheck_sign. What is wrong with it, and that cells disagree, is a problem of
 * the certificate's report. Negative only if the host fails, or there is no such folder. */
int recheck_verify(const char *folder, const struct sshsig_trust *trust,
                   struct certificate_report *of, struct recheck_report *ret_report,
                   struct error **err);

#endif
