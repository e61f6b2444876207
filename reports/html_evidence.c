/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list of evidence. The page loads nothing, so a file that a case left is a link only if it is
 * small enough to be contained in it: as bytes without a type, which a browser saves and does not
 * display. For the others there is a command.
 */
#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "reports/case_files.h"
#include "reports/html.h"
#include "reports/markup.h"
#include "store/evidence.h"

#define FILE_BYTES ((size_t)64 * 1024) /* of a file that is contained in the page */

static void add_base64(FILE *out, const struct buffer *data)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *at = (const unsigned char *)data->data;

    for (size_t left = data->length; left > 0; left -= left < 3 ? left : 3, at += 3) {
        unsigned bits = (unsigned)at[0] << 16;

        if (left > 1)
            bits |= (unsigned)at[1] << 8;
        if (left > 2)
            bits |= at[2];
        fputc(digits[bits >> 18], out);
        fputc(digits[bits >> 12 & 63], out);
        fputc(left > 1 ? digits[bits >> 6 & 63] : '=', out);
        fputc(left > 2 ? digits[bits & 63] : '=', out);
    }
}

/* Opens the link to a file; false: it is not contained in the page. */
static bool open_link(struct page *page, const struct evidence *blob)
{
    _cleanup_free_ char *name = NULL;
    _cleanup_buffer_ struct buffer data = {0};
    _cleanup_error_ struct error *err = NULL;

    if (!case_file_is(blob) || blob->size > FILE_BYTES || blob->size > page->files)
        return false;
    if (evidence_read_tail(page->report->home, blob->sha256, blob->size, FILE_BYTES, &data, NULL,
                           &err) < 0) {
        log_warning("evidence '%s' cannot be shown: %s", blob->name, error_message(err));
        return false;
    }
    page->files -= data.length;
    name = case_file_name(blob);
    fprintf(page->out, "<a download=\"%s\" href=\"data:application/octet-stream;base64,", name);
    add_base64(page->out, &data);
    fputs("\">", page->out);
    return true;
}

static bool add_one(struct page *page, const struct evidence *blob)
{
    FILE *out = page->out;
    bool linked;

    fputs("<li>", out);
    linked = open_link(page, blob);
    markup_line(out, blob->name);
    if (linked)
        fputs("</a>", out);
    fprintf(out, " <span class=\"of\">%" PRIu64 " %s</span> <code>%s</code></li>\n", blob->size,
            phrase(page->report, PHRASE_BYTES), blob->sha256);
    return case_file_is(blob);
}

void html_evidence(struct page *page, const struct matrix_cell *cell, const char *case_id)
{
    const struct result *latest = matrix_cell_latest(cell);
    size_t count = 0, files = 0;

    vec_foreach (blob, &latest->evidence) {
        if (!text_equal(blob->case_id, case_id))
            continue;
        if (count++ == 0)
            fprintf(page->out, "<h3>%s</h3>\n<ul class=\"digests\">\n",
                    phrase(page->report, PHRASE_EVIDENCE));
        files += add_one(page, blob);
    }
    fputs(count > 0 ? "</ul>\n" : "", page->out);
    if (files > 0) {
        _cleanup_free_ char *show = report_show_command(page->report, cell, case_id);
        _cleanup_free_ char *command = text_format("%s --artifacts files", show);

        fputs("<dl>", page->out);
        html_command(page, PHRASE_CASE_FILES, command);
        fputs("</dl>\n", page->out);
    }
}
