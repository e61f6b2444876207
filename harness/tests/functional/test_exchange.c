/* SPDX-License-Identifier: Apache-2.0 */
/* `touchstone export` and `import`: a run is the same in another home, and once; a file that was
 * changed in any way is refused whole. */
#include <sys/stat.h>
#include <unistd.h>

#include "run/folder.h"
#include "run_touchstone.h"
#include "sample_gate.h"

/* A home with a run that has an input file and an input folder, and the exported run. */
struct lab {
    char *home, *other, *file;
    char *unpacked; /* a folder with the content of the file, and `names`, its members in order */
};

static void lab_done(struct lab *lab)
{
    char **folders[] = {&lab->home, &lab->other, &lab->unpacked};

    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
        temp_folder_remove(folders[i]);
    free(lab->file);
}

static int shell(const char *folder, const char *command)
{
    _cleanup_free_ char *text = text_format("cd '%s' && { %s\n}", folder, command);
    const char *argv[] = {"/bin/bash", "-c", text, NULL};
    struct process_spec spec = PROCESS_SPEC_INIT;
    struct process_output output = {0};
    int code;

    spec.argv = argv;
    CU_ASSERT_FATAL(process_run(&spec, 60000, 1 << 20, &output, NULL) == 0);
    code = output.exit.exited ? output.exit.code : 1000;
    if (code != 0)
        printf("\n%s: %s\n", command, output.err.data != NULL ? output.err.data : "");
    process_output_done(&output);
    return code;
}

static void add_input(struct run_record *run, const char *folder, const char *kind,
                      const char *source)
{
    struct run_input *input = vec_add(&run->inputs);
    char *copy = NULL;
    int code = path_is_folder(source)
                   ? run_folder_add_tree(folder, source, &copy, input->sha256, NULL)
                   : run_folder_add_file(folder, source, &copy, input->sha256, NULL);

    CU_ASSERT_FATAL(code == 0);
    input->kind = text_dup(kind);
    input->name = text_dup(kind);
    input->path = text_dup(run_input_below(folder, copy));
    free(copy);
}

static void make_run(const char *home)
{
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_(run_record_done) struct run_record run = {.created_ms = 1767225600000};
    _cleanup_(suite_free_cleanup) struct suite *suite = gate_suite_of(&whole);
    _cleanup_folder_ char *work = temp_folder_new();
    _cleanup_free_ char *folder = text_format("%s/runs/" RUN, home),
                        *tree = path_join(work, "tree");
    const struct suite *suites[] = {suite};

    run.id = text_dup(RUN);
    run.plan.retry_infrastructure = PLAN_RETRY_INFRASTRUCTURE;
    run.plan.build = text_dup("nightly-1");
    strv_add(&run.plan.suites, "probe");
    sample_plan_cell(&run, "a", "kunpeng", "probe", NULL);
    sample_plan_cell(&run, "a", "phytium", "probe", NULL);
    add_input(&run, folder, "platform", TS_SOURCE_DIR "/arch/platforms/kunpeng.xml");
    CHECK_INT(shell(work, "mkdir tree tree/files && echo x > tree/suite.xml && chmod +x "
                          "tree/suite.xml && ln -s ../suite.xml tree/files/link"),
              0);
    add_input(&run, folder, "suite", tree);
    CU_ASSERT_FATAL(store_open(home, &store, NULL) == 0);
    CU_ASSERT_FATAL(store_add_run(store, &run, suites, 1, NULL) == 0);
    gate_add_result(store, work, RUN, "kunpeng", &whole, false);
    gate_add_result(store, work, RUN, "phytium", &whole, true);
    CU_ASSERT_FATAL(store_end_run(store, RUN, RUN_ENDED, run.created_ms + 1000, NULL) == 0);
}

static int run_in(const char *home, const char *verb, const char *a, const char *b, const char *c,
                  char **ret_out, char **ret_err)
{
    const char *const words[] = {verb, a, b, c, NULL};

    return run_touchstone(home, words, ret_out, ret_err);
}

static void make_lab(struct lab *lab)
{
    _cleanup_free_ char *out = NULL, *err = NULL;

    lab->home = temp_folder_new();
    lab->other = temp_folder_new();
    lab->unpacked = temp_folder_new();
    lab->file = path_join(lab->unpacked, "run.tar.zst");
    make_run(lab->home);
    CHECK_INT(run_in(lab->home, "export", RUN, "-o", lab->file, &out, &err), 0);
    CHECK_INT(shell(lab->unpacked, "mkdir u && tar --zstd -xf run.tar.zst -C u && tar --zstd -tf "
                                   "run.tar.zst | sed 's,/$,,' > names"),
              0);
}

