/* SPDX-License-Identifier: Apache-2.0 */
/* A run as a folder of pages: index.html with everything but the details, and a page for each cell.
 * It works from a disk as from a server, and loads nothing but its own style.css. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "reports/format.h"
#include "reports/html.h"
#include "reports/markup.h"

extern const char reports_html_css[];

/* Bytes of captured output, and of files of cases, in the page of a cell. */
enum { OUTPUT_BYTES = 1 << 20, FILES_BYTES = 1 << 20 };

static FILE *open_file(const char *folder, const char *name, struct error **err)
{
    _cleanup_free_ char *path = path_join(folder, name);
    _cleanup_free_ char *parent = text_ndup(path, (size_t)(strrchr(path, '/') - path));
    FILE *file;

    if (path_make_folders(parent, false, err) < 0)
        return NULL;
    file = fopen(path, "we");
    if (file == NULL)
        error_set_errno(err, -errno, "cannot write '%s'", path);
    return file;
}

static int close_file(FILE *file, const char *name, struct error **err)
{
    bool bad = ferror(file) != 0;

    if (fclose(file) == 0 && !bad)
        return 0;
    return error_set_errno(err, errno > 0 ? -errno : -EIO, "cannot write '%s' of the site", name);
}

static void add_cell_head(const struct page *page, const struct matrix_cell *cell)
{
    FILE *out = page->out;

    fprintf(out,
            "<!DOCTYPE html>\n<html lang=\"%s\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n"
            "<meta charset=\"utf-8\"/>\n"
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
            "style-src 'self' file:; base-uri 'none'; form-action 'none'\"/>\n"
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
            "<meta name=\"referrer\" content=\"no-referrer\"/>\n"
            "<link rel=\"stylesheet\" href=\"../../../style.css\"/>\n<title>",
            phrase(page->report, PHRASE_LANG));
    markup_line(out, cell->cell.suite);
    fputs(" · ", out);
    markup_line(out, cell->cell.platform);
    fputs("</title>\n</head>\n", out);
    html_body(page);
    fputs("<header>\n"
          "<p class=\"brand\"><a href=\"../../../index.html\">",
          out);
    markup_line(out, phrase(page->report, PHRASE_TITLE));
    fputs(" · ", out);
    markup_line(out, page->report->matrix.run.id);
    fputs("</a></p>\n<h1>", out);
    markup_line(out, report_suite_title(page->report, cell->cell.suite));
    fputs(" · ", out);
    markup_line(out, report_platform_title(page->report, cell->cell.platform));
    fputs("</h1>\n<p class=\"when\">", out);
    markup_line(out, report_image_title(page->report, cell->cell.image));
    fputs("</p>\n</header>\n<main>\n", out);
    html_section(page, "cell", PHRASE_DETAIL);
}

static int write_cell(const struct page *index, const char *folder, const struct matrix_cell *cell,
                      struct error **err)
{
    _cleanup_free_ char *name = html_cell_path(index, cell);
    struct page page = *index;

    page.out = open_file(folder, name, err);
    if (page.out == NULL)
        return (*err)->code;
    page.large = page.site = false;
    page.single = true;
    page.budget = OUTPUT_BYTES;
    page.files = FILES_BYTES;
    add_cell_head(&page, cell);
    html_cell(&page, cell);
    fputs("</section></main>\n</body>\n</html>\n", page.out);
    return close_file(page.out, name, err);
}

static int write_cells(struct page *index, const char *folder, struct error **err)
{
    int code = 0;

    vec_foreach (cell, &index->report->matrix.cells) {
        /* What cannot be read is the error of the report. */
        if (code < 0 || !report_open(index->report, cell))
            continue;
        code = write_cell(index, folder, cell, err);
        if (!index->large)
            html_filter_add(index, cell);
        report_close(cell);
    }
    if (index->large)
        html_filter_add_all(index);
    return code;
}

static int write_style(const char *folder, struct error **err)
{
    FILE *file = open_file(folder, "style.css", err);

    if (file == NULL)
        return (*err)->code;
    fputs(reports_html_css, file);
    return close_file(file, "style.css", err);
}

static int write_site(const struct report *report, const char *folder, struct error **err)
{
    _cleanup_(html_done) struct page page;
    int code;

    html_start(&page, report, NULL);
    page.site = true;
    code = write_style(folder, err);
    if (code == 0)
        code = write_cells(&page, folder, err);
    if (code == 0 && (page.out = open_file(folder, "index.html", err)) == NULL)
        code = (*err)->code;
    if (code < 0)
        return code;
    html_overview(&page, NULL);
    return close_file(page.out, "index.html", err);
}

REPORT_FOLDER_FORMAT(site, "Pages as html in a folder, one for each cell, with an index")
