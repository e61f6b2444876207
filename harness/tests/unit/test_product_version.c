/* SPDX-License-Identifier: Apache-2.0 */
/* model/prediction: the version of a product by its packages. */
#include "cunit_run.h"
#include "model/prediction.h"

#include "base/cleanup.h"
#include "base/text.h"

/* Parts: "NAME" digested and checked, "-NAME" not digested, "+NAME" only installed with it. */
static const struct {
    const char *parts, *version;
} rows[] = {
    {"", NULL},
    {"app.tar.gz", NULL},
    {"-app_1.0_amd64.deb", NULL},
    {"+libc6_2.36_amd64.deb", NULL},
    {"odd_name.deb", NULL},
    {"app_1.0_amd64.deb", "1.0"},
    {"app_5%3a7.0.15-1_amd64.deb +libc6_2.36_amd64.deb", "5:7.0.15-1"},
    {"app_1.0_amd64.deb app-tools_1.0_all.deb files", "1.0"},
    {"app_1.0_amd64.deb common_3_all.deb", "app 1.0, common 3"},
    {"app-1.0-2.oc9.x86_64.rpm", "1.0-2.oc9"},
    {"app-1.0-2.oc9.x86_64.rpm app-libs-1.0-2.oc9.x86_64.rpm", "1.0-2.oc9"},
};

static void test_rows(void)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct prediction prediction = {.state = PREDICTION_MADE};
        _cleanup_strv_ struct strv words = {0};
        _cleanup_free_ char *version = NULL;

        strv_split(&words, rows[i].parts, " ");
        for (size_t k = 0; k < words.count; k++) {
            const char *word = words.items[k];
            struct predicted_part *part = vec_add(&prediction.parts);

            part->checked = word[0] != '+';
            if (word[0] != '-')
                memset(part->sha256, 'a', DIGEST_TEXT_SIZE - 1);
            part->name = text_dup(word + (word[0] == '+' || word[0] == '-'));
        }
        version = prediction_product_version(&prediction);
        CHECK_TEXT(version, rows[i].version);
        prediction_done(&prediction);
    }
}

int main(void)
{
    CU_TestInfo tests[] = {{"rows", test_rows}, CU_TEST_INFO_NULL};

    return cunit_run("product version", tests);
}