/* The same words and the same report, byte for byte. */
static void test_same(void)
{
    static const char *const views[][3] = {{"matrix", "--json", NULL},
                                           {"show", "phytium/probe", "--json"},
                                           {"report", "--json", NULL},
                                           {"report", "-f", "html"},
                                           {"gate", NULL, NULL}};
    _cleanup_(lab_done) struct lab lab = {.home = NULL};
    _cleanup_free_ char *out = NULL, *err = NULL, *again = NULL, *said = NULL, *list = NULL,
                        *nothing = NULL, *back = NULL, *text = NULL;

    make_lab(&lab);
    CHECK_INT(run_in(lab.other, "import", lab.file, NULL, NULL, &out, &err), 0);
    CHECK_TEXT(out, RUN "\n");
    CHECK_HAS(err, "2 results, 2 pieces of evidence");
    for (size_t i = 0; i < sizeof(views) / sizeof(views[0]); i++) {
        _cleanup_free_ char *here = NULL, *there = NULL, *e = NULL, *f = NULL, *moved = NULL;

        run_in(lab.home, views[i][0], views[i][1], views[i][2], NULL, &here, &e);
        run_in(lab.other, views[i][0], views[i][1], views[i][2], NULL, &there, &f);
        /* Only the paths of the evidence differ. */
        for (char *at = here; (at = strstr(at, lab.home)) != NULL; at++)
            memcpy(at, lab.other, strlen(lab.other));
        CHECK_TEXT(there, here);
    }
    CHECK_INT(run_in(lab.other, "import", lab.file, NULL, NULL, &again, &said), 0);
    CHECK_HAS(said, "in the store already: nothing was changed");
    CHECK_INT(run_in(lab.other, "runs", NULL, NULL, NULL, &list, &nothing), 0);
    CHECK_HAS(list, "ended, imported");
    CHECK_INT(shell(lab.other,
                    "[ $(ls runs | wc -l) = 1 ] && [ -z \"$(ls evidence/incoming)\" ] && "
                    "[ -L runs/*/inputs/*/tree/files/link ] && [ -x "
                    "runs/*/inputs/*/tree/suite.xml ]"),
              0);
    /* And back from there. */
    CHECK_INT(run_in(lab.other, "export", RUN, "-o", lab.file, &back, &text), 0);
    CHECK_INT(shell(lab.unpacked, "mkdir v && tar --zstd -xf run.tar.zst -C v && rm u/run.json "
                                  "v/run.json && diff -r u v"),
              0);
}

/* Gives the records, their list and the chain the digests of what they contain now. */
#define RESIGN                                                                                     \
    " && chain= list='[]' && for i in $(ls u/records | sort -n); do s=$(sha256sum < u/records/$i " \
    "| cut -c1-64); chain=$(printf %s \"$chain$s\" | sha256sum | cut -c1-64); list=$(jq -c --arg " \
    "s "                                                                                           \
    "$s --argjson n $(stat -c %s u/records/$i) '. + [{sha256: $s, size: $n}]' <<< \"$list\"); "    \
    "done "                                                                                        \
    "&& jq --argjson r \"$list\" --arg c $chain '.records = $r | .chain = $c' u/run.json > j && "  \
    "mv "                                                                                          \
    "j u/run.json"

