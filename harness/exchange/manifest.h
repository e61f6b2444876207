/* SPDX-License-Identifier: Apache-2.0 */
/* run.json, the first file in the archive of a run, and the names of the others. */
#ifndef TS_EXCHANGE_MANIFEST_H
#define TS_EXCHANGE_MANIFEST_H

#include <jansson.h>

#include "store/sealed_run.h"

enum { EXCHANGE_VERSION = 1, EXCHANGE_MANIFEST_MAX = 256 << 20, EXCHANGE_FILES_MAX = 4000000 };

struct exchange_blob {
    char sha256[DIGEST_TEXT_SIZE];
    uint64_t size;
};

struct exchange_manifest {
    struct sealed_run run;
    VEC(struct exchange_blob) evidence; /* each once */
    char *host, *version;               /* where it was written, and by which version */
    int64_t written_ms;
};
void exchange_manifest_done(struct exchange_manifest *manifest);

/* Returns a new reference. */
json_t *exchange_manifest_to_json(const struct exchange_manifest *manifest);
int exchange_manifest_from_json(const json_t *json, struct exchange_manifest *ret_manifest,
                                struct error **err);

/* "records/12", "evidence/SHA256", "inputs/SHA256/NAME"; caller frees. */
char *exchange_record_name(size_t place);
char *exchange_evidence_name(const char *sha256);
char *exchange_input_name(const struct run_input *input);

#endif
