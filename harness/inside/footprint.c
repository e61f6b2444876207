/* SPDX-License-Identifier: Apache-2.0 */
/* The verb `footprint`: takes the snapshot, or compares the system with it. */
#include "inside/footprint.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "inside/inside.h"

/* At most this much is printed; the rest is counted. */
enum { LINES_MAX = 1000, BYTES_MAX = 240 << 10, FIELD_MAX = 512, TIME_MS = 60000 };

const char *footprint_root = "";

static char why_incomplete[512];
static int64_t time_end;
static unsigned lines, cut;
static size_t printed;

const char *footprint_path(const char *path)
{
    static char buffer[2][8192];
    static unsigned turn;

    if (*footprint_root == '\0')
        return path;
    turn ^= 1;
    snprintf(buffer[turn], sizeof(buffer[turn]), "%s%s", footprint_root, path);
    return buffer[turn];
}

void footprint_incomplete(const char *format, ...)
{
    va_list args;

    if (why_incomplete[0] != '\0')
        return;
    va_start(args, format);
    vsnprintf(why_incomplete, sizeof(why_incomplete), format, args);
    va_end(args);
}

const char *footprint_why_incomplete(void)
{
    return why_incomplete[0] != '\0' ? why_incomplete : NULL;
}

bool footprint_out_of_time(void)
{
    if (monotonic_ms() < time_end)
        return false;
    footprint_incomplete("the time limit was reached");
    return true;
}

static void print_field(const char *text, char end)
{
    char field[2 * FIELD_MAX];
    size_t used = escape_field(field, text, strnlen(text, FIELD_MAX));

    fwrite(field, 1, used, stdout);
    putchar(end);
    printed += used + 1;
}

static void print(const char *kind, const char *change, const char *name, const char *detail)
{
    if (lines >= LINES_MAX || printed >= BYTES_MAX) {
        cut++;
        return;
    }
    lines++;
    print_field(kind, '\t');
    print_field(change, '\t');
    print_field(name, '\t');
    print_field(detail, '\n');
}

/* A service of a unit that the system had before may start at any time. */
static bool is_known_unit(const struct snapshot *then, const char *unit)
{
    static const char *const folders[] = {"/usr/lib/systemd/system", "/lib/systemd/system",
                                          "/etc/systemd/system"};
    const char *at = strchr(unit, '@'), *dot = strrchr(unit, '.');

    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        char path[600];

        if (at != NULL && dot != NULL)
            snprintf(path, sizeof(path), "%s/%.*s%s", folders[i], (int)(at + 1 - unit), unit, dot);
        else
            snprintf(path, sizeof(path), "%s/%s", folders[i], unit);
        if (snapshot_find(then, "file", path) != SNAPSHOT_NONE)
            return true;
    }
    return false;
}

static void compare_row(const struct snapshot *then, const struct snapshot *now, size_t row)
{
    const char *kind = snapshot_kind(now, row), *name = snapshot_name(now, row),
               *value = snapshot_value(now, row);
    size_t old = snapshot_find(then, kind, name);
    char detail[2 * FIELD_MAX];

    if (strcmp(kind, "file") == 0 || strcmp(kind, "taken") == 0)
        return;
    if (old == SNAPSHOT_NONE) {
        /* Settings come and go with network interfaces and modules. */
        if (strcmp(kind, "sysctl") != 0 &&
            (strcmp(kind, "active") != 0 || !is_known_unit(then, name)))
            print(kind, "new", name, value);
    } else if (strcmp(snapshot_value(then, old), value) != 0) {
        snprintf(detail, sizeof(detail), "%.500s -> %.500s", snapshot_value(then, old), value);
        print(kind, "changed", name, detail);
    }
}

static void compare_system(const struct snapshot *then, const struct snapshot *now)
{
    for (size_t row = 0; row < now->count; row++)
        compare_row(then, now, row);
    for (size_t row = 0; row < then->count; row++) {
        const char *kind = snapshot_kind(then, row), *name = snapshot_name(then, row);

        if ((strcmp(kind, "user") == 0 || strcmp(kind, "group") == 0 ||
             strcmp(kind, "port") == 0) &&
            snapshot_find(now, kind, name) == SNAPSHOT_NONE)
            print(kind, "gone", name, snapshot_value(then, row));
    }
}

