/* SPDX-License-Identifier: Apache-2.0 */
/* Retention, on real files and real SQLite: evidence of a remaining run and objects in use are
 * never removed; the least recently used is removed first; a removal that was killed is
 * finished. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "guest/state/draft.h"
#include "home/budget.h"
#include "home/preserved.h"
#include "model/image.h"
#include "run/crash_recovery.h"
#include "run/retain.h"
#include "sample_store.h"
#include "store/retain.h"

#define _cleanup_store_ _cleanup_(store_close_cleanup)
#define MIB (UINT64_C(1) << 20)

static void put(const char *folder, const char *name, const char *text)
{
    _cleanup_free_ char *path = path_join(folder, name);
    _cleanup_free_ char *parent = text_ndup(path, (size_t)(path_base(path) - path));

    CHECK_INT(path_make_folders(parent, false, NULL), 0);
    CHECK_INT(path_write_atomic(path, text, strlen(text), NULL), 0);
}

static bool there(const char *home, const char *name)
{
    _cleanup_free_ char *path = path_join(home, name);

    return path_exists(path);
}

/* --- budgets ------------------------------------------------------------------------------ */

static void test_budget_text(void)
{
    static const struct {
        const char *text;
        uint64_t bytes;
        int code;
    } rows[] = {
        {"0", 0, 0},
        {"4096", 4096, 0},
        {"3K", 3072, 0},
        {"2M", 2 * MIB, 0},
        {"20G", 20480 * MIB, 0},
        {"1T", MIB * MIB, 0},
        {"unlimited", BUDGET_UNLIMITED, 0},
        {"", 0, -EINVAL},
        {"G", 0, -EINVAL},
        {"-1", 0, -EINVAL},
        {"1.5G", 0, -EINVAL},
        {"5 G", 0, -EINVAL},
        {"99999999T", 0, -EINVAL},
        {"20g", 0, -EINVAL},
        {NULL, 0, -EINVAL},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint64_t bytes = 0;

        CHECK_INT(budget_parse(rows[i].text, &bytes, NULL), rows[i].code);
        CHECK_INT(bytes, rows[i].bytes);
    }
}

static void test_budget_file(void)
{
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_error_ struct error *err = NULL;
    struct budgets budgets;

    CHECK_INT(budgets_read(home, &budgets, NULL), 0);
    CU_ASSERT(budgets.bytes[BUDGET_STATES] > 1024 * MIB);
    CHECK_INT(budgets.bytes[BUDGET_EVIDENCE], BUDGET_UNLIMITED);
    put(home, "budgets.json", "{\"states\": \"3M\", \"evidence\": \"1G\"}");
    CHECK_INT(budgets_read(home, &budgets, NULL), 0);
    CHECK_INT(budgets.bytes[BUDGET_STATES], 3 * MIB);
    CHECK_INT(budgets.bytes[BUDGET_EVIDENCE], 1024 * MIB);
    put(home, "budgets.json", "{\"stats\": \"3M\"}");
    CHECK_INT(budgets_read(home, &budgets, &err), -EBADMSG);
    CHECK_HAS(error_message(err), "'stats': use one of states, kept, evidence");
    put(home, "budgets.json", "{\"states\": \"much\"}");
    CU_ASSERT(budgets_read(home, &budgets, &err) < 0);
    CHECK_HAS(error_message(err), "'much' is not a size");
}

/* --- saved states ------------------------------------------------------------------------- */

static void state_key(char name, char key[DIGEST_TEXT_SIZE])
{
    memset(key, name, DIGEST_TEXT_SIZE - 1);
    key[DIGEST_TEXT_SIZE - 1] = '\0';
}

