#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every advertised ISA extension executes and computes correctly.
exec touchstone-probe isa
