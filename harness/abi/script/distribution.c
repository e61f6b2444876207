/* SPDX-License-Identifier: Apache-2.0 */
/* Finds lists of distributions that do not include this one. A script that names it anywhere is not
 * reported. */
#include "abi/script/distribution.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "abi/script/distribution_asking.h"
#include "base/cleanup.h"
#include "base/path.h"

static const char *const distributions[] = {
    "almalinux",  "alinux", "amzn", "anolis",    "centos", "cloudlinux", "debian", "euleros",
    "fedora",     "kylin",  "ol",   "openeuler", "oracle", "redhat",     "rhel",   "rocky",
    "scientific", "sles",   "suse", "opensuse",  "ubuntu", "uos"};

static const char *const release_files[] = {"/etc/redhat-release", "/etc/centos-release",
                                            "/etc/system-release"};

/* Iterates over the alphanumeric runs of a text. */
static bool next_token(const char **at, const char **token, size_t *length)
{
    while (**at != '\0' && !isalnum((unsigned char)**at))
        (*at)++;
    *token = *at;
    while (isalnum((unsigned char)**at))
        (*at)++;
    *length = (size_t)(*at - *token);
    return *length > 0;
}

static bool equals(const char *token, size_t length, const char *name)
{
    return strlen(name) == length && strncasecmp(token, name, length) == 0;
}

static bool names_distribution(const char *text)
{
    const char *token;
    size_t length;

    while (next_token(&text, &token, &length))
        for (size_t i = 0; i < sizeof(distributions) / sizeof(distributions[0]); i++)
            if (equals(token, length, distributions[i]))
                return true;
    return false;
}

static bool has_token(const char *list, const char *token, size_t length)
{
    const char *other;
    size_t size;

    while (list != NULL && next_token(&list, &other, &size))
        if (size == length && strncasecmp(other, token, length) == 0)
            return true;
    return false;
}

/* True if the text names this image's distribution, or one in its ID_LIKE. */
static bool accepts(const struct distribution *image, const char *text, bool like)
{
    const char *token;
    size_t length;

    if (strcasestr(text, "tencent") != NULL && strcasestr(image->id, "tencent") != NULL)
        return true;
    while (next_token(&text, &token, &length))
        if (equals(token, length, image->id) || (like && has_token(image->like, token, length)))
            return true;
    return false;
}

static bool is_speaking(const struct shell_command *command)
{
    static const char *const names[] = {"echo", "printf", "cat",  "log",
                                        "die",  "info",   "warn", "error"};
    const char *name = command->words.count > command->assignments
                           ? command->words.items[command->assignments].text
                           : "";

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(name, names[i]) == 0)
            return command->kind == SHELL_SIMPLE;
    return false;
}

/* The script knows this distribution, or reads a release file that the image has. */
static bool is_known(const struct asking *asking)
{
    const struct distribution *image = asking->image;

    vec_foreach (command, &asking->script->commands)
        for (size_t i = 0; i < command->words.count && !is_speaking(command); i++) {
            const char *text = command->words.items[i].text;

            if (accepts(image, text, strstr(text, "ID_LIKE") != NULL))
                return true;
            if (image->lists_files && strcmp(text, "/etc/debian_version") == 0 &&
                image->has_file(image->context, text))
                return true;
        }
    return false;
}

static bool is_negative(const struct shell_command *command)
{
    for (size_t i = 0; i < command->words.count; i++)
        if (strcmp(command->words.items[i].text, "!=") == 0 ||
            strcmp(command->words.items[i].text, "!") == 0)
            return true;
    return false;
}

enum answer_kind { ANSWER_OPEN, ANSWER_OTHER, ANSWER_REFUSES };

/* What the script does on a system that the check does not name. */
static enum answer_kind answer_of(const struct shell_script *script, size_t index)
{
    const struct shell_command *command = &script->commands.items[index];
    bool negative = is_negative(command);
    enum answer_kind answer = ANSWER_OPEN;

    vec_foreach (block, &script->blocks) {
        struct shell_range other = block->otherwise;

        if (index < block->condition.from || index >= block->condition.to)
            continue;
        if (block->kind == SHELL_DEFAULT)
            other = block->then;
        else if (block->kind == SHELL_OR || (block->kind == SHELL_IF && negative))
            other = block->then;
        else if (block->kind == SHELL_AND)
            other = negative ? block->then : (struct shell_range){0, 0};
        if (asking_range_refuses(script, other))
            return ANSWER_REFUSES;
        if (block->kind == SHELL_DEFAULT || (block->kind == SHELL_IF && other.to > other.from))
            answer = ANSWER_OTHER;
    }
    return answer;
}