/* What is done to the content of the file, in a folder with u/ and names; and what is said. */
static const struct {
    const char *name, *command, *said;
} changes[] = {
    {"a record", "sed -i 's/PASS/FAIL/' u/records/3", "does not match its digest"},
    {"a record and its digest",
     "sed -i 's/PASS/FAIL/' u/records/3 && new=$(sha256sum < u/records/3 | cut -c1-64) && old=$(jq "
     "-r .records[3].sha256 u/run.json) && sed -i \"s/$old/$new/\" u/run.json",
     "do not give its chain"},
    {"the plan",
     "sed -i 's/\"required\": *true/\"required\":false/; s/true/null/' u/records/0 && jq "
     "\".records[0].size = $(stat -c %s u/records/0)\" u/run.json > j && mv j u/run.json",
     "does not match its digest"},
    {"a record is left out", "sed -i '/^records.3$/d' names", "'records/3' is missing"},
    {"a record is left out of the list",
     "sed -i '/^records.3$/d' names && jq 'del(.records[3])' u/run.json > j && mv j u/run.json",
     "do not give its chain"},
    {"all results are left out",
     "sed -i '/^records.[23]$/d' names && jq 'del(.records[2:])' u/run.json > j && mv j u/run.json",
     "do not give its chain"},
    {"no record at all",
     "sed -i '/^records/d' names && jq '.records = []' u/run.json > j && mv j u/run.json",
     "it has no plan"},
    {"records are exchanged", "mv u/records/2 r && mv u/records/3 u/records/2 && mv r u/records/3",
     "does not match its digest"},
    {"a record twice", "sed -i 's/^records.3$/&\\n&/' names", "'evidence/"},
    {"a record listed twice",
     "cp u/records/3 u/records/4 && sed -i 's,^records.3$,&\\nrecords/4,' names && jq '.records += "
     "[.records[3]]' u/run.json > j && mv j u/run.json",
     "has the digest of another record"},
    {"another order", "tac names > n && mv n names", "does not begin with run.json"},
    {"a file more", "echo x > u/records/9 && echo records/9 >> names", "is not listed"},
    {"a link for a record", "rm u/records/3 && ln -s /etc/passwd u/records/3",
     "is not a regular file"},
    {"evidence", "for f in u/evidence/*; do sed -i 's/L/M/' $f; done", "does not match"},
    {"evidence is left out", "sed -i '/^evidence/d' names", "is missing"},
    {"evidence is left out of the list",
     "sed -i '/^evidence/d' names && jq '.evidence = []' u/run.json > j && mv j u/run.json",
     "evidence of a result is not in it"},
    {"the id", "sed -i 's/" RUN "/20260109-dddddd/' u/run.json", "its plan is that of another run"},
    {"an id that is a path", "sed -i 's,\"" RUN "\",\"../../x\",' u/run.json", "is not the id"},
    {"an id that is a word", "sed -i 's,\"" RUN "\",\"latest\",' u/run.json", "not a name"},
    {"the time", "jq '.created_ms -= 86400000' u/run.json > j && mv j u/run.json",
     "its plan is that of another run"},
    {"the chain", "jq '.chain = .records[0].sha256' u/run.json > j && mv j u/run.json",
     "do not give its chain"},
    {"the state", "jq '.state = \"open\"' u/run.json > j && mv j u/run.json", "the run is 'open'"},
    {"a size", "jq '.records[3].size = 7' u/run.json > j && mv j u/run.json", "bytes, not 7"},
    {"a size without end", "jq '.evidence[0].size = 1e15' u/run.json > j && mv j u/run.json",
     "run.json"},
    {"a negative size", "jq '.records[3].size = -1' u/run.json > j && mv j u/run.json", "run.json"},
    {"a later format", "jq '.format.version = 99' u/run.json > j && mv j u/run.json",
     "of a newer program"},
    {"another format", "jq '.format.name = \"x\"' u/run.json > j && mv j u/run.json", "'x'"},
    {"not JSON", "head -c 100 u/run.json > j && mv j u/run.json", "run.json"},
    {"an input", "for f in u/inputs/*/kunpeng.xml; do echo >> $f; done", "was modified"},
    {"a file more in an input",
     "for f in u/inputs/*/tree; do echo x > $f/more; echo ${f#u/}/more > more; done; "
     "sed -i '/suite.xml$/r more' names",
     "was modified"},
    {"an input that is none",
     "d=inputs/$(printf '%064d' 7) && mkdir u/$d && echo x > u/$d/x && n=$(grep -n ^evidence names "
     "| head -1 | cut -d: -f1) && sed -i \"${n}i $d/x\" names",
     "is not an input of the run"},
    {"a name with an escape", "sed -i 's/phytium/ph\\\\u001btium/g' u/records/*" RESIGN,
     "the name of a cell is not one"},
    {"a cell twice", "sed -i 's/phytium/kunpeng/' u/records/1" RESIGN, "a cell is planned twice"},
    {"a result of a cell that is not planned", "sed -i 's/phytium/hygon/g' u/records/3" RESIGN,
     "is not planned"},
    {"tomorrow", "jq '.created_ms += 1e12 | .ended_ms += 1e12' u/run.json > j && mv j u/run.json",
     "the times of the run"},
    {"ended before it began", "jq '.ended_ms = 5' u/run.json > j && mv j u/run.json",
     "the times of the run"},
    {"evidence twice",
     "jq '.evidence += [.evidence[0]]' u/run.json > j && mv j u/run.json && grep -m1 ^evidence "
     "names > e && cat e >> names",
     "is listed twice"},
    {"a host without end",
     "jq '.written.host = ([range(300)] | join(\"\"))' u/run.json > j && mv j u/run.json",
     "at most 255 bytes"},
    {"a link out of an input",
     "cd u/inputs/*/tree && rm files/link && ln -s /etc files/link && cd ../../../..", "link"},
    {"a file through a link",
     "cd u/inputs/*/tree && rm -r files && ln -s /tmp files && cd ../../../.. && "
     "sed -i '/files.link$/d' names",
     "tree"},
};

