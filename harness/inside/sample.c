/* SPDX-License-Identifier: Apache-2.0 */
/* The verb `sample`: its options, and where its samples go. */
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inside/sample.h"

enum { INTERVAL_S = 5, IDLE_CHECK_S = 3, ROUNDS_MAX = 200, DAY_S = 86400, DAY_MINUTES = 1440 };

static bool prepare(struct sampling *all, const char *target)
{
    const char *case_id = getenv("TOUCHSTONE_CASE"), *first = getenv("TOUCHSTONE_ROUND_FIRST");
    static char rate[4096];
    sigset_t signals;
    struct stat st;
    uint64_t number;

    if (!sample_file_open(&all->file, target, case_id != NULL ? case_id : "-"))
        return false;
    sample_file_read(&all->file, sample_count_done, all);
    if (first != NULL && strcmp(all->phase, "endurance") == 0 &&
        parse_number(first, UINT32_MAX, &number) && number > all->done + 1)
        all->done = number - 1;
    sample_system_begin(&all->system,
                        fstat(all->file.fd, &st) == 0 && S_ISBLK(st.st_mode) ? st.st_rdev : 0);
    snprintf(rate, sizeof(rate), "%s/rate.%ld",
             getenv("TOUCHSTONE_WORK") != NULL ? getenv("TOUCHSTONE_WORK") : "/tmp",
             (long)getpid());
    all->command_rate = rate;
    setenv("TOUCHSTONE_RATE", rate, 1);
    sigemptyset(&signals);
    sigaddset(&signals, SIGCHLD);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    all->signals = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
    return all->signals >= 0;
}

static bool add_product(struct sampling *all, bool unit, const char *text)
{
    struct sample_product *product = &all->product;
    uint64_t pid = 0;

    if (unit && product->unit_count < SAMPLE_UNITS && strchr(text, '/') == NULL &&
        strlen(text) < 200) {
        product->units[product->unit_count++] = text;
        return true;
    }
    if (unit || product->pid_count >= SAMPLE_UNITS || !parse_number(text, INT32_MAX, &pid))
        return false;
    product->pids[product->pid_count++] = (pid_t)pid;
    return true;
}

static bool is_phase(const char *text)
{
    size_t length = strlen(text);

    return length >= 1 && length <= 64 &&
           strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789.-") == length;
}

enum sample_option { TO, PHASE, UNIT, PID, INTERVAL, ROUNDS, MINUTES, SECONDS, PAUSE, CHECK };

/* Texts that the environment gives unless an option does. */
struct asked {
    const char *target, *rounds, *minutes;
};

static bool take_option(struct sampling *all, struct asked *asked, enum sample_option option,
                        const char *value)
{
    switch (option) {
    case TO:
        asked->target = value;
        return true;
    case PHASE:
        all->phase = value;
        return is_phase(value);
    case ROUNDS:
        asked->rounds = value;
        return true;
    case MINUTES:
        asked->minutes = value;
        return true;
    case INTERVAL:
        return parse_number(value, 3600, &all->interval_s) && all->interval_s > 0;
    case SECONDS:
        return parse_number(value, DAY_S, &all->seconds) && all->seconds > 0;
    case CHECK:
        return parse_number(value, 600, &all->check_s);
    case PAUSE:
        return parse_number(value, DAY_S, &all->pause_s);
    default:
        return add_product(all, option == UNIT, value);
    }
}

static int parse(int argc, char **argv, struct sampling *all, struct asked *asked)
{
    static const struct option options[] = {{"to", 1, NULL, TO},
                                            {"phase", 1, NULL, PHASE},
                                            {"unit", 1, NULL, UNIT},
                                            {"pid", 1, NULL, PID},
                                            {"interval", 1, NULL, INTERVAL},
                                            {"rounds", 1, NULL, ROUNDS},
                                            {"minutes", 1, NULL, MINUTES},
                                            {"seconds", 1, NULL, SECONDS},
                                            {"pause", 1, NULL, PAUSE},
                                            {"idle-check", 1, NULL, CHECK},
                                            {NULL, 0, NULL, 0}};
    int option;

    while ((option = getopt_long(argc, argv, "+", options, NULL)) != -1) {
        if (option == '?')
            return EXIT_USAGE;
        if (!take_option(all, asked, (enum sample_option)option, optarg))
            return complain(EXIT_USAGE, "sample: --%s does not accept '%s'", options[option].name,
                            optarg);
    }
    all->command = optind < argc ? argv + optind : NULL;
    return 0;
}

static int check_length(struct sampling *all, const struct asked *asked)
{
    uint64_t minutes = 0;

    if (!parse_number(asked->rounds, ROUNDS_MAX, &all->rounds) || all->rounds == 0)
        return complain(EXIT_USAGE, "sample: '%s' rounds, expected 1 to %d", asked->rounds,
                        ROUNDS_MAX);
    if (all->seconds > 0)
        return 0;
    if (!parse_number(asked->minutes, DAY_MINUTES, &minutes) || minutes == 0)
        return complain(EXIT_USAGE, "sample: '%s' minutes, expected 1 to %d", asked->minutes,
                        DAY_MINUTES);
    all->seconds = minutes * 60;
    return 0;
}

static const char *from_environment(const char *name, const char *otherwise)
{
    const char *text = getenv(name);

    return text != NULL && text[0] != '\0' ? text : otherwise;
}

int verb_sample(int argc, char **argv)
{
    static struct sampling all = {
        .phase = "load", .interval_s = INTERVAL_S, .check_s = IDLE_CHECK_S};
    struct asked asked = {from_environment("TOUCHSTONE_SAMPLES", NULL),
                          from_environment("TOUCHSTONE_ROUNDS", "1"),
                          from_environment("TOUCHSTONE_MINUTES", "")};
    int code = parse(argc, argv, &all, &asked);

    if (code == 0 && asked.target == NULL)
        return complain(EXIT_USAGE, "sample: there is no place for samples: only a case with "
                                    "minutes= in suite.xml has one");
    if (code == 0)
        code = check_length(&all, &asked);
    if (code != 0)
        return code;
    if (!prepare(&all, asked.target))
        return EXIT_IO;
    code = sample_run_phase(&all);
    unlink(all.command_rate);
    return code;
}
