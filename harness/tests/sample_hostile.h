/* SPDX-License-Identifier: Apache-2.0 */
/* A run with one cell whose guest printed text that tries to break a report. */
#ifndef TS_TESTS_SAMPLE_HOSTILE_H
#define TS_TESTS_SAMPLE_HOSTILE_H

#include "sample_report.h"

/* Closes a script, a style, a comment, a CDATA section, a fence and a table row, and contains
 * invalid text. */
#define HOSTILE                                                                                    \
    "</script></style></pre>--><script>alert(1)</script><img src=x onerror=alert(1)> ]]> &amp; "   \
    "\" onclick=\"alert(1)\" ' ```` | <a href=\"javascript:alert(1)\">x</a> "                      \
    "[x](http://e.example) "                                                                       \
    "@all \x01\x02\x1b[2J\x7f \xff\xfe\xc0\xaf \xed\xa0\x80 \xef\xbf\xbf \xef\xbf\xbe "            \
    "\xe2\x80\xae \xf4\x90\x80\x80"

/* A formula for a spreadsheet; what ends a field, a line or a test point, and a character by its
 * code. */
#define HOSTILE_FORMULA "=cmd|' /C calc'!A0"
#define HOSTILE_WORDS                                                                              \
    "@SUM(1), \"quoted\"; \\ # TODO not ok 1\tok 2 _x0041_ \xe2\x80\xae\xe2\x80\xa6 ${x} %s"

enum { HOSTILE_LINE_BYTES = 1 << 20, HOSTILE_NAME_BYTES = 5000 };

static inline void sample_hostile_points(struct case_result *row)
{
    static const char *const names[] = {"=HYPERLINK(\"http://e.example\")",
                                        "ok 99 - none # SKIP \\# x", "twice", "twice",
                                        "1..0 # SKIP all"};
    struct point *last;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct point *point = vec_add(&row->points);

        point->name = text_dup(names[i]);
        point->status = STATUS_PASS;
    }
    last = vec_add(&row->points);
    last->status = STATUS_SKIP;
    last->name = text_calloc(1, HOSTILE_NAME_BYTES + 1);
    memset(last->name, '&', HOSTILE_NAME_BYTES);
}

static inline void sample_hostile_merge(struct store *store, const char *work)
{
    _cleanup_(bundle_writer_free_cleanup) struct bundle_writer *writer = NULL;
    _cleanup_result_ struct result *result = sample_result(SAMPLE_RUN, SAMPLE_IMAGE, "kunpeng");
    _cleanup_result_ struct result *back = NULL;
    _cleanup_free_ char *path = path_join(work, "bundle");
    _cleanup_free_ char *line = text_calloc(1, HOSTILE_LINE_BYTES + 1);
    static const char bytes[] = HOSTILE "\n" HOSTILE "\0after a NUL\n";
    struct case_result *row = &result->cases.items[1];
    struct point *point = vec_add(&row->points);
    struct finding *told;
    struct error *err = NULL;

    sample_predict(result);
    vec_add(&result->prediction.parts)->name = text_dup("</li><script>alert(1)</script>.deb");
    told = vec_add(&result->prediction.findings);
    told->severity = SEVERITY_HIGH;
    finding_set_kind(told, "LIB_MISSING");
    told->file = text_dup("/opt/</td><img src=x onerror=alert(1)>|`x`");
    told->symbol = text_dup("\" onclick=\"alert(1)");
    told->found = text_dup("]]> \x1b[2J");
    told->remedy = text_dup("[x](javascript:alert(1)) @all");
    sample_footprint(result);
    sample_entry(result, FOOTPRINT_FILE, "</td><script>alert(1)</script> ]]>", "\" onclick=\"x\"");
    memset(line, '<', HOSTILE_LINE_BYTES);
    /* Strings in a result are UTF-8; only evidence may contain any bytes. */
    text_replace(&row->reason, "</script> ]]> \" onclick=\"x\" <b>&amp; \x01 \xef\xbf\xbf | `x`");
    point->name = text_dup("</li></ul><script>alert(1)</script> ]]>");
    point->status = STATUS_FAIL;
    point->detail = text_dup("\" onclick=\"alert(1) \x1b[2J");
    sample_hostile_points(row);
    text_replace(&result->cases.items[2].reason, HOSTILE_FORMULA);
    text_replace(&result->cases.items[3].reason, HOSTILE_WORDS);
    result_add_observation(result, "persist", "</th><script>", "</td>\x01 ]]> <img src=x>", "</b>");
    result_add_observation(result, "persist", "long", line, NULL);
    CU_ASSERT(bundle_writer_new(path, &writer, &err) == 0);
    CU_ASSERT(bundle_add_evidence_memory(writer, result, "persist", "stdout", bytes,
                                         sizeof(bytes) - 1, 1 << 20, &err) == 0);
    CU_ASSERT(bundle_add_evidence_memory(writer, result, "persist", "stderr", line,
                                         HOSTILE_LINE_BYTES, 4 << 20, &err) == 0);
    CU_ASSERT(bundle_add_evidence_memory(writer, result, NULL, "console </h5><script>", bytes,
                                         sizeof(bytes) - 1, 1 << 20, &err) == 0);
    CU_ASSERT(bundle_add_evidence_memory(writer, result, "persist",
                                         "artifact/../..\"></a><script>alert(1)</script>", bytes,
                                         sizeof(bytes) - 1, 1 << 20, &err) == 0);
    CU_ASSERT(bundle_add_evidence_memory(writer, result, "persist", "report", "<testsuite/>", 12,
                                         1 << 20, &err) == 0);
    CU_ASSERT(bundle_finish(writer, result, &err) == 0);
    if (bundle_read(path, &back, &err) < 0 || store_merge_result(store, back, path, &err) < 0)
        printf("\n%s\n", error_message(err));
    CU_ASSERT_FATAL(err == NULL);
}

static inline char *sample_hostile_home(struct store **ret_store)
{
    char *home = temp_folder_new();
    _cleanup_folder_ char *work = temp_folder_new();

    CU_ASSERT_FATAL(store_open(home, ret_store, NULL) == 0);
    sample_add_matrix(*ret_store);
    sample_hostile_merge(*ret_store, work);
    return home;
}

#endif
