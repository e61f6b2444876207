/* SPDX-License-Identifier: Apache-2.0 */
/* Finds what last went wrong with a file of the product, and decides accordingly. */
#include "suite/responsible.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "suite/protocols.h"
#include "suite/responsible_parts.h"

enum owner responsible_owner(const struct inquiry *inquiry, const char *path, const char **ret_of)
{
    const struct witnessed_file *found = witness_find(inquiry->witness, path);
    const struct witnessed_file unknown = {.path = path};
    const char *of = NULL;
    enum owner owner;

    if (strcmp(path, inquiry->script) == 0)
        owner = OWNER_SUITE;
    else
        owner = inquiry->owner(inquiry->context, found != NULL ? found : &unknown, &of);
    if (ret_of != NULL)
        *ret_of = of;
    return owner;
}

static const struct witnessed_crash *find_crash(const struct witness *witness,
                                                const struct witnessed_end *end)
{
    const struct witnessed_file *file = witness_find(witness, end->path);

    /* A crash of a script is that of its interpreter. */
    vec_foreach (crash, &witness->crashes)
        if (crash->signal == end->signal && crash->path != NULL &&
            (strcmp(crash->path, end->path) == 0 ||
             (file != NULL && file->machine == 0 && file->interpreter != NULL)))
            return crash;
    return NULL;
}

/* Shells also refuse files that are not text. */
static bool is_binary(const struct inquiry *inquiry, const char *path)
{
    const char *said = inquiry->record->err.data;
    _cleanup_free_ char *dash = text_format("%s: Exec format error", path);
    _cleanup_free_ char *bash = text_format("%s: cannot execute binary file", path);

    return said != NULL && (strstr(said, dash) != NULL || strstr(said, bash) != NULL);
}

/* Where debconf puts the config scripts of packages before it runs them. One that is empty, as that
 * of Debian 13's PostgreSQL, has nothing to ask: the shell runs it, and no program is missing. */
static bool is_empty_question(const struct witnessed_file *file)
{
    return file->size == 0 && text_starts(file->path, "/var/cache/debconf/tmp.ci/");
}

/* A file of unknown format is passed to the shell, which runs it as a script; an empty file has no
 * effect. */
static bool is_refused(const struct inquiry *inquiry, const struct witnessed_file *file)
{
    if (file->refused_at == 0 || file->ran > 0 || is_empty_question(file))
        return false;
    return strcmp(file->refused, "format") != 0 || file->machine != 0 || file->size == 0 ||
           is_binary(inquiry, file->path);
}

static void take_later(struct trouble *to, struct trouble found)
{
    if (to->what == TROUBLE_NONE || found.at >= to->at)
        *to = found;
}

/* A process started before the case, such as a service: its exit is not recorded. */
static bool is_ended(const struct witness *witness, const struct witnessed_crash *crash)
{
    vec_foreach (end, &witness->ends)
        if (find_crash(witness, end) == crash)
            return true;
    return false;
}

/* The case's own script may kill a program to test what happens: that is not a fault of the
 * program. */
static bool was_sent(const struct witness *witness, int signal, const char *path)
{
    vec_foreach (sent, &witness->sent)
        if (sent->signal == signal && strcmp(sent->path, path) == 0)
            return true;
    return false;
}

/* A library of the product that crashes in a program of the image is the product's fault. */
static bool owns_crash(const struct inquiry *inquiry, const struct witnessed_crash *crash,
                       const char *path, enum owner owner)
{
    enum owner of_program = responsible_owner(inquiry, path, NULL);
    enum owner of_module = crash != NULL && crash->module != NULL
                               ? responsible_owner(inquiry, crash->module, NULL)
                               : OWNER_UNKNOWN;

    if (owner == OWNER_PRODUCT)
        return of_program == owner || of_module == owner;
    return of_program == owner && of_module != OWNER_PRODUCT;
}

static struct trouble find_trouble(const struct inquiry *inquiry, enum owner owner)
{
    const struct witness *witness = inquiry->witness;
    struct trouble latest = {.what = TROUBLE_NONE};

