#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every advertised ISA extension executes and computes right.
exec touchstone-probe isa
