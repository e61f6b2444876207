/* SPDX-License-Identifier: Apache-2.0 */
/* A manifest modified by somebody: rejected with a message, never used, never a crash. */
#include <errno.h>
#include <stdlib.h>

#include "base/json.h"
#include "cunit_run.h"
#include "run/folder.h"
#include "run/jobs.h"
#include "run/manifest.h"
#include "run/schedule.h"
#include "sample_store.h"
#include "temp_folder.h"

#define RUN "20260101-abcdef"

static char *file; /* the manifest */

static void add_input(struct manifest *manifest, const char *kind, const char *name)
{
    struct run_input *row = vec_add(&manifest->record.inputs);

    row->kind = text_dup(kind);
    row->name = text_dup(name);
    row->path = text_format("/nowhere/%s.xml", name);
    digest_of_memory(name, strlen(name), row->sha256);
}

static void add_cell(struct manifest *manifest, const char *platform, const char *refused)
{
    struct plan_cell *cell = vec_add(&manifest->record.plan.cells);

    cell->image = text_dup("a");
    cell->platform = text_dup(platform);
    cell->suite = text_dup("redis");
    cell->refused = text_dup(refused);
}

static void write_sample(void)
{
    _cleanup_(manifest_done) struct manifest manifest = {0};
    struct run_accel *accel = vec_add(&manifest.accels);

    manifest.record.id = text_dup(RUN);
    CHECK_INT(run_folder(RUN, &manifest.folder, NULL), 0);
    CHECK_INT(path_make_folders(manifest.folder, false, NULL), 0);
    add_input(&manifest, "features", "features");
    add_input(&manifest, "image", "a");
    add_input(&manifest, "platform", "kunpeng");
    add_input(&manifest, "platform", "phytium");
    add_input(&manifest, "suite", "redis");
    add_cell(&manifest, "kunpeng", NULL);
    add_cell(&manifest, "phytium", NULL);
    add_cell(&manifest, "hygon", "another architecture");
    accel->image = text_dup("a");
    accel->accel = ACCEL_TCG;
    accel->reason = text_dup("asked for");
    strv_add(&manifest.record.plan.items, "install");
    CHECK_INT(manifest_write(&manifest, NULL), 0);
    free(file);
    file = path_join(manifest.folder, "manifest.json");
}

static json_t *load(void)
{
    json_t *root = NULL;

    CU_ASSERT_FATAL(json_read_file(file, 1 << 20, &root, NULL) == 0);
    return root;
}

/* As written by an older version, so that the code that reads the members is reached. */
static void save_old(json_t *root)
{
    json_object_set_new(root, "schema", json_integer(1));
    json_object_del(root, "sha256");
    CHECK_INT(json_write_file(root, file, NULL), 0);
}

/* Whatever is accepted is complete enough to make jobs from it. */
static int try_it(struct error **err)
{
    _cleanup_(manifest_done) struct manifest manifest = {0};
    _cleanup_(schedule_done) struct schedule schedule = {0};
    int code = manifest_read(RUN, &manifest, err);

    if (code < 0) {
        CU_ASSERT(err == NULL || strlen(error_message(*err)) > 10);
        return code;
    }
    vec_foreach (cell, &manifest.record.plan.cells)
        if (cell->refused == NULL)
            CU_ASSERT(jobs_add_cell(&manifest, cell, NULL, &(struct strv){0}, &(struct strv){0},
                                    &schedule, NULL) < 0); /* the files do not exist */
    return 0;
}

static void test_unchanged(void)
{
    _cleanup_error_ struct error *err = NULL;
    json_t *root;

    write_sample();
    CHECK_INT(try_it(&err), 0);
    CHECK_TEXT(error_message(err), "no error");
    root = load();
    save_old(root); /* a manifest of an older version is accepted */
    CHECK_INT(try_it(&err), 0);
    json_decref(root);
}

