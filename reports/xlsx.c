/* SPDX-License-Identifier: Apache-2.0 */
/*
 * XLSX, by libxlsxwriter: a sheet of cells and a sheet of cases with the columns of the CSV file,
 * and more of them where a sheet is full. Text is written as strings, which a spreadsheet never
 * takes for formulas. In its constant-memory mode the library keeps one row, and the sheets in
 * temporary files ($TMPDIR). The same report gives the same bytes.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "reports/format.h"
#include "reports/row_fields.h"

enum { ROWS = LXW_ROW_MAX, SHEETS = 2, SHEET_BYTES = 64 * 1024 /* without rows */ };

struct sheet {
    const char *title;
    lxw_worksheet *sheet; /* the one that is filled; owned by the workbook */
    lxw_row_t rows;
    unsigned count;
};

struct xlsx {
    const struct report *report;
    lxw_workbook *book;
    lxw_format *head, *outcomes[ROW_OUTCOME_COUNT];
    struct sheet sheets[SHEETS]; /* of cells, of cases */
    lxw_error error;
};

static void note(struct xlsx *xlsx, lxw_error error)
{
    if (xlsx->error == LXW_NO_ERROR)
        xlsx->error = error;
}

static void begin_sheet(struct xlsx *xlsx, struct sheet *to)
{
    _cleanup_free_ char *title =
        ++to->count == 1 ? text_dup(to->title) : text_format("%s %u", to->title, to->count);

    to->sheet = workbook_add_worksheet(xlsx->book, title);
    to->rows = 0;
    if (to->sheet == NULL) {
        note(xlsx, LXW_ERROR_MEMORY_MALLOC_FAILED);
        return;
    }
    for (lxw_col_t i = 0; i < ROW_FIELD_COUNT; i++) {
        worksheet_set_column(to->sheet, i, i, row_fields[i].width, NULL);
        note(xlsx, worksheet_write_string(to->sheet, 0, i, row_fields[i].title, xlsx->head));
    }
    worksheet_freeze_panes(to->sheet, 1, 0);
    to->rows = 1;
}

/* The library does not look whether its temporary files could be written, and would make a workbook
 * of what there is: the rows are looked at here, before it copies them into a second file, which is
 * longer by what is around the rows. */
static bool is_written(lxw_worksheet *sheet)
{
    struct rlimit limit;

    if (fflush(sheet->optimize_tmpfile) != 0 || ferror(sheet->optimize_tmpfile))
        return false;
    return getrlimit(RLIMIT_FSIZE, &limit) < 0 || limit.rlim_cur == RLIM_INFINITY ||
           (rlim_t)ftello(sheet->optimize_tmpfile) + SHEET_BYTES < limit.rlim_cur;
}

static void end_sheet(struct xlsx *xlsx, const struct sheet *of)
{
    if (of->sheet == NULL)
        return;
    worksheet_autofilter(of->sheet, 0, 0, of->rows - 1, ROW_FIELD_COUNT - 1);
    if (!is_written(of->sheet))
        note(xlsx, LXW_ERROR_CREATING_TMPFILE);
}

/* Readers take _xHHHH_ for a character by its code: the underscore before such a text is written as
 * its own code, which the library does for nothing but control characters. */
static void protect(const struct buffer *text, struct buffer *ret_text)
{
    for (size_t i = 0; i < text->length; i++) {
        const char *at = text->data + i;

        if (at[0] == '_' && at[1] == 'x' && strspn(at + 2, "0123456789abcdefABCDEF") >= 4 &&
            at[6] == '_')
            buffer_text(ret_text, "_x005F");
        buffer_add(ret_text, at, 1);
    }
}

