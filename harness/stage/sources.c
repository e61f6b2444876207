/* SPDX-License-Identifier: Apache-2.0 */
/* Reads apt's two source formats (sources.list(5)) and replaces the host's release by the
 * image's. */
#include "stage/sources.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"

#define SOURCE_FILE_LIMIT (1 << 20)
#define SOURCES_MAX 256

static const struct {
    const char *os_id, *os_version, *name;
} releases[] = {
    {"debian", "11", "bullseye"},
    {"debian", "12", "bookworm"},
    {"debian", "13", "trixie"},
    {"debian", "14", "forky"},
};

/* Names of a release that change over time. */
static const char *const aliases[] = {"oldoldstable", "oldstable", "stable", "testing"};

void sources_done(struct sources *sources)
{
    vec_foreach (row, &sources->rows) {
        free(row->uri);
        free(row->suite);
        free(row->components);
        free(row->signed_by);
    }
    vec_done(&sources->rows);
}

const char *sources_release(const char *os_id, const char *os_version)
{
    for (size_t i = 0; i < sizeof(releases) / sizeof(releases[0]); i++)
        if (text_equal(os_id, releases[i].os_id) && text_equal(os_version, releases[i].os_version))
            return releases[i].name;
    return NULL;
}

/* The part of a suite's name after its release: "", "-updates", "-security"; NULL: not a suite that
 * an installed system uses. */
static const char *part_of(const char *suite)
{
    static const char *const parts[] = {"", "-updates", "-security"};
    const char *rest = NULL;

    for (size_t i = 0; i < sizeof(releases) / sizeof(releases[0]); i++)
        if (text_starts(suite, releases[i].name))
            rest = suite + strlen(releases[i].name);
    for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
        if (text_starts(suite, aliases[i]))
            rest = suite + strlen(aliases[i]);
    for (size_t i = 0; rest != NULL && i < sizeof(parts) / sizeof(parts[0]); i++)
        if (strcmp(rest, parts[i]) == 0)
            return parts[i];
    return NULL;
}

static void add_source(struct sources *sources, const char *uri, const char *suite,
                       const char *components, const char *signed_by, bool trusted,
                       const char *release)
{
    _cleanup_strv_ struct strv words = {0};
    _cleanup_free_ char *renamed = NULL;
    const char *part = part_of(suite);
    struct source *row;

    strv_split(&words, components, " \t");
    if (part == NULL || !strv_has(&words, "main") || sources->rows.count >= SOURCES_MAX)
        return;
    renamed = text_format("%s%s", release, part);
    vec_foreach (old, &sources->rows)
        if (strcmp(old->uri, uri) == 0 && strcmp(old->suite, renamed) == 0)
            return;
    row = vec_add(&sources->rows);
    row->uri = text_dup(uri);
    row->suite = steal_ptr(renamed);
    row->components = strv_join(&words, " ");
    row->signed_by = text_dup(signed_by);
    row->trusted = trusted;
    row->main = *part == '\0';
}

/* The value of `name=` in options like "[a=b c=d]". */
static char *option_of(const struct strv *options, const char *name)
{
    size_t length = strlen(name);

    for (size_t i = 0; i < options->count; i++)
        if (strncasecmp(options->items[i], name, length) == 0 && options->items[i][length] == '=')
            return text_dup(options->items[i] + length + 1);
    return NULL;
}

/* "deb [signed-by=KEYRING] URI SUITE COMPONENT…" */
static void parse_line(struct sources *sources, const char *line, const char *release)
{
    _cleanup_strv_ struct strv words = {0}, options = {0}, rest = {0};
    _cleanup_free_ char *head = NULL, *signed_by = NULL, *trusted = NULL, *components = NULL;
    const char *open = strchr(line, '['), *close = strchr(line, ']');

    if (open != NULL && close > open) {
        _cleanup_free_ char *inside = text_ndup(open + 1, (size_t)(close - open - 1));

        strv_split(&options, inside, " \t");
        head = text_format("%.*s %s", (int)(open - line), line, close + 1);
    } else {
        head = text_dup(line);
    }
    strv_split(&words, head, " \t\r");
    if (words.count < 4 || strcmp(words.items[0], "deb") != 0)
        return;
    for (size_t i = 3; i < words.count && words.items[i][0] != '#'; i++)
        strv_add(&rest, words.items[i]);
    signed_by = option_of(&options, "signed-by");
    trusted = option_of(&options, "trusted");
    components = strv_join(&rest, " ");
    add_source(sources, words.items[1], words.items[2], components, signed_by,
               text_equal(trusted, "yes"), release);
}

/* The value of a field in one paragraph, including continuation lines; NULL if it does not
 * exist. */
