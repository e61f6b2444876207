/* SPDX-License-Identifier: Apache-2.0 */
/* Passes the witness's facts, with the faulting instruction disassembled, to suite/responsible. */
#include "cell/evidence.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "abi/isa/isa.h"
#include "base/cleanup.h"
#include "base/path.h"
#include "cell/product.h"
#include "cell/programs.h"
#include "suite/responsible.h"
#include "suite/witness.h"

#define SCRIPT_LIMIT (1 << 20) /* bytes of a case's script that are examined */

static size_t from_hex(const char *text, uint8_t *code, size_t size)
{
    size_t length = 0;
    unsigned byte;

    while (length < size && sscanf(text + 2 * length, "%2x", &byte) == 1) {
        code[length++] = (uint8_t)byte;
        if (text[2 * length - 1] == '\0' || text[2 * length] == '\0')
            break;
    }
    return length;
}

/* The instruction at which a process crashed. The feature is named only if this CPU lacks it:
 * otherwise it is not the cause. */
static void name_instruction(const struct session *session, struct witnessed_crash *crash)
{
    uint8_t code[16];
    size_t length = from_hex(crash->code, code, sizeof(code));
    const char *feature = NULL;

    if (length == 0)
        return;
    crash->instruction = isa_describe(session->image->arch, code, length, crash->pc, &feature);
    if (feature != NULL && !strv_has(&session->identity.features, feature))
        crash->feature = feature;
}

/* Adds observations for what the witness could not record, and how a case interfered with it. */
static void observe_witness(struct session *session, const char *id, const struct witness *witness,
                            const struct fact *changed)
{
    _cleanup_buffer_ struct buffer text = {0};

    if (witness->state != WITNESS_FULL) {
        const char *why = witness->why != NULL ? witness->why : "nothing was recorded";

        buffer_text(&text, witness->state == WITNESS_PARTIAL ? "partial: " : "none: ");
        buffer_printable(&text, why, strlen(why), false);
        result_add_observation(session->result, id, "witness.state", text.data, NULL);
    }
    if (changed != NULL) {
        buffer_done(&text);
        buffer_printable(&text, fact_field(changed, 0), strlen(fact_field(changed, 0)), false);
        result_add_observation(session->result, id, "witness.changed", text.data, NULL);
    }
}

void evidence_weigh(struct session *session, const struct suite_case *planned,
                    const struct case_record *record, struct case_result *row)
{
    _cleanup_free_ char *script = text_format(PROGRAMS_SUITE "/cases/%s", planned->run);
    _cleanup_free_ char *own = text_format("%s/cases/%s", session->suite->folder, planned->run);
    _cleanup_(witness_done) struct witness witness = {0};
    _cleanup_buffer_ struct buffer text = {0};
    _cleanup_free_ char *seen = NULL;
    struct inquiry inquiry = {.record = record,
                              .witness = &witness,
                              .prediction = &session->result->prediction,
                              .owner = product_owner,
                              .names = product_names,
                              .context = session->product,
                              .script = script,
                              .machine = arch_name(session->image->arch),
                              .timeout_s = planned->timeout_s,
                              .scale = session->scale};

    /* Without the text, fewer mistakes can be recognised. */
    if (path_read(own, SCRIPT_LIMIT, &text, NULL) == 0)
        inquiry.text = text.data;
    witness_read(&record->facts, &witness);
    vec_foreach (crash, &witness.crashes)
        if (crash->signal == SIGILL)
            name_instruction(session, crash);
    product_witness(session->product, &witness);
    responsible_decide(&inquiry, row, &seen);
    if (seen != NULL)
        result_add_observation(session->result, row->id, "witness.trouble", seen, NULL);
    observe_witness(session, row->id, &witness, facts_find(&record->facts, "changed"));
}
