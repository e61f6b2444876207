/* SPDX-License-Identifier: Apache-2.0 */
/* Untrusted XML: malicious or broken files are rejected quickly, with file:line. */
#include <errno.h>
#include <libxml/parser.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "catalog/catalog.h"
#include "cunit_run.h"
#include "temp_folder.h"

static char *folder;

/* Loads text as a platform and returns the code; the message is returned in *ret_message. */
static int load(const char *text, size_t length, char **ret_message)
{
    _cleanup_(platform_free_cleanup) struct platform *platform = NULL;
    _cleanup_error_ struct error *err = NULL;
    _cleanup_free_ char *path = path_join(folder, "hostile.xml");
    int code;

    CHECK_INT(path_write_atomic(path, text, length, NULL), 0);
    code = catalog_load_platform(path, NULL, &platform, &err);
    CU_ASSERT_PTR_NULL(platform);
    *ret_message = text_dup(error_message(err));
    return code;
}

static void test_refused(void)
{
    static const struct {
        const char *what, *text, *message;
    } rows[] = {
        {"empty", "", "hostile.xml:1: "},
        {"no XML", "hello\n", "hostile.xml:1: Start tag expected"},
        {"cut off", "<platform name=\"a\" arch=\"x86_64\">\n<title>", "hostile.xml:2: "},
        {"mismatched tags", "<platform>\n<title>\n</platform>", "hostile.xml:3: "},
        {"entity bomb",
         "<?xml version=\"1.0\"?>\n<!DOCTYPE a [<!ENTITY a \"ha\"><!ENTITY b "
         "\"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">]>\n"
         "<platform>&c;</platform>",
         "hostile.xml:2: a DOCTYPE is refused"},
        {"file outside",
         "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><platform>&x;"
         "</platform>",
         "a DOCTYPE is refused"},
        {"DTD outside", "<!DOCTYPE a SYSTEM \"http://127.0.0.1:1/a.dtd\"><platform/>",
         "a DOCTYPE is refused"},
        {"parameter entity",
         "<!DOCTYPE a [<!ENTITY % x SYSTEM \"file:///dev/zero\"> %x;]><platform/>",
         "a DOCTYPE is refused"},
        {"unknown entity", "<platform>\n&nosuch;</platform>", "hostile.xml:2: Entity 'nosuch'"},
        {"another root", "<image name=\"a\"/>", "Expecting element platform, got image"},
        {"bad UTF-8", "<platform name=\"\xff\xfe\"/>", "hostile.xml:1: "},
        {"second root", "<platform/>\n<platform/>", "hostile.xml:2: "},
        {"inclusion",
         "<platform xmlns:xi=\"http://www.w3.org/2001/XInclude\"><xi:include "
         "href=\"/etc/passwd\"/></platform>",
         "hostile.xml:1: "},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_free_ char *message = NULL;
        int code = load(rows[i].text, strlen(rows[i].text), &message);

        if (code != -EBADMSG)
            printf("\n%s: ", rows[i].what);
        CHECK_INT(code, -EBADMSG);
        CHECK_HAS(message, rows[i].message);
        CU_ASSERT_PTR_NULL(strstr(message, "root:"));
    }
}

static void test_nesting(void)
{
    _cleanup_buffer_ struct buffer text = {0};
    _cleanup_free_ char *message = NULL;

    for (int i = 0; i < 30000; i++)
        buffer_text(&text, "<a>\n");
    CHECK_INT(load(text.data, text.length, &message), -EBADMSG);
    CHECK_HAS(message, "nested too deeply");
    CHECK_HAS(message, "hostile.xml:3");
}

/* The parser compares all attributes with each other: the largest allowed file must be parsed in
 * time. */
static void test_many_attributes(void)
{
    _cleanup_buffer_ struct buffer text = {0};
    _cleanup_free_ char *message = NULL;
    int64_t start = clock_now_ms();

    buffer_text(&text, "<platform");
    for (int i = 0; text.length < CATALOG_FILE_LIMIT / 2; i++)
        buffer_format(&text, " a%x=\"\"", i);
    buffer_text(&text, "/>");
    CHECK_INT(load(text.data, text.length, &message), -EBADMSG);
    CU_ASSERT(clock_now_ms() - start < 20000);
}