/* Reads what a comparison reads, so that the memory of a guest that is saved next holds it. */
static void rehearse(void)
{
    struct candidate candidate = {.path = "/"};

    footprint_owners(&candidate, 1, 0);
}

static int64_t wall_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Takes the snapshot and writes it to BASE/footprint, and its digest to BASE/footprint.sha256. */
static int take(const char *base)
{
    struct snapshot now = {0};
    char path[4096], value[32], digest[65];
    FILE *file;
    bool wrote;

    snprintf(value, sizeof(value), "%lld", (long long)wall_ns());
    snapshot_add(&now, "taken", "ns", value);
    footprint_system(&now);
    footprint_files(&now, true);
    if (footprint_why_incomplete() != NULL)
        return complain(EXIT_IO, "%s", footprint_why_incomplete());
    snapshot_digest(&now, digest);
    snprintf(path, sizeof(path), "%s/footprint", base);
    if (!snapshot_write(&now, path))
        return complain(EXIT_IO, "cannot write '%s': %s", path, strerror(errno));
    snprintf(path, sizeof(path), "%s/footprint.sha256", base);
    unlink(path);
    file = fopen(path, "wxe");
    wrote = file != NULL && fprintf(file, "%s\n", digest) > 0;
    if (file != NULL)
        wrote = fclose(file) == 0 && wrote;
    if (!wrote)
        return complain(EXIT_IO, "cannot write '%s': %s", path, strerror(errno));
    rehearse();
    printf("%s\n", digest);
    snapshot_done(&now);
    return 0;
}

static int compare(const char *base, const char *digest)
{
    struct snapshot then = {0}, now = {0};
    int64_t started = monotonic_ms(), since_ns;
    char path[4096];
    const char *problem;
    size_t taken;

    snprintf(path, sizeof(path), "%s/footprint", base);
    problem = snapshot_load(&then, path, digest);
    if (problem != NULL)
        return complain(EXIT_SNAPSHOT_CHANGED, "%s", problem);
    taken = snapshot_find(&then, "taken", "ns");
    since_ns = taken != SNAPSHOT_NONE ? strtoll(snapshot_value(&then, taken), NULL, 10) : 0;
    footprint_system(&now);
    footprint_files(&now, false);
    if (!snapshot_index(&now))
        return complain(EXIT_IO, "not enough memory");
    puts("footprint\t1");
    compare_system(&then, &now);
    footprint_compare_files(&then, &now, since_ns, print);
    if (footprint_why_incomplete() != NULL) {
        fputs("incomplete\t", stdout);
        print_field(footprint_why_incomplete(), '\n');
    }
    printf("end\t%u\t%u\t%zu\t%lld\n", lines, cut, now.count,
           (long long)(monotonic_ms() - started));
    snapshot_done(&then);
    snapshot_done(&now);
    return fflush(stdout) == 0 ? 0 : complain(EXIT_IO, "cannot write: %s", strerror(errno));
}

int verb_footprint(int argc, char **argv)
{
    enum { BASE, SINCE, ROOT, TIME };
    static const struct option options[] = {{"base", 1, NULL, BASE},
                                            {"since", 1, NULL, SINCE},
                                            {"root", 1, NULL, ROOT},
                                            {"time-ms", 1, NULL, TIME},
                                            {NULL, 0, NULL, 0}};
    const char *base = DEFAULT_BASE, *since = NULL, *time_text = NULL;
    const char **texts[] = {&base, &since, &footprint_root, &time_text};
    uint64_t time_ms = TIME_MS;
    int option;

    while ((option = getopt_long(argc, argv, "+", options, NULL)) != -1) {
        if (option == '?')
            return EXIT_USAGE;
        *texts[option] = optarg;
    }
    if (optind != argc || (since != NULL && strlen(since) != 64))
        return complain(EXIT_USAGE, "usage: footprint [--since SHA256] [--base DIR] [--root DIR] "
                                    "[--time-ms N]");
    if (time_text != NULL && !parse_number(time_text, 3600000, &time_ms))
        return complain(EXIT_USAGE, "--time-ms '%s' is not a number up to 3600000", time_text);
    time_end = monotonic_ms() + (int64_t)time_ms;
    return since != NULL ? compare(base, since) : take(base);
}
