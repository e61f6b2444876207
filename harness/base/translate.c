/* SPDX-License-Identifier: Apache-2.0 */
#include "base/translate.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* The locale that the environment asks for, as setlocale(3) finds it. */
static const char *wanted_locale(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const char *value = getenv(names[i]);

        if (value != NULL && value[0] != '\0')
            return value;
    }
    return "C";
}

void translate_begin(const char *folder)
{
    if (setlocale(LC_ALL, "") == NULL && setlocale(LC_ALL, "C.UTF-8") != NULL &&
        text_starts(wanted_locale(), "zh"))
        setenv("LANGUAGE", "zh_CN", 0);
    /* Numbers are printed as programs read them. */
    setlocale(LC_NUMERIC, "C");
    bindtextdomain("touchstone", folder);
    bind_textdomain_codeset("touchstone", "UTF-8");
    textdomain("touchstone");
}

const char *english_error(int number)
{
    const char *text = strerrordesc_np(number);

    return text != NULL ? text : "unknown error";
}