static void test_bounds(void)
{
    _cleanup_buffer_ struct buffer text = {0};
    _cleanup_free_ char *message = NULL;

    while (text.length <= CATALOG_FILE_LIMIT)
        buffer_text(&text, "<!-- padding -->");
    CHECK_INT(load(text.data, text.length, &message), -EFBIG);
    CHECK_HAS(message, "hostile.xml' is larger than");
}

static void test_no_file(void)
{
    _cleanup_(platform_free_cleanup) struct platform *platform = NULL;
    _cleanup_error_ struct error *err = NULL;
    _cleanup_free_ char *absent = path_join(folder, "absent.xml");
    _cleanup_free_ char *pipe = path_join(folder, "pipe.xml");

    CHECK_INT(catalog_load_platform(absent, NULL, &platform, &err), -ENOENT);
    CHECK_HAS(error_message(err), "absent.xml");
    CHECK_INT(catalog_load_platform(folder, NULL, &platform, &err), -EINVAL);
    CHECK_HAS(error_message(err), "is a folder, not a file");
    CHECK_INT(mkfifo(pipe, 0600), 0);
    CHECK_INT(catalog_load_platform(pipe, NULL, &platform, &err), -EINVAL);
    CHECK_HAS(error_message(err), "device or pipe");
}

/* Text after a NUL byte would be ignored. */
static void test_nul(void)
{
    static const char text[] = "<platform name=\"a\"/>\0<platform name=\"b\"/>";
    _cleanup_free_ char *message = NULL;

    CHECK_INT(load(text, sizeof(text) - 1, &message), -EBADMSG);
    CHECK_HAS(message, "NUL byte at offset 20");
}

static size_t allocations_left;

static void *failing_malloc(size_t size)
{
    return allocations_left == 0 || --allocations_left == 0 ? NULL : malloc(size);
}

static void *failing_realloc(void *memory, size_t size)
{
    return allocations_left == 0 || --allocations_left == 0 ? NULL : realloc(memory, size);
}

static char *failing_strdup(const char *text)
{
    return allocations_left == 0 || --allocations_left == 0 ? NULL : strdup(text);
}

enum { LOADED = 0, REFUSED = 7, NO_MEMORY = 74 };

/* Loads a valid file with the nth allocation of libxml2 and all later ones failing. libxml2 itself
 * may crash then; but the file must not be rejected. */
static int load_without_memory(const char *path, size_t nth)
{
    pid_t child = fork();
    int status = 0;

    if (child == 0) {
        struct platform *platform = NULL;
        struct error *err = NULL;
        int code;

        if (freopen("/dev/null", "w", stderr) == NULL)
            _exit(2);
        xmlCleanupParser();
        allocations_left = nth;
        if (xmlMemSetup(free, failing_malloc, failing_realloc, failing_strdup) != 0)
            _exit(2);
        code = catalog_load_platform(path, NULL, &platform, &err);
        if (code < 0)
            printf("\nallocation %zu: %s\n", nth, error_message(err));
        fflush(stdout);
        _exit(code < 0 ? REFUSED : LOADED);
    }
    CU_ASSERT_FATAL(child > 0 && waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static void test_no_memory(void)
{
    const char *path = TS_SOURCE_DIR "/arch/platforms/x86.xml";
    size_t nth = 1;
    int ended;

    size_t told = 0;

    CHECK_INT(load_without_memory(path, 1000000000), LOADED);
    while (nth < 2000000 && (ended = load_without_memory(path, nth)) != LOADED) {
        CU_ASSERT(ended != REFUSED);
        told += ended == NO_MEMORY;
        nth += nth < 50 ? 1 : nth / 10;
    }
    CU_ASSERT(told > 50);
}

int main(void)
{
    CU_TestInfo tests[] = {{"broken and hostile files", test_refused},
                           {"deep nesting", test_nesting},
                           {"many attributes", test_many_attributes},
                           {"a long file", test_bounds},
                           {"no file", test_no_file},
                           {"a NUL byte", test_nul},
                           {"no memory", test_no_memory},
                           CU_TEST_INFO_NULL};
    int code;

    folder = temp_folder_new();
    code = cunit_run("catalog_xml", tests);
    temp_folder_remove(&folder);
    return code;
}
