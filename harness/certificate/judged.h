/* SPDX-License-Identifier: Apache-2.0 */
/* What the records in the folder of a certificate give: judged from them alone, by the programme in
 * the folder, in the same way when a certificate is made and when it is verified. */
#ifndef TS_CERTIFICATE_JUDGED_H
#define TS_CERTIFICATE_JUDGED_H

#include "certificate/chain.h"
#include "judge/matrix.h"
#include "judge/programme.h"
#include "store/plan_record.h"

struct error;
struct folder;
struct image;
struct problems;

#define JUDGED_PROGRAMME "programme.xml"
#define JUDGED_SUITE "suite.sha256"
enum { JUDGED_XML_MAX = 256 << 10, JUDGED_SUITE_MAX = 64 << 20 };

/* Which cells of the run a certificate is about: all of this suite on these images. */
struct certificate_scope {
    char *suite;
    struct strv images;
    enum run_state state; /* of the run, which its records do not contain */
    int64_t ended_ms;
};
void certificate_scope_done(struct certificate_scope *scope);

/* The attempts of a cell. */
struct judged_records {
    VEC(struct judged_record {
        unsigned attempt; /* its number */
        char sha256[DIGEST_TEXT_SIZE];
    })
    rows;
};

struct judged {
    struct programme *programme;
    struct plan_record *about;     /* the plan; its run has the state and the end of the scope */
    struct plan plan;              /* its cells only */
    VEC(struct image *) images;    /* of the scope; without those whose file is not in the folder */
    VEC(struct matrix_cell) cells; /* in the plan's order, with their attempts, judged */
    VEC(struct judged_records) records; /* of each of them */
    struct chain chain;
    struct strv left_out; /* cells of the suite that the certificate is not about */
    struct strv product;  /* "SHA256 NAME" of the suite's files, from suite.sha256, and of the
                             packages of the product that were installed */
    struct programme_status status;
};
void judged_done(struct judged *judged);

/* Number of the product's packages in the newest attempt of a cell whose digest is known. */
size_t judged_packages(const struct matrix_cell *cell);

/* NULL: not known. Borrowed. */
const struct image *judged_image(const struct judged *judged, const char *name);

/* Reads the records, and judges them. What is wrong with a file is a problem; *ret_whole: the
 * status could be judged. Negative only if the host fails. Free with judged_done. */
int judged_load(struct folder *folder, const struct certificate_scope *scope,
                struct judged *ret_judged, bool *ret_whole, struct problems *problems,
                struct error **err);

#endif