/* A saved state of one MiB, as made by a prepare job, last used at this second. */
/* base: of the state that it depends on; 0: the image only. */
static void make_state_on(const char *home, char name, char base, time_t used)
{
    _cleanup_free_ char *disk = path_join(home, "image.raw"), *lock = NULL;
    _cleanup_(state_draft_free_cleanup) struct state_draft *draft = NULL;
    _cleanup_error_ struct error *err = NULL;
    struct image image = {.name = "a", .disk.path = disk, .format = DISK_RAW};
    struct platform platform = {.name = "kunpeng"};
    const struct guest_spec spec = {.image = &image, .platform = &platform, .accel = ACCEL_TCG};
    const struct timespec times[] = {{.tv_sec = used}, {.tv_sec = used}};
    _cleanup_free_ char *bytes = text_calloc(1, MIB);
    char key[DIGEST_TEXT_SIZE];
    int code;

    memset(bytes, name, MIB);
    state_key(name, key);
    put(home, "image.raw", "a disk that nothing reads");
    code = state_draft_begin(home, key, &image, 0, &draft, &err);
    if (code == 0)
        code = path_write_atomic(state_draft_memory(draft), bytes, MIB, &err);
    if (base != 0) {
        char base_key[DIGEST_TEXT_SIZE];

        state_key(base, base_key);
        state_draft_set_base(draft, base_key, "1 0 guard");
    }
    if (code == 0)
        code = state_draft_complete(draft, &spec, ENTRY_AGENT, "r/j/1", &err);
    CHECK_INT(code, 0);
    if (code < 0)
        printf("%s\n", error_message(err));
    state_draft_free(steal_ptr(draft));
    lock = text_format("%s/states/%s.lock", home, key);
    CHECK_INT(utimensat(AT_FDCWD, lock, times, 0), 0);
}

static void make_state(const char *home, char name, time_t used)
{
    make_state_on(home, name, 0, used);
}

static uint64_t states_bytes(const char *home)
{
    _cleanup_(saved_states_done) struct saved_states states = {0};
    uint64_t bytes = 0;

    CHECK_INT(saved_state_list(home, &states, NULL), 0);
    vec_foreach (state, &states.rows)
        bytes += state->bytes;
    return bytes;
}

/* Names of the existing states. */
static char *list_states(const char *home)
{
    _cleanup_(saved_states_done) struct saved_states states = {0};
    struct buffer names = {0};

    CHECK_INT(saved_state_list(home, &states, NULL), 0);
    vec_foreach (state, &states.rows)
        buffer_add(&names, state->key, 1);
    return buffer_steal(&names);
}

static int drop_state(void *context, const struct saved_state *state, struct error **err)
{
    return saved_state_remove(context, state->key, err);
}

/* a is the oldest, and b depends on it: it is removed after b, and b cannot be found without it. */
static void test_states_on_states(void)
{
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_free_ char *first = NULL, *second = NULL, *third = NULL;
    _cleanup_(saved_state_done) struct saved_state state = {0};
    struct strv keep = {0};
    char a[DIGEST_TEXT_SIZE], b[DIGEST_TEXT_SIZE];

    state_key('a', a);
    state_key('b', b);
    make_state(home, 'a', 1000);
    make_state_on(home, 'b', 'a', 2000);
    make_state(home, 'c', 3000);
    CHECK_INT(saved_state_find(home, b, &state, NULL), 0);
    CHECK_TEXT(state.base, a);
    CHECK_TEXT(state.notes, "1 0 guard");
    CHECK_INT(saved_state_evict(home, states_bytes(home) - 1, &keep, drop_state, home, NULL), 0);
    first = list_states(home);
    CHECK_TEXT(first, "ac");
    make_state_on(home, 'b', 'a', 2000);
    CHECK_INT(saved_state_evict(home, MIB, &keep, drop_state, home, NULL), 0);
    second = list_states(home);
    CHECK_TEXT(second, "");
    make_state(home, 'a', 1000);
    make_state_on(home, 'b', 'a', 2000);
    CHECK_INT(saved_state_remove(home, a, NULL), 0);
    make_state(home, 'a', 1000); /* same key, another disk */
    third = list_states(home);
    CHECK_TEXT(third, "a");
}