static bool is_question(const struct shell_command *command)
{
    static const char *const names[] = {"[", "test", "grep", "egrep", "fgrep"};
    const char *name;

    if (command->kind == SHELL_CASE || command->kind == SHELL_TEST)
        return true;
    if (command->kind != SHELL_SIMPLE || command->words.count <= command->assignments)
        return false;
    name = path_base(command->words.items[command->assignments].text);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

/* The word that names distributions, or NULL: paths are not names. */
static const struct shell_word *find_list(const struct shell_command *command, const char *release)
{
    for (size_t i = command->assignments; i < command->words.count; i++) {
        const struct shell_word *word = &command->words.items[i];

        /* "$DEBIAN_FRONTEND" is the name of a variable. */
        if (word->text[0] == '$' || strchr(word->text, '/') != NULL ||
            (command->kind == SHELL_CASE && i == 0))
            continue;
        if (release != NULL ? strstr(word->text, release) != NULL : names_distribution(word->text))
            return word;
    }
    return NULL;
}

/* Of a case statement, what an arm that does not refuse names, if there is one. */
static const struct shell_word *find_accepted(const struct asking *asking, size_t index)
{
    const struct shell_command *command = &asking->script->commands.items[index];

    vec_foreach (block, &asking->script->blocks) {
        if (block->kind != SHELL_ARM || block->condition.from != index ||
            asking_range_refuses(asking->script, block->then))
            continue;
        for (size_t i = block->patterns.from; i < block->patterns.to; i++)
            if (names_distribution(command->words.items[i].text))
                return &command->words.items[i];
    }
    return find_list(command, NULL);
}

/* The answer on this image is known, and was judged. */
static bool is_evaluated(const struct asking *asking, size_t index)
{
    for (size_t b = 0; b < asking->known.count; b++) {
        const struct shell_block *block = &asking->script->blocks.items[b];

        if (asking->known.items[b].truth != TRUTH_UNKNOWN && index >= block->condition.from &&
            index < block->condition.to)
            return true;
    }
    return false;
}

static void check_names(struct asking *asking, size_t index)
{
    const struct shell_word *word = find_accepted(asking, index);
    enum answer_kind answer;
    struct finding *row;

    if (word == NULL || is_evaluated(asking, index))
        return;
    asking->asked++;
    answer = answer_of(asking->script, index);
    if (answer == ANSWER_OTHER)
        return;
    row = asking_add(asking, word->line, answer == ANSWER_REFUSES);
    finding_set_found(
        row, "the script compares the distribution with '%s', but this image's ID is '%s'%s",
        word->text, asking->image->id, answer == ANSWER_REFUSES ? "; the script rejects it" : "");
    finding_set_remedy(row,
                       "read ID and ID_LIKE of /etc/os-release and accept both: case \" $ID "
                       "$ID_LIKE \" in *\" %s \"*|*\" rhel \"*|*\" centos \"*) …",
                       asking->image->id);
}

static void check_kernel(struct asking *asking, size_t index)
{
    static const char *const marks[] = {"el6", "el7", "el8", "el9"};
    const struct shell_command *command = &asking->script->commands.items[index];

    for (size_t i = 0; asking->uname && i < sizeof(marks) / sizeof(marks[0]); i++) {
        const struct shell_word *word = find_list(command, marks[i]);
        struct finding *row;

        if (word == NULL)
            continue;
        asking->asked++;
        row = asking_add(asking, word->line, answer_of(asking->script, index) == ANSWER_REFUSES);
        finding_set_found(row,
                          "the script compares the kernel release with '%s', which kernels of "
                          "other distributions do not contain",
                          word->text);
        finding_set_remedy(row, "check for what is needed (a file, a feature, the version before "
                                "the first '-') instead of the distribution in 'uname -r'");
        return;
    }
}

static void check_query(struct asking *asking, const struct shell_command *command)
{
    size_t count = command->words.count - command->assignments;
    const struct shell_word *words;

    if (command->kind != SHELL_SIMPLE || count < 2)
        return;
    words = command->words.items + command->assignments;
    if (strcmp(path_base(words[0].text), "rpm") != 0)
        return;
    for (size_t i = 1; i < count; i++) {
        const char *text = words[i].text;
        bool macro = strchr(text, '%') != NULL &&
                     (strstr(text, "rhel") != NULL || strstr(text, "centos") != NULL);
        struct finding *row;

        if (!macro && strcmp(text, "centos-release") != 0 && strcmp(text, "redhat-release") != 0 &&
            strcmp(text, "redhat-release-server") != 0 && strcmp(text, "centos-linux-release") != 0)
            continue;
        row = asking_add(asking, words[i].line, false);
        finding_set_found(
            row,
            macro ? "the script evaluates the rpm macro '%s', which may be undefined on this image"
                  : "the script queries rpm for package '%s', which only CentOS and RHEL have",
            text);
        finding_set_remedy(
            row, "read ID and VERSION_ID of /etc/os-release, which exists on every system");
        return;
    }
}

static void check_release_file(struct asking *asking, const struct shell_word *word)
{
    const struct distribution *image = asking->image;
    struct finding *row;

    for (size_t i = 0; i < sizeof(release_files) / sizeof(release_files[0]); i++) {
        if (strcmp(word->text, release_files[i]) != 0 ||
            (image->lists_files && image->has_file(image->context, word->text)))
            continue;
        row = asking_add(asking, word->line, false);
        finding_set_found(
            row,
            image->lists_files
                ? "%s-release: '%s' is not on the image"
                : "%s-release: the script reads '%s', which TencentOS 4 does not have",
            strstr(word->text, "redhat") != NULL   ? "redhat"
            : strstr(word->text, "centos") != NULL ? "centos"
                                                   : "system",
            word->text);
        finding_set_remedy(row, "read /etc/os-release, which every system has");
    }
}

static void check_version(struct asking *asking, const struct shell_command *command)
{
    bool compares = false, version = false;

    for (size_t i = 0; i < command->words.count; i++) {
        const char *text = command->words.items[i].text;

        compares = compares || strcmp(text, "-lt") == 0 || strcmp(text, "-le") == 0 ||
                   strcmp(text, "-gt") == 0 || strcmp(text, "-ge") == 0;
        version = version || strstr(text, "VERSION_ID") != NULL;
    }
    if (compares && version) {
        struct finding *row = asking_add(asking, command->line, false);

        finding_set_found(
            row, "VERSION_ID is compared as a number, but TencentOS 3.1 is newer than CentOS 7.4");
        finding_set_remedy(row, "compare versions only if ID is the same");
    }
}

/* Questions whose answer is not known, by the names in them. */
static void check_questions(struct asking *asking)
{
    const struct shell_script *script = asking->script;
    bool files = true;

    vec_foreach (command, &script->commands) {
        if (command->kind == SHELL_SIMPLE && command->words.count > command->assignments &&
            strcmp(path_base(command->words.items[command->assignments].text), "uname") == 0)
            asking->uname = true;
        for (size_t i = 0; i < command->words.count; i++)
            files = files && strcmp(command->words.items[i].text, "/etc/os-release") != 0;
        vec_foreach (word, &command->redirects)
            files = files && strcmp(word->text, "/etc/os-release") != 0;
    }
    for (size_t i = 0; i < script->commands.count && asking->asked < ASKED_MAX; i++) {
        const struct shell_command *command = &script->commands.items[i];

        if (is_question(command)) {
            check_names(asking, i);
            check_kernel(asking, i);
            check_version(asking, command);
        }
        check_query(asking, command);
        for (size_t w = 0; files && w < command->words.count; w++)
            check_release_file(asking, &command->words.items[w]);
        for (size_t w = 0; files && w < command->redirects.count; w++)
            check_release_file(asking, &command->redirects.items[w]);
    }
}

void distribution_check_shell(const char *path, const struct shell_script *script,
                              const struct distribution *image, enum finding_severity ends,
                              struct findings *findings)
{
    struct asking asking = {
        .path = path, .script = script, .image = image, .ends = ends, .findings = findings};

    asking_check_refusals(&asking);
    if (!is_known(&asking))
        check_questions(&asking);
    vec_foreach (known, &asking.known) {
        free(known->fact);
        free(known->program);
    }
    vec_done(&asking.known);
    strv_done(&asking.refusing);
}

void distribution_check_ansible(const char *path, const char *text,
                                const struct distribution *image, struct findings *findings)
{
    struct asking asking = {.path = path, .image = image, .findings = findings};
    unsigned line = 1;

    if (accepts(image, text, false))
        return;
    for (const char *at = text; *at != '\0'; line++) {
        size_t length = strcspn(at, "\n");
        _cleanup_free_ char *row_text = text_ndup(at, length);
        struct finding *row;

        at += length + (at[length] == '\n');
        if (row_text[strspn(row_text, " \t-")] == '#' ||
            (strstr(row_text, "ansible_distribution") == NULL &&
             strstr(row_text, "['distribution']") == NULL &&
             strstr(row_text, "ansible_facts.distribution") == NULL) ||
            !names_distribution(row_text) || asking.asked++ >= ASKED_MAX)
            continue;
        row = asking_add(&asking, line, false);
        finding_set_found(row, "the playbook compares the distribution with a list that lacks '%s'",
                          image->id);
        finding_set_remedy(row, "check ansible_os_family, or add TencentOS to the list");
    }
}
