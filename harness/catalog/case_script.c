/* SPDX-License-Identifier: Apache-2.0 */
/* Checks a case's script before anything is run: it must be a regular file in the folder, because
 * the target of a link would not be copied. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "base/text.h"
#include "catalog/load.h"

enum { HEAD_SIZE = 65536 }; /* a longer script contains more than comments */

/* True for a script with only a #! line, blank lines and comments, which would pass without testing
 * anything. */
static bool is_idle(const char *text)
{
    _cleanup_strv_ struct strv lines = {0};

    strv_split(&lines, text, "\r\n");
    for (size_t i = 0; i < lines.count; i++) {
        const char *line = lines.items[i] + strspn(lines.items[i], " \t");

        if (*line != '#' && *line != '\0')
            return false;
    }
    return true;
}

/* Finds an option in the #! line that makes a shell read /etc/profile or a bashrc before the case:
 * the product and earlier cases can change those, and `exit 0` in one would be a PASS. NULL if
 * there is none. Caller frees. */
static char *find_login_option(const char *text)
{
    static const char *const shells[] = {"sh", "bash", "dash", "ksh", "zsh"};
    _cleanup_free_ char *first = text_ndup(text, strcspn(text, "\r\n"));
    _cleanup_strv_ struct strv words = {0};
    bool of_shell = false;

    if (!text_starts(first, "#!"))
        return NULL;
    strv_split(&words, first + 2, " \t");
    for (size_t i = 0; i < words.count; i++) {
        const char *word = words.items[i];
        bool is_short = word[0] == '-' && word[1] != '-';

        if (of_shell && (is_short ? strpbrk(word, "li") != NULL
                                  : text_equal(word, "--login") || text_starts(word, "--rcfile") ||
                                        text_starts(word, "--init-file")))
            return text_ndup(word, strlen(word));
        for (size_t s = 0; s < sizeof(shells) / sizeof(shells[0]); s++)
            of_shell |= text_equal(path_base(word), shells[s]);
    }
    return NULL;
}

static int read_head(const char *path, struct buffer *text, struct error **err)
{
    _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
    char head[4096];
    ssize_t got;

    if (fd < 0)
        return error_set_errno(err, -errno, "cannot open '%s'", path);
    while (text->length < HEAD_SIZE && (got = read(fd, head, sizeof(head))) != 0) {
        if (got < 0)
            return error_set_errno(err, -errno, "cannot read '%s'", path);
        buffer_add(text, head, (size_t)got);
    }
    return 0;
}

int load_check_script(const struct xml_file *file, const xmlNode *node, const struct suite *suite,
                      const struct suite_case *row, struct error **err)
{
    _cleanup_free_ char *path = text_format("%s/cases/%s", suite->folder, row->run);
    _cleanup_buffer_ struct buffer text = {0};
    _cleanup_free_ char *option = NULL;
    struct stat st;
    int code;

    if (lstat(path, &st) < 0 && errno == ENOENT)
        return xml_error(file, node, err,
                         "case '%s': '%s' does not exist: create it, or correct run=\"%s\"",
                         row->id, path, row->run);
    if (lstat(path, &st) < 0)
        return error_set_errno(err, -errno, "case '%s': cannot stat '%s'", row->id, path);
    if (S_ISLNK(st.st_mode))
        return xml_error(file, node, err,
                         "case '%s': '%s' is a symbolic link: put the script itself there", row->id,
                         path);
    if (!S_ISREG(st.st_mode))
        return xml_error(file, node, err,
                         "case '%s': '%s' is not a regular file: put a script there", row->id,
                         path);
    if ((st.st_mode & 0100) == 0)
        return xml_error(file, node, err, "case '%s': '%s' is not executable: chmod +x it", row->id,
                         path);
    code = read_head(path, &text, err);
    if (code < 0)
        return code;
    if (text.length == 0 ||
        (text.length < HEAD_SIZE && strlen(text.data) == text.length && is_idle(text.data)))
        return xml_error(
            file, node, err,
            "case '%s': '%s' has no command and would pass without testing anything: write it",
            row->id, path);
    option = find_login_option(text.data);
    if (option != NULL)
        return xml_error(
            file, node, err,
            "case '%s': the #! line of '%s' has '%s': the shell would first run a profile "
            "that the product or an earlier case can change; leave it out and source in "
            "the case what it needs",
            row->id, path, option);
    return 0;
}