    vec_foreach (file, &witness->files)
        if (is_refused(inquiry, file) && responsible_owner(inquiry, file->path, NULL) == owner)
            take_later(&latest, (struct trouble){TROUBLE_REFUSED, file->refused_at, file->path,
                                                 file, NULL, 0, 1});
    vec_foreach (end, &witness->ends) {
        const struct witnessed_crash *crash = end->signal != 0 ? find_crash(witness, end) : NULL;
        bool died = end->signal != 0;

        if (died && was_sent(witness, end->signal, end->path))
            continue;
        if (owns_crash(inquiry, crash, end->path, owner))
            take_later(&latest, (struct trouble){died ? TROUBLE_SIGNAL : TROUBLE_EXIT, end->at,
                                                 end->path, NULL, crash,
                                                 died ? end->signal : end->exit_code, end->times});
    }
    vec_foreach (crash, &witness->crashes)
        if (latest.what == TROUBLE_NONE && crash->path != NULL && !is_ended(witness, crash) &&
            !was_sent(witness, crash->signal, crash->path) &&
            owns_crash(inquiry, crash, crash->path, owner))
            latest =
                (struct trouble){TROUBLE_SIGNAL, 0, crash->path, NULL, crash, crash->signal, 1};
    return latest;
}

static void set(struct case_result *row, enum status status, enum blame blame, const char *first)
{
    bool more = row->reason != NULL && row->reason[0] != '\0';

    protocol_set(row, status, blame,
                 text_format("%s%s%s", first, more ? "; " : "", more ? row->reason : ""));
}

/* "10 s (1 s × 10)": the suite's limit and the scaled one. */
static void decide_hang(const struct inquiry *inquiry, struct case_result *row)
{
    const struct trouble trouble = find_trouble(inquiry, OWNER_PRODUCT);
    _cleanup_free_ char *waited = NULL, *told = NULL;
    struct buffer text = {0};
    enum blame blame = responsible_for_hang(inquiry, &waited);

    /* The script may be waiting for what crashed. */
    if (trouble.what != TROUBLE_NONE && trouble.what != TROUBLE_EXIT && blame != BLAME_PRODUCT) {
        told = responsible_describe(inquiry, &trouble);
        blame = BLAME_PRODUCT;
    }
    buffer_format(&text, "time limit of %.12g s reached",
                  (double)inquiry->record->end.timeout_ms / 1000);
    if (inquiry->timeout_s > 0 && inquiry->scale > 1)
        buffer_format(&text, " (%u s × %u)", inquiry->timeout_s, inquiry->scale);
    if (waited != NULL)
        buffer_format(&text, ": %s", waited);
    if (told != NULL)
        buffer_format(&text, "; %s", told);
    protocol_set(row, blame == BLAME_PRODUCT ? STATUS_FAIL : STATUS_ERROR, blame,
                 buffer_steal(&text));
}

/* "cannot open NAME: …": dash reports it under the script's name also for a file that the script
 * sources. What the script itself opens is mentioned in its text. */
static bool opens_for_another(const char *line, const char *text)
{
    const char *from = strstr(line, "cannot open "), *to = from;
    _cleanup_free_ char *path = NULL;

    if (from == NULL || text == NULL)
        return false;
    from += 12;
    to = strchr(from, ':');
    path = text_ndup(from, to != NULL ? (size_t)(to - from) : strlen(from));
    return strstr(text, path_base(path)) == NULL;
}

/* dash prints "SCRIPT: LINE: what" and always exits with 2, bash prints "SCRIPT: line LINE: what":
 * errors of the script itself, before or instead of the test. */
static bool is_shell_mistake(const struct inquiry *inquiry, const char *line, int exit_code)
{
    const char *script = inquiry->script, *rest;

    if (!text_starts(line, script) || opens_for_another(line, inquiry->text))
        return false;
    rest = line + strlen(script);
    if (exit_code == 2 && text_starts(rest, ": ") && strspn(rest + 2, "0123456789") > 0) {
        rest = strstr(rest + 2, ": ");
        return rest == NULL || !responsible_is_of_product(inquiry, rest + 2);
    }
    return text_starts(rest, ": line ") &&
           (strstr(rest, ": syntax error") != NULL || text_ends(rest, ": unbound variable") ||
            text_ends(rest, ": bad substitution"));
}

static bool names_script(const char *text, const char *script)
{
    return text != NULL && strstr(text, script) != NULL;
}

/* perl: "what at FILE line 3." */
static bool is_perl_mistake(const char *line, const char *script)
{
    static const char *const begins[] = {"Undefined subroutine ", "Can't locate object method ",
                                         "Global symbol ", "Bareword "};

    if (!names_script(line, script))
        return false;
    for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++)
        if (text_starts(line, begins[i]))
            return true;
    return strstr(line, "compilation aborted") != NULL ||
           strstr(line, "aborted due to compilation errors") != NULL;
}

/* True if the case's own script did not even start, or ended because of its own mistake.
 * Interpreters report it. */
