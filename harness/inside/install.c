/* SPDX-License-Identifier: Apache-2.0 */
/* Parses the arguments of touchstone-install: files, package family, time limit. */
#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "inside/install.h"

#define DEFAULT_LIMIT_S 60 /* if the case's limit is unknown: in a shell */

static const char usage[] =
    "usage: touchstone-install [FILE|NAME]...\n"
    "       touchstone-install --remove NAME...\n"
    "Installs the staged packages (all of $TOUCHSTONE_PACKAGES unless some are named), or package\n"
    "files, without a network. Exit code: 0; 1: the packages do not install; 99: anything else.\n";

enum family { FAMILY_NONE, FAMILY_DEB, FAMILY_RPM };

void words_add(struct words *words, const char *text)
{
    if (words->count + 1 < sizeof(words->items) / sizeof(words->items[0]))
        words->items[words->count++] = text;
}

int install_end(int code, const char *format, ...)
{
    char text[4096];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    fprintf(stderr, "touchstone-install: %s\n", text);
    puts(text);
    return code;
}

static enum family family_of(const char *file)
{
    size_t length = strlen(file);

    if (length > 4 && strcmp(file + length - 4, ".deb") == 0)
        return FAMILY_DEB;
    return length > 4 && strcmp(file + length - 4, ".rpm") == 0 ? FAMILY_RPM : FAMILY_NONE;
}

static int is_package(const struct dirent *entry)
{
    return family_of(entry->d_name) != FAMILY_NONE;
}

/* True if a staged file contains the package: "003-redis-server_7.0_amd64.deb" is redis-server,
 * "001-ledger-1.0-1.noarch.rpm" is ledger. */
static bool is_of_package(const char *file, const char *name)
{
    size_t length = strlen(name), digits = strspn(file, "0123456789");
    const char *rest, *dash;

    if (digits > 0 && file[digits] == '-')
        file += digits + 1;
    if (strncmp(file, name, length) != 0)
        return false;
    rest = file + length;
    if (family_of(file) == FAMILY_DEB)
        return rest[0] == '_';
    /* NAME-VERSION-RELEASE: the last two contain no dash. */
    dash = rest[0] == '-' ? strchr(rest + 1, '-') : NULL;
    return dash != NULL && strchr(dash + 1, '-') == NULL;
}

/* Adds the package files in a folder that are of that package (NULL: all); returns their number.
 * -1: cannot be read. */
static int add_files(struct words *files, const char *folder, const char *name)
{
    struct dirent **entries = NULL;
    int count, found = 0;

    count = scandir(folder, &entries, is_package, alphasort);
    for (int i = 0; i < count; i++) {
        char *path = NULL;

        if ((name == NULL || is_of_package(entries[i]->d_name, name)) &&
            asprintf(&path, "%s/%s", folder, entries[i]->d_name) > 0) {
            words_add(files, path); /* stays allocated until the program exits */
            found++;
        }
        free(entries[i]);
    }
    free(entries);
    return count < 0 && errno != ENOENT ? -1 : found;
}

static int add_staged(struct words *files, const char *name)
{
    const char *folder = getenv("TOUCHSTONE_PACKAGES");

    return add_files(files, folder != NULL && folder[0] != '\0' ? folder : DEFAULT_BASE "/packages",
                     name);
}

/* An argument with a slash or a package file's suffix is a file, others are names of staged
 * packages. */
static int add_argument(struct words *files, const char *argument)
{
    char *path;

    if (strchr(argument, '/') == NULL && family_of(argument) == FAMILY_NONE)
        return add_staged(files, argument) > 0
                   ? 0
                   : install_end(
                         INSTALL_BROKE,
                         "no package '%s' is staged: name it in <packages> of suite.xml, or give "
                         "the path of a file",
                         argument);
    path = realpath(argument, NULL);
    if (path == NULL || access(path, R_OK) < 0)
        return install_end(INSTALL_BROKE, "cannot read the package file '%s'", argument);
    words_add(files, path);
    return 0;
}

static int install(const struct words *files, int64_t deadline_ms)
{
    enum family family = FAMILY_NONE;

    for (size_t i = 0; i < files->count; i++) {
        enum family of = family_of(files->items[i]);

        if (of == FAMILY_NONE)
            return install_end(INSTALL_BROKE, "'%s' is neither a .deb nor a .rpm file",
                               files->items[i]);
        if (family != FAMILY_NONE && of != family)
            return install_end(INSTALL_BROKE,
                               "'%s' is in another format than the packages before it: install "
                               ".deb and .rpm files separately",
                               files->items[i]);
        family = of;
    }
    return family == FAMILY_DEB ? install_deb(files, deadline_ms) : install_rpm(files, deadline_ms);
}

/* The family of the staged packages or, if there are none, of those that the suite brings or, if it
 * brings none, of the system: one of rpm packages may have dpkg, too. */
static enum family remove_family(void)
{
    static struct words found;
    const char *folder = getenv("TOUCHSTONE_FILES"), *suite = getenv("TOUCHSTONE_SUITE");
    char *files = NULL;

    if (add_staged(&found, NULL) > 0 || (folder != NULL && add_files(&found, folder, NULL) > 0))
        return family_of(found.items[0]);
    if (suite != NULL && asprintf(&files, "%s/files", suite) > 0)
        add_files(&found, files, NULL);
    free(files);
    if (found.count > 0)
        return family_of(found.items[0]);
    return install_has("dpkg") ? FAMILY_DEB : FAMILY_RPM;
}

/* Half of the case's limit: a lock that is released later leaves no time to install. */
static int64_t lock_deadline(void)
{
    const char *limit = getenv("TOUCHSTONE_TIMEOUT_S");
    uint64_t seconds;

    if (limit == NULL || !parse_number(limit, 86400, &seconds))
        seconds = 2 * DEFAULT_LIMIT_S;
    return monotonic_ms() + (int64_t)seconds * 500;
}

int verb_install(int argc, char **argv)
{
    static struct words files, names;
    bool remove = argc > 1 && strcmp(argv[1], "--remove") == 0;
    int code = 0;

    if (argc > 1 && strcmp(argv[1], "--help") == 0)
        return fputs(usage, stdout) < 0 ? INSTALL_BROKE : 0;
    for (int i = remove ? 2 : 1; code == 0 && i < argc; i++) {
        if (argv[i][0] == '-' || argv[i][0] == '\0')
            code = install_end(INSTALL_BROKE,
                               "unknown option or empty name '%s'; see touchstone-install --help",
                               argv[i]);
        else if (remove)
            words_add(&names, argv[i]);
        else
            code = add_argument(&files, argv[i]);
    }
    if (code != 0)
        return code;
    if (argc - 1 > INSTALL_FILES_MAX)
        return install_end(INSTALL_BROKE, "more than %d arguments", INSTALL_FILES_MAX);
    if (geteuid() != 0)
        return install_end(INSTALL_BROKE, "must be run as root");
    if (remove && names.count == 0)
        return install_end(INSTALL_BROKE, "--remove needs the name of a package");
    if (remove)
        return remove_family() == FAMILY_DEB ? remove_deb(&names, lock_deadline())
                                             : remove_rpm(&names, lock_deadline());
    if (files.count == 0 && argc == 1 && add_staged(&files, NULL) <= 0)
        return install_end(INSTALL_BROKE,
                           "no package is staged: name the product's packages in <packages> of "
                           "suite.xml, or give the paths of package files");
    return install(&files, lock_deadline());
}
