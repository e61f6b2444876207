/* SPDX-License-Identifier: Apache-2.0 */
/* Checks scripts and sources against the image. */
#include "abi/check/scripts.h"

#include <elf.h>
#include <string.h>

#include "abi/check/needs.h"
#include "abi/script/distribution.h"
#include "abi/script/python.h"
#include "abi/script/script.h"
#include "abi/script/shell_use.h"
#include "abi/surface/remedy.h"
#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"

/* Sets the remedy for a missing command or file from the table of remedies. */
static void set_remedy(struct finding *row, const struct needs *needs, const char *name)
{
    _cleanup_free_ char *remedy = remedy_text(needs->world->layers[LAYER_IMAGE], name);

    if (remedy != NULL)
        finding_set_remedy(row, "%s", remedy);
}

/* A module, which the interpreter that imports it reads; a tool that lies in no folder of programs;
 * or a service of runit, which its own package starts. */
static bool is_helper(const char *path)
{
    return strstr(path, "/dist-packages/") != NULL || strstr(path, "/site-packages/") != NULL ||
           text_starts(path, "/usr/share/") || text_starts(path, "/etc/sv/");
}

static bool is_scriptlet(const char *path)
{
    return strstr(path, "(%") != NULL || text_starts(path, "/RPM/") ||
           strstr(path, "/DEBIAN/") != NULL;
}

/* The kernel takes the CR before the end of the line for a part of the interpreter's name or of its
 * argument. Perl reads that line itself, and skips it in options. */
static void check_line_end(const struct package_text *script, const char *program,
                           struct needs *needs)
{
    size_t length = strcspn(script->text, "\n");
    const char *path = script->path;
    struct finding *row;
    unsigned mode;

    if (length < 3 || script->text[length] == '\0' || script->text[length - 1] != '\r' ||
        (text_starts(path_base(program), "perl") && memchr(script->text, '-', length) != NULL))
        return;
    row = findings_add(needs->findings, FINDING_SCRIPT_INTERPRETER, path, NULL, NULL, program);
    row->line = 1;
    finding_set_found(
        row,
        "the line ends in CR LF, so that the system looks for '%s\\r', or passes it an "
        "argument that ends in '\\r'",
        program);
    finding_set_remedy(row, "save the file with LF line ends (dos2unix)");
    if (!is_scriptlet(path) && (text_starts(path, "/usr/share/doc/") || is_helper(path) ||
                                needs_refuses_execution(needs, path, &mode)))
        row->severity = SEVERITY_WARN;
}

static void check_interpreter(const struct package_text *script, struct needs *needs)
{
    bool by_name;
    _cleanup_free_ char *program = script_interpreter(script->text, &by_name);
    struct finding *row;

    if (program == NULL)
        return;
    check_line_end(script, program, needs);
    if (needs_program(needs, program) != NEED_MISSING)
        return;
    row = findings_add(needs->findings, FINDING_SCRIPT_INTERPRETER, script->path, NULL, NULL,
                       program);
    row->line = 1;
    finding_set_found(row, "%s is not on the image", program);
    if (text_starts(script->path, "/usr/share/doc/")) {
        row->severity = SEVERITY_WARN;
        finding_set_found(row, "%s is not on the image; only documentation files use it", program);
    } else if (is_helper(script->path)) {
        row->severity = SEVERITY_WARN;
        finding_set_found(
            row, "%s is not on the image; it is needed only if the file is executed directly",
            program);
    } else {
        set_remedy(row, needs, program);
    }
}

/* True if it is executed unconditionally and its failure is not handled. */
static bool is_certain(const struct shell_use *use)
{
    return !use->tested && use->where == 0;
}

/* Files that init scripts source. */
static bool is_init_library(const char *path)
{
    return text_ends(path, "/init.d/functions") || text_ends(path, "/lsb/init-functions");
}

static void check_use(const char *path, const struct shell_script *script,
                      const struct shell_use *use, size_t more, bool sources, struct needs *needs)
{
    enum remedy_command command =
        use->kind == USE_PROGRAM ? remedy_command(use->name) : COMMAND_COMMON;
    struct finding *row;

    /* The name may be a function defined in a sourced file that was not read. */
    if (use->kind == USE_PROGRAM && sources && command == COMMAND_COMMON &&
        strchr(use->name, '/') == NULL)
        return;
    if (use->tested || (use->kind == USE_SOURCED && (use->where & SHELL_HANDLED) != 0))
        return;
    if ((use->kind == USE_PROGRAM ? needs_program(needs, use->name)
                                  : needs_file(needs, use->name)) != NEED_MISSING)
        return;
    row = findings_add(needs->findings,
                       use->kind == USE_PROGRAM ? FINDING_SCRIPT_COMMAND : FINDING_SCRIPT_SOURCED,
                       path, NULL, NULL, use->name);
    row->line = use->line;
    if (more > 0)
        finding_set_found(row, "%s is not on the image (also used on %zu more %s)", use->name, more,
                          text_plural(more, "line", "lines"));
    else
        finding_set_found(row, "%s is not on the image", use->name);
    if (use->kind == USE_PROGRAM || is_init_library(use->name))
        set_remedy(row, needs, use->name);
    else
        finding_set_remedy(row, "use '[ -f %s ] && . %s', or ship the file", use->name, use->name);
    if (use->kind == USE_SOURCED && !is_certain(use))
        row->severity = SEVERITY_WARN;
    if (command == COMMAND_GONE && is_certain(use) && (script->errexit || is_scriptlet(path)))
        row->severity = SEVERITY_HIGH;
    /* The script cannot do its work without it. */
    if (use->executed && is_certain(use) && !is_helper(path))
        row->severity = SEVERITY_HIGH;
}