/* Changes that a person might make, with the digest unchanged and then removed. */
static void test_edited(void)
{
    static const struct {
        const char *name, *array;
        size_t remove; /* from there on; SIZE_MAX: none */
        const char *key, *value;
        int code_without_digest;
    } rows[] = {
        {"another run's id", NULL, SIZE_MAX, "run", "20260101-ffffff", -EUCLEAN},
        {"no inputs", "inputs", 0, NULL, NULL, -EUCLEAN},
        {"an input less", "inputs", 4, NULL, NULL, -EUCLEAN},
        {"no accelerators", "accels", 0, NULL, NULL, -EUCLEAN},
        {"no cells", "cells", 0, NULL, NULL, 0}, /* manifest_match */
        {"another policy", NULL, SIZE_MAX, "accel", "kvm", 0},
        {"a policy that is none", NULL, SIZE_MAX, "accel", "fast", -EBADMSG},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_error_ struct error *err = NULL;
        json_t *root, *array;

        write_sample();
        root = load();
        array = rows[i].array != NULL ? json_object_get(root, rows[i].array) : NULL;
        while (array != NULL && json_array_size(array) > rows[i].remove)
            json_array_remove(array, json_array_size(array) - 1);
        if (rows[i].key != NULL)
            json_object_set_new(root, rows[i].key, json_string(rows[i].value));
        CHECK_INT(json_write_file(root, file, NULL), 0);
        CHECK_INT(try_it(&err), -EUCLEAN);
        CHECK_HAS(error_message(err), "manifest.json");
        CHECK_HAS(error_message(err), "digest mismatch");
        save_old(root);
        error_free(steal_ptr(err));
        if (try_it(&err) != rows[i].code_without_digest)
            printf("\n%s\n", rows[i].name);
        CHECK_INT(err != NULL ? err->code : 0, rows[i].code_without_digest);
        json_decref(root);
    }
}

static json_t *change(size_t how)
{
    switch (how) {
    case 0:
        return json_null();
    case 1:
        return json_integer(-1);
    case 2:
        return json_string("");
    case 3:
        return json_string("../x y");
    case 4:
        return json_array();
    case 5:
        return json_object();
    default:
        return NULL;
    }
}

static unsigned tried;

/* Every member of every value: removed, replaced by each other type, duplicated in its array. */
static void mutate(json_t *root, json_t *value)
{
    json_t *member;
    const char *key;
    size_t index;
    _cleanup_strv_ struct strv names = {0};

    /* By name, because a member that is added again comes last. */
    json_object_foreach(value, key, member) strv_add(&names, key);
    if (json_is_object(value))
        for (size_t i = 0; i < names.count; i++) {
            const char *name = names.items[i];

            if (strcmp(name, "schema") == 0)
                continue;
            member = json_incref(json_object_get(value, name));
            mutate(root, member);
            for (size_t how = 0; how <= 6; how++, tried++) {
                json_t *other = change(how);

                if (other != NULL)
                    json_object_set_new(value, name, other);
                else
                    json_object_del(value, name);
                save_old(root);
                try_it(NULL);
                json_object_set(value, name, member);
            }
            json_decref(member);
        }
    else
        json_array_foreach(value, index, member)
        {
            json_incref(member);
            mutate(root, member);
            for (size_t how = 0; how <= 5; how++, tried++) {
                json_array_set_new(value, index, change(how));
                save_old(root);
                try_it(NULL);
                json_array_set(value, index, member);
            }
            json_array_append(value, member);
            save_old(root);
            try_it(NULL);
            json_array_remove(value, json_array_size(value) - 1);
            json_decref(member);
        }
}

static void test_mutations(void)
{
    json_t *root;

    write_sample();
    root = load();
    json_object_del(root, "sha256");
    mutate(root, root);
    CU_ASSERT(tried > 300);
    save_old(root);
    CHECK_INT(try_it(NULL), 0);
    json_decref(root);
}

