/* SPDX-License-Identifier: Apache-2.0 */
/* write_pages FOLDER: the sample run as the pages that the golden tests compare, with their style
 * and scripts: report.html and report.zh.html, the same with all details on paper (all), and the
 * folders site and site.zh. */
#include <stdio.h>

#include "sample_report.h"

static const char *folder;

static void write_page(struct report *report, enum report_print print, const char *name)
{
    _cleanup_free_ char *path = path_join(folder, name);
    FILE *out = fopen(path, "we");

    CU_ASSERT_FATAL(out != NULL);
    report->print = print;
    report_format_find("html")->write(report, out);
    CHECK_INT(fclose(out), 0);
}

static void write_site(const struct report *report, const char *name)
{
    _cleanup_free_ char *path = path_join(folder, name);

    CHECK_INT(path_make_folders(path, false, NULL), 0);
    CHECK_INT(report_format_find("site")->write_folder(report, path, NULL), 0);
}

static void test_write(void)
{
    static const struct {
        enum language language;
        const char *page, *unfolded, *site;
    } rows[] = {{LANGUAGE_EN, "report.html", "report.all.html", "site"},
                {LANGUAGE_ZH, "report.zh.html", "report.zh.all.html", "site.zh"}};
    struct store *store = NULL;
    _cleanup_folder_ char *home = sample_home(&store);

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_(report_done) struct report report = {0};

        sample_report(store, home, rows[i].language, &report);
        write_page(&report, REPORT_PRINT_ALL, rows[i].unfolded);
        write_page(&report, REPORT_PRINT_FAILING, rows[i].page);
        write_site(&report, rows[i].site);
    }
    store_close(store);
}

int main(int argc, char **argv)
{
    CU_TestInfo tests[] = {{"pages are written", test_write}, CU_TEST_INFO_NULL};

    if (argc != 2) {
        fprintf(stderr, "usage: write_pages FOLDER\n");
        return 64;
    }
    folder = argv[1];
    return cunit_run("write_pages", tests);
}
