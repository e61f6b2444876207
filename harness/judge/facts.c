/* SPDX-License-Identifier: Apache-2.0 */
/* Sets the facts that queries ask for. */
#include "judge/select.h"

#include "base/vec.h"

#define BIT(name) ((uint64_t)1 << (name))

void facts_set_text(struct facts *facts, enum query_name name, const char *text)
{
    if (text == NULL)
        return;
    facts->has |= BIT(name);
    facts->of[name].text = text;
}

void facts_set_words(struct facts *facts, enum query_name name, uint32_t words)
{
    facts->has |= BIT(name);
    facts->of[name].words = words;
}

void facts_set_word(struct facts *facts, enum query_name name, int word)
{
    facts_set_words(facts, name, (uint32_t)1 << word);
}

void facts_set_number(struct facts *facts, enum query_name name, int64_t number)
{
    facts->has |= BIT(name);
    facts->of[name].number = number;
}

void select_subjects_done(struct select_subjects *subjects)
{
    vec_foreach (subject, subjects) {
        vec_done(&subject->rows);
        vec_done(&subject->findings);
    }
    vec_done(subjects);
}
