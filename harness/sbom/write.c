/* SPDX-License-Identifier: Apache-2.0 */
#include "sbom/write.h"

#include <stdio.h>
#include <time.h>

#include "base/error.h"
#include "base/text.h"

void sbom_uuid(const struct sbom *sbom, char text[SBOM_UUID_SIZE])
{
    struct digest *digest = digest_new();
    char hex[DIGEST_TEXT_SIZE];

    vec_foreach (file, &sbom->files) {
        digest_add(digest, file->path, strlen(file->path) + 1);
        digest_add(digest, file->sha256, sizeof(file->sha256));
    }
    vec_foreach (component, &sbom->components)
        digest_add(digest, component->purl, strlen(component->purl) + 1);
    vec_foreach (gap, &sbom->gaps)
        digest_add(digest, gap->path, strlen(gap->path) + 1);
    if (sbom->origin != NULL)
        digest_add(digest, sbom->origin, strlen(sbom->origin) + 1);
    digest_text(digest, hex);
    digest_free(digest);
    snprintf(text, SBOM_UUID_SIZE, "urn:uuid:%.8s-%.4s-8%.3s-8%.3s-%.12s", hex, hex + 8, hex + 12,
             hex + 15, hex + 18);
}

void sbom_time(const struct sbom *sbom, char text[SBOM_TIME_SIZE])
{
    const char *given = getenv("SOURCE_DATE_EPOCH");
    uint64_t seconds = 0;
    time_t time = (time_t)sbom->time_s;
    struct tm broken;

    if (given != NULL &&
        text_parse_u64(given, "SOURCE_DATE_EPOCH", 0, UINT64_C(253402300799), &seconds, NULL) == 0)
        time = (time_t)seconds;
    gmtime_r(&time, &broken);
    strftime(text, SBOM_TIME_SIZE, "%Y-%m-%dT%H:%M:%SZ", &broken);
}