static void add_row(void *with, const struct matrix_cell *cell, const struct report_row *row)
{
    struct xlsx *xlsx = with;
    struct sheet *to = &xlsx->sheets[row->kind == ROW_CELL ? 0 : 1];

    if (to->sheet == NULL || to->rows == ROWS) {
        end_sheet(xlsx, to);
        begin_sheet(xlsx, to);
    }
    if (xlsx->error != LXW_NO_ERROR)
        return;
    for (lxw_col_t i = 0; i < ROW_FIELD_COUNT; i++) {
        _cleanup_buffer_ struct buffer text = {0}, safe = {0};

        row_field_text(&row_fields[i], xlsx->report, cell, row, &text);
        if (text.length == 0)
            continue;
        protect(&text, &safe);
        note(xlsx,
             row_fields[i].number
                 ? worksheet_write_number(to->sheet, to->rows, i, strtod(safe.data, NULL), NULL)
                 : worksheet_write_string(to->sheet, to->rows, i, safe.data,
                                          row_fields[i].coloured ? xlsx->outcomes[row->outcome]
                                                                 : NULL));
    }
    to->rows++;
}

static void add_formats(struct xlsx *xlsx)
{
    static const lxw_color_t colours[ROW_OUTCOME_COUNT] = {
        [ROW_PASSED] = 0xd9f0dd,  [ROW_FAILED] = 0xf8d3d0, [ROW_ERROR] = 0xf8d3d0,
        [ROW_SKIPPED] = 0xe8e8e8, [ROW_OPEN] = 0xfdeec2,
    };

    xlsx->head = workbook_add_format(xlsx->book);
    format_set_bold(xlsx->head);
    for (size_t i = 0; i < ROW_OUTCOME_COUNT; i++) {
        xlsx->outcomes[i] = workbook_add_format(xlsx->book);
        format_set_bg_color(xlsx->outcomes[i], colours[i]);
    }
}

static int write_book(const struct report *report, const char *path, struct error **err)
{
    lxw_workbook_options options = {.constant_memory = LXW_TRUE, .tmpdir = getenv("TMPDIR")};
    lxw_doc_properties properties = {.title = report->matrix.run.id,
                                     .created = report->matrix.run.created_ms / 1000};
    struct xlsx xlsx = {.report = report, .sheets = {{.title = "Cells"}, {.title = "Cases"}}};
    lxw_error closed;

    xlsx.book = workbook_new_opt(path, &options);
    if (xlsx.book == NULL)
        return error_set(err, -ENOMEM, "the workbook cannot be made");
    workbook_set_properties(xlsx.book, &properties);
    add_formats(&xlsx);
    for (size_t i = 0; i < SHEETS; i++)
        begin_sheet(&xlsx, &xlsx.sheets[i]);
    report_each_row(report, add_row, &xlsx);
    for (size_t i = 0; i < SHEETS; i++)
        end_sheet(&xlsx, &xlsx.sheets[i]);
    closed = workbook_close(xlsx.book);
    note(&xlsx, closed);
    if (xlsx.error != LXW_NO_ERROR)
        return error_set(err, -EIO, "the workbook cannot be written: %s", lxw_strerror(xlsx.error));
    return 0;
}

static int copy(int fd, FILE *out, struct error **err)
{
    char part[64 << 10];
    ssize_t length;

    while ((length = read(fd, part, sizeof(part))) > 0)
        fwrite(part, 1, (size_t)length, out);
    return length < 0 ? error_set_errno(err, -errno, "the workbook cannot be read again") : 0;
}

static void write_xlsx(const struct report *report, FILE *out)
{
    const char *folder = getenv("TMPDIR");
    _cleanup_free_ char *path =
        text_format("%s/touchstone-XXXXXX", folder != NULL && *folder != '\0' ? folder : "/tmp");
    _cleanup_error_ struct error *err = NULL;
    int fd = mkostemp(path, O_CLOEXEC), code;

    if (fd < 0)
        code = error_set_errno(&err, -errno, "cannot make '%s'; set TMPDIR", path);
    else
        code = write_book(report, path, &err);
    if (code == 0)
        code = copy(fd, out, &err);
    if (fd >= 0) {
        unlink(path);
        close(fd);
    }
    if (code < 0 && report->source->err == NULL)
        report->source->err = steal_ptr(err);
}

REPORT_FORMAT(xlsx, ".xlsx", "XLSX: a spreadsheet of cells and of cases")