static bool is_own_mistake(const struct inquiry *inquiry, const struct case_result *row)
{
    static const char *const python[] = {"SyntaxError: ", "IndentationError: ", "NameError: "};
    const char *said = inquiry->record->err.data;
    _cleanup_free_ char *line = protocol_last_line(&inquiry->record->err);

    if (line == NULL)
        return false;
    if (is_shell_mistake(inquiry, line, row->exit_code) ||
        (row->exit_code == 2 && text_starts(line, inquiry->script) &&
         strstr(said, ": syntax error ") != NULL))
        return true;
    for (size_t i = 0; i < sizeof(python) / sizeof(python[0]); i++)
        if (row->exit_code == 1 && text_starts(line, python[i]))
            return names_script(said, inquiry->script);
    return is_perl_mistake(line, inquiry->script) || responsible_is_misuse(inquiry, line);
}

static void decide_mistake(const struct inquiry *inquiry, struct case_result *row)
{
    _cleanup_free_ char *line = responsible_find_mistake(inquiry, row->status == STATUS_PASS);
    _cleanup_free_ char *told = NULL;
    bool said = line != NULL && row->reason != NULL && strstr(row->reason, line) != NULL;

    if (line == NULL && (row->status == STATUS_PASS || !is_own_mistake(inquiry, row)))
        return;
    told = text_format("the case's own script has an error%s%s", line != NULL && !said ? ": " : "",
                       line != NULL && !said ? line : "");
    set(row, STATUS_ERROR, BLAME_SUITE, told);
}

/* A case that ignores a failed installation has tested nothing of the product. */
static void decide_ignored_install(const struct inquiry *inquiry, struct case_result *row)
{
    static const char begin[] = "touchstone-install: ", waits[] = "waiting for ";
    _cleanup_strv_ struct strv lines = {0};

    if (row->status != STATUS_PASS || inquiry->record->err.length == 0)
        return;
    strv_split(&lines, inquiry->record->err.data, "\n");
    for (size_t i = 0; i < lines.count; i++) {
        _cleanup_free_ char *shown = NULL, *told = NULL;

        if (!text_starts(lines.items[i], begin) ||
            text_starts(lines.items[i] + strlen(begin), waits))
            continue;
        shown = protocol_show(lines.items[i], strlen(lines.items[i]));
        told = text_format("the case passed although an installation failed: %s", shown);
        set(row, STATUS_ERROR, BLAME_SUITE, told);
        return;
    }
}

static bool is_crash(int number)
{
    static const int signals[] = {SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS};

    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
        if (signals[i] == number)
            return true;
    return false;
}

/* A program of the image crashed, and the case ended with its status. */
static void decide_image(const struct inquiry *inquiry, struct case_result *row)
{
    const struct trouble trouble = find_trouble(inquiry, OWNER_IMAGE);
    _cleanup_free_ char *told = NULL;

    if (trouble.what != TROUBLE_SIGNAL || !is_crash(trouble.number) ||
        (row->exit_code != 128 + trouble.number && inquiry->record->end.signal != trouble.number))
        return;
    told = responsible_describe(inquiry, &trouble);
    set(row, STATUS_ERROR, BLAME_IMAGE, told);
}

void responsible_decide(const struct inquiry *inquiry, struct case_result *row, char **ret_seen)
{
    struct trouble trouble;
    _cleanup_free_ char *told = NULL;

    *ret_seen = NULL;
    if (inquiry->record->end.timed_out) {
        decide_hang(inquiry, row);
        return;
    }
    trouble = find_trouble(inquiry, OWNER_PRODUCT);
    if (trouble.what != TROUBLE_NONE)
        told = responsible_describe(inquiry, &trouble);
    if (row->status != STATUS_FAIL && row->status != STATUS_ERROR) {
        /* An empty file instead of a program: the shell runs it as a script that succeeds. */
        if (row->status == STATUS_PASS && trouble.what == TROUBLE_REFUSED &&
            trouble.file->size == 0) {
            set(row, STATUS_FAIL, BLAME_PRODUCT, told);
            return;
        }
        /* A case may expect the exit code. */
        if (trouble.what != TROUBLE_EXIT)
            *ret_seen = steal_ptr(told);
        if (row->status == STATUS_PASS)
            decide_mistake(inquiry, row);
        decide_ignored_install(inquiry, row);
    } else if (told != NULL && !(trouble.what == TROUBLE_EXIT && row->exit_code == 99)) {
        /* A case that reports that it broke may have seen a program fail for the same cause. */
        set(row, STATUS_FAIL, BLAME_PRODUCT, told);
    } else {
        decide_mistake(inquiry, row);
        decide_image(inquiry, row);
    }
}
