/* SPDX-License-Identifier: Apache-2.0 */
#include "abi/check/login.h"

#include <string.h>

#include "abi/check/script_place.h"
#include "abi/script/start.h"
#include "base/cleanup.h"
#include "base/path.h"

const char *login_loader_of(const char *path)
{
    if (strstr(path, "/security/pam_") != NULL && text_ends(path, ".so"))
        return "PAM";
    return text_starts(path_base(path), "libnss_") && text_ends(path, ".so.2") ? "the name service"
                                                                               : NULL;
}

/* A service that programs of the image use: without the module, nobody can log in there. */
static bool is_of_image(const struct needs *needs, const char *target)
{
    return strstr(target, "/pam.d/") != NULL && strpbrk(target, "$*?") == NULL &&
           world_resolve_image(needs->world, target).found;
}

/* Whether all that the service requires is there. */
static bool is_complete(struct needs *needs, const struct package_text *service)
{
    _cleanup_start_needs_ struct start_needs wanted = {0};
    const char *elsewhere;

    start_needs_read(service->path, service->text, &wanted);
    vec_foreach (need, &wanted)
        if (!need->optional && needs_pam(needs, need->name, need->kind == START_PAM_MODULE,
                                         &elsewhere) == NEED_MISSING)
            return false;
    return true;
}

/* A package with several services, such as for cards and for fingerprints, offers ways to log in of
 * which each system has some. */
static bool has_other_way(struct needs *needs, const char *path)
{
    const struct package *package = needs->package;

    if (package->own_packages == 0 || !text_starts(path, "/etc/pam.d/"))
        return false;
    vec_foreach (text, &package->starts)
        if (text_starts(text->path, "/etc/pam.d/") && !text_equal(text->path, path) &&
            is_complete(needs, text))
            return true;
    return false;
}

static struct finding *add(struct needs *needs, const char *path, const char *target,
                           const struct start_need *need)
{
    bool skipped = need->optional || needs_may_come(needs);
    bool locks = !skipped && need->kind != START_NAME_SERVICE && is_of_image(needs, target);
    bool offers = !locks && need->kind != START_NAME_SERVICE && has_other_way(needs, path);
    struct finding *row =
        findings_add(needs->findings, locks ? FINDING_IMAGE_BROKEN : FINDING_START_FILE, path,
                     need->directive, NULL, need->name);

    row->line = need->line;
    if (skipped || offers)
        row->severity = SEVERITY_WARN;
    return row;
}

/* "PAM: module x is not on the image", or where it is instead. */
static char *where_of(const char *what, const char *name, const char *elsewhere,
                      const char *searcher)
{
    return elsewhere != NULL ? text_format("%s %s is in %s of the package, where %s does not look",
                                           what, name, elsewhere, searcher)
                             : text_format("%s %s is not on the image", what, name);
}

static void check_pam(struct needs *needs, const char *path, const char *target,
                      const struct start_need *need)
{
    bool module = need->kind == START_PAM_MODULE;
    _cleanup_free_ char *where = NULL;
    const char *elsewhere;
    struct finding *row;

    if (needs_pam(needs, need->name, module, &elsewhere) != NEED_MISSING)
        return;
    where = where_of(module ? "module" : "service", need->name, elsewhere, "PAM");
    row = add(needs, path, target, need);
    if (row->kind == FINDING_IMAGE_BROKEN)
        finding_set_found(row,
                          "%s: PAM refuses all who log in through the service '%s' of the image",
                          where, path_base(target));
    else
        finding_set_found(row, "%s: PAM refuses %s", where,
                          need->optional ? "this line, which is optional"
                                         : "all that use the service");
    finding_set_remedy(row, "%s",
                       elsewhere != NULL
                           ? "install it into the folder of the image's own modules"
                           : "ship it, require its package, or begin the line with '-'");
}

/* glibc goes on to the next service. */
static void check_name_service(struct needs *needs, const char *path, const char *target,
                               const struct start_need *need)
{
    _cleanup_free_ char *where = NULL, *file = text_format("libnss_%s.so.2", need->name);
    const char *elsewhere;
    struct finding *row;

    if (needs_name_service(needs, need->name, &elsewhere) != NEED_MISSING)
        return;
    where = where_of("library", file, elsewhere, "the loader");
    row = add(needs, path, target, need);
    finding_set_found(row, "%s: names that only the service '%s' knows are not found", where,
                      need->name);
    finding_set_remedy(row, "%s",
                       elsewhere != NULL ? "install it into a folder of the loader"
                                         : "ship it, or require its package");
}

void login_check_need(struct needs *needs, const char *path, const char *target,
                      const struct start_need *need)
{
    if (need->kind == START_NAME_SERVICE)
        check_name_service(needs, path, target, need);
    else
        check_pam(needs, path, target, need);
}

/* What such scripts change, they change back. */
static bool is_removal(const char *path)
{
    static const char *const ends[] = {"/prerm",  "/postrm",  "/preun",
                                       "/postun", "(%preun)", "(%postun)"};

    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
        if (text_ends(path, ends[i]))
            return true;
    return false;
}

struct finding *login_add_unread(struct needs *needs, const char *path, const char *target,
                                 unsigned line)
{
    bool folder =
        text_starts(target, "/etc/pam.d/") && (target[11] == '\0' || strchr(target, '*') != NULL);
    struct finding *row = findings_add(needs->findings, FINDING_LOGIN_EDIT, path,
                                       folder ? "pam.d" : path_base(target), NULL, NULL);
    bool own = text_starts(target, "/etc/pam.d/") && !folder && strchr(target, '$') == NULL &&
               !is_of_image(needs, target);

    row->line = line;
    if (own || script_is_helper(path) || is_removal(path))
        row->severity = SEVERITY_WARN;
    return row;
}

void login_check_text(struct needs *needs, const char *path, const char *text)
{
    static const char *const files[] = {"/etc/pam.d/", "/etc/nsswitch.conf"};
    unsigned line = 0;

    if (!script_is_scriptlet(path) || needs->reference)
        return;
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        bool comment = text[strspn(text, " \t")] == '#' || text_starts(text, "--");

        line++;
        for (size_t i = 0; i < sizeof(files) / sizeof(files[0]) && !comment; i++) {
            const char *at = memmem(text, length, files[i], strlen(files[i]));

            if (at == NULL)
                continue;
            finding_set_found(login_add_unread(needs, path, files[i], line),
                              "the script names %s, and is in a language that is not read",
                              files[i]);
            return;
        }
        text += length + (text[length] == '\n');
    }
}
