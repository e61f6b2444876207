/* SPDX-License-Identifier: Apache-2.0 */
/* Prints the guest's identity as one line of JSON, read from the kernel's files. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "inside/inside.h"

#define FEATURES_MAX 512

/* The first processor's block of /proc/cpuinfo. */
struct cpu {
    char vendor[64];
    long family, model, stepping;
    unsigned long implementer, variant, part, revision;
    char *features[FEATURES_MAX];
    size_t feature_count;
};

static void split_features(struct cpu *cpu, const char *text)
{
    char *copy = strdup(text), *state = NULL;

    for (char *word = copy != NULL ? strtok_r(copy, " \t\n", &state) : NULL;
         word != NULL && cpu->feature_count < FEATURES_MAX; word = strtok_r(NULL, " \t\n", &state))
        cpu->features[cpu->feature_count++] = word;
}

static int compare_words(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool read_cpu(struct cpu *cpu)
{
    FILE *file = fopen("/proc/cpuinfo", "re");
    char *line = NULL;
    size_t size = 0;

    if (file == NULL)
        return false;
    while (getline(&line, &size, file) > 0) {
        char *colon = strchr(line, ':'), *value = colon + 1;
        size_t length;

        /* An empty line ends the first processor's block. */
        if (colon == NULL && line[0] == '\n' && cpu->feature_count > 0)
            break;
        if (colon == NULL)
            continue;
        while (colon > line && (colon[-1] == '\t' || colon[-1] == ' '))
            colon--;
        *colon = '\0';
        value += strspn(value, " \t");
        length = strcspn(value, "\n");
        if (strcmp(line, "vendor_id") == 0)
            snprintf(cpu->vendor, sizeof(cpu->vendor), "%.*s", (int)length, value);
        else if (strcmp(line, "cpu family") == 0)
            cpu->family = strtol(value, NULL, 10);
        else if (strcmp(line, "model") == 0)
            cpu->model = strtol(value, NULL, 10);
        else if (strcmp(line, "stepping") == 0)
            cpu->stepping = strtol(value, NULL, 10);
        else if (strcmp(line, "CPU implementer") == 0)
            cpu->implementer = strtoul(value, NULL, 0);
        else if (strcmp(line, "CPU variant") == 0)
            cpu->variant = strtoul(value, NULL, 0);
        else if (strcmp(line, "CPU part") == 0)
            cpu->part = strtoul(value, NULL, 0);
        else if (strcmp(line, "CPU revision") == 0)
            cpu->revision = strtoul(value, NULL, 0);
        else if (strcmp(line, "flags") == 0 || strcmp(line, "Features") == 0)
            split_features(cpu, value);
    }
    free(line);
    fclose(file);
    qsort(cpu->features, cpu->feature_count, sizeof(cpu->features[0]), compare_words);
    return true;
}

static void print_cpu(const struct cpu *cpu)
{
#ifdef __aarch64__
    /* MIDR_EL1: the architecture field is 0xf ("see the ID registers") on all CPUs that run
     * Linux. */
    printf("\"midr\":\"0x%08lx\",", (cpu->implementer & 0xff) << 24 | (cpu->variant & 0xf) << 20 |
                                        0xfUL << 16 | (cpu->part & 0xfff) << 4 |
                                        (cpu->revision & 0xf));
#else
    fputs("\"vendor\":", stdout);
    json_string(stdout, cpu->vendor);
    printf(",\"family\":%ld,\"model\":%ld,\"stepping\":%ld,", cpu->family, cpu->model,
           cpu->stepping);
#endif
    fputs("\"features\":[", stdout);
    for (size_t i = 0; i < cpu->feature_count; i++) {
        if (i > 0)
            fputc(',', stdout);
        json_string(stdout, cpu->features[i]);
    }
    fputs("],", stdout);
}

/* The value of `key=` in a line of os-release (freedesktop.org: quoted as in a shell). */
static bool os_value(char *line, const char *key, char *text, size_t size)
{
    size_t length = strlen(key), used = 0;
    char quote = '\0', *from;

    if (strncmp(line, key, length) != 0 || line[length] != '=')
        return false;
    from = line + length + 1;
    if (*from == '"' || *from == '\'')
        quote = *from++;
    for (; *from != '\0' && *from != '\n' && *from != quote && used + 1 < size; from++) {
        if (*from == '\\' && quote != '\'' && from[1] != '\0')
            from++;
        text[used++] = *from;
    }
    text[used] = '\0';
    return true;
}

static void print_os(void)
{
    FILE *file = fopen("/etc/os-release", "re");
    char *line = NULL, id[128] = "", version[128] = "";
    size_t size = 0;

    if (file == NULL)
        file = fopen("/usr/lib/os-release", "re");
    while (file != NULL && getline(&line, &size, file) > 0)
        if (!os_value(line, "ID", id, sizeof(id)))
            os_value(line, "VERSION_ID", version, sizeof(version));
    if (file != NULL)
        fclose(file);
    free(line);
    fputs("\"os_id\":", stdout);
    json_string(stdout, id);
    fputs(",\"os_version\":", stdout);
    json_string(stdout, version);
    fputc(',', stdout);
}

static unsigned long long memory_kib(void)
{
    FILE *file = fopen("/proc/meminfo", "re");
    char line[256];
    unsigned long long kib = 0;

    while (file != NULL && fgets(line, sizeof(line), file) != NULL)
        if (sscanf(line, "MemTotal: %llu kB", &kib) == 1)
            break;
    if (file != NULL)
        fclose(file);
    return kib;
}

unsigned long long kernel_taint(void)
{
    char text[32];
    uint64_t value;

    return read_line("/proc/sys/kernel/tainted", text, sizeof(text)) &&
                   parse_number(text, UINT64_MAX, &value)
               ? value
               : 0;
}

static unsigned long long root_free_kib(void)
{
    struct statvfs root;

    return statvfs("/", &root) == 0 ? root.f_bavail * (root.f_frsize / 1024) : 0;
}

static void print_file(const char *key, const char *path)
{
    char text[256];

    read_line(path, text, sizeof(text));
    printf("\"%s\":", key);
    json_string(stdout, text);
    fputc(',', stdout);
}

int identity_set_clock(const char *ms)
{
    struct timespec now;
    uint64_t clock;

    if (!parse_number(ms, INT64_MAX / 1000, &clock))
        return complain(EXIT_USAGE, "--set-clock-ms '%s' is not a number", ms);
    now.tv_sec = (time_t)(clock / 1000);
    now.tv_nsec = (long)(clock % 1000) * 1000000;
    /* Whether this succeeded is visible in the identity's clock. */
    if (clock_settime(CLOCK_REALTIME, &now) < 0)
        complain(0, "cannot set the clock: %s", strerror(errno));
    return 0;
}

int identity_print(pid_t keeper)
{
    struct cpu cpu = {.family = -1, .model = -1, .stepping = -1};
    struct utsname name;
    struct timespec now;

    if (!read_cpu(&cpu) || uname(&name) < 0)
        return complain(EXIT_IO, "cannot read /proc/cpuinfo: %s", strerror(errno));
    clock_gettime(CLOCK_REALTIME, &now);
    fputs("{\"arch\":", stdout);
    json_string(stdout, name.machine);
    fputc(',', stdout);
    print_cpu(&cpu);
    printf("\"page_size\":%ld,\"kernel\":", sysconf(_SC_PAGESIZE));
    json_string(stdout, name.release);
    fputc(',', stdout);
    print_os();
    printf("\"clock_ms\":%lld,", (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000);
    print_file("clocksource", "/sys/devices/system/clocksource/clocksource0/current_clocksource");
    print_file("boot_id", "/proc/sys/kernel/random/boot_id");
    printf("\"cpus\":%ld,\"memory_kib\":%llu,", sysconf(_SC_NPROCESSORS_ONLN), memory_kib());
    printf("\"hwcap\":\"0x%lx\",\"hwcap2\":\"0x%lx\",", getauxval(AT_HWCAP), getauxval(AT_HWCAP2));
    printf("\"taint\":\"0x%llx\",\"root_free_kib\":%llu,", kernel_taint(), root_free_kib());
    printf("\"keeper\":%ld,", (long)keeper);
    /* Of the snapshot in a guest that was saved before any case ran; "": there is none. */
    print_file("footprint", DEFAULT_BASE "/footprint.sha256");
    fputs("\"init\":", stdout);
    {
        char init[64];

        read_line("/proc/1/comm", init, sizeof(init));
        json_string(stdout, init);
    }
    fputs("}\n", stdout);
    return fflush(stdout) == 0 ? 0 : complain(EXIT_IO, "cannot write: %s", strerror(errno));
}

int verb_identity(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "--set-clock-ms") == 0) {
        int code = identity_set_clock(argv[2]);

        /* As the host requests it from a booted guest. */
        return code != 0 ? code : identity_print(keeper_start());
    }
    if (argc != 1)
        return complain(EXIT_USAGE, "identity takes only --set-clock-ms N");
    return identity_print(0);
}
