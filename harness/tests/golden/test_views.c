/* SPDX-License-Identifier: Apache-2.0 */
/* What `matrix` and `show` print for a fixed store, as text and JSON. */
#include <errno.h>

#include "base/json_write.h"
#include "cli/cell_name.h"
#include "golden.h"
#include "reports/cell_view.h"
#include "reports/matrix_view.h"
#include "sample_matrix.h"

static char *matrix_json(const struct matrix *matrix)
{
    struct json_writer to = {.sink = NULL};

    matrix_view_write_json(matrix, (struct exit_policy){0}, &to);
    return buffer_steal(&to.text);
}

static char *cell_json(const struct cell_view *view)
{
    struct json_writer to = {.sink = NULL};

    json_write_object(&to, NULL);
    cell_view_write_json(view, &to);
    json_write_end(&to);
    return buffer_steal(&to.text);
}

static void test_matrix(void)
{
    struct store *store = NULL;
    _cleanup_folder_ char *home = sample_home(&store);
    _cleanup_(matrix_done) struct matrix matrix = {0};
    _cleanup_buffer_ struct buffer text = {0}, coloured = {0};
    _cleanup_free_ char *json = NULL;

    CU_ASSERT_FATAL(matrix_load(store, SAMPLE_RUN, &matrix, NULL) == 0);
    matrix_view_text(&matrix, false, &text);
    golden_check("matrix.txt", text.data);
    matrix_view_text(&matrix, true, &coloured);
    CHECK_HAS(coloured.data, "\033[31;1mincompatible emulated");
    json = matrix_json(&matrix);
    golden_check("matrix.json", json);
    CHECK_INT(matrix_exit_code(&matrix, (struct exit_policy){0}), 1);
    store_close(store);
}

static void show(struct store *store, const char *home, const char *cell_name, const char *case_id,
                 const char *golden, bool json)
{
    _cleanup_(run_record_done) struct run_record run = {0};
    _cleanup_(cell_records_done) struct cell_records cells = {0};
    _cleanup_(matrix_cell_done) struct matrix_cell cell = {0};
    _cleanup_buffer_ struct buffer text = {0};
    _cleanup_free_ char *made = NULL, *replaced = NULL;
    struct cell_view view = {home, &run, &cell, NULL, case_id, NULL, case_id != NULL, true};
    size_t place = 0;

    CU_ASSERT_FATAL(store_read_run(store, SAMPLE_RUN, &run, NULL) == 0);
    CU_ASSERT_FATAL(store_read_cells(store, SAMPLE_RUN, &cells, NULL) == 0);
    CU_ASSERT_FATAL(cell_name_find(&cells, SAMPLE_RUN, cell_name, &place, NULL) == 0);
    CU_ASSERT_FATAL(matrix_load_cell(store, SAMPLE_RUN, &cells.rows.items[place], &cell, NULL) ==
                    0);
    if (json)
        made = cell_json(&view);
    else {
        cell_view_text(&view, false, &text);
        made = buffer_steal(&text);
    }
    replaced = golden_replace(made, home, "HOME");
    golden_check(golden, replaced);
}

static void test_show(void)
{
    struct store *store = NULL;
    _cleanup_folder_ char *home = sample_home(&store);

    show(store, home, "kunpeng/redis", NULL, "show_failed.txt", false);
    show(store, home, "kunpeng/redis", NULL, "show_failed.json", true);
    show(store, home, "kunpeng/redis", "persist", "show_case.txt", false);
    show(store, home, "phytium/redis", NULL, "show_flaky.txt", false);
    show(store, home, "phytium/behaviour", NULL, "show_wrong_guest.txt", false);
    show(store, home, "phytium-d3000", NULL, "show_no_guest.txt", false);
    show(store, home, "x86/redis", NULL, "show_refused.txt", false);
    show(store, home, "x86/redis", NULL, "show_refused.json", true);
    store_close(store);
}

/* A run of some items: its first line says so, and the cell lists what is missing. */
static void test_partial(void)
{
    struct store *store = NULL;
    _cleanup_folder_ char *home = sample_partial_home(&store);
    _cleanup_(matrix_done) struct matrix matrix = {0};
    _cleanup_buffer_ struct buffer text = {0};
    _cleanup_free_ char *json = NULL;

    CU_ASSERT_FATAL(matrix_load(store, SAMPLE_RUN, &matrix, NULL) == 0);
    matrix_view_text(&matrix, false, &text);
    golden_check("matrix_partial.txt", text.data);
    json = matrix_json(&matrix);
    golden_check("matrix_partial.json", json);
    CHECK_INT(matrix_exit_code(&matrix, (struct exit_policy){0}), 5);
    show(store, home, "kunpeng/redis", NULL, "show_partial.txt", false);
    store_close(store);
}

