#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Rounds of load: the harness compares the same minutes of the rounds, and the range under load. The product runs through,
# logs no warning, and stops in order.
. "$TOUCHSTONE_SUITE/cases/probe-measure.sh"

begin_measure
look
start_all
begun=$(date +%s)
under load "$load_command"
still_the_same
quiet_logs
stop_after_load
keep_logs
finish
