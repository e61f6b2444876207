/* SPDX-License-Identifier: Apache-2.0 */
/* Reads an XML file safely with libxml2, and extracts values. */
#include "catalog/xml.h"

#include <errno.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/path.h"
#include "catalog/catalog.h"
#include "catalog/schema.h"
#include "home/home.h"

#define DEPTH_LIMIT 32

struct xml_file {
    char *path;
    char sha256[DIGEST_TEXT_SIZE];
    xmlDoc *doc;
};

void xml_file_free(struct xml_file *file)
{
    if (file == NULL)
        return;
    free(file->path);
    xmlFreeDoc(file->doc);
    free(file);
}

xmlNode *xml_file_root(const struct xml_file *file)
{
    return xmlDocGetRootElement(file->doc);
}

const char *xml_file_path(const struct xml_file *file)
{
    return file->path;
}

const char *xml_file_sha256(const struct xml_file *file)
{
    return file->sha256;
}

/* The first error of the parser; attached to the parser's context. */
struct trouble {
    char *text;
    int line;
};

static void note(struct trouble *trouble, int line, const char *text)
{
    if (trouble->text != NULL)
        return;
    trouble->line = line;
    trouble->text = text_ndup(text, strcspn(text, "\n"));
}

static void on_error(void *data, xmlErrorPtr error)
{
    xmlParserCtxt *parser = data;

    if (error->code == XML_ERR_NO_MEMORY)
        text_out_of_memory();
    if (error->level > XML_ERR_WARNING)
        note(parser->_private, error->line, error->message != NULL ? error->message : "not XML");
}

static void on_doctype(void *data, const xmlChar *name, const xmlChar *external,
                       const xmlChar *system)
{
    xmlParserCtxt *parser = data;

    (void)name;
    (void)external;
    (void)system;
    note(parser->_private, xmlSAX2GetLineNumber(parser),
         "a DOCTYPE is refused (it can define entities and name other files): remove it");
    xmlStopParser(parser);
}

static void on_start(void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
                     int namespace_count, const xmlChar **namespaces, int attribute_count,
                     int defaulted, const xmlChar **attributes)
{
    xmlParserCtxt *parser = data;

    if (parser->nodeNr >= DEPTH_LIMIT) {
        note(parser->_private, xmlSAX2GetLineNumber(parser),
             "elements are nested too deeply: look for a missing end tag");
        xmlStopParser(parser);
        return;
    }
    xmlSAX2StartElementNs(data, name, prefix, uri, namespace_count, namespaces, attribute_count,
                          defaulted, attributes);
}

static void *must_malloc(size_t size)
{
    void *memory = malloc(size);

    if (memory == NULL && size > 0)
        text_out_of_memory();
    return memory;
}

static void *must_realloc(void *old, size_t size)
{
    void *memory = realloc(old, size);

    if (memory == NULL && size > 0)
        text_out_of_memory();
    return memory;
}

/* In some places, libxml2 reports lack of memory as a text that does not match the schema. */
static void set_up_memory(void)
{
    xmlMemSetup(free, must_malloc, must_realloc, text_dup);
}

static int parse(const char *path, const struct buffer *data, xmlDoc **ret_doc, struct error **err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct trouble trouble = {0};
    xmlParserCtxt *parser;
    xmlDoc *doc;
    int code = 0;

    pthread_once(&once, set_up_memory);
    xmlInitParser();
    parser = xmlNewParserCtxt();
    if (parser == NULL)
        text_out_of_memory();
    parser->_private = &trouble;
    parser->sax->serror = on_error;
    parser->sax->internalSubset = on_doctype;
    parser->sax->startElementNs = on_start;
    doc = xmlCtxtReadMemory(parser, data->length > 0 ? data->data : "", (int)data->length, path,
                            NULL, XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_BIG_LINES);
    /* Every fault of the text has a message: if there is none, memory ran out. */
    if (parser->errNo == XML_ERR_NO_MEMORY || (doc == NULL && trouble.text == NULL))
        text_out_of_memory();
    if (doc == NULL || trouble.text != NULL) {
        code = error_set(err, -EBADMSG, "%s:%d: %s", path, trouble.line > 0 ? trouble.line : 1,
                         trouble.text != NULL ? trouble.text : "not XML");
        xmlFreeDoc(doc);
    } else {
        *ret_doc = doc;
    }
    free(trouble.text);
    xmlFreeParserCtxt(parser);
    return code;
}

static int read_doc(const char *path, xmlDoc **ret_doc, char sha256[DIGEST_TEXT_SIZE],
                    struct error **err)
{
    _cleanup_buffer_ struct buffer data = {0};
    const char *nul;
    struct stat st;
    int code;

