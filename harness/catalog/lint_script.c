/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a script's first line and has its shell check the syntax of the rest. */
#include "catalog/lint_script.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "base/process.h"
#include "base/text.h"

#define HEAD_SIZE 256
#define CHECK_TIMEOUT_MS 20000
#define CHECK_OUTPUT_LIMIT 4096
#define SCRIPT_LIMIT (1024 * 1024)

static int read_head(const char *path, char head[HEAD_SIZE], struct error **err)
{
    _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd >= 0 ? read(fd, head, HEAD_SIZE - 1) : -1;

    if (got < 0)
        return error_set_errno(err, -errno, "cannot read '%s'", path);
    head[got] = '\0';
    return 0;
}

/* "sh" or "bash" if the text after #! runs one of them, else NULL. */
static const char *shell_of(const char *line)
{
    _cleanup_strv_ struct strv words = {0};
    const char *program;

    strv_split(&words, line, " \t");
    if (words.count == 0)
        return NULL;
    program = path_base(words.items[0]);
    if (strcmp(program, "env") == 0 && words.count > 1)
        program = words.items[1];
    if (strcmp(program, "bash") == 0)
        return "bash";
    return strcmp(program, "sh") == 0 || strcmp(program, "dash") == 0 ? "sh" : NULL;
}

static int check_syntax(const char *shell, const char *path, struct lint *lint, struct error **err)
{
    const char *const argv[] = {shell, "-n", path, NULL};
    const struct process_spec spec = {.argv = argv,
                                      .stdin_fd = -1,
                                      .stdout_fd = -1,
                                      .stderr_fd = -1,
                                      .pass_fd = -1,
                                      .own_group = true};
    struct process_output output = {0};
    _cleanup_error_ struct error *absent = NULL;
    int code = process_run(&spec, CHECK_TIMEOUT_MS, CHECK_OUTPUT_LIMIT, &output, &absent);

    if (code == -ENOENT) {
        lint_add(lint, false, "%s: not checked, this host has no %s", path, shell);
        return 0;
    }
    if (code < 0)
        return error_set(err, code, "%s", error_message(absent));
    if (!output.exit.exited || output.exit.code != 0) {
        _cleanup_buffer_ struct buffer said = {0};
        const char *text = output.err.length > 0 ? output.err.data : "no reason given";

        buffer_printable(&said, text, strcspn(text, "\n"), false);
        lint_add(lint, true, "%s -n: %s", shell, said.data);
    }
    process_output_done(&output);
    return 0;
}

/* The first of these commands that occurs in the script outside comments, or NULL. */
static const char *find_command(const char *text, const char *const *commands, size_t count)
{
    _cleanup_strv_ struct strv lines = {0};

    strv_split(&lines, text, "\n");
    for (size_t i = 0; i < lines.count; i++) {
        const char *line = lines.items[i] + strspn(lines.items[i], " \t");

        for (size_t c = 0; line[0] != '#' && c < count; c++)
            if (strstr(line, commands[c]) != NULL)
                return commands[c];
    }
    return NULL;
}

/* A restart that suite.xml does not announce makes the case an ERROR after all its work. The
 * reverse is not reported, because a script may call another one that requests the restart. */
static void check_restarts(const char *path, const char *text, const struct suite_case *row,
                           struct lint *lint)
{
    static const char *const commands[] = {"guest-reboot", "guest-power-cut"};
    const char *found = find_command(text, commands, sizeof(commands) / sizeof(commands[0]));

    if (found != NULL && !row->restarts)
        lint_add(
            lint, true,
            "%s: calls %s, which case '%s' does not declare: add restarts=\"yes\" to its <case>",
            path, found, row->id);
}

/* dpkg installs files in the order given, and rpm refuses to run on Debian. */
static void check_installing(const char *path, const char *text, struct lint *lint)
{
    static const char *const commands[] = {"dpkg -i",       "dpkg --install", "rpm -i",
                                           "rpm --install", "rpm -U",         "rpm --upgrade"};
    const char *found = find_command(text, commands, sizeof(commands) / sizeof(commands[0]));

    if (found != NULL && strstr(text, "TOUCHSTONE_PACKAGES") != NULL)
        lint_add(lint, false,
                 "%s: installs the staged packages with '%s', which does not order them by "
                 "Pre-Depends or wait for a lock: call touchstone-install",
                 path, found);
}

/* A shell treats CR as part of the last word of each line. */
static bool check_line_ends(const char *path, const char *text, struct lint *lint)
{
    const char *found = strstr(text, "\r\n");
    unsigned line = 1;

    if (found == NULL)
        return true;
    for (const char *at = text; at < found; at++)
        line += *at == '\n';
    lint_add(lint, true,
             "%s:%u: the line ends in CR LF, and a shell reads the CR as part of the last word: "
             "use plain line ends",
             path, line);
    return false;
}

int lint_script_text(const char *path, const char *text, struct lint *lint, struct error **err)
{
    _cleanup_free_ char *first = text_ndup(text, strcspn(text, "\n"));
    const char *program = NULL;
    const char *shell = text_ends(path, ".sh") ? "bash" : NULL;

    if (text_starts(first, "#!")) {
        program = first + 2 + strspn(first + 2, " \t");
        if (*program != '/') {
            lint_add(lint, true,
                     "%s:1: '%s' does not name an interpreter by its absolute path: begin with "
                     "#!/bin/sh",
                     path, first);
            return 0;
        }
        if (strchr(first, '\r') != NULL) {
            lint_add(lint, true,
                     "%s:1: the line ends in CR LF, the guest would look for an interpreter with a "
                     "CR in its name: use plain line ends",
                     path);
            return 0;
        }
        shell = shell_of(first + 2);
    }
    if (shell == NULL || !check_line_ends(path, text, lint))
        return 0;
    return check_syntax(shell, path, lint, err);
}

static int check_commands(const char *path, const struct suite_case *row, struct lint *lint,
                          struct error **err)
{
    _cleanup_buffer_ struct buffer text = {0};
    int code = path_read(path, SCRIPT_LIMIT, &text, err);

    if (code < 0 || text.length == 0)
        return code;
    check_restarts(path, text.data, row, lint);
    check_installing(path, text.data, lint);
    return lint_script_text(path, text.data, lint, err);
}

int lint_script(const char *folder, const struct suite_case *row, struct lint *lint,
                struct error **err)
{
    _cleanup_free_ char *path = text_format("%s/cases/%s", folder, row->run);
    char head[HEAD_SIZE];
    int code = read_head(path, head, err);

    if (code < 0)
        return code;
    if (text_starts(head, "\x7f"
                          "ELF")) {
        lint_add(lint, false,
                 "%s: a program for one architecture: add one case per architecture with <needs "
                 "arch=…>, or use a script that chooses",
                 path);
        return 0;
    }
    if (!text_starts(head, "#!")) {
        lint_add(lint, true, "%s:1: no #! line, the guest could not start it: begin with #!/bin/sh",
                 path);
        return 0;
    }
    return check_commands(path, row, lint, err);
}