void script_check_shell(const char *path, const char *text, struct needs *needs)
{
    _cleanup_shell_ struct shell_script script = {0};
    _cleanup_uses_ struct shell_uses uses = {0};
    struct distribution image = needs_distribution(needs);
    bool sources;

    shell_read(text, strlen(text), &script);
    shell_uses_read(&script, &uses);
    sources = uses.sources_unknown;
    vec_foreach (use, &uses.rows)
        sources = sources || use->kind == USE_SOURCED;
    for (size_t i = 0, next; i < uses.rows.count; i = next) {
        const struct shell_use *first = &uses.rows.items[i], *best = first;

        for (next = i; next < uses.rows.count && uses.rows.items[next].kind == first->kind &&
                       text_equal(uses.rows.items[next].name, first->name);
             next++)
            if (is_certain(&uses.rows.items[next]) &&
                (!is_certain(best) || (uses.rows.items[next].executed && !best->executed)))
                best = &uses.rows.items[next];
        check_use(path, &script, best, next - i - 1, sources, needs);
    }
    distribution_check_shell(path, &script, &image, needs->findings);
}

/* The command whose failure is that of the whole line: the last one, and what is before "&&". */
static const char *deciding_program(const struct shell_script *script)
{
    const char *program = NULL;

    for (size_t i = 0; i < script->commands.count; i++) {
        const struct shell_command *command = &script->commands.items[i];
        size_t at = shell_program_at(command);

        if ((command->where & ~(unsigned)SHELL_HANDLED) != 0)
            continue;
        program = at < command->words.count ? command->words.items[at].text : NULL;
        vec_foreach (block, &script->blocks)
            if (i >= block->condition.from && i < block->condition.to && block->kind != SHELL_AND)
                program = NULL;
    }
    return program;
}

void script_check_command(const char *path, const char *code, unsigned line, bool optional,
                          struct needs *needs)
{
    _cleanup_shell_ struct shell_script script = {0};
    size_t before = needs->findings->rows.count;
    const char *program;

    shell_read(code, strlen(code), &script);
    program = deciding_program(&script);
    script_check_shell(path, code, needs);
    for (size_t i = before; i < needs->findings->rows.count; i++) {
        struct finding *row = &needs->findings->rows.items[i];

        row->line = line;
        if (!optional && row->kind == FINDING_SCRIPT_COMMAND && text_equal(row->provider, program))
            row->severity = SEVERITY_HIGH;
    }
}

static void check_python(const struct package_text *script, const char *program,
                         struct needs *needs)
{
    size_t size = strlen(script->text);
    const char *what = NULL;
    unsigned line = python_only_2(script->text, size, &what);
    struct finding *row;

    if (line > 0 && strstr(program, "python2") == NULL && !needs_is_python2(needs, program)) {
        row =
            findings_add(needs->findings, FINDING_SCRIPT_LANGUAGE, script->path, NULL, NULL, NULL);
        row->line = line;
        finding_set_found(row, "%s, which is invalid in Python 3", what);
        if (text_starts(script->path, "/usr/share/doc/"))
            row->severity = SEVERITY_WARN;
    }
    line = python_asks_distribution(script->text, size);
    if (line == 0)
        return;
    row =
        findings_add(needs->findings, FINDING_SCRIPT_DISTRIBUTION, script->path, NULL, NULL, NULL);
    row->line = line;
    finding_set_found(row, "platform.linux_distribution and platform.dist were removed in Python "
                           "3.8, and do not recognise TencentOS");
    finding_set_remedy(row, "read ID and VERSION_ID of /etc/os-release "
                            "(platform.freedesktop_os_release since Python 3.10)");
}

static void check_script(const struct package_text *script, struct needs *needs)
{
    bool by_name, shell;
    _cleanup_free_ char *program = script_interpreter(script->text, &by_name);
    struct distribution image = needs_distribution(needs);

    if (script_is_playbook(script->path)) {
        distribution_check_ansible(script->path, script->text, &image, needs->findings);
        return;
    }
    shell = program != NULL ? shell_is_name(program)
                            : text_ends(script->path, ".sh") || is_scriptlet(script->path);
    check_interpreter(script, needs);
    script_check_text(script->path, script->text, shell, needs->findings);
    if (shell)
        script_check_shell(script->path, script->text, needs);
    else if (program != NULL && text_starts(path_base(program), "python"))
        check_python(script, program, needs);
}

/* Scriptlets of an rpm are preceded by an added line that names the interpreter; line numbers are
 * corrected for it. */
static void count_from_scriptlet(const struct package_text *script, size_t before,
                                 struct findings *findings)
{
    if (!text_starts(script->path, "/RPM/") || !text_starts(script->text, "#!"))
        return;
    for (size_t i = before; i < findings->rows.count; i++)
        if (findings->rows.items[i].line > 1)
            findings->rows.items[i].line--;
}

void script_check(const struct package *package, struct needs *needs)
{
    vec_foreach (script, &package->scripts) {
        size_t before = needs->findings->rows.count;

        if (script->beside || text_starts(script->text, SCRIPT_LUA))
            continue;
        check_script(script, needs);
        count_from_scriptlet(script, before, needs->findings);
    }
    vec_foreach (elf, &package->elves)
        script_check_hints(elf->path, &elf->hints, needs->findings);
}

void source_check(const struct package *package, const struct world *world,
                  struct findings *findings)
{
    if (world->machine != EM_AARCH64 || package->signed_char)
        return;
    vec_foreach (source, &package->char_signs) {
        if (!source->beside)
            finding_set_found(
                findings_add(findings, FINDING_CHAR_SIGN, source->path, NULL, NULL, NULL), "%s",
                source->text);
    }
}
