/* SPDX-License-Identifier: Apache-2.0 */
/* Reads what a form states and no guest can measure. */
#include <ctype.h>
#include <string.h>

#include "base/error.h"
#include "catalog/load.h"
#include "catalog/programme.h"

/* Whole words in English; Chinese has no spaces between words. */
static bool has_word(const char *text, const char *word)
{
    size_t length = strlen(word);
    bool ascii = isalpha((unsigned char)word[0]);

    for (const char *at = text; (at = strcasestr(at, word)) != NULL; at++) {
        bool begins = at == text || !isalnum((unsigned char)at[-1]);
        bool ends = !isalnum((unsigned char)at[length]);

        if (!ascii || (begins && ends))
            return true;
    }
    return false;
}

/* The word of a result in the text; NULL: it has none. */
static const char *find_result(const char *text)
{
    static const char *const words[] = {"pass", "passed", "fail",   "failed", "certified",
                                        "通过", "合格",   "不合格", "已认证"};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (has_word(text, words[i]))
            return words[i];
    return NULL;
}

int catalog_load_subject(const char *path, struct programme_subject *ret_subject,
                         struct error **err)
{
    _cleanup_(programme_subject_done) struct programme_subject subject = {{NULL}};
    _cleanup_xml_file_ struct xml_file *file = NULL;
    int code = xml_file_open(path, "arch/programmes/subject.rng", &file, err);

    if (code < 0)
        return code;
    for (const xmlNode *node = xml_file_root(file)->children; node != NULL; node = node->next) {
        const char *result;
        int field = 0;

        if (node->type != XML_ELEMENT_NODE ||
            !words_find(&programme_field_words, (const char *)node->name, &field))
            continue;
        subject.stated[field] = xml_text(node);
        result = find_result(subject.stated[field]);
        if (result != NULL)
            return xml_error(file, node, err,
                             "<%s> says '%s': results come from the run and cannot be stated; "
                             "remove it",
                             node->name, result);
    }
    *ret_subject = subject;
    subject = (struct programme_subject){{NULL}};
    return 0;
}
