#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Floating-point conversions, rounding and exceptions of this CPU.
exec touchstone-probe floating-point
