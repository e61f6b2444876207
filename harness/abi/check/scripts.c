/* SPDX-License-Identifier: Apache-2.0 */
/* Checks scripts and sources against the image. */
#include "abi/check/scripts.h"

#include <elf.h>
#include <string.h>

#include "abi/check/login.h"
#include "abi/check/needs.h"
#include "abi/check/script_place.h"
#include "abi/script/distribution.h"
#include "abi/script/python.h"
#include "abi/script/script.h"
#include "abi/script/shebang.h"
#include "abi/script/shell.h"
#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"

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
    if (!script_is_scriptlet(path) &&
        (text_starts(path, "/usr/share/doc/") || script_is_helper(path) ||
         needs_refuses_execution(needs, path, &mode)))
        row->severity = SEVERITY_WARN;
}

/* What the kernel does with the first line. */
static char *line_fault(const struct package_text *script, const struct shebang *line,
                        const struct needs *needs)
{
    _cleanup_free_ char *behind = NULL;

    if (line->end >= SHEBANG_MAX)
        return text_format("the kernel reads only %d bytes of the line, in which its name does not "
                           "end",
                           SHEBANG_MAX);
    if (line->program[0] != '/')
        return strchr(line->program, '/') != NULL && line->program[0] != '['
                   ? text_dup("its path is relative to the folder in which the script is started")
                   : NULL;
    if (needs_brings(needs, path_base(line->program)) &&
        script_is_nested(needs->package, line->program))
        return text_format("the kernel follows at most %d scripts that are the interpreters of "
                           "others",
                           SHEBANG_NESTED_MAX);
    behind = script_interpreter_behind(needs, line->program);
    return behind != NULL ? shebang_fault(line, path_base(behind), script->path) : NULL;
}

static void check_first_line(const struct package_text *script, struct needs *needs)
{
    _cleanup_shebang_ struct shebang line;
    _cleanup_free_ char *fault = NULL;
    struct finding *row;

    shebang_read(script->text, &line);
    fault = line.program != NULL ? line_fault(script, &line, needs) : NULL;
    if (fault == NULL)
        return;
    row = findings_add(needs->findings, FINDING_SCRIPT_INTERPRETER, script->path, NULL, NULL,
                       line.program);
    row->line = 1;
    row->severity =
        script_is_helper(script->path) ? SEVERITY_WARN : script_end_severity(needs, script->path);
    finding_set_found(row, "%s cannot run the script as it begins: %s", line.program, fault);
    finding_set_remedy(row, "set options in the script itself, such as 'set -eu'");
}

static void check_interpreter(const struct package_text *script, struct needs *needs)
{
    bool by_name;
    _cleanup_free_ char *program = script_interpreter(script->text, &by_name);
    struct finding *row;

    if (program == NULL) {
        check_first_line(script, needs);
        return;
    }
    check_line_end(script, program, needs);
    if (needs_program(needs, program) != NEED_MISSING) {
        check_first_line(script, needs);
        return;
    }
    row = findings_add(needs->findings, FINDING_SCRIPT_INTERPRETER, script->path, NULL, NULL,
                       program);
    row->line = 1;
    finding_set_found(row, "%s is not on the image", program);
    if (text_starts(script->path, "/usr/share/doc/")) {
        row->severity = SEVERITY_WARN;
        finding_set_found(row, "%s is not on the image; only documentation files use it", program);
    } else if (script_is_helper(script->path)) {
        row->severity = SEVERITY_WARN;
        finding_set_found(
            row, "%s is not on the image; it is needed only if the file is executed directly",
            program);
    } else {
        if (script_stops_installation(script->path) && !needs_may_come(needs))
            row->severity = SEVERITY_BLOCK;
        script_set_remedy(row, needs, program);
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
    if (line == 0)
        script_check_python(script, program, needs);
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

/* Sourced by /etc/profile, in the sh of whoever logs in. */
static bool is_profile(const char *path)
{
    return text_starts(path, "/etc/profile.d/") && text_ends(path, ".sh");
}

/* What starts it names the interpreter; what executes a __main__.py is in the first line of the zip
 * that it is in, or "python3 FOLDER". Of a Python of the product only the name says which it is. */
static char *interpreter_of(const struct package_text *script, const struct needs *needs)
{
    bool by_name;
    char *program = script_interpreter(script->text, &by_name);
    const char *end = strstr(script->path, "!/__main__.py");

    if (program == NULL && script->interpreter != NULL)
        return needs_brings(needs, path_base(script->interpreter)) &&
                       text_equal(path_base(script->interpreter), "python")
                   ? NULL
                   : text_dup(script->interpreter);
    if (program != NULL || !script_is_python_main(script->path))
        return program;
    vec_foreach (zip, &needs->package->scripts)
        if (end != NULL && strncmp(zip->path, script->path, (size_t)(end - script->path)) == 0 &&
            zip->path[end - script->path] == '\0')
            return script_interpreter(zip->text, &by_name);
    return needs_brings(needs, "python3") ? NULL : text_dup("python3");
}

static void check_script(const struct package_text *script, struct needs *needs)
{
    bool shell;
    _cleanup_free_ char *program = interpreter_of(script, needs);
    struct distribution image = needs_distribution(needs);

    if (script_is_playbook(script->path)) {
        distribution_check_ansible(script->path, script->text, &image, needs->findings);
        return;
    }
    shell = program != NULL ? shell_is_name(program)
                            : text_ends(script->path, ".sh") || script_is_scriptlet(script->path);
    check_interpreter(script, needs);
    script_check_text(script->path, script->text, shell, needs->findings);
    if (shell && is_profile(script->path))
        script_check_shell(script->path, "/bin/sh", script->text, SEVERITY_HIGH, needs);
    else if (shell)
        script_check_shell(script->path, program, script->text,
                           script_end_severity(needs, script->path), needs);
    else if (program != NULL && text_starts(path_base(program), "python"))
        check_python(script, program, needs);
    else if (program != NULL && text_equal(path_base(program), "perl"))
        script_check_perl(script, needs);
    else if (program != NULL && text_ends(program, "awk"))
        script_check_awk_file(script, program, needs);
    if (!shell)
        login_check_text(needs, script->path, script->text);
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

/* Only who works on the package, or reads its documentation, runs it. */
static void lower_uncalled(const struct package *package, const char *path, size_t before,
                           struct findings *findings)
{
    if (!strv_sorted_has(&package->uncalled, path))
        return;
    for (size_t i = before; i < findings->rows.count; i++) {
        struct finding *row = &findings->rows.items[i];

        if (row->severity != SEVERITY_HIGH)
            continue;
        row->severity = SEVERITY_WARN;
        finding_set_found(row,
                          "%s%snothing that npm runs at an installation, and no program of the "
                          "product, calls the script",
                          row->found != NULL ? row->found : "", row->found != NULL ? "; " : "");
    }
}

void script_check(const struct package *package, struct needs *needs)
{
    vec_foreach (script, &package->scripts) {
        size_t before = needs->findings->rows.count;

        if (script->beside || text_starts(script->text, SCRIPT_LUA))
            continue;
        check_script(script, needs);
        count_from_scriptlet(script, before, needs->findings);
        lower_uncalled(package, script->path, before, needs->findings);
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