/* Makes the file again from what is in `names`, in that order. */
#define PACK "tar --zstd -cf run.tar.zst --no-recursion --hard-dereference -C u -T names"

static void test_changed(void)
{
    _cleanup_(lab_done) struct lab lab = {.home = NULL};
    _cleanup_free_ char *out = NULL, *err = NULL;

    make_lab(&lab);
    CHECK_INT(shell(lab.unpacked, "cp -r u keep && cp names names.keep"), 0);
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        _cleanup_free_ char *o = NULL, *e = NULL, *list = NULL, *f = NULL;
        _cleanup_folder_ char *other = temp_folder_new();

        CHECK_INT(shell(lab.unpacked, "rm -rf u && cp -r keep u && cp names.keep names"), 0);
        CHECK_INT(shell(lab.unpacked, changes[i].command), 0);
        CHECK_INT(shell(lab.unpacked, PACK), 0);
        if (run_in(other, "import", lab.file, NULL, NULL, &o, &e) != 64 ||
            strstr(e, changes[i].said) == NULL) {
            printf("\n%s: %s", changes[i].name, e);
            CU_FAIL("not refused, or for another reason");
        }
        CHECK_TEXT(o, "");
        CHECK_INT(run_in(other, "runs", NULL, NULL, NULL, &list, &f), 3);
        CHECK_INT(shell(other, "[ ! -e runs ] || [ -z \"$(ls runs)\" ]"), 0);
        CHECK_INT(shell(other, "[ -z \"$(ls evidence/incoming)\" ]"), 0);
    }
    /* Packed by tar in the same way without a change, it is taken. */
    CHECK_INT(shell(lab.unpacked, "rm -rf u && cp -r keep u && cp names.keep names && " PACK), 0);
    CHECK_INT(run_in(lab.other, "import", lab.file, NULL, NULL, &out, &err), 0);
}

/* At every length it is refused, or the run is whole. */
static void test_cut(void)
{
    _cleanup_(lab_done) struct lab lab = {.home = NULL};
    struct stat there;

    make_lab(&lab);
    CU_ASSERT_FATAL(stat(lab.file, &there) == 0);
    for (off_t size = there.st_size - 1; size > 0; size -= there.st_size / 23 + 1) {
        _cleanup_free_ char *out = NULL, *err = NULL;

        CHECK_INT(truncate(lab.file, size), 0);
        CHECK_INT(run_in(lab.other, "import", lab.file, NULL, NULL, &out, &err), 64);
        CHECK_TEXT(out, "");
    }
}

static void test_another(void)
{
    static const struct sample fails = {.status = STATUS_FAIL};
    _cleanup_(lab_done) struct lab lab = {.home = NULL};
    _cleanup_free_ char *out = NULL, *err = NULL, *list = NULL, *said = NULL;

    make_lab(&lab);
    add_run(lab.other, RUN, &fails);
    CHECK_INT(run_in(lab.other, "import", lab.file, NULL, NULL, &out, &err), 64);
    CHECK_HAS(err, "the store has another run '" RUN "'");
    CHECK_INT(run_in(lab.other, "matrix", NULL, NULL, NULL, &list, &said), 1);
}

/* In whatever order runs come, what is said of all of them is the same. */
static void test_order(void)
{
    static const char *const views[][3] = {{"runs", "--json", NULL},
                                           {"matrix", "--across", "--json"},
                                           {"history", "phytium/probe", "--json"},
                                           {"diff", BASELINE, RUN},
                                           {"gate", "--baseline", BASELINE}};
    static const struct sample fails = {.status = STATUS_FAIL};
    static const char *const ids[] = {BASELINE, RUN};
    _cleanup_folder_ char *home = temp_folder_new(), *forth = temp_folder_new(),
                          *back = temp_folder_new(), *files = temp_folder_new();

    add_run(home, BASELINE, &whole);
    add_run(home, RUN, &fails);
    for (size_t i = 0; i < 2; i++) {
        _cleanup_free_ char *file = path_join(files, ids[i]), *out = NULL, *err = NULL;

        CHECK_INT(run_in(home, "export", ids[i], "-o", file, &out, &err), 0);
    }
    for (size_t i = 0; i < 2; i++) {
        _cleanup_free_ char *first = path_join(files, ids[i]), *last = path_join(files, ids[1 - i]);
        _cleanup_free_ char *out = NULL, *err = NULL, *out2 = NULL, *err2 = NULL;

        CHECK_INT(run_in(forth, "import", first, NULL, NULL, &out, &err), 0);
        CHECK_INT(run_in(back, "import", last, NULL, NULL, &out2, &err2), 0);
    }
    for (size_t i = 0; i < sizeof(views) / sizeof(views[0]); i++) {
        _cleanup_free_ char *a = NULL, *b = NULL, *e = NULL, *f = NULL;

        CHECK_INT(run_in(forth, views[i][0], views[i][1], views[i][2], NULL, &a, &e),
                  run_in(back, views[i][0], views[i][1], views[i][2], NULL, &b, &f));
        CHECK_TEXT(a, b);
    }
}

