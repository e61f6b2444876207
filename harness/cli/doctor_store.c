/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of the store by doctor: whether it and its runs are intact, and copying intact ones to a
 * new store. */
#include <errno.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "cli/cli.h"
#include "cli/doctor.h"
#include "home/home.h"
#include "store/evidence.h"
#include "store/salvage.h"
#include "store/store.h"

static void check_evidence(struct doctor *doctor, struct store *store)
{
    _cleanup_(evidence_state_done) struct evidence_state state = {0};
    _cleanup_free_ char *fact = NULL, *advice = NULL;
    const char *run_id;
    struct error *err = NULL;

    if (store_check_evidence(store, doctor->full, &state, &err) < 0) {
        doctor->unusable = true;
        doctor_note_error(doctor, "evidence", "broken", err);
        return;
    }
    if (state.wrong == 0) {
        fact = text_format("%llu %s %s", (unsigned long long)state.count,
                           text_plural(state.count, "blob", "blobs"),
                           doctor->full ? "read, all intact" : "in place");
        doctor_note(doctor, "evidence", "ok", fact,
                    doctor->full ? NULL : "check it for damage with --full");
        return;
    }
    doctor->unusable = true;
    run_id = state.run_id != NULL ? state.run_id : "RUN";
    fact = text_format("%llu of %llu blobs %s damaged; the first: %s",
                       (unsigned long long)state.wrong, (unsigned long long)state.count,
                       text_plural(state.wrong, "is", "are"), state.first);
    advice = text_format("restore it from a copy of the home, or run its cells again: 'touchstone "
                         "report %s' tells which are no longer assessed",
                         run_id);
    doctor_note(doctor, "evidence", "broken", fact, advice);
}

static char *describe(const struct salvaged_run *run)
{
    if (run->reason == NULL)
        return text_format("%zu %s, intact", run->attempts,
                           text_plural(run->attempts, "attempt", "attempts"));
    return text_format("%zu %s can be read, %zu cannot: %s", run->attempts,
                       text_plural(run->attempts, "attempt", "attempts"), run->lost, run->reason);
}

/* Examines each run if the store or one of its runs is damaged. */
static void check_runs(struct doctor *doctor, struct store *store, bool damaged)
{
    _cleanup_(salvaged_runs_done) struct salvaged_runs runs = {0};
    struct error *err = NULL;
    bool broken = damaged;

    if (store_examine_runs(store, &runs, &err) < 0) {
        doctor->unusable = true;
        doctor_note_error(doctor, "runs", "broken", err);
        return;
    }
    vec_foreach (run, &runs)
        broken = broken || run->reason != NULL;
    doctor->unusable |= broken;
    for (size_t i = 0; broken && i < runs.count; i++) {
        const struct salvaged_run *run = &runs.items[i];
        _cleanup_free_ char *subject = text_format("run %s", run->id), *fact = describe(run);

        doctor_note(doctor, subject, run->reason == NULL ? "ok" : "broken", fact, NULL);
    }
}

/* A store that knows none of the runs with a folder is not the one that recorded them. */
static int check_known(struct store *store, struct error **err)
{
    _cleanup_strv_ struct strv ids = {0};
    int code = store_list_runs(store, &ids, err);

    if (code < 0 || ids.count > 0 || store_count_unknown_runs(store) == 0)
        return code;
    return store_unknown_runs(store, err);
}

void doctor_store(struct doctor *doctor)
{
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    struct error *err = NULL;
    int code = store_open(doctor->home, &store, &err);
    bool opened = code == 0, damaged;

    if (opened)
        code = doctor->full ? store_check(store, &err) : store_check_schema(store, &err);
    if (opened && code == 0)
        code = check_known(store, &err);
    damaged = code == -EUCLEAN;
    if (code < 0) {
        doctor->unusable = true;
        doctor_note_error(doctor, "store", "broken", err);
    } else {
        doctor_note(doctor, "store", "ok", doctor->full ? "opens; every page was checked" : "opens",
                    doctor->full ? NULL : "check it for damage with --full");
    }
    if (!opened && damaged && doctor->full && store_open_as_is(doctor->home, &store, NULL) < 0)
        return;
    if (doctor->full && store != NULL && (code == 0 || damaged))
        check_runs(doctor, store, damaged);
    if (code == 0)
        check_evidence(doctor, store);
}

static int print_json(const char *folder, const struct salvaged_runs *runs)
{
    _cleanup_json_ json_t *json = json_object();
    json_t *rows = json_array();

    vec_foreach (run, runs) {
        json_t *row = json_object();

        json_object_set_new(row, "run", json_from_text(run->id));
        json_object_set_new(row, "attempts", json_integer((json_int_t)run->attempts));
        json_object_set_new(row, "lost", json_integer((json_int_t)run->lost));
        json_object_set_new(row, "reason", json_from_text(run->reason));
        json_array_append_new(rows, row);
    }
    json_object_set_new(json, "folder", json_from_text(folder));
    json_object_set_new(json, "runs", rows);
    return cli_print_json("touchstone-doctor-salvage", 1, json);
}

static void print_text(const char *home, const char *folder, const struct salvaged_runs *runs)
{
    vec_foreach (run, runs) {
        _cleanup_free_ char *fact = describe(run);

        cli_print("%-8s run %s: %s\n", run->reason == NULL ? "copied" : "damaged", run->id, fact);
    }
    cli_print(
        "\nThe copy is '%s/store.db'. To use it, move '%s/store.db' away, with store.db-wal and "
        "store.db-shm\nbeside it, and move the copy into its place; evidence stays where it is. "
        "'touchstone resume' runs\nthe cells again whose attempts were lost.\n",
        folder, home);
}

int doctor_reindex(struct error **err)
{
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    const char *home = NULL;
    int code = home_folder(&home, err);

    if (code == 0)
        code = store_open(home, &store, err);
    return code == 0 ? store_reindex(store, err) : code;
}

int doctor_salvage(const char *folder, bool json)
{
    _cleanup_(salvaged_runs_done) struct salvaged_runs runs = {0};
    struct error *err = NULL;
    const char *home = NULL;
    bool lost = false;
    int code = home_folder(&home, &err);

    if (code == 0)
        code = store_salvage(home, folder, &runs, &err);
    if (code < 0)
        return cli_fail(err);
    vec_foreach (run, &runs)
        lost = lost || run->reason != NULL;
    if (json)
        code = print_json(folder, &runs);
    else
        print_text(home, folder, &runs);
    return code == 0 && lost ? EXIT_IO : code;
}