    if (stat(path, &st) < 0)
        return error_set_errno(err, -errno, "cannot open '%s'", path);
    if (!S_ISREG(st.st_mode))
        return error_set(err, -EINVAL, "'%s' is a %s, not a file: give the XML file itself", path,
                         S_ISDIR(st.st_mode) ? "folder" : "device or pipe");
    code = path_read(path, CATALOG_FILE_LIMIT, &data, err);
    if (code < 0)
        return code;
    digest_of_memory(data.length > 0 ? data.data : "", data.length, sha256);
    nul = data.length > 0 ? memchr(data.data, '\0', data.length) : NULL;
    if (nul != NULL)
        return error_set(err, -EBADMSG,
                         "%s: NUL byte at offset %zu, which XML does not allow: remove it", path,
                         (size_t)(nul - data.data));
    return parse(path, &data, ret_doc, err);
}

int xml_file_open(const char *path, const char *schema, struct xml_file **ret_file,
                  struct error **err)
{
    _cleanup_xml_file_ struct xml_file *file = text_calloc(1, sizeof(*file));
    _cleanup_free_ char *schema_path = NULL;
    const char *data_folder;
    char schema_sha256[DIGEST_TEXT_SIZE];
    xmlDoc *schema_doc = NULL;
    int code;

    file->path = text_dup(path);
    code = read_doc(path, &file->doc, file->sha256, err);
    if (code < 0)
        return code;
    code = home_data_folder(&data_folder, err);
    if (code < 0)
        return code;
    schema_path = path_join(data_folder, schema);
    code = read_doc(schema_path, &schema_doc, schema_sha256, err);
    if (code < 0)
        return code;
    code = schema_check(file->doc, path, schema_doc, schema_path, err);
    xmlFreeDoc(schema_doc);
    if (code < 0)
        return code;
    *ret_file = steal_ptr(file);
    return 0;
}

int xml_error(const struct xml_file *file, const xmlNode *node, struct error **err,
              const char *format, ...)
{
    _cleanup_free_ char *text = NULL;
    va_list args;

    va_start(args, format);
    text = text_vformat(format, args);
    va_end(args);
    return error_set(err, -EBADMSG, "%s:%ld: %s", file->path, xmlGetLineNo(node), text);
}

static xmlNode *named(xmlNode *node, const char *name)
{
    while (node != NULL &&
           (node->type != XML_ELEMENT_NODE || strcmp((const char *)node->name, name) != 0))
        node = node->next;
    return node;
}

xmlNode *xml_child(const xmlNode *parent, const char *name)
{
    return parent != NULL ? named(parent->children, name) : NULL;
}

xmlNode *xml_next(const xmlNode *node, const char *name)
{
    return named(node->next, name);
}

static char *collapse(xmlChar *raw)
{
    _cleanup_strv_ struct strv words = {0};

    if (raw == NULL)
        return NULL;
    strv_split(&words, (const char *)raw, " \t\r\n");
    xmlFree(raw);
    return strv_join(&words, " ");
}

char *xml_text(const xmlNode *node)
{
    xmlChar *raw = node != NULL ? xmlNodeGetContent(node) : NULL;

    /* An element without content gives an empty string, so NULL means that memory ran out. */
    if (node != NULL && raw == NULL)
        text_out_of_memory();
    return collapse(raw);
}

char *xml_attribute(const xmlNode *node, const char *name)
{
    xmlChar *raw = xmlGetNoNsProp(node, (const xmlChar *)name);

    if (raw == NULL && node != NULL && xmlHasNsProp(node, (const xmlChar *)name, NULL) != NULL)
        text_out_of_memory();
    return collapse(raw);
}

void xml_words(const xmlNode *node, struct strv *ret_words)
{
    _cleanup_free_ char *text = xml_text(node);

    if (text != NULL)
        strv_split(ret_words, text, " ");
}

int xml_number(const struct xml_file *file, const xmlNode *node, const char *attribute,
               uint64_t min, uint64_t max, uint64_t *ret_value, struct error **err)
{
    _cleanup_free_ char *text = attribute != NULL ? xml_attribute(node, attribute) : xml_text(node);
    int code;

    if (text == NULL)
        return 0;
    code = text_parse_u64(text, attribute != NULL ? attribute : (const char *)node->name, min, max,
                          ret_value, err);
    if (code < 0) {
        error_prefix(err, "%s:%ld", file->path, xmlGetLineNo(node));
        return code;
    }
    return 0;
}
