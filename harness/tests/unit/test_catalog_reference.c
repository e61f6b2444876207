/* SPDX-License-Identifier: Apache-2.0 */
/* The shipped platforms compared with published feature lists of the physical CPUs: features that
 * were observed are in <has>, those that its kernel could have printed and did not are in <lacks>.
 * The lists are not part of the source tree; without them this test is skipped. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "catalog/get.h"
#include "cunit_run.h"
#include "temp_folder.h"

static struct buffer facts;

/* A platform's file and the entry in the list for the same CPU. */
static const struct {
    const char *platform, *part;
} parts[] = {{"hygon", "C86 7285"},
             {"hygon", "C86 7285H"},
             {"kunpeng", "Kunpeng 920"},
             {"phytium", "FT-2000/4"},
             {"phytium", "D2000"},
             {"phytium", "S2500"},
             {"phytium-ft2000plus", "FT-2000+/64"},
             {"phytium-d3000", "D3000"}};

static void test_facts(void)
{
    _cleanup_(feature_table_free_cleanup) struct feature_table *table = NULL;
    _cleanup_strv_ struct strv lines = {0};
    size_t compared = 0;

    CHECK_INT(catalog_get_features(&table, NULL), 0);
    strv_split(&lines, facts.data, "\n");
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        _cleanup_(platform_free_cleanup) struct platform *platform = NULL;

        CHECK_INT(catalog_get_platform(parts[i].platform, table, &platform, NULL, NULL), 0);
        CU_ASSERT_PTR_NOT_NULL_FATAL(platform);
        for (size_t j = 1; j < lines.count; j++) {
            _cleanup_strv_ struct strv fields = {0};
            const struct strv *list;

            strv_split(&fields, lines.items[j], "\t");
            if (fields.count < 4 || strcmp(fields.items[1], parts[i].part) != 0 ||
                feature_find(table, platform->arch, fields.items[2]) == NULL)
                continue;
            list = strcmp(fields.items[3], "yes") == 0 ? &platform->has : &platform->lacks;
            if (!strv_has(list, fields.items[2]))
                printf("\n%s: %s of %s is '%s'\n", platform->name, fields.items[2], parts[i].part,
                       fields.items[3]);
            CU_ASSERT(strv_has(list, fields.items[2]));
            compared++;
        }
    }
    CU_ASSERT(compared > 300);
}

int main(void)
{
    CU_TestInfo tests[] = {{"platforms against published lists", test_facts}, CU_TEST_INFO_NULL};
    const char *data = getenv("TOUCHSTONE_REFERENCE_DATA");
    _cleanup_free_ char *path =
        text_format("%s/cpu/features.tsv", data != NULL ? data : TS_SOURCE_DIR "/../shared/data");
    char *home;
    int code;

    if (path_read(path, 4 * 1024 * 1024, &facts, NULL) < 0) {
        printf("skipped: no '%s'; set TOUCHSTONE_REFERENCE_DATA to the folder of the lists\n",
               path);
        return 77;
    }
    home = temp_folder_new();
    setenv("TOUCHSTONE_HOME", home, 1);
    setenv("TOUCHSTONE_DATA", TS_SOURCE_DIR, 1);
    code = cunit_run("catalog_reference", tests);
    buffer_done(&facts);
    temp_folder_remove(&home);
    return code;
}
