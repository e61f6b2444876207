/* SPDX-License-Identifier: Apache-2.0 */
/* A form as an Office Open XML document: a ZIP archive of the parts in docx_*.xml, which are the
 * template, and of the body, which is written here. The same form gives the same bytes. */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <libxml/xmlwriter.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/translate.h"
#include "reports/form.h"

extern const char reports_docx_types_xml[], reports_docx_package_xml[], reports_docx_parts_xml[],
    reports_docx_styles_xml[];

DEFINE_CLEANUP(xmlBuffer *, xmlBufferFree)

#define NAMESPACE "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

/* A4 with margins of 20 mm, in twentieths of a point. */
enum { PAGE_WIDTH = 11906, PAGE_HEIGHT = 16838, MARGIN = 1134, TEXT_WIDTH = 9638 };

static void begin(xmlTextWriter *to, const char *element)
{
    xmlTextWriterStartElement(to, (const xmlChar *)element);
}

static void end(xmlTextWriter *to)
{
    xmlTextWriterEndElement(to);
}

static void attribute(xmlTextWriter *to, const char *name, const char *value)
{
    xmlTextWriterWriteAttribute(to, (const xmlChar *)name, (const xmlChar *)value);
}

static void number(xmlTextWriter *to, const char *name, unsigned value)
{
    _cleanup_free_ char *text = text_format("%u", value);

    attribute(to, name, text);
}

/* <element w:val="value"/> */
static void property(xmlTextWriter *to, const char *element, const char *value)
{
    begin(to, element);
    attribute(to, "w:val", value);
    end(to);
}

static void add_run_style(enum form_style style, bool bold, xmlTextWriter *to)
{
    static const char *const colours[FORM_STYLE_COUNT] = {[FORM_GOOD] = "00664B",
                                                          [FORM_BAD] = "A32A00",
                                                          [FORM_OPEN] = "7D5200",
                                                          [FORM_STATED] = "56606E"};

    begin(to, "w:rPr");
    if (bold || style == FORM_GOOD || style == FORM_BAD || style == FORM_OPEN) {
        begin(to, "w:b");
        end(to);
    }
    if (style == FORM_STATED) {
        begin(to, "w:i");
        end(to);
    }
    if (colours[style] != NULL)
        property(to, "w:color", colours[style]);
    end(to);
}

static void add_line(const char *name, enum form_style style, bool bold, const char *text,
                     size_t length, xmlTextWriter *to)
{
    _cleanup_free_ char *line = text_ndup(text, length);

    begin(to, "w:p");
    begin(to, "w:pPr");
    property(to, "w:pStyle", name);
    end(to);
    if (length > 0) {
        begin(to, "w:r");
        add_run_style(style, bold, to);
        begin(to, "w:t");
        attribute(to, "xml:space", "preserve");
        xmlTextWriterWriteString(to, (const xmlChar *)line);
        end(to);
        end(to);
    }
    end(to);
}

/* A cell has at least one paragraph. */
static void add_lines(const char *name, const struct form_cell *cell, bool bold, xmlTextWriter *to)
{
    for (const char *at = cell->text; at != NULL;) {
        const char *stop = strchr(at, '\n');

        add_line(cell->style == FORM_CODE ? "Code" : name, cell->style, bold, at,
                 stop != NULL ? (size_t)(stop - at) : strlen(at), to);
        at = stop != NULL ? stop + 1 : NULL;
    }
}

static void add_cell(const struct form_block *table, size_t row, size_t column, xmlTextWriter *to)
{
    begin(to, "w:tc");
    begin(to, "w:tcPr");
    begin(to, "w:tcW");
    number(to, "w:w", TEXT_WIDTH * table->widths[column] / 100);
    attribute(to, "w:type", "dxa");
    end(to);
    if (row == 0) {
        begin(to, "w:shd");
        attribute(to, "w:val", "clear");
        attribute(to, "w:color", "auto");
        attribute(to, "w:fill", "EEF1F5");
        end(to);
    }
    end(to);
    add_lines("Cell", &table->cells.items[row * table->columns + column], row == 0, to);
    end(to);
}

static void add_row(const struct form_block *table, size_t row, xmlTextWriter *to)
{
    begin(to, "w:tr");
    begin(to, "w:trPr");
    begin(to, "w:cantSplit");
    end(to);
    if (row == 0) {
        begin(to, "w:tblHeader");
        end(to);
    }
    end(to);
    for (size_t column = 0; column < table->columns; column++)
        add_cell(table, row, column, to);
    end(to);
}

