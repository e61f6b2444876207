/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the forms of the programme and the report of the run into a certificate. */
#include "cli/certificate_reports.h"

#include <errno.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json_write.h"
#include "base/path.h"
#include "cli/programme_load.h"
#include "reports/form.h"
#include "reports/format.h"

typedef int write_page(const struct certificate_reports *reports, FILE *out, struct error **err);

static struct form_subject subject_of(const struct certificate_reports *reports)
{
    return (struct form_subject){.report = &reports->loaded->report,
                                 .status = reports->status,
                                 .stated = reports->stated,
                                 .programme_path = reports->loaded->paths.items[0]};
}

static int write_html(const struct certificate_reports *reports, FILE *out, struct error **err)
{
    const struct form_subject subject = subject_of(reports);
    _cleanup_(form_done) struct form form = {.title = NULL};

    (void)err;
    form_make(&subject, &form);
    form_write_html(&form, out);
    return 0;
}

static int write_docx(const struct certificate_reports *reports, FILE *out, struct error **err)
{
    const struct form_subject subject = subject_of(reports);
    _cleanup_(form_done) struct form form = {.title = NULL};

    form_make(&subject, &form);
    return form_write_docx(&form, reports->loaded->report.matrix.run.created_ms, out, err);
}

static int write_json(const struct certificate_reports *reports, FILE *out, struct error **err)
{
    const struct form_subject subject = subject_of(reports);
    _cleanup_(json_writer_done) struct json_writer to = {.sink = NULL};

    (void)err;
    form_write_json(&subject, &to);
    fwrite(to.text.data, 1, to.text.length, out);
    return 0;
}

static int write_report(const struct certificate_reports *reports, FILE *out, struct error **err)
{
    report_format_find("html")->write(&reports->loaded->report, out);
    *err = report_error(&reports->loaded->report);
    return *err != NULL ? (*err)->code : 0;
}

static int write_file(const struct certificate_reports *reports, const char *folder,
                      const char *name, const char *ending, write_page *write, struct error **err)
{
    _cleanup_free_ char *path =
        text_format("%s/%s%s%s", folder, name,
                    reports->loaded->report.language == LANGUAGE_ZH ? ".zh" : "", ending);
    _cleanup_fclose_ FILE *out = fopen(path, "wxe");
    int code = out != NULL ? write(reports, out, err)
                           : error_set_errno(err, -errno, "cannot write '%s'", path);

    errno = 0;
    if (code == 0 && (fflush(out) != 0 || ferror(out)))
        code = error_set_errno(err, errno > 0 ? -errno : -EIO, "cannot write '%s'", path);
    return code;
}

int certificate_reports_write(void *with, const char *folder, struct error **err)
{
    const struct certificate_reports *reports = with;
    struct report *report = &reports->loaded->report;
    bool whole = report->matrix.cells.count == reports->status->columns.count;
    int code = write_file(reports, folder, "form", ".json", write_json, err);

    for (enum language language = 0; code == 0 && language < LANGUAGE_COUNT; language++) {
        report->language = language;
        code = write_file(reports, folder, "form", ".html", write_html, err);
        if (code == 0)
            code = write_file(reports, folder, "form", ".docx", write_docx, err);
        if (code == 0 && whole)
            code = write_file(reports, folder, "report", ".html", write_report, err);
    }
    report->language = LANGUAGE_EN;
    return code;
}
