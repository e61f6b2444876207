/* SPDX-License-Identifier: Apache-2.0 */
/* The verb `case`: parses options, runs one case, writes its record and prints the end record. */
#include <errno.h>
#include <getopt.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inside/guard.h"
#include "inside/inside.h"

static char default_suite[4096], default_work[4096];

static bool is_word(const char *text, const char *letters, size_t least, size_t most)
{
    size_t length = text != NULL ? strlen(text) : 0;

    return length >= least && length <= most && strspn(text, letters) == length;
}

static int check(struct case_run *run)
{
    if (!is_word(run->id, "abcdefghijklmnopqrstuvwxyz0123456789._+-", 1, 64) || run->id[0] == '.')
        return complain(EXIT_USAGE, "--id '%s' is not a valid name",
                        run->id != NULL ? run->id : "");
    if (!is_word(run->nonce, "0123456789abcdef", 8, 64))
        return complain(EXIT_USAGE, "--nonce requires 8 to 64 lower-case hex digits");
    if (run->results == NULL || run->timeout_ms <= 0 || run->argv[0] == NULL)
        return complain(EXIT_USAGE,
                        "requires --id, --nonce, --timeout-ms, --results and a program");
    if (run->mark[0] != '\0' && !is_mark(run->mark))
        return complain(EXIT_USAGE, "--mark '%s' is not a valid mark", run->mark);
    if (run->offset % RECORD_PAGE != 0)
        return complain(EXIT_USAGE, "--offset must be a multiple of %d", RECORD_PAGE);
    if (run->suite == NULL) {
        snprintf(default_suite, sizeof(default_suite), "%s/suite", run->base);
        run->suite = default_suite;
    }
    if (run->work == NULL) {
        snprintf(default_work, sizeof(default_work), "%s/work", run->base);
        run->work = default_work;
    }
    return 0;
}

static int parse(int argc, char **argv, struct case_run *run)
{
    enum {
        ID,
        NONCE,
        TIMEOUT,
        LIMIT,
        RESULTS,
        OFFSET,
        BASE,
        SUITE,
        WORK,
        PLATFORM,
        SCALE,
        MARK,
        HASHED,
        WITNESS,
        PAYLOAD,
        STATE,
        GUEST,
        SAMPLES,
        ROUNDS,
        MINUTES,
        ROUND_FIRST
    };
    static const struct option options[] = {
        {"id", 1, NULL, ID},
        {"nonce", 1, NULL, NONCE},
        {"timeout-ms", 1, NULL, TIMEOUT},
        {"limit", 1, NULL, LIMIT},
        {"results", 1, NULL, RESULTS},
        {"offset", 1, NULL, OFFSET},
        {"base", 1, NULL, BASE},
        {"suite", 1, NULL, SUITE},
        {"work", 1, NULL, WORK},
        {"platform", 1, NULL, PLATFORM},
        {"scale", 1, NULL, SCALE},
        {"mark", 1, NULL, MARK},
        {"hashed", 1, NULL, HASHED},
        {"witness", 1, NULL, WITNESS},
        {"payload", 1, NULL, PAYLOAD},
        {"state", 1, NULL, STATE},
        {"guest", 1, NULL, GUEST},
        {"samples", 1, NULL, SAMPLES},
        {"rounds", 1, NULL, ROUNDS},
        {"minutes", 1, NULL, MINUTES},
        {"round-first", 1, NULL, ROUND_FIRST},
        {NULL, 0, NULL, 0},
    };
    int option;
    uint64_t number = 0;
    const char *hashed = NULL;
    bool good = true;

    while ((option = getopt_long(argc, argv, "+", options, NULL)) != -1) {
        const char **texts[] = {[ID] = &run->id,
                                [NONCE] = &run->nonce,
                                [RESULTS] = &run->results,
                                [BASE] = &run->base,
                                [SUITE] = &run->suite,
                                [WORK] = &run->work,
                                [PLATFORM] = &run->platform,
                                [SCALE] = &run->scale,
                                [MARK] = &run->mark,
                                [HASHED] = &hashed,
                                [PAYLOAD] = &run->payload,
                                [STATE] = &run->state,
                                [GUEST] = &run->guest,
                                [SAMPLES] = &run->samples,
                                [ROUNDS] = &run->rounds,
                                [MINUTES] = &run->minutes,
                                [ROUND_FIRST] = &run->round_first};

        if (option == '?')
            return EXIT_USAGE;
        if (option == TIMEOUT) {
            good = parse_number(optarg, INT64_MAX / 4, &number);
            run->timeout_ms = (int64_t)number;
        } else if (option == LIMIT) {
            good = parse_number(optarg, STREAM_LIMIT_MAX, &run->limit);
        } else if (option == WITNESS) {
            good = parse_number(optarg, INT64_MAX / 1000000, &number);
            run->witness = true;
            run->witness_since_ms = (int64_t)number;
        } else if (option == OFFSET) {
            good = parse_number(optarg, INT64_MAX / 2, &run->offset);
        } else {
            *texts[option] = optarg;
        }
        if (!good)
            return complain(EXIT_USAGE, "--%s '%s' is not a number, or is too large",
                            options[option].name, optarg);
    }
    run->argv = argv + optind;
    if (!record_continue(run, hashed))
        return complain(EXIT_USAGE, "--hashed '%s' is not the state of four digests", hashed);
    return check(run);
}

static int run_case(struct case_run *run)
{
    int code;

    if (run->payload == NULL || guard_before(run)) {
        if (mkdir(run->work, 0755) < 0 && errno != EEXIST)
            return complain(EXIT_IO, "cannot create '%s': %s", run->work, strerror(errno));
        code = case_supervise(run);
        if (code != 0)
            return code;
        if (run->payload != NULL)
            guard_after(run);
    } else {
        /* It was not run: the facts give the reason to the host. */
        run->exit_code = 99;
        run->restart = "none";
        strcpy(run->next_mark, "-");
    }
    return record_write(run) ? record_print(run) : EXIT_IO;
}

int verb_case(int argc, char **argv)
{
    struct case_run run = {.base = DEFAULT_BASE,
                           .platform = "",
                           .scale = "1",
                           .mark = "",
                           .guest = "",
                           .samples = "",
                           .rounds = "",
                           .minutes = "",
                           .round_first = "",
                           .limit = 262144};
    int code = parse(argc, argv, &run);

    return code != 0 ? code : run_case(&run);
}