static char *field_of(const struct strv *lines, const char *name)
{
    size_t length = strlen(name);

    for (size_t i = 0; i < lines->count; i++) {
        _cleanup_buffer_ struct buffer value = {0};
        const char *line = lines->items[i];

        if (strncasecmp(line, name, length) != 0 || line[length] != ':')
            continue;
        line += length + 1;
        buffer_text(&value, line + strspn(line, " \t"));
        while (i + 1 < lines->count && strchr(" \t", lines->items[i + 1][0]) != NULL)
            buffer_format(&value, "\n%s", lines->items[++i]);
        return buffer_steal(&value);
    }
    return NULL;
}

static void parse_paragraph(struct sources *sources, const struct strv *lines, const char *release)
{
    _cleanup_free_ char *types = field_of(lines, "Types"), *uris = field_of(lines, "URIs"),
                        *suites = field_of(lines, "Suites"),
                        *components = field_of(lines, "Components"),
                        *signed_by = field_of(lines, "Signed-By"),
                        *enabled = field_of(lines, "Enabled"),
                        *trusted = field_of(lines, "Trusted");
    _cleanup_strv_ struct strv type_words = {0}, uri_words = {0}, suite_words = {0};

    if (types == NULL || uris == NULL || suites == NULL || components == NULL ||
        text_equal(enabled, "no") || text_equal(enabled, "false") || text_equal(enabled, "0"))
        return;
    strv_split(&type_words, types, " \t\n");
    strv_split(&uri_words, uris, " \t\n");
    strv_split(&suite_words, suites, " \t\n");
    if (!strv_has(&type_words, "deb"))
        return;
    for (char *space = components; *space != '\0'; space++)
        if (*space == '\n')
            *space = ' ';
    for (size_t i = 0; i < uri_words.count; i++)
        for (size_t k = 0; k < suite_words.count; k++)
            add_source(sources, uri_words.items[i], suite_words.items[k], components, signed_by,
                       text_equal(trusted, "yes"), release);
}

void sources_parse(struct sources *sources, const char *text, bool deb822, const char *release)
{
    _cleanup_strv_ struct strv paragraph = {0};

    while (text != NULL && *text != '\0') {
        const char *end = strchrnul(text, '\n');
        _cleanup_free_ char *line = text_ndup(text, (size_t)(end - text));
        bool empty = line[strspn(line, " \t\r")] == '\0';

        text = *end == '\n' ? end + 1 : end;
        if (line[0] == '#')
            continue;
        if (!deb822) {
            parse_line(sources, line, release);
        } else if (empty) {
            parse_paragraph(sources, &paragraph, release);
            strv_done(&paragraph);
            paragraph = (struct strv){0};
        } else {
            strv_add(&paragraph, line);
        }
    }
    if (paragraph.count > 0)
        parse_paragraph(sources, &paragraph, release);
}

static int load_file(struct sources *sources, const char *path, const char *release,
                     struct error **err)
{
    _cleanup_buffer_ struct buffer text = {0};
    int code;

    if (!path_exists(path))
        return 0;
    code = path_read(path, SOURCE_FILE_LIMIT, &text, err);
    if (code == 0)
        sources_parse(sources, text.data, text_ends(path, ".sources"), release);
    return code;
}

int sources_load(struct sources *sources, const char *list, const char *parts, const char *release,
                 struct error **err)
{
    _cleanup_closedir_ DIR *folder = opendir(parts);
    _cleanup_strv_ struct strv files = {0};
    struct dirent *entry;
    int code = load_file(sources, list, release, err);

    while (code == 0 && folder != NULL && (entry = readdir(folder)) != NULL)
        if (entry->d_name[0] != '.' &&
            (text_ends(entry->d_name, ".list") || text_ends(entry->d_name, ".sources")))
            strv_take(&files, path_join(parts, entry->d_name));
    strv_sort(&files);
    for (size_t i = 0; code == 0 && i < files.count; i++)
        code = load_file(sources, files.items[i], release, err);
    if (code < 0)
        return error_prefix(err, "the host's apt sources");
    for (size_t i = 0; i < sources->rows.count; i++)
        if (sources->rows.items[i].main)
            return 0;
    return error_set(err, -ENOENT,
                     "neither '%s' nor '%s' names a Debian archive from which release '%s' can be "
                     "downloaded: add one, or give the packages as a folder with --from DIR",
                     list, parts, release);
}

void sources_write(const struct sources *sources, bool only_main, struct buffer *text)
{
    vec_foreach (row, &sources->rows) {
        if (only_main && !row->main)
            continue;
        buffer_format(text, "Types: deb\nURIs: %s\nSuites: %s\nComponents: %s\n", row->uri,
                      row->suite, row->components);
        if (row->signed_by != NULL)
            buffer_format(text, "Signed-By: %s\n", row->signed_by);
        if (row->trusted)
            buffer_text(text, "Trusted: yes\n");
        buffer_text(text, "\n");
    }
}
