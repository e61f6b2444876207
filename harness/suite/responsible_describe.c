/* SPDX-License-Identifier: Apache-2.0 */
/* Describes in a sentence what went wrong with a file: the file, its package, how, where, and
 * related findings. */
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "suite/protocols.h"
#include "suite/responsible_parts.h"

static char *show(const char *text)
{
    return protocol_show(text, strlen(text));
}

static const char *signal_name(int number)
{
    const char *name = sigabbrev_np(number);

    return name != NULL ? name : "of a signal";
}

char *responsible_name(const struct inquiry *inquiry, const char *path)
{
    _cleanup_free_ char *shown = show(path), *shown_of = NULL;
    const char *of = NULL;

    responsible_owner(inquiry, path, &of);
    if (of == NULL)
        return text_format("'%s'", shown);
    shown_of = show(of);
    return text_format("'%s' (%s)", shown, shown_of);
}

/* Findings of the static check refer to a file by its path in the package. */
static const struct finding *find_finding(const struct inquiry *inquiry, const char *path)
{
    if (inquiry->prediction == NULL)
        return NULL;
    vec_foreach (row, &inquiry->prediction->findings)
        if (row->severity == SEVERITY_BLOCK && row->file != NULL && text_ends(path, row->file))
            return row;
    return NULL;
}

static void add_finding(const struct inquiry *inquiry, const char *path, struct buffer *text)
{
    const struct finding *row = find_finding(inquiry, path);
    const char *what = row == NULL             ? NULL
                       : row->symbol != NULL   ? row->symbol
                       : row->version != NULL  ? row->version
                       : row->provider != NULL ? row->provider
                                               : "";
    _cleanup_free_ char *shown = row != NULL ? show(what) : NULL;

    if (row != NULL)
        buffer_format(text, " (predicted: %s%s%s)", finding_name(row), shown[0] != '\0' ? " " : "",
                      shown);
}

static const char *machine_name(unsigned machine)
{
    static const struct {
        unsigned machine;
        const char *name;
    } names[] = {{3, "i386"},      {40, "arm"},    {62, "x86_64"},
                 {183, "aarch64"}, {243, "riscv"}, {258, "loongarch"},
                 {21, "ppc64"},    {22, "s390x"},  {8, "mips"}};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (names[i].machine == machine)
            return names[i].name;
    return "another architecture";
}

static void add_refusal(const struct inquiry *inquiry, const struct witnessed_file *file,
                        struct buffer *text)
{
    buffer_text(text, " cannot be executed: ");
    if (file->size == 0 && file->machine == 0 && file->interpreter == NULL) {
        buffer_text(text, "it is empty");
        return;
    }
    if (strcmp(file->refused, "foreign") == 0)
        buffer_format(text, "it is built for %s and the guest is %s", machine_name(file->machine),
                      inquiry->machine);
    else if (strcmp(file->refused, "interpreter") == 0 && file->interpreter != NULL) {
        _cleanup_free_ char *interpreter = show(file->interpreter);

        buffer_format(text, "its interpreter '%s' does not exist", interpreter);
    } else
        buffer_text(text, "the kernel does not accept its format");
}

/* The line, beginning with the program's name, in which the loader says why it failed. NULL:
 * none. */
static char *find_loader_line(const struct inquiry *inquiry, const char *path)
{
    static const char *const signs[] = {": error while loading shared libraries: ",
                                        ": symbol lookup error: ", "Error loading shared library ",
                                        "CPU ISA level is lower than required"};
    const struct buffer *err = &inquiry->record->err;
    const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;
    _cleanup_strv_ struct strv lines = {0};
    char *found = NULL;

    if (err->length == 0)
        return NULL;
    strv_split(&lines, err->data, "\n");
    for (size_t i = 0; i < lines.count; i++)
        for (size_t sign = 0; sign < sizeof(signs) / sizeof(signs[0]); sign++) {
            const char *at = strstr(lines.items[i], signs[sign]);

            if (at == NULL || strstr(lines.items[i], name) == NULL)
                continue;
            at = *at == ':' ? strchr(at + 1, ':') + 2 : at;
            free(found);
            found = show(at);
        }
    return found;
}

static void add_exit(const struct inquiry *inquiry, const struct trouble *trouble,
                     struct buffer *text)
{
    _cleanup_free_ char *line = find_loader_line(inquiry, trouble->path);

    if (line != NULL)
        buffer_format(text, " cannot be executed: %s", line);
    else
        buffer_format(text, " ended with exit code %d", trouble->number);
}

static void add_kernel_line(const struct inquiry *inquiry, const char *path, struct buffer *text)
{
    const char *slash = strrchr(path, '/');
    _cleanup_free_ char *name = text_ndup(slash != NULL ? slash + 1 : path, 15);
    const char *found = NULL;

    /* The kernel truncates names to 15 bytes. */
    vec_foreach (line, &inquiry->witness->kernel)
        if (strstr(*line, name) != NULL)
            found = *line;
    if (found != NULL) {
        _cleanup_free_ char *shown = show(found);

        buffer_format(text, "; kernel: %s", shown);
    }
}

static void add_signal(const struct inquiry *inquiry, const struct trouble *trouble,
                       struct buffer *text)
{
    const struct witnessed_crash *crash = trouble->crash;

    buffer_format(text, " died of SIG%s", signal_name(trouble->number));
    if (crash != NULL && crash->instruction != NULL && trouble->number == SIGILL) {
        buffer_format(text, " at the instruction '%s'", crash->instruction);
        if (crash->feature != NULL)
            buffer_format(text, ", which needs the CPU feature '%s'", crash->feature);
    }
    if (crash != NULL && crash->module != NULL) {
        _cleanup_free_ char *module = show(crash->module);

        buffer_format(text, ", in %s at 0x%" PRIx64, module, crash->offset);
    }
    if (crash != NULL && (trouble->number == SIGSEGV || trouble->number == SIGBUS))
        buffer_format(text, ", address 0x%" PRIx64, crash->address);
    if (trouble->times > 1)
        buffer_format(text, " (%u times)", trouble->times);
    add_kernel_line(inquiry, crash != NULL && crash->path != NULL ? crash->path : trouble->path,
                    text);
}

char *responsible_describe(const struct inquiry *inquiry, const struct trouble *trouble)
{
    _cleanup_free_ char *name = responsible_name(inquiry, trouble->path);
    struct buffer text = {0};

    buffer_text(&text, name);
    if (trouble->what == TROUBLE_REFUSED)
        add_refusal(inquiry, trouble->file, &text);
    else if (trouble->what == TROUBLE_EXIT)
        add_exit(inquiry, trouble, &text);
    else
        add_signal(inquiry, trouble, &text);
    add_finding(inquiry, trouble->path, &text);
    return buffer_steal(&text);
}