static void test_states(void)
{
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_free_ char *first = NULL, *second = NULL, *third = NULL, *last = NULL;
    _cleanup_strv_ struct strv keep = {0};
    _cleanup_error_ struct error *err = NULL;
    char b[DIGEST_TEXT_SIZE], c[DIGEST_TEXT_SIZE], d[DIGEST_TEXT_SIZE];
    int hold = -1;

    /* c was used first, then a, d, b. */
    make_state(home, 'a', 2000);
    make_state(home, 'b', 4000);
    make_state(home, 'c', 1000);
    make_state(home, 'd', 3000);
    CHECK_INT(saved_state_evict(home, states_bytes(home), &keep, drop_state, home, NULL), 0);
    first = list_states(home);
    CHECK_TEXT(first, "abcd");
    CHECK_INT(saved_state_evict(home, states_bytes(home) - 1, &keep, drop_state, home, NULL), 0);
    second = list_states(home);
    CHECK_TEXT(second, "abd");

    /* In use: b by a guest, d by a preserved guest. Only a can be removed, whatever the budget. */
    state_key('b', b);
    state_key('d', d);
    {
        _cleanup_(saved_state_done) struct saved_state state = {0};

        CHECK_INT(saved_state_open(home, b, &hold, &state, NULL), 0);
        CHECK_TEXT(state.key, b);
    }
    strv_add(&keep, d);
    CHECK_INT(saved_state_remove(home, b, &err), -EBUSY);
    CHECK_HAS(error_message(err), "a guest runs from it");
    CHECK_INT(saved_state_evict(home, 0, &keep, drop_state, home, NULL), 0);
    third = list_states(home);
    CHECK_TEXT(third, "bd");
    close(hold);

    /* A use counts: d is older than b until a guest is started from it. */
    CHECK_INT(saved_state_lock(home, d, &hold, NULL), 0);
    close(hold);
    strv_done(&keep);
    keep = (struct strv){0};
    {
        _cleanup_free_ char *lock = text_format("%s/states/%s.lock", home, b);
        const struct timespec times[] = {{.tv_sec = 4000}, {.tv_sec = 4000}};

        CHECK_INT(utimensat(AT_FDCWD, lock, times, 0), 0);
    }
    CHECK_INT(saved_state_evict(home, states_bytes(home) - 1, &keep, drop_state, home, NULL), 0);
    last = list_states(home);
    CHECK_TEXT(last, "d");

    /* A state that is being made is neither found nor removed; one whose process died is
     * removed. */
    state_key('c', c);
    {
        _cleanup_free_ char *draft = text_format("states/%s.draft", c);
        _cleanup_free_ char *folder = path_join(home, draft);
        _cleanup_free_ char *lock = text_format("%s/states/%s.lock", home, c);
        int maker = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0644);

        put(folder, "memory", "half");
        CHECK_INT(saved_state_lock(home, c, &hold, NULL), 0);
        CHECK_INT(saved_state_sweep(home, NULL), 0);
        CU_ASSERT(there(home, draft));
        close(hold);
        CHECK_INT(saved_state_sweep(home, NULL), 0);
        CU_ASSERT(!there(home, draft));
        close(maker);
    }
}

/* --- preserved guests --------------------------------------------------------------------------
 */

static void make_kept(const char *home, const char *run, const char *job, const char *state,
                      time_t used)
{
    _cleanup_free_ char *folder = text_format("%s/kept/%s.%s.1", home, run, job);
    _cleanup_free_ char *meta = text_format(
        "{\"format\": \"touchstone-kept-1\", \"run\": \"%s\", \"image\": \"a\", \"platform\": "
        "\"kunpeng\", \"suite\": \"redis\", \"case\": \"persist\", \"reason\": \"\", \"way\": "
        "\"agent\", \"created_ms\": 1%s%s%s}",
        run, state != NULL ? ", \"state\": \"" : "", state != NULL ? state : "",
        state != NULL ? "\"" : "");
    const struct timespec times[] = {{.tv_sec = used}, {.tv_sec = used}};

    put(folder, "meta.json", meta);
    CHECK_INT(utimensat(AT_FDCWD, folder, times, 0), 0);
}

static int drop_kept(void *context, const struct preserved *preserved, struct error **err)
{
    (void)context;
    return preserved_remove(preserved, err);
}

static void test_kept(void)
{
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_(preserved_list_done) struct preserved_list list = {0};
    struct preserved_use left = {0};
    int hold = -1;

    make_kept(home, "r1", "old", NULL, 1000);
    make_kept(home, "r1", "open", NULL, 500);
    make_kept(home, "r2", "own", "a state that its disk stands on", 100);
    make_kept(home, "r1", "new", NULL, 2000);
    put(home, "kept/r9.x.1.partial/memory", "");
    CHECK_INT(preserved_read_all(home, &list, NULL), 0);
    CHECK_INT(list.rows.count, 4);
    for (size_t i = 0; i < list.rows.count; i++)
        if (strcmp(list.rows.items[i].id, "r1.open.1") == 0) {
            CHECK_INT(preserved_lock(&list.rows.items[i], &hold, NULL), 0);
            CHECK_INT(preserved_remove(&list.rows.items[i], NULL), -EBUSY);
        }
    /* Those of r2 are exempt, the open one is in use; then the oldest is removed. */
    CHECK_INT(preserved_evict(home, BUDGET_UNLIMITED, 3, "r2", drop_kept, NULL, &left, NULL), 0);
    CHECK_INT(left.guests, 3);
    CU_ASSERT(!there(home, "kept/r1.old.1"));
    CHECK_INT(preserved_evict(home, 0, 8, "r2", drop_kept, NULL, &left, NULL), 0);
    CHECK_INT(left.guests, 2);
    CU_ASSERT(there(home, "kept/r2.own.1") && there(home, "kept/r1.open.1"));
    close(hold);
}