static void test_not_exported(void)
{
    static const struct sample open = {.status = STATUS_PASS, .open = true};
    _cleanup_folder_ char *home = temp_folder_new(), *files = temp_folder_new();
    _cleanup_free_ char *file = path_join(files, "x.tar.zst"), *blobs = path_join(home, "evidence");
    _cleanup_free_ char *out = NULL, *err = NULL, *out2 = NULL, *err2 = NULL, *out3 = NULL,
                        *err3 = NULL;

    add_run(home, BASELINE, &whole);
    add_run(home, RUN, &open);
    CHECK_INT(run_in(home, "export", RUN, "-o", file, &out, &err), 64);
    CHECK_HAS(err, "has not ended");
    CHECK_INT(shell(blobs, "for f in */*; do rm -f $f && echo x > $f; done"), 0);
    CHECK_INT(run_in(home, "export", BASELINE, "-o", file, &out2, &err2), 64);
    CHECK_HAS(err2, "evidence of run '" BASELINE "'");
    CHECK_INT(path_remove_tree(blobs, NULL), 0);
    CHECK_INT(run_in(home, "export", BASELINE, "-o", file, &out3, &err3), 64);
    CU_ASSERT(!path_exists(file));
    CHECK_INT(shell(files, "[ -z \"$(ls)\" ]"), 0);
}

/* A device, a folder and the home's own files are not replaced. */
static void test_place(void)
{
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_free_ char *own = path_join(home, "store.db");
    const char *places[] = {"/dev/null", home, own, "/nonexistent/x.tar.zst"};
    struct stat null;

    add_run(home, BASELINE, &whole);
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        _cleanup_free_ char *out = NULL, *err = NULL, *list = NULL, *said = NULL;

        CHECK_INT(run_in(home, "export", BASELINE, "-o", places[i], &out, &err), 64);
        CHECK_HAS(err, places[i]);
        CHECK_INT(run_in(home, "matrix", NULL, NULL, NULL, &list, &said), 0);
    }
    CU_ASSERT(stat("/dev/null", &null) == 0 && S_ISCHR(null.st_mode));
}

/* What a killed import has left undone is done by the next. */
static void test_killed(void)
{
    _cleanup_(lab_done) struct lab lab = {.home = NULL};
    _cleanup_free_ char *out = NULL, *err = NULL, *out2 = NULL, *err2 = NULL, *list = NULL,
                        *said = NULL;

    make_lab(&lab);
    CHECK_INT(run_in(lab.other, "import", lab.file, NULL, NULL, &out, &err), 0);
    CHECK_INT(shell(lab.other,
                    "rm -r runs/* && mkdir -p evidence/incoming/left && for f in "
                    "evidence/[0-9a-f][0-9a-f]/*; do chmod u+w $f; echo damaged > $f; done"),
              0);
    CHECK_INT(run_in(lab.other, "import", lab.file, NULL, NULL, &out2, &err2), 0);
    CHECK_INT(run_in(lab.other, "runs", NULL, NULL, NULL, &list, &said), 0);
    CHECK_HAS(list, "ended, imported");
    CHECK_INT(shell(lab.other, "[ -z \"$(ls evidence/incoming)\" ] && [ -L "
                               "runs/*/inputs/*/tree/files/link ] && ! grep -q damaged "
                               "evidence/[0-9a-f][0-9a-f]/*"),
              0);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"same", test_same},   {"changed", test_changed},     {"cut", test_cut},
        {"order", test_order}, {"another run", test_another}, {"not exported", test_not_exported},
        {"place", test_place}, {"killed", test_killed},       CU_TEST_INFO_NULL};

    /* run/folder does not look into it. */
    setenv("TOUCHSTONE_HOME", "/nonexistent", 1);
    return cunit_run("exchange", tests);
}