static void add_table(const struct form_block *table, xmlTextWriter *to)
{
    size_t rows = table->cells.count / table->columns;

    begin(to, "w:tbl");
    begin(to, "w:tblPr");
    property(to, "w:tblStyle", "Grid");
    begin(to, "w:tblW");
    number(to, "w:w", TEXT_WIDTH);
    attribute(to, "w:type", "dxa");
    end(to);
    begin(to, "w:tblLayout");
    attribute(to, "w:type", "fixed");
    end(to);
    end(to);
    begin(to, "w:tblGrid");
    for (size_t i = 0; i < table->columns; i++) {
        begin(to, "w:gridCol");
        number(to, "w:w", TEXT_WIDTH * table->widths[i] / 100);
        end(to);
    }
    end(to);
    for (size_t row = 0; row < rows; row++)
        add_row(table, row, to);
    end(to);
    /* Two tables without a paragraph between them would be one. */
    add_line("Cell", FORM_PLAIN, false, "", 0, to);
}

static void add_page(xmlTextWriter *to)
{
    static const char *const sides[] = {"w:top", "w:right", "w:bottom", "w:left"};

    begin(to, "w:sectPr");
    begin(to, "w:pgSz");
    number(to, "w:w", PAGE_WIDTH);
    number(to, "w:h", PAGE_HEIGHT);
    end(to);
    begin(to, "w:pgMar");
    for (size_t i = 0; i < 4; i++)
        number(to, sides[i], MARGIN);
    number(to, "w:header", MARGIN / 2);
    number(to, "w:footer", MARGIN / 2);
    number(to, "w:gutter", 0);
    end(to);
    end(to);
}

static void add_body(const struct form *form, xmlTextWriter *to)
{
    static const char *const names[] = {[FORM_TITLE] = "Title",
                                        [FORM_HEADING] = "Heading1",
                                        [FORM_NOTICE] = "Notice",
                                        [FORM_PARAGRAPH] = "Normal"};

    xmlTextWriterStartDocument(to, NULL, "UTF-8", "yes");
    begin(to, "w:document");
    attribute(to, "xmlns:w", NAMESPACE);
    begin(to, "w:body");
    vec_foreach (block, &form->blocks) {
        if (block->kind == FORM_TABLE)
            add_table(block, to);
        else if (block->kind == FORM_NOTICE)
            add_line("Notice", FORM_PLAIN, false, block->text.text, strlen(block->text.text), to);
        else
            add_lines(names[block->kind], &block->text, false, to);
    }
    add_page(to);
    end(to);
    end(to);
    xmlTextWriterEndDocument(to);
}

static int add_part(struct archive *archive, const char *name, const char *text, size_t length,
                    int64_t time_ms)
{
    struct archive_entry *entry = archive_entry_new();
    bool written;

    archive_entry_set_pathname(entry, name);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_mtime(entry, time_ms / 1000, 0);
    archive_entry_set_size(entry, (la_int64_t)length);
    written = archive_write_header(archive, entry) == ARCHIVE_OK &&
              archive_write_data(archive, text, length) == (la_ssize_t)length;
    archive_entry_free(entry);
    return written ? 0 : -EIO;
}

static la_ssize_t write_out(struct archive *archive, void *out, const void *data, size_t length)
{
    (void)archive;
    return fwrite(data, 1, length, out) == length ? (la_ssize_t)length : -1;
}

static int write_parts(struct archive *archive, const xmlBuffer *body, int64_t time_ms, FILE *out)
{
    const struct {
        const char *name, *text;
    } parts[] = {
        {"[Content_Types].xml", reports_docx_types_xml},
        {"_rels/.rels", reports_docx_package_xml},
        {"word/_rels/document.xml.rels", reports_docx_parts_xml},
        {"word/styles.xml", reports_docx_styles_xml},
        {"word/document.xml", (const char *)xmlBufferContent((xmlBuffer *)body)},
    };
    int code = archive_write_set_format_zip(archive) == ARCHIVE_OK &&
                       archive_write_set_bytes_in_last_block(archive, 1) == ARCHIVE_OK &&
                       archive_write_open(archive, out, NULL, write_out, NULL) == ARCHIVE_OK
                   ? 0
                   : -EIO;

    for (size_t i = 0; code == 0 && i < sizeof(parts) / sizeof(parts[0]); i++)
        code = add_part(archive, parts[i].name, parts[i].text, strlen(parts[i].text), time_ms);
    return code == 0 && archive_write_close(archive) != ARCHIVE_OK ? -EIO : code;
}

int form_write_docx(const struct form *form, int64_t time_ms, FILE *out, struct error **err)
{
    _cleanup_(xmlBufferFree_cleanup) xmlBuffer *body = xmlBufferCreate();
    xmlTextWriter *writer = xmlNewTextWriterMemory(body, 0);
    struct archive *archive = archive_write_new();
    int code;

    if (body == NULL || writer == NULL || archive == NULL)
        text_out_of_memory();
    add_body(form, writer);
    xmlFreeTextWriter(writer);
    code = write_parts(archive, body, time_ms, out);
    if (code < 0)
        error_set(err, code, "cannot write the document: %s",
                  archive_error_string(archive) != NULL ? archive_error_string(archive)
                                                        : english_error(-code));
    archive_write_free(archive);
    return code;
}