/* Compared with the store: fewer cells, or other copies. */
static void test_match(void)
{
    _cleanup_folder_ char *folder = temp_folder_new();
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_(manifest_done) struct manifest manifest = {0};
    _cleanup_(run_record_done) struct run_record run = {0};
    _cleanup_(cell_records_done) struct cell_records cells = {0};
    _cleanup_error_ struct error *err = NULL;

    CHECK_INT(store_open(folder, &store, NULL), 0);
    CHECK_INT(sample_add_run(store, SAMPLE_RUN, NULL), 0);
    CHECK_INT(store_read_run(store, SAMPLE_RUN, &run, NULL), 0);
    CHECK_INT(store_read_cells(store, SAMPLE_RUN, &cells, NULL), 0);
    CU_ASSERT_FATAL(cells.rows.count > 1);
    manifest.folder = text_dup(folder);
    manifest.record.id = text_dup(SAMPLE_RUN);
    for (size_t i = cells.rows.count; i > 0; i--) { /* another order of cells is the same plan */
        struct plan_cell *cell = vec_add(&manifest.record.plan.cells);

        cell->image = text_dup(cells.rows.items[i - 1].image);
        cell->platform = text_dup(cells.rows.items[i - 1].platform);
        cell->suite = text_dup(cells.rows.items[i - 1].suite);
        cell->refused = text_dup(cells.rows.items[i - 1].refused);
    }
    vec_foreach (input, &run.inputs) {
        struct run_input *row = vec_add(&manifest.record.inputs);

        row->kind = text_dup(input->kind);
        row->name = text_dup(input->name);
        row->path = text_dup(input->path);
        memcpy(row->sha256, input->sha256, DIGEST_TEXT_SIZE);
    }
    CHECK_INT(manifest_match(&manifest, store, &err), 0);
    CHECK_TEXT(error_message(err), "no error");
    if (manifest.record.inputs.count > 0) {
        manifest.record.inputs.items[0].sha256[0] ^= 1;
        CHECK_INT(manifest_match(&manifest, store, &err), -EUCLEAN);
        manifest.record.inputs.items[0].sha256[0] ^= 1;
    }
    text_replace(&manifest.record.plan.cells.items[0].suite, "other");
    CHECK_INT(manifest_match(&manifest, store, &err), -EUCLEAN);
    CHECK_HAS(error_message(err), "as planned");
}

static void test_ids(void)
{
    static const struct {
        const char *names[3], *id;
    } rows[] = {
        {{"deb", "x86", "s"}, "cell.deb.x86.s"},
        {{"deb", "x86", "x86.s"}, "cell.deb.x86.x86..s"},
        {{"deb.x86", "x86", "s"}, "cell.deb..x86.x86.s"},
        {{"deb.", "x86", "s"}, "cell.deb...x86.s"},
        {{"deb", "x86.", "s"}, "cell.deb.x86...s"},
        {{"deb..x86", "x86", "s"}, "cell.deb....x86.x86.s"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_free_ char *id = jobs_make_id("cell", rows[i].names, 3);

        CHECK_TEXT(id, rows[i].id);
    }
    for (int i = 0; i < 2; i++) {
        static const char dots[] =
            "a..............................................................z";
        const char *names[] = {dots, dots, i == 0 ? "s" : "t"};
        _cleanup_free_ char *id = jobs_make_id("cell", names, 3);
        static char first[256];

        CU_ASSERT(strlen(id) <= 200);
        CU_ASSERT(strcmp(id, first) != 0);
        strcpy(first, id);
    }
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"unchanged", test_unchanged},           {"edited", test_edited},
        {"mutations", test_mutations},           {"match with the store", test_match},
        {"ids of jobs are injective", test_ids}, CU_TEST_INFO_NULL};
    _cleanup_folder_ char *folder = temp_folder_new();
    int failed;

    setenv("TOUCHSTONE_HOME", folder, 1);
    failed = cunit_run("manifest", tests);
    free(file);
    return failed;
}
