/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A certificate (touchstone-certificate-format(5)): a folder that proves, with its records and
 * evidence, what cells of a run satisfy of a certification programme; signed, so that anybody can
 * verify it offline with ssh-keygen and sha256sum. `certificate_verify` checks more: it judges the
 * records again, and compares everything that the certificate says with what they give.
 */
#ifndef TS_CERTIFICATE_CERTIFICATE_H
#define TS_CERTIFICATE_CERTIFICATE_H

#include "certificate/content.h"
#include "certificate/signed.h"
#include "certificate/sm2.h"

struct error;
struct key;
struct run_record;
struct store;

/* What a certificate is made of; everything is borrowed. */
struct certificate_request {
    struct store *store;
    const char *home;
    const struct run_record *run;
    const struct programme_status *status; /* as judged from the store */
    const char *programme_path;            /* the file of its programme */
    const struct certificate_statement *statement;
    const char *key;              /* for sshsig_sign */
    const struct key *attest_key; /* the same, for the attestation; NULL: there is none, and the
                                     statement must not say that there is */
    const struct key *sm2_key;    /* NULL: no SM2 signature */
    const char *folder;           /* must not exist */
    /* Writes files to the folder `reports`, or nothing. */
    int (*add_reports)(void *with, const char *reports, struct error **err);
    void *with;
};

/*
 * Writes the folder beside its place, and renames it when it is complete; the signature comes last,
 * so that nothing of a killed process verifies. -EEXIST: the folder exists; -EBADMSG: evidence is
 * damaged, or the records give another status than the store.
 */
int certificate_make(const struct certificate_request *request, struct error **err);

/* What is demanded of a certificate; everything is borrowed. */
struct certificate_check {
    const char *folder;
    struct sshsig_trust trust; /* at_ms also decides what has expired */
    const char *version;       /* of this program */
    struct strv images;        /* SHA-256 of disks: each must be one that it is about */
    struct strv products;      /* SHA-256 of files: each must be one of the suite's */
    const char *sm2_signers;   /* for sm2_check */
};

struct certificate_report {
    struct problems problems;
    VEC(struct certificate_signature) signatures;
    char sums_sha256[DIGEST_TEXT_SIZE]; /* of SHA256SUMS, which names the certificate */
    struct sm2_report sm2;
    bool attested; /* its attestation was verified */
    size_t files;
    bool read;   /* `statement` was read */
    bool exact;  /* this version of the program wrote it: the pages were compared, too */
    bool judged; /* `judged` was, too */
    struct certificate_statement statement;
    struct judged judged_again; /* what the records give, which may not be what it says */
};
void certificate_report_done(struct certificate_report *report);

/* Verifies a folder. What is wrong with it is in the report; negative only if the host fails, or
 * the folder or the file of signers does not exist. Free with certificate_report_done. */
int certificate_verify(const struct certificate_check *check, struct certificate_report *ret_report,
                       struct error **err);

/* Adds a signature to a folder in which nothing is wrong, as the next SHA256SUMS.N.sig; *ret_name
 * (caller frees): its name. -EBADMSG: something is wrong; -EEXIST: it has nine. */
int certificate_add_signature(const struct certificate_check *check, const char *key,
                              char **ret_name, struct error **err);

#endif
