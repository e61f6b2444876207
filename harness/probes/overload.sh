#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The load, then more than the product can serve, then the load again: the harness computes from the rates that the
# commands state what was served under overload, and when the product had recovered.
. "$TOUCHSTONE_SUITE/cases/probe-measure.sh"

overload_command=$(setting overload) || suite_fault "<probes> has no overload, which --measure overload and measure= need"
begin_measure
look
start_all
begun=$(date +%s)
under normal "$load_command" --rounds 1
under overload "$overload_command" --rounds 1
under recovery "$load_command" --rounds 1
check "it answers after the overload" until_answers || shown "$folder/answer"
stop_after_load
keep_logs
finish
