/* SPDX-License-Identifier: Apache-2.0 */
/* A form as one page that prints to A4. It is well-formed XML as well as HTML, has no script and
 * loads nothing. */
#include <string.h>

#include "reports/form.h"
#include "reports/markup.h"

extern const char reports_form_css[];

static const char *const classes[FORM_STYLE_COUNT] = {
    [FORM_PLAIN] = "plain", [FORM_GOOD] = "good",     [FORM_BAD] = "bad",
    [FORM_OPEN] = "open",   [FORM_STATED] = "stated", [FORM_CODE] = "code"};

static void add_head(const struct form *form, FILE *out)
{
    fprintf(out,
            "<!DOCTYPE html>\n<html lang=\"%s\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n"
            "<meta charset=\"utf-8\"/>\n"
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
            "style-src 'sha256-",
            form->language == LANGUAGE_ZH ? "zh-CN" : "en");
    markup_hash(out, reports_form_css);
    fputs("'; base-uri 'none'; form-action 'none'\"/>\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
          "<meta name=\"referrer\" content=\"no-referrer\"/>\n",
          out);
    markup_element(out, "title", NULL, form->title);
    fprintf(out, "\n<style>%s</style>\n</head>\n<body>\n", reports_form_css);
}

static void add_paragraphs(const char *text, FILE *out)
{
    for (const char *at = text; at != NULL;) {
        const char *end = strchr(at, '\n');

        fputs("<p>", out);
        markup_lines(out, at, end != NULL ? (size_t)(end - at) : strlen(at));
        fputs("</p>", out);
        at = end != NULL ? end + 1 : NULL;
    }
}

/* On a phone, each cell shows the heading of its column. */
static void add_row(const struct form_block *table, size_t row, FILE *out)
{
    fputs("<tr>", out);
    for (size_t i = 0; i < table->columns; i++) {
        const struct form_cell *cell = &table->cells.items[row * table->columns + i];

        if (row == 0) {
            fputs("<th scope=\"col\">", out);
            markup_lines(out, cell->text, strlen(cell->text));
            fputs("</th>", out);
            continue;
        }
        fprintf(out, "<td class=\"%s\" data-label=\"", classes[cell->style]);
        markup_line(out, table->cells.items[i].text);
        fputs("\">", out);
        add_paragraphs(cell->text, out);
        fputs("</td>", out);
    }
    fputs("</tr>\n", out);
}

static void add_table(const struct form_block *table, FILE *out)
{
    size_t rows = table->cells.count / table->columns;

    fputs("<table>\n<colgroup>", out);
    for (size_t i = 0; i < table->columns; i++)
        fprintf(out, "<col width=\"%u%%\"/>", table->widths[i]);
    fputs("</colgroup>\n<thead>", out);
    add_row(table, 0, out);
    fputs("</thead>\n<tbody>\n", out);
    for (size_t row = 1; row < rows; row++)
        add_row(table, row, out);
    fputs("</tbody></table>\n", out);
}

static void add_element(const char *element, const char *class, const struct form_cell *text,
                        FILE *out)
{
    fprintf(out, "<%s class=\"%s%s\">", element, class, classes[text->style]);
    markup_lines(out, text->text, strlen(text->text));
    fprintf(out, "</%s>\n", element);
}

void form_write_html(const struct form *form, FILE *out)
{
    add_head(form, out);
    vec_foreach (block, &form->blocks) {
        switch (block->kind) {
        case FORM_TABLE:
            add_table(block, out);
            break;
        case FORM_TITLE:
            add_element("h1", "", &block->text, out);
            break;
        case FORM_HEADING:
            add_element("h2", "", &block->text, out);
            break;
        case FORM_NOTICE:
            add_element("p", "notice ", &block->text, out);
            break;
        default:
            add_element("p", "", &block->text, out);
        }
    }
    fputs("</body>\n</html>\n", out);
}
