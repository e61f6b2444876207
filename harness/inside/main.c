/* SPDX-License-Identifier: Apache-2.0 */
/* The verbs of touchstone-guest, selected by the program's name or its first argument. */
#include "inside/inside.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const struct verb {
    const char *name;
    int (*run)(int argc, char **argv);
} verbs[] = {
    {"identity", verb_identity},   {"case", verb_case},       {"begin", verb_begin},
    {"observe", verb_observe},     {"restart", verb_restart}, {"serve", verb_serve},
    {"install", verb_install},     {"crash", verb_crash},     {"idle", verb_idle},
    {"footprint", verb_footprint}, {"network", verb_network}, {"sample", verb_sample},
};

int complain(int code, const char *format, ...)
{
    va_list args;

    fputs("touchstone-guest: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    return code;
}

bool parse_number(const char *text, uint64_t max, uint64_t *ret_value)
{
    char *end = NULL;
    unsigned long long value;

    errno = 0;
    value = strtoull(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 || value > max)
        return false;
    *ret_value = value;
    return true;
}

bool read_line(const char *path, char *text, size_t size)
{
    FILE *file = fopen(path, "re");
    bool read = file != NULL && fgets(text, (int)size, file) != NULL;

    if (file != NULL)
        fclose(file);
    if (read)
        text[strcspn(text, "\n")] = '\0';
    else
        text[0] = '\0';
    return read;
}

int64_t monotonic_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void json_string(FILE *out, const char *text)
{
    fputc('"', out);
    for (const unsigned char *byte = (const unsigned char *)text; *byte != '\0'; byte++) {
        if (*byte == '"' || *byte == '\\')
            fprintf(out, "\\%c", *byte);
        else if (*byte < 0x20 || *byte > 0x7e)
            fprintf(out, "\\u%04x", *byte);
        else
            fputc(*byte, out);
    }
    fputc('"', out);
}

static const struct verb *find(const char *name)
{
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    return NULL;
}

int main(int argc, char **argv)
{
    const char *slash = argc > 0 ? strrchr(argv[0], '/') : NULL;
    const struct verb *verb = argc > 0 ? find(slash != NULL ? slash + 1 : argv[0]) : NULL;

    if (verb != NULL)
        return verb->run(argc, argv);
    verb = argc > 1 ? find(argv[1]) : NULL;
    if (verb == NULL)
        return complain(EXIT_USAGE,
                        "expected one of: identity, case, begin, observe, restart, serve, "
                        "install, idle, footprint, network, sample");
    return verb->run(argc - 1, argv + 1);
}
