/* SPDX-License-Identifier: Apache-2.0 */
/* pam.d(5), pam.conf(5), pam-auth-update(8), authselect-profiles(5), nsswitch.conf(5). */
#include <ctype.h>
#include <string.h>

#include "abi/script/start_reader.h"
#include "base/cleanup.h"

static bool begins(const char *at, const char *word)
{
    size_t length = strlen(word);

    return strncasecmp(at, word, length) == 0 && (at[length] == ' ' || at[length] == '\t');
}

static bool is_one_of(const char *at, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (begins(at, words[i]))
            return true;
    return false;
}

/* "[success=ok default=ignore]": a module that cannot be loaded counts as module_unknown. */
static bool ignores_unknown(const char *control, size_t length)
{
    _cleanup_free_ char *text = text_ndup(control, length);
    const char *at = strstr(text, "module_unknown=");

    if (at == NULL)
        at = strstr(text, "default=");
    at = at != NULL ? strchr(at, '=') + 1 : "";
    return text_starts(at, "ignore") || isdigit((unsigned char)*at);
}

/* A control and what follows. */
static void read_control(const struct start_line *line, const char *control, bool optional)
{
    static const char *const skips[] = {"optional", "sufficient"};
    bool brackets = *control == '[';
    size_t size = brackets ? strcspn(control, "]") : start_word_length(control), length;
    const char *at = control + size + (brackets && control[size] == ']');

    at += strspn(at, " \t");
    length = start_word_length(at);
    if (begins(control, "include") || begins(control, "substack"))
        start_add(line, START_PAM_SERVICE, "include", at, length, optional);
    else if (length > 3 && strncmp(at + length - 3, ".so", 3) == 0)
        start_add(line, START_PAM_MODULE, "pam", at, length,
                  optional ||
                      (brackets ? ignores_unknown(control, size) : is_one_of(control, skips, 2)));
}

static bool is_type(const char *at)
{
    static const char *const types[] = {"auth", "account", "password", "session"};

    return is_one_of(at + (*at == '-'), types, sizeof(types) / sizeof(types[0]));
}

/* "auth required pam_x.so …", "auth include x", "@include x", "-auth …" */
void start_read_pam(const struct start_line *line)
{
    const char *at = line->text;

    if (text_starts(at, "@include")) {
        at = start_next_word(at);
        start_add(line, START_PAM_SERVICE, "@include", at, start_word_length(at), false);
    } else if (is_type(at)) {
        read_control(line, start_next_word(at), *at == '-');
    }
}

/* The same behind the name of a service. */
void start_read_pam_conf(const struct start_line *line)
{
    struct start_line rest = *line;

    rest.text = start_next_word(line->text);
    start_read_pam(&rest);
}

/* Debian's profiles: "required pam_x.so" in lines below "Auth:"; fields have a colon. */
void start_read_pam_profile(const struct start_line *line)
{
    static const char *const controls[] = {"required", "requisite", "sufficient",
                                           "optional", "include",   "substack"};

    if (line->text[0] == '[' || is_one_of(line->text, controls, 6))
        read_control(line, line->text, false);
}

/* "auth required pam_x.so {include if "with-x"}": only with a feature of the profile. */
void start_read_authselect(const struct start_line *line)
{
    struct start_line rest = *line;
    size_t first = line->needs->count;
    const char *brace = strchr(line->text, '{');
    _cleanup_free_ char *text =
        brace != NULL ? text_ndup(line->text, (size_t)(brace - line->text)) : text_dup(line->text);

    rest.text = text;
    start_read_pam(&rest);
    for (size_t i = first; brace != NULL && i < line->needs->count; i++)
        line->needs->items[i].optional = true;
}

/* What default files of distributions name although it is not always installed. */
static bool is_usual(const char *name)
{
    static const char *const usual[] = {
        "systemd", "myhostname",    "mymachines", "resolve",   "mdns4_minimal",
        "mdns4",   "mdns6_minimal", "mdns6",      "mdns",      "mdns_minimal",
        "sss",     "winbind",       "wins",       "nis",       "nisplus",
        "db",      "compat",        "hesiod",     "libvirt",   "libvirt_guest",
        "ldap",    "altfiles",      "usrfiles",   "extrausers"};

    for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
        if (text_equal(name, usual[i]))
            return true;
    return false;
}

/* Databases that are not glibc's, whose services are other libraries. */
static bool is_foreign(const char *line)
{
    static const char *const names[] = {"sudoers", "automount", "subid"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (text_starts(line, names[i]))
            return true;
    return false;
}

/* Without its colon in a replacement, as in "s/automounter/automount/". */
static bool is_database(const char *name)
{
    static const char *const names[] = {
        "passwd",    "group",      "shadow",  "gshadow",   "hosts",   "networks",
        "protocols", "services",   "ethers",  "rpc",       "aliases", "netgroup",
        "publickey", "initgroups", "sudoers", "automount", "subid"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (text_equal(name, names[i]))
            return true;
    return false;
}

/* "passwd: files sss [NOTFOUND=return] x"; a text without a colon is names. */
void start_read_name_service(const struct start_line *line)
{
    const char *colon = strchr(line->text, ':');
    const char *at = colon != NULL ? colon + 1 : line->text;

    if (colon != NULL && is_foreign(line->text))
        return;
    for (at += strspn(at, " \t"); *at != '\0' && *at != '#' && *at != '{';) {
        size_t length = *at == '[' ? strcspn(at, "]") : strcspn(at, " \t[{#");

        if (*at != '[' && strspn(at, "abcdefghijklmnopqrstuvwxyz0123456789_") == length) {
            _cleanup_free_ char *name = text_ndup(at, length);

            if (colon != NULL || !is_database(name))
                start_add(line, START_NAME_SERVICE, "nsswitch", at, length, is_usual(name));
        }
        at += length + (*at == '[' && at[length] == ']');
        at += strspn(at, " \t");
    }
}