/* --- runs and their evidence -------------------------------------------------------------- */

#define SHARED "what two runs have said\n"

/* An ended run with one cell, whose evidence is a blob of its own and a shared one. */
static void make_run(struct store *store, const char *home, const char *id, int64_t created_ms)
{
    _cleanup_(suite_free_cleanup) struct suite *suite = sample_suite("redis");
    _cleanup_(run_record_done) struct run_record run = sample_run(id);
    _cleanup_result_ struct result *result = sample_result(id, "a", "kunpeng");
    _cleanup_(bundle_writer_free_cleanup) struct bundle_writer *writer = NULL;
    _cleanup_free_ char *folder = text_format("%s/runs/%s", home, id);
    _cleanup_free_ char *bundle = path_join(folder, "bundle");
    const struct suite *suites[] = {suite};

    run.created_ms = created_ms;
    put(folder, "manifest.json", "{}");
    CHECK_INT(store_add_run(store, &run, suites, 1, NULL), 0);
    CHECK_INT(bundle_writer_new(bundle, &writer, NULL), 0);
    CHECK_INT(bundle_add_evidence_memory(writer, result, NULL, "own", id, strlen(id), 100, NULL),
              0);
    CHECK_INT(bundle_add_evidence_memory(writer, result, NULL, "shared", SHARED, strlen(SHARED),
                                         100, NULL),
              0);
    CHECK_INT(bundle_finish(writer, result, NULL), 0);
    CHECK_INT(store_merge_result(store, result, bundle, NULL), 0);
    CHECK_INT(store_end_run(store, id, RUN_ENDED, created_ms + 1000, NULL), 0);
}

static int read_blob(const char *home, const char *text)
{
    _cleanup_buffer_ struct buffer data = {0};
    char sha256[DIGEST_TEXT_SIZE];

    digest_of_memory(text, strlen(text), sha256);
    return evidence_read_tail(home, sha256, strlen(text), 1000, &data, NULL, NULL);
}

struct told {
    struct strv rows;
    uint64_t bytes;
};

static void tell(void *context, const char *what, uint64_t bytes)
{
    struct told *told = context;

    strv_add(&told->rows, what);
    told->bytes += bytes;
}

static void apply(struct store *store, const char *home, const struct retain_request *request,
                  const char *expected)
{
    _cleanup_error_ struct error *err = NULL;
    struct told told = {0};
    int code = retain_apply(store, home, request, tell, &told, &err);
    _cleanup_free_ char *rows = strv_join(&told.rows, "; ");

    CHECK_INT(code, 0);
    CHECK_TEXT(rows, expected);
    if (code < 0)
        printf("%s\n", error_message(err));
    strv_done(&told.rows);
}

static void check_kept_whole(struct store *store, const char *home, const char *const *ids)
{
    for (; *ids != NULL; ids++) {
        _cleanup_result_ struct result *result = NULL;
        _cleanup_free_ char *folder = text_format("runs/%s", *ids);

        CHECK_INT(store_read_result(store, *ids, "cell-a-kunpeng-redis", 1, &result, NULL), 0);
        CHECK_INT(read_blob(home, *ids), 0);
        CHECK_INT(read_blob(home, SHARED), 0);
        CU_ASSERT(there(home, folder));
    }
}