/* The brief form names every cell that is not compatible, and no other. */
static void test_brief(void)
{
    struct store *store = NULL;
    _cleanup_folder_ char *home = sample_home(&store);
    _cleanup_(matrix_done) struct matrix matrix = {0};
    _cleanup_buffer_ struct buffer text = {0};

    CU_ASSERT_FATAL(matrix_load(store, SAMPLE_RUN, &matrix, NULL) == 0);
    CU_ASSERT_FALSE(matrix_view_is_large(&matrix));
    matrix_view_brief(&matrix, false, &text);
    vec_foreach (cell, &matrix.cells) {
        _cleanup_free_ char *name =
            text_format("  %s/%s/%s  ", cell->cell.image, cell->cell.platform, cell->cell.suite);

        CU_ASSERT_EQUAL(strstr(text.data, name) != NULL,
                        cell->judgement.verdict != VERDICT_COMPATIBLE);
    }
    CHECK_HAS(text.data, "touchstone matrix " SAMPLE_RUN " --all");
    CU_ASSERT_PTR_NULL(strstr(text.data, "\nimage "));
    store_close(store);
}

/* Damaged evidence is reported as damaged, and never shown. */
static void test_damaged(void)
{
    struct store *store = NULL;
    _cleanup_folder_ char *home = sample_home(&store);
    _cleanup_free_ char *folder = path_join(home, "evidence");

    CHECK_INT(path_remove_tree(folder, NULL), 0);
    show(store, home, "kunpeng/redis", "persist", "show_damaged.txt", false);
    store_close(store);
}

static void test_names(void)
{
    static const struct {
        const char *text;
        int code;
        const char *platform, *message;
    } rows[] = {
        {SAMPLE_IMAGE "/kunpeng/redis", 0, "kunpeng", NULL},
        {"kunpeng/redis", 0, "kunpeng", NULL},
        {"kun/red", 0, "kunpeng", NULL},
        {"arm64/kunpeng/redis", 0, "kunpeng", NULL},
        {"sparc/kunpeng/redis", -ENOENT, NULL, "has no cell 'sparc/kunpeng/redis': its cells are"},
        {"debian-bookworm-arm/kun/red", 0, "kunpeng", NULL},
        {"phytium/behaviour", 0, "phytium", NULL},
        {"phytium-/behaviour", 0, "phytium-d3000", NULL},
        {"d3000", 0, "phytium-d3000", NULL},
        {"phytium-d3000", 0, "phytium-d3000", NULL},
        {"amd64", -EINVAL, NULL, "debian-bookworm-amd64/x86/behaviour"},
        {"x86/redis", 0, "x86", NULL},
        {"redis", -EINVAL, NULL, SAMPLE_IMAGE "/kunpeng/redis, " SAMPLE_IMAGE "/phytium/redis"},
        {"redis/kunpeng", -ENOENT, NULL, "has no cell"},
        {"a/b/c/d", -ENOENT, NULL, "has no cell"},
        {"", -ENOENT, NULL, "has no cell"},
        {"/", -ENOENT, NULL, "has no cell"},
    };
    struct store *store = NULL;
    _cleanup_folder_ char *home = sample_home(&store);
    _cleanup_(cell_records_done) struct cell_records cells = {0};

    CU_ASSERT_FATAL(store_read_cells(store, SAMPLE_RUN, &cells, NULL) == 0);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_error_ struct error *err = NULL;
        size_t place = 0;
        int code = cell_name_find(&cells, SAMPLE_RUN, rows[i].text, &place, &err);

        if (code != rows[i].code)
            printf("\n'%s': %s", rows[i].text, error_message(err));
        CHECK_INT(code, rows[i].code);
        if (rows[i].code == 0)
            CHECK_TEXT(cells.rows.items[place].platform, rows[i].platform);
        else
            CHECK_HAS(error_message(err), rows[i].message);
    }
    store_close(store);
}

int main(void)
{
    CU_TestInfo tests[] = {{"matrix", test_matrix},
                           {"show", test_show},
                           {"partial", test_partial},
                           {"brief", test_brief},
                           {"damaged evidence", test_damaged},
                           {"cell names", test_names},
                           CU_TEST_INFO_NULL};

    return cunit_run("views", tests);
}
