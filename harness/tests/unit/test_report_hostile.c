/* SPDX-License-Identifier: Apache-2.0 */
/* Text printed by a guest stays text in every format, according to independent parsers. */
#include <libxml/HTMLparser.h>
#include <libxml/parser.h>

#include "base/json.h"
#include "sample_hostile.h"

/* All elements that a page may contain. None of them loads anything, and only the scripts, which
 * are counted below, run. */
static const char *const elements[] = {
    "html",  "head",  "meta", "title", "style",  "body",   "header", "main", "footer",  "section",
    "nav",   "h1",    "h2",   "h3",    "select", "option", "p",      "a",    "b",       "i",
    "small", "span",  "ul",   "ol",    "li",     "dl",     "dt",     "dd",   "div",     "table",
    "thead", "tbody", "tr",   "th",    "td",     "abbr",   "code",   "pre",  "details", "summary",
    "meter", "br",    "form", "label", "input",  "output", "script",
};
static const char *const attributes[] = {
    "class",      "id",          "href",        "title",       "lang",       "charset",
    "content",    "name",        "http-equiv",  "xmlns",       "scope",      "colspan",
    "open",       "role",        "tabindex",    "aria-hidden", "aria-label", "min",
    "max",        "value",       "download",    "hidden",      "type",       "autocomplete",
    "spellcheck", "placeholder", "aria-live",   "data-unit",   "data-cell",  "data-on",
    "data-suite", "data-copy",   "data-copied", "data-print"};

static bool is_one_of(const char *name, const char *const *known, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(name, known[i]) == 0)
            return true;
    printf("\na page holds '%s'\n", name);
    return false;
}
#define IS_ONE_OF(name, known) is_one_of(name, known, sizeof(known) / sizeof((known)[0]))

static size_t downloads; /* files that are links, in all pages so far */

/* Counts the elements below a node; each must be harmless. */
static size_t walk(const xmlNode *node)
{
    size_t count = 0;

    for (; node != NULL; node = node->next) {
        if (node->type != XML_ELEMENT_NODE)
            continue;
        count++;
        CU_ASSERT(IS_ONE_OF((const char *)node->name, elements));
        for (const xmlAttr *attribute = node->properties; attribute != NULL;
             attribute = attribute->next) {
            const char *value =
                attribute->children != NULL ? (const char *)attribute->children->content : "";

            CU_ASSERT(IS_ONE_OF((const char *)attribute->name, attributes));
            /* A file of a case is contained as bytes that a browser saves and does not display. */
            if (strcmp((const char *)attribute->name, "href") == 0)
                CU_ASSERT(value[0] == '#' ||
                          text_starts(value, "data:application/octet-stream;base64,"));
            if (strcmp((const char *)attribute->name, "download") == 0) {
                CU_ASSERT(strpbrk(value, "/\\<>\"") == NULL && value[0] != '.');
                downloads++;
            }
        }
        count += walk(node->children);
    }
    return count;
}

static int count_texts(const char *text, const char *part)
{
    int count = 0;

    while ((text = strstr(text, part)) != NULL) {
        text += strlen(part);
        count++;
    }
    return count;
}

/* An XML parser and an HTML parser find the same elements: neither was misled. */
static void test_html(void)
{
    for (enum language language = 0; language < LANGUAGE_COUNT; language++) {
        struct store *store = NULL;
        _cleanup_folder_ char *home = sample_hostile_home(&store);
        _cleanup_(report_done) struct report report = {0};
        _cleanup_free_ char *text = NULL;
        xmlDoc *xml, *html;
        xmlChar *content;

        sample_report(store, home, language, &report);
        text = sample_written(&report, "html");
        xml = xmlReadMemory(text, (int)strlen(text), NULL, NULL, XML_PARSE_NONET);
        html = htmlReadMemory(text, (int)strlen(text), NULL, "UTF-8",
                              HTML_PARSE_NONET | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING);
        CU_ASSERT_FATAL(xml != NULL && html != NULL);
        CHECK_INT(walk(xmlDocGetRootElement(xml)), walk(xmlDocGetRootElement(html)));
        content = xmlNodeGetContent(xmlDocGetRootElement(xml));
        CHECK_HAS((const char *)content, "</script></style></pre>--><script>alert(1)</script>");
        CHECK_HAS((const char *)content, "\\x01\\x02\\x1b[2J\\x7f \\xff\\xfe\\xc0\\xaf");
        CHECK_HAS((const char *)content, "\\x00after a NUL");
        xmlFree(content);
        /* Its own: the facts, what reads them, and what the page can do besides. */
        CHECK_INT(count_texts(text, "<script"), 4);
        CHECK_INT(count_texts(text, "</script"), 4);
        CHECK_INT(downloads, 4); /* two, seen by two parsers */
        downloads = 0;
        CHECK_HAS(text, "download=\"report\" href=\"data:application/octet-stream;base64,"
                        "PHRlc3RzdWl0ZS8+\">report</a>");
        printf(" %zu bytes", strlen(text));
        CU_ASSERT(strlen(text) < 1 << 20);
        xmlFreeDoc(xml);
        xmlFreeDoc(html);
        store_close(store);
    }
}

