/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone advisories: the advisories that components are held against. */
#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <string.h>

#include "advisory/ecosystem.h"
#include "advisory/read.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"
#include "base/log.h"
#include "base/path.h"
#include "base/translate.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "home/home.h"
#include "store/advisories.h"

struct importing {
    struct strv paths, covers;
    struct advisory_db *db;
    size_t files, other,
        newer; /* documents, those of another kind, and advisories that were newer */
};

static void importing_done(struct importing *importing)
{
    strv_done(&importing->paths);
    strv_done(&importing->covers);
}

static void set_import(void *input, enum option_id option, char *value)
{
    struct importing *importing = input;

    strv_add(option == OPTION_COVERS ? &importing->covers : &importing->paths, value);
}

static int import_file(struct importing *importing, const char *path, struct error **err)
{
    _cleanup_json_ json_t *json = NULL;
    _cleanup_(advisories_done) struct advisories list = {0};
    int code = json_read_file(path, ADVISORY_FILE_MAX, &json, err);

    if (code == 0)
        code = advisory_read(json, path, &list, err);
    if (code < 0)
        return code;
    importing->files++;
    importing->other += code == 0;
    return advisory_db_add(importing->db, &list, &importing->newer, err);
}

static int import_path(struct importing *importing, const char *path, struct error **err)
{
    char *roots[] = {(char *)path, NULL};
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, NULL);
    FTSENT *entry;
    int code = 0;

    if (tree == NULL)
        return error_set_errno(err, -errno, "cannot open '%s'", path);
    while (code == 0 && (entry = fts_read(tree)) != NULL) {
        if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_NS || entry->fts_info == FTS_ERR)
            code = error_set_errno(err, -entry->fts_errno, "cannot read '%s'", entry->fts_path);
        else if (entry->fts_info == FTS_F &&
                 (entry->fts_level == 0 || text_ends(entry->fts_name, ".json")))
            code = import_file(importing, entry->fts_path, err);
    }
    fts_close(tree);
    return code;
}

static int import_covers(struct importing *importing, struct error **err)
{
    for (size_t i = 0; i < importing->covers.count; i++) {
        const char *name = importing->covers.items[i];
        _cleanup_free_ char *key = ecosystem_of_osv(name);
        int code;

        if (key == NULL || (strchr(key, '/') != NULL && strchr(strchr(key, '/') + 1, '/') == NULL))
            return error_set(err, -EINVAL,
                             "'%s' is not an ecosystem that is used here: PyPI, npm, Maven, Go, "
                             "crates.io, or a system with its release, such as Debian:12 or "
                             "OpenCloudOS:9",
                             name);
        code = advisory_db_cover(importing->db, key, err);
        if (code < 0)
            return code;
    }
    return 0;
}

static int import_all(struct importing *importing, struct error **err)
{
    int code = advisory_db_begin(importing->db, err);

    if (code < 0)
        return code;
    for (size_t i = 0; code == 0 && i < importing->paths.count; i++) {
        size_t before = importing->newer;

        code = import_path(importing, importing->paths.items[i], err);
        if (code == 0)
            code = advisory_db_add_import(importing->db, importing->paths.items[i],
                                          importing->newer - before, err);
    }
    if (code == 0)
        code = import_covers(importing, err);
    if (code == 0 && importing->files == importing->other)
        code =
            error_set(err, -EINVAL,
                      "there are no advisories in '%s': files of OSV or CSAF 2.0 are expected, as "
                      "JSON; unpack archives first",
                      importing->paths.items[0]);
    return advisory_db_end(importing->db, code, err);
}

int cmd_advisories_import(int argc, char **argv)
{
    _cleanup_(importing_done) struct importing importing = {0};
    _cleanup_(advisory_db_close_cleanup) struct advisory_db *db = NULL;
    struct error *err = NULL;
    const char *home = NULL;
    int code;

    cli_parse(argc, argv, set_import, &importing);
    code = home_folder(&home, &err);
    if (code == 0)
        code = advisory_db_open(home, true, &db, &err);
    importing.db = db;
    if (code == 0)
        code = import_all(&importing, &err);
    if (code < 0)
        return cli_fail(err);
    if (importing.other > 0)
        log_warning("%zu %s: neither OSV nor CSAF 2.0, not used", importing.other,
                    ngettext("file is", "files are", importing.other));
    cli_print("%zu %s, %zu new or newer %s\n", importing.files - importing.other,
              ngettext("document", "documents", importing.files - importing.other), importing.newer,
              ngettext("advisory", "advisories", importing.newer));
    return EXIT_COMPATIBLE;
}

static void set_json(void *input, enum option_id option, char *value)
{
    (void)value;
    if (option == OPTION_JSON)
        *(bool *)input = true;
}

static json_t *time_json(int64_t ms)
{
    char text[CLOCK_TEXT_SIZE];

    if (ms == 0)
        return json_null();
    clock_format(ms, text);
    return json_string(text);
}

static int print_json(const struct advisory_data *data, const struct advisory_ecosystems *list)
{
    _cleanup_json_ json_t *json = json_object();
    json_t *rows = json_array();

    json_object_set_new(json, "imported", time_json(data->imported_ms));
    json_object_set_new(json, "newest", json_from_text(data->newest));
    json_object_set_new(json, "advisories", json_integer((json_int_t)data->count));
    json_object_set_new(json, "ecosystems", rows);
    vec_foreach (row, list) {
        json_t *one = json_object();

        json_object_set_new(one, "ecosystem", json_from_text(row->key));
        json_object_set_new(one, "advisories", json_integer((json_int_t)row->advisories));
        json_object_set_new(one, "covered", time_json(row->covered_ms));
        json_array_append_new(rows, one);
    }
    return cli_print_json("touchstone-advisories", 1, json);
}

static int print_text(const struct advisory_data *data, const struct advisory_ecosystems *list)
{
    char imported[CLOCK_TEXT_SIZE];

    clock_format(data->imported_ms, imported);
    cli_print("%zu %s; newest of %s, imported %.10s (%lld days ago)\n", data->count,
              text_plural(data->count, "advisory", "advisories"),
              data->newest != NULL ? data->newest : "no date", imported,
              (long long)((clock_wall_ms() - data->imported_ms) / CLOCK_DAY_MS));
    vec_foreach (row, list)
        cli_print("  %-28s %8zu %s\n", row->key, row->advisories,
                  row->covered_ms > 0 ? "stated to be complete" : "not stated to be complete");
    return EXIT_COMPATIBLE;
}

int cmd_advisories_list(int argc, char **argv)
{
    _cleanup_(advisory_db_close_cleanup) struct advisory_db *db = NULL;
    _cleanup_(advisory_ecosystems_done) struct advisory_ecosystems list = {0};
    struct advisory_data data = {0};
    struct error *err = NULL;
    const char *home = NULL;
    bool json = false;
    int code;

    home_reads_only();
    cli_parse(argc, argv, set_json, &json);
    code = home_folder(&home, &err);
    if (code == 0)
        code = advisory_db_open(home, false, &db, &err);
    if (code == 0)
        code = advisory_db_data(db, &data, &err);
    if (code == 0)
        code = advisory_db_ecosystems(db, &list, &err);
    if (code < 0) {
        bool none = code == -ENOENT;

        cli_fail(err);
        return none ? EXIT_NO_RESULTS : EXIT_IO;
    }
    code = json ? print_json(&data, &list) : print_text(&data, &list);
    free(data.newest);
    return code;
}
