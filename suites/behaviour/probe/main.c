/* SPDX-License-Identifier: Apache-2.0 */
/* The verbs and what they share: TAP, observations, and a child process for code that may fault. */
#include "probe.h"

#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "isa.h"

static unsigned points, failures;

void tap_ok(bool ok, const char *format, ...)
{
    va_list args;

    failures += !ok;
    printf("%sok %u - ", ok ? "" : "not ", ++points);
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    putchar('\n');
}

void tap_skip(const char *reason, const char *format, ...)
{
    va_list args;

    printf("ok %u - ", ++points);
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    printf(" # SKIP %s\n", reason);
}

void tap_note(const char *format, ...)
{
    va_list args;

    fputs("# ", stdout);
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    putchar('\n');
}

int tap_done(void)
{
    printf("1..%u\n", points);
    return fflush(stdout) != 0 || failures > 0;
}

/* The value with \t, \n and \\ escaped, as the observations' file wants it. */
static size_t escape(char *to, size_t size, const char *from)
{
    size_t used = 0;

    for (; *from != '\0' && used + 3 < size; from++) {
        char letter = *from == '\t' ? 't' : *from == '\n' ? 'n' : *from == '\\' ? '\\' : '\0';

        if (letter != '\0')
            to[used++] = '\\';
        to[used++] = letter != '\0' ? letter : *from;
    }
    to[used] = '\0';
    return used;
}

void observe(const char *key, const char *unit, const char *format, ...)
{
    const char *path = getenv("TOUCHSTONE_OBSERVATIONS");
    char value[2048], escaped[4096], line[4400];
    va_list args;
    int fd, length;

    va_start(args, format);
    vsnprintf(value, sizeof(value), format, args);
    va_end(args);
    escape(escaped, sizeof(escaped), value);
    tap_note("%s = %s%s%s", key, escaped, unit[0] != '\0' ? " " : "", unit);
    if (path == NULL)
        return;
    length = snprintf(line, sizeof(line), "%s\t%s\t%s\n", key, escaped, unit);
    fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0 || write(fd, line, (size_t)length) != length) {
        perror(path);
        exit(99);
    }
    close(fd);
}

bool read_line(const char *path, char *text, size_t size)
{
    FILE *file = fopen(path, "re");
    bool read = file != NULL && fgets(text, (int)size, file) != NULL;

    if (file != NULL)
        fclose(file);
    if (!read)
        text[0] = '\0';
    text[strcspn(text, "\n")] = '\0';
    return read;
}

static void on_fault(int signal)
{
    _exit(100 + signal);
}

int in_child(int (*body)(const void *argument), const void *argument)
{
    static const int faults[] = {SIGILL, SIGSEGV, SIGBUS, SIGFPE, SIGTRAP, SIGSYS, SIGALRM};
    pid_t child;
    int status;

    fflush(stdout);
    child = fork();
    if (child == 0) {
        /* A handler prevents the kernel from logging faults that are expected here; core dumps are
         * disabled too. */
        prctl(PR_SET_DUMPABLE, 0);
        for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
            signal(faults[i], on_fault);
        alarm(30);
        _exit(body(argument));
    }
    if (child < 0 || waitpid(child, &status, 0) != child)
        return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 100 + WTERMSIG(status);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*run)(void);
    } verbs[] = {
        {"abi-layout", probe_abi_layout},
        {"floating-point", probe_floating_point},
        {"isa", probe_isa},
        {"isa-tests", isa_list},
        {"memory", probe_memory},
        {"system", probe_system},
    };

    for (size_t i = 0; argc == 2 && i < sizeof(verbs) / sizeof(verbs[0]); i++)
        if (strcmp(verbs[i].name, argv[1]) == 0)
            return verbs[i].run();
    fputs("touchstone-probe wants one of:", stderr);
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
        fprintf(stderr, " %s", verbs[i].name);
    fputc('\n', stderr);
    return 99;
}