static void count_names(const xmlNode *node, struct strv *names)
{
    for (; node != NULL; node = node->next) {
        if (node->type != XML_ELEMENT_NODE)
            continue;
        if (strcmp((const char *)node->name, "testcase") == 0) {
            xmlChar *name = xmlGetProp(node, (const xmlChar *)"name");

            CU_ASSERT(!strv_has(names, (const char *)name));
            strv_add(names, (const char *)name);
            xmlFree(name);
        }
        count_names(node->children, names);
    }
}

static void test_junit(void)
{
    struct store *store = NULL;
    _cleanup_folder_ char *home = sample_hostile_home(&store);
    _cleanup_(report_done) struct report report = {0};
    _cleanup_strv_ struct strv names = {0};
    _cleanup_free_ char *text = NULL;
    xmlDoc *xml;
    xmlChar *content;

    sample_report(store, home, LANGUAGE_ZH, &report);
    text = sample_written(&report, "junit");
    xml = xmlReadMemory(text, (int)strlen(text), NULL, NULL, XML_PARSE_NONET);
    CU_ASSERT_FATAL(xml != NULL);
    count_names(xmlDocGetRootElement(xml), &names);
    CHECK_INT(names.count, 32); /* nine of them are points */
    content = xmlNodeGetContent(xmlDocGetRootElement(xml));
    CHECK_HAS((const char *)content, "<script>alert(1)</script>");
    CHECK_HAS((const char *)content, "[983040 bytes before this are left out]");
    xmlFree(content);
    xmlFreeDoc(xml);
    CU_ASSERT(strlen(text) < 1 << 20);
    store_close(store);
}

static void test_json(void)
{
    struct store *store = NULL;
    _cleanup_folder_ char *home = sample_hostile_home(&store);
    _cleanup_(report_done) struct report report = {0};
    _cleanup_free_ char *text = NULL;
    _cleanup_json_ json_t *root = NULL;

    sample_report(store, home, LANGUAGE_EN, &report);
    text = sample_written(&report, "json");
    CHECK_INT(json_parse(text, strlen(text), "report", &root, NULL), 0);
    CHECK_INT(json_array_size(json_object_get(root, "cells")), 7);
    store_close(store);
}

/* Outside of fences, no byte of guest text opens a tag, a link, a mention or a code span. */
static void test_markdown(void)
{
    struct store *store = NULL;
    _cleanup_folder_ char *home = sample_hostile_home(&store);
    _cleanup_(report_done) struct report report = {0};
    _cleanup_free_ char *text = NULL;
    _cleanup_strv_ struct strv lines = {0};
    size_t fence = 0, blocks = 0;

    sample_report(store, home, LANGUAGE_EN, &report);
    text = sample_written(&report, "markdown");
    strv_split(&lines, text, "\n");
    for (size_t i = 0; i < lines.count; i++) {
        const char *line = lines.items[i];
        size_t ticks = strspn(line, "`");

        if (fence == 0 && ticks >= 3) {
            fence = ticks;
            blocks++;
        } else if (fence > 0 && ticks >= fence && line[ticks] == '\0')
            fence = 0;
        else if (fence == 0) {
            CU_ASSERT(strstr(line, "<script") == NULL && strstr(line, "<img") == NULL);
            CU_ASSERT(strstr(line, "onclick=\"x\" <b>") == NULL);
        } else
            CU_ASSERT(ticks < fence);
    }
    CHECK_INT(fence, 0);
    CHECK_INT(blocks, 2);
    CHECK_HAS(text, "&#60;/script&#62; \\]\\]&#62;");
    store_close(store);
}

int main(void)
{
    CU_TestInfo tests[] = {{"HTML", test_html},
                           {"JUnit", test_junit},
                           {"JSON", test_json},
                           {"Markdown", test_markdown},
                           CU_TEST_INFO_NULL};
    int failed = cunit_run("report_hostile", tests);

    xmlCleanupParser();
    return failed;
}
