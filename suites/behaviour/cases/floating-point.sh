#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Conversions, rounding and exceptions as this CPU does them.
exec touchstone-probe floating-point