static void test_runs(void)
{
    static const char *const all[] = {"20260101-aaaaaa", "20260102-bbbbbb", "20260103-cccccc",
                                      "20260104-dddddd", NULL};
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_store_ struct store *store = NULL;
    struct retain_request request = {.dry_run = true};

    CHECK_INT(store_open(home, &store, NULL), 0);
    for (int i = 0; i < 4; i++)
        make_run(store, home, all[i], 1790000000000 + i * 1000000);
    make_kept(home, all[1], "cell", NULL, 1000);

    /* First a dry run; then one by name, completely: rows, folder, preserved guest, its own
     * blob. */
    strv_add(&request.runs, all[1]);
    apply(store, home, &request, "run 20260102-bbbbbb");
    check_kept_whole(store, home, all);
    CU_ASSERT(there(home, "kept/20260102-bbbbbb.cell.1"));
    request.dry_run = false;
    apply(store, home, &request, "run 20260102-bbbbbb; evidence that no run refers to");
    check_kept_whole(store, home, (const char *const[]){all[0], all[2], all[3], NULL});
    CHECK_INT(read_blob(home, all[1]), -ENOENT);
    CU_ASSERT(!there(home, "runs/20260102-bbbbbb") && !there(home, "kept/20260102-bbbbbb.cell.1"));
    strv_done(&request.runs);
    request.runs = (struct strv){0};

    /* All except the newest two; an interrupted one can be resumed and stays. */
    CHECK_INT(store_end_run(store, all[0], RUN_INTERRUPTED, 1, NULL), 0);
    request.keep_runs = 2;
    apply(store, home, &request, "");
    CHECK_INT(store_end_run(store, all[0], RUN_ENDED, 1, NULL), 0);
    apply(store, home, &request, "run 20260101-aaaaaa; evidence that no run refers to");
    check_kept_whole(store, home, (const char *const[]){all[2], all[3], NULL});

    /* A budget of zero: the latest run still stays, and what it refers to. */
    request = (struct retain_request){.budgets = true};
    put(home, "budgets.json", "{\"evidence\": \"1K\"}");
    apply(store, home, &request, "run 20260103-cccccc; evidence that no run refers to");
    check_kept_whole(store, home, (const char *const[]){all[3], NULL});
    apply(store, home, &request, "");
}

/* Killed after the folder was renamed, and after the rows were removed. */
static void test_killed_removal(void)
{
    static const char *const all[] = {"20260101-aaaaaa", "20260102-bbbbbb", "20260103-cccccc",
                                      NULL};
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_store_ struct store *store = NULL;
    _cleanup_strv_ struct strv unbegun = {0}, ids = {0};

    CHECK_INT(store_open(home, &store, NULL), 0);
    for (int i = 0; i < 3; i++) {
        _cleanup_free_ char *folder = text_format("%s/runs/%s", home, all[i]);
        _cleanup_free_ char *removed = text_format("%s" RETAIN_REMOVED, folder);

        make_run(store, home, all[i], 1790000000000 + i * 1000000);
        if (i < 2)
            CHECK_INT(rename(folder, removed), 0);
    }
    CHECK_INT(store_remove_run(store, all[1], NULL), 0);
    put(home, "evidence/incoming/abcdef", "half a blob");
    put(home, "runs/20260104-dddddd/inputs/suite.xml", "");
    CHECK_INT(crash_recover_home(store, home, &unbegun, NULL), 0);
    CHECK_INT(store_list_runs(store, &ids, NULL), 0);
    CHECK_INT(ids.count, 1);
    CU_ASSERT(!there(home, "runs/20260101-aaaaaa.removed"));
    CU_ASSERT(!there(home, "runs/20260102-bbbbbb.removed"));
    CU_ASSERT(!there(home, "evidence/incoming"));
    CU_ASSERT(!there(home, "runs/20260104-dddddd"));
    CHECK_INT(unbegun.count, 1);
    apply(store, home, &(struct retain_request){.keep_runs = 9}, "evidence that no run refers to");
    check_kept_whole(store, home, (const char *const[]){all[2], NULL});
    CHECK_INT(read_blob(home, all[0]), -ENOENT);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"budgets are read from text", test_budget_text},
        {"and from the home's file", test_budget_file},
        {"states: the least recently used goes, one in use never", test_states},
        {"states on states", test_states_on_states},
        {"preserved guests: the same, and not those of the run", test_kept},
        {"runs go wholly, evidence of a kept run never", test_runs},
        {"a removal that was killed is completed", test_killed_removal},
        CU_TEST_INFO_NULL,
    };

    return cunit_run("retain", tests);
}
