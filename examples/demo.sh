#!/bin/sh
# What shapecheck says about the examples. Run it with `make demo`, or anywhere that `shapecheck` is installed.
set -eu
cd "$(dirname "$0")"

echo '$ shapecheck lint seeds'
shapecheck lint seeds

echo
echo '$ shapecheck lint broken/pytorch_models/lstm_sized_for_smaller_maps.py'
status=0
shapecheck lint broken/pytorch_models/lstm_sized_for_smaller_maps.py || status=$?
test "$status" -eq 1 # something found, as it should be

echo
echo '$ shapecheck lint --output-format concise broken'
status=0
shapecheck lint --output-format concise broken || status=$?
test "$status" -eq 1

echo
echo '$ shapecheck shapes seeds/pytorch_models/location_over_time.py:LocationHistory --input "n t c h w"'
shapecheck shapes seeds/pytorch_models/location_over_time.py:LocationHistory --input "n t c h w"
