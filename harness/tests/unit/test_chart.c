/* SPDX-License-Identifier: Apache-2.0 */
/* reports/chart: well-formed for any values and names; a gap is a gap. */
#include <libxml/parser.h>
#include <math.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "cunit_run.h"
#include "reports/chart.h"

static char *written(const struct chart *chart)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    chart_write(out, chart);
    fclose(out);
    return text;
}

static size_t count(const char *text, const char *part)
{
    size_t found = 0;

    for (const char *at = text; (at = strstr(at, part)) != NULL; at += strlen(part))
        found++;
    return found;
}

static void check_xml(const char *text)
{
    xmlDoc *doc = xmlReadMemory(text, (int)strlen(text), "chart", NULL, XML_PARSE_NONET);

    CU_ASSERT(doc != NULL);
    xmlFreeDoc(doc);
}

static void test_gaps(void)
{
    const double values[] = {1, 2, NAN, 4, 5};
    const struct chart_line line = {"round 1", values, 5, 5};
    const struct chart chart = {"CPU", "%", "s", "min", &line, 1};
    _cleanup_free_ char *text = written(&chart);

    check_xml(text);
    CHECK_HAS(text, ">25 s<");
    CHECK_HAS(text, ">5<");
    /* Two pieces, and the sample of the legend. */
    CHECK_INT(count(strstr(text, "class=\"line"), "M"), 3);
    CHECK_INT(count(text, "nan"), 0);
}

/* The extremes of a long line remain. */
static void test_thinned(void)
{
    enum { MANY = 100000 };
    double *values = calloc(MANY, sizeof(*values));
    const struct chart_line line = {"a", values, MANY, 5};
    const struct chart chart = {"CPU", "%", "s", "min", &line, 1};
    _cleanup_free_ char *text = NULL;

    for (size_t i = 0; i < MANY; i++)
        values[i] = i == 77777 ? 100 : 1;
    text = written(&chart);
    check_xml(text);
    CU_ASSERT(strlen(text) < 20000);
    CHECK_HAS(text, ">100<");
    CHECK_HAS(text, " 8.0L"); /* the peak is drawn */
    free(values);
}

static void test_hostile(void)
{
    static const double odd[][3] = {
        {NAN, NAN, NAN}, {INFINITY, -INFINITY, 1}, {-5, -1, -3}, {0, 0, 0}, {1e300, 1e-300, 1e308}};

    for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
        struct chart_line lines[CHART_LINES + 3];
        const struct chart chart = {"<script>\"&\x01", "%", "s", "min", lines, CHART_LINES + 3};
        _cleanup_free_ char *text = NULL;

        for (size_t k = 0; k < CHART_LINES + 3; k++)
            lines[k] = (struct chart_line){"</svg>\xff", odd[i], k % 4, 5};
        text = written(&chart);
        check_xml(text);
        CHECK_INT(count(text, "<script"), 0);
        CHECK_INT(count(text, "nan"), 0);
        CHECK_INT(count(text, "inf"), 0);
    }
}

int main(void)
{
    CU_TestInfo tests[] = {{"gaps", test_gaps},
                           {"thinned", test_thinned},
                           {"hostile", test_hostile},
                           CU_TEST_INFO_NULL};

    return cunit_run("reports/chart", tests);
}
