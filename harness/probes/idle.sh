#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The system returns to idle: sampled as long before the start of the product as after its stop, with the load in between.
. "$TOUCHSTONE_SUITE/cases/probe-measure.sh"

begin_measure
touchstone-sample --phase before --rounds 1 || exit 99
start_all
under loaded "$load_command" --rounds 1
stop_after_load
touchstone-sample --phase after --rounds 1 || exit 99
finish
