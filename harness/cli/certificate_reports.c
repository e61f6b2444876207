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

/* What is written, in one language. */
struct writing {
    const struct certificate_reports *reports;
    const char *folder;
    struct form form;
};

static void writing_done(struct writing *writing)
{
    form_done(&writing->form);
}

typedef int write_page(const struct writing *from, FILE *out, struct error **err);

static struct form_subject subject_of(const struct certificate_reports *reports)
{
    return (struct form_subject){.report = &reports->loaded->report,
                                 .status = reports->status,
                                 .stated = reports->stated,
                                 .programme_path = reports->loaded->paths.items[0]};
}

static int write_html(const struct writing *from, FILE *out, struct error **err)
{
    (void)err;
    form_write_html(&from->form, out);
    return 0;
}

static int write_docx(const struct writing *from, FILE *out, struct error **err)
{
    return form_write_docx(&from->form, from->reports->loaded->report.matrix.run.created_ms, out,
                           err);
}

static int write_json(const struct writing *from, FILE *out, struct error **err)
{
    const struct form_subject subject = subject_of(from->reports);
    _cleanup_(json_writer_done) struct json_writer to = {.sink = NULL};

    (void)err;
    form_write_json(&subject, &to);
    fwrite(to.text.data, 1, to.text.length, out);
    return 0;
}

static int write_report(const struct writing *from, FILE *out, struct error **err)
{
    const struct report *report = &from->reports->loaded->report;

    report_format_find("html")->write(report, out);
    *err = report_error(report);
    return *err != NULL ? (*err)->code : 0;
}

static int write_file(const struct writing *from, const char *name, const char *ending,
                      write_page *write, struct error **err)
{
    bool zh = from->reports->loaded->report.language == LANGUAGE_ZH;
    _cleanup_free_ char *path =
        text_format("%s/%s%s%s", from->folder, name, zh ? ".zh" : "", ending);
    _cleanup_fclose_ FILE *out = fopen(path, "wxe");
    int code = out != NULL ? write(from, out, err)
                           : error_set_errno(err, -errno, "cannot write '%s'", path);

    errno = 0;
    if (code == 0 && (fflush(out) != 0 || ferror(out)))
        code = error_set_errno(err, errno > 0 ? -errno : -EIO, "cannot write '%s'", path);
    return code;
}

static int write_language(const struct certificate_reports *reports, const char *folder,
                          struct error **err)
{
    _cleanup_(writing_done) struct writing from = {.reports = reports, .folder = folder};
    const struct form_subject subject = subject_of(reports);
    bool whole = reports->loaded->report.matrix.cells.count == reports->status->columns.count;
    int code;

    form_make(&subject, &from.form);
    code = write_file(&from, "form", ".html", write_html, err);
    if (code == 0)
        code = write_file(&from, "form", ".docx", write_docx, err);
    return code == 0 && whole ? write_file(&from, "report", ".html", write_report, err) : code;
}

int certificate_reports_write(void *with, const char *folder, struct error **err)
{
    const struct certificate_reports *reports = with;
    const struct writing data = {.reports = reports, .folder = folder};
    struct report *report = &reports->loaded->report;
    int code = write_file(&data, "form", ".json", write_json, err);

    for (enum language language = 0; code == 0 && language < LANGUAGE_COUNT; language++) {
        report->language = language;
        code = write_language(reports, folder, err);
    }
    report->language = LANGUAGE_EN;
    return code;
}
