/* SPDX-License-Identifier: Apache-2.0 */
/* The age of ClamAV's signatures. A .cvd, .cld or .cud file begins with 512 bytes of text,
 * "ClamAV-VDB:TIME:VERSION:COUNT:LEVEL:MD5:SIGNATURE:BUILDER:SECONDS"; others have the time of the
 * file only. */
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "virus/parts.h"

#define HEADER 512
#define SECONDS_FIELD 8

static int64_t header_ms(const char *path)
{
    _cleanup_fclose_ FILE *file = fopen(path, "re");
    char header[HEADER + 1] = "";
    _cleanup_strv_ struct strv fields = {0};
    uint64_t seconds = 0;

    if (file == NULL || fread(header, 1, HEADER, file) != HEADER ||
        !text_starts(header, "ClamAV-VDB:"))
        return 0;
    for (char *end = header + strlen(header); end > header && end[-1] == ' ';)
        *--end = '\0';
    strv_split(&fields, header, ":");
    if (fields.count <= SECONDS_FIELD ||
        text_parse_u64(fields.items[SECONDS_FIELD], "time", 1, UINT32_MAX, &seconds, NULL) < 0)
        return 0;
    return (int64_t)seconds * 1000;
}

static int64_t file_ms(const char *path)
{
    static const char *const plain[] = {".hdb", ".hsb", ".hdu", ".hsu", ".ndb", ".ndu", ".ldb",
                                        ".ldu", ".mdb", ".msb", ".fp",  ".yar", ".yara"};
    struct stat st;

    if (text_ends(path, ".cvd") || text_ends(path, ".cld") || text_ends(path, ".cud"))
        return header_ms(path);
    for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
        if (text_ends(path, plain[i]))
            return stat(path, &st) == 0 ? (int64_t)st.st_mtime * 1000 : 0;
    return 0;
}

/* main is replaced once in years, and a file of one's own on any day: neither says how old the
 * knowledge is that daily holds. */
static bool is_daily(const char *name)
{
    return strcmp(name, "daily.cvd") == 0 || strcmp(name, "daily.cld") == 0;
}

int64_t virus_signatures_ms(const char *database)
{
    _cleanup_strv_ struct strv names = {0};
    int64_t newest = 0, daily = 0;

    if (path_list(database, &names, NULL) < 0)
        return 0;
    for (size_t i = 0; i < names.count; i++) {
        _cleanup_free_ char *path = path_join(database, names.items[i]);
        int64_t time = file_ms(path);

        newest = time > newest ? time : newest;
        if (is_daily(names.items[i]) && time > daily)
            daily = time;
    }
    return daily > 0 ? daily : newest;
}
