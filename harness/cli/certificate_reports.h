/* SPDX-License-Identifier: Apache-2.0 */
/* The forms and the report in a certificate. */
#ifndef TS_CLI_CERTIFICATE_REPORTS_H
#define TS_CLI_CERTIFICATE_REPORTS_H

struct error;
struct programme_loaded;
struct programme_status;
struct programme_subject;

struct certificate_reports {
    struct programme_loaded *loaded;
    const struct programme_status *status;
    const struct programme_subject *stated;
};

/* Writes form.html, form.docx and form.json, with .zh in Chinese, to the folder; and report.html
 * and report.zh.html if the run has no cell that the certificate is not about. with: a struct
 * certificate_reports. */
int certificate_reports_write(void *with, const char *folder, struct error **err);

#endif
