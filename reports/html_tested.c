/* SPDX-License-Identifier: Apache-2.0 */
/* The inputs of the run with their digests, and an explanation of the terms. */
#include <string.h>

#include "base/path.h"
#include "reports/html.h"
#include "reports/markup.h"

static void add_input(const struct page *page, const struct run_input *input)
{
    const struct report *report = page->report;
    const struct platform *platform = report_platform(report, input->name);
    const struct image *image = report_image(report, input->name);
    const struct suite *suite = report_suite(report, input->name);
    FILE *out = page->out;

    fputs("<tr><td>", out);
    if (strcmp(input->kind, "image") == 0)
        markup_line(out, phrase(report, PHRASE_IMAGE));
    else if (strcmp(input->kind, "platform") == 0)
        markup_line(out, phrase(report, PHRASE_PLATFORM));
    else if (strcmp(input->kind, "suite") == 0)
        markup_line(out, phrase(report, PHRASE_SUITE));
    else
        markup_line(out, input->kind);
    fputs("</td><th scope=\"row\">", out);
    markup_line(out, input->name);
    fputs("</th><td>", out);
    if (strcmp(input->kind, "image") == 0 && image != NULL) {
        markup_line(out, report_image_title(report, input->name));
        fputs(" · ", out);
        markup_line(out, image->os_id);
        fputs(" ", out);
        markup_line(out, image->os_version);
        fprintf(out, " · %s", arch_name(image->arch));
        if (image->stand_in) {
            fputs("<br/>", out);
            markup_element(out, "span", "standin", phrase(report, PHRASE_STAND_IN));
        }
        fputs("<br/>", out);
        markup_element(out, "span", "of",
                       image->disk.path != NULL ? path_base(image->disk.path) : NULL);
        fprintf(out, " <code>%s</code>", image->disk.sha256);
    } else if (strcmp(input->kind, "platform") == 0 && platform != NULL) {
        markup_line(out, report_platform_title(report, input->name));
        fputs("<br/>", out);
        markup_element(out, "span", "of", platform->part);
    } else if (strcmp(input->kind, "suite") == 0 && suite != NULL) {
        markup_line(out, report_suite_title(report, input->name));
        fputs("<br/><span class=\"of\">", out);
        markup_line(out, phrase(report, PHRASE_PRODUCT));
        fputs(phrase(report, PHRASE_COLON), out);
        markup_line(out, suite->product);
        if (suite->vendor != NULL) {
            fputs(" · ", out);
            markup_line(out, suite->vendor);
        }
        fputs("</span>", out);
    }
    fprintf(out, "</td><td><code>%s</code></td></tr>\n", input->sha256);
}

static void add_host(const struct page *page)
{
    const struct run_record *run = &page->report->matrix.run;

    if (run->host.count == 0)
        return;
    markup_element(page->out, "h3", NULL, phrase(page->report, PHRASE_HOST));
    fputs("\n<table class=\"facts\"><tbody>\n", page->out);
    vec_foreach (fact, &run->host) {
        fputs("<tr>", page->out);
        html_row_head(page, fact->key);
        markup_element(page->out, "td", NULL, fact->value);
        fputs("</tr>\n", page->out);
    }
    fputs("</tbody></table>\n", page->out);
}

void html_tested(const struct page *page)
{
    html_section(page, "tested", PHRASE_TESTED);
    html_open_table(page, "tested", PHRASE_TESTED);
    fputs("<tbody>\n", page->out);
    vec_foreach (input, &page->report->matrix.run.inputs)
        add_input(page, input);
    fputs("</tbody></table></div>\n", page->out);
    add_host(page);
    fputs("</section>\n", page->out);
}

static void open_legend(const struct page *page, enum phrase title)
{
    markup_element(page->out, "h3", NULL, phrase(page->report, title));
    fputs("\n<table class=\"legend\"><tbody>\n", page->out);
}

void html_legend(const struct page *page)
{
    static const enum verdict verdicts[] = {VERDICT_INCOMPATIBLE, VERDICT_NOT_ASSESSED,
                                            VERDICT_CONDITIONAL, VERDICT_COMPATIBLE,
                                            VERDICT_CONDITIONAL};
    static const struct {
        enum grade grade;
        enum phrase text;
    } grades[] = {{GRADE_NATIVE, PHRASE_GRADE_NATIVE},
                  {GRADE_VIRTUAL, PHRASE_GRADE_VIRTUAL},
                  {GRADE_EMULATED, PHRASE_GRADE_EMULATED},
                  {GRADE_REPORTED, PHRASE_GRADE_REPORTED}};
    FILE *out = page->out;

    html_section(page, "legend", PHRASE_LEGEND);
    open_legend(page, PHRASE_LEGEND_VERDICTS);
    for (unsigned i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++) {
        fputs("<tr><th scope=\"row\">", out);
        html_verdict(page, verdicts[i]);
        fprintf(out, "</th><td>%s %u%s%s</td></tr>\n", phrase(page->report, PHRASE_RULE), i + 1,
                phrase(page->report, PHRASE_COLON), phrase_rule(page->report, i + 1));
    }
    fputs("</tbody></table>\n", out);
    open_legend(page, PHRASE_LEGEND_GRADES);
    for (size_t i = 0; i < sizeof(grades) / sizeof(grades[0]); i++) {
        fputs("<tr><th scope=\"row\">", out);
        html_grade(page, grades[i].grade);
        fprintf(out, "</th><td>%s</td></tr>\n", phrase(page->report, grades[i].text));
    }
    fputs("</tbody></table>\n", out);
    open_legend(page, PHRASE_LEGEND_STATUSES);
    for (int status = STATUS_COUNT - 1; status >= 0; status--) {
        fputs("<tr><th scope=\"row\">", out);
        html_status(page, (enum status)status);
        fprintf(out, "</th><td>%s</td></tr>\n", phrase_status(page->report, (enum status)status));
    }
    fputs("</tbody></table>\n</section>\n", out);
}
