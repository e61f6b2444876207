#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A long run in rounds. If the host or the harness cuts it short, it continues with the first round that is missing.
. "$TOUCHSTONE_SUITE/cases/probe-measure.sh"

begin_measure
look
start_all
begun=$(date +%s)
under endurance "$load_command"
still_the_same
stop_after_load
keep_logs
finish
