/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The decision of the gate as JUnit XML: one testcase for the run, one for each cell, and one for
 * each cell that is expected or was in the baseline and is not in the run. What is refused is a
 * failure, or an error if it is about something that is missing or was not assessed; a cell with
 * several reasons has them in one. What is only reported is output of a testcase that passes.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "reports/gate_view.h"
#include "reports/markup.h"

struct junit {
    FILE *out;
    const struct gate_view *view;
    const struct gate_row **rows; /* sorted by cell; those of the run first. Owned */
    size_t count;
};

struct name {
    const char *image, *platform, *suite; /* NULL: the run */
};

static int compare_text(const char *a, const char *b)
{
    return strcmp(a != NULL ? a : "", b != NULL ? b : "");
}

static int compare_name(const struct name *name, const struct gate_row *row)
{
    int order = compare_text(name->image, row->image);

    if (order == 0)
        order = compare_text(name->platform, row->platform);
    return order != 0 ? order : compare_text(name->suite, row->suite);
}

static int compare_rows(const void *a, const void *b)
{
    const struct gate_row *x = *(const struct gate_row *const *)a;
    const struct gate_row *y = *(const struct gate_row *const *)b;
    int order = compare_name(&(struct name){x->image, x->platform, x->suite}, y);

    return order != 0 ? order : (x > y) - (x < y);
}

static void sort_rows(struct junit *junit)
{
    const struct gate *gate = junit->view->gate;

    junit->count = gate->rows.count;
    junit->rows = text_calloc(junit->count + 1, sizeof(*junit->rows));
    for (size_t i = 0; i < junit->count; i++)
        junit->rows[i] = &gate->rows.items[i];
    if (junit->count > 1)
        qsort(junit->rows, junit->count, sizeof(*junit->rows), compare_rows);
}

/* The place of the first row of this cell, or that where it would be. */
static size_t first_row(const struct junit *junit, const struct name *name)
{
    size_t low = 0, high = junit->count;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (compare_name(name, junit->rows[middle]) > 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static size_t end_of_rows(const struct junit *junit, const struct name *name, size_t first)
{
    while (first < junit->count && compare_name(name, junit->rows[first]) == 0)
        first++;
    return first;
}

/* NULL: nothing of these rows is refused. */
static const char *element_of(const struct junit *junit, size_t first, size_t end)
{
    const char *element = NULL;

    for (size_t i = first; i < end; i++) {
        const struct gate_row *row = junit->rows[i];
        bool unknown = row->kind == GATE_STATE || row->kind == GATE_EXPECTED ||
                       row->kind == GATE_UNKNOWN || row->kind == GATE_LEVEL;

        if (row->refused && (element == NULL || !unknown))
            element = unknown ? "error" : "failure";
    }
    return element;
}

static void write_rows(const struct junit *junit, size_t first, size_t end, bool refused)
{
    for (size_t i = first; i < end; i++) {
        const struct gate_row *row = junit->rows[i];

        if (row->refused != refused)
            continue;
        markup_line(junit->out, row->kind == GATE_CHANGE ? policy_change_words.names[row->change]
                                                         : gate_kind_name(row->kind));
        fputs(": ", junit->out);
        markup_line(junit->out, row->text);
        fputs("\n", junit->out);
    }
}

static void write_name(const struct junit *junit, const struct name *name)
{
    FILE *out = junit->out;

    if (name->image == NULL) {
        fputs("the run", out);
        return;
    }
    markup_line(out, name->image);
    fputs("/", out);
    markup_line(out, name->platform);
    fputs("/", out);
    markup_line(out, name->suite);
}

static void write_testcase(const struct junit *junit, const struct name *name, size_t first,
                           size_t end)
{
    const char *element = element_of(junit, first, end);
    FILE *out = junit->out;
    bool reports = false;

    fputs("    <testcase classname=\"gate.", out);
    markup_line(out, junit->view->policy->name);
    fputs("\" name=\"", out);
    write_name(junit, name);
    fputs("\">\n", out);
    if (element != NULL) {
        size_t told = first;

        while (!junit->rows[told]->refused)
            told++;
        fprintf(out, "      <%s type=\"%s\" message=\"", element,
                gate_kind_name(junit->rows[told]->kind));
        markup_line(out, junit->rows[told]->text);
        fputs("\">", out);
        write_rows(junit, first, end, true);
        fprintf(out, "</%s>\n", element);
    }
    for (size_t i = first; i < end; i++)
        reports = reports || !junit->rows[i]->refused;
    if (reports) {
        fputs("      <system-out>", out);
        write_rows(junit, first, end, false);
        fputs("</system-out>\n", out);
    }
    fputs("    </testcase>\n", out);
}

/* Calls `visit` for each testcase: the run, its cells, and those that only rows name. */
typedef void visitor(const struct junit *junit, const struct name *name, size_t first, size_t end,
                     void *with);

static void visit_all(const struct junit *junit, visitor *visit, void *with)
{
    const struct name run = {NULL, NULL, NULL};
    size_t end = end_of_rows(junit, &run, 0);
    _cleanup_free_ bool *seen = text_calloc(junit->count + 1, sizeof(*seen));

    visit(junit, &run, 0, end, with);
    memset(seen, true, end);
    vec_foreach (cell, &junit->view->matrix->cells) {
        const struct name name = {cell->cell.image, cell->cell.platform, cell->cell.suite};
        size_t first = first_row(junit, &name);

        end = end_of_rows(junit, &name, first);
        memset(seen + first, true, end - first);
        visit(junit, &name, first, end, with);
    }
    for (size_t i = 0; i < junit->count; i = end) {
        const struct gate_row *row = junit->rows[i];
        const struct name name = {row->image, row->platform, row->suite};

        end = end_of_rows(junit, &name, i);
        if (!seen[i])
            visit(junit, &name, i, end, with);
    }
}

struct tally {
    unsigned tests, failures, errors;
};

static void count_one(const struct junit *junit, const struct name *name, size_t first, size_t end,
                      void *with)
{
    const char *element = element_of(junit, first, end);
    struct tally *tally = with;

    (void)name;
    tally->tests++;
    tally->failures += element != NULL && strcmp(element, "failure") == 0;
    tally->errors += element != NULL && strcmp(element, "error") == 0;
}

static void write_one(const struct junit *junit, const struct name *name, size_t first, size_t end,
                      void *with)
{
    (void)with;
    write_testcase(junit, name, first, end);
}

static void write_property(FILE *out, const char *name, const char *value)
{
    if (value == NULL)
        return;
    fprintf(out, "      <property name=\"%s\" value=\"", name);
    markup_line(out, value);
    fputs("\"/>\n", out);
}

void gate_view_write_junit(const struct gate_view *view, FILE *out)
{
    struct junit junit = {.out = out, .view = view};
    struct tally tally = {0};

    sort_rows(&junit);
    visit_all(&junit, count_one, &tally);
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite name=\"gate ",
          out);
    markup_line(out, view->policy->name);
    fprintf(out, "\" tests=\"%u\" failures=\"%u\" errors=\"%u\" skipped=\"0\">\n    <properties>\n",
            tally.tests, tally.failures, tally.errors);
    write_property(out, "run", view->matrix->run.id);
    write_property(out, "build", view->matrix->run.plan.build);
    write_property(out, "policy", view->policy_path);
    write_property(out, "baseline", view->diff != NULL ? view->diff->before.id : NULL);
    fputs("    </properties>\n", out);
    visit_all(&junit, write_one, NULL);
    fputs("  </testsuite>\n</testsuites>\n", out);
    free(junit.rows);
}
